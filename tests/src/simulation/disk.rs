//! The disks of the machines, at the mercy of the simulation: a process may die at its n-th write,
//! with the rest of that write lost, with or without the power; or the disk is full for a while.
//!
//! A dead process goes on running here, since it is a part of the test; nothing that it writes from
//! then on reaches its disk. The part that speaks to SQLite is in `vfs`.

use std::collections::BTreeMap;
use std::fs::OpenOptions;
use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};

use comptoir_till::key::{HighWaterMark, KeyError, KeyFiles, KeyStore};

use super::vfs;

/// What happens to a machine at one of its writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Accident {
    /// The process is killed; what it wrote before is there.
    Kill,
    /// The power fails; of what was not synced, some is there and some is not.
    PowerCut,
    /// No space is left for so many writes.
    Full { writes: u32 },
}

/// What is left for SQLite to do with a write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Permission {
    Write,
    /// Half of it, and then the process is dead.
    Half,
    NoSpace,
    Nothing,
}

/// Bytes that a write replaced which was not synced.
#[derive(Debug)]
struct Replaced {
    file: PathBuf,
    offset: u64,
    bytes: Vec<u8>,
}

#[derive(Debug, Default)]
struct State {
    accident: Option<(Accident, u32)>,
    dead: bool,
    /// Whether anything was refused since the accident was prepared.
    struck: bool,
    unsynced: Vec<Replaced>,
}

/// The disk of one machine: everything in one folder.
#[derive(Debug, Clone, Default)]
pub(crate) struct Disk(Arc<Mutex<State>>);

static DISKS: LazyLock<Mutex<BTreeMap<PathBuf, Disk>>> = LazyLock::new(Mutex::default);

fn disks() -> MutexGuard<'static, BTreeMap<PathBuf, Disk>> {
    DISKS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The disk that a file lies on, if it is one of a simulation.
pub(super) fn disk_of(file: &Path) -> Option<Disk> {
    disks().get(file.parent()?).cloned()
}

/// Takes the disks of a simulation away that has ended.
pub(super) fn forget_in(folder: &Path) {
    disks().retain(|known, _| !known.starts_with(folder));
}

impl Disk {
    /// The disk under a folder, which is the only one that its files are on.
    pub(crate) fn under(folder: &Path) -> Disk {
        vfs::install();
        disks().entry(folder.to_owned()).or_default().clone()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets something happen at the n-th write or sync from here.
    pub(crate) fn prepare(&self, accident: Accident, nth: u32) {
        let mut state = self.state();
        state.accident = Some((accident, nth));
        state.struck = false;
    }

    /// Whether something happened since the last accident was prepared.
    pub(crate) fn was_struck(&self) -> bool {
        self.state().struck
    }

    /// Whether the process that wrote here is dead.
    pub(crate) fn is_dead(&self) -> bool {
        self.state().dead
    }

    /// What was done, or none where the disk is the reason that it was not.
    pub(crate) fn unless_struck<T, E: std::fmt::Debug>(
        &self,
        done: Result<T, E>,
        what: &str,
    ) -> Option<T> {
        match done {
            Ok(done) => Some(done),
            Err(_) if self.was_struck() => None,
            Err(error) => panic!("{what}: {error:?}"),
        }
    }

    /// Nothing is prepared any more, and the next process can write. To be called when the old one
    /// has closed its files.
    pub(crate) fn recover(&self, random: &mut fastrand::Rng) {
        let lost = {
            let mut state = self.state();
            let before = std::mem::take(&mut *state);
            match before.accident {
                Some((Accident::PowerCut, _)) if before.dead => before.unsynced,
                // Who lives on, and who was only killed, has everything that was written.
                _ => {
                    state.unsynced = before.unsynced;
                    Vec::new()
                }
            }
        };
        for replaced in lost.iter().rev() {
            if random.bool() {
                replaced.put_back();
            }
        }
    }

    /// Other files are put in the place of those that were here.
    pub(crate) fn replaced(&self) {
        self.state().unsynced.clear();
    }

    /// Whether and how much of a write goes through.
    pub(super) fn write(&self) -> Permission {
        let mut state = self.state();
        if state.dead {
            return Permission::Nothing;
        }
        let Some((accident, nth)) = &mut state.accident else {
            return Permission::Write;
        };
        *nth = nth.saturating_sub(1);
        if *nth > 0 {
            return Permission::Write;
        }
        let half = match accident {
            Accident::Kill | Accident::PowerCut => true,
            Accident::Full { writes: 0 } => return Permission::Write,
            Accident::Full { writes } => {
                *writes -= 1;
                false
            }
        };
        state.struck = true;
        state.dead = half;
        if half {
            Permission::Half
        } else {
            Permission::NoSpace
        }
    }

    /// Whether what was written before counts as kept now. A full disk can still be synced.
    pub(super) fn sync(&self, file: &Path) -> bool {
        let is_full = matches!(self.state().accident, Some((Accident::Full { .. }, _)));
        let goes_on = is_full || self.write() == Permission::Write;
        if goes_on {
            let mut state = self.state();
            state.unsynced.retain(|replaced| replaced.file != file);
        }
        goes_on
    }

    /// A file is no more.
    pub(super) fn removed(&self, file: &Path) {
        let mut state = self.state();
        state.unsynced.retain(|replaced| replaced.file != file);
    }

    /// Keeps what a write replaces until it is synced.
    pub(super) fn remember(&self, file: &Path, offset: u64, bytes: Vec<u8>) {
        let file = file.to_owned();
        self.state().unsynced.push(Replaced {
            file,
            offset,
            bytes,
        });
    }
}

impl Replaced {
    /// As if the write had never reached the disk.
    fn put_back(&self) {
        let Ok(mut file) = OpenOptions::new().write(true).open(&self.file) else {
            return;
        };
        file.seek(SeekFrom::Start(self.offset))
            .and_then(|_| file.write_all(&self.bytes))
            .expect("the simulation's folder takes files");
    }
}

/// The till's key files on such a disk: its mark is one more thing that a dead process cannot write.
pub(crate) struct KeysOn {
    pub(crate) disk: Disk,
    pub(crate) files: KeyFiles,
}

impl KeyStore for KeysOn {
    fn load(&self) -> Result<Option<[u8; 32]>, KeyError> {
        self.files.load()
    }

    fn create(&mut self) -> Result<[u8; 32], KeyError> {
        self.files.create()
    }

    fn mark(&self) -> Option<HighWaterMark> {
        self.files.mark()
    }

    fn set_mark(&mut self, mark: &HighWaterMark) -> Result<(), KeyError> {
        if self.disk.write() != Permission::Write {
            return Err(std::io::Error::other("the process is dead").into());
        }
        self.files.set_mark(mark)
    }

    fn in_keyring(&self) -> bool {
        false
    }
}
