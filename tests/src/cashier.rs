//! What a person does at the till, step by step, by what the English screen says.
//!
//! Each step ends when the screen shows that it is done. The demo and the end-to-end tests share them: a step that
//! changes on the screen changes here, once.

use std::net::SocketAddr;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use fantoccini::key::Key;
use serde_json::json;

use crate::spot::{button, field, reading};
use crate::window::Window;

/// The lines of the order in progress.
pub const LINES: &str = "ol[aria-label='Lines of the order'] > li:not(.removed)";

/// The panel of a finished sale.
pub const DONE: &str = ".done";

/// Someone who may work at a till.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    pub name: String,
    pub pin: String,
}

/// First run: chooses to join a server, and types its address and the one-time code.
pub fn begin_to_join(window: &Window, address: &str, code: &str) -> Result<()> {
    // Whatever the machine's language, and the hub's.
    window.click(button("English"))?;
    window.click(button("Open for real"))?;
    window.click(button("Join a server"))?;
    window.fill(field("Server address"), address)?;
    window.fill(field("One-time code"), code)
}

/// Joins, and waits until the server's people and products are there.
pub fn finish_joining(window: &Window) -> Result<()> {
    window.click(button("Join"))?;
    window.wait_for(reading("Who is at the till?"))
}

/// Chooses the person and gives the PIN on the pad.
pub fn sign_in(window: &Window, person: &Person) -> Result<()> {
    window.click(button(&person.name))?;
    for digit in person.pin.chars() {
        window.click(button(&digit.to_string()))?;
    }
    window.click(button("Sign in"))?;
    window.wait_gone(reading("Who is at the till?"))
}

/// Counts the float and opens the shift.
pub fn open_shift(window: &Window, float: &str) -> Result<()> {
    // A till that was never open begins with the count.
    window.wait_for(reading("In the drawer"))?;
    if window.sees(button("Count it"))? {
        window.click(button("Count it"))?;
    }
    window.fill(field("or the sum"), float)?;
    window.click(button("Open the shift"))?;
    window.wait_for(button("Pay"))
}

/// Waits until the order has this many lines.
pub fn wait_for_lines(window: &Window, lines: u64) -> Result<()> {
    window.wait_until(&format!("the order has {lines} lines"), |window| {
        Ok(window.count(LINES)? == lines)
    })
}

/// Finds a product by typing, and takes the first hit.
pub fn find_and_add(window: &Window, typed: &str, name: &str) -> Result<()> {
    let before = window.count(LINES)?;
    window.type_by_hand(typed)?;
    window.wait_for(reading(name))?;
    window.wait_for(".tile.first")?;
    window.press(Key::Enter)?;
    wait_for_lines(window, before + 1)
}

/// Opens the payment and types what the customer gives in cash.
pub fn pay_cash(window: &Window, given: &str) -> Result<()> {
    window.click(button("Pay"))?;
    window.type_by_hand(given)?;
    window.press(Key::Enter)?;
    window.wait_for(DONE)
}

/// Pays by the card terminal that stands apart, which approves.
pub fn pay_by_card(window: &Window) -> Result<()> {
    window.click(button("Card"))?;
    window.click(button("Approved"))?;
    window.wait_for(DONE)
}

/// The figure in the largest type of the finished sale: the change, or the total where there is none.
pub fn large_figure(window: &Window) -> Result<i64> {
    minor_units(&window.text(".done output")?)
}

/// The total of the order in progress.
pub fn total(window: &Window) -> Result<i64> {
    minor_units(&window.text(".total output")?)
}

/// Prints the receipt of the sale that was just finished, and waits until it is out.
pub fn print_receipt(window: &Window) -> Result<()> {
    window.click(button("Print the receipt"))?;
    window.wait_for(reading("Printed"))
}

/// Opens the page with the state of server, printer and journal.
pub fn open_status(window: &Window) -> Result<()> {
    window.hold(Key::Control, 'i')?;
    window.wait_for(reading("Entries of the journal"))
}

/// Closes the page that lies over the sale.
pub fn leave_page(window: &Window) -> Result<()> {
    window.press(Key::Escape)?;
    window.wait_gone("[role=dialog]")
}

/// Sets up a printer on the network, and waits until the till has reached it.
pub fn set_printer(window: &Window, address: &SocketAddr) -> Result<()> {
    open_status(window)?;
    window.choose(field("Connection"), "Network")?;
    window.fill(field("Address"), &address.ip().to_string())?;
    window.fill(field("Port"), &address.port().to_string())?;
    window.click(button("Save"))?;
    window.wait_for(reading("Printer ready"))?;
    leave_page(window)
}

/// Plugs a serial scanner in. A person chooses its port from those that the system lists, among which a
/// pseudo-terminal is not.
pub fn set_scanner(window: &Window, port: &Path) -> Result<()> {
    let settings = json!({ "port": port, "prefix": null, "usLayout": false });
    window.call("scanner_settings_set", settings).map(drop)
}

/// Leaves selling, counts the drawer, closes the shift and waits for its report.
pub fn close_shift(window: &Window, counted: &str) -> Result<()> {
    window.hold(Key::Control, 'e')?;
    record_count(window, counted)?;
    finish_closing(window)
}

/// Types what lies in the drawer, and waits for the difference.
pub fn record_count(window: &Window, counted: &str) -> Result<()> {
    window.fill(field("Counted: Cash"), counted)?;
    window.click(button("Record the count"))?;
    window.wait_for(reading("Stays in the drawer"))
}

/// Closes the counted shift and waits for its report.
pub fn finish_closing(window: &Window) -> Result<()> {
    window.click(button("Close the shift"))?;
    window.wait_for(reading("From turnover to money"))
}

/// Minor units as a person types them: 123450 is `1234.50`.
pub fn typed(amount: i64) -> String {
    format!("{}.{:02}", amount / 100, amount % 100)
}

/// Reads an amount as the screen shows it, in minor units: `€1,234.50` is 123450.
pub fn minor_units(shown: &str) -> Result<i64> {
    let digits: String = shown.chars().filter(char::is_ascii_digit).collect();
    let decimals = shown
        .rsplit(['.', ','])
        .next()
        .map_or(0, |end| end.chars().filter(char::is_ascii_digit).count());
    ensure!(
        decimals == 2 && digits.len() > 2,
        "{shown:?} is not an amount with two decimals"
    );
    let amount: i64 = digits
        .parse()
        .with_context(|| format!("read the amount {shown:?}"))?;
    Ok(if shown.contains(['-', '\u{2212}']) {
        -amount
    } else {
        amount
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_amounts_as_shown() {
        assert_eq!(minor_units("€14.30").unwrap(), 1430);
        assert_eq!(minor_units("14,30\u{a0}€").unwrap(), 1430);
        assert_eq!(minor_units("€1,234.50").unwrap(), 123_450);
        assert_eq!(minor_units("\u{2212}€0.05").unwrap(), -5);
        assert!(minor_units("€14").is_err());
        assert!(minor_units("").is_err());
    }
}
