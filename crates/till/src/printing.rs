//! From the spool to the printer. The core says what is next and takes down how it ended; talking to
//! the device happens in between, outside of it, so that no sale waits for a printer.

use comptoir_devices::Printer;
use comptoir_devices::printer::{PrintOutcome, PrinterError, PrinterFault, UnknownReason};
use comptoir_documents::document::{Align, Block, Document, Style};
use comptoir_documents::receipt::ReceiptContent;
use comptoir_documents::z_report::ZReportContent;
use comptoir_documents::{Language, escpos, receipt, z_report};
use comptoir_domain::entry::EntryHash;
use comptoir_domain::ids::{AttachmentId, TillId};
use comptoir_domain::time::Timestamp;
use rusqlite::Connection;

use crate::core::Core;
use crate::error::TillError;
use crate::feed;
use crate::paper::document_language;
use crate::session::PrinterHealth;
use crate::store::journal;
use crate::store::print_jobs::{self, Ended, Job};
use crate::use_cases::Printing;
use crate::wire::{Code, PrinterState};

mod picking;

/// One job on its way to the printer.
#[derive(Debug)]
pub struct PrintTask {
    till: TillId,
    id: i64,
    opens_drawer: bool,
    printer: Printer,
    bytes: Vec<u8>,
}

/// How a job ended, as the device told it.
#[derive(Debug)]
pub struct PrintAnswer {
    till: TillId,
    id: i64,
    opens_drawer: bool,
    outcome: Result<PrintOutcome, PrinterError>,
}

impl PrintTask {
    /// Talks to the printer. Blocks for as long as the printer takes.
    pub fn run(&self) -> PrintAnswer {
        PrintAnswer {
            till: self.till,
            id: self.id,
            opens_drawer: self.opens_drawer,
            outcome: self.printer.send(&self.bytes),
        }
    }
}

impl PrintAnswer {
    /// Whether the printer took the job, so that the next one can follow at once.
    pub const fn went_well(&self) -> bool {
        matches!(
            self.outcome,
            Ok(PrintOutcome::Confirmed
                | PrintOutcome::Unknown(UnknownReason::OneWay | UnknownReason::NoAnswer))
        )
    }
}

impl Core {
    /// The printer that waiting jobs are for, to ask how it is before one is marked as on its way.
    pub fn printer_in_demand(&self) -> Result<Option<Printer>, TillError> {
        if print_jobs::next(self.connection())?.is_none() {
            return Ok(None);
        }
        Ok(self.printer_settings()?.address().map(Printer::new))
    }

    /// Takes the next job out of the spool and marks it as on its way.
    pub fn next_print(&mut self) -> Result<Option<PrintTask>, TillError> {
        let printing = self.printer_settings()?;
        let Some(address) = printing.address() else {
            return Ok(None);
        };
        let now = self.clock.now();
        while let Some(next) = print_jobs::next(self.connection())? {
            let Some(bytes) = bytes_of(self.connection(), &next.job, &printing, now)? else {
                // Nothing can be made of it, today or tomorrow.
                self.transaction_beside(|tx| {
                    print_jobs::end(tx, next.id, Ended::Dropped, Some("not_printable"), now)
                })?;
                continue;
            };
            self.transaction_beside(|tx| print_jobs::sending(tx, next.id, now))?;
            return Ok(Some(PrintTask {
                till: self.identity.till,
                id: next.id,
                opens_drawer: next.job == Job::Drawer,
                printer: Printer::new(address),
                bytes,
            }));
        }
        Ok(None)
    }

    /// Takes down how a job ended. Says whether the screen changes by it.
    pub fn print_ended(&mut self, answer: &PrintAnswer) -> Result<bool, TillError> {
        if answer.till != self.identity.till {
            // The till turned to practice, or back, while it was printed.
            return Ok(false);
        }
        let now = self.clock.now();
        let (ended, health) = judge(answer);
        let code = match &answer.outcome {
            Ok(outcome) => outcome.code(),
            Err(error) => error.code(),
        };
        let problem = (ended != Ended::Printed).then_some(code);
        self.transaction_beside(|tx| print_jobs::end(tx, answer.id, ended, problem, now))?;
        let changed = ended == Ended::Printed || self.session.printer != Some(health);
        self.session.printer = Some(health);
        Ok(changed)
    }

    /// Takes down that the printer does not take jobs. Says whether that is news.
    pub fn printer_unavailable(&mut self, fault: Option<PrinterFault>) -> bool {
        let health = match fault {
            Some(fault) => health_of(fault),
            None => unreachable_health(),
        };
        let changed = self.session.printer != Some(health);
        self.session.printer = Some(health);
        changed
    }
}

fn judge(answer: &PrintAnswer) -> (Ended, PrinterHealth) {
    let ready = PrinterHealth {
        state: PrinterState::Ready,
        problem: None,
    };
    let not_sent = if answer.opens_drawer {
        Ended::Dropped
    } else {
        Ended::NotSent
    };
    match &answer.outcome {
        // A printer that cannot speak is taken at its silence.
        Ok(PrintOutcome::Confirmed)
        | Ok(PrintOutcome::Unknown(UnknownReason::OneWay | UnknownReason::NoAnswer)) => {
            (Ended::Printed, ready)
        }
        Ok(PrintOutcome::Unknown(UnknownReason::Interrupted)) => {
            (Ended::Unknown, unreachable_health())
        }
        Ok(PrintOutcome::Unknown(UnknownReason::Stopped(fault))) => {
            (Ended::Unknown, health_of(*fault))
        }
        Ok(PrintOutcome::Failed(fault)) => (not_sent, health_of(*fault)),
        Err(_) => (not_sent, unreachable_health()),
    }
}

const fn unreachable_health() -> PrinterHealth {
    PrinterHealth {
        state: PrinterState::Unreachable,
        problem: Some(Code::PrinterUnreachable),
    }
}

const fn health_of(fault: PrinterFault) -> PrinterHealth {
    let (state, code) = match fault {
        PrinterFault::PaperOut => (PrinterState::PaperOut, Code::PrinterOutOfPaper),
        PrinterFault::CoverOpen => (PrinterState::CoverOpen, Code::PrinterCoverOpen),
        PrinterFault::Error | PrinterFault::Offline => (PrinterState::Fault, Code::PrinterFault),
    };
    PrinterHealth {
        state,
        problem: Some(code),
    }
}

/// The bytes of a job; none where nothing can be made of it.
fn bytes_of(
    connection: &Connection,
    job: &Job,
    printing: &Printing,
    now: Timestamp,
) -> Result<Option<Vec<u8>>, TillError> {
    let profile = printing.profile();
    let language = feed::settings(connection)?
        .as_ref()
        .map_or(Language::English, document_language);
    let document = match job {
        Job::Drawer => return Ok(escpos::drawer_kick(&profile)),
        Job::Test => Some(test_slip(language)),
        Job::Receipt { content, copy } => receipt_slip(connection, *content, *copy, language)?,
        Job::ZReport { content, copy, .. } => report_slip(connection, *content, *copy, language)?,
        Job::PickList { slot } => picking::pick_list(connection, *slot, now)?,
        Job::BasketLabel { order } => picking::basket_label(connection, *order, now)?,
        Job::OrderSlip { order } => picking::order_slip(connection, *order, now)?,
    };
    Ok(document.and_then(|document| escpos::render(&document, &profile).ok()))
}

/// A receipt as it goes to paper: with the entry's check for the eye, and the reference by which the
/// entry is found and verified.
fn receipt_slip(
    connection: &Connection,
    id: AttachmentId,
    copy: u32,
    language: Language,
) -> Result<Option<Document>, TillError> {
    let Some((content, hash)) = frozen(connection, id)? else {
        return Ok(None);
    };
    let Ok(mut content) = serde_json::from_str::<ReceiptContent>(&content) else {
        return Ok(None);
    };
    content.reference = reference(&content.number, hash);
    content.signature_extract = Some(hash.extract());
    content.copy = copy;
    Ok(Some(receipt::lay_out(&content, language)))
}

/// What the QR code of a document holds: its number, and the hash of the entry that issued it.
fn reference(number: &str, hash: EntryHash) -> String {
    format!("comptoir:{number}:{hash}")
}

fn report_slip(
    connection: &Connection,
    id: AttachmentId,
    copy: u32,
    language: Language,
) -> Result<Option<Document>, TillError> {
    let Some((content, hash)) = frozen(connection, id)? else {
        return Ok(None);
    };
    let Ok(mut content) = serde_json::from_str::<ZReportContent>(&content) else {
        return Ok(None);
    };
    content.signature_extract = Some(hash.extract());
    content.copy = copy;
    Ok(Some(z_report::lay_out(&content, language)))
}

/// A document as issued, with the hash of its entry.
fn frozen(
    connection: &Connection,
    id: AttachmentId,
) -> Result<Option<(String, EntryHash)>, TillError> {
    let content = journal::attachment_content(connection, id)?;
    let hash = journal::entry_hash_of_attachment(connection, id)?;
    Ok(content.zip(hash))
}

fn test_slip(language: Language) -> Document {
    let text = match language {
        Language::English => "The printer is ready. 0123456789 € é è ç œ",
        Language::French => "L'imprimante est prête. 0123456789 € é è ç œ",
    };
    Document {
        blocks: vec![
            Block::Heading("Comptoir".to_owned()),
            Block::Text {
                text: text.to_owned(),
                style: Style::PLAIN,
                align: Align::Left,
                indent: 0,
            },
        ],
    }
}
