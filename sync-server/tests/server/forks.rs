//! Journals that were copied and went on apart, as the pure intake places them: every branch of every
//! copy is kept, however it is sent.

use std::collections::BTreeMap;

use comptoir_domain::entry::{
    ChainHead, ENTRY_FORMAT, EntryBody, EntryHash, EntryHeader, EntryRef, SealedEntry, Source,
};
use comptoir_domain::ids::{ActionId, AttachmentId, EpochId, TillId};
use comptoir_sync::feed::Checksum;
use comptoir_sync::protocol::{PushOutcome, PushReply, PushRequest};
use ed25519_dalek::SigningKey;
use proptest::prelude::*;
use sync_server::intake::{Batch, Excess, Rows, verify_push};
use sync_server::store::{
    AsideRow, ChainRow, EntityKey, HubHead, JournalRow, Recorded, StoreError, StoredEntity,
};

use crate::trade::{MONDAY, id};

/// More answers than any journal of these tests needs before all of it is held.
const ROUNDS_MAX: usize = 20;

/// What the intake stores, in memory.
struct Table {
    head: HubHead,
    journal: Vec<JournalRow>,
    aside: Vec<AsideRow>,
    excess: BTreeMap<TillId, Excess>,
    chains: Vec<ChainRow>,
    entities: BTreeMap<EntityKey, StoredEntity>,
}

impl Rows for Table {
    fn branches(&mut self, source: Source, epoch: EpochId) -> Result<Vec<ChainRow>, StoreError> {
        let of_chain = |row: &&ChainRow| row.source == source && row.head.epoch == epoch;
        Ok(self.chains.iter().filter(of_chain).copied().collect())
    }

    fn hashes(
        &mut self,
        source: Source,
        epoch: EpochId,
        from: u64,
        to: u64,
    ) -> Result<Vec<(u64, u32, EntryHash)>, StoreError> {
        let there = |row: &&JournalRow| {
            row.source == source && row.epoch == epoch && (from..=to).contains(&row.seq)
        };
        let rows = self.journal.iter().filter(there);
        Ok(rows.map(|row| (row.seq, row.branch, row.hash)).collect())
    }

    fn entities(&mut self, keys: &[EntityKey]) -> Result<Vec<Option<StoredEntity>>, StoreError> {
        Ok(keys
            .iter()
            .map(|key| self.entities.get(key).cloned())
            .collect())
    }

    fn is_revoked(&mut self, _: TillId) -> Result<bool, StoreError> {
        Ok(false)
    }

    fn excess(&mut self, till: TillId) -> Result<Excess, StoreError> {
        Ok(self.excess.get(&till).copied().unwrap_or_default())
    }

    fn is_aside(
        &mut self,
        source: Source,
        epoch: EpochId,
        seq: u64,
        hash: EntryHash,
    ) -> Result<bool, StoreError> {
        let place = (source, epoch, seq, hash);
        let mut rows = self.aside.iter();
        Ok(rows.any(|row| (row.source, row.epoch, row.seq, row.hash) == place))
    }

    fn is_awaited(
        &mut self,
        _: EntryRef,
        _: AttachmentId,
        _: EntryHash,
    ) -> Result<bool, StoreError> {
        Ok(false)
    }

    fn recorded(&mut self, _: Source, _: ActionId) -> Result<Option<Recorded>, StoreError> {
        Ok(None)
    }
}

impl Table {
    fn empty() -> Table {
        Table {
            head: HubHead {
                accept_no: 0,
                fold_no: 0,
                feed_epoch: "first".to_owned(),
                position: 0,
                checksum: Checksum::default(),
                tombstone_floor: 0,
                order_no: 0,
            },
            journal: Vec::new(),
            aside: Vec::new(),
            excess: BTreeMap::new(),
            chains: Vec::new(),
            entities: BTreeMap::new(),
        }
    }

    fn push(&mut self, entries: &[SealedEntry]) -> PushReply {
        let request = PushRequest {
            till: till(),
            epoch: epoch(),
            entries: entries.to_vec(),
            attachments: Vec::new(),
            sent_at: MONDAY,
        };
        let push = verify_push(request, &key().verifying_key(), MONDAY);
        assert_eq!(push.refused, None);
        let head = self.head.clone();
        let (writes, mut replies) = Batch::accept(self, &head, &[push], MONDAY).unwrap();
        self.head = writes.head;
        self.journal.extend(writes.journal);
        self.aside.extend(writes.aside);
        self.excess.extend(writes.excess);
        for row in writes.chains {
            self.chains.retain(|known| known.branch != row.branch);
            self.chains.push(row);
        }
        self.chains.sort_by_key(|row| row.branch);
        let rows = writes.entities.into_iter();
        self.entities.extend(rows.map(|row| (row.key, row.entity)));
        replies.remove(0)
    }

    /// Sends a journal from a place on as a till does: where entries before it are missing, from there.
    fn drain(&mut self, journal: &[SealedEntry], mut from: usize) -> PushReply {
        for _ in 0..ROUNDS_MAX {
            let reply = self.push(&journal[from..]);
            match reply.outcome {
                PushOutcome::Expected { seq } => {
                    let expected = usize::try_from(seq).unwrap() - 1;
                    assert!(expected < from, "it asks for what it was sent: {reply:?}");
                    from = expected;
                }
                _ => return reply,
            }
        }
        panic!("the journal never arrives");
    }

    fn holds(&self, journal: &[SealedEntry]) -> bool {
        let kept = || {
            let beside = self.aside.iter().map(|row| &row.sealed);
            self.journal.iter().map(|row| &row.sealed).chain(beside)
        };
        let is_held = |entry: &SealedEntry| kept().any(|sealed| sealed == entry);
        journal.iter().all(is_held)
    }
}

fn till() -> TillId {
    TillId::from_uuid(id(3))
}

fn epoch() -> EpochId {
    EpochId::from_uuid(id(4))
}

fn key() -> SigningKey {
    SigningKey::from_bytes(&[3; 32])
}

/// Writes one entry at the end of a journal; `action` tells it from what a copy writes at that place.
fn write(journal: &mut Vec<SealedEntry>, action: u128) {
    let header = EntryHeader {
        format: ENTRY_FORMAT,
        source: Source::Till(till()),
        epoch: epoch(),
        seq: journal.len() as u64 + 1,
        previous: journal.last().map_or(EntryHash::NONE, SealedEntry::hash),
        kind: "note".to_owned(),
        kind_version: 1,
        action: ActionId::from_uuid(id(action)),
        at: MONDAY,
        actor: None,
        approved_by: None,
    };
    journal.push(SealedEntry::seal(&header, &EntryBody::default(), &key()));
}

fn journal_of(actions: std::ops::Range<u128>) -> Vec<SealedEntry> {
    let mut journal = Vec::new();
    actions.for_each(|action| write(&mut journal, action));
    journal
}

/// A copy of a copy leaves a branch that has long outgrown the first one. The server asked for the end
/// of the first one again and again, and the copy's sales never arrived.
#[test]
fn a_branch_of_a_branch_that_outgrew_the_first_is_taken() {
    let mut server = Table::empty();
    server.drain(&journal_of(100..104), 0);
    let copy = journal_of(200..206);
    server.drain(&copy, 0);
    let mut copy_of_copy = copy[..5].to_vec();
    write(&mut copy_of_copy, 300);
    let reply = server.drain(&copy_of_copy, 0);
    assert_eq!(reply.outcome, PushOutcome::Forked { seq: 6 });
    let end = copy_of_copy.last().map(SealedEntry::hash);
    assert_eq!(Some(reply.head.hash), end, "its own end is confirmed");
    assert!(server.holds(&copy) && server.holds(&copy_of_copy));
}

#[derive(Debug, Clone, Copy)]
enum Step {
    Write,
    Copy { keeping: usize },
    Send { from: usize },
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => Just(Step::Write),
        1 => (0usize..90).prop_map(|keeping| Step::Copy { keeping }),
        2 => (0usize..90).prop_map(|from| Step::Send { from }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    /// Law 1: whatever was copied from what, and whatever was sent when and from where, every entry of
    /// every copy is held in the end, once, and each branch is a chain.
    #[test]
    fn every_branch_of_every_copy_is_kept(
        grown in 0u128..80,
        steps in prop::collection::vec((any::<prop::sample::Index>(), step()), 0..80),
    ) {
        let mut server = Table::empty();
        let mut journals = vec![journal_of(1_000..1_000 + grown)];
        for (action, (chosen, step)) in steps.into_iter().enumerate() {
            let chosen = chosen.index(journals.len());
            let journal = &mut journals[chosen];
            match step {
                Step::Write => write(journal, action as u128),
                Step::Copy { keeping } => {
                    let copy = journal[..keeping.min(journal.len())].to_vec();
                    journals.push(copy);
                }
                Step::Send { from } => {
                    server.push(&journal[from.min(journal.len())..]);
                }
            }
        }
        for journal in &journals {
            let from = journal.len().saturating_sub(3);
            server.drain(journal, from);
        }
        prop_assert!(journals.iter().all(|journal| server.holds(journal)));
        let mut places: Vec<(u64, u32)> =
            server.journal.iter().map(|row| (row.seq, row.branch)).collect();
        let mut hashes: Vec<EntryHash> = server.journal.iter().map(|row| row.hash).collect();
        places.sort_unstable();
        hashes.sort_unstable();
        places.dedup();
        hashes.dedup();
        prop_assert_eq!((places.len(), hashes.len()), (server.journal.len(), server.journal.len()));
        for chain in &server.chains {
            prop_assert_eq!(chain.head, end_of(&server.journal, chain));
        }
    }
}

/// Follows a branch link by link from its first entry.
fn end_of(journal: &[JournalRow], chain: &ChainRow) -> ChainHead {
    let mut rows: Vec<&JournalRow> = journal
        .iter()
        .filter(|row| row.branch == chain.branch)
        .collect();
    rows.sort_by_key(|row| row.seq);
    assert_eq!(rows[0].seq, chain.first_seq);
    for pair in rows.windows(2) {
        let header = pair[1].sealed.read_header().unwrap();
        assert_eq!(
            (header.seq, header.previous),
            (pair[0].seq + 1, pair[0].hash)
        );
    }
    let last = rows[rows.len() - 1];
    ChainHead {
        epoch: last.epoch,
        seq: last.seq,
        hash: last.hash,
    }
}
