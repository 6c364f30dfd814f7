//! The one page on which an order is placed.

use axum::extract::rejection::FormRejection;
use axum::extract::{Form, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use comptoir_domain::customer::{Contact, Customer};
use comptoir_domain::ids::SlotId;
use comptoir_domain::money::Money;
use comptoir_domain::order::Order;
use comptoir_domain::refusal::{Refusal, RefusalCode};
use comptoir_domain::slot::Slot;
use comptoir_sync::feed::EntityKind;
use maud::{Markup, html};
use serde::Deserialize;

use super::basket::{self, summary};
use super::failure::PageFailure;
use super::frame::{Frame, with_status};
use super::sentences::sentence;
use super::visit::Visit;
use super::when;
use super::words::Word;
use crate::http::ApiState;
use crate::http::client::ClientAddress;
use crate::shop::{Basket, ShopError};

/// The form as it was typed. The script fills in the first three.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    order: String,
    basket: String,
    /// What the customer was shown, in minor units.
    total: String,
    name: String,
    email: String,
    phone: String,
    slot: String,
    note: String,
}

pub(super) async fn checkout(visit: Visit) -> Result<Response, PageFailure> {
    page(&visit, &Typed::default(), None)
}

/// Places the order and shows it; or the page again, as it was typed, with what is wrong.
pub(super) async fn place(
    State(state): State<ApiState>,
    ClientAddress(client): ClientAddress,
    visit: Visit,
    form: Result<Form<Typed>, FormRejection>,
) -> Result<Response, PageFailure> {
    super::order_changes::slow_down(&state, client, visit.now)?;
    let Form(typed) = form.map_err(|rejection| unreadable(&rejection))?;
    match try_to_place(&state, &visit, &typed).await {
        Ok(order) => {
            let link = state.shop.links().of(visit.hub.id, order.id());
            Ok(Redirect::to(&visit.address(&format!("/o/{link}"))).into_response())
        }
        Err(ShopError::Refused(refusal)) => {
            let page = page(&visit, &typed, Some(&refusal))?;
            Ok(with_status(StatusCode::UNPROCESSABLE_ENTITY, page))
        }
        Err(other) => Err(other.into()),
    }
}

pub(super) fn unreadable(rejection: &FormRejection) -> PageFailure {
    match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => PageFailure::TooLarge,
        _ => PageFailure::Malformed,
    }
}

async fn try_to_place(state: &ApiState, visit: &Visit, typed: &Typed) -> Result<Order, ShopError> {
    let refused = |code: RefusalCode| ShopError::Refused(code.into());
    let items = basket::read(&typed.basket).map_err(|_| refused(RefusalCode::OrderEmpty))?;
    if items.is_empty() {
        return Err(refused(RefusalCode::OrderEmpty));
    }
    let contact = Contact::new(&typed.name, &typed.email, &typed.phone)?;
    let slot: Result<SlotId, _> = typed.slot.parse();
    let order = typed.order.parse();
    let basket = Basket {
        order: order.map_err(|_| refused(RefusalCode::OrderUnknown))?,
        slot: slot.map_err(|_| refused(RefusalCode::SlotUnknown))?,
        items,
        contact: contact.clone(),
        note: typed.note.clone(),
        expected_total: typed.total.parse().ok().map(Money::minor),
    };
    let order = state.shop.place(&visit.hub, basket).await?;
    if is_of(state, visit, &order, &contact).await? {
        Ok(order)
    } else {
        Err(refused(RefusalCode::OrderNotOpen))
    }
}

/// Whether an order that was there already is that of who asks: its id alone opens nobody's order.
async fn is_of(
    state: &ApiState,
    visit: &Visit,
    order: &Order,
    contact: &Contact,
) -> Result<bool, ShopError> {
    let Some(customer) = order.heading.customer else {
        return Ok(false);
    };
    let kind = EntityKind::new(EntityKind::CUSTOMER);
    let id = customer.to_string();
    let row = state.store.entity(visit.hub.id, kind, id).await?;
    let customer = row.and_then(|row| serde_json::from_str::<Customer>(&row.body).ok());
    Ok(customer.is_some_and(|customer| contact.is_as_given(&customer)))
}

fn page(visit: &Visit, typed: &Typed, refusal: Option<&Refusal>) -> Result<Response, PageFailure> {
    let shelf = visit.shelf.read();
    let items = basket::read(&typed.basket).unwrap_or_default();
    let chosen = (!typed.slot.is_empty()).then_some(&typed.slot);
    let location = basket::location_of_slot(visit, &shelf, chosen);
    let summary = summary(visit, &shelf, location, &items)?;
    let slots = shelf.open_slots(visit.now);
    let title = visit.say(Word::Checkout);
    let content = html! {
        p.back { a href=(visit.address("")) { span aria-hidden="true" { "← " } (visit.say(Word::BackToShop)) } }
        h1 { (title) }
        noscript { p.notice { (visit.say(Word::NeedsScript)) } }
        @if let Some(refusal) = refusal {
            p #refusal.notice.wrong role="alert" tabindex="-1" { (sentence(visit, &shelf, refusal)) }
        }
        div.checkout {
            section.basket aria-labelledby="basket-title" {
                h2 #basket-title { (visit.say(Word::Basket)) }
                div #basket aria-live="polite" { (summary) }
            }
            (form(visit, typed, &slots, refusal.map(|refusal| refusal.code)))
        }
    };
    let mut frame = Frame::new(visit, title);
    frame.elsewhere = Some("/checkout");
    Ok(frame.around(&content))
}

fn form(visit: &Visit, typed: &Typed, slots: &[&Slot], refused: Option<RefusalCode>) -> Markup {
    let no_name = refused == Some(RefusalCode::NameMissing);
    let unreachable = refused == Some(RefusalCode::ContactUnusable);
    let name = Field::new(
        Word::YourName,
        "name",
        ("text", "name"),
        &typed.name,
        no_name,
    );
    let email = Field::new(
        Word::Email,
        "email",
        ("email", "email"),
        &typed.email,
        unreachable,
    );
    let phone = Field::new(
        Word::Phone,
        "phone",
        ("tel", "tel"),
        &typed.phone,
        unreachable,
    );
    html! {
        form #order-form method="post" action=(visit.address("/orders")) {
            input type="hidden" name="order" value=(typed.order);
            input type="hidden" name="basket" value=(typed.basket);
            input type="hidden" name="total" value="";
            fieldset {
                legend { (visit.say(Word::WhenAndWhere)) }
                @if slots.is_empty() { p.empty { (visit.say(Word::SlotsNone)) } }
                @for slot in slots { (slot_choice(visit, typed, slot, slots.len() == 1)) }
            }
            fieldset {
                legend { (visit.say(Word::WhoYouAre)) }
                (name.show(visit, "name-hint", true))
                p #name-hint.hint { (visit.say(Word::NameHint)) }
                div.pair {
                    (email.show(visit, "either-hint", false))
                    (phone.show(visit, "either-hint", false))
                }
                p #either-hint.hint { (visit.say(Word::EitherHint)) }
                label for="note" { (visit.say(Word::Note)) }
                textarea #note name="note" rows="2" maxlength="500" { (typed.note) }
            }
            p.pay { (visit.say(Word::PayAtPickUp)) }
            button.main type="submit" disabled[slots.is_empty()] {
                (visit.say(Word::PlaceOrder)) span #button-total {}
            }
        }
    }
}

fn slot_choice(visit: &Visit, typed: &Typed, slot: &Slot, only: bool) -> Markup {
    let zone = visit.settings.zone;
    let id = slot.id.to_string();
    let until = when::moment(slot.orders_until, zone, visit.language);
    html! {
        label.slot {
            input type="radio" name="slot" value=(id) required checked[typed.slot == id || only];
            span {
                strong {
                    (when::day(slot.starts_at, zone, visit.language)) ", "
                    span.whole { (when::hours(slot, zone)) }
                }
                span { (visit.place_name(slot.location)) }
                small { (visit.say_with(Word::OrderUntil, &[("moment", &until)])) }
            }
        }
    }
}

/// A line to type on.
struct Field<'a> {
    label: Word,
    name: &'a str,
    /// Which keys a telephone offers, and what a browser fills in by itself.
    kind: (&'a str, &'a str),
    value: &'a str,
    wrong: bool,
}

impl<'a> Field<'a> {
    const fn new(
        label: Word,
        name: &'a str,
        kind: (&'a str, &'a str),
        value: &'a str,
        wrong: bool,
    ) -> Field<'a> {
        Field {
            label,
            name,
            kind,
            value,
            wrong,
        }
    }

    fn show(&self, visit: &Visit, hint: &str, required: bool) -> Markup {
        let (kind, autocomplete) = self.kind;
        html! {
            div.field {
                label for=(self.name) { (visit.say(self.label)) }
                input id=(self.name) name=(self.name) type=(kind) autocomplete=(autocomplete)
                    value=(self.value) maxlength="254" required[required] aria-describedby=(hint)
                    aria-invalid=[self.wrong.then_some("true")];
            }
        }
    }
}
