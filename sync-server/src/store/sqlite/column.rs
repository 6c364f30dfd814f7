//! Reading typed values out of columns.

use std::str::FromStr;

use comptoir_domain::entry::{EntryHash, EntrySignature};
use rusqlite::Row;
use rusqlite::types::Type;

/// A value that is stored as its text.
pub(super) fn text<T: FromStr>(row: &Row<'_>, index: usize) -> rusqlite::Result<T>
where
    T::Err: std::error::Error + Send + Sync + 'static,
{
    let text: String = row.get(index)?;
    text.parse()
        .map_err(|error| wrong(index, Type::Text, error))
}

/// Like [`text`], where there may be none.
pub(super) fn optional_text<T: FromStr>(row: &Row<'_>, index: usize) -> rusqlite::Result<Option<T>>
where
    T::Err: std::error::Error + Send + Sync + 'static,
{
    let text: Option<String> = row.get(index)?;
    text.map(|text| text.parse())
        .transpose()
        .map_err(|error| wrong(index, Type::Text, error))
}

pub(super) fn hash(row: &Row<'_>, index: usize) -> rusqlite::Result<EntryHash> {
    Ok(EntryHash(row.get(index)?))
}

pub(super) fn signature(row: &Row<'_>, index: usize) -> rusqlite::Result<EntrySignature> {
    Ok(EntrySignature(row.get(index)?))
}

/// A value that the code itself finds wrong.
pub(super) fn wrong(
    index: usize,
    found: Type,
    error: impl std::error::Error + Send + Sync + 'static,
) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(index, found, Box::new(error))
}
