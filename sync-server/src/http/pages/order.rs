//! An order as its customer sees it, under an address that nobody guesses.

use axum::extract::{Path, State};
use axum::response::Response;
use comptoir_domain::decide::is_open_to_customer;
use comptoir_domain::ids::OrderId;
use comptoir_domain::message::{REFUSED_AT_CHECKOUT, REFUSED_LATER};
use comptoir_domain::money::Money;
use comptoir_domain::order::{Fulfilment, Line, Order, OrderTotals};
use comptoir_domain::quantity::Quantity;
use comptoir_domain::recurring::Recurrence;
use comptoir_domain::refusal::{Refusal, RefusalCode};
use comptoir_domain::slot::Slot;
use comptoir_domain::tax::TaxMode;
use comptoir_sync::feed::EntityKind;
use maud::{Markup, html};
use qrcodegen::{QrCode, QrCodeEcc};
use serde::Deserialize;

use super::amounts;
use super::failure::PageFailure;
use super::frame::Frame;
use super::paying;
use super::sentences::sentence;
use super::visit::Visit;
use super::when;
use super::words::Word;
use crate::entropy::{NoEntropy, new_uuid};
use crate::http::ApiState;
use crate::payments::payable;
use crate::store::{PaymentStep, StepKind, StepState};

pub(super) async fn order(
    State(state): State<ApiState>,
    visit: Visit,
    Path((_, link)): Path<(String, String)>,
) -> Result<Response, PageFailure> {
    if visit.asked.contains_key("paid") {
        let id = named_by(&state, &visit, &link)?;
        state.pay.look_again(&visit.hub, id, visit.now).await?;
    }
    page(&state, &visit, &link, None).await
}

/// The order whose address this is.
pub(super) fn named_by(
    state: &ApiState,
    visit: &Visit,
    link: &str,
) -> Result<OrderId, PageFailure> {
    let order = state.shop.links().read(visit.hub.id, link);
    Ok(order.ok_or(PageFailure::NotFound)?.0)
}

/// Everything that the page shows.
struct Seen<'a> {
    visit: &'a Visit,
    order: &'a Order,
    totals: OrderTotals,
    /// Its lines as it was placed.
    placed: Vec<Line>,
    slot: Option<Slot>,
    note: Option<String>,
    /// Whether its customer may change it here.
    open: bool,
    /// Whether the payment provider has not answered yet.
    waits: bool,
    /// The address of this page, without its questions.
    path: String,
}

/// What a page says first.
pub(super) enum Said<'a> {
    /// What was asked on it was refused.
    Refused(&'a Refusal),
    Notice(Word),
}

/// The page of an order, with what was refused on it.
pub(super) async fn page(
    state: &ApiState,
    visit: &Visit,
    link: &str,
    said: Option<Said<'_>>,
) -> Result<Response, PageFailure> {
    let order = named_by(state, visit, link)?;
    let order = state.shop.order(&visit.hub, order).await?;
    let slot = state.shop.slot_of(&visit.hub, &order).await?;
    let is_open = |slot: &Slot| is_open_to_customer(&order, slot, visit.now);
    let seen = Seen {
        visit,
        order: &order,
        totals: order.totals(),
        placed: state.shop.placed(&visit.hub, order.id()).await?,
        open: slot.as_ref().is_some_and(is_open),
        waits: waits(state, visit, &order).await?,
        slot,
        note: note_of(state, visit, &order).await?,
        path: format!("/o/{link}"),
    };
    let title = visit.say_with(Word::YourOrder, &[("number", &order.heading.number)]);
    let refused = match said {
        // What was refused because it is too late is said by the page itself.
        Some(Said::Refused(refusal)) if refusal.code == RefusalCode::OrderClosedToCustomer => None,
        Some(Said::Refused(refusal)) => Some(sentence(visit, &visit.shelf.read(), refusal)),
        Some(Said::Notice(word)) => Some(visit.say(word).to_owned()),
        None => None,
    };
    let content = html! {
        @if let Some(refused) = refused {
            p #refusal.notice.wrong role="alert" tabindex="-1" { (refused) }
        }
        (content(&seen, &title)?)
    };
    let mut frame = Frame::new(visit, &title);
    frame.elsewhere = Some(&seen.path);
    frame.moves = !is_over(order.fulfilment());
    Ok(frame.around(&content))
}

/// Whether the payment provider has been asked and has not answered.
async fn waits(state: &ApiState, visit: &Visit, order: &Order) -> Result<bool, PageFailure> {
    let steps = state.store.payment_steps(visit.hub.id, order.id()).await?;
    let pending =
        |step: &PaymentStep| step.kind == StepKind::Authorise && step.state == StepState::Open;
    Ok(steps.iter().any(pending))
}

#[derive(Deserialize)]
struct NoteBody {
    text: String,
}

/// What the customer wrote with the order; what people of the hub wrote stays with them, and with a
/// recurring order they did.
async fn note_of(
    state: &ApiState,
    visit: &Visit,
    order: &Order,
) -> Result<Option<String>, PageFailure> {
    let own = order.notes.first().filter(|note| note.by.is_none());
    let Some(note) = own.filter(|_| order.recurrence.is_none()) else {
        return Ok(None);
    };
    let kind = EntityKind::new(EntityKind::NOTE);
    let row = state
        .store
        .entity(visit.hub.id, kind, note.text.to_string());
    let row = row.await?;
    let body = row.and_then(|row| serde_json::from_str::<NoteBody>(&row.body).ok());
    Ok(body.map(|body| body.text))
}

/// Whether nothing more happens to it.
const fn is_over(fulfilment: Fulfilment) -> bool {
    matches!(
        fulfilment,
        Fulfilment::Collected | Fulfilment::Returned | Fulfilment::Cancelled | Fulfilment::Expired
    )
}

fn content(seen: &Seen<'_>, title: &str) -> Result<Markup, NoEntropy> {
    let visit = seen.visit;
    let moves = !is_over(seen.order.fulfilment());
    Ok(html! {
        div.order data-order=(seen.order.id()) data-moves=(moves) data-rev=(seen.order.rev)
            data-open=(seen.open) data-kept=(is_refused(seen.order)) {
            (heading(seen, title))
            div.columns {
                (pick_up(seen))
                div.column {
                    (goods(seen))
                    (money(seen)?)
                    @if seen.open { (changes(seen)?) }
                    @else if moves { p.hint { (visit.say(Word::AskAtCounter)) } }
                }
            }
        }
        // Says aloud what the script found to have changed.
        p #news.unseen role="status" {}
        p.hint.keep { (visit.say(Word::KeepLink)) }
        p.back { a href=(visit.address("")) { span aria-hidden="true" { "← " } (visit.say(Word::BackToShop)) } }
    })
}

/// How far it is on its way of four steps; none where it left the way.
fn step(order: &Order) -> Option<usize> {
    let is_begun = order.lines.iter().any(|line| line.picked.is_positive());
    match order.fulfilment() {
        Fulfilment::Placed | Fulfilment::Accepted if !is_begun => Some(0),
        Fulfilment::Placed | Fulfilment::Accepted | Fulfilment::Picked => Some(1),
        Fulfilment::Ready | Fulfilment::PartlyCollected => Some(2),
        Fulfilment::Collected => Some(3),
        _ => None,
    }
}

/// Whether it was given up because it could not be paid.
fn is_refused(order: &Order) -> bool {
    let cancelled = order.milestones.cancelled.as_ref();
    let reason = cancelled.map(|cancellation| cancellation.reason.as_str());
    matches!(reason, Some(REFUSED_AT_CHECKOUT | REFUSED_LATER))
}

/// The goods of an order as the script reads a basket.
fn basket_of(seen: &Seen<'_>) -> String {
    let lines = seen.placed.iter().filter(|line| line.tied_to.is_none());
    let items = lines.map(|line| format!("{}:{}", line.variant, line.ordered.in_thousandths()));
    items.collect::<Vec<_>>().join(",")
}

fn state_of(order: &Order) -> Word {
    match order.fulfilment() {
        Fulfilment::PartlyCollected => Word::StatePartly,
        Fulfilment::Returned => Word::StateReturned,
        Fulfilment::Cancelled if is_refused(order) => Word::StateRefused,
        Fulfilment::Cancelled => Word::StateCancelled,
        Fulfilment::Expired => Word::StateExpired,
        _ => match step(order) {
            Some(1) => Word::StatePacking,
            Some(2) => Word::StateReady,
            Some(3) => Word::StateCollected,
            _ => Word::StateOrdered,
        },
    }
}

fn heading(seen: &Seen<'_>, title: &str) -> Markup {
    let visit = seen.visit;
    html! {
        h1 { (title) }
        p.state { (visit.say(state_of(seen.order))) }
        @if let Some(made) = &seen.order.recurrence { (recurring(seen, made)) }
        @if let Some(reached) = step(seen.order) {
            ol.progress aria-label=(visit.say(Word::Progress)) {
                @for (index, word) in STEPS.into_iter().enumerate() {
                    @let done = index < reached || (index == reached && reached == STEPS.len() - 1);
                    li .done[done] aria-current=[(index == reached).then_some("step")] {
                        span.dot aria-hidden="true" {}
                        span { (visit.say(word)) }
                        @if done { span.unseen { " (" (visit.say(Word::StepDone)) ")" } }
                        @else if index == reached { span.unseen { " (" (visit.say(Word::StepNow)) ")" } }
                    }
                }
            }
        }
    }
}

/// That it was made by a recurring order, and what could not be had.
fn recurring(seen: &Seen<'_>, made: &Recurrence) -> Markup {
    let visit = seen.visit;
    html! {
        div.notice {
            p { (visit.say(Word::Recurring)) @if seen.open { " " (visit.say(Word::RecurringSkip)) } }
            @if !made.left_out.is_empty() {
                p { (visit.say(Word::LeftOut)) }
                ul { @for out in &made.left_out {
                    @let word = if out.reason == RefusalCode::NotEnoughInStock.as_str() {
                        Word::LeftOutSoldOut
                    } else {
                        Word::LeftOutNotOffered
                    };
                    li {
                        (amounts::quantity(visit, out.quantity, out.unit)) " "
                        @if out.name.is_empty() { (visit.say(Word::UnknownArticle)) } @else { (out.name) }
                        " (" (visit.say(word)) ")"
                    }
                } }
            }
        }
    }
}

const STEPS: [Word; 4] = [
    Word::StepOrdered,
    Word::StepPacking,
    Word::StepReady,
    Word::StepCollected,
];

fn pick_up(seen: &Seen<'_>) -> Markup {
    let visit = seen.visit;
    let zone = visit.settings.zone;
    let number = &seen.order.heading.number;
    html! {
        section.ticket aria-labelledby="pick-up" {
            h2 #pick-up { (visit.say(Word::PickUp)) }
            @if let Some(slot) = &seen.slot {
                p.when {
                    strong { (when::day(slot.starts_at, zone, visit.language)) }
                    br;
                    span.whole { (when::hours(slot, zone)) } " · " (visit.place_name(slot.location))
                }
            }
            @if step(seen.order).is_some() {
                (code(number, &visit.say_with(Word::CodeOf, &[("number", number)])))
                p.number { (number) }
                p.hint { (visit.say(Word::ShowAtCounter)) }
            }
            @if let Some(note) = &seen.note {
                h3 { (visit.say(Word::YourNote)) }
                p.note { (note) }
            }
        }
    }
}

/// The order's number as a QR code; the tills read it.
fn code(number: &str, label: &str) -> Markup {
    let Ok(code) = QrCode::encode_text(number, QrCodeEcc::Medium) else {
        return html! {};
    };
    let size = code.size();
    let mut path = String::new();
    for y in 0..size {
        for x in (0..size).filter(|x| code.get_module(*x, y)) {
            path.push_str(&format!("M{},{}h1v1h-1z", x + QUIET, y + QUIET));
        }
    }
    let side = size + 2 * QUIET;
    html! {
        svg.code role="img" aria-label=(label) viewBox=(format!("0 0 {side} {side}"))
            shape-rendering="crispEdges" {
            rect width=(side) height=(side) fill="#ffffff" {}
            path d=(path) fill="#000000" {}
        }
    }
}

/// The white around a code that scanners need, in modules.
const QUIET: i32 = 4;

fn goods(seen: &Seen<'_>) -> Markup {
    let visit = seen.visit;
    html! {
        section.goods aria-labelledby="goods" {
            h2 #goods { (visit.say(Word::WhatYouOrdered)) }
            ul.lines { @for line in &seen.order.lines { (line_of(seen, line)) } }
            (sums(seen))
        }
    }
}

/// What is still to be paid here, and what became of paying.
fn money(seen: &Seen<'_>) -> Result<Markup, NoEntropy> {
    let visit = seen.visit;
    let over = matches!(
        seen.order.fulfilment(),
        Fulfilment::Cancelled | Fulfilment::Expired
    );
    if is_refused(seen.order) {
        return Ok(html! {
            p { button.main.refill type="button" data-basket=(basket_of(seen)) {
                (visit.say(Word::OrderAgain))
            } }
        });
    }
    Ok(html! {
        @if seen.waits { p.notice role="status" { (visit.say(Word::PaymentWaits)) } }
        @else if !over {
            @if has_lapsed(seen) { p.notice { (visit.say(Word::Lapsed)) } }
            (paying::button(visit, seen.order, &seen.path)?)
        }
    })
}

/// Whether what was promised is promised no more, and is still due.
fn has_lapsed(seen: &Seen<'_>) -> bool {
    let standing = (seen.totals.due - seen.totals.authorised).max(Money::ZERO);
    payable(seen.order, seen.visit.now) > standing
}

/// How much of a line was ordered at first; nothing of a line that came on later.
fn ordered_first(seen: &Seen<'_>, line: &Line) -> Quantity {
    let placed = seen.placed.iter().find(|placed| placed.id == line.id);
    placed.map_or(Quantity::ZERO, |placed| placed.ordered)
}

fn line_of(seen: &Seen<'_>, line: &Line) -> Markup {
    let visit = seen.visit;
    let quantity = |quantity: Quantity| amounts::quantity(visit, quantity, line.unit);
    let off = line.wanted().is_zero();
    let before = ordered_first(seen, line);
    let is_new = before.is_zero() && line.substitutes.is_none();
    let name_of = |id| seen.order.line(id).map(|other| other.name.clone());
    let replaced_by = line.substituted_by.and_then(name_of);
    let instead_of = line.substitutes.and_then(name_of);
    let each = [
        ("quantity", quantity(line.wanted())),
        ("price", amounts::money(visit, line.price.unit_price)),
    ];
    let each: Vec<(&str, &str)> = each
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    html! {
        li .off[off] .tied[line.tied_to.is_some()] {
            div.what {
                span.named { (line.name) }
                @if !off {
                    span.each {
                        (visit.say_with(Word::Each, &each))
                        @if line.weighed.is_some() { " · " (visit.say(Word::Weighed)) }
                    }
                }
                @if is_new { span.was { (visit.say(Word::Added)) } }
                @if before != line.wanted() && !before.is_zero() {
                    span.was { (visit.say_with(Word::Was, &[("quantity", &quantity(before))])) }
                }
                @if off && replaced_by.is_none() { span.was { (visit.say(Word::TakenOff)) } }
                @if let Some(name) = replaced_by {
                    span.was { (visit.say_with(Word::ReplacedBy, &[("name", &name)])) }
                }
                @if let Some(name) = instead_of {
                    span.was { (visit.say_with(Word::InsteadOf, &[("name", &name)])) }
                }
                @if line.collected.is_positive() && line.outstanding().is_positive() {
                    span.each { (visit.say_with(Word::Fetched, &[("quantity", &quantity(line.collected))])) }
                }
            }
            b.amount { (amounts::money(visit, line.amount())) }
        }
    }
}

fn sums(seen: &Seen<'_>) -> Markup {
    let visit = seen.visit;
    let totals = &seen.totals;
    let exclusive = seen.order.heading.tax_mode == TaxMode::Exclusive;
    let payable = payable(seen.order, visit.now);
    let promised = totals.due.max(Money::ZERO) - payable;
    let due = match (totals.due.is_negative(), payable.is_positive()) {
        (true, _) => Some((Word::OwedToYou, totals.due.abs())),
        (_, true) => Some((Word::StillToPay, payable)),
        _ => None,
    };
    html! {
        dl.sums {
            @for (charge, amount) in seen.order.charge_amounts() {
                div { dt { (charge.name) } dd { (amounts::money(visit, amount)) } }
            }
            @if exclusive {
                div { dt { (visit.say(Word::Tax)) } dd { (amounts::money(visit, totals.taxed.tax_amount)) } }
            }
            div.total { dt { (visit.say(Word::Total)) } dd { (amounts::money(visit, totals.total)) } }
            @if !totals.paid.is_zero() {
                div { dt { (visit.say(Word::Paid)) } dd { (amounts::money(visit, totals.paid)) } }
            }
            @if promised.is_positive() {
                div { dt { (visit.say(Word::Authorised)) } dd { (amounts::money(visit, promised)) } }
            }
            @if let Some((word, amount)) = due {
                div.due { dt { (visit.say(word)) } dd { (amounts::money(visit, amount)) } }
            }
        }
        @if promised.is_positive() { p.hint { (visit.say(Word::AuthorisedHint)) } }
        @else if due.is_none() && totals.paid.is_positive() { p.settled { (visit.say(Word::Settled)) } }
    }
}

/// What the customer may still do here. Each form carries the id of its act, so that a second press
/// changes nothing.
fn changes(seen: &Seen<'_>) -> Result<Markup, NoEntropy> {
    let visit = seen.visit;
    let until = seen.slot.as_ref().map(|slot| slot.orders_until);
    let until = until.map(|until| when::moment(until, visit.settings.zone, visit.language));
    let address = |act: &str| visit.address(&format!("{}/{act}", seen.path));
    let lines = seen.order.lines.iter();
    let lines = lines.filter(|line| line.tied_to.is_none() && line.wanted().is_positive());
    Ok(html! {
        details.change {
            summary { (visit.say(Word::Change)) }
            form method="post" action=(address("amend")) {
                input type="hidden" name="action" value=(new_uuid(visit.now)?);
                @for line in lines { (line_field(seen, line)) }
                p.hint { (visit.say(Word::ChangeHint)) }
                button.main type="submit" { (visit.say(Word::SaveChanges)) }
            }
        }
        details.change {
            summary { (visit.say(Word::Cancel)) }
            form method="post" action=(address("cancel")) {
                input type="hidden" name="action" value=(new_uuid(visit.now)?);
                p { (visit.say(Word::CancelSure)) }
                button.danger type="submit" { (visit.say(Word::CancelYes)) }
            }
        }
        @if let Some(until) = until {
            p.hint.until { (visit.say_with(Word::ChangeUntil, &[("moment", &until)])) }
        }
    })
}

fn line_field(seen: &Seen<'_>, line: &Line) -> Markup {
    let wanted = amounts::typed(line.wanted());
    let step = if line.unit.is_measured() { "any" } else { "1" };
    let sign = comptoir_documents::format::unit_symbol(line.unit);
    let name = format!("line-{}", line.id);
    html! {
        div.line-field {
            label for=(name) { (line.name) @if let Some(sign) = sign { " (" (sign) ")" } }
            input type="hidden" name={ "was-" (line.id) } value=(wanted);
            input id=(name) name=(name) type="number" inputmode="decimal" min="0" max="1000000" step=(step)
                value=(wanted) required lang=(seen.visit.say(Word::LanguageCode));
        }
    }
}
