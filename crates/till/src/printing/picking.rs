//! Pick lists, labels and slips, of the orders as this till knows them now.

use comptoir_documents::picking::{BasketLabel, Maker, OrderSlip, Ordered, PickList};
use comptoir_documents::{Document, Language};
use comptoir_domain::customer::Customer;
use comptoir_domain::ids::{OrderId, SlotId};
use comptoir_domain::order::Order;
use comptoir_domain::settings::HubSettings;
use comptoir_domain::slot::Slot;
use comptoir_domain::time::Timestamp;
use comptoir_sync::feed::EntityKind;
use rusqlite::Connection;

use crate::desk::is_practice;
use crate::error::TillError;
use crate::feed;
use crate::paper::document_language;
use crate::store::meta::{self, key};
use crate::store::{order_cards, states};
use crate::view::orders::note_text;

/// An order with whom and when it is for.
struct Known {
    order: Order,
    customer: Option<Customer>,
    slot: Option<Slot>,
}

impl Known {
    fn read(connection: &Connection, id: OrderId) -> Result<Option<Known>, TillError> {
        let Some(order) = states::order(connection, id)? else {
            return Ok(None);
        };
        let customer = match order.heading.customer {
            Some(customer) => order_cards::customer(connection, customer)?,
            None => None,
        };
        let slot = match order.heading.slot {
            Some(slot) => slot_of(connection, slot)?,
            None => None,
        };
        Ok(Some(Known {
            order,
            customer,
            slot,
        }))
    }

    fn ordered(&self) -> Ordered<'_> {
        Ordered {
            order: &self.order,
            customer: self.customer.as_ref(),
            slot: self.slot.as_ref(),
        }
    }
}

fn slot_of(connection: &Connection, slot: SlotId) -> Result<Option<Slot>, TillError> {
    feed::entity(connection, EntityKind::SLOT, &slot.to_string())
}

fn maker<'a>(
    connection: &Connection,
    settings: &'a HubSettings,
    now: Timestamp,
) -> Result<Maker<'a>, TillError> {
    Ok(Maker {
        settings,
        now,
        practice: is_practice(connection)?,
    })
}

/// What is to be picked for the orders that wait in a slot.
pub(super) fn pick_list(
    connection: &Connection,
    slot: Option<SlotId>,
    now: Timestamp,
) -> Result<Option<Document>, TillError> {
    let reading = connection.unchecked_transaction()?;
    let settings = feed::settings(&reading)?;
    let here = meta::parsed(&reading, key::LOCATION)?;
    let (Some(settings), Some(here)) = (settings, here) else {
        return Ok(None);
    };
    let mut known = Vec::new();
    for card in order_cards::of_slot(&reading, slot, false)? {
        known.extend(Known::read(&reading, card.order)?);
    }
    let held = match slot {
        Some(slot) => slot_of(&reading, slot)?,
        None => None,
    };
    let orders: Vec<Ordered<'_>> = known.iter().map(Known::ordered).collect();
    let maker = maker(&reading, &settings, now)?;
    let list = PickList::of(held.as_ref(), here, &orders, &maker);
    Ok(Some(list.lay_out(document_language(&settings))))
}

/// The label of an order's basket, in the language of the hub's people.
pub(super) fn basket_label(
    connection: &Connection,
    order: OrderId,
    now: Timestamp,
) -> Result<Option<Document>, TillError> {
    let reading = connection.unchecked_transaction()?;
    let known = Known::read(&reading, order)?;
    let (Some(settings), Some(known)) = (feed::settings(&reading)?, known) else {
        return Ok(None);
    };
    let label = BasketLabel::of(&known.ordered(), &maker(&reading, &settings, now)?);
    Ok(Some(label.lay_out(document_language(&settings))))
}

/// The slip of an order, in its customer's language.
pub(super) fn order_slip(
    connection: &Connection,
    order: OrderId,
    now: Timestamp,
) -> Result<Option<Document>, TillError> {
    let reading = connection.unchecked_transaction()?;
    let known = Known::read(&reading, order)?;
    let (Some(settings), Some(known)) = (feed::settings(&reading)?, known) else {
        return Ok(None);
    };
    let mut notes = Vec::new();
    for note in &known.order.notes {
        notes.extend(note_text(&reading, note.text)?);
    }
    let maker = maker(&reading, &settings, now)?;
    let slip = OrderSlip::of(&known.ordered(), notes, &maker);
    let own = known
        .customer
        .as_ref()
        .and_then(|known| known.language.as_ref());
    let language = own.map_or_else(|| document_language(&settings), Language::from);
    Ok(Some(slip.lay_out(language)))
}
