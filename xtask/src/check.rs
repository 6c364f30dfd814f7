//! Everything that can be judged without running the product.

use anyhow::{Result, bail};

use crate::{bindings, deny, edges, setup, shell, tidy, ui};

/// A name for people, and what must hold.
type Check = (&'static str, fn() -> Result<()>);

/// Runs every check, also after one has failed, and names the ones that did.
pub(crate) fn run(only: Option<&str>) -> Result<()> {
    setup::checks()?;
    let failed = failing(only);
    if failed.is_empty() {
        println!("All checks hold.");
        return Ok(());
    }
    bail!("these checks do not hold: {}", failed.join(", "));
}

/// The names of the checks that do not hold, each with its reason printed.
pub(crate) fn failing(only: Option<&str>) -> Vec<&'static str> {
    let checks: [Check; 8] = [
        ("formatting", formatting),
        ("tidiness", tidy::check),
        ("dependency edges", edges::check),
        ("licences, bans and sources", deny::check),
        ("pages built", ui::build),
        ("lints", lints),
        ("generated types", bindings::check),
        ("pages", ui::check),
    ];
    let holds = |(name, check): &Check| {
        println!("\n== {name}");
        check()
            .inspect_err(|error| println!("{name}: {error:#}"))
            .is_ok()
    };
    checks
        .into_iter()
        .filter(|(name, _)| only.is_none_or(|only| name.contains(only)))
        .filter(|check| !holds(check))
        .map(|(name, _)| name)
        .collect()
}

fn formatting() -> Result<()> {
    shell::cargo()
        .args(["fmt", "--all", "--check", "--", "--files-with-diff"])
        .run()
}

fn lints() -> Result<()> {
    shell::cargo()
        .args([
            "clippy",
            "--workspace",
            "--all-targets",
            "--locked",
            "--",
            "--deny",
            "warnings",
        ])
        .run()
}
