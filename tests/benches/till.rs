//! The till on its own with a hundred thousand products: searching, selling, printing, the orders that
//! wait, starting again after a kill, and the memory that it takes.
//!
//! Names on the command line choose some of the parts: `searching`, `selling`, `waiting`,
//! `restarting`.
//!
//! Run with the name of a data folder in `COMPTOIR_BENCH_TILL` the same program is a till at work: the
//! one that is killed and weighed.

#[path = "support/shop.rs"]
mod shop;
mod support;
#[path = "support/waiting.rs"]
mod waiting;

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use comptoir_documents::Language;
use comptoir_documents::escpos::{self, PrinterProfile};
use comptoir_documents::receipt::{self, ReceiptContent};
use comptoir_domain::ids::{ActionId, IdSource};
use comptoir_testkit::SeededIds;
use comptoir_tests::bench::{Budget, Figure, percentile_ms, record};
use comptoir_tests::program::Program;
use comptoir_till::catalogue::{Buyer, Finder, Wanted};
use comptoir_till::wire::{ApiError, NoInput, PayAdd, ProductSearch, Scan, Screen, TillCommands};
use comptoir_till::{Core, Till, TillOptions};
use shop::Shop;
use support::{Goods, catalogue, now, timed_alone};

const DATA: &str = "COMPTOIR_BENCH_TILL";
const BARCODES: &str = "COMPTOIR_BENCH_BARCODES";

const SALES: usize = 300;
const RESTARTS: usize = 5;

type Part = fn(&Shop, &[Goods]) -> Result<()>;

const PARTS: [(&str, Part); 4] = [
    ("searching", searching),
    ("selling", selling),
    ("waiting", waiting::waiting),
    ("restarting", restarting),
];

/// As many rows as the finder of the screen asks for.
const ROWS_SHOWN: u32 = 24;

fn main() -> Result<()> {
    if let Some(data) = std::env::var_os(DATA) {
        return at_work(PathBuf::from(data));
    }
    let chosen: Vec<String> = std::env::args()
        .skip(1)
        .filter(|name| !name.starts_with('-'))
        .collect();
    let goods = catalogue()?;
    let shop = Shop::stocked(&goods)?;
    for (name, part) in PARTS {
        if chosen.is_empty() || chosen.iter().any(|chosen| chosen == name) {
            part(&shop, &goods)?;
        }
    }
    Ok(())
}

/// Every key press of people who look for some of the products, with and without a slip of the hand.
fn searching(shop: &Shop, goods: &[Goods]) -> Result<()> {
    let core = shop.core(20)?;
    let mut finder = Finder::open(core.database()).context("open the finder")?;
    finder.refresh().context("read the words")?;
    let texts = typed(goods);
    let mut samples = Vec::new();
    let mut found = 0;
    for text in &texts {
        for (end, _) in text.char_indices().skip(1).chain([(text.len(), ' ')]) {
            let wanted = Wanted {
                text: &text[..end],
                category: None,
                limit: ROWS_SHOWN,
                location: shop.location,
                buyer: Buyer::anybody(core.now()),
            };
            let (took, answer) = timed_alone(|| finder.search(&wanted));
            found += answer.context("search")?.products.len();
            samples.push(took);
        }
    }
    ensure!(found > samples.len(), "next to nothing was found");
    let name = "search as you type, 100 000 products, p99";
    let p99 = percentile_ms(&samples, 0.99);
    record(Figure::new(name, p99, "ms", Budget::AtMost(2.0)))?;
    let name = "search as you type, 100 000 products, p50";
    let p50 = percentile_ms(&samples, 0.5);
    record(Figure::new(name, p50, "ms", Budget::None))
}

fn typed(goods: &[Goods]) -> Vec<String> {
    let mut random = fastrand::Rng::with_seed(3);
    (0..500)
        .map(|round| {
            let goods = &goods[random.usize(0..goods.len())];
            let mut letters: Vec<char> = match round % 10 {
                0 => goods.variant.barcodes.join("").chars().collect(),
                1 => goods.variant.code.chars().collect(),
                _ => goods.variant.name.chars().take(16).collect(),
            };
            if round % 4 == 3 && letters.len() > 5 {
                let place = random.usize(1..letters.len().min(8) - 1);
                letters.swap(place, place + 1);
            }
            letters.into_iter().collect()
        })
        .collect()
}

fn scan(code: &str) -> Scan {
    Scan {
        code: code.to_owned(),
        symbology: None,
        quantity: None,
        confirmed: false,
    }
}

fn cash(ids: &mut SeededIds) -> PayAdd {
    PayAdd {
        action: ActionId::from_uuid(ids.next_uuid()),
        tender: "cash".to_owned(),
        amount: None,
        tendered: None,
        reference: None,
        confirmed: false,
        goes: None,
        approval: None,
    }
}

fn any_barcode<'a>(goods: &'a [Goods], random: &mut fastrand::Rng) -> &'a str {
    &goods[random.usize(0..goods.len())].variant.barcodes[0]
}

/// Sales of three lines, each completed beside a bare append of a page to a file of the same disk.
///
/// A sale is on the disk when [`Core::take_payment`] returns; what the screen shows of it is read
/// afterwards and measured by itself.
fn selling(shop: &Shop, goods: &[Goods]) -> Result<()> {
    let mut core = shop.core(30)?;
    let mut ids = SeededIds::new(31);
    let mut random = fastrand::Rng::with_seed(5);
    let mut file = File::create(shop.folder.path().join("floor")).context("make a file")?;
    let page = [7u8; 4096];
    let (mut scans, mut sales, mut floors) = (Vec::new(), Vec::new(), Vec::new());
    let mut screens = Vec::new();
    for round in 0..SALES {
        for _ in 0..3 {
            let scan = scan(any_barcode(goods, &mut random));
            let (took, answer) = timed_alone(|| core.order_scan(&scan));
            answer.context("scan")?;
            scans.push(took);
        }
        let press = cash(&mut ids);
        let (took, answer) = timed_alone(|| core.take_payment(&press));
        answer.context("complete the sale")?;
        sales.push(took);
        let (shown, view) = timed_alone(|| core.view());
        let Screen::Sell(sell) = view.context("look at the till")?.screen else {
            bail!("the till does not sell");
        };
        ensure!(sell.done.is_some(), "the sale is not complete");
        screens.push(took + shown);
        let (took, written) = timed_alone(|| {
            file.write_all(&page)?;
            file.sync_data()
        });
        written.context("append")?;
        floors.push(took);
        if round % 50 == 49 {
            core.checkpoint().context("fold the log in")?;
        }
    }
    let floor = percentile_ms(&floors, 0.5);
    let budget = Budget::TimesFloor {
        floor,
        at_most: 1.3,
    };
    let name = "completing a sale durably, over 4 KiB append + fdatasync, p50";
    record(Figure::new(name, percentile_ms(&sales, 0.5), "ms", budget))?;
    let name = "completing a sale durably, to the new screen, p50";
    let value = percentile_ms(&screens, 0.5);
    record(Figure::new(name, value, "ms", Budget::None))?;
    let name = "a scan durably on the order in progress, p50";
    let value = percentile_ms(&scans, 0.5);
    record(Figure::new(name, value, "ms", Budget::None))?;
    printing(&mut core, goods, &mut ids)
}

/// The receipt of a large order, from its frozen content to the bytes for the printer.
fn printing(core: &mut Core, goods: &[Goods], ids: &mut SeededIds) -> Result<()> {
    for goods in goods.iter().step_by(goods.len() / 20).take(20) {
        core.order_scan(&scan(&goods.variant.barcodes[0]))
            .context("scan")?;
    }
    core.pay_add(&cash(ids)).context("complete the sale")?;
    let content: Vec<u8> = core
        .connection()
        .query_row(
            "SELECT content FROM attachment ORDER BY position DESC LIMIT 1",
            [],
            |row| Ok(row.get_ref(0)?.as_bytes()?.to_vec()),
        )
        .context("the receipt's content")?;
    let mut content: ReceiptContent =
        serde_json::from_slice(&content).context("read the receipt's content")?;
    ensure!(content.lines.len() == 20, "{} lines", content.lines.len());
    content.reference = format!(
        "comptoir:{}:{}",
        content.number,
        "0123456789abcdef".repeat(4)
    );
    content.signature_extract = Some("0123-4567".to_owned());
    let mut samples = Vec::new();
    for profile in [PrinterProfile::epson_80(), PrinterProfile::generic_58()] {
        for _ in 0..500 {
            let (took, bytes) = timed_alone(|| {
                let document = receipt::lay_out(&content, Language::French);
                escpos::render(&document, &profile)
            });
            ensure!(bytes.context("render the receipt")?.len() > 500, "no bytes");
            samples.push(took);
        }
    }
    let name = "receipt of 20 lines to ESC/POS bytes, p50";
    let p50 = percentile_ms(&samples, 0.5);
    record(Figure::new(name, p50, "ms", Budget::None))?;
    let name = "receipt of 20 lines to ESC/POS bytes, p99";
    let p99 = percentile_ms(&samples, 0.99);
    record(Figure::new(name, p99, "ms", Budget::AtMost(1.0)))
}

/// Tills that are killed while they sell, and how long the next one takes until it shows the order.
fn restarting(shop: &Shop, goods: &[Goods]) -> Result<()> {
    let mut random = fastrand::Rng::with_seed(9);
    let barcodes: Vec<&str> = (0..50).map(|_| any_barcode(goods, &mut random)).collect();
    let logs = shop.folder.path().join("logs");
    let start = |line: &'static str| {
        let mut command = Command::new(std::env::current_exe().context("this program")?);
        command
            .env(DATA, shop.data())
            .env(BARCODES, barcodes.join(" "));
        let begun = Instant::now();
        let wanted = move |text: &str| (text == line).then(|| begun.elapsed());
        let patience = Duration::from_secs(60);
        Program::start_and_read("till", &mut command, &logs, patience, wanted)
    };
    let (till, _) = start("busy")?;
    let memory = resident_megabytes(till.id())?;
    till.kill()?;
    let mut samples = Vec::new();
    for _ in 0..RESTARTS {
        let (till, _) = start("busy")?;
        till.kill()?;
        let (till, took) = start("ready")?;
        till.kill()?;
        samples.push(took);
    }
    let name = "restart after a kill until ready to sell, the slowest of 5";
    let slowest = percentile_ms(&samples, 1.0);
    record(Figure::new(name, slowest, "ms", Budget::AtMost(2000.0)))?;
    let name = "resident memory of the till library, 100 000 products";
    record(Figure::new(name, memory, "MB", Budget::AtMost(80.0)))
}

fn resident_megabytes(process: u32) -> Result<f64> {
    let path = format!("/proc/{process}/status");
    let text = fs::read_to_string(Path::new(&path)).with_context(|| format!("read {path}"))?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().next());
    let kilobytes: f64 = kilobytes.context("VmRSS")?.parse().context("VmRSS")?;
    Ok(kilobytes / 1024.0)
}

/// A till that says `ready` when it can sell, then sells and searches, says `busy`, and goes on until
/// somebody ends it.
fn at_work(data_dir: PathBuf) -> Result<()> {
    let till = Till::open(TillOptions { data_dir }).context("open the till")?;
    let view = till.till_view(NoInput {}).map_err(refused)?;
    ensure!(
        matches!(view.screen, Screen::Sell(_)),
        "the till does not sell: {:?}",
        view.screen
    );
    say("ready")?;
    till.catalogue_get(NoInput {}).map_err(refused)?;
    let barcodes = std::env::var(BARCODES).context("what to sell")?;
    let mut ids = SeededIds::new(now().unix_ms().unsigned_abs());
    for round in 0.. {
        for barcode in barcodes.split(' ').skip(round % 50).take(3) {
            till.order_scan(scan(barcode)).map_err(refused)?;
        }
        till.pay_add(cash(&mut ids)).map_err(refused)?;
        till.product_search(ProductSearch {
            text: ["choclat", "lait", "past", "bio 2"][round % 4].to_owned(),
            category: None,
            limit: ROWS_SHOWN,
        })
        .map_err(refused)?;
        if round == 40 {
            say("busy")?;
        }
    }
    Ok(())
}

fn refused(error: ApiError) -> anyhow::Error {
    anyhow::anyhow!("the till refuses: {error:?}")
}

fn say(line: &str) -> Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}")?;
    out.flush().context("say something")
}
