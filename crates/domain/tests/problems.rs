//! A problem is decided once, by who may, and what follows from the decision is a new fact.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

use comptoir_domain::decide::{self, Choice, Context};
use comptoir_domain::event::Event;
use comptoir_domain::ids::{CollectionId, IdSource, LineId, OrderId, PaymentId};
use comptoir_domain::money::Money;
use comptoir_domain::order::{
    CollectedPart, Collection, Operation, OrderHeading, Payment, PaymentStatus, QuantityMode, Seen,
};
use comptoir_domain::problem::{Problem, ProblemRule};
use comptoir_domain::quantity::Quantity;
use comptoir_domain::refusal::{Refusal, RefusalCode};
use comptoir_domain::staff::Role;
use comptoir_domain::tender::TenderKind;
use support::*;

/// The server's books with an accepted order of three boxes of eggs for Jane.
struct World {
    bench: Bench,
    server: Side,
    order: OrderId,
    eggs: LineId,
}

fn world() -> World {
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
    server.record("order_placed", vec![placed, Event::OrderAccepted { order }]);
    World {
        bench,
        server,
        order,
        eggs,
    }
}

impl World {
    fn set_to(&self, from: i64, to: i64) -> Event {
        Event::OrderAmended {
            order: self.order,
            seen: Seen::default(),
            operations: vec![Operation::ChangeQuantity {
                line: self.eggs,
                from: pieces(from),
                to: pieces(to),
                mode: QuantityMode::Set,
            }],
            removed: Vec::new(),
            taken_back: Vec::new(),
            shift: None,
        }
    }

    fn hand_over(&mut self, seen_collected: i64) {
        let collection = Collection {
            id: CollectionId::from_uuid(self.server.ids.next_uuid()),
            at: MONDAY,
            by: Some(cass()),
            location: self.bench.location,
            parts: vec![CollectedPart {
                line: self.eggs,
                quantity: pieces(3),
                wanted: pieces(3),
                collected: pieces(seen_collected),
            }],
            fetched_by: None,
        };
        let collected = Event::GoodsCollected {
            order: self.order,
            collection,
            shift: None,
        };
        self.server.record("collected", vec![collected]);
    }

    fn pay(&mut self, number: u128, amount: i64) {
        let payment = Payment {
            id: PaymentId::from_uuid(id(number)),
            tender: tender_id(TenderKind::Online, &self.bench),
            kind: TenderKind::Online,
            amount: cents(amount),
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
        let order = self.order;
        self.server
            .record("paid", vec![Event::PaymentTaken { order, payment }]);
    }

    fn problem(&self) -> Problem {
        self.server.books.problems.values().next().unwrap().clone()
    }

    fn choices(&self) -> Vec<Choice> {
        decide::choices(&self.problem(), &self.server.books)
    }

    fn decide(&mut self, role: Role, choice: Choice) -> Result<Vec<Event>, Refusal> {
        let problem = self.problem();
        let bench = &self.bench;
        self.server.decide(bench, |books, context| {
            let context = Context {
                role,
                approved_by: None,
                ids: &mut *context.ids,
                ..*context
            };
            decide::decide_problem(&problem, choice, books, &context)
        })
    }

    fn decided(&mut self, choice: Choice) {
        let events = self.decide(Role::Manager, choice).unwrap();
        self.server.record("problem_decided", events);
        assert!(!self.problem().is_open());
    }

    fn wanted(&self) -> Quantity {
        let order = self.server.books.order(self.order).unwrap();
        order.line(self.eggs).unwrap().wanted()
    }

    fn total(&self) -> Money {
        let order = self.server.books.order(self.order).unwrap();
        order.totals().total
    }

    fn on_hand(&self) -> Quantity {
        let eggs = self.bench.variants["P2"].id;
        self.server.books.level(eggs, self.bench.location).on_hand
    }
}

fn set_twice() -> World {
    let mut world = world();
    let (first, second) = (world.set_to(3, 2), world.set_to(3, 6));
    world.server.record("amended", vec![first]);
    world.server.record("amended", vec![second]);
    assert_eq!(world.problem().rule, ProblemRule::QuantitySetTwice);
    world
}

fn handed_over_twice() -> World {
    let mut world = world();
    world.hand_over(0);
    world.hand_over(0);
    assert_eq!(world.problem().rule, ProblemRule::HandedOverTwice);
    world
}

#[test]
fn of_two_quantities_either_can_be_chosen() {
    let mut world = set_twice();
    assert_eq!(world.choices(), [Choice::Keep, Choice::Other]);
    world.decided(Choice::Other);
    assert_eq!(world.wanted(), pieces(6));
    let mut world = set_twice();
    world.decided(Choice::Keep);
    assert_eq!(world.wanted(), pieces(2));
}

#[test]
fn goods_handed_over_twice_are_billed_or_given_or_found_on_the_shelf() {
    let mut world = handed_over_twice();
    assert_eq!(
        world.choices(),
        [Choice::BillAll, Choice::BillOnce, Choice::NeverLeft]
    );
    world.decided(Choice::BillAll);
    assert_eq!((world.total(), world.on_hand()), (cents(1800), pieces(14)));
    let mut world = handed_over_twice();
    world.decided(Choice::BillOnce);
    assert_eq!((world.total(), world.on_hand()), (cents(900), pieces(14)));
    let mut world = handed_over_twice();
    world.decided(Choice::NeverLeft);
    assert_eq!((world.total(), world.on_hand()), (cents(900), pieces(17)));
}

#[test]
fn what_was_paid_too_much_can_become_credit() {
    let mut world = world();
    world.pay(601, 900);
    world.pay(602, 900);
    assert_eq!(world.problem().rule, ProblemRule::PaidTooMuch);
    assert_eq!(world.choices(), [Choice::Credit, Choice::Stands]);
    world.decided(Choice::Credit);
    let order = world.server.books.order(world.order).unwrap();
    assert_eq!(order.totals().due, Money::ZERO);
    let account = world.server.books.accounts.values().next().unwrap();
    assert_eq!((account.owner, account.balance), (Some(jane()), cents(900)));
}

#[test]
fn deciding_again_changes_nothing() {
    let mut world = set_twice();
    let second = world.decide(Role::Manager, Choice::Other).unwrap();
    world.decided(Choice::Keep);
    let again = world.decide(Role::Manager, Choice::Other).unwrap();
    assert_eq!(again, [], "nothing is written");
    // Somebody else decided at the same time, without a network: the first decision holds.
    world.server.record("problem_decided", second);
    assert_eq!(world.wanted(), pieces(2));
    let decision = world.problem().decision.unwrap();
    assert_eq!(decision.choice, Choice::Keep.name());
}

#[test]
fn only_who_may_decides_and_only_what_there_is() {
    let mut world = set_twice();
    let refused = world.decide(Role::Cashier, Choice::Keep).unwrap_err();
    assert_eq!(refused.code, RefusalCode::NotPermitted);
    let refused = world.decide(Role::Manager, Choice::BillAll).unwrap_err();
    assert_eq!(refused.code, RefusalCode::ChoiceUnknown);
    assert!(world.problem().is_open());
}

#[test]
fn every_rule_has_a_choice_and_proposes_one_of_them() {
    let mut world = set_twice();
    let problem = world.problem();
    for rule in [
        ProblemRule::SoldBelowZero,
        ProblemRule::CaptureFailed,
        ProblemRule::OrderUnknown,
        ProblemRule::JournalForked,
        ProblemRule::SubstitutedTwice,
    ] {
        let about = Problem {
            rule,
            ..problem.clone()
        };
        world.server.books.problems.insert(about.id, about.clone());
        let proposed = decide::proposed(&about, &world.server.books);
        assert!(decide::choices(&about, &world.server.books).contains(&proposed));
        world.decide(Role::Manager, proposed).unwrap();
    }
}

#[test]
fn a_capture_that_failed_is_told_once_and_never_of_money_that_came() {
    let mut world = world();
    let (order, payment) = (world.order, PaymentId::from_uuid(id(900)));
    let taken = Event::PaymentTaken {
        order,
        payment: Payment {
            id: payment,
            tender: tender_id(TenderKind::CardStandalone, &world.bench),
            kind: TenderKind::Online,
            amount: cents(900),
            tendered: None,
            change: Money::ZERO,
            rounding: Money::ZERO,
            reference: None,
            status: PaymentStatus::Authorised,
            at: MONDAY,
            shift: None,
            account: None,
            capture_before: None,
            capture: None,
        },
    };
    world.server.record("paid", vec![taken]);
    let failed = || Event::CaptureFailed {
        order,
        payment,
        reason: "declined".to_owned(),
    };
    let mut told = |event| world.server.record("captured", vec![event]).problems.len();
    assert_eq!(told(failed()), 1);
    assert_eq!(told(failed()), 0, "once is enough");
    let amount = cents(900);
    let captured = Event::PaymentCaptured {
        order,
        payment,
        amount,
    };
    assert_eq!(told(captured), 0);
    assert_eq!(told(failed()), 0, "the money is here");
}
