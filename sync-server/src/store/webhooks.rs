//! Webhooks, as rows that cross between a back end and who delivers.

use comptoir_domain::time::Timestamp;

use super::ShopScope;

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
    /// The number of the last entry that it was told of, or that said nothing to it.
    pub reached: u64,
    /// How often the next one was tried in vain.
    pub attempts: u32,
    pub next_at: Timestamp,
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
