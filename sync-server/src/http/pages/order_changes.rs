//! What customers do to their order on its page: change quantities, and cancel it.

use std::net::IpAddr;

use axum::extract::rejection::FormRejection;
use axum::extract::{Form, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use comptoir_domain::ids::{ActionId, LineId};
use comptoir_domain::quantity::Quantity;
use comptoir_domain::refusal::{Refusal, RefusalCode};
use comptoir_domain::time::Timestamp;

use super::amounts::read_typed;
use super::checkout::unreadable;
use super::failure::PageFailure;
use super::frame::with_status;
use super::order::{self, Said};
use super::visit::Visit;
use crate::http::ApiState;
use crate::http::client::ClientAddress;
use crate::shop::ShopError;

/// A form whose fields are named after the lines of an order.
pub(super) type Fields = Vec<(String, String)>;

/// Nobody orders or changes something every second.
pub(super) fn slow_down(
    state: &ApiState,
    client: IpAddr,
    now: Timestamp,
) -> Result<(), PageFailure> {
    if let Some(wait_s) = state.order_tries.wait_of(&client, now) {
        return Err(PageFailure::TooOften(wait_s));
    }
    state.order_tries.count(client, now);
    Ok(())
}

/// Changes quantities.
pub(super) async fn amend(
    State(state): State<ApiState>,
    ClientAddress(client): ClientAddress,
    visit: Visit,
    Path((_, link)): Path<(String, String)>,
    form: Result<Form<Fields>, FormRejection>,
) -> Result<Response, PageFailure> {
    slow_down(&state, client, visit.now)?;
    let id = order::named_by(&state, &visit, &link)?;
    let Form(fields) = form.map_err(|rejection| unreadable(&rejection))?;
    let action = action_of(&fields)?;
    let outcome = match changes(&fields) {
        Ok(lines) => {
            let amended = state.shop.amend(&visit.hub, action, id, lines, &[]);
            amended.await.map(|_| ())
        }
        Err(refusal) => Err(refusal.into()),
    };
    answer(&state, &visit, &link, outcome).await
}

/// Calls the order off.
pub(super) async fn cancel(
    State(state): State<ApiState>,
    ClientAddress(client): ClientAddress,
    visit: Visit,
    Path((_, link)): Path<(String, String)>,
    form: Result<Form<Fields>, FormRejection>,
) -> Result<Response, PageFailure> {
    slow_down(&state, client, visit.now)?;
    let id = order::named_by(&state, &visit, &link)?;
    let Form(fields) = form.map_err(|rejection| unreadable(&rejection))?;
    let action = action_of(&fields)?;
    let outcome = state.shop.cancel(&visit.hub, action, id).await.map(|_| ());
    answer(&state, &visit, &link, outcome).await
}

/// The order as it is now: by a new request where it was changed, with the reason where it was not.
async fn answer(
    state: &ApiState,
    visit: &Visit,
    link: &str,
    outcome: Result<(), ShopError>,
) -> Result<Response, PageFailure> {
    match outcome {
        Ok(()) => {
            let address = visit.address(&format!("/o/{link}"));
            Ok(Redirect::to(&address).into_response())
        }
        Err(ShopError::Refused(refusal)) => {
            let page = order::page(state, visit, link, Some(Said::Refused(&refusal))).await?;
            Ok(with_status(StatusCode::UNPROCESSABLE_ENTITY, page))
        }
        Err(other) => Err(other.into()),
    }
}

fn value<'a>(fields: &'a Fields, name: &str) -> Option<&'a str> {
    let mut fields = fields.iter();
    let found = fields.find(|(known, _)| known == name);
    found.map(|(_, value)| value.as_str())
}

pub(super) fn action_of(fields: &Fields) -> Result<ActionId, PageFailure> {
    let action = value(fields, "action").and_then(|action| action.parse().ok());
    action.ok_or(PageFailure::Malformed)
}

/// The lines whose quantity is another than the page showed: what the counter changed meanwhile stays.
fn changes(fields: &Fields) -> Result<Vec<(LineId, Quantity)>, Refusal> {
    let mut changes = Vec::new();
    for (name, typed) in fields {
        let Some(line) = name.strip_prefix("line-") else {
            continue;
        };
        let typed = read_typed(typed).ok_or(RefusalCode::QuantityNotPositive)?;
        let shown = value(fields, &format!("was-{line}")).and_then(read_typed);
        let line: LineId = line.parse().map_err(|_| RefusalCode::LineUnknown)?;
        if shown != Some(typed) {
            changes.push((line, typed));
        }
    }
    if changes.is_empty() {
        return Err(RefusalCode::NothingChanged.into());
    }
    Ok(changes)
}
