//! How a hub begins, and begins again after its database was restored.

use comptoir_domain::document::EpochLabel;
use comptoir_domain::entry::Source;
use comptoir_domain::event::{EpochEnd, EpochReason, Event};
use comptoir_domain::ids::{EpochId, HubId};
use comptoir_domain::time::Timestamp;
use comptoir_sync::feed::EntityKind;
use ed25519_dalek::SigningKey;
use rusqlite::Transaction;

use super::{batches, hubs, journal};
use crate::store::{Act, EntityChange, Hub, NewEpochs, NewHub, StoreError, read_settings};

/// The label of one of the server's own epochs.
fn epoch_label(epoch: EpochId, at: Timestamp) -> EpochLabel {
    let random = epoch.uuid().into_bytes();
    EpochLabel::new(
        at.to_utc().date_naive(),
        [random[13], random[14], random[15]],
    )
}

/// Founds a hub: its counters, the first entry of the server's chain, its settings.
pub(super) fn found(
    transaction: &Transaction<'_>,
    key: &SigningKey,
    new: &NewHub,
) -> Result<Hub, StoreError> {
    let hub = Hub {
        id: new.settings.hub,
        name: new.settings.name.clone(),
        created_at: new.at,
        source: new.source,
        source_epoch: new.source_epoch,
    };
    if hubs::find(transaction, hub.id)?.is_some() {
        return Err(StoreError::HubExists(hub.id));
    }
    hubs::insert(transaction, &hub)?;
    hubs::insert_head(transaction, hub.id, &new.feed_epoch)?;
    let act = Act {
        action: new.action,
        actor: None,
        kind: "epoch_opened".to_owned(),
        at: new.at,
        events: vec![Event::EpochOpened {
            label: epoch_label(new.source_epoch, new.at),
            reason: EpochReason::FirstStart,
            previous: None,
        }],
        attachments: Vec::new(),
        entities: vec![EntityChange::settings(&new.settings)?],
    };
    batches::record(transaction, &hub, key, &act)?;
    Ok(hub)
}

/// A hub is called what its settings say.
pub(super) fn rename(
    transaction: &Transaction<'_>,
    hub: &Hub,
    act: &Act,
) -> Result<(), StoreError> {
    for change in &act.entities {
        if let EntityChange::Put { kind, body, .. } = change
            && kind.0 == EntityKind::SETTINGS
        {
            let settings = read_settings(body)?;
            hubs::set_name(transaction, hub.id, &settings.name)?;
        }
    }
    Ok(())
}

/// Begins a new life of the feed and of the server's own chain.
pub(super) fn begin_epochs(
    transaction: &Transaction<'_>,
    key: &SigningKey,
    hub: HubId,
    epochs: &NewEpochs,
) -> Result<(), StoreError> {
    let mut hub = hubs::get(transaction, hub)?;
    let source = Source::Server(hub.source);
    let ended = journal::branches(transaction, hub.id, source, hub.source_epoch)?;
    let previous = ended.first().map(|row| EpochEnd {
        epoch: row.head.epoch,
        seq: row.head.seq,
        hash: row.head.hash,
    });
    hub.source_epoch = epochs.source_epoch;
    hubs::set_source_epoch(transaction, hub.id, hub.source_epoch)?;
    let mut head = hubs::head(transaction, hub.id)?;
    head.feed_epoch.clone_from(&epochs.feed_epoch);
    hubs::set_head(transaction, hub.id, &head)?;
    let act = Act {
        action: epochs.action,
        actor: None,
        kind: "epoch_opened".to_owned(),
        at: epochs.at,
        events: vec![Event::EpochOpened {
            label: epoch_label(hub.source_epoch, epochs.at),
            reason: EpochReason::Restored,
            previous,
        }],
        attachments: Vec::new(),
        entities: Vec::new(),
    };
    batches::record(transaction, &hub, key, &act)?;
    Ok(())
}
