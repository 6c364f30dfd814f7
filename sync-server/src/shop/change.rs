//! What customers do to an order of theirs until the cut-off.

use std::collections::BTreeSet;

use comptoir_domain::books::Books;
use comptoir_domain::catalogue::Variant;
use comptoir_domain::decide::{self, CustomerChange, Making, Wish};
use comptoir_domain::event::Event;
use comptoir_domain::ids::{ActionId, LineId, OrderId, VariantId};
use comptoir_domain::order::Order;
use comptoir_domain::price::WinningPrice;
use comptoir_domain::quantity::Quantity;
use comptoir_domain::refusal::{Refusal, RefusalCode};
use comptoir_domain::settings::HubSettings;
use comptoir_domain::slot::Slot;
use comptoir_domain::stock::StockLevel;
use comptoir_domain::time::Timestamp;
use comptoir_sync::feed::EntityKind;

use super::Shelf;
use super::order::{PlaceError, known_order, stock_of, thing};
use crate::entropy::FreshIds;
use crate::store::{Act, Decision, Holdings, StoreError};

/// The order with its slot, as both changes need it.
fn open_order(
    holdings: &mut dyn Holdings,
    order: OrderId,
) -> Result<Result<(Order, Slot), Refusal>, StoreError> {
    let Some(order) = known_order(holdings, order)? else {
        return Ok(Err(RefusalCode::OrderUnknown.into()));
    };
    let slot = match order.heading.slot {
        Some(slot) => thing::<Slot>(holdings, EntityKind::SLOT, slot)?,
        None => None,
    };
    Ok(slot
        .map(|slot| (order, slot))
        .ok_or_else(|| RefusalCode::OrderClosedToCustomer.into()))
}

fn act(action: ActionId, kind: &str, at: Timestamp, events: Vec<Event>) -> Act {
    Act {
        action,
        actor: None,
        kind: kind.to_owned(),
        at,
        events,
        attachments: Vec::new(),
        entities: Vec::new(),
    }
}

/// Changes quantities, and adds what is wished besides.
#[derive(Debug)]
pub struct AmendOrder {
    action: ActionId,
    order: OrderId,
    settings: HubSettings,
    lines: Vec<(LineId, Quantity)>,
    added: Vec<(Variant, Option<WinningPrice>, Quantity)>,
    unlimited: BTreeSet<VariantId>,
    now: Timestamp,
    ids: FreshIds,
}

impl AmendOrder {
    /// Looks up what is added, at the prices of this moment.
    pub fn new(
        action: ActionId,
        order: OrderId,
        lines: Vec<(LineId, Quantity)>,
        added: &[(VariantId, Quantity)],
        shelf: &Shelf,
        now: Timestamp,
    ) -> Result<AmendOrder, PlaceError> {
        let settings = shelf.settings().ok_or(RefusalCode::OrderUnknown)?.clone();
        let added = added.iter().map(|(id, quantity)| {
            let variant = shelf.variant(*id).ok_or(RefusalCode::NotForSaleHere)?;
            Ok((variant.clone(), shelf.price(variant, now), *quantity))
        });
        Ok(AmendOrder {
            action,
            order,
            settings,
            lines,
            added: added.collect::<Result<Vec<_>, Refusal>>()?,
            unlimited: shelf.unlimited().clone(),
            now,
            ids: FreshIds::new(now)?,
        })
    }

    /// The same with ids that are handed in.
    #[must_use]
    pub fn with_ids(self, ids: FreshIds) -> AmendOrder {
        AmendOrder { ids, ..self }
    }
}

/// The stock of what an order holds already.
fn stock_of_lines(
    holdings: &mut dyn Holdings,
    order: &Order,
    books: &mut Books,
) -> Result<(), StoreError> {
    let location = order.heading.location;
    let held = order.lines.iter();
    let held: BTreeSet<VariantId> = held
        .flat_map(|line| line.stock_of(Quantity::ONE))
        .map(|(variant, _)| variant)
        .collect();
    for id in held {
        let level: Option<StockLevel> =
            thing(holdings, EntityKind::STOCK, format!("{id}:{location}"))?;
        books
            .stock
            .extend(level.map(|level| ((id, location), level)));
    }
    Ok(())
}

impl Decision for AmendOrder {
    fn action(&self) -> ActionId {
        self.action
    }

    fn decide(&mut self, holdings: &mut dyn Holdings) -> Result<Result<Act, Refusal>, StoreError> {
        let (order, slot) = match open_order(holdings, self.order)? {
            Ok(found) => found,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let added = self.added.iter().map(|(variant, _, _)| variant);
        let mut books = stock_of(holdings, added, order.heading.location)?;
        stock_of_lines(holdings, &order, &mut books)?;
        let wishes = self.added.iter().map(|(variant, price, quantity)| Wish {
            variant,
            price: price.as_ref(),
            quantity: *quantity,
        });
        let change = CustomerChange {
            lines: self.lines.clone(),
            added: wishes.collect(),
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
        let events = decide::amend_online(&order, change, &slot, shelf, &mut making);
        Ok(events.map(|events| act(self.action, "order_amended", self.now, events)))
    }
}

/// Calls an order off.
#[derive(Debug)]
pub struct CancelOrder {
    pub action: ActionId,
    pub order: OrderId,
    pub now: Timestamp,
}

impl Decision for CancelOrder {
    fn action(&self) -> ActionId {
        self.action
    }

    fn decide(&mut self, holdings: &mut dyn Holdings) -> Result<Result<Act, Refusal>, StoreError> {
        let (order, slot) = match open_order(holdings, self.order)? {
            Ok(found) => found,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let events = decide::cancel_online(&order, &slot, "customer", self.now);
        Ok(events.map(|events| act(self.action, "order_cancelled", self.now, events)))
    }
}
