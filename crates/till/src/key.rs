//! Where the till keeps what must not lie in its database: the signing key, and the high-water mark
//! by which an older copy of the database is noticed.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use comptoir_domain::entry::ChainHead;
use comptoir_domain::ids::TillId;
use serde::{Deserialize, Serialize};

use crate::mark::{self, MarkFile};

const KEY_FILE: &str = "till.key";
const MARK_FILE: &str = "till.mark";

/// How far the journal has come, as seen from outside the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct HighWaterMark {
    pub till: TillId,
    pub head: ChainHead,
}

/// Why the key or the mark cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    #[error("the till's key: {0}")]
    Io(#[from] io::Error),
    #[error("the till's key file does not hold a key")]
    Malformed,
    #[error("no randomness for a key: {0}")]
    Randomness(String),
    /// It is locked, or does not answer: what it holds may still come.
    #[error("the system's keyring: {0}")]
    Keyring(String),
    /// It answers and has no such key any more.
    #[error("the system's keyring no longer holds the till's key")]
    NotInKeyring,
}

/// A place for the signing key and the mark, outside the database.
pub trait KeyStore: Send {
    /// The signing key's seed; none before it was made.
    fn load(&self) -> Result<Option<[u8; 32]>, KeyError>;

    /// Makes a fresh key and keeps it.
    fn create(&mut self) -> Result<[u8; 32], KeyError>;

    /// The mark; none before the first entry, or where it cannot be read.
    fn mark(&self) -> Option<HighWaterMark>;

    /// Moves the mark. Called after each commit and not synced: a mark that is a moment old is only
    /// less sharp, and a second sync would double the time of a sale.
    fn set_mark(&mut self, mark: &HighWaterMark) -> Result<(), KeyError>;

    /// Whether the system's keyring holds the key; false means a file that only its owner can read.
    fn in_keyring(&self) -> bool;
}

/// Key and mark as files for their owner's eyes only, in a folder that is not the database's.
pub struct KeyFiles {
    directory: PathBuf,
    /// Open from the first mark on.
    mark: Option<MarkFile>,
    random: Box<dyn FnMut() -> Result<[u8; 32], KeyError> + Send>,
}

impl std::fmt::Debug for KeyFiles {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("KeyFiles")
            .field("directory", &self.directory)
            .finish_non_exhaustive()
    }
}

impl KeyFiles {
    /// Files in `directory`; a new key comes from the system's randomness.
    pub fn new(directory: PathBuf) -> KeyFiles {
        KeyFiles::with_random(directory, Box::new(system_random))
    }

    /// The same with a source of keys of one's own, for simulations.
    pub fn with_random(
        directory: PathBuf,
        random: Box<dyn FnMut() -> Result<[u8; 32], KeyError> + Send>,
    ) -> KeyFiles {
        KeyFiles {
            directory,
            mark: None,
            random,
        }
    }

    /// Beside a data folder and not in it, so that a copy put back does not bring its own mark.
    pub fn beside(data_directory: &Path) -> PathBuf {
        let mut name = data_directory
            .file_name()
            .unwrap_or_default()
            .to_os_string();
        name.push(".keys");
        data_directory.with_file_name(name)
    }

    /// A new key that is kept nowhere yet.
    pub(crate) fn fresh_seed(&mut self) -> Result<[u8; 32], KeyError> {
        (self.random)()
    }

    /// Keeps a key that was made elsewhere.
    pub(crate) fn keep(&self, seed: &[u8; 32]) -> Result<(), KeyError> {
        self.write(KEY_FILE, &hex(seed))
    }

    /// A text of one of the files, if it is there.
    pub(crate) fn read(&self, file: &str) -> Result<Option<String>, KeyError> {
        match fs::read_to_string(self.directory.join(file)) {
            Ok(text) => Ok(Some(text)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Writes one of the files durably.
    pub(crate) fn write(&self, file: &str, text: &str) -> Result<(), KeyError> {
        create_private_directory(&self.directory)?;
        let mut file =
            private(OpenOptions::new().truncate(true)).open(self.directory.join(file))?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        Ok(())
    }
}

/// Bytes as they are written in the files.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A key as it is written in the files.
pub(crate) fn seed_of(text: &str) -> Result<[u8; 32], KeyError> {
    comptoir_domain::entry::from_hex(text.trim()).map_err(|_| KeyError::Malformed)
}

impl KeyStore for KeyFiles {
    fn load(&self) -> Result<Option<[u8; 32]>, KeyError> {
        self.read(KEY_FILE)?.as_deref().map(seed_of).transpose()
    }

    fn create(&mut self) -> Result<[u8; 32], KeyError> {
        let seed = self.fresh_seed()?;
        self.write(KEY_FILE, &hex(&seed))?;
        Ok(seed)
    }

    fn mark(&self) -> Option<HighWaterMark> {
        mark::read(&self.directory.join(MARK_FILE))
    }

    fn set_mark(&mut self, mark: &HighWaterMark) -> Result<(), KeyError> {
        let kept = match &mut self.mark {
            Some(kept) => kept,
            none => {
                create_private_directory(&self.directory)?;
                let file =
                    private(OpenOptions::new().read(true)).open(self.directory.join(MARK_FILE))?;
                none.insert(MarkFile::on(file)?)
            }
        };
        Ok(kept.set(mark)?)
    }

    fn in_keyring(&self) -> bool {
        false
    }
}

fn system_random() -> Result<[u8; 32], KeyError> {
    let mut seed = [0; 32];
    getrandom::fill(&mut seed).map_err(|error| KeyError::Randomness(error.to_string()))?;
    Ok(seed)
}

/// Writing a file that only its owner may read.
fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    options.write(true).create(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options
}

/// Makes a folder that only its user may look into. One that is there stays as it is.
pub(crate) fn create_private_directory(path: &Path) -> io::Result<()> {
    if path.is_dir() {
        return Ok(());
    }
    fs::create_dir_all(path)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(path, fs::Permissions::from_mode(0o700))?;
    }
    Ok(())
}
