//! Facts in, state out.

use axum::Json;
use axum::extract::State;
use comptoir_sync::error_code;
use comptoir_sync::protocol::{
    FeedPage, PULL_WAIT_MAX_MS, PUSH_ENTRIES_MAX, PullReply, PullRequest, PushReply, PushRequest,
};
use ed25519_dalek::VerifyingKey;
use std::time::Duration;
use tokio::time::Instant;

use super::auth::AskingTill;
use super::error::{ApiError, ApiResult};
use super::payload::{BODY_MAX, Sent};
use super::{ApiState, schema};
use crate::intake::verify_push;
use crate::store::{PullQuery, Till};

/// The largest question for a page, in bytes.
const QUESTION_MAX: usize = 16 * 1024;

/// The most bytes of things in one page.
const PAGE_BYTES_MAX: usize = 8 * 1024 * 1024;

/// Takes entries of the till's own journal. Sending again, overlapping or after a lost reply changes
/// nothing.
#[utoipa::path(post, path = "/v1/push", request_body = schema::PushRequest,
    security(("bearer" = [])), responses(
    (status = 200, description = "How it went", body = schema::PushReply),
    (status = 400, description = "No such request", body = schema::ErrorReply),
    (status = 401, description = "No session", body = schema::ErrorReply),
    (status = 403, description = "Another till's journal, or too much of a till whose rights were \
        taken away", body = schema::ErrorReply),
    (status = 413, description = "Too much at once", body = schema::ErrorReply),
    (status = 429, description = "Too often for a till whose rights were taken away",
        body = schema::ErrorReply),
    (status = 503, description = "Nothing was stored; send again", body = schema::ErrorReply),
))]
pub(super) async fn push(
    State(state): State<ApiState>,
    AskingTill(till): AskingTill,
    Sent(request): Sent<PushRequest, BODY_MAX>,
) -> ApiResult<Json<PushReply>> {
    if request.till != till.id {
        return Err(ApiError::forbidden(
            error_code::FOREIGN_TILL,
            "a till pushes its own journal only",
        ));
    }
    if request.entries.len() > PUSH_ENTRIES_MAX {
        let message = format!("a push has at most {PUSH_ENTRIES_MAX} entries");
        return Err(ApiError::too_large(message));
    }
    bound_revoked(&state, &till).await?;
    let key = VerifyingKey::from_bytes(&till.key.0).map_err(|error| {
        tracing::error!(till.id = %till.id, %error, "a till's stored key is unusable");
        ApiError::internal()
    })?;
    let now = state.clock.now();
    let verified = tokio::task::spawn_blocking(move || verify_push(request, &key, now))
        .await
        .map_err(|_| ApiError::internal())?;
    Ok(Json(state.committer.commit(till.hub, verified).await?))
}

/// What a till sold before its rights were taken away is taken, in good order; what a stolen key signs
/// for ever is not.
async fn bound_revoked(state: &ApiState, till: &Till) -> ApiResult<()> {
    if till.revoked_at.is_none() {
        return Ok(());
    }
    let now = state.clock.now();
    if let Some(wait_s) = state.revoked_pushes.wait_of(&till.id, now) {
        return Err(ApiError::too_many_tries(wait_s));
    }
    state.revoked_pushes.count(till.id, now);
    if state.store.excess(till.hub, till.id).await?.is_used_up() {
        return Err(ApiError::forbidden(
            error_code::TILL_REVOKED,
            "the till's rights were taken away, and no more of it is kept",
        ));
    }
    Ok(())
}

/// A page of what changed since a position. Where nothing did, the answer waits for news as long as
/// the question allows.
#[utoipa::path(post, path = "/v1/pull", request_body = schema::PullRequest,
    security(("bearer" = [])), responses(
    (status = 200, description = "A page, or the order to load everything anew",
        body = schema::PullReply),
    (status = 400, description = "No such request", body = schema::ErrorReply),
    (status = 401, description = "No session", body = schema::ErrorReply),
    (status = 403, description = "The till's rights were taken away", body = schema::ErrorReply),
))]
pub(super) async fn pull(
    State(state): State<ApiState>,
    AskingTill(till): AskingTill,
    Sent(request): Sent<PullRequest, QUESTION_MAX>,
) -> ApiResult<Json<PullReply>> {
    refuse_revoked(&till)?;
    let wait = Duration::from_millis(request.wait_ms.min(PULL_WAIT_MAX_MS).into());
    let deadline = Instant::now() + wait;
    let mut closing = state.closing.clone();
    let mut news = state.store.watch_feed(till.hub).await?;
    loop {
        // Seen before the page is read: a move after that wakes the wait below.
        news.mark_unchanged();
        let reply = page(&state, &till, &request).await?;
        // What the till may know can have changed since it asked: judged after the page was read, so
        // that no page of a later moment slips out.
        let now = state.store.till(till.id).await?;
        refuse_revoked(&now.ok_or_else(ApiError::unauthorised)?)?;
        if !is_without_news(&reply) || *closing.borrow() {
            return Ok(Json(reply));
        }
        tokio::select! {
            moved = news.changed() => moved.map_err(|_| ApiError::unavailable())?,
            // Without the guard that it answers with: no lock is held across a wait.
            () = async { drop(closing.wait_for(|closing| *closing).await) } => {}
            () = tokio::time::sleep_until(deadline) => return Ok(Json(reply)),
        }
    }
}

pub(super) fn refuse_revoked(till: &Till) -> ApiResult<()> {
    if till.revoked_at.is_none() {
        return Ok(());
    }
    Err(ApiError::forbidden(
        error_code::TILL_REVOKED,
        "the till's rights were taken away",
    ))
}

async fn page(state: &ApiState, till: &Till, request: &PullRequest) -> ApiResult<PullReply> {
    let query = PullQuery {
        hub: till.hub,
        till: till.id,
        since: request.since.clone(),
        rows_max: request.limit,
        bytes_max: PAGE_BYTES_MAX,
        now: state.clock.now(),
    };
    Ok(state.store.pull(query).await?)
}

fn is_without_news(reply: &PullReply) -> bool {
    matches!(reply, PullReply::Page(FeedPage { items, .. }) if items.is_empty())
}
