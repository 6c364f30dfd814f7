//! Making what was received take effect, and the slices of work that follow from it.

use comptoir_sync::feed::EntityKind;
use rusqlite::{Connection, Transaction, params};

use super::adopt::adopt;
use super::rows::put;
use super::state::{FeedState, Phase};
use crate::catalogue;
use crate::core::Core;
use crate::error::TillError;
use crate::store::{order_cards, rebuild_overlay};

/// A change of at most so many rows is moved at once.
const AT_ONCE_ROWS: i64 = 36;

/// How many rows are moved in one transaction while the till sells. Each may change words of the
/// finder, which costs the most.
const MOVED_ROWS: usize = 36;

/// How many rows are looked at in one transaction for whether they are still there.
const SWEPT_ROWS: usize = 500;

/// How many rows enter the finder in one transaction of the first load, when nobody sells yet.
const INDEXED_ROWS: usize = 1000;

/// Does one slice of the work that needs no server. Says whether more is waiting.
pub fn work(core: &mut Core) -> Result<bool, TillError> {
    if !FeedState::load(core.connection())?.has_work() {
        return Ok(false);
    }
    core.transaction(slice)
}

fn slice(tx: &Transaction<'_>) -> Result<bool, TillError> {
    let mut state = FeedState::load(tx)?;
    match state.phase {
        Phase::Indexing => index(tx, &mut state)?,
        Phase::Replacing => sweep(tx, &mut state)?,
        Phase::Settling => settle(tx, &mut state)?,
        Phase::Empty | Phase::Loading | Phase::Live => {}
    }
    state.store(tx)?;
    Ok(state.has_work())
}

/// The last page is in and the sums agree: from this transaction on the new state is shown, with the
/// till's own entries that it does not include on top.
pub(super) fn take_effect(tx: &Transaction<'_>, state: &mut FeedState) -> Result<(), TillError> {
    state.indexed = 0;
    if state.phase == Phase::Loading {
        state.phase = Phase::Indexing;
        return Ok(());
    }
    let staged: i64 = tx
        .prepare_cached("SELECT count(*) FROM (SELECT 1 FROM feed_staged LIMIT ?1)")?
        .query_row([AT_ONCE_ROWS + 1], |row| row.get(0))?;
    if touches_catalogue(tx)? || state.replaces {
        tx.execute("UPDATE feed_state SET catalogue = catalogue + 1", [])?;
    }
    if state.replaces {
        state.phase = Phase::Replacing;
    } else if staged > AT_ONCE_ROWS {
        state.phase = Phase::Settling;
    } else {
        move_rows(tx, AT_ONCE_ROWS as usize)?;
    }
    state.replaces = false;
    state.staging = false;
    state.store(tx)?;
    rebuild_overlay(tx, &state.included)
}

fn touches_catalogue(connection: &Connection) -> Result<bool, TillError> {
    let kinds: Vec<String> = connection
        .prepare_cached("SELECT DISTINCT kind FROM feed_staged")?
        .query_map([], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    Ok(kinds.iter().any(|kind| catalogue::is_catalogue(kind)))
}

/// First load, last part: the finder's tables. Then everything is shown.
fn index(tx: &Transaction<'_>, state: &mut FeedState) -> Result<(), TillError> {
    let rows = rows_after(tx, state.indexed, INDEXED_ROWS)?;
    for row in &rows {
        // Products are found through their variants, which are all here.
        if row.kind != EntityKind::PRODUCT {
            catalogue::index_first(tx, &row.kind, &row.id, &row.body)?;
        }
        order_cards::index_row(tx, &row.kind, &row.id)?;
    }
    if let Some(last) = rows.last() {
        state.indexed = last.rowid;
        return Ok(());
    }
    catalogue::index_words(tx)?;
    adopt(tx)?;
    state.phase = Phase::Live;
    state.staging = false;
    state.store(tx)?;
    tx.execute(
        "UPDATE feed_state SET catalogue = catalogue + 1, words = words + 1",
        [],
    )?;
    rebuild_overlay(tx, &state.included)
}

/// Takes out what a whole new state does not have any more.
fn sweep(tx: &Transaction<'_>, state: &mut FeedState) -> Result<(), TillError> {
    let rows = rows_after(tx, state.indexed, SWEPT_ROWS)?;
    let Some(last) = rows.last() else {
        state.phase = Phase::Settling;
        return Ok(());
    };
    let last = last.rowid;
    let mut words = false;
    for row in rows.into_iter().filter(|row| row.position > 0) {
        let stays = tx
            .prepare_cached(
                "SELECT 1 FROM feed_staged WHERE kind = ?1 AND id = ?2 AND deleted = 0",
            )?
            .exists([&row.kind, &row.id])?;
        if !stays {
            words |= remove(tx, &row.kind, &row.id)?;
            order_cards::index_row(tx, &row.kind, &row.id)?;
        }
    }
    note_words(tx, words)?;
    state.indexed = last;
    Ok(())
}

fn settle(tx: &Transaction<'_>, state: &mut FeedState) -> Result<(), TillError> {
    if move_rows(tx, MOVED_ROWS)? < MOVED_ROWS {
        state.phase = Phase::Live;
    }
    Ok(())
}

/// Moves staged rows to their place. Says how many.
fn move_rows(tx: &Transaction<'_>, most: usize) -> Result<usize, TillError> {
    let rows = staged_rows(tx, most)?;
    let mut words = false;
    for row in &rows {
        words |= if row.deleted {
            remove(tx, &row.kind, &row.id)?
        } else {
            put(tx, &row.kind, &row.id, row.position, &row.body)?;
            catalogue::index_row(tx, &row.kind, &row.id, Some(&row.body))?
        };
        order_cards::index_row(tx, &row.kind, &row.id)?;
        tx.prepare_cached("DELETE FROM feed_staged WHERE rowid = ?1")?
            .execute([row.rowid])?;
    }
    note_words(tx, words)?;
    Ok(rows.len())
}

fn remove(tx: &Transaction<'_>, kind: &str, id: &str) -> Result<bool, TillError> {
    tx.prepare_cached("DELETE FROM entity WHERE kind = ?1 AND id = ?2")?
        .execute([kind, id])?;
    catalogue::index_row(tx, kind, id, None)
}

fn note_words(tx: &Transaction<'_>, changed: bool) -> Result<(), TillError> {
    if changed {
        // The tiles and the finder are read anew when the words are there.
        tx.execute(
            "UPDATE feed_state SET catalogue = catalogue + 1, words = words + 1",
            [],
        )?;
    }
    Ok(())
}

struct StoredRow {
    rowid: i64,
    kind: String,
    id: String,
    position: i64,
    deleted: bool,
    body: String,
}

fn rows_after(
    connection: &Connection,
    rowid: i64,
    most: usize,
) -> Result<Vec<StoredRow>, TillError> {
    read(
        connection,
        "SELECT rowid, kind, id, position, 0, body FROM entity WHERE rowid > ?1
         ORDER BY rowid LIMIT ?2",
        rowid,
        most,
    )
}

fn staged_rows(connection: &Connection, most: usize) -> Result<Vec<StoredRow>, TillError> {
    read(
        connection,
        "SELECT rowid, kind, id, position, deleted, body FROM feed_staged WHERE rowid > ?1
         ORDER BY rowid LIMIT ?2",
        i64::MIN,
        most,
    )
}

fn read(
    connection: &Connection,
    sql: &str,
    after: i64,
    most: usize,
) -> Result<Vec<StoredRow>, TillError> {
    let mut statement = connection.prepare_cached(sql)?;
    let limit = i64::try_from(most).unwrap_or(i64::MAX);
    let rows = statement.query_map(params![after, limit], |row| {
        Ok(StoredRow {
            rowid: row.get(0)?,
            kind: row.get(1)?,
            id: row.get(2)?,
            position: row.get(3)?,
            deleted: row.get(4)?,
            body: row.get(5)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
