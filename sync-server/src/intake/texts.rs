//! What a till wrote beside its entries and others are to read: notes on orders, and customers whom it
//! met. It goes into the feed with the push that brings it, once; who was forgotten stays forgotten.

use comptoir_domain::customer::{Contact, Customer};
use comptoir_domain::event::Event;
use comptoir_domain::ids::{AttachmentId, CustomerId};
use comptoir_domain::order::Operation;
use comptoir_sync::feed::EntityKind;
use serde::Serialize;

use super::batch::{Batch, Halt};
use super::{Rows, VerifiedAttachment, VerifiedPush};
use crate::store::{EntityKey, StoreError};

/// The longest note that is passed on, in characters.
const NOTE_MAX: usize = 500;

/// What a text says.
enum Text {
    Note,
    Customer(CustomerId),
}

/// A note as the feed has it.
#[derive(Serialize)]
struct NoteBody {
    text: String,
}

impl Batch {
    /// Puts into the feed what lies beside an entry of this push, where others are to read it.
    pub(super) fn publish_text(
        &mut self,
        rows: &mut dyn Rows,
        push: &VerifiedPush,
        attachment: &VerifiedAttachment,
    ) -> Result<(), Halt> {
        let named_by = |entry: &&super::VerifiedEntry| entry.header.entry_ref() == attachment.entry;
        let entry = push.entries.iter().find(named_by);
        let Some(body) = entry.and_then(|entry| entry.body.as_ref().ok()) else {
            return Ok(());
        };
        let mut texts = body
            .events
            .iter()
            .filter_map(|event| meant(event, attachment.id));
        let (key, published) = match texts.next() {
            Some(Text::Note) => {
                let note = NoteBody {
                    text: readable(&attachment.content),
                };
                let key = EntityKey::new(EntityKind::NOTE, attachment.id);
                (key, written(&note)?)
            }
            Some(Text::Customer(id)) => {
                let Some(customer) = customer_met(id, &attachment.content) else {
                    return Ok(());
                };
                (
                    EntityKey::new(EntityKind::CUSTOMER, id),
                    written(&customer)?,
                )
            }
            None => return Ok(()),
        };
        let known = rows.entities(std::slice::from_ref(&key))?;
        if known.iter().all(Option::is_none) {
            self.states.put(key, Some(published));
        }
        Ok(())
    }
}

/// What the attachment is to the event, if it belongs to it.
fn meant(event: &Event, id: AttachmentId) -> Option<Text> {
    match event {
        Event::CustomerMet { customer, data } if *data == id => Some(Text::Customer(*customer)),
        Event::OrderAmended { operations, .. } => {
            let is_note = |operation: &Operation| matches!(operation, Operation::AddNote { text } if *text == id);
            operations.iter().any(is_note).then_some(Text::Note)
        }
        _ => None,
    }
}

/// Somebody whom a till met: reachable, and in no class that entitles to prices, which only the hub
/// grants.
fn customer_met(id: CustomerId, content: &str) -> Option<Customer> {
    let said: Customer = serde_json::from_str(content).ok()?;
    let email = said.email.as_deref().unwrap_or_default();
    let phone = said.phone.as_deref().unwrap_or_default();
    let contact = Contact::new(&said.name, email, phone).ok()?;
    Some(contact.into_customer(id))
}

fn readable(text: &str) -> String {
    let printable = |character: &char| *character == '\n' || !character.is_control();
    text.chars().filter(printable).take(NOTE_MAX).collect()
}

fn written(body: &impl Serialize) -> Result<String, StoreError> {
    serde_json::to_string(body).map_err(|error| StoreError::RowUnreadable {
        key: "a text beside an entry".to_owned(),
        reason: error.to_string(),
    })
}
