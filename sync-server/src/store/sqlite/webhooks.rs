//! Tables `webhook` and `webhook_delivery`.

use async_trait::async_trait;
use comptoir_domain::ids::HubId;
use comptoir_domain::time::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};

use super::{SqliteStore, hubs};
use crate::store::{
    Delivery, NewWebhook, ShopScope, StoreError, Webhook, WebhookAdded, WebhookStep, WebhookStore,
};

/// How long it is kept what was delivered, in milliseconds: 30 days.
const DELIVERED_LIFE_MS: i64 = 30 * 24 * 60 * 60_000;

/// Remembers a webhook. It is told of what happens from now on.
pub(super) fn insert(
    connection: &Connection,
    hub: HubId,
    new: &NewWebhook,
) -> Result<WebhookAdded, StoreError> {
    let known: Option<i64> = connection
        .query_row(
            "SELECT 1 FROM shop_key WHERE hub_id = ?1 AND name = ?2 AND revoked_at IS NULL",
            params![hub.to_string(), new.shop],
            |row| row.get(0),
        )
        .optional()?;
    if known.is_none() {
        return Ok(WebhookAdded::ShopUnknown);
    }
    let inserted = connection.execute(
        "INSERT INTO webhook (hub_id, shop, url, secret, events, created_at, reached, attempts, next_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 0, ?6) ON CONFLICT DO NOTHING",
        params![
            hub.to_string(),
            new.shop,
            new.url,
            new.secret,
            new.events.join(" "),
            new.at.unix_ms(),
            hubs::head(connection, hub)?.fold_no,
        ],
    )?;
    Ok(if inserted == 1 {
        WebhookAdded::Added
    } else {
        WebhookAdded::Taken
    })
}

/// All webhooks of stores whose keys can be used, by name.
pub(super) fn all(connection: &Connection, hub: HubId) -> Result<Vec<Webhook>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT shop, scopes, url, secret, events, reached, attempts, next_at, webhook.created_at,
                paused_at, failing_since
         FROM webhook JOIN shop_key ON shop_key.hub_id = webhook.hub_id AND shop_key.name = shop
         WHERE webhook.hub_id = ?1 AND revoked_at IS NULL ORDER BY shop",
    )?;
    let rows = statement.query_map([hub.to_string()], from_row)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Forgets a webhook and what it was told; `false` where there is none.
pub(super) fn remove(connection: &Connection, hub: HubId, shop: &str) -> Result<bool, StoreError> {
    let names = params![hub.to_string(), shop];
    connection.execute(
        "DELETE FROM webhook_delivery WHERE hub_id = ?1 AND shop = ?2",
        names,
    )?;
    let removed =
        connection.execute("DELETE FROM webhook WHERE hub_id = ?1 AND shop = ?2", names)?;
    Ok(removed > 0)
}

/// Sets a webhook back, so that it is told again from a number on; `false` where there is none.
pub(super) fn replay(
    connection: &Connection,
    hub: HubId,
    shop: &str,
    from: u64,
) -> Result<bool, StoreError> {
    let changed = connection.execute(
        "UPDATE webhook SET reached = min(reached, ?3), attempts = 0, next_at = 0, failing_since = NULL
         WHERE hub_id = ?1 AND shop = ?2",
        params![hub.to_string(), shop, from.saturating_sub(1)],
    )?;
    Ok(changed > 0)
}

/// Has a webhook told nothing from a moment on, or told on at once; `false` where there is none that was
/// otherwise.
pub(super) fn pause(
    connection: &Connection,
    hub: HubId,
    shop: &str,
    at: Option<Timestamp>,
) -> Result<bool, StoreError> {
    let changed = connection.execute(
        "UPDATE webhook SET paused_at = ?3, attempts = 0, next_at = 0
         WHERE hub_id = ?1 AND shop = ?2 AND (paused_at IS NULL) = (?3 IS NOT NULL)",
        params![hub.to_string(), shop, at.map(Timestamp::unix_ms)],
    )?;
    Ok(changed > 0)
}

/// Writes down how far a webhook got; `false` where it goes no further.
pub(super) fn step(
    connection: &Connection,
    hub: HubId,
    step: &WebhookStep,
) -> Result<bool, StoreError> {
    let tried_at = step.delivery.as_ref().map(|delivery| delivery.tried_at);
    let vain_at = tried_at.filter(|_| step.reached == step.from);
    let goes_on: Option<bool> = connection
        .query_row(
            "UPDATE webhook SET reached = ?4, next_at = ?6,
                    attempts = CASE WHEN ?5 IS NULL THEN 0 ELSE attempts + 1 END,
                    failing_since = CASE WHEN ?5 IS NULL THEN NULL ELSE coalesce(failing_since, ?5) END
             WHERE hub_id = ?1 AND shop = ?2 AND reached = ?3
             RETURNING paused_at IS NULL",
            params![
                hub.to_string(),
                step.shop,
                step.from,
                step.reached,
                vain_at.map(Timestamp::unix_ms),
                step.next_at.unix_ms(),
            ],
            |row| row.get(0),
        )
        .optional()?;
    if let (Some(_), Some(delivery)) = (goes_on, &step.delivery) {
        write(connection, hub, &step.shop, delivery)?;
    }
    Ok(goes_on.unwrap_or(false))
}

fn write(
    connection: &Connection,
    hub: HubId,
    shop: &str,
    delivery: &Delivery,
) -> Result<(), StoreError> {
    connection.execute(
        "INSERT INTO webhook_delivery (hub_id, shop, number, delivery_id, events, attempts, tried_at,
                                       delivered_at, answer)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
         ON CONFLICT (hub_id, shop, number) DO UPDATE
         SET attempts = webhook_delivery.attempts + 1, tried_at = excluded.tried_at,
             delivered_at = excluded.delivered_at, answer = excluded.answer",
        params![
            hub.to_string(),
            shop,
            delivery.number,
            delivery.id,
            delivery.events.join(" "),
            delivery.attempts,
            delivery.tried_at.unix_ms(),
            delivery.delivered_at.map(Timestamp::unix_ms),
            delivery.answer,
        ],
    )?;
    connection.execute(
        "DELETE FROM webhook_delivery WHERE hub_id = ?1 AND shop = ?2 AND delivered_at < ?3",
        params![
            hub.to_string(),
            shop,
            delivery.tried_at.plus_ms(-DELIVERED_LIFE_MS).unix_ms()
        ],
    )?;
    Ok(())
}

/// What a webhook was told, the latest first, before a number.
pub(super) fn deliveries(
    connection: &Connection,
    hub: HubId,
    shop: &str,
    before: Option<u64>,
    limit: u32,
) -> Result<Vec<Delivery>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT number, delivery_id, events, attempts, tried_at, delivered_at, answer
         FROM webhook_delivery WHERE hub_id = ?1 AND shop = ?2 AND (?3 IS NULL OR number < ?3)
         ORDER BY number DESC LIMIT ?4",
    )?;
    let rows = statement.query_map(params![hub.to_string(), shop, before, limit], |row| {
        Ok(Delivery {
            number: row.get(0)?,
            id: row.get(1)?,
            events: words(&row.get::<_, String>(2)?),
            attempts: row.get(3)?,
            tried_at: Timestamp::from_unix_ms(row.get(4)?),
            delivered_at: moment(row, 5)?,
            answer: row.get(6)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn words(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}

fn moment(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<Timestamp>> {
    let at: Option<i64> = row.get(column)?;
    Ok(at.map(Timestamp::from_unix_ms))
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<Webhook> {
    let scopes: String = row.get(1)?;
    let scopes = scopes.split(' ').filter_map(ShopScope::from_name);
    Ok(Webhook {
        shop: row.get(0)?,
        scopes: scopes.collect(),
        url: row.get(2)?,
        secret: row.get(3)?,
        events: words(&row.get::<_, String>(4)?),
        reached: row.get(5)?,
        attempts: row.get(6)?,
        next_at: Timestamp::from_unix_ms(row.get(7)?),
        created_at: Timestamp::from_unix_ms(row.get(8)?),
        paused_at: moment(row, 9)?,
        failing_since: moment(row, 10)?,
    })
}

#[async_trait]
impl WebhookStore for SqliteStore {
    async fn add_webhook(&self, hub: HubId, new: NewWebhook) -> Result<WebhookAdded, StoreError> {
        let work = move |transaction: &Transaction<'_>| insert(transaction, hub, &new);
        self.writer.write(work).await
    }

    async fn webhooks(&self, hub: HubId) -> Result<Vec<Webhook>, StoreError> {
        let question = move |snapshot: &Transaction<'_>| all(snapshot, hub);
        self.readers.read(question).await
    }

    async fn remove_webhook(&self, hub: HubId, shop: String) -> Result<bool, StoreError> {
        let work = move |transaction: &Transaction<'_>| remove(transaction, hub, &shop);
        self.writer.write(work).await
    }

    async fn replay_webhook(
        &self,
        hub: HubId,
        shop: String,
        from: u64,
    ) -> Result<bool, StoreError> {
        let work = move |transaction: &Transaction<'_>| replay(transaction, hub, &shop, from);
        self.writer.write(work).await
    }

    async fn step_webhook(&self, hub: HubId, made: WebhookStep) -> Result<bool, StoreError> {
        let work = move |transaction: &Transaction<'_>| step(transaction, hub, &made);
        self.writer.write(work).await
    }

    async fn deliveries(
        &self,
        hub: HubId,
        shop: String,
        before: Option<u64>,
        limit: u32,
    ) -> Result<Vec<Delivery>, StoreError> {
        let question =
            move |snapshot: &Transaction<'_>| deliveries(snapshot, hub, &shop, before, limit);
        self.readers.read(question).await
    }
}
