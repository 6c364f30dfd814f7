//! Slots, pick-up places and pick lists.

use std::collections::{BTreeMap, HashMap};

use comptoir_domain::ids::{AttachmentId, LocationId, OrderId, SlotId, VariantId};
use comptoir_domain::order::Order;
use comptoir_domain::quantity::Quantity;
use comptoir_domain::settings::{HubSettings, Location};
use comptoir_domain::slot::Slot;
use comptoir_domain::staff::Permission;
use comptoir_domain::time::Timestamp;
use comptoir_sync::feed::EntityKind;
use uuid::Uuid;

use super::act::Halt;
use super::desk::OfficeDesk;
use super::listing::{Cells, Table};
use super::order_card::OrderCard;
use super::overview::{Kept, Overview};
use super::people::name_of;
use super::refusal::{OfficeError, OfficeRefusal};
use super::sitting::Sitting;
use super::wire::{
    PageQuery, PickLine, PickListView, PickOrder, PickProduct, PlaceList, PlaceView, SavePlace,
    SaveSlot, SlotFilter, SlotList, SlotView, SlotWhen,
};
use crate::cells;
use crate::store::EntityKey;

/// The last moment that calendars hold.
const LATEST_MS: i64 = 253_402_300_799_999;

fn slot_view(overview: &Overview, kept: &Kept<Slot>) -> SlotView {
    let slot = &kept.thing;
    let of_slot = |order: &&OrderCard| order.slot == Some(slot.id);
    let orders: Vec<&OrderCard> = overview.orders.values().filter(of_slot).collect();
    let called_off = |order: &OrderCard| {
        use comptoir_domain::order::Fulfilment::{Cancelled, Expired};
        matches!(order.fulfilment, Cancelled | Expired)
    };
    SlotView {
        id: slot.id.uuid(),
        seen: kept.seen,
        place: slot.location.uuid(),
        place_name: overview.place_name(slot.location),
        starts_at: slot.starts_at.unix_ms(),
        ends_at: slot.ends_at.unix_ms(),
        orders_until: slot.orders_until.unix_ms(),
        capacity: slot.capacity,
        active: slot.active,
        orders: orders.iter().filter(|order| !called_off(order)).count(),
        waiting: orders.iter().filter(|order| order.is_waiting()).count(),
        to_pack: orders.iter().filter(|order| order.is_to_pack()).count(),
    }
}

impl OfficeDesk {
    pub async fn slots(
        &self,
        sitting: &Sitting,
        filter: SlotFilter,
        page: PageQuery,
    ) -> Result<SlotList, OfficeError> {
        let now = self.now();
        let overview = self.overview(&sitting.hub).await?;
        let overview = overview.read();
        let place = filter.place.map(LocationId::from_uuid);
        let keeps = |kept: &&Kept<Slot>| {
            let slot = &kept.thing;
            let in_time = match filter.when {
                Some(SlotWhen::Coming) => !slot.is_over(now),
                Some(SlotWhen::Past) => slot.is_over(now),
                None => true,
            };
            in_time && place.is_none_or(|place| slot.location == place)
        };
        let mut found: Vec<&Kept<Slot>> = overview.slots.values().filter(keeps).collect();
        page.sort(&mut found, |kept| (kept.thing.starts_at, kept.thing.id));
        let (rows, total) = page.cut(found);
        Ok(SlotList {
            rows: rows
                .into_iter()
                .map(|kept| slot_view(&overview, kept))
                .collect(),
            total,
        })
    }

    pub async fn slots_table(
        &self,
        sitting: &Sitting,
        filter: SlotFilter,
        page: PageQuery,
    ) -> Result<Table, OfficeError> {
        let listed = self.slots(sitting, filter, page.whole()).await?;
        let cells = self.cells(sitting).await?;
        let headings = [
            "place",
            "from",
            "until",
            "orders until",
            "capacity",
            "open",
            "orders",
            "waiting",
            "to pack",
        ];
        let mut table = Table::new("slots", &headings);
        for slot in listed.rows {
            table.row(vec![
                Cells::text(&slot.place_name),
                cells.moment(slot.starts_at),
                cells.moment(slot.ends_at),
                cells.moment(slot.orders_until),
                slot.capacity
                    .map_or_else(String::new, |most| most.to_string()),
                if slot.active { "yes" } else { "no" }.to_owned(),
                slot.orders.to_string(),
                slot.waiting.to_string(),
                slot.to_pack.to_string(),
            ]);
        }
        Ok(table)
    }

    async fn slot(&self, sitting: &Sitting, id: SlotId) -> Result<SlotView, OfficeError> {
        let overview = self.overview(&sitting.hub).await?;
        let overview = overview.read();
        let kept = overview.slots.get(&id).ok_or(OfficeRefusal::NOT_FOUND)?;
        Ok(slot_view(&overview, kept))
    }

    /// Opens a slot (`id` is none), or changes one.
    pub async fn save_slot(
        &self,
        sitting: &Sitting,
        id: Option<Uuid>,
        asked: SaveSlot,
    ) -> Result<SlotView, OfficeError> {
        sitting.permit(Permission::ChangeSettings)?;
        // Named after the action, so that doing it again finds the same one.
        let id = SlotId::from_uuid(id.unwrap_or(asked.action));
        let times = [asked.starts_at, asked.ends_at, asked.orders_until];
        let known = times.iter().all(|time| (0..=LATEST_MS).contains(time));
        if !known || asked.starts_at >= asked.ends_at || asked.orders_until > asked.ends_at {
            return Err(OfficeRefusal::new("slot_times_wrong").into());
        }
        let hub = sitting.hub.id;
        self.act(
            sitting,
            asked.action,
            "slot_saved",
            move |holdings, writing| {
                let settings: HubSettings =
                    super::act::needed(holdings, EntityKind::SETTINGS, hub)?;
                let place = LocationId::from_uuid(asked.place);
                let mut places = settings.locations.iter();
                if !places.any(|known| known.id == place && (known.active || !asked.active)) {
                    return Err(OfficeRefusal::new("place_unknown").into());
                }
                let slot = Slot {
                    id,
                    location: place,
                    starts_at: Timestamp::from_unix_ms(asked.starts_at),
                    ends_at: Timestamp::from_unix_ms(asked.ends_at),
                    orders_until: Timestamp::from_unix_ms(asked.orders_until),
                    capacity: asked.capacity,
                    active: asked.active,
                };
                let taken = holdings.orders_in_slot(id)?;
                writing.change(
                    holdings,
                    EntityKind::SLOT,
                    id,
                    asked.seen,
                    |old: Option<Slot>| {
                        // Goods are kept where the orders are to be fetched.
                        if taken > 0 && old.is_some_and(|old| old.location != place) {
                            return Err(OfficeRefusal::new("slot_has_orders").into());
                        }
                        Ok(slot)
                    },
                )
            },
        )
        .await?;
        self.slot(sitting, id).await
    }

    /// What is to be packed for a slot, by product and by order.
    pub async fn pick_list(
        &self,
        sitting: &Sitting,
        slot: Uuid,
    ) -> Result<PickListView, OfficeError> {
        let slot = SlotId::from_uuid(slot);
        let view = self.slot(sitting, slot).await?;
        let waiting: Vec<OrderId> = {
            let overview = self.overview(&sitting.hub).await?;
            let overview = overview.read();
            let orders = overview.orders.values();
            let waiting = orders.filter(|order| order.slot == Some(slot) && order.is_waiting());
            waiting.map(|order| order.id).collect()
        };
        let keys = waiting
            .iter()
            .map(|id| EntityKey::new(EntityKind::ORDER, id));
        let orders: Vec<Option<Order>> = self.things(sitting.hub.id, keys.collect()).await?;
        let mut orders: Vec<Order> = orders.into_iter().flatten().collect();
        orders.sort_by_key(|order| (order.heading.number.len(), order.heading.number.clone()));
        let notes = orders.iter().flat_map(|order| &order.notes);
        let notes: Vec<AttachmentId> = notes.map(|note| note.text).collect();
        let texts = self.texts_of(sitting, notes.clone()).await?;
        let texts: HashMap<AttachmentId, String> = notes
            .into_iter()
            .zip(texts)
            .filter_map(|(id, text)| Some((id, text?)))
            .collect();
        let overview = self.overview(&sitting.hub).await?;
        let overview = overview.read();
        Ok(PickListView {
            products: by_product(&overview, &orders),
            orders: orders
                .iter()
                .map(|order| by_order(&overview, order, &texts))
                .collect(),
            slot: view,
        })
    }

    pub async fn pick_list_table(
        &self,
        sitting: &Sitting,
        slot: Uuid,
        by_order: bool,
    ) -> Result<Table, OfficeError> {
        let list = self.pick_list(sitting, slot).await?;
        if by_order {
            let headings = ["order", "customer", "product", "unit", "quantity", "picked"];
            let mut table = Table::new("pick-list-by-order", &headings);
            for order in list.orders {
                for line in &order.lines {
                    table.row(vec![
                        Cells::text(&order.number),
                        Cells::text(order.customer.as_deref().unwrap_or_default()),
                        Cells::text(&line.name),
                        cells::unit(line.unit).to_owned(),
                        Cells::quantity(line.quantity),
                        Cells::quantity(line.picked),
                    ]);
                }
            }
            return Ok(table);
        }
        let headings = [
            "category", "code", "product", "unit", "quantity", "picked", "on hand", "orders",
        ];
        let mut table = Table::new("pick-list-by-product", &headings);
        for product in list.products {
            table.row(vec![
                Cells::text(product.category.as_deref().unwrap_or_default()),
                Cells::text(&product.code),
                Cells::text(&product.name),
                cells::unit(product.unit).to_owned(),
                Cells::quantity(product.quantity),
                Cells::quantity(product.picked),
                Cells::quantity(product.on_hand),
                product.orders.to_string(),
            ]);
        }
        Ok(table)
    }

    pub async fn places(&self, sitting: &Sitting) -> Result<PlaceList, OfficeError> {
        let overview = self.overview(&sitting.hub).await?;
        let overview = overview.read();
        let kept = overview.kept_settings()?;
        let places = kept.thing.locations.iter();
        Ok(PlaceList {
            seen: kept.seen,
            rows: places
                .map(|place| PlaceView {
                    id: place.id.uuid(),
                    name: place.name.clone(),
                    active: place.active,
                })
                .collect(),
        })
    }

    /// Opens a place (`id` is none), or changes one.
    pub async fn save_place(
        &self,
        sitting: &Sitting,
        id: Option<Uuid>,
        asked: SavePlace,
    ) -> Result<PlaceList, OfficeError> {
        sitting.permit(Permission::ChangeSettings)?;
        let place = Location {
            id: LocationId::from_uuid(id.unwrap_or(asked.action)),
            name: name_of(&asked.name)?,
            active: asked.active,
        };
        let is_new = id.is_none();
        if !place.active {
            let overview = self.overview(&sitting.hub).await?;
            check_unused(&overview.read(), place.id, self.now())?;
        }
        let hub = sitting.hub.id;
        self.act(
            sitting,
            asked.action,
            "place_saved",
            move |holdings, writing| {
                let seen = Some(asked.seen);
                writing.change(holdings, EntityKind::SETTINGS, hub, seen, |old| {
                    let mut settings: HubSettings = old.ok_or(OfficeRefusal::NOT_FOUND)?;
                    put_place(&mut settings, place, is_new)?;
                    Ok(settings)
                })
            },
        )
        .await?;
        self.places(sitting).await
    }
}

/// Nobody is to fetch anything at a place that closes, and nothing is left there.
fn check_unused(
    overview: &Overview,
    place: LocationId,
    now: Timestamp,
) -> Result<(), OfficeRefusal> {
    let mut slots = overview.slots.values().map(|kept| &kept.thing);
    let is_open = slots.any(|slot| slot.location == place && slot.active && slot.ends_at > now);
    let mut orders = overview.orders.values();
    let is_awaited = orders.any(|order| order.location == place && order.is_waiting());
    let mut stock = overview.stock.iter();
    let holds = stock.any(|((_, at), figures)| *at == place && !figures.on_hand.is_zero());
    let mut recurring = overview.recurring.values().map(|kept| &kept.thing);
    let comes_again = recurring.any(|recurring| recurring.location == place && !recurring.ended);
    if is_open || is_awaited || comes_again || holds {
        return Err(OfficeRefusal::new("place_in_use"));
    }
    Ok(())
}

fn put_place(settings: &mut HubSettings, place: Location, is_new: bool) -> Result<(), Halt> {
    if is_new {
        settings.locations.push(place);
    } else {
        let known = settings.locations.iter_mut();
        let known = known.into_iter().find(|known| known.id == place.id);
        *known.ok_or(OfficeRefusal::NOT_FOUND)? = place;
    }
    if settings.locations.iter().any(|place| place.active) {
        Ok(())
    } else {
        // Nothing could be sold anywhere.
        Err(OfficeRefusal::new("last_place").into())
    }
}

/// The lines of an order that are still to be handed over.
fn to_pick(order: &Order) -> impl Iterator<Item = &comptoir_domain::order::Line> {
    let lines = order.lines.iter();
    lines.filter(|line| line.outstanding().is_positive() && line.tied_to.is_none())
}

fn by_order(
    overview: &Overview,
    order: &Order,
    texts: &HashMap<AttachmentId, String>,
) -> PickOrder {
    let notes = order.notes.iter();
    let notes = notes.filter_map(|note| texts.get(&note.text).cloned());
    let customer = order.heading.customer;
    let line = |line: &comptoir_domain::order::Line| PickLine {
        line: line.id.uuid(),
        variant: line.variant.uuid(),
        name: line.name.clone(),
        unit: line.unit,
        quantity: line.outstanding().in_thousandths(),
        picked: line.picked.min(line.outstanding()).in_thousandths(),
    };
    PickOrder {
        order: order.id().uuid(),
        number: order.heading.number.clone(),
        customer: customer.map(|id| overview.customer_name(id).name),
        ready: order.milestones.ready_at.is_some(),
        basket: order.milestones.basket.clone(),
        notes: notes.collect(),
        lines: to_pick(order).map(line).collect(),
    }
}

fn by_product(overview: &Overview, orders: &[Order]) -> Vec<PickProduct> {
    let mut products: BTreeMap<VariantId, PickProduct> = BTreeMap::new();
    for order in orders {
        for line in to_pick(order) {
            let variant = overview.variants.get(&line.variant).map(|kept| &kept.thing);
            let product = variant.and_then(|variant| overview.products.get(&variant.product));
            let place = order.heading.location;
            let entry = products.entry(line.variant).or_insert_with(|| PickProduct {
                variant: line.variant.uuid(),
                code: line.code.clone(),
                name: line.name.clone(),
                category: product.and_then(|product| product.thing.category.clone()),
                unit: line.unit,
                quantity: 0,
                picked: 0,
                on_hand: overview
                    .figures(line.variant, Some(place))
                    .on_hand
                    .in_thousandths(),
                orders: 0,
            });
            let outstanding: Quantity = line.outstanding();
            entry.quantity += outstanding.in_thousandths();
            entry.picked += line.picked.min(outstanding).in_thousandths();
            entry.orders += 1;
        }
    }
    let mut rows: Vec<PickProduct> = products.into_values().collect();
    rows.sort_by_key(|row| (row.category.clone(), row.name.clone(), row.variant));
    rows
}
