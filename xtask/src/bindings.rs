//! The TypeScript types, generated from the Rust types by `comptoir-till`.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::{shell, workspace};

/// Where the generated types are committed; nothing else lies there.
const FOLDER: &str = "ui/src/lib/bindings";

/// Writes the types anew, and leaves none behind that is no longer there in Rust.
pub(crate) fn write() -> Result<()> {
    let fresh = generate()?;
    let folder = committed_folder();
    fs::create_dir_all(&folder).with_context(|| format!("make {}", folder.display()))?;
    for name in files(&folder)?
        .into_keys()
        .filter(|name| !fresh.contains_key(name))
    {
        fs::remove_file(folder.join(&name))
            .with_context(|| format!("remove {}", name.display()))?;
    }
    for (name, content) in fresh {
        fs::write(folder.join(&name), content)
            .with_context(|| format!("write {}", name.display()))?;
    }
    Ok(())
}

/// Fails when the committed types are not those of the Rust types; changes nothing.
pub(crate) fn check() -> Result<()> {
    let folder = committed_folder();
    let committed = if folder.is_dir() {
        files(&folder)?
    } else {
        BTreeMap::new()
    };
    if generate()? == committed {
        return Ok(());
    }
    bail!("the types in {FOLDER} are stale: `cargo xtask bindings` writes them anew");
}

fn committed_folder() -> PathBuf {
    workspace::root().join(FOLDER)
}

/// Generates into the build folder, so that a failure leaves the committed ones as they are.
fn generate() -> Result<BTreeMap<OsString, Vec<u8>>> {
    let fresh = workspace::target().join("bindings");
    if fresh.exists() {
        fs::remove_dir_all(&fresh).with_context(|| format!("empty {}", fresh.display()))?;
    }
    let program = ["--package", "comptoir-tests", "--bin", "bindings"];
    shell::cargo()
        .args(["run", "--quiet", "--locked"])
        .args(program)
        .arg("--")
        .arg(&fresh)
        .run()?;
    files(&fresh)
}

/// Name and content of each file in a folder.
fn files(folder: &Path) -> Result<BTreeMap<OsString, Vec<u8>>> {
    let entries = fs::read_dir(folder).with_context(|| format!("list {}", folder.display()))?;
    let read = |entry: std::io::Result<fs::DirEntry>| {
        let entry = entry?;
        Ok((entry.file_name(), fs::read(entry.path())?))
    };
    entries
        .map(read)
        .collect::<std::io::Result<_>>()
        .with_context(|| format!("read {}", folder.display()))
}
