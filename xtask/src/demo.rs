//! The product at work, from nothing: a server with a hub that sells what a food hub sells, a printer, a till.

use anyhow::Result;

use crate::{setup, shell, ui};

/// Builds everything and hands over to the demo itself, which lives beside the tests whose parts it shares.
pub(crate) fn run() -> Result<()> {
    if has_display() {
        setup::build()?;
    } else {
        setup::window()?;
    }
    ui::build()?;
    shell::build().arg("--bins").run()?;
    shell::command(crate::workspace::target().join("debug/demo")).run()
}

/// Whether a person can see the window; else the demo drives it by itself.
fn has_display() -> bool {
    let named = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    cfg!(any(target_os = "macos", target_os = "windows"))
        || named("DISPLAY")
        || named("WAYLAND_DISPLAY")
}
