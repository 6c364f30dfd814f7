//! What every command of a person works with: the folder, its store, the hub that is meant, the
//! present moment and new ids.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, bail};
use comptoir_domain::ids::{ActionId, IdSource, LocationId};
use comptoir_domain::settings::HubSettings;
use comptoir_domain::time::Timestamp;
use comptoir_sync::feed::EntityKind;
use serde::de::DeserializeOwned;

use crate::clock::{Clock, SystemClock};
use crate::data_folder::DataFolder;
use crate::entropy::FreshIds;
use crate::office::{OfficeDesk, OfficeOptions};
use crate::shop::OrderLinks;
use crate::store::sqlite::Access;
use crate::store::{Hub, Store, read_settings};

/// An open data folder. A server may be serving from it at the same time.
pub(super) struct Desk {
    pub folder: DataFolder,
    pub store: Arc<dyn Store>,
    pub now: Timestamp,
    pub ids: FreshIds,
}

impl Desk {
    pub(super) fn open(data: &Path) -> anyhow::Result<Desk> {
        Desk::in_folder(DataFolder::existing(data)?)
    }

    /// Opens a folder that may hold nothing yet.
    pub(super) fn in_folder(folder: DataFolder) -> anyhow::Result<Desk> {
        let store = folder
            .open_store(Access::Beside)
            .with_context(|| format!("open the database in {}", folder.path().display()))?;
        let now = SystemClock.now();
        Ok(Desk {
            folder,
            store: Arc::new(store),
            now,
            ids: FreshIds::new(now)?,
        })
    }

    /// The office, for what is done there by a command.
    pub(super) fn office(&self) -> anyhow::Result<OfficeDesk> {
        Ok(OfficeDesk::new(
            Arc::clone(&self.store),
            OrderLinks::new(&self.folder.server_key()?),
            Arc::new(SystemClock),
            OfficeOptions::default(),
        ))
    }

    pub(super) fn action(&mut self) -> ActionId {
        ActionId::from_uuid(self.ids.next_uuid())
    }

    /// The hub of a name or id; the only one where none is named.
    pub(super) async fn hub(&self, wanted: Option<&str>) -> anyhow::Result<Hub> {
        let hubs = self.store.hubs().await?;
        let names = || {
            let names: Vec<String> = hubs.iter().map(|hub| format!("\"{}\"", hub.name)).collect();
            names.join(", ")
        };
        match (wanted, hubs.as_slice()) {
            (_, []) => bail!("this server has no hub yet: found one with `sync-server init`"),
            (None, [hub]) => Ok(hub.clone()),
            (None, _) => bail!(
                "this server has several hubs: say --hub and one of {}",
                names()
            ),
            (Some(wanted), _) => {
                let found = hubs
                    .iter()
                    .find(|hub| hub.name == wanted || hub.id.to_string() == wanted);
                found
                    .cloned()
                    .with_context(|| format!("no hub is called \"{wanted}\"; there is {}", names()))
            }
        }
    }

    pub(super) async fn settings(&self, hub: &Hub) -> anyhow::Result<HubSettings> {
        let kind = EntityKind::new(EntityKind::SETTINGS);
        let row = self.store.entity(hub.id, kind, hub.id.to_string()).await?;
        let row = row.with_context(|| format!("the hub \"{}\" has no settings", hub.name))?;
        Ok(read_settings(&row.body)?)
    }

    /// All things of a kind.
    pub(super) async fn things<T: DeserializeOwned>(
        &self,
        hub: &Hub,
        kind: &str,
    ) -> anyhow::Result<Vec<T>> {
        let rows = self.store.entities(hub.id, EntityKind::new(kind)).await?;
        let read = |row: comptoir_sync::feed::FeedItem| {
            serde_json::from_str(&row.body).with_context(|| format!("read {kind} {}", row.id))
        };
        rows.into_iter().map(read).collect()
    }
}

/// The location of a name; the only active one where none is named.
pub(super) fn location(settings: &HubSettings, wanted: Option<&str>) -> anyhow::Result<LocationId> {
    let active: Vec<_> = settings
        .locations
        .iter()
        .filter(|location| location.active)
        .collect();
    let names = || {
        let names: Vec<String> = active
            .iter()
            .map(|location| format!("\"{}\"", location.name))
            .collect();
        names.join(", ")
    };
    match (wanted, active.as_slice()) {
        (_, []) => bail!("the hub has no location"),
        (None, [only]) => Ok(only.id),
        (None, _) => bail!(
            "the hub has several locations: say --location and one of {}",
            names()
        ),
        (Some(wanted), _) => active
            .iter()
            .find(|location| location.name == wanted)
            .map(|location| location.id)
            .with_context(|| format!("no location is called \"{wanted}\"; there is {}", names())),
    }
}
