//! Practice beside a till, before it opens and after.
#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

mod support;

use comptoir_till::store::Storage;
use comptoir_till::wire::{
    Code, LanguageSet, NoInput, PracticeState, ProductSearch, Scan, Screen, SetupAlone, SetupPair,
    ShiftOpen, StaffSignIn, TillCommands, TillView,
};
use comptoir_till::{Till, TillOptions};
use support::{Bench, HONEY, PIN, done, minor, order, setup};

fn start(bench: &Bench) -> Till {
    let options = TillOptions {
        data_dir: bench.directory(),
    };
    Till::open_on(options, Storage::ThrowAway).unwrap()
}

fn sign_in(till: &Till) -> TillView {
    let Screen::SignIn(view) = till.till_view(NoInput {}).unwrap().screen else {
        panic!("nobody can sign in");
    };
    let staff = view.staff[0].id;
    let pin = PIN.to_owned();
    till.staff_sign_in(StaffSignIn { staff, pin }).unwrap()
}

fn open_shift(till: &Till, bench: &Bench) {
    till.shift_open(ShiftOpen {
        action: bench.action(),
        float: minor(5000),
        denominations: Vec::new(),
    })
    .unwrap();
}

fn set_up(till: &Till, bench: &Bench, practice: bool) {
    till.setup_alone(SetupAlone {
        practice,
        ..setup()
    })
    .unwrap();
    sign_in(till);
    open_shift(till, bench);
}

fn sell(till: &Till, bench: &Bench) -> String {
    scan(till);
    let view = till.pay_add(bench.cash(1000)).unwrap();
    done(&view).receipt_number.clone()
}

fn scan(till: &Till) -> TillView {
    till.order_scan(Scan {
        code: HONEY.to_owned(),
        symbology: None,
        quantity: None,
        confirmed: false,
    })
    .unwrap()
}

fn practice(till: &Till) -> PracticeState {
    till.status_get(NoInput {}).unwrap().practice
}

fn entries(bench: &Bench) -> i64 {
    let real = rusqlite::Connection::open(bench.database()).unwrap();
    real.query_row("SELECT count(*) FROM journal", [], |row| row.get(0))
        .unwrap()
}

#[test]
fn a_till_that_practised_opens_for_real_with_its_first_number() {
    let bench = Bench::new();
    let till = start(&bench);
    set_up(&till, &bench, true);
    for _ in 0..3 {
        sell(&till, &bench);
    }
    assert_eq!(practice(&till), PracticeState::BeforeOpening);
    let view = till.practice_end(NoInput {}).unwrap();
    assert!(matches!(view.screen, Screen::Setup(_)), "it asks again");
    assert_eq!(entries(&bench), 0, "nothing of the practice counts");
    set_up(&till, &bench, false);
    let number = sell(&till, &bench);
    assert!(number.ends_with("-1"), "{number}");
    let view = till.till_view(NoInput {}).unwrap();
    assert!(!view.hub.unwrap().practice);
    till.close();
    let till = start(&bench);
    assert_eq!(practice(&till), PracticeState::Off, "and it stays so");
    let aside = bench.directory().join("practice-before/till.sqlite3");
    assert!(aside.exists(), "the practice is put aside");
}

#[test]
fn a_real_till_practises_with_its_own_goods_and_goes_on_where_it_was() {
    let bench = Bench::new();
    let till = start(&bench);
    set_up(&till, &bench, false);
    let first = sell(&till, &bench);
    scan(&till);
    for _ in 0..2 {
        let view = till.practice_begin(NoInput {}).unwrap();
        assert!(view.hub.as_ref().unwrap().practice);
        assert_eq!(practice(&till), PracticeState::BesideReal);
        let before = entries(&bench);
        sign_in(&till);
        open_shift(&till, &bench);
        let search = ProductSearch {
            text: "miel".to_owned(),
            category: None,
            limit: 10,
        };
        assert_eq!(till.product_search(search).unwrap().products[0].code, "HON");
        sell(&till, &bench);
        till.staff_sign_out(NoInput {}).unwrap();
        assert_eq!(entries(&bench), before, "the real journal is untouched");
        // A customer waits: whoever is there goes back.
        let view = till.practice_end(NoInput {}).unwrap();
        assert!(!view.hub.as_ref().unwrap().practice);
        assert_eq!(order(&view).total, minor(750), "the order is back");
    }
    let view = till.pay_add(bench.cash(1000)).unwrap();
    let second = &done(&view).receipt_number;
    let counter = |number: &str| -> u64 { number.rsplit('-').next().unwrap().parse().unwrap() };
    assert_eq!(counter(second), counter(&first) + 1);
}

#[test]
fn what_the_screen_was_sent_counts_on_in_practice_and_back() {
    let bench = Bench::new();
    let till = start(&bench);
    let mut last = 0;
    let mut newer = |view: TillView| {
        assert!(view.revision > last, "{} after {last}", view.revision);
        last = view.revision;
        view
    };
    for _ in 0..5 {
        newer(till.till_view(NoInput {}).unwrap());
    }
    let language = "fr".to_owned();
    newer(till.language_set(LanguageSet { language }).unwrap());
    let view = newer(
        till.setup_alone(SetupAlone {
            practice: true,
            country: "IE".to_owned(),
            ..setup()
        })
        .unwrap(),
    );
    assert_eq!(view.language, "fr", "the language that was chosen stays");
    newer(sign_in(&till));
    newer(till.practice_end(NoInput {}).unwrap());
}

#[test]
fn a_practice_that_was_not_set_up_is_none() {
    let bench = Bench::new();
    let till = start(&bench);
    let refused = till.setup_alone(SetupAlone {
        practice: true,
        hub_name: String::new(),
        ..setup()
    });
    assert_eq!(refused.unwrap_err().code, Code::NameInvalid);
    set_up(&till, &bench, false);
    sell(&till, &bench);
    assert_eq!(practice(&till), PracticeState::Off);
    assert!(entries(&bench) > 1, "it is the real journal");
}

#[test]
fn turning_to_practice_and_opening_for_real_take_somebody_who_may() {
    let bench = Bench::new();
    let till = start(&bench);
    assert_eq!(
        till.practice_end(NoInput {}).unwrap_err().code,
        Code::NotNow
    );
    set_up(&till, &bench, true);
    assert_eq!(
        till.practice_begin(NoInput {}).unwrap_err().code,
        Code::NotNow
    );
    let pair = SetupPair {
        address: "127.0.0.1:1".to_owned(),
        code: "ABCD-EFGH-2345".to_owned(),
    };
    assert_eq!(
        till.setup_pair(pair).unwrap_err().code,
        Code::NotNow,
        "a practice joins nobody"
    );
    till.staff_sign_out(NoInput {}).unwrap();
    assert!(till.practice_end(NoInput {}).is_err(), "nobody is there");
    assert_eq!(practice(&till), PracticeState::BeforeOpening);
}
