//! The spool and a printer on a real socket.
#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

mod support;

use comptoir_testkit::{Fault, PrinterEmulator};
use comptoir_till::TillError;
use comptoir_till::wire::{
    ApiError, Code, PrinterSettings, PrinterState, PrinterTarget, ReceiptPrint, ReceiptState,
    ZReportPrint,
};
use support::*;

fn text_of(job: &[u8]) -> String {
    job.iter().map(|&byte| char::from(byte)).collect()
}

fn code(error: TillError) -> Code {
    ApiError::from(error).code
}

#[test]
fn a_cash_sale_opens_the_drawer_and_prints_its_slip() {
    let bench = Bench::new();
    let printer = PrinterEmulator::start().unwrap();
    let mut core = bench.selling();
    core.printer_settings_set(&network_printer(printer.address(), true))
        .unwrap();
    let view = bench.sale(&mut core);
    assert_eq!(done(&view).receipt, ReceiptState::Queued);
    print_all(&mut core);
    let jobs = printer.wait_for_jobs(2);
    assert_eq!(&jobs[0][..2], b"\x1bp", "the drawer goes first");
    let slip = text_of(&jobs[1]);
    let number = &done(&view).receipt_number;
    for expected in [
        "Le Panier du Coin",
        "44000 Nantes",
        "13,50",
        "20,00",
        "6,50",
        number,
    ] {
        assert!(slip.contains(expected), "{expected} is missing");
    }
    assert_eq!(done(&core.view().unwrap()).receipt, ReceiptState::Printed);
}

#[test]
fn a_printer_that_is_off_holds_up_nothing_and_prints_when_it_is_back() {
    let bench = Bench::new();
    let printer = PrinterEmulator::start().unwrap();
    let mut core = bench.selling();
    core.printer_settings_set(&network_printer(printer.address(), true))
        .unwrap();
    printer.set_fault(Fault::Off);
    bench.sale(&mut core);
    print_all(&mut core);
    let view = bench.sale(&mut core);
    assert_eq!(done(&view).change, minor(650));
    assert_eq!(view.status.printer, PrinterState::Unreachable);
    printer.set_fault(Fault::None);
    print_all(&mut core);
    let slips: Vec<_> = printer
        .wait_for_jobs(3)
        .into_iter()
        .filter(|job| job.len() > 100)
        .collect();
    assert_eq!(
        slips.len(),
        2,
        "both slips, and no drawer springs open late"
    );
    assert_eq!(core.view().unwrap().status.print_jobs, 0);
}

#[test]
fn paper_and_cover_are_named_and_the_slip_waits() {
    for (fault, state) in [
        (Fault::PaperOut, PrinterState::PaperOut),
        (Fault::CoverOpen, PrinterState::CoverOpen),
    ] {
        let bench = Bench::new();
        let printer = PrinterEmulator::start().unwrap();
        let mut core = bench.selling();
        core.printer_settings_set(&PrinterSettings {
            drawer: false,
            ..network_printer(printer.address(), true)
        })
        .unwrap();
        printer.set_fault(fault);
        bench.sale(&mut core);
        print_all(&mut core);
        let view = core.view().unwrap();
        assert_eq!(view.status.printer, state);
        assert_eq!(done(&view).receipt, ReceiptState::Queued);
        printer.set_fault(Fault::None);
        print_all(&mut core);
        assert_eq!(printer.wait_for_jobs(1).len(), 1);
        assert_eq!(core.view().unwrap().status.printer, PrinterState::Ready);
    }
}

#[test]
fn a_second_slip_says_that_it_is_a_copy_and_is_recorded() {
    let bench = Bench::new();
    let printer = PrinterEmulator::start().unwrap();
    let mut core = bench.selling();
    let print = || ReceiptPrint {
        action: bench.action(),
        order: None,
    };
    bench.sale(&mut core);
    assert_eq!(
        code(core.receipt_print(&print()).unwrap_err()),
        Code::PrinterMissing
    );
    core.printer_settings_set(&network_printer(printer.address(), false))
        .unwrap();
    let entries = core.status().unwrap().entries.len();
    for _ in 0..3 {
        let press = print();
        core.receipt_print(&press).unwrap();
        core.receipt_print(&press).unwrap();
        print_all(&mut core);
    }
    let slips = printer.wait_for_jobs(3);
    let copies: Vec<bool> = slips
        .iter()
        .map(|slip| text_of(slip).contains("DUPLICATA"))
        .collect();
    assert_eq!(copies, [false, true, true]);
    assert_eq!(core.status().unwrap().entries.len(), entries + 2);
}

#[test]
fn the_report_is_printed_and_a_copy_of_it_says_so() {
    let bench = Bench::new();
    let slips = tempfile::tempdir().unwrap();
    let file = slips.path().join("slips.bin");
    let mut core = bench.selling();
    core.printer_settings_set(&PrinterSettings {
        target: Some(PrinterTarget::File {
            path: file.display().to_string(),
        }),
        paper_mm: 58,
        automatic: false,
        drawer: false,
    })
    .unwrap();
    bench.sale(&mut core);
    let view = bench.close(&mut core, 6350).unwrap();
    print_all(&mut core);
    let comptoir_till::wire::Screen::ZReport(report) = view.screen else {
        panic!("no report");
    };
    let slip = text_of(&std::fs::read(&file).unwrap());
    assert!(slip.contains(&report.number) && !slip.contains("DUPLICATA"));
    core.z_report_print(&ZReportPrint {
        action: bench.action(),
        shift: report.shift,
    })
    .unwrap();
    print_all(&mut core);
    assert!(text_of(&std::fs::read(&file).unwrap()).contains("DUPLICATA"));
}

#[test]
fn a_printer_is_never_one_of_the_tills_own_files() {
    let bench = Bench::new();
    let mut core = bench.selling();
    let database = core.database().display().to_string();
    let beside = core.database().with_file_name("slips.bin");
    let targets = [
        PrinterTarget::Device {
            path: database.clone(),
        },
        PrinterTarget::File { path: database },
        PrinterTarget::File {
            path: beside.display().to_string(),
        },
    ];
    for target in targets {
        let mut settings = network_printer("127.0.0.1:9100".parse().unwrap(), false);
        settings.target = Some(target);
        assert_eq!(
            code(core.printer_settings_set(&settings).unwrap_err()),
            Code::PrinterAddressInvalid
        );
    }
    core.staff_sign_out().unwrap();
    let settings = network_printer("127.0.0.1:9100".parse().unwrap(), false);
    assert_eq!(
        code(core.printer_settings_set(&settings).unwrap_err()),
        Code::NotNow
    );
}

#[test]
fn an_address_that_is_none_is_refused() {
    let bench = Bench::new();
    let mut core = bench.selling();
    let mut settings = network_printer("127.0.0.1:9100".parse().unwrap(), false);
    settings.target = Some(PrinterTarget::Network {
        host: " ".to_owned(),
        port: 9100,
    });
    assert_eq!(
        code(core.printer_settings_set(&settings).unwrap_err()),
        Code::PrinterAddressInvalid
    );
}
