//! The settings of every connection, set and then read back: SQLite ignores what it cannot do, and
//! a till that only believes to write durably loses sales.

use rusqlite::Connection;
use rusqlite::config::DbConfig;

use super::open::{OpenError, Storage};

/// "CTIL" in the file's header: no other program's database is taken for ours.
pub(super) const APPLICATION_ID: i64 = 0x4354_494C;

/// Older versions can lose a commit when a write-ahead log is reset under a reader.
const SQLITE_VERSION_MIN: i32 = 3_051_003;

const WRITER_CACHE_KIB: i64 = 16 * 1024;
const READER_CACHE_KIB: i64 = 8 * 1024;
const STATEMENTS_CACHED: usize = 128;
const WAL_BYTES_MAX: i64 = 64 * 1024 * 1024;
const BUSY_MS_MAX: i64 = 5000;

/// Refuses a library with known faults.
pub(super) fn check_library() -> Result<(), OpenError> {
    if rusqlite::version_number() < SQLITE_VERSION_MIN {
        return Err(OpenError::LibraryTooOld);
    }
    Ok(())
}

/// What every connection has, reading or writing.
fn apply_common(connection: &Connection, cache_kib: i64) -> Result<(), OpenError> {
    connection.set_prepared_statement_cache_capacity(STATEMENTS_CACHED);
    // Otherwise a statement with a range is planned anew whenever other values are bound to it.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    set(connection, "busy_timeout", BUSY_MS_MAX, BUSY_MS_MAX)?;
    set(connection, "foreign_keys", 1, 1)?;
    set(connection, "trusted_schema", 0, 0)?;
    set(connection, "cell_size_check", 1, 1)?;
    set(connection, "temp_store", 2, 2)?;
    set(connection, "mmap_size", 0, 0)?;
    set(connection, "cache_size", -cache_kib, -cache_kib)
}

/// The settings of the one connection that writes.
pub(super) fn apply_writer(connection: &Connection, storage: Storage) -> Result<(), OpenError> {
    apply_common(connection, WRITER_CACHE_KIB)?;
    let mode: String = connection.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0))?;
    if mode != "wal" && storage == Storage::Durable {
        return Err(setting("journal_mode"));
    }
    // The writer pays for a checkpoint when it is idle, never in the path of a sale.
    set(connection, "wal_autocheckpoint", 0, 0)?;
    set(
        connection,
        "journal_size_limit",
        WAL_BYTES_MAX,
        WAL_BYTES_MAX,
    )?;
    // FULL: every commit is synced before it counts as done.
    set(connection, "synchronous", 2, 2)?;
    #[cfg(target_os = "macos")]
    {
        set(connection, "fullfsync", 1, 1)?;
        set(connection, "checkpoint_fullfsync", 1, 1)?;
    }
    Ok(())
}

/// The settings of a connection that only reads.
pub(super) fn apply_reader(connection: &Connection) -> Result<(), OpenError> {
    apply_common(connection, READER_CACHE_KIB)?;
    set(connection, "query_only", 1, 1)
}

/// Marks a new file as ours; refuses one that is another program's.
pub(super) fn claim_file(connection: &Connection) -> Result<(), OpenError> {
    let id: i64 = connection.query_row("PRAGMA application_id", [], |row| row.get(0))?;
    let tables: i64 =
        connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    match (id, tables) {
        (APPLICATION_ID, _) => Ok(()),
        (0, 0) => set(connection, "application_id", APPLICATION_ID, APPLICATION_ID),
        _ => Err(OpenError::NotOurs),
    }
}

fn set(
    connection: &Connection,
    name: &'static str,
    value: i64,
    expected: i64,
) -> Result<(), OpenError> {
    // Some pragmas answer when they are set and some do not: both are read back.
    connection.pragma_update(None, name, value)?;
    let found: i64 = connection.pragma_query_value(None, name, |row| row.get(0))?;
    if found == expected {
        Ok(())
    } else {
        Err(setting(name))
    }
}

fn setting(name: &'static str) -> OpenError {
    OpenError::SettingIgnored { name }
}
