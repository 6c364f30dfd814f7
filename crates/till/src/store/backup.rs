//! The second copy: a whole database file, written at the end of each shift and checked before it
//! counts.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use comptoir_domain::time::Timestamp;
use rusqlite::{Connection, OpenFlags};

use super::open::{OpenError, quick_check};
use crate::error::TillError;

const COPIES_KEPT: usize = 7;
const FOLDER: &str = "backups";

/// Why no second copy was written.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BackupError {
    #[error("the second copy: {0}")]
    Database(#[from] rusqlite::Error),
    #[error("the second copy: {0}")]
    Io(#[from] io::Error),
    #[error("the second copy is not whole: {0}")]
    Check(#[from] OpenError),
    #[error("the second copy misses entries of the journal")]
    Behind,
}

impl From<BackupError> for TillError {
    fn from(error: BackupError) -> TillError {
        TillError::Backup(error.to_string())
    }
}

/// The folder of the copies, beside the database.
pub(crate) fn folder(database: &Path) -> PathBuf {
    database
        .parent()
        .map_or_else(|| PathBuf::from(FOLDER), |parent| parent.join(FOLDER))
}

/// Writes a copy named after the moment, checks it, and takes away the oldest beyond seven.
pub(crate) fn write(
    connection: &Connection,
    database: &Path,
    now: Timestamp,
) -> Result<PathBuf, BackupError> {
    let folder = folder(database);
    fs::create_dir_all(&folder)?;
    let name = now.to_utc().format("till-%Y%m%dT%H%M%S%3fZ");
    let path = folder.join(format!("{name}.sqlite3"));
    let unfinished = folder.join(format!("{name}.unfinished"));
    let _ = fs::remove_file(&unfinished);
    let made = copy_checked(connection, &unfinished).and_then(|()| {
        fs::rename(&unfinished, &path)?;
        sync_folder(&folder)?;
        Ok(())
    });
    if made.is_err() {
        let _ = fs::remove_file(&unfinished);
    }
    made?;
    keep_newest(&folder)?;
    Ok(path)
}

fn copy_checked(connection: &Connection, path: &Path) -> Result<(), BackupError> {
    let text = path.to_string_lossy();
    connection.execute("VACUUM INTO ?1", [text.as_ref()])?;
    File::open(path)?.sync_all()?;
    let copy = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    quick_check(&copy)?;
    if entries(&copy)? == entries(connection)? {
        Ok(())
    } else {
        Err(BackupError::Behind)
    }
}

/// How many entries there are, and the hash of the last.
fn entries(connection: &Connection) -> rusqlite::Result<(i64, Option<String>)> {
    connection.query_row(
        "SELECT count(*), (SELECT hash FROM journal ORDER BY position DESC LIMIT 1) FROM journal",
        [],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )
}

#[cfg(unix)]
fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(not(unix))]
fn sync_folder(_folder: &Path) -> io::Result<()> {
    Ok(())
}

fn keep_newest(folder: &Path) -> io::Result<()> {
    let mut copies: Vec<PathBuf> = fs::read_dir(folder)?
        .filter_map(Result::ok)
        .map(|entry| entry.path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "sqlite3")
        })
        .collect();
    // The names begin with the moment: sorted by name is sorted by age.
    copies.sort();
    let surplus = copies.len().saturating_sub(COPIES_KEPT);
    copies.iter().take(surplus).try_for_each(fs::remove_file)
}
