//! The one page on which an order is placed.

use axum::extract::rejection::FormRejection;
use axum::extract::{Form, State};
use axum::http::StatusCode;
use axum::response::Response;
use comptoir_domain::customer::Contact;
use comptoir_domain::ids::{OrderId, SlotId};
use comptoir_domain::money::Money;
use comptoir_domain::order::Order;
use comptoir_domain::refusal::{Refusal, RefusalCode};
use comptoir_domain::slot::Slot;
use maud::{Markup, html};
use serde::Deserialize;

use super::basket::{self, summary};
use super::failure::PageFailure;
use super::frame::{Frame, with_status};
use super::paying;
use super::sentences::sentence;
use super::visit::Visit;
use super::when;
use super::words::Word;
use crate::http::ApiState;
use crate::http::client::ClientAddress;
use crate::payments::Paying;
use crate::shop::{Basket, Placing, Shelf, ShopError};

/// How the form says that it is paid at once.
const ONLINE: &str = "online";

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
    /// `online` where it is paid at once.
    pay: String,
}

pub(super) async fn checkout(
    State(state): State<ApiState>,
    visit: Visit,
) -> Result<Response, PageFailure> {
    page(&state, &visit, &Typed::default(), None).await
}

/// Places the order and shows it; or the page again, as it was typed, with what is wrong.
pub(super) async fn place(
    State(state): State<ApiState>,
    ClientAddress(client): ClientAddress,
    visit: Visit,
    form: Result<Form<Typed>, FormRejection>,
) -> Result<Response, PageFailure> {
    super::order_form::slow_down(&state, client, visit.now)?;
    let Form(typed) = form.map_err(|rejection| unreadable(&rejection))?;
    match try_to_place(&state, &visit, &typed).await {
        Ok(order) if typed.pay == ONLINE && visit.pays_online => {
            pay(&state, &visit, &typed, &order).await
        }
        Ok(order) => Ok(paying::to_order(&state, &visit, order.id())),
        Err(ShopError::Refused(refusal)) => {
            let page = page(&state, &visit, &typed, Some(Wrong::Refused(refusal))).await?;
            Ok(with_status(StatusCode::UNPROCESSABLE_ENTITY, page))
        }
        Err(other) => Err(other.into()),
    }
}

/// Pays what was just ordered. Where that is refused the order is given up, and the page comes again with
/// the basket as it was.
async fn pay(
    state: &ApiState,
    visit: &Visit,
    typed: &Typed,
    order: &Order,
) -> Result<Response, PageFailure> {
    let paying = state.pay.at_checkout(&visit.hub, order.id(), visit.now);
    match paying.await? {
        Paying::Waiting {
            go_to: Some(address),
        } => Ok(paying::elsewhere(visit, &address)),
        Paying::Yes | Paying::Waiting { go_to: None } => {
            Ok(paying::to_order(state, visit, order.id()))
        }
        Paying::No => {
            let order = state.shop.order(&visit.hub, order.id()).await?;
            if order.milestones.cancelled.is_none() {
                return Ok(paying::to_order(state, visit, order.id()));
            }
            let wrong = Wrong::Payment { spent: order.id() };
            let page = page(state, visit, typed, Some(wrong)).await?;
            Ok(with_status(StatusCode::UNPROCESSABLE_ENTITY, page))
        }
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
        contact,
        note: typed.note.clone(),
        expected_total: typed.total.parse().ok().map(Money::minor),
    };
    let placing = Placing {
        pay_online: visit.pays_online && typed.pay == ONLINE,
        shop: None,
    };
    state.shop.place(&visit.hub, basket, placing).await
}

/// The slots that take no more orders.
async fn full_slots(state: &ApiState, visit: &Visit) -> Result<Vec<SlotId>, PageFailure> {
    let limited: Vec<(SlotId, u32)> = {
        let shelf = visit.shelf.read();
        let open = shelf.open_slots(visit.now).into_iter();
        open.filter_map(|slot| Some((slot.id, slot.capacity?)))
            .collect()
    };
    let ids = limited.iter().map(|(slot, _)| *slot).collect();
    let counts = state.store.slot_counts(visit.hub.id, ids).await?;
    let full = limited.into_iter().zip(counts);
    let full = full.filter(|((_, capacity), orders)| orders >= capacity);
    Ok(full.map(|((slot, _), _)| slot).collect())
}

/// What is wrong with what was sent.
enum Wrong {
    Refused(Refusal),
    /// The provider said no, and the order was given up: its id is spent.
    Payment {
        spent: OrderId,
    },
}

impl Wrong {
    fn code(&self) -> Option<RefusalCode> {
        match self {
            Wrong::Refused(refusal) => Some(refusal.code),
            Wrong::Payment { .. } => None,
        }
    }

    const fn spent(&self) -> Option<OrderId> {
        match self {
            Wrong::Refused(_) => None,
            Wrong::Payment { spent } => Some(*spent),
        }
    }

    fn say(&self, visit: &Visit, shelf: &Shelf) -> String {
        match self {
            Wrong::Refused(refusal) => sentence(visit, shelf, refusal),
            Wrong::Payment { .. } => visit.say(Word::PaymentRefused).to_owned(),
        }
    }
}

async fn page(
    state: &ApiState,
    visit: &Visit,
    typed: &Typed,
    wrong: Option<Wrong>,
) -> Result<Response, PageFailure> {
    let full = full_slots(state, visit).await?;
    let shelf = visit.shelf.read();
    let items = basket::read(&typed.basket).unwrap_or_default();
    let chosen = (!typed.slot.is_empty()).then_some(&typed.slot);
    let location = basket::location_of_slot(visit, &shelf, chosen);
    let summary = summary(visit, &shelf, location, &items)?;
    let slots = shelf.open_slots(visit.now).into_iter();
    let slots: Vec<(&Slot, bool)> = slots.map(|slot| (slot, full.contains(&slot.id))).collect();
    let title = visit.say(Word::Checkout);
    let content = html! {
        p.back { a href=(visit.address("")) { span aria-hidden="true" { "← " } (visit.say(Word::BackToShop)) } }
        h1 { (title) }
        noscript { p.notice { (visit.say(Word::NeedsScript)) } }
        @if let Some(wrong) = &wrong {
            p #refusal.notice.wrong role="alert" tabindex="-1" data-spent=[wrong.spent()] {
                (wrong.say(visit, &shelf))
            }
        }
        div.checkout {
            section.basket aria-labelledby="basket-title" {
                h2 #basket-title { (visit.say(Word::Basket)) }
                div #basket aria-live="polite" { (summary) }
            }
            (form(visit, typed, &slots, wrong.as_ref().and_then(Wrong::code)))
        }
    };
    let mut frame = Frame::new(visit, title);
    frame.elsewhere = Some("/checkout");
    Ok(frame.around(&content))
}

fn form(
    visit: &Visit,
    typed: &Typed,
    slots: &[(&Slot, bool)],
    refused: Option<RefusalCode>,
) -> Markup {
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
    let mut free = slots.iter().filter(|(_, full)| !full);
    let only = match (free.next(), free.next()) {
        (Some((slot, _)), None) => Some(slot.id),
        _ => None,
    };
    html! {
        form #order-form method="post" action=(visit.address("/orders")) {
            input type="hidden" name="order" value=(typed.order);
            input type="hidden" name="basket" value=(typed.basket);
            input type="hidden" name="total" value="";
            fieldset {
                legend { (visit.say(Word::WhenAndWhere)) }
                @if slots.is_empty() { p.empty { (visit.say(Word::SlotsNone)) } }
                @for (slot, full) in slots {
                    (slot_choice(visit, typed, slot, *full, only == Some(slot.id)))
                }
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
            (how_to_pay(visit, typed))
            button.main type="submit" disabled[slots.iter().all(|(_, full)| *full)] {
                (visit.say(Word::PlaceOrder)) span #button-total {}
            }
        }
    }
}

/// At the counter, or at once where the hub takes that.
fn how_to_pay(visit: &Visit, typed: &Typed) -> Markup {
    if !visit.pays_online {
        return html! { p.pay { (visit.say(Word::PayAtPickUp)) } };
    }
    let online = typed.pay == ONLINE;
    html! {
        fieldset {
            legend { (visit.say(Word::HowYouPay)) }
            label.slot {
                input type="radio" name="pay" value=(ONLINE) required checked[online];
                span {
                    strong { (visit.say(Word::PayOnline)) }
                    span { (visit.say(Word::PayOnlineHint)) }
                    small { (visit.say(Word::PayOnlineWeighed)) }
                }
            }
            label.slot {
                input type="radio" name="pay" value="counter" required checked[!online];
                span { strong { (visit.say(Word::PayAtPickUp)) } }
            }
        }
    }
}

fn slot_choice(visit: &Visit, typed: &Typed, slot: &Slot, full: bool, only: bool) -> Markup {
    let zone = visit.settings.zone;
    let id = slot.id.to_string();
    let until = when::moment(slot.orders_until, zone, visit.language);
    html! {
        label.slot {
            input type="radio" name="slot" value=(id) required
                disabled[full] checked[!full && (typed.slot == id || only)];
            span {
                strong {
                    (when::day(slot.starts_at, zone, visit.language)) ", "
                    span.whole { (when::hours(slot, zone)) }
                }
                span {
                    (visit.place_name(slot.location))
                    @if full { " · " b { (visit.say(Word::SlotFull)) } }
                }
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
