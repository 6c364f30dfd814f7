//! Everything that must hold before a change is taken.

use std::time::Instant;

use anyhow::{Result, bail};

use crate::tally::{Tally, count, stage};
use crate::{check, setup, shell, ui};

/// All checks and all tests, also after one has failed; the last line tells how many.
pub(crate) fn run() -> Result<()> {
    let started = Instant::now();
    setup::everything()?;
    let mut total = stage("checks", all_checks());
    let built = stage("building", build());
    total.add(built);
    if built.failed == 0 {
        total.add(count(rust_tests()));
        total.add(count(documented_examples()));
        total.add(ui::test());
        total.add(count(window_tests(None)));
    }
    if std::env::var_os("COMPTOIR_CATALOGUES").is_none() {
        println!(
            "\nSKIPPED: the tests with real catalogues. COMPTOIR_CATALOGUES names no folder that holds them."
        );
    }
    println!(
        "\nTook {} minutes.",
        started.elapsed().as_secs().div_ceil(60)
    );
    close(total)
}

/// The tests in the real window alone.
pub(crate) fn end_to_end(filter: Option<&str>) -> Result<()> {
    setup::window()?;
    ui::build()?;
    build()?;
    close(count(window_tests(filter)))
}

fn all_checks() -> Result<()> {
    let failing = check::failing(None);
    if failing.is_empty() {
        return Ok(());
    }
    bail!("these do not hold: {}", failing.join(", "));
}

/// Programs and tests in one go, so that everything is compiled once, with one set of features.
fn build() -> Result<()> {
    shell::cargo()
        .args(["build", "--workspace", "--bins", "--tests", "--locked"])
        .run()
}

fn has_nextest() -> bool {
    shell::cargo()
        .args(["nextest", "--version"])
        .probe()
        .is_some()
}

/// Every Rust test that needs no window: those that need one are ignored unless asked for.
fn rust_tests() -> shell::Run {
    if has_nextest() {
        return shell::cargo().args([
            "nextest",
            "run",
            "--workspace",
            "--locked",
            "--no-fail-fast",
        ]);
    }
    shell::cargo().args([
        "test",
        "--workspace",
        "--locked",
        "--no-fail-fast",
        "--bins",
        "--tests",
    ])
}

fn documented_examples() -> shell::Run {
    shell::cargo().args(["test", "--workspace", "--locked", "--doc"])
}

/// The tests that open the real window, one at a time: they share two processors with what they measure.
fn window_tests(filter: Option<&str>) -> shell::Run {
    if has_nextest() {
        // Of the whole workspace, so that nothing is compiled again with other features.
        let whole = ["--workspace", "--locked", "--no-fail-fast"];
        let only = ["--run-ignored", "only", "--test-threads", "1"];
        return shell::cargo()
            .args(["nextest", "run"])
            .args(whole)
            .args(only)
            .args(["-E", "package(comptoir-tests)"])
            .args(filter);
    }
    let package = ["--package", "comptoir-tests", "--locked", "--no-fail-fast"];
    let only = ["--ignored", "--test-threads", "1"];
    shell::cargo()
        .arg("test")
        .args(package)
        .args(["--tests", "--"])
        .args(only)
        .args(filter)
}

/// The closing line, and the verdict.
fn close(total: Tally) -> Result<()> {
    println!("\n{} passed, {} failed", total.passed, total.failed);
    if total.failed > 0 {
        std::process::exit(1);
    }
    if total.passed == 0 {
        bail!("no test ran");
    }
    Ok(())
}
