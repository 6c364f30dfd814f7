//! Two people change one order while apart: both are kept where both can be true, a problem names
//! what cannot, and what physically happened stands.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

use comptoir_domain::books::{AppliedEntry, Books};
use comptoir_domain::entry::SealedEntry;
use comptoir_domain::event::Event;
use comptoir_domain::ids::{CollectionId, IdSource, LineId, OrderId};
use comptoir_domain::order::{
    CollectedPart, Collection, Fate, Fulfilment, Operation, Order, QuantityMode, Seen,
};
use comptoir_domain::problem::ProblemRule;
use comptoir_domain::quantity::Quantity;
use proptest::prelude::*;
use support::*;

struct Apart {
    bench: Bench,
    server: Side,
    sides: [Side; 2],
    order: OrderId,
    eggs: LineId,
    juice: LineId,
}

/// An accepted order of three eggs and one juice that two tills have pulled.
fn apart() -> Apart {
    let bench = Bench::new();
    let mut server = Side::server();
    server.record("received", vec![bench.opening_stock()]);
    let mut basket = server.new_draft(&bench);
    server.add(&bench, &mut basket, "P2", pieces(3));
    server.add(&bench, &mut basket, "P4", pieces(1));
    let lines = basket.order().lines;
    let (eggs, juice) = (lines[0].id, lines[1].id);
    let order = basket.heading().id;
    let heading = comptoir_domain::order::OrderHeading {
        number: "O-7".to_owned(),
        ..basket.heading().clone()
    };
    let placed = Event::OrderPlaced {
        taken_back: Vec::new(),
        heading,
        lines,
        charges: Vec::new(),
        removed: Vec::new(),
        shift: None,
    };
    server.record("order_placed", vec![placed, Event::OrderAccepted { order }]);
    let mut sides = [Side::till(1), Side::till(2)];
    sides
        .iter_mut()
        .for_each(|side| side.books = server.books.clone());
    Apart {
        bench,
        server,
        sides,
        order,
        eggs,
        juice,
    }
}

impl Apart {
    fn seen(&self) -> Seen {
        Seen {
            rev: self.server.books.order(self.order).unwrap().rev,
            own: None,
        }
    }

    fn amend(&mut self, side: usize, operations: Vec<Operation>) {
        let event = amended(self.order, self.seen(), operations);
        self.sides[side].record("amended", vec![event]);
    }

    /// A side hands over what it sees of the order.
    fn hand_over(&mut self, side: usize, parts: Vec<(LineId, Quantity)>) {
        let side = &mut self.sides[side];
        let order = side.books.order(self.order).unwrap().clone();
        let parts = parts.into_iter().map(|(line, quantity)| {
            let seen = order.line(line).unwrap();
            CollectedPart {
                line,
                quantity,
                wanted: seen.wanted(),
                collected: seen.collected,
            }
        });
        let collection = Collection {
            id: CollectionId::from_uuid(side.ids.next_uuid()),
            at: MONDAY,
            by: Some(cass()),
            location: self.bench.location,
            parts: parts.collect(),
            fetched_by: None,
        };
        let collected = Event::GoodsCollected {
            order: self.order,
            collection,
            shift: None,
        };
        side.record("collected", vec![collected]);
    }

    /// The hub's books after the sides' entries arrived, the first or the second side first.
    fn arrive(&self, second_first: bool) -> Books {
        let mut books = self.server.books.clone();
        let mut sides: Vec<&Side> = self.sides.iter().collect();
        if second_first {
            sides.reverse();
        }
        for entry in sides.iter().flat_map(|side| &side.entries) {
            apply(&mut books, entry);
        }
        books
    }

    fn both_ways(&self) -> [(Order, Vec<ProblemRule>); 2] {
        [false, true].map(|second_first| {
            let books = self.arrive(second_first);
            let mut rules: Vec<ProblemRule> = books
                .problems
                .values()
                .map(|problem| problem.rule)
                .collect();
            rules.sort();
            (books.orders[&self.order].clone(), rules)
        })
    }

    fn change(&self, line: LineId, from: i64, to: i64, mode: QuantityMode) -> Operation {
        Operation::ChangeQuantity {
            line,
            from: pieces(from),
            to: pieces(to),
            mode,
        }
    }

    fn remove(&self, line: LineId, from: i64) -> Operation {
        Operation::RemoveLine {
            line,
            from: pieces(from),
            collected: Quantity::ZERO,
            fate: Fate::BackToShelf,
            reason: String::new(),
        }
    }
}

fn amended(order: OrderId, seen: Seen, operations: Vec<Operation>) -> Event {
    Event::OrderAmended {
        order,
        seen,
        operations,
        removed: Vec::new(),
        taken_back: Vec::new(),
        shift: None,
    }
}

fn apply(books: &mut Books, entry: &SealedEntry) {
    let header = entry.read_header().unwrap();
    books.apply(AppliedEntry::from(&header), &entry.read_body().unwrap());
}

fn wanted(order: &Order, line: LineId) -> Quantity {
    order.line(line).unwrap().wanted()
}

#[test]
fn one_more_on_each_side_is_two_more() {
    let mut apart = apart();
    apart.amend(0, vec![apart.change(apart.eggs, 3, 4, QuantityMode::Add)]);
    apart.amend(1, vec![apart.change(apart.eggs, 3, 4, QuantityMode::Add)]);
    for (order, problems) in apart.both_ways() {
        assert_eq!(wanted(&order, apart.eggs), pieces(5));
        assert!(problems.is_empty());
    }
}

#[test]
fn the_same_correction_on_each_side_counts_once() {
    let mut apart = apart();
    apart.amend(0, vec![apart.change(apart.eggs, 3, 2, QuantityMode::Set)]);
    apart.amend(1, vec![apart.change(apart.eggs, 3, 2, QuantityMode::Set)]);
    for (order, problems) in apart.both_ways() {
        assert_eq!(wanted(&order, apart.eggs), pieces(2));
        assert!(problems.is_empty());
    }
}

#[test]
fn two_different_corrections_need_a_person() {
    let mut apart = apart();
    apart.amend(0, vec![apart.change(apart.eggs, 3, 2, QuantityMode::Set)]);
    apart.amend(1, vec![apart.change(apart.eggs, 3, 6, QuantityMode::Set)]);
    for (_, problems) in apart.both_ways() {
        assert_eq!(problems, [ProblemRule::QuantitySetTwice]);
    }
}

#[test]
fn taken_off_here_and_changed_there_keeps_the_goods_and_asks() {
    let mut apart = apart();
    apart.amend(0, vec![apart.remove(apart.juice, 1)]);
    apart.amend(1, vec![apart.change(apart.juice, 1, 4, QuantityMode::Set)]);
    for (order, problems) in apart.both_ways() {
        assert_eq!(wanted(&order, apart.juice), pieces(4));
        assert_eq!(problems, [ProblemRule::RemovedAndChanged]);
    }
}

#[test]
fn taken_off_and_handed_over_is_handed_over_and_billed_whoever_is_heard_first() {
    let mut apart = apart();
    apart.hand_over(0, vec![(apart.juice, pieces(1))]);
    apart.amend(1, vec![apart.remove(apart.juice, 1)]);
    for (order, problems) in apart.both_ways() {
        assert_eq!(wanted(&order, apart.juice), pieces(1));
        assert_eq!(order.totals().total, cents(3 * 300 + 320));
        assert_eq!(problems, [ProblemRule::RemovedAfterCollected]);
    }
}

#[test]
fn lowered_and_handed_over_in_full_is_billed_in_full() {
    let mut apart = apart();
    apart.hand_over(0, vec![(apart.eggs, pieces(3))]);
    apart.amend(1, vec![apart.change(apart.eggs, 3, 1, QuantityMode::Set)]);
    for (order, problems) in apart.both_ways() {
        assert_eq!(wanted(&order, apart.eggs), pieces(3));
        assert_eq!(problems, [ProblemRule::BelowCollected]);
    }
}

#[test]
fn handed_over_twice_moves_stock_twice_and_bills_once() {
    let mut apart = apart();
    for side in 0..2 {
        apart.hand_over(
            side,
            vec![(apart.eggs, pieces(3)), (apart.juice, pieces(1))],
        );
    }
    for second_first in [false, true] {
        let books = apart.arrive(second_first);
        let order = &books.orders[&apart.order];
        assert_eq!(order.totals().total, cents(3 * 300 + 320));
        assert_eq!(
            books
                .level(apart.bench.variants["P2"].id, apart.bench.location)
                .on_hand,
            pieces(14)
        );
        let rules: Vec<_> = books
            .problems
            .values()
            .map(|problem| problem.rule)
            .collect();
        assert_eq!(rules, [ProblemRule::HandedOverTwice]);
    }
}

#[test]
fn collected_after_cancelled_lives_again_at_its_frozen_price() {
    let mut apart = apart();
    apart.hand_over(0, vec![(apart.eggs, pieces(3))]);
    let cancelled = Event::OrderCancelled {
        order: apart.order,
        seen: apart.seen(),
        reason: "no-show".to_owned(),
    };
    apart.sides[1].record("cancelled", vec![cancelled]);
    let [(collected_first, first), (cancelled_first, second)] = apart.both_ways();
    assert_eq!(first, [ProblemRule::CancelledAfterCollected]);
    assert_eq!(second, [ProblemRule::CollectedAfterCancelled]);
    for order in [collected_first, cancelled_first] {
        assert_eq!(
            (order.totals().total, order.fulfilment()),
            (cents(900), Fulfilment::Collected)
        );
    }
}

#[test]
fn an_entry_that_comes_twice_by_its_ids_changes_nothing_but_the_revision() {
    let mut apart = apart();
    apart.hand_over(0, vec![(apart.eggs, pieces(3))]);
    let mut books = apart.arrive(false);
    let (once, stock) = (books.orders[&apart.order].clone(), books.stock.clone());
    apply(&mut books, &apart.sides[0].entries[0]);
    let twice = &books.orders[&apart.order];
    assert_eq!(
        (&twice.lines, &twice.collections, &books.stock),
        (&once.lines, &once.collections, &stock)
    );
}

fn operation(eggs: LineId, juice: LineId) -> impl Strategy<Value = Operation> {
    let line = prop_oneof![Just((eggs, 3i64)), Just((juice, 1i64))];
    (line, 0i64..6, 0u8..3).prop_map(|((line, from), to, kind)| match kind {
        0 => Operation::ChangeQuantity {
            line,
            from: pieces(from),
            to: pieces(to),
            mode: QuantityMode::Add,
        },
        1 => Operation::ChangeQuantity {
            line,
            from: pieces(from),
            to: pieces(to.max(1)),
            mode: QuantityMode::Set,
        },
        _ => Operation::RemoveLine {
            line,
            from: pieces(from),
            collected: Quantity::ZERO,
            fate: Fate::BackToShelf,
            reason: String::new(),
        },
    })
}

fn plus_or_minus(eggs: LineId, juice: LineId) -> impl Strategy<Value = Operation> {
    let line = prop_oneof![Just((eggs, 3i64)), Just((juice, 1i64))];
    (line, 1i64..6).prop_map(|((line, from), more)| Operation::ChangeQuantity {
        line,
        from: pieces(from),
        to: pieces(from + more),
        mode: QuantityMode::Add,
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn deltas_give_the_same_order_whichever_side_arrives_first(
        (left, right) in { let a = apart(); (prop::collection::vec(plus_or_minus(a.eggs, a.juice), 0..5), prop::collection::vec(plus_or_minus(a.eggs, a.juice), 0..5)) }
    ) {
        let mut apart = apart();
        apart.amend(0, left);
        apart.amend(1, right);
        let [(one, problems), (other, _)] = apart.both_ways();
        prop_assert_eq!(one.lines, other.lines);
        prop_assert!(problems.is_empty());
        prop_assert_eq!(apart.arrive(false).stock, apart.arrive(true).stock);
    }

    #[test]
    fn whatever_is_asked_the_order_stays_whole(
        (left, right, collected) in { let a = apart(); (operation(a.eggs, a.juice), operation(a.eggs, a.juice), 0i64..4) }
    ) {
        let mut apart = apart();
        apart.amend(0, vec![left]);
        apart.amend(1, vec![right]);
        apart.hand_over(1, vec![(apart.eggs, pieces(collected))]);
        for second_first in [false, true] {
            let books = apart.arrive(second_first);
            let order = &books.orders[&apart.order];
            for line in &order.lines {
                prop_assert!(!line.wanted().is_negative());
            }
            prop_assert_eq!(order.line(apart.eggs).unwrap().collected, pieces(collected));
            for level in books.stock.values() {
                let reserved: Quantity = books.orders.values().flat_map(Order::reserved).filter(|(variant, _)| *variant == level.variant).map(|(_, quantity)| quantity).sum();
                prop_assert_eq!(level.reserved, reserved);
                prop_assert!(!level.reserved.is_negative());
            }
        }
    }
}
