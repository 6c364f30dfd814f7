//! Journal entries: one entry is one completed action of a person, with all its events, frozen as
//! bytes, chained by hash to its predecessor and signed by its source.
//!
//! The bytes are the truth. They are hashed as written and stored as written, and never serialised
//! again (docs/adr/0001-order-and-journal.md).

use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::event::Event;
use crate::ids::{ActionId, AttachmentId, EpochId, StaffId, TillId};
use crate::order::{ORDER_CHARGES_MAX, ORDER_LINES_MAX};
use crate::stock::{Counted, STOCK_PARTS_MAX};
use crate::time::Timestamp;

/// The version of the header's shape.
pub const ENTRY_FORMAT: u16 = 1;

const HASH_TAG: &[u8] = b"comptoir-entry-1";

/// The largest header and body that are read, in bytes.
pub const ENTRY_BYTES_MAX: usize = 1024 * 1024;

/// The most events that one action makes.
const EVENTS_MAX: usize = 256;

/// The most operations that one amendment makes.
const OPERATIONS_MAX: usize = 5_000;

/// Who keeps a chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Source {
    Till(TillId),
    /// The server's own chain for one hub, under an id of its own.
    Server(TillId),
}

impl Source {
    /// The till, where the source is one.
    pub const fn till(self) -> Option<TillId> {
        match self {
            Source::Till(till) => Some(till),
            Source::Server(_) => None,
        }
    }
}

impl std::fmt::Display for Source {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Source::Till(id) => write!(formatter, "till:{id}"),
            Source::Server(id) => write!(formatter, "server:{id}"),
        }
    }
}

/// A text that names no source.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" names no journal source")]
pub struct UnknownSource(pub String);

impl std::str::FromStr for Source {
    type Err = UnknownSource;

    fn from_str(text: &str) -> Result<Source, UnknownSource> {
        let unknown = || UnknownSource(text.to_owned());
        let (kind, id) = text.split_once(':').ok_or_else(unknown)?;
        let id = id.parse().map_err(|_| unknown())?;
        match kind {
            "till" => Ok(Source::Till(id)),
            "server" => Ok(Source::Server(id)),
            _ => Err(unknown()),
        }
    }
}

impl Serialize for Source {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Source {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Source, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

/// The place of an entry: unique for ever.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct EntryRef {
    pub source: Source,
    pub epoch: EpochId,
    /// Dense from 1 within the epoch.
    pub seq: u64,
}

/// A SHA-256 over an entry, or thirty-two zero bytes before the first. Hexadecimal in JSON.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct EntryHash(pub [u8; 32]);

impl EntryHash {
    /// What the first entry of an epoch names as its predecessor.
    pub const NONE: EntryHash = EntryHash([0; 32]);

    /// The four hexadecimal characters that documents print as a check for the eye.
    pub fn extract(self) -> String {
        self.to_string()[..4].to_uppercase()
    }
}

impl std::fmt::Display for EntryHash {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write_hex(formatter, &self.0)
    }
}

impl std::fmt::Debug for EntryHash {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "EntryHash({self})")
    }
}

impl std::str::FromStr for EntryHash {
    type Err = BadHex;
    fn from_str(text: &str) -> Result<EntryHash, BadHex> {
        from_hex(text).map(EntryHash)
    }
}

impl Serialize for EntryHash {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for EntryHash {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<EntryHash, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

/// An Ed25519 signature over an entry's hash. Hexadecimal in JSON.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct EntrySignature(pub [u8; 64]);

impl std::fmt::Debug for EntrySignature {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("EntrySignature(")?;
        write_hex(formatter, &self.0)?;
        formatter.write_str(")")
    }
}

impl std::fmt::Display for EntrySignature {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write_hex(formatter, &self.0)
    }
}

impl std::str::FromStr for EntrySignature {
    type Err = BadHex;
    fn from_str(text: &str) -> Result<EntrySignature, BadHex> {
        from_hex(text).map(EntrySignature)
    }
}

impl Serialize for EntrySignature {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for EntrySignature {
    fn deserialize<D: serde::Deserializer<'de>>(
        deserializer: D,
    ) -> Result<EntrySignature, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

/// A text that is not the hexadecimal of the wanted length.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not hexadecimal of the right length")]
pub struct BadHex;

fn write_hex(formatter: &mut std::fmt::Formatter<'_>, bytes: &[u8]) -> std::fmt::Result {
    bytes
        .iter()
        .try_for_each(|byte| write!(formatter, "{byte:02x}"))
}

/// Reads lower- or upper-case hexadecimal of exactly `N` bytes.
pub fn from_hex<const N: usize>(text: &str) -> Result<[u8; N], BadHex> {
    let digits = text.as_bytes();
    if digits.len() != N * 2 {
        return Err(BadHex);
    }
    let mut bytes = [0u8; N];
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        let high = char::from(pair[0]).to_digit(16).ok_or(BadHex)?;
        let low = char::from(pair[1]).to_digit(16).ok_or(BadHex)?;
        *byte = u8::try_from(high * 16 + low).map_err(|_| BadHex)?;
    }
    Ok(bytes)
}

/// What identifies an entry and ties it to its predecessor. It names no hub, so that a till that
/// worked alone can be adopted with its journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntryHeader {
    pub format: u16,
    pub source: Source,
    pub epoch: EpochId,
    /// Dense from 1 within the epoch.
    pub seq: u64,
    /// The hash of the entry before it in the epoch.
    pub previous: EntryHash,
    /// What kind of action this was, such as `sale`; a reader that does not know it keeps the entry.
    pub kind: String,
    pub kind_version: u16,
    /// The id of the person's action: doing it again changes nothing.
    pub action: ActionId,
    /// The source's own clock. It orders nothing.
    pub at: Timestamp,
    pub actor: Option<StaffId>,
    /// The manager who confirmed in place what the actor may not do alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approved_by: Option<StaffId>,
}

impl EntryHeader {
    pub const fn entry_ref(&self) -> EntryRef {
        EntryRef {
            source: self.source,
            epoch: self.epoch,
            seq: self.seq,
        }
    }
}

/// A text, buyer data or document that travels beside the entry, named by a salted hash so that it
/// can be forgotten without breaking the chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttachmentRef {
    pub id: AttachmentId,
    pub salted_hash: EntryHash,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct EntryBody {
    pub events: Vec<Event>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<AttachmentRef>,
}

impl EntryBody {
    /// What no till writes in one action is not folded, so that a hostile entry costs no more to
    /// fold than a large sale.
    pub fn check_bounds(&self) -> Result<(), BodyUnreadable> {
        let too_large = |event: &Event| match event {
            Event::OrderPlaced { lines, charges, .. } => {
                lines.len() > ORDER_LINES_MAX || charges.len() > ORDER_CHARGES_MAX
            }
            Event::OrderAmended { operations, .. } => operations.len() > OPERATIONS_MAX,
            Event::GoodsDelivered { parts, .. } => parts.len() > STOCK_PARTS_MAX,
            Event::StockCounted { counts, .. } => {
                let too_long = |count: &Counted| count.cut.len() > STOCK_PARTS_MAX;
                counts.len() > STOCK_PARTS_MAX || counts.iter().any(too_long)
            }
            _ => false,
        };
        if self.events.len() > EVENTS_MAX || self.events.iter().any(too_large) {
            return Err(BodyUnreadable(
                "more in one entry than one action does".to_owned(),
            ));
        }
        Ok(())
    }
}

impl EntryBody {
    /// A till does not do what only the server does: enrol, revoke, move an account without a payment,
    /// or make recurring orders.
    fn check_source(&self, source: Option<Source>) -> Result<(), BodyUnreadable> {
        let of_server = |event: &Event| {
            matches!(
                event,
                Event::TillEnrolled { .. }
                    | Event::TillRevoked { .. }
                    | Event::AccountMoved { .. }
                    | Event::RefundDone { .. }
                    | Event::RefundFailed { .. }
                    | Event::RecurringOrderMade { .. }
                    | Event::RecurringOrderMissed { .. }
            )
        };
        let of_till = matches!(source, Some(Source::Till(_)));
        if of_till && self.events.iter().any(of_server) {
            return Err(BodyUnreadable(
                "a till wrote what only the server does".to_owned(),
            ));
        }
        Ok(())
    }
}

/// An entry as it is stored and sent: the exact bytes with their hash and signature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SealedEntry {
    pub header: String,
    pub body: String,
    pub signature: EntrySignature,
}

/// Why bytes are not an acceptable entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EntryFault {
    #[error("the entry is larger than any till writes")]
    TooLarge,
    #[error("the entry's header cannot be read")]
    HeaderUnreadable,
    #[error("the entry's format is not known")]
    FormatUnknown,
    #[error("the entry's signature does not match its source's key")]
    SignatureWrong,
}

impl EntryFault {
    /// A stable code for the wire.
    pub const fn code(self) -> &'static str {
        match self {
            EntryFault::TooLarge => "entry_too_large",
            EntryFault::HeaderUnreadable => "entry_header_unreadable",
            EntryFault::FormatUnknown => "entry_format_unknown",
            EntryFault::SignatureWrong => "entry_signature_wrong",
        }
    }
}

/// A body that this version cannot read: kept and quarantined, never refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the entry's body cannot be read: {0}")]
pub struct BodyUnreadable(pub String);

impl SealedEntry {
    /// Writes an entry down for ever. Integers only, so that every reader sees the same values.
    pub fn seal(header: &EntryHeader, body: &EntryBody, key: &SigningKey) -> SealedEntry {
        let header = serde_json::to_string(header).expect("a header holds only plain values");
        let body =
            serde_json::to_string(body).expect("events hold only plain values and text keys");
        let hash = hash_bytes(&header, &body);
        let signature = EntrySignature(key.sign(&hash.0).to_bytes());
        SealedEntry {
            header,
            body,
            signature,
        }
    }

    /// `SHA-256(tag ‖ length of the header as eight big-endian bytes ‖ header ‖ body)`.
    pub fn hash(&self) -> EntryHash {
        hash_bytes(&self.header, &self.body)
    }

    /// Whether it is no larger than what is read.
    pub const fn fits(&self) -> bool {
        self.header.len() + self.body.len() <= ENTRY_BYTES_MAX
    }

    /// Reads the header without trusting it.
    pub fn read_header(&self) -> Result<EntryHeader, EntryFault> {
        if !self.fits() {
            return Err(EntryFault::TooLarge);
        }
        let header: EntryHeader =
            serde_json::from_str(&self.header).map_err(|_| EntryFault::HeaderUnreadable)?;
        if header.format != ENTRY_FORMAT {
            return Err(EntryFault::FormatUnknown);
        }
        Ok(header)
    }

    /// Reads the header and checks that the source's key signed exactly these bytes.
    pub fn verify(&self, key: &VerifyingKey) -> Result<EntryHeader, EntryFault> {
        let header = self.read_header()?;
        let signature = Signature::from_bytes(&self.signature.0);
        key.verify_strict(&self.hash().0, &signature)
            .map_err(|_| EntryFault::SignatureWrong)?;
        Ok(header)
    }

    /// Reads what happened; a body of a newer version may be beyond this reader.
    pub fn read_body(&self) -> Result<EntryBody, BodyUnreadable> {
        let body: EntryBody =
            serde_json::from_str(&self.body).map_err(|error| BodyUnreadable(error.to_string()))?;
        body.check_bounds()?;
        body.check_source(self.read_header().ok().map(|header| header.source))?;
        Ok(body)
    }
}

fn hash_bytes(header: &str, body: &str) -> EntryHash {
    let mut hasher = Sha256::new();
    hasher.update(HASH_TAG);
    hasher.update(
        u64::try_from(header.len())
            .unwrap_or(u64::MAX)
            .to_be_bytes(),
    );
    hasher.update(header.as_bytes());
    hasher.update(body.as_bytes());
    EntryHash(hasher.finalize().into())
}

/// The salted hash under which an attachment is named in an entry.
pub fn attachment_hash(salt: &[u8; 16], content: &[u8]) -> EntryHash {
    let mut hasher = Sha256::new();
    hasher.update(b"comptoir-attachment-1");
    hasher.update(salt);
    hasher.update(content);
    EntryHash(hasher.finalize().into())
}

/// The end of a chain as one side holds it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChainHead {
    pub epoch: EpochId,
    /// 0 before the first entry.
    pub seq: u64,
    pub hash: EntryHash,
}

impl ChainHead {
    /// The head of an epoch without entries.
    pub const fn start(epoch: EpochId) -> ChainHead {
        ChainHead {
            epoch,
            seq: 0,
            hash: EntryHash::NONE,
        }
    }

    /// Whether an entry is the next one after this head.
    pub fn is_followed_by(&self, header: &EntryHeader) -> bool {
        header.epoch == self.epoch && header.seq == self.seq + 1 && header.previous == self.hash
    }
}
