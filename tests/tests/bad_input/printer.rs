//! Printers that do not print.

use std::net::TcpListener;

use comptoir_testkit::{Fault, PrinterEmulator};
use comptoir_till::wire::{Code, DatabaseState, PrinterSettings, PrinterState, PrinterTarget};

use crate::support::eventually;
use crate::support::host::selling;
use crate::{Shop, content};

#[test]
fn a_printer_that_fails_in_any_way_holds_up_no_sale() {
    let shop = Shop::quiet();
    let printer = PrinterEmulator::start().unwrap();
    let network = |port: u16| PrinterSettings {
        target: Some(PrinterTarget::Network {
            host: "127.0.0.1".to_owned(),
            port,
        }),
        paper_mm: 80,
        automatic: true,
        drawer: true,
    };
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let not_there = listener.local_addr().unwrap().port();
    drop(listener);
    shop.host.done("printer_settings_set", &network(not_there));
    let view = shop.sell();
    assert_eq!(
        selling(&view).done.as_ref().unwrap().change.minor_units(),
        250
    );
    let state = |wanted: PrinterState| {
        eventually("the printer's state is shown", || {
            (shop.host.view().status.printer == wanted).then_some(())
        });
    };
    state(PrinterState::Unreachable);
    for fault in [Fault::Off, Fault::Garbage, Fault::Mute, Fault::CutAfter(20)] {
        printer.set_fault(fault);
        shop.host
            .done("printer_settings_set", &network(printer.address().port()));
        let view = shop.sell();
        assert!(selling(&view).done.is_some(), "{fault:?}");
    }
    let status = shop.host.view().status;
    assert_eq!(status.database, DatabaseState::Healthy);
    let before = content(&shop.data());
    let nowhere = PrinterSettings {
        target: Some(PrinterTarget::Network {
            host: "not a host".to_owned(),
            port: 0,
        }),
        ..network(0)
    };
    assert_eq!(
        shop.host.refused("printer_settings_set", &nowhere),
        Code::PrinterAddressInvalid
    );
    assert_eq!(content(&shop.data())["journal"], before["journal"]);
    let entries = shop.host.status().entries;
    let sold = entries.iter().filter(|entry| entry.number.is_some());
    assert_eq!(sold.count(), 5);
}
