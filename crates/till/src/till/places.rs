//! Where a till keeps what: its data, its keys, and the practice beside both.

use std::path::{Path, PathBuf};

use comptoir_domain::ids::{IdSource, uuid_v7};
use comptoir_domain::time::Timestamp;
use uuid::Uuid;

use crate::core::Core;
use crate::key::{KeyFiles, KeyStore};
use crate::keyring::{Keyring, KeyringKeys};
use crate::store::{OpenError, Storage, StorePlace, database_path};

/// What is kept back for a full disk, in bytes.
const RESERVE_BYTES: u64 = 64 * 1024 * 1024;

const PRACTICE: &str = "practice";
const PRACTICE_BEFORE: &str = "practice-before";

/// The folders of one till.
#[derive(Debug, Clone)]
pub(super) struct Places {
    pub(super) data_dir: PathBuf,
    storage: Storage,
    practice: bool,
    /// Where the signing key is kept; in a file where there is none.
    keyring: Option<Keyring>,
    /// How far ahead of the system's clock the till's is, in milliseconds.
    clock_ahead_ms: i64,
}

impl Places {
    /// A till that was practising goes on practising.
    pub(super) fn new(data_dir: PathBuf, storage: Storage, keyring: Option<Keyring>) -> Places {
        let practice = database_path(&data_dir.join(PRACTICE)).exists();
        Places {
            data_dir,
            storage,
            practice,
            keyring,
            clock_ahead_ms: 0,
        }
    }

    /// The same with a clock that is so far ahead of the system's, or behind it.
    pub(super) const fn with_clock_ahead(mut self, milliseconds: i64) -> Places {
        self.clock_ahead_ms = milliseconds;
        self
    }

    /// Turns to the folder for practice. A key that an earlier practice left behind is not its key.
    pub(super) fn practise(&mut self) -> std::io::Result<()> {
        let folder = self.data_dir.join(PRACTICE);
        if !database_path(&folder).exists() {
            remove_folder(&KeyFiles::beside(&folder))?;
        }
        self.practice = true;
        Ok(())
    }

    /// Turns back to the real till's folder and puts the practice aside, in place of the one before.
    pub(super) fn end_practice(&mut self) -> std::io::Result<()> {
        let folder = self.data_dir.join(PRACTICE);
        let aside = self.data_dir.join(PRACTICE_BEFORE);
        remove_folder(&aside)?;
        std::fs::rename(&folder, &aside)?;
        self.practice = false;
        // What is left of it is taken away when the next practice begins.
        let _ = remove_folder(&KeyFiles::beside(&folder));
        Ok(())
    }

    /// Where key and mark of the present folder are. The key of a practice is worth no keyring.
    fn keys(&self) -> Box<dyn KeyStore> {
        let files = KeyFiles::new(KeyFiles::beside(&self.directory()));
        match &self.keyring {
            Some(keyring) if !self.practice => Box::new(KeyringKeys::new(keyring.clone(), files)),
            _ => Box::new(files),
        }
    }

    pub(super) const fn is_practice(&self) -> bool {
        self.practice
    }

    fn directory(&self) -> PathBuf {
        if self.practice {
            self.data_dir.join(PRACTICE)
        } else {
            self.data_dir.clone()
        }
    }
}

/// Opens the core with the system's clock and randomness.
pub(super) fn open_core(places: &Places) -> Result<Core, OpenError> {
    let directory = places.directory();
    let keys = places.keys();
    let place = StorePlace {
        directory,
        storage: places.storage,
        reserve_bytes: RESERVE_BYTES,
    };
    let ahead = places.clock_ahead_ms;
    let clock = Box::new(move || system_now().plus_ms(ahead));
    Core::open(&place, clock, Box::new(SystemIds), keys)
}

fn remove_folder(folder: &Path) -> std::io::Result<()> {
    match std::fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

fn system_now() -> Timestamp {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    // A clock before 1970 is as wrong as one at 1970; both are noticed at start.
    let unix_ms = since.map_or(0, |since| i64::try_from(since.as_millis()).unwrap_or(0));
    Timestamp::from_unix_ms(unix_ms)
}

/// Ids from the system's clock and randomness.
pub(super) struct SystemIds;

impl IdSource for SystemIds {
    fn next_uuid(&mut self) -> Uuid {
        let mut random = [0; 10];
        getrandom::fill(&mut random)
            .expect("a system that cannot give ten random bytes cannot run");
        uuid_v7(system_now().unix_ms().unsigned_abs(), random)
    }
}
