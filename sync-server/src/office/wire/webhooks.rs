//! Webhooks of connected stores.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct WebhookList {
    /// By the name of the store's key.
    pub rows: Vec<WebhookView>,
    pub total: usize,
    /// The stores with a key that are told nothing yet.
    pub stores: Vec<String>,
    /// The words of everything that a store can be told.
    pub events: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct WebhookView {
    /// The name of the store's key.
    pub shop: String,
    /// The whole address for who may change it, which may hold a secret; its host for others.
    pub address: String,
    /// What it is told; everything where there is nothing.
    pub events: Vec<String>,
    pub created_at: i64,
    /// Since when it is told nothing, because somebody wants it so.
    pub paused_at: Option<i64>,
    /// The first try in vain since it last took something.
    pub failing_since: Option<i64>,
    /// When it is tried again, while it fails.
    pub next_at: Option<i64>,
    /// How many deliveries wait.
    pub waiting: u32,
    /// There may be more, which were not counted.
    pub more_waiting: bool,
    /// What was sent last.
    pub last: Option<WebhookDelivery>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct WebhookDelivery {
    /// Rises in the order in which things happened.
    pub number: u64,
    pub events: Vec<String>,
    pub attempts: u32,
    pub tried_at: i64,
    /// None as long as it was not taken.
    pub delivered_at: Option<i64>,
    /// The status of the answer, or why nobody was reached.
    pub answer: String,
}

/// Whose deliveries are listed.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
pub struct DeliveryFilter {
    pub shop: String,
    /// Only those with a smaller number: where the next page begins.
    #[serde(default)]
    pub before: Option<u64>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DeliveryList {
    /// The latest first.
    pub rows: Vec<WebhookDelivery>,
    /// `before` of the next page; none where this was the last.
    pub next: Option<u64>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MakeWebhook {
    pub action: Uuid,
    pub shop: String,
    pub url: String,
    /// None of them stands for all.
    pub events: Vec<String>,
}

/// Shown once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct WebhookMade {
    pub shop: String,
    /// What deliveries are signed with.
    pub secret: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PauseWebhook {
    pub action: Uuid,
    pub shop: String,
    /// Told nothing from now on; otherwise told on, with everything that waits.
    pub paused: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ReplayWebhook {
    pub action: Uuid,
    pub shop: String,
    /// The number of the first delivery that is sent again.
    pub from: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RemoveWebhook {
    pub action: Uuid,
    pub shop: String,
}

/// Sends something of which nothing follows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TryWebhook {
    pub shop: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct WebhookTried {
    pub taken: bool,
    /// The status of the answer, or why nobody was reached.
    pub answer: String,
}
