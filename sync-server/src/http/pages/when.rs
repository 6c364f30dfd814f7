//! When orders are fetched, as pages say it.

use comptoir_domain::slot::Slot;
use comptoir_domain::time::Zone;

use crate::calendar::time;
pub(super) use crate::calendar::{day, moment};

/// `16:00–19:00`.
pub(super) fn hours(slot: &Slot, zone: Zone) -> String {
    format!(
        "{}–{}",
        time(slot.starts_at, zone),
        time(slot.ends_at, zone)
    )
}
