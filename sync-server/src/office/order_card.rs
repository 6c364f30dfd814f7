//! What a list shows of an order, small enough that all orders fit into memory.

use comptoir_domain::ids::{CustomerId, LocationId, OrderId, SlotId, VariantId};
use comptoir_domain::money::Money;
use comptoir_domain::order::{Channel, Fulfilment, Order, PaymentState};
use comptoir_domain::quantity::Quantity;
use comptoir_domain::time::Timestamp;

use crate::shop::folded;

#[derive(Debug, Clone)]
pub(super) struct OrderCard {
    pub id: OrderId,
    pub number: String,
    pub channel: Channel,
    pub location: LocationId,
    pub customer: Option<CustomerId>,
    pub slot: Option<SlotId>,
    pub placed_at: Timestamp,
    pub fulfilment: Fulfilment,
    pub payment: PaymentState,
    /// Lines that are wanted.
    pub items: usize,
    pub total: Money,
    pub due: Money,
    pub basket: Option<String>,
    pub has_notes: bool,
    /// What is kept for it at its place.
    pub reserved: Vec<(VariantId, Quantity)>,
    /// Number, and names and codes of its goods, folded for the search.
    pub text: String,
}

impl OrderCard {
    pub(super) fn of(order: &Order) -> OrderCard {
        let totals = order.totals();
        let goods = order.lines.iter();
        let goods = goods.flat_map(|line| [line.name.as_str(), line.code.as_str()]);
        let mut words: Vec<&str> = goods.collect();
        words.sort_unstable();
        words.dedup();
        let text = format!("{} {}", order.heading.number, words.join(" "));
        let wanted = order.lines.iter().filter(|line| !line.wanted().is_zero());
        OrderCard {
            id: order.id(),
            number: order.heading.number.clone(),
            channel: order.heading.channel,
            location: order.heading.location,
            customer: order.heading.customer,
            slot: order.heading.slot,
            placed_at: order.milestones.placed_at.unwrap_or_default(),
            fulfilment: order.fulfilment(),
            payment: order.payment_state(),
            items: wanted.count(),
            total: totals.total,
            due: totals.due,
            basket: order.milestones.basket.clone(),
            has_notes: !order.notes.is_empty(),
            reserved: order.reserved(),
            text: folded(&text),
        }
    }

    /// Whether something is still to be handed over.
    pub(super) const fn is_waiting(&self) -> bool {
        matches!(
            self.fulfilment,
            Fulfilment::Placed
                | Fulfilment::Accepted
                | Fulfilment::Picked
                | Fulfilment::Ready
                | Fulfilment::PartlyCollected
        )
    }

    /// Whether it waits and is not ready.
    pub(super) const fn is_to_pack(&self) -> bool {
        matches!(
            self.fulfilment,
            Fulfilment::Placed | Fulfilment::Accepted | Fulfilment::Picked
        )
    }
}
