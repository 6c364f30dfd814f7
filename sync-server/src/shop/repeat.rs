//! Making the orders of recurring ones when their time has come: each day's once, however often it is
//! looked and whatever stops in between.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::NaiveDate;
use comptoir_domain::catalogue::Variant;
use comptoir_domain::customer::Customer;
use comptoir_domain::decide::{self, Making, Repeating, SlotState, Wish};
use comptoir_domain::event::Event;
use comptoir_domain::ids::{ActionId, OrderId, SlotId, VariantId};
use comptoir_domain::order::Order;
use comptoir_domain::price::WinningPrice;
use comptoir_domain::quantity::Quantity;
use comptoir_domain::recurring::{RecurringOrder, day_of};
use comptoir_domain::refusal::{Refusal, RefusalCode};
use comptoir_domain::settings::HubSettings;
use comptoir_domain::slot::Slot;
use comptoir_domain::time::Timestamp;
use comptoir_sync::feed::EntityKind;
use serde::de::DeserializeOwned;

use super::Shelves;
use super::order::{NoteBody, note_of, number_of, stock_of, thing};
use crate::entropy::{FreshIds, NoEntropy};
use crate::store::{
    Act, ActAttachment, Decision, EntityChange, EntityKey, Holdings, Hub, Store, StoreError,
};

/// How many of its days before and after are looked at for an order that its slot brought along.
const NEIGHBOURS: i64 = 4;

/// Why the orders of a hub were not made.
#[derive(Debug, thiserror::Error)]
pub enum RepeatError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    NoEntropy(#[from] NoEntropy),
}

/// Makes the orders of recurring ones.
#[derive(Debug, Clone)]
pub struct Repeater {
    store: Arc<dyn Store>,
    shelves: Shelves,
}

impl Repeater {
    pub fn new(store: Arc<dyn Store>, shelves: Shelves) -> Repeater {
        Repeater { store, shelves }
    }

    /// Makes what is to be made by now, in all hubs. What cannot be made is told, and holds up no other.
    pub async fn round(&self, now: Timestamp) -> Result<(), RepeatError> {
        for hub in self.store.hubs().await? {
            self.round_of(&hub, now).await?;
        }
        Ok(())
    }

    async fn round_of(&self, hub: &Hub, now: Timestamp) -> Result<(), RepeatError> {
        let all: Vec<RecurringOrder> = self.live(hub, EntityKind::RECURRING_ORDER).await?;
        if all.is_empty() {
            return Ok(());
        }
        let shelf = self.shelves.of(self.store.as_ref(), hub, now).await?;
        let Some(settings) = shelf.read().settings().cloned() else {
            return Ok(());
        };
        let slots: Vec<Slot> = self.live(hub, EntityKind::SLOT).await?;
        let slots: Vec<&Slot> = slots.iter().collect();
        for recurring in &all {
            for (day, slot) in recurring.to_make(&slots, settings.zone, now) {
                let action = ActionId::from_uuid(recurring.order_on(day).uuid());
                if self.store.entry_of(hub.id, action).await?.is_some() {
                    continue;
                }
                let made = self.make(hub, recurring, day, slot.id, now).await;
                if let Err(error) = made {
                    tracing::error!(recurring = %recurring.id, %day, %error, "a recurring order was not made; it is tried again");
                }
            }
        }
        Ok(())
    }

    /// Makes the order of a day, or writes down that there is none.
    async fn make(
        &self,
        hub: &Hub,
        recurring: &RecurringOrder,
        day: NaiveDate,
        slot: SlotId,
        now: Timestamp,
    ) -> Result<(), RepeatError> {
        let customer = EntityKey::new(EntityKind::CUSTOMER, recurring.customer);
        let customer: Option<Customer> = self.things(hub, vec![customer]).await?.pop();
        let lines = recurring.lines.iter();
        let variants = lines
            .clone()
            .map(|line| EntityKey::new(EntityKind::VARIANT, line.variant));
        let variants: Vec<Variant> = self.things(hub, variants.collect()).await?;
        let shelf = self.shelves.of(self.store.as_ref(), hub, now).await?;
        let decision = {
            let shelf = shelf.read();
            let Some(settings) = shelf.settings().cloned() else {
                return Ok(());
            };
            let classes = customer
                .as_ref()
                .map_or(&[][..], |known| known.classes.as_slice());
            let quantities: BTreeMap<VariantId, Quantity> =
                lines.map(|line| (line.variant, line.quantity)).collect();
            let wished = variants.into_iter().filter_map(|variant| {
                let quantity = *quantities.get(&variant.id)?;
                let price = shelf.price_for(&variant, classes, now);
                Some((variant, price, quantity))
            });
            let mut ids = FreshIds::new(now)?;
            RepeatOrder {
                note: note_of(&recurring.note, &mut ids),
                recurring: recurring.clone(),
                day,
                slot,
                wishes: wished.collect(),
                unlimited: shelf.unlimited().clone(),
                settings,
                now,
                ids,
            }
        };
        // Where something else is so by now, the next round looks again.
        let _unless_changed = self.store.decide(hub.id, Box::new(decision)).await?;
        Ok(())
    }

    /// All live things of a kind that can be read.
    async fn live<T: DeserializeOwned>(
        &self,
        hub: &Hub,
        kind: &'static str,
    ) -> Result<Vec<T>, StoreError> {
        let rows = self.store.entities(hub.id, EntityKind::new(kind)).await?;
        let read = rows.into_iter().filter_map(|row| match serde_json::from_str(&row.body) {
            Ok(thing) => Some(thing),
            Err(error) => {
                tracing::error!(kind = %row.kind.0, id = %row.id, %error, "a thing cannot be read");
                None
            }
        });
        Ok(read.collect())
    }

    /// Those things of the state that are there.
    async fn things<T: DeserializeOwned>(
        &self,
        hub: &Hub,
        keys: Vec<EntityKey>,
    ) -> Result<Vec<T>, StoreError> {
        let bodies = self.store.things(hub.id, keys.clone()).await?;
        let found = keys.into_iter().zip(bodies);
        let read = found.filter_map(|(key, body)| {
            let read = serde_json::from_str(&body?);
            Some(read.map_err(|error| StoreError::RowUnreadable {
                key: key.to_string(),
                reason: error.to_string(),
            }))
        });
        read.collect()
    }
}

/// The act of making one.
#[derive(Debug)]
struct RepeatOrder {
    /// As it was when its goods were looked up.
    recurring: RecurringOrder,
    day: NaiveDate,
    slot: SlotId,
    settings: HubSettings,
    wishes: Vec<(Variant, Option<WinningPrice>, Quantity)>,
    unlimited: BTreeSet<VariantId>,
    note: Option<ActAttachment>,
    now: Timestamp,
    ids: FreshIds,
}

impl RepeatOrder {
    fn order(&self) -> OrderId {
        self.recurring.order_on(self.day)
    }

    /// The slot, where everything is still as it was when the goods were looked up.
    fn unchanged(&self, holdings: &mut dyn Holdings) -> Result<Option<Slot>, StoreError> {
        let known: Option<RecurringOrder> =
            thing(holdings, EntityKind::RECURRING_ORDER, self.recurring.id)?;
        let slot: Option<Slot> = thing(holdings, EntityKind::SLOT, self.slot)?;
        let is_meant = |slot: &Slot| {
            slot.active
                && slot.location == self.recurring.location
                && day_of(slot, self.settings.zone) == self.day
        };
        Ok(slot.filter(|slot| known.as_ref() == Some(&self.recurring) && is_meant(slot)))
    }

    /// Whether its slot was moved here with the order of another day.
    fn is_served(&self, holdings: &mut dyn Holdings) -> Result<bool, StoreError> {
        let around = |count: i64| {
            let weeks = i64::from(self.recurring.weeks) * count;
            self.day.checked_add_signed(chrono::TimeDelta::weeks(weeks))
        };
        let days = (-NEIGHBOURS..=NEIGHBOURS).filter(|count| *count != 0);
        let keys: Vec<EntityKey> = days
            .filter_map(around)
            .map(|day| EntityKey::new(EntityKind::ORDER, self.recurring.order_on(day)))
            .collect();
        let bodies = holdings.things(&keys)?.into_iter().flatten();
        let orders: Vec<Order> = bodies
            .filter_map(|body| serde_json::from_str(&body).ok())
            .collect();
        Ok(self.recurring.is_served(self.slot, &orders))
    }

    fn events(
        &mut self,
        holdings: &mut dyn Holdings,
        slot: &Slot,
    ) -> Result<Vec<Event>, StoreError> {
        let place = SlotState {
            slot,
            orders: holdings.orders_in_slot(slot.id)?,
        };
        let customer: Option<Customer> =
            thing(holdings, EntityKind::CUSTOMER, self.recurring.customer)?;
        let taken = self.wishes.iter().map(|(variant, _, _)| variant);
        let books = stock_of(holdings, taken, slot.location)?;
        let wishes = self.wishes.iter().map(|(variant, price, quantity)| Wish {
            variant,
            price: price.as_ref(),
            quantity: *quantity,
        });
        let new = Repeating {
            recurring: &self.recurring,
            day: self.day,
            number: number_of(holdings.next_order_no()?),
            wishes: wishes.collect(),
            note: self.note.as_ref().map(|note| note.id),
            customer_is_active: customer.is_some_and(|customer| customer.active),
        };
        let shelf = decide::Shelf {
            books: &books,
            unlimited: &self.unlimited,
        };
        let mut making = Making {
            now: self.now,
            settings: &self.settings,
            ids: &mut self.ids,
        };
        Ok(decide::repeat(new, place, shelf, &mut making))
    }
}

impl Decision for RepeatOrder {
    /// The same whether an order is made or missed: a day is decided once.
    fn action(&self) -> ActionId {
        ActionId::from_uuid(self.order().uuid())
    }

    fn decide(&mut self, holdings: &mut dyn Holdings) -> Result<Result<Act, Refusal>, StoreError> {
        let Some(slot) = self.unchanged(holdings)? else {
            return Ok(Err(RefusalCode::NothingChanged.into()));
        };
        if self.is_served(holdings)? {
            return Ok(Err(RefusalCode::NothingChanged.into()));
        }
        let events = self.events(holdings, &slot)?;
        let is_made = |event: &Event| matches!(event, Event::RecurringOrderMade { .. });
        let made = events.iter().any(is_made);
        let note = self.note.take().filter(|_| made);
        let entities = note.iter().map(|note| {
            let body = NoteBody {
                text: &note.content,
            };
            EntityChange::put(EntityKind::NOTE, note.id, &body)
        });
        Ok(Ok(Act {
            action: self.action(),
            actor: None,
            kind: if made {
                "order_repeated"
            } else {
                "order_missed"
            }
            .to_owned(),
            at: self.now,
            entities: entities.collect::<Result<_, _>>()?,
            events,
            attachments: note.into_iter().collect(),
        }))
    }
}
