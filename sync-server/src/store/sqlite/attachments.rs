//! Tables `attachment` and `attachment_named`: what lies beside the journal, and what entries say does.

use comptoir_domain::entry::{EntryHash, EntryRef, Source};
use comptoir_domain::ids::{AttachmentId, HubId};
use comptoir_domain::time::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::column;
use crate::store::{AttachmentRow, NamedAttachment, NamedRow, StoreError, StoredAttachment};

/// What is known of an attachment that an entry names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NamedState {
    /// A problem says that it did not come.
    Missing,
    /// It came.
    Here,
}

impl NamedState {
    const fn name(self) -> &'static str {
        match self {
            NamedState::Missing => "missing",
            NamedState::Here => "here",
        }
    }
}

pub(super) fn insert(
    connection: &Connection,
    hub: HubId,
    rows: &[AttachmentRow],
) -> Result<(), StoreError> {
    let mut statement = connection.prepare_cached(
        "INSERT INTO attachment (hub_id, source, attachment_id, salted_hash, salt, content,
                                 received_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
         ON CONFLICT DO NOTHING",
    )?;
    for row in rows {
        statement.execute(params![
            hub.to_string(),
            row.source.to_string(),
            row.id.to_string(),
            row.salted_hash.0,
            row.salt,
            row.content,
            row.received_at.unix_ms(),
        ])?;
    }
    Ok(())
}

pub(super) fn insert_named(
    connection: &Connection,
    hub: HubId,
    rows: &[NamedRow],
) -> Result<(), StoreError> {
    let mut statement = connection.prepare_cached(
        "INSERT INTO attachment_named (hub_id, source, attachment_id, salted_hash, epoch, branch,
                                       seq, number, named_at, state)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 'awaited')
         ON CONFLICT DO NOTHING",
    )?;
    for row in rows {
        statement.execute(params![
            hub.to_string(),
            row.source.to_string(),
            row.id.to_string(),
            row.salted_hash.0,
            row.epoch.to_string(),
            row.branch,
            row.seq,
            row.number,
            row.named_at.unix_ms(),
        ])?;
    }
    Ok(())
}

const NAMED_COLUMNS: &str = "named.source, named.epoch, named.branch, named.seq, named.number,
    named.attachment_id, named.salted_hash, named.named_at";

const IS_HERE: &str = "EXISTS (
    SELECT 1 FROM attachment here
    WHERE here.hub_id = named.hub_id AND here.source = named.source
      AND here.attachment_id = named.attachment_id AND here.salted_hash = named.salted_hash)";

/// What entries named before a moment, did not come, and nobody was told about yet.
pub(super) fn missing(
    connection: &Connection,
    hub: HubId,
    named_before: Timestamp,
) -> Result<Vec<NamedRow>, StoreError> {
    let sql = format!(
        "SELECT {NAMED_COLUMNS} FROM attachment_named named
         WHERE named.hub_id = ?1 AND named.state = 'awaited' AND named.named_at < ?2
           AND NOT {IS_HERE}"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let bounds = params![hub.to_string(), named_before.unix_ms()];
    let rows = statement.query_map(bounds, named_from_row)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// What somebody was told is missing, and came after all.
pub(super) fn arrived(connection: &Connection, hub: HubId) -> Result<Vec<NamedRow>, StoreError> {
    let sql = format!(
        "SELECT {NAMED_COLUMNS} FROM attachment_named named
         WHERE named.hub_id = ?1 AND named.state = 'missing' AND {IS_HERE}"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let rows = statement.query_map([hub.to_string()], named_from_row)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn named_from_row(row: &Row<'_>) -> rusqlite::Result<NamedRow> {
    Ok(NamedRow {
        source: column::text(row, 0)?,
        epoch: column::text(row, 1)?,
        branch: row.get(2)?,
        seq: row.get(3)?,
        number: row.get(4)?,
        id: column::text(row, 5)?,
        salted_hash: column::hash(row, 6)?,
        named_at: Timestamp::from_unix_ms(row.get(7)?),
    })
}

/// Whether an entry names an attachment that is not here yet.
pub(super) fn is_awaited(
    connection: &Connection,
    hub: HubId,
    entry: EntryRef,
    id: AttachmentId,
    salted_hash: EntryHash,
) -> Result<bool, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT 1 FROM attachment_named
         WHERE hub_id = ?1 AND source = ?2 AND epoch = ?3 AND seq = ?4
           AND attachment_id = ?5 AND salted_hash = ?6 AND state <> 'here'",
    )?;
    Ok(statement.exists(params![
        hub.to_string(),
        entry.source.to_string(),
        entry.epoch.to_string(),
        entry.seq,
        id.to_string(),
        salted_hash.0
    ])?)
}

/// Everything that an entry names, with what is here of it.
pub(super) fn of_entry(
    connection: &Connection,
    hub: HubId,
    entry: EntryRef,
    branch: u32,
) -> Result<Vec<NamedAttachment>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT named.attachment_id, named.salted_hash, here.received_at IS NOT NULL, here.salt,
                here.content
         FROM attachment_named named
         LEFT JOIN attachment here USING (hub_id, source, attachment_id, salted_hash)
         WHERE named.hub_id = ?1 AND named.source = ?2 AND named.epoch = ?3 AND named.seq = ?4
           AND named.branch = ?5
         ORDER BY named.number",
    )?;
    let place = params![
        hub.to_string(),
        entry.source.to_string(),
        entry.epoch.to_string(),
        entry.seq,
        branch
    ];
    let rows = statement.query_map(place, |row| {
        let (is_known, salt, content): (bool, Option<[u8; 16]>, Option<String>) =
            (row.get(2)?, row.get(3)?, row.get(4)?);
        Ok(NamedAttachment {
            id: column::text(row, 0)?,
            salted_hash: column::hash(row, 1)?,
            stored: match (salt, content) {
                (Some(salt), Some(content)) => StoredAttachment::Here { salt, content },
                _ if is_known => StoredAttachment::Forgotten,
                _ => StoredAttachment::Missing,
            },
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Remembers what is known of attachments that entries name.
pub(super) fn set_state(
    connection: &Connection,
    hub: HubId,
    rows: &[NamedRow],
    state: NamedState,
) -> Result<(), StoreError> {
    let mut statement = connection.prepare_cached(
        "UPDATE attachment_named SET state = ?7
         WHERE hub_id = ?1 AND source = ?2 AND epoch = ?3 AND seq = ?4 AND branch = ?5
           AND number = ?6",
    )?;
    for row in rows {
        statement.execute(params![
            hub.to_string(),
            row.source.to_string(),
            row.epoch.to_string(),
            row.seq,
            row.branch,
            row.number,
            state.name(),
        ])?;
    }
    Ok(())
}

/// What is here and was awaited so far needs no more looking for.
pub(super) fn settle_arrived(connection: &Connection, hub: HubId) -> Result<(), StoreError> {
    let sql = format!(
        "UPDATE attachment_named AS named SET state = 'here'
         WHERE named.hub_id = ?1 AND named.state = 'awaited' AND {IS_HERE}"
    );
    connection
        .prepare_cached(&sql)?
        .execute([hub.to_string()])?;
    Ok(())
}

pub(super) fn content(
    connection: &Connection,
    hub: HubId,
    source: Source,
    id: AttachmentId,
) -> Result<Option<String>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT here.content FROM attachment_named named
         JOIN attachment here USING (hub_id, source, attachment_id, salted_hash)
         WHERE named.hub_id = ?1 AND named.source = ?2 AND named.attachment_id = ?3
         LIMIT 1",
    )?;
    let found: Option<Option<String>> = statement
        .query_row(
            params![hub.to_string(), source.to_string(), id.to_string()],
            |row| row.get(0),
        )
        .optional()?;
    Ok(found.flatten())
}
