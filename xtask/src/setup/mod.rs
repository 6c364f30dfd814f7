//! Finds what is missing on this machine, says so, and installs it.
//!
//! Looking costs little, so it looks for the things themselves each time instead of trusting a note from last time.
//! Not for the Rust tool chain: whoever runs this has it, and `rust-toolchain`-like pins are cargo's business.

mod node;
mod system;
mod tools;

use anyhow::Result;

/// What it takes to build everything: system libraries, Node, the pages' packages.
pub(crate) fn build() -> Result<()> {
    system::libraries()?;
    node::runtime()?;
    node::packages()
}

/// What it takes to open and drive the real window, besides building it.
pub(crate) fn window() -> Result<()> {
    build()?;
    system::window()?;
    tools::tauri_driver()
}

/// What the checks need, besides what building needs.
pub(crate) fn checks() -> Result<()> {
    build()?;
    tools::cargo_deny()
}

/// All of it.
pub(crate) fn everything() -> Result<()> {
    window()?;
    system::browser()?;
    checks()?;
    println!("Nothing is missing.");
    Ok(())
}
