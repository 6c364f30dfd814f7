//! Money that came in for an order or was given back.

use serde::{Deserialize, Serialize};

use crate::ids::{AccountId, CollectionId, ForgivenessId, PaymentId, RefundId, ShiftId, StaffId};
use crate::money::Money;
use crate::tender::{TenderId, TenderKind};
use crate::time::Timestamp;

/// How long before the provider's own date an authorisation is no longer counted on: the capture has
/// to reach the provider through a network that may be away.
const CAPTURE_MARGIN_MS: i64 = 60 * 60 * 1000;

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

/// What was asked for of an authorised payment, hand-over by hand-over: two tills that each hand over
/// a part of the order ask for both.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Capture {
    /// What was authorised: never more than that is asked for.
    pub authorised: Money,
    pub parts: Vec<(CollectionId, Money)>,
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
    /// What hand-overs asked for of it, where it was authorised first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capture: Option<Capture>,
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

    /// What was authorised and nobody asked for yet.
    pub fn uncaptured(&self) -> Money {
        match (self.status, &self.capture) {
            (PaymentStatus::Authorised, _) => self.amount,
            (PaymentStatus::CaptureRequested, Some(capture)) => {
                (capture.authorised - self.amount).max(Money::ZERO)
            }
            _ => Money::ZERO,
        }
    }

    /// From when on its authorisation is no longer counted on.
    pub fn lapses_at(&self) -> Option<Timestamp> {
        let before = self.capture_before?;
        Some(before.plus_ms(-CAPTURE_MARGIN_MS))
    }

    /// Whether its authorisation is over, or so nearly that it is no longer counted on.
    pub fn is_lapsed(&self, now: Timestamp) -> bool {
        self.lapses_at().is_some_and(|lapses_at| lapses_at <= now)
    }

    /// Asks for an amount of what was authorised, for a hand-over where one is named: those add up,
    /// to what was authorised at most. Says whether the payment now covers what was asked for.
    pub(crate) fn request_capture(&mut self, amount: Money, part: Option<CollectionId>) -> bool {
        if matches!(
            self.status,
            PaymentStatus::Captured | PaymentStatus::Reversed
        ) {
            return false;
        }
        let Some(part) = part else {
            self.status = PaymentStatus::CaptureRequested;
            self.amount = amount;
            return true;
        };
        let authorised = self.amount;
        let capture = self.capture.get_or_insert(Capture {
            authorised,
            parts: Vec::new(),
        });
        if capture.parts.iter().any(|(known, _)| *known == part) {
            return true;
        }
        capture.parts.push((part, amount));
        let wanted: Money = capture.parts.iter().map(|(_, amount)| *amount).sum();
        self.status = PaymentStatus::CaptureRequested;
        self.amount = wanted.min(capture.authorised);
        wanted <= capture.authorised
    }
}

/// How far a refund got.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ts_rs::TS)]
#[serde(rename_all = "snake_case")]
pub enum RefundStatus {
    /// The customer has it.
    #[default]
    Done,
    /// It goes back by the payment that it came by, once the server reaches the provider. At the
    /// counter it counts as given back, in the books it is still owed.
    Requested,
    /// The provider refused it: it is owed again.
    Failed,
}

impl RefundStatus {
    fn is_done(&self) -> bool {
        *self == RefundStatus::Done
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
    #[serde(default, skip_serializing_if = "RefundStatus::is_done")]
    pub status: RefundStatus,
}

impl Refund {
    /// What it counts for at the counter.
    pub const fn counts_for(&self) -> Money {
        match self.status {
            RefundStatus::Done | RefundStatus::Requested => self.amount,
            RefundStatus::Failed => Money::ZERO,
        }
    }

    /// What it counts for in the books.
    pub const fn booked(&self) -> Money {
        match self.status {
            RefundStatus::Done => self.amount,
            RefundStatus::Requested | RefundStatus::Failed => Money::ZERO,
        }
    }
}

/// What a customer was let off. It is no money: it counts only for as long as so much is due, so that
/// it is never given back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Forgiveness {
    pub id: ForgivenessId,
    /// Positive.
    pub amount: Money,
    pub at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<StaffId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shift: Option<ShiftId>,
}
