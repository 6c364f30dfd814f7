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

use std::path::Path;

use comptoir_domain::order::{Fulfilment, Order, PaymentState};
use comptoir_sync::feed::EntityKind;
use comptoir_testkit::escpos::{Paper, Printed, print};
use comptoir_testkit::{PrinterEmulator, ScannerEmulator};
use comptoir_tests::cashier::{self, Person};
use comptoir_tests::place;
use comptoir_tests::spot::{button, field, reading};
use comptoir_tests::window::{Key, Window};
use support::eventually;
use support::hub::{BREAD, EGGS, HONEY, Hub, PIN};

/// Kills in the window; the headless host takes many more.
const KILLS: usize = 10;

/// A hub with its server, a till in its window, a scanner and a printer on it.
struct Shop {
    hub: Hub,
    window: Option<Window>,
    scanner: ScannerEmulator,
    printer: PrinterEmulator,
    folder: tempfile::TempDir,
    name: &'static str,
}

impl Shop {
    /// Joined, signed in, float counted, scanner and printer plugged in.
    fn open(name: &'static str) -> Shop {
        // Beside what is built: the system's own place for such folders may be memory, which a till refuses.
        let parent = place::data("e2e").unwrap();
        std::fs::create_dir_all(&parent).unwrap();
        let folder = tempfile::Builder::new()
            .prefix(name)
            .tempdir_in(parent)
            .unwrap();
        let mut shop = Shop {
            hub: Hub::open(&folder.path().join("server")),
            window: None,
            scanner: ScannerEmulator::plug_in_as(&folder.path().join("scanner")).unwrap(),
            printer: PrinterEmulator::start().unwrap(),
            folder,
            name,
        };
        shop.show();
        shop.begin().unwrap_or_else(|error| shop.fail(&error));
        shop
    }

    fn begin(&self) -> anyhow::Result<()> {
        let window = self.window();
        cashier::begin_to_join(window, &self.hub.address(), &self.hub.code())?;
        cashier::finish_joining(window)?;
        cashier::sign_in(
            window,
            &Person {
                name: "Maud".to_owned(),
                pin: PIN.to_owned(),
            },
        )?;
        cashier::open_shift(window, "100.00")?;
        cashier::set_printer(window, &self.printer.address())?;
        cashier::set_scanner(window, self.scanner.path())
    }

    fn data(&self) -> std::path::PathBuf {
        self.folder.path().join("till")
    }

    fn pictures(&self) -> std::path::PathBuf {
        place::target()
            .unwrap()
            .join("e2e/pictures")
            .join(self.name)
    }

    /// Opens the till's window, as after switching the machine on.
    fn show(&mut self) {
        let logs = self.pictures();
        self.window = Some(Window::open(&self.data(), &logs).unwrap());
    }

    fn window(&self) -> &Window {
        self.window.as_ref().expect("the window is open")
    }

    /// Does a step; when it fails, what the window showed is kept as a picture.
    fn does<T>(&self, step: impl FnOnce(&Window) -> anyhow::Result<T>) -> T {
        step(self.window()).unwrap_or_else(|error| self.fail(&error))
    }

    fn fail(&self, error: &anyhow::Error) -> ! {
        let picture = self.pictures().join("failed.png");
        let shown = self.window().screenshot(&picture);
        panic!(
            "{error:#}; the window is in {} ({shown:?})",
            picture.display()
        );
    }

    /// The power goes off.
    fn cut_the_power(&mut self) {
        self.window
            .take()
            .expect("the window is open")
            .kill()
            .unwrap();
    }

    fn scan(&mut self, code: &str) {
        self.scanner.scan(code).unwrap();
    }

    /// Waits until the order's total is this.
    fn total_is(&self, expected: i64) {
        self.does(|window| {
            window.wait_until(&format!("the total is {expected}"), |window| {
                Ok(window.sees(".total output")? && cashier::total(window)? == expected)
            })
        });
    }

    /// The totals of the orders that the server holds, smallest first.
    fn held(&self) -> Vec<i64> {
        let orders = self.hub.things::<Order>(EntityKind::ORDER);
        let mut totals: Vec<i64> = orders
            .iter()
            .map(|order| order.totals().total.minor_units())
            .collect();
        totals.sort_unstable();
        totals
    }

    /// Waits until the server holds exactly these.
    fn server_holds(&self, expected: &[i64]) {
        eventually("the server holds what was sold, once", || {
            (self.held() == expected).then_some(())
        });
    }

    /// The first slip with something on it; opening the drawer is a job of its own.
    fn first_slip(&self) -> Printed {
        eventually("a slip is printed", || {
            let jobs = self.printer.jobs();
            let slips = jobs.iter().map(|job| print(job, Paper::EPSON_80));
            slips.into_iter().find(|slip| !slip.lines.is_empty())
        })
    }

    fn drawer_openings(&self) -> usize {
        let jobs = self.printer.jobs();
        jobs.iter()
            .map(|job| print(job, Paper::EPSON_80).drawer_pulses)
            .sum()
    }
}

#[test]
#[ignore = "opens the real window: cargo xtask e2e"]
fn a_day_with_the_network_and_without() {
    let mut shop = Shop::open("day");
    let scans = [
        BREAD, EGGS, BREAD, HONEY, BREAD, EGGS, HONEY, BREAD, HONEY, EGGS,
    ];
    for code in scans {
        shop.scan(code);
    }
    let first = 4 * 420 + 3 * 300 + 3 * 750;
    shop.total_is(first);
    shop.does(|window| cashier::pay_cash(window, "50"));
    assert_eq!(shop.does(cashier::large_figure), 5000 - first, "the change");
    shop.does(cashier::print_receipt);
    let slip = shop.first_slip();
    assert_eq!(shop.drawer_openings(), 1, "the drawer opened for the cash");
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
    shop.server_holds(&[first]);

    shop.hub.kill();
    shop.scan(BREAD);
    shop.scan(HONEY);
    let second = 420 + 750;
    shop.total_is(second);
    shop.does(cashier::pay_by_card);
    shop.does(|window| window.wait_for(reading("unsent")));
    shop.hub.serve();
    shop.server_holds(&[second, first]);
    shop.does(|window| window.wait_gone(reading("unsent")));

    let report = shop.does(|window| close_with_everything_counted(window, 10_000 + first, second));
    shop.does(|window| window.screenshot(&shop.pictures().join("report.png")));
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
    let mut shop = Shop::open("order");
    let number = shop.hub.order_online("Jane Doe", &[(EGGS, 2), (BREAD, 1)]);
    shop.does(|window| {
        window.press(Key::F5)?;
        window.wait_for(reading("Jane Doe"))?;
        window.screenshot(&shop.pictures().join("orders.png"))?;
        window.press(Key::Escape)
    });
    shop.hub.kill();
    shop.scan(&number);
    shop.does(|window| window.wait_for(reading("Rings twice")));
    for expected in [EGGS, EGGS, BREAD] {
        shop.scan(expected);
    }
    shop.does(|window| window.wait_for(reading("2 of 2 seen")));
    shop.total_is(2 * 300 + 420);
    shop.scan(HONEY);
    let total = 2 * 300 + 420 + 750;
    shop.total_is(total);
    shop.does(|window| window.screenshot(&shop.pictures().join("checked.png")));
    shop.does(|window| cashier::pay_cash(window, "20"));
    assert_eq!(shop.does(cashier::large_figure), 2000 - total, "the change");
    shop.does(|window| window.screenshot(&shop.pictures().join("handed-over.png")));
    shop.hub.serve();
    shop.server_holds(&[total]);
    let orders = shop.hub.things::<Order>(EntityKind::ORDER);
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
    let mut shop = Shop::open("power");
    let mut sold: Vec<i64> = Vec::new();
    let mut random = fastrand::Rng::new();
    println!("the seed of the moments: {}", random.get_seed());
    for _ in 0..KILLS {
        // Shown on the screen, so it is there after the power cut.
        shop.scan(BREAD);
        shop.total_is(420);
        shop.scan(EGGS);
        shop.total_is(720);
        if random.bool() {
            shop.does(|window| window.press(Key::F10));
            shop.does(|window| window.wait_for(cashier::DONE));
            sold.push(720);
        }
        // At any moment while the next one is under way.
        let was_done = shop.window().sees(cashier::DONE).unwrap_or(false);
        shop.scan(HONEY);
        std::thread::sleep(std::time::Duration::from_micros(random.u64(0..20_000)));
        shop.cut_the_power();
        shop.show();
        shop.back_at_the_counter();
        let honey = shop.restored_honey(was_done);
        shop.finish(honey, was_done, &mut sold);
    }
    sold.sort_unstable();
    shop.server_holds(&sold);
}

impl Shop {
    fn back_at_the_counter(&self) {
        self.does(|window| window.wait_for(button("Pay")));
        self.does(|window| cashier::set_scanner(window, self.scanner.path()));
    }

    /// What lay in the order before the power cut lies there again; whether the last scan does, depends on the moment.
    fn restored_honey(&self, was_done: bool) -> bool {
        let sure = if was_done { 0 } else { 720 };
        let total = self.does(|window| {
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
    fn finish(&mut self, honey: bool, was_done: bool, sold: &mut Vec<i64>) {
        let total = if was_done { 0 } else { 720 } + if honey { 750 } else { 0 };
        if total > 0 {
            self.does(|window| window.press(Key::F10));
            self.does(|window| window.wait_for(cashier::DONE));
            sold.push(total);
        }
    }
}

#[test]
#[ignore = "opens the real window: cargo xtask e2e"]
fn a_second_window_on_the_same_till_says_so_and_sells_nothing() {
    let shop = Shop::open("second");
    let logs = shop.pictures();
    let second = Window::open(Path::new(&shop.data()), &logs).unwrap();
    second
        .wait_for(reading("The till cannot store, so it does not sell"))
        .unwrap();
    assert!(!second.sees(button("Pay")).unwrap());
}
