//! Orders that are not fetched as they were placed: moved to another slot, written on, kept when nobody
//! came.

use super::Context;
use crate::event::Event;
use crate::ids::AttachmentId;
use crate::order::{Collection, Fate, Line, Operation, Order, Seen};
use crate::order::{Fulfilment, PickUp};
use crate::quantity::Quantity;
use crate::refusal::{Refusal, RefusalCode};
use crate::slot::Slot;
use crate::staff::Permission;
use crate::stock::{MoveReason, Place, StockMove};

/// Moves what is still to be fetched of an order to a slot, and so to its place: what it holds back is
/// held back there. The hub's people may fill a slot beyond what customers can.
pub fn move_order(order: &Order, slot: &Slot, context: &Context<'_>) -> Result<Event, Refusal> {
    context.permit(Permission::HandleOrders)?;
    match order.fulfilment() {
        Fulfilment::Collected | Fulfilment::Returned => {
            return Err(RefusalCode::OrderHandedOver.into());
        }
        Fulfilment::Draft | Fulfilment::Parked | Fulfilment::Cancelled | Fulfilment::Expired => {
            return Err(RefusalCode::OrderNotOpen.into());
        }
        _ => {}
    }
    if !slot.active || slot.is_over(context.now) {
        return Err(RefusalCode::SlotClosed.into());
    }
    let from = order.heading.pick_up();
    let to = PickUp {
        location: slot.location,
        slot: Some(slot.id),
    };
    if from == to {
        return Err(RefusalCode::NothingChanged.into());
    }
    Ok(amended(order, Operation::Move { from, to }))
}

/// Writes something on an order, whatever became of it. The text lies beside the journal.
pub fn add_note(
    order: &Order,
    text: AttachmentId,
    context: &Context<'_>,
) -> Result<Event, Refusal> {
    context.permit(Permission::HandleOrders)?;
    Ok(amended(order, Operation::AddNote { text }))
}

/// What becomes of goods that were paid and that nobody fetched: the sale stands, and the goods are on
/// the shelf again or gone. `collected` is the hand-over that made it a sale.
pub fn goods_not_fetched(
    order: &Order,
    collected: &Collection,
    fate: Fate,
    why: &str,
) -> Option<Event> {
    let (to, reason) = match fate {
        Fate::BackToShelf => (Place::Location(collected.location), MoveReason::Returned),
        Fate::Wasted | Fate::NeverThere => (Place::Waste, MoveReason::Wasted),
    };
    let moved = |(line, quantity): (&Line, Quantity)| {
        let goods = line.stock_of(quantity).into_iter();
        let line = line.id;
        goods
            .map(move |(variant, quantity)| StockMove {
                variant,
                quantity,
                from: Place::Customer,
                to,
                reason,
                order: Some(order.id()),
                line: Some(line),
            })
            .collect::<Vec<_>>()
    };
    let parts = collected.parts.iter();
    let moves: Vec<StockMove> = parts
        .filter_map(|part| Some((order.line(part.line)?, part.quantity)))
        .flat_map(moved)
        .collect();
    (!moves.is_empty()).then(|| Event::StockMoved {
        moves,
        why: Some(why.to_owned()),
    })
}

fn amended(order: &Order, operation: Operation) -> Event {
    Event::OrderAmended {
        order: order.id(),
        seen: Seen {
            rev: order.rev,
            own: None,
        },
        operations: vec![operation],
        removed: Vec::new(),
        taken_back: Vec::new(),
        shift: None,
    }
}
