//! One action in progress: the transaction that it lives in, and what it writes down.

use comptoir_domain::books::Applied;
use comptoir_domain::document::{DocumentNumber, Series};
use comptoir_domain::entry::ChainHead;
use comptoir_domain::event::{EpochEnd, EpochReason, Event};
use comptoir_domain::ids::{ActionId, IdSource, StaffId};
use comptoir_domain::time::Timestamp;
use rusqlite::{Connection, Transaction};

use crate::core::Identity;
use crate::error::TillError;
use crate::store::journal::{self, Epoch, NewEntry};
use crate::store::meta;
use crate::store::print_jobs::{self, Job};
use crate::store::states::States;
use crate::wire::Code;

/// What an action has at hand until it commits.
pub(crate) struct Act<'a> {
    pub(crate) tx: &'a Transaction<'a>,
    pub(crate) now: Timestamp,
    pub(crate) ids: &'a mut (dyn IdSource + Send),
    actor: Option<StaffId>,
    approved_by: Option<StaffId>,
    identity: &'a Identity,
    states: &'a mut States,
    /// The epoch that is written to, and the end of its chain, once somebody asked for them.
    chain: Option<(Epoch, ChainHead)>,
    /// The actions that entries were written for.
    written: Vec<ActionId>,
    head: Option<ChainHead>,
}

impl<'a> Act<'a> {
    pub(crate) fn new(
        tx: &'a Transaction<'a>,
        now: Timestamp,
        actor: Option<StaffId>,
        ids: &'a mut (dyn IdSource + Send),
        identity: &'a Identity,
        states: &'a mut States,
    ) -> Act<'a> {
        Act {
            tx,
            now,
            ids,
            actor,
            approved_by: None,
            identity,
            states,
            chain: None,
            written: Vec::new(),
            head: None,
        }
    }

    /// The end of the journal, where this action wrote to it.
    pub(crate) const fn head(&self) -> Option<ChainHead> {
        self.head
    }

    /// Whether an entry says that an action was done.
    pub(crate) fn has_written(&self, action: ActionId) -> bool {
        self.written.contains(&action)
    }

    /// Writes one entry down and folds it into the states.
    pub(crate) fn write(&mut self, entry: NewEntry) -> Result<Applied, TillError> {
        self.begin_epoch()?;
        self.append(entry)
    }

    /// Writes an entry without documents.
    pub(crate) fn write_events(
        &mut self,
        kind: &'static str,
        action: ActionId,
        events: Vec<Event>,
    ) -> Result<Applied, TillError> {
        let entry = NewEntry {
            kind,
            action,
            actor: self.actor,
            approved_by: self.approved_by,
            events,
            attachments: Vec::new(),
            number: None,
            amount: None,
        };
        self.write(entry)
    }

    /// An id for an action that no key press carried.
    pub(crate) fn own_action(&mut self) -> ActionId {
        ActionId::from_uuid(self.ids.next_uuid())
    }

    pub(crate) const fn actor(&self) -> Option<StaffId> {
        self.actor
    }

    /// Notes the manager who confirmed the action in place.
    pub(crate) const fn approve(&mut self, by: Option<StaffId>) {
        self.approved_by = by;
    }

    /// Acts in the name of another person than who is signed in.
    pub(crate) const fn act_as(&mut self, actor: StaffId) {
        self.actor = Some(actor);
    }

    /// The next number of a series.
    pub(crate) fn next_number(&mut self, series: Series) -> Result<DocumentNumber, TillError> {
        let code = meta::parsed_code(self.tx)?
            .ok_or_else(|| TillError::refuse(Code::NotNow, "the till has no code yet"))?;
        let (epoch, _) = chain(&mut self.chain, self.tx)?;
        journal::next_number(self.tx, epoch, series, code)
    }

    /// Puts a job into the spool.
    pub(crate) fn print(&mut self, job: &Job) -> Result<(), TillError> {
        print_jobs::add(self.tx, job, self.now)
    }

    /// Begins another epoch, in which everything after is written.
    pub(crate) fn open_epoch(
        &mut self,
        reason: EpochReason,
        previous: Option<EpochEnd>,
    ) -> Result<Epoch, TillError> {
        self.chain = None;
        journal::open_epoch(self.tx, self.now, reason, previous, self.ids)
    }

    /// The first entry of an epoch says why it began.
    fn begin_epoch(&mut self) -> Result<(), TillError> {
        let (epoch, head) = chain(&mut self.chain, self.tx)?;
        if head.seq > 0 {
            return Ok(());
        }
        let epoch = epoch.clone();
        let entry = NewEntry {
            kind: "epoch_opened",
            action: self.own_action(),
            actor: None,
            approved_by: None,
            events: vec![Event::EpochOpened {
                label: epoch.label,
                reason: epoch.reason,
                previous: epoch.previous,
            }],
            attachments: Vec::new(),
            number: None,
            amount: None,
        };
        self.append(entry).map(|_| ())
    }

    fn append(&mut self, entry: NewEntry) -> Result<Applied, TillError> {
        let (_, head) = chain(&mut self.chain, self.tx)?;
        let action = entry.action;
        let written = journal::append(
            self.tx,
            head,
            self.identity.source(),
            &self.identity.key,
            self.now,
            entry,
        )?;
        *head = written.head;
        self.head = Some(written.head);
        self.written.push(action);
        self.states.fold(self.tx, &written.header, &written.body)
    }
}

/// The epoch that is written to and the end of its chain, read once in an action.
fn chain<'c>(
    chain: &'c mut Option<(Epoch, ChainHead)>,
    connection: &Connection,
) -> Result<&'c mut (Epoch, ChainHead), TillError> {
    if let Some(known) = chain {
        return Ok(known);
    }
    let epoch =
        journal::current_epoch(connection)?.ok_or(TillError::StoredText { what: "epoch" })?;
    let head = journal::head_of(connection, epoch.id)?;
    Ok(chain.insert((epoch, head)))
}
