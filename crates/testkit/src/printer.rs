//! A receipt printer on a TCP port, as a till finds one in a shop: it answers status queries, keeps
//! what it printed, and fails in the ways that printers fail.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crate::escpos::{Command, Parsed, Parser};

/// How long the emulator sleeps between two looks at its socket and its switches.
const TICK: Duration = Duration::from_millis(5);

/// How long [`PrinterEmulator::wait_for_jobs`] waits before it gives up.
const PATIENCE: Duration = Duration::from_secs(20);

/// What is wrong with the printer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Fault {
    #[default]
    None,
    /// Switched off: connections are refused.
    Off,
    /// Takes bytes and prints them when the paper is back.
    PaperOut,
    /// The paper ends after so many bytes of a job.
    PaperOutAfter(usize),
    CoverOpen,
    /// Prints, but answers nothing: a cheap printer, or a print server in between.
    Mute,
    /// Takes no more bytes after so many, and answers nothing.
    StallAfter(usize),
    /// Prints, and answers each query with bytes that mean nothing.
    Garbage,
    /// Closes the connection after so many bytes.
    CutAfter(usize),
}

/// A printer that listens on this machine until it is dropped.
#[derive(Debug)]
pub struct PrinterEmulator {
    address: SocketAddr,
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Debug, Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    fault: Fault,
    /// Whether nobody can connect.
    deaf: bool,
    stop: bool,
    jobs: Vec<Vec<u8>>,
    /// Jobs that wait for paper.
    backlog: Vec<Vec<u8>>,
    connections: usize,
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set_deaf(&self, deaf: bool) {
        let mut state = self.state();
        if state.deaf != deaf {
            state.deaf = deaf;
            self.changed.notify_all();
        }
    }
}

impl PrinterEmulator {
    /// A printer on a free port of this machine.
    pub fn start() -> std::io::Result<PrinterEmulator> {
        PrinterEmulator::start_on(0)
    }

    /// A printer on a given port of this machine; 0 takes a free one.
    pub fn start_on(port: u16) -> std::io::Result<PrinterEmulator> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared::default());
        let for_thread = Arc::clone(&shared);
        let thread = std::thread::spawn(move || run(listener, address, &for_thread));
        Ok(PrinterEmulator {
            address,
            shared,
            thread: Some(thread),
        })
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Breaks or mends the printer, and returns once it is so. Mending it prints what waited, all of it,
    /// as real ones do.
    pub fn set_fault(&self, fault: Fault) {
        let mut state = self.shared.state();
        state.fault = fault;
        if fault == Fault::None {
            let waiting = std::mem::take(&mut state.backlog);
            state.jobs.extend(waiting);
        }
        self.shared.changed.notify_all();
        let deaf = fault == Fault::Off;
        let turning = |state: &mut State| state.deaf != deaf;
        let turned = self
            .shared
            .changed
            .wait_timeout_while(state, PATIENCE, turning);
        drop(turned.unwrap_or_else(PoisonError::into_inner));
    }

    /// The jobs printed up to now, status queries left out.
    pub fn jobs(&self) -> Vec<Vec<u8>> {
        self.shared.state().jobs.clone()
    }

    /// How many connections were taken.
    pub fn connections(&self) -> usize {
        self.shared.state().connections
    }

    /// The jobs once there are `count` of them, or fewer when none came for twenty seconds.
    pub fn wait_for_jobs(&self, count: usize) -> Vec<Vec<u8>> {
        let deadline = Instant::now() + PATIENCE;
        let mut state = self.shared.state();
        while state.jobs.len() < count {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break;
            }
            let waited = self.shared.changed.wait_timeout(state, left);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        state.jobs.clone()
    }
}

impl Drop for PrinterEmulator {
    fn drop(&mut self) {
        self.shared.state().stop = true;
        self.shared.changed.notify_all();
        if let Some(thread) = self.thread.take() {
            // A panic in the emulator has been reported by its own thread.
            let _ = thread.join();
        }
    }
}

fn run(listener: TcpListener, address: SocketAddr, shared: &Shared) {
    let mut listener = Some(listener);
    loop {
        let (stop, fault) = {
            let state = shared.state();
            (state.stop, state.fault)
        };
        if stop {
            return;
        }
        if fault == Fault::Off {
            listener = None;
        } else if listener.is_none() {
            listener = listen_again(address);
        }
        shared.set_deaf(listener.is_none());
        match listener.as_ref().map(TcpListener::accept) {
            Some(Ok((stream, _))) => {
                shared.state().connections += 1;
                Connection::new(stream, shared).serve();
            }
            _ => std::thread::sleep(TICK),
        }
    }
}

fn listen_again(address: SocketAddr) -> Option<TcpListener> {
    let listener = TcpListener::bind(address).ok()?;
    listener.set_nonblocking(true).ok()?;
    Some(listener)
}

/// One till's connection: like real printers, the emulator serves one at a time.
struct Connection<'a> {
    stream: TcpStream,
    shared: &'a Shared,
    parser: Parser,
    received: usize,
    printed: Vec<u8>,
    waiting: Vec<Parsed>,
    auto_status: Option<[u8; 4]>,
}

impl<'a> Connection<'a> {
    fn new(stream: TcpStream, shared: &'a Shared) -> Connection<'a> {
        Connection {
            stream,
            shared,
            parser: Parser::default(),
            received: 0,
            printed: Vec::new(),
            waiting: Vec::new(),
            auto_status: None,
        }
    }

    fn serve(mut self) {
        // Not every system hands the listener's mode down to its connections.
        let ready = self.stream.set_nonblocking(false).is_ok()
            && self.stream.set_read_timeout(Some(TICK)).is_ok();
        while ready && self.turn().is_some() {}
        self.end();
    }

    fn fault(&self) -> Fault {
        self.shared.state().fault
    }

    /// One look at the socket; `None` ends the connection.
    fn turn(&mut self) -> Option<()> {
        if self.shared.state().stop {
            return None;
        }
        let fault = self.fault();
        let room = match fault {
            Fault::Off => return None,
            Fault::StallAfter(bytes) if self.received >= bytes => {
                std::thread::sleep(TICK);
                return Some(());
            }
            Fault::CutAfter(bytes) if self.received >= bytes => return None,
            Fault::StallAfter(bytes) | Fault::CutAfter(bytes) => bytes - self.received,
            _ => usize::MAX,
        };
        self.push_auto_status()?;
        self.print_waiting()?;
        let mut buffer = [0; 4096];
        let room = room.min(buffer.len());
        match self.stream.read(&mut buffer[..room]) {
            Ok(0) => None,
            Ok(length) => self.take(&buffer[..length]),
            Err(error) => matches!(
                error.kind(),
                std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut
            )
            .then_some(()),
        }
    }

    fn take(&mut self, bytes: &[u8]) -> Option<()> {
        self.received += bytes.len();
        for parsed in self.parser.feed(bytes) {
            match parsed.command {
                Command::RealTimeStatus(kind) => self.answer(&[self.real_time(kind)])?,
                Command::AutoStatus(kinds) => {
                    self.auto_status = (kinds != 0).then_some([0xff; 4]);
                }
                _ => self.waiting.push(parsed),
            }
        }
        self.print_waiting()
    }

    /// Prints as long as nothing is in the way.
    fn print_waiting(&mut self) -> Option<()> {
        let mut waiting = std::mem::take(&mut self.waiting).into_iter();
        while !self.is_halted() {
            let Some(parsed) = waiting.next() else { break };
            match parsed.command {
                Command::QueuedStatus(_) => self.answer(&[0])?,
                _ => self.printed.extend(parsed.bytes),
            }
        }
        self.waiting = waiting.collect();
        Some(())
    }

    fn is_halted(&self) -> bool {
        match self.fault() {
            Fault::PaperOut | Fault::CoverOpen => true,
            Fault::PaperOutAfter(bytes) => self.printed.len() >= bytes,
            _ => false,
        }
    }

    fn answer(&mut self, bytes: &[u8]) -> Option<()> {
        let written = match self.fault() {
            Fault::Mute | Fault::StallAfter(_) => Ok(()),
            Fault::Garbage => self
                .stream
                .write_all(b"HTTP/1.1 400 Bad Request\r\n\xff\x00\x12"),
            _ => self.stream.write_all(bytes),
        };
        written.ok()
    }

    fn real_time(&self, kind: u8) -> u8 {
        let halted = self.is_halted();
        let cover = self.fault() == Fault::CoverOpen;
        let bits = match kind {
            1 if halted => 0x08,
            2 if cover => 0x04,
            2 if halted => 0x20,
            4 if halted && !cover => 0x60,
            _ => 0,
        };
        0x12 | bits
    }

    /// Where the till asked for it, each change is told unasked.
    fn push_auto_status(&mut self) -> Option<()> {
        let halted = self.is_halted();
        let cover = self.fault() == Fault::CoverOpen;
        let status = match (halted, cover) {
            (true, true) => [0x10 | 0x08 | 0x20, 0, 0, 0],
            (true, false) => [0x10 | 0x08, 0, 0x0c, 0],
            _ => [0x10, 0, 0, 0],
        };
        if self.auto_status.is_some_and(|last| last != status) {
            self.auto_status = Some(status);
            self.answer(&status)?;
        }
        Some(())
    }

    fn end(self) {
        let left: Vec<u8> = self
            .waiting
            .iter()
            .filter(|parsed| !matches!(parsed.command, Command::QueuedStatus(_)))
            .flat_map(|parsed| parsed.bytes.clone())
            .collect();
        let waits = !left.is_empty() && self.is_halted();
        let job = [self.printed, left].concat();
        let mut state = self.shared.state();
        if waits {
            // What was begun is finished when the paper is back: one job, not two.
            state.backlog.push(job);
        } else if !job.is_empty() {
            state.jobs.push(job);
        }
        self.shared.changed.notify_all();
    }
}
