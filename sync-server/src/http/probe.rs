//! Who is there, and whether it is well.

use axum::Json;
use axum::extract::State;
use comptoir_sync::desk;
use comptoir_sync::protocol::{Hello, PROTOCOL};
use serde::Serialize;
use utoipa::ToSchema;

use super::error::{ApiError, ApiResult};
use super::{ApiState, schema};

/// What a watchdog learns.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Health {
    /// Always `ok`; a sick server answers 503.
    status: &'static str,
    version: &'static str,
}

/// Whether the server can store what it is sent.
#[utoipa::path(get, path = "/healthz", responses(
    (status = 200, description = "The database takes writes", body = Health),
    (status = 503, description = "It does not", body = schema::ErrorReply),
))]
pub(super) async fn healthz(State(state): State<ApiState>) -> ApiResult<Json<Health>> {
    if !state.health.is_well(&state).await {
        return Err(ApiError::unavailable());
    }
    Ok(Json(Health {
        status: "ok",
        version: env!("CARGO_PKG_VERSION"),
    }))
}

/// Who is there, and which versions it speaks.
#[utoipa::path(get, path = "/v1/hello", responses(
    (status = 200, description = "The server", body = schema::Hello),
))]
pub(super) async fn hello(State(state): State<ApiState>) -> Json<Hello> {
    Json(Hello {
        product: "comptoir".to_owned(),
        protocol_min: PROTOCOL,
        protocol_max: PROTOCOL,
        capabilities: ["push", "pull", "zstd", desk::CAPABILITY]
            .map(str::to_owned)
            .to_vec(),
        server_version: env!("CARGO_PKG_VERSION").to_owned(),
        server_time: state.clock.now(),
    })
}
