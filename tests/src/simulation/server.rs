//! The server's side of a simulation: its real store, without sockets.

use std::path::{Path, PathBuf};

use comptoir_domain::catalogue::{Product, Variant, VariantKind};
use comptoir_domain::country::Country;
use comptoir_domain::entry::{EntryHash, Source};
use comptoir_domain::event::Event;
use comptoir_domain::ids::{
    ActionId, EpochId, HubId, IdSource, LocationId, ProductId, StaffId, TillId, VariantId,
};
use comptoir_domain::money::Money;
use comptoir_domain::order::Order;
use comptoir_domain::quantity::{Quantity, Unit};
use comptoir_domain::settings::{HubSettings, Location};
use comptoir_domain::staff::{Role, Staff};
use comptoir_domain::stock::{MoveReason, Place, StockMove};
use comptoir_domain::tax::TaxClass;
use comptoir_sync::feed::{EntityKind, FeedItem};
use comptoir_sync::protocol::{PullReply, PullRequest, PushReply, PushRequest};
use comptoir_testkit::{FixedClock, SeededIds};
use ed25519_dalek::{SigningKey, VerifyingKey};
use serde::Serialize;
use serde::de::DeserializeOwned;
use sync_server::intake::verify_push;
use sync_server::store::sqlite::{Access, SqliteStore};
use sync_server::store::{
    Act, EnrolOutcome, Enrolling, EntityChange, JournalRow, NewEnrolment, NewHub, PullQuery, Store,
};

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
        let hub = HubId::from_uuid(ids.next_uuid());
        let location = LocationId::from_uuid(ids.next_uuid());
        let mut settings =
            HubSettings::for_country(hub, "Le Comptoir", Country::FR).expect("France is known");
        settings.locations = vec![Location {
            id: location,
            name: "Halle".to_owned(),
            active: true,
        }];
        let mut server = ServerSide {
            runtime: tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .expect("a runtime starts"),
            store: None,
            database: folder.join("server.db"),
            key: SigningKey::from_bytes(&[7; 32]),
            clock: clock.clone(),
            staff: StaffId::from_uuid(ids.next_uuid()),
            variants: variants(&settings, &mut ids),
            ids,
            hub,
            settings,
            location,
            shop_orders: 0,
        };
        server.open();
        server.begin_hub();
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

    fn begin_hub(&mut self) {
        let new = NewHub {
            settings: self.settings.clone(),
            source: TillId::from_uuid(self.ids.next_uuid()),
            source_epoch: EpochId::from_uuid(self.ids.next_uuid()),
            feed_epoch: "first".to_owned(),
            action: ActionId::from_uuid(self.ids.next_uuid()),
            at: self.clock.now(),
        };
        self.runtime
            .block_on(self.store().create_hub(new))
            .expect("the hub is founded");
        let staff = Staff {
            id: self.staff,
            name: "Cass".to_owned(),
            role: Role::Manager,
            pin_hash: Some(super::till::pin_hash()),
            active: true,
            language: None,
        };
        let mut entities = vec![put(EntityKind::STAFF, &staff.id, &staff)];
        for variant in &self.variants {
            let product = Product {
                id: variant.product,
                name: variant.name.clone(),
                description: None,
                ingredients: None,
                allergens: None,
                origin: None,
                storage: None,
                category: None,
                supplier: None,
            };
            entities.push(put(EntityKind::PRODUCT, &product.id, &product));
            entities.push(put(EntityKind::VARIANT, &variant.id, variant));
        }
        let received = self.variants.iter().map(|variant| StockMove {
            variant: variant.id,
            quantity: Quantity::pieces(500),
            from: Place::Supplier,
            to: Place::Location(self.location),
            reason: MoveReason::Received,
            order: None,
            line: None,
        });
        let events = vec![Event::StockMoved {
            moves: received.collect(),
        }];
        self.record("opening", events, entities);
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

pub(crate) fn put<T: Serialize>(kind: &str, id: &impl ToString, body: &T) -> EntityChange {
    EntityChange::Put {
        kind: EntityKind::new(kind),
        id: id.to_string(),
        body: serde_json::to_string(body).expect("plain values"),
    }
}

fn variants(settings: &HubSettings, ids: &mut SeededIds) -> Vec<Variant> {
    let classes: Vec<TaxClass> = settings
        .tax_rates
        .iter()
        .map(|row| row.class.clone())
        .collect();
    (0..5i64)
        .map(|number| Variant {
            id: VariantId::from_uuid(ids.next_uuid()),
            product: ProductId::from_uuid(ids.next_uuid()),
            code: format!("P{number}"),
            name: format!("Product {number}"),
            unit: if number == 0 {
                Unit::Kilogram
            } else {
                Unit::Each
            },
            price: Some(Money::minor(100 + 37 * number)),
            tax_class: classes[usize::try_from(number).expect("small") % classes.len()].clone(),
            barcodes: vec![format!("20000000000{number}")],
            content: None,
            deposit: None,
            kind: VariantKind::Goods,
            tracks_stock: true,
            searchable: true,
            counter: true,
            shop: true,
            active: true,
            image: None,
        })
        .collect()
}
