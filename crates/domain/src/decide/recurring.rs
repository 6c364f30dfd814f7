//! Making the order of a recurring one: what can be had, at the prices of the day, by the same rules as
//! an order that its customer places in the shop.

use chrono::NaiveDate;

use super::goods::Making;
use super::online::{NewOrder, Shelf, SlotState, Wish, place_online, quote};
use crate::event::Event;
use crate::ids::AttachmentId;
use crate::order::{Channel, OrderHeading};
use crate::quantity::Unit;
use crate::recurring::{CUSTOMER_LEFT, LeftOut, Recurrence, RecurringLine, RecurringOrder};
use crate::refusal::RefusalCode;

/// A recurring order on one of its days.
#[derive(Debug)]
pub struct Repeating<'a> {
    pub recurring: &'a RecurringOrder,
    pub day: NaiveDate,
    pub number: String,
    /// What it is to hold, at the prices of its customer. What it names and nobody knows is not among
    /// them.
    pub wishes: Vec<Wish<'a>>,
    /// What goes with each of its orders, kept beside the journal.
    pub note: Option<AttachmentId>,
    pub customer_is_active: bool,
}

/// Makes the order of a day, without what cannot be had; or says that there is none, and why: the slot
/// is full or closed, or nothing of it can be had.
pub fn repeat(
    new: Repeating<'_>,
    place: SlotState<'_>,
    shelf: Shelf<'_>,
    making: &mut Making<'_>,
) -> Vec<Event> {
    let missed = |reason: &str, left_out| {
        vec![Event::RecurringOrderMissed {
            slot: place.slot.id,
            recurring: new.recurring.id,
            day: new.day,
            reason: reason.to_owned(),
            left_out,
        }]
    };
    if !new.customer_is_active {
        return missed(CUSTOMER_LEFT, Vec::new());
    }
    if let Err(refusal) = place.slot.take_in(place.orders, making.now) {
        return missed(refusal.code.as_str(), Vec::new());
    }
    let location = place.slot.location;
    let quoted = quote(location, new.wishes.clone(), shelf, making);
    let refused = |line: &RecurringLine| {
        let mut all = quoted.refused.iter();
        all.find(|(variant, _)| *variant == line.variant)
    };
    let lines = new.recurring.lines.iter();
    let left_out: Vec<LeftOut> = lines
        .filter_map(|line| {
            let wish = new
                .wishes
                .iter()
                .find(|wish| wish.variant.id == line.variant);
            let reason = match (wish, refused(line)) {
                (Some(_), None) => return None,
                (Some(_), Some((_, refusal))) => refusal.code,
                (None, _) => RefusalCode::NotForSaleHere,
            };
            Some(LeftOut {
                variant: line.variant,
                name: wish.map_or_else(String::new, |wish| wish.variant.name.clone()),
                quantity: line.quantity,
                unit: wish.map_or(Unit::Each, |wish| wish.variant.unit),
                reason: reason.as_str().to_owned(),
            })
        })
        .collect();
    let had = |wish: &Wish<'_>| left_out.iter().all(|out| out.variant != wish.variant.id);
    let order = new.recurring.order_on(new.day);
    let placing = NewOrder {
        heading: OrderHeading {
            id: order,
            number: new.number,
            channel: Channel::Shop,
            location,
            customer: Some(new.recurring.customer),
            slot: Some(place.slot.id),
            tax_mode: making.settings.tax_mode,
        },
        wishes: new.wishes.into_iter().filter(had).collect(),
        charges: Vec::new(),
        note: new.note,
    };
    match place_online(placing, place, shelf, making) {
        Ok(mut events) => {
            events.push(Event::RecurringOrderMade {
                order,
                made: Recurrence {
                    recurring: new.recurring.id,
                    day: new.day,
                    left_out,
                },
            });
            events
        }
        Err(refusal) => missed(refusal.code.as_str(), left_out),
    }
}
