//! Node, new enough for the pages' tool chain, and the packages that the pages are built with.

use std::fs;

use anyhow::{Context, Result, bail};

use super::system;
use crate::{shell, workspace};

/// The Node that is installed into `target/tools` where the system has none that will do: a long-term one.
const NODE: &str = "22";
const NPM: &str = "11";

/// Node and npm, from the system when new enough, else in this repository's own tools.
pub(super) fn runtime() -> Result<()> {
    if new_enough() {
        return Ok(());
    }
    println!("Missing: Node 20.19, 22.12 or newer, with npm {NPM} or newer.");
    if !cfg!(target_os = "linux") {
        bail!("please install Node 22.12 or newer with npm {NPM}, and try again");
    }
    if shell::command("npm").arg("--version").probe().is_none() {
        if !system::has_apt() {
            bail!("please install Node 22.12 or newer with npm, and try again");
        }
        // The system's Node may be too old for the pages; its npm can still fetch a newer one.
        system::install(&["nodejs", "npm"])?;
        if new_enough() {
            return Ok(());
        }
    }
    install_own()?;
    if new_enough() {
        return Ok(());
    }
    bail!(
        "Node was installed into {} and still does not run",
        workspace::tools().join("node").display()
    )
}

/// Both the runtime and its package manager: an old npm cannot install the pages' packages.
fn new_enough() -> bool {
    let version = |program: &str| {
        shell::command(program)
            .arg("--version")
            .probe()
            .and_then(|text| parse(&text))
    };
    version("node").is_some_and(runs_vite) && version("npm").is_some_and(|(major, _)| major >= 11)
}

/// Vite's own demand: 20.19, or 22.12, or anything newer.
fn runs_vite((major, minor): (u32, u32)) -> bool {
    (major == 20 && minor >= 19) || (major == 22 && minor >= 12) || major > 22
}

/// `v22.12.0` is 22 and 12.
fn parse(version: &str) -> Option<(u32, u32)> {
    let mut parts = version.trim().trim_start_matches('v').split('.');
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

/// The npm packages that carry Node's binary for this processor, and npm itself.
fn install_own() -> Result<()> {
    let processor = match std::env::consts::ARCH {
        "x86_64" => "x64",
        "aarch64" => "arm64",
        other => bail!(
            "no Node is packaged for {other}; please install Node 22.12 or newer, and try again"
        ),
    };
    println!("Installing Node {NODE} and npm {NPM} into target/tools.");
    let folder = workspace::tools().join("node");
    fs::create_dir_all(&folder).with_context(|| format!("make {}", folder.display()))?;
    shell::command("npm")
        .args([
            "install",
            "--no-save",
            "--no-audit",
            "--no-fund",
            "--prefix",
        ])
        .arg(&folder)
        .arg(format!("node-linux-{processor}@{NODE}"))
        .arg(format!("npm@{NPM}"))
        .run()
}

/// The pages' packages, exactly as locked. A copy of the lock file tells whether they are the right ones.
pub(super) fn packages() -> Result<()> {
    let lock = workspace::root().join("ui/package-lock.json");
    let installed = workspace::root().join("ui/node_modules/.installed-lock.json");
    let wanted = fs::read(&lock).with_context(|| format!("read {}", lock.display()))?;
    if fs::read(&installed).is_ok_and(|present| present == wanted) {
        return Ok(());
    }
    println!("Missing: the pages' packages. Installing.");
    shell::command("npm")
        .args(["ci", "--no-audit", "--no-fund"])
        .folder("ui")
        .run()?;
    fs::write(&installed, wanted).with_context(|| format!("write {}", installed.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_node_that_runs_vite_is_new_enough() {
        for (version, expected) in [
            ("v18.20.4\n", false),
            ("v20.18.1", false),
            ("v20.19.0", true),
            ("v21.7.3", false),
            ("v22.11.0", false),
            ("v22.12.0", true),
            ("v24.0.1", true),
        ] {
            assert_eq!(parse(version).is_some_and(runs_vite), expected, "{version}");
        }
        assert_eq!(parse("garbage"), None);
    }
}
