//! The TypeScript types, generated from the Rust types by `comptoir-till`.

use anyhow::{Result, bail};

use crate::shell;

/// Where the generated types lie; nothing else lies there.
const FOLDER: &str = "ui/src/lib/bindings";

/// Writes the types anew.
pub(crate) fn write() -> Result<()> {
    shell::cargo()
        .args([
            "run",
            "--quiet",
            "--locked",
            "--package",
            "comptoir-till",
            "--bin",
            "export_bindings",
        ])
        .run()
}

/// Writes the types anew and fails when that changed anything that is committed or about to be.
pub(crate) fn check() -> Result<()> {
    let before = snapshot()?;
    write()?;
    if before == snapshot()? {
        return Ok(());
    }
    bail!("the types in {FOLDER} were stale; they are written now, look at them and commit them");
}

/// Name and content hash of each generated file.
fn snapshot() -> Result<Vec<(std::path::PathBuf, Vec<u8>)>> {
    let folder = crate::workspace::root().join(FOLDER);
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_file() {
            files.push((path.clone(), std::fs::read(path)?));
        }
    }
    files.sort();
    Ok(files)
}
