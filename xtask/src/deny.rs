//! Licences, bans and sources of everything we depend on, and known advisories where their database can be reached.

use anyhow::Result;

use crate::shell;

/// Fails on a forbidden licence, crate or source, and on a known advisory. A machine that cannot reach the advisory
/// database says so and goes on: the judgement is missing then, not favourable.
pub(crate) fn check() -> Result<()> {
    deny(&["licenses", "bans", "sources"]).run()?;
    if shell::command("cargo-deny")
        .args(["fetch", "db"])
        .probe()
        .is_none()
    {
        println!("ADVISORIES NOT CHECKED: the advisory database cannot be reached from here.");
        return Ok(());
    }
    deny(&["advisories"]).run()
}

fn deny(which: &[&str]) -> shell::Run {
    shell::command("cargo-deny")
        .args(["--workspace", "--locked", "check"])
        .args(which)
}
