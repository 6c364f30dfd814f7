//! How server, printer, database and clock are doing.

use std::fs;

use comptoir_domain::time::Timestamp;

use crate::core::Core;
use crate::error::TillError;
use crate::store::meta::{self, key};
use crate::store::{epoch_heads, journal, print_jobs, problems};
use crate::wire::{
    ApiError, DatabaseState, DatabaseStatus, PrinterState, PrinterStatus, ScannerStatus,
    ScannerView, Screen, ServerState, ServerStatus, StatusLine, StatusView, StoppedView, TillView,
};

/// How far this till's clock may be off before it says so.
const CLOCK_OFF_MS: i64 = 60_000;

/// How many entries the status page shows.
const ENTRIES_SHOWN: usize = 200;

/// How the exchange with the server goes, as its driver reports it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyncReport {
    pub state: ServerState,
    /// Since when it is so.
    pub since: Option<Timestamp>,
    pub last_contact: Option<Timestamp>,
    /// Why the last try failed.
    pub problem: Option<crate::wire::Code>,
    pub next_try: Option<Timestamp>,
    /// How far this till's clock is ahead of the server's.
    pub clock_offset_ms: Option<i64>,
}

impl SyncReport {
    const fn of(state: ServerState) -> SyncReport {
        SyncReport {
            state,
            since: None,
            last_contact: None,
            problem: None,
            next_try: None,
            clock_offset_ms: None,
        }
    }
}

impl Core {
    /// Takes over how the exchange with the server goes. Says whether the screen changes by it.
    pub fn report_sync(&mut self, report: SyncReport) -> bool {
        let changed = self.session.sync.as_ref() != Some(&report);
        self.session.sync = Some(report);
        changed
    }

    pub(crate) fn sync_state(&self) -> Result<SyncReport, TillError> {
        if meta::get(self.connection(), key::SERVER)?.is_none() {
            return Ok(SyncReport::of(ServerState::Alone));
        }
        let reported = self.session.sync.clone();
        Ok(reported.unwrap_or_else(|| SyncReport::of(ServerState::Never)))
    }

    /// How many entries the server has not acknowledged.
    pub(crate) fn unsent(&self) -> Result<u32, TillError> {
        let heads = epoch_heads(self.connection())?;
        let unsent: u64 = heads
            .iter()
            .map(|heads| heads.last_seq.saturating_sub(heads.acked_seq))
            .sum();
        Ok(u32::try_from(unsent).unwrap_or(u32::MAX))
    }

    pub(super) fn status_line(&self) -> Result<StatusLine, TillError> {
        let sync = self.sync_state()?;
        let off = sync
            .clock_offset_ms
            .is_some_and(|offset| offset.abs() > CLOCK_OFF_MS);
        Ok(StatusLine {
            server: sync.state,
            server_since: sync.since,
            unsent: self.unsent()?,
            oldest_unsent: journal::oldest_unsent(self.connection())?,
            printer: self.printer_state()?,
            print_jobs: print_jobs::open_count(self.connection())?,
            database: self.database_state(),
            clock_offset_ms: sync.clock_offset_ms,
            clock_off: off,
            problems: self.open_problems()?,
        })
    }

    /// How many things wait for somebody's decision.
    fn open_problems(&self) -> Result<u32, TillError> {
        if let Some(known) = self.known.borrow().states.open_problems {
            return Ok(known);
        }
        let zone = self.settings()?.map(|settings| settings.zone);
        let open = match zone {
            Some(zone) => problems::open_count(self.connection(), zone)?,
            None => 0,
        };
        self.known.borrow_mut().states.open_problems = Some(open);
        Ok(open)
    }

    fn printer_state(&self) -> Result<PrinterState, TillError> {
        if self.printer_settings()?.target.is_none() {
            return Ok(PrinterState::Missing);
        }
        let reported = self.session.printer.map(|health| health.state);
        Ok(reported.unwrap_or(PrinterState::Ready))
    }

    fn database_state(&self) -> DatabaseState {
        if !self.store.reserve.is_there() {
            DatabaseState::SpaceLow
        } else if self.session.last_backup_failed {
            DatabaseState::BackupDue
        } else {
            DatabaseState::Healthy
        }
    }

    /// The page with everything that a helper on the telephone asks for.
    pub fn status(&self) -> Result<StatusView, TillError> {
        let connection = self.connection();
        let sync = self.sync_state()?;
        let code = meta::parsed_code(connection)?;
        let epoch = journal::current_epoch(connection)?;
        Ok(StatusView {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            till_id: self.identity.till.to_string(),
            till_code: code.map_or_else(String::new, |code| code.as_str().to_owned()),
            epoch: epoch.map_or_else(String::new, |epoch| epoch.label.as_str().to_owned()),
            server: ServerStatus {
                state: sync.state,
                address: meta::get(connection, key::SERVER)?,
                last_contact: sync.last_contact,
                problem: sync.problem,
                next_try: sync.next_try,
                clock_offset_ms: sync.clock_offset_ms,
            },
            entries: journal::statuses(connection, ENTRIES_SHOWN)?,
            printer: self.printer_status()?,
            scanner: self.scanner_status()?,
            database: self.database_status()?,
            key_in_keyring: self.keys.in_keyring(),
            practice: self.practice_state()?,
            now: self.clock.now(),
        })
    }

    fn printer_status(&self) -> Result<PrinterStatus, TillError> {
        let printing = self.printer_settings()?;
        Ok(PrinterStatus {
            state: self.printer_state()?,
            target: printing.target,
            paper_mm: printing.paper_mm,
            automatic: printing.automatic,
            drawer: printing.drawer,
            jobs: print_jobs::open_count(self.connection())?,
            problem: self.session.printer.and_then(|health| health.problem),
            ports: comptoir_devices::serial_ports(),
        })
    }

    fn scanner_status(&self) -> Result<ScannerStatus, TillError> {
        let scanner = &self.session.scanner;
        Ok(ScannerStatus {
            port: self.scanner_settings()?.port,
            connected: scanner.connected,
            last_code: scanner.last_code.clone(),
            last_at: scanner.last_at,
        })
    }

    fn database_status(&self) -> Result<DatabaseStatus, TillError> {
        let backup: Option<(String, Timestamp)> = meta::json(self.connection(), key::BACKUP)?;
        let database = self.database();
        Ok(DatabaseStatus {
            state: self.database_state(),
            path: database.display().to_string(),
            bytes: fs::metadata(database).map_or(0, |metadata| metadata.len()),
            free_bytes: free_bytes(database),
            checked_at: Some(self.session.checked_at),
            backup_path: backup.as_ref().map(|(path, _)| path.clone()),
            backup_at: backup.map(|(_, at)| at),
        })
    }
}

/// The space left beside a file, in bytes; 0 where the system does not say.
#[cfg(unix)]
fn free_bytes(path: &std::path::Path) -> u64 {
    rustix::fs::statvfs(path).map_or(0, |space| space.f_bavail.saturating_mul(space.f_frsize))
}

#[cfg(not(unix))]
fn free_bytes(_path: &std::path::Path) -> u64 {
    0
}

/// The screen of a till that cannot store and therefore does not sell.
pub(crate) fn stopped_view(revision: u64, error: ApiError) -> TillView {
    TillView {
        revision,
        hub: None,
        staff: None,
        language: super::LANGUAGE_DEFAULT.to_owned(),
        screen: Screen::Stopped(StoppedView {
            code: error.code,
            params: error.params,
        }),
        status: StatusLine {
            server: ServerState::Alone,
            server_since: None,
            unsent: 0,
            oldest_unsent: None,
            printer: PrinterState::Missing,
            print_jobs: 0,
            database: DatabaseState::Healthy,
            clock_offset_ms: None,
            clock_off: false,
            problems: 0,
        },
        notices: Vec::new(),
        sound: None,
        catalogue_revision: 0,
        scanner: ScannerView {
            prefix: None,
            us_layout: false,
        },
    }
}
