//! Connected stores: who they are, and what they may ask for.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use comptoir_domain::ids::OrderId;
use comptoir_domain::refusal::RefusalCode;
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

impl AskingShop {
    /// The name of its key.
    pub(super) fn name(&self) -> &str {
        &self.key.name
    }

    /// Names an order that the key reaches. Another store's is as unknown as one that is not there.
    pub(super) async fn reached(
        &self,
        state: &ApiState,
        order: OrderId,
    ) -> Result<OrderId, ApiError> {
        if self.key.scopes.contains(&ShopScope::AllOrders) {
            return Ok(order);
        }
        self.permit(ShopScope::Orders)?;
        let shop = state.shop.shop_of(&self.hub, order).await?;
        if shop.as_deref() == Some(self.name()) {
            Ok(order)
        } else {
            Err(ApiError::refused(&RefusalCode::OrderUnknown.into()))
        }
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
