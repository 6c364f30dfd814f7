//! Tables `journal_aside` and `till_excess`: what is kept of tills without being part of the state.

use std::collections::BTreeMap;

use comptoir_domain::entry::{EntryHash, SealedEntry, Source};
use comptoir_domain::ids::{EpochId, HubId, TillId};
use comptoir_domain::time::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};

use super::column;
use crate::intake::Excess;
use crate::store::{AsideRow, StoreError};

pub(super) fn insert(
    connection: &Connection,
    hub: HubId,
    rows: &[AsideRow],
) -> Result<(), StoreError> {
    let mut statement = connection.prepare_cached(
        "INSERT INTO journal_aside (hub_id, source, epoch, seq, hash, accepted_at, offset_ms, header,
                                    body, signature)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
    )?;
    for row in rows {
        statement.execute(params![
            hub.to_string(),
            row.source.to_string(),
            row.epoch.to_string(),
            row.seq,
            row.hash.0,
            row.accepted_at.unix_ms(),
            row.offset_ms,
            row.sealed.header,
            row.sealed.body,
            row.sealed.signature.0,
        ])?;
    }
    Ok(())
}

pub(super) fn holds(
    connection: &Connection,
    hub: HubId,
    source: Source,
    epoch: EpochId,
    place: (u64, EntryHash),
) -> Result<bool, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT 1 FROM journal_aside
         WHERE hub_id = ?1 AND source = ?2 AND epoch = ?3 AND seq = ?4 AND hash = ?5",
    )?;
    let (seq, hash) = place;
    Ok(statement.exists(params![
        hub.to_string(),
        source.to_string(),
        epoch.to_string(),
        seq,
        hash.0
    ])?)
}

pub(super) fn page(
    connection: &Connection,
    hub: HubId,
    skip: u64,
    limit: u32,
) -> Result<Vec<AsideRow>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT source, epoch, seq, hash, accepted_at, offset_ms, header, body, signature
         FROM journal_aside WHERE hub_id = ?1
         ORDER BY source, epoch, seq, hash LIMIT ?3 OFFSET ?2",
    )?;
    let rows = statement.query_map(params![hub.to_string(), skip, limit], |row| {
        Ok(AsideRow {
            source: column::text(row, 0)?,
            epoch: column::text(row, 1)?,
            seq: row.get(2)?,
            hash: column::hash(row, 3)?,
            accepted_at: Timestamp::from_unix_ms(row.get(4)?),
            offset_ms: row.get(5)?,
            sealed: SealedEntry {
                header: row.get(6)?,
                body: row.get(7)?,
                signature: column::signature(row, 8)?,
            },
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(super) fn excess(
    connection: &Connection,
    hub: HubId,
    till: TillId,
) -> Result<Excess, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT entries, bytes, alarms FROM till_excess WHERE hub_id = ?1 AND till_id = ?2",
    )?;
    let found = statement
        .query_row([hub.to_string(), till.to_string()], |row| {
            Ok(Excess {
                entries: row.get(0)?,
                bytes: row.get(1)?,
                alarms: row.get(2)?,
            })
        })
        .optional()?;
    Ok(found.unwrap_or_default())
}

pub(super) fn set_excess(
    connection: &Connection,
    hub: HubId,
    rows: &BTreeMap<TillId, Excess>,
) -> Result<(), StoreError> {
    let mut statement = connection.prepare_cached(
        "INSERT INTO till_excess (hub_id, till_id, entries, bytes, alarms)
         VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (hub_id, till_id) DO UPDATE
         SET entries = excluded.entries, bytes = excluded.bytes, alarms = excluded.alarms",
    )?;
    for (till, excess) in rows {
        statement.execute(params![
            hub.to_string(),
            till.to_string(),
            excess.entries,
            excess.bytes,
            excess.alarms,
        ])?;
    }
    Ok(())
}
