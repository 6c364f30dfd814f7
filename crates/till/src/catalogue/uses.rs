//! How often each variant was sold on this till, for the order in which the finder shows them.
//!
//! It is read off the journal when nobody waits: in the sale's own transaction it would touch a page
//! for every line.

use comptoir_domain::entry::EntryBody;
use comptoir_domain::event::Event;
use comptoir_domain::ids::VariantId;
use rusqlite::{Connection, OptionalExtension, Transaction};

use crate::error::TillError;
use crate::store::meta::{self, key};

/// How many entries are looked through at once.
const ENTRIES_AT_ONCE: i64 = 100;

/// How often a variant was sold on this till.
pub fn uses(connection: &Connection, variant: VariantId) -> Result<i64, TillError> {
    let mut statement =
        connection.prepare_cached("SELECT uses FROM catalogue_row WHERE variant = ?1")?;
    let uses: Option<i64> = statement
        .query_row([variant.to_string()], |row| row.get(0))
        .optional()?;
    Ok(uses.unwrap_or(0))
}

/// Counts that variants were sold.
pub fn count_uses(
    transaction: &Transaction<'_>,
    variants: impl IntoIterator<Item = VariantId>,
) -> Result<(), TillError> {
    let mut statement = transaction
        .prepare_cached("UPDATE catalogue_row SET uses = uses + 1 WHERE variant = ?1")?;
    for variant in variants {
        statement.execute([variant.to_string()])?;
    }
    Ok(())
}

/// Counts what was sold since the last time, some entries at once. Answers whether there is more.
pub(crate) fn count_new_sales(transaction: &Transaction<'_>) -> Result<bool, TillError> {
    let counted: i64 = meta::parsed(transaction, key::USES_COUNTED)?.unwrap_or(0);
    let sales: Vec<(i64, String)> = transaction
        .prepare_cached(
            "SELECT position, body FROM journal WHERE position > ?1 AND kind = 'sale'
             ORDER BY position LIMIT ?2",
        )?
        .query_map([counted, ENTRIES_AT_ONCE], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })?
        .collect::<Result<_, _>>()?;
    let Some((last, _)) = sales.last() else {
        return Ok(false);
    };
    for (_, body) in &sales {
        count_uses(transaction, sold(body))?;
    }
    meta::set(transaction, key::USES_COUNTED, &last.to_string())?;
    Ok(i64::try_from(sales.len()).is_ok_and(|looked_at| looked_at == ENTRIES_AT_ONCE))
}

/// What an entry sold. One that cannot be read sold nothing that the finder knows.
fn sold(body: &str) -> Vec<VariantId> {
    let Ok(body) = serde_json::from_str::<EntryBody>(body) else {
        return Vec::new();
    };
    let placed = body.events.into_iter().filter_map(|event| match event {
        Event::OrderPlaced { lines, .. } => Some(lines),
        _ => None,
    });
    placed
        .flatten()
        .filter(|line| line.tied_to.is_none())
        .map(|line| line.variant)
        .collect()
}
