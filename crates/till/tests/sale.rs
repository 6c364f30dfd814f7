//! From a scan to a paid sale, over the till's own database.
#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

mod support;

use comptoir_domain::quantity::Quantity;
use comptoir_till::wire::{
    ApiError, CashChangeOf, Code, DiscardOrder, Discount, GiveDiscount, LineBadge, Offer, PayAdd,
    PayUndo, RecallOrder, ReceiptState, RemoveLine, Scan, SetQuantity, Sound, StepQuantity,
    TenderCorrect,
};
use support::*;

fn refused<T: std::fmt::Debug>(answer: Result<T, comptoir_till::TillError>) -> Code {
    ApiError::from(answer.unwrap_err()).code
}

#[test]
fn a_cash_sale_gives_its_change_and_the_next_scan_is_the_next_order() {
    let bench = Bench::new();
    let mut core = bench.selling();
    let view = scan(&mut core, EGGS);
    assert_eq!(order(&view).total, minor(300));
    assert_eq!(view.sound.unwrap().kind, Sound::Added);
    let view = scan(&mut core, EGGS);
    assert_eq!(order(&view).lines.len(), 1);
    let view = scan(&mut core, HONEY);
    assert_eq!(order(&view).total, minor(1350));
    let change_of = |tendered| {
        core.cash_change(&CashChangeOf {
            tendered,
            goes: None,
        })
        .unwrap()
        .change
    };
    assert_eq!(change_of(minor(1000)), minor(0));
    assert_eq!(change_of(minor(2000)), minor(650));
    let view = core.pay_add(&bench.cash(2000)).unwrap();
    let done = done(&view);
    assert_eq!((done.total, done.change), (minor(1350), minor(650)));
    assert_eq!(done.receipt, ReceiptState::NotPrinted);
    assert!(
        done.receipt_number.starts_with("AR-"),
        "{}",
        done.receipt_number
    );
    assert!(done.receipt_number.ends_with("-1"));
    let view = scan(&mut core, HONEY);
    assert!(sell(&view).done.is_none());
    assert_eq!(order(&view).total, minor(750));
    assert_eq!(sell(&view).last_sale.as_ref().unwrap().change, minor(650));
}

#[test]
fn a_double_press_sells_once() {
    let bench = Bench::new();
    let mut core = bench.selling();
    scan(&mut core, HONEY);
    let press = bench.cash(1000);
    let first = core.pay_add(&press).unwrap();
    let again = core.pay_add(&press).unwrap();
    assert_eq!(done(&first).receipt_number, done(&again).receipt_number);
    scan(&mut core, HONEY);
    let late = core.pay_add(&press).unwrap();
    assert_eq!(
        order(&late).due,
        minor(750),
        "a resent press pays nothing of the next order"
    );
    let status = core.status().unwrap();
    let sales = status.entries.iter().filter(|entry| entry.number.is_some());
    assert_eq!(sales.count(), 1);
}

#[test]
fn a_split_payment_counts_every_part_and_one_can_be_taken_back() {
    let bench = Bench::new();
    let mut core = bench.selling();
    scan(&mut core, EGGS);
    scan(&mut core, HONEY);
    let card = |amount: i64| PayAdd {
        tender: "card_standalone".to_owned(),
        amount: Some(minor(amount)),
        tendered: None,
        ..bench.cash(0)
    };
    let view = core.pay_add(&card(500)).unwrap();
    assert_eq!(order(&view).due, minor(550));
    let taken = order(&view).pay.taken[0].payment;
    let view = core
        .pay_undo(&PayUndo {
            action: bench.action(),
            payment: taken,
        })
        .unwrap();
    assert_eq!(order(&view).due, minor(1050));
    core.pay_add(&card(1000)).unwrap();
    let cheque = PayAdd {
        tender: "cheque".to_owned(),
        amount: Some(minor(20)),
        ..card(0)
    };
    core.pay_add(&cheque).unwrap();
    let view = core.pay_add(&bench.cash(30)).unwrap();
    assert_eq!(done(&view).payments.len(), 3);
    assert_eq!(done(&view).change, minor(0));
}

#[test]
fn a_payment_that_does_not_fit_changes_nothing() {
    let bench = Bench::new();
    let mut core = bench.selling();
    assert_eq!(refused(core.pay_add(&bench.cash(2000))), Code::OrderEmpty);
    scan(&mut core, HONEY);
    assert_eq!(
        refused(core.pay_add(&bench.cash(700))),
        Code::TenderedTooSmall
    );
    assert_eq!(
        refused(core.pay_add(&bench.cash(75_000))),
        Code::TenderedUnusual
    );
    let card = PayAdd {
        tender: "card_standalone".to_owned(),
        amount: Some(minor(800)),
        tendered: None,
        ..bench.cash(0)
    };
    assert_eq!(refused(core.pay_add(&card)), Code::AmountAboveDue);
    let nothing = PayAdd {
        amount: Some(minor(0)),
        ..card.clone()
    };
    assert_eq!(refused(core.pay_add(&nothing)), Code::AmountInvalid);
    let shells = PayAdd {
        tender: "shells".to_owned(),
        ..card
    };
    assert_eq!(refused(core.pay_add(&shells)), Code::TenderUnknown);
    let view = core.view().unwrap();
    assert_eq!(order(&view).due, minor(750));
    assert!(order(&view).pay.taken.is_empty());
}

#[test]
fn an_unknown_or_hostile_code_sounds_and_changes_nothing() {
    let bench = Bench::new();
    let mut core = bench.selling();
    let view = scan(&mut core, "4006381333931");
    assert_eq!(view.sound.unwrap().kind, Sound::Unknown);
    assert_eq!(view.notices[0].code, Code::CodeUnknown);
    assert_eq!(
        view.notices[0].offers,
        [Offer::Search {
            text: String::new()
        }],
        "whoever searches by name begins with an empty field"
    );
    for hostile in [
        "",
        "\u{1b}[2J",
        &"9".repeat(10_000),
        "\u{202e}gge",
        "'; DROP TABLE journal",
    ] {
        let view = scan(&mut core, hostile);
        assert!(sell(&view).order.is_none(), "{hostile:.20}");
        assert_eq!(view.sound.unwrap().kind, Sound::Unknown);
    }
    let view = scan(&mut core, HONEY);
    assert!(
        view.notices.is_empty(),
        "what was said is over with the next scan"
    );
}

#[test]
fn quantities_that_cannot_be_are_refused_and_large_ones_asked_for_twice() {
    let bench = Bench::new();
    let mut core = bench.selling();
    let line = order(&scan(&mut core, HONEY)).lines[0].id;
    let set = |quantity: i64, confirmed: bool| SetQuantity {
        line,
        quantity: Quantity::thousandths(quantity),
        confirmed,
    };
    assert_eq!(
        refused(core.order_set_quantity(&set(-1000, false))),
        Code::QuantityInvalid
    );
    assert_eq!(
        refused(core.order_set_quantity(&set(1500, false))),
        Code::QuantityNotWhole
    );
    assert_eq!(
        refused(core.order_set_quantity(&set(100_000, false))),
        Code::QuantityUnusual
    );
    let absurd = set(1_000_000_000_000, true);
    assert_eq!(
        refused(core.order_set_quantity(&absurd)),
        Code::QuantityInvalid
    );
    let view = core.order_set_quantity(&set(100_000, true)).unwrap();
    assert_eq!(order(&view).total, minor(75_000));
    let view = core.order_set_quantity(&set(0, false)).unwrap();
    assert_eq!(order(&view).total, minor(0));
    assert!(order(&view).lines[0].removed);
}

#[test]
fn one_key_takes_the_last_step_back() {
    let bench = Bench::new();
    let mut core = bench.selling();
    let line = order(&scan(&mut core, EGGS)).lines[0].id;
    core.order_step_quantity(&StepQuantity {
        line,
        delta: Quantity::ONE,
    })
    .unwrap();
    let view = scan(&mut core, HONEY);
    assert_eq!(order(&view).total, minor(1350));
    assert_eq!(order(&core.order_undo().unwrap()).total, minor(600));
    assert_eq!(order(&core.order_undo().unwrap()).total, minor(300));
    let view = core.order_undo().unwrap();
    assert_eq!(order(&view).total, minor(0));
    assert_eq!(refused(core.order_undo()), Code::NothingToUndo);
}

#[test]
fn a_bottle_brings_its_deposit_and_a_loose_kilogram_is_marked() {
    let bench = Bench::new();
    let mut core = bench.selling();
    let view = scan(&mut core, JUICE);
    assert_eq!(order(&view).total, minor(370));
    assert_eq!(order(&view).lines.len(), 1);
    assert_eq!(order(&view).lines[0].charges[0].amount, minor(20));
    let typed = Scan {
        code: "car".to_owned(),
        symbology: None,
        quantity: None,
        confirmed: false,
    };
    let view = core.order_scan(&typed).unwrap();
    assert_eq!(order(&view).lines[1].badges, [LineBadge::WeightMissing]);
    let weighed = SetQuantity {
        line: order(&view).lines[1].id,
        quantity: Quantity::thousandths(1125),
        confirmed: false,
    };
    let view = core.order_set_quantity(&weighed).unwrap();
    assert_eq!(order(&view).lines[1].amount, minor(270));
    assert!(order(&view).lines[1].badges.is_empty());
    assert_eq!(order(&view).piece_count, 2);
}

#[test]
fn a_discount_beyond_the_whole_is_refused_and_a_smaller_one_shared_out() {
    let bench = Bench::new();
    let mut core = bench.selling();
    scan(&mut core, EGGS);
    scan(&mut core, HONEY);
    let discount = |discount| GiveDiscount {
        line: None,
        discount: Some(discount),
        reason: "goodwill".to_owned(),
        note: None,
        approval: None,
    };
    let too_much = discount(Discount::Amount(minor(1051)));
    assert_eq!(
        refused(core.order_discount(&too_much)),
        Code::DiscountTooLarge
    );
    let view = core
        .order_discount(&discount(Discount::Percent(10_000)))
        .unwrap();
    assert_eq!(order(&view).total, minor(945));
    assert_eq!(order(&view).discount, minor(-105));
}

#[test]
fn orders_are_put_aside_taken_up_and_thrown_away() {
    let bench = Bench::new();
    let mut core = bench.selling();
    assert_eq!(refused(core.order_park()), Code::OrderEmpty);
    scan(&mut core, EGGS);
    let view = core.order_park().unwrap();
    assert!(sell(&view).order.is_none());
    assert_eq!(sell(&view).parked[0].total, minor(300));
    scan(&mut core, HONEY);
    let view = core.order_recall(&RecallOrder { order: None }).unwrap();
    assert_eq!(order(&view).total, minor(300));
    assert_eq!(sell(&view).parked[0].total, minor(750));
    let discard = DiscardOrder {
        action: bench.action(),
        reason: None,
        approval: None,
    };
    let view = core.order_discard(&discard).unwrap();
    assert!(sell(&view).order.is_none());
    assert_eq!(sell(&view).parked.len(), 1);
}

#[test]
fn a_removed_line_keeps_its_place_struck_out() {
    let bench = Bench::new();
    let mut core = bench.selling();
    let eggs = order(&scan(&mut core, EGGS)).lines[0].id;
    scan(&mut core, HONEY);
    let view = core
        .order_remove_line(&RemoveLine {
            line: eggs,
            fate: None,
        })
        .unwrap();
    let lines: Vec<_> = order(&view)
        .lines
        .iter()
        .map(|line| (line.name.as_str(), line.removed))
        .collect();
    assert_eq!(lines, [("Œufs, boîte de 6", true), ("Miel 500 g", false)]);
    assert_eq!(order(&view).total, minor(750));
}

#[test]
fn a_wrong_tender_is_put_right_while_the_shift_is_open() {
    let bench = Bench::new();
    let mut core = bench.selling();
    let view = bench.sale(&mut core);
    let payment = done(&view).payments[0].payment;
    let correct = TenderCorrect {
        action: bench.action(),
        payment,
        tender: "card_standalone".to_owned(),
        reference: None,
    };
    let view = core.tender_correct(&correct).unwrap();
    let last = sell(&view).last_sale.as_ref().unwrap();
    assert_eq!(last.payments.len(), 1);
    assert_eq!(last.payments[0].tender, "card_standalone");
    let close = core.shift_close_begin().unwrap();
    let comptoir_till::wire::Screen::CloseShift(close) = close.screen else {
        panic!("not closing");
    };
    let expected: Vec<_> = close
        .rows
        .iter()
        .filter(|row| row.expected != Some(minor(0)))
        .map(|row| (row.tender.as_str(), row.expected.unwrap()))
        .collect();
    assert_eq!(
        expected,
        [("cash", minor(5000)), ("card_standalone", minor(1350))]
    );
}

#[test]
fn what_was_sold_is_counted_for_the_finder_when_nobody_waits_and_only_once() {
    let bench = Bench::new();
    let mut core = bench.selling();
    for _ in 0..3 {
        bench.sale(&mut core);
    }
    let eggs = order(&scan(&mut core, EGGS)).lines[0].variant;
    let uses = |core: &comptoir_till::Core| {
        comptoir_till::catalogue::uses(core.connection(), eggs).unwrap()
    };
    assert_eq!(uses(&core), 0);
    while core.count_sold().unwrap() {}
    assert_eq!(uses(&core), 3);
    assert!(!core.count_sold().unwrap());
    assert_eq!(uses(&core), 3);
}
