//! Files that may hold products, so that nobody has to type where one lies.

use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use comptoir_domain::time::Timestamp;

use crate::wire::FileChoice;

/// How many files are offered, the newest ones.
const FILES_MAX: usize = 12;

/// Where people put files, by the names that systems give these folders.
const FOLDERS: &[&str] = &[
    "Downloads",
    "Téléchargements",
    "Desktop",
    "Bureau",
    "Documents",
];

/// Where sticks appear; their folders lie as many levels below.
const STICKS: &[(&str, usize)] = &[("/media", 2), ("/run/media", 2), ("/Volumes", 1)];

/// The newest text tables in the user's folders and on sticks.
pub(super) fn catalogue_files() -> Vec<FileChoice> {
    let home = std::env::home_dir();
    let mut folders: Vec<PathBuf> = home
        .iter()
        .flat_map(|home| FOLDERS.iter().map(|name| home.join(name)))
        .collect();
    for (root, depth) in STICKS {
        folders.extend(below(Path::new(root), *depth));
    }
    let mut files: Vec<FileChoice> = folders
        .iter()
        .flat_map(|folder| tables_in(folder))
        .collect();
    files.sort_by(|one, other| (other.changed_at, &one.path).cmp(&(one.changed_at, &other.path)));
    files.dedup_by(|one, other| one.path == other.path);
    files.truncate(FILES_MAX);
    files
}

fn below(folder: &Path, depth: usize) -> Vec<PathBuf> {
    if depth == 0 {
        return vec![folder.to_owned()];
    }
    children(folder)
        .into_iter()
        .filter(|child| child.is_dir())
        .flat_map(|child| below(&child, depth - 1))
        .collect()
}

/// What lies in a folder; nothing where it cannot be read.
fn children(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Vec::new();
    };
    entries
        .filter_map(Result::ok)
        .map(|entry| entry.path())
        .collect()
}

fn tables_in(folder: &Path) -> Vec<FileChoice> {
    children(folder)
        .into_iter()
        .filter(|path| path.is_file() && is_table(path))
        .map(|path| FileChoice {
            name: path
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned(),
            changed_at: changed_at(&path),
            path: path.display().to_string(),
        })
        .collect()
}

fn is_table(path: &Path) -> bool {
    let extension = path.extension().map(|text| text.to_ascii_lowercase());
    extension.is_some_and(|extension| {
        ["csv", "tsv", "tab", "txt"]
            .iter()
            .any(|known| extension == *known)
    })
}

fn changed_at(path: &Path) -> Option<Timestamp> {
    let changed = std::fs::metadata(path)
        .and_then(|file| file.modified())
        .ok()?;
    let since = changed.duration_since(UNIX_EPOCH).ok()?;
    Some(Timestamp::from_unix_ms(
        i64::try_from(since.as_millis()).ok()?,
    ))
}
