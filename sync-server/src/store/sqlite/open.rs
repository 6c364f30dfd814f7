//! Opening the database: settings that are asserted, tables brought up to date, one server per file.

use std::fs::{File, TryLockError};
use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, TransactionBehavior};

use crate::private;
use crate::store::StoreError;

mod migrations {
    refinery::embed_migrations!("../migrations/server/sqlite");
}

/// "Cmps": tells our files from others.
const APPLICATION_ID: i32 = 0x436d_7073;

/// Before 3.51.3 a checkpoint that raced with a commit could damage a file in WAL mode.
const SQLITE_OLDEST: i32 = 3_051_003;

const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
const STATEMENTS_KEPT: usize = 128;

/// The connection that writes.
pub(super) fn open_writer(path: &Path) -> Result<Connection, StoreError> {
    if rusqlite::version_number() < SQLITE_OLDEST {
        let version = rusqlite::version();
        return Err(StoreError::Database(format!(
            "SQLite {version} is too old to be safe"
        )));
    }
    private::ensure_file(path)?;
    let mut connection = Connection::open(path)?;
    set_common(&connection, -16_000)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "wal_autocheckpoint", 16_000)?;
    connection.pragma_update(None, "journal_size_limit", 67_108_864)?;
    claim(&connection, path)?;
    assert_setting(&connection, "journal_mode", "wal")?;
    assert_setting(&connection, "synchronous", "2")?;
    assert_setting(&connection, "foreign_keys", "1")?;
    migrations::migrations::runner()
        .run(&mut connection)
        .map_err(|error| StoreError::Migration(error.to_string()))?;
    Ok(connection)
}

/// A connection that can only read.
pub(super) fn open_reader(path: &Path) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    set_common(&connection, -8_000)?;
    connection.pragma_update(None, "query_only", true)?;
    Ok(connection)
}

/// Whether the database takes a write now. On a connection of its own, so that the answer does not
/// wait behind what is queued; taking the write lock and changing a page finds a full disk and a
/// read-only file. The value stays what it was.
pub(super) fn check_writable(path: &Path) -> Result<(), StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(path, flags)?;
    set_common(&connection, -100)?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "wal_autocheckpoint", 0)?;
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let version: i64 = transaction.pragma_query_value(None, "user_version", |row| row.get(0))?;
    transaction.pragma_update(None, "user_version", version)?;
    transaction.commit()?;
    Ok(())
}

fn set_common(connection: &Connection, cache: i32) -> Result<(), StoreError> {
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS_KEPT);
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    connection.pragma_update(None, "cache_size", cache)?;
    connection.pragma_update(None, "mmap_size", 0)?;
    connection.pragma_update(None, "trusted_schema", false)?;
    connection.pragma_update(None, "cell_size_check", true)?;
    Ok(())
}

/// Marks a new file as ours, and refuses one that is not.
fn claim(connection: &Connection, path: &Path) -> Result<(), StoreError> {
    let marked: i32 = connection.pragma_query_value(None, "application_id", |row| row.get(0))?;
    let tables: i64 =
        connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    match marked {
        APPLICATION_ID => Ok(()),
        0 if tables == 0 => Ok(connection.pragma_update(None, "application_id", APPLICATION_ID)?),
        _ => Err(StoreError::Database(format!(
            "{} is no database of this server",
            path.display()
        ))),
    }
}

fn assert_setting(connection: &Connection, name: &str, wanted: &str) -> Result<(), StoreError> {
    let found =
        connection.pragma_query_value(None, name, |row| row.get::<_, rusqlite::types::Value>(0))?;
    let found = match found {
        rusqlite::types::Value::Integer(number) => number.to_string(),
        rusqlite::types::Value::Text(text) => text,
        other => format!("{other:?}"),
    };
    if found == wanted {
        Ok(())
    } else {
        Err(StoreError::Database(format!(
            "the database runs with {name} = {found} instead of {wanted}"
        )))
    }
}

/// Held by the one process that serves from a database file; released when it ends, however it ends.
#[derive(Debug)]
pub(super) struct ServingLock(#[expect(dead_code, reason = "held, never read")] File);

impl ServingLock {
    pub(super) fn take(database: &Path) -> Result<ServingLock, StoreError> {
        let path = database.with_extension("lock");
        let file = private::options().create(true).truncate(false).open(path)?;
        match file.try_lock() {
            Ok(()) => Ok(ServingLock(file)),
            Err(TryLockError::WouldBlock) => Err(StoreError::ServedAlready),
            Err(TryLockError::Error(error)) => Err(StoreError::File(error)),
        }
    }
}
