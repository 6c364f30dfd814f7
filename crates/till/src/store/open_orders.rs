//! Orders that are open here and on another till: who went on with one.

use comptoir_domain::ids::OrderId;
use comptoir_domain::time::Timestamp;
use rusqlite::{Connection, OptionalExtension, Transaction, params};

use crate::error::TillError;

/// Since when an order is in hand here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct InHand {
    pub(crate) opened_at: Timestamp,
    pub(crate) taken_over_at: Option<Timestamp>,
}

pub(crate) fn in_hand(
    connection: &Connection,
    order: OrderId,
) -> Result<Option<InHand>, TillError> {
    let mut statement =
        connection.prepare_cached("SELECT started_at, taken_over_at FROM draft WHERE id = ?1")?;
    let found = statement.query_row([order.to_string()], |row| {
        let taken_over_at: Option<i64> = row.get(1)?;
        Ok(InHand {
            opened_at: Timestamp::from_unix_ms(row.get(0)?),
            taken_over_at: taken_over_at.map(Timestamp::from_unix_ms),
        })
    });
    Ok(found.optional()?)
}

/// Somebody goes on with it here.
pub(crate) fn take_over(
    transaction: &Transaction<'_>,
    order: OrderId,
    now: Timestamp,
) -> Result<(), TillError> {
    transaction
        .prepare_cached("UPDATE draft SET taken_over_at = ?2 WHERE id = ?1")?
        .execute(params![order.to_string(), now.unix_ms()])?;
    Ok(())
}
