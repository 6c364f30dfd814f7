//! Keys of connected stores.

use comptoir_domain::staff::Permission;

use super::desk::OfficeDesk;
use super::people::name_of;
use super::refusal::{OfficeError, OfficeRefusal};
use super::sitting::Sitting;
use super::wire::{MakeShopKey, RevokeShopKey, ShopKeyList, ShopKeyMade, ShopKeyView};
use crate::entropy::random_bytes;
use crate::session::Token;
use crate::store::{ShopKey, ShopScope};

impl OfficeDesk {
    pub async fn shop_keys(&self, sitting: &Sitting) -> Result<ShopKeyList, OfficeError> {
        sitting.permit_one_of(&[Permission::ChangeSettings, Permission::SeeReports])?;
        let keys = self.store.shop_keys(sitting.hub.id).await?.into_iter();
        let rows: Vec<ShopKeyView> = keys
            .map(|key| ShopKeyView {
                name: key.name,
                scopes: key
                    .scopes
                    .iter()
                    .map(|scope| scope.name().to_owned())
                    .collect(),
                created_at: key.created_at.unix_ms(),
            })
            .collect();
        let total = rows.len();
        Ok(ShopKeyList { rows, total })
    }

    /// Makes a key; its secret is shown this once.
    pub async fn make_shop_key(
        &self,
        sitting: &Sitting,
        asked: MakeShopKey,
    ) -> Result<ShopKeyMade, OfficeError> {
        const TAKEN: OfficeRefusal = OfficeRefusal::new("key_name_taken");
        sitting.permit(Permission::ChangeSettings)?;
        let name = name_of(&asked.name)?;
        let scopes = asked.scopes.iter().map(|scope| ShopScope::from_name(scope));
        let scopes: Option<Vec<ShopScope>> = scopes.collect();
        let scopes = scopes.filter(|scopes| !scopes.is_empty());
        let scopes = scopes.ok_or(OfficeRefusal::new("scope_unknown"))?;
        // The name is taken also where the same press came before: nobody can show the secret again.
        let known = self.store.shop_keys(sitting.hub.id).await?;
        if known.iter().any(|key| key.name == name) {
            return Err(TAKEN.into());
        }
        let token = Token::new(sitting.hub.id, random_bytes()?);
        let hash = token.hash();
        let key = ShopKey {
            name: name.clone(),
            scopes,
            created_at: self.now(),
        };
        self.act(
            sitting,
            asked.action,
            "shop_key_made",
            move |holdings, writing| {
                let scopes: Vec<&str> = key.scopes.iter().map(|scope| scope.name()).collect();
                let said = serde_json::json!({ "name": key.name, "scopes": scopes }).to_string();
                writing.audit("shop_key", &key.name, None, Some(&said));
                if holdings.add_shop_key(hash, &key)? {
                    Ok(())
                } else {
                    Err(TAKEN.into())
                }
            },
        )
        .await?;
        Ok(ShopKeyMade {
            name,
            secret: token.text(),
        })
    }

    pub async fn revoke_shop_key(
        &self,
        sitting: &Sitting,
        asked: RevokeShopKey,
    ) -> Result<ShopKeyList, OfficeError> {
        sitting.permit(Permission::ChangeSettings)?;
        let name = asked.name;
        self.act(
            sitting,
            asked.action,
            "shop_key_revoked",
            move |holdings, writing| {
                let said = serde_json::json!({ "name": name }).to_string();
                writing.audit("shop_key", &name, Some(&said), None);
                if holdings.revoke_shop_key(&name, writing.now)? {
                    Ok(())
                } else {
                    Err(OfficeRefusal::NOT_FOUND.into())
                }
            },
        )
        .await?;
        self.shop_keys(sitting).await
    }
}
