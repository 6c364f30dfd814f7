//! A hub on the loopback, and a till of it.

use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::Receiver;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use comptoir_domain::event::{AuditFact, Event};
use comptoir_domain::ids::{ActionId, EpochId, HubId, TillId};
use comptoir_domain::settings::Location;
use comptoir_sync::feed::EntityKind;
use comptoir_sync::pairing::PairingCode;
use comptoir_till::Till;
use sync_server::clock::{Clock, SystemClock};
use sync_server::connections::Limits;
use sync_server::data_folder::DataFolder;
use sync_server::enrolment::CODE_LIFE_MS;
use sync_server::entropy::{new_uuid, random_bytes};
use sync_server::mail::MailOptions;
use sync_server::server::{
    PaymentOptions, RunningServer, Server, ServerOptions, Transport, WebhookOptions,
};
use sync_server::store::sqlite::Access;
use sync_server::store::{Act, EntityChange, NewEnrolment, NewHub, Store};
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::support::{Goods, folder};
use crate::trade::Bench;

/// How many things one act of the server changes while the catalogue is put in.
const ACT_ROWS: usize = 2000;

/// How long anything may take before a run is given up.
const PATIENCE: Duration = Duration::from_secs(120);

/// A server with one hub in a folder of its own.
pub(crate) struct Hub {
    pub(crate) folder: TempDir,
    pub(crate) server: RunningServer,
    pub(crate) bench: Bench,
}

impl Hub {
    pub(crate) fn start(runtime: &Runtime) -> Result<Hub> {
        let folder = folder("server-")?;
        let bench = bench();
        runtime.block_on(async {
            found(folder.path(), &bench).await?;
            let options = ServerOptions {
                data_dir: folder.path().to_owned(),
                listen: ([127, 0, 0, 1], 0).into(),
                transport: Transport::Plain,
                clock: Arc::new(SystemClock),
                behind_proxy: false,
                limits: Limits::default(),
                mail: MailOptions::default(),
                payments: PaymentOptions::default(),
                webhooks: WebhookOptions::default(),
            };
            let server = Server::start(options).await.context("start the server")?;
            Ok(Hub {
                folder,
                server,
                bench,
            })
        })
    }

    pub(crate) fn id(&self) -> HubId {
        self.bench.settings.hub
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.server.addr())
    }

    pub(crate) fn stock(&self, runtime: &Runtime, goods: &[Goods]) -> Result<()> {
        let mut changes = Vec::with_capacity(2 * goods.len());
        for goods in goods {
            let (product, variant) = (&goods.product, &goods.variant);
            changes.push(EntityChange::put(EntityKind::PRODUCT, product.id, product)?);
            changes.push(EntityChange::put(EntityKind::VARIANT, variant.id, variant)?);
        }
        let acts: Result<Vec<Act>> = changes
            .chunks(ACT_ROWS)
            .map(|changes| act(Vec::new(), changes.to_vec()))
            .collect();
        let store = self.server.store();
        runtime
            .block_on(store.record_all(self.id(), acts?))
            .context("put the catalogue in")?;
        Ok(())
    }
}

pub(crate) fn bench() -> Bench {
    let mut bench = Bench::new();
    bench.settings.locations.push(Location {
        id: bench.location,
        name: "Halle".to_owned(),
        active: true,
    });
    bench
}

pub(crate) async fn found(path: &Path, bench: &Bench) -> Result<()> {
    let now = SystemClock.now();
    let folder = DataFolder::create(path).context("make the server's folder")?;
    let store = folder
        .open_store(Access::Beside)
        .context("open the store")?;
    let hub = NewHub {
        settings: bench.settings.clone(),
        source: TillId::from_uuid(new_uuid(now)?),
        source_epoch: EpochId::from_uuid(new_uuid(now)?),
        feed_epoch: "first".to_owned(),
        action: ActionId::from_uuid(new_uuid(now)?),
        at: now,
    };
    store.create_hub(hub).await.context("found the hub")?;
    let stock = act(vec![bench.opening_stock()], Vec::new())?;
    store.record(bench.settings.hub, stock).await?;
    Ok(())
}

/// Something that the server does.
pub(crate) fn act(mut events: Vec<Event>, entities: Vec<EntityChange>) -> Result<Act> {
    let now = SystemClock.now();
    if events.is_empty() {
        let version = "0.1.0".to_owned();
        events.push(Event::Audited {
            fact: AuditFact::Started { version },
        });
    }
    Ok(Act {
        action: ActionId::from_uuid(new_uuid(now)?),
        actor: None,
        kind: "catalogue_imported".to_owned(),
        at: now,
        events,
        attachments: Vec::new(),
        entities,
    })
}

pub(crate) async fn one_time_code(store: &dyn Store, bench: &Bench) -> Result<PairingCode> {
    let now = SystemClock.now();
    let code = PairingCode::new(random_bytes()?, None);
    let enrolment = NewEnrolment {
        code_hash: code.code_hash(),
        location: bench.location,
        created_at: now,
        expires_at: now.plus_ms(CODE_LIFE_MS),
    };
    store.open_enrolment(bench.settings.hub, enrolment).await?;
    Ok(code)
}

/// A till at work that was paired with the hub, and what it says by itself.
pub(crate) struct Paired {
    pub(crate) till: Till,
    pub(crate) told: Receiver<Instant>,
    pub(crate) folder: TempDir,
}

impl Paired {
    /// Closes the till and leaves its folder.
    pub(crate) fn close(self) -> TempDir {
        self.till.close();
        self.folder
    }

    /// Looks again at every change of the screen until it is so, and says when that one came.
    pub(crate) fn until(&self, mut is_so: impl FnMut(&Till) -> Result<bool>) -> Result<Instant> {
        loop {
            let at = self.told.recv_timeout(PATIENCE);
            let at = at.context("the till says nothing more")?;
            if is_so(&self.till)? {
                return Ok(at);
            }
        }
    }
}
