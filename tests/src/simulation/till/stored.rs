//! What a till's database holds: its journal, the hub's rows, and what it shows of both.

use std::collections::{BTreeMap, BTreeSet};

use comptoir_domain::barcode;
use comptoir_domain::catalogue::Variant;
use comptoir_domain::document::DocumentNumber;
use comptoir_domain::entry::{
    ENTRY_FORMAT, EntryBody, EntryHash, EntryHeader, EntrySignature, SealedEntry, Source,
};
use comptoir_domain::event::Event;
use comptoir_domain::ids::{EpochId, OrderId, StaffId};
use comptoir_domain::order::Order;
use comptoir_domain::staff::Staff;
use comptoir_domain::stock::StockLevel;
use comptoir_sync::feed::{Checksum, Cursor, EntityKind};
use comptoir_till::catalogue::{self, Buyer, Finder, Scanned, Wanted};
use comptoir_till::feed::{FeedState, Phase};
use comptoir_till::store::{entries_from, epoch_heads, head_of};
use comptoir_till::wire::Screen;
use ed25519_dalek::{Signer, SigningKey};
use rusqlite::{OptionalExtension, params};

use super::TillSide;
use crate::simulation::server::ServerSide;

/// One entry as the till holds it.
pub(crate) struct OwnEntry {
    pub(crate) hash: EntryHash,
    pub(crate) acknowledged: bool,
    pub(crate) reading: Reading,
}

/// What stands in an entry whose signature was verified.
#[derive(Debug, Clone)]
pub(crate) struct Reading {
    pub(crate) epoch: EpochId,
    pub(crate) seq: u64,
    pub(crate) previous: EntryHash,
    pub(crate) numbers: Vec<DocumentNumber>,
    signature: EntrySignature,
}

impl TillSide {
    /// An entry of a kind that this version does not know, as after a downgrade.
    pub(crate) fn write_what_a_newer_version_would(&mut self) {
        let action = self.action();
        let now = self.clock.now();
        let disk = self.disk.clone();
        let (core, _) = self.running();
        let heads = epoch_heads(core.connection()).expect("the journal is readable");
        let Some(last) = heads.last().filter(|heads| heads.last_seq > 0) else {
            return;
        };
        let previous = head_of(core.connection(), last.epoch).expect("a head").hash;
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
        let written = core.transaction(|transaction| {
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
        });
        disk.unless_struck(written, "the entry is stored");
    }

    /// Every entry of every epoch, in the order in which they were written.
    pub(crate) fn entries(&self) -> Vec<OwnEntry> {
        let connection = self.core().connection();
        let mut entries = Vec::new();
        for heads in epoch_heads(connection).expect("the journal is readable") {
            let stored = entries_from(connection, heads.epoch, 1, usize::MAX)
                .expect("the journal is readable");
            entries.extend(stored.into_iter().map(|stored| OwnEntry {
                hash: stored.sealed.hash(),
                acknowledged: stored.seq <= heads.acked_seq,
                reading: self.read(&stored.sealed),
            }));
        }
        entries
    }

    /// What an entry says, if this till signed it. The same bytes under the same signature say the
    /// same each time, so that an entry is verified once and not after every step.
    fn read(&self, sealed: &SealedEntry) -> Reading {
        let hash = sealed.hash();
        let known = self.readings.borrow().get(&hash).cloned();
        if let Some(known) = known.filter(|known| known.signature == sealed.signature) {
            return known;
        }
        let header = sealed
            .verify(&self.core().signing_key().verifying_key())
            .expect("J2: the till's own key signed it");
        let reading = Reading {
            epoch: header.epoch,
            seq: header.seq,
            previous: header.previous,
            signature: sealed.signature,
            numbers: numbers(&sealed.read_body().unwrap_or_default()),
        };
        self.readings.borrow_mut().insert(hash, reading.clone());
        reading
    }

    /// J3, on one machine: a number stands on one document only, whatever older copy of the folder was
    /// put back since it was printed.
    pub(crate) fn prints_no_number_twice(&self) {
        let mut printed = self.printed.borrow_mut();
        for OwnEntry { hash, reading, .. } in self.entries() {
            for number in reading.numbers {
                let first = *printed.entry(number.clone()).or_insert(hash);
                assert_eq!(first, hash, "J3: {} printed {number} twice", self.name);
            }
        }
    }

    /// Everything that was done here, by the journal.
    pub(crate) fn written_here(&self) -> BTreeSet<String> {
        let connection = self.core().connection();
        let mut statement = connection
            .prepare_cached("SELECT action FROM journal")
            .expect("a query");
        let rows = statement.query_map([], |row| row.get(0)).expect("rows");
        rows.collect::<Result<_, _>>().expect("rows")
    }

    /// What was written since the cashier has seen.
    pub(super) fn remember_written(&mut self, before: &BTreeSet<String>) {
        let now = self.written_here();
        self.shown_as_done.extend(now.difference(before).cloned());
    }

    /// Everything was sent and acknowledged, and the till stands at the end of the feed.
    pub(crate) fn is_level_with(&self, server: &ServerSide) -> bool {
        let connection = self.core().connection();
        let heads = epoch_heads(connection).expect("the journal is readable");
        let sent = heads.iter().all(|heads| heads.acked_seq == heads.last_seq);
        let feed = self.feed();
        let at_end = feed.cursor() == Some(server.feed_end());
        sent && feed.is_loaded() && !feed.has_work() && !feed.staging && at_end
    }

    pub(super) fn feed(&self) -> FeedState {
        FeedState::load(self.core().connection()).expect("the feed's state is readable")
    }

    /// F2 and F3: what is shown is the hub's state at one place of its feed, as a sum over the rows
    /// themselves says. None while a change is under way, and at the first load.
    pub(crate) fn shown_checkpoint(&self) -> Option<(Cursor, Checksum)> {
        let feed = self.feed();
        if feed.phase != Phase::Live || feed.staging {
            return None;
        }
        let mut sum = Checksum::default();
        let connection = self.core().connection();
        let mut statement = connection
            .prepare_cached("SELECT kind, id, position FROM entity WHERE position > 0")
            .expect("a query");
        let rows = statement.query_map([], |row| {
            let kind: String = row.get(0)?;
            Ok((kind, row.get::<_, String>(1)?, row.get::<_, u64>(2)?))
        });
        for row in rows.expect("rows") {
            let (kind, id, position) = row.expect("a row");
            sum.add(&kind, &id, position);
        }
        Some((feed.cursor()?, sum))
    }

    /// F4: nothing that was taken out of the catalogue can be scanned, touched or found here, but for
    /// what has its number now.
    pub(crate) fn finds_nothing_deleted(&self, deleted: &[Variant]) {
        let connection = self.core().connection();
        let mut finder = Finder::open(self.core().database()).expect("the finder opens");
        for gone in deleted {
            let found = catalogue::variant(connection, gone.id).expect("the catalogue is readable");
            assert_eq!(found, None, "F4: {}", self.name);
            for code in gone.barcodes.iter().chain([&gone.code]) {
                let scan = barcode::parse(code, None, &[]).expect("a code");
                let found = catalogue::find_scanned(connection, &scan).expect("it looks");
                let is_gone = |scanned: &Scanned| scanned.variant.id == gone.id;
                assert!(!found.as_ref().is_some_and(is_gone), "F4: {}", self.name);
            }
            let wanted = Wanted {
                text: &gone.name,
                category: None,
                limit: 50,
                location: None,
                buyer: Buyer::anybody(self.clock.now()),
            };
            let found = finder.search(&wanted).expect("the finder looks");
            let ids = found.products.iter().map(|card| card.variant);
            assert!(
                !ids.into_iter().any(|id| id == gone.id),
                "F4: {}",
                self.name
            );
        }
    }

    /// Whatever befell it, there is a screen to go on from.
    pub(crate) fn has_a_screen(&mut self) {
        let (core, _) = self.running();
        let view = core.view();
        assert!(view.is_ok(), "{}: {view:?}", self.name);
    }

    /// F4: who may not sign in any more is not offered to.
    pub(crate) fn offers_only(&mut self, staff: &[Staff]) {
        let (core, _) = self.running();
        if let Ok(Screen::SignIn(view)) = core.view().map(|view| view.screen) {
            let offered: BTreeSet<StaffId> = view.staff.iter().map(|choice| choice.id).collect();
            let active = staff.iter().filter(|person| person.active);
            assert_eq!(offered, active.map(|person| person.id).collect(), "F4");
        }
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
    pub(crate) fn entities(&self, kind: &str) -> BTreeMap<String, String> {
        let connection = self.core().connection();
        let mut statement = connection
            .prepare_cached("SELECT id, body FROM entity WHERE kind = ?1")
            .expect("a query");
        let rows = statement
            .query_map([kind], |row| Ok((row.get(0)?, row.get(1)?)))
            .expect("rows");
        rows.collect::<Result<_, _>>().expect("rows")
    }

    pub(super) fn shown<T: serde::de::DeserializeOwned>(&self, kind: &str) -> Vec<T> {
        let ids: Vec<String> = self.entities(kind).into_keys().collect();
        ids.iter()
            .filter_map(|id| self.shown_one(kind, id))
            .collect()
    }

    pub(super) fn shown_one<T: serde::de::DeserializeOwned>(
        &self,
        kind: &str,
        id: &str,
    ) -> Option<T> {
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

fn sealed_with_unknown_event(header: &EntryHeader, key: &SigningKey) -> SealedEntry {
    let mut sealed = SealedEntry::seal(header, &EntryBody::default(), key);
    sealed.body = r#"{"events":[{"event":"drone_landed","drone":7}]}"#.to_owned();
    sealed.signature = EntrySignature(key.sign(&sealed.hash().0).to_bytes());
    sealed
}

fn numbers(body: &EntryBody) -> Vec<DocumentNumber> {
    let issued = body.events.iter().filter_map(|event| match event {
        Event::DocumentIssued { document, .. } => Some(document.number.clone()),
        _ => None,
    });
    issued.collect()
}
