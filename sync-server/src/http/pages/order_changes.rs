//! What customers do to their order on its page: change quantities, and cancel it.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use comptoir_domain::ids::LineId;
use comptoir_domain::quantity::Quantity;
use comptoir_domain::refusal::{Refusal, RefusalCode};

use super::amounts::read_typed;
use super::failure::PageFailure;
use super::frame::with_status;
use super::order::{self, Said};
use super::order_form::{Fields, OrderForm, value};
use crate::http::ApiState;
use crate::shop::ShopError;

/// Changes quantities.
pub(super) async fn amend(
    State(state): State<ApiState>,
    form: OrderForm,
) -> Result<Response, PageFailure> {
    let outcome = match changes(&form.fields) {
        Ok(lines) => {
            let hub = &form.visit.hub;
            let amended = state.shop.amend(hub, form.action, form.order, lines, &[]);
            amended.await.map(|_| ())
        }
        Err(refusal) => Err(refusal.into()),
    };
    answer(&state, &form, outcome).await
}

/// Calls the order off.
pub(super) async fn cancel(
    State(state): State<ApiState>,
    form: OrderForm,
) -> Result<Response, PageFailure> {
    let hub = &form.visit.hub;
    let cancelled = state.shop.cancel(hub, form.action, form.order).await;
    answer(&state, &form, cancelled.map(|_| ())).await
}

/// The order as it is now: by a new request where it was changed, with the reason where it was not.
async fn answer(
    state: &ApiState,
    form: &OrderForm,
    outcome: Result<(), ShopError>,
) -> Result<Response, PageFailure> {
    let OrderForm { visit, link, .. } = form;
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
