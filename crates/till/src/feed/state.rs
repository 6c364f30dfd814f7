//! How far the pull has come: one row, changed only together with the rows that it speaks of.

use comptoir_sync::feed::{Checksum, Cursor, Included};
use rusqlite::{Connection, Row, Transaction, params};

use crate::error::TillError;

/// What lies in the tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Nothing was ever pulled.
    Empty,
    /// The first load is under way.
    Loading,
    /// All rows of the first load are there; the finder's tables are being filled.
    Indexing,
    /// The shown state lies in `entity`.
    Live,
    /// The whole staged state is shown; what it does not have is being taken out of `entity`.
    Replacing,
    /// Staged rows are shown on top of `entity` and are being moved there.
    Settling,
}

impl Phase {
    const fn as_str(self) -> &'static str {
        match self {
            Phase::Empty => "empty",
            Phase::Loading => "loading",
            Phase::Indexing => "indexing",
            Phase::Live => "live",
            Phase::Replacing => "replacing",
            Phase::Settling => "settling",
        }
    }

    fn read(text: &str) -> Phase {
        match text {
            "loading" => Phase::Loading,
            "indexing" => Phase::Indexing,
            "live" => Phase::Live,
            "replacing" => Phase::Replacing,
            "settling" => Phase::Settling,
            // The table allows nothing else.
            _ => Phase::Empty,
        }
    }

    /// Whether received rows lie in `entity` itself, where nobody looks yet.
    pub(super) const fn is_first_load(self) -> bool {
        matches!(self, Phase::Empty | Phase::Loading)
    }
}

/// The one row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedState {
    pub phase: Phase,
    pub feed_epoch: Option<String>,
    /// Everything up to here was received.
    pub position: u64,
    /// Over the rows up to `position`.
    pub checksum: Checksum,
    /// What is being staged is the whole state, not a change.
    pub replaces: bool,
    /// Something beyond the shown state has been staged.
    pub staging: bool,
    /// The end of the feed as last heard of.
    pub head: u64,
    /// How many rows the hub has, as last heard of.
    pub total: Option<u64>,
    /// Which own entries the shown state includes.
    pub included: Included,
    pub(super) indexed: i64,
}

impl FeedState {
    pub fn load(connection: &Connection) -> Result<FeedState, TillError> {
        let (mut state, included) = connection
            .prepare_cached(
                "SELECT phase, feed_epoch, position, row_count, row_sum, replaces, staging, head,
                        total, included, indexed FROM feed_state",
            )?
            .query_row([], read)?;
        state.included = serde_json::from_str(&included).map_err(|error| TillError::Stored {
            what: "included",
            error,
        })?;
        Ok(state)
    }

    pub(super) fn store(&self, transaction: &Transaction<'_>) -> Result<(), TillError> {
        let included =
            serde_json::to_string(&self.included).map_err(|error| TillError::Stored {
                what: "included",
                error,
            })?;
        transaction
            .prepare_cached(
                "UPDATE feed_state SET phase = ?1, feed_epoch = ?2, position = ?3, row_count = ?4,
                     row_sum = ?5, replaces = ?6, staging = ?7, head = ?8, total = ?9,
                     included = ?10, indexed = ?11",
            )?
            .execute(params![
                self.phase.as_str(),
                self.feed_epoch,
                signed(self.position),
                signed(self.checksum.rows),
                format!("{:016x}", self.checksum.sum),
                self.replaces,
                self.staging,
                signed(self.head),
                self.total.map(signed),
                included,
                self.indexed,
            ])?;
        Ok(())
    }

    /// Where the next page begins; none at the very beginning.
    pub fn cursor(&self) -> Option<Cursor> {
        let feed_epoch = self.feed_epoch.clone()?;
        Some(Cursor {
            feed_epoch,
            position: self.position,
        })
    }

    /// Whether the hub has more than what is shown, as far as is known.
    pub const fn is_behind(&self) -> bool {
        !matches!(self.phase, Phase::Live) || self.staging || self.position < self.head
    }

    /// Whether slices of work are waiting that need no server.
    pub const fn has_work(&self) -> bool {
        matches!(
            self.phase,
            Phase::Indexing | Phase::Replacing | Phase::Settling
        )
    }

    /// Whether a hub's state is shown at all.
    pub const fn is_loaded(&self) -> bool {
        !matches!(self.phase, Phase::Empty | Phase::Loading | Phase::Indexing)
    }
}

/// What the tables hold, which every read has to know.
pub(super) fn phase(connection: &Connection) -> Result<Phase, TillError> {
    let mut statement = connection.prepare_cached("SELECT phase FROM feed_state")?;
    Ok(statement.query_row([], |row| Ok(Phase::read(row.get_ref(0)?.as_str()?)))?)
}

/// Rises whenever products, prices or categories change.
pub fn catalogue_revision(connection: &Connection) -> Result<u64, TillError> {
    counter(connection, "SELECT catalogue FROM feed_state")
}

/// Rises whenever the words change by which products are found.
pub(crate) fn words_revision(connection: &Connection) -> Result<u64, TillError> {
    counter(connection, "SELECT words FROM feed_state")
}

fn counter(connection: &Connection, sql: &str) -> Result<u64, TillError> {
    let value: i64 = connection
        .prepare_cached(sql)?
        .query_row([], |row| row.get(0))?;
    Ok(value.unsigned_abs())
}

/// Remembers how far the hub's feed goes, as a push's reply says.
pub(crate) fn note_head(transaction: &Transaction<'_>, head: u64) -> Result<(), TillError> {
    transaction
        .prepare_cached("UPDATE feed_state SET head = max(head, ?1)")?
        .execute([signed(head)])?;
    Ok(())
}

fn read(row: &Row<'_>) -> rusqlite::Result<(FeedState, String)> {
    let sum: String = row.get(4)?;
    let state = FeedState {
        phase: Phase::read(row.get_ref(0)?.as_str()?),
        feed_epoch: row.get(1)?,
        position: row.get::<_, i64>(2)?.unsigned_abs(),
        checksum: Checksum {
            rows: row.get::<_, i64>(3)?.unsigned_abs(),
            // A sum that cannot be read matches none, and the state is loaded anew.
            sum: u64::from_str_radix(&sum, 16).unwrap_or(u64::MAX),
        },
        replaces: row.get(5)?,
        staging: row.get(6)?,
        head: row.get::<_, i64>(7)?.unsigned_abs(),
        total: row.get::<_, Option<i64>>(8)?.map(i64::unsigned_abs),
        included: Included::default(),
        indexed: row.get(10)?,
    };
    Ok((state, row.get(9)?))
}

/// A whole number as SQLite stores it; feeds never come near its limit.
pub(super) fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
