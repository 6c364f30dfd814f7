//! Customers and their personal data.

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
    CustomerExport, CustomerFilter, CustomerList, CustomerView, ForgetCustomer, ForgottenView,
    OfficeError, PageQuery, SaveCustomer,
};

/// Customers, by name.
#[utoipa::path(get, path = "/office/api/customers", params(CustomerFilter, PageQuery), responses(
    (status = 200, description = "As of now", body = CustomerList),
    (status = 401, description = "Nobody is logged in", body = OfficeError),
    (status = 403, description = "The role does not allow it, or another site asks", body = OfficeError),
))]
pub(super) async fn customers(
    State(state): State<ApiState>,
    Reader(sitting): Reader,
    Asked(filter): Asked<CustomerFilter>,
    Asked(page): Asked<PageQuery>,
) -> Answer<Json<CustomerList>> {
    Ok(Json(state.office.customers(&sitting, filter, page).await?))
}

/// The same as a file.
pub(super) async fn customers_file(
    State(state): State<ApiState>,
    Reader(sitting): Reader,
    Asked(filter): Asked<CustomerFilter>,
    Asked(page): Asked<PageQuery>,
) -> Answer<Response> {
    let table = state.office.customers_table(&sitting, filter, page).await?;
    file(&table)
}

/// One customer with orders and credit.
#[utoipa::path(get, path = "/office/api/customers/{customer}", params(("customer" = Uuid, Path)), responses(
    (status = 200, description = "As of now", body = CustomerView),
    (status = 401, description = "Nobody is logged in", body = OfficeError),
    (status = 403, description = "The role does not allow it, or another site asks", body = OfficeError),
    (status = 404, description = "There is no such thing here", body = OfficeError),
))]
pub(super) async fn customer(
    State(state): State<ApiState>,
    Reader(sitting): Reader,
    Called(customer): Called<Uuid>,
) -> Answer<Json<CustomerView>> {
    Ok(Json(state.office.customer(&sitting, customer).await?))
}

/// Makes a customer.
#[utoipa::path(post, path = "/office/api/customers", request_body = SaveCustomer, responses(
    (status = 200, description = "Done, now or before", body = CustomerView),
    (status = 401, description = "Nobody is logged in", body = OfficeError),
    (status = 403, description = "The role does not allow it, or another site asks", body = OfficeError),
    (status = 404, description = "There is no such thing here", body = OfficeError),
    (status = 409, description = "Changed meanwhile", body = OfficeError),
    (status = 422, description = "Cannot be so", body = OfficeError),
))]
pub(super) async fn make(
    State(state): State<ApiState>,
    Author(sitting): Author,
    Sent(request): Sent<SaveCustomer, BODY_MAX>,
) -> Answer<Json<CustomerView>> {
    Ok(Json(
        state.office.save_customer(&sitting, None, request).await?,
    ))
}

/// Changes a customer.
#[utoipa::path(post, path = "/office/api/customers/{customer}", request_body = SaveCustomer, params(("customer" = Uuid, Path)), responses(
    (status = 200, description = "Done, now or before", body = CustomerView),
    (status = 401, description = "Nobody is logged in", body = OfficeError),
    (status = 403, description = "The role does not allow it, or another site asks", body = OfficeError),
    (status = 404, description = "There is no such thing here", body = OfficeError),
    (status = 409, description = "Changed meanwhile", body = OfficeError),
    (status = 422, description = "Cannot be so", body = OfficeError),
))]
pub(super) async fn change(
    State(state): State<ApiState>,
    Author(sitting): Author,
    Called(customer): Called<Uuid>,
    Sent(request): Sent<SaveCustomer, BODY_MAX>,
) -> Answer<Json<CustomerView>> {
    Ok(Json(
        state
            .office
            .save_customer(&sitting, Some(customer), request)
            .await?,
    ))
}

/// Everything that is kept of a person.
#[utoipa::path(get, path = "/office/api/customers/{customer}/export", params(("customer" = Uuid, Path)), responses(
    (status = 200, description = "As of now", body = CustomerExport),
    (status = 401, description = "Nobody is logged in", body = OfficeError),
    (status = 403, description = "The role does not allow it, or another site asks", body = OfficeError),
    (status = 404, description = "There is no such thing here", body = OfficeError),
))]
pub(super) async fn export(
    State(state): State<ApiState>,
    Reader(sitting): Reader,
    Called(customer): Called<Uuid>,
) -> Answer<Json<CustomerExport>> {
    Ok(Json(
        state.office.export_customer(&sitting, customer).await?,
    ))
}

/// Forgets who somebody is.
#[utoipa::path(post, path = "/office/api/customers/{customer}/forget", request_body = ForgetCustomer, params(("customer" = Uuid, Path)), responses(
    (status = 200, description = "Done, now or before", body = ForgottenView),
    (status = 401, description = "Nobody is logged in", body = OfficeError),
    (status = 403, description = "The role does not allow it, or another site asks", body = OfficeError),
    (status = 404, description = "There is no such thing here", body = OfficeError),
    (status = 409, description = "Changed meanwhile", body = OfficeError),
    (status = 422, description = "Cannot be so", body = OfficeError),
))]
pub(super) async fn forget(
    State(state): State<ApiState>,
    Author(sitting): Author,
    Called(customer): Called<Uuid>,
    Sent(request): Sent<ForgetCustomer, BODY_MAX>,
) -> Answer<Json<ForgottenView>> {
    Ok(Json(
        state
            .office
            .forget_customer(&sitting, customer, request)
            .await?,
    ))
}
