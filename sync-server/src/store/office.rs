//! What the office keeps and asks for beside the hub's state: logins, sessions, histories, ledgers.

use async_trait::async_trait;
use comptoir_domain::ids::{AttachmentId, HubId, LocationId, OrderId, StaffId, TillId, VariantId};
use comptoir_domain::stock::StockMove;
use comptoir_domain::time::Timestamp;

use super::{EntityKey, JournalRow, NewWebhook, ShopKey, StoreError, StoredEntity, WebhookAdded};

/// How somebody logs in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Login {
    pub staff: StaffId,
    /// In small letters, unique in the hub.
    pub login: String,
    /// Argon2id; none until the person has set a password.
    pub password_hash: Option<String>,
    /// Somebody else knows the password.
    pub must_change: bool,
}

/// A one-time code with which somebody sets a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ResetCode {
    pub staff: StaffId,
    pub code_hash: [u8; 32],
    pub expires_at: Timestamp,
}

/// A session to be remembered by the hash of its token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewOfficeSession {
    pub staff: StaffId,
    pub token_hash: [u8; 32],
    pub now: Timestamp,
    pub expires_at: Timestamp,
}

/// A session as it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OfficeSession {
    pub staff: StaffId,
    pub seen_at: Timestamp,
    pub expires_at: Timestamp,
}

/// Which entries are asked for, the youngest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditQuery {
    /// About this thing only.
    pub about: Option<(String, String)>,
    pub by: Option<StaffId>,
    pub since: Option<Timestamp>,
    pub until: Option<Timestamp>,
    /// Only entries before this `accept_no`.
    pub before: Option<u64>,
    pub limit: usize,
}

/// A move of the ledger with the entry that made it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MoveRecord {
    pub stock_move: StockMove,
    pub entry: JournalRow,
}

/// A message of the outbox, whatever became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutboxRow {
    pub key: String,
    pub order: OrderId,
    pub kind: String,
    /// `waiting`, `sent` or `dropped`.
    pub state: String,
    pub queued_at: Timestamp,
    pub attempts: u32,
    pub next_at: Timestamp,
    pub ended_at: Option<Timestamp>,
    pub problem: Option<String>,
}

/// Which messages are asked for, the youngest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OutboxQuery {
    pub state: Option<&'static str>,
    pub order: Option<OrderId>,
}

/// What the journal says of a till.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TillRecord {
    pub till: TillId,
    pub entries: u64,
    pub set_aside: u64,
    pub last_entry_at: Option<Timestamp>,
    /// When its last session was opened.
    pub last_session_at: Option<Timestamp>,
}

/// What the office writes within the act that says so. A decision writes here last, when nothing can be
/// refused any more.
pub trait OfficeHoldings {
    /// A thing with its place in the feed, also where it is gone.
    fn stored(&mut self, key: &EntityKey) -> Result<Option<StoredEntity>, StoreError>;

    /// The ids of live variants that have a code.
    fn variants_with_code(&mut self, code: &str) -> Result<Vec<String>, StoreError>;

    fn logins(&mut self) -> Result<Vec<Login>, StoreError>;

    /// Gives somebody a login, or changes it. Sessions of the person end.
    fn set_login(&mut self, login: &Login) -> Result<(), StoreError>;

    /// Takes a login away, with sessions and codes.
    fn remove_login(&mut self, staff: StaffId) -> Result<(), StoreError>;

    /// Remembers a code in place of one that was given out before.
    fn set_reset_code(&mut self, code: &ResetCode) -> Result<(), StoreError>;

    /// Whose code it is, as long as it can be used; it cannot any more from then on.
    fn use_reset_code(
        &mut self,
        code_hash: [u8; 32],
        now: Timestamp,
    ) -> Result<Option<StaffId>, StoreError>;

    /// Remembers a shop's key; `false` where its name is taken.
    fn add_shop_key(&mut self, key_hash: [u8; 32], key: &ShopKey) -> Result<bool, StoreError>;

    /// Takes a shop's key away; `false` where no key goes by that name.
    fn revoke_shop_key(&mut self, name: &str, at: Timestamp) -> Result<bool, StoreError>;

    /// Remembers an address of a connected store, which is told what happens from now on.
    fn add_webhook(&mut self, new: &NewWebhook) -> Result<WebhookAdded, StoreError>;

    /// Has a webhook told nothing from a moment on, or told on; `false` where that changes nothing.
    fn pause_webhook(&mut self, shop: &str, at: Option<Timestamp>) -> Result<bool, StoreError>;

    /// Has a webhook told again from a number on; `false` where the store has none.
    fn replay_webhook(&mut self, shop: &str, from: u64) -> Result<bool, StoreError>;

    /// Forgets a webhook; `false` where the store has none.
    fn remove_webhook(&mut self, shop: &str) -> Result<bool, StoreError>;

    /// Forgets the content of attachments; their hashes stay. Says how many there were.
    fn forget_attachments(&mut self, ids: &[AttachmentId]) -> Result<usize, StoreError>;
}

/// What the office asks of the storage beside the hub's state.
#[async_trait]
pub trait OfficeStore {
    async fn logins(&self, hub: HubId) -> Result<Vec<Login>, StoreError>;

    async fn reset_codes(&self, hub: HubId) -> Result<Vec<ResetCode>, StoreError>;

    /// Opens a session; those that are over are forgotten.
    async fn open_office_session(
        &self,
        hub: HubId,
        session: NewOfficeSession,
    ) -> Result<(), StoreError>;

    async fn office_session(
        &self,
        hub: HubId,
        token_hash: [u8; 32],
    ) -> Result<Option<OfficeSession>, StoreError>;

    /// Remembers that a session was used.
    async fn touch_office_session(
        &self,
        hub: HubId,
        token_hash: [u8; 32],
        now: Timestamp,
    ) -> Result<(), StoreError>;

    async fn end_office_session(&self, hub: HubId, token_hash: [u8; 32]) -> Result<(), StoreError>;

    /// Things of the state, in the order of the keys; none where they are not there.
    async fn things(
        &self,
        hub: HubId,
        keys: Vec<EntityKey>,
    ) -> Result<Vec<Option<String>>, StoreError>;

    /// A page of entries, the youngest first.
    async fn audit(&self, hub: HubId, query: AuditQuery) -> Result<Vec<JournalRow>, StoreError>;

    /// All moves of a variant to and from a location, the oldest first.
    async fn moves_of(
        &self,
        hub: HubId,
        variant: VariantId,
        location: LocationId,
    ) -> Result<Vec<MoveRecord>, StoreError>;

    async fn outbox(&self, hub: HubId, query: OutboxQuery) -> Result<Vec<OutboxRow>, StoreError>;

    async fn till_records(&self, hub: HubId) -> Result<Vec<TillRecord>, StoreError>;

    /// The content of attachments, whoever's they are; none where they are forgotten or not here.
    async fn attachment_texts(
        &self,
        hub: HubId,
        ids: Vec<AttachmentId>,
    ) -> Result<Vec<Option<String>>, StoreError>;

    /// The entry at a place of a journal.
    async fn entry_at(
        &self,
        hub: HubId,
        entry: comptoir_domain::entry::EntryRef,
    ) -> Result<Option<JournalRow>, StoreError>;
}
