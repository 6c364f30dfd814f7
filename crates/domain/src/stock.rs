//! Stock: a ledger of moves between places, and what it adds up to.

use serde::{Deserialize, Serialize};

use crate::ids::{LineId, LocationId, OrderId, VariantId};
use crate::quantity::Quantity;

/// Where goods are. Every move has a place it leaves and a place it reaches, so that the sum over
/// all places is always zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    Location(LocationId),
    Supplier,
    Customer,
    Waste,
    OwnUse,
    CountDifference,
}

#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ts_rs::TS,
)]
#[serde(rename_all = "snake_case")]
pub enum MoveReason {
    Received,
    Sold,
    Returned,
    Wasted,
    OwnUse,
    Transferred,
    Counted,
}

/// Goods that went from one place to another. The quantity is positive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct StockMove {
    pub variant: VariantId,
    pub quantity: Quantity,
    pub from: Place,
    pub to: Place,
    pub reason: MoveReason,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<OrderId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<LineId>,
}

impl StockMove {
    /// What the move adds to a place: positive where it arrives, negative where it leaves.
    pub fn change_at(&self, place: Place) -> Quantity {
        let mut change = Quantity::ZERO;
        if self.to == place {
            change += self.quantity;
        }
        if self.from == place {
            change -= self.quantity;
        }
        change
    }
}

/// The stock of one variant at one location.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct StockLevel {
    pub variant: VariantId,
    pub location: LocationId,
    /// The sum of all moves. The counter may sell what it holds in the hand, so it can be negative.
    pub on_hand: Quantity,
    /// What accepted orders still wait for.
    pub reserved: Quantity,
}

impl StockLevel {
    pub const fn empty(variant: VariantId, location: LocationId) -> StockLevel {
        StockLevel {
            variant,
            location,
            on_hand: Quantity::ZERO,
            reserved: Quantity::ZERO,
        }
    }

    /// What can still be promised; negative where more was promised than there is.
    pub fn available(&self) -> Quantity {
        self.on_hand - self.reserved
    }
}
