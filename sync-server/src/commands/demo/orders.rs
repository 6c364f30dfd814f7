//! Orders that wait at the made-up hub, so that a till has somebody to hand over to.

use std::sync::Arc;

use anyhow::{Context, anyhow};
use chrono::{Datelike, Duration, NaiveTime, Timelike, Weekday};
use comptoir_domain::customer::Contact;
use comptoir_domain::event::Event;
use comptoir_domain::ids::{IdSource, LocationId, OrderId, PaymentId, SlotId};
use comptoir_domain::money::Money;
use comptoir_domain::order::{Order, Payment, PaymentStatus};
use comptoir_domain::quantity::Quantity;
use comptoir_domain::settings::HubSettings;
use comptoir_domain::slot::Slot;
use comptoir_domain::tender::{Tender, TenderKind};
use comptoir_domain::time::Timestamp;
use comptoir_sync::feed::EntityKind;

use super::super::desk::Desk;
use super::super::init;
use super::variant_of;
use crate::shop::{Basket, PlaceOrder, Shelves};
use crate::store::{Act, EntityChange, Hub, Store};
use comptoir_domain::catalogue::Variant;

const HOUR_MS: i64 = 60 * 60_000;

/// An order as somebody placed it: who, what (article code and thousandths), how it is paid, where its
/// basket stands, and what was written on it.
struct Placed {
    name: &'static str,
    email: &'static str,
    phone: &'static str,
    items: &'static [(&'static str, i64)],
    online: Option<PaymentStatus>,
    basket: Option<&'static str>,
    note: &'static str,
}

const AUTHORISED: Option<PaymentStatus> = Some(PaymentStatus::Authorised);
const PAID: Option<PaymentStatus> = Some(PaymentStatus::Captured);

/// Shorthand for the table below.
const fn placed(
    who: (&'static str, &'static str, &'static str),
    items: &'static [(&'static str, i64)],
    online: Option<PaymentStatus>,
    basket: Option<&'static str>,
    note: &'static str,
) -> Placed {
    Placed {
        name: who.0,
        email: who.1,
        phone: who.2,
        items,
        online,
        basket,
        note,
    }
}

const ORDERS: [Placed; 12] = [
    placed(
        ("Jane", "jane@halle.example", "06 12 00 10 01"),
        &[("P2", 2000), ("P4", 1000), ("P1", 1000)],
        AUTHORISED,
        Some("A 1"),
        "",
    ),
    placed(
        ("Ali", "ali@halle.example", "06 12 00 10 02"),
        &[("P5", 1000)],
        None,
        Some("A 2"),
        "",
    ),
    placed(
        ("Inès and Paul", "ines@halle.example", "06 12 00 10 03"),
        &[("102", 2000), ("P2", 1000), ("P4", 2000)],
        PAID,
        Some("A 3"),
        "We come by bike: no crate, please.",
    ),
    placed(
        ("Camille", "camille@halle.example", ""),
        &[("103", 1500), ("104", 1000)],
        PAID,
        Some("B 1"),
        "",
    ),
    placed(
        (
            "École des Bords de Loire",
            "ecole@halle.example",
            "02 38 00 10 05",
        ),
        &[("P1", 5000), ("P4", 4000), ("P2", 6000)],
        None,
        Some("B 2"),
        "Invoice to the town hall.",
    ),
    placed(
        ("Janine Moreau", "janine@halle.example", "06 12 00 10 06"),
        &[("P2", 1000), ("104", 500)],
        PAID,
        None,
        "",
    ),
    placed(
        ("Noé Lefèvre", "noe@halle.example", "06 12 00 10 07"),
        &[("102", 1000), ("P5", 2000)],
        None,
        None,
        "",
    ),
    placed(
        ("Zoé Garnier", "zoe@halle.example", "06 12 00 10 08"),
        &[("P4", 2000)],
        PAID,
        Some("B 3"),
        "",
    ),
    placed(
        ("Oumar Diallo", "oumar@halle.example", "06 12 00 10 09"),
        &[("103", 1000), ("P2", 2000), ("102", 1000)],
        AUTHORISED,
        Some("C 1"),
        "The eggs for Saturday's cake: whole ones!",
    ),
    placed(
        ("Maëlle Caron", "maelle@halle.example", "06 12 00 10 10"),
        &[("104", 2000)],
        None,
        Some("C 2"),
        "",
    ),
    placed(
        ("Hugo Petit", "hugo@halle.example", "06 12 00 10 11"),
        &[("P1", 1000), ("P4", 1000)],
        PAID,
        None,
        "",
    ),
    placed(
        ("Anaïs Roux", "anais@halle.example", "06 12 00 10 12"),
        &[("P2", 1000)],
        None,
        Some("C 3"),
        "",
    ),
];

/// How long the slot is that is on, at most.
const ON_HOURS: i64 = 5;

/// The slot that is on, and the two that customers can order for.
pub(super) fn slots(
    ids: &mut dyn IdSource,
    settings: &HubSettings,
    location: LocationId,
    now: Timestamp,
) -> Vec<Slot> {
    let local = now.in_zone(settings.zone).naive_local();
    let hour = |hour: u32, minute: u32| {
        let time = NaiveTime::from_hms_opt(hour, minute, 0).unwrap_or_default();
        local.date().and_time(time)
    };
    let begun = hour(local.hour().saturating_sub(1), 0);
    // One that spans midnight would be said as if it ended before it begins.
    let over = (begun + Duration::hours(ON_HOURS)).min(hour(23, 59));
    let mut slots = Vec::new();
    let mut add = |from: chrono::NaiveDateTime, to: chrono::NaiveDateTime, until| {
        let moment = |local| settings.zone.moment(local);
        let times = (moment(from), moment(to), moment(until));
        if let (Some(starts_at), Some(ends_at), Some(orders_until)) = times {
            slots.push(Slot {
                id: SlotId::from_uuid(ids.next_uuid()),
                location,
                starts_at,
                ends_at,
                orders_until,
                capacity: None,
                active: true,
            });
        }
    };
    add(begun, over, begun);
    for weekday in [Weekday::Wed, Weekday::Sat] {
        let mut day = local.date() + Duration::days(2);
        while day.weekday() != weekday {
            day += Duration::days(1);
        }
        let from = day.and_time(NaiveTime::from_hms_opt(16, 0, 0).unwrap_or_default());
        add(from, from + Duration::hours(3), from - Duration::hours(24));
    }
    slots
}

/// Places the orders as their customers did, a day before the slot that is on.
pub(super) async fn place(
    desk: &mut Desk,
    hub: &Hub,
    slot: &Slot,
    variants: &[Variant],
) -> anyhow::Result<()> {
    let placed_at = slot.orders_until.plus_ms(-24 * HOUR_MS);
    let shelves = Shelves::default();
    for order in &ORDERS {
        let items = order.items.iter();
        let items = items.map(|(code, quantity)| {
            Ok((
                variant_of(variants, code)?,
                Quantity::thousandths(*quantity),
            ))
        });
        let basket = Basket {
            order: OrderId::from_uuid(desk.ids.next_uuid()),
            slot: slot.id,
            items: items.collect::<anyhow::Result<_>>()?,
            contact: Contact::new(order.name, order.email, order.phone)?,
            note: order.note.to_owned(),
            expected_total: None,
        };
        let id = basket.order;
        let shelf = shelves.of(desk.store.as_ref(), hub, desk.now).await?;
        let place = PlaceOrder::new(basket, &shelf.read(), placed_at)?;
        let decided = desk.store.decide(hub.id, Box::new(place)).await?;
        decided.map_err(|refusal| anyhow!("{}: {refusal}", order.name))?;
        let events = afterwards(desk, hub, id, order, placed_at).await?;
        if !events.is_empty() {
            let act = Act {
                events,
                at: placed_at,
                kind: "order_packed".to_owned(),
                ..init::kept(desk, "orders", Vec::new())
            };
            desk.store.record(hub.id, act).await?;
        }
    }
    Ok(())
}

/// What was paid online, and that the basket is packed.
async fn afterwards(
    desk: &mut Desk,
    hub: &Hub,
    id: OrderId,
    placed: &Placed,
    at: Timestamp,
) -> anyhow::Result<Vec<Event>> {
    let store: Arc<dyn Store> = Arc::clone(&desk.store);
    let kind = EntityKind::new(EntityKind::ORDER);
    let row = store.entity(hub.id, kind, id.to_string()).await?;
    let row = row.context("the order that was just placed")?;
    let order: Order = serde_json::from_str(&row.body)?;
    let mut events = Vec::new();
    if let Some(status) = placed.online {
        let tender = Tender::of_kind(TenderKind::Online);
        events.push(Event::PaymentTaken {
            order: id,
            payment: Payment {
                id: PaymentId::from_uuid(desk.ids.next_uuid()),
                tender: tender.id,
                kind: tender.kind,
                amount: order.totals().total,
                tendered: None,
                change: Money::ZERO,
                rounding: Money::ZERO,
                reference: None,
                status,
                at,
                shift: None,
                account: None,
                capture_before: Some(at.plus_ms(7 * 24 * HOUR_MS)),
                capture: None,
            },
        });
    }
    if let Some(basket) = placed.basket {
        let parts = order.lines.iter().filter(|line| line.tied_to.is_none());
        events.push(Event::LinesPicked {
            order: id,
            parts: parts.map(|line| (line.id, line.ordered)).collect(),
        });
        events.push(Event::OrderReady {
            order: id,
            basket: Some(basket.to_owned()),
        });
    }
    Ok(events)
}

/// The slots as things of the hub.
pub(super) fn kept(slots: &[Slot]) -> anyhow::Result<Vec<EntityChange>> {
    let change = |slot: &Slot| Ok(EntityChange::put(EntityKind::SLOT, slot.id, slot)?);
    slots.iter().map(change).collect()
}
