//! The till's real window: from the end of a scan to the painted line, and from the start of the
//! program until it can sell, each beside an empty page in the same web view and the same run.
//!
//! Keys come through the web view's own driver, so they have the time at which the web view got
//! them. Painted means: the page has changed, and two frames have begun since; the second cannot
//! begin before the first was handed over. Till and empty page are measured by the same script.

#[path = "support/shop.rs"]
mod shop;
mod support;

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use comptoir_tests::bench::{Budget, Figure, percentile_ms, record};
use comptoir_tests::cashier::{DONE, LINES};
use comptoir_tests::place;
use comptoir_tests::spot::button;
use comptoir_tests::window::{Key, Stage, Window};
use serde_json::json;
use shop::Shop;
use support::{Goods, catalogue, median_ms};

const WIDTH: u32 = 1366;
const HEIGHT: u32 = 768;

const STARTS: usize = 5;

/// How many keys are pressed on the empty page, and codes scanned at the till.
const KEYS: usize = 100;
const LINES_PER_ORDER: usize = 10;

/// Notes the time from each Enter until the page is painted that has another number of things than
/// before which fit a selector.
const WATCH: &str = "
    const [selector] = arguments;
    window.paints = [];
    let pressed = null;
    let before = document.querySelectorAll(selector).length;
    const note = (event) => {
        if (event.type === 'keydown' && event.key === 'Enter') pressed = event.timeStamp;
    };
    addEventListener('keydown', note, true);
    // What ends a scan goes no further than the scanner's own listener, which came first.
    const stop = Event.prototype.stopImmediatePropagation;
    Event.prototype.stopImmediatePropagation = function () {
        note(this);
        return stop.call(this);
    };
    new MutationObserver(() => {
        const now = document.querySelectorAll(selector).length;
        if (now === before) return;
        const grew = now > before;
        before = now;
        if (pressed === null || !grew) return;
        const at = pressed;
        pressed = null;
        requestAnimationFrame(() => requestAnimationFrame(() => {
            window.paints.push(performance.now() - at);
        }));
    }).observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
";

/// An empty page in place of the till's: neither its elements nor its listeners are left.
const EMPTY: &str = "
    document.open();
    document.write('<!doctype html><title>Empty</title><ol></ol>');
    document.close();
    addEventListener('keydown', (event) => {
        if (event.key === 'Enter') {
            document.querySelector('ol').append(document.createElement('li'));
        }
    });
";

fn main() -> Result<()> {
    let goods = catalogue()?;
    let shop = Shop::stocked(&goods)?;
    starting(&shop)?;
    scanning(&shop, &goods)
}

/// Opens the till and an empty window in turn.
fn starting(shop: &Shop) -> Result<()> {
    let logs = logs()?;
    let nothing = shop.folder.path().join("nothing");
    let (mut tills, mut empties) = (Vec::new(), Vec::new());
    // The first of each finds nothing of its program in memory yet; it is not counted.
    for round in 0..=STARTS {
        let empty = start(
            &place::built("examples/empty")?,
            &nothing,
            &logs,
            |_| Ok(()),
        )?;
        let till = start(&place::built("comptoir")?, &shop.data(), &logs, |window| {
            window.wait_for(button("Pay"))
        })?;
        if round > 0 {
            empties.push(empty);
            tills.push(till);
        }
    }
    let name = "start of the app to ready to sell, over an empty window, p50";
    let budget = Budget::AboveFloor {
        floor: median_ms(&empties) / 1000.0,
        at_most: 1.0,
    };
    record(Figure::new(name, median_ms(&tills) / 1000.0, "s", budget))
}

/// How long from asking for the program until its page is there and painted.
fn start(
    program: &Path,
    data: &Path,
    logs: &Path,
    is_ready: impl Fn(&Window) -> Result<()>,
) -> Result<Duration> {
    let stage = Stage::set(WIDTH, HEIGHT, logs)?;
    let begun = Instant::now();
    let window = stage.open(program, data)?;
    is_ready(&window)?;
    window.painted()?;
    let took = begun.elapsed();
    window.close()?;
    Ok(took)
}

/// Scans with the keyboard of a scanner, then presses keys on an empty page of the same window.
fn scanning(shop: &Shop, goods: &[Goods]) -> Result<()> {
    let window = Window::open_sized(&shop.data(), &logs()?, WIDTH, HEIGHT)?;
    window.wait_for(button("Pay"))?;
    window.execute(WATCH, vec![json!(LINES)])?;
    let mut chosen = goods.iter().step_by(goods.len() / KEYS);
    for order in 0..KEYS / LINES_PER_ORDER {
        for line in 0..LINES_PER_ORDER {
            let goods = chosen.next().context("enough goods")?;
            scan(&window, &goods.variant.barcodes[0])?;
            until_painted(&window, order * LINES_PER_ORDER + line + 1)?;
        }
        window.press(Key::F10)?;
        window.wait_for(DONE)?;
    }
    let scans = paints(&window)?;
    window.execute(EMPTY, Vec::new())?;
    window.execute(WATCH, vec![json!("li")])?;
    for key in 0..KEYS {
        window.press(Key::Enter)?;
        until_painted(&window, key + 1)?;
    }
    let keys = paints(&window)?;
    window.close()?;
    let name = "scan to line painted, over an empty page's key to paint, p95";
    let budget = Budget::AboveFloor {
        floor: percentile_ms(&keys, 0.95),
        at_most: 16.7,
    };
    record(Figure::new(name, percentile_ms(&scans, 0.95), "ms", budget))?;
    let name = "scan to line painted, over an empty page's key to paint, p50";
    let budget = Budget::AboveFloor {
        floor: percentile_ms(&keys, 0.5),
        at_most: 16.7,
    };
    record(Figure::new(name, percentile_ms(&scans, 0.5), "ms", budget))
}

fn scan(window: &Window, code: &str) -> Result<()> {
    let keys: String = code.chars().chain([char::from(Key::Enter)]).collect();
    window.type_fast(&keys)
}

fn until_painted(window: &Window, count: usize) -> Result<()> {
    window.wait_until(&format!("{count} are painted"), |window| {
        let painted = window.execute("return window.paints.length", Vec::new())?;
        Ok(painted.as_u64() == Some(count as u64))
    })
}

fn paints(window: &Window) -> Result<Vec<Duration>> {
    let times = window.execute("return window.paints", Vec::new())?;
    let times: Vec<f64> = serde_json::from_value(times).context("read the times")?;
    ensure!(
        times.len() == KEYS,
        "{} of {KEYS} were painted",
        times.len()
    );
    Ok(times
        .into_iter()
        .map(|milliseconds| Duration::from_secs_f64(milliseconds.max(0.0) / 1000.0))
        .collect())
}

fn logs() -> Result<std::path::PathBuf> {
    Ok(place::target()?.join("bench/window"))
}
