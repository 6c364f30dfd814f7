//! Writes the TypeScript types of everything that crosses between the till and its screen into the folder that is named,
//! and those of the office and its pages into a folder within it.

use std::path::PathBuf;

use anyhow::{Context, Result};

fn main() -> Result<()> {
    let folder = std::env::args_os()
        .nth(1)
        .map(PathBuf::from)
        .context("name the folder to write to")?;
    comptoir_till::wire::export_bindings(&folder)
        .with_context(|| format!("write to {}", folder.display()))?;
    let office = folder.join("office");
    sync_server::office::wire::export_bindings(&office)
        .with_context(|| format!("write to {}", office.display()))
}
