//! The till at work: one thread that writes, one that prints, and everybody else asking.
//!
//! Hosts open a [`Till`], call its commands and hear what it says by itself. The threads hold no
//! rule: the core decides.

mod commands;
mod exchange;
mod files;
mod places;
mod printer;
mod queue;
mod scanner;
mod writer;

pub use queue::Priority;

use std::path::PathBuf;
use std::sync::mpsc::sync_channel;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use places::Places;
use queue::Queue;
use writer::{Desk, Job};

use crate::catalogue::Finder;
use crate::core::Core;
use crate::error::TillError;
use crate::keyring::Keyring;
use crate::store::Storage;
use crate::sync::SyncDriver;
use crate::wire::{ApiError, Code, TillEvent, TillView};

/// Where a till is.
#[derive(Debug, Clone)]
pub struct TillOptions {
    /// The folder of its data; it is created where it is missing.
    pub data_dir: PathBuf,
}

type Subscriber = Box<dyn Fn(&TillEvent) + Send>;
type Waker = Box<dyn Fn() + Send>;

/// What reaches the till from any thread.
#[derive(Clone)]
pub struct TillHandle {
    queue: Queue<Job>,
    heard_by: Arc<Mutex<Vec<Subscriber>>>,
    /// Those who want to look whether there is something to do.
    wakers: Arc<Mutex<Vec<Waker>>>,
}

impl std::fmt::Debug for TillHandle {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("TillHandle").finish_non_exhaustive()
    }
}

/// A running till.
#[derive(Debug)]
pub struct Till {
    handle: TillHandle,
    threads: Mutex<Vec<JoinHandle<()>>>,
    finder: Mutex<Option<(PathBuf, Finder)>>,
    scanner: Mutex<Option<scanner::Listener>>,
    exchange: Mutex<Option<SyncDriver>>,
}

impl Till {
    /// Opens the till. A folder that cannot be used stops the till, not the program: the screen says
    /// why, and it is tried again.
    ///
    /// # Errors
    /// The system gives no thread.
    pub fn open(options: TillOptions) -> std::io::Result<Till> {
        Till::start(Places::new(options.data_dir, Storage::Durable, None))
    }

    /// The same, with the signing key in the system's keyring where that takes it.
    ///
    /// # Errors
    /// The system gives no thread.
    pub fn open_with_keyring(options: TillOptions, keyring: Keyring) -> std::io::Result<Till> {
        let places = Places::new(options.data_dir, Storage::Durable, Some(keyring));
        Till::start(places)
    }

    /// The same, on storage that may be throw-away: for tests and demonstrations.
    ///
    /// # Errors
    /// The system gives no thread.
    pub fn open_on(options: TillOptions, storage: Storage) -> std::io::Result<Till> {
        Till::start(Places::new(options.data_dir, storage, None))
    }

    /// The same with a clock that is so many milliseconds ahead of the system's, or behind it: for
    /// tests of wrong clocks.
    ///
    /// # Errors
    /// The system gives no thread.
    pub fn open_with_clock(
        options: TillOptions,
        storage: Storage,
        ahead_ms: i64,
    ) -> std::io::Result<Till> {
        let places = Places::new(options.data_dir, storage, None);
        Till::start(places.with_clock_ahead(ahead_ms))
    }

    fn start(places: Places) -> std::io::Result<Till> {
        let handle = TillHandle {
            queue: Queue::new(),
            heard_by: Arc::default(),
            wakers: Arc::default(),
        };
        let threads = vec![start_writer(&handle, places)?, printer::start(&handle)?];
        let till = Till {
            threads: Mutex::new(threads),
            finder: Mutex::new(None),
            scanner: Mutex::new(None),
            exchange: Mutex::new(Some(exchange::start(&handle)?)),
            handle,
        };
        till.listen_to_scanner();
        Ok(till)
    }

    /// Hears what the till says by itself, from its own threads.
    pub fn subscribe(&self, hear: impl Fn(&TillEvent) + Send + 'static) {
        lock(&self.handle.heard_by).push(Box::new(hear));
    }

    /// What reaches the till from another thread.
    pub fn handle(&self) -> TillHandle {
        self.handle.clone()
    }

    /// Lets everything under way be finished, and ends.
    pub fn close(&self) {
        lock(&self.scanner).take();
        lock(&self.finder).take();
        let driver = lock(&self.exchange).take();
        drop(driver);
        self.handle.queue.close();
        lock(&self.handle.wakers).clear();
        for thread in lock(&self.threads).drain(..) {
            // A panic has been reported by the thread itself.
            let _ = thread.join();
        }
    }
}

impl Drop for Till {
    fn drop(&mut self) {
        self.close();
    }
}

fn start_writer(handle: &TillHandle, places: Places) -> std::io::Result<JoinHandle<()>> {
    let handle = handle.clone();
    std::thread::Builder::new()
        .name("till-writer".to_owned())
        .spawn(move || {
            let queue = handle.queue.clone();
            writer::run(Desk::open(places), &queue, |desk| {
                if let Ok(view) = desk.view() {
                    handle.tell(view);
                }
                handle.wake();
            });
        })
}

impl TillHandle {
    /// Does something with the core on its own thread and waits for the answer.
    ///
    /// # Errors
    /// What the work refuses, or why the till is stopped.
    pub fn with_core<T: Send + 'static>(
        &self,
        priority: Priority,
        work: impl FnOnce(&mut Core) -> Result<T, TillError> + Send + 'static,
    ) -> Result<T, ApiError> {
        self.with_desk(priority, |desk| Ok(work(desk.core()?)?))
    }

    fn with_desk<T: Send + 'static>(
        &self,
        priority: Priority,
        work: impl FnOnce(&mut Desk) -> Result<T, ApiError> + Send + 'static,
    ) -> Result<T, ApiError> {
        let (answer, answered) = sync_channel(1);
        let job: Job = Box::new(move |desk| {
            // Nobody waits any more where the caller is gone.
            let _ = answer.send(work(desk));
        });
        let closing = || ApiError::new(Code::Internal, "the till is closing or started anew");
        self.queue.push(priority, job).map_err(|_| closing())?;
        answered.recv().map_err(|_| closing())?
    }

    /// Sends the present state to the screen.
    pub fn publish(&self) {
        if let Ok(view) = self.with_desk(Priority::Background, Desk::view) {
            self.tell(view);
        }
    }

    fn tell(&self, view: TillView) {
        let event = TillEvent::View(Box::new(view));
        for hear in lock(&self.heard_by).iter() {
            hear(&event);
        }
    }

    /// Wakes everybody who looks whether there is something to do: the printer, the sync.
    pub fn wake(&self) {
        for wake in lock(&self.wakers).iter() {
            wake();
        }
    }

    /// Asks to be woken when something was done, until the till closes.
    pub fn wake_me(&self, waker: impl Fn() + Send + 'static) {
        lock(&self.wakers).push(Box::new(waker));
    }
}

/// A lock whose holder panicked guards nothing that could be half changed here.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
