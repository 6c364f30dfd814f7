//! The product at work, from nothing: the made-up hub's server, a printer that leaves pictures, and a till.
//!
//! With a display, a person sells and this waits. Without one it sells by itself in a real window, and leaves in
//! `target/demo/` what a person would have seen.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use comptoir_testkit::ScannerEmulator;
use comptoir_tests::cashier::{self, Person};
use comptoir_tests::place;
use comptoir_tests::printer::Printer;
use comptoir_tests::program::Program;
use comptoir_tests::server::{Server, one_time_code};
use comptoir_tests::spot::{button, field, reading};
use comptoir_tests::window::{Key, Window};

/// What lies in the drawer when the shift opens, in cents.
const FLOAT: i64 = 15_000;

// Barcodes of the made-up hub.
const EGGS: &str = "2000000000022";
const HONEY: &str = "2000000000039";
const APPLE_JUICE: &str = "2000000000046";
const CANDLE: &str = "2000000000053";

/// The folders of one demo, all of them new.
struct Folders {
    pictures: PathBuf,
    server: PathBuf,
    till: PathBuf,
    slips: PathBuf,
    logs: PathBuf,
}

fn main() -> Result<()> {
    let folders = fresh_folders()?;
    let mut server = Server::at(&folders.server, &folders.logs)?;
    let founded = server.found_demo()?;
    server.start()?;
    let printer = Printer::switch_on(&folders.slips, &folders.logs)?;
    if has_display() {
        return let_a_person_sell(&folders, &server, &printer, &founded);
    }
    sell_by_itself(&folders, &mut server, &printer, &founded)
}

fn fresh_folders() -> Result<Folders> {
    let demo = place::target()?.join("demo");
    if demo.exists() {
        fs::remove_dir_all(&demo).with_context(|| format!("empty {}", demo.display()))?;
    }
    fs::create_dir_all(&demo).with_context(|| format!("make {}", demo.display()))?;
    let till = place::data("demo")?.join("till");
    if till.exists() {
        fs::remove_dir_all(&till).with_context(|| format!("empty {}", till.display()))?;
    }
    fs::create_dir_all(&till).with_context(|| format!("make {}", till.display()))?;
    Ok(Folders {
        server: demo.join("data"),
        till,
        slips: demo.join("slips"),
        logs: demo.join("logs"),
        pictures: demo,
    })
}

fn has_display() -> bool {
    let named = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    cfg!(any(target_os = "macos", target_os = "windows"))
        || named("DISPLAY")
        || named("WAYLAND_DISPLAY")
}

fn let_a_person_sell(
    folders: &Folders,
    server: &Server,
    printer: &Printer,
    founded: &str,
) -> Result<()> {
    say(founded)?;
    say(
        "A till opens now. Choose: open for real, join a server. Type the address and the code from above.",
    )?;
    say(&format!("  server   {}", server.address()))?;
    say(&format!(
        "Customers order in any browser:  {}/",
        server.address()
    ))?;
    say(&format!(
        "The hub manager's office:        {}/office/",
        server.address()
    ))?;
    say("Sign in with one of the PINs above, count the float, sell.")?;
    say("The printer waits on the network; set it up on the status page (Ctrl I):")?;
    say(&format!("  address  {}", printer.address().ip()))?;
    say(&format!("  port     {}", printer.address().port()))?;
    say(&format!(
        "Its slips are pictures in {}. Close the window to end.",
        folders.slips.display()
    ))?;
    let mut till = Command::new(place::built("comptoir")?);
    till.arg("--data-dir")
        .arg(&folders.till)
        .args(["--keys", "file"]);
    Program::start("till", &mut till, &folders.logs)?.wait()
}

/// One picture per step, numbered in the order of the day.
struct Show<'a> {
    window: &'a Window,
    pictures: &'a Path,
    taken: u32,
}

impl Show<'_> {
    fn step(&mut self, name: &str) -> Result<()> {
        self.taken += 1;
        let file = self.pictures.join(format!("{:02}-{name}.png", self.taken));
        self.window.screenshot(&file)?;
        say(&format!("{}", file.display()))
    }
}

fn sell_by_itself(
    folders: &Folders,
    server: &mut Server,
    printer: &Printer,
    founded: &str,
) -> Result<()> {
    say("No display: the till opens on one of its own and sells by itself. What it showed:")?;
    let window = Window::open(&folders.till, &folders.logs)?;
    let mut show = Show {
        window: &window,
        pictures: &folders.pictures,
        taken: 0,
    };
    let told = a_day(&mut show, server, printer, founded);
    if told.is_err() {
        show.step("where-it-stopped")?;
    }
    told?;
    window.close()?;
    say(&format!(
        "The day is closed. Everything is in {}.",
        folders.pictures.display()
    ))
}

/// A short day: join, open, sell with and without the network, close.
fn a_day(show: &mut Show<'_>, server: &mut Server, printer: &Printer, founded: &str) -> Result<()> {
    let window = show.window;
    let person = first_person(founded)?;
    window.wait_for(reading("Open for real"))?;
    show.step("first-run")?;
    cashier::begin_to_join(window, &server.address(), &one_time_code(founded)?)?;
    show.step("pair")?;
    cashier::finish_joining(window)?;
    show.step("who-is-at-the-till")?;
    cashier::sign_in(window, &person)?;
    show.step("open-the-shift")?;
    cashier::open_shift(window, &cashier::typed(FLOAT))?;
    cashier::set_printer(window, &printer.address())?;
    show.step("ready")?;
    an_order_of_the_shop(show)?;
    let cash = a_cash_sale(show, printer)?;
    let card = a_sale_without_network(show, server)?;
    the_end_of_the_day(show, FLOAT + cash, card)
}

/// Finds an order that waits by a few letters, sees that everything is there, and hands it over: it is paid online.
fn an_order_of_the_shop(show: &mut Show<'_>) -> Result<()> {
    let window = show.window;
    window.press(Key::F5)?;
    window.wait_for(reading("O-1001"))?;
    show.step("orders")?;
    window.type_by_hand("o-1001")?;
    window.wait_gone(reading("O-1002"))?;
    window.press(Key::Enter)?;
    window.wait_for(reading("Paid – hand over"))?;
    show.step("order")?;
    window.hold(Key::Control, 'a')?;
    window.wait_for(reading("3 of 3 seen"))?;
    show.step("all-there")?;
    window.press(Key::Enter)?;
    window.wait_for(cashier::DONE)?;
    show.step("handed-over")
}

/// Scans at a scanner's port, types a weight and a name, takes cash, prints. Returns what was taken, in cents.
fn a_cash_sale(show: &mut Show<'_>, printer: &Printer) -> Result<i64> {
    let window = show.window;
    let mut scanner = ScannerEmulator::plug_in().context("plug a scanner in")?;
    cashier::set_scanner(window, scanner.path())?;
    for (lines, code) in (1..).zip([EGGS, HONEY, APPLE_JUICE, CANDLE]) {
        scanner.scan(code).context("scan")?;
        cashier::wait_for_lines(window, lines)?;
    }
    show.step("scan")?;
    window.type_by_hand("1.35")?;
    window.type_by_hand("carr")?;
    window.wait_for(".tile.first")?;
    show.step("find")?;
    window.press(Key::Enter)?;
    cashier::wait_for_lines(window, 5)?;
    show.step("sell")?;
    let taken = cashier::total(window)?;
    window.click(button("Pay"))?;
    window.type_by_hand("50")?;
    show.step("pay")?;
    window.press(Key::Enter)?;
    window.wait_for(cashier::DONE)?;
    show.step("change")?;
    cashier::print_receipt(window)?;
    let slip = printer.slip(1)?;
    let receipt = show.pictures.join("receipt.png");
    fs::copy(&slip, &receipt).with_context(|| format!("copy {}", slip.display()))?;
    say(&format!("{}", receipt.display()))?;
    Ok(taken)
}

/// Sells by touch and card while nothing answers, and sends it when something does. Returns what was taken, in cents.
fn a_sale_without_network(show: &mut Show<'_>, server: &mut Server) -> Result<i64> {
    let window = show.window;
    server.stop();
    window.click(button("Bakery"))?;
    window.click(".results li:nth-child(2) .tile")?;
    cashier::wait_for_lines(window, 1)?;
    let taken = cashier::total(window)?;
    cashier::pay_by_card(window)?;
    window.wait_for(reading("unsent"))?;
    show.step("sold-without-network")?;
    server.start()?;
    cashier::open_status(window)?;
    window.click(button("Try now"))?;
    window.wait_gone(reading("not sent yet"))?;
    show.step("status")?;
    cashier::leave_page(window)?;
    Ok(taken)
}

fn the_end_of_the_day(show: &mut Show<'_>, drawer: i64, cards: i64) -> Result<()> {
    let window = show.window;
    window.hold(Key::Control, 'e')?;
    window.wait_for(button("Record the count"))?;
    show.step("count")?;
    window.fill(field("Counted: Card"), &cashier::typed(cards))?;
    cashier::record_count(window, &cashier::typed(drawer))?;
    show.step("it-is-exact")?;
    cashier::finish_closing(window)?;
    show.step("report")
}

/// The first person that the program introduced, with the PIN.
fn first_person(founded: &str) -> Result<Person> {
    let introduced = founded.lines().find_map(|line| {
        let (before, after) = line.split_once("PIN")?;
        let name = before
            .split(" signs in")
            .next()?
            .trim()
            .trim_end_matches([',', ':']);
        let pin: String = after
            .chars()
            .skip_while(|c| !c.is_ascii_digit())
            .take_while(char::is_ascii_digit)
            .collect();
        (!name.is_empty() && !pin.is_empty()).then(|| Person {
            name: name.to_owned(),
            pin,
        })
    });
    introduced.with_context(|| format!("nobody with a PIN in: {founded}"))
}

fn say(text: &str) -> Result<()> {
    writeln!(std::io::stdout(), "{text}").context("write to standard output")
}
