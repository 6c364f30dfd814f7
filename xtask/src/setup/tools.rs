//! Rust programs that the habits use, built into `target/tools` where the machine has none.

use anyhow::Result;

use crate::{shell, workspace};

/// The bridge between a WebDriver client and the window. Held to Tauri's own major version.
pub(super) fn tauri_driver() -> Result<()> {
    install("tauri-driver", "^2", "--help")
}

/// Licences, bans and sources of everything we depend on.
pub(super) fn cargo_deny() -> Result<()> {
    install("cargo-deny", "^0.20", "--version")
}

/// Builds a program unless one by that name runs. Without optimisation: it is used for seconds, and built in minutes.
fn install(name: &str, version: &str, harmless: &str) -> Result<()> {
    if shell::command(name).arg(harmless).probe().is_some() {
        return Ok(());
    }
    println!("Missing: {name}. Building it, which takes a few minutes once.");
    shell::cargo()
        .args([
            "install",
            name,
            "--version",
            version,
            "--locked",
            "--debug",
            "--root",
        ])
        .arg(workspace::tools())
        .run()
}
