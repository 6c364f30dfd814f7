//! A hub's catalogue of a hundred thousand products, and the disk that figures are measured on.
#![allow(dead_code, reason = "each benchmark uses a part of this module")]

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, ensure};
use comptoir_domain::catalogue::{Product, Variant, VariantKind};
use comptoir_domain::country::Country;
use comptoir_domain::ids::{HubId, IdSource, ProductId, VariantId};
use comptoir_domain::money::Money;
use comptoir_domain::quantity::Unit;
use comptoir_domain::settings::HubSettings;
use comptoir_domain::tax::TaxClass;
use comptoir_domain::time::Timestamp;
use comptoir_testkit::SeededIds;
use comptoir_tests::place;
use tempfile::TempDir;

/// How many products a hub has in the budgets.
pub(crate) const PRODUCTS: usize = 100_000;

/// Where a real catalogue may lie; without it the names are made up.
const CATALOGUES: &str = "COMPTOIR_CATALOGUES";

const CATEGORIES: [&str; 6] = [
    "Épicerie",
    "Boissons",
    "Confiserie",
    "Frais",
    "Pain",
    "Divers",
];

/// A product with the one variant that is sold of it.
#[derive(Debug, Clone)]
pub(crate) struct Goods {
    pub(crate) product: Product,
    pub(crate) variant: Variant,
}

/// One row of a catalogue.
struct Row {
    barcode: String,
    name: String,
    category: String,
    cents: i64,
    ingredients: Option<String>,
}

/// A folder on the disk that the repository is built on, gone with its value. Not the system's
/// temporary folder: that one may be memory, and a till refuses it.
pub(crate) fn folder(name: &str) -> Result<TempDir> {
    let parent = place::target()?.join("bench");
    std::fs::create_dir_all(&parent).with_context(|| format!("make {}", parent.display()))?;
    let mut builder = tempfile::Builder::new();
    builder
        .prefix(name)
        .tempdir_in(&parent)
        .with_context(|| format!("make a folder in {}", parent.display()))
}

/// How long something takes, and what it answers.
pub(crate) fn timed<T>(work: impl FnOnce() -> T) -> (Duration, T) {
    let begun = Instant::now();
    let answer = work();
    (begun.elapsed(), answer)
}

/// How long something takes on this thread, less the time in which other programs held the
/// processor that it could have gone on with; and what it answers. Waiting for the disk counts.
///
/// On a machine of its own that is the same as [`timed`]; beside a build it is what the work takes,
/// and not what the build takes. Systems that do not tell are timed by the clock alone.
pub(crate) fn timed_alone<T>(work: impl FnOnce() -> T) -> (Duration, T) {
    let waited = waited_for_processor();
    let (took, answer) = timed(work);
    let waited = waited_for_processor().saturating_sub(waited);
    (took.saturating_sub(waited), answer)
}

/// How long this thread could have run and did not, since it began.
fn waited_for_processor() -> Duration {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanoseconds = told
        .split_whitespace()
        .nth(1)
        .and_then(|text| text.parse().ok());
    Duration::from_nanos(nanoseconds.unwrap_or(0))
}

/// The middle of a few durations, in milliseconds.
pub(crate) fn median_ms(samples: &[Duration]) -> f64 {
    comptoir_tests::bench::percentile_ms(samples, 0.5)
}

pub(crate) fn now() -> Timestamp {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    Timestamp::from_unix_ms(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

/// The catalogue: the real one where its folder is named, else names of like length.
pub(crate) fn catalogue() -> Result<Vec<Goods>> {
    let rows = match std::env::var_os(CATALOGUES) {
        Some(folder) => real_rows(&PathBuf::from(folder).join("products-100k.csv.gz"))?,
        None => made_up_rows(),
    };
    ensure!(rows.len() == PRODUCTS, "{} products", rows.len());
    let hub = HubId::from_uuid(SeededIds::new(1).next_uuid());
    let settings = HubSettings::for_country(hub, "Le Comptoir", Country::FR)
        .map_err(|_| anyhow::anyhow!("France is not supported"))?;
    let classes: Vec<TaxClass> = settings
        .tax_rates
        .iter()
        .map(|row| row.class.clone())
        .collect();
    let mut ids = SeededIds::new(2);
    let goods = rows.into_iter().enumerate().map(|(number, row)| {
        let class = classes[number % classes.len()].clone();
        goods(number, row, class, &mut ids)
    });
    Ok(goods.collect())
}

fn goods(number: usize, row: Row, tax_class: TaxClass, ids: &mut SeededIds) -> Goods {
    let product = Product {
        id: ProductId::from_uuid(ids.next_uuid()),
        name: row.name.clone(),
        description: None,
        ingredients: row.ingredients,
        allergens: None,
        origin: None,
        storage: None,
        category: Some(row.category),
        supplier: None,
    };
    let variant = Variant {
        id: VariantId::from_uuid(ids.next_uuid()),
        product: product.id,
        code: format!("A{number:06}"),
        name: row.name,
        unit: Unit::Each,
        price: Some(Money::minor(row.cents)),
        tax_class,
        barcodes: vec![row.barcode],
        content: None,
        deposit: None,
        kind: VariantKind::Goods,
        tracks_stock: true,
        searchable: true,
        counter: true,
        shop: true,
        active: true,
        image: None,
    };
    Goods { product, variant }
}

fn real_rows(file: &std::path::Path) -> Result<Vec<Row>> {
    let unpacking = Command::new("gzip")
        .arg("-dc")
        .arg(file)
        .stdout(Stdio::piped())
        .spawn()
        .context("start gzip")?;
    let text = unpacking.wait_with_output().context("unpack")?;
    ensure!(
        text.status.success(),
        "{} cannot be unpacked",
        file.display()
    );
    let mut reader = csv::Reader::from_reader(text.stdout.as_slice());
    let mut rows = Vec::with_capacity(PRODUCTS);
    for record in reader.records() {
        let record = record.context("read a row of the catalogue")?;
        let field = |number: usize| record.get(number).unwrap_or_default().to_owned();
        rows.push(Row {
            barcode: field(0),
            name: field(1),
            category: field(2),
            cents: cents(&field(3))?,
            ingredients: Some(field(6)).filter(|text| !text.is_empty()),
        });
    }
    Ok(rows)
}

fn cents(price: &str) -> Result<i64> {
    let (whole, part) = price.split_once('.').unwrap_or((price, ""));
    let digits = format!("{whole}{part:0<2}");
    digits.parse().with_context(|| format!("the price {price}"))
}

/// Names of two to five words, the common ones more often, as people name goods.
fn made_up_rows() -> Vec<Row> {
    let mut random = fastrand::Rng::with_seed(7);
    let words = made_up_words(&mut random);
    let pick = |random: &mut fastrand::Rng| {
        let share = random.f64() * random.f64() * random.f64();
        &words[(share * words.len() as f64) as usize]
    };
    (0..PRODUCTS)
        .map(|number| {
            let text = |random: &mut fastrand::Rng, count: usize| {
                let chosen: Vec<&str> = (0..count).map(|_| pick(random).as_str()).collect();
                chosen.join(" ")
            };
            let count = random.usize(2..=5);
            let name = format!(
                "{} {} g",
                text(&mut random, count),
                random.usize(1..20) * 50
            );
            let has_ingredients = random.usize(0..100) < 60;
            let count = random.usize(10..50);
            Row {
                barcode: barcode(number),
                name,
                category: CATEGORIES[random.usize(0..CATEGORIES.len())].to_owned(),
                cents: random.i64(40..3000),
                ingredients: has_ingredients.then(|| text(&mut random, count)),
            }
        })
        .collect()
}

fn made_up_words(random: &mut fastrand::Rng) -> Vec<String> {
    let starts = [
        "b", "br", "c", "ch", "d", "f", "g", "l", "m", "n", "p", "r", "s", "t", "v",
    ];
    let middles = [
        "a", "au", "e", "é", "ai", "i", "o", "ou", "u", "on", "an", "in", "eu",
    ];
    (0..12_000)
        .map(|_| {
            let syllables = random.usize(2..=4);
            (0..syllables)
                .map(|_| {
                    let start = starts[random.usize(0..starts.len())];
                    format!("{start}{}", middles[random.usize(0..middles.len())])
                })
                .collect()
        })
        .collect()
}

/// An EAN-13 with a right check digit.
fn barcode(number: usize) -> String {
    let digits = format!("34{number:010}");
    let sum: u32 = digits
        .bytes()
        .enumerate()
        .map(|(place, digit)| u32::from(digit - b'0') * if place % 2 == 0 { 1 } else { 3 })
        .sum();
    format!("{digits}{}", (10 - sum % 10) % 10)
}
