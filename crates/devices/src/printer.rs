//! Receipt printers: one job, one write, and an honest answer to "did it print?".
//!
//! Writing to a printer succeeds although nothing prints: it buffers, and prints all of it when the
//! paper is back. So a job is framed by questions. Before it the printer is asked how it is, and a
//! printer that cannot print gets nothing. At its end stands a question that is answered only when
//! everything before it is done. Printers that answer nothing are served all the same; what became
//! of the job is then unknown, and a person decides whether to print again.

mod address;
mod answer;
mod transport;

pub use address::PrinterAddress;

use std::time::{Duration, Instant};

use answer::{Answer, Answers, Health};
use transport::{Port, Sink};

/// `GS r 1`: answered when everything before it has been done.
const ASK_WHEN_DONE: [u8; 3] = [0x1d, b'r', 1];

/// How long the printer is given before it is asked again how it is.
const ASK_AGAIN_AFTER: Duration = Duration::from_secs(1);

/// How long each step may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deadlines {
    /// To find the host, connect or open.
    pub connect: Duration,
    /// For the first answer of a printer that may never give one.
    pub status: Duration,
    /// To hand the whole job over.
    pub write: Duration,
    /// For the answer that the job is done.
    pub confirm: Duration,
}

impl Default for Deadlines {
    fn default() -> Deadlines {
        Deadlines {
            connect: Duration::from_secs(3),
            status: Duration::from_millis(700),
            write: Duration::from_secs(15),
            confirm: Duration::from_secs(30),
        }
    }
}

/// What is known about a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PrintOutcome {
    /// It is on paper (for a plain file: on disk).
    Confirmed,
    /// It was handed over, in part or whole; it may print later. Never send it again unasked.
    Unknown(UnknownReason),
    /// The printer said that it cannot print, and got nothing: sending again is safe.
    Failed(PrinterFault),
}

impl PrintOutcome {
    /// A stable name for what is known.
    pub const fn code(self) -> &'static str {
        match self {
            PrintOutcome::Confirmed => "print_confirmed",
            PrintOutcome::Unknown(reason) => reason.code(),
            PrintOutcome::Failed(fault) => fault.code(),
        }
    }
}

/// Why nobody knows whether a job is on paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnknownReason {
    /// This kind of connection carries no answers.
    OneWay,
    /// The printer does not answer questions, or with bytes that mean nothing.
    NoAnswer,
    /// The connection broke, or took no more bytes, before the job was done.
    Interrupted,
    /// The printer stopped over the job: it goes on when the fault is mended.
    Stopped(PrinterFault),
}

impl UnknownReason {
    pub const fn code(self) -> &'static str {
        match self {
            UnknownReason::OneWay => "print_unknown_one_way",
            UnknownReason::NoAnswer => "print_unknown_no_answer",
            UnknownReason::Interrupted => "print_unknown_interrupted",
            UnknownReason::Stopped(PrinterFault::PaperOut) => "print_stopped_paper_out",
            UnknownReason::Stopped(PrinterFault::CoverOpen) => "print_stopped_cover_open",
            UnknownReason::Stopped(PrinterFault::Error) => "print_stopped_error",
            UnknownReason::Stopped(PrinterFault::Offline) => "print_stopped_offline",
        }
    }
}

/// What a printer says is wrong with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PrinterFault {
    PaperOut,
    CoverOpen,
    /// The cutter jams, the head is too hot.
    Error,
    /// It does not say why.
    Offline,
}

impl PrinterFault {
    pub const fn code(self) -> &'static str {
        match self {
            PrinterFault::PaperOut => "printer_paper_out",
            PrinterFault::CoverOpen => "printer_cover_open",
            PrinterFault::Error => "printer_error",
            PrinterFault::Offline => "printer_offline",
        }
    }
}

/// How a printer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PrinterStatus {
    Ready,
    Faulty(PrinterFault),
    /// It can be reached but does not say.
    Unknown,
}

/// Why the printer could not be reached. Nothing of the job was sent.
#[derive(Debug, thiserror::Error)]
pub enum PrinterError {
    #[error("no address is known for the printer \"{host}\"")]
    HostUnknown { host: String },
    #[error("nothing listens at the printer's address")]
    Refused(#[source] std::io::Error),
    #[error("the printer did not answer in time")]
    TimedOut,
    #[error("the network does not reach the printer")]
    Unreachable(#[source] std::io::Error),
    #[error("the printer's port or file does not exist")]
    NotFound(#[source] std::io::Error),
    #[error("this program may not use the printer's port or file")]
    Forbidden(#[source] std::io::Error),
    #[error("the printer's port is in use")]
    Busy(#[source] std::io::Error),
    #[error("the printer could not be opened")]
    Io(#[source] std::io::Error),
}

impl PrinterError {
    /// A stable name for the error.
    pub const fn code(&self) -> &'static str {
        match self {
            PrinterError::HostUnknown { .. } => "printer_host_unknown",
            PrinterError::Refused(_) => "printer_refused",
            PrinterError::TimedOut => "printer_timed_out",
            PrinterError::Unreachable(_) => "printer_unreachable",
            PrinterError::NotFound(_) => "printer_not_found",
            PrinterError::Forbidden(_) => "printer_forbidden",
            PrinterError::Busy(_) => "printer_busy",
            PrinterError::Io(_) => "printer_io",
        }
    }
}

/// A printer at an address. It is opened for each job and closed after it: network printers serve
/// one client at a time, and another till may wait.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Printer {
    address: PrinterAddress,
    deadlines: Deadlines,
}

impl Printer {
    pub fn new(address: PrinterAddress) -> Printer {
        Printer::with_deadlines(address, Deadlines::default())
    }

    pub fn with_deadlines(address: PrinterAddress, deadlines: Deadlines) -> Printer {
        Printer { address, deadlines }
    }

    pub fn address(&self) -> &PrinterAddress {
        &self.address
    }

    /// Sends one job in one write and says what became of it. Blocks, for the sum of the deadlines
    /// at most.
    ///
    /// # Errors
    /// The printer could not be reached; nothing was sent.
    pub fn send(&self, job: &[u8]) -> Result<PrintOutcome, PrinterError> {
        match transport::open(&self.address, &self.deadlines)? {
            Sink::TwoWay(port) => Ok(Conversation::new(port, self.deadlines).print(job)),
            Sink::Device(device) => Ok(device.print(job.to_vec(), self.deadlines.write)),
            Sink::PlainFile(file) => Ok(transport::append(file, job)),
        }
    }

    /// Asks the printer how it is, and prints nothing.
    ///
    /// # Errors
    /// The printer could not be reached.
    pub fn status(&self) -> Result<PrinterStatus, PrinterError> {
        match transport::open(&self.address, &self.deadlines)? {
            Sink::TwoWay(port) => Ok(Conversation::new(port, self.deadlines).status()),
            Sink::Device(_) | Sink::PlainFile(_) => Ok(PrinterStatus::Unknown),
        }
    }
}

/// One job's questions and answers.
struct Conversation {
    port: Box<dyn Port>,
    deadlines: Deadlines,
    answers: Answers,
    /// The answer to [`ASK_WHEN_DONE`], whenever it came: whether the paper has ended meanwhile.
    done: Option<bool>,
}

impl Conversation {
    fn new(port: Box<dyn Port>, deadlines: Deadlines) -> Conversation {
        Conversation {
            port,
            deadlines,
            answers: Answers::default(),
            done: None,
        }
    }

    fn print(mut self, job: &[u8]) -> PrintOutcome {
        let status = self.status();
        if let PrinterStatus::Faulty(fault) = status {
            return PrintOutcome::Failed(fault);
        }
        let speaks = status == PrinterStatus::Ready;
        let mut bytes = job.to_vec();
        if speaks {
            bytes.extend(ASK_WHEN_DONE);
        }
        if self.port.write(&bytes, self.deadlines.write).is_err() {
            return PrintOutcome::Unknown(UnknownReason::Interrupted);
        }
        if speaks {
            self.done = None;
            self.confirmation()
        } else {
            self.port.drain();
            PrintOutcome::Unknown(UnknownReason::NoAnswer)
        }
    }

    /// The printer's own word on how it is; unknown where it does not speak, or talks nonsense.
    fn status(&mut self) -> PrinterStatus {
        let Some(first) = self.ask(1) else {
            return PrinterStatus::Unknown;
        };
        let paper = self.ask(4).unwrap_or_default();
        if !Health::is_offline(first) && !Health::is_out_of_paper(paper) {
            return PrinterStatus::Ready;
        }
        let cause = self.ask(2).unwrap_or_default();
        PrinterStatus::Faulty(Health::fault(cause, paper))
    }

    /// `DLE EOT n` and its answer.
    fn ask(&mut self, kind: u8) -> Option<u8> {
        let deadline = Instant::now() + self.deadlines.status;
        self.port
            .write(&[0x10, 0x04, kind], self.deadlines.status)
            .ok()?;
        loop {
            match self.next_answer(deadline)? {
                Answer::RealTime(byte) => return Some(byte),
                Answer::Nonsense => return None,
                Answer::Done { out_of_paper } => self.done = Some(out_of_paper),
                Answer::Unasked { .. } => {}
            }
        }
    }

    /// The next answer before the deadline; `None` at the deadline and when the line is dead.
    fn next_answer(&mut self, deadline: Instant) -> Option<Answer> {
        loop {
            if let Some(answer) = self.answers.next() {
                return Some(answer);
            }
            let left = deadline.checked_duration_since(Instant::now())?;
            let bytes = self.port.read(left).ok()?;
            self.answers.extend(&bytes);
        }
    }

    /// Waits for the answer at the end of the job, and asks now and then why it does not come.
    fn confirmation(&mut self) -> PrintOutcome {
        let deadline = Instant::now() + self.deadlines.confirm;
        while Instant::now() < deadline {
            let pause = deadline.min(Instant::now() + ASK_AGAIN_AFTER);
            match self.next_answer(pause) {
                Some(Answer::Done { out_of_paper }) => self.done = Some(out_of_paper),
                Some(Answer::Unasked { fault: Some(fault) }) => return stopped(fault),
                Some(Answer::Nonsense) => return PrintOutcome::Unknown(UnknownReason::NoAnswer),
                Some(Answer::Unasked { fault: None } | Answer::RealTime(_)) => {}
                None if self.port.is_closed() => {
                    return PrintOutcome::Unknown(UnknownReason::Interrupted);
                }
                None => {
                    let status = self.status();
                    if let (None, PrinterStatus::Faulty(fault)) = (self.done, status) {
                        return stopped(fault);
                    }
                }
            }
            match self.done {
                Some(false) => return PrintOutcome::Confirmed,
                Some(true) => return stopped(PrinterFault::PaperOut),
                None => {}
            }
        }
        PrintOutcome::Unknown(UnknownReason::NoAnswer)
    }
}

fn stopped(fault: PrinterFault) -> PrintOutcome {
    PrintOutcome::Unknown(UnknownReason::Stopped(fault))
}
