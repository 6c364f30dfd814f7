//! Entries that no honest till writes: signed with a real key, in a chain without a gap, and still
//! they reach nothing that is not their till's own.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

use std::collections::BTreeSet;

use comptoir_domain::books::{Books, Touches};
use comptoir_domain::decide;
use comptoir_domain::entry::{EntryBody, SealedEntry};
use comptoir_domain::event::Event;
use comptoir_domain::ids::{AccountId, LocationId, ShiftId};
use comptoir_domain::order::{Operation, Order, Seen};
use comptoir_domain::problem::ProblemRule;
use comptoir_domain::shift::CashPlace;
use comptoir_domain::tender::TenderKind;
use support::*;

/// Two tills with an open shift each, as the server knows them.
fn two_tills() -> (Bench, Side, Side, Side, ShiftId) {
    let bench = Bench::new();
    let (mut honest, mut hostile, mut server) = (Side::till(1), Side::till(2), Side::server());
    let shift = honest.open_shift(&bench, 5000);
    hostile.open_shift(&bench, 5000);
    accept(&mut server, &honest, 0..1);
    accept(&mut server, &hostile, 0..1);
    (bench, honest, hostile, server, shift)
}

#[test]
fn a_till_changes_nothing_in_another_tills_shift() {
    let (bench, honest, mut hostile, mut server, shift) = two_tills();
    let report = honest.books.shifts[&shift].report(MONDAY, Default::default());
    let moved = Event::CashMoved {
        shift,
        from: CashPlace::Till(honest.till_id()),
        to: CashPlace::Safe,
        amount: cents(4000),
        reason: "none".to_owned(),
    };
    let closed = Event::ShiftClosed {
        shift,
        report: Box::new(report),
    };
    let reopened = Event::ShiftOpened {
        shift,
        number: 9,
        location: bench.location,
        float: cents(0),
        expected_float: cents(0),
        trading_day: "2026-11-16".parse().unwrap(),
    };
    for event in [moved, closed, reopened] {
        hostile.record("hostile", vec![event]);
    }
    let before = server.books.clone();
    let applied = accept(&mut server, &hostile, 1..4);
    for applied in applied {
        let rules: Vec<ProblemRule> = applied.problems.iter().map(|found| found.rule).collect();
        assert_eq!(rules, [ProblemRule::ShiftForeign]);
    }
    assert_eq!(server.books.shifts, before.shifts);
    assert_eq!(server.books.tills, before.tills);
}

#[test]
fn a_payment_that_names_another_tills_shift_is_not_booked_there() {
    let (bench, _honest, mut hostile, mut server, shift) = two_tills();
    let own = hostile.books.till(hostile.till_id()).open_shift.unwrap();
    let mut draft = hostile.new_draft(&bench);
    hostile.add(&bench, &mut draft, "P2", pieces(1));
    hostile
        .pay(&bench, &mut draft, TenderKind::Cash, None, own)
        .unwrap();
    hostile.complete(&bench, &draft, shift).unwrap();
    let before = server.books.shifts[&shift].clone();
    let applied = accept(&mut server, &hostile, 1..2);
    assert_eq!(server.books.shifts[&shift], before);
    assert!(
        applied[0]
            .problems
            .iter()
            .any(|found| found.rule == ProblemRule::ShiftForeign)
    );
}

#[test]
fn a_second_close_leaves_the_report_as_issued() {
    let bench = Bench::new();
    let mut till = Side::till(1);
    let shift = till.open_shift(&bench, 5000);
    let (closed, report) = till
        .decide(&bench, |books, context| {
            decide::close_shift(books, 1, context)
        })
        .unwrap();
    till.record("shift_closed", vec![closed]);
    let mut forged = report.clone();
    forged.number = 2;
    let again = Event::ShiftClosed {
        shift,
        report: Box::new(forged),
    };
    till.record("shift_closed", vec![again]);
    assert_eq!(till.books.shifts[&shift].closed.as_deref(), Some(&report));
}

/// The levels that an entry changes are those that a store is told to load.
fn assert_all_changed_levels_are_loaded(till: &mut Side, events: Vec<Event>) {
    let body = EntryBody {
        events: events.clone(),
        attachments: Vec::new(),
    };
    let known: Books = till.books.clone();
    let touches = Touches::of(till.source, &body).linked(&known, &body);
    let applied = till.record("hostile", events);
    let loaded: BTreeSet<_> = touches.stock;
    assert!(
        applied.stock.is_subset(&loaded),
        "{:?} beyond {loaded:?}",
        applied.stock
    );
}

#[test]
fn goods_that_leave_from_elsewhere_in_the_entry_that_places_them_are_loaded() {
    let bench = Bench::new();
    let mut till = Side::till(1);
    let shift = till.open_shift(&bench, 0);
    let mut draft = till.new_draft(&bench);
    till.add(&bench, &mut draft, "P2", pieces(1));
    till.pay(&bench, &mut draft, TenderKind::Cash, None, shift)
        .unwrap();
    let mut events = till
        .decide(&bench, |_, context| {
            decide::complete(&draft, &decide::HandOver::Everything, "R-1", shift, context)
        })
        .unwrap();
    for event in &mut events {
        if let Event::GoodsCollected { collection, .. } = event {
            collection.location = LocationId::from_uuid(id(400));
        }
    }
    assert_all_changed_levels_are_loaded(&mut till, events);
}

#[test]
fn goods_added_to_an_order_and_handed_over_elsewhere_are_loaded() {
    let bench = Bench::new();
    let mut till = Side::till(1);
    let shift = till.open_shift(&bench, 0);
    let mut draft = till.new_draft(&bench);
    till.add(&bench, &mut draft, "P2", pieces(1));
    let placed = Event::OrderPlaced {
        heading: draft.heading().clone(),
        lines: draft.order().lines,
        charges: Vec::new(),
        removed: Vec::new(),
        taken_back: Vec::new(),
        shift: None,
    };
    let order = draft.heading().id;
    till.record("order_placed", vec![placed]);
    let mut more = till.new_draft(&bench);
    till.add(&bench, &mut more, "P3", pieces(1));
    let line = more.order().lines.remove(0);
    let known: &Order = till.books.order(order).unwrap();
    let amended = Event::OrderAmended {
        order,
        seen: Seen {
            rev: known.rev,
            own: None,
        },
        operations: vec![Operation::AddLine { line: line.clone() }],
        removed: Vec::new(),
        taken_back: Vec::new(),
        shift: Some(shift),
    };
    let collection = comptoir_domain::order::Collection {
        id: comptoir_domain::ids::CollectionId::from_uuid(id(401)),
        at: MONDAY,
        by: None,
        location: LocationId::from_uuid(id(400)),
        parts: vec![comptoir_domain::order::CollectedPart {
            line: line.id,
            quantity: pieces(1),
            wanted: pieces(1),
            collected: pieces(0),
        }],
        fetched_by: None,
    };
    let collected = Event::GoodsCollected {
        order,
        collection,
        shift: Some(shift),
    };
    assert_all_changed_levels_are_loaded(&mut till, vec![amended, collected]);
}

fn body_of(till: &mut Side, events: Vec<Event>) -> SealedEntry {
    till.record("hostile", events);
    till.entries.last().unwrap().clone()
}

#[test]
fn a_till_makes_no_credit_and_enrols_nobody() {
    let mut till = Side::till(1);
    let minted = Event::AccountMoved {
        account: AccountId::from_uuid(id(500)),
        amount: cents(1_000_000_000),
        reason: "because".to_owned(),
    };
    let revoked = Event::TillRevoked {
        till: till.till_id(),
    };
    for event in [minted, revoked] {
        assert!(body_of(&mut till, vec![event.clone()]).read_body().is_err());
        let mut server = Side::server();
        assert!(body_of(&mut server, vec![event]).read_body().is_ok());
    }
}

#[test]
fn more_than_one_action_ever_does_is_set_aside() {
    let bench = Bench::new();
    let mut till = Side::till(1);
    let mut draft = till.new_draft(&bench);
    till.add(&bench, &mut draft, "P2", pieces(1));
    let line = draft.order().lines.remove(0);
    let placed = |count: usize| Event::OrderPlaced {
        heading: draft.heading().clone(),
        lines: vec![line.clone(); count],
        charges: Vec::new(),
        removed: Vec::new(),
        taken_back: Vec::new(),
        shift: None,
    };
    assert!(body_of(&mut till, vec![placed(1000)]).read_body().is_ok());
    assert!(body_of(&mut till, vec![placed(1001)]).read_body().is_err());
    let ready = Event::OrderReady {
        order: draft.heading().id,
        basket: None,
    };
    let many = vec![ready; 257];
    assert!(body_of(&mut till, many).read_body().is_err());
}

#[test]
fn a_moment_that_no_calendar_holds_is_set_aside() {
    for moment in ["-1", "253402300800000", "8210266876799999", "1.5"] {
        assert!(
            serde_json::from_str::<comptoir_domain::time::Timestamp>(moment).is_err(),
            "{moment}"
        );
    }
    let far = comptoir_domain::time::Timestamp::from_unix_ms(i64::MAX);
    let paris = "Europe/Paris".parse().unwrap();
    assert_eq!(far.trading_day(paris, 180).to_string(), "9999-12-30");
}
