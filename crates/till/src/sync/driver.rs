//! The thread that talks to the server. It asks the engine what to say, says it, and brings the
//! answer back; everything that touches the database goes through the till's writer, behind every
//! sale.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::sync_channel;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use comptoir_domain::time::Timestamp;
use tokio::sync::Notify;

use super::address::ServerAddress;
use super::engine::{Next, SyncEngine};
use super::key as names;
use super::link::Link;
use super::message::{SyncFailure, SyncReply, SyncRequest};
use super::tls::{PinnedKey, SeenKey};
use crate::core::Core;
use crate::error::TillError;
use crate::feed::{self, FeedState};
use crate::store::meta::{self, key};

/// How long the thread looks away at most: the moment at which to go on may have been worked out by
/// a clock that was set since.
const LOOK_AGAIN: Duration = Duration::from_secs(60);

/// How long the thread waits where the till takes no work: it is stopped, and tries again itself.
const STOPPED_PAUSE: Duration = Duration::from_secs(1);

/// Work for the writer, behind every sale. Where the till is stopped it is dropped undone.
pub type Job = Box<dyn FnOnce(&mut Core) + Send>;

/// How the thread reaches the till.
pub struct Reach {
    /// Hands work to the writer; may wait until it is done.
    pub submit: Box<dyn Fn(Job) + Send + Sync>,
    /// The screen shows something else than before.
    pub changed: Box<dyn Fn() + Send + Sync>,
}

impl std::fmt::Debug for Reach {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Reach").finish_non_exhaustive()
    }
}

/// The running exchange. Dropping it ends the thread.
#[derive(Debug)]
pub struct SyncDriver {
    signals: Arc<Signals>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Debug, Default)]
struct Signals {
    wake: Notify,
    again: AtomicBool,
    stop: Notify,
}

impl SyncDriver {
    /// Starts the thread. `jitter` is any number, another one for each till.
    pub fn start(reach: Reach, jitter: u64) -> std::io::Result<SyncDriver> {
        let signals = Arc::new(Signals::default());
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let conversation = Conversation {
            reach: Arc::new(reach),
            signals: signals.clone(),
            engine: Arc::new(Mutex::new(SyncEngine::new(jitter))),
            link: None,
        };
        let thread = std::thread::Builder::new()
            .name("till-sync".to_owned())
            .spawn(move || {
                runtime.block_on(conversation.run());
                // A writer that is busy must not keep a closing till.
                runtime.shutdown_background();
            })?;
        Ok(SyncDriver {
            signals,
            thread: Some(thread),
        })
    }

    /// What wakes the thread, for whoever writes entries.
    pub fn waker(&self) -> impl Fn() + Send + 'static {
        let signals = self.signals.clone();
        move || signals.wake.notify_one()
    }

    /// Something was written that the server does not have yet, or the till was paired.
    pub fn wake(&self) {
        self.signals.wake.notify_one();
    }

    /// A person wants it now; what was refused is offered again.
    pub fn try_again(&self) {
        self.signals.again.store(true, Ordering::SeqCst);
        self.signals.wake.notify_one();
    }
}

impl Drop for SyncDriver {
    fn drop(&mut self) {
        self.signals.stop.notify_one();
        if let Some(thread) = self.thread.take() {
            // A panic in there has been reported on its own thread.
            let _ = thread.join();
        }
    }
}

struct Conversation {
    reach: Arc<Reach>,
    signals: Arc<Signals>,
    engine: Arc<Mutex<SyncEngine>>,
    link: Option<(Paired, Link)>,
}

/// With whom the till is paired.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Paired {
    address: String,
    pin: Option<String>,
}

/// What was said, and what came of it.
type Said = (SyncRequest, Result<SyncReply, SyncFailure>);

/// What a visit to the writer ends with.
struct Turn {
    next: Next,
    paired: Option<Paired>,
    now: Timestamp,
}

impl Conversation {
    async fn run(mut self) {
        let signals = self.signals.clone();
        tokio::select! {
            () = self.talk() => {}
            () = signals.stop.notified() => {}
        }
    }

    async fn talk(&mut self) {
        let mut said: Option<Said> = None;
        loop {
            let Some(turn) = self.turn(said.take()).await else {
                tokio::time::sleep(STOPPED_PAUSE).await;
                continue;
            };
            match turn.next {
                Next::Work => {}
                Next::Rest { until } => self.rest(until, turn.now).await,
                Next::Request(request) => said = self.say(request, turn.paired).await,
            }
        }
    }

    /// Hands an answer to the writer and learns what to do next. `None` where the till is stopped;
    /// an answer is lost then, and that does no harm.
    async fn turn(&self, said: Option<Said>) -> Option<Turn> {
        let again = self.signals.again.swap(false, Ordering::SeqCst);
        let engine = self.engine.clone();
        let reach = self.reach.clone();
        let visit = move || {
            let (answer, answered) = sync_channel(1);
            (reach.submit)(Box::new(move |core| {
                let mut engine = engine.lock().unwrap_or_else(PoisonError::into_inner);
                // Nobody waits where the till is closing.
                let _ = answer.send(visit(core, &mut engine, said, again));
            }));
            let (turn, changed) = answered.recv().ok()?;
            if changed {
                (reach.changed)();
            }
            turn
        };
        tokio::task::spawn_blocking(visit).await.ok().flatten()
    }

    async fn rest(&mut self, until: Option<Timestamp>, now: Timestamp) {
        let wait = until.map_or(LOOK_AGAIN, |until| {
            let wait = u64::try_from(until.ms_since(now)).unwrap_or(0);
            Duration::from_millis(wait).min(LOOK_AGAIN)
        });
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            () = self.signals.wake.notified() => self.woken(),
        }
    }

    fn woken(&self) {
        let engine = self.engine.lock();
        engine.unwrap_or_else(PoisonError::into_inner).wake();
    }

    /// Says one thing. A question for news is given up as soon as there is something to tell.
    async fn say(&mut self, request: SyncRequest, paired: Option<Paired>) -> Option<Said> {
        let link = match self.link_to(paired) {
            Ok(link) => link,
            Err(failure) => return Some((request, Err(failure))),
        };
        let waits = matches!(&request, SyncRequest::Pull { pull, .. } if pull.wait_ms > 0);
        tokio::select! {
            answer = link.send(&request) => {
                if let Err(failure) = &answer {
                    tracing::debug!(?request, %failure, "no answer from the server");
                }
                Some((request, answer))
            }
            () = self.signals.wake.notified(), if waits => {
                self.woken();
                None
            }
        }
    }

    fn link_to(&mut self, paired: Option<Paired>) -> Result<Link, SyncFailure> {
        let paired = paired.ok_or(SyncFailure::Unreachable)?;
        if let Some((known, link)) = &self.link
            && *known == paired
        {
            return Ok(link.clone());
        }
        let address = ServerAddress::read(&paired.address).map_err(|_| SyncFailure::Unreachable)?;
        let pin = match paired.pin.as_deref().map(comptoir_domain::entry::from_hex) {
            Some(Ok(hash)) => Some(PinnedKey::Hash(hash)),
            // A pin that cannot be read trusts nobody rather than everybody.
            Some(Err(_)) => return Err(SyncFailure::NotTrusted),
            None => None,
        };
        let link = Link::new(address, pin, SeenKey::default())?;
        self.link = Some((paired, link.clone()));
        Ok(link)
    }
}

/// One visit to the writer. Says what to do next, and whether the screen shows something else.
fn visit(
    core: &mut Core,
    engine: &mut SyncEngine,
    said: Option<Said>,
    again: bool,
) -> (Option<Turn>, bool) {
    let before = shown(core);
    let now = core.now();
    let next = advance(core, engine, said, again).unwrap_or_else(|error| {
        tracing::warn!(%error, "the exchange with the server could not go on");
        engine.stumbled(now);
        let until = Some(now.plus_ms(1000));
        Next::Rest { until }
    });
    let reported = match engine.report(core) {
        Ok(report) => core.report_sync(report),
        Err(_) => false,
    };
    let turn = paired(core).ok().map(|paired| Turn { next, paired, now });
    (turn, reported || before != shown(core))
}

/// What tells one shown state of the hub from another.
fn shown(core: &Core) -> Option<(u64, u64, FeedState)> {
    let connection = core.connection();
    let revision = feed::catalogue_revision(connection).ok()?;
    let moves = core.session.desk_moves;
    Some((revision, moves, FeedState::load(connection).ok()?))
}

fn paired(core: &Core) -> Result<Option<Paired>, TillError> {
    let connection = core.connection();
    let Some(address) = meta::get(connection, key::SERVER)? else {
        return Ok(None);
    };
    let pin = meta::get(connection, names::SERVER_PIN)?;
    Ok(Some(Paired { address, pin }))
}

fn advance(
    core: &mut Core,
    engine: &mut SyncEngine,
    said: Option<Said>,
    again: bool,
) -> Result<Next, TillError> {
    if let Some((request, answer)) = said {
        engine.apply(core, &request, answer)?;
    }
    if again {
        engine.try_again(core)?;
    }
    let next = engine.next(core)?;
    if next == Next::Work {
        // One slice for each visit, so that a sale goes between.
        engine.work(core)?;
    }
    Ok(next)
}
