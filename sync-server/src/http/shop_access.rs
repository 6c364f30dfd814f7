//! Connected stores: who they are, and what they may ask for.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use comptoir_sync::error_code;

use super::ApiState;
use super::auth::bearer;
use super::error::ApiError;
use crate::store::{Hub, ShopKey, ShopScope};

/// The connected store whose key came with the request, and its hub.
#[derive(Debug, Clone)]
pub(super) struct AskingShop {
    pub hub: Hub,
    key: ShopKey,
}

impl AskingShop {
    /// Refuses what the key does not reach.
    pub(super) fn permit(&self, scope: ShopScope) -> Result<(), ApiError> {
        if self.key.scopes.contains(&scope) {
            return Ok(());
        }
        Err(ApiError::forbidden(
            error_code::SCOPE_MISSING,
            "this key may not do that",
        ))
    }
}

impl FromRequestParts<ApiState> for AskingShop {
    type Rejection = ApiError;

    async fn from_request_parts(
        parts: &mut Parts,
        state: &ApiState,
    ) -> Result<AskingShop, ApiError> {
        let token = bearer(parts).ok_or_else(ApiError::unauthorised)?;
        let key = state.store.shop_key(token.hub, token.hash()).await?;
        let key = key.ok_or_else(ApiError::unauthorised)?;
        let hub = state.shop.hub(token.hub).await?;
        let hub = hub.ok_or_else(ApiError::unauthorised)?;
        Ok(AskingShop { hub, key })
    }
}
