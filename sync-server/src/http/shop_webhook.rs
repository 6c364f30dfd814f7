//! What a connected store asks of its own webhook: what it was told, and to be told again.

use axum::Json;
use axum::extract::{Query, State};
use comptoir_domain::refusal::RefusalCode;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::error::{ApiError, ApiResult};
use super::payload::Sent;
use super::shop_access::AskingShop;
use super::{ApiState, schema};
use crate::store::{Delivery, ShopScope};

/// The most deliveries in one answer.
const DELIVERIES_MAX: u32 = 100;

const SMALL: usize = 4 * 1024;

#[derive(Debug, Deserialize, IntoParams)]
pub(super) struct DeliveriesQuery {
    /// Only those with a smaller number.
    before: Option<u64>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DeliveriesReply {
    /// The latest first.
    deliveries: Vec<DeliveryReply>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DeliveryReply {
    /// Rises in the order in which things happened.
    number: u64,
    /// The same each time that it is sent.
    id: String,
    events: Vec<String>,
    attempts: u32,
    /// Milliseconds since 1970, UTC.
    tried_at: i64,
    /// None as long as it was not taken.
    delivered_at: Option<i64>,
    /// The status of the answer, or why nobody was reached.
    answer: String,
}

impl From<Delivery> for DeliveryReply {
    fn from(delivery: Delivery) -> DeliveryReply {
        DeliveryReply {
            number: delivery.number,
            id: delivery.id,
            events: delivery.events,
            attempts: delivery.attempts,
            tried_at: delivery.tried_at.unix_ms(),
            delivered_at: delivery.delivered_at.map(|at| at.unix_ms()),
            answer: delivery.answer,
        }
    }
}

/// What the store's webhook was told.
#[utoipa::path(get, path = "/v1/shop/webhook/deliveries", params(DeliveriesQuery),
    security(("bearer" = [])), responses(
    (status = 200, description = "At most a hundred", body = DeliveriesReply),
    (status = 401, description = "No key", body = schema::ErrorReply),
    (status = 403, description = "A key without the scope", body = schema::ErrorReply),
))]
pub(super) async fn deliveries(
    State(state): State<ApiState>,
    shop: AskingShop,
    Query(query): Query<DeliveriesQuery>,
) -> ApiResult<Json<DeliveriesReply>> {
    shop.permit(ShopScope::Orders)?;
    let (hub, name) = (shop.hub.id, shop.name().to_owned());
    let found = state
        .store
        .deliveries(hub, name, query.before, DELIVERIES_MAX);
    let deliveries = found.await?.into_iter().map(DeliveryReply::from);
    Ok(Json(DeliveriesReply {
        deliveries: deliveries.collect(),
    }))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ReplayRequest {
    /// The number of the first delivery that is sent again.
    from: u64,
}

#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ReplayReply {
    from: u64,
}

/// Tells the store's webhook everything again from a number on, in the same order.
#[utoipa::path(post, path = "/v1/shop/webhook/replay", request_body = ReplayRequest,
    security(("bearer" = [])), responses(
    (status = 200, description = "It begins in a moment", body = ReplayReply),
    (status = 400, description = "No such request", body = schema::ErrorReply),
    (status = 401, description = "No key", body = schema::ErrorReply),
    (status = 403, description = "A key without the scope", body = schema::ErrorReply),
    (status = 404, description = "The store has no webhook", body = schema::ErrorReply),
))]
pub(super) async fn replay(
    State(state): State<ApiState>,
    shop: AskingShop,
    Sent(request): Sent<ReplayRequest, SMALL>,
) -> ApiResult<Json<ReplayReply>> {
    shop.permit(ShopScope::Orders)?;
    let (hub, name) = (shop.hub.id, shop.name().to_owned());
    if state.store.replay_webhook(hub, name, request.from).await? {
        Ok(Json(ReplayReply { from: request.from }))
    } else {
        Err(ApiError::refused(&RefusalCode::OrderUnknown.into()))
    }
}
