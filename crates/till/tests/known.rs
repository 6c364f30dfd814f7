//! What the till keeps in memory is what its database says, whoever changed it.
#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

mod support;

use comptoir_domain::catalogue::Variant;
use comptoir_domain::ids::VariantId;
use comptoir_domain::quantity::Quantity;
use comptoir_domain::settings::HubSettings;
use comptoir_domain::staff::Staff;
use comptoir_domain::stock::StockLevel;
use comptoir_sync::feed::{EntityKind, Included};
use comptoir_till::store::rebuild_overlay;
use comptoir_till::wire::{CloseShiftView, LineBadge, PrinterSettings, Screen, TillView};
use comptoir_till::{Core, feed};
use support::*;

fn badges(view: &TillView) -> &[LineBadge] {
    &order(view).lines.last().unwrap().badges
}

/// Says how much of a variant was there before this till sold any, as a page of the hub's feed does.
fn stock(core: &mut Core, variant: VariantId, pieces: i64) {
    let location = feed::settings(core.connection())
        .unwrap()
        .unwrap()
        .locations[0]
        .id;
    let level = StockLevel {
        on_hand: Quantity::pieces(pieces),
        ..StockLevel::empty(variant, location)
    };
    core.transaction(|tx| {
        let id = format!("{variant}:{location}");
        feed::put_local(tx, EntityKind::STOCK, &id, &level)?;
        rebuild_overlay(tx, &Included::default())
    })
    .unwrap();
}

/// The samples are sold without a stock.
fn count_stock_of(core: &mut Core, variant: VariantId) {
    let found = comptoir_till::catalogue::variant(core.connection(), variant);
    let counted = Variant {
        tracks_stock: true,
        ..found.unwrap().unwrap()
    };
    let id = variant.to_string();
    core.transaction(|tx| feed::put_local(tx, EntityKind::VARIANT, &id, &counted))
        .unwrap();
}

fn closing(core: &mut Core) -> CloseShiftView {
    match core.shift_close_begin().unwrap().screen {
        Screen::CloseShift(view) => *view,
        other => panic!("not closing: {other:?}"),
    }
}

#[test]
fn settings_that_the_hub_changed_hold_from_the_next_answer_on() {
    let bench = Bench::new();
    let mut core = bench.selling();
    bench.sale(&mut core);
    let mut settings: HubSettings = feed::settings(core.connection()).unwrap().unwrap();
    settings.name = "La Halle".to_owned();
    let id = settings.hub.to_string();
    core.transaction(|tx| feed::put_local(tx, EntityKind::SETTINGS, &id, &settings))
        .unwrap();
    assert_eq!(scan(&mut core, HONEY).hub.unwrap().name, "La Halle");
}

#[test]
fn who_was_taken_off_the_staff_sells_nothing_more() {
    let bench = Bench::new();
    let mut core = bench.selling();
    bench.sale(&mut core);
    let people: Vec<Staff> = feed::entities(core.connection(), EntityKind::STAFF).unwrap();
    let gone = Staff {
        active: false,
        ..people[0].clone()
    };
    core.transaction(|tx| feed::put_local(tx, EntityKind::STAFF, &gone.id.to_string(), &gone))
        .unwrap();
    assert!(try_scan(&mut core, HONEY).is_err());
    assert!(matches!(core.view().unwrap().screen, Screen::SignIn(_)));
}

#[test]
fn a_printer_that_was_set_up_prints_the_next_sale() {
    let bench = Bench::new();
    let mut core = bench.selling();
    bench.sale(&mut core);
    assert_eq!(core.view().unwrap().status.print_jobs, 0);
    core.printer_settings_set(&network_printer(([127, 0, 0, 1], 9).into(), true))
        .unwrap();
    bench.sale(&mut core);
    assert_eq!(
        core.view().unwrap().status.print_jobs,
        2,
        "the drawer and the slip"
    );
    core.printer_settings_set(&PrinterSettings {
        target: None,
        ..network_printer(([127, 0, 0, 1], 9).into(), true)
    })
    .unwrap();
    bench.sale(&mut core);
    assert_eq!(core.view().unwrap().status.print_jobs, 2);
}

#[test]
fn sales_go_on_from_the_stock_that_was_pulled_last() {
    let bench = Bench::new();
    let mut core = bench.selling();
    let view = scan(&mut core, EGGS);
    let eggs = order(&view).lines[0].variant;
    core.pay_add(&bench.cash(1000)).unwrap();
    count_stock_of(&mut core, eggs);
    stock(&mut core, eggs, 3);
    for _ in 0..2 {
        assert_eq!(badges(&scan(&mut core, EGGS)), []);
    }
    core.pay_add(&bench.cash(1000)).unwrap();
    assert_eq!(badges(&scan(&mut core, EGGS)), [], "the last one");
    core.pay_add(&bench.cash(1000)).unwrap();
    assert_eq!(badges(&scan(&mut core, EGGS)), [LineBadge::BelowZero]);
    stock(&mut core, eggs, 5);
    assert_eq!(badges(&core.view().unwrap()), [], "three of five are sold");
    core.pay_add(&bench.cash(1000)).unwrap();
    assert_eq!(badges(&scan(&mut core, EGGS)), [], "the last one again");
    core.pay_add(&bench.cash(1000)).unwrap();
    assert_eq!(badges(&scan(&mut core, EGGS)), [LineBadge::BelowZero]);
}

#[test]
fn a_sale_that_could_not_be_written_counts_when_it_was() {
    let bench = Bench::new();
    let mut core = bench.selling();
    bench.sale(&mut core);
    scan(&mut core, HONEY);
    let refuse = "CREATE TRIGGER refuse BEFORE DELETE ON draft
                  BEGIN SELECT RAISE(ABORT, 'not now'); END";
    core.connection().execute_batch(refuse).unwrap();
    for _ in 0..3 {
        assert!(core.pay_add(&bench.cash(1000)).is_err());
    }
    core.connection()
        .execute_batch("DROP TRIGGER refuse")
        .unwrap();
    let number = |view: &TillView| done(view).receipt_number.clone();
    let view = core.pay_add(&bench.cash(1000)).unwrap();
    assert!(number(&view).ends_with("-2"), "{}", number(&view));
    assert_eq!(closing(&mut core).turnover, minor(1350 + 750));
    drop(core);
    let mut core = bench.open();
    bench.sign_in(&mut core);
    assert_eq!(closing(&mut core).turnover, minor(1350 + 750));
}
