//! Why the office does not do what it is asked.

use std::collections::BTreeMap;

use comptoir_domain::refusal::Refusal;

use crate::entropy::NoEntropy;
use crate::store::StoreError;

/// A clear no, under a stable code. Nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{code}")]
pub struct OfficeRefusal {
    pub code: &'static str,
    /// What the sentence names.
    pub params: BTreeMap<&'static str, String>,
}

impl OfficeRefusal {
    pub const fn new(code: &'static str) -> OfficeRefusal {
        OfficeRefusal {
            code,
            params: BTreeMap::new(),
        }
    }

    /// Somebody else changed the thing since it was seen.
    pub const CHANGED: OfficeRefusal = OfficeRefusal::new("changed_meanwhile");
    /// There is no such thing in this hub.
    pub const NOT_FOUND: OfficeRefusal = OfficeRefusal::new("not_found");
    /// The role does not allow it.
    pub const NOT_PERMITTED: OfficeRefusal = OfficeRefusal::new("not_permitted");
    /// It would change nothing.
    pub const NOTHING_CHANGED: OfficeRefusal = OfficeRefusal::new("nothing_changed");

    /// Adds a value that the sentence names.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl ToString) -> OfficeRefusal {
        self.params.insert(name, value.to_string());
        self
    }
}

impl From<Refusal> for OfficeRefusal {
    fn from(refusal: Refusal) -> OfficeRefusal {
        OfficeRefusal {
            code: refusal.code.as_str(),
            params: refusal.params,
        }
    }
}

/// Why something was not done.
#[derive(Debug, thiserror::Error)]
pub enum OfficeError {
    #[error(transparent)]
    Refused(#[from] OfficeRefusal),
    /// Too many wrong passwords; seconds until the next try.
    #[error("too many tries")]
    TooManyTries(u32),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    NoEntropy(#[from] NoEntropy),
}

impl From<Refusal> for OfficeError {
    fn from(refusal: Refusal) -> OfficeError {
        OfficeError::Refused(refusal.into())
    }
}
