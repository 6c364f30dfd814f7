//! The core of a till: one database, one clock, one source of ids, and no thread of its own.
//!
//! The windowed till drives it from its writer thread, the simulator directly. Nothing in here
//! reads the system's clock or randomness.

use std::path::Path;

use comptoir_domain::ids::IdSource;
use comptoir_domain::time::Timestamp;
use rusqlite::{Connection, ErrorCode, Transaction, TransactionBehavior};

use crate::error::TillError;
use crate::store::{OpenError, Opened, StorePlace};

/// What time it is, as far as this till knows.
pub trait Clock: Send {
    fn now(&self) -> Timestamp;
}

impl<F: Fn() -> Timestamp + Send> Clock for F {
    fn now(&self) -> Timestamp {
        self()
    }
}

/// One till at work on its data folder.
pub struct Core {
    pub(crate) store: Opened,
    pub(crate) clock: Box<dyn Clock>,
    pub(crate) ids: Box<dyn IdSource + Send>,
}

impl std::fmt::Debug for Core {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Core")
            .field("store", &self.store)
            .finish_non_exhaustive()
    }
}

impl Core {
    /// Opens the till's data folder, or says why nothing may be sold from it.
    pub fn open(
        place: &StorePlace,
        clock: Box<dyn Clock>,
        ids: Box<dyn IdSource + Send>,
    ) -> Result<Core, OpenError> {
        Ok(Core {
            store: Opened::open(place)?,
            clock,
            ids,
        })
    }

    /// What the till's clock shows.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Where new ids come from.
    pub fn ids(&mut self) -> &mut (dyn IdSource + Send) {
        self.ids.as_mut()
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
        mut work: impl FnMut(&Transaction<'_>) -> Result<T, TillError>,
    ) -> Result<T, TillError> {
        match attempt(&mut self.store, &mut work) {
            Err(error) if error.is_disk_full() && self.store.reserve.release() => {
                attempt(&mut self.store, &mut work)
            }
            answer => answer,
        }
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

impl TillError {
    fn is_disk_full(&self) -> bool {
        matches!(self, TillError::Database(error)
            if error.sqlite_error_code() == Some(ErrorCode::DiskFull))
    }
}
