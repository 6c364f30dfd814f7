//! A form that customers send from the page of their order.

use std::net::IpAddr;

use axum::extract::{Form, FromRequest, FromRequestParts, Path, Request};
use comptoir_domain::ids::{ActionId, OrderId};
use comptoir_domain::time::Timestamp;

use super::checkout::unreadable;
use super::failure::PageFailure;
use super::order;
use super::visit::Visit;
use crate::http::ApiState;
use crate::http::client::ClientAddress;

/// A form whose fields are named after the lines of an order.
pub(super) type Fields = Vec<(String, String)>;

/// What was pressed on the page of an order, by somebody who has its link and does not press too often.
#[derive(Debug)]
pub(super) struct OrderForm {
    pub(super) visit: Visit,
    /// The secret part of the order's address.
    pub(super) link: String,
    pub(super) order: OrderId,
    pub(super) action: ActionId,
    pub(super) fields: Fields,
}

impl FromRequest<ApiState> for OrderForm {
    type Rejection = PageFailure;

    async fn from_request(request: Request, state: &ApiState) -> Result<OrderForm, PageFailure> {
        let (mut parts, body) = request.into_parts();
        let client = ClientAddress::from_request_parts(&mut parts, state).await;
        let ClientAddress(client) = client.map_err(|_| PageFailure::Unavailable)?;
        let visit = Visit::from_request_parts(&mut parts, state).await?;
        let path = Path::<(String, String)>::from_request_parts(&mut parts, state).await;
        let Path((_, link)) = path.map_err(|_| PageFailure::NotFound)?;
        slow_down(state, client, visit.now)?;
        let order = order::named_by(state, &visit, &link)?;
        let request = Request::from_parts(parts, body);
        let form = Form::<Fields>::from_request(request, state).await;
        let Form(fields) = form.map_err(|rejection| unreadable(&rejection))?;
        let action = value(&fields, "action").and_then(|action| action.parse().ok());
        Ok(OrderForm {
            visit,
            link,
            order,
            action: action.ok_or(PageFailure::Malformed)?,
            fields,
        })
    }
}

/// What stands in a field.
pub(super) fn value<'a>(fields: &'a Fields, name: &str) -> Option<&'a str> {
    let mut fields = fields.iter();
    let found = fields.find(|(known, _)| known == name);
    found.map(|(_, value)| value.as_str())
}

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
