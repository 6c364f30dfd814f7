//! What was entered of goods that belong to no order: read back from the journal.

use comptoir_domain::entry::{EntryBody, EntryHeader, SealedEntry};
use comptoir_domain::ids::ActionId;
use comptoir_domain::time::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::error::TillError;
use crate::store::text_column;

/// The kinds of these entries.
pub(crate) mod kind {
    pub(crate) const DELIVERED: &str = "goods_delivered";
    pub(crate) const TAKEN_OUT: &str = "goods_taken_out";
    pub(crate) const COUNTED: &str = "stock_counted";
    /// What was paid for and not fetched is on the shelf again, or gone.
    pub(crate) const NOT_FETCHED: &str = "goods_not_fetched";
    /// One of the others was taken back.
    pub(crate) const UNDONE: &str = "goods_undone";
}

/// One of these entries, and whether the server holds it.
#[derive(Debug, Clone)]
pub(crate) struct Entered {
    pub(crate) header: EntryHeader,
    pub(crate) body: EntryBody,
    pub(crate) sent: bool,
}

/// Those since a moment, newest first.
pub(crate) fn since(
    connection: &Connection,
    first: Timestamp,
    count_max: usize,
) -> Result<Vec<Entered>, TillError> {
    let mut statement = connection
        .prepare_cached("SELECT position, kind, at FROM journal ORDER BY position DESC")?;
    let mut rows = statement.query([])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let (position, entry_kind): (i64, String) = (row.get(0)?, row.get(1)?);
        if row.get::<_, i64>(2)? < first.unix_ms() || found.len() >= count_max {
            break;
        }
        if is_of_goods(&entry_kind) {
            found.extend(at_position(connection, position)?);
        }
    }
    Ok(found)
}

/// The one of an action.
pub(crate) fn of_action(
    connection: &Connection,
    action: ActionId,
) -> Result<Option<Entered>, TillError> {
    let position: Option<(i64, String)> = connection
        .prepare_cached("SELECT position, kind FROM journal WHERE action = ?1")?
        .query_row([action.to_string()], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    match position {
        Some((position, entry_kind)) if is_of_goods(&entry_kind) => {
            at_position(connection, position)
        }
        _ => Ok(None),
    }
}

fn is_of_goods(entry_kind: &str) -> bool {
    matches!(
        entry_kind,
        kind::DELIVERED | kind::TAKEN_OUT | kind::COUNTED | kind::UNDONE
    )
}

fn at_position(connection: &Connection, position: i64) -> Result<Option<Entered>, TillError> {
    let mut statement = connection.prepare_cached(
        "SELECT header, body, signature, journal.seq <= acked_seq
         FROM journal JOIN epoch ON epoch.id = journal.epoch WHERE journal.position = ?1",
    )?;
    let (sealed, sent) = statement.query_row(params![position], sealed_and_sent)?;
    // What this very version wrote it can read.
    let read = sealed.read_header().ok().zip(sealed.read_body().ok());
    Ok(read.map(|(header, body)| Entered { header, body, sent }))
}

fn sealed_and_sent(row: &Row<'_>) -> rusqlite::Result<(SealedEntry, bool)> {
    let sealed = SealedEntry {
        header: row.get(0)?,
        body: row.get(1)?,
        signature: text_column(row, 2)?,
    };
    Ok((sealed, row.get(3)?))
}
