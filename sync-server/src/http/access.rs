//! Becoming a till, and proving to be one.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use comptoir_domain::ids::ActionId;
use comptoir_sync::error_code;
use comptoir_sync::pairing::PairingCode;
use comptoir_sync::protocol::{
    ChallengeReply, ChallengeRequest, EnrolReply, EnrolRequest, SessionReply, SessionRequest,
};
use ed25519_dalek::VerifyingKey;

use super::client::ClientAddress;
use super::error::{ApiError, ApiResult};
use super::payload::Sent;
use super::{ApiState, schema};
use crate::entropy::{new_uuid, random_bytes};
use crate::session::{SESSION_LIFE_MS, Token, proves_key};
use crate::store::{EnrolOutcome, Enrolling, NewSession};

/// The largest body of these calls, in bytes.
const SMALL: usize = 16 * 1024;

/// The longest text that a till may call its version.
const VERSION_MAX: usize = 64;

/// A till becomes one of the hub's, by a one-time code. The same till with the same code gets the
/// same answer again.
#[utoipa::path(post, path = "/v1/enrol", request_body = schema::EnrolRequest, responses(
    (status = 200, description = "The till is one of the hub's", body = schema::EnrolReply),
    (status = 400, description = "No such request", body = schema::ErrorReply),
    (status = 403, description = "The code is unknown, used or too old", body = schema::ErrorReply),
    (status = 409, description = "The till's id is taken", body = schema::ErrorReply),
    (status = 429, description = "Too many wrong codes", body = schema::ErrorReply),
))]
pub(super) async fn enrol(
    State(state): State<ApiState>,
    ClientAddress(client): ClientAddress,
    Sent(request): Sent<EnrolRequest, SMALL>,
) -> ApiResult<Json<EnrolReply>> {
    let now = state.clock.now();
    if let Some(wait_s) = state.enrol_tries.wait_of(&client, now) {
        return Err(ApiError::too_many_tries(wait_s));
    }
    let outcome = try_code(&state, request).await?;
    if let EnrolOutcome::Enrolled { hub, till } = outcome {
        return Ok(Json(EnrolReply {
            hub: hub.id,
            hub_name: hub.name,
            location: till.location,
            till_code: till.code,
            server_key: state.server_key,
            server_time: state.clock.now(),
        }));
    }
    state.enrol_tries.count(client, now);
    Err(refusal(&outcome))
}

async fn try_code(state: &ApiState, request: EnrolRequest) -> ApiResult<EnrolOutcome> {
    let is_sound = VerifyingKey::from_bytes(&request.key.0).is_ok_and(|key| !key.is_weak());
    if !is_sound {
        return Err(ApiError::malformed("the key is no Ed25519 public key"));
    }
    let Ok(code) = PairingCode::read(&request.code) else {
        return Ok(EnrolOutcome::CodeUnknown);
    };
    let now = state.clock.now();
    let enrolling = Enrolling {
        code_hash: code.code_hash(),
        till: request.till,
        key: request.key,
        wanted_code: request.till_code,
        version: request.till_version.chars().take(VERSION_MAX).collect(),
        action: ActionId::from_uuid(new_uuid(now)?),
        at: now,
    };
    Ok(state.store.enrol(enrolling).await?)
}

fn refusal(outcome: &EnrolOutcome) -> ApiError {
    match outcome {
        EnrolOutcome::CodeUsed => {
            ApiError::forbidden(error_code::CODE_USED, "the code was used by another till")
        }
        EnrolOutcome::CodeExpired => {
            ApiError::forbidden(error_code::CODE_EXPIRED, "the code is too old")
        }
        EnrolOutcome::TillTaken => ApiError::new(
            StatusCode::CONFLICT,
            error_code::TILL_TAKEN,
            "the till's id is known with another key or at another hub",
        ),
        EnrolOutcome::CodeUnknown | EnrolOutcome::Enrolled { .. } => {
            ApiError::forbidden(error_code::CODE_UNKNOWN, "the code is not known here")
        }
    }
}

/// Something for a till to sign. Whether the till is known here is not told.
#[utoipa::path(post, path = "/v1/session/challenge", request_body = schema::ChallengeRequest,
    responses(
    (status = 200, description = "The challenge", body = schema::ChallengeReply),
    (status = 400, description = "No such request", body = schema::ErrorReply),
))]
pub(super) async fn challenge(
    State(state): State<ApiState>,
    Sent(request): Sent<ChallengeRequest, SMALL>,
) -> ApiResult<Json<ChallengeReply>> {
    let now = state.clock.now();
    let challenge = state
        .challenger
        .challenge(request.till, now, random_bytes()?);
    Ok(Json(ChallengeReply { challenge }))
}

/// The signed challenge for a token. A till whose rights were taken away gets one too: what it sold
/// is still taken, aside.
#[utoipa::path(post, path = "/v1/session", request_body = schema::SessionRequest, responses(
    (status = 200, description = "The session", body = schema::SessionReply),
    (status = 400, description = "No such request", body = schema::ErrorReply),
    (status = 401, description = "Not this till's signature, or an old challenge",
        body = schema::ErrorReply),
))]
pub(super) async fn session(
    State(state): State<ApiState>,
    Sent(request): Sent<SessionRequest, SMALL>,
) -> ApiResult<Json<SessionReply>> {
    let now = state.clock.now();
    let challenger = &state.challenger;
    let challenge_expires_at = challenger
        .expiry(request.till, request.challenge, now)
        .ok_or_else(ApiError::unauthorised)?;
    let till = state.store.till(request.till).await?;
    let till = till
        .filter(|till| proves_key(till.key, till.id, request.challenge, request.signature))
        .ok_or_else(ApiError::unauthorised)?;
    let token = Token::new(till.hub, random_bytes()?);
    let session = NewSession {
        hub: till.hub,
        till: till.id,
        token_hash: token.hash(),
        challenge: request.challenge,
        challenge_expires_at,
        now,
        expires_at: now.plus_ms(SESSION_LIFE_MS),
    };
    if !state.store.open_session(session).await? {
        return Err(ApiError::unauthorised());
    }
    Ok(Json(SessionReply {
        token: token.text(),
        valid_for_ms: SESSION_LIFE_MS.unsigned_abs(),
    }))
}
