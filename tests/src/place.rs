//! Where the built programs are, and where a run leaves what it made.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

/// The folder that cargo builds into, found from the running program: tests lie in its `debug/deps`.
pub fn target() -> Result<PathBuf> {
    let running = std::env::current_exe().context("ask where the running program lies")?;
    let profile = running
        .ancestors()
        .find(|folder| folder.join(".cargo-lock").exists());
    let target = profile
        .and_then(Path::parent)
        .context("this program does not lie in cargo's build folder")?;
    Ok(target.to_owned())
}

/// Where a run's own data lies: beside what is built, unless that is a place that is empty after the
/// next start, which a till refuses.
pub fn data(name: &str) -> Result<PathBuf> {
    let target = target()?;
    let temporary = std::env::temp_dir();
    if !target.starts_with(temporary.canonicalize().unwrap_or(temporary)) {
        return Ok(target.join(name));
    }
    let home = std::env::home_dir().context("this clone lies in a temporary folder, and there is no home folder for a till's data: clone it elsewhere")?;
    let folder = home.join(".local/share/comptoir-trial").join(name);
    eprintln!(
        "This clone lies in a temporary folder; the till's data goes to {}.",
        folder.display()
    );
    Ok(folder)
}

/// One of our programs, as built beside the running one.
pub fn built(name: &str) -> Result<PathBuf> {
    let running = std::env::current_exe().context("ask where the running program lies")?;
    let file = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    match running
        .ancestors()
        .map(|folder| folder.join(&file))
        .find(|program| program.is_file())
    {
        Some(program) => Ok(program),
        None => bail!("{name} is not built; `cargo xtask e2e` and `cargo xtask demo` build it"),
    }
}

/// A tool that `cargo xtask setup` installed for this repository, else the machine's own by that name.
pub fn tool(name: &str) -> Result<PathBuf> {
    let own = target()?.join("tools/bin").join(name);
    Ok(if own.is_file() {
        own
    } else {
        PathBuf::from(name)
    })
}
