//! The ways to a printer, each with a deadline on every step.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream, ToSocketAddrs};
use std::path::Path;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use serialport::SerialPort;

use super::{Deadlines, PrintOutcome, PrinterAddress, PrinterError, UnknownReason};

/// A way that is open.
pub(super) enum Sink {
    TwoWay(Box<dyn Port>),
    Device(Device),
    PlainFile(File),
}

/// A line that carries answers.
pub(super) trait Port {
    /// Hands all bytes over before the time is up.
    fn write(&mut self, bytes: &[u8], within: Duration) -> std::io::Result<()>;

    /// Some bytes, or none at the end of the time. An error means that the line is dead.
    fn read(&mut self, within: Duration) -> std::io::Result<Vec<u8>>;

    /// Whether the other side is gone.
    fn is_closed(&self) -> bool;

    /// Ends the sending side and waits until the other side has taken everything, as far as the
    /// line can tell: closing with unread answers would throw bytes away that are under way.
    fn drain(&mut self);
}

pub(super) fn open(address: &PrinterAddress, deadlines: &Deadlines) -> Result<Sink, PrinterError> {
    match address {
        PrinterAddress::Network { host, port } => {
            let port = NetworkPort::connect(host, *port, deadlines)?;
            Ok(Sink::TwoWay(Box::new(port)))
        }
        PrinterAddress::Serial { path, baud } => {
            let opened = serialport::new(path, *baud)
                .timeout(deadlines.status)
                .open();
            let port = opened.map_err(|error| classified(error.into()))?;
            Ok(Sink::TwoWay(Box::new(Serial {
                port,
                closed: false,
            })))
        }
        PrinterAddress::Device { path } => Device::open(path, deadlines.connect).map(Sink::Device),
        PrinterAddress::File { path } => {
            let file = OpenOptions::new().create(true).append(true).open(path);
            let file = file.and_then(|file| match file.metadata()?.is_file() {
                true => Ok(file),
                false => Err(not_that_kind("a plain file")),
            });
            file.map(Sink::PlainFile).map_err(classified)
        }
    }
}

fn classified(error: std::io::Error) -> PrinterError {
    match error.kind() {
        ErrorKind::ConnectionRefused => PrinterError::Refused(error),
        ErrorKind::TimedOut | ErrorKind::WouldBlock => PrinterError::TimedOut,
        ErrorKind::HostUnreachable | ErrorKind::NetworkUnreachable | ErrorKind::NetworkDown => {
            PrinterError::Unreachable(error)
        }
        ErrorKind::NotFound => PrinterError::NotFound(error),
        ErrorKind::PermissionDenied => PrinterError::Forbidden(error),
        ErrorKind::ResourceBusy => PrinterError::Busy(error),
        _ => PrinterError::Io(error),
    }
}

struct NetworkPort {
    stream: TcpStream,
    closed: bool,
}

impl NetworkPort {
    fn connect(host: &str, port: u16, deadlines: &Deadlines) -> Result<NetworkPort, PrinterError> {
        let deadline = Instant::now() + deadlines.connect;
        let mut last = PrinterError::HostUnknown {
            host: host.to_owned(),
        };
        for address in addresses(host, port, deadlines.connect)? {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(PrinterError::TimedOut);
            }
            match TcpStream::connect_timeout(&address, left) {
                Ok(stream) => {
                    stream.set_nodelay(true).map_err(PrinterError::Io)?;
                    return Ok(NetworkPort {
                        stream,
                        closed: false,
                    });
                }
                Err(error) => last = classified(error),
            }
        }
        Err(last)
    }
}

/// The addresses of a host. Asking the network for a name cannot be given up half-way, so it
/// happens on a thread that is left behind when it takes too long.
fn addresses(host: &str, port: u16, within: Duration) -> Result<Vec<SocketAddr>, PrinterError> {
    let unknown = || PrinterError::HostUnknown {
        host: host.to_owned(),
    };
    let (sender, receiver) = mpsc::channel();
    let target = (host.to_owned(), port);
    std::thread::spawn(move || {
        let found = target.to_socket_addrs().map(Iterator::collect);
        // Nobody listens any more when it took too long.
        let _ = sender.send(found);
    });
    match receiver.recv_timeout(within) {
        Ok(Ok(addresses)) => Ok(addresses),
        Ok(Err(_)) => Err(unknown()),
        Err(_) => Err(PrinterError::TimedOut),
    }
}

impl Port for NetworkPort {
    fn write(&mut self, bytes: &[u8], within: Duration) -> std::io::Result<()> {
        let deadline = Instant::now() + within;
        let mut left = bytes;
        while !left.is_empty() {
            let time = deadline.saturating_duration_since(Instant::now());
            if time.is_zero() {
                return Err(ErrorKind::TimedOut.into());
            }
            self.stream.set_write_timeout(Some(time))?;
            match self.stream.write(left) {
                Ok(0) => return Err(ErrorKind::WriteZero.into()),
                Ok(written) => left = &left[written..],
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    fn read(&mut self, within: Duration) -> std::io::Result<Vec<u8>> {
        let within = within.max(Duration::from_millis(1));
        self.stream.set_read_timeout(Some(within))?;
        let mut buffer = [0; 64];
        match self.stream.read(&mut buffer) {
            Ok(0) => {
                self.closed = true;
                Err(ErrorKind::UnexpectedEof.into())
            }
            Ok(length) => Ok(buffer[..length].to_vec()),
            Err(error) if is_silence(&error) => Ok(Vec::new()),
            Err(error) => {
                self.closed = true;
                Err(error)
            }
        }
    }

    fn is_closed(&self) -> bool {
        self.closed
    }

    fn drain(&mut self) {
        if self.stream.shutdown(std::net::Shutdown::Write).is_err() {
            return;
        }
        let deadline = Instant::now() + Duration::from_secs(2);
        while Instant::now() < deadline && self.read(Duration::from_millis(200)).is_ok() {}
    }
}

fn is_silence(error: &std::io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::WouldBlock | ErrorKind::TimedOut | ErrorKind::Interrupted
    )
}

struct Serial {
    port: Box<dyn SerialPort>,
    closed: bool,
}

impl Port for Serial {
    fn write(&mut self, bytes: &[u8], within: Duration) -> std::io::Result<()> {
        self.port.set_timeout(within)?;
        self.port.write_all(bytes)
    }

    fn read(&mut self, within: Duration) -> std::io::Result<Vec<u8>> {
        self.port
            .set_timeout(within.max(Duration::from_millis(1)))?;
        let mut buffer = [0; 64];
        match self.port.read(&mut buffer) {
            Ok(length) => Ok(buffer[..length].to_vec()),
            Err(error) if is_silence(&error) => Ok(Vec::new()),
            Err(error) => {
                self.closed = true;
                Err(error)
            }
        }
    }

    fn is_closed(&self) -> bool {
        self.closed
    }

    fn drain(&mut self) {
        // Waits until the bytes have left this machine; a serial line knows no more.
        if self.port.flush().is_err() {
            self.closed = true;
        }
    }
}

/// A device file: its driver blocks as long as it likes, so it gets a thread.
pub(super) struct Device {
    file: File,
}

impl Device {
    fn open(path: &Path, within: Duration) -> Result<Device, PrinterError> {
        let path = path.to_owned();
        let opened = on_a_thread(within, move || {
            let file = OpenOptions::new().write(true).open(path)?;
            if is_device(&file)? {
                Ok(file)
            } else {
                Err(not_that_kind("a device"))
            }
        });
        match opened {
            Some(Ok(file)) => Ok(Device { file }),
            Some(Err(error)) => Err(classified(error)),
            None => Err(PrinterError::TimedOut),
        }
    }

    pub(super) fn print(mut self, job: Vec<u8>, within: Duration) -> PrintOutcome {
        let written = on_a_thread(within, move || self.file.write_all(&job));
        match written {
            Some(Ok(())) => PrintOutcome::Unknown(UnknownReason::OneWay),
            Some(Err(_)) | None => PrintOutcome::Unknown(UnknownReason::Interrupted),
        }
    }
}

/// A printer's device file is written to at once; a plain file would be overwritten.
#[cfg(unix)]
fn is_device(file: &File) -> std::io::Result<bool> {
    use std::os::unix::fs::FileTypeExt;
    Ok(file.metadata()?.file_type().is_char_device())
}

#[cfg(not(unix))]
fn is_device(file: &File) -> std::io::Result<bool> {
    Ok(!file.metadata()?.is_file())
}

fn not_that_kind(wanted: &str) -> std::io::Error {
    std::io::Error::new(
        ErrorKind::NotFound,
        format!("what is there is not {wanted}"),
    )
}

/// What `work` returns, or `None` when it takes too long; the thread then ends when it can.
fn on_a_thread<T: Send + 'static>(
    within: Duration,
    work: impl FnOnce() -> T + Send + 'static,
) -> Option<T> {
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        // Nobody listens any more when it took too long.
        let _ = sender.send(work());
    });
    receiver.recv_timeout(within).ok()
}

/// Puts a job at the end of a plain file and on the disk.
pub(super) fn append(mut file: File, job: &[u8]) -> PrintOutcome {
    match file.write_all(job).and_then(|()| file.sync_data()) {
        Ok(()) => PrintOutcome::Confirmed,
        Err(_) => PrintOutcome::Unknown(UnknownReason::Interrupted),
    }
}
