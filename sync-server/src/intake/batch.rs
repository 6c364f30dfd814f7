//! One transaction's worth of work on one hub: pushes and acts, placed in their chains, numbered and
//! folded. The outcome is [`Writes`], all of it or none.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::panic::{AssertUnwindSafe, catch_unwind};

use comptoir_domain::books::AppliedEntry;
use comptoir_domain::entry::{AttachmentRef, EntryBody, EntryHash, EntryHeader, EntryRef, Source};
use comptoir_domain::event::Event;
use comptoir_domain::ids::{AttachmentId, EpochId, OrderId, TillId};
use comptoir_domain::message;
use comptoir_domain::problem::{Decision, Problem, ProblemRule, ProblemSubject};
use comptoir_domain::time::Timestamp;

use super::chain::Chain;
use super::states::States;
use super::steps::steps_of;
use super::{Excess, KIND_VERSION_MAX, Rows, VerifiedEntry};
use crate::store::{
    AsideRow, AttachmentRow, ChainRow, EntityRow, HubHead, JournalRow, Lane, MessageRow, MoveRow,
    NamedRow, NewStep, StoreError,
};

/// Everything that a batch writes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Writes {
    pub head: HubHead,
    pub journal: Vec<JournalRow>,
    /// Signed entries that no branch has room for.
    pub aside: Vec<AsideRow>,
    pub chains: Vec<ChainRow>,
    pub entities: Vec<EntityRow>,
    pub moves: Vec<MoveRow>,
    pub attachments: Vec<AttachmentRow>,
    pub named: Vec<NamedRow>,
    /// What customers are to be told.
    pub messages: Vec<MessageRow>,
    /// What the payment provider is to be asked.
    pub steps: Vec<NewStep>,
    /// What is kept of tills without being part of the state, in all.
    pub excess: BTreeMap<TillId, Excess>,
    /// Entries that were set aside and are part of the state now.
    pub folded: Vec<Folded>,
}

/// An entry that was quarantined before and is folded now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Folded {
    pub accept_no: u64,
    pub fold_no: u64,
}

/// Work in progress. `poisoned` names entries that made the fold panic: they are set aside, and what
/// comes behind them goes on.
#[derive(Debug)]
pub struct Batch {
    pub(super) now: Timestamp,
    pub(super) states: States,
    pub(super) chains: BTreeMap<(Source, EpochId), Chain>,
    pub(super) poisoned: BTreeSet<EntryHash>,
    /// What the entries of this batch say lies beside them.
    pub(super) named: HashSet<(Source, AttachmentId, EntryHash)>,
    pub(super) writes: Writes,
}

/// Why a batch stops.
pub(super) enum Halt {
    Store(StoreError),
    /// Folding this entry panicked; the states in hand are worth nothing any more.
    Poisoned(EntryHash),
}

impl From<StoreError> for Halt {
    fn from(error: StoreError) -> Halt {
        Halt::Store(error)
    }
}

impl Batch {
    fn new(head: &HubHead, now: Timestamp, poisoned: &BTreeSet<EntryHash>) -> Batch {
        Batch {
            now,
            states: States::default(),
            chains: BTreeMap::new(),
            poisoned: poisoned.clone(),
            named: HashSet::new(),
            writes: Writes {
                head: head.clone(),
                journal: Vec::new(),
                aside: Vec::new(),
                chains: Vec::new(),
                entities: Vec::new(),
                moves: Vec::new(),
                attachments: Vec::new(),
                named: Vec::new(),
                messages: Vec::new(),
                steps: Vec::new(),
                excess: BTreeMap::new(),
                folded: Vec::new(),
            },
        }
    }

    /// Runs work from the start; where an entry's fold panics, again without folding that entry.
    pub(super) fn run<T>(
        head: &HubHead,
        now: Timestamp,
        rows: &mut dyn Rows,
        work: impl Fn(&mut Batch, &mut dyn Rows) -> Result<T, Halt>,
    ) -> Result<(Writes, T), StoreError> {
        let mut poisoned = BTreeSet::new();
        loop {
            let mut batch = Batch::new(head, now, &poisoned);
            match work(&mut batch, rows) {
                Ok(answer) => return Ok((batch.finish(rows)?, answer)),
                Err(Halt::Store(error)) => return Err(error),
                Err(Halt::Poisoned(hash)) => poisoned.insert(hash),
            };
        }
    }

    fn finish(mut self, rows: &mut dyn Rows) -> Result<Writes, StoreError> {
        let head = &mut self.writes.head;
        self.writes.entities = self.states.into_rows(rows, head, self.now)?;
        self.writes.chains = self.chains.values().flat_map(Chain::changed_rows).collect();
        Ok(self.writes)
    }

    pub(super) fn take_chain(
        &mut self,
        rows: &mut dyn Rows,
        source: Source,
        epoch: EpochId,
    ) -> Result<Chain, StoreError> {
        match self.chains.remove(&(source, epoch)) {
            Some(chain) => Ok(chain),
            None => Chain::load(rows, source, epoch),
        }
    }

    /// Numbers an entry and folds it, or sets it aside.
    pub(super) fn journal(
        &mut self,
        rows: &mut dyn Rows,
        entry: &VerifiedEntry,
        branch: u32,
        drained: bool,
        offset_ms: i64,
    ) -> Result<(), Halt> {
        let lane = match self.readable_body(entry) {
            _ if drained => Lane::Drained,
            None => Lane::Quarantined,
            Some(body) => {
                self.fold(rows, &entry.header, entry.hash, body)?;
                Lane::Folded
            }
        };
        if lane == Lane::Quarantined {
            let index = usize::try_from(branch).unwrap_or(usize::MAX);
            let at = entry.header.entry_ref();
            self.open_problem(rows, ProblemRule::EntryQuarantined, at, index)?;
        }
        let named = named_attachments(entry);
        self.name_attachments(&entry.header, branch, &named);
        self.writes.head.accept_no += 1;
        self.writes.journal.push(JournalRow {
            source: entry.header.source,
            epoch: entry.header.epoch,
            branch,
            seq: entry.header.seq,
            accept_no: self.writes.head.accept_no,
            fold_no: (lane == Lane::Folded).then_some(self.writes.head.fold_no),
            lane,
            hash: entry.hash,
            kind: entry.header.kind.clone(),
            action: entry.header.action,
            at: entry.header.at,
            accepted_at: self.now,
            offset_ms,
            sealed: entry.sealed.clone(),
        });
        Ok(())
    }

    fn readable_body<'e>(&self, entry: &'e VerifiedEntry) -> Option<&'e EntryBody> {
        let is_known = entry.header.kind_version <= KIND_VERSION_MAX;
        let may_fold = is_known && !self.poisoned.contains(&entry.hash);
        entry.body.as_ref().ok().filter(|_| may_fold)
    }

    pub(super) fn fold(
        &mut self,
        rows: &mut dyn Rows,
        header: &EntryHeader,
        hash: EntryHash,
        body: &EntryBody,
    ) -> Result<(), Halt> {
        let entry = AppliedEntry::from(header);
        let states = &mut self.states;
        // The fold is total by intent. Should it panic all the same, one entry must not stop a hub.
        let folded = catch_unwind(AssertUnwindSafe(|| states.fold(rows, entry, body)));
        let applied = folded.map_err(|_| Halt::Poisoned(hash))??;
        let owed = message::owed(entry, body, |id| self.states.order(id));
        let now = self.now;
        self.writes
            .messages
            .extend(owed.into_iter().map(|(order, kind)| MessageRow {
                key: entry_key(order, kind, entry),
                order,
                kind,
                at: now,
            }));
        let orders: BTreeSet<OrderId> = body.events.iter().filter_map(Event::order).collect();
        for order in orders {
            let owed = self.states.order(order).map(|order| steps_of(order, now));
            self.writes.steps.extend(owed.unwrap_or_default());
        }
        self.writes.head.fold_no += 1;
        let fold_no = self.writes.head.fold_no;
        let moves = applied.moves.into_iter().enumerate();
        self.writes
            .moves
            .extend(moves.map(|(number, stock_move)| MoveRow {
                fold_no,
                number,
                at: header.at,
                stock_move,
            }));
        Ok(())
    }

    pub(super) fn name_attachments(
        &mut self,
        header: &EntryHeader,
        branch: u32,
        named: &[AttachmentRef],
    ) {
        let keys = named
            .iter()
            .map(|named| (header.source, named.id, named.salted_hash));
        self.named.extend(keys);
        let named = named.iter().enumerate();
        self.writes
            .named
            .extend(named.map(|(number, named)| NamedRow {
                source: header.source,
                epoch: header.epoch,
                branch,
                seq: header.seq,
                number,
                id: named.id,
                salted_hash: named.salted_hash,
                named_at: self.now,
            }));
    }

    pub(super) fn open_problem(
        &mut self,
        rows: &mut dyn Rows,
        rule: ProblemRule,
        entry: EntryRef,
        index: usize,
    ) -> Result<(), Halt> {
        let problem = found_problem(rule, entry, index, self.now);
        Ok(self.states.open_problem(rows, problem)?)
    }

    /// What caused a problem is over; nobody has to decide anything any more.
    pub(super) fn end_problem(
        &mut self,
        rows: &mut dyn Rows,
        rule: ProblemRule,
        entry: EntryRef,
        index: usize,
        choice: &str,
    ) -> Result<(), Halt> {
        let id = found_problem(rule, entry, index, self.now).id;
        let decision = Decision {
            by: None,
            at: self.now,
            choice: choice.to_owned(),
        };
        if let Some(problem) = self.states.problem_mut(rows, id)? {
            problem.decision.get_or_insert(decision);
        }
        Ok(())
    }
}

/// What an entry says lies beside it, as far as that can be read where the rest cannot: those texts come
/// with this push, and nobody sends them again when a later version reads the entry.
fn named_attachments(entry: &VerifiedEntry) -> Vec<AttachmentRef> {
    #[derive(serde::Deserialize)]
    struct Named {
        #[serde(default)]
        attachments: Vec<AttachmentRef>,
    }
    match &entry.body {
        Ok(body) => body.attachments.clone(),
        Err(_) => serde_json::from_str(&entry.sealed.body)
            .map(|named: Named| named.attachments)
            .unwrap_or_default(),
    }
}

/// A problem that the server itself found, about a till's journal.
fn found_problem(rule: ProblemRule, entry: EntryRef, index: usize, now: Timestamp) -> Problem {
    let subject = ProblemSubject {
        till: entry.source.till(),
        ..ProblemSubject::default()
    };
    Problem::open(rule, subject, entry, index, now)
}

/// Names what a message is about, so that the same entry owes it once.
fn entry_key(order: OrderId, kind: message::MessageKind, entry: AppliedEntry) -> String {
    let at = entry.entry;
    format!(
        "{order}:{}:{}:{}:{}",
        kind.name(),
        at.source,
        at.epoch,
        at.seq
    )
}
