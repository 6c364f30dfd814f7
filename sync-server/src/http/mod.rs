//! The server's HTTP face: thin handlers that parse, call one method and map the error.

mod access;
mod auth;
mod client;
mod desk;
mod error;
mod health;
mod office;
mod pages;
mod payload;
mod probe;
mod schema;
mod shop;
mod shop_access;
mod shop_webhook;
mod sync;

use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{Method, StatusCode};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use comptoir_domain::ids::TillId;
use comptoir_sync::error_code;
use tokio::sync::watch;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use utoipa::OpenApi;
use utoipa::openapi::OpenApi as Document;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use self::error::ApiError;
pub use self::health::HealthCheck;
use self::schema::BearerToken;
use crate::clock::SharedClock;
use crate::committer::Committer;
use crate::office::OfficeDesk;
use crate::payments::PayDesk;
use crate::session::Challenger;
use crate::shop::ShopDesk;
use crate::store::Store;
use crate::tries::Tries;

/// What handlers share.
#[derive(Debug, Clone)]
pub struct ApiState {
    pub store: Arc<dyn Store>,
    pub committer: Committer,
    pub clock: SharedClock,
    pub challenger: Challenger,
    /// The server's public key, by which tills know its entries.
    pub server_key: comptoir_domain::entry::EntryHash,
    /// Wrong pairing codes, by who sent them.
    pub enrol_tries: Arc<Tries<IpAddr>>,
    /// Orders, changes and cancellations on the order page, by who sent them.
    pub order_tries: Arc<Tries<IpAddr>>,
    /// Pushes of tills whose rights were taken away.
    pub revoked_pushes: Arc<Tries<TillId>>,
    /// Who asks is who the proxy says.
    pub behind_proxy: bool,
    pub health: HealthCheck,
    pub shop: ShopDesk,
    pub office: OfficeDesk,
    pub pay: PayDesk,
    /// How long a request may take until its answer begins.
    pub request_within: Duration,
    /// Becomes true when the server is about to end: nobody is kept waiting then.
    pub closing: watch::Receiver<bool>,
}

#[derive(Debug, OpenApi)]
#[openapi(
    info(title = "Comptoir sync server", description = "What tills and connected stores say to the server."),
    modifiers(&BearerToken),
)]
struct Api;

fn described() -> OpenApiRouter<ApiState> {
    OpenApiRouter::with_openapi(Api::openapi())
        .routes(routes!(probe::healthz))
        .routes(routes!(probe::hello))
        .routes(routes!(access::enrol))
        .routes(routes!(access::challenge))
        .routes(routes!(access::session))
        .routes(routes!(sync::push))
        .routes(routes!(sync::pull))
        .routes(routes!(desk::desk))
        .routes(routes!(shop::catalogue))
        .routes(routes!(shop::slots))
        .routes(routes!(shop::place))
        .routes(routes!(shop::read))
        .routes(routes!(shop::amend))
        .routes(routes!(shop::cancel))
        .routes(routes!(shop_webhook::deliveries))
        .routes(routes!(shop_webhook::replay))
        .merge(office::described())
}

/// The description of everything that the server answers, generated from the code.
pub fn openapi() -> Document {
    described().into_openapi()
}

/// All routes, with the limits that hold for each.
pub fn router(state: ApiState) -> Router {
    let (routes, document) = described().split_for_parts();
    let description = axum::Json(document);
    routes
        .route("/v1/openapi.json", get(async move || description))
        .merge(pages::routes(&state))
        .merge(office::pages())
        .fallback(nothing_here)
        .method_not_allowed_fallback(nothing_here)
        .layer(CompressionLayer::new())
        .layer(CatchPanicLayer::custom(|_| {
            ApiError::internal().into_response()
        }))
        .layer(middleware::from_fn_with_state(state.clone(), within_time))
        .layer(middleware::from_fn(log))
        .with_state(state)
}

async fn nothing_here() -> ApiError {
    ApiError::new(
        StatusCode::NOT_FOUND,
        error_code::NOT_FOUND,
        "there is nothing here",
    )
}

async fn within_time(State(state): State<ApiState>, request: Request, next: Next) -> Response {
    let answer = tokio::time::timeout(state.request_within, next.run(request)).await;
    answer.unwrap_or_else(|_| {
        let message = "the request took too long";
        ApiError::new(StatusCode::REQUEST_TIMEOUT, error_code::TIMED_OUT, message).into_response()
    })
}

/// One line for each request: nothing of its body, its token or who it is about, and no text that the
/// other side chose, so that nobody can fill the log with it.
async fn log(request: Request, next: Next) -> Response {
    let began = Instant::now();
    let method = known_method(request.method());
    let route = request.extensions().get::<MatchedPath>().cloned();
    let response = next.run(request).await;
    let elapsed_ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
    let status = response.status().as_u16();
    let route = route.as_ref().map_or("-", MatchedPath::as_str);
    tracing::info!(method, route, status, elapsed_ms, "answered");
    response
}

/// The name of a method that the server knows.
fn known_method(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        _ => "-",
    }
}
