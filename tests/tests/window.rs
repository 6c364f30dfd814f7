//! The whole at work in the real window: a day with the network and without, and the power cut in the middle of it.
//!
//! `cargo xtask e2e` runs these; they are ignored otherwise, as they need a display, a driver and the built pages.

#![allow(
    clippy::unwrap_used,
    dead_code,
    unreachable_pub,
    reason = "a test that cannot go on has failed; each test file uses a part of what they share"
)]

mod support;

use comptoir_domain::order::{Fulfilment, Order, PaymentState};
use comptoir_sync::feed::EntityKind;
use comptoir_tests::cashier;
use comptoir_tests::spot::{button, field, reading};
use comptoir_tests::window::{Key, Window};
use support::counter::{Counter, FLOAT, folder};
use support::hub::{BREAD, EGGS, HONEY, Hub};

/// Kills in the window; the headless host takes many more.
const KILLS: usize = 10;

#[test]
#[ignore = "opens the real window: cargo xtask e2e"]
fn a_day_with_the_network_and_without() {
    let folder = folder("day");
    let mut hub = Hub::open(&folder.path().join("server"));
    let mut till = Counter::open(&hub, folder.path(), "day");
    let scans = [
        BREAD, EGGS, BREAD, HONEY, BREAD, EGGS, HONEY, BREAD, HONEY, EGGS,
    ];
    for code in scans {
        till.scan(code);
    }
    let first = 4 * 420 + 3 * 300 + 3 * 750;
    till.figure_is(first);
    till.does(|window| cashier::pay_cash(window, "50"));
    assert_eq!(till.does(cashier::large_figure), 5000 - first, "the change");
    till.does(cashier::print_receipt);
    let slip = till.first_slip();
    assert_eq!(till.drawer_openings(), 1, "the drawer opened for the cash");
    let text = slip.lines.join("\n");
    for expected in [
        "Le Comptoir",
        "Bread",
        "Eggs",
        "Honey",
        "48,30",
        "50,00",
        "1,70",
        "[PICTURE ",
        "Signature ",
    ] {
        assert!(
            text.contains(expected),
            "{expected} is on the receipt:\n{text}"
        );
    }
    assert_eq!(
        (slip.overflows, slip.undecodable.len(), slip.unknown.len()),
        (0, 0, 0)
    );
    hub.holds(&[first]);

    hub.kill();
    till.scan(BREAD);
    till.scan(HONEY);
    let second = 420 + 750;
    till.figure_is(second);
    till.does(cashier::pay_by_card);
    till.reads("unsent");
    hub.serve();
    hub.holds(&[second, first]);
    till.does(|window| window.wait_gone(reading("unsent")));

    let report = till.does(|window| close_with_everything_counted(window, FLOAT + first, second));
    till.picture("report");
    let turnover = cashier::typed(first + second);
    assert!(
        report.contains(&turnover),
        "the turnover is the sum of the sales, {turnover}: {report}"
    );
    assert!(
        report.contains("Unexplained0.00"),
        "turnover and money agree: {report}"
    );
    assert!(
        report.contains("Difference0.00"),
        "the drawer holds what it should: {report}"
    );
}

/// The reason why all this exists: an order of the shop, found, checked, changed and settled by its difference
/// while nothing answers.
#[test]
#[ignore = "opens the real window: cargo xtask e2e"]
fn an_order_of_the_shop_is_checked_changed_and_handed_over_without_a_network() {
    let folder = folder("order");
    let mut hub = Hub::open(&folder.path().join("server"));
    let mut till = Counter::open(&hub, folder.path(), "order");
    let number = hub.order_online("Jane Doe", &[(EGGS, 2), (BREAD, 1)]);
    till.presses(Key::F5);
    till.reads("Jane Doe");
    till.picture("orders");
    till.presses(Key::Escape);
    hub.kill();
    till.scan(&number);
    till.reads("Rings twice");
    for expected in [EGGS, EGGS, BREAD] {
        till.scan(expected);
    }
    till.reads("2 of 2 seen");
    till.figure_is(2 * 300 + 420);
    till.scan(HONEY);
    let total = 2 * 300 + 420 + 750;
    till.figure_is(total);
    till.picture("checked");
    till.does(|window| cashier::pay_cash(window, "20"));
    assert_eq!(till.does(cashier::large_figure), 2000 - total, "the change");
    till.picture("handed-over");
    hub.serve();
    hub.holds(&[total]);
    let orders = hub.things::<Order>(EntityKind::ORDER);
    assert_eq!(orders.len(), 1, "it is still one order");
    assert_eq!(orders[0].heading.number, number);
    assert_eq!(orders[0].fulfilment(), Fulfilment::Collected);
    assert_eq!(orders[0].payment_state(), PaymentState::Paid);
}

/// Counts drawer and card slips, closes, and returns what the report says, without white space.
fn close_with_everything_counted(
    window: &Window,
    drawer: i64,
    cards: i64,
) -> anyhow::Result<String> {
    window.hold(Key::Control, 'e')?;
    window.fill(field("Counted: Card"), &cashier::typed(cards))?;
    cashier::record_count(window, &cashier::typed(drawer))?;
    cashier::finish_closing(window)?;
    Ok(window.text(".report")?.split_whitespace().collect())
}

#[test]
#[ignore = "opens the real window: cargo xtask e2e"]
fn nothing_shown_as_done_is_lost_when_the_power_fails() {
    let folder = folder("power");
    let hub = Hub::open(&folder.path().join("server"));
    let mut till = Counter::open(&hub, folder.path(), "power");
    let mut sold: Vec<i64> = Vec::new();
    let mut random = fastrand::Rng::new();
    println!("the seed of the moments: {}", random.get_seed());
    for _ in 0..KILLS {
        // Shown on the screen, so it is there after the power cut.
        till.scan(BREAD);
        till.figure_is(420);
        till.scan(EGGS);
        till.figure_is(720);
        if random.bool() {
            till.presses(Key::F10);
            till.is_done();
            sold.push(720);
        }
        // At any moment while the next one is under way.
        let was_done = till.window().sees(cashier::DONE).unwrap_or(false);
        till.scan(HONEY);
        std::thread::sleep(std::time::Duration::from_micros(random.u64(0..20_000)));
        till.cut_the_power();
        till.show();
        back_at_the_counter(&till);
        let honey = restored_honey(&till, was_done);
        finish(&till, honey, was_done, &mut sold);
    }
    sold.sort_unstable();
    hub.holds(&sold);
}

fn back_at_the_counter(till: &Counter) {
    till.does(|window| window.wait_for(button("Pay")));
    till.does(|window| cashier::set_scanner(window, till.scanner()));
}

/// What lay in the order before the power cut lies there again; whether the last scan does, depends on the moment.
fn restored_honey(till: &Counter, was_done: bool) -> bool {
    let sure = if was_done { 0 } else { 720 };
    let total = till.does(|window| {
        if sure > 0 {
            window.wait_for(".total output")?;
        }
        if window.sees(".total output")? {
            cashier::total(window)
        } else {
            Ok(0)
        }
    });
    assert!(
        total == sure || total == sure + 750,
        "{total} after the power cut, {sure} before it"
    );
    total == sure + 750
}

/// Sells what lies there, so that the next round begins with nothing.
fn finish(till: &Counter, honey: bool, was_done: bool, sold: &mut Vec<i64>) {
    let total = if was_done { 0 } else { 720 } + if honey { 750 } else { 0 };
    if total > 0 {
        till.presses(Key::F10);
        till.is_done();
        sold.push(total);
    }
}

#[test]
#[ignore = "opens the real window: cargo xtask e2e"]
fn a_second_window_on_the_same_till_says_so_and_sells_nothing() {
    let folder = folder("second");
    let hub = Hub::open(&folder.path().join("server"));
    let till = Counter::open(&hub, folder.path(), "second");
    let second = Window::open(till.data(), &till.pictures()).unwrap();
    second
        .wait_for(reading("The till cannot store, so it does not sell"))
        .unwrap();
    assert!(!second.sees(button("Pay")).unwrap());
}
