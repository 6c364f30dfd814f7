//! What an authorisation is still good for, and what goes back by the payment that it came by.

use crate::counter::*;
use crate::support::*;
use comptoir_domain::decide::{self, HandOver, PaymentRequest};
use comptoir_domain::draft::Draft;
use comptoir_domain::event::Event;
use comptoir_domain::money::Money;
use comptoir_domain::order::{PaymentStatus, RefundStatus};
use comptoir_domain::problem::ProblemRule;
use comptoir_domain::refusal::RefusalCode;
use comptoir_domain::tender::TenderKind;

#[test]
fn a_lapsed_authorisation_is_collected_at_the_counter() {
    let later = Some(MONDAY.plus_ms(2 * HOUR_MS));
    let good = Counter::new(Some(PaymentStatus::Authorised), later);
    assert_eq!(good.figure(), 0);

    let soon = Some(MONDAY.plus_ms(HOUR_MS / 2));
    let mut counter = Counter::new(Some(PaymentStatus::Authorised), soon);
    assert_eq!(counter.figure(), 1160);
    assert_eq!(counter.draft.order().lapsed_at(MONDAY), cents(1160));
    assert_eq!(
        counter.complete(&HandOver::Everything).unwrap_err(),
        RefusalCode::OrderNotPaid
    );
    let request = PaymentRequest::default();
    counter.pay(TenderKind::Cash, request).unwrap();
    let events = counter.complete(&HandOver::Everything).unwrap();
    let captures = |event: &Event| matches!(event, Event::CaptureRequested { .. });
    assert!(!events.iter().any(captures), "nothing is asked of it");
    assert_eq!(counter.order().totals().due, Money::ZERO);
    assert_eq!(
        counter.order().payments[0].status,
        PaymentStatus::Authorised
    );
}

#[test]
fn two_tills_that_each_hand_over_a_part_both_get_their_capture() {
    let bench = Bench::new();
    let mut server = Side::server();
    let (order, events) = {
        let mut maker = Side::till(9);
        placed(&bench, &mut maker, 1, Some(PaymentStatus::Authorised), None)
    };
    server.record("order_placed", events.clone());
    let mut tills = Vec::new();
    for (number, code) in [(1, "P2"), (2, "P4")] {
        let mut till = Side::till(number);
        let shift = till.open_shift(&bench, 0);
        till.books.orders = server.books.orders.clone();
        let draft = Draft::amending(till.books.order(order).unwrap().clone(), MONDAY);
        let line = draft.order();
        let line = line.lines.iter().find(|line| line.code == code).unwrap();
        let goes = HandOver::Parts(vec![(line.id, line.ordered)]);
        let events = till
            .decide(&bench, |_, context| {
                decide::complete(&draft, &goes, "", shift, context)
            })
            .unwrap();
        till.record("fetched", events);
        assert_eq!(till.books.order(order).unwrap().payments[0].uncaptured(), {
            let taken = if code == "P2" { 600 } else { 320 };
            cents(1160 - taken)
        });
        tills.push(till);
    }
    for till in &tills {
        accept(&mut server, till, 0..till.entries.len());
    }
    let after = server.books.order(order).unwrap();
    assert_eq!(after.payments[0].amount, cents(920), "both parts");
    assert_eq!(after.recognised().total(), cents(920));
    assert_eq!(
        after.authorised_at(MONDAY),
        cents(240),
        "the carrots' share waits"
    );

    // The same part again, by a third till that knew of neither: no more than was authorised.
    let mut third = Side::till(3);
    let shift = third.open_shift(&bench, 0);
    let mut maker = Side::server();
    maker.record("order_placed", events);
    third.books.orders = maker.books.orders.clone();
    let draft = Draft::amending(third.books.order(order).unwrap().clone(), MONDAY);
    let events = third
        .decide(&bench, |_, context| {
            decide::complete(&draft, &HandOver::Everything, "", shift, context)
        })
        .unwrap();
    third.record("fetched", events);
    accept(&mut server, &third, 0..third.entries.len());
    let after = server.books.order(order).unwrap();
    assert_eq!(after.payments[0].amount, cents(1160));
    let rules: Vec<ProblemRule> = server.books.problems.values().map(|p| p.rule).collect();
    assert!(rules.contains(&ProblemRule::HandedOverTwice), "{rules:?}");
}

#[test]
fn money_goes_back_by_the_payment_that_it_came_by() {
    for fails in [false, true] {
        let mut counter = Counter::new(Some(PaymentStatus::Captured), None);
        counter.remove("P4");
        assert_eq!(counter.figure(), -320);
        assert_eq!(
            counter.give_back(TenderKind::Online, Some(321)),
            Err(RefusalCode::AmountAboveDue)
        );
        counter.give_back(TenderKind::Online, None).unwrap();
        counter.complete(&HandOver::Everything).unwrap();
        let order = counter.order().clone();
        assert_eq!(
            order.totals().due,
            Money::ZERO,
            "at the counter it went back"
        );
        assert_eq!(order.booked(), cents(1160), "in the books it did not yet");
        let refund = order.refunds[0].clone();
        assert_eq!(refund.payment, Some(order.payments[0].id));
        assert_eq!(
            (refund.status, refund.shift),
            (RefundStatus::Requested, None)
        );

        let mut server = Side::server();
        server.books = counter.till.books.clone();
        let (order_id, refund) = (order.id(), refund.id);
        let answer = if fails {
            Event::RefundFailed {
                order: order_id,
                refund,
                reason: "closed".to_owned(),
            }
        } else {
            Event::RefundDone {
                order: order_id,
                refund,
                reference: None,
            }
        };
        let applied = server.record("payment_answered", vec![answer]);
        let after = server.books.order(order_id).unwrap();
        let (due, booked) = if fails { (-320, 1160) } else { (0, 840) };
        assert_eq!(after.totals().due, cents(due));
        assert_eq!(after.booked(), cents(booked));
        let failed = applied
            .problems
            .iter()
            .any(|p| p.rule == ProblemRule::RefundFailed);
        assert_eq!(failed, fails);
    }
}
