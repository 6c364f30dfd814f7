//! Products and their stock.

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
    EnterStock, MoveFilter, MoveList, OfficeError, PageQuery, ProductFilter, ProductList,
    ProductView, SaveProduct, StockEntered,
};

/// Products, by name.
#[utoipa::path(get, path = "/office/api/products", params(ProductFilter, PageQuery), responses(
    (status = 200, description = "As of now", body = ProductList),
    (status = 401, description = "Nobody is logged in", body = OfficeError),
    (status = 403, description = "The role does not allow it, or another site asks", body = OfficeError),
))]
pub(super) async fn products(
    State(state): State<ApiState>,
    Reader(sitting): Reader,
    Asked(filter): Asked<ProductFilter>,
    Asked(page): Asked<PageQuery>,
) -> Answer<Json<ProductList>> {
    Ok(Json(state.office.products(&sitting, filter, page).await?))
}

/// The same as a file.
pub(super) async fn products_file(
    State(state): State<ApiState>,
    Reader(sitting): Reader,
    Asked(filter): Asked<ProductFilter>,
    Asked(page): Asked<PageQuery>,
) -> Answer<Response> {
    let table = state.office.products_table(&sitting, filter, page).await?;
    file(&table)
}

/// One product with its stock.
#[utoipa::path(get, path = "/office/api/products/{variant}", params(("variant" = Uuid, Path)), responses(
    (status = 200, description = "As of now", body = ProductView),
    (status = 401, description = "Nobody is logged in", body = OfficeError),
    (status = 403, description = "The role does not allow it, or another site asks", body = OfficeError),
    (status = 404, description = "There is no such thing here", body = OfficeError),
))]
pub(super) async fn product(
    State(state): State<ApiState>,
    Reader(sitting): Reader,
    Called(variant): Called<Uuid>,
) -> Answer<Json<ProductView>> {
    Ok(Json(state.office.product(&sitting, variant).await?))
}

/// Makes a product.
#[utoipa::path(post, path = "/office/api/products", request_body = SaveProduct, responses(
    (status = 200, description = "Done, now or before", body = ProductView),
    (status = 401, description = "Nobody is logged in", body = OfficeError),
    (status = 403, description = "The role does not allow it, or another site asks", body = OfficeError),
    (status = 404, description = "There is no such thing here", body = OfficeError),
    (status = 409, description = "Changed meanwhile", body = OfficeError),
    (status = 422, description = "Cannot be so", body = OfficeError),
))]
pub(super) async fn make(
    State(state): State<ApiState>,
    Author(sitting): Author,
    Sent(request): Sent<SaveProduct, BODY_MAX>,
) -> Answer<Json<ProductView>> {
    Ok(Json(
        state.office.save_product(&sitting, None, request).await?,
    ))
}

/// Changes a product.
#[utoipa::path(post, path = "/office/api/products/{variant}", request_body = SaveProduct, params(("variant" = Uuid, Path)), responses(
    (status = 200, description = "Done, now or before", body = ProductView),
    (status = 401, description = "Nobody is logged in", body = OfficeError),
    (status = 403, description = "The role does not allow it, or another site asks", body = OfficeError),
    (status = 404, description = "There is no such thing here", body = OfficeError),
    (status = 409, description = "Changed meanwhile", body = OfficeError),
    (status = 422, description = "Cannot be so", body = OfficeError),
))]
pub(super) async fn change(
    State(state): State<ApiState>,
    Author(sitting): Author,
    Called(variant): Called<Uuid>,
    Sent(request): Sent<SaveProduct, BODY_MAX>,
) -> Answer<Json<ProductView>> {
    Ok(Json(
        state
            .office
            .save_product(&sitting, Some(variant), request)
            .await?,
    ))
}

/// How the figure at a place came about.
#[utoipa::path(get, path = "/office/api/products/{variant}/moves", params(("variant" = Uuid, Path), MoveFilter, PageQuery), responses(
    (status = 200, description = "As of now", body = MoveList),
    (status = 401, description = "Nobody is logged in", body = OfficeError),
    (status = 403, description = "The role does not allow it, or another site asks", body = OfficeError),
    (status = 404, description = "There is no such thing here", body = OfficeError),
))]
pub(super) async fn moves(
    State(state): State<ApiState>,
    Reader(sitting): Reader,
    Called(variant): Called<Uuid>,
    Asked(filter): Asked<MoveFilter>,
    Asked(page): Asked<PageQuery>,
) -> Answer<Json<MoveList>> {
    Ok(Json(
        state.office.moves(&sitting, variant, filter, page).await?,
    ))
}

/// The same as a file.
pub(super) async fn moves_file(
    State(state): State<ApiState>,
    Reader(sitting): Reader,
    Called(variant): Called<Uuid>,
    Asked(filter): Asked<MoveFilter>,
    Asked(page): Asked<PageQuery>,
) -> Answer<Response> {
    let table = state
        .office
        .moves_table(&sitting, variant, filter, page)
        .await?;
    file(&table)
}

/// Writes down what became of goods.
#[utoipa::path(post, path = "/office/api/stock", request_body = EnterStock, responses(
    (status = 200, description = "Done, now or before", body = StockEntered),
    (status = 401, description = "Nobody is logged in", body = OfficeError),
    (status = 403, description = "The role does not allow it, or another site asks", body = OfficeError),
    (status = 404, description = "There is no such thing here", body = OfficeError),
    (status = 409, description = "Changed meanwhile", body = OfficeError),
    (status = 422, description = "Cannot be so", body = OfficeError),
))]
pub(super) async fn enter(
    State(state): State<ApiState>,
    Author(sitting): Author,
    Sent(request): Sent<EnterStock, BODY_MAX>,
) -> Answer<Json<StockEntered>> {
    Ok(Json(state.office.enter_stock(&sitting, request).await?))
}
