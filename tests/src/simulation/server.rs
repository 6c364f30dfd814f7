//! The server's side of a simulation: its real store, without sockets.

use std::path::{Path, PathBuf};

use comptoir_domain::catalogue::Variant;
use comptoir_domain::entry::{EntryHash, Source};
use comptoir_domain::event::Event;
use comptoir_domain::ids::{ActionId, HubId, IdSource, LocationId, StaffId, TillId};
use comptoir_domain::money::Money;
use comptoir_domain::order::Order;
use comptoir_domain::quantity::{Quantity, Unit};
use comptoir_domain::settings::HubSettings;
use comptoir_domain::tax::TaxClass;
use comptoir_sync::feed::{EntityKind, FeedItem};
use comptoir_sync::protocol::{PullReply, PullRequest, PushReply, PushRequest};
use comptoir_testkit::{FixedClock, SeededIds};
use ed25519_dalek::{SigningKey, VerifyingKey};
use serde::de::DeserializeOwned;
use sync_server::intake::verify_push;
use sync_server::store::sqlite::{Access, SqliteStore};
use sync_server::store::{
    Act, EnrolOutcome, Enrolling, EntityChange, JournalRow, NewEnrolment, PullQuery, Store,
};

use crate::founding::Founding;

/// What the cashier types to sign in.
pub(crate) const PIN: &str = "2468";

/// The server with its hub.
pub(crate) struct ServerSide {
    runtime: tokio::runtime::Runtime,
    store: Option<SqliteStore>,
    database: PathBuf,
    key: SigningKey,
    pub(crate) clock: FixedClock,
    pub(crate) ids: SeededIds,
    pub(crate) hub: HubId,
    pub(crate) settings: HubSettings,
    pub(crate) location: LocationId,
    pub(crate) staff: StaffId,
    pub(crate) variants: Vec<Variant>,
    pub(crate) shop_orders: u64,
}

impl ServerSide {
    /// A hub with a few products, one cashier and stock.
    pub(crate) fn found(folder: &Path, seed: u64, clock: &FixedClock) -> ServerSide {
        std::fs::create_dir_all(folder).expect("the simulation's folder takes files");
        let mut ids = SeededIds::new(seed ^ 0x5e7e);
        let mut founding = Founding::new(&mut ids, "Cass", PIN);
        add_variants(&mut founding, &mut ids);
        let mut server = ServerSide {
            runtime: tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .expect("a runtime starts"),
            store: None,
            database: folder.join("server.db"),
            key: SigningKey::from_bytes(&[7; 32]),
            clock: clock.clone(),
            ids,
            hub: founding.settings.hub,
            settings: founding.settings.clone(),
            location: founding.location,
            staff: founding.manager.id,
            variants: founding.variants.clone(),
            shop_orders: 0,
        };
        server.open();
        server.begin_hub(&founding);
        server
    }

    fn open(&mut self) {
        let store = SqliteStore::open(&self.database, self.key.clone(), Access::Serving);
        self.store = Some(store.expect("the server's database opens"));
    }

    fn store(&self) -> &SqliteStore {
        self.store
            .as_ref()
            .expect("the store is open between two steps")
    }

    /// The process ends without a word and starts again.
    pub(crate) fn crash(&mut self) {
        self.store = None;
        self.open();
    }

    fn begin_hub(&mut self, founding: &Founding) {
        let hub = founding.hub(&mut self.ids, self.clock.now());
        self.runtime
            .block_on(self.store().create_hub(hub))
            .expect("the hub is founded");
        let opening = founding.opening(&mut self.ids, self.clock.now(), Quantity::pieces(500));
        self.act(opening);
    }

    /// An act of office or shop: an entry of the server's own chain.
    pub(crate) fn record(&mut self, kind: &str, events: Vec<Event>, entities: Vec<EntityChange>) {
        let act = Act {
            action: ActionId::from_uuid(self.ids.next_uuid()),
            actor: Some(self.staff),
            kind: kind.to_owned(),
            at: self.clock.now(),
            events,
            entities,
        };
        self.act(act);
    }

    fn act(&self, act: Act) {
        self.runtime
            .block_on(self.store().record(self.hub, act))
            .expect("the server records its own acts");
    }

    /// Makes a till one of the hub's and answers with what enrolment answers.
    pub(crate) fn enrol(
        &self,
        till: TillId,
        key: EntryHash,
        number: usize,
        ids: &mut SeededIds,
    ) -> EnrolOutcome {
        let code_hash = [u8::try_from(number).expect("few tills") + 1; 32];
        let now = self.clock.now();
        let enrolment = NewEnrolment {
            code_hash,
            location: self.location,
            created_at: now,
            expires_at: now.plus_ms(900_000),
        };
        self.runtime
            .block_on(self.store().open_enrolment(self.hub, enrolment))
            .expect("a code is remembered");
        let enrolling = Enrolling {
            code_hash,
            till,
            key,
            wanted_code: None,
            version: "0.1.0".to_owned(),
            action: ActionId::from_uuid(ids.next_uuid()),
            at: now,
        };
        self.runtime
            .block_on(self.store().enrol(enrolling))
            .expect("the till is enrolled")
    }

    pub(crate) fn push(&self, request: PushRequest, key: &VerifyingKey) -> PushReply {
        let now = self.clock.now();
        let verified = verify_push(request, key, now);
        let replies = self
            .runtime
            .block_on(self.store().accept(self.hub, vec![verified], now));
        replies.expect("the server takes facts").remove(0)
    }

    pub(crate) fn pull(&self, till: TillId, request: &PullRequest) -> PullReply {
        let query = PullQuery {
            hub: self.hub,
            till,
            since: request.since.clone(),
            rows_max: request.limit,
            bytes_max: 1 << 20,
            now: self.clock.now(),
        };
        self.runtime
            .block_on(self.store().pull(query))
            .expect("the server answers")
    }

    pub(crate) fn journal(&self) -> Vec<JournalRow> {
        self.runtime
            .block_on(self.store().journal(self.hub, 0, u32::MAX >> 1))
            .expect("the journal is readable")
    }

    pub(crate) fn entities(&self, kind: &str) -> Vec<FeedItem> {
        let kind = EntityKind::new(kind);
        self.runtime
            .block_on(self.store().entities(self.hub, kind))
            .expect("the state is readable")
    }

    pub(crate) fn states<T: DeserializeOwned>(&self, kind: &str) -> Vec<T> {
        let items = self.entities(kind).into_iter();
        items
            .map(|item| {
                serde_json::from_str(&item.body).expect("the state is what the domain wrote")
            })
            .collect()
    }

    pub(crate) fn orders(&self) -> Vec<Order> {
        self.states(EntityKind::ORDER)
    }

    pub(crate) fn feed_head(&self) -> u64 {
        *self
            .runtime
            .block_on(self.store().watch_feed(self.hub))
            .expect("the feed has an end")
            .borrow()
    }

    /// How many entries stand on a side branch of their chain.
    pub(crate) fn forks(&self) -> u64 {
        self.journal().iter().filter(|row| row.branch > 0).count() as u64
    }

    pub(crate) fn open_problems(&self) -> u64 {
        self.entities(EntityKind::PROBLEM).len() as u64
    }

    /// The server's own entries carry its own source.
    pub(crate) fn is_own(source: Source) -> bool {
        matches!(source, Source::Server(_))
    }
}

/// Five products at as many rates as there are, the first of them by weight.
fn add_variants(founding: &mut Founding, ids: &mut SeededIds) {
    let rates = founding.settings.tax_rates.iter();
    let classes: Vec<TaxClass> = rates.map(|row| row.class.clone()).collect();
    for (number, class) in classes.iter().cycle().take(5).enumerate() {
        let price = Money::minor(100 + 37 * i64::try_from(number).expect("small"));
        let barcode = format!("20000000000{number}");
        let variant = founding.add(ids, &format!("Product {number}"), &barcode, Some(price));
        variant.tax_class = class.clone();
        if number == 0 {
            variant.unit = Unit::Kilogram;
        }
    }
}
