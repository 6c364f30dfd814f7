//! What a hub's shop offers: a copy of the catalogue in memory that follows the hub's feed, as a till's
//! copy does, so that a page costs no search in the database.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::OnceLock;

use comptoir_domain::books::Books;
use comptoir_domain::catalogue::{Product, Variant, VariantKind};
use comptoir_domain::customer::{Contact, Customer};
use comptoir_domain::ids::{CustomerId, LocationId, PriceRuleId, ProductId, SlotId, VariantId};
use comptoir_domain::price::{CustomerClass, PriceQuery, PriceRule, WinningPrice, winning_price};
use comptoir_domain::quantity::Quantity;
use comptoir_domain::settings::HubSettings;
use comptoir_domain::slot::Slot;
use comptoir_domain::stock::StockLevel;
use comptoir_domain::time::Timestamp;
use comptoir_sync::feed::{EntityKind, FeedItem};
use serde::de::DeserializeOwned;

use super::Listing;
use crate::follow::{Copies, Current, TakesIn};
use crate::store::StoreError;

/// Below how many pieces, or units of weight, the shop says that there are few left.
const FEW: Quantity = Quantity::pieces(5);

/// Whether something can be ordered, honestly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Availability {
    /// There is enough for everybody, or no stock is kept of it.
    Plenty,
    /// So many are left.
    Few(Quantity),
    SoldOut,
}

/// A variant with everything that the shop says of it.
#[derive(Debug)]
pub struct Offer<'a> {
    pub variant: &'a Variant,
    pub product: Option<&'a Product>,
    /// For who is not known by name.
    pub price: WinningPrice,
    pub availability: Availability,
}

/// One hub's catalogue, as far as the shop needs it.
#[derive(Debug, Default)]
pub struct Shelf {
    settings: Option<HubSettings>,
    products: HashMap<ProductId, Product>,
    /// What the shop offers, and what its boxes consist of.
    variants: HashMap<VariantId, Variant>,
    /// Of which no stock is kept.
    unlimited: BTreeSet<VariantId>,
    rules: HashMap<VariantId, Vec<PriceRule>>,
    rule_of: HashMap<PriceRuleId, VariantId>,
    stock: HashMap<(VariantId, LocationId), StockLevel>,
    slots: BTreeMap<SlotId, Slot>,
    customers: HashMap<CustomerId, Customer>,
    /// Made when it is asked for, until a name changes.
    listing: OnceLock<Listing>,
}

impl Shelf {
    pub const fn settings(&self) -> Option<&HubSettings> {
        self.settings.as_ref()
    }

    pub fn variant(&self, id: VariantId) -> Option<&Variant> {
        self.variants.get(&id)
    }

    pub const fn unlimited(&self) -> &BTreeSet<VariantId> {
        &self.unlimited
    }

    pub fn slot(&self, id: SlotId) -> Option<&Slot> {
        self.slots.get(&id)
    }

    /// Slots that customers can still order for, the earliest first.
    pub fn open_slots(&self, now: Timestamp) -> Vec<&Slot> {
        let open = self.slots.values();
        let mut open: Vec<&Slot> = open.filter(|slot| slot.is_open_to_customers(now)).collect();
        open.sort_by_key(|slot| (slot.starts_at, slot.id));
        open
    }

    /// Who orders again under the same name and address.
    pub fn known(&self, contact: &Contact) -> Option<&Customer> {
        let mut known = self.customers.values();
        known.find(|customer| contact.is(customer))
    }

    /// What a variant costs somebody who is not known by name.
    pub fn price(&self, variant: &Variant, now: Timestamp) -> Option<WinningPrice> {
        self.price_for(variant, &[], now)
    }

    /// What a variant costs a customer of these classes.
    pub fn price_for(
        &self,
        variant: &Variant,
        classes: &[CustomerClass],
        now: Timestamp,
    ) -> Option<WinningPrice> {
        let rules = self.rules.get(&variant.id).map_or(&[][..], Vec::as_slice);
        winning_price(&PriceQuery {
            regular: variant.price,
            rules,
            classes,
            codes: &[],
            now,
        })
    }

    /// How much of a variant can still be promised at a location; none where no stock is kept.
    pub fn available(&self, variant: &Variant, location: LocationId) -> Option<Quantity> {
        let at = |id: VariantId| {
            let level = self.stock.get(&(id, location));
            level.map_or(Quantity::ZERO, StockLevel::available)
        };
        let of_each = variant.stock_taken(Quantity::ONE).into_iter();
        of_each
            .filter(|(part, each)| !self.unlimited.contains(part) && each.is_positive())
            .map(|(part, each)| {
                let times = i128::from(at(part).in_thousandths()) * 1000
                    / i128::from(each.in_thousandths());
                Quantity::thousandths(i64::try_from(times).unwrap_or(i64::MAX))
            })
            .min()
    }

    /// The stock of everything that variants take, at a location.
    pub(super) fn stock_of<'v>(
        &self,
        variants: impl Iterator<Item = &'v Variant>,
        location: LocationId,
    ) -> Books {
        let mut books = Books::default();
        let taken = variants.flat_map(|variant| variant.stock_taken(Quantity::ONE));
        for (id, _) in taken {
            let level = self.stock.get(&(id, location)).cloned();
            books
                .stock
                .extend(level.map(|level| ((id, location), level)));
        }
        books
    }

    /// What the shop says of one variant; none where it is not for sale there.
    pub fn offer(&self, id: VariantId, location: LocationId, now: Timestamp) -> Option<Offer<'_>> {
        let variant = self.variants.get(&id)?;
        if !variant.active || !variant.shop {
            return None;
        }
        let price = self.price(variant, now)?;
        let whole = |left: Quantity| variant.unit.is_measured() || left >= Quantity::ONE;
        let availability = match self.available(variant, location) {
            None => Availability::Plenty,
            Some(left) if !left.is_positive() || !whole(left) => Availability::SoldOut,
            Some(left) if left <= FEW => Availability::Few(left),
            Some(_) => Availability::Plenty,
        };
        Some(Offer {
            variant,
            product: self.products.get(&variant.product),
            price,
            availability,
        })
    }

    /// Everything that is for sale, by category and name.
    pub fn offers(&self, location: LocationId, now: Timestamp) -> Vec<Offer<'_>> {
        let all = self.listing().all();
        all.filter_map(|listed| self.offer(listed.variant, location, now))
            .collect()
    }

    /// What is for sale in the order in which it is shown.
    pub fn listing(&self) -> &Listing {
        let make = || Listing::new(&self.variants, &self.products);
        self.listing.get_or_init(make)
    }

    fn take_variant(&mut self, item: &FeedItem) -> Result<(), StoreError> {
        let variant: Option<Variant> = read(item)?;
        let Ok(id) = item.id.parse::<VariantId>() else {
            return Ok(());
        };
        self.unlimited.remove(&id);
        self.variants.remove(&id);
        if let Some(variant) = variant {
            let is_box = matches!(variant.kind, VariantKind::Bundle { .. });
            if !variant.tracks_stock && !is_box {
                self.unlimited.insert(id);
            }
            if variant.shop {
                self.variants.insert(id, variant);
            }
        }
        Ok(())
    }

    fn take_rule(&mut self, item: &FeedItem) -> Result<(), StoreError> {
        let Ok(id) = item.id.parse::<PriceRuleId>() else {
            return Ok(());
        };
        if let Some(rules) = self
            .rule_of
            .remove(&id)
            .and_then(|variant| self.rules.get_mut(&variant))
        {
            rules.retain(|rule| rule.id != id);
        }
        if let Some(rule) = read::<PriceRule>(item)? {
            self.rule_of.insert(id, rule.variant);
            self.rules.entry(rule.variant).or_default().push(rule);
        }
        Ok(())
    }

    fn take_stock(&mut self, item: &FeedItem) -> Result<(), StoreError> {
        let key = item.id.split_once(':').and_then(|(variant, location)| {
            let variant: VariantId = variant.parse().ok()?;
            Some((variant, location.parse::<LocationId>().ok()?))
        });
        let Some(key) = key else { return Ok(()) };
        match read(item)? {
            Some(level) => self.stock.insert(key, level),
            None => self.stock.remove(&key),
        };
        Ok(())
    }

    fn take_slot(&mut self, item: &FeedItem) -> Result<(), StoreError> {
        let Ok(id) = item.id.parse::<SlotId>() else {
            return Ok(());
        };
        match read(item)? {
            Some(slot) => self.slots.insert(id, slot),
            None => self.slots.remove(&id),
        };
        Ok(())
    }
}

/// The thing in its latest state; none where it is gone.
fn read<T: DeserializeOwned>(item: &FeedItem) -> Result<Option<T>, StoreError> {
    if item.deleted {
        return Ok(None);
    }
    let thing = serde_json::from_str(&item.body).map_err(|error| StoreError::RowUnreadable {
        key: format!("{}/{}", item.kind.0, item.id),
        reason: error.to_string(),
    })?;
    Ok(Some(thing))
}

fn keep<K, T>(things: &mut HashMap<K, T>, item: &FeedItem) -> Result<(), StoreError>
where
    K: std::str::FromStr + Eq + std::hash::Hash,
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

impl TakesIn for Shelf {
    fn take_in(&mut self, items: Vec<FeedItem>) -> Result<(), StoreError> {
        for item in items {
            if [EntityKind::PRODUCT, EntityKind::VARIANT].contains(&item.kind.0.as_str()) {
                self.listing = OnceLock::new();
            }
            match item.kind.0.as_str() {
                EntityKind::SETTINGS => self.settings = read(&item)?,
                EntityKind::PRODUCT => keep(&mut self.products, &item)?,
                EntityKind::VARIANT => self.take_variant(&item)?,
                EntityKind::PRICE_RULE => self.take_rule(&item)?,
                EntityKind::STOCK => self.take_stock(&item)?,
                EntityKind::SLOT => self.take_slot(&item)?,
                EntityKind::CUSTOMER => keep(&mut self.customers, &item)?,
                _ => {}
            }
        }
        Ok(())
    }
}

/// The shelves of all hubs of a server.
pub type Shelves = Copies<Shelf>;

/// A shelf that is up to date.
pub type CurrentShelf = Current<Shelf>;
