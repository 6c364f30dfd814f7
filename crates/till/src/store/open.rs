//! Opening the data folder: one process, storage that keeps what is written, a file that is whole.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::reserve::Reserve;
use super::salvage;
use super::settings;
use crate::error::TillError;
use crate::key::KeyError;
use crate::key::create_private_directory;

const DATABASE: &str = "till.sqlite3";
const LOCK: &str = "till.lock";

mod migrations {
    refinery::embed_migrations!("../../migrations/till");
}

/// What the data folder may lie on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Storage {
    /// A disk that keeps what was written; memory and temporary folders are refused.
    Durable,
    /// Tests, simulations and demonstrations, whose sales nobody misses.
    ThrowAway,
}

/// Where a till keeps its files.
#[derive(Debug, Clone)]
pub struct StorePlace {
    pub directory: PathBuf,
    pub storage: Storage,
    /// How much space is kept back for a full disk, in bytes.
    pub reserve_bytes: u64,
}

/// Why a data folder cannot be sold from.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error("another program has the till's folder open")]
    AlreadyRunning,
    #[error("the till's folder cannot be written: {0}")]
    ReadOnly(String),
    #[error("the till's folder is throw-away storage")]
    Temporary,
    #[error("no space is left for the till's files")]
    DiskFull,
    #[error("the database is damaged: {0}")]
    Damaged(String),
    #[error("the file is no till's database")]
    NotOurs,
    #[error("the database was written by a newer version")]
    TooNew,
    #[error("this SQLite has a fault that loses commits")]
    LibraryTooOld,
    #[error("the database engine did not take the setting {name}")]
    SettingIgnored { name: &'static str },
    #[error("the migration failed: {0}")]
    Migration(String),
    /// The database is a till's, and the key that it signs with is not on this machine: a copied
    /// file must not pass for the till that it was copied from.
    #[error("the till's signing key is not on this machine")]
    KeyMissing,
    /// The journal was signed with another key than the one that is here.
    #[error("the key on this machine did not sign the journal")]
    KeyForeign,
    #[error(transparent)]
    Key(KeyError),
    #[error("{0}")]
    Start(String),
    #[error(transparent)]
    Database(rusqlite::Error),
    #[error("the till's folder: {0}")]
    Io(io::Error),
}

impl From<rusqlite::Error> for OpenError {
    fn from(error: rusqlite::Error) -> OpenError {
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => OpenError::DiskFull,
            Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied | ErrorCode::CannotOpen) => {
                OpenError::ReadOnly(error.to_string())
            }
            Some(ErrorCode::DatabaseCorrupt) => OpenError::Damaged(error.to_string()),
            Some(ErrorCode::NotADatabase) => OpenError::Damaged(error.to_string()),
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => OpenError::AlreadyRunning,
            _ => OpenError::Database(error),
        }
    }
}

impl From<KeyError> for OpenError {
    fn from(error: KeyError) -> OpenError {
        match error {
            KeyError::Io(error) => error.into(),
            other => OpenError::Key(other),
        }
    }
}

impl From<TillError> for OpenError {
    fn from(error: TillError) -> OpenError {
        match error {
            TillError::Database(error) => error.into(),
            TillError::Key(error) => error.into(),
            TillError::Stored { .. } | TillError::StoredText { .. } => {
                OpenError::Damaged(error.to_string())
            }
            other => OpenError::Start(other.to_string()),
        }
    }
}

impl From<io::Error> for OpenError {
    fn from(error: io::Error) -> OpenError {
        match error.kind() {
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                OpenError::ReadOnly(error.to_string())
            }
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => OpenError::DiskFull,
            _ => OpenError::Io(error),
        }
    }
}

/// An open data folder: the writing connection, and the lock that keeps every other process out for
/// as long as this lives.
#[derive(Debug)]
pub struct Opened {
    pub connection: Connection,
    pub database: PathBuf,
    pub(crate) reserve: Reserve,
    _lock: File,
}

impl Opened {
    /// Opens the folder, creating what is missing, and checks that it can be relied upon.
    pub fn open(place: &StorePlace) -> Result<Opened, OpenError> {
        settings::check_library()?;
        create_private_directory(&place.directory)?;
        check_storage(place)?;
        let lock = lock(&place.directory)?;
        let reserve = Reserve::new(&place.directory, place.reserve_bytes);
        let database = database_path(&place.directory);
        let connection = open_database(&database, place, &reserve).inspect_err(|error| {
            if matches!(error, OpenError::Damaged(_)) {
                salvage::journal(&database);
            }
        })?;
        Ok(Opened {
            connection,
            database,
            reserve,
            _lock: lock,
        })
    }
}

/// The database file of a data folder.
pub(crate) fn database_path(directory: &Path) -> PathBuf {
    directory.join(DATABASE)
}

fn open_database(
    path: &Path,
    place: &StorePlace,
    reserve: &Reserve,
) -> Result<Connection, OpenError> {
    match open_writer(path, place.storage) {
        // A start on a full disk: with the reserve given back, what was begun can be finished.
        Err(OpenError::DiskFull) if reserve.release() => open_writer(path, place.storage),
        Ok(connection) => {
            // A disk too full for the reserve is no reason not to sell; the status shows it.
            let _ = reserve.fill();
            Ok(connection)
        }
        failed => failed,
    }
}

fn open_writer(path: &Path, storage: Storage) -> Result<Connection, OpenError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(path, flags)?;
    settings::claim_file(&connection)?;
    settings::apply_writer(&connection, storage)?;
    quick_check(&connection)?;
    migrate(&mut connection)?;
    Ok(connection)
}

/// A connection that only reads, for searching and reports beside the writer.
pub fn open_reader(database: &Path) -> Result<Connection, OpenError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(database, flags)?;
    settings::apply_reader(&connection)?;
    Ok(connection)
}

/// Looks for torn pages and broken trees.
pub(crate) fn quick_check(connection: &Connection) -> Result<(), OpenError> {
    let found: String = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    if found == "ok" {
        Ok(())
    } else {
        Err(OpenError::Damaged(found))
    }
}

fn migrate(connection: &mut Connection) -> Result<(), OpenError> {
    let runner = migrations::migrations::runner().set_grouped(true);
    match runner.run(connection) {
        Ok(_) => Ok(()),
        Err(error) => match error.kind() {
            refinery::error::Kind::MissingVersion(_) => Err(OpenError::TooNew),
            _ => Err(OpenError::Migration(error.to_string())),
        },
    }
}

fn lock(directory: &Path) -> Result<File, OpenError> {
    let file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(directory.join(LOCK))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(OpenError::AlreadyRunning),
        Err(TryLockError::Error(error)) => Err(error.into()),
    }
}

/// Nothing is sold on storage that is empty after the next start.
fn check_storage(place: &StorePlace) -> Result<(), OpenError> {
    if place.storage == Storage::ThrowAway {
        return Ok(());
    }
    let directory = place.directory.canonicalize()?;
    let temporary = std::env::temp_dir()
        .canonicalize()
        .is_ok_and(|temporary| directory.starts_with(temporary));
    if temporary || lies_in_memory(&directory)? {
        return Err(OpenError::Temporary);
    }
    Ok(())
}

#[cfg(target_os = "linux")]
fn lies_in_memory(directory: &Path) -> Result<bool, OpenError> {
    const TMPFS: u32 = 0x0102_1994;
    const RAMFS: u32 = 0x8584_58f6;
    let status = rustix::fs::statfs(directory).map_err(io::Error::from)?;
    // The field's width differs by platform; its numbers have 32 bits.
    Ok(u32::try_from(status.f_type).is_ok_and(|kind| [TMPFS, RAMFS].contains(&kind)))
}

#[cfg(not(target_os = "linux"))]
fn lies_in_memory(_directory: &Path) -> Result<bool, OpenError> {
    Ok(false)
}
