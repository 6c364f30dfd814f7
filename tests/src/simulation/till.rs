//! A till's side of a simulation: the real core on a real database, and the person in front of it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use argon2::password_hash::PasswordHasher;
use comptoir_domain::document::DocumentNumber;
use comptoir_domain::entry::{
    ENTRY_FORMAT, EntryBody, EntryHash, EntryHeader, SealedEntry, Source,
};
use comptoir_domain::event::Event;
use comptoir_domain::ids::{
    ActionId, CollectionId, EpochId, IdSource, OrderId, PaymentId, ShiftId,
};
use comptoir_domain::money::Money;
use comptoir_domain::order::{
    Channel, CollectedPart, Collection, Fulfilment, Order, Payment, PaymentStatus, Seen,
};
use comptoir_domain::quantity::Quantity;
use comptoir_domain::shift::TillBooks;
use comptoir_domain::stock::StockLevel;
use comptoir_domain::tender::{TenderId, TenderKind};
use comptoir_sync::feed::EntityKind;
use comptoir_sync::protocol::EnrolReply;
use comptoir_testkit::{FixedClock, SeededIds};
use comptoir_till::Core;
use comptoir_till::key::KeyFiles;
use comptoir_till::store::{Storage, StorePlace, entries_from, epoch_heads};
use comptoir_till::sync::{Joined, ServerAddress, SyncEngine};
use comptoir_till::wire::{
    AddVariant, DiscardOrder, PayAdd, RemoveLine, Screen, ShiftClose, ShiftCount, ShiftOpen,
    StaffSignIn, StepQuantity, TenderCount,
};
use ed25519_dalek::VerifyingKey;
use rusqlite::{OptionalExtension, params};
use sync_server::store::EnrolOutcome;

use super::server::ServerSide;
use super::shop;

const PIN: &str = "2468";

/// The cashier's PIN, hashed with the least effort: a thousand tills sign in.
pub(crate) fn pin_hash() -> String {
    let params = argon2::Params::new(8, 1, 1, None).expect("parameters in range");
    let hasher = argon2::Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, params);
    let hash = hasher.hash_password_with_salt(PIN.as_bytes(), b"simulated-salt-0");
    hash.expect("a PIN can be hashed").to_string()
}

/// One entry as the till holds it.
pub(crate) struct OwnEntry {
    pub(crate) epoch: EpochId,
    pub(crate) sealed: SealedEntry,
    pub(crate) acknowledged: bool,
    pub(crate) numbers: Vec<DocumentNumber>,
}

pub(crate) struct TillSide {
    pub(crate) name: String,
    folder: PathBuf,
    core: Option<Core>,
    engine: SyncEngine,
    clock: FixedClock,
    ids: SeededIds,
    seed: u64,
    lives: u64,
    server_variants: Vec<comptoir_domain::ids::VariantId>,
    staff: comptoir_domain::ids::StaffId,
    pub(crate) shown_as_done: BTreeSet<OrderId>,
    backup: Option<(PathBuf, BTreeSet<OrderId>)>,
    pub(crate) sales: u64,
    pub(crate) crashes: u64,
    pub(crate) restores: u64,
    pub(crate) online_orders_handed_over: u64,
    pub(crate) is_clone: bool,
}

impl TillSide {
    /// A new till that the hub takes in.
    pub(crate) fn enrol(
        folder: &Path,
        number: usize,
        seed: u64,
        clock: &FixedClock,
        server: &ServerSide,
    ) -> TillSide {
        let name = format!("till-{number}");
        let seed = seed.wrapping_mul(31).wrapping_add(number as u64 + 1);
        let mut till = TillSide {
            folder: folder.join(&name),
            name,
            core: None,
            engine: SyncEngine::new(seed),
            clock: clock.clone(),
            ids: SeededIds::new(seed),
            seed,
            lives: 0,
            server_variants: server.variants.iter().map(|variant| variant.id).collect(),
            staff: server.staff,
            shown_as_done: BTreeSet::new(),
            backup: None,
            sales: 0,
            crashes: 0,
            restores: 0,
            online_orders_handed_over: 0,
            is_clone: false,
        };
        till.open();
        let core = till.core.as_mut().expect("just opened");
        let key = EntryHash(core.signing_key().verifying_key().to_bytes());
        let outcome = server.enrol(core.till(), key, number, &mut till.ids);
        let EnrolOutcome::Enrolled {
            hub,
            till: enrolled,
        } = outcome
        else {
            panic!("{outcome:?}")
        };
        let reply = EnrolReply {
            hub: hub.id,
            hub_name: hub.name,
            location: enrolled.location,
            till_code: enrolled.code,
            server_key: EntryHash([9; 32]),
            server_time: clock.now(),
        };
        let address = ServerAddress::read("http://127.0.0.1:1").expect("an address");
        Joined::new(address, reply, None)
            .adopt(core)
            .expect("the till joins");
        till
    }

    fn open(&mut self) {
        self.lives += 1;
        let place = StorePlace {
            directory: self.folder.clone(),
            storage: Storage::ThrowAway,
            reserve_bytes: 4096,
        };
        let random = self.seed;
        let keys = KeyFiles::with_random(
            KeyFiles::beside(&self.folder),
            Box::new(move || Ok(key_of(random))),
        );
        let clock = self.clock.clone();
        let ids = SeededIds::new(self.seed ^ self.lives.wrapping_mul(0x9e37_79b9));
        let core = Core::open(
            &place,
            Box::new(move || clock.now()),
            Box::new(ids),
            Box::new(keys),
        );
        self.core = Some(core.expect("the till starts"));
        self.engine = SyncEngine::new(self.seed ^ self.lives);
    }

    pub(crate) fn running(&mut self) -> Option<(&mut Core, &mut SyncEngine)> {
        Some((self.core.as_mut()?, &mut self.engine))
    }

    fn core(&self) -> &Core {
        self.core.as_ref().expect("the till runs between two steps")
    }

    fn action(&mut self) -> ActionId {
        ActionId::from_uuid(self.ids.next_uuid())
    }

    /// Presses whatever the screen offers. A refusal is as good an answer as any.
    pub(crate) fn press_something(&mut self, random: &mut fastrand::Rng) {
        let action = self.action();
        let variant = self.server_variants[random.usize(0..self.server_variants.len())];
        let staff = self.staff;
        let core = self.core.as_mut().expect("the till runs between two steps");
        let Ok(view) = core.view() else { return };
        match view.screen {
            Screen::SignIn(_) => {
                let _ = core.staff_sign_in(&StaffSignIn {
                    staff,
                    pin: PIN.to_owned(),
                });
            }
            Screen::OpenShift(_) => {
                let _ = core.shift_open(&ShiftOpen {
                    action,
                    float: Money::minor(5000),
                    denominations: Vec::new(),
                });
            }
            Screen::CloseShift(_) => {
                let counts = vec![TenderCount {
                    tender: "cash".to_owned(),
                    amount: Some(Money::minor(random.i64(0..90_000))),
                    denominations: Vec::new(),
                }];
                let _ = core.shift_count(&ShiftCount { action, counts });
                let close = ShiftClose {
                    action: ActionId::from_uuid(self.ids.next_uuid()),
                    float_left: Money::minor(0),
                    rest_to: "safe".to_owned(),
                };
                if core.shift_close(&close).is_err() {
                    let _ = core.shift_close_cancel();
                }
            }
            Screen::ZReport(_) => {
                let _ = core.z_report_leave();
            }
            Screen::Sell(_) => self.sell(action, variant, random),
            _ => {}
        }
    }

    fn sell(
        &mut self,
        action: ActionId,
        variant: comptoir_domain::ids::VariantId,
        random: &mut fastrand::Rng,
    ) {
        let core = self.core.as_mut().expect("the till runs between two steps");
        let before = sales_of(core);
        match random.u32(0..100) {
            0..55 => {
                let quantity = random.bool().then(|| Quantity::pieces(random.i64(1..4)));
                let _ = core.order_add_variant(&AddVariant {
                    variant,
                    quantity,
                    confirmed: true,
                });
            }
            55..60 => {
                if let Some(line) = first_line(core) {
                    let _ = core.order_step_quantity(&StepQuantity {
                        line,
                        delta: Quantity::pieces(-1),
                    });
                }
            }
            60..63 => {
                let _ = core.order_undo();
            }
            63..65 => {
                if let Some(line) = first_line(core) {
                    let _ = core.order_remove_line(&RemoveLine { line });
                }
            }
            65..95 => {
                let tender = if random.bool() {
                    "cash"
                } else {
                    "card_standalone"
                };
                let pay = PayAdd {
                    action,
                    tender: tender.to_owned(),
                    amount: None,
                    tendered: None,
                    reference: None,
                    confirmed: true,
                };
                let _ = core.pay_add(&pay);
                if random.bool() {
                    let _ = core.pay_add(&pay);
                }
            }
            95..97 => {
                let _ = core.order_discard(&DiscardOrder {
                    action,
                    reason: None,
                    approval: None,
                });
            }
            _ => {
                let _ = core.shift_close_begin();
            }
        }
        for order in sales_of(core).difference(&before) {
            self.sales += 1;
            self.shown_as_done.insert(*order);
        }
    }

    /// Hands an online order over as this till sees it, amended a little, paid in cash.
    pub(crate) fn hand_over_an_online_order(&mut self, random: &mut fastrand::Rng) {
        let orders: Vec<Order> = self.shown(EntityKind::ORDER);
        let waiting = |order: &Order| {
            order.heading.channel == Channel::Shop && order.fulfilment() == Fulfilment::Accepted
        };
        let waiting: Vec<Order> = orders.into_iter().filter(waiting).collect();
        if waiting.is_empty() {
            return;
        }
        let books: Option<TillBooks> =
            self.shown_one(EntityKind::TILL, &self.core().till().to_string());
        let Some(shift) = books.and_then(|books| books.open_shift) else {
            return;
        };
        let order = &waiting[random.usize(0..waiting.len())];
        let events = self.hand_over_events(order, shift, random);
        let core = self.core.as_mut().expect("the till runs between two steps");
        core.record("handed_over", events)
            .expect("a fact is written down");
        self.online_orders_handed_over += 1;
    }

    fn hand_over_events(
        &mut self,
        order: &Order,
        shift: ShiftId,
        random: &mut fastrand::Rng,
    ) -> Vec<Event> {
        let id = order.id();
        let mut after = order.clone();
        let mut events = Vec::new();
        if random.bool() && !order.lines.is_empty() {
            let mut added = order.lines[0].clone();
            added.id = comptoir_domain::ids::LineId::from_uuid(self.ids.next_uuid());
            let operation = shop::an_operation(order, added, random);
            after.operate(&operation, &Default::default());
            events.push(Event::OrderAmended {
                order: id,
                seen: Seen {
                    rev: order.rev,
                    own: None,
                },
                operations: vec![operation],
                removed: Vec::new(),
                taken_back: Vec::new(),
                shift: Some(shift),
            });
        }
        let parts: Vec<CollectedPart> = after
            .lines
            .iter()
            .filter(|line| line.outstanding().is_positive())
            .map(|line| CollectedPart {
                line: line.id,
                quantity: line.outstanding(),
                wanted: line.wanted(),
                collected: line.collected,
            })
            .collect();
        let due = after.totals().due;
        if due.is_positive() {
            let payment = Payment {
                id: PaymentId::from_uuid(self.ids.next_uuid()),
                tender: TenderId::new("transfer"),
                kind: TenderKind::Transfer,
                amount: due,
                tendered: None,
                change: Money::ZERO,
                rounding: Money::ZERO,
                reference: None,
                status: PaymentStatus::Captured,
                at: self.clock.now(),
                shift: Some(shift),
                account: None,
                capture_before: None,
            };
            events.push(Event::PaymentTaken { order: id, payment });
        }
        let collection = Collection {
            id: CollectionId::from_uuid(self.ids.next_uuid()),
            at: self.clock.now(),
            by: Some(self.staff),
            location: order.heading.location,
            parts,
            fetched_by: None,
        };
        events.push(Event::GoodsCollected {
            order: id,
            collection,
            shift: Some(shift),
        });
        events
    }

    /// The process ends between two writes and starts again.
    pub(crate) fn crash(&mut self) {
        self.core = None;
        self.crashes += 1;
        self.open();
    }

    /// A copy of the folder is put aside.
    pub(crate) fn back_up(&mut self) {
        self.core = None;
        let to = self.folder.with_extension(format!("backup-{}", self.lives));
        copy_folder(&self.folder, &to);
        self.backup = Some((to, self.shown_as_done.clone()));
        self.open();
    }

    /// The copy is put back. What happened since is in the server's journal as far as it was sent, and
    /// on paper; here it is gone, and the till must notice that its folder is older than its journal.
    pub(crate) fn restore(&mut self) {
        let Some((from, shown)) = self.backup.take() else {
            return;
        };
        self.core = None;
        std::fs::remove_dir_all(&self.folder).expect("the folder can be removed");
        copy_folder(&from, &self.folder);
        self.shown_as_done = shown;
        self.restores += 1;
        self.open();
    }

    /// A machine made from a copy of this one, key and all.
    pub(crate) fn cloned(&mut self, folder: &Path, number: usize) -> TillSide {
        self.core = None;
        let name = format!("till-{number}");
        let copy = folder.join(&name);
        copy_folder(&self.folder, &copy);
        copy_folder(&KeyFiles::beside(&self.folder), &KeyFiles::beside(&copy));
        self.open();
        let mut clone = TillSide {
            name,
            folder: copy,
            core: None,
            engine: SyncEngine::new(self.seed),
            clock: self.clock.clone(),
            ids: SeededIds::new(self.seed ^ 0xc10e),
            seed: self.seed ^ 0xc10e,
            lives: self.lives,
            server_variants: self.server_variants.clone(),
            staff: self.staff,
            shown_as_done: self.shown_as_done.clone(),
            backup: None,
            sales: 0,
            crashes: 0,
            restores: 0,
            online_orders_handed_over: 0,
            is_clone: true,
        };
        clone.open();
        clone
    }

    /// The clock of all jumps, hours at a time, forth and back: clocks order nothing.
    pub(crate) fn jump_clock(&mut self, random: &mut fastrand::Rng) {
        self.clock
            .advance(random.i64(-3 * 3_600_000..3 * 3_600_000));
    }

    /// An entry of a kind that this version does not know, as after a downgrade.
    pub(crate) fn write_what_a_newer_version_would(&mut self) {
        let action = self.action();
        let now = self.clock.now();
        let core = self.core.as_mut().expect("the till runs between two steps");
        let heads = epoch_heads(core.connection()).expect("the journal is readable");
        let Some(last) = heads.last().filter(|heads| heads.last_seq > 0) else {
            return;
        };
        let previous = comptoir_till::store::head_of(core.connection(), last.epoch)
            .expect("a head")
            .hash;
        let header = EntryHeader {
            format: ENTRY_FORMAT,
            source: Source::Till(core.till()),
            epoch: last.epoch,
            seq: last.last_seq + 1,
            previous,
            kind: "drone_landed".to_owned(),
            kind_version: 1,
            action,
            at: now,
            actor: None,
            approved_by: None,
        };
        let sealed = sealed_with_unknown_event(&header, core.signing_key());
        let hash = sealed.hash();
        core.transaction(|transaction| {
            transaction.execute(
                "INSERT INTO journal (epoch, seq, hash, previous, header, body, signature, kind, at, action)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
                params![
                    header.epoch.to_string(),
                    header.seq,
                    hash.to_string(),
                    header.previous.to_string(),
                    sealed.header,
                    sealed.body,
                    sealed.signature.to_string(),
                    header.kind,
                    now.unix_ms(),
                    action.to_string(),
                ],
            )?;
            Ok(())
        })
        .expect("the entry is stored");
    }

    /// Every entry of every epoch, in the order in which they were written.
    pub(crate) fn entries(&self) -> Vec<OwnEntry> {
        let connection = self.core().connection();
        let mut entries = Vec::new();
        for heads in epoch_heads(connection).expect("the journal is readable") {
            let stored = entries_from(connection, heads.epoch, 1, usize::MAX)
                .expect("the journal is readable");
            entries.extend(stored.into_iter().map(|stored| {
                let body = stored.sealed.read_body().unwrap_or_default();
                OwnEntry {
                    epoch: stored.epoch,
                    acknowledged: stored.seq <= heads.acked_seq,
                    numbers: numbers(&body),
                    sealed: stored.sealed,
                }
            }));
        }
        entries
    }

    /// The orders that were sold here, by the journal.
    pub(crate) fn sold(&self) -> BTreeSet<OrderId> {
        sales_of(self.core())
    }

    pub(crate) fn verifying_key(&self) -> VerifyingKey {
        self.core().signing_key().verifying_key()
    }

    /// Everything was sent and acknowledged, and the till stands at the end of the feed.
    pub(crate) fn is_level_with(&self, server: &ServerSide) -> bool {
        let connection = self.core().connection();
        let heads = epoch_heads(connection).expect("the journal is readable");
        let sent = heads.iter().all(|heads| heads.acked_seq == heads.last_seq);
        let feed =
            comptoir_till::feed::FeedState::load(connection).expect("the feed's state is readable");
        sent && feed.is_loaded() && !feed.has_work() && feed.position == server.feed_head()
    }

    pub(crate) fn describe(&self) -> String {
        let connection = self.core().connection();
        format!(
            "{}: {:?}, {:?}",
            self.name,
            epoch_heads(connection),
            self.engine
        )
    }

    /// The rows of a kind as they were pulled.
    pub(crate) fn entities(&self, kind: &str) -> std::collections::BTreeMap<String, String> {
        let connection = self.core().connection();
        let mut statement = connection
            .prepare_cached("SELECT id, body FROM entity WHERE kind = ?1")
            .expect("a query");
        let rows = statement
            .query_map([kind], |row| Ok((row.get(0)?, row.get(1)?)))
            .expect("rows");
        rows.collect::<Result<_, _>>().expect("rows")
    }

    fn shown<T: serde::de::DeserializeOwned>(&self, kind: &str) -> Vec<T> {
        let ids: Vec<String> = self.entities(kind).into_keys().collect();
        ids.iter()
            .filter_map(|id| self.shown_one(kind, id))
            .collect()
    }

    fn shown_one<T: serde::de::DeserializeOwned>(&self, kind: &str, id: &str) -> Option<T> {
        let connection = self.core().connection();
        let body: Option<String> = connection
            .query_row(
                "SELECT coalesce((SELECT body FROM own_state WHERE kind = ?1 AND id = ?2),
                                 (SELECT body FROM entity WHERE kind = ?1 AND id = ?2))",
                [kind, id],
                |row| row.get(0),
            )
            .optional()
            .expect("a query")
            .flatten();
        body.map(|body| serde_json::from_str(&body).expect("the state is what the domain wrote"))
    }

    pub(crate) fn shown_stock(&self, level: &StockLevel) -> Option<StockLevel> {
        self.shown_one(
            EntityKind::STOCK,
            &format!("{}:{}", level.variant, level.location),
        )
    }

    pub(crate) fn shown_order(&self, id: OrderId) -> Option<Order> {
        self.shown_one(EntityKind::ORDER, &id.to_string())
    }
}

fn key_of(seed: u64) -> [u8; 32] {
    let mut key = [0x42; 32];
    key[..8].copy_from_slice(&seed.to_be_bytes());
    key
}

fn sealed_with_unknown_event(header: &EntryHeader, key: &ed25519_dalek::SigningKey) -> SealedEntry {
    use ed25519_dalek::Signer;
    let mut sealed = SealedEntry::seal(header, &EntryBody::default(), key);
    sealed.body = r#"{"events":[{"event":"drone_landed","drone":7}]}"#.to_owned();
    sealed.signature =
        comptoir_domain::entry::EntrySignature(key.sign(&sealed.hash().0).to_bytes());
    sealed
}

fn numbers(body: &EntryBody) -> Vec<DocumentNumber> {
    let issued = body.events.iter().filter_map(|event| match event {
        Event::DocumentIssued { document, .. } => Some(document.number.clone()),
        _ => None,
    });
    issued.collect()
}

fn sales_of(core: &Core) -> BTreeSet<OrderId> {
    let mut statement = core
        .connection()
        .prepare_cached(
            "SELECT order_id FROM journal_order JOIN journal USING (position) WHERE kind = 'sale'",
        )
        .expect("a query");
    let rows = statement
        .query_map([], |row| row.get::<_, String>(0))
        .expect("rows");
    rows.map(|row| row.expect("a row").parse().expect("an id"))
        .collect()
}

fn first_line(core: &mut Core) -> Option<comptoir_domain::ids::LineId> {
    match core.view().ok()?.screen {
        Screen::Sell(sell) => sell.order?.lines.first().map(|line| line.id),
        _ => None,
    }
}

fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder is made");
    for file in std::fs::read_dir(from).expect("the folder is readable") {
        let file = file.expect("the folder is readable");
        if file.file_type().expect("a file").is_dir() {
            copy_folder(&file.path(), &to.join(file.file_name()));
        } else {
            std::fs::copy(file.path(), to.join(file.file_name())).expect("a file is copied");
        }
    }
}
