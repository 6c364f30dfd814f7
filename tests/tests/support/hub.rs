//! A server in a process of its own, with a hub that has something to sell.

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use comptoir_domain::catalogue::Variant;
use comptoir_domain::event::Event;
use comptoir_domain::ids::{HubId, LocationId, PaymentId, SlotId};
use comptoir_domain::money::Money;
use comptoir_domain::order::{Order, Payment, PaymentStatus};
use comptoir_domain::problem::{Problem, ProblemRule};
use comptoir_domain::quantity::Quantity;
use comptoir_domain::slot::Slot;
use comptoir_domain::stock::StockLevel;
use comptoir_domain::tender::{Tender, TenderKind};
use comptoir_domain::time::Timestamp;
use comptoir_sync::feed::EntityKind;
use comptoir_sync::pairing::PairingCode;
use comptoir_tests::founding::Founding;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use sync_server::clock::{Clock, SystemClock};
use sync_server::data_folder::DataFolder;
use sync_server::entropy::{new_uuid, random_bytes};
use sync_server::store::sqlite::{Access, SqliteStore};
use sync_server::store::{Act, JournalRow, NewEnrolment, Store, TillStore};
use uuid::Uuid;

use super::{action, eventually, program};

pub(crate) const PIN: &str = "4711";
pub(crate) const BREAD: &str = "2000000000015";
pub(crate) const EGGS: &str = "2000000000022";
pub(crate) const HONEY: &str = "2000000000039";
/// Has no price.
pub(crate) const GIFT: &str = "2000000000046";

/// How much of each there is before the first sale.
pub(crate) const STOCK: i64 = 100_000;

const HOUR_MS: i64 = 60 * 60_000;

/// A code is good for a quarter of an hour.
const CODE_LIFE_MS: i64 = 900_000;

/// A hub's data folder, and its server while that runs.
pub(crate) struct Hub {
    folder: PathBuf,
    port: u16,
    running: Option<Child>,
    pub(crate) id: HubId,
    pub(crate) location: LocationId,
    pub(crate) variants: Vec<Variant>,
}

impl Hub {
    /// Founds a hub with one manager and four products in stock, and serves it.
    pub(crate) fn open(folder: &Path) -> Hub {
        let mut founding = Founding::new(&mut fresh, "Maud", PIN);
        founding.add(&mut fresh, "Bread", BREAD, Some(Money::minor(420)));
        founding.add(&mut fresh, "Eggs", EGGS, Some(Money::minor(300)));
        founding.add(&mut fresh, "Honey", HONEY, Some(Money::minor(750)));
        founding.add(&mut fresh, "Gift", GIFT, None);
        Hub::found(folder, &founding, |_| Quantity::pieces(STOCK))
    }

    /// Founds a hub with so much of each of its goods in stock, and serves it.
    pub(crate) fn found(
        folder: &Path,
        founding: &Founding,
        stock: impl Fn(&Variant) -> Quantity,
    ) -> Hub {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        drop(listener);
        let mut opened = Hub {
            folder: folder.to_owned(),
            port,
            running: None,
            id: founding.settings.hub,
            location: founding.location,
            variants: founding.variants.clone(),
        };
        let store = DataFolder::create(folder)
            .unwrap()
            .open_store(Access::Beside)
            .unwrap();
        wait(store.create_hub(founding.hub(&mut fresh, now()))).unwrap();
        let opening = founding.opening(&mut fresh, now(), stock);
        wait(store.record(opened.id, opening)).unwrap();
        opened.serve();
        opened
    }

    /// Runs one of the administrator's commands; answers with what it said.
    pub(crate) fn command(&self, arguments: &[&str]) -> String {
        let output = Command::new(program("sync-server"))
            .args(["--data".as_ref(), self.folder.as_os_str()])
            .args(arguments)
            .env("NO_COLOR", "1")
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8(output.stdout).unwrap()
    }

    /// Starts the server, always at the same address, and waits until it answers.
    pub(crate) fn serve(&mut self) {
        self.start(&["--http"]);
    }

    /// The same with more that is said on its command line.
    pub(crate) fn serve_with(&mut self, options: &[&str]) {
        self.start(&[&["--http"], options].concat());
    }

    /// The same behind its own certificate.
    pub(crate) fn serve_securely(&mut self) {
        self.start(&[]);
    }

    fn start(&mut self, how: &[&str]) {
        let mut child = Command::new(program("sync-server"))
            .args(["--data".as_ref(), self.folder.as_os_str()])
            .args(["serve", "--listen", &format!("127.0.0.1:{}", self.port)])
            .args(how)
            .env("NO_COLOR", "1")
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut log = BufReader::new(child.stderr.take().unwrap()).lines();
        let said = log
            .by_ref()
            .map_while(Result::ok)
            .find(|line| line.contains("address="));
        assert!(said.is_some(), "the server says where it listens");
        // Nobody reads on would stop it at a full pipe.
        std::thread::spawn(move || log.for_each(drop));
        self.running = Some(child);
    }

    /// Ends the server as a power cut does.
    pub(crate) fn kill(&mut self) {
        if let Some(mut child) = self.running.take() {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }

    pub(crate) fn address(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    pub(crate) const fn port(&self) -> u16 {
        self.port
    }

    pub(crate) fn folder(&self) -> DataFolder {
        DataFolder::existing(&self.folder).unwrap()
    }

    fn store(&self) -> SqliteStore {
        self.folder().open_store(Access::Beside).unwrap()
    }

    /// A one-time code, as the office would print it.
    pub(crate) fn code(&self) -> String {
        self.code_made(now(), None).to_string()
    }

    /// A code that was made at another moment, or that names a certificate's key.
    pub(crate) fn code_made(&self, at: Timestamp, key: Option<&[u8; 32]>) -> PairingCode {
        let code = PairingCode::new(random_bytes().unwrap(), key);
        let enrolment = NewEnrolment {
            code_hash: code.code_hash(),
            location: self.location,
            created_at: at,
            expires_at: at.plus_ms(CODE_LIFE_MS),
        };
        wait(self.store().open_enrolment(self.id, enrolment)).unwrap();
        code
    }

    /// Somebody orders in a connected store: so many pieces of what has these barcodes. Answers with the
    /// order's number. The server runs.
    pub(crate) fn order_online(&self, name: &str, items: &[(&str, i64)]) -> String {
        let items = items.iter().map(|(code, pieces)| (*code, pieces * 1000));
        self.order_quantities(name, &items.collect::<Vec<_>>())
    }

    /// The same in thousandths: grams of what is sold by the kilogram.
    pub(crate) fn order_quantities(&self, name: &str, items: &[(&str, i64)]) -> String {
        let slot = self.slot(48);
        // A store for each order: its name is taken once.
        let said = self.command(&["shop-key", "add", &fresh().to_string()]);
        let key = said.lines().last().expect("the key is shown").to_owned();
        let items = items.iter().map(|(code, thousandths)| {
            json!({"variant": self.variant(code).id, "quantity": thousandths})
        });
        let items: Vec<Value> = items.collect();
        wait(async {
            let client = reqwest::Client::new();
            let order = json!({
                "order": fresh(),
                "slot": slot,
                "items": items,
                "name": name,
                "phone": "06 12 34 56 78",
                "note": "Rings twice",
            });
            let placed = client
                .post(format!("{}/v1/shop/orders", self.address()))
                .bearer_auth(&key)
                .json(&order);
            let placed: Value = placed.send().await.unwrap().json().await.unwrap();
            let number = placed["number"].as_str();
            number
                .unwrap_or_else(|| panic!("it is placed: {placed}"))
                .to_owned()
        })
    }

    /// The two hours in which orders are fetched, which begin in so many.
    pub(crate) fn slot(&self, from: i64) -> SlotId {
        if let Some(slot) = self.things::<Slot>(EntityKind::SLOT).first() {
            return slot.id;
        }
        let moment = |hours| {
            let at = now().plus_ms(hours * HOUR_MS).to_utc();
            at.format("%Y-%m-%dT%H:%M").to_string()
        };
        self.command(&["slot", "add", &moment(from), &moment(from + 2)]);
        let slots = self.things::<Slot>(EntityKind::SLOT);
        slots.first().expect("it was added").id
    }

    /// The customer says yes to so much on the provider's page, in cents; it is captured later, or at once.
    pub(crate) fn pay_online(&self, number: &str, amount: i64, status: PaymentStatus) {
        let order = self.order(number).id();
        let tender = Tender::of_kind(TenderKind::Online);
        let payment = Payment {
            id: PaymentId::from_uuid(fresh()),
            tender: tender.id,
            kind: tender.kind,
            amount: Money::minor(amount),
            tendered: None,
            change: Money::ZERO,
            rounding: Money::ZERO,
            reference: None,
            status,
            at: now(),
            shift: None,
            account: None,
            capture_before: Some(now().plus_ms(7 * 24 * HOUR_MS)),
            capture: None,
        };
        self.records(
            "payment_taken",
            vec![Event::PaymentTaken { order, payment }],
        );
    }

    /// Something that the hub itself says has happened.
    pub(crate) fn records(&self, kind: &str, events: Vec<Event>) {
        let act = Act {
            action: action(),
            actor: None,
            kind: kind.to_owned(),
            at: now(),
            events,
            attachments: Vec::new(),
            entities: Vec::new(),
        };
        wait(self.store().record(self.id, act)).unwrap();
    }

    /// What an order became, as the server holds it.
    pub(crate) fn order(&self, number: &str) -> Order {
        let mut orders = self.things::<Order>(EntityKind::ORDER).into_iter();
        let order = orders.find(|order| order.heading.number == number);
        order.unwrap_or_else(|| panic!("the server holds order {number}"))
    }

    /// Waits until the server's copy of an order is as it should be.
    pub(crate) fn order_becomes(&self, number: &str, what: &str, is: impl Fn(&Order) -> bool) {
        eventually(what, || Some(self.order(number)).filter(&is));
    }

    /// What is on hand and what is promised of what has this barcode.
    pub(crate) fn stock(&self, code: &str) -> (Quantity, Quantity) {
        let variant = self.variant(code);
        let mut levels = self.things::<StockLevel>(EntityKind::STOCK).into_iter();
        let level = levels.find(|level| level.variant == variant.id);
        let level = level.expect("its stock is kept");
        (level.on_hand, level.reserved)
    }

    /// Waits until so much is on hand and so much promised, in thousandths.
    pub(crate) fn stock_becomes(&self, code: &str, on_hand: i64, reserved: i64) {
        let expected = (
            Quantity::thousandths(on_hand),
            Quantity::thousandths(reserved),
        );
        eventually(&format!("the stock of {code} is {expected:?}"), || {
            (self.stock(code) == expected).then_some(())
        });
    }

    /// The rules of the problems that nobody decided yet, in a fixed order.
    pub(crate) fn open_problems(&self) -> Vec<ProblemRule> {
        let problems = self.things::<Problem>(EntityKind::PROBLEM).into_iter();
        let open = problems.filter(|problem| problem.decision.is_none());
        let mut rules: Vec<ProblemRule> = open.map(|problem| problem.rule).collect();
        rules.sort_unstable();
        rules
    }

    pub(crate) fn variant(&self, code: &str) -> &Variant {
        let has_code = |variant: &&Variant| variant.barcodes.iter().any(|known| known == code);
        let found = self.variants.iter().find(has_code);
        found.expect("the hub sells it")
    }

    /// Everything that the server ever took, in the order in which it took it.
    pub(crate) fn journal(&self) -> Vec<JournalRow> {
        wait(self.store().journal(self.id, 0, 1_000_000)).unwrap()
    }

    /// Waits until the orders that the server holds come to exactly these totals, smallest first.
    pub(crate) fn holds(&self, expected: &[i64]) {
        eventually("the server holds what was sold, once", || {
            let orders = self.things::<Order>(EntityKind::ORDER);
            let totals = orders
                .iter()
                .map(|order| order.totals().total.minor_units());
            let mut totals: Vec<i64> = totals.collect();
            totals.sort_unstable();
            (totals == expected).then_some(())
        });
    }

    /// The hub's things of one kind.
    pub(crate) fn things<T: DeserializeOwned>(&self, kind: &str) -> Vec<T> {
        let rows = wait(self.store().entities(self.id, EntityKind::new(kind))).unwrap();
        rows.iter()
            .map(|row| serde_json::from_str(&row.body).unwrap())
            .collect()
    }
}

impl Drop for Hub {
    fn drop(&mut self) {
        self.kill();
    }
}

pub(crate) fn now() -> Timestamp {
    SystemClock.now()
}

pub(crate) fn fresh() -> Uuid {
    new_uuid(now()).unwrap()
}

pub(crate) fn wait<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
        .block_on(future)
}
