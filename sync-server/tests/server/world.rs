//! A server with one hub in a folder of its own, and tills that speak to it over HTTP.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use comptoir_domain::document::TillCode;
use comptoir_domain::entry::{ChainHead, EntryHash, EntrySignature, SealedEntry, Source};
use comptoir_domain::event::{AuditFact, Event};
use comptoir_domain::ids::{ActionId, EpochId, HubId, LocationId, TillId};
use comptoir_domain::settings::Location;
use comptoir_domain::tender::TenderKind;
use comptoir_domain::time::Timestamp;
use comptoir_sync::feed::Cursor;
use comptoir_sync::pairing::PairingCode;
use comptoir_sync::protocol::{
    ChallengeReply, ChallengeRequest, EnrolReply, EnrolRequest, ErrorReply, FeedPage, PullReply,
    PullRequest, PushReply, PushRequest, SessionReply, SessionRequest, challenge_bytes,
};
use comptoir_testkit::FixedClock;
use ed25519_dalek::Signer;
use reqwest::{Client, Response, StatusCode};
use serde::Serialize;
use serde::de::DeserializeOwned;
use sync_server::clock::Clock;
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

use crate::trade::{Bench, MONDAY, Side, pieces};

#[derive(Debug, Clone)]
pub(crate) struct TestClock(pub(crate) FixedClock);

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        self.0.now()
    }
}

pub(crate) struct World {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) server: RunningServer,
    pub(crate) clock: FixedClock,
    pub(crate) bench: Bench,
    pub(crate) client: Client,
}

impl World {
    pub(crate) async fn start() -> World {
        World::start_with(|_| {}).await
    }

    /// With a server that is set up otherwise.
    pub(crate) async fn start_with(adjust: impl FnOnce(&mut ServerOptions)) -> World {
        let folder = tempfile::tempdir().unwrap();
        let clock = FixedClock::at(MONDAY);
        let mut bench = Bench::new();
        bench.settings.locations.push(Location {
            id: bench.location,
            name: "Market".to_owned(),
            active: true,
        });
        found(folder.path().to_owned(), &bench, MONDAY).await;
        let mut options = options(folder.path().to_owned(), &clock);
        adjust(&mut options);
        let server = Server::start(options).await.unwrap();
        World {
            folder,
            server,
            clock,
            bench,
            client: Client::new(),
        }
    }

    /// Stops the server and starts it again on the same folder.
    pub(crate) async fn restart(self) -> World {
        self.restart_after(|_| {}).await
    }

    /// With something done to the database while nobody serves.
    pub(crate) async fn restart_after(self, change: impl FnOnce(&rusqlite::Connection)) -> World {
        self.server.stop().await;
        change(&rusqlite::Connection::open(self.folder.path().join("server.db")).unwrap());
        let options = options(self.folder.path().to_owned(), &self.clock);
        let server = Server::start(options).await.unwrap();
        World { server, ..self }
    }

    pub(crate) fn hub(&self) -> HubId {
        self.bench.settings.hub
    }

    /// Returns when so many entries are part of the state.
    pub(crate) async fn wait_for_fold_no(&self, fold_no: u64) {
        let store = self.store();
        let mut news = store.watch_feed(self.hub()).await.unwrap();
        while store.head(self.hub()).await.unwrap().fold_no < fold_no {
            news.changed().await.unwrap();
        }
    }

    pub(crate) fn store(&self) -> Arc<dyn Store> {
        self.server.store()
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.server.addr())
    }

    pub(crate) async fn post(
        &self,
        path: &str,
        token: Option<&str>,
        body: &impl Serialize,
    ) -> Response {
        let mut request = self.client.post(self.url(path)).json(body);
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        request.send().await.unwrap()
    }

    /// A one-time code, as the office would print it.
    pub(crate) async fn code(&self) -> PairingCode {
        self.code_for(self.bench.location).await
    }

    async fn code_for(&self, location: LocationId) -> PairingCode {
        let code = PairingCode::new(random_bytes().unwrap(), None);
        let now = self.clock.now();
        let enrolment = NewEnrolment {
            code_hash: code.code_hash(),
            location,
            created_at: now,
            expires_at: now.plus_ms(CODE_LIFE_MS),
        };
        let store = self.store();
        store.open_enrolment(self.hub(), enrolment).await.unwrap();
        code
    }

    pub(crate) async fn enrol(&self, code: &str, side: &Side, wanted: Option<&str>) -> Response {
        self.post("/v1/enrol", None, &enrol_request(code, side, wanted))
            .await
    }

    /// A till that is enrolled and has a session.
    pub(crate) async fn till(&self, number: u8) -> TestTill {
        let side = Side::till(number);
        let code = self.code().await.to_string();
        let reply: EnrolReply = read(self.enrol(&code, &side, None).await).await;
        assert_eq!(reply.hub, self.hub());
        let token = self.session(&side).await;
        TestTill { side, token }
    }

    pub(crate) async fn session(&self, side: &Side) -> String {
        let till = side.till_id();
        let request = ChallengeRequest { till };
        let reply = self.post("/v1/session/challenge", None, &request).await;
        let challenge = read::<ChallengeReply>(reply).await.challenge;
        let reply = self.answer(side, challenge).await;
        read::<SessionReply>(reply).await.token
    }

    pub(crate) async fn answer(&self, side: &Side, challenge: EntryHash) -> Response {
        let till = side.till_id();
        let signature = side.key.sign(&challenge_bytes(till, challenge));
        let request = SessionRequest {
            till,
            challenge,
            signature: EntrySignature(signature.to_bytes()),
        };
        self.post("/v1/session", None, &request).await
    }

    pub(crate) async fn push(&self, till: &TestTill, entries: &[SealedEntry]) -> PushReply {
        let request = push_request(&till.side, entries);
        read(self.post("/v1/push", Some(&till.token), &request).await).await
    }

    pub(crate) async fn pull(
        &self,
        till: &TestTill,
        since: Option<Cursor>,
        limit: u32,
    ) -> PullReply {
        self.pull_waiting(till, since, limit, 0).await
    }

    pub(crate) async fn pull_waiting(
        &self,
        till: &TestTill,
        since: Option<Cursor>,
        limit: u32,
        wait_ms: u32,
    ) -> PullReply {
        let request = PullRequest {
            since,
            limit,
            wait_ms,
        };
        read(self.post("/v1/pull", Some(&till.token), &request).await).await
    }

    pub(crate) async fn page(
        &self,
        till: &TestTill,
        since: Option<Cursor>,
        limit: u32,
    ) -> FeedPage {
        match self.pull(till, since, limit).await {
            PullReply::Page(page) => page,
            PullReply::Resync { .. } => panic!("the server wants everything loaded anew"),
        }
    }

    /// Changes things by hand, as an import does.
    pub(crate) async fn put(&self, entities: Vec<EntityChange>) {
        let act = self.act("catalogue_imported", entities);
        self.store().record(self.hub(), act).await.unwrap();
    }

    pub(crate) fn act(&self, kind: &str, entities: Vec<EntityChange>) -> Act {
        let now = self.clock.now();
        Act {
            action: ActionId::from_uuid(new_uuid(now).unwrap()),
            actor: None,
            kind: kind.to_owned(),
            at: now,
            events: vec![started()],
            attachments: Vec::new(),
            entities,
        }
    }

    /// All problems that are open, by rule.
    pub(crate) async fn problems(&self) -> Vec<comptoir_domain::problem::Problem> {
        let kind = comptoir_sync::feed::EntityKind::new("problem");
        let rows = self.store().entities(self.hub(), kind).await.unwrap();
        rows.iter()
            .map(|row| serde_json::from_str(&row.body).unwrap())
            .collect()
    }
}

async fn found(path: PathBuf, bench: &Bench, now: Timestamp) {
    let folder = DataFolder::create(&path).unwrap();
    let store = folder.open_store(Access::Beside).unwrap();
    let hub = NewHub {
        settings: bench.settings.clone(),
        source: TillId::from_uuid(new_uuid(now).unwrap()),
        source_epoch: EpochId::from_uuid(new_uuid(now).unwrap()),
        feed_epoch: "first".to_owned(),
        action: ActionId::from_uuid(new_uuid(now).unwrap()),
        at: now,
    };
    store.create_hub(hub).await.unwrap();
}

const HOUR: Duration = Duration::from_secs(3600);

fn options(data_dir: PathBuf, clock: &FixedClock) -> ServerOptions {
    ServerOptions {
        data_dir,
        listen: ([127, 0, 0, 1], 0).into(),
        transport: Transport::Plain,
        clock: Arc::new(TestClock(clock.clone())),
        behind_proxy: false,
        limits: Limits::default(),
        mail: MailOptions::default(),
        // Tests do in their own time what the server does in its.
        payments: PaymentOptions {
            every: HOUR,
            ..PaymentOptions::default()
        },
        webhooks: WebhookOptions {
            every: HOUR,
            ..WebhookOptions::default()
        },
    }
}

/// Something that changes no figure.
pub(crate) fn started() -> Event {
    Event::Audited {
        fact: AuditFact::Started {
            version: "0.1.0".to_owned(),
        },
    }
}

pub(crate) fn enrol_request(code: &str, side: &Side, wanted: Option<&str>) -> EnrolRequest {
    EnrolRequest {
        code: code.to_owned(),
        till: side.till_id(),
        key: EntryHash(side.key.verifying_key().to_bytes()),
        till_code: wanted.map(|code| TillCode::new(code).unwrap()),
        till_version: "0.1.0".to_owned(),
    }
}

pub(crate) fn push_request(side: &Side, entries: &[SealedEntry]) -> PushRequest {
    PushRequest {
        till: side.till_id(),
        epoch: side.head.epoch,
        entries: entries.to_vec(),
        attachments: Vec::new(),
        sent_at: side.now,
    }
}

pub(crate) async fn read<T: DeserializeOwned>(response: Response) -> T {
    let status = response.status();
    let text = response.text().await.unwrap();
    assert_eq!(status, StatusCode::OK, "{text}");
    serde_json::from_str(&text).unwrap()
}

/// The status and code of a refusal.
pub(crate) async fn refusal(response: Response) -> (u16, String) {
    let status = response.status().as_u16();
    let reply: ErrorReply = response.json().await.unwrap();
    (status, reply.code)
}

pub(crate) struct TestTill {
    pub(crate) side: Side,
    pub(crate) token: String,
}

impl TestTill {
    /// Opens a shift and sells so many candles for cash, one entry each.
    pub(crate) fn sell(&mut self, bench: &Bench, sales: usize) {
        let shift = match self.side.books.open_shift(self.side.till_id()) {
            Some(shift) => shift.id,
            None => self.side.open_shift(bench, 10_000),
        };
        for _ in 0..sales {
            let mut draft = self.side.new_draft(bench);
            self.side.add(bench, &mut draft, "P5", pieces(1));
            self.side
                .pay(bench, &mut draft, TenderKind::Cash, None, shift)
                .unwrap();
            self.side.complete(bench, &draft, shift).unwrap();
        }
    }

    /// Writes an entry with any body, signed as every other.
    pub(crate) fn write_body(&mut self, body: String) {
        self.side.record("any", vec![started()]);
        let header = self.side.entries.pop().unwrap().header;
        let unsigned = SealedEntry {
            header,
            body,
            signature: EntrySignature([0; 64]),
        };
        let hash = unsigned.hash();
        self.side.head.hash = hash;
        self.side.entries.push(SealedEntry {
            signature: EntrySignature(self.side.key.sign(&hash.0).to_bytes()),
            ..unsigned
        });
    }

    /// A copy of the till as it is: same key, same chain so far.
    pub(crate) fn cloned(&self) -> TestTill {
        let mut side = Side::till(0);
        side.source = self.side.source;
        side.books = self.side.books.clone();
        side.key = self.side.key.clone();
        side.head = self.side.head;
        side.entries = self.side.entries.clone();
        side.ids.0 = self.side.ids.0 + (1 << 40);
        side.now = self.side.now;
        side.receipts = self.side.receipts;
        TestTill {
            side,
            token: self.token.clone(),
        }
    }

    pub(crate) fn head(&self) -> ChainHead {
        self.side.head
    }

    pub(crate) fn source(&self) -> Source {
        self.side.source
    }
}
