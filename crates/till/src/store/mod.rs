//! The till's one database file: how it is opened, what is asserted of it, and the tables that are
//! the till's own.
//!
//! Every module below holds the SQL of one subject. Reads take a connection, writes a transaction;
//! no transaction is held across a wait for a device or a network.

pub(crate) mod actions;
pub(crate) mod backup;
pub(crate) mod claims;
pub(crate) mod drafts;
pub(crate) mod goods_entries;
pub(crate) mod journal;
pub(crate) mod meta;
mod open;
pub(crate) mod open_orders;
pub(crate) mod order_cards;
pub(crate) mod print_jobs;
pub(crate) mod problems;
mod reserve;
mod salvage;
mod settings;
pub(crate) mod snapshots;
pub(crate) mod states;

pub use journal::{EpochHeads, StoredEntry, entries_from, epoch_heads, hash_at, head_of};
pub(crate) use open::database_path;
pub use open::{OpenError, Opened, Storage, StorePlace, open_reader};
pub use states::rebuild_overlay;

use rusqlite::Row;
use rusqlite::types::Type;

/// A column that holds an id, a hash or another text with a meaning.
pub(crate) fn text_column<T: std::str::FromStr>(row: &Row<'_>, index: usize) -> rusqlite::Result<T>
where
    T::Err: std::error::Error + Send + Sync + 'static,
{
    let text: String = row.get(index)?;
    text.parse().map_err(|error| {
        rusqlite::Error::FromSqlConversionFailure(index, Type::Text, Box::new(error))
    })
}
