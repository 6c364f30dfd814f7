//! The server's side of a simulation: its real store, without sockets.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use comptoir_domain::books::Books;
use comptoir_domain::catalogue::Variant;
use comptoir_domain::entry::{EntryHash, Source};
use comptoir_domain::event::Event;
use comptoir_domain::ids::{
    ActionId, EpochId, HubId, IdSource, LocationId, OrderId, StaffId, TillId, VariantId,
};
use comptoir_domain::money::Money;
use comptoir_domain::order::Order;
use comptoir_domain::problem::{Decision, Problem};
use comptoir_domain::quantity::{Quantity, Unit};
use comptoir_domain::refusal::Refusal;
use comptoir_domain::settings::HubSettings;
use comptoir_domain::stock::StockLevel;
use comptoir_domain::tax::TaxClass;
use comptoir_sync::desk::{DeskReply, DeskRequest};
use comptoir_sync::feed::{Checksum, Cursor, EntityKind, FeedItem};
use comptoir_sync::protocol::{PullReply, PullRequest, PushReply, PushRequest};
use comptoir_testkit::SeededIds;
use ed25519_dalek::{SigningKey, VerifyingKey};
use serde::de::DeserializeOwned;
use sync_server::intake::verify_push;
use sync_server::shop::{Basket, CurrentShelf, Shelves};
use sync_server::store::sqlite::{Access, SqliteStore};
use sync_server::store::{
    Act, DeskHeard, DeskStore, EnrolOutcome, Enrolling, EntityChange, JournalRow, NewEnrolment,
    NewEpochs, PullQuery, Recorded, Store, TillStore,
};

use super::clock::MachineClock;
use super::disk::{Accident, Disk};
use super::tally::Summary;
use crate::founding::Founding;

/// What the cashier types to sign in.
pub(crate) const PIN: &str = "2468";

/// The server with its hub.
pub(crate) struct ServerSide {
    runtime: tokio::runtime::Runtime,
    store: Option<SqliteStore>,
    database: PathBuf,
    key: SigningKey,
    pub(crate) disk: Disk,
    pub(crate) clock: MachineClock,
    pub(crate) ids: SeededIds,
    pub(crate) hub: HubId,
    pub(crate) settings: HubSettings,
    pub(crate) location: LocationId,
    pub(crate) staff: StaffId,
    backup: Option<PathBuf>,
    /// Products that were taken out of the catalogue.
    pub(crate) deleted: Vec<Variant>,
    /// The sums over the hub's rows that were told to tills, by where in the feed.
    pub(crate) checkpoints: RefCell<BTreeMap<(String, u64), Checksum>>,
    /// What the last customer sent.
    pub(crate) last_basket: Option<Basket>,
    /// An order as a page of the office shows it that was loaded a while ago.
    pub(crate) open_page: Option<Order>,
    /// What somebody chose for a problem and did not save yet.
    pub(crate) open_decision: Option<Vec<Event>>,
    /// What was decided of problems, as it was first seen.
    pub(crate) decisions: RefCell<BTreeMap<String, Decision>>,
    pub(crate) tally: Summary,
    shelves: Shelves,
}

impl ServerSide {
    /// A hub with a few products, one cashier and stock.
    pub(crate) fn found(folder: &Path, seed: u64, clock: MachineClock) -> ServerSide {
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
            disk: Disk::under(folder),
            clock,
            ids,
            hub: founding.settings.hub,
            settings: founding.settings.clone(),
            location: founding.location,
            staff: founding.manager.id,
            backup: None,
            deleted: Vec::new(),
            checkpoints: RefCell::default(),
            last_basket: None,
            open_page: None,
            open_decision: None,
            decisions: RefCell::default(),
            tally: Summary::default(),
            shelves: Shelves::default(),
        };
        server.open();
        server.begin_hub(&founding);
        server
    }

    /// Starts. A start that an accident interrupts leaves no store.
    fn open(&mut self) {
        let store = SqliteStore::open(&self.database, self.key.clone(), Access::Serving);
        self.store = self
            .disk
            .unless_struck(store, "the server's database opens");
    }

    fn store(&self) -> &SqliteStore {
        self.store
            .as_ref()
            .expect("the store is open between two steps")
    }

    /// The process ends without a word and starts again, perhaps not at the first try.
    pub(crate) fn crash(&mut self, random: &mut fastrand::Rng) {
        self.tally.add("server crashes");
        self.shelves = Shelves::default();
        self.store = None;
        self.disk.recover(random);
        if random.u32(0..4) == 0 {
            self.disk.prepare(Accident::Kill, random.u32(1..12));
            self.open();
            self.store = None;
            self.disk.recover(random);
        }
        self.open();
    }

    /// Goes on after an accident, if there was one.
    pub(crate) fn recover(&mut self, random: &mut fastrand::Rng) {
        if self.disk.is_dead() {
            self.crash(random);
        } else {
            self.disk.recover(random);
        }
    }

    /// The administrator keeps a copy.
    pub(crate) fn back_up(&mut self, number: u32) {
        let copy = self.database.with_extension(format!("backup-{number}"));
        self.runtime
            .block_on(self.store().back_up(copy.clone()))
            .expect("the server is backed up while it runs");
        self.backup = Some(copy);
    }

    /// The copy is put back, as `sync-server restore` does it: what came since is lost here, and a
    /// new life of the feed begins.
    pub(crate) fn restore(&mut self) -> bool {
        let Some(copy) = self.backup.take() else {
            return false;
        };
        self.store = None;
        for left_over in ["db-wal", "db-shm"] {
            // What is not there needs no removing.
            let _ = std::fs::remove_file(self.database.with_extension(left_over));
        }
        std::fs::copy(copy, &self.database).expect("the copy is put back");
        self.disk.replaced();
        self.open();
        let epochs = NewEpochs {
            source_epoch: EpochId::from_uuid(self.ids.next_uuid()),
            feed_epoch: self.ids.next_uuid().to_string(),
            action: ActionId::from_uuid(self.ids.next_uuid()),
            at: self.clock.now(),
        };
        self.runtime
            .block_on(self.store().begin_epochs(self.hub, epochs))
            .expect("new epochs begin");
        let present: Vec<Variant> = self.states(EntityKind::VARIANT);
        self.deleted
            .retain(|gone| present.iter().all(|variant| variant.id != gone.id));
        self.decisions.borrow_mut().clear();
        self.tally.add("server restores");
        true
    }

    /// Marks of deletion that are older than a moment are forgotten.
    pub(crate) fn prune_tombstones(&mut self) {
        let now = self.clock.now();
        let pruned = self
            .runtime
            .block_on(self.store().prune_tombstones(self.hub, now));
        self.disk.unless_struck(pruned, "tombstones are pruned");
    }

    fn begin_hub(&mut self, founding: &Founding) {
        let hub = founding.hub(&mut self.ids, self.clock.now());
        self.runtime
            .block_on(self.store().create_hub(hub))
            .expect("the hub is founded");
        let opening = founding.opening(&mut self.ids, self.clock.now(), stock_of);
        self.act(opening);
    }

    /// An act of office or shop: an entry of the server's own chain.
    ///
    /// Answers whether it was written down as far as the office heard.
    pub(crate) fn record(
        &mut self,
        kind: &str,
        events: Vec<Event>,
        entities: Vec<EntityChange>,
    ) -> bool {
        let act = Act {
            action: ActionId::from_uuid(self.ids.next_uuid()),
            actor: Some(self.staff),
            kind: kind.to_owned(),
            at: self.clock.now(),
            events,
            attachments: Vec::new(),
            entities,
        };
        self.act(act)
    }

    fn act(&self, act: Act) -> bool {
        let recorded = self.runtime.block_on(self.store().record(self.hub, act));
        self.disk
            .unless_struck(recorded, "the server records its own acts")
            .is_some()
    }

    /// What somebody asks for, decided for what the hub holds; none where the process dies over it.
    pub(crate) fn decide(
        &self,
        decision: Box<dyn sync_server::store::Decision>,
    ) -> Option<Result<Recorded, Refusal>> {
        let decided = self
            .runtime
            .block_on(self.store().decide(self.hub, decision));
        self.disk.unless_struck(decided, "the server decides")
    }

    /// What the shop offers, as its pages are made from it.
    pub(crate) fn shelf(&self) -> Option<CurrentShelf> {
        let hubs = self.runtime.block_on(self.store().hubs());
        let hub = hubs.expect("the hubs are readable").swap_remove(0);
        let shelf = self.shelves.of(self.store(), &hub, self.clock.now());
        let shelf = self.runtime.block_on(shelf);
        self.disk
            .unless_struck(shelf, "the shop reads its catalogue")
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

    /// Takes what a till sends; no answer where the process dies over it.
    pub(crate) fn push(&self, request: PushRequest, key: &VerifyingKey) -> Option<PushReply> {
        let now = self.clock.now();
        let verified = verify_push(request, key, now);
        let replies = self
            .runtime
            .block_on(self.store().accept(self.hub, vec![verified], now));
        let mut replies = self.disk.unless_struck(replies, "the server takes facts")?;
        Some(replies.remove(0))
    }

    /// Takes what lies on a till's desk; no answer where the process dies over it.
    pub(crate) fn desk(&self, request: DeskRequest) -> Option<DeskReply> {
        let now = self.clock.now();
        let till = self.runtime.block_on(self.store().till(request.till));
        let till = till.expect("the tills are readable")?;
        let heard = self.store().tell_desk(self.hub, till, request, now);
        let heard = self.runtime.block_on(heard);
        match self
            .disk
            .unless_struck(heard, "the server hears of a desk")?
        {
            DeskHeard::Heard { feed_head } => Some(DeskReply {
                feed_head,
                server_time: now,
            }),
            DeskHeard::TooManyClaims => None,
        }
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
        let reply = self
            .runtime
            .block_on(self.store().pull(query))
            .expect("the server answers");
        if let PullReply::Page(page) = &reply {
            let place = (page.next.feed_epoch.clone(), page.head);
            let mut checkpoints = self.checkpoints.borrow_mut();
            let told = *checkpoints.entry(place).or_insert(page.checksum);
            assert_eq!(told, page.checksum, "F1: one place in the feed, two states");
        }
        reply
    }

    /// Where the feed ends, and in which of its lives.
    pub(crate) fn feed_end(&self) -> Cursor {
        let head = self.runtime.block_on(self.store().head(self.hub));
        let head = head.expect("the feed has an end");
        Cursor {
            feed_epoch: head.feed_epoch,
            position: head.position,
        }
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

    /// What is in the catalogue now.
    pub(crate) fn variants(&self) -> Vec<Variant> {
        self.states(EntityKind::VARIANT)
    }

    pub(crate) fn orders(&self) -> Vec<Order> {
        self.states(EntityKind::ORDER)
    }

    pub(crate) fn order(&self, id: OrderId) -> Option<Order> {
        let kind = EntityKind::new(EntityKind::ORDER);
        let row = self.store().entity(self.hub, kind, id.to_string());
        let row = self.runtime.block_on(row).expect("the state is readable");
        row.map(|item| serde_json::from_str(&item.body).expect("what the domain wrote"))
    }

    pub(crate) fn level(&self, variant: VariantId, location: LocationId) -> StockLevel {
        let kind = EntityKind::new(EntityKind::STOCK);
        let row = self
            .store()
            .entity(self.hub, kind, format!("{variant}:{location}"));
        let row = self.runtime.block_on(row).expect("the state is readable");
        row.map_or_else(
            || StockLevel::empty(variant, location),
            |item| serde_json::from_str(&item.body).expect("what the domain wrote"),
        )
    }

    /// How many entries stand on a side branch of their chain.
    pub(crate) fn forks(&self) -> u64 {
        self.journal().iter().filter(|row| row.branch > 0).count() as u64
    }

    /// Everything that events lead to, as far as the office looks at it.
    pub(crate) fn books(&self) -> Books {
        let mut books = Books::default();
        let orders = self.orders().into_iter();
        books.orders = orders.map(|order| (order.id(), order)).collect();
        let levels = self.states::<StockLevel>(EntityKind::STOCK).into_iter();
        books.stock = levels
            .map(|level| ((level.variant, level.location), level))
            .collect();
        books
    }

    pub(crate) fn problems(&self) -> Vec<Problem> {
        self.states(EntityKind::PROBLEM)
    }

    /// The server's own entries carry its own source.
    pub(crate) fn is_own(source: Source) -> bool {
        matches!(source, Source::Server(_))
    }
}

/// Plenty of most things, and few of the dearest, so that the shelf is empty now and then.
fn stock_of(variant: &Variant) -> Quantity {
    let is_scarce = variant.price > Some(Money::minor(200));
    Quantity::pieces(if is_scarce { 25 } else { 400 })
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
