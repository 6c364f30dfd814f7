//! What happens in the shop and the office meanwhile: orders, changes of mind, new prices.

use comptoir_domain::event::Event;
use comptoir_domain::ids::{IdSource, LineId, OrderId};
use comptoir_domain::money::Money;
use comptoir_domain::order::{
    Channel, Fate, Fulfilment, Line, LineKind, LinePrice, Operation, Order, OrderHeading,
    QuantityMode, Seen,
};
use comptoir_domain::price::PriceName;
use comptoir_domain::quantity::Quantity;
use comptoir_domain::tax::{LineTax, rate_on};
use comptoir_domain::time::Zone;
use comptoir_sync::feed::EntityKind;

use super::catalogue;
use super::server::ServerSide;
use crate::founding::put;

pub(crate) fn do_something(server: &mut ServerSide, random: &mut fastrand::Rng) {
    match random.u32(0..40) {
        0..18 => place_order(server, random),
        18..28 => amend_order(server, random),
        28..31 => cancel_order(server, random),
        31..34 => change_price(server, random),
        34..36 => catalogue::take_product_out(server, random),
        36..37 => catalogue::put_product_in(server, random),
        37..39 => catalogue::change_staff(server, random),
        _ => server.prune_tombstones(),
    }
}

fn place_order(server: &mut ServerSide, random: &mut fastrand::Rng) {
    let id = OrderId::from_uuid(server.ids.next_uuid());
    server.shop_orders += 1;
    let heading = OrderHeading {
        id,
        number: format!("O-{}", 1000 + server.shop_orders),
        channel: Channel::Shop,
        location: server.location,
        customer: None,
        slot: None,
        tax_mode: server.settings.tax_mode,
    };
    let lines = (0..random.usize(1..4))
        .map(|_| line(server, random))
        .collect();
    let placed = Event::OrderPlaced {
        heading,
        lines,
        charges: Vec::new(),
        removed: Vec::new(),
        taken_back: Vec::new(),
        shift: None,
    };
    server.record(
        "order_placed",
        vec![placed, Event::OrderAccepted { order: id }],
        Vec::new(),
    );
}

/// A line of goods as the shop freezes it.
pub(crate) fn line(server: &mut ServerSide, random: &mut fastrand::Rng) -> Line {
    let mut variants = server.variants();
    let variant = variants.swap_remove(random.usize(0..variants.len()));
    let day = server.clock.now().in_zone(Zone::UTC).date_naive();
    let rate =
        rate_on(&server.settings.tax_rates, &variant.tax_class, day).expect("the rate is known");
    Line {
        id: LineId::from_uuid(server.ids.next_uuid()),
        kind: LineKind::Goods,
        variant: variant.id,
        code: variant.code,
        name: variant.name,
        unit: variant.unit,
        price: LinePrice {
            unit_price: variant.price.unwrap_or(Money::ZERO),
            name: PriceName::Regular,
            regular: None,
            label_total: None,
            reason: None,
        },
        tax: LineTax::new(variant.tax_class, rate),
        ordered: Quantity::pieces(random.i64(1..5)),
        weighed: None,
        picked: Quantity::ZERO,
        collected: Quantity::ZERO,
        returned: Quantity::ZERO,
        removals: Vec::new(),
        discount: None,
        tied_to: None,
        substitutes: None,
        substituted_by: None,
        tracks_stock: true,
        parts: Vec::new(),
    }
}

fn open_order(server: &ServerSide, random: &mut fastrand::Rng) -> Option<Order> {
    let open: Vec<Order> = server
        .orders()
        .into_iter()
        .filter(|order| {
            order.heading.channel == Channel::Shop && order.fulfilment() == Fulfilment::Accepted
        })
        .collect();
    (!open.is_empty()).then(|| open[random.usize(0..open.len())].clone())
}

fn amend_order(server: &mut ServerSide, random: &mut fastrand::Rng) {
    let Some(order) = open_order(server, random) else {
        return;
    };
    let added = line(server, random);
    let operation = an_operation(&order, added, random);
    let seen = Seen {
        rev: order.rev,
        own: None,
    };
    let amended = Event::OrderAmended {
        order: order.id(),
        seen,
        operations: vec![operation],
        removed: Vec::new(),
        taken_back: Vec::new(),
        shift: None,
    };
    server.record("order_amended", vec![amended], Vec::new());
}

/// Something that a customer or a cashier may do to an order that they see.
pub(crate) fn an_operation(order: &Order, added: Line, random: &mut fastrand::Rng) -> Operation {
    let Some(line) = order.lines.get(random.usize(0..order.lines.len().max(1))) else {
        return Operation::AddLine { line: added };
    };
    let (from, more) = (line.wanted(), Quantity::pieces(random.i64(1..3)));
    match random.u32(0..5) {
        0 => Operation::AddLine { line: added },
        1 => Operation::ChangeQuantity {
            line: line.id,
            from,
            to: from + more,
            mode: QuantityMode::Add,
        },
        2 => Operation::ChangeQuantity {
            line: line.id,
            from,
            to: more + Quantity::ONE,
            mode: QuantityMode::Set,
        },
        3 => Operation::Weigh {
            line: line.id,
            to: from + Quantity::thousandths(random.i64(1..300)),
        },
        _ => Operation::RemoveLine {
            line: line.id,
            from,
            collected: line.collected,
            fate: if random.bool() {
                Fate::BackToShelf
            } else {
                Fate::Wasted
            },
            reason: "changed".to_owned(),
        },
    }
}

fn cancel_order(server: &mut ServerSide, random: &mut fastrand::Rng) {
    let Some(order) = open_order(server, random) else {
        return;
    };
    let seen = Seen {
        rev: order.rev,
        own: None,
    };
    let cancelled = Event::OrderCancelled {
        order: order.id(),
        seen,
        reason: "changed my mind".to_owned(),
    };
    server.record("order_cancelled", vec![cancelled], Vec::new());
}

fn change_price(server: &mut ServerSide, random: &mut fastrand::Rng) {
    let mut variants = server.variants();
    let mut variant = variants.swap_remove(random.usize(0..variants.len()));
    variant.price = Some(Money::minor(random.i64(50..900)));
    server.record(
        "price_changed",
        Vec::new(),
        vec![put(EntityKind::VARIANT, &variant.id, &variant)],
    );
}
