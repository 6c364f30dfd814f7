//! Views for the office of tables that others keep: outbox, tills, attachments.

use comptoir_domain::ids::{AttachmentId, HubId, TillId};
use comptoir_domain::time::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};

use super::column;
use crate::session::SESSION_LIFE_MS;
use crate::store::{OutboxQuery, OutboxRow, StoreError, TillRecord};

pub(super) fn outbox(
    connection: &Connection,
    hub: HubId,
    query: &OutboxQuery,
) -> Result<Vec<OutboxRow>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT message_key, order_id, kind, state, queued_at, attempts, next_at, ended_at, problem
         FROM outbox
         WHERE hub_id = ?1 AND (?2 IS NULL OR state = ?2) AND (?3 IS NULL OR order_id = ?3)
         ORDER BY queued_at DESC, message_key",
    )?;
    let order = query.order.map(|order| order.to_string());
    let rows = statement.query_map(params![hub.to_string(), query.state, order], |row| {
        Ok(OutboxRow {
            key: row.get(0)?,
            order: column::text(row, 1)?,
            kind: row.get(2)?,
            state: row.get(3)?,
            queued_at: Timestamp::from_unix_ms(row.get(4)?),
            attempts: row.get(5)?,
            next_at: Timestamp::from_unix_ms(row.get(6)?),
            ended_at: row.get::<_, Option<i64>>(7)?.map(Timestamp::from_unix_ms),
            problem: row.get(8)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(super) fn till_records(
    connection: &Connection,
    hub: HubId,
) -> Result<Vec<TillRecord>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT till.till_id,
                (SELECT count(*) FROM journal
                 WHERE journal.hub_id = till.hub_id AND source = 'till:' || till.till_id),
                (SELECT count(*) FROM journal
                 WHERE journal.hub_id = till.hub_id AND source = 'till:' || till.till_id
                   AND lane <> 'folded'),
                (SELECT max(accepted_at) FROM journal
                 WHERE journal.hub_id = till.hub_id AND source = 'till:' || till.till_id),
                (SELECT max(expires_at) FROM session
                 WHERE session.hub_id = till.hub_id AND session.till_id = till.till_id)
         FROM till WHERE till.hub_id = ?1",
    )?;
    let rows = statement.query_map([hub.to_string()], |row| {
        let session_ends: Option<i64> = row.get(4)?;
        Ok(TillRecord {
            till: column::text::<TillId>(row, 0)?,
            entries: row.get(1)?,
            set_aside: row.get(2)?,
            last_entry_at: row.get::<_, Option<i64>>(3)?.map(Timestamp::from_unix_ms),
            last_session_at: session_ends
                .map(|ends| Timestamp::from_unix_ms(ends).plus_ms(-SESSION_LIFE_MS)),
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(super) fn attachment_texts(
    connection: &Connection,
    hub: HubId,
    ids: &[AttachmentId],
) -> Result<Vec<Option<String>>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT here.content FROM attachment here
         WHERE here.hub_id = ?1 AND here.attachment_id = ?2
           AND EXISTS (SELECT 1 FROM attachment_named named
                       WHERE named.hub_id = here.hub_id AND named.source = here.source
                         AND named.attachment_id = here.attachment_id
                         AND named.salted_hash = here.salted_hash)
         LIMIT 1",
    )?;
    let hub = hub.to_string();
    let mut texts = Vec::new();
    for id in ids {
        let found: Option<Option<String>> = statement
            .query_row(params![hub, id.to_string()], |row| row.get(0))
            .optional()?;
        texts.push(found.flatten());
    }
    Ok(texts)
}
