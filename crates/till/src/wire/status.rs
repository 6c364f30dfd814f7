//! How server, printer, database and clock are doing.

use comptoir_domain::money::Money;
use comptoir_domain::time::Timestamp;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::error::Code;
use super::requests::PrinterTarget;

/// The quiet line at the edge of every screen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct StatusLine {
    pub server: ServerState,
    /// Since when it is so.
    pub server_since: Option<Timestamp>,
    #[ts(type = "number")]
    pub unsent: u32,
    pub oldest_unsent: Option<Timestamp>,
    pub printer: PrinterState,
    #[ts(type = "number")]
    pub print_jobs: u32,
    pub database: DatabaseState,
    /// How far this till's clock is ahead of the server's; none while it is not known.
    #[ts(type = "number | null")]
    pub clock_offset_ms: Option<i64>,
    /// Whether that is more than the till can live with.
    pub clock_off: bool,
    /// How many problems are open.
    #[serde(default)]
    #[ts(optional, as = "Option<u32>")]
    pub problems: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum ServerState {
    /// The till works alone.
    Alone,
    /// Paired, and not reached since the start.
    Never,
    Online,
    Offline,
    /// The server answers and does not want this till; see the status page.
    Refused,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum PrinterState {
    /// None is set up.
    Missing,
    Ready,
    Printing,
    PaperLow,
    PaperOut,
    CoverOpen,
    Unreachable,
    Fault,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum DatabaseState {
    Healthy,
    /// Little space is left on the disk.
    SpaceLow,
    /// No second copy has been written for a while.
    BackupDue,
}

/// The page with everything that a helper on the telephone asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct StatusView {
    pub version: String,
    pub till_id: String,
    pub till_code: String,
    /// The printed label of the present number series.
    pub epoch: String,
    pub server: ServerStatus,
    /// The newest entries, unsent ones first.
    pub entries: Vec<EntryStatus>,
    pub printer: PrinterStatus,
    pub scanner: ScannerStatus,
    pub database: DatabaseStatus,
    /// Where the signing key is kept; false means a plain file.
    pub key_in_keyring: bool,
    pub practice: PracticeState,
    pub now: Timestamp,
}

/// Whether what happens here counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum PracticeState {
    /// It counts.
    Off,
    /// The till was never open for real; leaving the practice asks how it should be.
    BeforeOpening,
    /// A till that is open for real waits behind the practice.
    BesideReal,
}

/// The server as this till sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ServerStatus {
    pub state: ServerState,
    pub address: Option<String>,
    pub last_contact: Option<Timestamp>,
    /// Why the last try failed.
    pub problem: Option<Code>,
    pub next_try: Option<Timestamp>,
    #[ts(type = "number | null")]
    pub clock_offset_ms: Option<i64>,
}

/// One entry of the journal, with whether the server holds it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct EntryStatus {
    #[ts(type = "number")]
    pub seq: u64,
    pub kind: EntryKind,
    pub at: Timestamp,
    /// The number of the document that it issued, if any.
    pub number: Option<String>,
    pub amount: Option<Money>,
    /// When the server acknowledged it; none while it is unsent.
    pub acknowledged_at: Option<Timestamp>,
    /// The hub's own number for it, given on acceptance.
    #[ts(type = "number | null")]
    pub accept_no: Option<u64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum EntryKind {
    Sale,
    Return,
    OrderDiscarded,
    ShiftOpened,
    ShiftCounted,
    ShiftClosed,
    CashMoved,
    DrawerOpened,
    TenderCorrected,
    Printed,
    TillSetUp,
    StaffSignedIn,
    Other,
}

/// The receipt printer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PrinterStatus {
    pub state: PrinterState,
    pub target: Option<PrinterTarget>,
    /// 58 or 80.
    #[ts(type = "number")]
    pub paper_mm: u8,
    /// Whether a slip is printed without being asked for.
    pub automatic: bool,
    pub drawer: bool,
    #[ts(type = "number")]
    pub jobs: u32,
    pub problem: Option<Code>,
    /// The serial ports that are there.
    pub ports: Vec<String>,
}

/// The scanners.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ScannerStatus {
    /// The serial port that is read, if one is.
    pub port: Option<String>,
    pub connected: bool,
    pub last_code: Option<String>,
    pub last_at: Option<Timestamp>,
}

/// The till's own database.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DatabaseStatus {
    pub state: DatabaseState,
    pub path: String,
    #[ts(type = "number")]
    pub bytes: u64,
    #[ts(type = "number")]
    pub free_bytes: u64,
    pub checked_at: Option<Timestamp>,
    pub backup_path: Option<String>,
    pub backup_at: Option<Timestamp>,
}
