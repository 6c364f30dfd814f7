//! The one thread that writes. It owns its connection and runs closures, one transaction each, in
//! the order in which they came. While nothing is asked of it, it checkpoints, and looks whether
//! another process (a command beside the server) wrote.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use comptoir_domain::ids::HubId;
use rusqlite::{Connection, Transaction, TransactionBehavior};
use tokio::sync::{oneshot, watch};

use super::hubs;
use crate::store::StoreError;

const QUEUE: usize = 1024;
const IDLE: Duration = Duration::from_millis(250);

/// The ends of all feeds, for those who wait for news.
#[derive(Debug, Clone, Default)]
pub(super) struct FeedWatches(Arc<Mutex<BTreeMap<HubId, watch::Sender<u64>>>>);

impl FeedWatches {
    /// Somebody wants to know of the feed's moves from here on.
    pub(super) fn subscribe(&self, hub: HubId, position: u64) -> watch::Receiver<u64> {
        let mut hubs = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let sender = hubs
            .entry(hub)
            .or_insert_with(|| watch::Sender::new(position));
        sender.subscribe()
    }

    pub(super) fn moved(&self, hub: HubId, position: u64) {
        let hubs = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(sender) = hubs.get(&hub) {
            sender.send_if_modified(|known| std::mem::replace(known, position) != position);
        }
    }
}

type Job = Box<dyn FnOnce(&mut Connection) + Send>;

#[derive(Debug)]
pub(super) struct Writer {
    jobs: Option<SyncSender<Job>>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    pub(super) fn start(
        connection: Connection,
        watches: FeedWatches,
    ) -> Result<Writer, StoreError> {
        let (sender, receiver) = sync_channel(QUEUE);
        let thread = std::thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(move || run(connection, &receiver, &watches))?;
        Ok(Writer {
            jobs: Some(sender),
            thread: Some(thread),
        })
    }

    /// Runs a closure in one transaction that takes the write lock at once.
    pub(super) async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (reply, answer) = oneshot::channel();
        let job: Job = Box::new(move |connection| {
            // Whoever asked may have gone; what was done stays done.
            let _ = reply.send(in_transaction(connection, work));
        });
        let jobs = self.jobs.as_ref().ok_or(StoreError::Closed)?;
        jobs.try_send(job).map_err(|error| match error {
            TrySendError::Full(_) => StoreError::Busy,
            TrySendError::Disconnected(_) => StoreError::Closed,
        })?;
        answer.await.map_err(|_| StoreError::Closed)?
    }
}

impl Drop for Writer {
    /// Ends the thread after what is queued, so that the file is closed in good order.
    fn drop(&mut self) {
        self.jobs = None;
        if let Some(thread) = self.thread.take() {
            // A panic of the writer has been printed; there is nothing to add here.
            let _ = thread.join();
        }
    }
}

fn in_transaction<T>(
    connection: &mut Connection,
    work: impl FnOnce(&Transaction<'_>) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // What is decided in it may panic. It is rolled back then, and the thread lives on.
    let decided = catch_unwind(AssertUnwindSafe(|| work(&transaction)));
    let answer = decided.map_err(|_| StoreError::Panicked)??;
    transaction.commit()?;
    Ok(answer)
}

fn run(mut connection: Connection, jobs: &Receiver<Job>, watches: &FeedWatches) {
    let mut others = data_version(&connection);
    let mut is_dirty = true;
    loop {
        match jobs.recv_timeout(IDLE) {
            Ok(job) => {
                job(&mut connection);
                is_dirty = true;
            }
            Err(RecvTimeoutError::Timeout) => {
                if std::mem::take(&mut is_dirty) {
                    checkpoint(&connection, "PASSIVE");
                }
                let seen = data_version(&connection);
                if seen != others {
                    others = seen;
                    tell_heads(&connection, watches);
                }
            }
            Err(RecvTimeoutError::Disconnected) => break,
        }
    }
    checkpoint(&connection, "TRUNCATE");
}

/// Changes when another connection's transaction was committed.
fn data_version(connection: &Connection) -> Option<i64> {
    connection
        .pragma_query_value(None, "data_version", |row| row.get(0))
        .ok()
}

fn checkpoint(connection: &Connection, mode: &str) {
    let done = connection.query_row(&format!("PRAGMA wal_checkpoint({mode})"), [], |_| Ok(()));
    if let Err(error) = done {
        tracing::warn!(%error, "the write-ahead log could not be checkpointed");
    }
}

fn tell_heads(connection: &Connection, watches: &FeedWatches) {
    match hubs::positions(connection) {
        Ok(positions) => positions
            .into_iter()
            .for_each(|(hub, position)| watches.moved(hub, position)),
        Err(error) => tracing::warn!(%error, "the feeds' heads could not be read"),
    }
}
