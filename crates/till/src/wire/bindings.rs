//! Writing the TypeScript types of everything in [`super`].

use std::io;
use std::path::Path;

use ts_rs::{Config, TS};

use super::commands::Commands;
use super::error::ApiError;
use super::view::TillEvent;

/// Writes one TypeScript file per type that crosses to the screen into `directory`, together with
/// `Commands.ts`, the map from each command's name to what it takes and what it answers.
pub fn export_bindings(directory: &Path) -> io::Result<()> {
    let config = Config::new()
        .with_out_dir(directory)
        .with_large_int("number");
    Commands::export_all(&config).map_err(io::Error::other)?;
    ApiError::export_all(&config).map_err(io::Error::other)?;
    TillEvent::export_all(&config).map_err(io::Error::other)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::path::PathBuf;

    use super::*;

    fn files(directory: &Path) -> BTreeMap<String, String> {
        std::fs::read_dir(directory)
            .unwrap()
            .map(Result::unwrap)
            // The office's types lie in a folder of their own beside them.
            .filter(|entry| entry.path().is_file())
            .map(|entry| {
                let name = entry.file_name().into_string().unwrap();
                (name, std::fs::read_to_string(entry.path()).unwrap())
            })
            .collect()
    }

    #[test]
    fn the_committed_typescript_types_are_those_of_the_rust_types() {
        let committed = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../ui/src/lib/bindings");
        let fresh = tempfile::tempdir().unwrap();
        export_bindings(fresh.path()).unwrap();
        let (committed, fresh) = (files(&committed), files(fresh.path()));
        let stale: Vec<&String> = fresh
            .keys()
            .chain(committed.keys())
            .filter(|name| fresh.get(*name) != committed.get(*name))
            .collect();
        assert!(
            stale.is_empty(),
            "run `cargo xtask bindings`; stale: {stale:?}"
        );
    }
}
