//! The server's HTTP face: thin handlers that parse, call one method and map the error.

mod access;
mod auth;
mod error;
mod payload;
mod probe;
mod schema;
mod sync;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::StatusCode;
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use comptoir_sync::error_code;
use tokio::sync::watch;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use utoipa::OpenApi;
use utoipa::openapi::OpenApi as Document;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use self::error::ApiError;
use self::schema::BearerToken;
use crate::clock::SharedClock;
use crate::committer::Committer;
use crate::session::Challenger;
use crate::store::Store;
use crate::tries::Tries;

/// Longer than the longest wait for news.
const REQUEST_MAX: Duration = Duration::from_secs(60);

/// What handlers share.
#[derive(Debug, Clone)]
pub struct ApiState {
    pub store: Arc<dyn Store>,
    pub committer: Committer,
    pub clock: SharedClock,
    pub challenger: Challenger,
    /// The server's public key, by which tills know its entries.
    pub server_key: comptoir_domain::entry::EntryHash,
    pub enrol_tries: Arc<Tries>,
    /// Becomes true when the server is about to end: nobody is kept waiting then.
    pub closing: watch::Receiver<bool>,
}

#[derive(Debug, OpenApi)]
#[openapi(
    info(title = "Comptoir sync server", description = "What tills say to their server."),
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
        .fallback(nothing_here)
        .method_not_allowed_fallback(nothing_here)
        .layer(DefaultBodyLimit::max(payload::BODY_MAX))
        .layer(CompressionLayer::new())
        .layer(CatchPanicLayer::custom(|_| {
            ApiError::internal().into_response()
        }))
        .layer(middleware::from_fn(within_time))
        .layer(middleware::from_fn_with_state(state.clone(), log))
        .with_state(state)
}

async fn nothing_here() -> ApiError {
    ApiError::new(
        StatusCode::NOT_FOUND,
        error_code::NOT_FOUND,
        "there is nothing here",
    )
}

async fn within_time(request: Request, next: Next) -> Response {
    let answer = tokio::time::timeout(REQUEST_MAX, next.run(request)).await;
    answer.unwrap_or_else(|_| {
        let message = "the request took too long";
        ApiError::new(StatusCode::REQUEST_TIMEOUT, error_code::TIMED_OUT, message).into_response()
    })
}

/// One line for each request: nothing of its body, its token or who it is about.
async fn log(State(state): State<ApiState>, request: Request, next: Next) -> Response {
    let began = state.clock.now();
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let response = next.run(request).await;
    let elapsed_ms = state.clock.now().ms_since(began);
    let status = response.status().as_u16();
    tracing::info!(%method, path, status, elapsed_ms, "answered");
    response
}
