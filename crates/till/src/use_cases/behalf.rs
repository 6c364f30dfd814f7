//! Orders for somebody who calls: placed from the sale in progress, for a customer who is known or is
//! noted now.

use comptoir_domain::customer::{Contact, Customer};
use comptoir_domain::decide::{self, OnBehalf};
use comptoir_domain::document::Series;
use comptoir_domain::ids::CustomerId;
use comptoir_sync::feed::EntityKind;

use super::care::{NOTE_MAX, text_of};
use crate::act::Act;
use crate::core::Core;
use crate::error::TillError;
use crate::feed;
use crate::store::drafts;
use crate::store::journal::{NewAttachment, NewEntry};
use crate::store::order_cards;
use crate::wire::{
    Code, CustomerChoice, CustomersFound, FindCustomers, ForWhom, Param, PlaceOrder, Severity,
    TillView,
};

/// How many customers are offered.
const CUSTOMERS_SHOWN_MAX: usize = 20;

/// The fewest letters or digits that are looked for.
const LOOKED_FOR_MIN: usize = 2;

/// How many digits of a telephone tell two people of one name apart.
const PHONE_SHOWN: usize = 4;

/// Who an order is for, and the note that is taken of somebody new.
struct Found {
    customer: Customer,
    is_new: bool,
}

impl Core {
    /// Customers of this till's copy by a part of their name or telephone number.
    pub fn customers_find(&mut self, request: &FindCustomers) -> Result<CustomersFound, TillError> {
        self.desk()?;
        let mut customers = Vec::new();
        if request.text.trim().chars().count() < LOOKED_FOR_MIN {
            return Ok(CustomersFound { customers });
        }
        let connection = self.connection();
        for id in order_cards::customers_like(connection, &request.text, CUSTOMERS_SHOWN_MAX)? {
            let known = order_cards::customer(connection, id)?;
            customers.extend(
                known
                    .filter(|known| known.active)
                    .map(|known| CustomerChoice {
                        customer: id,
                        phone_end: known.phone.as_deref().map(phone_end),
                        name: known.name,
                    }),
            );
        }
        Ok(CustomersFound { customers })
    }

    /// Places the sale in progress as an order that is reserved, not paid, and fetched in a slot.
    pub fn order_place(&mut self, request: &PlaceOrder) -> Result<TillView, TillError> {
        let desk = self.selling()?;
        if self.is_done(request.action)? {
            return self.view();
        }
        let shift = desk.open_shift()?;
        let draft = self.order()?.clone();
        let slot = self.slot(request.slot)?;
        let found = self.for_whom(&request.whom)?;
        let note = request
            .note
            .as_deref()
            .and_then(|text| text_of(text, NOTE_MAX));
        let number = self.act(Some(request.action), |act| {
            let number = act.next_number(Series::Order)?.to_string();
            let note = note
                .as_ref()
                .map(|text| NewAttachment::new(text.clone(), act.ids));
            let met = found
                .is_new
                .then(|| met(act, &found.customer))
                .transpose()?;
            let on_behalf = OnBehalf {
                customer: found.customer.id,
                met: met.as_ref().map(|met| met.id),
                slot: &slot,
                note: note.as_ref().map(|note| note.id),
            };
            let events = decide::place_on_behalf(
                &draft,
                on_behalf,
                &number,
                shift,
                &mut desk.context(act.ids),
            )?;
            drafts::remove(act.tx, draft.heading().id)?;
            act.write(NewEntry {
                kind: "order_placed",
                action: request.action,
                actor: act.actor(),
                approved_by: None,
                events,
                attachments: met.into_iter().chain(note).collect(),
                number: Some(number.clone()),
                amount: None,
            })?;
            Ok(number)
        })?;
        self.session.order = None;
        let number = Param::Text(number.unwrap_or_default());
        self.session.notice(
            Code::OrderPlaced,
            Severity::Quiet,
            &[("number", number)],
            Vec::new(),
        );
        self.view()
    }

    fn for_whom(&mut self, whom: &ForWhom) -> Result<Found, TillError> {
        match whom {
            ForWhom::Known { customer } => {
                let known = order_cards::customer(self.connection(), *customer)?;
                let known = known.filter(|known| known.active);
                let customer =
                    known.ok_or_else(|| TillError::refuse(Code::NotFound, "no such customer"))?;
                Ok(Found {
                    customer,
                    is_new: false,
                })
            }
            ForWhom::New { name, email, phone } => {
                let contact = Contact::new(name, email, phone)?;
                let id = CustomerId::from_uuid(self.ids.next_uuid());
                Ok(Found {
                    customer: contact.into_customer(id),
                    is_new: true,
                })
            }
        }
    }
}

/// Notes a customer who was not known before: beside the journal for the hub, and here at once, so that
/// the order is found by the name before any server has heard of it.
fn met(act: &mut Act<'_>, customer: &Customer) -> Result<NewAttachment, TillError> {
    let content = serde_json::to_string(customer).map_err(|error| TillError::Stored {
        what: "customer",
        error,
    })?;
    let id = customer.id.to_string();
    feed::put_local_row(act.tx, EntityKind::CUSTOMER, &id, customer, false)?;
    Ok(NewAttachment::new(content, act.ids))
}

fn phone_end(phone: &str) -> String {
    let digits: Vec<char> = phone.chars().filter(char::is_ascii_digit).collect();
    digits[digits.len().saturating_sub(PHONE_SHOWN)..]
        .iter()
        .collect()
}
