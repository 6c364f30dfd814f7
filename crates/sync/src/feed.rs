//! The hub's feed: one row per entity, moved to the tail when it changes.

use comptoir_domain::books::{AppliedEntry, Books};
use comptoir_domain::entry::EntryBody;
use comptoir_domain::ids::EpochId;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// What kind of thing a row is. Kinds that a reader does not know are kept as they are.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EntityKind(pub String);

impl EntityKind {
    pub const SETTINGS: &'static str = "settings";
    pub const PRODUCT: &'static str = "product";
    pub const VARIANT: &'static str = "variant";
    /// A [`comptoir_domain::catalogue::Picture`] under the name that variants give it.
    pub const PICTURE: &'static str = "picture";
    pub const PRICE_RULE: &'static str = "price_rule";
    pub const STAFF: &'static str = "staff";
    pub const CUSTOMER: &'static str = "customer";
    pub const SLOT: &'static str = "slot";
    /// A [`comptoir_domain::recurring::RecurringOrder`].
    pub const RECURRING_ORDER: &'static str = "recurring_order";
    /// The text of a note on an order, under the id of its attachment: personal, it can be forgotten.
    pub const NOTE: &'static str = "note";
    /// A hub's own text of a message to customers, under its kind and language.
    pub const MESSAGE_TEXT: &'static str = "message_text";
    pub const ORDER: &'static str = "order";
    pub const STOCK: &'static str = "stock";
    pub const ACCOUNT: &'static str = "account";
    pub const SHIFT: &'static str = "shift";
    pub const TILL: &'static str = "till";
    pub const PROBLEM: &'static str = "problem";
    /// What lies on a till's desk: a [`crate::desk::Desk`] under the till's id.
    pub const DESK: &'static str = "desk";
    /// A wish for a sale that another till put aside: a [`crate::desk::Claim`] under its own id.
    pub const CLAIM: &'static str = "claim";

    pub fn new(kind: &str) -> EntityKind {
        EntityKind(kind.to_owned())
    }
}

/// A position in one life of the feed.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Cursor {
    /// Changes when the server was restored from a backup.
    pub feed_epoch: String,
    pub position: u64,
}

/// One entity in its latest state, or the mark that it is gone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeedItem {
    pub kind: EntityKind,
    pub id: String,
    pub position: u64,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub deleted: bool,
    /// The entity as JSON text; empty where it is gone. Kept as sent, so that fields of a newer
    /// version survive.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub body: String,
}

/// A sum over all live rows of a feed: equal on both sides, or a row was missed. Additive, so that
/// a changed row costs one subtraction and one addition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Checksum {
    pub rows: u64,
    /// Hexadecimal, because JSON numbers end at 2^53.
    #[serde(with = "hexadecimal")]
    pub sum: u64,
}

mod hexadecimal {
    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(sum: &u64, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("{sum:016x}"))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
        let text = String::deserialize(deserializer)?;
        u64::from_str_radix(&text, 16).map_err(serde::de::Error::custom)
    }
}

impl Checksum {
    /// Counts a live row in.
    pub fn add(&mut self, kind: &str, id: &str, position: u64) {
        self.rows = self.rows.wrapping_add(1);
        self.sum = self.sum.wrapping_add(row_hash(kind, id, position));
    }

    /// Takes a live row out, as it was counted in.
    pub fn remove(&mut self, kind: &str, id: &str, position: u64) {
        self.rows = self.rows.wrapping_sub(1);
        self.sum = self.sum.wrapping_sub(row_hash(kind, id, position));
    }
}

fn row_hash(kind: &str, id: &str, position: u64) -> u64 {
    let mut hasher = Sha256::new();
    hasher.update(kind.as_bytes());
    hasher.update([0]);
    hasher.update(id.as_bytes());
    hasher.update(position.to_be_bytes());
    let digest: [u8; 32] = hasher.finalize().into();
    let mut first = [0u8; 8];
    first.copy_from_slice(&digest[..8]);
    u64::from_be_bytes(first)
}

/// Which entries of one till a state of the hub includes.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Included {
    /// Per epoch, the last entry that the server holds.
    pub through: Vec<EpochPosition>,
    /// Entries at or below those that the figures do not contain: quarantined, or waiting for a
    /// manager's release.
    #[serde(default)]
    pub excluded: Vec<EpochPosition>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct EpochPosition {
    pub epoch: EpochId,
    pub seq: u64,
}

impl Included {
    /// Whether the figures contain an entry.
    pub fn contains(&self, epoch: EpochId, seq: u64) -> bool {
        let held = self
            .through
            .iter()
            .any(|last| last.epoch == epoch && seq <= last.seq);
        held && !self.excluded.contains(&EpochPosition { epoch, seq })
    }
}

/// Folds a till's own entries that a pulled state does not include on top of it: what the till
/// shows. The entries come in the order in which the till wrote them.
pub fn overlay<'e>(
    base: &mut Books,
    included: &Included,
    own: impl Iterator<Item = (AppliedEntry, &'e EntryBody)>,
) {
    for (entry, body) in own {
        if !included.contains(entry.entry.epoch, entry.entry.seq) {
            base.apply(entry, body);
        }
    }
}
