//! Where things are, and what cargo knows about the workspace.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde::Deserialize;

use crate::shell;

/// The repository's root folder.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("xtask lies in the repository's root")
}

/// Where cargo builds, and where everything that can be made again belongs.
pub(crate) fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

/// Tools that this repository installs for itself, away from the ones of the machine.
pub(crate) fn tools() -> PathBuf {
    target().join("tools")
}

/// The part of `cargo metadata` that is used here.
#[derive(Deserialize)]
pub(crate) struct Metadata {
    /// The members of the workspace and nothing else.
    pub(crate) packages: Vec<Package>,
}

#[derive(Deserialize)]
pub(crate) struct Package {
    pub(crate) name: String,
    pub(crate) manifest_path: PathBuf,
    pub(crate) dependencies: Vec<Dependency>,
}

#[derive(Deserialize)]
pub(crate) struct Dependency {
    pub(crate) name: String,
    /// `None` for a normal dependency, else `dev` or `build`.
    pub(crate) kind: Option<String>,
    /// Present when it lies in this repository.
    pub(crate) path: Option<PathBuf>,
}

impl Package {
    /// The package's folder below the root, as people write it: `domain` for `crates/domain`.
    pub(crate) fn folder(&self) -> String {
        folder_name(self.manifest_path.parent().unwrap_or(&self.manifest_path))
    }
}

/// The last part of a folder's path.
pub(crate) fn folder_name(folder: &Path) -> String {
    folder
        .file_name()
        .map_or_else(String::new, |name| name.to_string_lossy().into_owned())
}

/// Reads what cargo knows about the workspace's members, without touching the network.
pub(crate) fn metadata() -> Result<Metadata> {
    let json = shell::cargo()
        .args(["metadata", "--format-version=1", "--no-deps", "--locked"])
        .output()?;
    serde_json::from_str(&json).context("read the answer of cargo metadata")
}

/// The files that git tracks or would track, relative to the root.
pub(crate) fn files() -> Result<Vec<PathBuf>> {
    let list = shell::command("git")
        .args([
            "ls-files",
            "--cached",
            "--others",
            "--exclude-standard",
            "-z",
        ])
        .output()?;
    Ok(list
        .split('\0')
        .filter(|name| !name.is_empty())
        .map(PathBuf::from)
        .filter(|file| file.is_file())
        .collect())
}
