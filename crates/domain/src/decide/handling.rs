//! What staff do with a placed order before its customer comes: accept, pick, make ready, cancel, let
//! expire.

use super::Context;
use crate::event::Event;
use crate::ids::LineId;
use crate::order::{Fulfilment, Order, Seen};
use crate::quantity::{LINE_QUANTITY_MAX, Quantity};
use crate::refusal::{Refusal, RefusalCode};
use crate::staff::Permission;

/// Takes an order on: its goods are reserved from now on.
pub fn accept(order: &Order, context: &Context<'_>) -> Result<Event, Refusal> {
    context.permit(Permission::HandleOrders)?;
    if order.fulfilment() != Fulfilment::Placed || order.milestones.accepted_at.is_some() {
        return Err(RefusalCode::OrderNotOpen.into());
    }
    Ok(Event::OrderAccepted { order: order.id() })
}

/// Goods lie in the basket. Each part says how much of its line is picked now, in all.
pub fn pick(
    order: &Order,
    parts: Vec<(LineId, Quantity)>,
    context: &Context<'_>,
) -> Result<Event, Refusal> {
    context.permit(Permission::HandleOrders)?;
    let order = open(order)?;
    for (line, quantity) in &parts {
        let line = order.line(*line).ok_or(RefusalCode::LineUnknown)?;
        if !quantity.is_positive() {
            return Err(RefusalCode::QuantityNotPositive.into());
        }
        if *quantity > LINE_QUANTITY_MAX {
            return Err(RefusalCode::QuantityTooLarge.into());
        }
        if !line.unit.is_measured() && !quantity.is_whole() {
            return Err(Refusal::from(RefusalCode::QuantityNotWhole).with("name", &line.name));
        }
    }
    Ok(Event::LinesPicked {
        order: order.id(),
        parts,
    })
}

/// The longest name of a basket's place, in characters.
const BASKET_MAX: usize = 40;

/// The order waits for its customer, in a basket that stands at a place. Said again, the place is
/// where it stands now.
pub fn mark_ready(
    order: &Order,
    basket: Option<&str>,
    context: &Context<'_>,
) -> Result<Event, Refusal> {
    context.permit(Permission::HandleOrders)?;
    let basket = basket.map(str::trim).filter(|basket| !basket.is_empty());
    Ok(Event::OrderReady {
        order: open(order)?.id(),
        basket: basket.map(|basket| basket.chars().take(BASKET_MAX).collect()),
    })
}

/// Cancels what was not handed over. Money that was paid is then owed to the customer.
pub fn cancel(order: &Order, reason: &str, context: &Context<'_>) -> Result<Event, Refusal> {
    context.permit(Permission::HandleOrders)?;
    if reason.trim().is_empty() {
        return Err(RefusalCode::ReasonMissing.into());
    }
    let order = open(order)?;
    Ok(Event::OrderCancelled {
        order: order.id(),
        seen: Seen {
            rev: order.rev,
            own: None,
        },
        reason: reason.to_owned(),
    })
}

/// Nobody came for it. An order of which something was fetched does not expire: its rest is
/// cancelled.
pub fn expire(order: &Order, context: &Context<'_>) -> Result<Event, Refusal> {
    context.permit(Permission::HandleOrders)?;
    let order = open(order)?;
    if !order.collections.is_empty() {
        return Err(RefusalCode::OrderHandedOver.into());
    }
    Ok(Event::OrderExpired { order: order.id() })
}

/// An order of which something is still to be handed over.
fn open(order: &Order) -> Result<&Order, Refusal> {
    match order.fulfilment() {
        Fulfilment::Placed
        | Fulfilment::Accepted
        | Fulfilment::Picked
        | Fulfilment::Ready
        | Fulfilment::PartlyCollected => Ok(order),
        Fulfilment::Collected | Fulfilment::Returned => Err(RefusalCode::OrderHandedOver.into()),
        Fulfilment::Draft | Fulfilment::Parked | Fulfilment::Cancelled | Fulfilment::Expired => {
            Err(RefusalCode::OrderNotOpen.into())
        }
    }
}
