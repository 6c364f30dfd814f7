//! Placing an order: what a customer sends, and the act that it becomes.

use comptoir_domain::books::Books;
use comptoir_domain::catalogue::Variant;
use comptoir_domain::customer::Customer;
use comptoir_domain::decide::{self, Making, NewOrder, SlotState, Wish};
use comptoir_domain::event::Event;
use comptoir_domain::ids::{
    ActionId, AttachmentId, CustomerId, IdSource, LocationId, OrderId, PaymentId, SlotId, VariantId,
};
use comptoir_domain::money::Money;
use comptoir_domain::order::{Channel, Order, OrderHeading};
use comptoir_domain::price::WinningPrice;
use comptoir_domain::quantity::Quantity;
use comptoir_domain::refusal::{Refusal, RefusalCode};
use comptoir_domain::settings::HubSettings;
use comptoir_domain::slot::Slot;
use comptoir_domain::stock::StockLevel;
use comptoir_domain::time::Timestamp;
use comptoir_sync::feed::EntityKind;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::Shelf;
use crate::entropy::{FreshIds, NoEntropy};
use crate::payments::{SWEEP_AFTER_MS, to_authorise};
use crate::store::{
    Act, ActAttachment, Decision, EntityChange, EntityKey, Holdings, NewStep, StoreError,
};

/// The longest note of a customer, in characters.
const NOTE_MAX: usize = 500;

/// The number of the first order that is born on a server.
const FIRST_ORDER: u64 = 1001;

/// An order as a customer sends it.
#[derive(Debug, Clone)]
pub struct Basket {
    /// Made by who sends it: sent again, it is the same order.
    pub order: OrderId,
    pub slot: SlotId,
    pub items: Vec<(VariantId, Quantity)>,
    pub contact: comptoir_domain::customer::Contact,
    pub note: String,
    /// What the customer was shown; another total is refused, with the new one.
    pub expected_total: Option<Money>,
}

/// The act of placing it.
#[derive(Debug)]
pub struct PlaceOrder {
    order: OrderId,
    slot: SlotId,
    settings: HubSettings,
    wishes: Vec<(Variant, Option<WinningPrice>, Quantity)>,
    unlimited: BTreeSet<VariantId>,
    customer: Customer,
    customer_is_new: bool,
    note: Option<ActAttachment>,
    expected_total: Option<Money>,
    /// Where it is to be paid online.
    payment: Option<PaymentId>,
    /// The connected store that sends it.
    shop: Option<String>,
    /// Becomes true when it is placed by this very act, and not found to be placed before.
    is_new: Arc<AtomicBool>,
    now: Timestamp,
    ids: FreshIds,
}

impl PlaceOrder {
    /// Looks up what is wished, at the prices of this moment.
    pub fn new(basket: Basket, shelf: &Shelf, now: Timestamp) -> Result<PlaceOrder, PlaceError> {
        PlaceOrder::with_ids(basket, shelf, now, FreshIds::new(now)?)
    }

    /// The same with ids that are handed in.
    pub fn with_ids(
        basket: Basket,
        shelf: &Shelf,
        now: Timestamp,
        mut ids: FreshIds,
    ) -> Result<PlaceOrder, PlaceError> {
        let settings = shelf.settings().ok_or(RefusalCode::SlotUnknown)?.clone();
        let wishes = basket.items.iter().map(|(id, quantity)| {
            let variant = shelf.variant(*id).ok_or(RefusalCode::NotForSaleHere)?;
            Ok((variant.clone(), shelf.price(variant, now), *quantity))
        });
        let wishes = wishes.collect::<Result<Vec<_>, Refusal>>()?;
        let known = shelf.known(&basket.contact).cloned();
        let customer_is_new = known.is_none();
        let fresh = CustomerId::from_uuid(ids.next_uuid());
        let customer = known.unwrap_or_else(|| basket.contact.clone().into_customer(fresh));
        let note = note_of(&basket.note, &mut ids);
        Ok(PlaceOrder {
            order: basket.order,
            slot: basket.slot,
            settings,
            wishes,
            unlimited: shelf.unlimited().clone(),
            customer,
            customer_is_new,
            note,
            expected_total: basket.expected_total,
            payment: None,
            shop: None,
            is_new: Arc::default(),
            now,
            ids,
        })
    }

    /// To be paid online: the question for the provider is opened with the order, so that it is asked
    /// whatever happens afterwards.
    #[must_use]
    pub fn paid_online(mut self) -> PlaceOrder {
        self.payment = Some(PaymentId::from_uuid(self.ids.next_uuid()));
        self
    }

    /// Sent by a connected store.
    #[must_use]
    pub fn of_shop(self, shop: Option<String>) -> PlaceOrder {
        PlaceOrder { shop, ..self }
    }

    /// Says afterwards whether the order was placed by this very act.
    pub(super) fn is_new(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.is_new)
    }

    fn heading(&self, number: u64, location: LocationId) -> OrderHeading {
        OrderHeading {
            id: self.order,
            number: number_of(number),
            channel: Channel::Shop,
            location,
            customer: Some(self.customer.id),
            slot: Some(self.slot),
            tax_mode: self.settings.tax_mode,
        }
    }
}

/// The human number of an order that is born here.
pub(super) fn number_of(order_no: u64) -> String {
    format!("O-{}", FIRST_ORDER + order_no - 1)
}

pub(super) fn note_of(text: &str, ids: &mut FreshIds) -> Option<ActAttachment> {
    let readable = |character: &char| !character.is_control() || *character == '\n';
    let text: String = text
        .trim()
        .chars()
        .filter(readable)
        .take(NOTE_MAX)
        .collect();
    let is_said = !text.is_empty();
    is_said.then(|| ActAttachment {
        id: AttachmentId::from_uuid(ids.next_uuid()),
        salt: ids.next_salt(),
        content: text,
    })
}

/// Why an order was not even tried.
#[derive(Debug, thiserror::Error)]
pub enum PlaceError {
    #[error(transparent)]
    Refused(#[from] Refusal),
    #[error(transparent)]
    NoEntropy(#[from] NoEntropy),
}

impl From<RefusalCode> for PlaceError {
    fn from(code: RefusalCode) -> PlaceError {
        PlaceError::Refused(code.into())
    }
}

/// The text of a note as tills read it.
#[derive(Debug, Serialize)]
pub(super) struct NoteBody<'a> {
    pub(super) text: &'a str,
}

impl Decision for PlaceOrder {
    fn action(&self) -> ActionId {
        ActionId::from_uuid(self.order.uuid())
    }

    fn decide(&mut self, holdings: &mut dyn Holdings) -> Result<Result<Act, Refusal>, StoreError> {
        if known_order(holdings, self.order)?.is_some() {
            return Ok(Err(RefusalCode::OrderNotOpen.into()));
        }
        let Some(slot) = thing::<Slot>(holdings, EntityKind::SLOT, self.slot)? else {
            return Ok(Err(RefusalCode::SlotUnknown.into()));
        };
        let place = SlotState {
            slot: &slot,
            orders: holdings.orders_in_slot(slot.id)?,
        };
        let taken = self.wishes.iter().map(|(variant, _, _)| variant);
        let books = stock_of(holdings, taken, slot.location)?;
        let heading = self.heading(holdings.next_order_no()?, slot.location);
        let wishes = self.wishes.iter().map(|(variant, price, quantity)| Wish {
            variant,
            price: price.as_ref(),
            quantity: *quantity,
        });
        let new = NewOrder {
            heading: heading.clone(),
            wishes: wishes.collect(),
            charges: Vec::new(),
            note: self.note.as_ref().map(|note| note.id),
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
        let events = match decide::place_online(new, place, shelf, &mut making) {
            Ok(events) => events,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let order = placed(&heading, &events);
        if let Some(refusal) = self.other_total(&order) {
            return Ok(Err(refusal));
        }
        let mut entities = Vec::new();
        if self.customer_is_new {
            let id = self.customer.id;
            entities.push(EntityChange::put(EntityKind::CUSTOMER, id, &self.customer)?);
        }
        if let Some(note) = &self.note {
            let body = NoteBody {
                text: &note.content,
            };
            entities.push(EntityChange::put(EntityKind::NOTE, note.id, &body)?);
        }
        self.note_beside(holdings, &order)?;
        Ok(Ok(Act {
            action: self.action(),
            actor: None,
            kind: "order_placed".to_owned(),
            at: self.now,
            events,
            attachments: self.note.iter().cloned().collect(),
            entities,
        }))
    }
}

impl PlaceOrder {
    /// What is remembered with the order, in the same transaction.
    fn note_beside(&self, holdings: &mut dyn Holdings, order: &Order) -> Result<(), StoreError> {
        self.is_new.store(true, Ordering::Relaxed);
        if let Some(shop) = &self.shop {
            holdings.remember_shop(self.order, shop)?;
        }
        let amount = to_authorise(&order.totals(), &order.lines);
        let Some(payment) = self.payment.filter(|_| amount.is_positive()) else {
            return Ok(());
        };
        holdings.open_payment_step(NewStep {
            at_checkout: true,
            next_at: self.now.plus_ms(SWEEP_AFTER_MS),
            ..NewStep::authorise(self.order, payment, amount, self.now)
        })
    }

    /// A price changed between the page and the press: the customer sees it before it counts.
    fn other_total(&self, order: &Order) -> Option<Refusal> {
        let expected = self.expected_total?;
        let total = order.totals().total;
        (total != expected)
            .then(|| Refusal::from(RefusalCode::PriceChanged).with("total", total.minor_units()))
    }
}

/// The order as its first events make it.
fn placed(heading: &OrderHeading, events: &[Event]) -> Order {
    let mut order = Order::draft(heading.clone());
    for event in events {
        if let Event::OrderPlaced { lines, charges, .. } = event {
            order.lines.clone_from(lines);
            order.charges.clone_from(charges);
        }
    }
    order
}

/// One thing of the hub's state.
pub(super) fn thing<T: DeserializeOwned>(
    holdings: &mut dyn Holdings,
    kind: &str,
    id: impl ToString,
) -> Result<Option<T>, StoreError> {
    let key = EntityKey::new(kind, id.to_string());
    let found = holdings.things(std::slice::from_ref(&key))?;
    let Some(body) = found.into_iter().flatten().next() else {
        return Ok(None);
    };
    let read = serde_json::from_str(&body).map_err(|error| StoreError::RowUnreadable {
        key: key.to_string(),
        reason: error.to_string(),
    })?;
    Ok(Some(read))
}

pub(crate) fn known_order(
    holdings: &mut dyn Holdings,
    order: OrderId,
) -> Result<Option<Order>, StoreError> {
    thing(holdings, EntityKind::ORDER, order)
}

/// The stock of everything that variants take, at a location.
pub(super) fn stock_of<'v>(
    holdings: &mut dyn Holdings,
    variants: impl Iterator<Item = &'v Variant>,
    location: LocationId,
) -> Result<Books, StoreError> {
    let taken: BTreeSet<VariantId> = variants
        .flat_map(|variant| variant.stock_taken(Quantity::ONE))
        .map(|(id, _)| id)
        .collect();
    let mut books = Books::default();
    for id in taken {
        let level: Option<StockLevel> =
            thing(holdings, EntityKind::STOCK, format!("{id}:{location}"))?;
        books
            .stock
            .extend(level.map(|level| ((id, location), level)));
    }
    Ok(books)
}
