//! Whether the journal is still what this till wrote, and whether the database is whole: a little at
//! each start, more after a power cut, everything now and then while nobody waits.

use std::path::Path;

use comptoir_domain::entry::{EntryFault, EntryHash};
use comptoir_domain::event::{AuditFact, Event};
use comptoir_domain::time::Timestamp;
use ed25519_dalek::VerifyingKey;
use rusqlite::Connection;

use crate::core::Core;
use crate::error::TillError;
use crate::store::meta::{self, key};
use crate::store::{OpenError, entries_from, epoch_heads, hash_at, open_reader};
use crate::wire::{Code, Param, Severity};

/// How many of the newest entries are read again at each start.
const TAIL: u64 = 16;

/// How long a check of everything holds.
const WHOLE_CHECK_MS: i64 = 7 * 24 * 3_600_000;

/// Whether the last run ended without putting its log away: a power cut, a crash.
pub(crate) fn ended_uncleanly(database: &Path) -> bool {
    let mut log = database.as_os_str().to_owned();
    log.push("-wal");
    std::fs::metadata(log).is_ok_and(|log| log.len() > 0)
}

/// Looks for rows that point to nothing.
pub(crate) fn check_references(connection: &Connection) -> Result<(), OpenError> {
    let mut statement = connection.prepare("PRAGMA foreign_key_check")?;
    let mut rows = statement.query([])?;
    match rows.next()? {
        Some(row) => {
            let table: String = row.get(0)?;
            Err(OpenError::Damaged(format!(
                "a row of {table} points to nothing"
            )))
        }
        None => Ok(()),
    }
}

/// Reads the newest entries again: each as it was hashed, chained to the one before, and signed with
/// this till's key.
pub(crate) fn check_tail(connection: &Connection, key: &VerifyingKey) -> Result<(), OpenError> {
    let heads = epoch_heads(connection)?;
    let Some(head) = heads.iter().rfind(|head| head.last_seq > 0) else {
        return Ok(());
    };
    let first = head.last_seq.saturating_sub(TAIL - 1).max(1);
    let mut previous = match first {
        1 => Some(EntryHash::NONE),
        later => hash_at(connection, head.epoch, later - 1)?,
    };
    let count = usize::try_from(TAIL).unwrap_or(usize::MAX);
    for entry in entries_from(connection, head.epoch, first, count)? {
        let damaged = |what: &str| OpenError::Damaged(format!("entry {} {what}", entry.seq));
        let hash = entry.sealed.hash();
        if hash_at(connection, head.epoch, entry.seq)? != Some(hash) {
            return Err(damaged("is not as it was written"));
        }
        let header = entry.sealed.verify(key).map_err(|fault| match fault {
            EntryFault::SignatureWrong => OpenError::KeyForeign,
            _ => damaged("cannot be read"),
        })?;
        if Some(header.previous) != previous {
            return Err(damaged("does not follow the one before"));
        }
        previous = Some(hash);
    }
    Ok(())
}

/// What a look at everything found: nothing, or what is wrong in the engine's words.
pub(crate) fn check_whole(database: &Path) -> Result<Option<String>, OpenError> {
    let connection = open_reader(database)?;
    let found: String = connection.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
    if found != "ok" {
        return Ok(Some(found));
    }
    match check_references(&connection) {
        Ok(()) => Ok(None),
        Err(OpenError::Damaged(what)) => Ok(Some(what)),
        Err(error) => Err(error),
    }
}

impl Core {
    /// Whether everything was looked at too long ago.
    pub(crate) fn is_whole_check_due(&self) -> bool {
        let last: Option<Timestamp> = meta::json(self.connection(), key::WHOLE_CHECK)
            .ok()
            .flatten();
        let now = self.now();
        last.is_none_or(|last| !(0..WHOLE_CHECK_MS).contains(&now.ms_since(last)))
    }

    /// Takes down what a look at everything found. A fault is written into the journal and stays on
    /// the screen; selling goes on for as long as the engine writes.
    pub fn whole_check_done(&mut self, fault: Option<String>) -> Result<(), TillError> {
        let now = self.now();
        let stamp = serde_json::to_string(&now).map_err(|error| TillError::Stored {
            what: key::WHOLE_CHECK,
            error,
        })?;
        self.transaction(|tx| meta::set(tx, key::WHOLE_CHECK, &stamp))?;
        self.session.checked_at = now;
        let Some(detail) = fault else {
            return Ok(());
        };
        tracing::error!(detail, "the database has a fault");
        let path = Param::Text(self.database().display().to_string());
        self.session
            .stand(Code::StorageDamaged, Severity::Problem, &[("path", path)]);
        let fact = AuditFact::DamageFound { detail };
        self.record("damage_found", vec![Event::Audited { fact }])
    }
}
