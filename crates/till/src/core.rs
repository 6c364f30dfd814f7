//! The core of a till: one database, one clock, one source of ids, and no thread of its own.
//!
//! The windowed till drives it from its writer thread, the simulator directly. Nothing in here
//! reads the system's clock or randomness.

use std::cell::RefCell;
use std::path::Path;

use comptoir_domain::entry::{ChainHead, Source};
use comptoir_domain::event::Event;
use comptoir_domain::ids::{ActionId, IdSource, StaffId, TillId};
use comptoir_domain::time::Timestamp;
use ed25519_dalek::SigningKey;
use rusqlite::{Connection, Transaction, TransactionBehavior};

use crate::act::Act;
use crate::catalogue;
use crate::error::TillError;
use crate::health;
use crate::key::{HighWaterMark, KeyStore};
use crate::known::Known;
use crate::session::{Counters, Session};
use crate::start;
use crate::store::states::States;
use crate::store::{OpenError, Opened, StorePlace, actions, database_path};

/// What time it is, as far as this till knows.
pub trait Clock: Send {
    fn now(&self) -> Timestamp;
}

impl<F: Fn() -> Timestamp + Send> Clock for F {
    fn now(&self) -> Timestamp {
        self()
    }
}

/// Who this till is: its id and the key that signs its entries.
#[derive(Debug, Clone)]
pub(crate) struct Identity {
    pub(crate) till: TillId,
    pub(crate) key: SigningKey,
}

impl Identity {
    pub(crate) const fn source(&self) -> Source {
        Source::Till(self.till)
    }
}

/// One till at work on its data folder.
pub struct Core {
    pub(crate) store: Opened,
    pub(crate) clock: Box<dyn Clock>,
    pub(crate) ids: Box<dyn IdSource + Send>,
    pub(crate) keys: Box<dyn KeyStore>,
    pub(crate) identity: Identity,
    pub(crate) session: Session,
    pub(crate) known: RefCell<Known>,
}

impl std::fmt::Debug for Core {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Core")
            .field("store", &self.store)
            .field("till", &self.identity.till)
            .finish_non_exhaustive()
    }
}

impl Core {
    /// Opens the till's data folder and takes up what the last run left: the order in progress, the
    /// print jobs, who was signed in. Says why where nothing may be sold from the folder.
    pub fn open(
        place: &StorePlace,
        clock: Box<dyn Clock>,
        mut ids: Box<dyn IdSource + Send>,
        mut keys: Box<dyn KeyStore>,
    ) -> Result<Core, OpenError> {
        let uncleanly = health::ended_uncleanly(&database_path(&place.directory));
        let mut store = Opened::open(place)?;
        if uncleanly {
            health::check_references(&store.connection)?;
        }
        let now = clock.now();
        let (identity, session) =
            start::take_up(&mut store.connection, now, ids.as_mut(), keys.as_mut())?;
        Ok(Core {
            store,
            clock,
            ids,
            keys,
            identity,
            session,
            known: RefCell::default(),
        })
    }

    pub(crate) const fn counters(&self) -> Counters {
        self.session.counters()
    }

    /// Goes on from the numbers that the screen has seen of another core.
    pub(crate) fn count_on(&mut self, from: Counters) {
        self.session.count_on(from);
    }

    /// What the till's clock shows.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Where new ids come from.
    pub fn ids(&mut self) -> &mut (dyn IdSource + Send) {
        self.ids.as_mut()
    }

    /// Who this till is.
    pub const fn till(&self) -> TillId {
        self.identity.till
    }

    /// The key that signs this till's entries and sessions.
    pub const fn signing_key(&self) -> &SigningKey {
        &self.identity.key
    }

    /// The writing connection, for reads between two actions.
    pub const fn connection(&self) -> &Connection {
        &self.store.connection
    }

    /// The data folder's database file, for readers of their own.
    pub fn database(&self) -> &Path {
        &self.store.database
    }

    /// Does `work` in one durable transaction, whole or not at all. On a full disk the reserve is
    /// given back and the work tried once more.
    pub fn transaction<T>(
        &mut self,
        work: impl FnMut(&Transaction<'_>) -> Result<T, TillError>,
    ) -> Result<T, TillError> {
        self.known.get_mut().forget();
        self.transaction_beside(work)
    }

    /// The same for what changes nothing that is [`Known`]: neither settings, staff and what the till
    /// keeps about itself, nor states.
    pub(crate) fn transaction_beside<T>(
        &mut self,
        mut work: impl FnMut(&Transaction<'_>) -> Result<T, TillError>,
    ) -> Result<T, TillError> {
        match attempt(&mut self.store, &mut work) {
            Err(error) if error.is_disk_full() && self.store.reserve.release() => {
                attempt(&mut self.store, &mut work)
            }
            answer => answer,
        }
    }

    /// One action of a person in one durable transaction, with everything that belongs to it. An
    /// action that was done before is not done again; then there is no answer.
    pub(crate) fn act<T>(
        &mut self,
        action: Option<ActionId>,
        work: impl FnMut(&mut Act<'_>) -> Result<T, TillError>,
    ) -> Result<Option<T>, TillError> {
        if let Some(action) = action
            && actions::is_done(self.connection(), action)?
        {
            return Ok(None);
        }
        let done = self.sell(action, work);
        self.known.get_mut().forget();
        done.map(Some)
    }

    /// The same for an action that was not done before and that changes nothing that is [`Known`] but
    /// by the entries that it writes.
    pub(crate) fn sell<T>(
        &mut self,
        action: Option<ActionId>,
        work: impl FnMut(&mut Act<'_>) -> Result<T, TillError>,
    ) -> Result<T, TillError> {
        let done = self.do_act(action, work);
        if done.is_err() {
            // What was folded in memory did not come to pass.
            self.known.get_mut().forget();
        }
        done
    }

    fn do_act<T>(
        &mut self,
        action: Option<ActionId>,
        mut work: impl FnMut(&mut Act<'_>) -> Result<T, TillError>,
    ) -> Result<T, TillError> {
        let now = self.clock.now();
        let actor: Option<StaffId> = self.session.staff;
        let Core {
            store,
            ids,
            identity,
            known,
            ..
        } = self;
        let states = &mut known.get_mut().states;
        let mut first = true;
        let mut once = |transaction: &Transaction<'_>| {
            if !std::mem::take(&mut first) {
                *states = States::default();
            }
            let mut act = Act::new(transaction, now, actor, ids.as_mut(), identity, states);
            let answer = work(&mut act)?;
            if let Some(action) = action.filter(|action| !act.has_written(*action)) {
                actions::mark_done(transaction, action, now)?;
            }
            Ok((answer, act.head()))
        };
        let done = match attempt(store, &mut once) {
            Err(error) if error.is_disk_full() && store.reserve.release() => {
                attempt(store, &mut once)
            }
            done => done,
        };
        let (answer, head) = done?;
        if let Some(head) = head {
            self.move_mark(head);
        }
        Ok(answer)
    }

    /// Writes down, as one entry, what was decided elsewhere than on this counter's screen.
    pub fn record(&mut self, kind: &'static str, events: Vec<Event>) -> Result<(), TillError> {
        let action = ActionId::from_uuid(self.ids.next_uuid());
        self.act(Some(action), |act| {
            act.write_events(kind, action, events.clone())
        })?;
        Ok(())
    }

    fn move_mark(&mut self, head: ChainHead) {
        let mark = HighWaterMark {
            till: self.identity.till,
            head,
        };
        // The sale stands; only an older copy of the database would be noticed less sharply.
        if let Err(error) = self.keys.set_mark(&mark) {
            tracing::warn!(%error, "the high-water mark could not be moved");
        }
    }

    /// Lets the finder know what was sold: for moments at which nobody waits. Answers whether there is
    /// more to count.
    pub fn count_sold(&mut self) -> Result<bool, TillError> {
        self.transaction_beside(catalogue::count_new_sales)
    }

    /// Folds the write-ahead log into the database: for moments at which nobody waits.
    pub fn checkpoint(&mut self) -> Result<(), TillError> {
        self.store
            .connection
            .query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()))?;
        Ok(())
    }

    /// Takes the reserve for a full disk again, where it was given back and there is room now.
    pub fn refill_reserve(&self) -> bool {
        self.store.reserve.fill().is_ok()
    }
}

fn attempt<T>(
    store: &mut Opened,
    work: &mut impl FnMut(&Transaction<'_>) -> Result<T, TillError>,
) -> Result<T, TillError> {
    let transaction = store
        .connection
        .transaction_with_behavior(TransactionBehavior::Immediate)?;
    let answer = work(&transaction)?;
    transaction.commit()?;
    Ok(answer)
}
