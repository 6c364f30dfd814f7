//! Till and server over the loopback: a first load, a journal on its way in, a price on its way out.
//! Each beside the same work without a network, on the same disk and in the same run.

mod support;
#[path = "../../crates/domain/tests/support/mod.rs"]
mod trade;

use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use comptoir_domain::entry::{EntryHash, EntrySignature, SealedEntry};
use comptoir_domain::event::{AuditFact, Event};
use comptoir_domain::ids::{ActionId, EpochId, HubId, TillId, VariantId};
use comptoir_domain::money::Money;
use comptoir_domain::settings::Location;
use comptoir_domain::tender::TenderKind;
use comptoir_sync::feed::{Cursor, EntityKind, FeedItem};
use comptoir_sync::pairing::PairingCode;
use comptoir_sync::protocol::{
    ChallengeReply, ChallengeRequest, FeedPage, PushOutcome, PushReply, PushRequest, SessionReply,
    SessionRequest, challenge_bytes,
};
use comptoir_testkit::SeededIds;
use comptoir_tests::bench::{Budget, Figure, percentile_ms, record};
use comptoir_till::catalogue;
use comptoir_till::feed::{self, FeedState, Inbox, Taken};
use comptoir_till::key::KeyFiles;
use comptoir_till::store::{Storage, StorePlace};
use comptoir_till::wire::{ProductSearch, SetupPair, TillCommands, TillEvent};
use comptoir_till::{Core, Priority, Till, TillOptions};
use ed25519_dalek::Signer;
use rusqlite::Connection;
use support::{Goods, PRODUCTS, folder, median_ms, timed, timed_alone};
use sync_server::clock::{Clock, SharedClock, SystemClock};
use sync_server::committer::Committer;
use sync_server::connections::Limits;
use sync_server::data_folder::DataFolder;
use sync_server::enrolment::CODE_LIFE_MS;
use sync_server::entropy::{new_uuid, random_bytes};
use sync_server::intake::verify_push;
use sync_server::mail::MailOptions;
use sync_server::server::{
    PaymentOptions, RunningServer, Server, ServerOptions, Transport, WebhookOptions,
};
use sync_server::store::sqlite::Access;
use sync_server::store::{Act, Enrolling, EntityChange, NewEnrolment, NewHub, Store};
use tempfile::TempDir;
use tokio::runtime::Runtime;
use trade::{Bench, Side, pieces};

/// How many things one act of the server changes while the catalogue is put in.
const ACT_ROWS: usize = 2000;

/// How many rows a till writes in one transaction of its first load.
const SLICE_ROWS: usize = 1000;

const PRICES: usize = 25;

/// How many goods a supplier's list renames.
const RENAMED: usize = 5000;

/// A till asks for news again a second after the last ones; prices that change one by one come later.
const BETWEEN_PRICES: Duration = Duration::from_millis(1300);

const TILLS: u8 = 4;
const SALES_PER_TILL: usize = 1000;
const ENTRIES_PER_PUSH: usize = 250;
const ROUNDS: usize = 3;

/// How long anything may take before a run is given up.
const PATIENCE: Duration = Duration::from_secs(120);

fn main() -> Result<()> {
    let runtime = Runtime::new().context("start a runtime")?;
    let goods = support::catalogue()?;
    let hub = Hub::start(&runtime)?;
    hub.stock(&runtime, &goods)?;
    let till = first_load(&runtime, &hub)?;
    news(&runtime, &hub, &till, &goods)?;
    settling(till.close(), &goods)?;
    runtime.block_on(hub.server.stop());
    journals(&runtime)
}

/// A server with one hub in a folder of its own.
struct Hub {
    folder: TempDir,
    server: RunningServer,
    bench: Bench,
}

impl Hub {
    fn start(runtime: &Runtime) -> Result<Hub> {
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

    fn id(&self) -> HubId {
        self.bench.settings.hub
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.server.addr())
    }

    fn stock(&self, runtime: &Runtime, goods: &[Goods]) -> Result<()> {
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

fn bench() -> Bench {
    let mut bench = Bench::new();
    bench.settings.locations.push(Location {
        id: bench.location,
        name: "Halle".to_owned(),
        active: true,
    });
    bench
}

async fn found(path: &Path, bench: &Bench) -> Result<()> {
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
fn act(mut events: Vec<Event>, entities: Vec<EntityChange>) -> Result<Act> {
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

async fn one_time_code(store: &dyn Store, bench: &Bench) -> Result<PairingCode> {
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
struct Paired {
    till: Till,
    told: Receiver<Instant>,
    folder: TempDir,
}

impl Paired {
    /// Closes the till and leaves its folder.
    fn close(self) -> TempDir {
        self.till.close();
        self.folder
    }

    /// Looks again at every change of the screen until it is so, and says when that one came.
    fn until(&self, mut is_so: impl FnMut(&Till) -> Result<bool>) -> Result<Instant> {
        loop {
            let at = self.told.recv_timeout(PATIENCE);
            let at = at.context("the till says nothing more")?;
            if is_so(&self.till)? {
                return Ok(at);
            }
        }
    }
}

/// From the pairing until the finder finds, beside the bare rows and the bare index.
fn first_load(runtime: &Runtime, hub: &Hub) -> Result<Paired> {
    let folder = folder("paired-")?;
    let data_dir = folder.path().join("till");
    let till = Till::open_on(
        TillOptions {
            data_dir: data_dir.clone(),
        },
        Storage::Durable,
    )
    .context("open the till")?;
    let (tell, told) = channel();
    till.subscribe(move |TillEvent::View(_)| {
        // The run may be over.
        let _ = tell.send(Instant::now());
    });
    let paired = Paired { till, told, folder };
    let store = hub.server.store();
    let code = runtime.block_on(one_time_code(store.as_ref(), &hub.bench))?;
    let begun = Instant::now();
    let request = SetupPair {
        address: hub.url(""),
        code: code.to_string(),
    };
    paired.till.setup_pair(request).map_err(refused)?;
    paired.until(|till| {
        let loaded = till.handle().with_core(Priority::Background, |core| {
            Ok(FeedState::load(core.connection())?.is_loaded())
        });
        loaded.map_err(refused)
    })?;
    let search = ProductSearch {
        text: "A00".to_owned(),
        category: None,
        limit: 20,
    };
    let found = paired.till.product_search(search).map_err(refused)?;
    let took = begun.elapsed();
    ensure!(found.products.len() == 20, "{} found", found.products.len());
    let floor = bare_load(&data_dir.join("till.sqlite3"))?;
    let name = "first load of 100 000 products on loopback, search ready";
    let budget = Budget::TimesFloor {
        floor: floor.as_secs_f64(),
        at_most: 2.5,
    };
    record(Figure::new(name, took.as_secs_f64(), "s", budget))?;
    Ok(paired)
}

/// Writes the rows that a till holds into a new file, as fast as the engine takes them, and has it
/// build the word index in one piece, as the till does.
fn bare_load(loaded: &Path) -> Result<Duration> {
    let from = Connection::open(loaded).context("open the loaded till")?;
    let tables = ["entity", "catalogue_row", "barcode", "search"];
    let schema: Vec<String> = from
        .prepare(
            "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'search\\_%' ESCAPE '\\'
             AND tbl_name IN ('entity', 'catalogue_row', 'barcode', 'search') ORDER BY rowid",
        )?
        .query_map([], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    ensure!(
        schema.len() > tables.len(),
        "the tables of a till have changed"
    );
    let entities = texts(&from, "SELECT kind, id, body, '' FROM entity")?;
    let entries = texts(
        &from,
        "SELECT variant, product || '/' || shelf, name, code || '/' || category FROM catalogue_row",
    )?;
    let codes = texts(&from, "SELECT code, variant, '', '' FROM barcode")?;
    ensure!(entries.len() >= PRODUCTS, "{} products", entries.len());
    let folder = folder("bare-")?;
    let mut to = Connection::open(folder.path().join("bare.sqlite3"))?;
    to.pragma_update(None, "journal_mode", "WAL")?;
    to.pragma_update(None, "synchronous", "FULL")?;
    to.pragma_update(None, "cache_size", -16_000)?;
    to.execute_batch(&schema.join(";"))?;
    let (took, written) = timed(|| {
        in_slices(
            &mut to,
            &entities,
            "INSERT INTO entity (kind, id, position, body) VALUES (?1, ?2, ?5, ?3)",
        )?;
        in_slices(
            &mut to,
            &entries,
            "INSERT INTO catalogue_row (number, variant, product, name, code, category, shelf, listed)
             VALUES (?5, ?1, substr(?2, 1, 36), ?3, substr(?4, 1, 7), substr(?4, 9), substr(?2, 38), 1)",
        )?;
        in_slices(
            &mut to,
            &codes,
            "INSERT INTO barcode (code, variant) VALUES (?1, ?2)",
        )?;
        to.execute("INSERT INTO search (search) VALUES ('rebuild')", [])?;
        anyhow::Ok(())
    });
    written?;
    Ok(took)
}

fn texts(connection: &Connection, sql: &str) -> Result<Vec<[String; 4]>> {
    let mut statement = connection.prepare(sql)?;
    let rows = statement.query_map([], |row| {
        Ok([row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?])
    })?;
    rows.collect::<rusqlite::Result<_>>()
        .context(sql.to_owned())
}

fn in_slices(to: &mut Connection, rows: &[[String; 4]], sql: &str) -> Result<()> {
    let mut number = 0i64;
    for slice in rows.chunks(SLICE_ROWS) {
        let transaction = to.transaction()?;
        for [one, two, three, four] in slice {
            number += 1;
            let mut statement = transaction.prepare_cached(sql)?;
            let values: [&dyn rusqlite::ToSql; 5] = [one, two, three, four, &number];
            let used = statement.parameter_count();
            statement.execute(&values[..used])?;
        }
        transaction.commit()?;
    }
    Ok(())
}

/// From a price that the server has stored until a till that was waiting shows it.
fn news(runtime: &Runtime, hub: &Hub, paired: &Paired, goods: &[Goods]) -> Result<()> {
    let store = hub.server.store();
    let mut samples = Vec::new();
    for round in 0..PRICES {
        std::thread::sleep(BETWEEN_PRICES);
        while paired.told.try_recv().is_ok() {}
        let mut variant = goods[round * 1000].variant.clone();
        let price = Money::minor(10_000 + i64::try_from(round)?);
        variant.price = Some(price);
        let change = EntityChange::put(EntityKind::VARIANT, variant.id, &variant)?;
        let act = act(Vec::new(), vec![change])?;
        runtime.block_on(store.record(hub.id(), act))?;
        let committed = Instant::now();
        let shown = paired.until(|till| Ok(price_of(till, variant.id)? == Some(price)))?;
        samples.push(shown.saturating_duration_since(committed));
    }
    let name = "a commit on the server until another till shows it, p50";
    let p50 = percentile_ms(&samples, 0.5);
    record(Figure::new(name, p50, "ms", Budget::AtMost(20.0)))?;
    let name = "a commit on the server until another till shows it, p95";
    let p95 = percentile_ms(&samples, 0.95);
    record(Figure::new(name, p95, "ms", Budget::None))
}

fn price_of(till: &Till, variant: VariantId) -> Result<Option<Money>> {
    let found = till.handle().with_core(Priority::Selling, move |core| {
        catalogue::variant(core.connection(), variant)
    });
    Ok(found.map_err(refused)?.and_then(|variant| variant.price))
}

/// A supplier's new list renames thousands of goods: how long the writer is taken at a time, while
/// the change comes in and moves to its place between sales.
fn settling(folder: TempDir, goods: &[Goods]) -> Result<()> {
    let place = StorePlace {
        directory: folder.path().join("till"),
        storage: Storage::Durable,
        reserve_bytes: 64 * 1024,
    };
    let keys = KeyFiles::new(KeyFiles::beside(&place.directory));
    let ids = Box::new(SeededIds::new(40));
    let mut core =
        Core::open(&place, Box::new(support::now), ids, Box::new(keys)).context("open the till")?;
    let (page, since) = renamed(&core, goods)?;
    let mut inbox = Inbox::new(page, since);
    let mut slices = Vec::new();
    loop {
        let (took, taken) = timed_alone(|| inbox.step(&mut core));
        slices.push(took);
        match taken.context("take the page in")? {
            Taken::More => {}
            Taken::Checkpoint => break,
            other => anyhow::bail!("the page was not taken: {other:?}"),
        }
    }
    loop {
        let (took, more) = timed_alone(|| feed::work(&mut core));
        slices.push(took);
        if !more.context("move a slice")? {
            break;
        }
    }
    let name = "one slice of a change of 5 000 names, p99";
    let p99 = percentile_ms(&slices, 0.99);
    record(Figure::new(name, p99, "ms", Budget::AtMost(20.0)))?;
    let name = "one slice of a change of 5 000 names, the longest";
    let longest = percentile_ms(&slices, 1.0);
    record(Figure::new(name, longest, "ms", Budget::None))
}

fn renamed(core: &Core, goods: &[Goods]) -> Result<(FeedPage, Option<Cursor>)> {
    let state = FeedState::load(core.connection()).context("how far the pull has come")?;
    let mut known = core
        .connection()
        .prepare("SELECT position FROM entity WHERE kind = ?1 AND id = ?2")?;
    let (mut position, mut checksum) = (state.position, state.checksum);
    let mut items = Vec::with_capacity(RENAMED);
    for goods in goods.iter().step_by(goods.len() / RENAMED).take(RENAMED) {
        let mut variant = goods.variant.clone();
        variant.name.push_str(" nouvelle recette");
        let id = variant.id.to_string();
        let before: i64 = known.query_row([EntityKind::VARIANT, &id], |row| row.get(0))?;
        position += 1;
        checksum.remove(EntityKind::VARIANT, &id, before.unsigned_abs());
        checksum.add(EntityKind::VARIANT, &id, position);
        items.push(FeedItem {
            kind: EntityKind(EntityKind::VARIANT.to_owned()),
            id,
            position,
            deleted: false,
            body: serde_json::to_string(&variant)?,
        });
    }
    let since = state.cursor().context("the till has pulled")?;
    let page = FeedPage {
        items,
        next: Cursor {
            feed_epoch: since.feed_epoch.clone(),
            position,
        },
        head: position,
        included: state.included,
        checksum,
        server_time: support::now(),
    };
    Ok((page, Some(since)))
}

/// What one till sends, push by push.
struct Journal {
    side: Side,
    pushes: Vec<PushRequest>,
}

/// Journals of a few tills at once: over HTTP, packed as tills pack them, and straight into the same
/// committer.
fn journals(runtime: &Runtime) -> Result<()> {
    let bench = bench();
    let journals: Vec<Journal> = (0..TILLS).map(|number| journal(&bench, number)).collect();
    let entries: usize = journals
        .iter()
        .map(|journal| journal.side.entries.len())
        .sum();
    let (mut with, mut without) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        without.push(runtime.block_on(accept_directly(&bench, &journals))?);
        let hub = Hub::start(runtime)?;
        with.push(runtime.block_on(accept_over_http(&hub, &journals))?);
        runtime.block_on(hub.server.stop());
        drop(hub.folder);
    }
    let rate = |samples: &[Duration]| entries as f64 / (median_ms(samples) / 1000.0);
    let name = "journal entries accepted over HTTP, 4 tills at once";
    let budget = Budget::ShareOfFloor {
        floor: rate(&without),
        at_least: 0.7,
    };
    record(Figure::new(name, rate(&with), "/s", budget))
}

fn journal(bench: &Bench, number: u8) -> Journal {
    let mut side = Side::till(number);
    let shift = side.open_shift(bench, 10_000);
    for sale in 0..SALES_PER_TILL {
        let mut draft = side.new_draft(bench);
        for code in ["P2", "P3", "P4", "P5"].iter().skip(sale % 3) {
            side.add(bench, &mut draft, code, pieces(1));
        }
        let paid = side.pay(bench, &mut draft, TenderKind::Cash, None, shift);
        paid.expect("cash is taken");
        let done = side.complete(bench, &draft, shift);
        done.expect("the sale is paid");
    }
    let pushes = side.entries.chunks(ENTRIES_PER_PUSH);
    let pushes = pushes.map(|entries| push(&side, entries)).collect();
    Journal { side, pushes }
}

fn push(side: &Side, entries: &[SealedEntry]) -> PushRequest {
    PushRequest {
        till: side.till_id(),
        epoch: side.head.epoch,
        entries: entries.to_vec(),
        attachments: Vec::new(),
        sent_at: side.now,
    }
}

async fn enrol(store: &dyn Store, bench: &Bench, side: &Side) -> Result<()> {
    let now = SystemClock.now();
    let enrolling = Enrolling {
        code_hash: one_time_code(store, bench).await?.code_hash(),
        till: side.till_id(),
        key: EntryHash(side.key.verifying_key().to_bytes()),
        wanted_code: None,
        version: "0.1.0".to_owned(),
        action: ActionId::from_uuid(new_uuid(now)?),
        at: now,
    };
    store.enrol(enrolling).await?;
    Ok(())
}

async fn accept_directly(bench: &Bench, journals: &[Journal]) -> Result<Duration> {
    let folder = folder("direct-")?;
    found(folder.path(), bench).await?;
    let data = DataFolder::existing(folder.path())?;
    let store: Arc<dyn Store> = Arc::new(data.open_store(Access::Serving)?);
    for journal in journals {
        enrol(store.as_ref(), bench, &journal.side).await?;
    }
    let clock: SharedClock = Arc::new(SystemClock);
    let committer = Committer::start(Arc::clone(&store), clock);
    let hub = bench.settings.hub;
    let mut tills = Vec::new();
    let work: Vec<_> = journals
        .iter()
        .map(|journal| (journal.side.key.verifying_key(), journal.pushes.clone()))
        .collect();
    let begun = Instant::now();
    for (key, pushes) in work {
        let committer = committer.clone();
        tills.push(tokio::spawn(async move {
            for push in pushes {
                let verify = move || verify_push(push, &key, SystemClock.now());
                let verified = tokio::task::spawn_blocking(verify).await?;
                held(&committer.commit(hub, verified).await?)?;
            }
            anyhow::Ok(())
        }));
    }
    for till in tills {
        till.await??;
    }
    Ok(begun.elapsed())
}

async fn accept_over_http(hub: &Hub, journals: &[Journal]) -> Result<Duration> {
    let client = reqwest::Client::builder().no_proxy().build()?;
    let store = hub.server.store();
    let mut work = Vec::new();
    for journal in journals {
        enrol(store.as_ref(), &hub.bench, &journal.side).await?;
        let token = session(&client, hub, &journal.side).await?;
        let bodies: Result<Vec<Vec<u8>>> = journal.pushes.iter().map(packed).collect();
        work.push((token, bodies?));
    }
    let url = hub.url("/v1/push");
    let mut tills = Vec::new();
    let begun = Instant::now();
    for (token, bodies) in work {
        let (client, url) = (client.clone(), url.clone());
        tills.push(tokio::spawn(async move {
            for body in bodies {
                let call = client
                    .post(&url)
                    .bearer_auth(&token)
                    .header("content-type", "application/json")
                    .header("content-encoding", "zstd")
                    .body(body);
                let reply: PushReply = call.send().await?.error_for_status()?.json().await?;
                held(&reply)?;
            }
            anyhow::Ok(())
        }));
    }
    for till in tills {
        till.await??;
    }
    Ok(begun.elapsed())
}

fn held(reply: &PushReply) -> Result<()> {
    ensure!(reply.outcome == PushOutcome::Held, "{reply:?}");
    Ok(())
}

fn packed(push: &PushRequest) -> Result<Vec<u8>> {
    let plain = serde_json::to_vec(push)?;
    Ok(zstd::encode_all(plain.as_slice(), 3)?)
}

async fn session(client: &reqwest::Client, hub: &Hub, side: &Side) -> Result<String> {
    let till = side.till_id();
    let url = hub.url("/v1/session/challenge");
    let asked = client.post(url).json(&ChallengeRequest { till });
    let reply: ChallengeReply = asked.send().await?.error_for_status()?.json().await?;
    let signature = side.key.sign(&challenge_bytes(till, reply.challenge));
    let answer = SessionRequest {
        till,
        challenge: reply.challenge,
        signature: EntrySignature(signature.to_bytes()),
    };
    let asked = client.post(hub.url("/v1/session")).json(&answer);
    let reply: SessionReply = asked.send().await?.error_for_status()?.json().await?;
    Ok(reply.token)
}

fn refused(error: comptoir_till::wire::ApiError) -> anyhow::Error {
    anyhow::anyhow!("the till refuses: {error:?}")
}
