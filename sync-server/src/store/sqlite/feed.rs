//! Table `entity`: the state, read as a feed.

use comptoir_domain::entry::Source;
use comptoir_domain::ids::{HubId, SlotId};
use comptoir_domain::time::Timestamp;
use comptoir_sync::feed::{Cursor, EntityKind, FeedItem};
use comptoir_sync::protocol::{FeedPage, PULL_ROWS_MAX, PullReply};
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::{hubs, journal};
use crate::store::{EntityKey, EntityRow, HubHead, PullQuery, StoreError, StoredEntity};

pub(super) fn find(
    connection: &Connection,
    hub: HubId,
    key: &EntityKey,
) -> Result<Option<StoredEntity>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT position, deleted, body FROM entity WHERE hub_id = ?1 AND kind = ?2 AND id = ?3",
    )?;
    let found = statement
        .query_row(params![hub.to_string(), key.kind, key.id], |row| {
            Ok(StoredEntity {
                position: row.get(0)?,
                deleted: row.get(1)?,
                body: row.get(2)?,
            })
        })
        .optional()?;
    Ok(found)
}

pub(super) fn set(
    connection: &Connection,
    hub: HubId,
    rows: &[EntityRow],
) -> Result<(), StoreError> {
    let mut statement = connection.prepare_cached(
        "INSERT INTO entity (hub_id, kind, id, position, deleted, changed_at, body)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
         ON CONFLICT (hub_id, kind, id) DO UPDATE
         SET position = excluded.position, deleted = excluded.deleted,
             changed_at = excluded.changed_at, body = excluded.body",
    )?;
    let hub = hub.to_string();
    for row in rows {
        statement.execute(params![
            hub,
            row.key.kind,
            row.key.id,
            row.entity.position,
            row.entity.deleted,
            row.changed_at.unix_ms(),
            row.entity.body,
        ])?;
    }
    Ok(())
}

pub(super) fn of_kind(
    connection: &Connection,
    hub: HubId,
    kind: &EntityKind,
) -> Result<Vec<FeedItem>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT kind, id, position, deleted, body FROM entity
         WHERE hub_id = ?1 AND kind = ?2 AND deleted = 0 ORDER BY id",
    )?;
    let rows = statement.query_map(params![hub.to_string(), kind.0], from_row)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// All orders of a slot, whatever became of them.
pub(super) fn orders_of_slot(
    connection: &Connection,
    hub: HubId,
    slot: SlotId,
) -> Result<Vec<FeedItem>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT kind, id, position, deleted, body FROM entity
         WHERE hub_id = ?1 AND kind = 'order' AND deleted = 0
           AND json_extract(body, '$.heading.slot') = ?2",
    )?;
    let rows = statement.query_map(params![hub.to_string(), slot.to_string()], from_row)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Orders that wait in a slot or were fetched from it: not those that were called off.
pub(super) fn orders_in_slot(
    connection: &Connection,
    hub: HubId,
    slot: SlotId,
) -> Result<u32, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT count(*) FROM entity INDEXED BY entity_live_order_in_slot
         WHERE hub_id = ?1 AND kind = 'order' AND deleted = 0
           AND json_extract(body, '$.heading.slot') = ?2
           AND json_extract(body, '$.milestones.cancelled') IS NULL
           AND json_extract(body, '$.milestones.expired_at') IS NULL",
    )?;
    let count =
        statement.query_row(params![hub.to_string(), slot.to_string()], |row| row.get(0))?;
    Ok(count)
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<FeedItem> {
    Ok(FeedItem {
        kind: EntityKind(row.get(0)?),
        id: row.get(1)?,
        position: row.get(2)?,
        deleted: row.get(3)?,
        body: row.get(4)?,
    })
}

/// A page, with everything that is said beside it, from the snapshot that `connection` holds.
pub(super) fn page(connection: &Connection, query: &PullQuery) -> Result<PullReply, StoreError> {
    let head = hubs::head(connection, query.hub)?;
    let Some(since) = start_of(query, &head) else {
        return Ok(PullReply::Resync {
            feed_epoch: head.feed_epoch,
        });
    };
    let (items, reached) = rows_after(connection, query, since, head.position)?;
    Ok(PullReply::Page(FeedPage {
        items,
        next: Cursor {
            feed_epoch: head.feed_epoch,
            position: reached,
        },
        head: head.position,
        included: journal::included(connection, query.hub, Source::Till(query.till))?,
        checksum: head.checksum,
        server_time: query.now,
    }))
}

/// Where to read on; none where the position is of another life of the feed, of the future, or from
/// before marks of deletion that are gone.
fn start_of(query: &PullQuery, head: &HubHead) -> Option<u64> {
    let Some(cursor) = &query.since else {
        return Some(0);
    };
    let is_of_this_feed = cursor.feed_epoch == head.feed_epoch && cursor.position <= head.position;
    let is_young_enough = cursor.position >= head.tombstone_floor;
    (is_of_this_feed && is_young_enough).then_some(cursor.position)
}

fn rows_after(
    connection: &Connection,
    query: &PullQuery,
    since: u64,
    head: u64,
) -> Result<(Vec<FeedItem>, u64), StoreError> {
    let limit = query.rows_max.clamp(1, PULL_ROWS_MAX);
    // Who begins has nothing that could have been deleted.
    let with_deleted = query.since.is_some();
    let mut statement = connection.prepare_cached(
        "SELECT kind, id, position, deleted, body FROM entity
         WHERE hub_id = ?1 AND position > ?2 AND (?3 OR deleted = 0)
         ORDER BY position LIMIT ?4",
    )?;
    let hub = query.hub.to_string();
    let mut rows = statement.query(params![hub, since, with_deleted, limit])?;
    let mut items: Vec<FeedItem> = Vec::new();
    let mut bytes = 0usize;
    while let Some(row) = rows.next()? {
        let item = from_row(row)?;
        bytes = bytes.saturating_add(item.body.len());
        if bytes > query.bytes_max && !items.is_empty() {
            let reached = items.last().map_or(since, |last| last.position);
            return Ok((items, reached));
        }
        items.push(item);
    }
    let is_full = items.len() >= usize::try_from(limit).unwrap_or(usize::MAX);
    let last = items.last().map_or(since, |item| item.position);
    Ok((items, if is_full { last } else { head }))
}

/// Takes marks of deletion away, and says up to where.
pub(super) fn prune_tombstones(
    connection: &Connection,
    hub: HubId,
    deleted_before: Timestamp,
) -> Result<Option<u64>, StoreError> {
    let floor: Option<u64> = connection.query_row(
        "SELECT max(position) FROM entity
         WHERE hub_id = ?1 AND deleted = 1 AND changed_at < ?2",
        params![hub.to_string(), deleted_before.unix_ms()],
        |row| row.get(0),
    )?;
    connection.execute(
        "DELETE FROM entity WHERE hub_id = ?1 AND deleted = 1 AND changed_at < ?2",
        params![hub.to_string(), deleted_before.unix_ms()],
    )?;
    Ok(floor)
}
