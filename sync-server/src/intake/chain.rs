//! One chain of one source with its branches, as a batch sees and extends it.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use comptoir_domain::entry::{ChainHead, EntryHash, Source};
use comptoir_domain::ids::EpochId;
use comptoir_sync::intake::{Verdict, judge};

use super::{Rows, VerifiedEntry};
use crate::store::{ChainRow, StoreError};

/// How far a till is asked to go back when its branch's root is not known, in entries. It is asked
/// again until the root is found.
const STEP_BACK: u64 = 64;

/// The most branches of a chain. A till opens a new epoch when it hears of a fork, so an honest one has
/// two or three; a stolen key could sign any number. What has no place on them is kept aside.
pub(super) const BRANCHES_MAX: usize = 16;

/// Where an entry belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Placement {
    /// It is stored already.
    Held { branch: u32 },
    /// It is the next of a branch.
    Next { branch: u32 },
    /// It leaves the known branches: the first of a new one.
    Opens { branch: u32 },
    /// It leaves the known branches, of which there are too many, or follows one that did.
    Aside { is_held: bool },
    /// Entries before it are missing.
    Missing { expected: u64 },
}

#[derive(Debug)]
pub(super) struct Chain {
    pub source: Source,
    pub epoch: EpochId,
    branches: BTreeMap<u32, ChainRow>,
    /// The branches by their last entry.
    ends: HashMap<(u64, EntryHash), u32>,
    /// The branches by the entries that lie on them, as far as they were looked up.
    holders: HashMap<(u64, EntryHash), u32>,
    /// What this batch put aside.
    aside: HashSet<(u64, EntryHash)>,
    changed: BTreeSet<u32>,
}

impl Chain {
    pub(super) fn load(
        rows: &mut dyn Rows,
        source: Source,
        epoch: EpochId,
    ) -> Result<Chain, StoreError> {
        let stored = rows.branches(source, epoch)?;
        let end = |row: &ChainRow| ((row.head.seq, row.head.hash), row.branch);
        Ok(Chain {
            source,
            epoch,
            ends: stored.iter().map(end).collect(),
            branches: stored.into_iter().map(|row| (row.branch, row)).collect(),
            holders: HashMap::new(),
            aside: HashSet::new(),
            changed: BTreeSet::new(),
        })
    }

    /// Fetches what is stored at the places of these entries and just before them.
    pub(super) fn look_up(
        &mut self,
        rows: &mut dyn Rows,
        entries: &[VerifiedEntry],
    ) -> Result<(), StoreError> {
        let Some(stored_to) = self.branches.values().map(|row| row.head.seq).max() else {
            return Ok(());
        };
        let places = entries.iter().map(|entry| entry.header.seq);
        let places = places.flat_map(|seq| [seq.saturating_sub(1), seq]);
        let places: BTreeSet<u64> = places.filter(|seq| *seq <= stored_to).collect();
        for (from, to) in runs(&places) {
            for (seq, branch, hash) in rows.hashes(self.source, self.epoch, from, to)? {
                self.holders.insert((seq, hash), branch);
            }
        }
        Ok(())
    }

    /// The end of a branch; the start of the epoch where the branch has no entry.
    pub(super) fn head(&self, branch: u32) -> ChainHead {
        let row = self.branches.get(&branch);
        row.map_or(ChainHead::start(self.epoch), |row| row.head)
    }

    /// Where a branch leaves the one before it.
    pub(super) fn first_seq(&self, branch: u32) -> u64 {
        self.branches.get(&branch).map_or(1, |row| row.first_seq)
    }

    /// Decides where an entry belongs.
    pub(super) fn place(
        &self,
        rows: &mut dyn Rows,
        entry: &VerifiedEntry,
    ) -> Result<Placement, StoreError> {
        let header = &entry.header;
        if let Some(branch) = self.holders.get(&(header.seq, entry.hash)) {
            return Ok(Placement::Held { branch: *branch });
        }
        let predecessor = (header.seq.saturating_sub(1), header.previous);
        let branch = self.ends.get(&predecessor).copied().unwrap_or(0);
        // Nothing is stored under its hash, so what counts is where the branch ends.
        let verdict = judge(&self.head(branch), header, entry.hash, None);
        if verdict == Verdict::Append {
            return Ok(Placement::Next { branch });
        }
        let is_full = self.branches.len() >= BRANCHES_MAX;
        if header.seq == 1 || self.holders.contains_key(&predecessor) {
            return Ok(if is_full {
                let is_held = self.is_aside(rows, header.seq, entry.hash)?;
                Placement::Aside { is_held }
            } else {
                let branch = self.next_branch();
                Placement::Opens { branch }
            });
        }
        if is_full && self.is_aside(rows, predecessor.0, predecessor.1)? {
            let is_held = self.is_aside(rows, header.seq, entry.hash)?;
            return Ok(Placement::Aside { is_held });
        }
        // A side branch may reach further than the first: where that one ends says nothing of where
        // this entry belongs, but it is a good place to ask for.
        let expected = match judge(&self.head(0), header, entry.hash, None) {
            Verdict::Gap { expected } => expected,
            _ => header.seq.saturating_sub(STEP_BACK).max(1),
        };
        Ok(Placement::Missing { expected })
    }

    fn is_aside(&self, rows: &mut dyn Rows, seq: u64, hash: EntryHash) -> Result<bool, StoreError> {
        Ok(self.aside.contains(&(seq, hash))
            || rows.is_aside(self.source, self.epoch, seq, hash)?)
    }

    fn next_branch(&self) -> u32 {
        let last = self.branches.last_key_value();
        last.map_or(0, |(branch, _)| branch.saturating_add(1))
    }

    /// Puts an entry at the end of a branch, which begins with it where it is new.
    pub(super) fn extend(&mut self, branch: u32, entry: &VerifiedEntry) {
        let head = self.end_with(entry);
        self.holders.insert((head.seq, head.hash), branch);
        self.ends.insert((head.seq, head.hash), branch);
        self.changed.insert(branch);
        let source = self.source;
        let row = self.branches.entry(branch).or_insert(ChainRow {
            source,
            branch,
            first_seq: head.seq,
            head,
        });
        let before = std::mem::replace(&mut row.head, head);
        if before != head {
            self.ends.remove(&(before.seq, before.hash));
        }
    }

    /// Remembers that an entry lies beside the branches.
    pub(super) fn put_aside(&mut self, entry: &VerifiedEntry) {
        self.aside.insert((entry.header.seq, entry.hash));
    }

    /// The chain as it would end with an entry.
    pub(super) fn end_with(&self, entry: &VerifiedEntry) -> ChainHead {
        ChainHead {
            epoch: self.epoch,
            seq: entry.header.seq,
            hash: entry.hash,
        }
    }

    /// The branches that are to be stored.
    pub(super) fn changed_rows(&self) -> impl Iterator<Item = ChainRow> {
        let rows = self.changed.iter();
        rows.filter_map(|branch| self.branches.get(branch).copied())
    }
}

/// Places that lie side by side, as from and to: places far apart say nothing of what is between them.
fn runs(places: &BTreeSet<u64>) -> Vec<(u64, u64)> {
    let mut runs: Vec<(u64, u64)> = Vec::new();
    for place in places {
        match runs.last_mut() {
            Some((_, to)) if to.saturating_add(1) == *place => *to = *place,
            _ => runs.push((*place, *place)),
        }
    }
    runs
}
