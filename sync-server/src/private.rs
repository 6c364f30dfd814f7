//! Files and folders that only their owner may read. What a server holds is other people's business:
//! what they bought, and keys.

use std::fs::{self, OpenOptions};
use std::io;
use std::path::Path;

/// Options that make a file for its owner alone.
pub(crate) fn options() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Makes an empty file for its owner alone where there is none. SQLite gives the files beside a
/// database the rights of the database.
pub(crate) fn ensure_file(path: &Path) -> io::Result<()> {
    match options().create_new(true).open(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        made => made.map(drop),
    }
}

/// Makes a folder for its owner alone; one that is there is closed to others.
pub(crate) fn ensure_folder(path: &Path) -> io::Result<()> {
    fs::create_dir_all(path)?;
    #[cfg(unix)]
    fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o700))?;
    Ok(())
}
