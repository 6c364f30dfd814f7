//! What came is shared out by a stated rule, and each order that gets less is amended by itself.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

use comptoir_domain::decide::{self, Article, Remedy};
use comptoir_domain::event::Event;
use comptoir_domain::ids::{LineId, OrderId, PaymentId};
use comptoir_domain::order::{OrderHeading, Payment, PaymentStatus};
use comptoir_domain::quantity::Quantity;
use comptoir_domain::refusal::RefusalCode;
use comptoir_domain::shortage::{Share, ShortageRule, Waiting, share_out, waiting_for};
use comptoir_domain::tender::TenderKind;
use comptoir_domain::time::Timestamp;
use proptest::prelude::*;
use support::*;

fn line(number: u128, wanted: Quantity, paid: bool, whole: bool) -> Waiting {
    Waiting {
        order: OrderId::from_uuid(id(number)),
        line: LineId::from_uuid(id(1000 + number)),
        wanted,
        paid,
        placed_at: Timestamp::from_unix_ms(i64::try_from(number).unwrap()),
        whole,
    }
}

fn gets(shares: &[Share]) -> Vec<Quantity> {
    shares.iter().map(|share| share.gets).collect()
}

#[test]
fn who_paid_comes_first_and_then_who_ordered_first() {
    let waiting = [
        line(1, pieces(3), false, true),
        line(2, pieces(3), false, true),
        line(3, pieces(3), true, true),
    ];
    let shares = share_out(pieces(7), &waiting, ShortageRule::PaidFirst);
    assert_eq!(shares[0].order, waiting[2].order);
    assert_eq!(gets(&shares), [pieces(3), pieces(3), pieces(1)]);
}

#[test]
fn everybody_gets_the_same_share_in_whole_pieces() {
    let waiting = [
        line(1, pieces(50), true, true),
        line(2, pieces(30), false, true),
        line(3, pieces(20), false, true),
    ];
    let shares = share_out(pieces(80), &waiting, ShortageRule::ProRata);
    assert_eq!(gets(&shares), [pieces(40), pieces(24), pieces(16)]);
    let thirds = [1, 2, 3].map(|number| line(number, pieces(1), number == 3, true));
    let shares = share_out(pieces(2), &thirds, ShortageRule::ProRata);
    assert_eq!(gets(&shares), [pieces(1), pieces(1), pieces(0)]);
    assert!(
        shares[0].order == thirds[2].order,
        "who paid is served first"
    );
}

#[test]
fn not_delivered_leaves_nothing_to_anybody() {
    let waiting = [
        line(1, pieces(3), true, true),
        line(2, grams(700), false, false),
    ];
    for rule in [ShortageRule::PaidFirst, ShortageRule::ProRata] {
        let shares = share_out(Quantity::ZERO, &waiting, rule);
        assert!(shares.iter().all(|share| share.gets.is_zero()));
    }
}

proptest! {
    #[test]
    fn shares_add_up_to_what_came_and_nobody_gets_more_than_wanted(
        wanted in prop::collection::vec((1i64..40, any::<bool>()), 0..12),
        came in 0i64..300,
        measured in any::<bool>(),
        pro_rata in any::<bool>(),
    ) {
        let scale = if measured { 137 } else { 1000 };
        let waiting: Vec<Waiting> = wanted
            .iter()
            .enumerate()
            .map(|(number, (wanted, paid))| {
                let number = u128::try_from(number).unwrap();
                line(number, grams(wanted * scale), *paid, !measured)
            })
            .collect();
        let came = grams(came * scale);
        let rule = if pro_rata { ShortageRule::ProRata } else { ShortageRule::PaidFirst };
        let shares = share_out(came, &waiting, rule);
        let total: Quantity = waiting.iter().map(|line| line.wanted).sum();
        let given: Quantity = gets(&shares).into_iter().sum();
        prop_assert_eq!(given, came.min(total));
        prop_assert!(shares.iter().all(|share| !share.gets.is_negative() && share.gets <= share.wanted));
        prop_assert!(measured || shares.iter().all(|share| share.gets.is_whole()));
        let mut shuffled = waiting.clone();
        shuffled.reverse();
        prop_assert_eq!(shares, share_out(came, &shuffled, rule));
    }
}

/// The server's books with an accepted and paid order of three boxes of eggs for Jane.
fn ordered() -> (Bench, Side, OrderId, LineId) {
    let bench = Bench::new();
    let mut server = Side::server();
    server.record("received", vec![bench.opening_stock()]);
    let mut basket = server.new_draft(&bench);
    server.add(&bench, &mut basket, "P2", pieces(3));
    let lines = basket.order().lines;
    let (order, eggs) = (basket.heading().id, lines[0].id);
    let placed = Event::OrderPlaced {
        heading: OrderHeading {
            number: "O-7".to_owned(),
            customer: Some(jane()),
            ..basket.heading().clone()
        },
        lines,
        charges: Vec::new(),
        removed: Vec::new(),
        taken_back: Vec::new(),
        shift: None,
    };
    let payment = Payment {
        id: PaymentId::from_uuid(id(601)),
        tender: tender_id(TenderKind::Online, &bench),
        kind: TenderKind::Online,
        amount: cents(900),
        tendered: None,
        change: cents(0),
        rounding: cents(0),
        reference: None,
        status: PaymentStatus::Captured,
        at: MONDAY,
        shift: None,
        account: None,
        capture_before: None,
        capture: None,
    };
    let paid = Event::PaymentTaken { order, payment };
    server.record("placed", vec![placed, Event::OrderAccepted { order }, paid]);
    (bench, server, order, eggs)
}

fn share(order: OrderId, line: LineId, gets: i64) -> Share {
    Share {
        order,
        line,
        wanted: pieces(3),
        gets: pieces(gets),
    }
}

#[test]
fn only_lines_that_hold_goods_back_wait_for_them() {
    let (bench, server, order, eggs) = ordered();
    let order = server.books.order(order).unwrap();
    let waiting = waiting_for(order, bench.variants["P2"].id);
    let [line] = waiting.as_slice() else {
        panic!("{waiting:?}");
    };
    assert_eq!((line.line, line.wanted, line.paid), (eggs, pieces(3), true));
    assert!(waiting_for(order, bench.variants["P3"].id).is_empty());
}

#[test]
fn what_is_missing_comes_off_once_and_is_owed_or_becomes_credit() {
    for (remedy, due, credit) in [
        (Remedy::TakeOff, cents(-600), None),
        (Remedy::Credit, cents(0), Some(cents(600))),
    ] {
        let (bench, mut server, order, eggs) = ordered();
        let share = share(order, eggs, 1);
        let settle = |server: &mut Side| {
            server.decide(&bench, |books, context| {
                let order = books.order(order).unwrap();
                decide::settle_shortage(order, &share, remedy, None, context)
            })
        };
        let events = settle(&mut server).unwrap();
        server.record("shortage", events);
        let after = server.books.order(order).unwrap();
        assert_eq!(after.line(eggs).unwrap().wanted(), pieces(1));
        assert_eq!(after.totals().due, due);
        let reserved = server.books.level(bench.variants["P2"].id, bench.location);
        assert_eq!(
            (reserved.reserved, reserved.on_hand),
            (pieces(1), pieces(20))
        );
        let balance = server.books.accounts.values().next();
        assert_eq!(balance.map(|account| account.balance), credit);
        let again = settle(&mut server).unwrap_err();
        assert_eq!(again.code, RefusalCode::NothingChanged, "shared out anew");
    }
}

#[test]
fn other_goods_go_in_place_of_what_is_missing() {
    for gets in [0, 2] {
        let (bench, mut server, order, eggs) = ordered();
        let share = share(order, eggs, gets);
        let price = bench.price_for("P4", &[]);
        let article = Article {
            variant: &bench.variants["P4"],
            price: price.as_ref(),
            label_total: None,
            measured: false,
        };
        let remedy = Remedy::Substitute {
            article,
            quantity: pieces(1),
        };
        let events = server
            .decide(&bench, |books, context| {
                let order = books.order(order).unwrap();
                decide::settle_shortage(order, &share, remedy, None, context)
            })
            .unwrap();
        server.record("shortage", events);
        let after = server.books.order(order).unwrap();
        assert_eq!(after.line(eggs).unwrap().wanted(), pieces(gets));
        assert_eq!(after.lines[1].wanted(), pieces(1));
        assert_eq!(after.totals().total, cents(gets * 300) + cents(320));
        assert_eq!(after.totals().due, cents(gets * 300 + 320 - 900));
    }
}
