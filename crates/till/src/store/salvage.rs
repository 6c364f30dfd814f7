//! What can still be read of a damaged database: the journal's entries, as they were signed, in a
//! file beside it. From them, a second copy and the server everything else is made again.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use comptoir_domain::entry::SealedEntry;
use rusqlite::{Connection, OpenFlags};

use super::text_column;

const FILE: &str = "salvaged-journal.jsonl";

/// Writes the entries that can still be read, one JSON object in a line, once. Says where, if there
/// were any.
pub(super) fn journal(database: &Path) -> Option<PathBuf> {
    let path = database.with_file_name(FILE);
    if path.exists() {
        return Some(path);
    }
    let entries = readable_entries(database);
    if entries.is_empty() {
        return None;
    }
    match write(&path, &entries) {
        Ok(()) => Some(path),
        Err(error) => {
            tracing::error!(%error, "the journal of a damaged database could not be saved");
            None
        }
    }
}

/// Entry by entry up to the first page that cannot be read, from both ends.
fn readable_entries(database: &Path) -> Vec<SealedEntry> {
    let Ok(connection) = Connection::open_with_flags(database, OpenFlags::SQLITE_OPEN_READ_ONLY)
    else {
        return Vec::new();
    };
    let from_start = read(&connection, "ASC");
    let mut from_end = read(&connection, "DESC");
    from_end.reverse();
    let known = from_start
        .last()
        .map_or(i64::MIN, |(position, _)| *position);
    let rest = from_end
        .into_iter()
        .filter(|(position, _)| *position > known);
    from_start
        .iter()
        .cloned()
        .chain(rest)
        .map(|(_, entry)| entry)
        .collect()
}

fn read(connection: &Connection, order: &str) -> Vec<(i64, SealedEntry)> {
    let sql =
        format!("SELECT position, header, body, signature FROM journal ORDER BY position {order}");
    let Ok(mut statement) = connection.prepare(&sql) else {
        return Vec::new();
    };
    let rows = statement.query_map([], |row| {
        let entry = SealedEntry {
            header: row.get(1)?,
            body: row.get(2)?,
            signature: text_column(row, 3)?,
        };
        Ok((row.get(0)?, entry))
    });
    match rows {
        Ok(rows) => rows.map_while(Result::ok).collect(),
        Err(_) => Vec::new(),
    }
}

fn write(path: &Path, entries: &[SealedEntry]) -> io::Result<()> {
    let mut file = BufWriter::new(File::create(path)?);
    for entry in entries {
        serde_json::to_writer(&mut file, entry)?;
        file.write_all(b"\n")?;
    }
    file.into_inner()
        .map_err(std::io::IntoInnerError::into_error)?
        .sync_all()
}
