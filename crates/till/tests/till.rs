//! The running till: threads, devices and a folder that cannot be used.
#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

mod support;

use std::path::PathBuf;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use comptoir_domain::ids::StaffId;
use comptoir_domain::staff::{Role, Staff};
use comptoir_sync::feed::EntityKind;
use comptoir_testkit::{Fault, PrinterEmulator, ScannerEmulator};
use comptoir_till::store::Storage;
use comptoir_till::wire::{
    ApiError, CatalogueImport, Code, NoInput, OverridePrice, PictureGet, ProductSearch,
    ReceiptState, Scan, ScannerSettings, Screen, SetupAlone, SetupPair, ShiftOpen, StaffSignIn,
    StatusView, TillCommands, TillEvent, TillView, dispatch,
};
use comptoir_till::{Priority, Till, TillOptions, feed};
use support::{Bench, HONEY, PIN, done, minor, network_printer, order, setup};

/// How long a test waits for another thread before it gives up.
const PATIENCE: Duration = Duration::from_secs(20);

fn start(data_dir: PathBuf) -> Till {
    Till::open_on(TillOptions { data_dir }, Storage::ThrowAway).unwrap()
}

fn selling(bench: &Bench) -> Till {
    let till = start(bench.directory());
    set_up(&till, bench, setup());
    till
}

fn set_up(till: &Till, bench: &Bench, request: SetupAlone) {
    let Screen::SignIn(sign_in) = till.setup_alone(request).unwrap().screen else {
        panic!("nobody can sign in");
    };
    let staff = sign_in.staff[0].id;
    let pin = PIN.to_owned();
    till.staff_sign_in(StaffSignIn { staff, pin }).unwrap();
    till.shift_open(ShiftOpen {
        action: bench.action(),
        float: minor(5000),
        denominations: Vec::new(),
    })
    .unwrap();
}

fn scan(code: &str) -> Scan {
    Scan {
        code: code.to_owned(),
        symbology: None,
        quantity: None,
        confirmed: false,
    }
}

fn hear(till: &Till) -> Receiver<TillView> {
    let (sender, heard) = channel();
    till.subscribe(move |TillEvent::View(view)| {
        // The test may be over.
        let _ = sender.send((**view).clone());
    });
    heard
}

fn until(heard: &Receiver<TillView>, wanted: impl Fn(&TillView) -> bool) -> TillView {
    loop {
        let view = heard
            .recv_timeout(PATIENCE)
            .expect("the screen hears of it");
        if wanted(&view) {
            return view;
        }
    }
}

#[test]
fn the_printers_thread_prints_once_the_printer_is_back_and_the_screen_hears() {
    let bench = Bench::new();
    let printer = PrinterEmulator::start().unwrap();
    printer.set_fault(Fault::Off);
    let till = selling(&bench);
    let heard = hear(&till);
    till.printer_settings_set(network_printer(printer.address(), true))
        .unwrap();
    till.order_scan(scan(HONEY)).unwrap();
    let view = till.pay_add(bench.cash(1000)).unwrap();
    assert_eq!(done(&view).change, minor(250));
    printer.set_fault(Fault::None);
    until(&heard, |view| {
        matches!(&view.screen, Screen::Sell(sell)
            if sell.done.as_ref().is_some_and(|done| done.receipt == ReceiptState::Printed))
    });
}

#[cfg(unix)]
#[test]
fn a_serial_scanner_rings_up_whatever_the_screen_does() {
    let bench = Bench::new();
    let mut scanner = ScannerEmulator::plug_in().unwrap();
    let till = selling(&bench);
    let heard = hear(&till);
    till.scanner_settings_set(ScannerSettings {
        port: Some(scanner.path().display().to_string()),
        prefix: None,
        us_layout: false,
    })
    .unwrap();
    // The port is open when the screen hears of it.
    until(&heard, |_| {
        till.status_get(NoInput {}).unwrap().scanner.connected
    });
    scanner.scan(HONEY).unwrap();
    let view = until(
        &heard,
        |view| matches!(&view.screen, Screen::Sell(sell) if sell.order.is_some()),
    );
    assert_eq!(order(&view).total, minor(750));
    scanner.scan("0000000000000").unwrap();
    let view = until(&heard, |view| !view.notices.is_empty());
    assert_eq!(view.notices[0].code, Code::CodeUnknown);
}

#[test]
fn a_second_till_on_the_folder_says_so_and_goes_on_when_it_is_free() {
    let bench = Bench::new();
    let first = selling(&bench);
    first.order_scan(scan(HONEY)).unwrap();
    let second = start(bench.directory());
    let heard = hear(&second);
    let Screen::Stopped(stopped) = second.till_view(NoInput {}).unwrap().screen else {
        panic!("two tills on one folder");
    };
    assert_eq!(stopped.code, Code::AlreadyRunning);
    assert_eq!(
        second.order_scan(scan(HONEY)).unwrap_err().code,
        Code::AlreadyRunning
    );
    first.close();
    let view = until(&heard, |view| matches!(view.screen, Screen::Sell(_)));
    assert_eq!(order(&view).total, minor(750));
}

#[test]
fn practice_has_a_journal_of_its_own() {
    let bench = Bench::new();
    let till = start(bench.directory());
    let mut request = setup();
    request.practice = true;
    set_up(&till, &bench, request);
    till.order_scan(scan(HONEY)).unwrap();
    let status: StatusView = till.status_get(NoInput {}).unwrap();
    assert!(status.database.path.contains("practice"));
    till.close();
    let till = start(bench.directory());
    let view = till.till_view(NoInput {}).unwrap();
    assert!(view.hub.as_ref().unwrap().practice, "it goes on practising");
    let real = rusqlite::Connection::open(bench.database()).unwrap();
    let entries: i64 = real
        .query_row("SELECT count(*) FROM journal", [], |row| row.get(0))
        .unwrap();
    assert_eq!(entries, 0);
}

#[test]
fn a_picture_is_fetched_by_its_name() {
    let bench = Bench::new();
    let till = selling(&bench);
    let picture = comptoir_domain::catalogue::Picture {
        media_type: "image/svg+xml".to_owned(),
        base64: "PHN2Zy8+".to_owned(),
    };
    let kept = picture.clone();
    till.handle()
        .with_core(Priority::Background, move |core| {
            core.transaction(|tx| feed::put_local(tx, EntityKind::PICTURE, "abc", &kept))
        })
        .unwrap();
    let fetch = |picture: &str| {
        till.picture_get(PictureGet {
            picture: picture.to_owned(),
        })
    };
    let fetched = fetch("abc").unwrap();
    assert_eq!(
        (fetched.media_type, fetched.base64),
        (picture.media_type, picture.base64)
    );
    assert_eq!(fetch("abd").unwrap_err().code, Code::NotFound);
}

/// Somebody who may sell and decides nothing signs in.
fn a_cashier_signs_in(till: &Till) -> StaffId {
    let cass = StaffId::from_uuid(uuid::Uuid::from_u128(77));
    till.handle()
        .with_core(Priority::Background, move |core| {
            let people: Vec<Staff> = feed::entities(core.connection(), EntityKind::STAFF)?;
            let cashier = Staff {
                id: cass,
                role: Role::Cashier,
                ..people[0].clone()
            };
            core.transaction(|tx| {
                feed::put_local(tx, EntityKind::STAFF, &cass.to_string(), &cashier)
            })
        })
        .unwrap();
    till.staff_sign_out(NoInput {}).unwrap();
    let pin = PIN.to_owned();
    till.staff_sign_in(StaffSignIn { staff: cass, pin })
        .unwrap();
    cass
}

/// What was written down of refused attempts, oldest first.
fn refusals(till: &Till) -> Vec<String> {
    let read = |core: &mut comptoir_till::Core| {
        let sql = "SELECT body FROM journal WHERE kind = 'permission_refused' ORDER BY position";
        let mut statement = core.connection().prepare(sql)?;
        let bodies = statement.query_map([], |row| row.get(0))?;
        Ok(bodies.collect::<Result<_, _>>()?)
    };
    till.handle().with_core(Priority::Background, read).unwrap()
}

#[test]
fn what_a_cashier_may_not_do_is_refused_and_written_down() {
    let bench = Bench::new();
    let till = selling(&bench);
    let cass = a_cashier_signs_in(&till);
    let view = till.order_scan(scan(HONEY)).unwrap();
    let refused = till.order_override_price(OverridePrice {
        line: order(&view).lines[0].id,
        unit_price: minor(1),
        reason: "price_match".to_owned(),
        approval: None,
    });
    assert_eq!(refused.unwrap_err().code, Code::ApprovalNeeded);
    let kept = refusals(&till);
    assert!(kept[0].contains(&cass.to_string()), "{kept:?}");
}

#[test]
fn what_only_a_manager_turns_the_till_to_is_refused_to_a_cashier_and_written_down() {
    let bench = Bench::new();
    let till = selling(&bench);
    let pair = || SetupPair {
        address: "127.0.0.1:1".to_owned(),
        code: "ABCD-EFGH-2345".to_owned(),
    };
    let cass = a_cashier_signs_in(&till);
    let import = CatalogueImport {
        path: "goods.csv".to_owned(),
        dry_run: true,
    };
    for refused in [
        till.practice_begin(NoInput {}).map(drop),
        till.setup_pair(pair()).map(drop),
        till.catalogue_import(import).map(drop),
    ] {
        assert_eq!(refused.unwrap_err().code, Code::ApprovalNeeded);
    }
    let kept = refusals(&till);
    let wanted = ["change_settings", "change_settings", "change_catalogue"];
    assert_eq!(kept.len(), wanted.len());
    for (kept, permission) in kept.iter().zip(wanted) {
        assert!(kept.contains(&cass.to_string()), "{kept}");
        assert!(kept.contains(permission), "{kept}");
    }
    till.staff_sign_out(NoInput {}).unwrap();
    assert_eq!(
        till.setup_pair(pair()).unwrap_err().code,
        Code::NotNow,
        "nobody is there to decide it"
    );
}

#[test]
fn a_new_till_joins_a_hub_without_anybody_and_one_that_sells_by_its_manager() {
    let bench = Bench::new();
    let till = start(bench.directory());
    let pair = || SetupPair {
        address: "not an address".to_owned(),
        code: "ABCD-EFGH-2345".to_owned(),
    };
    let wrong = Code::AddressInvalid;
    assert_eq!(till.setup_pair(pair()).unwrap_err().code, wrong);
    set_up(&till, &bench, setup());
    assert_eq!(till.setup_pair(pair()).unwrap_err().code, wrong);
}

#[test]
fn commands_are_called_by_name_and_found_products_can_be_sold() {
    let bench = Bench::new();
    let till = selling(&bench);
    let found = till
        .product_search(ProductSearch {
            text: "miel".to_owned(),
            category: None,
            limit: 10,
        })
        .unwrap();
    assert_eq!(found.products[0].code, "HON");
    assert!(
        !till
            .catalogue_get(NoInput {})
            .unwrap()
            .categories
            .is_empty()
    );
    let payload = serde_json::json!({
        "variant": found.products[0].variant, "quantity": null, "confirmed": false,
    });
    let answer = dispatch(&till, "order_add_variant", payload).unwrap();
    let view: TillView = serde_json::from_str(&answer).unwrap();
    assert_eq!(order(&view).total, minor(750));
    let refused = |command: &str| -> ApiError {
        dispatch(&till, command, serde_json::json!({"variant": 7})).unwrap_err()
    };
    assert_eq!(refused("order_add_variant").code, Code::BadRequest);
    assert_eq!(refused("drop_everything").code, Code::BadRequest);
}
