//! Connected stores, as their keys name them.

use async_trait::async_trait;
use comptoir_domain::ids::{HubId, OrderId};
use comptoir_domain::time::Timestamp;

use super::StoreError;

/// What a connected store may ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ShopScope {
    /// Read what is offered.
    Catalogue,
    /// Place orders, read and change its own.
    Orders,
    /// Read and change the orders of everybody.
    AllOrders,
}

impl ShopScope {
    pub const ALL: [ShopScope; 3] = [
        ShopScope::Catalogue,
        ShopScope::Orders,
        ShopScope::AllOrders,
    ];

    /// As people type it.
    pub const fn name(self) -> &'static str {
        match self {
            ShopScope::Catalogue => "catalogue",
            ShopScope::Orders => "orders",
            ShopScope::AllOrders => "all_orders",
        }
    }

    pub fn from_name(name: &str) -> Option<ShopScope> {
        let mut all = ShopScope::ALL.into_iter();
        all.find(|scope| scope.name() == name)
    }
}

/// A connected store, as its key names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShopKey {
    pub name: String,
    pub scopes: Vec<ShopScope>,
    pub created_at: Timestamp,
}

/// What is kept of connected stores.
#[async_trait]
pub trait ShopKeyStore {
    /// Remembers the key of a connected store by the hash of its secret; `false` where the name is
    /// taken.
    async fn add_shop_key(
        &self,
        hub: HubId,
        key_hash: [u8; 32],
        key: ShopKey,
    ) -> Result<bool, StoreError>;

    /// The connected store that a secret belongs to.
    async fn shop_key(&self, hub: HubId, key_hash: [u8; 32])
    -> Result<Option<ShopKey>, StoreError>;

    /// The keys that can be used, by name.
    async fn shop_keys(&self, hub: HubId) -> Result<Vec<ShopKey>, StoreError>;

    /// Takes a key away; `false` where no key goes by that name.
    async fn revoke_shop_key(
        &self,
        hub: HubId,
        name: String,
        at: Timestamp,
    ) -> Result<bool, StoreError>;

    /// The connected store that an order came from; none where it came by the order page.
    async fn shop_of_order(&self, hub: HubId, order: OrderId)
    -> Result<Option<String>, StoreError>;
}
