//! What lies on the tills' desks.

use axum::Json;
use axum::extract::State;
use comptoir_sync::desk::{
    DESK_BYTES_MAX, DeskReply, DeskRequest, MOVES_MAX, NAMES_BYTES_MAX, OPEN_MAX, PARKED_MAX,
    SNAPSHOTS_BYTES_MAX,
};
use comptoir_sync::error_code;

use super::auth::AskingTill;
use super::error::{ApiError, ApiResult};
use super::payload::Sent;
use super::sync::refuse_revoked;
use super::{ApiState, schema};
use crate::store::DeskHeard;

/// Takes what lies on the till's desk, and what it says about sales that move from one till to another.
/// Said again, it changes nothing. What became of it is found in the feed.
#[utoipa::path(post, path = "/v1/desk", request_body = schema::DeskRequest,
    security(("bearer" = [])), responses(
    (status = 200, description = "It was heard", body = schema::DeskReply),
    (status = 400, description = "No such request", body = schema::ErrorReply),
    (status = 401, description = "No session", body = schema::ErrorReply),
    (status = 403, description = "Another till's desk, or a till whose rights were taken away",
        body = schema::ErrorReply),
    (status = 413, description = "Too much lies on it, or too much is waited for",
        body = schema::ErrorReply),
    (status = 503, description = "Nothing was stored; send again", body = schema::ErrorReply),
))]
pub(super) async fn desk(
    State(state): State<ApiState>,
    AskingTill(till): AskingTill,
    Sent(request): Sent<DeskRequest, DESK_BYTES_MAX>,
) -> ApiResult<Json<DeskReply>> {
    refuse_revoked(&till)?;
    if request.till != till.id {
        return Err(ApiError::forbidden(
            error_code::FOREIGN_TILL,
            "a till tells of its own desk only",
        ));
    }
    bound(&request)?;
    let now = state.clock.now();
    let heard = state.store.tell_desk(till.hub, till, request, now);
    match heard.await? {
        DeskHeard::Heard { feed_head } => Ok(Json(DeskReply {
            feed_head,
            server_time: now,
        })),
        DeskHeard::TooManyClaims => Err(ApiError::too_large("too much is waited for")),
    }
}

fn bound(request: &DeskRequest) -> ApiResult<()> {
    let snapshots = request
        .parked
        .iter()
        .filter_map(|sale| sale.snapshot.as_ref());
    let bytes: usize = snapshots.map(String::len).sum();
    let names = request.parked.iter().flat_map(|sale| &sale.names);
    let names: usize = names.map(String::len).sum();
    let is_too_large = names > NAMES_BYTES_MAX
        || request.open.len() > OPEN_MAX
        || request.parked.len() > PARKED_MAX
        || request.moves.len() > MOVES_MAX
        || bytes > SNAPSHOTS_BYTES_MAX;
    if is_too_large {
        return Err(ApiError::too_large("too much lies on the desk"));
    }
    Ok(())
}
