//! Orders in progress: the current one and those put aside, as the moves that were made.
//!
//! A move is a row and never changed, so that a kill between two key presses loses nothing. They are
//! folded by the domain's draft.

use comptoir_domain::draft::{Basis, Draft, Step};
use comptoir_domain::ids::{ActionId, OrderId, PaymentId, StaffId};
use comptoir_domain::order::Order;
use comptoir_domain::time::Timestamp;
use rusqlite::{Connection, OptionalExtension, Transaction, params};
use serde::{Deserialize, Serialize};

use super::text_column;
use crate::error::TillError;

/// What was done to an order in progress.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Move {
    Take(Box<Step>),
    Undo,
    TakeBack(PaymentId),
    /// What one tender moved for several orders.
    TakeBackTogether(ActionId),
    /// The order changed elsewhere: the steps stand on what it is now.
    Rebase(Box<Order>),
}

impl Move {
    /// A step that is made.
    pub(crate) fn take(step: Step) -> Move {
        Move::Take(Box::new(step))
    }

    /// Makes the move on a draft. One that does not fit leaves the draft as it is: it was checked
    /// when it was made.
    pub(crate) fn make(&self, draft: &mut Draft) {
        match self {
            Move::Take(step) => draft.take(Step::clone(step)),
            Move::Undo => {
                let _ = draft.undo();
            }
            Move::TakeBack(payment) => {
                let _ = draft.take_back_payment(*payment);
            }
            Move::TakeBackTogether(action) => draft.take_back_together(*action),
            Move::Rebase(order) => draft.basis = Basis::Placed(order.clone()),
        }
    }
}

/// An order in progress as its moves made it.
#[derive(Debug, Clone)]
pub(crate) struct Stored {
    pub(crate) draft: Draft,
    /// How many moves were made.
    pub(crate) moves: i64,
    /// Whether the order changed elsewhere while it was in progress here.
    pub(crate) rebased: bool,
    /// Who fetches it, where that was noted.
    pub(crate) fetched_by: Option<String>,
}

/// An order put aside.
#[derive(Debug, Clone)]
pub(crate) struct Parked {
    pub(crate) draft: Draft,
    pub(crate) at: Timestamp,
    pub(crate) by: Option<StaffId>,
}

/// The order in progress.
pub(crate) fn current(connection: &Connection) -> Result<Option<Stored>, TillError> {
    let id: Option<OrderId> = connection
        .prepare_cached("SELECT id FROM draft WHERE current = 1")?
        .query_row([], |row| text_column(row, 0))
        .optional()?;
    id.map(|id| load(connection, id)).transpose()
}

/// An order in progress or put aside.
pub(crate) fn find(connection: &Connection, id: OrderId) -> Result<Option<Stored>, TillError> {
    let is_there = connection
        .prepare_cached("SELECT 1 FROM draft WHERE id = ?1")?
        .exists([id.to_string()])?;
    is_there.then(|| load(connection, id)).transpose()
}

fn load(connection: &Connection, id: OrderId) -> Result<Stored, TillError> {
    let (basis, started_at, fetched_by): (String, i64, Option<String>) = connection
        .prepare_cached("SELECT basis, started_at, fetched_by FROM draft WHERE id = ?1")?
        .query_row([id.to_string()], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })?;
    let basis: Basis = read(&basis)?;
    let started_at = Timestamp::from_unix_ms(started_at);
    let mut draft = match basis {
        Basis::New(heading) => Draft::new(heading, started_at),
        Basis::Placed(order) => Draft::amending(*order, started_at),
    };
    let mut moves = 0;
    let mut rebased = false;
    let mut statement = connection
        .prepare_cached("SELECT move FROM draft_step WHERE draft = ?1 ORDER BY ordinal")?;
    let mut rows = statement.query([id.to_string()])?;
    while let Some(row) = rows.next()? {
        let made: Move = read(&row.get::<_, String>(0)?)?;
        made.make(&mut draft);
        rebased |= matches!(made, Move::Rebase(_));
        moves += 1;
    }
    Ok(Stored {
        draft,
        moves,
        rebased,
        fetched_by,
    })
}

/// The orders that are settled together with the one in progress.
pub(crate) fn others(connection: &Connection) -> Result<Vec<Stored>, TillError> {
    let mut statement = connection.prepare_cached(
        "SELECT id FROM draft WHERE grouped = 1 AND current = 0 ORDER BY started_at, id",
    )?;
    let ids = statement.query_map([], |row| text_column(row, 0))?;
    let ids: Vec<OrderId> = ids.collect::<Result<_, _>>()?;
    ids.into_iter().map(|id| load(connection, id)).collect()
}

/// Makes room for another order beside the one in progress, with which it is settled.
pub(crate) fn stand_beside(transaction: &Transaction<'_>) -> Result<(), TillError> {
    transaction.execute(
        "UPDATE draft SET grouped = 1, current = 0 WHERE current = 1",
        [],
    )?;
    Ok(())
}

/// The order in progress is settled together with others.
pub(crate) fn join(transaction: &Transaction<'_>) -> Result<(), TillError> {
    transaction.execute("UPDATE draft SET grouped = 1 WHERE current = 1", [])?;
    Ok(())
}

/// Puts another one of the orders that are settled together on the screen.
pub(crate) fn show(transaction: &Transaction<'_>, order: OrderId) -> Result<(), TillError> {
    transaction.execute("UPDATE draft SET current = 0 WHERE current = 1", [])?;
    transaction.execute(
        "UPDATE draft SET current = 1 WHERE id = ?1",
        [order.to_string()],
    )?;
    Ok(())
}

/// After an order left those that are settled together: one of them is on the screen, and one alone is
/// an order like any other.
pub(crate) fn settle_group(
    transaction: &Transaction<'_>,
    next: Option<OrderId>,
) -> Result<(), TillError> {
    if let Some(next) = next {
        transaction.execute(
            "UPDATE draft SET current = 1 WHERE id = ?1
             AND NOT EXISTS (SELECT 1 FROM draft WHERE current = 1)",
            [next.to_string()],
        )?;
    }
    transaction.execute(
        "UPDATE draft SET grouped = 0
         WHERE (SELECT count(*) FROM draft WHERE grouped = 1) < 2",
        [],
    )?;
    Ok(())
}

/// Notes who fetches the orders in progress.
pub(crate) fn set_fetched_by(
    transaction: &Transaction<'_>,
    name: Option<&str>,
) -> Result<(), TillError> {
    transaction.execute(
        "UPDATE draft SET fetched_by = ?1 WHERE current = 1 OR grouped = 1",
        [name],
    )?;
    Ok(())
}

/// Begins an order.
pub(crate) fn begin(transaction: &Transaction<'_>, draft: &Draft) -> Result<(), TillError> {
    transaction
        .prepare_cached(
            "INSERT INTO draft (id, basis, started_at, current) VALUES (?1, ?2, ?3, 1)",
        )?
        .execute(params![
            draft.heading().id.to_string(),
            write(&draft.basis)?,
            draft.started_at.unix_ms(),
        ])?;
    Ok(())
}

/// Adds a move to an order in progress. `ordinal` is the number of moves before it.
pub(crate) fn add_move(
    transaction: &Transaction<'_>,
    order: OrderId,
    ordinal: i64,
    made: &Move,
) -> Result<(), TillError> {
    transaction
        .prepare_cached("INSERT INTO draft_step (draft, ordinal, move) VALUES (?1, ?2, ?3)")?
        .execute(params![order.to_string(), ordinal, write(made)?])?;
    Ok(())
}

/// Removes an order that is completed or thrown away.
pub(crate) fn remove(transaction: &Transaction<'_>, order: OrderId) -> Result<(), TillError> {
    transaction
        .prepare_cached("DELETE FROM draft WHERE id = ?1")?
        .execute([order.to_string()])?;
    Ok(())
}

/// Puts the order in progress aside.
pub(crate) fn park(
    transaction: &Transaction<'_>,
    order: OrderId,
    now: Timestamp,
    by: Option<StaffId>,
) -> Result<(), TillError> {
    transaction.execute(
        "UPDATE draft SET current = 0, grouped = 0, parked_at = ?2, parked_by = ?3 WHERE id = ?1",
        params![
            order.to_string(),
            now.unix_ms(),
            by.map(|staff| staff.to_string())
        ],
    )?;
    Ok(())
}

/// Takes an order up again. Says whether it was there.
pub(crate) fn recall(transaction: &Transaction<'_>, order: OrderId) -> Result<bool, TillError> {
    let changed = transaction.execute(
        "UPDATE draft SET current = 1, parked_at = NULL, parked_by = NULL
         WHERE id = ?1 AND current = 0 AND grouped = 0",
        [order.to_string()],
    )?;
    Ok(changed == 1)
}

/// The orders put aside, oldest first.
pub(crate) fn parked(connection: &Connection) -> Result<Vec<Parked>, TillError> {
    let mut statement = connection.prepare_cached(
        "SELECT id, parked_at, parked_by FROM draft WHERE current = 0 AND grouped = 0
         ORDER BY parked_at, id",
    )?;
    let rows = statement.query_map([], |row| {
        let by: Option<String> = row.get(2)?;
        Ok((text_column(row, 0)?, row.get::<_, i64>(1)?, by))
    })?;
    let rows: Vec<(OrderId, i64, Option<String>)> = rows.collect::<Result<_, _>>()?;
    rows.into_iter()
        .map(|(id, at, by)| {
            Ok(Parked {
                draft: load(connection, id)?.draft,
                at: Timestamp::from_unix_ms(at),
                by: by.and_then(|text| text.parse().ok()),
            })
        })
        .collect()
}

/// How many orders are put aside.
pub(crate) fn parked_count(connection: &Connection) -> Result<u32, TillError> {
    Ok(connection
        .prepare_cached("SELECT count(*) FROM draft WHERE current = 0 AND grouped = 0")?
        .query_row([], |row| row.get(0))?)
}

fn write<T: Serialize>(value: &T) -> Result<String, TillError> {
    serde_json::to_string(value).map_err(stored)
}

fn read<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, TillError> {
    serde_json::from_str(text).map_err(stored)
}

fn stored(error: serde_json::Error) -> TillError {
    TillError::Stored {
        what: "draft",
        error,
    }
}
