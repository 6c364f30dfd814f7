//! The order page: a hub's own shop, for people with a browser. Pages are made here from what the shop
//! says; a little script in them keeps the basket. Everything can be read without it.

mod amounts;
mod assets;
mod basket;
mod checkout;
mod failure;
mod frame;
mod home;
mod order;
mod order_changes;
mod order_form;
mod origin;
mod paying;
mod pictures;
mod product;
mod sentences;
mod visit;
mod when;
mod words;

use axum::Router;
use axum::extract::{DefaultBodyLimit, State};
use axum::middleware;
use axum::response::Redirect;
use axum::routing::get;

use self::failure::PageFailure;
pub(super) use self::origin::is_own as is_own_page;
use super::ApiState;

/// The largest form, in bytes: a full basket with a long note.
const FORM_MAX: usize = 64 * 1024;

/// The pages with their limits and headers.
pub(super) fn routes(state: &ApiState) -> Router<ApiState> {
    Router::new()
        .route("/", get(door))
        .route(assets::ROUTE, get(assets::asset))
        .route("/shop/{hub}", get(home::home))
        .route("/shop/{hub}/p/{variant}", get(product::product))
        .route("/shop/{hub}/pictures/{name}", get(pictures::picture))
        .route("/shop/{hub}/quote", get(basket::quote))
        .route("/shop/{hub}/checkout", get(checkout::checkout))
        // Who reloads a page that came as an answer to a form asks for it without the form.
        .route(
            "/shop/{hub}/orders",
            get(checkout::checkout).post(checkout::place),
        )
        .route("/shop/{hub}/o/{link}", get(order::order))
        .route(
            "/shop/{hub}/o/{link}/amend",
            get(order::order).post(order_changes::amend),
        )
        .route(
            "/shop/{hub}/o/{link}/cancel",
            get(order::order).post(order_changes::cancel),
        )
        .route(
            "/shop/{hub}/o/{link}/pay",
            get(order::order).post(paying::pay),
        )
        .route("/shop/{hub}/{*nowhere}", get(nowhere))
        .layer(DefaultBodyLimit::max(FORM_MAX))
        .layer(middleware::from_fn_with_state(
            state.clone(),
            origin::own_forms_only,
        ))
        .layer(middleware::from_fn(frame::dressed))
}

/// Where there is one hub, its shop is the way in.
async fn door(State(state): State<ApiState>) -> Result<Redirect, PageFailure> {
    let hub = state.shop.only_hub().await?.ok_or(PageFailure::NotFound)?;
    Ok(Redirect::temporary(&format!("/shop/{}", hub.id)))
}

async fn nowhere() -> PageFailure {
    PageFailure::NotFound
}
