//! What happened to an order before anybody had heard of it is kept, and is part of it when it arrives.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

use std::collections::BTreeSet;

use comptoir_domain::books::{AppliedEntry, Books, Touches};
use comptoir_domain::decide::{self, HandOver, OnBehalf};
use comptoir_domain::draft::Draft;
use comptoir_domain::entry::{EntryBody, SealedEntry};
use comptoir_domain::event::Event;
use comptoir_domain::ids::{AttachmentId, CollectionId, OrderId, PaymentId, ShiftId, SlotId};
use comptoir_domain::order::{
    CollectedPart, Collection, Fulfilment, Operation, Payment, PaymentState, Seen,
};
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

/// What is told of an order beside that nobody knew it.
fn contradictions(books: &Books) -> BTreeSet<ProblemRule> {
    let told = books.problems.values().map(|problem| problem.rule);
    told.filter(|rule| *rule != ProblemRule::OrderUnknown)
        .collect()
}

/// The books when the order is heard of before, and after, all that was done to it.
fn on_time_and_late(world: &World, done: &[&SealedEntry]) -> (Books, Books) {
    let (mut on_time, mut late) = (world.server.books.clone(), world.server.books.clone());
    let opened = &world.second.entries[0];
    for entry in world.first.entries.iter().chain([opened]) {
        apply(&mut on_time, entry);
    }
    for entry in done {
        apply(&mut on_time, entry);
    }
    for entry in [opened].into_iter().chain(done.iter().copied()) {
        apply(&mut late, entry);
    }
    for entry in &world.first.entries {
        apply(&mut late, entry);
    }
    (on_time, late)
}

fn cancelled(world: &World, seen: u64) -> Event {
    Event::OrderCancelled {
        order: world.order,
        seen: Seen {
            rev: seen,
            own: None,
        },
        reason: String::new(),
    }
}

/// What the second till took in cash was a card.
fn put_right(world: &World) -> Event {
    let wrong = world.second.books.order(world.order).unwrap().payments[0].clone();
    let card = world.bench.tender(TenderKind::CardStandalone);
    let by = Payment {
        id: PaymentId::from_uuid(id(80)),
        tender: card.id,
        kind: TenderKind::CardStandalone,
        tendered: None,
        ..wrong.clone()
    };
    Event::TenderCorrected {
        order: world.order,
        payment: wrong.id,
        by,
    }
}

#[test]
fn a_tender_put_right_counts_at_once() {
    let mut world = world();
    let corrected = put_right(&world);
    world.second.record("tender_corrected", vec![corrected]);
    let mut books = world.server.books.clone();
    for entry in &world.second.entries {
        apply(&mut books, entry);
    }
    let open = [ProblemRule::OrderUnknown];
    let told = books.problems.values().map(|problem| problem.rule);
    assert_eq!(told.collect::<BTreeSet<_>>(), BTreeSet::from(open));
    let shift = |books: &Books| books.shifts[&world.shift].clone();
    assert_eq!(shift(&books).expected_cash(), cents(5000), "it is no cash");
    let (on_time, late) = (world.arrive(false), world.arrive(true));
    assert_eq!(shift(&late).expected_cash(), cents(5000));
    assert_eq!(
        shift(&late).watched,
        shift(&on_time).watched,
        "put right once"
    );
    assert_eq!(
        late.orders[&world.order].payments,
        on_time.orders[&world.order].payments
    );
}

#[test]
fn a_tender_put_right_before_it_is_heard_of_counts_once() {
    let world = world();
    let corrected = put_right(&world);
    // Another machine with the second till's key.
    let mut twin = Side::till(2);
    twin.record("tender_corrected", vec![corrected]);
    let (opened, placed) = (&world.second.entries[0], &world.first.entries);
    let (taken, right) = (world.second.entries.last().unwrap(), &twin.entries[0]);
    let in_turn = [opened, &placed[0], &placed[1], taken, right];
    let orders = [
        in_turn,
        [opened, right, taken, &placed[0], &placed[1]],
        [opened, right, &placed[0], &placed[1], taken],
        [opened, &placed[0], &placed[1], right, taken],
    ];
    let mut told = BTreeSet::new();
    for entries in orders {
        let mut books = world.server.books.clone();
        for entry in entries {
            apply(&mut books, entry);
        }
        let shift = &books.shifts[&world.shift];
        assert_eq!(shift.expected_cash(), cents(5000), "it is no cash");
        assert_eq!(shift.imbalance(), cents(0));
        let order = books.order(world.order).unwrap();
        let mut payments: Vec<_> = order.payments.iter().collect();
        payments.sort_by_key(|payment| payment.id);
        let corrections = shift.watched.tender_corrections;
        told.insert(format!(
            "{:?} {payments:?} {corrections:?}",
            order.totals().due
        ));
    }
    assert_eq!(told.len(), 1, "whatever came first: {told:#?}");
}

#[test]
fn what_went_over_the_counter_in_one_entry_is_read_together_later_too() {
    let world = world();
    let mut third = Side::till(3);
    third.record("order_cancelled", vec![cancelled(&world, 1)]);
    let collected = world.second.entries.last().unwrap();
    let (on_time, late) = on_time_and_late(&world, &[&third.entries[0], collected]);
    for books in [&on_time, &late] {
        let told = contradictions(books);
        assert!(told.contains(&ProblemRule::CollectedAfterCancelled));
        assert!(!told.contains(&ProblemRule::AmendedAfterCancelled));
    }
}

#[test]
fn what_was_seen_then_is_not_held_against_what_came_after() {
    let world = world();
    let mut third = Side::till(3);
    third.record("order_cancelled", vec![cancelled(&world, 2)]);
    let noted = &world.second.entries[1];
    let collected = &world.second.entries[2];
    let done = [collected, &third.entries[0], noted];
    let (on_time, late) = on_time_and_late(&world, &done);
    assert_eq!(contradictions(&on_time), BTreeSet::new(), "it was seen");
    assert_eq!(contradictions(&late), contradictions(&on_time));
}

#[test]
fn two_machines_with_one_key_lose_nothing_of_an_order_that_is_not_here() {
    let world = world();
    let mut books = world.server.books.clone();
    let noted = world.second.entries[1].read_header().unwrap();
    for text in [71, 72] {
        let text = AttachmentId::from_uuid(id(text));
        let body = EntryBody {
            events: vec![Event::OrderAmended {
                order: world.order,
                seen: Seen::default(),
                operations: vec![Operation::AddNote { text }],
                removed: Vec::new(),
                taken_back: Vec::new(),
                shift: None,
            }],
            attachments: Vec::new(),
        };
        books.apply(AppliedEntry::from(&noted), &body);
    }
    assert_eq!(books.order(world.order).unwrap().early.len(), 2);
}

#[test]
fn the_goods_of_an_order_that_was_heard_of_early_are_loaded_when_it_arrives() {
    let world = world();
    let mut books = world.server.books.clone();
    apply(&mut books, &world.second.entries[1]);
    let placing = &world.first.entries[1];
    let body = placing.read_body().unwrap();
    let source = placing.read_header().unwrap().source;
    let touched = Touches::of(source, &body).linked(&books, &body);
    let eggs = world.bench.variants["P2"].id;
    assert!(touched.stock.contains(&(eggs, world.bench.location)));
}

#[test]
fn what_the_order_came_with_is_there_when_it_is_put_right() {
    let world = world();
    let taken = world.second.books.order(world.order).unwrap().payments[0].clone();
    let first = Payment {
        id: PaymentId::from_uuid(id(81)),
        shift: None,
        ..taken
    };
    let mut placed = world.first.entries[1].read_body().unwrap();
    placed.events.push(Event::PaymentTaken {
        order: world.order,
        payment: first.clone(),
    });
    let by = Payment {
        id: PaymentId::from_uuid(id(82)),
        ..first.clone()
    };
    let mut third = Side::till(3);
    let corrected = Event::TenderCorrected {
        order: world.order,
        payment: first.id,
        by,
    };
    third.record("tender_corrected", vec![corrected]);
    let mut books = world.server.books.clone();
    apply(&mut books, &third.entries[0]);
    let header = world.first.entries[1].read_header().unwrap();
    books.apply(AppliedEntry::from(&header), &placed);
    let order = books.order(world.order).unwrap();
    let booked = |id| order.payment(id).map(Payment::booked);
    assert_eq!(booked(first.id), Some(cents(0)));
    assert_eq!(booked(PaymentId::from_uuid(id(82))), Some(first.amount));
}

#[test]
fn what_goes_over_the_counter_before_its_line_is_heard_of_moves_when_it_is() {
    let world = world();
    let (mut first, mut third) = (Side::till(1), Side::till(3));
    first.books = world.arrive(false);
    let order = first.books.order(world.order).unwrap().clone();
    let mut draft = Draft::amending(order, MONDAY);
    first.add(&world.bench, &mut draft, "P5", pieces(2));
    let added = decide::amend(&draft, None).unwrap();
    first.record("order_amended", vec![added]);
    let amended = first.entries.last().unwrap();
    third.books = first.books.clone();
    let order = third.books.order(world.order).unwrap().clone();
    let line = order.lines.last().unwrap().id;
    let collected = Event::GoodsCollected {
        order: world.order,
        collection: Collection {
            id: CollectionId::from_uuid(id(90)),
            at: MONDAY,
            by: None,
            location: world.bench.location,
            parts: vec![CollectedPart {
                line,
                quantity: pieces(2),
                wanted: pieces(2),
                collected: pieces(0),
            }],
            fetched_by: None,
        },
        shift: None,
    };
    third.record("order_collected", vec![collected]);
    let (mut on_time, mut late) = (world.arrive(false), world.arrive(false));
    apply(&mut on_time, amended);
    apply(&mut on_time, &third.entries[0]);
    apply(&mut late, &third.entries[0]);
    let there = world.stock(&world.server.books, "P5").0;
    assert_eq!(world.stock(&late, "P5"), (there, 0), "which goods went?");
    apply(&mut late, amended);
    assert_eq!(world.stock(&on_time, "P5"), (there - 2, 0));
    assert_eq!(world.stock(&late, "P5"), (there - 2, 0));
    let held = |books: &Books| {
        books
            .order(world.order)
            .unwrap()
            .line(line)
            .unwrap()
            .collected
    };
    assert_eq!(held(&late), held(&on_time));
}
