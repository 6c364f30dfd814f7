//! Table `claim`: sales put aside that move between this till and another.

use comptoir_domain::ids::{ActionId, OrderId, TillId};
use comptoir_domain::time::Timestamp;
use comptoir_sync::desk::{ClaimRefusal, Side};
use rusqlite::types::Type;
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};

use super::text_column;
use crate::error::TillError;

/// How long a claim that came to nothing is remembered, in milliseconds.
const ENDED_KEPT_MS: i64 = 30 * 86_400_000;

/// A sale that moves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ClaimRow {
    pub(crate) id: ActionId,
    pub(crate) order: OrderId,
    pub(crate) other: TillId,
    pub(crate) other_code: Option<String>,
    pub(crate) side: Side,
    /// The giving by which it went or came.
    pub(crate) giving: Option<ActionId>,
    /// The sale itself, while this till gave it up and the other may not have it.
    pub(crate) snapshot: Option<String>,
    pub(crate) at: Timestamp,
}

const COLUMNS: &str = "id, order_id, other, other_code, side, why, giving, snapshot, at";

pub(crate) fn find(connection: &Connection, id: ActionId) -> Result<Option<ClaimRow>, TillError> {
    let sql = format!("SELECT {COLUMNS} FROM claim WHERE id = ?1");
    let mut statement = connection.prepare_cached(&sql)?;
    Ok(statement.query_row([id.to_string()], from_row).optional()?)
}

/// Those that are not over for this till, oldest first.
pub(crate) fn under_way(connection: &Connection) -> Result<Vec<ClaimRow>, TillError> {
    let sql =
        format!("SELECT {COLUMNS} FROM claim WHERE side NOT IN ('ended', 'taken') ORDER BY at, id");
    let mut statement = connection.prepare_cached(&sql)?;
    let rows = statement.query_map([], from_row)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Those on one sale, oldest first.
pub(crate) fn of_order(
    connection: &Connection,
    order: OrderId,
) -> Result<Vec<ClaimRow>, TillError> {
    let sql = format!("SELECT {COLUMNS} FROM claim WHERE order_id = ?1 ORDER BY at, id");
    let mut statement = connection.prepare_cached(&sql)?;
    let rows = statement.query_map([order.to_string()], from_row)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Remembers a claim as it is now for this till.
pub(crate) fn put(transaction: &Transaction<'_>, row: &ClaimRow) -> Result<(), TillError> {
    let (side, why) = words_of(row.side);
    transaction
        .prepare_cached(
            "INSERT INTO claim (id, order_id, other, other_code, side, why, giving, snapshot, at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
             ON CONFLICT (id) DO UPDATE SET
                 side = excluded.side, why = excluded.why, giving = excluded.giving,
                 snapshot = excluded.snapshot",
        )?
        .execute(params![
            row.id.to_string(),
            row.order.to_string(),
            row.other.to_string(),
            row.other_code,
            side,
            why,
            row.giving.map(|giving| giving.to_string()),
            row.snapshot,
            row.at.unix_ms(),
        ])?;
    Ok(())
}

pub(crate) fn remove(transaction: &Transaction<'_>, id: ActionId) -> Result<(), TillError> {
    transaction
        .prepare_cached("DELETE FROM claim WHERE id = ?1")?
        .execute([id.to_string()])?;
    Ok(())
}

/// Forgets what came to nothing long ago. A sale that was taken is remembered: its claim may be heard
/// of again.
pub(crate) fn forget_ended(transaction: &Transaction<'_>, now: Timestamp) -> Result<(), TillError> {
    transaction
        .prepare_cached("DELETE FROM claim WHERE side = 'ended' AND snapshot IS NULL AND at < ?1")?
        .execute([now.plus_ms(-ENDED_KEPT_MS).unix_ms()])?;
    Ok(())
}

const SIDES: [(&str, Side); 9] = [
    ("asking", Side::Asking),
    ("asked", Side::Asked),
    ("withdrawing", Side::Withdrawing),
    ("taking", Side::Taking),
    ("taken", Side::Taken),
    ("returning", Side::Returning),
    ("ended", Side::Ended),
    ("giving", Side::Giving),
    ("given", Side::Given),
];

const REFUSALS: [(&str, ClaimRefusal); 4] = [
    ("gone", ClaimRefusal::Gone),
    ("has_money", ClaimRefusal::HasMoney),
    ("wanted", ClaimRefusal::Wanted),
    ("too_large", ClaimRefusal::TooLarge),
];

fn words_of(side: Side) -> (&'static str, Option<&'static str>) {
    let word = |known: Side| SIDES.iter().find(|(_, side)| *side == known);
    match side {
        Side::Refusing(why) => {
            let known = REFUSALS.iter().find(|(_, refusal)| *refusal == why);
            ("refusing", known.map(|(word, _)| *word))
        }
        side => (word(side).map_or("ended", |(word, _)| word), None),
    }
}

fn side_of(side: &str, why: Option<&str>) -> Side {
    let known = SIDES.iter().find(|(word, _)| *word == side);
    let refusal = REFUSALS.iter().find(|(word, _)| Some(*word) == why);
    // The table allows no other words.
    let refusing = Side::Refusing(refusal.map_or(ClaimRefusal::Gone, |(_, refusal)| *refusal));
    known.map_or(refusing, |(_, side)| *side)
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<ClaimRow> {
    let why: Option<String> = row.get(5)?;
    let giving: Option<String> = row.get(6)?;
    let giving = giving.map(|text| text.parse()).transpose();
    Ok(ClaimRow {
        id: text_column(row, 0)?,
        order: text_column(row, 1)?,
        other: text_column(row, 2)?,
        other_code: row.get(3)?,
        side: side_of(row.get_ref(4)?.as_str()?, why.as_deref()),
        giving: giving.map_err(|error| {
            rusqlite::Error::FromSqlConversionFailure(6, Type::Text, Box::new(error))
        })?,
        snapshot: row.get(7)?,
        at: Timestamp::from_unix_ms(row.get(8)?),
    })
}
