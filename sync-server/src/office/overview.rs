//! What lists are made from: a copy of the hub's state in memory. Of orders it keeps what a list shows;
//! a whole order is read when somebody opens it.

use std::collections::HashMap;
use std::str::FromStr;

use comptoir_domain::catalogue::{Product, Variant};
use comptoir_domain::credit::CreditAccount;
use comptoir_domain::customer::Customer;
use comptoir_domain::ids::{
    AccountId, CustomerId, LocationId, OrderId, PriceRuleId, ProductId, RecurringOrderId, ShiftId,
    SlotId, StaffId, TillId, VariantId,
};
use comptoir_domain::order::Order;
use comptoir_domain::price::{CustomerClass, PriceQuery, PriceRule, WinningPrice, winning_price};
use comptoir_domain::problem::{Problem, ProblemId};
use comptoir_domain::quantity::Quantity;
use comptoir_domain::recurring::RecurringOrder;
use comptoir_domain::settings::HubSettings;
use comptoir_domain::shift::Shift;
use comptoir_domain::slot::Slot;
use comptoir_domain::staff::Staff;
use comptoir_domain::stock::StockLevel;
use comptoir_domain::time::Timestamp;
use comptoir_sync::feed::{EntityKind, FeedItem};
use serde::de::DeserializeOwned;

use super::order_card::OrderCard;
use super::refusal::{OfficeError, OfficeRefusal};
use super::wire::{Named, SlotName};
use crate::follow::TakesIn;
use crate::store::StoreError;

/// A thing and where its row stands in the feed.
#[derive(Debug, Clone)]
pub(super) struct Kept<T> {
    pub seen: u64,
    pub thing: T,
}

/// What is there of a variant at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Figures {
    pub on_hand: Quantity,
    pub reserved: Quantity,
}

impl Figures {
    pub(super) fn available(self) -> Quantity {
        self.on_hand - self.reserved
    }
}

/// One hub's state, as far as lists need it.
#[derive(Debug, Default)]
pub(super) struct Overview {
    settings: Option<Kept<HubSettings>>,
    pub products: HashMap<ProductId, Kept<Product>>,
    pub variants: HashMap<VariantId, Kept<Variant>>,
    rules: HashMap<PriceRuleId, Kept<PriceRule>>,
    pub stock: HashMap<(VariantId, LocationId), Figures>,
    pub slots: HashMap<SlotId, Kept<Slot>>,
    pub recurring: HashMap<RecurringOrderId, Kept<RecurringOrder>>,
    pub customers: HashMap<CustomerId, Kept<Customer>>,
    pub staff: HashMap<StaffId, Kept<Staff>>,
    pub accounts: HashMap<AccountId, Kept<CreditAccount>>,
    pub problems: HashMap<ProblemId, Kept<Problem>>,
    pub orders: HashMap<OrderId, OrderCard>,
    /// Since when shifts are open, by till.
    pub open_shifts: HashMap<ShiftId, (TillId, Timestamp)>,
}

impl Overview {
    pub(super) fn settings(&self) -> Result<&HubSettings, OfficeError> {
        Ok(&self.kept_settings()?.thing)
    }

    pub(super) fn kept_settings(&self) -> Result<&Kept<HubSettings>, OfficeError> {
        let settings = self.settings.as_ref();
        settings.ok_or_else(|| OfficeRefusal::NOT_FOUND.into())
    }

    /// The IANA name of the hub's zone.
    pub(super) fn zone_name(&self) -> String {
        let zone = self.settings.as_ref().map(|settings| settings.thing.zone);
        let name = zone.and_then(|zone| serde_json::to_value(zone).ok());
        let name = name.and_then(|name| name.as_str().map(str::to_owned));
        name.unwrap_or_else(|| "UTC".to_owned())
    }

    pub(super) fn languages(&self) -> Vec<String> {
        let settings = self.settings.iter();
        let languages = settings.flat_map(|settings| &settings.thing.languages);
        languages
            .map(|language| language.tag().to_owned())
            .collect()
    }

    /// The name of a place; empty where there is none.
    pub(super) fn place_name(&self, place: LocationId) -> String {
        let settings = self.settings.iter();
        let mut places = settings.flat_map(|settings| &settings.thing.locations);
        let found = places.find(|known| known.id == place);
        found.map_or_else(String::new, |place| place.name.clone())
    }

    pub(super) fn staff_name(&self, staff: StaffId) -> Named {
        let known = self.staff.get(&staff);
        Named {
            id: staff.uuid(),
            name: known.map_or_else(String::new, |staff| staff.thing.name.clone()),
        }
    }

    pub(super) fn customer_name(&self, customer: CustomerId) -> Named {
        let known = self.customers.get(&customer);
        Named {
            id: customer.uuid(),
            name: known.map_or_else(String::new, |customer| customer.thing.name.clone()),
        }
    }

    /// A recurring order, by the name of its customer.
    pub(super) fn recurring_name(&self, recurring: RecurringOrderId) -> Named {
        let known = self.recurring.get(&recurring);
        let customer = known.map(|known| self.customer_name(known.thing.customer));
        Named {
            id: recurring.uuid(),
            name: customer.map_or_else(String::new, |customer| customer.name),
        }
    }

    pub(super) fn order_name(&self, order: OrderId) -> Named {
        let known = self.orders.get(&order);
        Named {
            id: order.uuid(),
            name: known.map_or_else(String::new, |order| order.number.clone()),
        }
    }

    pub(super) fn variant_name(&self, variant: VariantId) -> Named {
        let known = self.variants.get(&variant);
        Named {
            id: variant.uuid(),
            name: known.map_or_else(String::new, |variant| variant.thing.name.clone()),
        }
    }

    pub(super) fn slot_name(&self, slot: SlotId) -> Option<SlotName> {
        let slot = &self.slots.get(&slot)?.thing;
        Some(SlotName {
            id: slot.id.uuid(),
            starts_at: slot.starts_at.unix_ms(),
            ends_at: slot.ends_at.unix_ms(),
            place: self.place_name(slot.location),
        })
    }

    /// What is there of a variant: at one place, or at all of them together.
    pub(super) fn figures(&self, variant: VariantId, place: Option<LocationId>) -> Figures {
        let at = |place: LocationId| self.stock.get(&(variant, place)).copied();
        if let Some(place) = place {
            return at(place).unwrap_or_default();
        }
        let settings = self.settings.iter();
        let places = settings.flat_map(|settings| &settings.thing.locations);
        let all = places.filter_map(|place| at(place.id));
        all.fold(Figures::default(), |sum, one| Figures {
            on_hand: sum.on_hand + one.on_hand,
            reserved: sum.reserved + one.reserved,
        })
    }

    /// What a variant costs somebody at this moment.
    pub(super) fn price(
        &self,
        variant: &Variant,
        customer: Option<CustomerId>,
        now: Timestamp,
    ) -> Option<WinningPrice> {
        let rules: Vec<PriceRule> = self
            .rules
            .values()
            .filter(|rule| rule.thing.variant == variant.id)
            .map(|rule| rule.thing.clone())
            .collect();
        let customer = customer.and_then(|customer| self.customers.get(&customer));
        let classes: &[CustomerClass] =
            customer.map_or(&[], |customer| customer.thing.classes.as_slice());
        winning_price(&PriceQuery {
            regular: variant.price,
            rules: &rules,
            classes,
            codes: &[],
            now,
        })
    }
}

impl TakesIn for Overview {
    fn take_in(&mut self, items: Vec<FeedItem>) -> Result<(), StoreError> {
        for item in &items {
            match item.kind.0.as_str() {
                EntityKind::SETTINGS => self.settings = read(item)?,
                EntityKind::PRODUCT => keep(&mut self.products, item)?,
                EntityKind::VARIANT => keep(&mut self.variants, item)?,
                EntityKind::PRICE_RULE => keep(&mut self.rules, item)?,
                EntityKind::STOCK => self.take_stock(item)?,
                EntityKind::SLOT => keep(&mut self.slots, item)?,
                EntityKind::RECURRING_ORDER => keep(&mut self.recurring, item)?,
                EntityKind::CUSTOMER => keep(&mut self.customers, item)?,
                EntityKind::STAFF => keep(&mut self.staff, item)?,
                EntityKind::ACCOUNT => keep(&mut self.accounts, item)?,
                EntityKind::PROBLEM => keep(&mut self.problems, item)?,
                EntityKind::ORDER => self.take_order(item)?,
                EntityKind::SHIFT => self.take_shift(item)?,
                _ => {}
            }
        }
        Ok(())
    }
}

impl Overview {
    fn take_stock(&mut self, item: &FeedItem) -> Result<(), StoreError> {
        let key = item.id.split_once(':').and_then(|(variant, place)| {
            let variant: VariantId = variant.parse().ok()?;
            Some((variant, place.parse::<LocationId>().ok()?))
        });
        let Some(key) = key else { return Ok(()) };
        match read::<StockLevel>(item)? {
            Some(level) => self.stock.insert(
                key,
                Figures {
                    on_hand: level.thing.on_hand,
                    reserved: level.thing.reserved,
                },
            ),
            None => self.stock.remove(&key),
        };
        Ok(())
    }

    fn take_order(&mut self, item: &FeedItem) -> Result<(), StoreError> {
        let Ok(id) = item.id.parse::<OrderId>() else {
            return Ok(());
        };
        let order: Option<Kept<Order>> = read(item)?;
        // What was done to an order that is not here yet is no order to be listed: it is told in a problem.
        match order.filter(|order| !order.thing.is_awaited()) {
            Some(order) => self.orders.insert(id, OrderCard::of(&order.thing)),
            None => self.orders.remove(&id),
        };
        Ok(())
    }

    fn take_shift(&mut self, item: &FeedItem) -> Result<(), StoreError> {
        let Ok(id) = item.id.parse::<ShiftId>() else {
            return Ok(());
        };
        let shift: Option<Kept<Shift>> = read(item)?;
        match shift.filter(|shift| shift.thing.closed.is_none()) {
            Some(shift) => {
                let since = (shift.thing.till, shift.thing.opened_at);
                self.open_shifts.insert(id, since)
            }
            None => self.open_shifts.remove(&id),
        };
        Ok(())
    }
}

/// The thing in its latest state; none where it is gone.
fn read<T: DeserializeOwned>(item: &FeedItem) -> Result<Option<Kept<T>>, StoreError> {
    if item.deleted {
        return Ok(None);
    }
    let thing = super::act::read_thing(&item.kind.0, &item.id, &item.body)?;
    Ok(Some(Kept {
        seen: item.position,
        thing,
    }))
}

fn keep<K, T>(things: &mut HashMap<K, Kept<T>>, item: &FeedItem) -> Result<(), StoreError>
where
    K: FromStr + Eq + std::hash::Hash,
    T: DeserializeOwned,
{
    let Ok(id) = item.id.parse::<K>() else {
        return Ok(());
    };
    match read(item)? {
        Some(thing) => things.insert(id, thing),
        None => things.remove(&id),
    };
    Ok(())
}
