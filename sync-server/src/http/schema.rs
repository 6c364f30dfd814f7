//! The shapes on the wire, for the description only. The types that are really read and written are
//! those of `comptoir-sync`; a test holds real answers against these shapes, field by field.
#![expect(dead_code, reason = "shapes are described, never made")]

use utoipa::openapi::OpenApi;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, ToSchema};

/// Declares the token of a session.
pub(super) struct BearerToken;

impl Modify for BearerToken {
    fn modify(&self, document: &mut OpenApi) {
        let scheme = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build();
        let components = document.components.get_or_insert_default();
        components.add_security_scheme("bearer", SecurityScheme::Http(scheme));
    }
}

#[derive(ToSchema)]
pub(super) struct ErrorReply {
    /// Stable; programs branch on it.
    code: String,
    /// For logs, in English.
    message: String,
}

#[derive(ToSchema)]
pub(super) struct Hello {
    /// Always `comptoir`.
    #[schema(pattern = "^comptoir$")]
    product: String,
    protocol_min: u32,
    protocol_max: u32,
    capabilities: Vec<String>,
    server_version: String,
    /// Milliseconds since 1970, UTC.
    server_time: i64,
}

#[derive(ToSchema)]
pub(super) struct EnrolRequest {
    /// As printed or typed.
    code: String,
    #[schema(format = "uuid")]
    till: String,
    /// Ed25519, hexadecimal.
    #[schema(pattern = "^[0-9a-f]{64}$")]
    key: String,
    /// One to six letters and digits; another is given where it is taken.
    till_code: Option<String>,
    till_version: String,
}

#[derive(ToSchema)]
pub(super) struct EnrolReply {
    #[schema(format = "uuid")]
    hub: String,
    hub_name: String,
    #[schema(format = "uuid")]
    location: String,
    #[schema(pattern = "^[0-9A-Z]{1,6}$")]
    till_code: String,
    #[schema(pattern = "^[0-9a-f]{64}$")]
    server_key: String,
    server_time: i64,
}

#[derive(ToSchema)]
pub(super) struct ChallengeRequest {
    #[schema(format = "uuid")]
    till: String,
}

#[derive(ToSchema)]
pub(super) struct ChallengeReply {
    /// Good for one session and one minute.
    #[schema(pattern = "^[0-9a-f]{64}$")]
    challenge: String,
}

#[derive(ToSchema)]
pub(super) struct SessionRequest {
    #[schema(format = "uuid")]
    till: String,
    #[schema(pattern = "^[0-9a-f]{64}$")]
    challenge: String,
    /// Over `comptoir-session-1 <till> <challenge>`.
    #[schema(pattern = "^[0-9a-f]{128}$")]
    signature: String,
}

#[derive(ToSchema)]
pub(super) struct SessionReply {
    /// Sent as `Authorization: Bearer …`.
    token: String,
    valid_for_ms: u64,
}

/// An entry, byte for byte as its source wrote it.
#[derive(ToSchema)]
pub(super) struct SealedEntry {
    /// JSON text.
    header: String,
    /// JSON text.
    body: String,
    /// Ed25519 over SHA-256 of tag, length of the header, header and body.
    #[schema(pattern = "^[0-9a-f]{128}$")]
    signature: String,
}

#[derive(ToSchema)]
pub(super) struct EntryRef {
    /// `till:<id>` or `server:<id>`.
    source: String,
    #[schema(format = "uuid")]
    epoch: String,
    seq: u64,
}

/// A text, buyer data or a document beside the journal.
#[derive(ToSchema)]
pub(super) struct Attachment {
    #[schema(format = "uuid")]
    id: String,
    entry: EntryRef,
    #[schema(pattern = "^[0-9a-f]{32}$")]
    salt: String,
    content: String,
}

#[derive(ToSchema)]
pub(super) struct PushRequest {
    #[schema(format = "uuid")]
    till: String,
    #[schema(format = "uuid")]
    epoch: String,
    /// In order.
    #[schema(max_items = 500)]
    entries: Vec<SealedEntry>,
    attachments: Option<Vec<Attachment>>,
    /// The till's clock.
    sent_at: i64,
}

#[derive(ToSchema)]
pub(super) struct ChainHead {
    #[schema(format = "uuid")]
    epoch: String,
    /// 0 before the first entry.
    seq: u64,
    #[schema(pattern = "^[0-9a-f]{64}$")]
    hash: String,
}

#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub(super) enum Outcome {
    /// Everything is stored.
    Held,
    /// Send again from `seq`.
    Expected,
    /// Both branches are kept; open a new epoch.
    Forked,
    /// The entry at `seq` is none of this till's.
    Refused,
}

#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub(super) enum Fault {
    Format,
    Signature,
    Chain,
}

#[derive(ToSchema)]
pub(super) struct PushReply {
    outcome: Outcome,
    /// With every outcome but `held`.
    seq: Option<u64>,
    /// With `refused`.
    fault: Option<Fault>,
    head: ChainHead,
    /// The end of the hub's feed.
    feed_head: u64,
    server_time: i64,
}

#[derive(ToSchema)]
pub(super) struct Cursor {
    feed_epoch: String,
    position: u64,
}

#[derive(ToSchema)]
pub(super) struct PullRequest {
    /// Nothing at the first load.
    since: Option<Cursor>,
    limit: u32,
    /// How long to wait for news, at most 25 000.
    wait_ms: Option<u32>,
}

#[derive(ToSchema)]
pub(super) struct FeedItem {
    kind: String,
    id: String,
    position: u64,
    deleted: Option<bool>,
    /// JSON text; none where the thing is gone.
    body: Option<String>,
}

#[derive(ToSchema)]
pub(super) struct EpochPosition {
    #[schema(format = "uuid")]
    epoch: String,
    seq: u64,
}

/// Which of the asking till's entries the figures include.
#[derive(ToSchema)]
pub(super) struct Included {
    through: Vec<EpochPosition>,
    excluded: Vec<EpochPosition>,
}

#[derive(ToSchema)]
pub(super) struct Checksum {
    rows: u64,
    #[schema(pattern = "^[0-9a-f]{16}$")]
    sum: String,
}

#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub(super) enum PageMark {
    Page,
}

#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub(super) enum ResyncMark {
    Resync,
}

#[derive(ToSchema)]
pub(super) struct FeedPage {
    answer: PageMark,
    items: Vec<FeedItem>,
    next: Cursor,
    /// The end of the feed in the same snapshot.
    head: u64,
    included: Included,
    checksum: Checksum,
    server_time: i64,
}

/// The position is of another life of the feed: load everything anew.
#[derive(ToSchema)]
pub(super) struct Resync {
    answer: ResyncMark,
    feed_epoch: String,
}

#[derive(ToSchema)]
#[serde(untagged)]
pub(super) enum PullReply {
    Page(FeedPage),
    Resync(Resync),
}

/// An order that is in somebody's hands.
#[derive(ToSchema)]
pub(super) struct OpenOrder {
    #[schema(format = "uuid")]
    order: String,
    /// The till's clock.
    since: i64,
    #[schema(format = "uuid")]
    by: Option<String>,
    put_aside: Option<bool>,
    /// It was open elsewhere, and somebody went on with it here.
    taken_over: Option<bool>,
}

/// A sale that was put aside.
#[derive(ToSchema)]
pub(super) struct ParkedSale {
    #[schema(format = "uuid")]
    order: String,
    /// The till's clock.
    since: i64,
    #[schema(format = "uuid")]
    by: Option<String>,
    /// The first goods in it.
    names: Vec<String>,
    lines: u32,
    /// Minor units.
    total: i64,
    /// Money was taken for it: it stays at its till.
    has_money: Option<bool>,
    /// The sale as its till stores it.
    snapshot: Option<String>,
}

/// What a till says about a sale that moves.
#[derive(ToSchema)]
#[serde(tag = "move", rename_all = "snake_case")]
pub(super) enum ClaimMove {
    Ask {
        #[schema(format = "uuid")]
        claim: String,
        #[schema(format = "uuid")]
        order: String,
        #[schema(format = "uuid")]
        owner: String,
    },
    Withdraw {
        #[schema(format = "uuid")]
        claim: String,
    },
    Give {
        #[schema(format = "uuid")]
        claim: String,
        #[schema(format = "uuid")]
        order: String,
        #[schema(format = "uuid")]
        claimant: String,
        #[schema(format = "uuid")]
        giving: String,
        snapshot: String,
    },
    Refuse {
        #[schema(format = "uuid")]
        claim: String,
        why: ClaimRefusal,
    },
    Take {
        #[schema(format = "uuid")]
        claim: String,
    },
    Return {
        #[schema(format = "uuid")]
        claim: String,
    },
}

#[derive(ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum ClaimRefusal {
    Gone,
    HasMoney,
    Wanted,
    TooLarge,
}

#[derive(ToSchema)]
pub(super) struct DeskRequest {
    #[schema(format = "uuid")]
    till: String,
    /// The till's clock.
    sent_at: i64,
    #[schema(max_items = 50)]
    open: Vec<OpenOrder>,
    #[schema(max_items = 100)]
    parked: Vec<ParkedSale>,
    #[schema(max_items = 50)]
    moves: Option<Vec<ClaimMove>>,
}

#[derive(ToSchema)]
pub(super) struct DeskReply {
    /// The end of the hub's feed: what became of the moves is found there.
    feed_head: u64,
    server_time: i64,
}
