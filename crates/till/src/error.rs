//! Why a till did not do what it was asked to do.

use comptoir_domain::refusal::Refusal;

use crate::wire::{ApiError, Code};

/// Why nothing was done.
#[derive(Debug, thiserror::Error)]
pub enum TillError {
    /// A rule of the trade says no.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The till itself says no, in a code of the screen.
    #[error(transparent)]
    Api(#[from] ApiError),
    #[error("the database: {0}")]
    Database(#[from] rusqlite::Error),
    /// A stored row cannot be read: a fault of ours or of the disk.
    #[error("stored {what}: {error}")]
    Stored {
        what: &'static str,
        error: serde_json::Error,
    },
}

impl TillError {
    /// A plain no of the till.
    pub fn refuse(code: Code, message: impl Into<String>) -> TillError {
        TillError::Api(ApiError::new(code, message))
    }
}
