//! Orders and the first page.

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use uuid::Uuid;

use super::BODY_MAX;
use super::asking::{Author, Reader};
use super::failure::Answer;
use super::sent::{Asked, Called, Sent};
use super::tables::file;
use crate::http::ApiState;
use crate::office::wire::{
    AmendOrder, CancelOrder, HomeView, MarkReady, MoveSlot, NoteOrder, OfficeError, OrderFilter,
    OrderList, OrderView, PageQuery, RefundOrder,
};

/// One number for each area that needs somebody.
#[utoipa::path(get, path = "/office/api/home", responses(
    (status = 200, description = "As of now", body = HomeView),
    (status = 401, description = "Nobody is logged in", body = OfficeError),
    (status = 403, description = "The role does not allow it, or another site asks", body = OfficeError),
))]
pub(super) async fn home(
    State(state): State<ApiState>,
    Reader(sitting): Reader,
) -> Answer<Json<HomeView>> {
    Ok(Json(state.office.home(&sitting).await?))
}

/// Orders, the youngest first.
#[utoipa::path(get, path = "/office/api/orders", params(OrderFilter, PageQuery), responses(
    (status = 200, description = "As of now", body = OrderList),
    (status = 401, description = "Nobody is logged in", body = OfficeError),
    (status = 403, description = "The role does not allow it, or another site asks", body = OfficeError),
))]
pub(super) async fn orders(
    State(state): State<ApiState>,
    Reader(sitting): Reader,
    Asked(filter): Asked<OrderFilter>,
    Asked(page): Asked<PageQuery>,
) -> Answer<Json<OrderList>> {
    Ok(Json(state.office.orders(&sitting, filter, page).await?))
}

/// The same as a file.
pub(super) async fn orders_file(
    State(state): State<ApiState>,
    Reader(sitting): Reader,
    Asked(filter): Asked<OrderFilter>,
    Asked(page): Asked<PageQuery>,
) -> Answer<Response> {
    let table = state.office.orders_table(&sitting, filter, page).await?;
    file(&table)
}

/// One order with everything that happened to it.
#[utoipa::path(get, path = "/office/api/orders/{order}", params(("order" = Uuid, Path)), responses(
    (status = 200, description = "As of now", body = OrderView),
    (status = 401, description = "Nobody is logged in", body = OfficeError),
    (status = 403, description = "The role does not allow it, or another site asks", body = OfficeError),
    (status = 404, description = "There is no such thing here", body = OfficeError),
))]
pub(super) async fn order(
    State(state): State<ApiState>,
    Reader(sitting): Reader,
    Called(order): Called<Uuid>,
) -> Answer<Json<OrderView>> {
    Ok(Json(state.office.order(&sitting, order).await?))
}

/// Changes what is on an order.
#[utoipa::path(post, path = "/office/api/orders/{order}/amend", request_body = AmendOrder, params(("order" = Uuid, Path)), responses(
    (status = 200, description = "Done, now or before", body = OrderView),
    (status = 401, description = "Nobody is logged in", body = OfficeError),
    (status = 403, description = "The role does not allow it, or another site asks", body = OfficeError),
    (status = 404, description = "There is no such thing here", body = OfficeError),
    (status = 409, description = "Changed meanwhile", body = OfficeError),
    (status = 422, description = "Cannot be so", body = OfficeError),
))]
pub(super) async fn amend(
    State(state): State<ApiState>,
    Author(sitting): Author,
    Called(order): Called<Uuid>,
    Sent(request): Sent<AmendOrder, BODY_MAX>,
) -> Answer<Json<OrderView>> {
    Ok(Json(
        state.office.amend_order(&sitting, order, request).await?,
    ))
}

/// Calls an order off.
#[utoipa::path(post, path = "/office/api/orders/{order}/cancel", request_body = CancelOrder, params(("order" = Uuid, Path)), responses(
    (status = 200, description = "Done, now or before", body = OrderView),
    (status = 401, description = "Nobody is logged in", body = OfficeError),
    (status = 403, description = "The role does not allow it, or another site asks", body = OfficeError),
    (status = 404, description = "There is no such thing here", body = OfficeError),
    (status = 409, description = "Changed meanwhile", body = OfficeError),
    (status = 422, description = "Cannot be so", body = OfficeError),
))]
pub(super) async fn cancel(
    State(state): State<ApiState>,
    Author(sitting): Author,
    Called(order): Called<Uuid>,
    Sent(request): Sent<CancelOrder, BODY_MAX>,
) -> Answer<Json<OrderView>> {
    Ok(Json(
        state.office.cancel_order(&sitting, order, request).await?,
    ))
}

/// Writes something on an order.
#[utoipa::path(post, path = "/office/api/orders/{order}/note", request_body = NoteOrder, params(("order" = Uuid, Path)), responses(
    (status = 200, description = "Done, now or before", body = OrderView),
    (status = 401, description = "Nobody is logged in", body = OfficeError),
    (status = 403, description = "The role does not allow it, or another site asks", body = OfficeError),
    (status = 404, description = "There is no such thing here", body = OfficeError),
    (status = 409, description = "Changed meanwhile", body = OfficeError),
    (status = 422, description = "Cannot be so", body = OfficeError),
))]
pub(super) async fn note(
    State(state): State<ApiState>,
    Author(sitting): Author,
    Called(order): Called<Uuid>,
    Sent(request): Sent<NoteOrder, BODY_MAX>,
) -> Answer<Json<OrderView>> {
    Ok(Json(
        state.office.note_order(&sitting, order, request).await?,
    ))
}

/// The basket stands ready.
#[utoipa::path(post, path = "/office/api/orders/{order}/ready", request_body = MarkReady, params(("order" = Uuid, Path)), responses(
    (status = 200, description = "Done, now or before", body = OrderView),
    (status = 401, description = "Nobody is logged in", body = OfficeError),
    (status = 403, description = "The role does not allow it, or another site asks", body = OfficeError),
    (status = 404, description = "There is no such thing here", body = OfficeError),
    (status = 409, description = "Changed meanwhile", body = OfficeError),
    (status = 422, description = "Cannot be so", body = OfficeError),
))]
pub(super) async fn ready(
    State(state): State<ApiState>,
    Author(sitting): Author,
    Called(order): Called<Uuid>,
    Sent(request): Sent<MarkReady, BODY_MAX>,
) -> Answer<Json<OrderView>> {
    Ok(Json(
        state.office.mark_ready(&sitting, order, request).await?,
    ))
}

/// Fetched at another time or place.
#[utoipa::path(post, path = "/office/api/orders/{order}/slot", request_body = MoveSlot, params(("order" = Uuid, Path)), responses(
    (status = 200, description = "Done, now or before", body = OrderView),
    (status = 401, description = "Nobody is logged in", body = OfficeError),
    (status = 403, description = "The role does not allow it, or another site asks", body = OfficeError),
    (status = 404, description = "There is no such thing here", body = OfficeError),
    (status = 409, description = "Changed meanwhile", body = OfficeError),
    (status = 422, description = "Cannot be so", body = OfficeError),
))]
pub(super) async fn slot(
    State(state): State<ApiState>,
    Author(sitting): Author,
    Called(order): Called<Uuid>,
    Sent(request): Sent<MoveSlot, BODY_MAX>,
) -> Answer<Json<OrderView>> {
    Ok(Json(
        state.office.move_order(&sitting, order, request).await?,
    ))
}

/// Gives back what is owed.
#[utoipa::path(post, path = "/office/api/orders/{order}/refund", request_body = RefundOrder, params(("order" = Uuid, Path)), responses(
    (status = 200, description = "Done, now or before", body = OrderView),
    (status = 401, description = "Nobody is logged in", body = OfficeError),
    (status = 403, description = "The role does not allow it, or another site asks", body = OfficeError),
    (status = 404, description = "There is no such thing here", body = OfficeError),
    (status = 409, description = "Changed meanwhile", body = OfficeError),
    (status = 422, description = "Cannot be so", body = OfficeError),
))]
pub(super) async fn refund(
    State(state): State<ApiState>,
    Author(sitting): Author,
    Called(order): Called<Uuid>,
    Sent(request): Sent<RefundOrder, BODY_MAX>,
) -> Answer<Json<OrderView>> {
    Ok(Json(
        state.office.refund_order(&sitting, order, request).await?,
    ))
}
