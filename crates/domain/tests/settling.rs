//! Money at the hand-over: what an authorisation is still good for, what goes back by the payment that
//! it came by, what is let go, what comes back, and several orders settled by one tender.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

use comptoir_domain::credit::{AccountKind, CreditAccount, on_account_of};
use comptoir_domain::decide::{
    self, Article, Balances, Context, HandOver, PaymentRequest, Together, to_settle,
};
use comptoir_domain::draft::{Draft, Step};
use comptoir_domain::event::Event;
use comptoir_domain::ids::{ActionId, LineId, OrderId, PaymentId, ShiftId};
use comptoir_domain::money::Money;
use comptoir_domain::order::{
    Channel, Fate, Order, OrderHeading, Payment, PaymentStatus, RefundStatus,
};
use comptoir_domain::price::CustomerClass;
use comptoir_domain::problem::ProblemRule;
use comptoir_domain::quantity::Quantity;
use comptoir_domain::refusal::{Refusal, RefusalCode};
use comptoir_domain::settings::OnAccountLimit;
use comptoir_domain::staff::Role;
use comptoir_domain::tender::TenderKind;
use comptoir_domain::time::Timestamp;
use proptest::prelude::*;
use support::*;

const HOUR_MS: i64 = 60 * 60 * 1000;

/// The events that place Jane's order in the shop: eggs twice, a juice, a kilogram of carrots: 11.60.
fn placed(
    bench: &Bench,
    maker: &mut Side,
    number: u128,
    status: Option<PaymentStatus>,
    capture_before: Option<Timestamp>,
) -> (OrderId, Vec<Event>) {
    let mut basket = maker.new_draft(bench);
    maker.add(bench, &mut basket, "P2", pieces(2));
    maker.add(bench, &mut basket, "P4", pieces(1));
    maker.add(bench, &mut basket, "P1", grams(1000));
    let heading = OrderHeading {
        number: format!("O-{number}"),
        channel: Channel::Shop,
        customer: Some(jane()),
        ..basket.heading().clone()
    };
    let order = heading.id;
    let mut events = vec![Event::OrderPlaced {
        heading,
        lines: basket.order().lines,
        charges: Vec::new(),
        removed: Vec::new(),
        taken_back: Vec::new(),
        shift: None,
    }];
    events.extend(status.map(|status| Event::PaymentTaken {
        order,
        payment: Payment {
            id: PaymentId::from_uuid(id(7000 + number)),
            tender: tender_id(TenderKind::Online, bench),
            kind: TenderKind::Online,
            amount: cents(1160),
            tendered: None,
            change: Money::ZERO,
            rounding: Money::ZERO,
            reference: None,
            status,
            at: MONDAY,
            shift: None,
            account: None,
            capture_before,
            capture: None,
        },
    }));
    events.push(Event::OrderAccepted { order });
    (order, events)
}

/// A till with its shift open and one order on the counter.
struct Counter {
    bench: Bench,
    till: Side,
    shift: ShiftId,
    draft: Draft,
}

impl Counter {
    fn new(status: Option<PaymentStatus>, capture_before: Option<Timestamp>) -> Counter {
        let bench = Bench::new();
        let mut till = Side::till(1);
        till.record("stock_moved", vec![bench.opening_stock()]);
        let shift = till.open_shift(&bench, 0);
        let mut server = Side::server();
        let (order, events) = placed(&bench, &mut server, 1, status, capture_before);
        server.record("order_placed", events);
        till.books.orders.append(&mut server.books.orders);
        let draft = Draft::amending(till.books.order(order).unwrap().clone(), MONDAY);
        Counter {
            bench,
            till,
            shift,
            draft,
        }
    }

    fn reopen(&mut self) {
        self.draft = Draft::amending(self.order().clone(), self.till.now);
    }

    fn order(&self) -> &Order {
        self.till.books.order(self.draft.heading().id).unwrap()
    }

    fn line(&self, code: &str) -> LineId {
        let order = self.draft.order();
        order
            .lines
            .iter()
            .find(|line| line.code == code)
            .unwrap()
            .id
    }

    fn figure(&self) -> i64 {
        to_settle(&self.draft.order(), self.till.now).minor_units()
    }

    fn step(
        &mut self,
        decision: impl FnOnce(&Draft, ShiftId, &mut Context<'_>) -> Result<Step, Refusal>,
    ) -> Result<(), RefusalCode> {
        let (draft, shift) = (&self.draft, self.shift);
        let step = self
            .till
            .decide(&self.bench, |_, context| decision(draft, shift, context))
            .map_err(|refusal| refusal.code)?;
        self.draft.take(step);
        Ok(())
    }

    fn pay(&mut self, kind: TenderKind, request: PaymentRequest) -> Result<(), RefusalCode> {
        let tender = self.bench.tender(kind);
        self.step(|draft, shift, context| {
            decide::pay(draft, &tender, &request, None, shift, context)
        })
    }

    fn give_back(&mut self, kind: TenderKind, amount: Option<i64>) -> Result<(), RefusalCode> {
        let tender = self.bench.tender(kind);
        self.step(|draft, shift, context| {
            decide::give_back(draft, &tender, amount.map(cents), None, shift, context)
        })
    }

    fn remove(&mut self, code: &str) {
        let line = self.line(code);
        self.step(|draft, _, context| decide::remove(draft, line, Fate::BackToShelf, "", context))
            .unwrap();
    }

    fn back(&mut self, code: &str, count: i64) -> Result<(), RefusalCode> {
        let line = self.line(code);
        self.step(|draft, _, context| {
            let fate = Fate::BackToShelf;
            decide::take_back(draft, line, pieces(count), fate, "damaged", context)
        })
    }

    fn complete(&mut self, how: &HandOver) -> Result<Vec<Event>, RefusalCode> {
        let (draft, shift) = (&self.draft, self.shift);
        let events = self
            .till
            .decide(&self.bench, |_, context| {
                decide::complete(draft, how, "", shift, context)
            })
            .map_err(|refusal| refusal.code)?;
        self.till.record("fetched", events.clone());
        self.balanced();
        Ok(events)
    }

    fn balanced(&self) {
        let shift = &self.till.books.shifts[&self.shift];
        assert_eq!(shift.imbalance(), Money::ZERO, "{:?}", shift.bridge);
    }
}

fn parts(counter: &Counter, codes: &[(&str, Quantity)]) -> HandOver {
    let parts = codes.iter();
    HandOver::Parts(
        parts
            .map(|(code, quantity)| (counter.line(code), *quantity))
            .collect(),
    )
}

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

#[test]
fn a_part_that_was_given_back_and_taken_back_is_on_record_with_the_managers_word() {
    let mut counter = Counter::new(Some(PaymentStatus::Captured), None);
    counter.remove("P4");
    counter.give_back(TenderKind::Cash, Some(100)).unwrap();
    counter.draft.undo().unwrap();
    assert_eq!(counter.figure(), -320);
    counter.give_back(TenderKind::Cash, None).unwrap();
    let events = counter.complete(&HandOver::Everything).unwrap();
    let taken_back = events.iter().find_map(|event| match event {
        Event::RefundTakenBack { refund, .. } => Some(refund.amount),
        _ => None,
    });
    assert_eq!(taken_back, Some(cents(100)));
    assert_eq!(counter.order().refunded(), cents(320));

    let mut counter = Counter::new(Some(PaymentStatus::Captured), None);
    counter.remove("P4");
    let tender = counter.bench.tender(TenderKind::Cash);
    counter
        .step(|draft, shift, context| {
            context.approved_by = Some(cass());
            decide::give_back(draft, &tender, Some(cents(100)), None, shift, context)
        })
        .unwrap();
    assert_eq!(counter.draft.approved_by(), Some(cass()));
}

#[test]
fn what_is_left_of_a_done_order_is_settled_without_goods() {
    let mut counter = Counter::new(Some(PaymentStatus::Captured), None);
    let order = counter.order().id();
    let seen = comptoir_domain::order::Seen { rev: 1, own: None };
    counter.till.record(
        "order_cancelled",
        vec![Event::OrderCancelled {
            order,
            seen,
            reason: "ill".to_owned(),
        }],
    );
    counter.reopen();
    assert_eq!(counter.figure(), -1160);
    assert_eq!(
        counter.complete(&HandOver::Everything).unwrap_err(),
        RefusalCode::OrderNotOpen
    );
    counter.give_back(TenderKind::Transfer, None).unwrap();
    let events = counter.complete(&HandOver::Nothing).unwrap();
    assert_eq!(events.len(), 1);
    assert_eq!(counter.order().totals().due, Money::ZERO);
}

#[test]
fn what_is_forgiven_is_a_figure_of_its_own_and_is_never_given_back() {
    let mut counter = Counter::new(None, None);
    let part = PaymentRequest {
        amount: Some(cents(1149)),
        ..PaymentRequest::default()
    };
    counter.pay(TenderKind::Cash, part).unwrap();
    let everything = HandOver::Everything;
    let forgive = |counter: &mut Counter| {
        counter.step(|draft, shift, context| {
            decide::forgive(draft, &HandOver::Everything, shift, context)
        })
    };
    assert_eq!(
        forgive(&mut counter),
        Err(RefusalCode::ForgivenessAboveLimit)
    );
    let cent = PaymentRequest {
        amount: Some(cents(1)),
        ..PaymentRequest::default()
    };
    counter.pay(TenderKind::Cash, cent).unwrap();
    forgive(&mut counter).unwrap();
    assert_eq!(forgive(&mut counter), Err(RefusalCode::NothingDue));
    counter.complete(&everything).unwrap();
    let totals = counter.order().totals();
    assert_eq!(
        (totals.paid, totals.forgiven, totals.due),
        (cents(1150), cents(10), cents(0))
    );
    let bridge = counter.till.books.shifts[&counter.shift].bridge;
    assert_eq!((bridge.forgiven, bridge.debts_made), (cents(10), cents(0)));

    counter.reopen();
    for (code, count) in [("P2", 2), ("P4", 1), ("P1", 1)] {
        counter.back(code, count).unwrap();
    }
    assert_eq!(counter.figure(), -1150, "what came in, and no more");
    counter.give_back(TenderKind::Cash, None).unwrap();
    counter.complete(&HandOver::Nothing).unwrap();
    assert_eq!(counter.order().totals().due, Money::ZERO);
}

#[test]
fn fetched_goods_come_back_and_no_more_than_was_fetched() {
    let mut counter = Counter::new(Some(PaymentStatus::Captured), None);
    counter.complete(&HandOver::Everything).unwrap();
    counter.reopen();
    assert_eq!(
        counter.back("P2", 3),
        Err(RefusalCode::ReturnAboveCollected)
    );
    counter.back("P2", 2).unwrap();
    counter.back("P2", 1).unwrap();
    assert_eq!(counter.figure(), -300, "the last word holds");
    counter.back("P4", 1).unwrap();
    counter.draft.undo().unwrap();
    counter.give_back(TenderKind::Cash, None).unwrap();
    let events = counter.complete(&HandOver::Nothing).unwrap();
    let names = |event: &Event| matches!(event, Event::GoodsReturned { .. });
    assert!(names(&events[0]), "goods first, then their money");
    let order = counter.order();
    assert_eq!(order.lines[0].returned, pieces(1));
    assert_eq!(order.totals().due, Money::ZERO);
    assert!(counter.till.books.problems.is_empty());
}

#[test]
fn buying_on_account_goes_as_far_as_the_customers_class_and_the_copy_allow() {
    let mut counter = Counter::new(None, None);
    let class = CustomerClass::new("Member");
    let limit = |amount| OnAccountLimit {
        class: class.clone(),
        limit: cents(amount),
    };
    let order = counter.draft.order();
    let settings = &mut counter.bench.settings;
    assert!(decide::account_to_open(&order, std::slice::from_ref(&class), settings).is_none());
    settings.on_account_limits = vec![limit(2000)];
    settings.offline_limits.on_account_max = cents(1000);
    let account = decide::account_to_open(&order, std::slice::from_ref(&class), settings).unwrap();
    assert_eq!(
        (account.id, account.limit),
        (on_account_of(jane()), cents(2000))
    );
    assert!(decide::account_to_open(&order, &[], settings).is_none());

    let tender = counter.bench.tender(TenderKind::OnAccount);
    let away = Balances::Copied { age_ms: HOUR_MS };
    let mut pay = |account: &CreditAccount, balances, amount: i64, role| {
        let request = PaymentRequest {
            amount: Some(cents(amount)),
            balances,
            ..PaymentRequest::default()
        };
        counter.step(|draft, shift, context| {
            context.role = role;
            decide::pay(draft, &tender, &request, Some(account), shift, context)
        })
    };
    assert_eq!(
        pay(&account, away, 1001, Role::Cashier),
        Err(RefusalCode::NotPermitted)
    );
    let old = Balances::Copied {
        age_ms: 1000 * HOUR_MS,
    };
    assert_eq!(
        pay(&account, old, 1, Role::Cashier),
        Err(RefusalCode::NotPermitted)
    );
    let poor = CreditAccount {
        limit: cents(500),
        ..account.clone()
    };
    assert_eq!(
        pay(&poor, Balances::Known, 501, Role::Manager),
        Err(RefusalCode::CreditTooLow)
    );
    pay(&account, away, 600, Role::Cashier).unwrap();
    assert_eq!(
        pay(&account, away, 560, Role::Cashier),
        Err(RefusalCode::NotPermitted)
    );
    pay(&account, away, 560, Role::Manager).unwrap();

    let draft = counter.draft.clone();
    let there = |balance: i64| {
        let account = CreditAccount {
            balance: cents(balance),
            ..account.clone()
        };
        decide::check_spent(&[&draft], |_| Some(account.clone()), MONDAY).map_err(|r| r.code)
    };
    assert_eq!(there(0), Ok(()));
    assert_eq!(
        there(-1000),
        Err(RefusalCode::CreditTooLow),
        "spent meanwhile"
    );
    assert_eq!(account.kind, AccountKind::OnAccount);
}

#[test]
fn an_ordered_line_costs_what_the_labels_on_its_packs_say() {
    let mut counter = Counter::new(None, None);
    let price = counter.bench.price_for("P1", &[]);
    let carrots = counter.bench.variants["P1"].clone();
    let scan = |counter: &mut Counter, weight: i64, label: Option<i64>| {
        let article = Article {
            variant: &carrots,
            price: price.as_ref(),
            label_total: label.map(cents),
            measured: true,
        };
        counter
            .step(|draft, _, context| {
                decide::scan(draft, article, grams(weight), context).map(|(step, _)| step)
            })
            .unwrap();
        let order = counter.draft.order();
        let line = order.lines.iter().find(|line| line.code == "P1").unwrap();
        (line.wanted(), line.amount().minor_units())
    };
    // 413 g at 2.40 are 0.99; the label says 1.00.
    assert_eq!(scan(&mut counter, 413, Some(100)), (grams(413), 100));
    assert_eq!(scan(&mut counter, 204, Some(50)), (grams(617), 150));
    // A pack without a price on it costs its weight.
    assert_eq!(scan(&mut counter, 100, None), (grams(717), 174));
    counter.draft.undo().unwrap();
    counter.draft.undo().unwrap();
    counter.draft.undo().unwrap();
    assert_eq!(counter.figure(), 1160);
}

#[test]
fn ticked_parts_are_paid_with_a_note_and_the_rest_can_be_paid_ahead() {
    for (ahead, paid, change) in [(false, 600, 400), (true, 1160, 0)] {
        let mut counter = Counter::new(None, None);
        let goes = parts(&counter, &[("P2", pieces(2))]);
        assert_eq!(decide::to_pay(&counter.draft, &goes, MONDAY), cents(600));
        let request = PaymentRequest {
            amount: Some(cents(if ahead { 1160 } else { 1000 })),
            goes: goes.clone(),
            ahead,
            ..PaymentRequest::default()
        };
        counter.pay(TenderKind::Cash, request).unwrap();
        counter.complete(&goes).unwrap();
        let payment = &counter.order().payments[0];
        assert_eq!(
            (payment.amount, payment.change),
            (cents(paid), cents(change))
        );
        assert_eq!(counter.order().totals().due, cents(1160 - paid));
    }
}

/// Orders that wait for the same hand, each owing or owed something else.
fn several(figures: &[i64]) -> (Counter, Vec<Draft>) {
    let counter = Counter::new(None, None);
    let mut drafts = Vec::new();
    let mut server = Side::server();
    for (index, paid) in figures.iter().enumerate() {
        let number = 10 + index as u128;
        let (order, mut events) = placed(&counter.bench, &mut server, number, None, None);
        if *paid > 0 {
            events.push(Event::PaymentTaken {
                order,
                payment: Payment {
                    id: PaymentId::from_uuid(id(8000 + number)),
                    tender: tender_id(TenderKind::Online, &counter.bench),
                    kind: TenderKind::Online,
                    amount: cents(*paid),
                    tendered: None,
                    change: Money::ZERO,
                    rounding: Money::ZERO,
                    reference: None,
                    status: PaymentStatus::Captured,
                    at: MONDAY,
                    shift: None,
                    account: None,
                    capture_before: None,
                    capture: None,
                },
            });
        }
        server.record("order_placed", events);
        let order = server.books.order(order).unwrap().clone();
        drafts.push(Draft::amending(order, MONDAY));
    }
    (counter, drafts)
}

fn moved(step: &Step) -> (i64, i64) {
    match step {
        Step::Paid { payment, .. } => {
            (payment.amount.minor_units(), payment.rounding.minor_units())
        }
        Step::GaveBack { refund, .. } => {
            (-refund.amount.minor_units(), -refund.rounding.minor_units())
        }
        other => panic!("no money: {other:?}"),
    }
}

proptest! {
    #[test]
    fn one_tender_for_several_orders_is_shared_out_to_the_cent(
        paid in prop::collection::vec(0i64..2400, 1..5),
        given in prop::option::of(1i64..6000),
        cash in any::<bool>(),
    ) {
        let (mut counter, mut drafts) = several(&paid);
        let net = decide::to_settle_together(&drafts.iter().collect::<Vec<_>>(), MONDAY);
        let tender = counter.bench.tender(if cash { TenderKind::Cash } else { TenderKind::Transfer });
        let wanted = Together {
            tender: &tender,
            amount: given.map(cents),
            reference: None,
            action: ActionId::from_uuid(id(1)),
        };
        let shift = counter.shift;
        let all: Vec<&Draft> = drafts.iter().collect();
        let steps = counter.till.decide(&counter.bench, |_, context| {
            context.role = Role::Manager;
            decide::settle_together(&all, &wanted, shift, context)
        });
        let most = net.minor_units().abs();
        let Ok(steps) = steps else {
            let too_much = given.is_some_and(|given| given > most) && (!cash || net.is_negative());
            prop_assert!(too_much || paid.iter().all(|paid| *paid == 1160));
            return Ok(());
        };
        let sum: i64 = steps.iter().map(|(_, step)| moved(step).0).sum();
        let expected = given.unwrap_or(most).min(most);
        prop_assert_eq!(sum, if net.is_negative() { -expected } else { expected });
        for (order, step) in steps {
            let draft = drafts.iter_mut().find(|draft| draft.heading().id == order).unwrap();
            let before = to_settle(&draft.order(), MONDAY);
            draft.take(step);
            let after = to_settle(&draft.order(), MONDAY);
            prop_assert!(after.abs() <= before.abs());
            prop_assert!(before.minor_units().signum() * after.minor_units().signum() >= 0);
        }
        let settled = decide::is_settled_together(&drafts.iter().collect::<Vec<_>>(), MONDAY);
        prop_assert_eq!(settled, expected == most);
    }

    #[test]
    fn after_every_step_the_money_adds_up(
        steps in prop::collection::vec((0u8..9, 1i64..1500), 0..24),
        status in prop::option::of(prop::sample::select(vec![
            PaymentStatus::Authorised,
            PaymentStatus::Captured,
        ])),
    ) {
        let mut counter = Counter::new(status, None);
        for (what, amount) in steps {
            let request = PaymentRequest { amount: Some(cents(amount)), ..PaymentRequest::default() };
            let _ = match what {
                0 => counter.pay(TenderKind::Cash, request),
                1 => counter.pay(TenderKind::Transfer, PaymentRequest::default()),
                2 => counter.give_back(TenderKind::Cash, Some(amount)),
                3 => counter.give_back(TenderKind::Online, None),
                4 => counter.step(|draft, shift, context| {
                    decide::forgive(draft, &HandOver::Everything, shift, context)
                }),
                5 => counter.back("P2", 1),
                6 => {
                    let line = counter.line("P4");
                    counter.step(|draft, _, context| {
                        decide::step_quantity(draft, line, pieces(amount % 3 - 1), context)
                    })
                }
                7 => counter.draft.undo().map(|_| ()).map_err(|refusal| refusal.code),
                _ => {
                    let how = if amount % 2 == 0 { HandOver::Everything } else { HandOver::Nothing };
                    let done = counter.complete(&how).map(|_| ());
                    if done.is_ok() {
                        counter.reopen();
                    }
                    done
                }
            };
            let order = counter.draft.order();
            let totals = order.totals();
            let lines: Money = order.lines.iter().map(|line| line.amount() - line.returned_amount()).sum();
            prop_assert_eq!(totals.total, lines);
            let paid: Money = order.payments.iter().map(Payment::counts_for).sum();
            prop_assert_eq!(totals.paid, paid - order.refunded());
            prop_assert_eq!(totals.due, totals.total - totals.paid - totals.forgiven);
            prop_assert!(!totals.forgiven.is_negative() && !totals.due.is_negative() || totals.forgiven.is_zero());
            let figure = to_settle(&order, MONDAY);
            prop_assert!(figure.is_zero() || figure.is_negative() == totals.due.is_negative());
            let asked: Money = order.payments.iter().filter_map(|payment| payment.capture.as_ref().map(|c| payment.amount - c.authorised)).sum();
            prop_assert!(!asked.is_positive(), "never above what was authorised");
        }
        counter.balanced();
    }
}
