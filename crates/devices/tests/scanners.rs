//! Scanning over a pseudo-terminal, with a scanner that is pulled out and put back.
#![allow(clippy::unwrap_used, reason = "a test fails by it")]
#![cfg(unix)]

use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use comptoir_devices::scanner::{Scanned, ScannerEvent, ScannerSettings, SerialScanner};
use comptoir_testkit::ScannerEmulator;

fn listen(path: &std::path::Path) -> (SerialScanner, Receiver<ScannerEvent>) {
    let (sender, events) = channel();
    let settings = ScannerSettings {
        path: path.display().to_string(),
        baud: 9600,
        prefix: String::new(),
    };
    (SerialScanner::start(settings, sender), events)
}

/// The next event; a test that waits for one that never comes fails after twenty seconds.
fn next(events: &Receiver<ScannerEvent>) -> ScannerEvent {
    events.recv_timeout(Duration::from_secs(20)).unwrap()
}

fn scanned(code: &str, symbology: Option<&str>) -> ScannerEvent {
    ScannerEvent::Scanned(Scanned {
        code: code.to_owned(),
        symbology: symbology.map(str::to_owned),
    })
}

#[test]
fn fast_scans_arrive_one_by_one_and_in_order() {
    let mut emulator = ScannerEmulator::plug_in().unwrap().with_suffix(b"\r\n");
    let (scanner, events) = listen(emulator.path());
    assert_eq!(next(&events), ScannerEvent::Connected);
    let codes: Vec<String> = (0..50).map(|n| format!("20000000{n:05}")).collect();
    for code in &codes {
        emulator.scan(code).unwrap();
    }
    for code in &codes {
        assert_eq!(next(&events), scanned(code, None));
    }
    scanner.stop();
    assert!(events.try_recv().is_err());
}

#[test]
fn a_scanner_without_suffix_is_understood_by_its_silence() {
    let mut emulator = ScannerEmulator::plug_in().unwrap().with_suffix(b"");
    let (_scanner, events) = listen(emulator.path());
    assert_eq!(next(&events), ScannerEvent::Connected);
    emulator.scan("]E03270190207924").unwrap();
    assert_eq!(next(&events), scanned("3270190207924", Some("E0")));
}

#[test]
fn a_scanner_that_is_pulled_out_is_found_again() {
    let folder = tempfile::tempdir().unwrap();
    let link = folder.path().join("scanner");
    let (_scanner, events) = listen(&link);
    assert_eq!(next(&events), ScannerEvent::Lost);
    let mut emulator = ScannerEmulator::plug_in_as(&link).unwrap();
    assert_eq!(next(&events), ScannerEvent::Connected);
    emulator.send(b"32701").unwrap();
    drop(emulator);
    // What was begun may end by the silence before the port is seen to be gone.
    let lost = next(&events);
    if lost != ScannerEvent::Lost {
        assert_eq!(lost, scanned("32701", None));
        assert_eq!(next(&events), ScannerEvent::Lost);
    }
    let mut emulator = ScannerEmulator::plug_in_as(&link).unwrap();
    assert_eq!(next(&events), ScannerEvent::Connected);
    emulator.scan("3270190207924").unwrap();
    assert_eq!(next(&events), scanned("3270190207924", None));
}
