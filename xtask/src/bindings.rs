//! The TypeScript types, generated from the Rust types by `comptoir-till`.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::{shell, workspace};

/// Where the generated types are committed; nothing else lies there.
const FOLDER: &str = "ui/src/lib/bindings";

/// The folders of types: the till's, and within it the office's.
const FOLDERS: [&str; 2] = ["", "office"];

/// Writes the types anew, and leaves none behind that is no longer there in Rust.
pub(crate) fn write() -> Result<()> {
    let fresh = generate()?;
    let folder = committed_folder();
    for part in FOLDERS {
        let part = folder.join(part);
        fs::create_dir_all(&part).with_context(|| format!("make {}", part.display()))?;
    }
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
    if generate()? == files(&folder)? {
        return Ok(());
    }
    bail!("the types in {FOLDER} are stale: `cargo xtask bindings` writes them anew");
}

fn committed_folder() -> PathBuf {
    workspace::root().join(FOLDER)
}

/// Generates into the build folder, so that a failure leaves the committed ones as they are.
fn generate() -> Result<BTreeMap<PathBuf, Vec<u8>>> {
    let fresh = workspace::target().join("bindings");
    if fresh.exists() {
        fs::remove_dir_all(&fresh).with_context(|| format!("empty {}", fresh.display()))?;
    }
    shell::build().args(["--bin", "bindings"]).run()?;
    shell::command(workspace::target().join("debug/bindings"))
        .arg(&fresh)
        .run()?;
    files(&fresh)
}

/// Path and content of each file in a folder and the folders of types within it; nothing where there is
/// no such folder.
fn files(folder: &Path) -> Result<BTreeMap<PathBuf, Vec<u8>>> {
    let mut found = BTreeMap::new();
    for part in FOLDERS {
        let place = folder.join(part);
        if !place.is_dir() {
            continue;
        }
        let entries = fs::read_dir(&place).with_context(|| format!("list {}", place.display()))?;
        for entry in entries {
            let entry = entry.with_context(|| format!("list {}", place.display()))?;
            let path = entry.path();
            if path.is_file() {
                let content =
                    fs::read(&path).with_context(|| format!("read {}", path.display()))?;
                found.insert(Path::new(part).join(entry.file_name()), content);
            }
        }
    }
    Ok(found)
}
