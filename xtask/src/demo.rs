//! The product at work, from nothing: a server with a hub that sells what a food hub sells, a printer, a till.

use anyhow::Result;

use crate::{setup, shell, ui};

/// Builds everything and hands over to the demo itself, which lives beside the tests whose parts it shares.
pub(crate) fn run() -> Result<()> {
    setup::window()?;
    ui::build()?;
    shell::cargo()
        .args(["build", "--workspace", "--bins", "--locked"])
        .run()?;
    shell::command(crate::workspace::target().join("debug/demo")).run()
}
