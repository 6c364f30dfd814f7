//! Small values of this till by name: who it is, what its printer is, who is signed in.

use comptoir_domain::document::TillCode;
use rusqlite::{Connection, OptionalExtension, Transaction};

use crate::error::TillError;

/// The names under which values are kept.
pub(crate) mod key {
    pub(crate) const TILL: &str = "till";
    pub(crate) const TILL_CODE: &str = "till_code";
    pub(crate) const LOCATION: &str = "location";
    pub(crate) const PRACTICE: &str = "practice";
    /// Set in a practice behind which a till that is open for real waits.
    pub(crate) const REAL_TILL: &str = "real_till";
    pub(crate) const SIGNED_IN: &str = "signed_in";
    pub(crate) const LANGUAGE: &str = "language";
    pub(crate) const PRINTER: &str = "printer";
    pub(crate) const SCANNER: &str = "scanner";
    /// The server's address, once the till is paired.
    pub(crate) const SERVER: &str = "server";
    pub(crate) const BACKUP: &str = "backup";
    /// What the server was told last of what lies on the desk.
    pub(crate) const DESK_TOLD: &str = "desk_told";
    /// When the whole database was last looked through.
    pub(crate) const WHOLE_CHECK: &str = "whole_check";
    /// Up to which place of the journal sales count for the order of the finder.
    pub(crate) const USES_COUNTED: &str = "uses_counted";
}

/// The value of a name.
pub(crate) fn get(connection: &Connection, key: &str) -> Result<Option<String>, TillError> {
    let mut statement = connection.prepare_cached("SELECT value FROM meta WHERE key = ?1")?;
    Ok(statement.query_row([key], |row| row.get(0)).optional()?)
}

/// Sets the value of a name.
pub(crate) fn set(transaction: &Transaction<'_>, key: &str, value: &str) -> Result<(), TillError> {
    transaction
        .prepare_cached(
            "INSERT INTO meta (key, value) VALUES (?1, ?2)
             ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        )?
        .execute([key, value])?;
    Ok(())
}

/// Takes a name away.
pub(crate) fn remove(transaction: &Transaction<'_>, key: &str) -> Result<(), TillError> {
    transaction
        .prepare_cached("DELETE FROM meta WHERE key = ?1")?
        .execute([key])?;
    Ok(())
}

/// A value that is an id or another text with a meaning.
pub(crate) fn parsed<T: std::str::FromStr>(
    connection: &Connection,
    key: &'static str,
) -> Result<Option<T>, TillError> {
    get(connection, key)?
        .map(|text| {
            text.parse()
                .map_err(|_| TillError::StoredText { what: key })
        })
        .transpose()
}

/// A value that is kept as JSON.
pub(crate) fn json<T: serde::de::DeserializeOwned>(
    connection: &Connection,
    key: &'static str,
) -> Result<Option<T>, TillError> {
    get(connection, key)?
        .map(|text| {
            serde_json::from_str(&text).map_err(|error| TillError::Stored { what: key, error })
        })
        .transpose()
}

/// The till's code, once it has one.
pub(crate) fn parsed_code(connection: &Connection) -> Result<Option<TillCode>, TillError> {
    get(connection, key::TILL_CODE)?
        .map(|text| {
            TillCode::new(&text).map_err(|_| TillError::StoredText {
                what: key::TILL_CODE,
            })
        })
        .transpose()
}
