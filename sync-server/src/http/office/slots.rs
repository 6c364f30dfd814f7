//! Slots, places and pick lists.

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
    OfficeError, PageQuery, PickListView, PlaceList, SavePlace, SaveSlot, SlotFilter, SlotList,
    SlotView,
};

/// Slots, the earliest first.
#[utoipa::path(get, path = "/office/api/slots", params(SlotFilter, PageQuery), responses(
    (status = 200, description = "As of now", body = SlotList),
    (status = 401, description = "Nobody is logged in", body = OfficeError),
    (status = 403, description = "The role does not allow it, or another site asks", body = OfficeError),
))]
pub(super) async fn slots(
    State(state): State<ApiState>,
    Reader(sitting): Reader,
    Asked(filter): Asked<SlotFilter>,
    Asked(page): Asked<PageQuery>,
) -> Answer<Json<SlotList>> {
    Ok(Json(state.office.slots(&sitting, filter, page).await?))
}

/// The same as a file.
pub(super) async fn slots_file(
    State(state): State<ApiState>,
    Reader(sitting): Reader,
    Asked(filter): Asked<SlotFilter>,
    Asked(page): Asked<PageQuery>,
) -> Answer<Response> {
    let table = state.office.slots_table(&sitting, filter, page).await?;
    file(&table)
}

/// Opens a slot.
#[utoipa::path(post, path = "/office/api/slots", request_body = SaveSlot, responses(
    (status = 200, description = "Done, now or before", body = SlotView),
    (status = 401, description = "Nobody is logged in", body = OfficeError),
    (status = 403, description = "The role does not allow it, or another site asks", body = OfficeError),
    (status = 404, description = "There is no such thing here", body = OfficeError),
    (status = 409, description = "Changed meanwhile", body = OfficeError),
    (status = 422, description = "Cannot be so", body = OfficeError),
))]
pub(super) async fn open(
    State(state): State<ApiState>,
    Author(sitting): Author,
    Sent(request): Sent<SaveSlot, BODY_MAX>,
) -> Answer<Json<SlotView>> {
    Ok(Json(state.office.save_slot(&sitting, None, request).await?))
}

/// Changes a slot.
#[utoipa::path(post, path = "/office/api/slots/{slot}", request_body = SaveSlot, params(("slot" = Uuid, Path)), responses(
    (status = 200, description = "Done, now or before", body = SlotView),
    (status = 401, description = "Nobody is logged in", body = OfficeError),
    (status = 403, description = "The role does not allow it, or another site asks", body = OfficeError),
    (status = 404, description = "There is no such thing here", body = OfficeError),
    (status = 409, description = "Changed meanwhile", body = OfficeError),
    (status = 422, description = "Cannot be so", body = OfficeError),
))]
pub(super) async fn change(
    State(state): State<ApiState>,
    Author(sitting): Author,
    Called(slot): Called<Uuid>,
    Sent(request): Sent<SaveSlot, BODY_MAX>,
) -> Answer<Json<SlotView>> {
    Ok(Json(
        state
            .office
            .save_slot(&sitting, Some(slot), request)
            .await?,
    ))
}

/// What is to be packed for a slot.
#[utoipa::path(get, path = "/office/api/slots/{slot}/pick-list", params(("slot" = Uuid, Path)), responses(
    (status = 200, description = "As of now", body = PickListView),
    (status = 401, description = "Nobody is logged in", body = OfficeError),
    (status = 403, description = "The role does not allow it, or another site asks", body = OfficeError),
    (status = 404, description = "There is no such thing here", body = OfficeError),
))]
pub(super) async fn pick_list(
    State(state): State<ApiState>,
    Reader(sitting): Reader,
    Called(slot): Called<Uuid>,
) -> Answer<Json<PickListView>> {
    Ok(Json(state.office.pick_list(&sitting, slot).await?))
}

/// The places where orders are fetched.
#[utoipa::path(get, path = "/office/api/places", responses(
    (status = 200, description = "As of now", body = PlaceList),
    (status = 401, description = "Nobody is logged in", body = OfficeError),
    (status = 403, description = "The role does not allow it, or another site asks", body = OfficeError),
))]
pub(super) async fn places(
    State(state): State<ApiState>,
    Reader(sitting): Reader,
) -> Answer<Json<PlaceList>> {
    Ok(Json(state.office.places(&sitting).await?))
}

/// Opens a place.
#[utoipa::path(post, path = "/office/api/places", request_body = SavePlace, responses(
    (status = 200, description = "Done, now or before", body = PlaceList),
    (status = 401, description = "Nobody is logged in", body = OfficeError),
    (status = 403, description = "The role does not allow it, or another site asks", body = OfficeError),
    (status = 404, description = "There is no such thing here", body = OfficeError),
    (status = 409, description = "Changed meanwhile", body = OfficeError),
    (status = 422, description = "Cannot be so", body = OfficeError),
))]
pub(super) async fn open_place(
    State(state): State<ApiState>,
    Author(sitting): Author,
    Sent(request): Sent<SavePlace, BODY_MAX>,
) -> Answer<Json<PlaceList>> {
    Ok(Json(
        state.office.save_place(&sitting, None, request).await?,
    ))
}

/// Changes a place.
#[utoipa::path(post, path = "/office/api/places/{place}", request_body = SavePlace, params(("place" = Uuid, Path)), responses(
    (status = 200, description = "Done, now or before", body = PlaceList),
    (status = 401, description = "Nobody is logged in", body = OfficeError),
    (status = 403, description = "The role does not allow it, or another site asks", body = OfficeError),
    (status = 404, description = "There is no such thing here", body = OfficeError),
    (status = 409, description = "Changed meanwhile", body = OfficeError),
    (status = 422, description = "Cannot be so", body = OfficeError),
))]
pub(super) async fn change_place(
    State(state): State<ApiState>,
    Author(sitting): Author,
    Called(place): Called<Uuid>,
    Sent(request): Sent<SavePlace, BODY_MAX>,
) -> Answer<Json<PlaceList>> {
    Ok(Json(
        state
            .office
            .save_place(&sitting, Some(place), request)
            .await?,
    ))
}

/// By what a pick list is sorted.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
pub(super) struct PickBy {
    by: String,
}

/// A pick list as a file.
pub(super) async fn pick_list_file(
    State(state): State<ApiState>,
    Reader(sitting): Reader,
    Called(slot): Called<Uuid>,
    Asked(asked): Asked<PickBy>,
) -> Answer<Response> {
    let by_order = asked.by == "order";
    let table = state
        .office
        .pick_list_table(&sitting, slot, by_order)
        .await?;
    file(&table)
}
