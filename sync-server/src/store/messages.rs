//! Messages that wait to be sent.

use async_trait::async_trait;
use comptoir_domain::ids::HubId;
use comptoir_domain::time::Timestamp;

use super::{MessageRow, StoreError};

/// A message that waits to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueuedMessage {
    pub message: MessageRow,
    /// How often it was tried.
    pub attempts: u32,
}

/// What came of trying to send a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MessageOutcome {
    Sent,
    /// It will never be sent.
    Dropped {
        why: String,
    },
    /// It is tried again.
    Later {
        at: Timestamp,
        why: String,
    },
}

/// How many messages of a hub there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OutboxCounts {
    pub waiting: u64,
    pub sent: u64,
    pub dropped: u64,
}

/// What is kept of messages to customers.
#[async_trait]
pub trait MessageStore {
    /// Queues messages that no entry owes by itself; what is queued already stays as it is.
    async fn queue_messages(&self, hub: HubId, rows: Vec<MessageRow>) -> Result<(), StoreError>;

    /// Messages whose time has come.
    async fn due_messages(
        &self,
        hub: HubId,
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<QueuedMessage>, StoreError>;

    /// Writes down what came of trying to send a message.
    async fn settle_message(
        &self,
        hub: HubId,
        key: String,
        outcome: MessageOutcome,
        now: Timestamp,
    ) -> Result<(), StoreError>;

    async fn outbox_counts(&self, hub: HubId) -> Result<OutboxCounts, StoreError>;
}
