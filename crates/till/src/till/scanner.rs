//! The scanner on a serial port: what it reads is rung up wherever the screen's focus is.

use std::sync::mpsc::{Receiver, channel};
use std::thread::JoinHandle;

use comptoir_devices::SerialScanner;
use comptoir_devices::scanner::{ScannerEvent, ScannerSettings};

use super::{Priority, Till, TillHandle, lock};
use crate::wire::{Code, Scan};

/// Speed at which serial scanners leave the factory.
const BAUD: u32 = 9600;

/// A scanner that is listened to until this is dropped.
#[derive(Debug)]
pub(super) struct Listener {
    scanner: Option<SerialScanner>,
    thread: Option<JoinHandle<()>>,
}

impl Drop for Listener {
    fn drop(&mut self) {
        // The thread ends when the scanner's end of the channel is gone.
        self.scanner.take();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Till {
    /// Listens to the scanner of the settings, or to none.
    pub(super) fn listen_to_scanner(&self) {
        let settings = self.handle.with_core(Priority::Selling, |core| {
            let kept = core.scanner_settings()?;
            Ok(kept.port.map(|path| ScannerSettings {
                path,
                baud: BAUD,
                prefix: kept.prefix.unwrap_or_default(),
            }))
        });
        let mut listener = lock(&self.scanner);
        // The port is free before it is opened again.
        listener.take();
        if let Ok(Some(settings)) = settings {
            *listener = start(self.handle(), settings);
        }
    }
}

fn start(handle: TillHandle, settings: ScannerSettings) -> Option<Listener> {
    let (events, heard) = channel();
    let thread = std::thread::Builder::new()
        .name("till-scanner".to_owned())
        .spawn(move || hear(&handle, &heard))
        .ok()?;
    Some(Listener {
        scanner: Some(SerialScanner::start(settings, events)),
        thread: Some(thread),
    })
}

fn hear(handle: &TillHandle, heard: &Receiver<ScannerEvent>) {
    while let Ok(event) = heard.recv() {
        let view = handle.with_desk(Priority::Selling, move |desk| {
            let core = desk.core()?;
            let view = match event {
                ScannerEvent::Connected => core.scanner_connected(true),
                ScannerEvent::Lost => core.scanner_connected(false),
                ScannerEvent::Rejected(_) => core.scanner_rejected(Code::CodeUnreadable),
                ScannerEvent::Scanned(scanned) => core.scanner_scanned(&Scan {
                    code: scanned.code,
                    symbology: scanned.symbology.map(|aim| format!("]{aim}")),
                    quantity: None,
                    confirmed: false,
                }),
            };
            Ok(view?)
        });
        if let Ok(view) = view {
            handle.tell(view);
        }
    }
}
