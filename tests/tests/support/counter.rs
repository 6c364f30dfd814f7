//! A till in its window, with what lies on its counter: a scanner and a printer.

use std::path::{Path, PathBuf};

use comptoir_testkit::escpos::{Paper, Printed, print};
use comptoir_testkit::{PrinterEmulator, ScannerEmulator};
use comptoir_tests::cashier::{self, Person};
use comptoir_tests::place;
use comptoir_tests::spot::reading;
use comptoir_tests::window::{Key, Window};

use super::eventually;
use super::hub::{Hub, PIN};

/// What lies in the drawer when the shift opens, in cents.
pub(crate) const FLOAT: i64 = 10_000;

/// A till of a hub.
pub(crate) struct Counter {
    window: Option<Window>,
    scanner: ScannerEmulator,
    printer: PrinterEmulator,
    folder: PathBuf,
    name: String,
}

/// A new folder for a hub and its tills, beside what is built: the system's own place for such folders may be memory,
/// which a till refuses.
pub(crate) fn folder(name: &str) -> tempfile::TempDir {
    let parent = place::data("e2e").unwrap();
    std::fs::create_dir_all(&parent).unwrap();
    tempfile::Builder::new()
        .prefix(name)
        .tempdir_in(parent)
        .unwrap()
}

impl Counter {
    /// Joined, signed in, float counted, scanner and printer plugged in. `name` names the folder of its pictures.
    pub(crate) fn open(hub: &Hub, folder: &Path, name: &str) -> Counter {
        let mut counter = Counter {
            window: None,
            scanner: ScannerEmulator::plug_in_as(&folder.join(format!("scanner-{name}"))).unwrap(),
            printer: PrinterEmulator::start().unwrap(),
            folder: folder.join(format!("till-{name}")),
            name: name.to_owned(),
        };
        counter.show();
        counter
            .begin(hub)
            .unwrap_or_else(|error| counter.fail(&error));
        counter
    }

    fn begin(&self, hub: &Hub) -> anyhow::Result<()> {
        let window = self.window();
        cashier::begin_to_join(window, &hub.address(), &hub.code())?;
        cashier::finish_joining(window)?;
        cashier::sign_in(
            window,
            &Person {
                name: "Maud".to_owned(),
                pin: PIN.to_owned(),
            },
        )?;
        cashier::open_shift(window, &cashier::typed(FLOAT))?;
        cashier::set_printer(window, &self.printer.address())?;
        cashier::set_scanner(window, self.scanner.path())
    }

    pub(crate) fn data(&self) -> &Path {
        &self.folder
    }

    pub(crate) fn scanner(&self) -> &Path {
        self.scanner.path()
    }

    pub(crate) fn pictures(&self) -> PathBuf {
        place::target()
            .unwrap()
            .join("e2e/pictures")
            .join(&self.name)
    }

    /// Opens the till's window, as after switching the machine on.
    pub(crate) fn show(&mut self) {
        let logs = self.pictures();
        self.window = Some(Window::open(&self.folder, &logs).unwrap());
    }

    pub(crate) fn window(&self) -> &Window {
        self.window.as_ref().expect("the window is open")
    }

    /// Does a step; when it fails, what the window showed is kept as a picture.
    pub(crate) fn does<T>(&self, step: impl FnOnce(&Window) -> anyhow::Result<T>) -> T {
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

    /// Keeps what the window shows, to be looked at.
    pub(crate) fn picture(&self, name: &str) {
        let file = self.pictures().join(format!("{name}.png"));
        self.does(|window| window.screenshot(&file));
    }

    /// The power goes off.
    pub(crate) fn cut_the_power(&mut self) {
        self.window
            .take()
            .expect("the window is open")
            .kill()
            .unwrap();
    }

    pub(crate) fn scan(&mut self, code: &str) {
        self.scanner.scan(code).unwrap();
    }

    pub(crate) fn presses(&self, key: Key) {
        self.does(|window| window.press(key));
    }

    /// Waits until these words are read.
    pub(crate) fn reads(&self, words: &str) {
        self.does(|window| window.wait_for(reading(words)));
    }

    /// Waits until the one figure is this: the order's total, or what is to be paid or given back of one that was
    /// placed before.
    pub(crate) fn figure_is(&self, expected: i64) {
        self.does(|window| {
            window.wait_until(&format!("the figure is {expected}"), |window| {
                // Painted anew while it is read, it is read again.
                let shown = window.sees(".total output")?;
                Ok(shown && cashier::total(window).is_ok_and(|total| total == expected))
            })
        });
    }

    /// Waits until the order has so many lines that are not taken off.
    pub(crate) fn lines_are(&self, lines: u64) {
        self.does(|window| cashier::wait_for_lines(window, lines));
    }

    /// Waits until the order in progress is done.
    pub(crate) fn is_done(&self) {
        self.does(|window| window.wait_for(cashier::DONE));
    }

    /// Opens an order that waits by its code. What is scanned next comes after it.
    pub(crate) fn opens(&mut self, number: &str, customer: &str) {
        self.scan(number);
        self.does(|window| window.wait_for(".deeds"));
        self.reads(customer);
    }

    /// The slips with something on them; opening the drawer is a job of its own.
    pub(crate) fn slips(&self) -> Vec<Printed> {
        let jobs = self.printer.jobs();
        let slips = jobs.iter().map(|job| print(job, Paper::EPSON_80));
        slips.filter(|slip| !slip.lines.is_empty()).collect()
    }

    /// Waits for the first slip.
    pub(crate) fn first_slip(&self) -> Printed {
        eventually("a slip is printed", || self.slips().into_iter().next())
    }

    pub(crate) fn drawer_openings(&self) -> usize {
        let jobs = self.printer.jobs();
        jobs.iter()
            .map(|job| print(job, Paper::EPSON_80).drawer_pulses)
            .sum()
    }
}
