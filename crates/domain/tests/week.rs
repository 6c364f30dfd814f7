//! Jane's week: an order placed online, picked with a weight and a shortage, amended and handed over
//! by a till that cannot reach the server, and settled when the line is back. Two tills and a server,
//! pure functions only.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

use comptoir_domain::decide;
use comptoir_domain::draft::Draft;
use comptoir_domain::event::Event;
use comptoir_domain::ids::{IdSource, OrderId, PaymentId};
use comptoir_domain::money::Money;
use comptoir_domain::order::{
    Channel, Fate, Fulfilment, Operation, OrderHeading, Payment, PaymentState, PaymentStatus, Seen,
};
use comptoir_domain::tender::{TenderId, TenderKind};
use support::*;

struct Week {
    bench: Bench,
    server: Side,
    till_a: Side,
    till_b: Side,
    order: OrderId,
    payment: PaymentId,
}

/// Monday: Jane orders two boxes of eggs, a juice and a kilogram of carrots, and authorises 11.60.
fn monday() -> Week {
    let bench = Bench::new();
    let (mut server, till_a, till_b) = (Side::server(), Side::till(1), Side::till(2));
    server.record("received", vec![bench.opening_stock()]);
    let mut basket = server.new_draft(&bench);
    server.add(&bench, &mut basket, "P2", pieces(2));
    server.add(&bench, &mut basket, "P4", pieces(1));
    server.add(&bench, &mut basket, "P1", grams(1000));
    let lines = basket.order().lines;
    let order = basket.heading().id;
    let heading = OrderHeading {
        number: "O-1001".to_owned(),
        channel: Channel::Shop,
        customer: Some(jane()),
        ..basket.heading().clone()
    };
    let payment = PaymentId::from_uuid(server.ids.next_uuid());
    let authorised = Payment {
        id: payment,
        tender: TenderId::new("online"),
        kind: TenderKind::Online,
        amount: cents(1160),
        tendered: None,
        change: Money::ZERO,
        rounding: Money::ZERO,
        reference: None,
        status: PaymentStatus::Authorised,
        at: server.now,
        shift: None,
        account: None,
        capture_before: Some(server.now.plus_ms(7 * DAY_MS)),
        capture: None,
    };
    server.record(
        "order_placed",
        vec![
            Event::OrderPlaced {
                heading,
                lines,
                charges: Vec::new(),
                removed: Vec::new(),
                taken_back: Vec::new(),
                shift: None,
            },
            Event::PaymentTaken {
                order,
                payment: authorised,
            },
            Event::OrderAccepted { order },
        ],
    );
    Week {
        bench,
        server,
        till_a,
        till_b,
        order,
        payment,
    }
}

/// Thursday: the carrots weigh 1.125 kg, the juice is short, the basket is ready.
fn thursday(week: &mut Week) {
    week.server.now = MONDAY.plus_ms(3 * DAY_MS);
    let order = week.server.books.order(week.order).unwrap().clone();
    let line = |code: &str| {
        order
            .lines
            .iter()
            .find(|line| line.code == code)
            .unwrap()
            .id
    };
    let operations = vec![
        Operation::Weigh {
            line: line("P1"),
            to: grams(1125),
        },
        Operation::RemoveLine {
            line: line("P4"),
            from: pieces(1),
            collected: pieces(0),
            fate: Fate::BackToShelf,
            reason: "short".to_owned(),
        },
    ];
    let seen = Seen {
        rev: order.rev,
        own: None,
    };
    week.server.record(
        "picked",
        vec![
            Event::OrderAmended {
                order: week.order,
                seen,
                operations,
                removed: Vec::new(),
                taken_back: Vec::new(),
                shift: None,
            },
            Event::LinesPicked {
                order: week.order,
                parts: vec![(line("P2"), pieces(2)), (line("P1"), grams(1125))],
            },
            Event::OrderReady {
                order: week.order,
                basket: None,
            },
        ],
    );
}

/// Both tills pull the hub's state as it is.
fn pull(week: &mut Week) {
    for till in [&mut week.till_a, &mut week.till_b] {
        till.books = week.server.books.clone();
    }
}

/// Friday, the server out of reach: Jane takes a honey too and pays the difference in cash.
fn friday(week: &mut Week) {
    week.till_a.now = MONDAY.plus_ms(4 * DAY_MS);
    let shift = week.till_a.open_shift(&week.bench, 5000);
    let order = week.till_a.books.order(week.order).unwrap().clone();
    let mut draft = Draft::amending(order, week.till_a.now);
    week.till_a.add(&week.bench, &mut draft, "P3", pieces(1));
    assert_eq!(draft.order().totals().total, cents(1620));
    assert_eq!(
        decide::to_settle(&draft.order(), MONDAY),
        cents(460),
        "never the whole again"
    );
    week.till_a
        .pay(&week.bench, &mut draft, TenderKind::Cash, Some(500), shift)
        .unwrap();
    assert_eq!(draft.payments().next().unwrap().change, cents(40));
    week.till_a.complete(&week.bench, &draft, shift).unwrap();

    // Till B sells two eggs and the candle to a walk-in meanwhile.
    week.till_b.now = week.till_a.now;
    let shift = week.till_b.open_shift(&week.bench, 3000);
    let mut draft = week.till_b.new_draft(&week.bench);
    week.till_b.add(&week.bench, &mut draft, "P2", pieces(2));
    week.till_b.add(&week.bench, &mut draft, "P5", pieces(1));
    week.till_b
        .pay(
            &week.bench,
            &mut draft,
            TenderKind::CardStandalone,
            None,
            shift,
        )
        .unwrap();
    week.till_b.complete(&week.bench, &draft, shift).unwrap();
}

fn level(side: &Side, bench: &Bench, code: &str) -> (i64, i64) {
    let level = side.books.level(bench.variants[code].id, bench.location);
    (
        level.on_hand.in_thousandths(),
        level.reserved.in_thousandths(),
    )
}

#[test]
fn monday_reserves_and_promises_no_more_than_there_is() {
    let week = monday();
    assert_eq!(level(&week.server, &week.bench, "P2"), (20_000, 2_000));
    let order = week.server.books.order(week.order).unwrap();
    assert_eq!(order.totals().total, cents(1160));
    assert_eq!(order.totals().taxed.tax_amount, cents(60));
    assert_eq!(
        (order.fulfilment(), order.payment_state()),
        (Fulfilment::Accepted, PaymentState::Authorised)
    );
}

#[test]
fn the_week_ends_with_one_order_and_every_cent_in_its_place() {
    let mut week = monday();
    thursday(&mut week);
    assert_eq!(
        week.server.books.order(week.order).unwrap().fulfilment(),
        Fulfilment::Ready
    );
    pull(&mut week);
    friday(&mut week);

    // Saturday: the line is back. The tills arrive in any order; sending again changes nothing.
    let Week {
        bench,
        server,
        till_a,
        till_b,
        order: id,
        payment,
    } = &mut week;
    let problems: usize = [
        accept(server, till_b, 0..till_b.entries.len()),
        accept(server, till_a, 0..till_a.entries.len()),
    ]
    .iter()
    .flatten()
    .map(|applied| applied.problems.len())
    .sum();
    assert_eq!(problems, 0);
    for (code, expected) in [
        ("P1", (8_875, 0)),
        ("P2", (16_000, 0)),
        ("P3", (0, 0)),
        ("P4", (12_000, 0)),
        ("P5", (7_000, 0)),
    ] {
        assert_eq!(level(server, bench, code), expected, "{code}");
    }
    let order = server.books.order(*id).unwrap();
    assert_eq!(
        (order.fulfilment(), order.payment_state()),
        (Fulfilment::Collected, PaymentState::Paid)
    );
    assert_eq!(server.books.orders.len(), 2);

    // The receivable of Friday is cleared on Saturday; nothing is dated back.
    assert_eq!(order.booked(), cents(460));
    server.now = MONDAY.plus_ms(5 * DAY_MS);
    let captured = Event::PaymentCaptured {
        order: *id,
        payment: *payment,
        amount: cents(1160),
    };
    assert!(
        server
            .record("captured", vec![captured])
            .problems
            .is_empty()
    );
    assert_eq!(server.books.order(*id).unwrap().booked(), cents(1620));

    let friday = server.books.open_shift(till_a.till_id()).unwrap();
    assert_eq!(friday.turnover.gross, cents(1620));
    assert_eq!(friday.money_total(), cents(460));
    assert_eq!(friday.bridge.debts_made, cents(1160));
    assert_eq!(friday.imbalance(), Money::ZERO);
    assert_eq!(friday.expected_cash(), cents(5460));
}

#[test]
fn till_and_server_come_to_the_same_figures() {
    let mut week = monday();
    thursday(&mut week);
    pull(&mut week);
    friday(&mut week);
    let Week {
        server,
        till_a,
        order,
        ..
    } = &mut week;
    accept(server, till_a, 0..till_a.entries.len());
    assert_eq!(server.books.order(*order), till_a.books.order(*order));
    assert_eq!(server.books.stock, till_a.books.stock);
    assert_eq!(server.books.shifts, till_a.books.shifts);
}
