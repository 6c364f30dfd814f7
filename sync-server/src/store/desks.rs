//! What tills tell of their desks.

use async_trait::async_trait;
use comptoir_domain::ids::HubId;
use comptoir_domain::time::Timestamp;
use comptoir_sync::desk::{Claim, DeskRequest};

use super::{StoreError, Till};

/// What a till tells, with what it is judged by, as of the transaction that writes its outcome.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeskTold {
    pub till: Till,
    pub request: DeskRequest,
    /// The hub's claims.
    pub claims: Vec<Claim>,
    /// The hub's tills.
    pub tills: Vec<Till>,
    pub now: Timestamp,
}

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeskHeard {
    Heard {
        /// The end of the hub's feed after it.
        feed_head: u64,
    },
    /// The till waits for more than it may; nothing was changed.
    TooManyClaims,
}

#[async_trait]
pub trait DeskStore {
    /// Takes what lies on a till's desk and what it says about claims.
    async fn tell_desk(
        &self,
        hub: HubId,
        till: Till,
        request: DeskRequest,
        now: Timestamp,
    ) -> Result<DeskHeard, StoreError>;
}
