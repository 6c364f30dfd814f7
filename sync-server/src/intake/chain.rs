//! One chain of one source with its branches, as a batch sees and extends it.

use std::collections::BTreeMap;

use comptoir_domain::entry::{ChainHead, EntryHash, Source};
use comptoir_domain::ids::EpochId;
use comptoir_sync::intake::{Verdict, judge};

use super::{Rows, VerifiedEntry};
use crate::store::{ChainRow, StoreError};

/// How far a till is asked to go back when its branch's root is not known, in entries. It is asked
/// again until the root is found.
const STEP_BACK: u64 = 64;

/// Where an entry belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Placement {
    /// It is stored already.
    Held { branch: u32 },
    /// It is the next of a branch.
    Next { branch: u32 },
    /// It leaves the known branches: the first of a new one.
    Opens { branch: u32 },
    /// Entries before it are missing.
    Missing { expected: u64 },
}

#[derive(Debug)]
pub(super) struct Chain {
    pub source: Source,
    pub epoch: EpochId,
    branches: Vec<ChainRow>,
    hashes: BTreeMap<(u64, u32), EntryHash>,
}

impl Chain {
    pub(super) fn load(
        rows: &mut dyn Rows,
        source: Source,
        epoch: EpochId,
    ) -> Result<Chain, StoreError> {
        Ok(Chain {
            source,
            epoch,
            branches: rows.branches(source, epoch)?,
            hashes: BTreeMap::new(),
        })
    }

    /// Fetches what is stored at the places of these entries and just before them.
    pub(super) fn look_up(
        &mut self,
        rows: &mut dyn Rows,
        entries: &[VerifiedEntry],
    ) -> Result<(), StoreError> {
        let places = || entries.iter().map(|entry| entry.header.seq);
        let (Some(first), Some(last)) = (places().min(), places().max()) else {
            return Ok(());
        };
        let from = first.saturating_sub(1);
        let stored_to = self.branches.iter().map(|branch| branch.head.seq).max();
        if stored_to.is_none_or(|end| from > end) {
            return Ok(());
        }
        for (seq, branch, hash) in rows.hashes(self.source, self.epoch, from, last)? {
            self.hashes.insert((seq, branch), hash);
        }
        Ok(())
    }

    /// The end of a branch; the start of the epoch where the branch has no entry.
    pub(super) fn head(&self, branch: u32) -> ChainHead {
        self.branches
            .iter()
            .find(|row| row.branch == branch)
            .map_or(ChainHead::start(self.epoch), |row| row.head)
    }

    /// Where a branch leaves the one before it.
    pub(super) fn first_seq(&self, branch: u32) -> u64 {
        let row = self.branches.iter().find(|row| row.branch == branch);
        row.map_or(1, |row| row.first_seq)
    }

    /// Decides where an entry belongs. `current` is the branch of the entry before it.
    pub(super) fn place(&self, entry: &VerifiedEntry, current: u32) -> Placement {
        let seq = entry.header.seq;
        if let Some(branch) = self.branch_that_holds(seq, entry.hash) {
            return Placement::Held { branch };
        }
        let others = self.branches.iter().map(|row| row.branch);
        for branch in std::iter::once(current).chain(others) {
            if self.verdict(entry, branch) == Verdict::Append {
                return Placement::Next { branch };
            }
        }
        if self.knows_predecessor(entry) {
            return Placement::Opens {
                branch: self.next_branch(),
            };
        }
        // A side branch may reach further than the first: where that one ends says nothing of where
        // this entry belongs, but it is a good place to ask for.
        let expected = match self.verdict(entry, 0) {
            Verdict::Gap { expected } => expected,
            _ => seq.saturating_sub(STEP_BACK).max(1),
        };
        Placement::Missing { expected }
    }

    fn verdict(&self, entry: &VerifiedEntry, branch: u32) -> Verdict {
        let stored = self.hashes.get(&(entry.header.seq, branch)).copied();
        judge(&self.head(branch), &entry.header, entry.hash, stored)
    }

    fn branch_that_holds(&self, seq: u64, hash: EntryHash) -> Option<u32> {
        self.hashes
            .range((seq, 0)..=(seq, u32::MAX))
            .find(|(_, known)| **known == hash)
            .map(|((_, branch), _)| *branch)
    }

    fn knows_predecessor(&self, entry: &VerifiedEntry) -> bool {
        entry.header.seq == 1
            || self
                .branch_that_holds(entry.header.seq - 1, entry.header.previous)
                .is_some()
    }

    fn next_branch(&self) -> u32 {
        let last = self.branches.iter().map(|row| row.branch).max();
        last.map_or(0, |branch| branch.saturating_add(1))
    }

    /// Puts an entry at the end of a branch, which begins with it where it is new.
    pub(super) fn extend(&mut self, branch: u32, entry: &VerifiedEntry) {
        let head = ChainHead {
            epoch: self.epoch,
            seq: entry.header.seq,
            hash: entry.hash,
        };
        self.hashes.insert((head.seq, branch), head.hash);
        match self.branches.iter_mut().find(|row| row.branch == branch) {
            Some(row) => row.head = head,
            None => self.branches.push(ChainRow {
                source: self.source,
                branch,
                first_seq: head.seq,
                head,
            }),
        }
    }

    /// The branches as they are to be stored.
    pub(super) fn rows(&self) -> &[ChainRow] {
        &self.branches
    }
}
