//! Table `outbox`.

use async_trait::async_trait;
use comptoir_domain::ids::HubId;
use comptoir_domain::message::MessageKind;
use comptoir_domain::time::Timestamp;
use rusqlite::{Connection, Row, Transaction, params};

use super::{SqliteStore, column};
use crate::store::{
    MessageOutcome, MessageRow, MessageStore, OutboxCounts, QueuedMessage, StoreError,
};

/// How long a change waits for another one, in milliseconds: who clicks three times is told once.
const CHANGE_WAITS_MS: i64 = 2 * 60_000;

/// How long a change waits at most.
const CHANGE_WAITS_MAX_MS: i64 = 10 * 60_000;

/// Queues messages; what is queued or sent already stays as it is. A change of an order waits two minutes;
/// another one within them joins it, and both wait two minutes more, ten in all at most.
pub(super) fn insert(
    connection: &Connection,
    hub: HubId,
    rows: &[MessageRow],
) -> Result<(), StoreError> {
    let mut statement = connection.prepare_cached(
        "INSERT INTO outbox (hub_id, message_key, order_id, kind, queued_at, state, attempts, next_at)
         VALUES (?1, ?2, ?3, ?4, ?5, 'waiting', 0, ?6)
         ON CONFLICT DO NOTHING",
    )?;
    for row in rows {
        let is_change = row.kind == MessageKind::OrderChanged;
        if is_change && join(connection, hub, row)? {
            continue;
        }
        let wait = if is_change { CHANGE_WAITS_MS } else { 0 };
        statement.execute(params![
            hub.to_string(),
            row.key,
            row.order.to_string(),
            row.kind.name(),
            row.at.unix_ms(),
            row.at.plus_ms(wait).unix_ms(),
        ])?;
    }
    Ok(())
}

/// Lets a change join one of the same order that was not tried yet; `false` where none waits.
fn join(connection: &Connection, hub: HubId, row: &MessageRow) -> Result<bool, StoreError> {
    let mut statement = connection.prepare_cached(
        "UPDATE outbox SET next_at = min(?4 + ?5, queued_at + ?6)
         WHERE hub_id = ?1 AND order_id = ?2 AND kind = ?3 AND state = 'waiting' AND attempts = 0",
    )?;
    let joined = statement.execute(params![
        hub.to_string(),
        row.order.to_string(),
        row.kind.name(),
        row.at.unix_ms(),
        CHANGE_WAITS_MS,
        CHANGE_WAITS_MAX_MS,
    ])?;
    Ok(joined > 0)
}

/// Messages whose time has come, the longest waiting first.
pub(super) fn due(
    connection: &Connection,
    hub: HubId,
    now: Timestamp,
    limit: u32,
) -> Result<Vec<QueuedMessage>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT message_key, order_id, kind, queued_at, attempts FROM outbox
         WHERE hub_id = ?1 AND state = 'waiting' AND next_at <= ?2
         ORDER BY next_at, message_key LIMIT ?3",
    )?;
    let rows = statement.query_map(params![hub.to_string(), now.unix_ms(), limit], from_row)?;
    let rows: Vec<Option<QueuedMessage>> = rows.collect::<Result<_, _>>()?;
    Ok(rows.into_iter().flatten().collect())
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<Option<QueuedMessage>> {
    let kind: String = row.get(2)?;
    // A kind of a newer version waits for that version.
    let Some(kind) = MessageKind::from_name(&kind) else {
        return Ok(None);
    };
    Ok(Some(QueuedMessage {
        message: MessageRow {
            key: row.get(0)?,
            order: column::text(row, 1)?,
            kind,
            at: Timestamp::from_unix_ms(row.get(3)?),
        },
        attempts: row.get(4)?,
    }))
}

/// Writes down what came of a try.
pub(super) fn settle(
    connection: &Connection,
    hub: HubId,
    key: &str,
    outcome: &MessageOutcome,
    now: Timestamp,
) -> Result<(), StoreError> {
    let (state, next_at, ended_at, problem) = match outcome {
        MessageOutcome::Sent => ("sent", now, Some(now), None),
        MessageOutcome::Dropped { why } => ("dropped", now, Some(now), Some(why)),
        MessageOutcome::Later { at, why } => ("waiting", *at, None, Some(why)),
    };
    connection.execute(
        "UPDATE outbox SET state = ?3, attempts = attempts + 1, next_at = ?4, ended_at = ?5, problem = ?6
         WHERE hub_id = ?1 AND message_key = ?2 AND state = 'waiting'",
        params![
            hub.to_string(),
            key,
            state,
            next_at.unix_ms(),
            ended_at.map(Timestamp::unix_ms),
            problem,
        ],
    )?;
    Ok(())
}

pub(super) fn counts(connection: &Connection, hub: HubId) -> Result<OutboxCounts, StoreError> {
    let counts = connection.query_row(
        "SELECT count(*) FILTER (WHERE state = 'waiting'), count(*) FILTER (WHERE state = 'sent'),
                count(*) FILTER (WHERE state = 'dropped')
         FROM outbox WHERE hub_id = ?1",
        [hub.to_string()],
        |row| {
            Ok(OutboxCounts {
                waiting: row.get(0)?,
                sent: row.get(1)?,
                dropped: row.get(2)?,
            })
        },
    )?;
    Ok(counts)
}

#[async_trait]
impl MessageStore for SqliteStore {
    async fn queue_messages(&self, hub: HubId, rows: Vec<MessageRow>) -> Result<(), StoreError> {
        let work = move |transaction: &Transaction<'_>| insert(transaction, hub, &rows);
        self.writer.write(work).await
    }

    async fn due_messages(
        &self,
        hub: HubId,
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<QueuedMessage>, StoreError> {
        let question = move |snapshot: &Transaction<'_>| due(snapshot, hub, now, limit);
        self.readers.read(question).await
    }

    async fn settle_message(
        &self,
        hub: HubId,
        key: String,
        outcome: MessageOutcome,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let work =
            move |transaction: &Transaction<'_>| settle(transaction, hub, &key, &outcome, now);
        self.writer.write(work).await
    }

    async fn outbox_counts(&self, hub: HubId) -> Result<OutboxCounts, StoreError> {
        let question = move |snapshot: &Transaction<'_>| counts(snapshot, hub);
        self.readers.read(question).await
    }
}
