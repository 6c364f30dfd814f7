//! Pick-up slots: where and when orders are fetched, and until when they may be placed or changed.

use serde::{Deserialize, Serialize};

use crate::ids::{LocationId, SlotId};
use crate::refusal::{Refusal, RefusalCode};
use crate::time::Timestamp;

/// A span of time at a place in which orders are fetched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slot {
    pub id: SlotId,
    pub location: LocationId,
    pub starts_at: Timestamp,
    /// After `starts_at`.
    pub ends_at: Timestamp,
    /// The cut-off: until then customers place, change and cancel orders by themselves. Afterwards
    /// the hub's people do.
    pub orders_until: Timestamp,
    /// How many orders it takes; any number where it is not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capacity: Option<u32>,
    pub active: bool,
}

impl Slot {
    /// Whether customers may still place and change orders for it.
    pub fn is_open_to_customers(&self, now: Timestamp) -> bool {
        self.active && now < self.orders_until
    }

    /// Whether it lies wholly in the past.
    pub fn is_over(&self, now: Timestamp) -> bool {
        now >= self.ends_at
    }

    /// Refuses an order more, with so many in it already.
    pub fn take_in(&self, orders: u32, now: Timestamp) -> Result<(), Refusal> {
        if !self.is_open_to_customers(now) {
            return Err(RefusalCode::SlotClosed.into());
        }
        match self.capacity {
            Some(capacity) if orders >= capacity => Err(RefusalCode::SlotFull.into()),
            _ => Ok(()),
        }
    }
}
