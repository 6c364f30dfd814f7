//! The shop's messages and keys.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::Named;

/// Which messages are listed; the youngest first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", default)]
pub struct MessageFilter {
    #[param(inline)]
    pub state: Option<MessageState>,
    pub order: Option<Uuid>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum MessageState {
    Waiting,
    Sent,
    Dropped,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MessageList {
    pub rows: Vec<MessageView>,
    pub total: usize,
    /// Without a mail server, messages wait.
    pub mail_server: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MessageView {
    pub key: String,
    /// `order_received`, `order_changed`, `order_ready`, `order_cancelled`, `reminder`.
    pub kind: String,
    pub order: Option<Named>,
    pub customer: Option<String>,
    pub state: MessageState,
    pub queued_at: i64,
    pub attempts: u32,
    /// When it is tried next.
    pub next_at: Option<i64>,
    pub ended_at: Option<i64>,
    /// Why the last try failed, in the mail server's words.
    pub problem: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MessageTextList {
    pub rows: Vec<MessageTextView>,
    /// What a text may name between braces.
    pub placeholders: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MessageTextView {
    pub kind: String,
    pub language: String,
    /// None while the hub has no text of its own.
    pub seen: Option<u64>,
    pub subject: String,
    pub body: String,
    pub own: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SaveMessageText {
    pub action: Uuid,
    /// What was seen; none where the hub had no text of its own.
    #[serde(default)]
    pub seen: Option<u64>,
    pub kind: String,
    pub language: String,
    /// None goes back to the text that hubs begin with.
    pub text: Option<TextFields>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TextFields {
    pub subject: String,
    pub body: String,
}

/// Fills a text with a made-up order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PreviewText {
    pub kind: String,
    pub language: String,
    pub text: TextFields,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ShopKeyList {
    pub rows: Vec<ShopKeyView>,
    pub total: usize,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ShopKeyView {
    pub name: String,
    /// `catalogue`, `orders`, and others of later versions.
    pub scopes: Vec<String>,
    pub created_at: i64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MakeShopKey {
    pub action: Uuid,
    pub name: String,
    pub scopes: Vec<String>,
}

/// Shown once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ShopKeyMade {
    pub name: String,
    pub secret: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RevokeShopKey {
    pub action: Uuid,
    pub name: String,
}
