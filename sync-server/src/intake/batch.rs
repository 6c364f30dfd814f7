//! One transaction's worth of work on one hub: pushes and acts, placed in their chains, numbered and
//! folded. The outcome is [`Writes`], all of it or none.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};

use comptoir_domain::books::AppliedEntry;
use comptoir_domain::entry::{
    ENTRY_FORMAT, EntryBody, EntryHash, EntryHeader, EntryRef, SealedEntry, Source,
};
use comptoir_domain::ids::EpochId;
use comptoir_domain::problem::{Decision, Problem, ProblemRule, ProblemSubject};
use comptoir_domain::time::Timestamp;
use comptoir_sync::protocol::{PushOutcome, PushReply};
use ed25519_dalek::SigningKey;

use super::chain::{Chain, Placement};
use super::states::States;
use super::{FOLDED_KINDS, KIND_VERSION_MAX, Rows, VerifiedEntry, VerifiedPush};
use crate::store::{
    Act, AttachmentRow, ChainRow, EntityChange, EntityKey, EntityRow, Hub, HubHead, JournalRow,
    Lane, MoveRow, NamedRow, Recorded, StoreError,
};

/// Everything that a batch writes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Writes {
    pub head: HubHead,
    pub journal: Vec<JournalRow>,
    pub chains: Vec<ChainRow>,
    pub entities: Vec<EntityRow>,
    pub moves: Vec<MoveRow>,
    pub attachments: Vec<AttachmentRow>,
    pub named: Vec<NamedRow>,
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
    now: Timestamp,
    states: States,
    chains: BTreeMap<(Source, EpochId), Chain>,
    poisoned: BTreeSet<EntryHash>,
    writes: Writes,
}

/// Why a batch stops.
enum Halt {
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
            writes: Writes {
                head: head.clone(),
                journal: Vec::new(),
                chains: Vec::new(),
                entities: Vec::new(),
                moves: Vec::new(),
                attachments: Vec::new(),
                named: Vec::new(),
                folded: Vec::new(),
            },
        }
    }

    /// Takes what tills sent and answers each.
    pub fn accept(
        rows: &mut dyn Rows,
        head: &HubHead,
        pushes: &[VerifiedPush],
        now: Timestamp,
    ) -> Result<(Writes, Vec<PushReply>), StoreError> {
        let (writes, mut replies) = Batch::run(head, now, rows, |batch, rows| {
            let bodies = pushes.iter().flat_map(|push| &push.entries);
            let bodies =
                bodies.filter_map(|entry| Some((entry.header.source, entry.body.as_ref().ok()?)));
            batch.states.prefetch(rows, bodies)?;
            pushes
                .iter()
                .map(|push| batch.push(rows, push))
                .collect::<Result<Vec<PushReply>, Halt>>()
        })?;
        for reply in &mut replies {
            reply.feed_head = writes.head.position;
        }
        Ok((writes, replies))
    }

    /// Writes down what the server does, or finds that it did it before.
    pub fn record(
        rows: &mut dyn Rows,
        hub: &Hub,
        head: &HubHead,
        key: &SigningKey,
        act: &Act,
    ) -> Result<(Option<Writes>, Recorded), StoreError> {
        for change in &act.entities {
            let (EntityChange::Put { kind, .. } | EntityChange::Delete { kind, .. }) = change;
            if FOLDED_KINDS.contains(&kind.0.as_str()) {
                return Err(StoreError::FoldedKind(kind.0.clone()));
            }
        }
        let source = Source::Server(hub.source);
        if let Some(recorded) = rows.recorded(source, act.action)? {
            return Ok((None, recorded));
        }
        let (writes, entry) = Batch::run(head, act.at, rows, |batch, rows| {
            batch.act(rows, hub, key, act)
        })?;
        let recorded = Recorded {
            entry,
            accept_no: writes.head.accept_no,
            feed_head: writes.head.position,
        };
        Ok((Some(writes), recorded))
    }

    /// Folds entries that were set aside and can be read now.
    pub fn retry(
        rows: &mut dyn Rows,
        head: &HubHead,
        quarantined: &[JournalRow],
        now: Timestamp,
    ) -> Result<Writes, StoreError> {
        let (writes, ()) = Batch::run(head, now, rows, |batch, rows| {
            quarantined
                .iter()
                .try_for_each(|row| batch.retry_one(rows, row))
        })?;
        Ok(writes)
    }

    /// Opens a problem for each attachment that never came, and ends those of attachments that came
    /// after all.
    pub fn miss(
        rows: &mut dyn Rows,
        head: &HubHead,
        missing: &[NamedRow],
        arrived: &[NamedRow],
        now: Timestamp,
    ) -> Result<Writes, StoreError> {
        let rule = ProblemRule::AttachmentMissing;
        let (writes, ()) = Batch::run(head, now, rows, |batch, rows| {
            for named in missing {
                batch.open_problem(rows, rule, named.entry_ref(), named.number)?;
            }
            for named in arrived {
                batch.end_problem(rows, rule, named.entry_ref(), named.number, "arrived")?;
            }
            Ok(())
        })?;
        Ok(writes)
    }

    /// Runs work from the start; where an entry's fold panics, again without folding that entry.
    fn run<T>(
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
        self.writes.chains = self
            .chains
            .values()
            .flat_map(|chain| chain.rows().iter().copied())
            .collect();
        Ok(self.writes)
    }

    fn push(&mut self, rows: &mut dyn Rows, push: &VerifiedPush) -> Result<PushReply, Halt> {
        let source = Source::Till(push.till);
        let drained = rows.is_revoked(push.till)?;
        let mut chain = self.take_chain(rows, source, push.epoch)?;
        chain.look_up(rows, &push.entries)?;
        let mut branch = 0;
        let mut missing = None;
        for entry in &push.entries {
            match chain.place(entry, branch) {
                Placement::Held { branch: held } => branch = held,
                Placement::Missing { expected } => {
                    missing = Some(expected);
                    break;
                }
                placement @ (Placement::Next { branch: into }
                | Placement::Opens { branch: into }) => {
                    branch = into;
                    chain.extend(branch, entry);
                    self.journal(rows, entry, branch, drained, push.offset_ms)?;
                    if branch > 0 && matches!(placement, Placement::Opens { .. }) {
                        let at = entry.header.entry_ref();
                        self.open_problem(rows, ProblemRule::JournalForked, at, 0)?;
                    }
                }
            }
        }
        let reply = PushReply {
            outcome: outcome(push, missing, branch, &chain),
            head: chain.head(branch),
            feed_head: 0,
            server_time: self.now,
        };
        self.chains.insert((source, push.epoch), chain);
        self.keep_attachments(push, source);
        Ok(reply)
    }

    fn take_chain(
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

    fn keep_attachments(&mut self, push: &VerifiedPush, source: Source) {
        let rows = push.attachments.iter().map(|attachment| AttachmentRow {
            source,
            id: attachment.id,
            salted_hash: attachment.salted_hash,
            salt: attachment.salt,
            content: attachment.content.clone(),
            received_at: self.now,
        });
        self.writes.attachments.extend(rows);
    }

    /// Numbers an entry and folds it, or sets it aside.
    fn journal(
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
        if let Ok(body) = &entry.body {
            self.name_attachments(&entry.header, branch, body);
        }
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

    fn fold(
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

    fn name_attachments(&mut self, header: &EntryHeader, branch: u32, body: &EntryBody) {
        let named = body.attachments.iter().enumerate();
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

    fn open_problem(
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
    fn end_problem(
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

    fn act(
        &mut self,
        rows: &mut dyn Rows,
        hub: &Hub,
        key: &SigningKey,
        act: &Act,
    ) -> Result<EntryRef, Halt> {
        let source = Source::Server(hub.source);
        let mut chain = self.take_chain(rows, source, hub.source_epoch)?;
        let entry = seal(&chain, act, key);
        chain.extend(0, &entry);
        self.chains.insert((source, hub.source_epoch), chain);
        self.journal(rows, &entry, 0, false, 0)?;
        for change in &act.entities {
            match change {
                EntityChange::Put { kind, id, body } => self
                    .states
                    .put(EntityKey::new(&kind.0, id), Some(body.clone())),
                EntityChange::Delete { kind, id } => {
                    self.states.put(EntityKey::new(&kind.0, id), None);
                }
            }
        }
        Ok(entry.header.entry_ref())
    }

    fn retry_one(&mut self, rows: &mut dyn Rows, row: &JournalRow) -> Result<(), Halt> {
        let header = row.sealed.read_header().ok();
        let body = row.sealed.read_body().ok();
        let (Some(header), Some(body)) = (header, body) else {
            return Ok(());
        };
        if header.kind_version > KIND_VERSION_MAX || self.poisoned.contains(&row.hash) {
            return Ok(());
        }
        self.fold(rows, &header, row.hash, &body)?;
        self.writes.folded.push(Folded {
            accept_no: row.accept_no,
            fold_no: self.writes.head.fold_no,
        });
        self.name_attachments(&header, row.branch, &body);
        let entry = EntryRef {
            source: row.source,
            epoch: row.epoch,
            seq: row.seq,
        };
        let index = usize::try_from(row.branch).unwrap_or(usize::MAX);
        self.end_problem(rows, ProblemRule::EntryQuarantined, entry, index, "folded")
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

fn seal(chain: &Chain, act: &Act, key: &SigningKey) -> VerifiedEntry {
    let head = chain.head(0);
    let header = EntryHeader {
        format: ENTRY_FORMAT,
        source: chain.source,
        epoch: chain.epoch,
        seq: head.seq + 1,
        previous: head.hash,
        kind: act.kind.clone(),
        kind_version: KIND_VERSION_MAX,
        action: act.action,
        at: act.at,
        actor: act.actor,
    };
    let body = EntryBody {
        events: act.events.clone(),
        attachments: Vec::new(),
    };
    let sealed = SealedEntry::seal(&header, &body, key);
    VerifiedEntry {
        hash: sealed.hash(),
        header,
        body: Ok(body),
        sealed,
    }
}

fn outcome(push: &VerifiedPush, missing: Option<u64>, branch: u32, chain: &Chain) -> PushOutcome {
    match (missing, push.refused) {
        (Some(seq), _) => PushOutcome::Expected { seq },
        (None, Some((seq, fault))) => PushOutcome::Refused { seq, fault },
        (None, None) if branch > 0 => PushOutcome::Forked {
            seq: chain.first_seq(branch),
        },
        (None, None) => PushOutcome::Held,
    }
}
