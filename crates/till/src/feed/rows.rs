//! The hub's rows as the till shows them, and the rows of a till that works alone.
//!
//! A large change is shown at once and moved over in slices: while it is, its rows lie on top of the
//! ones that they replace. Every reader goes through here and sees one state.

use comptoir_sync::feed::EntityKind;
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::state::{Phase, phase};
use crate::catalogue;
use crate::error::TillError;
use crate::store::order_cards;

/// The body of one row in the shown state, as JSON text; none where there is no such row.
pub fn body(connection: &Connection, kind: &str, id: &str) -> Result<Option<String>, TillError> {
    Shown::now(connection)?.body(kind, id)
}

/// The shown state for many reads at once, which belong into one transaction.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shown<'a> {
    pub(crate) connection: &'a Connection,
    phase: Phase,
}

impl<'a> Shown<'a> {
    pub(crate) fn now(connection: &'a Connection) -> Result<Shown<'a>, TillError> {
        let phase = phase(connection)?;
        Ok(Shown { connection, phase })
    }

    /// Whether the shown state lies in `entity` alone.
    pub(crate) const fn is_in_one_place(&self) -> bool {
        !matches!(self.phase, Phase::Replacing | Phase::Settling)
    }

    fn body(&self, kind: &str, id: &str) -> Result<Option<String>, TillError> {
        if self.is_in_one_place() {
            return entity_body(self.connection, kind, id, Own::OrPulled);
        }
        match staged_body(self.connection, kind, id)? {
            Some(staged) => Ok(staged),
            // What the whole new state does not have is gone, but for rows that are this till's own.
            None if self.phase == Phase::Replacing => {
                entity_body(self.connection, kind, id, Own::Only)
            }
            None => entity_body(self.connection, kind, id, Own::OrPulled),
        }
    }

    /// One thing. A body that this version cannot read is an error of that one thing.
    pub(crate) fn entity<T: DeserializeOwned>(
        &self,
        kind: &'static str,
        id: &str,
    ) -> Result<Option<T>, TillError> {
        self.body(kind, id)?
            .map(|body| {
                serde_json::from_str(&body).map_err(|error| TillError::Stored { what: kind, error })
            })
            .transpose()
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Own {
    /// Rows that this till made, and no others.
    Only,
    OrPulled,
}

/// A row of the table itself.
fn entity_body(
    connection: &Connection,
    kind: &str,
    id: &str,
    own: Own,
) -> Result<Option<String>, TillError> {
    let mut statement = connection.prepare_cached(
        "SELECT body FROM entity WHERE kind = ?1 AND id = ?2 AND (?3 OR position = 0)",
    )?;
    Ok(statement
        .query_row(params![kind, id, own == Own::OrPulled], |row| row.get(0))
        .optional()?)
}

/// A staged row: `None` where there is none, `Some(None)` where it is a deletion.
fn staged_body(
    connection: &Connection,
    kind: &str,
    id: &str,
) -> Result<Option<Option<String>>, TillError> {
    let mut statement = connection
        .prepare_cached("SELECT body, deleted FROM feed_staged WHERE kind = ?1 AND id = ?2")?;
    Ok(statement
        .query_row([kind, id], |row| {
            let deleted: bool = row.get(1)?;
            (!deleted).then(|| row.get(0)).transpose()
        })
        .optional()?)
}

/// One thing in the shown state. A body that this version cannot read is an error of that one thing.
pub fn entity<T: DeserializeOwned>(
    connection: &Connection,
    kind: &'static str,
    id: &str,
) -> Result<Option<T>, TillError> {
    Shown::now(connection)?.entity(kind, id)
}

/// All things of a kind in the shown state that this version can read, by id. For kinds of which a
/// hub has few: settings, staff, problems.
pub fn entities<T: DeserializeOwned>(
    connection: &Connection,
    kind: &'static str,
) -> Result<Vec<T>, TillError> {
    let sql = match phase(connection)? {
        Phase::Replacing => {
            "SELECT body FROM (
                 SELECT id, body FROM feed_staged WHERE kind = ?1 AND deleted = 0
                 UNION ALL
                 SELECT id, body FROM entity WHERE kind = ?1 AND position = 0
             ) ORDER BY id"
        }
        Phase::Settling => {
            "SELECT body FROM (
                 SELECT id, body FROM feed_staged WHERE kind = ?1 AND deleted = 0
                 UNION ALL
                 SELECT id, body FROM entity WHERE kind = ?1 AND NOT EXISTS (
                     SELECT 1 FROM feed_staged AS staged
                     WHERE staged.kind = entity.kind AND staged.id = entity.id)
             ) ORDER BY id"
        }
        _ => "SELECT body FROM entity WHERE kind = ?1 ORDER BY id",
    };
    let mut statement = connection.prepare_cached(sql)?;
    let bodies = statement.query_map([kind], |row: &Row<'_>| row.get::<_, String>(0))?;
    let mut found = Vec::new();
    for body in bodies {
        // One row of a newer version must not hide the others.
        found.extend(serde_json::from_str(&body?).ok());
    }
    Ok(found)
}

/// Writes a row that this till makes itself, while it works alone. The hub's rows take its place
/// when the till joins one.
pub fn put_local<T: Serialize>(
    transaction: &Transaction<'_>,
    kind: &'static str,
    id: &str,
    value: &T,
) -> Result<(), TillError> {
    put_local_row(transaction, kind, id, value, true)?;
    catalogue_changed(transaction)
}

/// One of many such rows, after all of which [`catalogue_changed`] is called. What others are found
/// by is `looked_at` again.
pub(crate) fn put_local_row<T: Serialize>(
    transaction: &Transaction<'_>,
    kind: &'static str,
    id: &str,
    value: &T,
    looked_at: bool,
) -> Result<(), TillError> {
    let body =
        serde_json::to_string(value).map_err(|error| TillError::Stored { what: kind, error })?;
    put(transaction, kind, id, 0, &body)?;
    order_cards::index_row(transaction, kind, id)?;
    if looked_at {
        catalogue::index_row(transaction, kind, id, Some(&body))?;
    }
    Ok(())
}

/// Tells everybody who reads products and words that they are others now.
pub(crate) fn catalogue_changed(transaction: &Transaction<'_>) -> Result<(), TillError> {
    transaction.execute(
        "UPDATE feed_state SET catalogue = catalogue + 1, words = words + 1",
        [],
    )?;
    Ok(())
}

/// The kinds of rows that a practice takes over from the real till: what is sold, and by whom.
const LENT: &[&str] = &[
    EntityKind::SETTINGS,
    EntityKind::STAFF,
    EntityKind::PRODUCT,
    EntityKind::VARIANT,
    EntityKind::PRICE_RULE,
    EntityKind::PICTURE,
];

/// Fills an empty till with the rows of an attached one, as if it had made them itself.
pub(crate) fn lend_rows(transaction: &Transaction<'_>, attached: &str) -> Result<(), TillError> {
    let sql = format!(
        "INSERT INTO entity (kind, id, position, body)
         SELECT kind, id, 0, body FROM {attached}.entity WHERE kind = ?1"
    );
    for kind in LENT {
        transaction.execute(&sql, [kind])?;
    }
    let mut rows = transaction.prepare("SELECT kind, id, body FROM entity")?;
    let mut rows = rows.query([])?;
    while let Some(row) = rows.next()? {
        let (kind, id, body): (String, String, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
        catalogue::index_first(transaction, &kind, &id, &body)?;
    }
    catalogue::index_words(transaction)?;
    catalogue_changed(transaction)
}

/// Takes a local row away.
pub fn remove_local(
    transaction: &Transaction<'_>,
    kind: &'static str,
    id: &str,
) -> Result<(), TillError> {
    transaction
        .prepare_cached("DELETE FROM entity WHERE kind = ?1 AND id = ?2 AND position = 0")?
        .execute([kind, id])?;
    catalogue::index_row(transaction, kind, id, None)?;
    order_cards::index_row(transaction, kind, id)?;
    catalogue_changed(transaction)
}

pub(super) fn put(
    transaction: &Transaction<'_>,
    kind: &str,
    id: &str,
    position: i64,
    body: &str,
) -> Result<(), TillError> {
    transaction
        .prepare_cached(
            "INSERT INTO entity (kind, id, position, body) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (kind, id) DO UPDATE SET position = excluded.position, body = excluded.body",
        )?
        .execute(params![kind, id, position, body])?;
    Ok(())
}

/// The hub's settings, once there are any.
pub fn settings(
    connection: &Connection,
) -> Result<Option<comptoir_domain::settings::HubSettings>, TillError> {
    Ok(entities(connection, EntityKind::SETTINGS)?.pop())
}
