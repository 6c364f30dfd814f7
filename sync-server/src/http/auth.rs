//! Who is asking.

use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;

use super::ApiState;
use super::error::ApiError;
use crate::session::Token;
use crate::store::Till;

/// The till whose token came with the request. Its rights may have been taken away since.
#[derive(Debug, Clone)]
pub(super) struct AskingTill(pub Till);

impl FromRequestParts<ApiState> for AskingTill {
    type Rejection = ApiError;

    async fn from_request_parts(
        parts: &mut Parts,
        state: &ApiState,
    ) -> Result<AskingTill, ApiError> {
        let token = bearer(parts).ok_or_else(ApiError::unauthorised)?;
        let now = state.clock.now();
        let till = state.store.session(token.hub, token.hash(), now).await?;
        till.map(AskingTill).ok_or_else(ApiError::unauthorised)
    }
}

pub(super) fn bearer(parts: &Parts) -> Option<Token> {
    let value = parts.headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme
        .eq_ignore_ascii_case("bearer")
        .then(|| Token::read(token.trim()))?
}
