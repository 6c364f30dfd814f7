//! A till at the test bench: real SQLite in a folder of its own, a clock that stands still, ids from
//! a seed.
#![allow(dead_code, reason = "each test file uses its part")]
#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

pub(crate) mod waiting;

use std::path::{Path, PathBuf};

use comptoir_domain::ids::{ActionId, IdSource, StaffId};
use comptoir_domain::money::Money;
use comptoir_domain::time::Timestamp;
use comptoir_testkit::{FixedClock, SeededIds};
use comptoir_till::key::KeyFiles;
use comptoir_till::store::{OpenError, Storage, StorePlace};
use comptoir_till::wire::{
    DoneView, OrderView, PayAdd, PrinterSettings, PrinterTarget, Scan, Screen, SellView,
    SetupAlone, ShiftClose, ShiftCount, ShiftOpen, StaffSignIn, TenderCount, TillView,
};
use comptoir_till::{Core, TillError};
use tempfile::TempDir;

pub(crate) const EGGS: &str = "2000000000015";
pub(crate) const HONEY: &str = "2000000000046";
pub(crate) const JUICE: &str = "2000000000077";
pub(crate) const PIN: &str = "4711";

/// A data folder that outlives the till on it.
pub(crate) struct Bench {
    folder: TempDir,
    pub(crate) clock: FixedClock,
    actions: std::cell::RefCell<SeededIds>,
    starts: std::cell::Cell<u64>,
}

impl Bench {
    pub(crate) fn new() -> Bench {
        Bench {
            folder: tempfile::tempdir().unwrap(),
            clock: FixedClock::default(),
            actions: std::cell::RefCell::new(SeededIds::new(99)),
            starts: std::cell::Cell::new(0),
        }
    }

    pub(crate) fn directory(&self) -> PathBuf {
        self.folder.path().join("till")
    }

    pub(crate) fn database(&self) -> PathBuf {
        self.directory().join("till.sqlite3")
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn place(&self) -> StorePlace {
        StorePlace {
            directory: self.directory(),
            storage: Storage::ThrowAway,
            reserve_bytes: 64 * 1024,
        }
    }

    pub(crate) fn try_open(&self) -> Result<Core, OpenError> {
        let clock = self.clock.clone();
        let keys = KeyFiles::new(KeyFiles::beside(&self.directory()));
        self.starts.set(self.starts.get() + 1);
        Core::open(
            &self.place(),
            Box::new(move || clock.now()),
            Box::new(SeededIds::new(1000 + self.starts.get())),
            Box::new(keys),
        )
    }

    pub(crate) fn open(&self) -> Core {
        self.try_open().unwrap()
    }

    /// A till that is set up, signed in and open for sale, with 50.00 in the drawer.
    pub(crate) fn selling(&self) -> Core {
        let mut core = self.open();
        core.setup_alone(&setup()).unwrap();
        self.sign_in(&mut core);
        core.shift_open(&ShiftOpen {
            action: self.action(),
            float: Money::minor(5000),
            denominations: Vec::new(),
        })
        .unwrap();
        core
    }

    pub(crate) fn sign_in(&self, core: &mut Core) -> TillView {
        let staff = manager(core);
        core.staff_sign_in(&StaffSignIn {
            staff,
            pin: PIN.to_owned(),
        })
        .unwrap()
    }

    pub(crate) fn action(&self) -> ActionId {
        ActionId::from_uuid(self.actions.borrow_mut().next_uuid())
    }

    pub(crate) fn cash(&self, tendered: i64) -> PayAdd {
        PayAdd {
            action: self.action(),
            tender: "cash".to_owned(),
            amount: None,
            tendered: Some(Money::minor(tendered)),
            reference: None,
            confirmed: false,
            goes: None,
            approval: None,
        }
    }

    /// Two boxes of eggs and a jar of honey, paid in cash with a note of twenty.
    pub(crate) fn sale(&self, core: &mut Core) -> TillView {
        for code in [EGGS, EGGS, HONEY] {
            scan(core, code);
        }
        core.pay_add(&self.cash(2000)).unwrap()
    }

    /// Counts what is there and closes.
    pub(crate) fn close(&self, core: &mut Core, cash: i64) -> Result<TillView, TillError> {
        core.shift_close_begin()?;
        core.shift_count(&ShiftCount {
            action: self.action(),
            counts: vec![TenderCount {
                tender: "cash".to_owned(),
                amount: Some(Money::minor(cash)),
                denominations: Vec::new(),
            }],
        })?;
        core.shift_close(&ShiftClose {
            action: self.action(),
            float_left: Money::minor(5000),
            rest_to: "safe".to_owned(),
        })
    }
}

pub(crate) fn setup() -> SetupAlone {
    SetupAlone {
        practice: false,
        sample_products: true,
        hub_name: "Le Panier du Coin".to_owned(),
        location_name: "Halle".to_owned(),
        country: "FR".to_owned(),
        time_zone: "Europe/Paris".to_owned(),
        legal_lines: vec!["12 rue des Halles".to_owned(), "44000 Nantes".to_owned()],
        till_code: "A".to_owned(),
        manager_name: "Maud".to_owned(),
        manager_pin: PIN.to_owned(),
    }
}

pub(crate) fn manager(core: &mut Core) -> StaffId {
    match core.view().unwrap().screen {
        Screen::SignIn(view) => view.staff[0].id,
        Screen::Sell(view) => view.approvers[0].id,
        other => panic!("no staff on {other:?}"),
    }
}

pub(crate) fn scan(core: &mut Core, code: &str) -> TillView {
    try_scan(core, code).unwrap()
}

pub(crate) fn try_scan(core: &mut Core, code: &str) -> Result<TillView, TillError> {
    core.order_scan(&Scan {
        code: code.to_owned(),
        symbology: None,
        quantity: None,
        confirmed: false,
    })
}

pub(crate) fn sell(view: &TillView) -> &SellView {
    match &view.screen {
        Screen::Sell(sell) => sell,
        other => panic!("not selling: {other:?}"),
    }
}

pub(crate) fn order(view: &TillView) -> &OrderView {
    sell(view).order.as_ref().unwrap()
}

pub(crate) fn done(view: &TillView) -> &DoneView {
    sell(view).done.as_ref().unwrap()
}

pub(crate) fn network_printer(address: std::net::SocketAddr, automatic: bool) -> PrinterSettings {
    PrinterSettings {
        target: Some(PrinterTarget::Network {
            host: address.ip().to_string(),
            port: address.port(),
        }),
        paper_mm: 80,
        automatic,
        drawer: true,
    }
}

/// Prints what waits until nothing does or the printer does not take it.
pub(crate) fn print_all(core: &mut Core) {
    while let Some(task) = core.next_print().unwrap() {
        let answer = task.run();
        core.print_ended(&answer).unwrap();
        if !answer.went_well() {
            return;
        }
    }
}

pub(crate) fn minor(amount: i64) -> Money {
    Money::minor(amount)
}

pub(crate) const fn hours(count: i64) -> i64 {
    count * 3_600_000
}

pub(crate) fn at(core: &Core) -> Timestamp {
    core.now()
}
