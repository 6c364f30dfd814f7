//! What can be done about orders that wait: slots to move them to, and how goods that came short would be
//! shared out.

use comptoir_domain::ids::{LocationId, OrderId, SlotId, VariantId};
use comptoir_domain::order::{Operation, Order};
use comptoir_domain::shortage::{Share, Waiting, share_out, waiting_for};
use comptoir_domain::slot::Slot;
use comptoir_sync::feed::EntityKind;

use crate::catalogue;
use crate::core::Core;
use crate::desk::Desk;
use crate::error::TillError;
use crate::feed;
use crate::store::{order_cards, states};
use crate::wire::{AskShortage, Code, RemedyKind, ShareView, ShortageView, SlotView, SlotsView};

/// How many slots are offered.
const SLOTS_SHOWN_MAX: usize = 60;

impl Core {
    /// Slots that an order can be moved to, the own location's first, in time.
    pub fn slots_get(&self) -> Result<SlotsView, TillError> {
        let desk = self.desk()?;
        let mut slots: Vec<Slot> = feed::entities(self.connection(), EntityKind::SLOT)?;
        slots.retain(|slot| slot.active && !slot.is_over(desk.now));
        slots.sort_by_key(|slot| (slot.location != desk.location, slot.starts_at, slot.id));
        let counts = order_cards::slot_counts(self.connection())?;
        let views = slots.iter().take(SLOTS_SHOWN_MAX).map(|slot| {
            let count = counts.iter().find(|count| count.slot == Some(slot.id));
            SlotView {
                slot: Some(slot.id),
                starts_at: Some(slot.starts_at),
                ends_at: Some(slot.ends_at),
                location: location_name(&desk, slot.location),
                here: slot.location == desk.location,
                waiting: count.map_or(0, |count| count.waiting),
                orders: count.map_or(0, |count| count.orders),
            }
        });
        Ok(SlotsView {
            slots: views.collect(),
        })
    }

    /// How what came of a product would be shared out. Nothing is changed by asking.
    pub fn shortage_preview(&self, request: &AskShortage) -> Result<ShortageView, TillError> {
        let desk = self.desk()?;
        let variant = catalogue::variant(self.connection(), request.variant)?
            .ok_or_else(|| TillError::refuse(Code::NotFound, "no such product"))?;
        if request.came.is_negative() {
            return Err(TillError::refuse(
                Code::QuantityInvalid,
                "less than nothing",
            ));
        }
        let orders = self.waiting_orders(&desk, request.slot)?;
        let waiting: Vec<Waiting> = orders
            .iter()
            .flat_map(|order| waiting_for(order, variant.id))
            .collect();
        let shares = share_out(request.came, &waiting, request.rule);
        let in_boxes = orders.iter().filter(|order| in_a_box(order, variant.id));
        let views = shares
            .iter()
            .filter_map(|share| Some((share, order_of(&orders, share.order)?)));
        Ok(ShortageView {
            variant: variant.id,
            wanted: waiting.iter().map(|line| line.wanted).sum(),
            came: request.came,
            shares: views
                .map(|(share, order)| self.share_view(order, share))
                .collect::<Result<_, _>>()?,
            in_boxes: in_boxes.map(|order| order.heading.number.clone()).collect(),
            unit: variant.unit,
            name: variant.name,
        })
    }

    fn waiting_orders(&self, desk: &Desk, slot: Option<SlotId>) -> Result<Vec<Order>, TillError> {
        let connection = self.connection();
        let mut orders = Vec::new();
        for id in order_cards::waiting_at(connection, desk.location)? {
            orders.extend(states::order(connection, id)?);
        }
        orders.retain(|order: &Order| slot.is_none() || order.heading.slot == slot);
        Ok(orders)
    }

    fn share_view(&self, order: &Order, share: &Share) -> Result<ShareView, TillError> {
        let connection = self.connection();
        let customer = match order.heading.customer {
            Some(customer) => order_cards::customer(connection, customer)?,
            None => None,
        };
        let paid = waiting_is_paid(order, share);
        let after = without(order, share);
        let totals = after.totals();
        let mut remedies = vec![RemedyKind::TakeOff];
        if totals.due.is_negative() && order.heading.customer.is_some() {
            remedies.push(RemedyKind::Credit);
        }
        remedies.push(RemedyKind::Substitute);
        Ok(ShareView {
            order: order.id(),
            line: share.line,
            number: order.heading.number.clone(),
            customer: customer.map(|customer| customer.name),
            paid,
            wanted: share.wanted,
            gets: share.gets,
            missing: share.missing(),
            total_after: totals.total,
            due_after: totals.due,
            remedies,
        })
    }
}

fn order_of(orders: &[Order], id: OrderId) -> Option<&Order> {
    orders.iter().find(|order| order.id() == id)
}

fn waiting_is_paid(order: &Order, share: &Share) -> bool {
    order.line(share.line).is_some_and(|line| {
        waiting_for(order, line.variant)
            .iter()
            .any(|waiting| waiting.line == share.line && waiting.paid)
    })
}

/// Whether a box on the order holds the goods among others.
fn in_a_box(order: &Order, variant: VariantId) -> bool {
    order.lines.iter().any(|line| {
        let holds = line.parts.iter().any(|(part, _)| *part == variant);
        holds && line.outstanding().is_positive()
    })
}

/// The order as it comes to without what is missing.
fn without(order: &Order, share: &Share) -> Order {
    let mut after = order.clone();
    let Some(line) = order.line(share.line) else {
        return after;
    };
    let lines = std::iter::once(line).chain(order.lines_tied_to(line.id));
    for line in lines {
        let operation = Operation::ChangeQuantity {
            line: line.id,
            from: line.wanted(),
            to: line.collected + share.gets,
            mode: comptoir_domain::order::QuantityMode::Set,
        };
        after.operate(&operation, &Default::default());
    }
    after
}

fn location_name(desk: &Desk, location: LocationId) -> String {
    let known = desk.settings.locations.iter();
    let mut known = known.filter(|known| known.id == location);
    known
        .next()
        .map_or_else(String::new, |known| known.name.clone())
}
