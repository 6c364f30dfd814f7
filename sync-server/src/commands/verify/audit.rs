//! The walk along the journals of one hub, in the order of acceptance. Pure.

use std::collections::{BTreeMap, HashMap, HashSet};

use comptoir_domain::entry::{EntryFault, EntryHash, EntryHeader, Source};
use comptoir_domain::event::Event;
use comptoir_domain::ids::{EpochId, TillId};
use ed25519_dalek::VerifyingKey;

use crate::store::JournalRow;

/// What is wrong with an entry.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum Fault {
    #[error("{expected} should come next: entries before this one are missing")]
    Missing { expected: u64 },
    #[error("its source was never enrolled")]
    SourceUnknown,
    #[error("{0}")]
    Entry(#[from] EntryFault),
    #[error("its bytes do not have the hash under which it was accepted")]
    Hash,
    #[error("it lies at another place than the one that it was signed for")]
    Place,
    #[error("it does not follow the entry before it")]
    Chain,
    #[error("a text beside it is not the one that it names")]
    Attachment,
}

impl Fault {
    /// A stable code.
    pub(super) const fn code(&self) -> &'static str {
        match self {
            Fault::Missing { .. } => "entry_missing",
            Fault::SourceUnknown => "source_unknown",
            Fault::Entry(fault) => fault.code(),
            Fault::Hash => "entry_hash_wrong",
            Fault::Place => "entry_misplaced",
            Fault::Chain => "chain_broken",
            Fault::Attachment => "attachment_changed",
        }
    }
}

/// One branch of one journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct ChainKey {
    pub source: Source,
    pub epoch: EpochId,
    pub branch: u32,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Head {
    pub seq: u64,
    pub hash: EntryHash,
}

#[derive(Debug)]
pub(super) struct Audit {
    entries: u64,
    /// Public keys, from the server's own and the enrolments that it signed.
    keys: HashMap<Source, VerifyingKey>,
    heads: BTreeMap<ChainKey, Head>,
    /// Every place that an entry can branch off from.
    seen: HashSet<(EpochId, u64, EntryHash)>,
}

impl Audit {
    /// An audit that trusts one key: that of the server's chain.
    pub(super) fn new(server: TillId, key: VerifyingKey) -> Audit {
        Audit {
            entries: 0,
            keys: HashMap::from([(Source::Server(server), key)]),
            heads: BTreeMap::new(),
            seen: HashSet::new(),
        }
    }

    /// How many entries were found good.
    pub(super) const fn entries(&self) -> u64 {
        self.entries
    }

    /// The key with which a source signs.
    pub(super) fn key(&self, source: Source) -> Option<&VerifyingKey> {
        self.keys.get(&source)
    }

    pub(super) fn heads(&self) -> &BTreeMap<ChainKey, Head> {
        &self.heads
    }

    /// Checks the next entry.
    pub(super) fn check(&mut self, row: &JournalRow) -> Result<(), Fault> {
        let expected = self.entries + 1;
        if row.accept_no != expected {
            return Err(Fault::Missing { expected });
        }
        let key = self.keys.get(&row.source).ok_or(Fault::SourceUnknown)?;
        let header = row.sealed.verify(key)?;
        let hash = row.sealed.hash();
        if hash != row.hash {
            return Err(Fault::Hash);
        }
        let is_there = (
            header.source,
            header.epoch,
            header.seq,
            header.action,
            &header.kind,
        ) == (row.source, row.epoch, row.seq, row.action, &row.kind);
        if !is_there {
            return Err(Fault::Place);
        }
        self.extend(row, &header, hash)?;
        self.learn_keys(row);
        self.entries = expected;
        Ok(())
    }

    fn extend(
        &mut self,
        row: &JournalRow,
        header: &EntryHeader,
        hash: EntryHash,
    ) -> Result<(), Fault> {
        let key = ChainKey {
            source: row.source,
            epoch: row.epoch,
            branch: row.branch,
        };
        let follows = match self.heads.get(&key) {
            Some(head) => head.seq + 1 == header.seq && head.hash == header.previous,
            None if header.seq == 1 => header.previous == EntryHash::NONE,
            None if row.branch == 0 => false,
            None => self
                .seen
                .contains(&(header.epoch, header.seq - 1, header.previous)),
        };
        if !follows {
            return Err(Fault::Chain);
        }
        self.seen.insert((header.epoch, header.seq, hash));
        let seq = header.seq;
        self.heads.insert(key, Head { seq, hash });
        Ok(())
    }

    /// An enrolment that the server signed says with which key a till signs from now on.
    fn learn_keys(&mut self, row: &JournalRow) {
        if row.source.till().is_some() {
            return;
        }
        let Ok(body) = row.sealed.read_body() else {
            return;
        };
        for event in body.events {
            if let Event::TillEnrolled { till, key, .. } = event
                && let Ok(key) = VerifyingKey::from_bytes(&key.0)
            {
                self.keys.insert(Source::Till(till), key);
            }
        }
    }
}
