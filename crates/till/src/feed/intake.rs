//! Taking in a page of the feed, slice by slice, each in a transaction of its own together with how
//! far it came. A till that is killed, or whose disk is full, goes on from the last slice.

use comptoir_sync::feed::{Cursor, FeedItem};
use comptoir_sync::protocol::FeedPage;
use rusqlite::{Connection, OptionalExtension, Transaction, params};

use super::rows::put;
use super::state::{FeedState, Phase, signed};
use super::work;
use crate::core::Core;
use crate::error::TillError;

/// How many rows of a first load are written in one transaction, when nobody sells yet.
const FIRST_ROWS: usize = 1000;

/// How many rows are staged in one transaction: a few milliseconds, so that a sale can go between.
const STAGED_ROWS: usize = 250;

/// A page that is being taken in.
#[derive(Debug, Clone)]
pub struct Inbox {
    page: FeedPage,
    /// Where the rest of the page begins: the till has everything up to here.
    since: Option<Cursor>,
    taken: usize,
}

/// What became of a slice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    /// The page goes on.
    More,
    /// The page is in; the hub has more.
    Page,
    /// The page was the last one: what was received takes effect.
    Checkpoint,
    /// The page does not follow on what the till has: it was answered twice, or late. Nothing was
    /// taken.
    Stale,
    /// The page contradicts itself. Nothing was taken.
    Faulty,
    /// The sums differ: a row was missed somewhere. Everything is loaded anew; the shown state stays
    /// until then.
    Mismatch,
}

impl Inbox {
    /// A page that was asked for with `since`.
    pub const fn new(page: FeedPage, since: Option<Cursor>) -> Inbox {
        Inbox {
            page,
            since,
            taken: 0,
        }
    }

    /// Takes the next slice in.
    pub fn step(&mut self, core: &mut Core) -> Result<Taken, TillError> {
        if !self.is_sound() {
            return Ok(Taken::Faulty);
        }
        let phase = FeedState::load(core.connection())?.phase;
        let rows = if phase.is_first_load() {
            FIRST_ROWS
        } else {
            STAGED_ROWS
        };
        let end = self.page.items.len().min(self.taken + rows);
        let outcome = core.transaction(|tx| self.take(tx, end))?;
        if outcome == Taken::More {
            self.taken = end;
            self.since = Some(self.cursor_at(end));
        }
        Ok(outcome)
    }

    /// Whether positions rise, the page gets somewhere and stays in one life of the feed.
    fn is_sound(&self) -> bool {
        let start = self.since.as_ref().map_or(0, |since| since.position);
        let rest = &self.page.items[self.taken..];
        let next = &self.page.next;
        let same_life = self
            .since
            .as_ref()
            .is_none_or(|since| since.feed_epoch == next.feed_epoch);
        let rises = rest
            .iter()
            .try_fold(start, |last, item| {
                (item.position > last).then_some(item.position)
            })
            .is_some_and(|last| last <= next.position);
        let moves_on = next.position > start || self.page.is_last();
        same_life && rises && moves_on && next.position <= self.page.head.max(start)
    }

    fn cursor_at(&self, end: usize) -> Cursor {
        let next = &self.page.next;
        let position = match self.page.items.get(end.wrapping_sub(1)) {
            Some(item) if end < self.page.items.len() => item.position,
            _ => next.position,
        };
        Cursor {
            feed_epoch: next.feed_epoch.clone(),
            position,
        }
    }

    fn take(&self, tx: &Transaction<'_>, end: usize) -> Result<Taken, TillError> {
        let mut state = FeedState::load(tx)?;
        if state.cursor() != self.since || state.has_work() {
            return Ok(Taken::Stale);
        }
        for item in &self.page.items[self.taken..end] {
            if state.phase.is_first_load() {
                take_live(tx, &mut state, item)?;
            } else {
                stage(tx, &mut state, item)?;
            }
        }
        if state.phase == Phase::Empty {
            state.phase = Phase::Loading;
        }
        let cursor = self.cursor_at(end);
        state.staging = state.staging || end > self.taken;
        state.feed_epoch = Some(cursor.feed_epoch);
        state.position = cursor.position;
        state.head = self.page.head;
        state.total = Some(self.page.checksum.rows);
        let outcome = self.outcome(&state, end);
        match outcome {
            Taken::Mismatch => start_over(tx, &mut state)?,
            Taken::Checkpoint => {
                state.included.clone_from(&self.page.included);
                work::take_effect(tx, &mut state)?;
            }
            _ => {}
        }
        state.store(tx)?;
        Ok(outcome)
    }

    fn outcome(&self, state: &FeedState, end: usize) -> Taken {
        if end < self.page.items.len() {
            Taken::More
        } else if !self.page.is_last() {
            Taken::Page
        } else if state.checksum == self.page.checksum {
            Taken::Checkpoint
        } else {
            Taken::Mismatch
        }
    }
}

/// The server says that the till's position is of another life of the feed, or too old: everything
/// is asked for anew. What is shown stays until the new state is complete.
pub fn resync(tx: &Transaction<'_>) -> Result<(), TillError> {
    let mut state = FeedState::load(tx)?;
    if state.has_work() {
        // What was received took effect already; it is tidied up first.
        return Ok(());
    }
    start_over(tx, &mut state)?;
    state.store(tx)
}

fn start_over(tx: &Transaction<'_>, state: &mut FeedState) -> Result<(), TillError> {
    state.feed_epoch = None;
    state.position = 0;
    state.checksum = Default::default();
    if state.phase.is_first_load() {
        state.phase = Phase::Empty;
        state.staging = false;
        tx.execute("DELETE FROM entity WHERE position > 0", [])?;
    } else {
        state.replaces = true;
        state.staging = true;
        tx.execute("DELETE FROM feed_staged", [])?;
    }
    Ok(())
}

/// First load: nobody looks at `entity` yet.
fn take_live(
    tx: &Transaction<'_>,
    state: &mut FeedState,
    item: &FeedItem,
) -> Result<(), TillError> {
    let kind = item.kind.0.as_str();
    if let Some(known) = known_position(tx, kind, &item.id)? {
        state.checksum.remove(kind, &item.id, known);
    }
    if item.deleted {
        tx.prepare_cached("DELETE FROM entity WHERE kind = ?1 AND id = ?2 AND position > 0")?
            .execute([kind, &item.id])?;
        return Ok(());
    }
    state.checksum.add(kind, &item.id, item.position);
    put(tx, kind, &item.id, signed(item.position), &item.body)
}

fn stage(tx: &Transaction<'_>, state: &mut FeedState, item: &FeedItem) -> Result<(), TillError> {
    let kind = item.kind.0.as_str();
    let known = match staged_position(tx, kind, &item.id)? {
        Some(staged) => staged,
        None if state.replaces => None,
        None => known_position(tx, kind, &item.id)?,
    };
    if let Some(known) = known {
        state.checksum.remove(kind, &item.id, known);
    }
    if !item.deleted {
        state.checksum.add(kind, &item.id, item.position);
    }
    tx.prepare_cached(
        "INSERT INTO feed_staged (kind, id, position, deleted, body) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (kind, id) DO UPDATE SET
             position = excluded.position, deleted = excluded.deleted, body = excluded.body",
    )?
    .execute(params![
        kind,
        item.id,
        signed(item.position),
        item.deleted,
        item.body
    ])?;
    Ok(())
}

/// The position of one of the hub's rows; rows of a till that worked alone count for nothing.
fn known_position(connection: &Connection, kind: &str, id: &str) -> Result<Option<u64>, TillError> {
    let mut statement = connection.prepare_cached(
        "SELECT position FROM entity WHERE kind = ?1 AND id = ?2 AND position > 0",
    )?;
    let position: Option<i64> = statement
        .query_row([kind, id], |row| row.get(0))
        .optional()?;
    Ok(position.map(i64::unsigned_abs))
}

/// A staged row: `None` where there is none, `Some(None)` where it is a deletion.
fn staged_position(
    connection: &Connection,
    kind: &str,
    id: &str,
) -> Result<Option<Option<u64>>, TillError> {
    let mut statement = connection
        .prepare_cached("SELECT position, deleted FROM feed_staged WHERE kind = ?1 AND id = ?2")?;
    Ok(statement
        .query_row([kind, id], |row| {
            let deleted: bool = row.get(1)?;
            let position: i64 = row.get(0)?;
            Ok((!deleted).then_some(position.unsigned_abs()))
        })
        .optional()?)
}
