//! What is decided about entries and acts before anything is stored. Nothing here knows a database:
//! rows come in through [`Rows`], and [`Writes`] say what is to be written in the same transaction.

mod acts;
mod batch;
mod chain;
mod desks;
mod excess;
mod pushes;
mod states;
mod steps;
mod texts;
mod upkeep;
mod verify;

pub use batch::{Batch, Folded, Writes};
pub use excess::{EXCESS_BYTES_MAX, EXCESS_ENTRIES_MAX, Excess};
pub use states::FOLDED_KINDS;
pub(crate) use steps::is_outstanding;
pub use verify::{
    ATTACHMENT_BYTES_MAX, VerifiedAttachment, VerifiedEntry, VerifiedPush, verify_push,
};

use comptoir_domain::entry::{EntryHash, EntryRef, Source};
use comptoir_domain::ids::{ActionId, AttachmentId, EpochId, TillId};

use crate::store::{ChainRow, EntityKey, Recorded, StoreError, StoredEntity};

/// The newest version of entry kinds that this server reads; a later one is set aside.
pub const KIND_VERSION_MAX: u16 = 1;

/// Names this version as a reader of entries: what it could not read it cannot read tomorrow, another
/// may.
pub fn reader() -> String {
    format!("{} {KIND_VERSION_MAX}", env!("CARGO_PKG_VERSION"))
}

/// What the decisions need to know, read within the transaction that will write their outcome.
pub trait Rows {
    /// All branches of a chain, branch 0 first; none before its first entry.
    fn branches(&mut self, source: Source, epoch: EpochId) -> Result<Vec<ChainRow>, StoreError>;

    /// The hashes stored at places `from` to `to`, both included, with their branches.
    fn hashes(
        &mut self,
        source: Source,
        epoch: EpochId,
        from: u64,
        to: u64,
    ) -> Result<Vec<(u64, u32, EntryHash)>, StoreError>;

    /// Things of the state, in the order of the keys.
    fn entities(&mut self, keys: &[EntityKey]) -> Result<Vec<Option<StoredEntity>>, StoreError>;

    /// Whether a till's rights were taken away.
    fn is_revoked(&mut self, till: TillId) -> Result<bool, StoreError>;

    /// What is kept of a till without being part of the state.
    fn excess(&mut self, till: TillId) -> Result<Excess, StoreError>;

    /// Whether an entry lies beside the branches of its chain.
    fn is_aside(
        &mut self,
        source: Source,
        epoch: EpochId,
        seq: u64,
        hash: EntryHash,
    ) -> Result<bool, StoreError>;

    /// Whether a stored entry names an attachment that is not here yet.
    fn is_awaited(
        &mut self,
        entry: EntryRef,
        id: AttachmentId,
        salted_hash: EntryHash,
    ) -> Result<bool, StoreError>;

    /// What became of an act of a source, if it was recorded already.
    fn recorded(
        &mut self,
        source: Source,
        action: ActionId,
    ) -> Result<Option<Recorded>, StoreError>;
}
