//! The shop with ten thousand open orders: a checkout with 32 shoppers at once beside a bare durable
//! transaction on the same disk, the weight of the shop's page and how soon its first product is there, and
//! how many entries of an order's life are folded in a second.

mod support;
#[path = "../../crates/domain/tests/support/mod.rs"]
mod trade;

use std::io::Read;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use comptoir_domain::books::{AppliedEntry, Books};
use comptoir_domain::customer::Contact;
use comptoir_domain::entry::{EntryBody, EntryRef};
use comptoir_domain::event::Event;
use comptoir_domain::ids::{ActionId, EpochId, HubId, IdSource, OrderId, SlotId, TillId};
use comptoir_domain::order::{Operation, QuantityMode, Seen};
use comptoir_domain::quantity::Quantity;
use comptoir_domain::settings::Location;
use comptoir_domain::slot::Slot;
use comptoir_domain::time::Timestamp;
use comptoir_sync::feed::EntityKind;
use comptoir_testkit::SeededIds;
use comptoir_tests::bench::{Budget, Figure, percentile_ms, record};
use reqwest::Client;
use rusqlite::Connection;
use serde_json::json;
use support::{folder, now, timed};
use sync_server::clock::SystemClock;
use sync_server::connections::Limits;
use sync_server::data_folder::DataFolder;
use sync_server::entropy::{new_uuid, random_bytes};
use sync_server::mail::MailOptions;
use sync_server::server::{
    PaymentOptions, RunningServer, Server, ServerOptions, Transport, WebhookOptions,
};
use sync_server::session::Token;
use sync_server::shop::{Basket, PlaceOrder, Shelves};
use sync_server::store::sqlite::Access;
use sync_server::store::{Act, EntityChange, Hub, NewHub, ShopKey, ShopScope, Store};
use tempfile::TempDir;
use tokio::runtime::Runtime;
use trade::{Bench, Side};

/// How many orders wait while somebody orders.
const OPEN_ORDERS: usize = 10_000;

/// Over how many slots they are spread.
const SLOTS: u128 = 20;

const SHOPPERS: usize = 32;
const ORDERS_PER_SHOPPER: usize = 10;

/// How often the bare transaction and the page are measured.
const TRIES: usize = 100;

/// How many times an order is changed in the measure of the fold.
const CHANGES: usize = 20_000;

fn main() -> Result<()> {
    let runtime = Runtime::new().context("start a runtime")?;
    let market = runtime.block_on(Market::open())?;
    let floor = bare_transactions(market.folder.path())?;
    runtime.block_on(checkout(&market, floor))?;
    runtime.block_on(page(&market))?;
    runtime.block_on(market.server.stop());
    fold()
}

struct Market {
    folder: TempDir,
    server: RunningServer,
    hub: HubId,
    bench: Bench,
    slots: Vec<SlotId>,
    key: String,
}

impl Market {
    async fn open() -> Result<Market> {
        let folder = folder("orders-")?;
        let mut bench = Bench::new();
        bench.settings.locations.push(Location {
            id: bench.location,
            name: "Market".to_owned(),
            active: true,
        });
        found(folder.path(), &bench).await?;
        let server = Server::start(ServerOptions {
            data_dir: folder.path().to_owned(),
            listen: ([127, 0, 0, 1], 0).into(),
            transport: Transport::Plain,
            clock: Arc::new(SystemClock),
            behind_proxy: false,
            limits: Limits::default(),
            mail: MailOptions::default(),
            payments: PaymentOptions::default(),
            webhooks: WebhookOptions::default(),
        });
        let server = server.await.context("start the server")?;
        let token = Token::new(bench.settings.hub, random_bytes()?);
        let key = ShopKey {
            name: "Bench".to_owned(),
            scopes: ShopScope::ALL.to_vec(),
            created_at: now(),
        };
        let store = server.store();
        let hub = bench.settings.hub;
        store.add_shop_key(hub, token.hash(), key).await?;
        let slots = stock(store.as_ref(), &bench).await?;
        let market = Market {
            folder,
            hub,
            server,
            bench,
            slots,
            key: token.text(),
        };
        market.fill().await?;
        Ok(market)
    }

    /// Orders that wait, as customers placed them.
    async fn fill(&self) -> Result<()> {
        let store = self.server.store();
        let hub = self.known(store.as_ref()).await?;
        let shelves = Shelves::default();
        for number in 0..OPEN_ORDERS {
            // The shelf is what it was: only what is decided in the store counts.
            let shelf = shelves.of(store.as_ref(), &hub, now()).await?;
            let basket = self.basket(number)?;
            let place = PlaceOrder::new(basket, &shelf.read(), now())?;
            let placed = store.decide(self.hub, Box::new(place)).await?;
            ensure!(placed.is_ok(), "order {number} was refused");
        }
        Ok(())
    }

    async fn known(&self, store: &dyn Store) -> Result<Hub> {
        let hubs = store.hubs().await?;
        hubs.into_iter().next().context("the hub was founded")
    }

    fn basket(&self, number: usize) -> Result<Basket> {
        let items = ["P2", "P4"].map(|code| (self.bench.variants[code].id, Quantity::pieces(1)));
        let email = format!("customer-{number}@hub.example");
        Ok(Basket {
            order: OrderId::from_uuid(new_uuid(now())?),
            slot: self.slots[number % self.slots.len()],
            items: items.to_vec(),
            contact: Contact::new(&format!("Customer {number}"), &email, "")?,
            note: String::new(),
            expected_total: None,
        })
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.server.addr())
    }
}

async fn found(path: &Path, bench: &Bench) -> Result<()> {
    let store = DataFolder::create(path)?.open_store(Access::Beside)?;
    let at = now();
    let hub = NewHub {
        settings: bench.settings.clone(),
        source: TillId::from_uuid(new_uuid(at)?),
        source_epoch: EpochId::from_uuid(new_uuid(at)?),
        feed_epoch: "first".to_owned(),
        action: ActionId::from_uuid(new_uuid(at)?),
        at,
    };
    store.create_hub(hub).await?;
    Ok(())
}

/// Goods without end, and slots for months.
async fn stock(store: &dyn Store, bench: &Bench) -> Result<Vec<SlotId>> {
    let mut changes = Vec::new();
    for variant in bench.variants.values() {
        let mut variant = variant.clone();
        variant.tracks_stock = false;
        changes.push(EntityChange::put(
            EntityKind::VARIANT,
            variant.id,
            &variant,
        )?);
    }
    let mut slots = Vec::new();
    for number in 0..SLOTS {
        let starts_at = now().plus_ms(86_400_000 * (2 + i64::try_from(number)?));
        let slot = Slot {
            id: SlotId::from_uuid(trade::id(6000 + number)),
            location: bench.location,
            starts_at,
            ends_at: starts_at.plus_ms(3_600_000),
            orders_until: starts_at,
            capacity: None,
            active: true,
        };
        slots.push(slot.id);
        changes.push(EntityChange::put(EntityKind::SLOT, slot.id, &slot)?);
    }
    let at = now();
    let act = Act {
        action: ActionId::from_uuid(new_uuid(at)?),
        actor: None,
        kind: "opening".to_owned(),
        at,
        events: vec![bench.opening_stock()],
        attachments: Vec::new(),
        entities: changes,
    };
    store.record(bench.settings.hub, act).await?;
    Ok(slots)
}

/// One row of 4 KiB, durable, as the server's own database is set up; the median in milliseconds.
fn bare_transactions(folder: &Path) -> Result<f64> {
    let connection = Connection::open(folder.join("bare.db"))?;
    connection.pragma_update(None, "journal_mode", "wal")?;
    connection.pragma_update(None, "synchronous", "full")?;
    connection.execute_batch("CREATE TABLE bare (id INTEGER PRIMARY KEY, body BLOB) STRICT")?;
    let mut samples = Vec::new();
    for _ in 0..TRIES {
        let (took, written) =
            timed(|| connection.execute("INSERT INTO bare (body) VALUES (zeroblob(4096))", []));
        written?;
        samples.push(took);
    }
    Ok(percentile_ms(&samples, 0.5))
}

async fn checkout(market: &Market, floor: f64) -> Result<()> {
    let begun = Instant::now();
    let mut shoppers = Vec::new();
    for shopper in 0..SHOPPERS {
        let orders: Result<Vec<serde_json::Value>> = (0..ORDERS_PER_SHOPPER)
            .map(|order| sent(market, OPEN_ORDERS + shopper * ORDERS_PER_SHOPPER + order))
            .collect();
        let (url, key) = (market.url("/v1/shop/orders"), market.key.clone());
        shoppers.push(tokio::spawn(shop(url, key, orders?)));
    }
    let mut samples = Vec::new();
    for shopper in shoppers {
        samples.extend(shopper.await??);
    }
    let all = begun.elapsed();
    for (name, share) in [("p50", 0.5), ("p99", 0.99)] {
        let budget = Budget::TimesFloor {
            floor: floor * SHOPPERS as f64,
            at_most: if share < 0.9 { 8.0 } else { 16.0 },
        };
        let name = format!("checkout, 32 shoppers, 10 000 open orders, {name}");
        record(Figure::new(
            &name,
            percentile_ms(&samples, share),
            "ms",
            budget,
        ))?;
    }
    let rate = samples.len() as f64 / all.as_secs_f64();
    record(Figure::new(
        "orders placed in a second",
        rate,
        "/s",
        Budget::None,
    ))
}

fn sent(market: &Market, number: usize) -> Result<serde_json::Value> {
    let basket = market.basket(number)?;
    let items = basket.items.iter().map(|(variant, quantity)| {
        json!({"variant": variant.to_string(), "quantity": quantity.in_thousandths()})
    });
    Ok(json!({
        "order": basket.order.to_string(),
        "slot": basket.slot.to_string(),
        "items": items.collect::<Vec<_>>(),
        "name": format!("Customer {number}"),
        "email": format!("customer-{number}@hub.example"),
    }))
}

async fn shop(url: String, key: String, orders: Vec<serde_json::Value>) -> Result<Vec<Duration>> {
    let client = Client::new();
    let mut samples = Vec::new();
    for order in orders {
        let begun = Instant::now();
        let request = client.post(&url).bearer_auth(&key).json(&order);
        let answer = request.send().await?;
        let status = answer.status();
        let text = answer.text().await?;
        ensure!(status.is_success(), "{text}");
        samples.push(begun.elapsed());
    }
    Ok(samples)
}

/// What a telephone loads for the first page, packed, and when the first product is there.
async fn page(market: &Market) -> Result<()> {
    let client = Client::new();
    let home = market.url(&format!("/shop/{}", market.hub));
    let mut first = Vec::new();
    let mut page = String::new();
    let mut weight = 0;
    for _ in 0..TRIES {
        let begun = Instant::now();
        let packed = fetch(&client, &home).await?;
        page = unpacked(&packed)?;
        ensure!(
            page.contains("class=\"stepper"),
            "the page shows no product"
        );
        first.push(begun.elapsed());
        weight = packed.len();
    }
    for attribute in ["rel=\"stylesheet\" href=\"", "script src=\""] {
        let (_, after) = page
            .split_once(attribute)
            .context("the page names its files")?;
        let (path, _) = after.split_once('"').context("a name ends")?;
        weight += fetch(&client, &market.url(path)).await?.len();
    }
    let kib = weight as f64 / 1024.0;
    record(Figure::new(
        "shop page, packed, with style and script",
        kib,
        "KiB",
        Budget::AtMost(40.0),
    ))?;
    let name = "shop page until its first product, p50";
    record(Figure::new(
        name,
        percentile_ms(&first, 0.5),
        "ms",
        Budget::AtMost(20.0),
    ))
}

async fn fetch(client: &Client, url: &str) -> Result<Vec<u8>> {
    let request = client.get(url).header("accept-encoding", "gzip");
    let answer = request.send().await?.error_for_status()?;
    Ok(answer.bytes().await?.to_vec())
}

fn unpacked(packed: &[u8]) -> Result<String> {
    let mut text = String::new();
    flate2::read::GzDecoder::new(packed).read_to_string(&mut text)?;
    Ok(text)
}

/// How many changes of one order, by two who did not see each other's, are merged and folded in a second.
fn fold() -> Result<()> {
    let bench = Bench::new();
    let mut side = Side::server();
    let mut ids = SeededIds::new(7);
    let draft = {
        let mut draft = side.new_draft(&bench);
        side.add(&bench, &mut draft, "P2", trade::pieces(2));
        draft.order()
    };
    let mut books = Books::default();
    let epoch = EpochId::from_uuid(ids.next_uuid());
    let entry = |seq: u64| AppliedEntry {
        entry: EntryRef {
            source: side.source,
            epoch,
            seq,
        },
        at: Timestamp::from_unix_ms(0),
        actor: None,
    };
    let body = |event: Event| EntryBody {
        events: vec![event],
        attachments: Vec::new(),
    };
    let (order, line) = (draft.id(), draft.lines[0].id);
    let placed = Event::OrderPlaced {
        heading: draft.heading.clone(),
        lines: draft.lines.clone(),
        charges: Vec::new(),
        removed: Vec::new(),
        taken_back: Vec::new(),
        shift: None,
    };
    books.apply(entry(1), &body(placed));
    let changes: Vec<EntryBody> = (0..CHANGES)
        .map(|number| {
            let step = if number % 2 == 0 { 1 } else { -1 };
            let from = Quantity::pieces(2);
            body(Event::OrderAmended {
                order,
                seen: Seen::default(),
                operations: vec![Operation::ChangeQuantity {
                    line,
                    from,
                    to: from + Quantity::pieces(step),
                    mode: QuantityMode::Add,
                }],
                removed: Vec::new(),
                taken_back: Vec::new(),
                shift: None,
            })
        })
        .collect();
    let (took, ()) = timed(|| {
        for (number, change) in (2u64..).zip(&changes) {
            books.apply(entry(number), change);
        }
    });
    let rate = changes.len() as f64 / took.as_secs_f64();
    record(Figure::new(
        "changes merged and folded in a second",
        rate,
        "/s",
        Budget::None,
    ))
}
