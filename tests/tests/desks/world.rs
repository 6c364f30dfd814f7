//! A server on the loopback and tills that speak to it over a line that the test pulls: one request at
//! a time, heard or not, answered or not.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use comptoir_domain::ids::{ActionId, IdSource, OrderId, SlotId};
use comptoir_domain::money::Money;
use comptoir_domain::quantity::Quantity;
use comptoir_domain::slot::Slot;
use comptoir_domain::time::Timestamp;
use comptoir_sync::feed::EntityKind;
use comptoir_sync::pairing::PairingCode;
use comptoir_sync::protocol::ErrorReply;
use comptoir_testkit::{FixedClock, SeededIds};
use comptoir_tests::founding::Founding;
use comptoir_till::Core;
use comptoir_till::key::KeyFiles;
use comptoir_till::store::{Storage, StorePlace};
use comptoir_till::sync::{Enrolment, Next, SyncEngine, SyncFailure, SyncReply, SyncRequest};
use comptoir_till::wire::{
    OrderView, ParkedElsewhere, ParkedOrder, PayAdd, Scan, Screen, SellView, ShiftOpen,
    StaffSignIn, TillView,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use sync_server::clock::Clock;
use sync_server::connections::Limits;
use sync_server::data_folder::{DataFolder, DataFolderError};
use sync_server::entropy::random_bytes;
use sync_server::mail::MailOptions;
use sync_server::server::{
    PaymentOptions, RunningServer, Server, ServerOptions, StartError, Transport, WebhookOptions,
};
use sync_server::store::sqlite::Access;
use sync_server::store::{Act, EntityChange, NewEnrolment, Store, StoreError};
use tokio::runtime::Runtime;

pub(crate) const PIN: &str = "4711";
pub(crate) const BREAD: &str = "2000000000015";
pub(crate) const HONEY: &str = "2000000000039";

#[derive(Debug)]
struct Standing(FixedClock);

impl Clock for Standing {
    fn now(&self) -> Timestamp {
        self.0.now()
    }
}

/// The hub's server.
pub(crate) struct Hub {
    runtime: Runtime,
    folder: tempfile::TempDir,
    pub(crate) clock: FixedClock,
    founding: Founding,
    server: Option<RunningServer>,
    client: reqwest::Client,
    ids: SeededIds,
}

impl Hub {
    pub(crate) fn open() -> Hub {
        let mut ids = SeededIds::new(3);
        let mut founding = Founding::new(&mut ids, "Maud", PIN);
        founding.add(&mut ids, "Bread", BREAD, Some(Money::minor(420)));
        founding.add(&mut ids, "Honey", HONEY, Some(Money::minor(755)));
        let mut hub = Hub {
            runtime: tokio::runtime::Builder::new_multi_thread()
                .worker_threads(1)
                .enable_all()
                .build()
                .unwrap(),
            folder: tempfile::tempdir().unwrap(),
            clock: FixedClock::default(),
            founding,
            server: None,
            client: reqwest::Client::new(),
            ids,
        };
        let store = DataFolder::create(hub.folder.path()).unwrap();
        let store = store.open_store(Access::Beside).unwrap();
        let now = hub.clock.now();
        let new = hub.founding.hub(&mut hub.ids, now);
        hub.runtime.block_on(store.create_hub(new)).unwrap();
        let stock = |_: &_| Quantity::pieces(1000);
        let opening = hub.founding.opening(&mut hub.ids, now, stock);
        let hub_id = hub.founding.settings.hub;
        hub.runtime.block_on(store.record(hub_id, opening)).unwrap();
        drop(store);
        hub.serve();
        hub
    }

    pub(crate) fn serve(&mut self) {
        let options = ServerOptions {
            data_dir: self.folder.path().to_owned(),
            listen: ([127, 0, 0, 1], 0).into(),
            transport: Transport::Plain,
            clock: Arc::new(Standing(self.clock.clone())),
            behind_proxy: false,
            limits: Limits::default(),
            mail: MailOptions::default(),
            payments: PaymentOptions::default(),
            webhooks: WebhookOptions::default(),
        };
        // The one before lets go of its file when the last of its threads ends.
        let server = loop {
            match self.runtime.block_on(Server::start(options.clone())) {
                Err(StartError::Folder(DataFolderError::Store(StoreError::ServedAlready))) => {
                    std::thread::yield_now();
                }
                started => break started.unwrap(),
            }
        };
        self.server = Some(server);
    }

    /// Ends the server; nobody answers until it is served again.
    pub(crate) fn stop(&mut self) {
        if let Some(server) = self.server.take() {
            self.runtime.block_on(server.stop());
        }
    }

    fn store(&self) -> Arc<dyn Store> {
        self.server.as_ref().unwrap().store()
    }

    fn address(&self) -> Option<String> {
        let server = self.server.as_ref()?;
        Some(format!("http://{}", server.addr()))
    }

    fn code(&mut self) -> String {
        let code = PairingCode::new(random_bytes().unwrap(), None);
        let now = self.clock.now();
        let enrolment = NewEnrolment {
            code_hash: code.code_hash(),
            location: self.founding.location,
            created_at: now,
            expires_at: now.plus_ms(900_000),
        };
        let opened = self.store();
        let opened = opened.open_enrolment(self.founding.settings.hub, enrolment);
        self.runtime.block_on(opened).unwrap();
        code.to_string()
    }

    /// Two hours in which orders are fetched, from an hour on.
    pub(crate) fn slot(&mut self) -> SlotId {
        let slot = Slot {
            id: SlotId::from_uuid(self.ids.next_uuid()),
            location: self.founding.location,
            starts_at: self.clock.now().plus_ms(3_600_000),
            ends_at: self.clock.now().plus_ms(3 * 3_600_000),
            orders_until: self.clock.now().plus_ms(1_800_000),
            capacity: None,
            active: true,
        };
        let put = EntityChange::put(EntityKind::SLOT, slot.id, &slot).unwrap();
        let act = Act {
            action: ActionId::from_uuid(self.ids.next_uuid()),
            actor: None,
            kind: "slot_added".to_owned(),
            at: self.clock.now(),
            events: Vec::new(),
            attachments: Vec::new(),
            entities: vec![put],
        };
        let store = self.store();
        let recorded = store.record(self.founding.settings.hub, act);
        self.runtime.block_on(recorded).unwrap();
        slot.id
    }

    /// Says one thing over the line, and what came back.
    pub(crate) fn hear(&self, request: &SyncRequest) -> Result<SyncReply, SyncFailure> {
        match request {
            SyncRequest::Hello => self.get("v1/hello").map(SyncReply::Hello),
            SyncRequest::Challenge(body) => {
                let reply = self.post("v1/session/challenge", None, body);
                reply.map(SyncReply::Challenge)
            }
            SyncRequest::Session(body) => {
                self.post("v1/session", None, body).map(SyncReply::Session)
            }
            SyncRequest::Push { token, push } => {
                self.post("v1/push", Some(token), push).map(SyncReply::Push)
            }
            SyncRequest::Desk { token, desk } => {
                self.post("v1/desk", Some(token), desk).map(SyncReply::Desk)
            }
            SyncRequest::Pull { token, pull } => {
                let mut pull = pull.clone();
                // Nobody waits for news here.
                pull.wait_ms = 0;
                self.post("v1/pull", Some(token), &pull)
                    .map(SyncReply::Pull)
            }
        }
    }

    fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, SyncFailure> {
        let address = self.address().ok_or(SyncFailure::Unreachable)?;
        let call = self.client.get(format!("{address}/{path}"));
        self.answer(call)
    }

    fn post<T: DeserializeOwned>(
        &self,
        path: &str,
        token: Option<&String>,
        body: &impl Serialize,
    ) -> Result<T, SyncFailure> {
        let address = self.address().ok_or(SyncFailure::Unreachable)?;
        let mut call = self.client.post(format!("{address}/{path}")).json(body);
        if let Some(token) = token {
            call = call.bearer_auth(token);
        }
        self.answer(call)
    }

    fn answer<T: DeserializeOwned>(&self, call: reqwest::RequestBuilder) -> Result<T, SyncFailure> {
        self.runtime.block_on(async {
            let response = call.send().await.map_err(|_| SyncFailure::Unreachable)?;
            if response.status() == reqwest::StatusCode::UNAUTHORIZED {
                return Err(SyncFailure::Unauthorised);
            }
            if !response.status().is_success() {
                let refusal: ErrorReply = response.json().await.unwrap();
                panic!("the server refuses: {refusal:?}");
            }
            Ok(response.json().await.unwrap())
        })
    }
}

impl Drop for Hub {
    fn drop(&mut self) {
        self.stop();
    }
}

/// A till of the hub, signed in and selling.
pub(crate) struct Station {
    folder: tempfile::TempDir,
    clock: FixedClock,
    seed: u64,
    lives: u64,
    core: Option<Core>,
    engine: SyncEngine,
    ids: SeededIds,
    pub(crate) is_away: bool,
}

impl Station {
    pub(crate) fn join(hub: &mut Hub, seed: u64) -> Station {
        let mut station = Station {
            folder: tempfile::tempdir().unwrap(),
            clock: hub.clock.clone(),
            seed,
            lives: 0,
            core: None,
            engine: SyncEngine::new(seed),
            ids: SeededIds::new(seed ^ 0xab),
            is_away: false,
        };
        station.open();
        let code = hub.code();
        let enrolment = Enrolment::read(&hub.address().unwrap(), &code).unwrap();
        let request = enrolment.request(station.core()).unwrap();
        let joined = enrolment.exchange(&request).unwrap();
        joined.adopt(station.core()).unwrap();
        station.talk(hub);
        station.sign_in();
        let action = station.action();
        station
            .core()
            .shift_open(&ShiftOpen {
                action,
                float: Money::minor(5000),
                denominations: Vec::new(),
            })
            .unwrap();
        station.talk(hub);
        station
    }

    fn open(&mut self) {
        self.lives += 1;
        let directory: PathBuf = self.folder.path().join("till");
        let place = StorePlace {
            directory: directory.clone(),
            storage: Storage::ThrowAway,
            reserve_bytes: 64 * 1024,
        };
        let clock = self.clock.clone();
        let keys = KeyFiles::new(KeyFiles::beside(Path::new(&directory)));
        let core = Core::open(
            &place,
            Box::new(move || clock.now()),
            Box::new(SeededIds::new(self.seed * 1000 + self.lives)),
            Box::new(keys),
        );
        self.core = Some(core.unwrap());
        self.engine = SyncEngine::new(self.seed);
    }

    /// The program ends without a word and starts again.
    pub(crate) fn crash(&mut self) {
        self.core = None;
        self.open();
        self.sign_in();
    }

    fn sign_in(&mut self) {
        if let Screen::SignIn(view) = self.view().screen {
            let staff = view.staff[0].id;
            let pin = PIN.to_owned();
            self.core()
                .staff_sign_in(&StaffSignIn { staff, pin })
                .unwrap();
        }
    }

    pub(crate) fn core(&mut self) -> &mut Core {
        self.core.as_mut().unwrap()
    }

    pub(crate) fn action(&mut self) -> ActionId {
        ActionId::from_uuid(self.ids.next_uuid())
    }

    pub(crate) fn view(&mut self) -> TillView {
        let report = {
            let core = self.core.as_mut().unwrap();
            self.engine.report(core).unwrap()
        };
        let core = self.core.as_mut().unwrap();
        core.report_sync(report);
        core.view().unwrap()
    }

    pub(crate) fn sell(&mut self) -> SellView {
        match self.view().screen {
            Screen::Sell(view) => *view,
            other => panic!("not selling: {other:?}"),
        }
    }

    pub(crate) fn order(&mut self) -> OrderView {
        self.sell().order.unwrap()
    }

    pub(crate) fn parked(&mut self) -> Vec<ParkedOrder> {
        self.sell().parked
    }

    pub(crate) fn elsewhere(&mut self) -> Vec<ParkedElsewhere> {
        self.sell().parked_elsewhere
    }

    pub(crate) fn scan(&mut self, code: &str) {
        let scan = Scan {
            code: code.to_owned(),
            symbology: None,
            quantity: None,
            confirmed: false,
        };
        self.core().order_scan(&scan).unwrap();
    }

    pub(crate) fn pays_cash(&mut self, tendered: i64) {
        self.pays(None, Some(Money::minor(tendered)));
    }

    pub(crate) fn pays_a_part(&mut self, amount: i64) {
        self.pays(Some(Money::minor(amount)), None);
    }

    fn pays(&mut self, amount: Option<Money>, tendered: Option<Money>) {
        let pay = PayAdd {
            action: self.action(),
            tender: "cash".to_owned(),
            amount,
            tendered,
            reference: None,
            confirmed: true,
            goes: None,
            approval: None,
        };
        self.core().pay_add(&pay).unwrap();
    }

    /// Rings a sale up and puts it aside.
    pub(crate) fn parks(&mut self, codes: &[&str]) -> OrderId {
        for code in codes {
            self.scan(code);
        }
        let order = self.order().id;
        self.core().order_park().unwrap();
        order
    }

    /// What is to be said next; none where there is nothing new to say.
    pub(crate) fn next(&mut self) -> Option<SyncRequest> {
        self.engine.wake();
        for _ in 0..1000 {
            let core = self.core.as_mut().unwrap();
            match self.engine.next(core).unwrap() {
                Next::Work => {
                    self.engine.work(core).unwrap();
                }
                Next::Request(request) => return Some(request),
                Next::Rest { .. } => return None,
            }
        }
        panic!("there is work for ever");
    }

    pub(crate) fn hears(&mut self, request: &SyncRequest, answer: Result<SyncReply, SyncFailure>) {
        let core = self.core.as_mut().unwrap();
        self.engine.apply(core, request, answer).unwrap();
    }

    /// One exchange: whether it only asked for news and there was none.
    pub(crate) fn exchange(&mut self, hub: &Hub) -> bool {
        let Some(request) = self.next() else {
            return true;
        };
        let waits = matches!(&request, SyncRequest::Pull { pull, .. } if pull.wait_ms > 0);
        let answer = match self.is_away {
            true => Err(SyncFailure::Unreachable),
            false => hub.hear(&request),
        };
        let is_news = matches!(
            &answer,
            Ok(SyncReply::Pull(comptoir_sync::protocol::PullReply::Page(page)))
                if !page.items.is_empty()
        );
        self.hears(&request, answer);
        // What the news asks for is done before anything else is said.
        self.work();
        self.is_away || (waits && !is_news)
    }

    fn work(&mut self) {
        for _ in 0..1000 {
            let core = self.core.as_mut().unwrap();
            match self.engine.next(core).unwrap() {
                Next::Work => {
                    self.engine.work(core).unwrap();
                }
                _ => return,
            }
        }
        panic!("there is work for ever");
    }

    /// Talks until there is nothing new.
    pub(crate) fn talk(&mut self, hub: &Hub) {
        for _ in 0..200 {
            // The pause between two questions for news is over.
            self.clock.advance(1_001);
            if self.exchange(hub) {
                return;
            }
        }
        panic!("they never stop talking");
    }

    /// The orders that lie here, open or aside.
    pub(crate) fn drafts(&mut self) -> Vec<OrderId> {
        self.ids_of("SELECT id FROM draft")
    }

    /// The sales that were given up and are not known to have arrived.
    pub(crate) fn held(&mut self) -> Vec<OrderId> {
        self.ids_of("SELECT order_id FROM claim WHERE snapshot IS NOT NULL")
    }

    /// Writes something else in the place of the sale that was given up; answers with what was there.
    pub(crate) fn rewrite_held(&mut self, text: &str) -> String {
        let connection = self.core().connection();
        let before = "SELECT snapshot FROM claim WHERE snapshot IS NOT NULL";
        let before = connection.query_row(before, [], |row| row.get(0)).unwrap();
        let change = "UPDATE claim SET snapshot = ?1 WHERE snapshot IS NOT NULL";
        connection.execute(change, [text]).unwrap();
        before
    }

    fn ids_of(&mut self, sql: &str) -> Vec<OrderId> {
        let connection = self.core().connection();
        let mut statement = connection.prepare(sql).unwrap();
        let ids = statement
            .query_map([], |row| row.get::<_, String>(0))
            .unwrap();
        ids.map(|id| id.unwrap().parse().unwrap()).collect()
    }
}

/// Everybody talks until nobody has anything new to say.
pub(crate) fn settle(hub: &Hub, stations: &mut [&mut Station]) {
    for _ in 0..6 {
        for station in &mut *stations {
            station.talk(hub);
        }
    }
}
