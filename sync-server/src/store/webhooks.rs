//! Webhooks, as rows that cross between a back end and who delivers.

use async_trait::async_trait;
use comptoir_domain::ids::HubId;
use comptoir_domain::time::Timestamp;

use super::{ShopScope, StoreError};

/// An address that is to be told what happens.
#[derive(Clone, PartialEq, Eq)]
pub struct NewWebhook {
    /// The name of the connected store's key.
    pub shop: String,
    pub url: String,
    /// What deliveries are signed with.
    pub secret: String,
    /// The words of the events that it wants; none for all of them.
    pub events: Vec<String>,
    pub at: Timestamp,
}

impl std::fmt::Debug for NewWebhook {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The address may carry a password, and the secret is one.
        formatter
            .debug_struct("NewWebhook")
            .field("shop", &self.shop)
            .finish_non_exhaustive()
    }
}

/// What came of remembering a webhook.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WebhookAdded {
    Added,
    /// No key that can be used goes by that name.
    ShopUnknown,
    /// The store has one already.
    Taken,
}

/// A webhook as it stands.
#[derive(Clone, PartialEq, Eq)]
pub struct Webhook {
    pub shop: String,
    /// What the store's key reaches.
    pub scopes: Vec<ShopScope>,
    pub url: String,
    pub secret: String,
    pub events: Vec<String>,
    pub created_at: Timestamp,
    /// The number of the last entry that it was told of, or that said nothing to it.
    pub reached: u64,
    /// How often the next one was tried in vain.
    pub attempts: u32,
    pub next_at: Timestamp,
    /// Since when it is told nothing, because somebody wants it so.
    pub paused_at: Option<Timestamp>,
    /// The first try in vain since it last took something.
    pub failing_since: Option<Timestamp>,
}

impl std::fmt::Debug for Webhook {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Webhook")
            .field("shop", &self.shop)
            .field("reached", &self.reached)
            .field("attempts", &self.attempts)
            .finish_non_exhaustive()
    }
}

/// What was sent of one entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// The entry's number, in the order in which the state was folded.
    pub number: u64,
    pub id: String,
    pub events: Vec<String>,
    pub attempts: u32,
    pub tried_at: Timestamp,
    /// None as long as the other side did not take it.
    pub delivered_at: Option<Timestamp>,
    /// What the other side said, or why it could not be reached.
    pub answer: String,
}

/// How far a webhook got, after one step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookStep {
    pub shop: String,
    /// Where it was before: if somebody set it back meanwhile, the step counts for nothing.
    pub from: u64,
    pub reached: u64,
    /// When it goes on.
    pub next_at: Timestamp,
    /// What was sent; none where there was nothing to say.
    pub delivery: Option<Delivery>,
}

/// What is kept of webhooks.
#[async_trait]
pub trait WebhookStore {
    /// Remembers an address of a connected store, which is told what happens from now on.
    async fn add_webhook(&self, hub: HubId, new: NewWebhook) -> Result<WebhookAdded, StoreError>;

    /// The webhooks of stores whose keys can be used, by name.
    async fn webhooks(&self, hub: HubId) -> Result<Vec<Webhook>, StoreError>;

    /// Forgets a webhook; `false` where the store has none.
    async fn remove_webhook(&self, hub: HubId, shop: String) -> Result<bool, StoreError>;

    /// Has a webhook told again from a number on; `false` where the store has none.
    async fn replay_webhook(&self, hub: HubId, shop: String, from: u64)
    -> Result<bool, StoreError>;

    /// Writes down how far a webhook got; `false` where it goes no further: it was set back or paused
    /// meanwhile.
    async fn step_webhook(&self, hub: HubId, step: WebhookStep) -> Result<bool, StoreError>;

    /// What a webhook was told, the latest first, before a number.
    async fn deliveries(
        &self,
        hub: HubId,
        shop: String,
        before: Option<u64>,
        limit: u32,
    ) -> Result<Vec<Delivery>, StoreError>;
}
