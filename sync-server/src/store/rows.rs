//! The rows that cross between a back end and the decisions about them.

use comptoir_domain::entry::{ChainHead, EntryHash, EntryRef, SealedEntry, Source};
use comptoir_domain::ids::{ActionId, AttachmentId, EpochId, OrderId};
use comptoir_domain::message::MessageKind;
use comptoir_domain::stock::StockMove;
use comptoir_domain::time::Timestamp;
use comptoir_sync::feed::Checksum;

/// A hub's counters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HubHead {
    /// The number of the last accepted entry.
    pub accept_no: u64,
    /// The number of the last entry that went into the state.
    pub fold_no: u64,
    pub feed_epoch: String,
    /// The end of the feed.
    pub position: u64,
    /// Over all live rows up to the end.
    pub checksum: Checksum,
    /// Marks of deletion up to here may be gone.
    pub tombstone_floor: u64,
    /// The number of the last order that was born here.
    pub order_no: u64,
}

/// What became of an accepted entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lane {
    /// It is part of the state.
    Folded,
    /// This version cannot read it.
    Quarantined,
    /// It came from a till whose rights were taken away, and waits for a manager.
    Drained,
}

impl Lane {
    pub const fn name(self) -> &'static str {
        match self {
            Lane::Folded => "folded",
            Lane::Quarantined => "quarantined",
            Lane::Drained => "drained",
        }
    }

    pub fn from_name(name: &str) -> Option<Lane> {
        [Lane::Folded, Lane::Quarantined, Lane::Drained]
            .into_iter()
            .find(|lane| lane.name() == name)
    }
}

/// An accepted entry, as written by its source, with what the server says about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JournalRow {
    pub source: Source,
    pub epoch: EpochId,
    /// 0, or the number of a fork's other branch.
    pub branch: u32,
    pub seq: u64,
    pub accept_no: u64,
    /// The order in which the state was folded; none while the entry is set aside.
    pub fold_no: Option<u64>,
    pub lane: Lane,
    pub hash: EntryHash,
    pub kind: String,
    pub action: ActionId,
    /// The source's clock.
    pub at: Timestamp,
    /// The server's clock.
    pub accepted_at: Timestamp,
    /// The server's clock less the source's when it was sent, in milliseconds.
    pub offset_ms: i64,
    pub sealed: SealedEntry,
}

/// An entry that its source signed and that lies beside the branches of its chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AsideRow {
    pub source: Source,
    pub epoch: EpochId,
    pub seq: u64,
    pub hash: EntryHash,
    /// The server's clock.
    pub accepted_at: Timestamp,
    /// The server's clock less the source's when it was sent, in milliseconds.
    pub offset_ms: i64,
    pub sealed: SealedEntry,
}

/// The end of one branch of a chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChainRow {
    pub source: Source,
    pub branch: u32,
    /// The first entry that lies on this branch.
    pub first_seq: u64,
    pub head: ChainHead,
}

/// The name of a thing in the state.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntityKey {
    pub kind: String,
    pub id: String,
}

impl EntityKey {
    pub fn new(kind: &str, id: impl ToString) -> EntityKey {
        EntityKey {
            kind: kind.to_owned(),
            id: id.to_string(),
        }
    }
}

impl std::fmt::Display for EntityKey {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}/{}", self.kind, self.id)
    }
}

/// A thing as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredEntity {
    pub position: u64,
    pub deleted: bool,
    pub body: String,
}

/// A thing as it is to be stored, at its new place in the feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntityRow {
    pub key: EntityKey,
    pub entity: StoredEntity,
    pub changed_at: Timestamp,
}

/// A move of goods for the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MoveRow {
    pub fold_no: u64,
    pub number: usize,
    pub at: Timestamp,
    pub stock_move: StockMove,
}

/// A blob that came beside the journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttachmentRow {
    pub source: Source,
    pub id: AttachmentId,
    pub salted_hash: EntryHash,
    pub salt: [u8; 16],
    pub content: String,
    pub received_at: Timestamp,
}

/// A message that a happening owes to a customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageRow {
    /// Names the happening: owed again, it is the same message.
    pub key: String,
    pub order: OrderId,
    pub kind: MessageKind,
    pub at: Timestamp,
}

/// What an entry says lies beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedRow {
    pub source: Source,
    pub epoch: EpochId,
    pub branch: u32,
    pub seq: u64,
    pub number: usize,
    pub id: AttachmentId,
    pub salted_hash: EntryHash,
    pub named_at: Timestamp,
}

impl NamedRow {
    /// The entry that names it.
    pub const fn entry_ref(&self) -> EntryRef {
        EntryRef {
            source: self.source,
            epoch: self.epoch,
            seq: self.seq,
        }
    }
}
