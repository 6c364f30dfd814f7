//! Printing to a printer that really listens, and really fails.
#![allow(clippy::unwrap_used, reason = "a test fails by it")]

use std::io::{Read, Write};
use std::time::Duration;

use comptoir_devices::printer::{
    Deadlines, PrintOutcome, Printer, PrinterAddress, PrinterError, PrinterFault, PrinterStatus,
    UnknownReason,
};
use comptoir_testkit::{Fault, PrinterEmulator};

const JOB: &[u8] = b"\x1b@\x1bt\x13Une ligne\n\x1dVB\x00";

/// Long enough for a slow machine to answer, short enough for a test that waits for silence.
fn deadlines() -> Deadlines {
    Deadlines {
        connect: Duration::from_secs(10),
        status: Duration::from_secs(10),
        write: Duration::from_secs(10),
        confirm: Duration::from_secs(20),
    }
}

/// For tests where silence is what is expected.
fn impatient() -> Deadlines {
    Deadlines {
        status: Duration::from_millis(150),
        write: Duration::from_millis(500),
        confirm: Duration::from_millis(300),
        ..deadlines()
    }
}

fn printer(emulator: &PrinterEmulator, deadlines: Deadlines) -> Printer {
    let address = PrinterAddress::Network {
        host: "localhost".to_owned(),
        port: emulator.address().port(),
    };
    Printer::with_deadlines(address, deadlines)
}

#[test]
fn a_job_is_confirmed_and_arrives_as_it_was_sent() {
    let emulator = PrinterEmulator::start().unwrap();
    let printer = printer(&emulator, deadlines());
    assert_eq!(printer.send(JOB).unwrap(), PrintOutcome::Confirmed);
    assert_eq!(
        printer.send(b"\x1bp\0\x32\xfa").unwrap(),
        PrintOutcome::Confirmed
    );
    assert_eq!(emulator.wait_for_jobs(2), [JOB, b"\x1bp\0\x32\xfa"]);
}

#[test]
fn a_printer_that_says_it_cannot_print_gets_nothing() {
    let emulator = PrinterEmulator::start().unwrap();
    let printer = printer(&emulator, deadlines());
    for (fault, reason) in [
        (Fault::PaperOut, PrinterFault::PaperOut),
        (Fault::CoverOpen, PrinterFault::CoverOpen),
    ] {
        emulator.set_fault(fault);
        assert_eq!(printer.send(JOB).unwrap(), PrintOutcome::Failed(reason));
        assert_eq!(printer.status().unwrap(), PrinterStatus::Faulty(reason));
    }
    emulator.set_fault(Fault::None);
    assert_eq!(printer.status().unwrap(), PrinterStatus::Ready);
    assert_eq!(printer.send(JOB).unwrap(), PrintOutcome::Confirmed);
    assert_eq!(emulator.wait_for_jobs(1), [JOB]);
}

#[test]
fn paper_that_ends_inside_a_job_is_told_and_the_rest_prints_later() {
    let emulator = PrinterEmulator::start().unwrap();
    emulator.set_fault(Fault::PaperOutAfter(5));
    let outcome = printer(&emulator, deadlines()).send(JOB).unwrap();
    assert_eq!(
        outcome,
        PrintOutcome::Unknown(UnknownReason::Stopped(PrinterFault::PaperOut))
    );
    assert_eq!(outcome.code(), "print_stopped_paper_out");
    emulator.set_fault(Fault::None);
    assert_eq!(emulator.wait_for_jobs(1), [JOB]);
}

#[test]
fn printers_that_answer_nothing_or_nonsense_still_print() {
    for fault in [Fault::Mute, Fault::Garbage] {
        let emulator = PrinterEmulator::start().unwrap();
        emulator.set_fault(fault);
        let outcome = printer(&emulator, impatient()).send(JOB).unwrap();
        assert_eq!(
            outcome,
            PrintOutcome::Unknown(UnknownReason::NoAnswer),
            "{fault:?}"
        );
        assert_eq!(emulator.wait_for_jobs(1), [JOB], "{fault:?}");
    }
}

#[test]
fn a_connection_that_breaks_inside_a_job_leaves_it_unknown() {
    let emulator = PrinterEmulator::start().unwrap();
    // The two status questions take six bytes.
    emulator.set_fault(Fault::CutAfter(6 + 4));
    let outcome = printer(&emulator, deadlines()).send(JOB).unwrap();
    assert_eq!(outcome, PrintOutcome::Unknown(UnknownReason::Interrupted));
}

#[test]
fn a_printer_that_stalls_is_given_up() {
    let emulator = PrinterEmulator::start().unwrap();
    emulator.set_fault(Fault::StallAfter(8));
    // More than the buffers between us hold.
    let job = vec![b'x'; 32 << 20];
    let outcome = printer(&emulator, impatient()).send(&job).unwrap();
    assert_eq!(outcome, PrintOutcome::Unknown(UnknownReason::Interrupted));
}

#[test]
fn a_printer_that_is_off_is_a_clear_error_until_it_is_on() {
    let emulator = PrinterEmulator::start().unwrap();
    let printer = printer(&emulator, deadlines());
    assert_eq!(printer.send(JOB).unwrap(), PrintOutcome::Confirmed);
    drop(emulator);
    let error = printer.send(JOB).unwrap_err();
    assert!(matches!(error, PrinterError::Refused(_)), "{error:?}");
    assert_eq!(error.code(), "printer_refused");
}

#[test]
fn a_host_that_nobody_knows_is_a_clear_error() {
    let address = PrinterAddress::Network {
        host: "no such host".to_owned(),
        port: 9100,
    };
    let error = Printer::with_deadlines(address, deadlines())
        .send(JOB)
        .unwrap_err();
    assert_eq!(error.code(), "printer_host_unknown");
}

#[test]
fn a_plain_file_gets_each_job_at_its_end() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("printed.bin");
    let printer = Printer::new(PrinterAddress::File { path: path.clone() });
    assert_eq!(printer.send(b"one").unwrap(), PrintOutcome::Confirmed);
    assert_eq!(printer.send(b"two").unwrap(), PrintOutcome::Confirmed);
    assert_eq!(std::fs::read(&path).unwrap(), b"onetwo");
}

#[test]
fn a_device_file_that_is_not_there_is_a_clear_error() {
    let folder = tempfile::tempdir().unwrap();
    let printer = Printer::new(PrinterAddress::Device {
        path: folder.path().join("lp0"),
    });
    assert_eq!(printer.send(JOB).unwrap_err().code(), "printer_not_found");
    let serial = Printer::new(PrinterAddress::Serial {
        path: folder.path().join("ttyUSB0").display().to_string(),
        baud: 9600,
    });
    assert_eq!(serial.send(JOB).unwrap_err().code(), "printer_not_found");
}

#[cfg(unix)]
#[test]
fn a_plain_file_is_no_device_and_a_device_is_no_plain_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("database");
    std::fs::write(&path, b"kept").unwrap();
    let device = Printer::new(PrinterAddress::Device { path: path.clone() });
    assert_eq!(device.send(JOB).unwrap_err().code(), "printer_not_found");
    assert_eq!(std::fs::read(&path).unwrap(), b"kept");
    let file = Printer::new(PrinterAddress::File {
        path: "/dev/null".into(),
    });
    assert_eq!(file.send(JOB).unwrap_err().code(), "printer_not_found");
}

#[cfg(unix)]
#[test]
fn device_files_and_serial_ports_get_the_job() {
    use comptoir_testkit::ScannerEmulator;
    let mut line = ScannerEmulator::plug_in().unwrap();
    let device = Printer::new(PrinterAddress::Device {
        path: line.path().to_owned(),
    });
    assert_eq!(
        device.send(b"device").unwrap(),
        PrintOutcome::Unknown(UnknownReason::OneWay)
    );
    assert_eq!(line.received(6).unwrap(), b"device");
    let serial = Printer::with_deadlines(
        PrinterAddress::Serial {
            path: line.path().display().to_string(),
            baud: 115_200,
        },
        impatient(),
    );
    assert_eq!(
        serial.send(b"serial").unwrap(),
        PrintOutcome::Unknown(UnknownReason::NoAnswer)
    );
    assert_eq!(line.received(9).unwrap(), b"\x10\x04\x01serial");
}

#[test]
fn a_job_and_its_last_question_come_in_one_piece() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let peer = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).unwrap();
        bytes
    });
    let address = PrinterAddress::Network {
        host: "127.0.0.1".to_owned(),
        port,
    };
    let outcome = Printer::with_deadlines(address, impatient())
        .send(JOB)
        .unwrap();
    assert_eq!(outcome, PrintOutcome::Unknown(UnknownReason::NoAnswer));
    // A printer that did not answer the first question is not asked another.
    assert_eq!(peer.join().unwrap(), [b"\x10\x04\x01", JOB].concat());
}

#[test]
fn a_confirmation_that_crosses_another_question_counts() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let peer = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut question = [0; 3];
        for _ in 0..2 {
            stream.read_exact(&mut question).unwrap();
            stream.write_all(&[0x12]).unwrap();
        }
        let mut job = vec![0; JOB.len() + 3];
        stream.read_exact(&mut job).unwrap();
        // The printer is slow: the till asks how it is, and both answers come at once.
        stream.read_exact(&mut question).unwrap();
        stream.write_all(&[0x00, 0x12]).unwrap();
        stream.read_exact(&mut question).unwrap();
        stream.write_all(&[0x12]).unwrap();
        job
    });
    let address = PrinterAddress::Network {
        host: "127.0.0.1".to_owned(),
        port,
    };
    let outcome = Printer::with_deadlines(address, deadlines())
        .send(JOB)
        .unwrap();
    assert_eq!(outcome, PrintOutcome::Confirmed);
    assert_eq!(peer.join().unwrap(), [JOB, b"\x1dr\x01"].concat());
}
