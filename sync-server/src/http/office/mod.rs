//! The office's HTTP face: its pages, and what they ask for.

#[macro_use]
mod calls;

mod asking;
mod customers;
mod failure;
mod files;
mod goods;
mod orders;
mod people;
mod recurring;
mod sent;
mod session;
mod slots;
mod tables;
mod upkeep;
mod webhooks;

use axum::Router;
use axum::http::{HeaderValue, header};
use axum::middleware;
use axum::response::Response;
use axum::routing::get;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use self::failure::Failure;
use self::sent::Sent;
use super::ApiState;

/// The largest body that pages send, in bytes.
const BODY_MAX: usize = 256 * 1024;

/// What the pages ask for.
pub(super) fn described() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(session::welcome))
        .routes(routes!(session::log_in))
        .routes(routes!(session::session))
        .routes(routes!(session::log_out))
        .routes(routes!(session::change_password))
        .routes(routes!(session::use_reset))
        .routes(routes!(orders::home))
        .routes(routes!(orders::orders))
        .routes(routes!(orders::order))
        .routes(routes!(orders::amend))
        .routes(routes!(orders::cancel))
        .routes(routes!(orders::note))
        .routes(routes!(orders::ready))
        .routes(routes!(orders::slot))
        .routes(routes!(orders::refund))
        .routes(routes!(slots::slots, slots::open))
        .routes(routes!(slots::change))
        .routes(routes!(slots::pick_list))
        .routes(routes!(slots::places, slots::open_place))
        .routes(routes!(slots::change_place))
        .routes(routes!(goods::products, goods::make))
        .routes(routes!(goods::product, goods::change))
        .routes(routes!(goods::moves))
        .routes(routes!(goods::enter))
        .routes(routes!(customers::customers, customers::make))
        .routes(routes!(customers::customer, customers::change))
        .routes(routes!(customers::export))
        .routes(routes!(customers::forget))
        .routes(routes!(recurring::orders, recurring::make))
        .routes(routes!(recurring::order, recurring::change))
        .routes(routes!(recurring::pause))
        .routes(routes!(recurring::skip))
        .routes(routes!(recurring::end))
        .routes(routes!(people::staff, people::take_on))
        .routes(routes!(people::change))
        .routes(routes!(people::pin))
        .routes(routes!(people::give_login))
        .routes(routes!(people::remove_login))
        .routes(routes!(people::tills))
        .routes(routes!(people::enrol))
        .routes(routes!(people::revoke))
        .routes(routes!(upkeep::problems))
        .routes(routes!(upkeep::problem))
        .routes(routes!(upkeep::decide))
        .routes(routes!(upkeep::messages))
        .routes(routes!(upkeep::texts, upkeep::save_text))
        .routes(routes!(upkeep::preview))
        .routes(routes!(upkeep::keys, upkeep::make_key))
        .routes(routes!(upkeep::revoke_key))
        .routes(routes!(webhooks::webhooks, webhooks::make_webhook))
        .routes(routes!(webhooks::webhook_deliveries))
        .routes(routes!(webhooks::pause_webhook))
        .routes(routes!(webhooks::replay_webhook))
        .routes(routes!(webhooks::remove_webhook))
        .routes(routes!(webhooks::try_webhook))
        .routes(routes!(upkeep::settings, upkeep::save_settings))
        .routes(routes!(upkeep::add_tax_rate))
        .routes(routes!(upkeep::audit))
        .route("/office/api/orders.csv", get(orders::orders_file))
        .route("/office/api/slots.csv", get(slots::slots_file))
        .route(
            "/office/api/slots/{slot}/pick-list.csv",
            get(slots::pick_list_file),
        )
        .route("/office/api/products.csv", get(goods::products_file))
        .route(
            "/office/api/products/{variant}/moves.csv",
            get(goods::moves_file),
        )
        .route("/office/api/customers.csv", get(customers::customers_file))
        .route(
            "/office/api/recurring-orders.csv",
            get(recurring::orders_file),
        )
        .route("/office/api/tills.csv", get(people::tills_file))
        .route("/office/api/problems.csv", get(upkeep::problems_file))
        .route("/office/api/messages.csv", get(upkeep::messages_file))
        .route("/office/api/audit.csv", get(upkeep::audit_file))
        .layer(middleware::map_response(unkept))
}

/// The pages themselves.
pub(super) fn pages() -> Router<ApiState> {
    Router::new()
        .route("/office", get(files::door))
        .route("/office/", get(files::first))
        .route("/office/api/{*nothing}", get(nothing))
        .route("/office/{*path}", get(files::page))
}

async fn nothing() -> Failure {
    crate::office::OfficeRefusal::NOT_FOUND.into()
}

/// What the API says is of this moment, and for nobody between.
async fn unkept(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    response
}
