//! How much is kept of what a till sends and what is no part of the state: after its rights were taken
//! away, or beyond the branches of its chains. It is kept because it may have happened, and bounded
//! because a stolen key can sign for ever.

use comptoir_domain::ids::TillId;

use super::batch::{Batch, Halt};
use super::{Rows, VerifiedEntry};

/// The most entries: what a busy till makes in a month without a network.
pub const EXCESS_ENTRIES_MAX: u64 = 10_000;

/// The most bytes of entries and of what lies beside them.
pub const EXCESS_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// The most problems about forks that a till whose rights were taken away can open.
const ALARMS_MAX: u64 = 16;

/// What a till has used up of that.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Excess {
    pub entries: u64,
    pub bytes: u64,
    pub alarms: u64,
}

impl Excess {
    /// Whether nothing more is kept.
    pub const fn is_used_up(&self) -> bool {
        self.entries >= EXCESS_ENTRIES_MAX || self.bytes >= EXCESS_BYTES_MAX
    }
}

impl Batch {
    /// Takes room for an entry; `false` where there is none.
    pub(super) fn has_room_for(
        &mut self,
        rows: &mut dyn Rows,
        till: TillId,
        entry: &VerifiedEntry,
    ) -> Result<bool, Halt> {
        let bytes = entry.sealed.header.len() + entry.sealed.body.len();
        self.use_up(rows, till, 1, bytes)
    }

    /// Takes room for a text beside an entry; `false` where there is none.
    pub(super) fn has_room_for_bytes(
        &mut self,
        rows: &mut dyn Rows,
        till: TillId,
        bytes: usize,
    ) -> Result<bool, Halt> {
        self.use_up(rows, till, 0, bytes)
    }

    /// Whether one more problem may be opened about a till whose rights were taken away.
    pub(super) fn may_alarm(&mut self, rows: &mut dyn Rows, till: TillId) -> Result<bool, Halt> {
        let excess = self.excess_of(rows, till)?;
        let may = excess.alarms < ALARMS_MAX;
        excess.alarms += u64::from(may);
        Ok(may)
    }

    fn use_up(
        &mut self,
        rows: &mut dyn Rows,
        till: TillId,
        entries: u64,
        bytes: usize,
    ) -> Result<bool, Halt> {
        let excess = self.excess_of(rows, till)?;
        if excess.is_used_up() {
            return Ok(false);
        }
        excess.entries += entries;
        let bytes = u64::try_from(bytes).unwrap_or(u64::MAX);
        excess.bytes = excess.bytes.saturating_add(bytes);
        Ok(true)
    }

    fn excess_of(&mut self, rows: &mut dyn Rows, till: TillId) -> Result<&mut Excess, Halt> {
        let known = match self.writes.excess.get(&till) {
            Some(known) => *known,
            None => rows.excess(till)?,
        };
        Ok(self.writes.excess.entry(till).or_insert(known))
    }
}
