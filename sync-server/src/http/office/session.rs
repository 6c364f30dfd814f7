//! Logging in and out.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use utoipa::ToSchema;

use super::asking::{Newcomer, OwnPage, Reader, cookie, is_secure};
use super::failure::Answer;
use super::{BODY_MAX, Sent};
use crate::http::ApiState;
use crate::http::client::ClientAddress;
use crate::office::Sitting;
use crate::office::wire::{ChangePassword, LogIn, OfficeError, SessionView, UseReset, WelcomeView};

/// The hubs of this server.
#[utoipa::path(get, path = "/office/api/welcome", responses(
    (status = 200, description = "To choose from before anybody logs in", body = WelcomeView),
))]
pub(super) async fn welcome(State(state): State<ApiState>) -> Answer<Json<WelcomeView>> {
    Ok(Json(state.office.welcome().await?))
}

/// Opens a session.
#[utoipa::path(post, path = "/office/api/login", request_body = LogIn, responses(
    (status = 200, description = "Logged in", body = SessionView),
    (status = 401, description = "Login or password is wrong", body = OfficeError),
    (status = 429, description = "Too many wrong tries", body = OfficeError),
))]
pub(super) async fn log_in(
    State(state): State<ApiState>,
    _own: OwnPage,
    ClientAddress(from): ClientAddress,
    headers: HeaderMap,
    Sent(request): Sent<LogIn, BODY_MAX>,
) -> Answer<Response> {
    let sitting = state.office.log_in(request, from).await?;
    opened(&state, &headers, &sitting).await
}

/// Who is logged in.
#[utoipa::path(get, path = "/office/api/session", responses(
    (status = 200, description = "The session", body = SessionView),
    (status = 401, description = "Nobody is logged in", body = OfficeError),
))]
pub(super) async fn session(
    State(state): State<ApiState>,
    Reader(sitting): Reader,
) -> Answer<Json<SessionView>> {
    Ok(Json(state.office.session(&sitting).await?))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Nothing {}

/// Ends the session.
#[utoipa::path(post, path = "/office/api/logout", request_body = Nothing, responses(
    (status = 204, description = "Logged out"),
    (status = 401, description = "Nobody is logged in", body = OfficeError),
))]
pub(super) async fn log_out(
    State(state): State<ApiState>,
    Newcomer(sitting): Newcomer,
    headers: HeaderMap,
    Sent(Nothing {}): Sent<Nothing, BODY_MAX>,
) -> Answer<Response> {
    state.office.log_out(&sitting).await?;
    let gone = cookie(None, is_secure(&headers, &state));
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, gone)]).into_response())
}

/// Changes one's own password; all sessions of the person end, and a new one is opened.
#[utoipa::path(post, path = "/office/api/password", request_body = ChangePassword, responses(
    (status = 200, description = "The new session", body = SessionView),
    (status = 401, description = "The present password is wrong", body = OfficeError),
    (status = 422, description = "The new one is too short", body = OfficeError),
))]
pub(super) async fn change_password(
    State(state): State<ApiState>,
    Newcomer(sitting): Newcomer,
    ClientAddress(from): ClientAddress,
    headers: HeaderMap,
    Sent(request): Sent<ChangePassword, BODY_MAX>,
) -> Answer<Response> {
    let sitting = state
        .office
        .change_password(&sitting, request, from)
        .await?;
    opened(&state, &headers, &sitting).await
}

/// Sets a password with a code that a manager gave out, and logs in.
#[utoipa::path(post, path = "/office/api/reset", request_body = UseReset, responses(
    (status = 200, description = "Logged in", body = SessionView),
    (status = 401, description = "The code is wrong, used or too old", body = OfficeError),
    (status = 422, description = "The password is too short", body = OfficeError),
))]
pub(super) async fn use_reset(
    State(state): State<ApiState>,
    _own: OwnPage,
    ClientAddress(from): ClientAddress,
    headers: HeaderMap,
    Sent(request): Sent<UseReset, BODY_MAX>,
) -> Answer<Response> {
    let sitting = state.office.use_reset(request, from).await?;
    opened(&state, &headers, &sitting).await
}

async fn opened(state: &ApiState, headers: &HeaderMap, sitting: &Sitting) -> Answer<Response> {
    let view = state.office.session(sitting).await?;
    let set = cookie(Some(&sitting.token), is_secure(headers, state));
    Ok(([(header::SET_COOKIE, set)], Json(view)).into_response())
}
