//! Orders that are not fetched as they were placed: moved, with what they hold back, and kept as a sale
//! when nobody came for what was paid.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

use comptoir_domain::decide::{self, Choice};
use comptoir_domain::event::Event;
use comptoir_domain::ids::{CollectionId, IdSource, LocationId, OrderId, SlotId};
use comptoir_domain::order::{CollectedPart, Collection, Fate, Fulfilment, OrderHeading};
use comptoir_domain::problem::ProblemRule;
use comptoir_domain::quantity::Quantity;
use comptoir_domain::refusal::{Refusal, RefusalCode};
use comptoir_domain::slot::Slot;
use support::*;

fn market() -> LocationId {
    LocationId::from_uuid(id(77))
}

fn slot(number: u128, location: LocationId) -> Slot {
    Slot {
        id: SlotId::from_uuid(id(number)),
        location,
        starts_at: MONDAY.plus_ms(DAY_MS),
        ends_at: MONDAY.plus_ms(DAY_MS + 3_600_000),
        orders_until: MONDAY,
        capacity: Some(1),
        active: true,
    }
}

fn ordered() -> (Bench, Side, OrderId) {
    let bench = Bench::new();
    let mut server = Side::server();
    server.record("received", vec![bench.opening_stock()]);
    let mut basket = server.new_draft(&bench);
    server.add(&bench, &mut basket, "P2", pieces(3));
    let order = basket.heading().id;
    let placed = Event::OrderPlaced {
        heading: OrderHeading {
            number: "O-7".to_owned(),
            customer: Some(jane()),
            ..basket.heading().clone()
        },
        lines: basket.order().lines,
        charges: Vec::new(),
        removed: Vec::new(),
        taken_back: Vec::new(),
        shift: None,
    };
    server.record("order_placed", vec![placed, Event::OrderAccepted { order }]);
    (bench, server, order)
}

fn move_to(side: &mut Side, bench: &Bench, order: OrderId, slot: &Slot) -> Result<(), Refusal> {
    let event = side.decide(bench, |books, context| {
        decide::move_order(books.order(order).unwrap(), slot, context)
    })?;
    side.record("order_moved", vec![event]);
    Ok(())
}

fn reserved(side: &Side, bench: &Bench, location: LocationId) -> Quantity {
    side.books.level(bench.variants["P2"].id, location).reserved
}

#[test]
fn what_an_order_holds_back_moves_with_it() {
    let (bench, mut server, order) = ordered();
    let there = slot(50, market());
    move_to(&mut server, &bench, order, &there).unwrap();
    let heading = &server.books.order(order).unwrap().heading;
    assert_eq!((heading.location, heading.slot), (market(), Some(there.id)));
    assert_eq!(reserved(&server, &bench, market()), pieces(3));
    assert_eq!(reserved(&server, &bench, bench.location), Quantity::ZERO);
    let again = move_to(&mut server, &bench, order, &there).unwrap_err();
    assert_eq!(again.code, RefusalCode::NothingChanged);
}

#[test]
fn nothing_is_moved_into_the_past_and_nothing_that_is_gone() {
    let (bench, mut server, order) = ordered();
    let past = Slot {
        ends_at: MONDAY.plus_ms(-1),
        ..slot(51, bench.location)
    };
    let refused = move_to(&mut server, &bench, order, &past).unwrap_err();
    assert_eq!(refused.code, RefusalCode::SlotClosed);
    let cancelled = server.decide(&bench, |books, context| {
        decide::cancel(books.order(order).unwrap(), "ill", context)
    });
    server.record("cancelled", vec![cancelled.unwrap()]);
    let refused = move_to(&mut server, &bench, order, &slot(50, market())).unwrap_err();
    assert_eq!(refused.code, RefusalCode::OrderNotOpen);
}

#[test]
fn two_who_move_an_order_need_a_person_who_can_choose_either() {
    let (bench, mut server, order) = ordered();
    let (first, second) = (slot(50, market()), slot(52, bench.location));
    let moved = [&first, &second].map(|slot| {
        server
            .decide(&bench, |books, context| {
                decide::move_order(books.order(order).unwrap(), slot, context)
            })
            .unwrap()
    });
    for event in moved {
        server.record("order_moved", vec![event]);
    }
    let problem = server.books.problems.values().next().unwrap().clone();
    assert_eq!(problem.rule, ProblemRule::SlotChangedTwice);
    assert_eq!(
        server.books.order(order).unwrap().heading.location,
        market()
    );
    let events = server.decide(&bench, |books, context| {
        let context = decide::Context {
            role: comptoir_domain::staff::Role::Manager,
            ids: &mut *context.ids,
            ..*context
        };
        decide::decide_problem(&problem, Choice::Other, books, &context)
    });
    server.record("problem_decided", events.unwrap());
    let heading = &server.books.order(order).unwrap().heading;
    assert_eq!(
        (heading.location, heading.slot),
        (bench.location, Some(second.id))
    );
    assert_eq!(reserved(&server, &bench, market()), Quantity::ZERO);
    assert_eq!(reserved(&server, &bench, bench.location), pieces(3));
}

#[test]
fn what_was_paid_and_not_fetched_is_a_sale_whose_goods_are_on_the_shelf_or_gone() {
    for (fate, on_hand) in [(Fate::BackToShelf, 20), (Fate::Wasted, 17)] {
        let (bench, mut server, id) = ordered();
        let order = server.books.order(id).unwrap().clone();
        let line = &order.lines[0];
        let collection = Collection {
            id: CollectionId::from_uuid(server.ids.next_uuid()),
            at: MONDAY,
            by: Some(cass()),
            location: bench.location,
            parts: vec![CollectedPart {
                line: line.id,
                quantity: pieces(3),
                wanted: pieces(3),
                collected: Quantity::ZERO,
            }],
            fetched_by: None,
        };
        let moved = decide::goods_not_fetched(&order, &collection, fate, "no_show").unwrap();
        let collected = Event::GoodsCollected {
            order: id,
            collection,
            shift: None,
        };
        server.record("kept", vec![collected, moved]);
        let after = server.books.order(id).unwrap();
        assert_eq!(after.fulfilment(), Fulfilment::Collected);
        assert_eq!(after.recognised().total(), cents(900), "the sale stands");
        let level = server.books.level(bench.variants["P2"].id, bench.location);
        assert_eq!(
            (level.on_hand, level.reserved),
            (pieces(on_hand), Quantity::ZERO)
        );
    }
}
