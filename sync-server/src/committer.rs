//! Brings pushes that arrive at the same time into one transaction: a disk syncs once for all of
//! them. While one batch commits, the next one gathers.

use std::collections::BTreeMap;
use std::sync::Arc;

use comptoir_domain::ids::HubId;
use comptoir_sync::protocol::PushReply;
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{mpsc, oneshot};

use crate::clock::SharedClock;
use crate::intake::VerifiedPush;
use crate::store::{Store, StoreError};

/// The most entries in one transaction.
const ENTRIES_MAX: usize = 2_000;

/// The most pushes that wait; each may hold some megabytes.
const QUEUE: usize = 128;

struct Waiting {
    hub: HubId,
    push: VerifiedPush,
    reply: oneshot::Sender<Result<PushReply, CommitError>>,
}

/// Why a push was not stored. Nothing of it was; it is safe to send again.
#[derive(Debug, Clone, thiserror::Error)]
pub enum CommitError {
    #[error("the store failed: {0}")]
    Store(String),
    #[error("more pushes wait than can be queued")]
    Busy,
    #[error("the server is about to end")]
    Closed,
}

/// The way into the store for pushes. Clones share it.
#[derive(Debug, Clone)]
pub struct Committer {
    queue: mpsc::Sender<Waiting>,
}

impl Committer {
    /// Starts the actor; it ends when the last clone is gone and everything queued is stored.
    pub fn start(store: Arc<dyn Store>, clock: SharedClock) -> Committer {
        let (queue, waiting) = mpsc::channel(QUEUE);
        tokio::spawn(run(store, clock, waiting));
        Committer { queue }
    }

    /// Stores a push durably and answers it.
    pub async fn commit(&self, hub: HubId, push: VerifiedPush) -> Result<PushReply, CommitError> {
        let (reply, answer) = oneshot::channel();
        let waiting = Waiting { hub, push, reply };
        let closed = |_| CommitError::Closed;
        self.queue.try_send(waiting).map_err(|error| match error {
            TrySendError::Full(_) => CommitError::Busy,
            TrySendError::Closed(_) => CommitError::Closed,
        })?;
        answer.await.map_err(closed)?
    }
}

async fn run(store: Arc<dyn Store>, clock: SharedClock, mut queue: mpsc::Receiver<Waiting>) {
    while let Some(first) = queue.recv().await {
        let mut entries = first.push.entries.len();
        let mut by_hub: BTreeMap<HubId, Vec<Waiting>> = BTreeMap::new();
        by_hub.entry(first.hub).or_default().push(first);
        while entries < ENTRIES_MAX {
            let Ok(next) = queue.try_recv() else { break };
            entries += next.push.entries.len();
            by_hub.entry(next.hub).or_default().push(next);
        }
        for (hub, waiting) in by_hub {
            commit_batch(store.as_ref(), &clock, hub, waiting).await;
        }
    }
}

async fn commit_batch(store: &dyn Store, clock: &SharedClock, hub: HubId, waiting: Vec<Waiting>) {
    let (pushes, replies): (Vec<_>, Vec<_>) = waiting
        .into_iter()
        .map(|waiting| (waiting.push, waiting.reply))
        .unzip();
    let outcome = store.accept(hub, pushes, clock.now()).await;
    match outcome {
        Ok(answers) => {
            for (reply, answer) in replies.into_iter().zip(answers) {
                // Who hung up will send again, and be told the same.
                let _ = reply.send(Ok(answer));
            }
        }
        Err(error) => tell_all(replies, &error),
    }
}

fn tell_all(replies: Vec<oneshot::Sender<Result<PushReply, CommitError>>>, error: &StoreError) {
    tracing::error!(%error, pushes = replies.len(), "a batch of pushes could not be stored");
    let error = match error {
        StoreError::Busy => CommitError::Busy,
        other => CommitError::Store(other.to_string()),
    };
    for reply in replies {
        let _ = reply.send(Err(error.clone()));
    }
}
