//! Staff and tills.

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
    EnrolCode, EnrolTill, GiveLogin, LoginGiven, OfficeError, Press, SaveStaff, SetPin, StaffList,
    StaffView, TillFilter, TillList, TillView,
};

/// Who works here.
#[utoipa::path(get, path = "/office/api/staff", responses(
    (status = 200, description = "As of now", body = StaffList),
    (status = 401, description = "Nobody is logged in", body = OfficeError),
    (status = 403, description = "The role does not allow it, or another site asks", body = OfficeError),
))]
pub(super) async fn staff(
    State(state): State<ApiState>,
    Reader(sitting): Reader,
) -> Answer<Json<StaffList>> {
    Ok(Json(state.office.staff(&sitting).await?))
}

/// Takes somebody on.
#[utoipa::path(post, path = "/office/api/staff", request_body = SaveStaff, responses(
    (status = 200, description = "Done, now or before", body = StaffView),
    (status = 401, description = "Nobody is logged in", body = OfficeError),
    (status = 403, description = "The role does not allow it, or another site asks", body = OfficeError),
    (status = 404, description = "There is no such thing here", body = OfficeError),
    (status = 409, description = "Changed meanwhile", body = OfficeError),
    (status = 422, description = "Cannot be so", body = OfficeError),
))]
pub(super) async fn take_on(
    State(state): State<ApiState>,
    Author(sitting): Author,
    Sent(request): Sent<SaveStaff, BODY_MAX>,
) -> Answer<Json<StaffView>> {
    Ok(Json(
        state.office.save_staff(&sitting, None, request).await?,
    ))
}

/// Changes what is known of somebody.
#[utoipa::path(post, path = "/office/api/staff/{staff}", request_body = SaveStaff, params(("staff" = Uuid, Path)), responses(
    (status = 200, description = "Done, now or before", body = StaffView),
    (status = 401, description = "Nobody is logged in", body = OfficeError),
    (status = 403, description = "The role does not allow it, or another site asks", body = OfficeError),
    (status = 404, description = "There is no such thing here", body = OfficeError),
    (status = 409, description = "Changed meanwhile", body = OfficeError),
    (status = 422, description = "Cannot be so", body = OfficeError),
))]
pub(super) async fn change(
    State(state): State<ApiState>,
    Author(sitting): Author,
    Called(staff): Called<Uuid>,
    Sent(request): Sent<SaveStaff, BODY_MAX>,
) -> Answer<Json<StaffView>> {
    Ok(Json(
        state
            .office
            .save_staff(&sitting, Some(staff), request)
            .await?,
    ))
}

/// Gives a PIN, or takes it away.
#[utoipa::path(post, path = "/office/api/staff/{staff}/pin", request_body = SetPin, params(("staff" = Uuid, Path)), responses(
    (status = 200, description = "Done, now or before", body = StaffView),
    (status = 401, description = "Nobody is logged in", body = OfficeError),
    (status = 403, description = "The role does not allow it, or another site asks", body = OfficeError),
    (status = 404, description = "There is no such thing here", body = OfficeError),
    (status = 409, description = "Changed meanwhile", body = OfficeError),
    (status = 422, description = "Cannot be so", body = OfficeError),
))]
pub(super) async fn pin(
    State(state): State<ApiState>,
    Author(sitting): Author,
    Called(staff): Called<Uuid>,
    Sent(request): Sent<SetPin, BODY_MAX>,
) -> Answer<Json<StaffView>> {
    Ok(Json(state.office.set_pin(&sitting, staff, request).await?))
}

/// Lets somebody log in; the code is shown once.
#[utoipa::path(post, path = "/office/api/staff/{staff}/login", request_body = GiveLogin, params(("staff" = Uuid, Path)), responses(
    (status = 200, description = "Done, now or before", body = LoginGiven),
    (status = 401, description = "Nobody is logged in", body = OfficeError),
    (status = 403, description = "The role does not allow it, or another site asks", body = OfficeError),
    (status = 404, description = "There is no such thing here", body = OfficeError),
    (status = 409, description = "Changed meanwhile", body = OfficeError),
    (status = 422, description = "Cannot be so", body = OfficeError),
))]
pub(super) async fn give_login(
    State(state): State<ApiState>,
    Author(sitting): Author,
    Called(staff): Called<Uuid>,
    Sent(request): Sent<GiveLogin, BODY_MAX>,
) -> Answer<Json<LoginGiven>> {
    Ok(Json(
        state.office.give_login(&sitting, staff, request).await?,
    ))
}

/// Takes a login away.
#[utoipa::path(post, path = "/office/api/staff/{staff}/login/remove", request_body = Press, params(("staff" = Uuid, Path)), responses(
    (status = 200, description = "Done, now or before", body = StaffView),
    (status = 401, description = "Nobody is logged in", body = OfficeError),
    (status = 403, description = "The role does not allow it, or another site asks", body = OfficeError),
    (status = 404, description = "There is no such thing here", body = OfficeError),
    (status = 409, description = "Changed meanwhile", body = OfficeError),
    (status = 422, description = "Cannot be so", body = OfficeError),
))]
pub(super) async fn remove_login(
    State(state): State<ApiState>,
    Author(sitting): Author,
    Called(staff): Called<Uuid>,
    Sent(request): Sent<Press, BODY_MAX>,
) -> Answer<Json<StaffView>> {
    Ok(Json(
        state.office.remove_login(&sitting, staff, request).await?,
    ))
}

/// The tills, by code.
#[utoipa::path(get, path = "/office/api/tills", params(TillFilter), responses(
    (status = 200, description = "As of now", body = TillList),
    (status = 401, description = "Nobody is logged in", body = OfficeError),
    (status = 403, description = "The role does not allow it, or another site asks", body = OfficeError),
))]
pub(super) async fn tills(
    State(state): State<ApiState>,
    Reader(sitting): Reader,
    Asked(filter): Asked<TillFilter>,
) -> Answer<Json<TillList>> {
    Ok(Json(state.office.tills(&sitting, filter).await?))
}

/// The same as a file.
pub(super) async fn tills_file(
    State(state): State<ApiState>,
    Reader(sitting): Reader,
    Asked(filter): Asked<TillFilter>,
) -> Answer<Response> {
    let table = state.office.tills_table(&sitting, filter).await?;
    file(&table)
}

/// A code that makes a device a till; shown once.
#[utoipa::path(post, path = "/office/api/tills/enrol", request_body = EnrolTill, responses(
    (status = 200, description = "Done, now or before", body = EnrolCode),
    (status = 401, description = "Nobody is logged in", body = OfficeError),
    (status = 403, description = "The role does not allow it, or another site asks", body = OfficeError),
    (status = 404, description = "There is no such thing here", body = OfficeError),
    (status = 409, description = "Changed meanwhile", body = OfficeError),
    (status = 422, description = "Cannot be so", body = OfficeError),
))]
pub(super) async fn enrol(
    State(state): State<ApiState>,
    Author(sitting): Author,
    Sent(request): Sent<EnrolTill, BODY_MAX>,
) -> Answer<Json<EnrolCode>> {
    Ok(Json(state.office.enrol_code(&sitting, request).await?))
}

/// Takes a till's rights away.
#[utoipa::path(post, path = "/office/api/tills/{till}/revoke", request_body = Press, params(("till" = Uuid, Path)), responses(
    (status = 200, description = "Done, now or before", body = TillView),
    (status = 401, description = "Nobody is logged in", body = OfficeError),
    (status = 403, description = "The role does not allow it, or another site asks", body = OfficeError),
    (status = 404, description = "There is no such thing here", body = OfficeError),
    (status = 409, description = "Changed meanwhile", body = OfficeError),
    (status = 422, description = "Cannot be so", body = OfficeError),
))]
pub(super) async fn revoke(
    State(state): State<ApiState>,
    Author(sitting): Author,
    Called(till): Called<Uuid>,
    Sent(request): Sent<Press, BODY_MAX>,
) -> Answer<Json<TillView>> {
    Ok(Json(
        state.office.revoke_till(&sitting, till, request).await?,
    ))
}
