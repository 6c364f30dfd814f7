//! Orders that wait for their customers, and what a test asks of a till about them.

use comptoir_domain::customer::Customer;
use comptoir_domain::decide::{self, Article, Context};
use comptoir_domain::draft::Draft;
use comptoir_domain::entry::{EntryRef, Source};
use comptoir_domain::ids::{CustomerId, EpochId, LineId, LocationId, OrderId, PaymentId, SlotId};
use comptoir_domain::money::Money;
use comptoir_domain::order::{
    Cancellation, Channel, Fate, Order, OrderHeading, Payment, PaymentStatus,
};
use comptoir_domain::quantity::Quantity;
use comptoir_domain::slot::Slot;
use comptoir_domain::staff::Role;
use comptoir_domain::tender::{TenderId, TenderKind};
use comptoir_sync::feed::EntityKind;
use comptoir_testkit::SeededIds;
use comptoir_till::wire::{
    ApiError, Code, GiveBack, HandOverOrder, HandOverWhat, OpenOrder, OrdersQuery, OrdersView,
    PlacedView, RemoveLine, TillView,
};
use comptoir_till::{Core, TillError, catalogue, feed};
use uuid::Uuid;

use super::*;

pub(crate) fn id(number: u128) -> Uuid {
    Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0000 + number)
}

pub(crate) fn jane() -> CustomerId {
    CustomerId::from_uuid(id(1))
}

pub(crate) fn put<T: serde::Serialize>(core: &mut Core, kind: &'static str, key: Uuid, value: &T) {
    core.transaction(|tx| feed::put_local(tx, kind, &key.to_string(), value))
        .unwrap();
}

pub(crate) fn put_customer(core: &mut Core, customer: CustomerId, name: &str, phone: &str) {
    let customer: Customer = serde_json::from_value(serde_json::json!({
        "id": customer, "name": name, "phone": phone, "classes": ["Member"], "active": true
    }))
    .unwrap();
    put(core, EntityKind::CUSTOMER, customer.id.uuid(), &customer);
}

pub(crate) fn here(core: &Core) -> LocationId {
    let settings = feed::settings(core.connection()).unwrap().unwrap();
    settings.locations[0].id
}

pub(crate) fn put_slot(core: &mut Core, number: u128, starts_in_ms: i64) -> SlotId {
    let starts_at = core.now().plus_ms(starts_in_ms);
    let slot = Slot {
        id: SlotId::from_uuid(id(number)),
        location: here(core),
        starts_at,
        ends_at: starts_at.plus_ms(hours(2)),
        orders_until: starts_at,
        capacity: None,
        active: true,
    };
    put(core, EntityKind::SLOT, slot.id.uuid(), &slot);
    slot.id
}

/// How an order of the shop was paid for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Online {
    No,
    Authorised,
    Captured,
}

/// An order of the shop as the hub would send it.
pub(crate) fn order_of(
    core: &mut Core,
    number: u128,
    goods: &[(&str, i64)],
    online: Online,
) -> Order {
    let settings = feed::settings(core.connection()).unwrap().unwrap();
    let (staff, now, till) = (manager(core), core.now(), core.till());
    let location = settings.locations[0].id;
    let heading = OrderHeading {
        id: OrderId::from_uuid(id(number)),
        number: format!("O-{number}"),
        channel: Channel::Shop,
        location,
        customer: Some(jane()),
        slot: None,
        tax_mode: settings.tax_mode,
    };
    let mut draft = Draft::new(heading, now);
    let mut ids = SeededIds::new(u64::try_from(number).unwrap());
    for (code, pieces) in goods {
        let scan = comptoir_domain::barcode::parse(code, None, &settings.in_store_layouts).unwrap();
        let found = catalogue::find_scanned(core.connection(), &scan)
            .unwrap()
            .unwrap();
        let buyer = catalogue::Buyer::anybody(now);
        let goods = catalogue::priced(core.connection(), found.variant, buyer).unwrap();
        let mut context = Context {
            now,
            staff,
            role: Role::Manager,
            approved_by: None,
            till,
            location,
            settings: &settings,
            ids: &mut ids,
        };
        let article: Article<'_> = goods.article(None, false);
        let step = decide::add(&draft, article, Quantity::pieces(*pieces), &mut context).unwrap();
        draft.take(step);
    }
    let mut order = draft.order();
    order.milestones.placed_at = Some(now);
    order.milestones.accepted_at = Some(now);
    order.rev = 1;
    if online != Online::No {
        order.payments.push(Payment {
            id: PaymentId::from_uuid(id(number + 5_000_000)),
            tender: TenderId::new("online"),
            kind: TenderKind::Online,
            amount: order.totals().total,
            tendered: None,
            change: Money::ZERO,
            rounding: Money::ZERO,
            reference: None,
            status: match online {
                Online::Captured => PaymentStatus::Captured,
                _ => PaymentStatus::Authorised,
            },
            at: now,
            shift: None,
            account: None,
            capture_before: None,
            capture: None,
        });
    }
    order
}

pub(crate) fn put_order(core: &mut Core, order: &Order) {
    put(core, EntityKind::ORDER, order.id().uuid(), order);
}

/// A till with Jane's order O-1001: two boxes of eggs and a juice with its deposit, 9.70.
pub(crate) fn with_order(online: Online) -> (Bench, Core, Order) {
    let bench = Bench::new();
    let mut core = bench.selling();
    put_customer(&mut core, jane(), "Jane Élodie Doe", "+33 6 12 34 56 78");
    let order = order_of(&mut core, 1001, &[(EGGS, 2), (JUICE, 1)], online);
    put_order(&mut core, &order);
    (bench, core, order)
}

pub(crate) fn cancel_elsewhere(core: &mut Core, order: &mut Order) {
    order.milestones.cancelled = Some(Cancellation {
        at: core.now(),
        by: None,
        reason: "customer".to_owned(),
        entry: EntryRef {
            source: Source::Server(core.till()),
            epoch: EpochId::from_uuid(id(90)),
            seq: 1,
        },
    });
    put_order(core, order);
}

pub(crate) fn open(core: &mut Core, order: &Order) -> TillView {
    core.order_open(&OpenOrder {
        order: order.id(),
        alone: false,
    })
    .unwrap()
}

pub(crate) fn placed(view: &TillView) -> &PlacedView {
    order(view).placed.as_deref().unwrap()
}

pub(crate) fn line_named(view: &TillView, part: &str) -> LineId {
    let lines = &order(view).lines;
    let line = lines.iter().find(|line| line.name.contains(part));
    line.unwrap_or_else(|| panic!("no {part} in {lines:?}")).id
}

pub(crate) fn hand_over(bench: &Bench, what: HandOverWhat) -> HandOverOrder {
    HandOverOrder {
        action: bench.action(),
        what,
    }
}

pub(crate) fn back(bench: &Bench, tender: &str) -> GiveBack {
    GiveBack {
        action: bench.action(),
        tender: tender.to_owned(),
        amount: None,
        approval: None,
    }
}

pub(crate) fn refused<T: std::fmt::Debug>(answer: Result<T, TillError>) -> Code {
    ApiError::from(answer.unwrap_err()).code
}

pub(crate) fn entries(core: &Core) -> usize {
    core.status().unwrap().entries.len()
}

pub(crate) fn stored(core: &Core, order: &Order) -> Order {
    let body: String = core
        .connection()
        .query_row(
            "SELECT body FROM own_state WHERE kind = 'order' AND id = ?1",
            [order.id().to_string()],
            |row| row.get(0),
        )
        .unwrap();
    serde_json::from_str(&body).unwrap()
}

pub(crate) fn list(core: &Core, text: &str) -> OrdersView {
    core.orders_list(&OrdersQuery {
        text: text.to_owned(),
        ..OrdersQuery::default()
    })
    .unwrap()
}

pub(crate) fn numbers(view: &OrdersView) -> Vec<&str> {
    let orders = view.orders.iter();
    orders.map(|card| card.number.as_str()).collect()
}

pub(crate) fn remove_juice(core: &mut Core, view: &TillView, fate: Fate) -> TillView {
    let line = line_named(view, "Jus");
    core.order_remove_line(&RemoveLine {
        line,
        fate: Some(fate),
    })
    .unwrap()
}

/// What the order's receipt of that number in turn states.
pub(crate) fn receipt_of(core: &Core, order: &Order, index: usize) -> serde_json::Value {
    let receipt: String = core
        .connection()
        .query_row(
            "SELECT CAST(content AS TEXT) FROM attachment WHERE id = ?1",
            [order.documents[index].content.to_string()],
            |row| row.get(0),
        )
        .unwrap();
    serde_json::from_str(&receipt).unwrap()
}
