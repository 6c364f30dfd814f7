//! Tables `hub` and `hub_head`.

use comptoir_domain::ids::{EpochId, HubId};
use comptoir_domain::time::Timestamp;
use comptoir_sync::feed::Checksum;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::column;
use crate::store::{Hub, HubHead, StoreError};

pub(super) fn insert(connection: &Connection, hub: &Hub) -> Result<(), StoreError> {
    connection.execute(
        "INSERT INTO hub (hub_id, name, created_at, source_id, source_epoch)
         VALUES (?1, ?2, ?3, ?4, ?5)",
        params![
            hub.id.to_string(),
            hub.name,
            hub.created_at.unix_ms(),
            hub.source.to_string(),
            hub.source_epoch.to_string(),
        ],
    )?;
    Ok(())
}

pub(super) fn find(connection: &Connection, hub: HubId) -> Result<Option<Hub>, StoreError> {
    let sql = "SELECT hub_id, name, created_at, source_id, source_epoch FROM hub WHERE hub_id = ?1";
    let mut statement = connection.prepare_cached(sql)?;
    let found = statement
        .query_row([hub.to_string()], from_row)
        .optional()?;
    Ok(found)
}

pub(super) fn get(connection: &Connection, hub: HubId) -> Result<Hub, StoreError> {
    find(connection, hub)?.ok_or(StoreError::HubUnknown(hub))
}

pub(super) fn all(connection: &Connection) -> Result<Vec<Hub>, StoreError> {
    let sql = "SELECT hub_id, name, created_at, source_id, source_epoch FROM hub
               ORDER BY created_at, hub_id";
    let mut statement = connection.prepare_cached(sql)?;
    let hubs = statement.query_map([], from_row)?;
    Ok(hubs.collect::<Result<_, _>>()?)
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<Hub> {
    Ok(Hub {
        id: column::text(row, 0)?,
        name: row.get(1)?,
        created_at: Timestamp::from_unix_ms(row.get(2)?),
        source: column::text(row, 3)?,
        source_epoch: column::text(row, 4)?,
    })
}

pub(super) fn set_name(connection: &Connection, hub: HubId, name: &str) -> Result<(), StoreError> {
    connection.execute(
        "UPDATE hub SET name = ?2 WHERE hub_id = ?1",
        params![hub.to_string(), name],
    )?;
    Ok(())
}

pub(super) fn set_source_epoch(
    connection: &Connection,
    hub: HubId,
    epoch: EpochId,
) -> Result<(), StoreError> {
    connection.execute(
        "UPDATE hub SET source_epoch = ?2 WHERE hub_id = ?1",
        params![hub.to_string(), epoch.to_string()],
    )?;
    Ok(())
}

pub(super) fn insert_head(
    connection: &Connection,
    hub: HubId,
    feed_epoch: &str,
) -> Result<(), StoreError> {
    connection.execute(
        "INSERT INTO hub_head (hub_id, accept_no, fold_no, feed_epoch, position, live_rows,
                               live_sum, tombstone_floor)
         VALUES (?1, 0, 0, ?2, 0, 0, 0, 0)",
        params![hub.to_string(), feed_epoch],
    )?;
    Ok(())
}

pub(super) fn head(connection: &Connection, hub: HubId) -> Result<HubHead, StoreError> {
    let sql = "SELECT accept_no, fold_no, feed_epoch, position, live_rows, live_sum,
                      tombstone_floor, order_no
               FROM hub_head WHERE hub_id = ?1";
    let mut statement = connection.prepare_cached(sql)?;
    let found = statement
        .query_row([hub.to_string()], |row| {
            Ok(HubHead {
                accept_no: row.get(0)?,
                fold_no: row.get(1)?,
                feed_epoch: row.get(2)?,
                position: row.get(3)?,
                checksum: Checksum {
                    rows: row.get(4)?,
                    sum: row.get::<_, i64>(5)?.cast_unsigned(),
                },
                tombstone_floor: row.get(6)?,
                order_no: row.get(7)?,
            })
        })
        .optional()?;
    found.ok_or(StoreError::HubUnknown(hub))
}

pub(super) fn set_head(
    connection: &Connection,
    hub: HubId,
    head: &HubHead,
) -> Result<(), StoreError> {
    let sql = "UPDATE hub_head
               SET accept_no = ?2, fold_no = ?3, feed_epoch = ?4, position = ?5, live_rows = ?6,
                   live_sum = ?7, tombstone_floor = ?8, order_no = ?9
               WHERE hub_id = ?1";
    connection.prepare_cached(sql)?.execute(params![
        hub.to_string(),
        head.accept_no,
        head.fold_no,
        head.feed_epoch,
        head.position,
        head.checksum.rows,
        head.checksum.sum.cast_signed(),
        head.tombstone_floor,
        head.order_no,
    ])?;
    Ok(())
}

/// The ends of all feeds.
pub(super) fn positions(connection: &Connection) -> Result<Vec<(HubId, u64)>, StoreError> {
    let mut statement = connection.prepare_cached("SELECT hub_id, position FROM hub_head")?;
    let positions = statement.query_map([], |row| Ok((column::text(row, 0)?, row.get(1)?)))?;
    Ok(positions.collect::<Result<_, _>>()?)
}
