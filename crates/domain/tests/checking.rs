//! At hand-over: a scan ticks what is expected and then adds from the shelf; the order shows one
//! figure, to pay or to give back, and never the whole again.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

use comptoir_domain::credit::refund_credit_of;
use comptoir_domain::decide::{self, Article, HandOver, Scanned, to_settle};
use comptoir_domain::draft::{Draft, Step};
use comptoir_domain::event::Event;
use comptoir_domain::ids::{LineId, OrderId, PaymentId, ShiftId};
use comptoir_domain::money::Money;
use comptoir_domain::order::{
    Channel, Fate, Fulfilment, OrderHeading, Payment, PaymentState, PaymentStatus,
};
use comptoir_domain::quantity::Quantity;
use comptoir_domain::refusal::{Refusal, RefusalCode};
use comptoir_domain::tender::TenderKind;
use support::*;

/// A till with Jane's order: two boxes of eggs, a juice and a kilogram of carrots, 11.60.
struct Counter {
    bench: Bench,
    till: Side,
    shift: ShiftId,
    draft: Draft,
    order: OrderId,
}

impl Counter {
    fn with_order(status: PaymentStatus) -> Counter {
        let bench = Bench::new();
        let mut till = Side::till(1);
        till.record("stock_moved", vec![bench.opening_stock()]);
        let mut basket = till.new_draft(&bench);
        till.add(&bench, &mut basket, "P2", pieces(2));
        till.add(&bench, &mut basket, "P4", pieces(1));
        till.add(&bench, &mut basket, "P1", grams(1000));
        let shift = till.open_shift(&bench, 0);
        let heading = OrderHeading {
            number: "O-1001".to_owned(),
            channel: Channel::Shop,
            customer: Some(jane()),
            ..basket.heading().clone()
        };
        let order = heading.id;
        let placed = Event::OrderPlaced {
            heading,
            lines: basket.order().lines,
            charges: Vec::new(),
            removed: Vec::new(),
            taken_back: Vec::new(),
            shift: None,
        };
        let online = Payment {
            id: PaymentId::from_uuid(id(77)),
            tender: tender_id(TenderKind::Cash, &bench),
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
            capture_before: None,
            capture: None,
        };
        let paid = Event::PaymentTaken {
            order,
            payment: online,
        };
        let accepted = Event::OrderAccepted { order };
        till.record("order_placed", vec![placed, paid, accepted]);
        let draft = Draft::amending(till.books.order(order).unwrap().clone(), MONDAY);
        Counter {
            bench,
            till,
            shift,
            draft,
            order,
        }
    }

    fn line(&self, code: &str) -> LineId {
        let order = self.draft.order();
        let line = order.lines.iter().find(|line| line.code == code);
        line.unwrap().id
    }

    fn scan(&mut self, code: &str, quantity: Quantity) -> Scanned {
        let price = self.bench.price_for(code, &[]);
        let variant = &self.bench.variants[code];
        let article = Article {
            variant,
            price: price.as_ref(),
            label_total: None,
            measured: variant.unit.is_measured(),
        };
        let draft = &self.draft;
        let (step, scanned) = self
            .till
            .decide(&self.bench, |_, context| {
                decide::scan(draft, article, quantity, context)
            })
            .unwrap();
        self.draft.take(step);
        scanned
    }

    fn remove(&mut self, code: &str, fate: Fate) {
        let line = self.line(code);
        self.step(|draft, context| decide::remove(draft, line, fate, "", context))
            .unwrap();
    }

    fn step(
        &mut self,
        decision: impl FnOnce(&Draft, &mut decide::Context<'_>) -> Result<Step, Refusal>,
    ) -> Result<(), Refusal> {
        let draft = &self.draft;
        let step = self
            .till
            .decide(&self.bench, |_, context| decision(draft, context))?;
        self.draft.take(step);
        Ok(())
    }

    fn give_back(&mut self, kind: TenderKind) -> Result<(), RefusalCode> {
        let tender = self.bench.tender(kind);
        let shift = self.shift;
        self.step(|draft, context| decide::give_back(draft, &tender, None, None, shift, context))
            .map_err(|refusal| refusal.code)
    }

    fn hand_over(&mut self, how: &HandOver) -> Result<(), RefusalCode> {
        let (draft, shift) = (&self.draft, self.shift);
        let events = self
            .till
            .decide(&self.bench, |_, context| {
                decide::complete(draft, how, "", shift, context)
            })
            .map_err(|refusal| refusal.code)?;
        self.till.record("fetched", events);
        Ok(())
    }

    fn figure(&self) -> Money {
        to_settle(&self.draft.order(), self.till.now)
    }

    fn missing(&self) -> usize {
        let checks = self.draft.checks();
        checks.iter().filter(|check| !check.is_complete()).count()
    }

    fn available(&self, code: &str) -> Quantity {
        let variant = self.bench.variants[code].id;
        let level = self.till.books.level(variant, self.bench.location);
        level.available()
    }
}

#[test]
fn scans_tick_what_is_expected_and_then_add_from_the_shelf() {
    let mut counter = Counter::with_order(PaymentStatus::Captured);
    let eggs = counter.line("P2");
    assert_eq!(counter.missing(), 3);
    assert_eq!(counter.scan("P2", pieces(1)), Scanned::Ticked(eggs));
    assert_eq!(counter.scan("P2", pieces(1)), Scanned::Ticked(eggs));
    assert_eq!(counter.figure(), cents(0), "ticking changes no figure");
    assert_eq!(counter.missing(), 2);
    assert_eq!(counter.scan("P2", pieces(1)), Scanned::Added);
    assert_eq!(counter.figure(), cents(300));
    assert_eq!(counter.scan("P3", pieces(1)), Scanned::Added);
    assert_eq!(counter.figure(), cents(1050));
    assert_eq!(counter.missing(), 2, "what comes from the shelf is there");
}

#[test]
fn three_typed_and_scanned_tick_two_and_add_one() {
    let mut counter = Counter::with_order(PaymentStatus::Captured);
    assert_eq!(counter.scan("P2", pieces(3)), Scanned::Added);
    let eggs = counter.line("P2");
    let order = counter.draft.order();
    assert_eq!(order.line(eggs).unwrap().wanted(), pieces(3));
    assert_eq!(counter.missing(), 2);
    counter.draft.undo().unwrap();
    assert_eq!(counter.missing(), 3, "one key press is one step to undo");
    assert_eq!(counter.figure(), cents(0));
}

#[test]
fn weight_labels_of_an_ordered_line_add_up_to_what_it_weighs() {
    let mut counter = Counter::with_order(PaymentStatus::Captured);
    let carrots = counter.line("P1");
    assert_eq!(counter.scan("P1", grams(1125)), Scanned::Ticked(carrots));
    assert_eq!(counter.figure(), cents(30), "2.70 instead of 2.40");
    counter.draft.undo().unwrap();
    counter.scan("P1", grams(500));
    assert_eq!(counter.scan("P1", grams(520)), Scanned::Ticked(carrots));
    let weighed = counter.draft.order().line(carrots).unwrap().wanted();
    assert_eq!(weighed, grams(1020));
    // A third bag was never asked for: it comes from the shelf, on a line of its own.
    assert_eq!(counter.scan("P1", grams(300)), Scanned::Added);
    assert_eq!(counter.draft.order().lines.len(), 4);
}

#[test]
fn a_tap_ticks_a_line_and_takes_the_ticks_away_again() {
    let mut counter = Counter::with_order(PaymentStatus::Captured);
    let eggs = counter.line("P2");
    counter
        .step(|draft, context| decide::tick(draft, eggs, context))
        .unwrap();
    assert_eq!(counter.missing(), 2);
    counter
        .step(|draft, context| decide::tick(draft, eggs, context))
        .unwrap();
    assert_eq!(counter.missing(), 3);
    counter
        .step(|draft, context| decide::tick_all(draft, context))
        .unwrap();
    assert_eq!(counter.missing(), 0);
    let again = counter.step(|draft, context| decide::tick_all(draft, context));
    assert_eq!(again.unwrap_err().code, RefusalCode::NothingMissing);
}

#[test]
fn one_more_honey_and_one_box_less_are_paid_by_their_difference() {
    let mut counter = Counter::with_order(PaymentStatus::Captured);
    counter.scan("P3", pieces(1));
    let eggs = counter.line("P2");
    counter
        .step(|draft, context| decide::step_quantity(draft, eggs, pieces(-1), context))
        .unwrap();
    assert_eq!(counter.figure(), cents(450));
    let shift = counter.shift;
    counter
        .till
        .pay(
            &counter.bench,
            &mut counter.draft,
            TenderKind::Cash,
            Some(500),
            shift,
        )
        .unwrap();
    counter.hand_over(&HandOver::Everything).unwrap();
    let order = counter.till.books.order(counter.order).unwrap();
    assert_eq!(order.totals().total, cents(1610));
    assert_eq!(order.payment_state(), PaymentState::Paid);
    let amounts: Vec<_> = order
        .payments
        .iter()
        .map(|payment| payment.amount)
        .collect();
    assert_eq!(amounts, [cents(1160), cents(450)]);
    assert_eq!(order.heading.number, "O-1001");
}

#[test]
fn no_juice_is_given_back_as_credit_that_the_next_sale_spends() {
    let mut counter = Counter::with_order(PaymentStatus::Captured);
    counter.remove("P4", Fate::BackToShelf);
    assert_eq!(counter.figure(), cents(-320));
    counter.give_back(TenderKind::Credit).unwrap();
    counter.hand_over(&HandOver::Everything).unwrap();
    let account = &counter.till.books.accounts[&refund_credit_of(jane())];
    assert_eq!(account.balance, cents(320));
    assert_eq!(account.owner, Some(jane()));
    assert_eq!(counter.available("P4"), pieces(12));
}

#[test]
fn wasted_goods_do_not_come_back_to_the_shelf() {
    let mut counter = Counter::with_order(PaymentStatus::Captured);
    counter.remove("P2", Fate::Wasted);
    counter.give_back(TenderKind::Cash).unwrap();
    counter.hand_over(&HandOver::Everything).unwrap();
    assert_eq!(counter.available("P2"), pieces(18));
}

#[test]
fn cash_for_money_paid_online_ends_at_the_hubs_limit() {
    let mut counter = Counter::with_order(PaymentStatus::Captured);
    counter.bench.settings.online_cash_back_max = cents(300);
    counter.remove("P4", Fate::BackToShelf);
    assert_eq!(
        counter.give_back(TenderKind::Cash),
        Err(RefusalCode::CashBackAboveLimit)
    );
    counter.bench.settings.online_cash_back_max = cents(320);
    assert_eq!(counter.give_back(TenderKind::Cash), Ok(()));
}

#[test]
fn an_authorised_payment_is_captured_for_what_is_really_given() {
    let mut counter = Counter::with_order(PaymentStatus::Authorised);
    counter.remove("P4", Fate::NeverThere);
    assert_eq!(counter.figure(), cents(0), "nothing to pay, nothing back");
    counter.hand_over(&HandOver::Everything).unwrap();
    let order = counter.till.books.order(counter.order).unwrap();
    assert_eq!(order.payments[0].status, PaymentStatus::CaptureRequested);
    assert_eq!(order.payments[0].amount, cents(840));
    assert_eq!(counter.available("P4"), pieces(11), "it was never there");
}

#[test]
fn only_what_was_ticked_goes_and_the_rest_stays_reserved() {
    let mut counter = Counter::with_order(PaymentStatus::Captured);
    counter.scan("P2", pieces(2));
    let parts = HandOver::Parts(counter.draft.ticked_parts());
    counter.hand_over(&parts).unwrap();
    let order = counter.till.books.order(counter.order).unwrap();
    assert_eq!(order.fulfilment(), Fulfilment::PartlyCollected);
    assert_eq!(counter.available("P4"), pieces(11));
    assert_eq!(counter.available("P2"), pieces(18));
    // Fetched the next day: only the rest is to be checked.
    counter.draft = Draft::amending(order.clone(), MONDAY);
    assert_eq!(counter.missing(), 2);
}

#[test]
fn what_is_weighed_or_given_instead_lies_on_the_counter() {
    let mut counter = Counter::with_order(PaymentStatus::Captured);
    let carrots = counter.line("P1");
    counter
        .step(|draft, context| decide::weigh(draft, carrots, grams(1125), context))
        .unwrap();
    assert_eq!(counter.missing(), 2);
    assert_eq!(counter.figure(), cents(30));
    // Weighed again, the latest weight is what is there.
    counter
        .step(|draft, context| decide::weigh(draft, carrots, grams(1000), context))
        .unwrap();
    assert_eq!((counter.missing(), counter.figure()), (2, cents(0)));

    let juice = counter.line("P4");
    let price = counter.bench.price_for("P3", &[]);
    let variant = counter.bench.variants["P3"].clone();
    let article = Article {
        variant: &variant,
        price: price.as_ref(),
        label_total: None,
        measured: false,
    };
    counter
        .step(|draft, context| {
            let fate = Fate::BackToShelf;
            decide::substitute(draft, juice, article, pieces(1), fate, context)
        })
        .unwrap();
    assert_eq!(counter.missing(), 1, "only the eggs");
}

#[test]
fn the_rest_of_a_weighed_line_is_weighed_by_itself() {
    let mut counter = Counter::with_order(PaymentStatus::Captured);
    counter.scan("P1", grams(600));
    let parts = HandOver::Parts(vec![(counter.line("P1"), grams(600))]);
    let carrots = counter.line("P1");
    let weighed = counter.draft.order().line(carrots).unwrap().wanted();
    assert_eq!(weighed, grams(600), "the scan says what there is");
    counter.hand_over(&parts).unwrap();
    let order = counter.till.books.order(counter.order).unwrap().clone();
    counter.draft = Draft::amending(order, MONDAY);
    counter
        .step(|draft, context| decide::set_quantity(draft, carrots, grams(1000), context))
        .unwrap();
    counter
        .step(|draft, context| decide::weigh(draft, carrots, grams(410), context))
        .unwrap();
    let order = counter.draft.order();
    assert_eq!(order.line(carrots).unwrap().wanted(), grams(1010));
    assert_eq!(order.line(carrots).unwrap().outstanding(), grams(410));
}
