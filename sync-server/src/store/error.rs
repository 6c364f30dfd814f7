//! Why the store cannot do what it was asked.

use comptoir_domain::ids::HubId;

#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database engine refused: full disk, read-only file, damage.
    #[error("the database failed: {0}")]
    Database(String),
    #[error("the database's tables could not be brought up to date: {0}")]
    Migration(String),
    /// The writer is gone; the process is about to end.
    #[error("the store is closed")]
    Closed,
    /// What was to be written panicked, and nothing of it was.
    #[error("a decision failed")]
    Panicked,
    /// More is asked of the writer than it can queue.
    #[error("the store is busy")]
    Busy,
    #[error("another server serves from this database")]
    ServedAlready,
    #[error("hub {0} is not known here")]
    HubUnknown(HubId),
    #[error("hub {0} exists already")]
    HubExists(HubId),
    /// A till that the hub does not have.
    #[error("the till is not one of the hub's")]
    TillUnknown,
    /// A row that this very server wrote cannot be read.
    #[error("row {key} cannot be read: {reason}")]
    RowUnreadable { key: String, reason: String },
    /// State that follows from events was to be written by hand.
    #[error("\"{0}\" follows from events and is never written by hand")]
    FoldedKind(String),
    #[error("the file {0} exists already")]
    FileExists(std::path::PathBuf),
    #[error("{0}")]
    File(#[from] std::io::Error),
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> StoreError {
        StoreError::Database(error.to_string())
    }
}
