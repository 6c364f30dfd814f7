//! The one thread that owns the core: it does one job after the other, tidies up when nobody waits,
//! and opens the data folder again when it could not be used.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use super::places::{Places, open_core};
use super::queue::{Next, Queue};
use crate::core::Core;
use crate::store::OpenError;
use crate::view::stopped_view;
use crate::wire::{ApiError, Code, TillView};

/// After so long without a job the writer tidies up.
const IDLE_AFTER: Duration = Duration::from_secs(2);

/// How often a folder that cannot be used is tried again.
const TRY_AGAIN_AFTER: Duration = Duration::from_secs(1);

/// How often the reserve for a full disk is tried again.
const REFILL_AFTER: Duration = Duration::from_secs(30);

/// One thing to do with the till, whether it is open or not.
pub(super) type Job = Box<dyn FnOnce(&mut Desk) + Send>;

/// The core, or why there is none.
pub(super) struct Desk {
    places: Places,
    core: Result<Core, Stop>,
    /// Views sent while the till is stopped count on from here.
    stopped_revision: u64,
}

struct Stop {
    error: OpenError,
    tried_at: Instant,
}

impl Desk {
    pub(super) fn open(places: Places) -> Desk {
        let core = open_core(&places).map_err(Stop::now);
        Desk {
            places,
            core,
            stopped_revision: 0,
        }
    }

    /// The core; a folder that could not be used is tried again first.
    pub(super) fn core(&mut self) -> Result<&mut Core, ApiError> {
        self.try_again();
        self.core
            .as_mut()
            .map_err(|stop| stop.error.to_api(&self.places.data_dir))
    }

    /// What the screen shows, also of a till that is stopped.
    pub(super) fn view(&mut self) -> Result<TillView, ApiError> {
        self.try_again();
        match &mut self.core {
            Ok(core) => Ok(core.view()?),
            Err(stop) => {
                self.stopped_revision += 1;
                let error = stop.error.to_api(&self.places.data_dir);
                Ok(stopped_view(self.stopped_revision, error))
            }
        }
    }

    pub(super) fn database(&self) -> Option<PathBuf> {
        let core = self.core.as_ref().ok()?;
        Some(core.database().to_path_buf())
    }

    /// Goes on in the folder for practice.
    pub(super) fn practise(&mut self) -> Result<&mut Core, ApiError> {
        self.places.practise();
        self.reopen();
        self.core()
    }

    fn try_again(&mut self) {
        if let Err(stop) = &self.core
            && stop.tried_at.elapsed() >= TRY_AGAIN_AFTER
        {
            self.reopen();
        }
    }

    fn reopen(&mut self) {
        // The lock and the connection are given back before the folder is opened again.
        let closed = OpenError::Start("closed".to_owned());
        self.core = Err(Stop::now(closed));
        self.core = open_core(&self.places).map_err(Stop::now);
    }

    fn is_stopped(&self) -> bool {
        self.core.is_err()
    }

    fn tidy(&mut self, refill: bool) {
        let Ok(core) = &mut self.core else {
            return;
        };
        if let Err(error) = core.checkpoint() {
            tracing::warn!(%error, "the write-ahead log was not folded in");
        }
        if refill {
            core.refill_reserve();
        }
    }
}

impl Stop {
    fn now(error: OpenError) -> Stop {
        tracing::error!(%error, "the till's folder cannot be used");
        Stop {
            error,
            tried_at: Instant::now(),
        }
    }
}

/// Does jobs until the queue is closed. `reopened` is called when a stopped till works again.
pub(super) fn run(mut desk: Desk, queue: &Queue<Job>, reopened: impl Fn(&mut Desk)) {
    let mut tidy = true;
    let mut refilled = Instant::now();
    loop {
        match queue.next(IDLE_AFTER) {
            Next::Job(job) => {
                do_job(&mut desk, job);
                tidy = true;
            }
            Next::Idle => {
                if desk.is_stopped() {
                    desk.try_again();
                    if !desk.is_stopped() {
                        reopened(&mut desk);
                    }
                } else if tidy {
                    let refill = refilled.elapsed() >= REFILL_AFTER;
                    desk.tidy(refill);
                    if refill {
                        refilled = Instant::now();
                    }
                    tidy = false;
                }
            }
            Next::Closed => return,
        }
    }
}

/// A job that panics takes only itself down: what it began is rolled back, and the core is opened
/// anew from what is on the disk.
fn do_job(desk: &mut Desk, job: Job) {
    let done = catch_unwind(AssertUnwindSafe(|| job(desk)));
    if done.is_err() {
        tracing::error!("an action of the till panicked; the till starts anew from its database");
        desk.reopen();
    }
}

impl OpenError {
    /// The screen's word for it.
    pub(super) fn to_api(&self, data_dir: &std::path::Path) -> ApiError {
        let code = match self {
            OpenError::AlreadyRunning => Code::AlreadyRunning,
            OpenError::ReadOnly(_) => Code::StorageReadOnly,
            OpenError::Temporary => Code::StorageTemporary,
            OpenError::DiskFull => Code::DiskFull,
            OpenError::Damaged(_) | OpenError::NotOurs | OpenError::KeyMissing => {
                Code::StorageDamaged
            }
            OpenError::TooNew => Code::StorageTooNew,
            _ => Code::Internal,
        };
        let path = crate::wire::Param::Text(data_dir.display().to_string());
        ApiError::new(code, self.to_string()).with("path", path)
    }
}
