//! A data folder, the commands on it, and a look at what they left behind.

use std::path::{Path, PathBuf};

use clap::Parser;
use comptoir_domain::catalogue::Variant;
use comptoir_domain::entry::{EntryHash, SealedEntry};
use comptoir_domain::ids::{ActionId, EpochId, TillId};
use comptoir_domain::settings::Location;
use comptoir_sync::feed::EntityKind;
use comptoir_sync::pairing::PairingCode;
use comptoir_sync::protocol::{PushReply, PushRequest};
use serde::de::DeserializeOwned;
use sync_server::commands::{Cli, run_to};
use sync_server::data_folder::DataFolder;
use sync_server::enrolment::CODE_LIFE_MS;
use sync_server::entropy::{new_uuid, random_bytes};
use sync_server::intake::verify_push;
use sync_server::store::sqlite::{Access, SqliteStore};
use sync_server::store::{
    EnrolOutcome, Enrolling, Hub, HubHead, NewEnrolment, NewHub, Store, TillStore,
};

use crate::trade::{Bench, MONDAY, Side, pieces};
use comptoir_domain::tender::TenderKind;

pub(crate) struct Desk {
    pub(crate) home: tempfile::TempDir,
}

impl Desk {
    pub(crate) fn empty() -> Desk {
        Desk {
            home: tempfile::tempdir().unwrap(),
        }
    }

    /// With a French hub of one location.
    pub(crate) fn with_hub() -> Desk {
        let desk = Desk::empty();
        desk.run(&["init", "--name", "Le Panier", "--country", "FR"])
            .unwrap();
        desk
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.path("data")
    }

    /// Runs a command. What it said, or how it failed after what it said.
    pub(crate) fn run(&self, arguments: &[&str]) -> Result<String, (String, anyhow::Error)> {
        let data = self.data();
        let all = ["sync-server", "--data", data.to_str().unwrap()];
        let cli = Cli::try_parse_from(all.iter().chain(arguments)).unwrap();
        let mut said = Vec::new();
        let outcome = run_to(cli, &mut said);
        let said = String::from_utf8(said).unwrap();
        match outcome {
            Ok(()) => Ok(said),
            Err(error) => Err((said, error)),
        }
    }

    /// Imports a table; answers what was said, and the failure.
    pub(crate) fn import(
        &self,
        table: impl AsRef<[u8]>,
    ) -> Result<String, (String, anyhow::Error)> {
        let file = self.path("catalogue.csv");
        std::fs::write(&file, table).unwrap();
        self.run(&["import", "catalogue", file.to_str().unwrap()])
    }

    pub(crate) fn store(&self) -> SqliteStore {
        store_of(&self.data())
    }

    pub(crate) fn head(&self) -> HubHead {
        let store = self.store();
        wait(async { store.head(only_hub(&store).await.id).await.unwrap() })
    }

    pub(crate) fn things<T: DeserializeOwned>(&self, kind: &str) -> Vec<T> {
        let store = self.store();
        let rows = wait(async {
            let hub = only_hub(&store).await;
            store.entities(hub.id, EntityKind::new(kind)).await.unwrap()
        });
        rows.iter()
            .map(|row| serde_json::from_str(&row.body).unwrap())
            .collect()
    }

    pub(crate) fn variant(&self, code: &str) -> Option<Variant> {
        let variants: Vec<Variant> = self.things(EntityKind::VARIANT);
        variants.into_iter().find(|variant| variant.code == code)
    }

    /// With the hub of the trade's bench.
    pub(crate) fn with_bench(bench: &mut Bench) -> Desk {
        bench.settings.locations.push(Location {
            id: bench.location,
            name: "Market".to_owned(),
            active: true,
        });
        let desk = Desk::empty();
        let store = DataFolder::create(&desk.data()).unwrap();
        let store = store.open_store(Access::Beside).unwrap();
        let fresh = || new_uuid(MONDAY).unwrap();
        let hub = NewHub {
            settings: bench.settings.clone(),
            source: TillId::from_uuid(fresh()),
            source_epoch: EpochId::from_uuid(fresh()),
            feed_epoch: "first".to_owned(),
            action: ActionId::from_uuid(fresh()),
            at: MONDAY,
        };
        wait(store.create_hub(hub)).unwrap();
        desk
    }

    /// Makes a side a till of the hub.
    pub(crate) fn enrol(&self, bench: &Bench, side: &Side) {
        let store = self.store();
        let code = PairingCode::new(random_bytes().unwrap(), None);
        let enrolment = NewEnrolment {
            code_hash: code.code_hash(),
            location: bench.location,
            created_at: MONDAY,
            expires_at: MONDAY.plus_ms(CODE_LIFE_MS),
        };
        wait(async {
            store
                .open_enrolment(bench.settings.hub, enrolment)
                .await
                .unwrap();
            let outcome = store.enrol(enrolling(&code, side)).await.unwrap();
            assert!(matches!(outcome, EnrolOutcome::Enrolled { .. }));
        });
    }

    pub(crate) fn push(&self, bench: &Bench, side: &Side, entries: &[SealedEntry]) -> PushReply {
        let request = PushRequest {
            till: side.till_id(),
            epoch: side.head.epoch,
            entries: entries.to_vec(),
            attachments: Vec::new(),
            sent_at: side.now,
        };
        let push = verify_push(request, &side.key.verifying_key(), side.now);
        let store = self.store();
        let replies = wait(store.accept(bench.settings.hub, vec![push], side.now)).unwrap();
        replies.into_iter().next().unwrap()
    }
}

pub(crate) fn enrolling(code: &PairingCode, side: &Side) -> Enrolling {
    let now = MONDAY;
    Enrolling {
        code_hash: code.code_hash(),
        till: side.till_id(),
        key: EntryHash(side.key.verifying_key().to_bytes()),
        wanted_code: None,
        version: "0.1.0".to_owned(),
        action: ActionId::from_uuid(new_uuid(now).unwrap()),
        at: now,
    }
}

pub(crate) fn store_of(data: &Path) -> SqliteStore {
    DataFolder::existing(data)
        .unwrap()
        .open_store(Access::Beside)
        .unwrap()
}

pub(crate) async fn only_hub(store: &SqliteStore) -> Hub {
    store.hubs().await.unwrap().remove(0)
}

pub(crate) fn wait<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Runtime::new().unwrap().block_on(future)
}

/// Sells one of each of these for cash, in one sale each.
pub(crate) fn sell(bench: &Bench, side: &mut Side, codes: &[&str]) {
    let shift = match side.books.open_shift(side.till_id()) {
        Some(shift) => shift.id,
        None => side.open_shift(bench, 10_000),
    };
    for code in codes {
        let mut draft = side.new_draft(bench);
        side.add(bench, &mut draft, code, pieces(1));
        side.pay(bench, &mut draft, TenderKind::Cash, None, shift)
            .unwrap();
        side.complete(bench, &draft, shift).unwrap();
    }
}
