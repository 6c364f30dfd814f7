//! Where the server keeps what it knows: one coarse trait in parts by subject, each method one whole
//! transaction.
//!
//! A back end reads and writes rows. What is to be written is decided in [`crate::intake`], so that
//! a second back end cannot come to decide otherwise.

mod desks;
mod error;
mod messages;
mod office;
mod payments;
mod rows;
mod shop_keys;
pub mod sqlite;
mod tills;
mod webhooks;

pub use desks::{DeskHeard, DeskStore, DeskTold};
pub use error::StoreError;
pub use messages::{MessageOutcome, MessageStore, OutboxCounts, QueuedMessage};
pub use office::{
    AuditQuery, Login, MoveRecord, NewOfficeSession, OfficeHoldings, OfficeSession, OfficeStore,
    OutboxQuery, OutboxRow, ResetCode, TillRecord,
};
pub use payments::{
    NewStep, Noted, PaymentStep, PaymentStore, StepCounts, StepKind, StepOutcome, StepState,
};
pub use rows::{
    AsideRow, AttachmentRow, ChainRow, EntityKey, EntityRow, HubHead, JournalRow, Lane, MessageRow,
    MoveRow, NamedRow, StoredEntity,
};
pub use shop_keys::{ShopKey, ShopKeyStore, ShopScope};
pub use tills::{EnrolOutcome, Enrolling, NewEnrolment, NewSession, Till, TillStore};
pub use webhooks::{Delivery, NewWebhook, Webhook, WebhookAdded, WebhookStep, WebhookStore};

use async_trait::async_trait;
use comptoir_domain::entry::{EntryHash, EntryRef};
use comptoir_domain::event::Event;
use comptoir_domain::ids::{
    ActionId, AttachmentId, EpochId, HubId, OrderId, SlotId, StaffId, TillId,
};
use comptoir_domain::refusal::Refusal;
use comptoir_domain::settings::HubSettings;
use comptoir_domain::time::Timestamp;
use comptoir_sync::feed::{Cursor, EntityKind, FeedItem, Included};
use comptoir_sync::protocol::{PullReply, PushReply};
use tokio::sync::watch;

use crate::intake::{Excess, VerifiedPush};

/// A hub as the server knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hub {
    pub id: HubId,
    pub name: String,
    pub created_at: Timestamp,
    /// The server's own chain in this hub.
    pub source: TillId,
    pub source_epoch: EpochId,
}

/// What founds a hub.
#[derive(Debug, Clone)]
pub struct NewHub {
    /// Its settings, which name the hub and its locations.
    pub settings: HubSettings,
    /// The id of the server's own chain, fresh.
    pub source: TillId,
    pub source_epoch: EpochId,
    /// The first life of the feed, fresh.
    pub feed_epoch: String,
    pub action: ActionId,
    pub at: Timestamp,
}

/// What a restored database begins anew, so that nobody takes it for the one it was.
#[derive(Debug, Clone)]
pub struct NewEpochs {
    pub source_epoch: EpochId,
    pub feed_epoch: String,
    pub action: ActionId,
    pub at: Timestamp,
}

/// A change of a thing that people keep and no event folds: products, prices, staff, settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EntityChange {
    /// The thing as JSON text.
    Put {
        kind: EntityKind,
        id: String,
        body: String,
    },
    Delete {
        kind: EntityKind,
        id: String,
    },
}

impl EntityChange {
    /// The settings of a hub; there is one of them.
    pub fn settings(settings: &HubSettings) -> Result<EntityChange, StoreError> {
        EntityChange::put(EntityKind::SETTINGS, settings.hub, settings)
    }

    /// A thing in its new state.
    pub fn put(
        kind: &str,
        id: impl std::fmt::Display,
        thing: &impl serde::Serialize,
    ) -> Result<EntityChange, StoreError> {
        let unreadable = |error: serde_json::Error| StoreError::RowUnreadable {
            key: format!("{kind}/{id}"),
            reason: error.to_string(),
        };
        Ok(EntityChange::Put {
            kind: EntityKind::new(kind),
            id: id.to_string(),
            body: serde_json::to_string(thing).map_err(unreadable)?,
        })
    }
}

/// Reads the settings of a hub from their row.
pub fn read_settings(body: &str) -> Result<HubSettings, StoreError> {
    serde_json::from_str(body).map_err(|error| StoreError::RowUnreadable {
        key: EntityKind::SETTINGS.to_owned(),
        reason: error.to_string(),
    })
}

/// Something that the server does: one entry of its own chain, with the things that it changes.
#[derive(Debug, Clone)]
pub struct Act {
    /// Doing it again under this id changes nothing.
    pub action: ActionId,
    pub actor: Option<StaffId>,
    /// The entry's kind, such as `catalogue_imported`.
    pub kind: String,
    pub at: Timestamp,
    pub events: Vec<Event>,
    /// Texts that lie beside the entry.
    pub attachments: Vec<ActAttachment>,
    pub entities: Vec<EntityChange>,
}

/// A text beside an entry of the server's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActAttachment {
    pub id: AttachmentId,
    /// Random, so that the hash in the journal tells nothing of a short text.
    pub salt: [u8; 16],
    pub content: String,
}

/// Something that the server does for what it holds at the moment of writing it down: an order takes
/// the goods that are still there.
pub trait Decision: Send {
    /// Under which it is done once, however often it is asked for.
    fn action(&self) -> ActionId;

    /// Decides within the transaction that writes the act.
    fn decide(&mut self, holdings: &mut dyn Holdings) -> Result<Result<Act, Refusal>, StoreError>;
}

/// What a hub holds, as a [`Decision`] sees it.
pub trait Holdings: OfficeHoldings {
    /// Things of the state, in the order of the keys; none where they are not there.
    fn things(&mut self, keys: &[EntityKey]) -> Result<Vec<Option<String>>, StoreError>;

    /// The number that the next order of the server's own gets.
    fn next_order_no(&mut self) -> Result<u64, StoreError>;

    /// How many orders wait in a slot, or were fetched from it.
    fn orders_in_slot(&mut self, slot: SlotId) -> Result<u32, StoreError>;

    /// Opens a question for the payment provider, with the act.
    fn open_payment_step(&mut self, step: NewStep) -> Result<(), StoreError>;

    /// A question as it stands.
    fn payment_step(&mut self, key: &str) -> Result<Option<PaymentStep>, StoreError>;

    /// Writes down what the provider answered, with the act that follows from it.
    fn settle_payment_step(
        &mut self,
        key: &str,
        outcome: &StepOutcome,
        now: Timestamp,
    ) -> Result<(), StoreError>;

    /// Remembers which connected store an order came from, with the act that places it.
    fn remember_shop(&mut self, order: OrderId, shop: &str) -> Result<(), StoreError>;
}

/// What became of an [`Act`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recorded {
    pub entry: EntryRef,
    pub accept_no: u64,
    /// The end of the feed after it.
    pub feed_head: u64,
}

/// A page of entries that are quarantined, to be tried again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RetryPage {
    /// Who tries; what the same reader tried before it does not try again.
    pub reader: String,
    /// The `accept_no` that the page begins after.
    pub after: u64,
    pub rows_max: u32,
}

/// What came of trying a page again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retried {
    pub folded: usize,
    /// Where the next page begins; none where this was the last.
    pub next_after: Option<u64>,
}

/// An attachment that an entry names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedAttachment {
    pub id: AttachmentId,
    pub salted_hash: EntryHash,
    pub stored: StoredAttachment,
}

/// What is here of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StoredAttachment {
    Missing,
    /// It was here; somebody asked for it to be forgotten.
    Forgotten,
    Here {
        salt: [u8; 16],
        content: String,
    },
}

/// A question for a page of the feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PullQuery {
    pub hub: HubId,
    /// Whose entries the answer says are included.
    pub till: TillId,
    pub since: Option<Cursor>,
    pub rows_max: u32,
    /// Of bodies; the page holds one row at least.
    pub bytes_max: usize,
    pub now: Timestamp,
}

/// The storage of a server. Each method is one transaction: it happened whole or not at all.
#[async_trait]
pub trait Store:
    OfficeStore
    + DeskStore
    + TillStore
    + ShopKeyStore
    + MessageStore
    + PaymentStore
    + WebhookStore
    + Send
    + Sync
    + std::fmt::Debug
{
    /// Whether the database takes writes at this moment.
    async fn check_writable(&self) -> Result<(), StoreError>;

    /// Founds a hub: its counters, the first entry of the server's chain, its settings. Founding the
    /// same hub again is refused.
    async fn create_hub(&self, hub: NewHub) -> Result<Hub, StoreError>;

    /// All hubs, oldest first.
    async fn hubs(&self) -> Result<Vec<Hub>, StoreError>;

    /// Takes what tills of one hub sent, in this order, and answers each.
    async fn accept(
        &self,
        hub: HubId,
        pushes: Vec<VerifiedPush>,
        now: Timestamp,
    ) -> Result<Vec<PushReply>, StoreError>;

    /// Writes down something that the server does, with the things that it changes.
    async fn record(&self, hub: HubId, act: Act) -> Result<Recorded, StoreError>;

    /// Decides on what the hub holds and writes the outcome down, in one transaction. What was done
    /// before under the same action is answered as it was.
    async fn decide(
        &self,
        hub: HubId,
        decision: Box<dyn Decision>,
    ) -> Result<Result<Recorded, Refusal>, StoreError>;

    /// Writes several acts down in this order, all or none: what is too much for one entry.
    async fn record_all(&self, hub: HubId, acts: Vec<Act>) -> Result<Vec<Recorded>, StoreError>;

    /// A page of the feed, from one snapshot.
    async fn pull(&self, query: PullQuery) -> Result<PullReply, StoreError>;

    /// The end of a hub's feed, and a wake-up whenever it moves.
    async fn watch_feed(&self, hub: HubId) -> Result<watch::Receiver<u64>, StoreError>;

    /// The hub's counters.
    async fn head(&self, hub: HubId) -> Result<HubHead, StoreError>;

    /// One live thing of the state.
    async fn entity(
        &self,
        hub: HubId,
        kind: EntityKind,
        id: String,
    ) -> Result<Option<FeedItem>, StoreError>;

    /// All live things of a kind, by id.
    async fn entities(&self, hub: HubId, kind: EntityKind) -> Result<Vec<FeedItem>, StoreError>;

    /// Accepted entries after a number, in the order of acceptance.
    async fn journal(
        &self,
        hub: HubId,
        after_accept_no: u64,
        limit: u32,
    ) -> Result<Vec<JournalRow>, StoreError>;

    /// The entry that an act of the server's own became.
    async fn entry_of(
        &self,
        hub: HubId,
        action: ActionId,
    ) -> Result<Option<JournalRow>, StoreError>;

    /// Everything that an entry says lies beside it, with what is here of it.
    async fn attachments(
        &self,
        hub: HubId,
        entry: EntryRef,
        branch: u32,
    ) -> Result<Vec<NamedAttachment>, StoreError>;

    /// Entries that lie beside the branches of their chains, in a fixed order, after so many.
    async fn aside(&self, hub: HubId, skip: u64, limit: u32) -> Result<Vec<AsideRow>, StoreError>;

    /// What is kept of a till without being part of the state.
    async fn excess(&self, hub: HubId, till: TillId) -> Result<Excess, StoreError>;

    /// Which entries of a till the state includes.
    async fn included(&self, hub: HubId, till: TillId) -> Result<Included, StoreError>;

    /// The content of an attachment of an entry's source.
    async fn attachment(
        &self,
        hub: HubId,
        entry: EntryRef,
        attachment: AttachmentId,
    ) -> Result<Option<String>, StoreError>;

    /// Opens problems that jobs found, and ends those that are over.
    async fn note_problems(
        &self,
        hub: HubId,
        noted: Vec<Noted>,
        now: Timestamp,
    ) -> Result<(), StoreError>;

    /// The orders of a slot, whatever became of them.
    async fn orders_of_slot(&self, hub: HubId, slot: SlotId) -> Result<Vec<FeedItem>, StoreError>;

    /// How many orders each of some slots holds.
    async fn slot_counts(&self, hub: HubId, slots: Vec<SlotId>) -> Result<Vec<u32>, StoreError>;

    /// Entries that became part of the state after a number, in that order.
    async fn folded_after(
        &self,
        hub: HubId,
        fold_no: u64,
        limit: u32,
    ) -> Result<Vec<JournalRow>, StoreError>;

    /// Opens a problem for each attachment that an entry named before a moment and that never came,
    /// and ends those of attachments that came after all. Returns how many it opened.
    async fn flag_missing_attachments(
        &self,
        hub: HubId,
        named_before: Timestamp,
        now: Timestamp,
    ) -> Result<usize, StoreError>;

    /// Folds those of a page of quarantined entries that this version can read. The last page is
    /// remembered with its reader.
    async fn retry_quarantined(
        &self,
        hub: HubId,
        page: RetryPage,
        now: Timestamp,
    ) -> Result<Retried, StoreError>;

    /// Forgets marks of deletion older than a moment. Who was away longer loads everything anew.
    async fn prune_tombstones(
        &self,
        hub: HubId,
        deleted_before: Timestamp,
    ) -> Result<(), StoreError>;

    /// Begins a new life of the feed and of the server's own chain: the database was restored and may
    /// be older than what others saw of it.
    async fn begin_epochs(&self, hub: HubId, epochs: NewEpochs) -> Result<(), StoreError>;

    /// Writes a consistent copy of the whole database to a file that does not exist yet.
    async fn back_up(&self, to: std::path::PathBuf) -> Result<(), StoreError>;
}
