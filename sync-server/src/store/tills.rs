//! Tills: how they join and leave, and their sessions.

use async_trait::async_trait;
use comptoir_domain::document::TillCode;
use comptoir_domain::entry::EntryHash;
use comptoir_domain::ids::{ActionId, HubId, LocationId, TillId};
use comptoir_domain::time::Timestamp;

use super::{Act, Hub, StoreError};

/// A one-time code, as the server remembers it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEnrolment {
    pub code_hash: [u8; 32],
    pub location: LocationId,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
}

/// A device that shows a one-time code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enrolling {
    pub code_hash: [u8; 32],
    pub till: TillId,
    pub key: EntryHash,
    pub wanted_code: Option<TillCode>,
    pub version: String,
    pub action: ActionId,
    pub at: Timestamp,
}

/// What came of showing a code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EnrolOutcome {
    Enrolled {
        hub: Hub,
        till: Box<Till>,
    },
    CodeUnknown,
    /// By another till.
    CodeUsed,
    CodeExpired,
    /// The till's id is known with another key, or at another hub.
    TillTaken,
}

/// A till of a hub.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Till {
    pub hub: HubId,
    pub id: TillId,
    pub code: TillCode,
    /// Its Ed25519 public key.
    pub key: EntryHash,
    pub location: LocationId,
    pub version: String,
    pub enrolled_at: Timestamp,
    pub revoked_at: Option<Timestamp>,
}

/// A session to be remembered by the hash of its token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSession {
    pub hub: HubId,
    pub till: TillId,
    pub token_hash: [u8; 32],
    /// The challenge that was answered, and the end of its life.
    pub challenge: EntryHash,
    pub challenge_expires_at: Timestamp,
    pub now: Timestamp,
    pub expires_at: Timestamp,
}

/// What is kept of tills and of who becomes one.
#[async_trait]
pub trait TillStore {
    /// Remembers a one-time code.
    async fn open_enrolment(&self, hub: HubId, enrolment: NewEnrolment) -> Result<(), StoreError>;

    /// Makes a device a till of the hub that its code belongs to, and writes that down. The same
    /// device with the same code gets the same answer again.
    async fn enrol(&self, enrolling: Enrolling) -> Result<EnrolOutcome, StoreError>;

    /// A till by its id alone.
    async fn till(&self, till: TillId) -> Result<Option<Till>, StoreError>;

    /// The tills of a hub, by code.
    async fn tills(&self, hub: HubId) -> Result<Vec<Till>, StoreError>;

    /// Takes a till's rights away and writes that down. What it sends from now on is kept aside.
    async fn revoke(&self, hub: HubId, till: TillId, act: Act) -> Result<(), StoreError>;

    /// Opens a session; `false` where the challenge was used before.
    async fn open_session(&self, session: NewSession) -> Result<bool, StoreError>;

    /// The till that a token belongs to.
    async fn session(
        &self,
        hub: HubId,
        token_hash: [u8; 32],
        now: Timestamp,
    ) -> Result<Option<Till>, StoreError>;
}
