//! Signing in, opening, counting and closing.
#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

mod support;

use comptoir_testkit::PrinterEmulator;
use comptoir_till::TillError;
use comptoir_till::wire::{
    ApiError, CashMove, Code, CounterKind, DrawerOpen, OverridePrice, Param, ReceiptPrint, Screen,
    ShiftClose, ShiftCount, StaffSignIn, TenderCorrect, TenderCount, ZReportView,
};
use support::*;

fn code(error: TillError) -> Code {
    ApiError::from(error).code
}

fn report(view: &comptoir_till::wire::TillView) -> &ZReportView {
    match &view.screen {
        Screen::ZReport(report) => report,
        other => panic!("no report: {other:?}"),
    }
}

#[test]
fn five_wrong_pins_slow_down_and_are_written_down() {
    let bench = Bench::new();
    let mut core = bench.open();
    core.setup_alone(&setup()).unwrap();
    let staff = manager(&mut core);
    let wrong = StaffSignIn {
        staff,
        pin: "0000".to_owned(),
    };
    let before = core.status().unwrap().entries.len();
    for left in (1..=4).rev() {
        let error = ApiError::from(core.staff_sign_in(&wrong).unwrap_err());
        assert_eq!(error.code, Code::PinWrong);
        assert_eq!(error.params["attempts_left"], Param::Count(left));
    }
    assert_eq!(
        code(core.staff_sign_in(&wrong).unwrap_err()),
        Code::PinSlowedDown
    );
    let right = StaffSignIn {
        staff,
        pin: PIN.to_owned(),
    };
    assert_eq!(
        code(core.staff_sign_in(&right).unwrap_err()),
        Code::PinSlowedDown
    );
    assert_eq!(core.status().unwrap().entries.len(), before + 5);
    drop(core);
    let mut core = bench.open();
    assert_eq!(
        code(core.staff_sign_in(&right).unwrap_err()),
        Code::PinSlowedDown
    );
    bench.clock.advance(10_001);
    assert!(matches!(
        core.staff_sign_in(&right).unwrap().screen,
        Screen::OpenShift(_)
    ));
}

#[test]
fn the_report_tells_what_a_manager_looks_at_first() {
    let bench = Bench::new();
    let printer = PrinterEmulator::start().unwrap();
    let mut core = bench.selling();
    core.printer_settings_set(&network_printer(printer.address(), false))
        .unwrap();
    let view = scan(&mut core, HONEY);
    core.order_override_price(&OverridePrice {
        line: order(&view).lines[0].id,
        unit_price: minor(700),
        reason: "price_match".to_owned(),
        approval: None,
    })
    .unwrap();
    let view = core.pay_add(&bench.cash(700)).unwrap();
    let payment = sell(&view).last_sale.as_ref().unwrap().payments[0].payment;
    core.tender_correct(&TenderCorrect {
        action: bench.action(),
        payment,
        tender: "card_standalone".to_owned(),
        reference: None,
    })
    .unwrap();
    for _ in 0..3 {
        core.receipt_print(&ReceiptPrint {
            action: bench.action(),
            order: None,
        })
        .unwrap();
        print_all(&mut core);
    }
    core.shift_close_begin().unwrap();
    let counted = |tender: &str, amount: i64| TenderCount {
        tender: tender.to_owned(),
        amount: Some(minor(amount)),
        denominations: Vec::new(),
    };
    for cash in [4000, 5000] {
        core.shift_count(&ShiftCount {
            action: bench.action(),
            counts: vec![counted("cash", cash), counted("card_standalone", 700)],
        })
        .unwrap();
    }
    let close = ShiftClose {
        action: bench.action(),
        float_left: minor(5000),
        rest_to: "safe".to_owned(),
    };
    let view = core.shift_close(&close).unwrap();
    let counters = &report(&view).counters;
    let counter = |kind| {
        let row = counters.iter().find(|row| row.kind == kind);
        row.map(|row| (row.count, row.amount))
    };
    assert_eq!(
        counter(CounterKind::PricesChanged),
        Some((1, Some(minor(50))))
    );
    assert_eq!(
        counter(CounterKind::TendersCorrected),
        Some((1, Some(minor(700))))
    );
    assert_eq!(counter(CounterKind::Reprints), Some((2, None)));
    assert_eq!(counter(CounterKind::Recounts), Some((1, None)));
}

#[test]
fn the_report_of_a_shift_equals_its_sales() {
    let bench = Bench::new();
    let mut core = bench.selling();
    for _ in 0..3 {
        bench.sale(&mut core);
    }
    core.drawer_open(&DrawerOpen {
        action: bench.action(),
        reason: "check".to_owned(),
        approval: None,
    })
    .unwrap();
    core.cash_move(&CashMove {
        action: bench.action(),
        from: "till".to_owned(),
        to: "outside".to_owned(),
        amount: minor(500),
        reason: "stamps".to_owned(),
        approval: None,
    })
    .unwrap();
    let view = bench.close(&mut core, 5000 + 3 * 1350 - 500 - 10).unwrap();
    let report = report(&view);
    assert_eq!(report.sale_count, 3);
    assert_eq!(report.turnover.gross, minor(3 * 1350));
    let by_rate: i64 = report
        .turnover_by_rate
        .iter()
        .map(|row| row.net.minor_units() + row.tax.minor_units())
        .sum();
    assert_eq!(by_rate, 3 * 1350);
    assert_eq!(report.money_total, minor(3 * 1350));
    assert_eq!(report.bridge_rest, minor(0));
    assert_eq!(report.drawer.difference, Some(minor(-10)));
    assert_eq!(report.drawer.moved_out, minor(-500));
    assert_eq!(report.drawer.left, minor(5000));
    assert_eq!(report.perpetual_turnover, minor(3 * 1350));
    assert!(report.number.starts_with("AZ-") && report.number.ends_with("-1"));
    let openings = report
        .counters
        .iter()
        .find(|row| row.kind == CounterKind::DrawerOpenings);
    assert_eq!(openings.unwrap().count, 1);
    let view = core.z_report_leave().unwrap();
    assert!(matches!(view.screen, Screen::SignIn(_)));
    let Screen::OpenShift(open) = bench.sign_in(&mut core).screen else {
        panic!("no shift to open");
    };
    assert_eq!(open.expected_float, minor(5000));
    assert_eq!(open.last_closed.unwrap().staff, "Maud");
}

#[test]
fn a_shift_is_not_closed_uncounted_and_a_second_copy_is_written_at_its_close() {
    let bench = Bench::new();
    let mut core = bench.selling();
    bench.sale(&mut core);
    let close = ShiftClose {
        action: bench.action(),
        float_left: minor(5000),
        rest_to: "safe".to_owned(),
    };
    assert_eq!(
        code(core.shift_close(&close).unwrap_err()),
        Code::CountMissing
    );
    bench.close(&mut core, 6350).unwrap();
    let status = core.status().unwrap();
    let copy = status.database.backup_path.unwrap();
    let copy = rusqlite::Connection::open(copy).unwrap();
    let entries: i64 = copy
        .query_row("SELECT count(*) FROM journal", [], |row| row.get(0))
        .unwrap();
    assert_eq!(entries, i64::try_from(status.entries.len()).unwrap());
}

#[test]
fn a_shift_forgotten_overnight_is_closed_by_the_next_days_first_act() {
    let bench = Bench::new();
    let mut core = bench.selling();
    bench.sale(&mut core);
    scan(&mut core, HONEY);
    core.staff_sign_out().unwrap();
    bench.clock.advance(hours(24));
    let view = bench.sign_in(&mut core);
    assert_eq!(view.notices[0].code, Code::ShiftClosedUncounted);
    let Screen::OpenShift(open) = view.screen else {
        panic!("the shift is still open");
    };
    assert!(open.last_closed.unwrap().not_counted);
    assert_eq!(open.expected_float, minor(6350));
    let report = core.z_report(None).unwrap();
    assert!(report.not_counted);
    assert_eq!(report.open_points.parked_orders, 1);
}

#[test]
fn nothing_is_sold_without_a_shift_or_a_person() {
    let bench = Bench::new();
    let mut core = bench.open();
    assert_eq!(code(try_scan(&mut core, HONEY).unwrap_err()), Code::NotNow);
    core.setup_alone(&setup()).unwrap();
    assert_eq!(code(try_scan(&mut core, HONEY).unwrap_err()), Code::NotNow);
    bench.sign_in(&mut core);
    assert_eq!(
        code(try_scan(&mut core, HONEY).unwrap_err()),
        Code::ShiftNotOpen
    );
}

#[test]
fn a_country_whose_law_asks_for_more_is_practised_and_not_sold_in() {
    let bench = Bench::new();
    let mut core = bench.open();
    let mut request = setup();
    request.country = "DE".to_owned();
    assert_eq!(
        code(core.setup_alone(&request).unwrap_err()),
        Code::CountryNotSupported
    );
    request.manager_pin = "12".to_owned();
    assert_eq!(
        code(core.setup_alone(&request).unwrap_err()),
        Code::PinTooSimple
    );
    request.manager_pin = PIN.to_owned();
    request.practice = true;
    let view = core.setup_alone(&request).unwrap();
    assert!(view.hub.unwrap().practice);
}
