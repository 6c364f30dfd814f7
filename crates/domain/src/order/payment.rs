//! Money that came in for an order or was given back.

use serde::{Deserialize, Serialize};

use crate::ids::{AccountId, PaymentId, RefundId, ShiftId};
use crate::money::Money;
use crate::tender::{TenderId, TenderKind};
use crate::time::Timestamp;

/// How far a payment got.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
#[serde(rename_all = "snake_case")]
pub enum PaymentStatus {
    /// Promised by the customer's bank and not yet fetched. It books nothing.
    Authorised,
    /// The goods were handed over against it. At the counter it counts as paid, in the books it is
    /// a receivable until it is captured.
    CaptureRequested,
    /// In the hub's hands.
    Captured,
    /// The capture was refused: the amount is due again.
    Failed,
    /// Taken back by a correction.
    Reversed,
}

/// Money that came in. Add-only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payment {
    pub id: PaymentId,
    pub tender: TenderId,
    pub kind: TenderKind,
    /// What it pays of the order.
    pub amount: Money,
    /// What was put on the counter, cash only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tendered: Option<Money>,
    /// What went back over the counter, cash only.
    #[serde(default)]
    pub change: Money,
    /// What cash rounding added to the amount in the drawer (positive) or took from it.
    #[serde(default)]
    pub rounding: Money,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    pub status: PaymentStatus,
    pub at: Timestamp,
    /// The shift whose drawer or terminal took it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shift: Option<ShiftId>,
    /// The credit, voucher or account that it was taken from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<AccountId>,
    /// The provider's own date after which an authorisation lapses.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capture_before: Option<Timestamp>,
}

impl Payment {
    /// What it counts for at the counter.
    pub fn counts_for(&self) -> Money {
        match self.status {
            PaymentStatus::CaptureRequested | PaymentStatus::Captured => self.amount,
            PaymentStatus::Authorised | PaymentStatus::Failed | PaymentStatus::Reversed => {
                Money::ZERO
            }
        }
    }

    /// What it counts for in the books.
    pub fn booked(&self) -> Money {
        if self.status == PaymentStatus::Captured {
            self.amount
        } else {
            Money::ZERO
        }
    }
}

/// Money that was given back: a thing of its own, never a negative payment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refund {
    pub id: RefundId,
    pub tender: TenderId,
    pub kind: TenderKind,
    /// Positive.
    pub amount: Money,
    /// What cash rounding added to the cash given (positive) or took from it.
    #[serde(default)]
    pub rounding: Money,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    pub at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shift: Option<ShiftId>,
    /// The payment that it gives back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment: Option<PaymentId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<AccountId>,
}
