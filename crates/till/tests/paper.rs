//! Papers to pick and pack by, from a command to a printer on a real socket.
#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

mod support;

use comptoir_domain::ids::{CustomerId, OrderId};
use comptoir_testkit::escpos::{Paper, Printed, print};
use comptoir_testkit::{Fault, PrinterEmulator};
use comptoir_till::wire::{Code, PrintBasketLabel, PrintOrderSlip, PrintPickList};
use support::waiting::*;
use support::*;

fn paper(job: &[u8]) -> Printed {
    print(job, Paper::EPSON_80)
}

#[test]
fn a_slot_is_picked_by_a_list_with_the_sums_of_its_orders() {
    let (bench, mut core, _) = with_order(Online::No);
    let printer = PrinterEmulator::start().unwrap();
    core.printer_settings_set(&network_printer(printer.address(), false))
        .unwrap();
    let slot = put_slot(&mut core, 50, hours(1));
    for number in [1002, 1003] {
        let customer = CustomerId::from_uuid(id(number + 10_000));
        put_customer(&mut core, customer, &format!("Customer {number}"), "");
        let mut order = order_of(&mut core, number, &[(EGGS, 2), (HONEY, 1)], Online::No);
        order.heading.customer = Some(customer);
        order.heading.slot = Some(slot);
        put_order(&mut core, &order);
    }
    let press = PrintPickList {
        action: bench.action(),
        slot: Some(slot),
    };
    core.print_pick_list(&press).unwrap();
    core.print_pick_list(&press).unwrap();
    print_all(&mut core);
    let jobs = printer.wait_for_jobs(1);
    assert_eq!(jobs.len(), 1, "pressed twice, printed once");
    let text = paper(&jobs[0]).text();
    // Two orders of two boxes and one jar each; the order without a slot is not on the list.
    for expected in ["O-1002", "O-1003", "Customer 1002", "6 pièces", "[ ] 4 "] {
        assert!(text.contains(expected), "{expected} is missing in\n{text}");
    }
    assert!(!text.contains("O-1001"), "{text}");
}

#[test]
fn a_label_and_a_slip_wait_for_the_printer_and_outlive_a_restart() {
    let (bench, mut core, order) = with_order(Online::Captured);
    let printer = PrinterEmulator::start().unwrap();
    core.printer_settings_set(&network_printer(printer.address(), false))
        .unwrap();
    printer.set_fault(Fault::Off);
    core.print_basket_label(&PrintBasketLabel {
        action: bench.action(),
        order: order.id(),
    })
    .unwrap();
    core.print_order_slip(&PrintOrderSlip {
        action: bench.action(),
        order: order.id(),
    })
    .unwrap();
    print_all(&mut core);
    drop(core);
    let mut core = bench.open();
    printer.set_fault(Fault::None);
    print_all(&mut core);
    let jobs = printer.wait_for_jobs(2);
    let (label, slip) = (paper(&jobs[0]), paper(&jobs[1]));
    assert!(
        label.lines.contains(&"[BARCODE O-1001]".to_owned()),
        "{:?}",
        label.lines
    );
    assert!(label.text().contains("Jane Élodie Doe"));
    for expected in ["O-1001", "9,70", "document provisoire"] {
        let text = slip.text();
        assert!(text.contains(expected), "{expected} is missing in\n{text}");
    }
}

#[test]
fn nothing_is_printed_of_an_order_that_is_not_there_or_without_a_printer() {
    let (bench, mut core, order) = with_order(Online::No);
    let label = |order: OrderId| PrintBasketLabel {
        action: bench.action(),
        order,
    };
    assert_eq!(
        refused(core.print_basket_label(&label(order.id()))),
        Code::PrinterMissing
    );
    let unknown = OrderId::from_uuid(id(9_999));
    assert_eq!(
        refused(core.print_basket_label(&label(unknown))),
        Code::NotFound
    );
}
