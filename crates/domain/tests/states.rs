//! The derived states of an order: the truth table, and random orders against it.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

use comptoir_domain::ids::{OrderId, PaymentId};
use comptoir_domain::order::{
    Channel, Fulfilment, Milestones, Order, OrderHeading, Payment, PaymentState, PaymentStatus,
};
use comptoir_domain::quantity::Quantity;
use comptoir_domain::tender::TenderKind;
use proptest::prelude::*;
use support::*;

/// What became of one line as a whole.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Part {
    Void,
    ReceivedBack,
    HandedOver,
    Open,
}

fn order_of(parts: &[Part]) -> Order {
    let bench = Bench::new();
    let mut side = Side::server();
    let heading = OrderHeading {
        id: OrderId::from_uuid(id(50)),
        number: "O-1".to_owned(),
        channel: Channel::Shop,
        location: bench.location,
        customer: None,
        slot: None,
        tax_mode: bench.settings.tax_mode,
    };
    let mut order = Order::draft(heading);
    order.milestones.placed_at = Some(MONDAY);
    order.milestones.accepted_at = Some(MONDAY);
    for part in parts {
        let mut draft = side.new_draft(&bench);
        side.add(&bench, &mut draft, "P2", pieces(2));
        let mut line = draft.order().lines.remove(0);
        match part {
            Part::Void => line.ordered = Quantity::ZERO,
            Part::ReceivedBack => (line.collected, line.returned) = (line.ordered, line.ordered),
            Part::HandedOver => line.collected = line.ordered,
            Part::Open => {}
        }
        order.lines.push(line);
    }
    order
}

/// The table: which kinds of parts there are decides, whatever else is void.
fn expected(parts: &[Part]) -> Fulfilment {
    let has = |part| parts.contains(&part);
    match (
        has(Part::ReceivedBack),
        has(Part::HandedOver),
        has(Part::Open),
    ) {
        (true, _, true) | (_, true, true) => Fulfilment::PartlyCollected,
        (_, true, false) => Fulfilment::Collected,
        (true, false, false) => Fulfilment::Returned,
        (false, false, true) => Fulfilment::Accepted,
        (false, false, false) => Fulfilment::Cancelled,
    }
}

#[test]
fn the_truth_table_holds_in_every_row() {
    use Part::{HandedOver, Open, ReceivedBack, Void};
    let rows: [(&[Part], Fulfilment); 15] = [
        (
            &[ReceivedBack, HandedOver, Open],
            Fulfilment::PartlyCollected,
        ),
        (
            &[Void, ReceivedBack, HandedOver, Open],
            Fulfilment::PartlyCollected,
        ),
        (&[ReceivedBack, HandedOver], Fulfilment::Collected),
        (&[Void, ReceivedBack, HandedOver], Fulfilment::Collected),
        (&[ReceivedBack, Open], Fulfilment::PartlyCollected),
        (&[Void, ReceivedBack, Open], Fulfilment::PartlyCollected),
        (&[ReceivedBack], Fulfilment::Returned),
        (&[Void, ReceivedBack], Fulfilment::Returned),
        (&[HandedOver, Open], Fulfilment::PartlyCollected),
        (&[Void, HandedOver, Open], Fulfilment::PartlyCollected),
        (&[Void, HandedOver], Fulfilment::Collected),
        (&[HandedOver], Fulfilment::Collected),
        (&[Open], Fulfilment::Accepted),
        (&[Void, Open], Fulfilment::Accepted),
        (&[Void], Fulfilment::Cancelled),
    ];
    for (parts, fulfilment) in rows {
        assert_eq!(order_of(parts).fulfilment(), fulfilment, "{parts:?}");
    }
}

/// One row of the table for orders of which nothing was handed over yet.
type Before = (&'static str, fn(&mut Order), Fulfilment);

#[test]
fn the_truth_table_holds_before_anything_is_handed_over() {
    let rows: [Before; 10] = [
        (
            "in progress",
            |order| order.milestones = Milestones::default(),
            Fulfilment::Draft,
        ),
        (
            "put aside",
            |order| {
                order.milestones = Milestones {
                    parked_at: Some(MONDAY),
                    ..Default::default()
                }
            },
            Fulfilment::Parked,
        ),
        (
            "placed",
            |order| order.milestones.accepted_at = None,
            Fulfilment::Placed,
        ),
        ("accepted", |_| {}, Fulfilment::Accepted),
        (
            "picked in part",
            |order| order.lines[0].picked = pieces(1),
            Fulfilment::Accepted,
        ),
        (
            "picked",
            |order| order.lines[0].picked = pieces(2),
            Fulfilment::Picked,
        ),
        (
            "ready",
            |order| order.milestones.ready_at = Some(MONDAY),
            Fulfilment::Ready,
        ),
        (
            "expired",
            |order| order.milestones.expired_at = Some(MONDAY),
            Fulfilment::Expired,
        ),
        (
            "expired, though ready",
            |order| {
                order.milestones.ready_at = Some(MONDAY);
                order.milestones.expired_at = Some(MONDAY);
            },
            Fulfilment::Expired,
        ),
        (
            "every line taken off",
            |order| order.lines[0].ordered = Quantity::ZERO,
            Fulfilment::Cancelled,
        ),
    ];
    for (name, change, expected) in rows {
        let mut order = order_of(&[Part::Open]);
        change(&mut order);
        assert_eq!(order.fulfilment(), expected, "{name}");
    }
}

#[test]
fn the_state_of_the_money_follows_from_due_and_paid() {
    // Two boxes of eggs at 3.00: what was paid, in which status, and what that makes of it.
    let rows = [
        (None, PaymentState::Unpaid),
        (
            Some((600, PaymentStatus::Authorised)),
            PaymentState::Authorised,
        ),
        (Some((200, PaymentStatus::Captured)), PaymentState::PartPaid),
        (Some((600, PaymentStatus::Captured)), PaymentState::Paid),
        (
            Some((600, PaymentStatus::CaptureRequested)),
            PaymentState::Paid,
        ),
        (Some((600, PaymentStatus::Failed)), PaymentState::Unpaid),
        (Some((600, PaymentStatus::Reversed)), PaymentState::Unpaid),
        (
            Some((700, PaymentStatus::Captured)),
            PaymentState::OwedToCustomer,
        ),
    ];
    let bench = Bench::new();
    for (paid, expected) in rows {
        let mut order = order_of(&[Part::Open]);
        order.payments.extend(paid.map(|(amount, status)| Payment {
            id: PaymentId::from_uuid(id(70)),
            tender: tender_id(TenderKind::Online, &bench),
            kind: TenderKind::Online,
            amount: cents(amount),
            tendered: None,
            change: cents(0),
            rounding: cents(0),
            reference: None,
            status,
            at: MONDAY,
            shift: None,
            account: None,
            capture_before: None,
            capture: None,
        }));
        assert_eq!(order.payment_state(), expected, "{paid:?}");
    }
}

#[test]
fn a_partial_return_does_not_change_the_state() {
    let mut order = order_of(&[Part::HandedOver]);
    order.lines[0].returned = pieces(1);
    assert_eq!(order.fulfilment(), Fulfilment::Collected);
}

fn part() -> impl Strategy<Value = Part> {
    prop_oneof![
        Just(Part::Void),
        Just(Part::ReceivedBack),
        Just(Part::HandedOver),
        Just(Part::Open)
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn random_orders_agree_with_the_table(parts in prop::collection::vec(part(), 1..6)) {
        prop_assert_eq!(order_of(&parts).fulfilment(), expected(&parts));
    }
}
