//! Actions that were done, and wrong PINs: what must survive a restart so that nothing is done twice
//! and nobody guesses for free.

use comptoir_domain::ids::{ActionId, StaffId};
use comptoir_domain::time::Timestamp;
use rusqlite::{Connection, OptionalExtension, Transaction, params};

use crate::error::TillError;

/// Whether an action was done already.
pub(crate) fn is_done(connection: &Connection, action: ActionId) -> Result<bool, TillError> {
    let mut statement = connection.prepare_cached(
        "SELECT 1 FROM journal WHERE action = ?1
         UNION ALL SELECT 1 FROM action_done WHERE id = ?1",
    )?;
    Ok(statement.exists([action.to_string()])?)
}

/// Writes down that an action is done that left no entry: an entry says it itself.
pub(crate) fn mark_done(
    transaction: &Transaction<'_>,
    action: ActionId,
    now: Timestamp,
) -> Result<(), TillError> {
    transaction
        .prepare_cached("INSERT INTO action_done (id, at) VALUES (?1, ?2)")?
        .execute(params![action.to_string(), now.unix_ms()])?;
    Ok(())
}

/// Forgets actions from before a moment: nobody presses that long.
pub(crate) fn forget_before(
    transaction: &Transaction<'_>,
    moment: Timestamp,
) -> Result<(), TillError> {
    transaction.execute("DELETE FROM action_done WHERE at < ?1", [moment.unix_ms()])?;
    Ok(())
}

/// How many wrong PINs a person has entered in a row, and when the last one was.
pub(crate) fn pin_failures(
    connection: &Connection,
    staff: StaffId,
) -> Result<Option<(u32, Timestamp)>, TillError> {
    let mut statement =
        connection.prepare_cached("SELECT failures, last_at FROM pin_failure WHERE staff = ?1")?;
    let row: Option<(u32, i64)> = statement
        .query_row([staff.to_string()], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    Ok(row.map(|(failures, at)| (failures, Timestamp::from_unix_ms(at))))
}

/// Counts one more wrong PIN.
pub(crate) fn count_pin_failure(
    transaction: &Transaction<'_>,
    staff: StaffId,
    now: Timestamp,
) -> Result<u32, TillError> {
    Ok(transaction
        .prepare_cached(
            "INSERT INTO pin_failure (staff, failures, last_at) VALUES (?1, 1, ?2)
             ON CONFLICT (staff) DO UPDATE SET failures = failures + 1, last_at = excluded.last_at
             RETURNING failures",
        )?
        .query_row(params![staff.to_string(), now.unix_ms()], |row| row.get(0))?)
}

/// The right PIN makes wrong ones forgotten.
pub(crate) fn clear_pin_failures(
    transaction: &Transaction<'_>,
    staff: StaffId,
) -> Result<(), TillError> {
    transaction
        .prepare_cached("DELETE FROM pin_failure WHERE staff = ?1")?
        .execute([staff.to_string()])?;
    Ok(())
}
