//! The one thread that owns the core: it does one job after the other, tidies up when nobody waits,
//! and opens the data folder again when it could not be used.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use super::places::{Places, open_core};
use super::queue::{Next, Priority, Queue};
use crate::core::Core;
use crate::health;
use crate::key::KeyError;
use crate::session::Counters;
use crate::store::OpenError;
use crate::view::stopped_view;
use crate::wire::{ApiError, Code, SetupAlone, TillView};

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
    /// What is sent to the screen counts on from here when the core is another one.
    counters: Counters,
    /// Whether a look at the whole database is under way.
    checking: bool,
}

struct Stop {
    error: OpenError,
    tried_at: Instant,
}

impl Desk {
    pub(super) fn open(places: Places) -> Desk {
        let core = open_core(&places).map_err(Stop::now);
        let mut desk = Desk {
            places,
            core,
            counters: Counters::default(),
            checking: false,
        };
        if let Err(error) = desk.leave_empty_practice() {
            tracing::error!(%error, "a practice that never began could not be left");
        }
        desk
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
                self.counters.revision += 1;
                let error = stop.error.to_api(&self.places.data_dir);
                Ok(stopped_view(self.counters.revision, error))
            }
        }
    }

    pub(super) fn database(&self) -> Option<PathBuf> {
        let core = self.core.as_ref().ok()?;
        Some(core.database().to_path_buf())
    }

    /// Sets the till up to work alone. Practice has a journal of its own, in a folder of its own.
    pub(super) fn set_up(&mut self, request: &SetupAlone) -> Result<TillView, ApiError> {
        if !request.practice {
            return Ok(self.core()?.setup_alone(request)?);
        }
        let language = self.core()?.chosen_language()?;
        self.practise()?;
        let done = self.core().and_then(|core| {
            core.keep_language(language.as_deref())?;
            Ok(core.setup_alone(request)?)
        });
        self.leave_empty_practice()?;
        done
    }

    fn practise(&mut self) -> Result<(), ApiError> {
        self.places.practise().map_err(|error| self.failed(error))?;
        self.reopen();
        Ok(())
    }

    /// A practice that was never set up is none: nobody may open for real in its folder.
    fn leave_empty_practice(&mut self) -> Result<(), ApiError> {
        match &self.core {
            Ok(core) if self.places.is_practice() && core.settings()?.is_none() => {
                self.leave_practice()
            }
            _ => Ok(()),
        }
    }

    /// Goes on in a practice with the goods and the people of the real till.
    pub(super) fn begin_practice(&mut self) -> Result<TillView, ApiError> {
        let real = self.core()?.noting_refusals(Core::begin_practice)?;
        self.close();
        self.practise()?;
        let furnished = self
            .core()
            .and_then(|core| Ok(core.furnish_practice(&real)?));
        self.leave_empty_practice()?;
        furnished?;
        self.view()
    }

    /// Back to the real till, or to the first run's questions where there never was one.
    pub(super) fn end_practice(&mut self) -> Result<TillView, ApiError> {
        self.core()?.noting_refusals(Core::end_practice)?;
        self.leave_practice()?;
        self.view()
    }

    fn leave_practice(&mut self) -> Result<(), ApiError> {
        self.close();
        let ended = self.places.end_practice();
        self.reopen();
        ended.map_err(|error| self.failed(error))
    }

    fn failed(&self, error: std::io::Error) -> ApiError {
        OpenError::from(error).to_api(&self.places.data_dir)
    }

    fn try_again(&mut self) {
        if let Err(stop) = &self.core
            && stop.tried_at.elapsed() >= TRY_AGAIN_AFTER
        {
            self.reopen();
        }
    }

    fn reopen(&mut self) {
        self.close();
        self.core = open_core(&self.places).map_err(Stop::now);
        if let Ok(core) = &mut self.core {
            core.count_on(self.counters);
        }
    }

    /// Gives back the lock and the connection.
    fn close(&mut self) {
        if let Ok(core) = &self.core {
            self.counters = core.counters();
            let closed = OpenError::Start("closed".to_owned());
            self.core = Err(Stop {
                error: closed,
                tried_at: Instant::now(),
            });
        }
    }

    fn is_stopped(&self) -> bool {
        self.core.is_err()
    }

    /// Looks through the whole database beside the writer, where that was too long ago.
    fn check_whole(&mut self, queue: &Queue<Job>) {
        let Ok(core) = &self.core else {
            return;
        };
        if self.checking || !core.is_whole_check_due() {
            return;
        }
        let (till, database, queue) = (core.till(), core.database().to_path_buf(), queue.clone());
        let look = move || {
            let found = health::check_whole(&database);
            // Dropped where the till closes meanwhile: it is looked at another time.
            let _ = queue.push(
                Priority::Background,
                Box::new(move |desk| {
                    desk.checking = false;
                    let Ok(core) = &mut desk.core else {
                        return;
                    };
                    let noted = match found {
                        Ok(fault) if core.till() == till => core.whole_check_done(fault),
                        _ => Ok(()),
                    };
                    if let Err(error) = noted {
                        tracing::warn!(%error, "the check could not be written down");
                    }
                }),
            );
        };
        let spawned = std::thread::Builder::new()
            .name("till-check".to_owned())
            .spawn(look);
        match spawned {
            Ok(_) => self.checking = true,
            Err(error) => tracing::warn!(%error, "the whole check could not begin"),
        }
    }

    /// What waits for moments at which nobody does. Answers whether some of it is left.
    fn tidy(&mut self, refill: bool) -> bool {
        let Ok(core) = &mut self.core else {
            return false;
        };
        let more = core.count_sold().unwrap_or_else(|error| {
            tracing::warn!(%error, "what was sold was not counted for the finder");
            false
        });
        if let Err(error) = core.checkpoint() {
            tracing::warn!(%error, "the write-ahead log was not folded in");
        }
        if refill {
            core.refill_reserve();
        }
        more
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
                    tidy = desk.tidy(refill);
                    desk.check_whole(queue);
                    if refill {
                        refilled = Instant::now();
                    }
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
            OpenError::Damaged(_) | OpenError::NotOurs => Code::StorageDamaged,
            OpenError::KeyMissing
            | OpenError::Key(KeyError::NotInKeyring | KeyError::Malformed) => Code::KeyMissing,
            OpenError::KeyForeign => Code::KeyForeign,
            OpenError::Key(KeyError::Keyring(_)) => Code::KeyringClosed,
            OpenError::TooNew => Code::StorageTooNew,
            _ => Code::Internal,
        };
        let path = crate::wire::Param::Text(data_dir.display().to_string());
        ApiError::new(code, self.to_string()).with("path", path)
    }
}
