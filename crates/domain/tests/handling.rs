//! What people may do with an online order on its way: accepted, picked, ready, fetched in parts,
//! cancelled, expired; and what is refused.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

use comptoir_domain::decide::{self, HandOver};
use comptoir_domain::draft::Draft;
use comptoir_domain::event::Event;
use comptoir_domain::ids::{LineId, OrderId, ShiftId};
use comptoir_domain::order::{Channel, Fulfilment, Order, OrderHeading, PaymentState};
use comptoir_domain::problem::ProblemRule;
use comptoir_domain::quantity::Quantity;
use comptoir_domain::refusal::{Refusal, RefusalCode};
use comptoir_domain::tender::TenderKind;
use proptest::prelude::*;
use support::*;

struct Desk {
    bench: Bench,
    till: Side,
    order: OrderId,
    shift: ShiftId,
}

impl Desk {
    /// A till with an open shift and one placed online order: two boxes of eggs and a candle.
    fn with_order() -> Desk {
        let bench = Bench::new();
        let mut till = Side::till(1);
        let mut draft = till.new_draft(&bench);
        till.add(&bench, &mut draft, "P2", pieces(2));
        till.add(&bench, &mut draft, "P5", pieces(1));
        let shift = till.open_shift(&bench, 0);
        let heading = OrderHeading {
            number: "O-1".to_owned(),
            channel: Channel::Shop,
            ..draft.heading().clone()
        };
        let order = heading.id;
        let placed = Event::OrderPlaced {
            heading,
            lines: draft.order().lines,
            charges: Vec::new(),
            removed: Vec::new(),
            taken_back: Vec::new(),
            shift: None,
        };
        till.record("order_placed", vec![placed]);
        Desk {
            bench,
            till,
            order,
            shift,
        }
    }

    fn order(&self) -> Order {
        self.till.books.order(self.order).unwrap().clone()
    }

    fn line(&self, index: usize) -> LineId {
        self.order().lines[index].id
    }

    fn act(
        &mut self,
        decision: impl FnOnce(&Order, &decide::Context<'_>) -> Result<Event, Refusal>,
    ) -> Result<Fulfilment, RefusalCode> {
        let order = self.order();
        let event = self
            .till
            .decide(&self.bench, |_, context| decision(&order, context))
            .map_err(|refusal| refusal.code)?;
        self.till.record("order_handled", vec![event]);
        Ok(self.order().fulfilment())
    }

    fn accept(&mut self) -> Result<Fulfilment, RefusalCode> {
        self.act(decide::accept)
    }

    fn cancel(&mut self, reason: &str) -> Result<Fulfilment, RefusalCode> {
        self.act(|order, context| decide::cancel(order, reason, context))
    }

    fn fetch(&mut self, hand_over: &HandOver, pays: Option<i64>) -> Result<(), RefusalCode> {
        let mut draft = Draft::amending(self.order(), self.till.now);
        if let Some(amount) = pays {
            let paid = self.till.pay(
                &self.bench,
                &mut draft,
                TenderKind::CardStandalone,
                Some(amount),
                self.shift,
            );
            paid.unwrap();
        }
        let shift = self.shift;
        let events = self
            .till
            .decide(&self.bench, |_, context| {
                decide::complete(&draft, hand_over, "", shift, context)
            })
            .map_err(|refusal| refusal.code)?;
        self.till.record("fetched", events);
        Ok(())
    }

    fn part(&self, index: usize, quantity: Quantity) -> HandOver {
        HandOver::Parts(vec![(self.line(index), quantity)])
    }
}

#[test]
fn an_order_goes_from_placed_to_collected_one_state_after_the_other() {
    let mut desk = Desk::with_order();
    assert_eq!(desk.order().fulfilment(), Fulfilment::Placed);
    assert_eq!(desk.accept(), Ok(Fulfilment::Accepted));
    let parts = vec![(desk.line(0), pieces(2)), (desk.line(1), pieces(1))];
    let picked = desk.act(|order, context| decide::pick(order, parts, context));
    assert_eq!(picked, Ok(Fulfilment::Picked));
    assert_eq!(
        desk.act(|order, context| decide::mark_ready(order, None, context)),
        Ok(Fulfilment::Ready)
    );
    desk.fetch(&HandOver::Everything, Some(1200)).unwrap();
    let order = desk.order();
    assert_eq!(
        (order.fulfilment(), order.payment_state()),
        (Fulfilment::Collected, PaymentState::Paid)
    );
}

#[test]
fn an_order_is_fetched_in_parts_and_each_part_is_paid_before_it_goes() {
    let mut desk = Desk::with_order();
    desk.accept().unwrap();
    let one_box = desk.part(0, pieces(1));
    assert_eq!(desk.fetch(&one_box, None), Err(RefusalCode::OrderNotPaid));
    desk.fetch(&one_box, Some(300)).unwrap();
    let order = desk.order();
    assert_eq!(
        (order.fulfilment(), order.payment_state()),
        (Fulfilment::PartlyCollected, PaymentState::PartPaid)
    );
    let reserved: Quantity = order
        .reserved()
        .into_iter()
        .map(|(_, quantity)| quantity)
        .sum();
    assert_eq!(reserved, pieces(2), "the rest stays reserved");
    desk.fetch(&HandOver::Everything, Some(900)).unwrap();
    assert_eq!(desk.order().fulfilment(), Fulfilment::Collected);
    let shift = desk.till.books.open_shift(desk.till.till_id()).unwrap();
    assert_eq!(
        (shift.turnover.gross, shift.imbalance()),
        (cents(1200), cents(0))
    );
}

#[test]
fn an_order_is_paid_today_and_fetched_tomorrow() {
    let mut desk = Desk::with_order();
    desk.accept().unwrap();
    desk.fetch(&HandOver::Nothing, Some(1200)).unwrap();
    let order = desk.order();
    assert_eq!(
        (order.fulfilment(), order.payment_state()),
        (Fulfilment::Accepted, PaymentState::Paid)
    );
    let shift = desk.till.books.open_shift(desk.till.till_id()).unwrap();
    assert_eq!(
        (shift.turnover.gross, shift.bridge.deposits_taken),
        (cents(0), cents(1200))
    );
    desk.fetch(&HandOver::Everything, None).unwrap();
    let shift = desk.till.books.open_shift(desk.till.till_id()).unwrap();
    assert_eq!(
        (
            shift.turnover.gross,
            shift.bridge.deposits_used,
            shift.imbalance()
        ),
        (cents(1200), cents(1200), cents(0))
    );
}

#[test]
fn more_than_was_ordered_unknown_lines_and_nothing_at_all_are_not_handed_over() {
    let mut desk = Desk::with_order();
    let above = desk.part(0, pieces(3));
    assert_eq!(
        desk.fetch(&above, Some(1200)),
        Err(RefusalCode::HandOverAboveOrdered)
    );
    let none = desk.part(0, pieces(0));
    assert_eq!(
        desk.fetch(&none, Some(1200)),
        Err(RefusalCode::QuantityNotPositive)
    );
    let line = desk.line(0);
    let twice = HandOver::Parts(vec![(line, pieces(1)), (line, pieces(1))]);
    assert_eq!(
        desk.fetch(&twice, Some(1200)),
        Err(RefusalCode::LineUnknown)
    );
    assert_eq!(desk.order().collections.len(), 0);
}

#[test]
fn a_cancelled_order_frees_its_goods_and_owes_what_was_paid() {
    let mut desk = Desk::with_order();
    desk.accept().unwrap();
    desk.fetch(&HandOver::Nothing, Some(1200)).unwrap();
    assert_eq!(desk.cancel(" "), Err(RefusalCode::ReasonMissing));
    assert_eq!(desk.cancel("ill"), Ok(Fulfilment::Cancelled));
    let order = desk.order();
    assert_eq!(order.payment_state(), PaymentState::OwedToCustomer);
    assert!(order.reserved().is_empty());
    assert_eq!(desk.cancel("again"), Err(RefusalCode::OrderNotOpen));
}

#[test]
fn an_order_that_was_fetched_in_part_is_cancelled_for_the_rest_and_does_not_expire() {
    let mut desk = Desk::with_order();
    desk.accept().unwrap();
    let one_box = desk.part(0, pieces(1));
    desk.fetch(&one_box, Some(300)).unwrap();
    assert_eq!(desk.act(decide::expire), Err(RefusalCode::OrderHandedOver));
    assert_eq!(desk.cancel("moved away"), Ok(Fulfilment::Collected));
    assert_eq!(desk.order().payment_state(), PaymentState::Paid);
    let problems = desk.till.books.problems.values();
    let contradictions = problems.filter(|found| found.rule != ProblemRule::SoldBelowZero);
    assert_eq!(
        contradictions.count(),
        0,
        "the cancelling saw the hand-over"
    );
}

#[test]
fn nobody_came() {
    let mut desk = Desk::with_order();
    desk.accept().unwrap();
    assert_eq!(desk.act(decide::expire), Ok(Fulfilment::Expired));
    assert_eq!(
        desk.act(|order, context| decide::mark_ready(order, None, context)),
        Err(RefusalCode::OrderNotOpen)
    );
    assert_eq!(desk.accept(), Err(RefusalCode::OrderNotOpen));
}

proptest! {
    /// Whatever is tried in whatever turn: what is refused changes nothing, what is allowed leads to
    /// the state that its name says, and the shift's two blocks meet.
    #[test]
    fn any_turn_of_handling_keeps_the_books_closed(acts in prop::collection::vec(0u8..8, 1..14)) {
        let mut desk = Desk::with_order();
        for act in acts {
            let before = desk.order();
            let line = desk.line(0);
            let due = before.totals().due.minor_units();
            let outcome = match act {
                0 => desk.accept().map(|_| ()),
                1 => desk.act(|order, context| decide::pick(order, vec![(line, pieces(1))], context)).map(|_| ()),
                2 => desk.act(|order, context| decide::mark_ready(order, None, context)).map(|_| ()),
                3 => desk.cancel("why not").map(|_| ()),
                4 => desk.act(decide::expire).map(|_| ()),
                5 => { let part = desk.part(0, pieces(1)); desk.fetch(&part, (due > 300).then_some(300)) }
                6 => desk.fetch(&HandOver::Nothing, (due > 0).then_some(due)),
                _ => desk.fetch(&HandOver::Everything, (due > 0).then_some(due)),
            };
            if outcome.is_err() {
                prop_assert_eq!(&desk.order(), &before);
            }
            let shift = desk.till.books.open_shift(desk.till.till_id()).unwrap();
            prop_assert_eq!(shift.imbalance(), cents(0));
            let order = desk.order();
            prop_assert!(order.recognised().total() <= order.paid());
            if act == 7 && outcome.is_ok() {
                prop_assert!(matches!(order.fulfilment(), Fulfilment::Collected));
            }
        }
    }
}
