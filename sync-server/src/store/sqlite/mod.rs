//! The built-in back end: one SQLite file, one thread that writes, readers beside it.

mod access;
mod aside;
mod attachments;
mod batches;
mod column;
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
use comptoir_domain::ids::{ActionId, AttachmentId, HubId, OrderId, SlotId, TillId};
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
    Act, AsideRow, Decision, Delivery, EnrolOutcome, Enrolling, EntityKey, Hub, HubHead,
    JournalRow, MessageOutcome, MessageRow, NamedAttachment, NewEnrolment, NewEpochs, NewHub,
    NewSession, NewStep, NewWebhook, Noted, OutboxCounts, PaymentStep, PullQuery, QueuedMessage,
    Recorded, Retried, RetryPage, ShopKey, StepCounts, StepOutcome, Store, StoreError, Till,
    Webhook, WebhookAdded, WebhookStep,
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

    async fn open_enrolment(&self, hub: HubId, enrolment: NewEnrolment) -> Result<(), StoreError> {
        let work = move |transaction: &Transaction<'_>| {
            hubs::get(transaction, hub)?;
            access::insert_enrolment(transaction, hub, &enrolment)
        };
        self.writer.write(work).await
    }

    async fn enrol(&self, enrolling: Enrolling) -> Result<EnrolOutcome, StoreError> {
        let key = self.key.clone();
        let work = move |transaction: &Transaction<'_>| enrol::enrol(transaction, &key, &enrolling);
        self.writer.write(work).await
    }

    async fn till(&self, till: TillId) -> Result<Option<Till>, StoreError> {
        let question = move |snapshot: &Transaction<'_>| access::till(snapshot, till);
        self.readers.read(question).await
    }

    async fn tills(&self, hub: HubId) -> Result<Vec<Till>, StoreError> {
        let question = move |snapshot: &Transaction<'_>| access::tills(snapshot, hub);
        self.readers.read(question).await
    }

    async fn revoke(&self, hub: HubId, till: TillId, act: Act) -> Result<(), StoreError> {
        let key = self.key.clone();
        let work =
            move |transaction: &Transaction<'_>| enrol::revoke(transaction, &key, hub, till, &act);
        self.change(hub, work).await
    }

    async fn open_session(&self, session: NewSession) -> Result<bool, StoreError> {
        let work =
            move |transaction: &Transaction<'_>| access::insert_session(transaction, &session);
        self.writer.write(work).await
    }

    async fn session(
        &self,
        hub: HubId,
        token_hash: [u8; 32],
        now: Timestamp,
    ) -> Result<Option<Till>, StoreError> {
        let question =
            move |snapshot: &Transaction<'_>| access::session(snapshot, hub, token_hash, now);
        self.readers.read(question).await
    }

    async fn add_shop_key(
        &self,
        hub: HubId,
        key_hash: [u8; 32],
        key: ShopKey,
    ) -> Result<bool, StoreError> {
        let work = move |transaction: &Transaction<'_>| {
            shop_keys::insert(transaction, hub, key_hash, &key)
        };
        self.writer.write(work).await
    }

    async fn shop_key(
        &self,
        hub: HubId,
        key_hash: [u8; 32],
    ) -> Result<Option<ShopKey>, StoreError> {
        let question = move |snapshot: &Transaction<'_>| shop_keys::find(snapshot, hub, key_hash);
        self.readers.read(question).await
    }

    async fn shop_keys(&self, hub: HubId) -> Result<Vec<ShopKey>, StoreError> {
        let question = move |snapshot: &Transaction<'_>| shop_keys::all(snapshot, hub);
        self.readers.read(question).await
    }

    async fn revoke_shop_key(
        &self,
        hub: HubId,
        name: String,
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        let work =
            move |transaction: &Transaction<'_>| shop_keys::revoke(transaction, hub, &name, at);
        self.writer.write(work).await
    }

    async fn queue_messages(&self, hub: HubId, rows: Vec<MessageRow>) -> Result<(), StoreError> {
        let work = move |transaction: &Transaction<'_>| outbox::insert(transaction, hub, &rows);
        self.writer.write(work).await
    }

    async fn due_messages(
        &self,
        hub: HubId,
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<QueuedMessage>, StoreError> {
        let question = move |snapshot: &Transaction<'_>| outbox::due(snapshot, hub, now, limit);
        self.readers.read(question).await
    }

    async fn settle_message(
        &self,
        hub: HubId,
        key: String,
        outcome: MessageOutcome,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let work = move |transaction: &Transaction<'_>| {
            outbox::settle(transaction, hub, &key, &outcome, now)
        };
        self.writer.write(work).await
    }

    async fn outbox_counts(&self, hub: HubId) -> Result<OutboxCounts, StoreError> {
        let question = move |snapshot: &Transaction<'_>| outbox::counts(snapshot, hub);
        self.readers.read(question).await
    }

    async fn open_payment_steps(&self, hub: HubId, steps: Vec<NewStep>) -> Result<(), StoreError> {
        let work = move |transaction: &Transaction<'_>| payments::insert(transaction, hub, &steps);
        self.writer.write(work).await
    }

    async fn due_payment_steps(
        &self,
        hub: HubId,
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<PaymentStep>, StoreError> {
        let question = move |snapshot: &Transaction<'_>| payments::due(snapshot, hub, now, limit);
        self.readers.read(question).await
    }

    async fn payment_steps(
        &self,
        hub: HubId,
        order: OrderId,
    ) -> Result<Vec<PaymentStep>, StoreError> {
        let question = move |snapshot: &Transaction<'_>| payments::of_order(snapshot, hub, order);
        self.readers.read(question).await
    }

    async fn lapsing_authorisations(
        &self,
        hub: HubId,
        before: Timestamp,
    ) -> Result<Vec<PaymentStep>, StoreError> {
        let question = move |snapshot: &Transaction<'_>| payments::lapsing(snapshot, hub, before);
        self.readers.read(question).await
    }

    async fn settle_payment_step(
        &self,
        hub: HubId,
        key: String,
        outcome: StepOutcome,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let work = move |transaction: &Transaction<'_>| {
            payments::settle(transaction, hub, &key, &outcome, now)
        };
        self.writer.write(work).await
    }

    async fn set_step_noted(
        &self,
        hub: HubId,
        key: String,
        noted: String,
    ) -> Result<(), StoreError> {
        let work = move |transaction: &Transaction<'_>| {
            payments::set_noted(transaction, hub, &key, &noted)
        };
        self.writer.write(work).await
    }

    async fn payment_step_counts(&self, hub: HubId) -> Result<StepCounts, StoreError> {
        let question = move |snapshot: &Transaction<'_>| payments::counts(snapshot, hub);
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

    async fn shop_of_order(
        &self,
        hub: HubId,
        order: OrderId,
    ) -> Result<Option<String>, StoreError> {
        let question = move |snapshot: &Transaction<'_>| shop_keys::of_order(snapshot, hub, order);
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

    async fn add_webhook(&self, hub: HubId, new: NewWebhook) -> Result<WebhookAdded, StoreError> {
        let work = move |transaction: &Transaction<'_>| webhooks::insert(transaction, hub, &new);
        self.writer.write(work).await
    }

    async fn webhooks(&self, hub: HubId) -> Result<Vec<Webhook>, StoreError> {
        let question = move |snapshot: &Transaction<'_>| webhooks::all(snapshot, hub);
        self.readers.read(question).await
    }

    async fn remove_webhook(&self, hub: HubId, shop: String) -> Result<bool, StoreError> {
        let work = move |transaction: &Transaction<'_>| webhooks::remove(transaction, hub, &shop);
        self.writer.write(work).await
    }

    async fn replay_webhook(
        &self,
        hub: HubId,
        shop: String,
        from: u64,
    ) -> Result<bool, StoreError> {
        let work =
            move |transaction: &Transaction<'_>| webhooks::replay(transaction, hub, &shop, from);
        self.writer.write(work).await
    }

    async fn step_webhook(&self, hub: HubId, step: WebhookStep) -> Result<bool, StoreError> {
        let work = move |transaction: &Transaction<'_>| webhooks::step(transaction, hub, &step);
        self.writer.write(work).await
    }

    async fn deliveries(
        &self,
        hub: HubId,
        shop: String,
        before: Option<u64>,
        limit: u32,
    ) -> Result<Vec<Delivery>, StoreError> {
        let question = move |snapshot: &Transaction<'_>| {
            webhooks::deliveries(snapshot, hub, &shop, before, limit)
        };
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
