//! What the server does by itself: at its start, and every few minutes.

use std::sync::Arc;
use std::time::Duration;

use comptoir_domain::time::Timestamp;
use tokio::sync::watch;

use crate::clock::SharedClock;
use crate::intake;
use crate::mail::{self, Postman, RoundReport};
use crate::store::{RetryPage, Store, StoreError};

/// How many entries that were set aside are tried again in one transaction; each may be large.
const RETRY_ROWS: u32 = 50;

const ROUND: Duration = Duration::from_secs(300);

/// How long an attachment may be on its way before it counts as missing, in milliseconds.
const ATTACHMENT_PATIENCE_MS: i64 = 10 * 60_000;

/// How long marks of deletion are kept, in milliseconds: 180 days.
const TOMBSTONE_LIFE_MS: i64 = 180 * 24 * 60 * 60_000;

/// Folds what an older version had to set aside and this one can read, page by page, so that sales come
/// in between.
async fn catch_up(
    store: &dyn Store,
    clock: &SharedClock,
    closing: &watch::Receiver<bool>,
) -> Result<(), StoreError> {
    for hub in store.hubs().await? {
        let (mut after, mut folded) = (Some(0), 0);
        while let Some(start) = after.filter(|_| !*closing.borrow()) {
            let page = RetryPage {
                reader: intake::reader(),
                after: start,
                rows_max: RETRY_ROWS,
            };
            let retried = store.retry_quarantined(hub.id, page, clock.now()).await?;
            folded += retried.folded;
            after = retried.next_after;
        }
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
    let mut has_caught_up = false;
    loop {
        if !has_caught_up {
            match catch_up(store.as_ref(), &clock, &closing).await {
                Ok(()) => has_caught_up = true,
                Err(error) => tracing::error!(%error, "what was set aside could not be tried"),
            }
        }
        if let Err(error) = round(store.as_ref(), clock.now()).await {
            tracing::error!(%error, "the regular upkeep failed; it is tried again");
        }
        tokio::select! {
            _ = closing.wait_for(|closing| *closing) => return,
            () = tokio::time::sleep(ROUND) => {}
        }
    }
}

/// Sends what customers are to be told, until the server ends.
pub(crate) async fn run_mail(
    postman: Postman,
    clock: SharedClock,
    mut closing: watch::Receiver<bool>,
) {
    loop {
        match postman.round(clock.now()).await {
            Ok(report) if report != RoundReport::default() => {
                let RoundReport {
                    sent,
                    dropped,
                    later,
                } = report;
                tracing::info!(sent, dropped, later, "messages went out");
            }
            Ok(_) => {}
            Err(error) => tracing::error!(%error, "the outbox could not be read"),
        }
        tokio::select! {
            _ = closing.wait_for(|closing| *closing) => return,
            () = tokio::time::sleep(mail::ROUND) => {}
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
