//! Everything that can be asked of a hub's shop, for its pages and for connected stores.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use comptoir_domain::customer::Customer;
use comptoir_domain::event::Event;
use comptoir_domain::ids::{ActionId, HubId, LineId, OrderId, SlotId, VariantId};
use comptoir_domain::order::{Line, Order, OrderHeading};
use comptoir_domain::quantity::Quantity;
use comptoir_domain::refusal::{Refusal, RefusalCode};
use comptoir_domain::slot::Slot;
use comptoir_sync::feed::EntityKind;
use serde::de::DeserializeOwned;

use super::order::PlaceError;
use super::shelf::CurrentShelf;
use super::{AmendOrder, Basket, CancelOrder, OrderLinks, PlaceOrder, Repeater, Shelves};
use crate::clock::SharedClock;
use crate::entropy::NoEntropy;
use crate::store::{Decision, Hub, Store, StoreError};

/// Why the shop did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum ShopError {
    /// In words for the customer.
    #[error(transparent)]
    Refused(#[from] Refusal),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    NoEntropy(#[from] NoEntropy),
}

impl From<PlaceError> for ShopError {
    fn from(error: PlaceError) -> ShopError {
        match error {
            PlaceError::Refused(refusal) => ShopError::Refused(refusal),
            PlaceError::NoEntropy(error) => ShopError::NoEntropy(error),
        }
    }
}

/// How an order is placed.
#[derive(Debug, Clone, Default)]
pub struct Placing {
    /// It is paid online: the question for the provider is opened with it.
    pub pay_online: bool,
    /// The connected store that sends it, by the name of its key.
    pub shop: Option<String>,
}

/// How much of each variant there is, in thousandths.
fn summed(parts: impl Iterator<Item = (VariantId, Quantity)>) -> BTreeMap<VariantId, i128> {
    let mut sums = BTreeMap::new();
    for (variant, quantity) in parts {
        *sums.entry(variant).or_insert(0) += i128::from(quantity.in_thousandths());
    }
    sums
}

/// The shops of all hubs of a server.
#[derive(Debug, Clone)]
pub struct ShopDesk {
    store: Arc<dyn Store>,
    shelves: Shelves,
    links: OrderLinks,
    clock: SharedClock,
}

impl ShopDesk {
    pub fn new(store: Arc<dyn Store>, links: OrderLinks, clock: SharedClock) -> ShopDesk {
        ShopDesk {
            store,
            shelves: Shelves::default(),
            links,
            clock,
        }
    }

    pub const fn links(&self) -> &OrderLinks {
        &self.links
    }

    /// What makes the orders of recurring ones, from the same shelves.
    pub fn repeater(&self) -> Repeater {
        Repeater::new(Arc::clone(&self.store), self.shelves.clone())
    }

    /// The hub of an id; none where there is no such hub here.
    pub async fn hub(&self, id: HubId) -> Result<Option<Hub>, ShopError> {
        let hubs = self.store.hubs().await?;
        Ok(hubs.into_iter().find(|hub| hub.id == id))
    }

    /// The only hub of the server; none where there are several or none.
    pub async fn only_hub(&self) -> Result<Option<Hub>, ShopError> {
        let mut hubs = self.store.hubs().await?;
        Ok(if hubs.len() == 1 { hubs.pop() } else { None })
    }

    /// What a hub offers, as of now.
    pub async fn shelf(&self, hub: &Hub) -> Result<CurrentShelf, ShopError> {
        let now = self.clock.now();
        Ok(self.shelves.of(self.store.as_ref(), hub, now).await?)
    }

    /// Places an order, or finds that the same one was placed before. Another basket under the id of an
    /// order is refused: it would be lost without a word.
    pub async fn place(
        &self,
        hub: &Hub,
        basket: Basket,
        placing: Placing,
    ) -> Result<Order, ShopError> {
        let shelf = self.shelf(hub).await?;
        let place = PlaceOrder::new(basket.clone(), &shelf.read(), self.clock.now())?;
        let mut place = place.of_shop(placing.shop);
        if placing.pay_online {
            place = place.paid_online();
        }
        let is_new = place.is_new();
        self.decide(hub, Box::new(place)).await?;
        let order = self.order(hub, basket.order).await?;
        if is_new.load(Ordering::Relaxed) || self.is_same(hub, &order, &basket).await? {
            Ok(order)
        } else {
            Err(Refusal::from(RefusalCode::OrderNotOpen).into())
        }
    }

    /// Whether an order that was there already is this basket, of this customer: its id alone opens
    /// nobody's order.
    async fn is_same(&self, hub: &Hub, order: &Order, basket: &Basket) -> Result<bool, ShopError> {
        let Some(customer) = order.heading.customer else {
            return Ok(false);
        };
        let customer: Option<Customer> = self
            .thing(hub, EntityKind::CUSTOMER, customer.to_string())
            .await?;
        let is_theirs = customer.is_some_and(|customer| basket.contact.is_as_given(&customer));
        let placed = self.placed(hub, order.id()).await?;
        let placed = placed.iter().filter(|line| line.tied_to.is_none());
        let placed = summed(placed.map(|line| (line.variant, line.ordered)));
        let wished = summed(basket.items.iter().copied());
        let placed_slot = self.placed_slot(hub, order.id()).await?;
        Ok(is_theirs && placed == wished && placed_slot == Some(basket.slot))
    }

    /// An order that was placed in this hub.
    pub async fn order(&self, hub: &Hub, order: OrderId) -> Result<Order, ShopError> {
        let found: Option<Order> = self
            .thing(hub, EntityKind::ORDER, order.to_string())
            .await?;
        found.ok_or_else(|| Refusal::from(RefusalCode::OrderUnknown).into())
    }

    /// The lines of an order as it was placed here, before anybody changed it.
    pub async fn placed(&self, hub: &Hub, order: OrderId) -> Result<Vec<Line>, ShopError> {
        let placed = self.birth(hub, order).await?;
        Ok(placed.map_or_else(Vec::new, |(_, lines)| lines))
    }

    async fn placed_slot(&self, hub: &Hub, order: OrderId) -> Result<Option<SlotId>, ShopError> {
        let placed = self.birth(hub, order).await?;
        Ok(placed.and_then(|(heading, _)| heading.slot))
    }

    /// What the entry that placed an order here says of it.
    async fn birth(
        &self,
        hub: &Hub,
        order: OrderId,
    ) -> Result<Option<(OrderHeading, Vec<Line>)>, ShopError> {
        let action = ActionId::from_uuid(order.uuid());
        let entry = self.store.entry_of(hub.id, action).await?;
        let body = entry.and_then(|entry| entry.sealed.read_body().ok());
        let events = body.map_or_else(Vec::new, |body| body.events);
        Ok(events.into_iter().find_map(|event| match event {
            Event::OrderPlaced { heading, lines, .. } if heading.id == order => {
                Some((heading, lines))
            }
            _ => None,
        }))
    }

    /// The connected store that an order came from.
    pub async fn shop_of(&self, hub: &Hub, order: OrderId) -> Result<Option<String>, ShopError> {
        Ok(self.store.shop_of_order(hub.id, order).await?)
    }

    /// The slot in which an order is fetched.
    pub async fn slot_of(&self, hub: &Hub, order: &Order) -> Result<Option<Slot>, ShopError> {
        match order.heading.slot {
            Some(slot) => self.thing(hub, EntityKind::SLOT, slot.to_string()).await,
            None => Ok(None),
        }
    }

    /// Changes an order until its cut-off.
    pub async fn amend(
        &self,
        hub: &Hub,
        action: ActionId,
        order: OrderId,
        lines: Vec<(LineId, Quantity)>,
        added: &[(VariantId, Quantity)],
    ) -> Result<Order, ShopError> {
        let shelf = self.shelf(hub).await?;
        let now = self.clock.now();
        let amend = AmendOrder::new(action, order, lines, added, &shelf.read(), now)?;
        self.decide(hub, Box::new(amend)).await?;
        self.order(hub, order).await
    }

    /// Calls an order off until its cut-off.
    pub async fn cancel(
        &self,
        hub: &Hub,
        action: ActionId,
        order: OrderId,
    ) -> Result<Order, ShopError> {
        let now = self.clock.now();
        let cancel = CancelOrder { action, order, now };
        self.decide(hub, Box::new(cancel)).await?;
        self.order(hub, order).await
    }

    async fn decide(&self, hub: &Hub, decision: Box<dyn Decision>) -> Result<(), ShopError> {
        self.store.decide(hub.id, decision).await??;
        Ok(())
    }

    async fn thing<T: DeserializeOwned>(
        &self,
        hub: &Hub,
        kind: &str,
        id: String,
    ) -> Result<Option<T>, ShopError> {
        let key = format!("{kind}/{id}");
        let found = self.store.entity(hub.id, EntityKind::new(kind), id).await?;
        let Some(row) = found else { return Ok(None) };
        let read = serde_json::from_str(&row.body).map_err(|error| StoreError::RowUnreadable {
            key,
            reason: error.to_string(),
        })?;
        Ok(Some(read))
    }
}
