//! The built-in back end: one SQLite file, one thread that writes, readers beside it.

mod access;
mod aside;
mod attachments;
mod batches;
mod column;
mod desks;
mod enrol;
mod feed;
mod founding;
mod hubs;
mod journal;
mod office;
mod office_ledger;
mod open;
mod outbox;
mod payments;
mod readers;
mod shop_keys;
mod webhooks;
mod writer;

use std::path::{Path, PathBuf};

use async_trait::async_trait;
use comptoir_domain::entry::{EntryRef, Source};
use comptoir_domain::ids::{ActionId, AttachmentId, HubId, SlotId, TillId};
use comptoir_domain::refusal::Refusal;
use comptoir_domain::time::Timestamp;
use comptoir_sync::feed::{EntityKind, FeedItem, Included};
use comptoir_sync::protocol::{PullReply, PushReply};
use ed25519_dalek::SigningKey;
use rusqlite::Transaction;
use tokio::sync::watch;

use self::attachments::NamedState;
use self::batches::HubRows;
use self::open::ServingLock;
use self::readers::Readers;
use self::writer::{FeedWatches, Writer};
use super::{
    Act, AsideRow, Decision, EntityKey, Hub, HubHead, JournalRow, NamedAttachment, NewEpochs,
    NewHub, Noted, PullQuery, Recorded, Retried, RetryPage, Store, StoreError,
};
use crate::intake::{Batch, Excess, VerifiedPush};
use crate::private;

/// Who else may have the file open for writing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// The server: there is only one.
    Serving,
    /// A command of a person, beside a server that may be running. Its changes reach those who wait
    /// for news a moment later.
    Beside,
}

/// A database file of the server.
#[derive(Debug)]
pub struct SqliteStore {
    path: PathBuf,
    key: SigningKey,
    writer: Writer,
    readers: Readers,
    watches: FeedWatches,
    _lock: Option<ServingLock>,
}

impl SqliteStore {
    /// Opens a database file, makes it where there is none, and brings its tables up to date. `key`
    /// signs the server's own entries.
    pub fn open(path: &Path, key: SigningKey, access: Access) -> Result<SqliteStore, StoreError> {
        let lock = match access {
            Access::Serving => Some(ServingLock::take(path)?),
            Access::Beside => None,
        };
        let watches = FeedWatches::default();
        Ok(SqliteStore {
            writer: Writer::start(open::open_writer(path)?, watches.clone())?,
            path: path.to_owned(),
            key,
            readers: Readers::new(path),
            watches,
            _lock: lock,
        })
    }

    /// Runs one transaction on one hub; those who wait for its feed learn where it ends then.
    async fn change<T: Send + 'static>(
        &self,
        hub: HubId,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (answer, position) = self
            .writer
            .write(move |transaction| {
                let answer = work(transaction)?;
                Ok((answer, hubs::head(transaction, hub)?.position))
            })
            .await?;
        self.watches.moved(hub, position);
        Ok(answer)
    }
}

#[async_trait]
impl Store for SqliteStore {
    async fn check_writable(&self) -> Result<(), StoreError> {
        let path = self.path.clone();
        tokio::task::spawn_blocking(move || open::check_writable(&path))
            .await
            .map_err(|_| StoreError::Closed)?
    }

    async fn create_hub(&self, new: NewHub) -> Result<Hub, StoreError> {
        let key = self.key.clone();
        let work = move |transaction: &Transaction<'_>| founding::found(transaction, &key, &new);
        self.writer.write(work).await
    }

    async fn hubs(&self) -> Result<Vec<Hub>, StoreError> {
        self.readers.read(|snapshot| hubs::all(snapshot)).await
    }

    async fn accept(
        &self,
        hub: HubId,
        pushes: Vec<VerifiedPush>,
        now: Timestamp,
    ) -> Result<Vec<PushReply>, StoreError> {
        let work = move |transaction: &Transaction<'_>| {
            let head = hubs::head(transaction, hub)?;
            let mut rows = HubRows {
                connection: transaction,
                hub,
            };
            let (writes, replies) = Batch::accept(&mut rows, &head, &pushes, now)?;
            batches::write(transaction, hub, &writes)?;
            Ok(replies)
        };
        self.change(hub, work).await
    }

    async fn record(&self, hub: HubId, act: Act) -> Result<Recorded, StoreError> {
        let key = self.key.clone();
        let work = move |transaction: &Transaction<'_>| {
            let hub = hubs::get(transaction, hub)?;
            founding::rename(transaction, &hub, &act)?;
            batches::record(transaction, &hub, &key, &act)
        };
        self.change(hub, work).await
    }

    async fn decide(
        &self,
        hub: HubId,
        mut decision: Box<dyn Decision>,
    ) -> Result<Result<Recorded, Refusal>, StoreError> {
        let key = self.key.clone();
        let work = move |transaction: &Transaction<'_>| {
            let hub = hubs::get(transaction, hub)?;
            batches::decide(transaction, &hub, &key, decision.as_mut())
        };
        self.change(hub, work).await
    }

    async fn record_all(&self, hub: HubId, acts: Vec<Act>) -> Result<Vec<Recorded>, StoreError> {
        let key = self.key.clone();
        let work = move |transaction: &Transaction<'_>| {
            let hub = hubs::get(transaction, hub)?;
            let record = |act: &Act| {
                founding::rename(transaction, &hub, act)?;
                batches::record(transaction, &hub, &key, act)
            };
            acts.iter().map(record).collect()
        };
        self.change(hub, work).await
    }

    async fn pull(&self, query: PullQuery) -> Result<PullReply, StoreError> {
        let question = move |snapshot: &Transaction<'_>| feed::page(snapshot, &query);
        self.readers.read(question).await
    }

    async fn watch_feed(&self, hub: HubId) -> Result<watch::Receiver<u64>, StoreError> {
        // Subscribed first and read second: a move in between is seen by one of the two.
        let watching = self.watches.subscribe(hub, 0);
        let head = self.head(hub).await?;
        self.watches.moved(hub, head.position);
        Ok(watching)
    }

    async fn head(&self, hub: HubId) -> Result<HubHead, StoreError> {
        let question = move |snapshot: &Transaction<'_>| hubs::head(snapshot, hub);
        self.readers.read(question).await
    }

    async fn entity(
        &self,
        hub: HubId,
        kind: EntityKind,
        id: String,
    ) -> Result<Option<FeedItem>, StoreError> {
        let question = move |snapshot: &Transaction<'_>| {
            let key = EntityKey::new(&kind.0, id);
            let found = feed::find(snapshot, hub, &key)?.filter(|row| !row.deleted);
            Ok(found.map(|row| FeedItem {
                kind,
                id: key.id,
                position: row.position,
                deleted: false,
                body: row.body,
            }))
        };
        self.readers.read(question).await
    }

    async fn entities(&self, hub: HubId, kind: EntityKind) -> Result<Vec<FeedItem>, StoreError> {
        let question = move |snapshot: &Transaction<'_>| feed::of_kind(snapshot, hub, &kind);
        self.readers.read(question).await
    }

    async fn journal(
        &self,
        hub: HubId,
        after_accept_no: u64,
        limit: u32,
    ) -> Result<Vec<JournalRow>, StoreError> {
        let question =
            move |snapshot: &Transaction<'_>| journal::page(snapshot, hub, after_accept_no, limit);
        self.readers.read(question).await
    }

    async fn entry_of(
        &self,
        hub: HubId,
        action: ActionId,
    ) -> Result<Option<JournalRow>, StoreError> {
        let question = move |snapshot: &Transaction<'_>| {
            let source = Source::Server(hubs::get(snapshot, hub)?.source);
            let found = journal::of_action(snapshot, hub, source, action)?;
            let Some((_, accept_no)) = found else {
                return Ok(None);
            };
            let rows = journal::page(snapshot, hub, accept_no.saturating_sub(1), 1)?;
            Ok(rows.into_iter().next())
        };
        self.readers.read(question).await
    }

    async fn attachments(
        &self,
        hub: HubId,
        entry: EntryRef,
        branch: u32,
    ) -> Result<Vec<NamedAttachment>, StoreError> {
        let question =
            move |snapshot: &Transaction<'_>| attachments::of_entry(snapshot, hub, entry, branch);
        self.readers.read(question).await
    }

    async fn aside(&self, hub: HubId, skip: u64, limit: u32) -> Result<Vec<AsideRow>, StoreError> {
        let question = move |snapshot: &Transaction<'_>| aside::page(snapshot, hub, skip, limit);
        self.readers.read(question).await
    }

    async fn excess(&self, hub: HubId, till: TillId) -> Result<Excess, StoreError> {
        let question = move |snapshot: &Transaction<'_>| aside::excess(snapshot, hub, till);
        self.readers.read(question).await
    }

    async fn included(&self, hub: HubId, till: TillId) -> Result<Included, StoreError> {
        let question =
            move |snapshot: &Transaction<'_>| journal::included(snapshot, hub, Source::Till(till));
        self.readers.read(question).await
    }

    async fn attachment(
        &self,
        hub: HubId,
        entry: EntryRef,
        attachment: AttachmentId,
    ) -> Result<Option<String>, StoreError> {
        let question = move |snapshot: &Transaction<'_>| {
            attachments::content(snapshot, hub, entry.source, attachment)
        };
        self.readers.read(question).await
    }

    async fn note_problems(
        &self,
        hub: HubId,
        noted: Vec<Noted>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let work = move |transaction: &Transaction<'_>| {
            let head = hubs::head(transaction, hub)?;
            let mut rows = HubRows {
                connection: transaction,
                hub,
            };
            let writes = Batch::note(&mut rows, &head, &noted, now)?;
            batches::write(transaction, hub, &writes)
        };
        self.change(hub, work).await
    }

    async fn orders_of_slot(&self, hub: HubId, slot: SlotId) -> Result<Vec<FeedItem>, StoreError> {
        let question = move |snapshot: &Transaction<'_>| feed::orders_of_slot(snapshot, hub, slot);
        self.readers.read(question).await
    }

    async fn slot_counts(&self, hub: HubId, slots: Vec<SlotId>) -> Result<Vec<u32>, StoreError> {
        let question = move |snapshot: &Transaction<'_>| {
            let counts = slots.iter();
            let counts = counts.map(|slot| feed::orders_in_slot(snapshot, hub, *slot));
            counts.collect()
        };
        self.readers.read(question).await
    }

    async fn folded_after(
        &self,
        hub: HubId,
        fold_no: u64,
        limit: u32,
    ) -> Result<Vec<JournalRow>, StoreError> {
        let question =
            move |snapshot: &Transaction<'_>| journal::folded_after(snapshot, hub, fold_no, limit);
        self.readers.read(question).await
    }

    async fn flag_missing_attachments(
        &self,
        hub: HubId,
        named_before: Timestamp,
        now: Timestamp,
    ) -> Result<usize, StoreError> {
        let work = move |transaction: &Transaction<'_>| {
            attachments::settle_arrived(transaction, hub)?;
            let missing = attachments::missing(transaction, hub, named_before)?;
            let arrived = attachments::arrived(transaction, hub)?;
            let head = hubs::head(transaction, hub)?;
            let mut rows = HubRows {
                connection: transaction,
                hub,
            };
            let writes = Batch::miss(&mut rows, &head, &missing, &arrived, now)?;
            batches::write(transaction, hub, &writes)?;
            attachments::set_state(transaction, hub, &missing, NamedState::Missing)?;
            attachments::set_state(transaction, hub, &arrived, NamedState::Here)?;
            Ok(missing.len())
        };
        self.change(hub, work).await
    }

    async fn retry_quarantined(
        &self,
        hub: HubId,
        page: RetryPage,
        now: Timestamp,
    ) -> Result<Retried, StoreError> {
        let work = move |transaction: &Transaction<'_>| {
            let done = |folded, next_after| Retried { folded, next_after };
            if journal::quarantine_reader(transaction, hub)?.as_ref() == Some(&page.reader) {
                return Ok(done(0, None));
            }
            let quarantined = journal::quarantined(transaction, hub, page.after, page.rows_max)?;
            let Some(last) = quarantined.last() else {
                journal::set_quarantine_reader(transaction, hub, &page.reader)?;
                return Ok(done(0, None));
            };
            let head = hubs::head(transaction, hub)?;
            let mut rows = HubRows {
                connection: transaction,
                hub,
            };
            let writes = Batch::retry(&mut rows, &head, &quarantined, now)?;
            batches::write(transaction, hub, &writes)?;
            Ok(done(writes.folded.len(), Some(last.accept_no)))
        };
        self.change(hub, work).await
    }

    async fn prune_tombstones(
        &self,
        hub: HubId,
        deleted_before: Timestamp,
    ) -> Result<(), StoreError> {
        let work = move |transaction: &Transaction<'_>| {
            if let Some(floor) = feed::prune_tombstones(transaction, hub, deleted_before)? {
                let mut head = hubs::head(transaction, hub)?;
                head.tombstone_floor = head.tombstone_floor.max(floor);
                hubs::set_head(transaction, hub, &head)?;
            }
            Ok(())
        };
        self.writer.write(work).await
    }

    async fn begin_epochs(&self, hub: HubId, epochs: NewEpochs) -> Result<(), StoreError> {
        let key = self.key.clone();
        let work = move |transaction: &Transaction<'_>| {
            founding::begin_epochs(transaction, &key, hub, &epochs)
        };
        self.change(hub, work).await
    }

    async fn back_up(&self, to: PathBuf) -> Result<(), StoreError> {
        let path = self.path.clone();
        tokio::task::spawn_blocking(move || back_up_file(&path, &to))
            .await
            .map_err(|_| StoreError::Closed)?
    }
}

/// Writes a consistent copy of a database file, whether or not a server has it open. The copy is
/// complete and on disk when this returns.
pub fn back_up_file(database: &Path, to: &Path) -> Result<(), StoreError> {
    if to.exists() {
        return Err(StoreError::FileExists(to.to_owned()));
    }
    let flags = rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY;
    let connection = rusqlite::Connection::open_with_flags(database, flags)?;
    connection.busy_timeout(std::time::Duration::from_secs(5))?;
    // SQLite writes into an empty file, and would make one that everybody may read.
    private::ensure_file(to)?;
    let target = to.to_string_lossy();
    connection.execute("VACUUM INTO ?1", [target.as_ref()])?;
    std::fs::File::open(to)?.sync_all()?;
    if let Some(folder) = to.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::File::open(folder)?.sync_all()?;
    }
    Ok(())
}
