//! Paying what is due of an order, and the way to a provider's own page and back.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use comptoir_domain::ids::OrderId;
use maud::{Markup, html};

use super::amounts;
use super::failure::PageFailure;
use super::frame::{Frame, with_status};
use super::order::{self, Said};
use super::order_form::OrderForm;
use super::visit::Visit;
use super::words::Word;
use crate::entropy::{NoEntropy, new_uuid};
use crate::http::ApiState;
use crate::payments::{Paying, payable};

/// Pays what is due.
pub(super) async fn pay(
    State(state): State<ApiState>,
    OrderForm {
        visit,
        link,
        order: id,
        action,
        ..
    }: OrderForm,
) -> Result<Response, PageFailure> {
    let order = state.shop.order(&visit.hub, id).await?;
    if !visit.pays_online {
        return Ok(to_order(&state, &visit, id));
    }
    let paying = state.pay.pay_due(&visit.hub, &order, action, visit.now);
    match paying.await? {
        Paying::Waiting {
            go_to: Some(address),
        } => Ok(elsewhere(&visit, &address)),
        Paying::Yes | Paying::Waiting { go_to: None } => Ok(to_order(&state, &visit, id)),
        Paying::No => {
            let said = Said::Notice(Word::PayDueRefused);
            let page = order::page(&state, &visit, &link, Some(said)).await?;
            Ok(with_status(StatusCode::UNPROCESSABLE_ENTITY, page))
        }
    }
}

/// To the page of an order, by a new request.
pub(super) fn to_order(state: &ApiState, visit: &Visit, order: OrderId) -> Response {
    let link = state.shop.links().of(visit.hub.id, order);
    Redirect::to(&visit.address(&format!("/o/{link}"))).into_response()
}

/// A page that leads to the provider's: what a form answers may lead nowhere else by itself.
pub(super) fn elsewhere(visit: &Visit, address: &str) -> Response {
    let title = visit.say(Word::PayElsewhere);
    let content = html! {
        h1 { (title) }
        p { (visit.say(Word::PayElsewhereHint)) }
        p { a.button.main href=(address) rel="noreferrer" { (title) } }
    };
    let mut frame = Frame::new(visit, title);
    frame.elsewhere = Some("");
    frame.around(&content)
}

/// The button that pays what is due; nothing where nothing can be paid.
pub(super) fn button(
    visit: &Visit,
    order: &comptoir_domain::order::Order,
    path: &str,
) -> Result<Markup, NoEntropy> {
    let due = payable(order, visit.now);
    if !visit.pays_online || !due.is_positive() {
        return Ok(html! {});
    }
    let amount = amounts::money(visit, due);
    Ok(html! {
        form.pay method="post" action=(visit.address(&format!("{path}/pay"))) {
            input type="hidden" name="action" value=(new_uuid(visit.now)?);
            button.main type="submit" { (visit.say_with(Word::PayDue, &[("amount", &amount)])) }
        }
    })
}
