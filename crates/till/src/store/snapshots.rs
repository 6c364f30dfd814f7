//! A sale that was put aside as one text, by which it moves to another till whole: every key press of
//! it, so that undoing it there and what the day's report says of it are the same.

use comptoir_domain::draft::{Basis, Draft};
use comptoir_domain::ids::{OrderId, StaffId};
use comptoir_domain::order::OrderHeading;
use comptoir_domain::time::Timestamp;
use rusqlite::{Connection, OptionalExtension, Transaction, params};
use serde::{Deserialize, Serialize};

use super::drafts::{self, Move};
use crate::error::TillError;

/// A sale that was put aside.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Snapshot {
    heading: OrderHeading,
    started_at: Timestamp,
    pub(crate) parked_at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) parked_by: Option<StaffId>,
    moves: Vec<Move>,
}

impl Snapshot {
    /// A new sale that was put aside here; none where there is no such one.
    pub(crate) fn of(
        connection: &Connection,
        order: OrderId,
    ) -> Result<Option<Snapshot>, TillError> {
        type Heading = (String, i64, i64, Option<String>);
        let heading: Option<Heading> = connection
            .prepare_cached(
                "SELECT basis, started_at, parked_at, parked_by FROM draft
                 WHERE id = ?1 AND current = 0 AND grouped = 0 AND parked_at IS NOT NULL",
            )?
            .query_row([order.to_string()], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
            })
            .optional()?;
        let Some((basis, started_at, parked_at, parked_by)) = heading else {
            return Ok(None);
        };
        let Basis::New(heading) = serde_json::from_str(&basis).map_err(unreadable)? else {
            return Ok(None);
        };
        Ok(Some(Snapshot {
            heading,
            started_at: Timestamp::from_unix_ms(started_at),
            parked_at: Timestamp::from_unix_ms(parked_at),
            parked_by: parked_by.and_then(|text| text.parse().ok()),
            moves: moves(connection, order)?,
        }))
    }

    /// What another till wrote. One that this version cannot read is an error, and stays where it is.
    pub(crate) fn read(text: &str) -> Result<Snapshot, TillError> {
        serde_json::from_str(text).map_err(unreadable)
    }

    pub(crate) fn text(&self) -> Result<String, TillError> {
        serde_json::to_string(self).map_err(unreadable)
    }

    /// The sale as its key presses made it.
    pub(crate) fn draft(&self) -> Draft {
        let mut draft = Draft::new(self.heading.clone(), self.started_at);
        for made in &self.moves {
            made.make(&mut draft);
        }
        draft
    }

    /// Puts the sale aside here; one that is here already stays as it is.
    pub(crate) fn put(&self, transaction: &Transaction<'_>) -> Result<(), TillError> {
        let order = self.heading.id;
        if drafts::find(transaction, order)?.is_some() {
            return Ok(());
        }
        let basis = Basis::New(self.heading.clone());
        let basis = serde_json::to_string(&basis).map_err(unreadable)?;
        transaction
            .prepare_cached(
                "INSERT INTO draft (id, basis, started_at, current, parked_at, parked_by)
                 VALUES (?1, ?2, ?3, 0, ?4, ?5)",
            )?
            .execute(params![
                order.to_string(),
                basis,
                self.started_at.unix_ms(),
                self.parked_at.unix_ms(),
                self.parked_by.map(|staff| staff.to_string()),
            ])?;
        for (ordinal, made) in (0..).zip(&self.moves) {
            drafts::add_move(transaction, order, ordinal, made)?;
        }
        Ok(())
    }

    pub(crate) const fn order(&self) -> OrderId {
        self.heading.id
    }
}

fn moves(connection: &Connection, order: OrderId) -> Result<Vec<Move>, TillError> {
    let mut statement = connection
        .prepare_cached("SELECT move FROM draft_step WHERE draft = ?1 ORDER BY ordinal")?;
    let texts = statement.query_map([order.to_string()], |row| row.get::<_, String>(0))?;
    texts
        .map(|text| serde_json::from_str(&text?).map_err(unreadable))
        .collect()
}

fn unreadable(error: serde_json::Error) -> TillError {
    TillError::Stored {
        what: "snapshot",
        error,
    }
}
