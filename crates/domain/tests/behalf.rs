//! An order by telephone: placed for a customer, reserved, numbered at birth, paid when it is fetched.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

use comptoir_domain::decide::{self, OnBehalf};
use comptoir_domain::event::Event;
use comptoir_domain::ids::{AttachmentId, SlotId};
use comptoir_domain::order::{Fulfilment, PaymentState};
use comptoir_domain::refusal::RefusalCode;
use comptoir_domain::slot::Slot;
use comptoir_domain::tender::TenderKind;
use support::*;

fn slot(bench: &Bench) -> Slot {
    Slot {
        id: SlotId::from_uuid(id(50)),
        location: bench.location,
        starts_at: MONDAY.plus_ms(DAY_MS),
        ends_at: MONDAY.plus_ms(DAY_MS + 3_600_000),
        orders_until: MONDAY.plus_ms(-1),
        capacity: Some(0),
        active: true,
    }
}

#[test]
fn an_order_by_telephone_is_reserved_and_owes() {
    let bench = Bench::new();
    let mut till = Side::till(1);
    till.record("received", vec![bench.opening_stock()]);
    let shift = till.open_shift(&bench, 5000);
    let mut draft = till.new_draft(&bench);
    till.add(&bench, &mut draft, "P2", pieces(3));
    let slot = slot(&bench);
    let on_behalf = OnBehalf {
        customer: jane(),
        met: Some(AttachmentId::from_uuid(id(70))),
        slot: &slot,
        note: Some(AttachmentId::from_uuid(id(71))),
    };
    let events = till
        .decide(&bench, |_, context| {
            decide::place_on_behalf(&draft, on_behalf, "A-O1", shift, context)
        })
        .unwrap();
    assert!(matches!(events[0], Event::CustomerMet { .. }));
    till.record("order_placed", events);
    let order = till.books.order(draft.heading().id).unwrap();
    assert_eq!(order.fulfilment(), Fulfilment::Accepted);
    assert_eq!(order.payment_state(), PaymentState::Unpaid);
    assert_eq!(order.heading.number, "A-O1");
    assert_eq!(order.heading.customer, Some(jane()));
    assert_eq!(order.heading.slot, Some(slot.id));
    assert_eq!(order.notes.len(), 1);
    let level = till.books.level(bench.variants["P2"].id, bench.location);
    assert_eq!((level.on_hand, level.reserved), (pieces(20), pieces(3)));
    let shift = &till.books.shifts[&shift];
    assert_eq!(shift.turnover.gross, cents(0), "nothing is sold yet");
    assert_eq!(shift.imbalance(), cents(0));
}

#[test]
fn nothing_is_placed_that_was_paid_or_is_empty_or_for_a_slot_that_is_over() {
    let bench = Bench::new();
    let mut till = Side::till(1);
    let shift = till.open_shift(&bench, 5000);
    let good = slot(&bench);
    let over = Slot {
        ends_at: MONDAY.plus_ms(-1),
        ..slot(&bench)
    };
    let mut draft = till.new_draft(&bench);
    let place = |till: &mut Side, draft: &comptoir_domain::draft::Draft, slot: &Slot| {
        let on_behalf = OnBehalf {
            customer: jane(),
            met: None,
            slot,
            note: None,
        };
        let refused = till.decide(&bench, |_, context| {
            decide::place_on_behalf(draft, on_behalf, "A-O1", shift, context)
        });
        refused.unwrap_err().code
    };
    assert_eq!(place(&mut till, &draft, &good), RefusalCode::OrderEmpty);
    till.add(&bench, &mut draft, "P2", pieces(3));
    assert_eq!(place(&mut till, &draft, &over), RefusalCode::SlotClosed);
    till.pay(&bench, &mut draft, TenderKind::Cash, Some(100), shift)
        .unwrap();
    assert_eq!(
        place(&mut till, &draft, &good),
        RefusalCode::OrderInProgress
    );
}
