//! A first load, a price on its way out, and a supplier's list that renames much.

use std::path::Path;
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use comptoir_domain::ids::VariantId;
use comptoir_domain::money::Money;
use comptoir_sync::feed::{Cursor, EntityKind, FeedItem};
use comptoir_sync::protocol::FeedPage;
use comptoir_testkit::SeededIds;
use comptoir_tests::bench::{Budget, Figure, percentile_ms, record};
use comptoir_till::feed::{self, FeedState, Inbox, Taken};
use comptoir_till::key::KeyFiles;
use comptoir_till::store::{Storage, StorePlace};
use comptoir_till::wire::{ProductSearch, SetupPair, TillCommands, TillEvent};
use comptoir_till::{Core, Priority, Till, TillOptions, catalogue};
use rusqlite::Connection;
use sync_server::store::EntityChange;
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::hub::{Hub, Paired, act, one_time_code};
use crate::support::{Goods, PRODUCTS, folder, now, timed, timed_alone};

/// How many rows a till writes in one transaction of its first load.
const SLICE_ROWS: usize = 1000;

const PRICES: usize = 25;

/// How many goods a supplier's list renames.
const RENAMED: usize = 5000;

/// A till asks for news again a second after the last ones; prices that change one by one come later.
const BETWEEN_PRICES: Duration = Duration::from_millis(1300);

/// From the pairing until the finder finds, beside the bare rows and the bare index.
pub(crate) fn first_load(runtime: &Runtime, hub: &Hub) -> Result<Paired> {
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
pub(crate) fn news(runtime: &Runtime, hub: &Hub, paired: &Paired, goods: &[Goods]) -> Result<()> {
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
pub(crate) fn settling(folder: TempDir, goods: &[Goods]) -> Result<()> {
    let place = StorePlace {
        directory: folder.path().join("till"),
        storage: Storage::Durable,
        reserve_bytes: 64 * 1024,
    };
    let keys = KeyFiles::new(KeyFiles::beside(&place.directory));
    let ids = Box::new(SeededIds::new(40));
    let mut core =
        Core::open(&place, Box::new(now), ids, Box::new(keys)).context("open the till")?;
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
        server_time: now(),
    };
    Ok((page, Some(since)))
}

fn refused(error: comptoir_till::wire::ApiError) -> anyhow::Error {
    anyhow::anyhow!("the till refuses: {error:?}")
}
