//! Orders that staff place for somebody who calls: reserved, not paid, fetched another day.

use super::Context;
use super::counter::{HandOver, complete};
use crate::draft::{Basis, Draft};
use crate::event::Event;
use crate::ids::{AttachmentId, CustomerId, ShiftId};
use crate::order::{Operation, OrderHeading, Seen};
use crate::refusal::{Refusal, RefusalCode};
use crate::slot::Slot;
use crate::staff::Permission;

/// For whom an order is placed, and when it is fetched.
#[derive(Debug, Clone, Copy)]
pub struct OnBehalf<'a> {
    pub customer: CustomerId,
    /// What was noted of a customer who was not known before, beside the journal.
    pub met: Option<AttachmentId>,
    pub slot: &'a Slot,
    /// What else was said, beside the journal.
    pub note: Option<AttachmentId>,
}

/// Places the order in progress for a customer and holds its goods back. It is paid when it is fetched:
/// what was paid at this counter is a sale. The hub's people may fill a slot beyond what customers can,
/// and promise what is still to come.
pub fn place_on_behalf(
    draft: &Draft,
    on_behalf: OnBehalf<'_>,
    number: &str,
    shift: ShiftId,
    context: &mut Context<'_>,
) -> Result<Vec<Event>, Refusal> {
    context.permit(Permission::HandleOrders)?;
    if !matches!(draft.basis, Basis::New(_)) || draft.has_money() {
        return Err(RefusalCode::OrderInProgress.into());
    }
    let slot = on_behalf.slot;
    if !slot.active || slot.is_over(context.now) {
        return Err(RefusalCode::SlotClosed.into());
    }
    let order = draft.heading().id;
    let met = on_behalf.met.map(|data| Event::CustomerMet {
        customer: on_behalf.customer,
        data,
    });
    let placed = complete(draft, &HandOver::Nothing, number, shift, context)?;
    let placed = placed.into_iter().map(|event| for_slot(event, on_behalf));
    let noted = on_behalf.note.map(|text| Event::OrderAmended {
        order,
        seen: Seen::default(),
        operations: vec![Operation::AddNote { text }],
        removed: Vec::new(),
        taken_back: Vec::new(),
        shift: None,
    });
    let events = met.into_iter().chain(placed).chain(noted);
    Ok(events.chain([Event::OrderAccepted { order }]).collect())
}

/// The birth of the order, for whom and when.
fn for_slot(event: Event, on_behalf: OnBehalf<'_>) -> Event {
    match event {
        Event::OrderPlaced {
            heading,
            lines,
            charges,
            removed,
            taken_back,
            shift,
        } => Event::OrderPlaced {
            heading: OrderHeading {
                location: on_behalf.slot.location,
                slot: Some(on_behalf.slot.id),
                customer: Some(on_behalf.customer),
                ..heading
            },
            lines,
            charges,
            removed,
            taken_back,
            shift,
        },
        other => other,
    }
}
