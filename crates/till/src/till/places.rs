//! Where a till keeps what: its data, its keys, and the practice beside both.

use std::path::{Path, PathBuf};

use comptoir_domain::ids::{IdSource, uuid_v7};
use comptoir_domain::time::Timestamp;
use uuid::Uuid;

use crate::core::Core;
use crate::key::KeyFiles;
use crate::store::{OpenError, Storage, StorePlace, database_path};

/// What is kept back for a full disk, in bytes.
const RESERVE_BYTES: u64 = 64 * 1024 * 1024;

const PRACTICE: &str = "practice";

/// The folders of one till.
#[derive(Debug, Clone)]
pub(super) struct Places {
    pub(super) data_dir: PathBuf,
    storage: Storage,
    practice: bool,
}

impl Places {
    /// A till that was practising goes on practising.
    pub(super) fn new(data_dir: PathBuf, storage: Storage) -> Places {
        let practice = database_path(&data_dir.join(PRACTICE)).exists();
        Places {
            data_dir,
            storage,
            practice,
        }
    }

    pub(super) const fn practise(&mut self) {
        self.practice = true;
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
    let keys = KeyFiles::new(keys_beside(&directory));
    let place = StorePlace {
        directory,
        storage: places.storage,
        reserve_bytes: RESERVE_BYTES,
    };
    Core::open(
        &place,
        Box::new(system_now),
        Box::new(SystemIds),
        Box::new(keys),
    )
}

fn keys_beside(directory: &Path) -> PathBuf {
    KeyFiles::beside(directory)
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
