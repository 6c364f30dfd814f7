//! What comes in wrong, over the ways it comes in: each gets a clear word, and nothing is changed by it.
//! A real till process, a real server process, and the till's own database as the witness.

#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

mod support;

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::Path;

use comptoir_domain::entry::Source;
use comptoir_domain::money::Money;
use comptoir_domain::quantity::Quantity;
use comptoir_testkit::{Fault, PrinterEmulator};
use comptoir_till::wire::{
    AddVariant, Code, DatabaseState, PayAdd, PrinterSettings, PrinterState, PrinterTarget, Screen,
    ServerState, SetQuantity, SetupPair, Sound, StepQuantity, TillView,
};
use rusqlite::Connection;
use rusqlite::types::Value;
use serde_json::json;
use support::host::{Host, cash, scan, scan_many, selling};
use support::hub::{BREAD, GIFT, HONEY, Hub, now};
use support::{action, eventually};
use tempfile::TempDir;

/// A hub, and a till that sells from it.
struct Shop {
    folder: TempDir,
    hub: Hub,
    host: Host,
}

impl Shop {
    fn open() -> Shop {
        let folder = tempfile::tempdir().unwrap();
        let hub = Hub::open(&folder.path().join("server"));
        let host = Host::start(&folder.path().join("till"));
        host.begin(&hub.address(), &hub.code());
        Shop { folder, hub, host }
    }

    /// The same with nobody else at work: everything is sent, and the server is gone.
    fn quiet() -> Shop {
        let mut shop = Shop::open();
        shop.host.sent_everything();
        shop.hub.kill();
        shop
    }

    fn data(&self) -> std::path::PathBuf {
        self.folder.path().join("till")
    }

    fn sell(&self) -> TillView {
        self.host.done("order_scan", &scan(HONEY));
        self.host.done("pay_add", &cash(Money::minor(1000)))
    }
}

/// Every row of every table that a press can change.
fn content(data: &Path) -> BTreeMap<String, Vec<Vec<Value>>> {
    let connection = Connection::open(data.join("till.sqlite3")).unwrap();
    let tables = [
        "epoch",
        "journal",
        "journal_order",
        "attachment",
        "sequence",
        "draft",
        "draft_step",
        "own_state",
        "action_done",
        "print_job",
        "pin_failure",
        "entity",
        "alias",
    ];
    let rows = |table: &str| {
        let mut statement = connection
            .prepare(&format!("SELECT * FROM {table}"))
            .unwrap();
        let columns = statement.column_count();
        let rows = statement.query_map([], |row| {
            (0..columns).map(|column| row.get(column)).collect()
        });
        rows.unwrap().map(Result::unwrap).collect()
    };
    tables.map(|table| (table.to_owned(), rows(table))).into()
}

#[test]
fn a_hostile_barcode_sounds_and_changes_nothing() {
    let shop = Shop::quiet();
    shop.host.done("order_scan", &scan(HONEY));
    let before = content(&shop.data());
    let hostile = [
        String::new(),
        "9".repeat(10_000),
        "x".repeat(10_000),
        "é".repeat(10_000),
        (0u8..32).map(char::from).collect(),
        "\u{7f}\u{80}\u{9f}".to_owned(),
        "\u{1b}[2J\u{1b}p0".to_owned(),
        "\u{1d}01\u{1d}\u{1d}10".to_owned(),
        "]C1\u{1d}0".to_owned(),
        format!("]E0{HONEY}{HONEY}"),
        "\u{202e}9300000000002\u{feff}".to_owned(),
        "'; DROP TABLE journal; --".to_owned(),
        "*\" OR NEAR(".to_owned(),
        // Honey's number with a damaged digit.
        "2000000000030".to_owned(),
        "-1".to_owned(),
        "1e12".to_owned(),
    ];
    for code in &hostile {
        let view = shop.host.done("order_scan", &scan(code));
        let said = format!("{:.40?}", code);
        assert_eq!(view.sound.unwrap().kind, Sound::Unknown, "{said}");
        assert!(
            matches!(
                view.notices[0].code,
                Code::CodeUnknown | Code::CodeUnreadable
            ),
            "{said}"
        );
        assert_eq!(content(&shop.data()), before, "{said}");
    }
    let view = shop.host.done("order_scan", &scan(BREAD));
    let total = selling(&view).order.as_ref().unwrap().total;
    assert_eq!(total, Money::minor(1170), "it goes on");
}

#[test]
fn a_quantity_that_cannot_be_sold_changes_nothing() {
    let shop = Shop::quiet();
    let view = shop.host.done("order_scan", &scan(HONEY));
    let order = selling(&view).order.clone().unwrap();
    let (line, variant) = (order.lines[0].id, order.lines[0].variant);
    let before = content(&shop.data());
    let host = &shop.host;
    let impossible = [
        0,
        -1000,
        1_000_000_000_000,
        1_000_000_000_000_000,
        9_007_199_254_740_991,
        -9_007_199_254_740_991,
    ];
    for thousandths in impossible {
        let quantity = Quantity::thousandths(thousandths);
        let mut scanned = scan_many(BREAD, thousandths);
        scanned.confirmed = true;
        let added = AddVariant {
            variant,
            quantity: Some(quantity),
            confirmed: true,
        };
        let scanned = host.refused("order_scan", &scanned);
        let added = host.refused("order_add_variant", &added);
        let refused = [Code::QuantityInvalid; 2];
        assert_eq!([scanned, added], refused, "{thousandths}");
    }
    // A typed zero takes the line off, as its key does, and so does a step below it.
    for thousandths in &impossible[1..] {
        let quantity = Quantity::thousandths(*thousandths);
        let set = SetQuantity {
            line,
            quantity,
            confirmed: true,
        };
        let set = host.refused("order_set_quantity", &set);
        assert_eq!(set, Code::QuantityInvalid, "{thousandths}");
        if quantity.is_positive() {
            let step = StepQuantity {
                line,
                delta: quantity,
            };
            let step = host.refused("order_step_quantity", &step);
            assert_eq!(step, Code::QuantityInvalid, "{thousandths}");
        }
    }
    assert_eq!(
        host.refused("order_scan", &scan_many(BREAD, 1500)),
        Code::QuantityNotWhole
    );
    assert_eq!(
        host.refused("order_scan", &scan_many(BREAD, 100_000)),
        Code::QuantityUnusual
    );
    assert_eq!(content(&shop.data()), before);
}

#[test]
fn without_a_price_nothing_is_sold() {
    let shop = Shop::quiet();
    let before = content(&shop.data());
    assert_eq!(
        shop.host.refused("order_scan", &scan(GIFT)),
        Code::PriceMissing
    );
    let gift = AddVariant {
        variant: shop.hub.variants[3].id,
        quantity: None,
        confirmed: true,
    };
    assert_eq!(
        shop.host.refused("order_add_variant", &gift),
        Code::PriceMissing
    );
    assert_eq!(content(&shop.data()), before);
}

#[test]
fn a_payment_that_cannot_be_meant_changes_nothing() {
    let shop = Shop::quiet();
    let host = &shop.host;
    host.done("order_scan", &scan(HONEY));
    let before = content(&shop.data());
    let most = 9_007_199_254_740_991;
    let tendered = |amount: i64| cash(Money::minor(amount));
    let card = |amount: i64| PayAdd {
        tender: "card_standalone".to_owned(),
        amount: Some(Money::minor(amount)),
        tendered: None,
        ..cash(Money::ZERO)
    };
    for (press, code) in [
        (tendered(749), Code::TenderedTooSmall),
        (tendered(0), Code::TenderedTooSmall),
        (tendered(-1000), Code::TenderedTooSmall),
        (card(0), Code::AmountInvalid),
        (card(-750), Code::AmountInvalid),
        (card(751), Code::AmountAboveDue),
        (card(most), Code::AmountTooLarge),
        (
            PayAdd {
                confirmed: false,
                ..tendered(most)
            },
            Code::TenderedUnusual,
        ),
        (
            PayAdd {
                tender: "shells".to_owned(),
                ..card(750)
            },
            Code::TenderUnknown,
        ),
    ] {
        assert_eq!(host.refused("pay_add", &press), code, "{press:?}");
        assert_eq!(content(&shop.data()), before, "{press:?}");
    }
}

#[test]
fn presses_at_the_same_moment_sell_once() {
    let shop = Shop::quiet();
    let line = shop.host.line();
    for alike in [true, false] {
        shop.host.done("order_scan", &scan(HONEY));
        let first = cash(Money::minor(1000));
        let presses: Vec<PayAdd> = (0..8)
            .map(|_| match alike {
                true => first.clone(),
                false => cash(Money::minor(1000)),
            })
            .collect();
        std::thread::scope(|scope| {
            for press in &presses {
                let line = line.clone();
                scope.spawn(move || {
                    let answer: Result<TillView, _> = line.call("pay_add", press);
                    assert!(answer.is_ok() || !alike, "a repeated press is no mistake");
                });
            }
        });
        assert!(selling(&shop.host.view()).done.is_some());
    }
    let sales = &content(&shop.data())["sequence"];
    assert!(
        sales.iter().any(|row| row.contains(&Value::Integer(2))),
        "two receipts were numbered: {sales:?}"
    );
    let entries = shop.host.status().entries;
    let sold = entries.iter().filter(|entry| entry.number.is_some());
    assert_eq!(sold.count(), 2);
}

#[test]
fn a_request_that_cannot_be_read_changes_nothing() {
    let shop = Shop::quiet();
    shop.host.done("order_scan", &scan(HONEY));
    let before = content(&shop.data());
    let line = shop.host.line();
    let id = action();
    for (command, body) in [
        ("order_scan", "{".to_owned()),
        ("order_scan", "[]".to_owned()),
        ("order_scan", "{}".to_owned()),
        ("order_scan", r#"{"code":7,"confirmed":false}"#.to_owned()),
        (
            "order_scan",
            format!(r#"{{"code":"{HONEY}","quantity":1.5,"confirmed":true}}"#),
        ),
        (
            "order_scan",
            format!(r#"{{"code":"{HONEY}","quantity":1e12,"confirmed":true}}"#),
        ),
        (
            "order_scan",
            format!(r#"{{"code":"{HONEY}","quantity":99999999999999999999,"confirmed":true}}"#),
        ),
        (
            "pay_add",
            format!(r#"{{"action":"{id}","tender":"cash","tendered":1000.5,"confirmed":true}}"#),
        ),
        (
            "pay_add",
            r#"{"action":"x","tender":"cash","confirmed":true}"#.to_owned(),
        ),
        ("no_such_command", "{}".to_owned()),
        ("order_scan", "[".repeat(60_000)),
    ] {
        let (status, answer) = line.send(command, &body).unwrap();
        assert!(
            matches!(status, 400 | 409),
            "{command} {body:.80}: {status}"
        );
        assert!(answer.contains("bad_request"), "{answer}");
        assert_eq!(content(&shop.data()), before, "{command} {body:.80}");
    }
    let (status, _) = line.send("order_scan", &"9".repeat(70_000)).unwrap();
    assert_eq!(status, 413, "too much at once");
    assert_eq!(content(&shop.data()), before);
}

#[test]
fn pairing_that_fails_says_why_and_leaves_the_till_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let mut hub = Hub::open(&folder.path().join("server"));
    let data = folder.path().join("till");
    let host = Host::start(&data);
    let before = content(&data);
    let told = |address: &str, code: &str| {
        let pair = SetupPair {
            address: address.to_owned(),
            code: code.to_owned(),
        };
        let code = host.refused("setup_pair", &pair);
        assert!(matches!(host.view().screen, Screen::Setup(_)));
        assert_eq!(content(&data), before, "{address}");
        code
    };
    let address = hub.address();
    assert_eq!(told(&address, "0123-4567-89AB"), Code::PairingCodeWrong);
    assert_eq!(told(&address, "hello"), Code::PairingCodeWrong);
    let hour_ago = now().plus_ms(-3_600_000);
    let old = hub.code_made(hour_ago, None).to_string();
    assert_eq!(told(&address, &old), Code::PairingCodeExpired);
    let used = hub.code();
    let other = Host::start(&folder.path().join("other"));
    other.begin(&address, &used);
    assert_eq!(told(&address, &used), Code::PairingCodeUsed);
    let good = hub.code();
    assert_eq!(told("http://example.org", &good), Code::AddressInvalid);
    assert_eq!(told("not an address", &good), Code::AddressInvalid);
    let portal = Portal::open(0);
    assert_eq!(told(&portal.address(), &good), Code::ServerNotOurs);
    hub.kill();
    assert_eq!(told(&address, &good), Code::ServerUnreachable);
    // Behind its own certificate, for a code that names no key, or another one.
    hub.serve_securely();
    let secure = address.replace("http:", "https:");
    assert_eq!(told(&secure, &good), Code::ServerNotTrusted);
    let misled = hub.code_made(now(), Some(&[7; 32])).to_string();
    assert_eq!(told(&secure, &misled), Code::ServerNotTrusted);
    let key = sync_server::tls::key_hash(&hub.folder()).unwrap();
    let right = hub.code_made(now(), Some(&key)).to_string();
    let view = host.begin(&secure, &right);
    assert!(
        matches!(view.screen, Screen::Sell(_)),
        "the right one joins"
    );
}

/// What a hotel's network answers to everything: a page, with 200.
struct Portal {
    port: u16,
    closing: std::sync::Arc<std::sync::atomic::AtomicBool>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Portal {
    fn open(port: u16) -> Portal {
        use std::sync::atomic::Ordering;
        let listener = TcpListener::bind(("127.0.0.1", port)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let closing: std::sync::Arc<std::sync::atomic::AtomicBool> = Default::default();
        let is_closing = closing.clone();
        let thread = std::thread::spawn(move || {
            for stream in listener.incoming() {
                if is_closing.load(Ordering::SeqCst) {
                    return;
                }
                let mut stream = stream.unwrap();
                let _ = stream.read(&mut [0; 8192]);
                let page = "<html><h1>Welcome to Hotel Wi-Fi</h1></html>";
                let answer = format!(
                    "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {}\r\n\
                     Connection: close\r\n\r\n{page}",
                    page.len()
                );
                let _ = stream.write_all(answer.as_bytes());
            }
        });
        Portal {
            port,
            closing,
            thread: Some(thread),
        }
    }

    fn address(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }
}

impl Drop for Portal {
    fn drop(&mut self) {
        self.closing
            .store(true, std::sync::atomic::Ordering::SeqCst);
        // The one that waits for a caller gets a last one.
        let _ = std::net::TcpStream::connect(("127.0.0.1", self.port));
        let _ = self.thread.take().map(std::thread::JoinHandle::join);
    }
}

#[test]
fn a_captive_portal_in_the_servers_place_takes_no_sale() {
    let mut shop = Shop::quiet();
    let portal = Portal::open(shop.hub.port());
    shop.sell();
    shop.host.done("sync_now", &json!({}));
    eventually("the portal is told from the server", || {
        let server = shop.host.status().server;
        (server.problem == Some(Code::ServerNotOurs)).then_some(())
    });
    let status = shop.host.view().status;
    assert_eq!(status.server, ServerState::Offline);
    assert_eq!(status.unsent, 1, "nothing counts as sent");
    shop.sell();
    drop(portal);
    shop.hub.serve();
    shop.host.sent_everything();
    assert_eq!(sales_held(&shop.hub), 2);
}

fn sales_held(hub: &Hub) -> usize {
    let rows = hub.journal().into_iter();
    rows.filter(|row| row.kind == "sale" && matches!(row.source, Source::Till(_)))
        .count()
}

#[test]
fn a_second_instance_says_so_and_leaves_the_first_alone() {
    let shop = Shop::quiet();
    let before = content(&shop.data());
    let second = Host::start(&shop.data());
    let Screen::Stopped(stopped) = second.view().screen else {
        panic!("two tills on one database");
    };
    assert_eq!(stopped.code, Code::AlreadyRunning);
    assert_eq!(
        second.refused("order_scan", &scan(HONEY)),
        Code::AlreadyRunning
    );
    assert_eq!(content(&shop.data()), before);
    shop.sell();
}

#[test]
fn a_folder_that_is_no_place_for_a_till_stops_it_with_a_word() {
    let host = Host::start(Path::new("/proc/no-such-till"));
    let Screen::Stopped(stopped) = host.view().screen else {
        panic!("a till in a folder that cannot be written");
    };
    // The system says that it is read only, or that there can be no such thing.
    assert!(
        matches!(stopped.code, Code::StorageReadOnly | Code::Internal),
        "{:?}",
        stopped.code
    );
}

#[test]
fn an_older_copy_put_back_repeats_no_number_and_the_server_keeps_every_sale() {
    let shop = Shop::open();
    shop.sell();
    let Shop { folder, hub, host } = shop;
    let data = folder.path().join("till");
    let copy = folder.path().join("copy.sqlite3");
    let live = data.join("till.sqlite3");
    Connection::open(&live)
        .unwrap()
        .execute("VACUUM INTO ?1", [copy.to_str().unwrap()])
        .unwrap();
    let shop = Shop { folder, hub, host };
    shop.sell();
    shop.sell();
    shop.host.sent_everything();
    let Shop { folder, hub, host } = shop;
    host.kill();
    for suffix in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(data.join(format!("till.sqlite3{suffix}")));
    }
    std::fs::copy(&copy, &live).unwrap();
    let host = Host::start(&data);
    let codes: Vec<Code> = host
        .view()
        .notices
        .iter()
        .map(|notice| notice.code)
        .collect();
    assert!(codes.contains(&Code::OlderCopyRestored), "{codes:?}");
    let shop = Shop { folder, hub, host };
    shop.sell();
    shop.host.sent_everything();
    let mut numbers: Vec<String> = shop
        .hub
        .things::<comptoir_domain::order::Order>("order")
        .into_iter()
        .map(|order| order.heading.number)
        .collect();
    assert_eq!(sales_held(&shop.hub), 4);
    assert_eq!(numbers.len(), 4, "each sale is an order, once");
    numbers.sort();
    numbers.dedup();
    assert_eq!(numbers.len(), 4, "no number twice");
    let journal = shop.hub.journal();
    assert!(journal.iter().all(|row| row.branch == 0), "and no fork");
}

#[test]
fn a_damaged_file_is_sold_from_no_more_and_left_as_it_is() {
    let shop = Shop::quiet();
    shop.sell();
    let (data, Shop { folder, host, .. }) = (shop.data(), shop);
    // The log is folded in, so that the damage is in the one file.
    let live = data.join("till.sqlite3");
    host.kill();
    let connection = Connection::open(&live).unwrap();
    connection
        .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
        .unwrap();
    drop(connection);
    let mut bytes = std::fs::read(&live).unwrap();
    let half = bytes.len() / 2;
    for byte in &mut bytes[half..] {
        *byte ^= 0x5a;
    }
    std::fs::write(&live, &bytes).unwrap();
    let host = Host::start(&data);
    let view = host.view();
    let Screen::Stopped(stopped) = view.screen else {
        panic!("a till on a damaged file");
    };
    assert_eq!(stopped.code, Code::StorageDamaged);
    assert_eq!(
        host.refused("order_scan", &scan(HONEY)),
        Code::StorageDamaged
    );
    drop(host);
    let left = std::fs::read(&live).unwrap();
    assert!(left == bytes, "whoever repairs it finds it as it was");
    drop(folder);
}

#[test]
fn a_printer_that_fails_in_any_way_holds_up_no_sale() {
    let shop = Shop::quiet();
    let printer = PrinterEmulator::start().unwrap();
    let network = |port: u16| PrinterSettings {
        target: Some(PrinterTarget::Network {
            host: "127.0.0.1".to_owned(),
            port,
        }),
        paper_mm: 80,
        automatic: true,
        drawer: true,
    };
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let not_there = listener.local_addr().unwrap().port();
    drop(listener);
    shop.host.done("printer_settings_set", &network(not_there));
    let view = shop.sell();
    assert_eq!(
        selling(&view).done.as_ref().unwrap().change.minor_units(),
        250
    );
    let state = |wanted: PrinterState| {
        eventually("the printer's state is shown", || {
            (shop.host.view().status.printer == wanted).then_some(())
        });
    };
    state(PrinterState::Unreachable);
    for fault in [Fault::Off, Fault::Garbage, Fault::Mute, Fault::CutAfter(20)] {
        printer.set_fault(fault);
        shop.host
            .done("printer_settings_set", &network(printer.address().port()));
        let view = shop.sell();
        assert!(selling(&view).done.is_some(), "{fault:?}");
    }
    let status = shop.host.view().status;
    assert_eq!(status.database, DatabaseState::Healthy);
    let before = content(&shop.data());
    let nowhere = PrinterSettings {
        target: Some(PrinterTarget::Network {
            host: "not a host".to_owned(),
            port: 0,
        }),
        ..network(0)
    };
    assert_eq!(
        shop.host.refused("printer_settings_set", &nowhere),
        Code::PrinterAddressInvalid
    );
    assert_eq!(content(&shop.data())["journal"], before["journal"]);
    let entries = shop.host.status().entries;
    let sold = entries.iter().filter(|entry| entry.number.is_some());
    assert_eq!(sold.count(), 5);
}
