//! The derived states of an order: the truth table, and random orders against it.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

use comptoir_domain::ids::OrderId;
use comptoir_domain::order::{Channel, Fulfilment, Order, OrderHeading};
use comptoir_domain::quantity::Quantity;
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
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn random_orders_agree_with_the_table(parts in prop::collection::vec(part(), 1..6)) {
        prop_assert_eq!(order_of(&parts).fulfilment(), expected(&parts));
    }
}
