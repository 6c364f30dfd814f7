//! The messages, version 1. Unknown fields are ignored and unknown kinds kept, so that one side may
//! be a version ahead of the other.

use comptoir_domain::document::TillCode;
use comptoir_domain::entry::{ChainHead, EntryHash, EntryRef, EntrySignature, SealedEntry};
use comptoir_domain::ids::{AttachmentId, EpochId, HubId, LocationId, TillId};
use comptoir_domain::time::Timestamp;
use serde::{Deserialize, Serialize};

use crate::feed::{Checksum, Cursor, FeedItem, Included};

/// The version of the protocol that this code speaks.
pub const PROTOCOL: u32 = 1;

/// The most entries in one push.
pub const PUSH_ENTRIES_MAX: usize = 500;

/// The most bytes of headers, bodies and attachments in one push.
pub const PUSH_BYTES_MAX: usize = 1024 * 1024;

/// The most rows in one page of the feed.
pub const PULL_ROWS_MAX: u32 = 10_000;

/// The longest that the server holds a pull back while there is nothing new, in milliseconds.
pub const PULL_WAIT_MAX_MS: u32 = 25_000;

/// `GET /v1/hello`: who is there, before anything else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hello {
    /// Always `comptoir`, so that a captive portal is not taken for a server.
    pub product: String,
    pub protocol_min: u32,
    pub protocol_max: u32,
    pub capabilities: Vec<String>,
    pub server_version: String,
    pub server_time: Timestamp,
}

impl Hello {
    /// Whether this code and the other side have a version in common.
    pub const fn speaks_our_protocol(&self) -> bool {
        self.protocol_min <= PROTOCOL && PROTOCOL <= self.protocol_max
    }
}

/// `POST /v1/enrol`: a till becomes one of the hub's, by a one-time code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnrolRequest {
    pub code: String,
    pub till: TillId,
    /// The till's Ed25519 public key, hexadecimal.
    pub key: EntryHash,
    /// What the till calls itself; another is given where it is taken.
    pub till_code: Option<TillCode>,
    pub till_version: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnrolReply {
    pub hub: HubId,
    pub hub_name: String,
    pub location: LocationId,
    pub till_code: TillCode,
    /// The server's public key: its own entries are signed with it.
    pub server_key: EntryHash,
    pub server_time: Timestamp,
}

/// `POST /v1/session/challenge`: the till asks for something to sign.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChallengeRequest {
    pub till: TillId,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChallengeReply {
    /// Thirty-two random bytes, hexadecimal; good for one session and one minute.
    pub challenge: EntryHash,
}

/// `POST /v1/session`: the signed challenge for a token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionRequest {
    pub till: TillId,
    pub challenge: EntryHash,
    /// Over [`challenge_bytes`].
    pub signature: EntrySignature,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionReply {
    /// Sent as `Authorization: Bearer …` with every other call.
    pub token: String,
    pub valid_for_ms: u64,
}

/// What a till signs to prove its key.
pub fn challenge_bytes(till: TillId, challenge: EntryHash) -> Vec<u8> {
    format!("comptoir-session-1 {till} {challenge}").into_bytes()
}

/// A blob that lies beside the journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    pub id: AttachmentId,
    pub entry: EntryRef,
    /// Sixteen random bytes, hexadecimal.
    pub salt: String,
    /// UTF-8 text or JSON.
    pub content: String,
}

/// `POST /v1/push`: entries of one epoch of the till's own chain, in order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PushRequest {
    pub till: TillId,
    pub epoch: EpochId,
    pub entries: Vec<SealedEntry>,
    #[serde(default)]
    pub attachments: Vec<Attachment>,
    /// The till's clock when it sent this, to measure its offset.
    pub sent_at: Timestamp,
}

/// How a push went. None of these is an error of the till's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum PushOutcome {
    /// The server holds everything that was sent.
    Held,
    /// An entry before these is missing: send again from here.
    Expected { seq: u64 },
    /// The server held another entry at this place. Both are kept now; open a new epoch.
    Forked { seq: u64 },
    /// An entry is no entry of this till's: broken signature, chain or format. Nothing from it on
    /// was taken.
    Refused { seq: u64, fault: RefusedFault },
}

/// Why an entry was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefusedFault {
    Format,
    Signature,
    Chain,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PushReply {
    #[serde(flatten)]
    pub outcome: PushOutcome,
    /// The end of the till's chain in this epoch as the server holds it.
    pub head: ChainHead,
    /// The end of the hub's feed.
    pub feed_head: u64,
    pub server_time: Timestamp,
}

/// `POST /v1/pull`: what changed since a position.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PullRequest {
    /// Nothing at the first load.
    pub since: Option<Cursor>,
    pub limit: u32,
    /// How long to wait for news, at most [`PULL_WAIT_MAX_MS`].
    #[serde(default)]
    pub wait_ms: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "answer", rename_all = "snake_case")]
pub enum PullReply {
    Page(FeedPage),
    /// The position is of another life of the feed, or older than its tombstones: load everything
    /// anew.
    Resync {
        feed_epoch: String,
    },
}

/// A page of the feed. All of it was read in one snapshot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeedPage {
    pub items: Vec<FeedItem>,
    pub next: Cursor,
    /// The end of the feed in the same snapshot. The state is consistent where `next` has reached it.
    pub head: u64,
    /// Which of the till's own entries the state at `head` includes.
    pub included: Included,
    /// Over all live rows up to `head`.
    pub checksum: Checksum,
    pub server_time: Timestamp,
}

impl FeedPage {
    /// Whether the client may take the state live: nothing is missing up to the head.
    pub const fn is_last(&self) -> bool {
        self.next.position >= self.head
    }
}

/// The one shape of an error on the wire.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorReply {
    /// Stable; programs branch on it.
    pub code: String,
    /// For logs, in English.
    pub message: String,
}
