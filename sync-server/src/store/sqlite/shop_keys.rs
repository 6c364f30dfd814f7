//! Table `shop_key`.

use async_trait::async_trait;
use comptoir_domain::ids::{HubId, OrderId};
use comptoir_domain::time::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};

use super::SqliteStore;
use crate::store::{ShopKey, ShopKeyStore, ShopScope, StoreError};

/// Remembers a key; `false` where its name is taken.
pub(super) fn insert(
    connection: &Connection,
    hub: HubId,
    key_hash: [u8; 32],
    key: &ShopKey,
) -> Result<bool, StoreError> {
    let scopes: Vec<&str> = key.scopes.iter().map(|scope| scope.name()).collect();
    let inserted = connection.execute(
        "INSERT INTO shop_key (hub_id, key_hash, name, scopes, created_at)
         VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (hub_id, name) DO NOTHING",
        params![
            hub.to_string(),
            key_hash,
            key.name,
            scopes.join(" "),
            key.created_at.unix_ms(),
        ],
    )?;
    Ok(inserted == 1)
}

/// The key of a secret, as long as nobody took it away.
pub(super) fn find(
    connection: &Connection,
    hub: HubId,
    key_hash: [u8; 32],
) -> Result<Option<ShopKey>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT name, scopes, created_at FROM shop_key
         WHERE key_hash = ?1 AND hub_id = ?2 AND revoked_at IS NULL",
    )?;
    let found = statement
        .query_row(params![key_hash, hub.to_string()], from_row)
        .optional()?;
    Ok(found)
}

/// All keys that can be used, by name.
pub(super) fn all(connection: &Connection, hub: HubId) -> Result<Vec<ShopKey>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT name, scopes, created_at FROM shop_key
         WHERE hub_id = ?1 AND revoked_at IS NULL ORDER BY name",
    )?;
    let rows = statement.query_map([hub.to_string()], from_row)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Takes a key away; `false` where no key goes by that name.
pub(super) fn revoke(
    connection: &Connection,
    hub: HubId,
    name: &str,
    at: Timestamp,
) -> Result<bool, StoreError> {
    let revoked = connection.execute(
        "UPDATE shop_key SET revoked_at = ?3
         WHERE hub_id = ?1 AND name = ?2 AND revoked_at IS NULL",
        params![hub.to_string(), name, at.unix_ms()],
    )?;
    Ok(revoked > 0)
}

/// Remembers which connected store an order came from.
pub(super) fn remember(
    connection: &Connection,
    hub: HubId,
    order: OrderId,
    shop: &str,
) -> Result<(), StoreError> {
    connection.execute(
        "INSERT INTO order_shop (hub_id, order_id, shop) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
        params![hub.to_string(), order.to_string(), shop],
    )?;
    Ok(())
}

/// The connected store that an order came from.
pub(super) fn of_order(
    connection: &Connection,
    hub: HubId,
    order: OrderId,
) -> Result<Option<String>, StoreError> {
    let mut statement = connection
        .prepare_cached("SELECT shop FROM order_shop WHERE hub_id = ?1 AND order_id = ?2")?;
    let found = statement.query_row(params![hub.to_string(), order.to_string()], |row| {
        row.get(0)
    });
    Ok(found.optional()?)
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<ShopKey> {
    let scopes: String = row.get(1)?;
    Ok(ShopKey {
        name: row.get(0)?,
        scopes: scopes.split(' ').filter_map(ShopScope::from_name).collect(),
        created_at: Timestamp::from_unix_ms(row.get(2)?),
    })
}

#[async_trait]
impl ShopKeyStore for SqliteStore {
    async fn add_shop_key(
        &self,
        hub: HubId,
        key_hash: [u8; 32],
        key: ShopKey,
    ) -> Result<bool, StoreError> {
        let work = move |transaction: &Transaction<'_>| insert(transaction, hub, key_hash, &key);
        self.writer.write(work).await
    }

    async fn shop_key(
        &self,
        hub: HubId,
        key_hash: [u8; 32],
    ) -> Result<Option<ShopKey>, StoreError> {
        let question = move |snapshot: &Transaction<'_>| find(snapshot, hub, key_hash);
        self.readers.read(question).await
    }

    async fn shop_keys(&self, hub: HubId) -> Result<Vec<ShopKey>, StoreError> {
        let question = move |snapshot: &Transaction<'_>| all(snapshot, hub);
        self.readers.read(question).await
    }

    async fn revoke_shop_key(
        &self,
        hub: HubId,
        name: String,
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        let work = move |transaction: &Transaction<'_>| revoke(transaction, hub, &name, at);
        self.writer.write(work).await
    }

    async fn shop_of_order(
        &self,
        hub: HubId,
        order: OrderId,
    ) -> Result<Option<String>, StoreError> {
        let question = move |snapshot: &Transaction<'_>| of_order(snapshot, hub, order);
        self.readers.read(question).await
    }
}
