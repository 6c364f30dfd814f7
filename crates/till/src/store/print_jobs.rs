//! The print spool. A job is written with the action that asks for it and sent later, so that no
//! sale waits for a printer and no slip is forgotten by a power cut.

use comptoir_domain::ids::{AttachmentId, OrderId, ShiftId, SlotId};
use comptoir_domain::time::Timestamp;
use rusqlite::{Connection, OptionalExtension, Transaction, params};
use serde::{Deserialize, Serialize};

use crate::error::TillError;

/// What is to be printed. The layout is made when it is sent, for the printer that is there then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "print", rename_all = "snake_case")]
pub(crate) enum Job {
    Receipt {
        content: AttachmentId,
        copy: u32,
    },
    ZReport {
        shift: ShiftId,
        content: AttachmentId,
        copy: u32,
    },
    /// Opens the drawer. It is sent at once or not at all: a drawer that springs open an hour later
    /// is a danger.
    Drawer,
    Test,
    /// What is to be picked for the orders that wait in a slot, as they are when it is printed.
    PickList {
        slot: Option<SlotId>,
    },
    BasketLabel {
        order: OrderId,
    },
    OrderSlip {
        order: OrderId,
    },
}

impl Job {
    fn document(&self) -> Option<(AttachmentId, u32)> {
        match self {
            Job::Receipt { content, copy } | Job::ZReport { content, copy, .. } => {
                Some((*content, *copy))
            }
            Job::Drawer
            | Job::Test
            | Job::PickList { .. }
            | Job::BasketLabel { .. }
            | Job::OrderSlip { .. } => None,
        }
    }
}

/// A job in the spool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Spooled {
    pub(crate) id: i64,
    pub(crate) job: Job,
}

/// Where a document's slip is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SlipState {
    NotAsked,
    Waiting,
    /// The power failed while it was being sent: perhaps it is on paper.
    Unknown,
    Printed,
}

/// Puts a job at the end of the spool.
pub(crate) fn add(
    transaction: &Transaction<'_>,
    job: &Job,
    now: Timestamp,
) -> Result<(), TillError> {
    let document = job.document();
    transaction
        .prepare_cached(
            "INSERT INTO print_job (job, document, copy, state, created_at, changed_at)
             VALUES (?1, ?2, ?3, 'queued', ?4, ?4)",
        )?
        .execute(params![
            serde_json::to_string(job).map_err(stored)?,
            document.map(|(id, _)| id.to_string()),
            document.map_or(0, |(_, copy)| copy),
            now.unix_ms(),
        ])?;
    Ok(())
}

/// The oldest job that waits.
pub(crate) fn next(connection: &Connection) -> Result<Option<Spooled>, TillError> {
    let row: Option<(i64, String)> = connection
        .prepare_cached("SELECT id, job FROM print_job WHERE state = 'queued' ORDER BY id LIMIT 1")?
        .query_row([], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    row.map(|(id, job)| {
        Ok(Spooled {
            id,
            job: serde_json::from_str(&job).map_err(stored)?,
        })
    })
    .transpose()
}

/// Marks a job as on its way: from here on nobody can say whether it reached the paper.
pub(crate) fn sending(
    transaction: &Transaction<'_>,
    id: i64,
    now: Timestamp,
) -> Result<(), TillError> {
    transaction.execute(
        "UPDATE print_job SET state = 'sending', attempts = attempts + 1, changed_at = ?2
         WHERE id = ?1",
        params![id, now.unix_ms()],
    )?;
    Ok(())
}

/// How sending a job ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ended {
    Printed,
    /// Nothing reached the printer: it waits for its turn again.
    NotSent,
    /// Part of it may be on paper.
    Unknown,
    /// It will not be tried again.
    Dropped,
}

/// Writes down how sending a job ended.
pub(crate) fn end(
    transaction: &Transaction<'_>,
    id: i64,
    ended: Ended,
    problem: Option<&str>,
    now: Timestamp,
) -> Result<(), TillError> {
    let state = match ended {
        Ended::Printed => "printed",
        Ended::NotSent => "queued",
        Ended::Unknown => "unknown",
        Ended::Dropped => "dropped",
    };
    transaction.execute(
        "UPDATE print_job SET state = ?2, problem = ?3, changed_at = ?4 WHERE id = ?1",
        params![id, state, problem, now.unix_ms()],
    )?;
    Ok(())
}

/// After a start: what was on its way is unknown, and a drawer stays shut.
pub(crate) fn recover(transaction: &Transaction<'_>, now: Timestamp) -> Result<(), TillError> {
    transaction.execute(
        "UPDATE print_job SET state = 'dropped', changed_at = ?1
         WHERE state IN ('queued', 'sending') AND job = ?2",
        params![
            now.unix_ms(),
            serde_json::to_string(&Job::Drawer).map_err(stored)?
        ],
    )?;
    transaction.execute(
        "UPDATE print_job SET state = 'unknown', changed_at = ?1 WHERE state = 'sending'",
        [now.unix_ms()],
    )?;
    Ok(())
}

/// A slip that is asked for again takes the place of one whose fate is unknown.
pub(crate) fn forget_unknown(
    transaction: &Transaction<'_>,
    document: AttachmentId,
    now: Timestamp,
) -> Result<(), TillError> {
    transaction.execute(
        "UPDATE print_job SET state = 'dropped', changed_at = ?2
         WHERE document = ?1 AND state = 'unknown'",
        params![document.to_string(), now.unix_ms()],
    )?;
    Ok(())
}

/// Where a document's latest slip is, and how many copies were made of it beside the original.
pub(crate) fn slip_of(
    connection: &Connection,
    document: AttachmentId,
) -> Result<(SlipState, u32), TillError> {
    let mut statement = connection.prepare_cached(
        "SELECT state, (SELECT max(copy) FROM print_job WHERE document = ?1)
         FROM print_job WHERE document = ?1 ORDER BY id DESC LIMIT 1",
    )?;
    let row: Option<(String, u32)> = statement
        .query_row([document.to_string()], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let Some((state, copies)) = row else {
        return Ok((SlipState::NotAsked, 0));
    };
    let state = match state.as_str() {
        "queued" | "sending" => SlipState::Waiting,
        "unknown" => SlipState::Unknown,
        "printed" => SlipState::Printed,
        _ => SlipState::NotAsked,
    };
    Ok((state, copies))
}

/// How many slips are not on paper for sure.
pub(crate) fn open_count(connection: &Connection) -> Result<u32, TillError> {
    Ok(connection
        .prepare_cached(
            "SELECT count(*) FROM print_job WHERE state IN ('queued', 'sending', 'unknown')",
        )?
        .query_row([], |row| row.get(0))?)
}

fn stored(error: serde_json::Error) -> TillError {
    TillError::Stored {
        what: "print job",
        error,
    }
}
