//! A scanner on a serial port, on a thread of its own, for as long as the till runs.

use std::io::ErrorKind;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serialport::SerialPort;

use super::framer::{ScanError, ScanFramer, Scanned};

/// How long a scanner pauses at most inside a code; a longer pause ends it.
const SILENCE: Duration = Duration::from_millis(50);

/// How often a scanner that is not there is looked for.
const LOOK_AGAIN: Duration = Duration::from_millis(500);

/// How a scanner is connected, as the settings keep it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScannerSettings {
    /// The serial port: `/dev/ttyACM0`, `COM3`, or a name that survives replugging.
    pub path: String,
    #[serde(default = "usual_baud")]
    pub baud: u32,
    /// What the scanner puts before each code besides the AIM identifier.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub prefix: String,
}

fn usual_baud() -> u32 {
    9600
}

/// What comes from a scanner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ScannerEvent {
    /// The port is open.
    Connected,
    /// The port cannot be opened, or the scanner was unplugged. It is looked for until it is back;
    /// the event comes once.
    Lost,
    Scanned(Scanned),
    /// Something was scanned that cannot be used.
    Rejected(ScanError),
}

/// A scanner that is listened to until this handle is dropped or [`SerialScanner::stop`] is called.
#[derive(Debug)]
pub struct SerialScanner {
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl SerialScanner {
    /// Starts to listen. The port need not be there yet. Events go to `events`; when its other end
    /// is dropped the thread ends by itself.
    pub fn start(settings: ScannerSettings, events: Sender<ScannerEvent>) -> SerialScanner {
        let (stop, stopped) = channel();
        let listener = Listener {
            framer: ScanFramer::new(settings.prefix.as_bytes()),
            settings,
            events,
            stopped,
            is_lost: false,
        };
        SerialScanner {
            stop: Some(stop),
            thread: Some(std::thread::spawn(move || listener.run())),
        }
    }

    /// Stops and waits until the port is free.
    pub fn stop(mut self) {
        self.end();
    }

    fn end(&mut self) {
        // The thread takes the closed channel for the sign to stop.
        self.stop = None;
        if let Some(thread) = self.thread.take() {
            // A panic there has been reported by the thread itself.
            let _ = thread.join();
        }
    }
}

impl Drop for SerialScanner {
    fn drop(&mut self) {
        self.end();
    }
}

/// The till no longer listens, or asked to stop.
struct Stopped;

struct Listener {
    settings: ScannerSettings,
    framer: ScanFramer,
    events: Sender<ScannerEvent>,
    stopped: Receiver<()>,
    is_lost: bool,
}

impl Listener {
    fn run(mut self) {
        while self.listen_once().is_ok() {}
    }

    /// Opens the port and reads until the scanner is gone.
    fn listen_once(&mut self) -> Result<(), Stopped> {
        match self.open() {
            Ok(mut port) => {
                self.is_lost = false;
                self.tell(ScannerEvent::Connected)?;
                self.read(port.as_mut())?;
                self.framer.reset();
            }
            Err(error) => {
                tracing::debug!(path = %self.settings.path, %error, "the scanner's port did not open");
            }
        }
        if !self.is_lost {
            self.is_lost = true;
            self.tell(ScannerEvent::Lost)?;
        }
        self.pause(LOOK_AGAIN)
    }

    fn open(&self) -> serialport::Result<Box<dyn SerialPort>> {
        serialport::new(&self.settings.path, self.settings.baud)
            .timeout(SILENCE)
            .open()
    }

    fn read(&mut self, port: &mut dyn SerialPort) -> Result<(), Stopped> {
        let mut buffer = [0; 512];
        loop {
            match port.read(&mut buffer) {
                Ok(0) => return Ok(()),
                Ok(length) => {
                    for scan in self.framer.push(&buffer[..length]) {
                        self.tell_scan(scan)?;
                    }
                }
                Err(error) if error.kind() == ErrorKind::TimedOut => {
                    if let Some(scan) = self.framer.silence() {
                        self.tell_scan(scan)?;
                    }
                    self.pause(Duration::ZERO)?;
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(_) => return Ok(()),
            }
        }
    }

    fn tell_scan(&self, scan: Result<Scanned, ScanError>) -> Result<(), Stopped> {
        self.tell(match scan {
            Ok(scanned) => ScannerEvent::Scanned(scanned),
            Err(error) => ScannerEvent::Rejected(error),
        })
    }

    fn tell(&self, event: ScannerEvent) -> Result<(), Stopped> {
        self.events.send(event).map_err(|_| Stopped)
    }

    /// Waits, unless the till asks to stop.
    fn pause(&self, time: Duration) -> Result<(), Stopped> {
        match self.stopped.recv_timeout(time) {
            Err(RecvTimeoutError::Timeout) => Ok(()),
            Ok(()) | Err(RecvTimeoutError::Disconnected) => Err(Stopped),
        }
    }
}
