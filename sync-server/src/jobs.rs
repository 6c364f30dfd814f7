//! What the server does by itself: at its start, and every few minutes.

use std::sync::Arc;
use std::time::Duration;

use comptoir_domain::time::Timestamp;
use tokio::sync::watch;

use crate::clock::SharedClock;
use crate::store::{Store, StoreError};

const ROUND: Duration = Duration::from_secs(300);

/// How long an attachment may be on its way before it counts as missing, in milliseconds.
const ATTACHMENT_PATIENCE_MS: i64 = 10 * 60_000;

/// How long marks of deletion are kept, in milliseconds: 180 days.
const TOMBSTONE_LIFE_MS: i64 = 180 * 24 * 60 * 60_000;

/// Folds what an older version had to set aside and this one can read.
pub(crate) async fn at_start(store: &dyn Store, now: Timestamp) -> Result<(), StoreError> {
    for hub in store.hubs().await? {
        let folded = store.retry_quarantined(hub.id, now).await?;
        if folded > 0 {
            tracing::info!(hub.id = %hub.id, folded, "entries that were set aside are folded now");
        }
    }
    Ok(())
}

/// Runs until the server ends.
pub(crate) async fn run(
    store: Arc<dyn Store>,
    clock: SharedClock,
    mut closing: watch::Receiver<bool>,
) {
    loop {
        if let Err(error) = round(store.as_ref(), clock.now()).await {
            tracing::error!(%error, "the regular upkeep failed; it is tried again");
        }
        tokio::select! {
            _ = closing.wait_for(|closing| *closing) => return,
            () = tokio::time::sleep(ROUND) => {}
        }
    }
}

/// One round of upkeep.
async fn round(store: &dyn Store, now: Timestamp) -> Result<(), StoreError> {
    for hub in store.hubs().await? {
        let named_before = now.plus_ms(-ATTACHMENT_PATIENCE_MS);
        store
            .flag_missing_attachments(hub.id, named_before, now)
            .await?;
        let deleted_before = now.plus_ms(-TOMBSTONE_LIFE_MS);
        store.prune_tombstones(hub.id, deleted_before).await?;
    }
    Ok(())
}
