//! What happened to an order before anybody had heard of it is kept, and is part of it when it arrives.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

use comptoir_domain::books::{AppliedEntry, Books};
use comptoir_domain::decide::{self, HandOver, OnBehalf};
use comptoir_domain::draft::Draft;
use comptoir_domain::entry::SealedEntry;
use comptoir_domain::event::Event;
use comptoir_domain::ids::{AttachmentId, OrderId, ShiftId, SlotId};
use comptoir_domain::order::{Fulfilment, PaymentState};
use comptoir_domain::problem::ProblemRule;
use comptoir_domain::slot::Slot;
use comptoir_domain::tender::TenderKind;
use support::*;

struct World {
    bench: Bench,
    server: Side,
    /// Places the order.
    first: Side,
    /// Has heard of it by another way, and hands it over.
    second: Side,
    order: OrderId,
    shift: ShiftId,
}

fn apply(books: &mut Books, entry: &SealedEntry) {
    let header = entry.read_header().unwrap();
    books.apply(AppliedEntry::from(&header), &entry.read_body().unwrap());
}

/// An order that one till placed and another handed over for cash.
fn world() -> World {
    let bench = Bench::new();
    let mut server = Side::server();
    server.record("received", vec![bench.opening_stock()]);
    let (mut first, mut second) = (Side::till(1), Side::till(2));
    first.books = server.books.clone();
    second.books = server.books.clone();
    let opened = first.open_shift(&bench, 5000);
    let shift = second.open_shift(&bench, 5000);
    let mut draft = first.new_draft(&bench);
    first.add(&bench, &mut draft, "P2", pieces(3));
    let slot = Slot {
        id: SlotId::from_uuid(id(50)),
        location: bench.location,
        starts_at: MONDAY,
        ends_at: MONDAY.plus_ms(DAY_MS),
        orders_until: MONDAY,
        capacity: None,
        active: true,
    };
    let on_behalf = OnBehalf {
        customer: jane(),
        met: None,
        slot: &slot,
        note: None,
    };
    let placed = first.decide(&bench, |_, context| {
        decide::place_on_behalf(&draft, on_behalf, "A-O1", opened, context)
    });
    first.record("order_placed", placed.unwrap());
    let order = draft.heading().id;
    apply(&mut second.books, &first.entries[1]);
    let noted = second.decide(&bench, |books, context| {
        let text = AttachmentId::from_uuid(id(70));
        decide::add_note(books.order(order).unwrap(), text, context)
    });
    second.record("order_noted", vec![noted.unwrap()]);
    let known = second.books.order(order).unwrap().clone();
    let mut draft = Draft::amending(known, MONDAY);
    second.add(&bench, &mut draft, "P4", pieces(1));
    second
        .pay(&bench, &mut draft, TenderKind::Cash, None, shift)
        .unwrap();
    let collected = second.decide(&bench, |_, context| {
        decide::complete(&draft, &HandOver::Everything, "", shift, context)
    });
    second.record("order_collected", collected.unwrap());
    World {
        bench,
        server,
        first,
        second,
        order,
        shift,
    }
}

impl World {
    /// The hub's books when one till's entries arrive before the other's.
    fn arrive(&self, second_first: bool) -> Books {
        let mut books = self.server.books.clone();
        let (one, two) = if second_first {
            (&self.second, &self.first)
        } else {
            (&self.first, &self.second)
        };
        for entry in one.entries.iter().chain(&two.entries) {
            apply(&mut books, entry);
        }
        books
    }

    fn stock(&self, books: &Books, code: &str) -> (i64, i64) {
        let level = books.level(self.bench.variants[code].id, self.bench.location);
        (
            level.on_hand.in_thousandths() / 1000,
            level.reserved.in_thousandths() / 1000,
        )
    }
}

#[test]
fn an_order_that_arrives_late_is_as_it_would_have_been() {
    let world = world();
    let (on_time, late) = (world.arrive(false), world.arrive(true));
    let (known, caught_up) = (&on_time.orders[&world.order], &late.orders[&world.order]);
    assert_eq!(caught_up.fulfilment(), Fulfilment::Collected);
    assert_eq!(caught_up.payment_state(), PaymentState::Paid);
    assert_eq!(
        (&caught_up.heading, &caught_up.lines, &caught_up.payments),
        (&known.heading, &known.lines, &known.payments)
    );
    assert_eq!(
        (&caught_up.collections, &caught_up.notes, caught_up.rev),
        (&known.collections, &known.notes, known.rev)
    );
    for code in ["P2", "P4"] {
        assert_eq!(
            world.stock(&late, code),
            world.stock(&on_time, code),
            "{code}"
        );
    }
    assert!(caught_up.early.is_empty(), "nothing waits any more");
}

#[test]
fn until_then_its_money_counts_and_somebody_is_told() {
    let world = world();
    let mut books = world.server.books.clone();
    for entry in &world.second.entries {
        apply(&mut books, entry);
    }
    let open = |books: &Books| {
        books
            .problems
            .values()
            .filter(|problem| problem.is_open())
            .count()
    };
    assert!(open(&books) > 0);
    assert!(
        books
            .problems
            .values()
            .all(|problem| problem.rule == ProblemRule::OrderUnknown)
    );
    let shift = &books.shifts[&world.shift];
    assert_eq!(shift.imbalance(), cents(0));
    assert_eq!(shift.money_total(), cents(3 * 300 + 320));
    assert_eq!(
        world.stock(&books, "P2"),
        (20, 0),
        "nobody knows yet what went"
    );
    for entry in &world.first.entries {
        apply(&mut books, entry);
    }
    assert_eq!(open(&books), 0, "it arrived");
    for shift in books.shifts.values() {
        assert_eq!(shift.imbalance(), cents(0));
    }
    assert_eq!(world.stock(&books, "P2"), (17, 0));
}

#[test]
fn what_comes_early_twice_counts_once() {
    let world = world();
    let mut books = world.server.books.clone();
    let collected = world.second.entries.last().unwrap();
    for entry in &world.second.entries {
        apply(&mut books, entry);
    }
    apply(&mut books, collected);
    for entry in &world.first.entries {
        apply(&mut books, entry);
    }
    let order = books.order(world.order).unwrap();
    assert_eq!((order.payments.len(), order.collections.len()), (1, 1));
    let placed = |event: &Event| matches!(event, Event::OrderPlaced { .. });
    let body = world.first.entries[1].read_body().unwrap();
    assert!(body.events.iter().any(placed));
}
