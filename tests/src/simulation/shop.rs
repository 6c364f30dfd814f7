//! The customers of the shop: they place orders, press twice, change their minds and call orders off,
//! by the very decisions that the shop's pages ask for.

use std::collections::BTreeMap;

use comptoir_domain::customer::Contact;
use comptoir_domain::ids::{ActionId, IdSource, LineId, OrderId, SlotId, VariantId};
use comptoir_domain::order::{Channel, Fulfilment, Order};
use comptoir_domain::quantity::{Quantity, Unit};
use comptoir_domain::refusal::Refusal;
use comptoir_domain::slot::Slot;
use comptoir_sync::feed::EntityKind;
use sync_server::entropy::FreshIds;
use sync_server::shop::{AmendOrder, Basket, CancelOrder, PlaceOrder};
use sync_server::store::{Decision, Recorded};

use super::server::ServerSide;
use crate::founding::put;

const MINUTE_MS: i64 = 60_000;

/// Who orders here.
const PEOPLE: [(&str, &str); 4] = [
    ("Ana Faure", "ana@mail.example"),
    ("Bruno Petit", "bruno@mail.example"),
    ("Chloé Martin", "chloe@mail.example"),
    ("Driss Amrani", "driss@mail.example"),
];

pub(crate) fn do_something(server: &mut ServerSide, random: &mut fastrand::Rng) {
    match random.u32(0..24) {
        0..10 => place(server, random),
        10..12 => press_again(server, random),
        12..19 => change(server, random),
        19..22 => cancel(server, random),
        _ => open_slot(server, random),
    }
}

/// The office opens another slot, whose cut-off comes while the simulation goes on.
fn open_slot(server: &mut ServerSide, random: &mut fastrand::Rng) {
    let cut_off = server.clock.now().plus_ms(random.i64(3..45) * MINUTE_MS);
    let slot = Slot {
        id: SlotId::from_uuid(server.ids.next_uuid()),
        location: server.location,
        starts_at: cut_off.plus_ms(30 * MINUTE_MS),
        ends_at: cut_off.plus_ms(150 * MINUTE_MS),
        orders_until: cut_off,
        capacity: (random.u32(0..3) == 0).then(|| random.u32(2..8)),
        active: true,
    };
    let change = put(EntityKind::SLOT, &slot.id, &slot);
    server.record("slot_changed", Vec::new(), vec![change]);
}

/// One of those that take orders; now and then one that does not any more.
fn some_slot(server: &mut ServerSide, random: &mut fastrand::Rng) -> Option<Slot> {
    let now = server.clock.now();
    let mut slots: Vec<Slot> = server.states(EntityKind::SLOT);
    if random.u32(0..12) > 0 {
        slots.retain(|slot| slot.is_open_to_customers(now));
    }
    if slots.is_empty() {
        open_slot(server, random);
        slots = server.states(EntityKind::SLOT);
        slots.retain(|slot| slot.is_open_to_customers(now));
    }
    (!slots.is_empty()).then(|| slots.swap_remove(random.usize(0..slots.len())))
}

/// What somebody wants of an article.
fn some_quantity(unit: Unit, random: &mut fastrand::Rng) -> Quantity {
    if unit.is_measured() {
        Quantity::thousandths(random.i64(1..40) * 100)
    } else {
        Quantity::pieces(random.i64(1..6))
    }
}

/// Articles by the page that the customer looks at, as it was loaded.
fn some_items(server: &ServerSide, random: &mut fastrand::Rng) -> Vec<(VariantId, Quantity)> {
    let variants = server.variants();
    let gone = server.deleted.first();
    let known = variants
        .iter()
        .chain(gone.filter(|_| random.u32(0..8) == 0));
    let known: Vec<_> = known.collect();
    (0..random.usize(1..4))
        .map(|_| {
            let variant = known[random.usize(0..known.len())];
            (variant.id, some_quantity(variant.unit, random))
        })
        .collect()
}

fn fresh_ids(server: &ServerSide, random: &mut fastrand::Rng) -> FreshIds {
    let mut seed = [0; 32];
    seed[..8].copy_from_slice(&random.u64(..).to_be_bytes());
    FreshIds::from_seed(server.clock.now(), seed)
}

fn place(server: &mut ServerSide, random: &mut fastrand::Rng) {
    let Some(slot) = some_slot(server, random) else {
        return;
    };
    let (name, email) = PEOPLE[random.usize(0..PEOPLE.len())];
    let basket = Basket {
        order: OrderId::from_uuid(server.ids.next_uuid()),
        slot: slot.id,
        items: some_items(server, random),
        contact: Contact::new(name, email, "").expect("a name and an address"),
        note: if random.bool() { "Please ripe" } else { "" }.to_owned(),
        expected_total: None,
    };
    server.last_basket = Some(basket.clone());
    send(server, basket, random);
}

/// The form is sent once more: it is the same order.
fn press_again(server: &mut ServerSide, random: &mut fastrand::Rng) {
    if let Some(basket) = server.last_basket.clone() {
        send(server, basket, random);
    }
}

fn send(server: &mut ServerSide, basket: Basket, random: &mut fastrand::Rng) {
    let (order, slot) = (basket.order, basket.slot);
    let now = server.clock.now();
    let was_there = server.order(order).is_some();
    let before = server.feed_end();
    let ids = fresh_ids(server, random);
    let Some(shelf) = server.shelf() else { return };
    let placed = PlaceOrder::with_ids(basket, &shelf.read(), now, ids);
    let Ok(placed) = placed else {
        return server.tally.add("shop refusals");
    };
    if decided(server, Box::new(placed)).is_none() {
        return;
    }
    if was_there {
        assert_eq!(before, server.feed_end(), "once is enough: placed twice");
        return;
    }
    server.tally.add("shop orders");
    let order = server.order(order).expect("what was placed is there");
    promised_is_there(server, &BTreeMap::new(), &order);
    let slots: Vec<Slot> = server.states(EntityKind::SLOT);
    let slot = slots.iter().find(|known| known.id == slot);
    let slot = slot.expect("the slot of an order is known");
    assert!(slot.is_open_to_customers(now), "placed after the cut-off");
    let orders = server.orders().into_iter();
    let in_slot = orders.filter(|known| {
        let off = known.milestones.cancelled.is_some() || known.milestones.expired_at.is_some();
        known.heading.slot == Some(slot.id) && !off
    });
    let most = slot.capacity.unwrap_or(u32::MAX) as usize;
    assert!(in_slot.count() <= most, "more orders than the slot takes");
}

/// What the shop did; a refusal changes nothing.
fn decided(server: &mut ServerSide, decision: Box<dyn Decision>) -> Option<Recorded> {
    let before = server.feed_end();
    let answer: Result<Recorded, Refusal> = server.decide(decision)?;
    match answer {
        Ok(recorded) => Some(recorded),
        Err(_) => {
            assert_eq!(
                before,
                server.feed_end(),
                "refused, and changed all the same"
            );
            server.tally.add("shop refusals");
            None
        }
    }
}

/// How much an order holds reserved, by variant.
fn reserved(order: &Order) -> BTreeMap<VariantId, Quantity> {
    let mut sums = BTreeMap::new();
    for (variant, quantity) in order.reserved() {
        *sums.entry(variant).or_insert(Quantity::ZERO) += quantity;
    }
    sums
}

/// S5: of what was just promised beyond what had been, nothing is missing.
fn promised_is_there(server: &ServerSide, before: &BTreeMap<VariantId, Quantity>, order: &Order) {
    for (variant, quantity) in reserved(order) {
        let had = before.get(&variant).copied().unwrap_or_default();
        let level = server.level(variant, order.heading.location);
        assert!(
            quantity <= had || !level.available().is_negative(),
            "S5: promised what is not there: {level:?}"
        );
    }
}

/// An order of a customer, mostly one that they may still change.
fn some_order(server: &ServerSide, random: &mut fastrand::Rng) -> Option<Order> {
    let mut orders = server.orders();
    orders.retain(|order| order.heading.channel == Channel::Shop);
    if random.u32(0..5) > 0 {
        orders.retain(|order| order.fulfilment() == Fulfilment::Accepted);
    }
    // The latest ones, so that several people mean the same order.
    let late = orders.len().saturating_sub(4);
    (!orders.is_empty()).then(|| orders.swap_remove(random.usize(late..orders.len())))
}

fn change(server: &mut ServerSide, random: &mut fastrand::Rng) {
    let Some(order) = some_order(server, random) else {
        return;
    };
    let mut lines: BTreeMap<LineId, Quantity> = BTreeMap::new();
    for line in order.lines.iter().filter(|line| line.tied_to.is_none()) {
        if random.bool() {
            let to = match random.u32(0..4) {
                0 => Quantity::ZERO,
                _ => some_quantity(line.unit, random),
            };
            lines.insert(line.id, to);
        }
    }
    let added = match random.u32(0..3) {
        0 => some_items(server, random),
        _ => Vec::new(),
    };
    let action = ActionId::from_uuid(server.ids.next_uuid());
    let ids = fresh_ids(server, random);
    let now = server.clock.now();
    let Some(shelf) = server.shelf() else { return };
    let lines = lines.into_iter().collect();
    let change = AmendOrder::new(action, order.id(), lines, &added, &shelf.read(), now);
    let Ok(change) = change else {
        return server.tally.add("shop refusals");
    };
    if decided(server, Box::new(change.with_ids(ids))).is_some() {
        server.tally.add("changed by customers");
        was_open_to_its_customer(server, &order);
        let after = server.order(order.id()).expect("an order stays");
        promised_is_there(server, &reserved(&order), &after);
    }
}

fn cancel(server: &mut ServerSide, random: &mut fastrand::Rng) {
    let Some(order) = some_order(server, random) else {
        return;
    };
    let cancel = CancelOrder {
        action: ActionId::from_uuid(server.ids.next_uuid()),
        order: order.id(),
        now: server.clock.now(),
    };
    if decided(server, Box::new(cancel)).is_some() {
        server.tally.add("cancelled by customers");
        was_open_to_its_customer(server, &order);
    }
}

/// What a customer changed was waiting, with nothing of it packed or fetched, before its cut-off.
fn was_open_to_its_customer(server: &ServerSide, before: &Order) {
    let slots: Vec<Slot> = server.states(EntityKind::SLOT);
    let slot = slots
        .iter()
        .find(|slot| before.heading.slot == Some(slot.id));
    let now = server.clock.now();
    assert!(
        slot.is_some_and(|slot| slot.is_open_to_customers(now)),
        "changed after the cut-off"
    );
    let touched = |line: &comptoir_domain::order::Line| {
        line.collected.is_positive() || line.picked.is_positive()
    };
    assert!(
        !before.lines.iter().any(touched),
        "changed while being packed"
    );
}
