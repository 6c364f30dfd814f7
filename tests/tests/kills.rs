//! `kill -9` of the till and of the server at random moments while selling: what was answered as done is
//! there after the restart, once; the order in progress is back on the screen; and in the end the server
//! holds exactly every sale.
//!
//! `COMPTOIR_KILLS` says how many times the till is killed, and the server half as often; a failure prints
//! the seed, which `COMPTOIR_KILLS_SEED` takes to choose the same moments again.

#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]
#![allow(
    clippy::print_stdout,
    reason = "a failure is repeated from what is printed"
)]

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::Duration;

use comptoir_domain::entry::{SealedEntry, Source};
use comptoir_domain::money::Money;
use comptoir_domain::order::Order;
use comptoir_domain::quantity::Quantity;
use comptoir_domain::stock::StockLevel;
use comptoir_sync::feed::EntityKind;
use comptoir_testkit::PrinterEmulator;
use comptoir_till::wire::{PayAdd, PrinterSettings, PrinterTarget, TillView};
use rusqlite::Connection;
use serde_json::json;
use support::host::{Host, Line, NoAnswer, cash, scan, selling};
use support::hub::{BREAD, EGGS, HONEY, Hub, STOCK};

const KILLS: u64 = 200;

/// The latest moment, in microseconds after a press, at which a process is killed: a little more than what
/// a sale takes, so that kills fall before, inside and after it.
const MOMENT_MAX_US: u64 = 12_000;

fn from_environment(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

#[test]
fn what_was_answered_as_done_survives_every_kill_once() {
    let kills = from_environment("COMPTOIR_KILLS").unwrap_or(KILLS);
    let seed = from_environment("COMPTOIR_KILLS_SEED").unwrap_or_else(|| fastrand::u64(..));
    println!("COMPTOIR_KILLS={kills} COMPTOIR_KILLS_SEED={seed}");
    let folder = tempfile::tempdir().unwrap();
    let mut counter = Counter::open(folder.path(), seed);
    for _ in 0..kills {
        counter.sell_until_killed();
    }
    counter.finish();
    counter.the_till_holds_every_sale_once();
    counter.the_server_holds_every_sale_once();
    counter.no_slip_came_twice();
}

/// What the person at the counter knows.
struct Counter {
    random: fastrand::Rng,
    data: PathBuf,
    hub: Hub,
    host: Host,
    printer: PrinterEmulator,
    /// What lies in the order in progress, in the order in which it was scanned.
    order: Vec<&'static str>,
    sales: Vec<Sale>,
    /// How many kills came before an answer, and how many of those after it was done.
    cut_off: (u32, u32),
}

/// A sale that was shown as done.
struct Sale {
    press: PayAdd,
    number: String,
    total: Money,
    goods: Vec<&'static str>,
}

/// One thing that a cashier does.
#[derive(Clone)]
enum Step {
    Scan(&'static str),
    Undo,
    Pay(PayAdd),
}

impl Step {
    fn take(&self, line: &Line) -> Result<TillView, NoAnswer> {
        match self {
            Step::Scan(code) => line.call("order_scan", &scan(code)),
            Step::Undo => line.call("order_undo", &json!({})),
            Step::Pay(press) => line.call("pay_add", press),
        }
    }
}

fn price(code: &str) -> i64 {
    match code {
        BREAD => 420,
        EGGS => 300,
        HONEY => 750,
        other => panic!("{other} is not sold here"),
    }
}

fn total(goods: &[&str]) -> Money {
    Money::minor(goods.iter().copied().map(price).sum())
}

impl Counter {
    fn open(folder: &Path, seed: u64) -> Counter {
        let hub = Hub::open(&folder.join("server"));
        let data = folder.join("till");
        let host = Host::start(&data);
        host.begin(&hub.address(), &hub.code());
        let printer = PrinterEmulator::start().unwrap();
        let settings = PrinterSettings {
            target: Some(PrinterTarget::Network {
                host: printer.address().ip().to_string(),
                port: printer.address().port(),
            }),
            paper_mm: 80,
            automatic: true,
            drawer: true,
        };
        host.done("printer_settings_set", &settings);
        Counter {
            random: fastrand::Rng::with_seed(seed),
            data,
            hub,
            host,
            printer,
            order: Vec::new(),
            sales: Vec::new(),
            cut_off: (0, 0),
        }
    }

    /// Some steps that are answered, perhaps with the server killed meanwhile, and one that the till is
    /// killed in; then the till is started again.
    fn sell_until_killed(&mut self) {
        let kill_server = self.random.bool();
        let steps = self.random.usize(0..6);
        for _ in 0..steps {
            let step = self.next_step();
            let view = step.take(&self.host.line()).expect("nothing is in its way");
            self.took(&step, &view);
        }
        let step = self.next_step();
        let answer = self.killed_in(&step, kill_server);
        if kill_server {
            self.hub.serve();
        }
        self.start_again();
        match answer {
            Ok(view) => {
                self.took(&step, &view);
                self.shows_the_order(&self.host.view());
            }
            Err(NoAnswer::CutOff) => self.find_out(&step),
            Err(NoAnswer::Refused(error)) => panic!("refused: {error:?}"),
        }
    }

    fn next_step(&mut self) -> Step {
        match self.random.u32(0..10) {
            0..6 => Step::Scan([BREAD, EGGS, HONEY][self.random.usize(0..3)]),
            6 if !self.order.is_empty() => Step::Undo,
            7..10 if !self.order.is_empty() => Step::Pay(self.press()),
            _ => Step::Scan(HONEY),
        }
    }

    fn press(&mut self) -> PayAdd {
        let change = Money::minor(self.random.i64(0..1000));
        let cash = cash(total(&self.order) + change);
        if self.random.bool() {
            return cash;
        }
        PayAdd {
            tender: "card_standalone".to_owned(),
            tendered: None,
            ..cash
        }
    }

    /// Kills the till, and perhaps the server, at some moment while a step is under way.
    fn killed_in(&mut self, step: &Step, kill_server: bool) -> Result<TillView, NoAnswer> {
        let line = self.host.line();
        let mut moment = || Duration::from_micros(self.random.u64(0..MOMENT_MAX_US));
        let (till_at, server_at) = (moment(), moment());
        let (host, hub) = (&mut self.host, &mut self.hub);
        std::thread::scope(|scope| {
            let answer = scope.spawn(|| step.take(&line));
            scope.spawn(move || {
                std::thread::sleep(till_at);
                host.kill_now();
            });
            if kill_server {
                scope.spawn(move || {
                    std::thread::sleep(server_at);
                    hub.kill();
                });
            }
            answer.join().unwrap()
        })
    }

    /// Starts the till where it was killed, once it is gone.
    fn start_again(&mut self) {
        self.host.wait_until_gone();
        self.host = Host::start(&self.data);
    }

    /// A step was answered as done.
    fn took(&mut self, step: &Step, view: &TillView) {
        match step {
            Step::Scan(code) => self.order.push(code),
            Step::Undo => {
                self.order.pop();
            }
            Step::Pay(press) => self.sold(press, view),
        }
        if !matches!(step, Step::Pay(_)) {
            self.shows_the_order(view);
        }
    }

    fn sold(&mut self, press: &PayAdd, view: &TillView) {
        let goods = std::mem::take(&mut self.order);
        let total = total(&goods);
        let sell = selling(view);
        assert!(sell.order.is_none(), "the sale is over");
        let done = sell.done.as_ref().expect("the sale is shown as done");
        assert_eq!(done.total, total);
        let change = press.tendered.map_or(Money::ZERO, |given| given - total);
        assert_eq!(done.change, change, "the change stays on the screen");
        self.sales.push(Sale {
            press: press.clone(),
            number: done.receipt_number.clone(),
            total,
            goods,
        });
    }

    /// The till was killed before it answered: either it was done, or it was not.
    fn find_out(&mut self, step: &Step) {
        let view = self.host.view();
        let before = total(&self.order);
        self.cut_off.0 += 1;
        self.cut_off.1 += u32::from(shown_total(&view) != before);
        match step {
            Step::Pay(press) => {
                let was_done = selling(&view).order.is_none();
                if !was_done {
                    self.shows_the_order(&view);
                }
                // The screen sends the same press again.
                let again = self.host.done("pay_add", press);
                if was_done {
                    assert_eq!(last_number(&again), last_number(&view), "paid once");
                }
                self.sold(press, &again);
            }
            Step::Scan(_) | Step::Undo => {
                if shown_total(&view) != before {
                    self.took(step, &view);
                }
                self.shows_the_order(&view);
            }
        }
    }

    /// The screen shows what lies on the counter, and the last sale that was shown as done.
    fn shows_the_order(&self, view: &TillView) {
        let mut shown: BTreeMap<String, Quantity> = BTreeMap::new();
        let order = selling(view).order.as_ref();
        for line in order.iter().flat_map(|order| &order.lines) {
            if !line.removed {
                let quantity = shown.entry(line.name.clone()).or_insert(Quantity::ZERO);
                *quantity += line.quantity;
            }
        }
        let mut expected: BTreeMap<String, Quantity> = BTreeMap::new();
        for code in &self.order {
            let quantity = expected.entry(self.name(code)).or_insert(Quantity::ZERO);
            *quantity += Quantity::ONE;
        }
        assert_eq!(shown, expected, "the order in progress");
        assert_eq!(shown_total(view), total(&self.order));
        let last = self.sales.last().map(|sale| sale.number.as_str());
        assert_eq!(last_number(view).as_deref(), last, "the last sale");
    }

    fn name(&self, code: &str) -> String {
        let mut variants = self.hub.variants.iter();
        let found = variants.find(|variant| variant.barcodes.iter().any(|own| own == code));
        found.unwrap().name.clone()
    }

    /// Every press of the run arrives once more, the server gets what it has not, and all ends.
    fn finish(&mut self) {
        let before = self.host.status().entries.len();
        for sale in self.sales.iter().rev().take(50) {
            let view = self.host.done("pay_add", &sale.press);
            self.shows_the_order(&view);
        }
        assert_eq!(
            self.host.status().entries.len(),
            before,
            "nothing was sold again"
        );
        self.host.sent_everything();
        let (cut_off, were_done) = self.cut_off;
        println!(
            "{} sales; {cut_off} kills came before the answer, {were_done} of them after the deed",
            self.sales.len()
        );
        self.host.kill_now();
        self.host.wait_until_gone();
        self.hub.kill();
    }

    fn the_till_holds_every_sale_once(&self) {
        let rows = journal(&self.data);
        let epochs: BTreeSet<&str> = rows.iter().map(|row| row.epoch.as_str()).collect();
        assert_eq!(epochs.len(), 1, "a kill is no older copy");
        let seqs: Vec<u64> = rows.iter().map(|row| row.seq).collect();
        let dense: Vec<u64> = (1..=rows.len() as u64).collect();
        assert_eq!(seqs, dense);
        let stored: Vec<_> = rows.iter().filter_map(Row::sale).collect();
        let done: Vec<_> = self.sales.iter().map(Sale::known).collect();
        assert_eq!(
            stored, done,
            "each sale once, as it was shown, and no other"
        );
        for (index, sale) in self.sales.iter().enumerate() {
            let counted = sale.number.rsplit('-').next().unwrap();
            assert_eq!(counted, (index + 1).to_string(), "{}", sale.number);
        }
    }

    fn the_server_holds_every_sale_once(&self) {
        let journal = self.hub.journal();
        assert!(journal.iter().all(|row| row.branch == 0), "no fork");
        let held: Vec<SealedEntry> = journal
            .into_iter()
            .filter(|row| matches!(row.source, Source::Till(_)))
            .map(|row| row.sealed)
            .collect();
        let written: Vec<SealedEntry> = journal_entries(&self.data);
        assert_eq!(held, written, "each entry once, byte for byte");
        let mut orders: Vec<Money> = self
            .hub
            .things::<Order>(EntityKind::ORDER)
            .iter()
            .map(|order| order.totals().total)
            .collect();
        let mut totals: Vec<Money> = self.sales.iter().map(|sale| sale.total).collect();
        orders.sort();
        totals.sort();
        assert_eq!(orders, totals);
        let levels: Vec<StockLevel> = self.hub.things(EntityKind::STOCK);
        for variant in &self.hub.variants {
            let sold = self.sales.iter().flat_map(|sale| &sale.goods);
            let sold = sold.filter(|code| variant.barcodes.iter().any(|own| own == *code));
            let left = STOCK - i64::try_from(sold.count()).unwrap();
            let level = levels.iter().find(|level| level.variant == variant.id);
            assert_eq!(
                level.unwrap().on_hand,
                Quantity::pieces(left),
                "{}",
                variant.name
            );
        }
    }

    /// A slip that was cut off is not printed again unasked.
    fn no_slip_came_twice(&self) {
        let slips: Vec<String> = self
            .printer
            .jobs()
            .iter()
            .map(|job| job.iter().map(|&byte| char::from(byte)).collect())
            .collect();
        for sale in &self.sales {
            let whole = |slip: &&String| {
                let mut words = slip.split_whitespace();
                words.any(|word| word == sale.number)
            };
            let count = slips.iter().filter(whole).count();
            assert!(count <= 1, "{} was printed {count} times", sale.number);
        }
    }
}

impl Sale {
    fn known(&self) -> (String, String, i64) {
        let action = self.press.action.to_string();
        (action, self.number.clone(), self.total.minor_units())
    }
}

fn shown_total(view: &TillView) -> Money {
    selling(view)
        .order
        .as_ref()
        .map_or(Money::ZERO, |order| order.total)
}

fn last_number(view: &TillView) -> Option<String> {
    let sell = selling(view);
    let done = sell.done.as_ref().map(|done| done.receipt_number.clone());
    done.or_else(|| {
        sell.last_sale
            .as_ref()
            .map(|last| last.receipt_number.clone())
    })
}

/// A row of the till's journal.
struct Row {
    epoch: String,
    seq: u64,
    action: String,
    sale: bool,
    number: Option<String>,
    amount: Option<i64>,
}

impl Row {
    fn sale(&self) -> Option<(String, String, i64)> {
        let known = || Some((self.action.clone(), self.number.clone()?, self.amount?));
        self.sale.then(known).flatten()
    }
}

fn database(data: &Path) -> Connection {
    Connection::open(data.join("till.sqlite3")).unwrap()
}

fn journal(data: &Path) -> Vec<Row> {
    let connection = database(data);
    let sql = "SELECT epoch, seq, action, kind, number, amount FROM journal ORDER BY position";
    let mut statement = connection.prepare(sql).unwrap();
    let rows = statement.query_map([], |row| {
        Ok(Row {
            epoch: row.get(0)?,
            seq: row.get(1)?,
            action: row.get(2)?,
            sale: row.get::<_, String>(3)? == "sale",
            number: row.get(4)?,
            amount: row.get(5)?,
        })
    });
    rows.unwrap().map(Result::unwrap).collect()
}

fn journal_entries(data: &Path) -> Vec<SealedEntry> {
    let connection = database(data);
    let sql = "SELECT header, body, signature FROM journal ORDER BY position";
    let mut statement = connection.prepare(sql).unwrap();
    let rows = statement.query_map([], |row| {
        let signature = comptoir_domain::entry::from_hex(&row.get::<_, String>(2)?).unwrap();
        Ok(SealedEntry {
            header: row.get(0)?,
            body: row.get(1)?,
            signature: comptoir_domain::entry::EntrySignature(signature),
        })
    });
    rows.unwrap().map(Result::unwrap).collect()
}
