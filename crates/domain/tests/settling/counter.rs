//! A counter with an order of the shop, as the tests of settling use it.

use crate::support::*;
use comptoir_domain::decide::{self, Context, HandOver, PaymentRequest, to_settle};
use comptoir_domain::draft::{Draft, Step};
use comptoir_domain::event::Event;
use comptoir_domain::ids::{LineId, OrderId, PaymentId, ShiftId};
use comptoir_domain::money::Money;
use comptoir_domain::order::{Channel, Fate, Order, OrderHeading, Payment, PaymentStatus};
use comptoir_domain::quantity::Quantity;
use comptoir_domain::refusal::{Refusal, RefusalCode};
use comptoir_domain::tender::TenderKind;
use comptoir_domain::time::Timestamp;

pub(crate) const HOUR_MS: i64 = 60 * 60 * 1000;

/// The events that place Jane's order in the shop: eggs twice, a juice, a kilogram of carrots: 11.60.
pub(crate) fn placed(
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
pub(crate) struct Counter {
    pub(crate) bench: Bench,
    pub(crate) till: Side,
    pub(crate) shift: ShiftId,
    pub(crate) draft: Draft,
}

impl Counter {
    pub(crate) fn new(status: Option<PaymentStatus>, capture_before: Option<Timestamp>) -> Counter {
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

    pub(crate) fn reopen(&mut self) {
        self.draft = Draft::amending(self.order().clone(), self.till.now);
    }

    pub(crate) fn order(&self) -> &Order {
        self.till.books.order(self.draft.heading().id).unwrap()
    }

    pub(crate) fn line(&self, code: &str) -> LineId {
        let order = self.draft.order();
        order
            .lines
            .iter()
            .find(|line| line.code == code)
            .unwrap()
            .id
    }

    pub(crate) fn figure(&self) -> i64 {
        to_settle(&self.draft.order(), self.till.now).minor_units()
    }

    pub(crate) fn step(
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

    pub(crate) fn pay(
        &mut self,
        kind: TenderKind,
        request: PaymentRequest,
    ) -> Result<(), RefusalCode> {
        let tender = self.bench.tender(kind);
        self.step(|draft, shift, context| {
            decide::pay(draft, &tender, &request, None, shift, context)
        })
    }

    pub(crate) fn give_back(
        &mut self,
        kind: TenderKind,
        amount: Option<i64>,
    ) -> Result<(), RefusalCode> {
        let tender = self.bench.tender(kind);
        self.step(|draft, shift, context| {
            decide::give_back(draft, &tender, amount.map(cents), None, shift, context)
        })
    }

    pub(crate) fn remove(&mut self, code: &str) {
        let line = self.line(code);
        self.step(|draft, _, context| decide::remove(draft, line, Fate::BackToShelf, "", context))
            .unwrap();
    }

    pub(crate) fn back(&mut self, code: &str, count: i64) -> Result<(), RefusalCode> {
        let line = self.line(code);
        self.step(|draft, _, context| {
            let fate = Fate::BackToShelf;
            decide::take_back(draft, line, pieces(count), fate, "damaged", context)
        })
    }

    pub(crate) fn complete(&mut self, how: &HandOver) -> Result<Vec<Event>, RefusalCode> {
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

    pub(crate) fn balanced(&self) {
        let shift = &self.till.books.shifts[&self.shift];
        assert_eq!(shift.imbalance(), Money::ZERO, "{:?}", shift.bridge);
    }
}

pub(crate) fn parts(counter: &Counter, codes: &[(&str, Quantity)]) -> HandOver {
    let parts = codes.iter();
    HandOver::Parts(
        parts
            .map(|(code, quantity)| (counter.line(code), *quantity))
            .collect(),
    )
}
