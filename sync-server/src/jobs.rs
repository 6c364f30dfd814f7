//! What the server does by itself: at its start, and every few minutes.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use comptoir_domain::entry::EntryRef;
use comptoir_domain::ids::{ActionId, OrderId};
use comptoir_domain::message;
use comptoir_domain::order::Order;
use comptoir_domain::problem::{Problem, ProblemRule, ProblemSubject};
use comptoir_domain::slot::Slot;
use comptoir_domain::time::Timestamp;
use comptoir_sync::feed::EntityKind;
use tokio::sync::watch;

use crate::clock::SharedClock;
use crate::intake;
use crate::mail::{self, Postman, RoundReport};
use crate::payments::{PayDesk, PayRound};
use crate::shop::Repeater;
use crate::store::{Hub, Noted, RetryPage, Store, StoreError};
use crate::webhooks::Herald;

/// How many entries that were set aside are tried again in one transaction; each may be large.
const RETRY_ROWS: u32 = 50;

const ROUND: Duration = Duration::from_secs(300);

/// How long an attachment may be on its way before it counts as missing, in milliseconds.
const ATTACHMENT_PATIENCE_MS: i64 = 10 * 60_000;

/// How long after its slot an order that nobody fetched is brought to somebody's notice, in milliseconds.
const NOT_FETCHED_AFTER_MS: i64 = 24 * 60 * 60_000;

/// For how long after its slot an order is looked after, in milliseconds: 30 days.
const NOT_FETCHED_UNTIL_MS: i64 = 30 * 24 * 60 * 60_000;

/// How often it is looked for orders that nobody fetched, in milliseconds.
const NOT_FETCHED_EVERY_MS: i64 = 60 * 60_000;

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

/// Opens a problem for each order whose slot is long past and that nobody fetched, and ends those of orders
/// that were dealt with since. The goods stay reserved: nothing goes back on the shelf without a person.
pub async fn note_not_fetched(store: &dyn Store, now: Timestamp) -> Result<(), StoreError> {
    for hub in store.hubs().await? {
        let known = store
            .entities(hub.id, EntityKind::new(EntityKind::PROBLEM))
            .await?;
        let known: BTreeSet<String> = known
            .into_iter()
            .filter_map(|row| {
                let problem: Problem = serde_json::from_str(&row.body).ok()?;
                problem.decision.is_none().then_some(row.id)
            })
            .collect();
        let slots = store
            .entities(hub.id, EntityKind::new(EntityKind::SLOT))
            .await?;
        for slot in slots {
            let Ok(slot) = serde_json::from_str::<Slot>(&slot.body) else {
                continue;
            };
            let age = now.ms_since(slot.ends_at);
            if !(NOT_FETCHED_AFTER_MS..NOT_FETCHED_UNTIL_MS).contains(&age) {
                continue;
            }
            let noted = not_fetched(store, &hub, &slot, &known).await?;
            if !noted.is_empty() {
                store.note_problems(hub.id, noted, now).await?;
            }
        }
    }
    Ok(())
}

/// What changed about the orders of a slot that is past.
async fn not_fetched(
    store: &dyn Store,
    hub: &Hub,
    slot: &Slot,
    known: &BTreeSet<String>,
) -> Result<Vec<Noted>, StoreError> {
    let mut noted = Vec::new();
    for row in store.orders_of_slot(hub.id, slot.id).await? {
        let Ok(order) = serde_json::from_str::<Order>(&row.body) else {
            continue;
        };
        let placed = store.entry_of(hub.id, ActionId::from_uuid(order.id().uuid()));
        let waits = message::is_awaited(&order) && order.heading.slot == Some(slot.id);
        let Some(placed) = placed.await? else {
            continue;
        };
        let entry = EntryRef {
            source: placed.source,
            epoch: placed.epoch,
            seq: placed.seq,
        };
        let (rule, subject) = (ProblemRule::NotFetched, of_order(order.id()));
        let id = Problem::open(rule, subject, entry, 0, slot.ends_at)
            .id
            .to_string();
        if waits != known.contains(&id) {
            noted.push(Noted {
                rule,
                subject,
                entry,
                ended: (!waits).then_some("dealt_with"),
            });
        }
    }
    Ok(noted)
}

fn of_order(order: OrderId) -> ProblemSubject {
    ProblemSubject {
        order: Some(order),
        ..ProblemSubject::default()
    }
}

/// Runs until the server ends.
pub(crate) async fn run(
    store: Arc<dyn Store>,
    repeater: Repeater,
    clock: SharedClock,
    mut closing: watch::Receiver<bool>,
) {
    let mut has_caught_up = false;
    let mut looked_at: Option<Timestamp> = None;
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
        if let Err(error) = repeater.round(clock.now()).await {
            tracing::error!(%error, "recurring orders could not be looked at; they are again");
        }
        let now = clock.now();
        let rests = |at: Timestamp| (0..NOT_FETCHED_EVERY_MS).contains(&now.ms_since(at));
        if !looked_at.is_some_and(rests) {
            match note_not_fetched(store.as_ref(), now).await {
                Ok(()) => looked_at = Some(now),
                Err(error) => tracing::error!(%error, "orders of past slots could not be read"),
            }
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

/// Asks the payment provider what is to be asked, until the server ends.
pub(crate) async fn run_payments(
    pay: PayDesk,
    every: Duration,
    clock: SharedClock,
    mut closing: watch::Receiver<bool>,
) {
    loop {
        let now = clock.now();
        match pay.round(now).await {
            Ok(report) if report != PayRound::default() => {
                tracing::info!(?report, "payments were asked for");
            }
            Ok(_) => {}
            Err(error) => tracing::error!(%error, "payments could not be asked for"),
        }
        if let Err(error) = pay.look_after_promises(now).await {
            tracing::error!(%error, "promised payments could not be looked after");
        }
        tokio::select! {
            _ = closing.wait_for(|closing| *closing) => return,
            () = tokio::time::sleep(every) => {}
        }
    }
}

/// Tells connected stores what happened, until the server ends. What is under way then is told again.
pub(crate) async fn run_webhooks(
    herald: Herald,
    every: Duration,
    clock: SharedClock,
    mut closing: watch::Receiver<bool>,
) {
    loop {
        if let Err(error) = herald.start(clock.now()).await {
            tracing::error!(%error, "webhooks could not be looked up");
        }
        tokio::select! {
            _ = closing.wait_for(|closing| *closing) => return,
            () = tokio::time::sleep(every) => {}
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
