//! What tills tell of their desks: rows of the feed that follow from no event.

use async_trait::async_trait;
use comptoir_domain::ids::HubId;
use comptoir_domain::time::Timestamp;
use comptoir_sync::desk::{Claim, DeskRequest};
use comptoir_sync::feed::EntityKind;
use rusqlite::{Connection, Transaction};

use super::batches::HubRows;
use super::{SqliteStore, access, batches, feed, hubs};
use crate::intake::Batch;
use crate::store::{DeskHeard, DeskStore, DeskTold, StoreError, Till};

#[async_trait]
impl DeskStore for SqliteStore {
    async fn tell_desk(
        &self,
        hub: HubId,
        till: Till,
        request: DeskRequest,
        now: Timestamp,
    ) -> Result<DeskHeard, StoreError> {
        let work = move |transaction: &Transaction<'_>| {
            let told = DeskTold {
                till,
                request,
                claims: claims(transaction, hub)?,
                tills: access::tills(transaction, hub)?,
                now,
            };
            tell(transaction, hub, &told)
        };
        self.change(hub, work).await
    }
}

fn tell(connection: &Connection, hub: HubId, told: &DeskTold) -> Result<DeskHeard, StoreError> {
    let head = hubs::head(connection, hub)?;
    let mut rows = HubRows { connection, hub };
    let Some(writes) = Batch::desk(&mut rows, &head, told)? else {
        return Ok(DeskHeard::TooManyClaims);
    };
    batches::write(connection, hub, &writes)?;
    Ok(DeskHeard::Heard {
        feed_head: writes.head.position,
    })
}

fn claims(connection: &Connection, hub: HubId) -> Result<Vec<Claim>, StoreError> {
    let rows = feed::of_kind(connection, hub, &EntityKind::new(EntityKind::CLAIM))?;
    // One that another version wrote and this one cannot read is left alone.
    let claims = rows.iter().map(|row| serde_json::from_str(&row.body).ok());
    Ok(claims.flatten().collect())
}
