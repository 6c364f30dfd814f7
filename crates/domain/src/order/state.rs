//! States, derived from lines and milestones and never set by hand.

use serde::{Deserialize, Serialize};

use super::{Order, PaymentStatus};
use crate::quantity::Quantity;

/// How far the goods of an order got.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ts_rs::TS,
)]
#[serde(rename_all = "snake_case")]
pub enum Fulfilment {
    Draft,
    Parked,
    Placed,
    Accepted,
    Picked,
    Ready,
    PartlyCollected,
    Collected,
    Returned,
    Cancelled,
    Expired,
}

/// How far the money of an order got.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ts_rs::TS,
)]
#[serde(rename_all = "snake_case")]
pub enum PaymentState {
    Unpaid,
    Authorised,
    PartPaid,
    Paid,
    OwedToCustomer,
}

/// Which kinds of parts an order has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Parts {
    kept: bool,
    returned: bool,
    open: bool,
}

impl Order {
    /// Where the order stands, from its lines first and its milestones where no line has moved.
    pub fn fulfilment(&self) -> Fulfilment {
        let parts = self.parts();
        match (
            parts.returned || parts.kept,
            parts.open && !self.is_closed(),
        ) {
            (true, true) => return Fulfilment::PartlyCollected,
            (true, false) if parts.kept => return Fulfilment::Collected,
            (true, false) => return Fulfilment::Returned,
            (false, _) => {}
        }
        self.fulfilment_before_hand_over()
    }

    fn fulfilment_before_hand_over(&self) -> Fulfilment {
        let milestones = &self.milestones;
        if milestones.cancelled.is_some() {
            return Fulfilment::Cancelled;
        }
        if milestones.expired_at.is_some() {
            return Fulfilment::Expired;
        }
        if milestones.placed_at.is_none() {
            return if milestones.parked_at.is_some() {
                Fulfilment::Parked
            } else {
                Fulfilment::Draft
            };
        }
        if self.is_void() {
            return Fulfilment::Cancelled;
        }
        if milestones.ready_at.is_some() {
            return Fulfilment::Ready;
        }
        if self.is_picked() {
            return Fulfilment::Picked;
        }
        if milestones.accepted_at.is_some() {
            Fulfilment::Accepted
        } else {
            Fulfilment::Placed
        }
    }

    fn parts(&self) -> Parts {
        Parts {
            kept: self.lines.iter().any(|line| line.kept().is_positive()),
            returned: self.lines.iter().any(|line| line.returned.is_positive()),
            open: self
                .lines
                .iter()
                .any(|line| line.outstanding().is_positive()),
        }
    }

    /// Nothing more is to be handed over, whatever was wanted.
    fn is_closed(&self) -> bool {
        self.milestones.cancelled.is_some() || self.milestones.expired_at.is_some()
    }

    /// Every line was taken off before anything was handed over.
    fn is_void(&self) -> bool {
        !self.lines.is_empty() && self.lines.iter().all(|line| line.wanted().is_zero())
    }

    fn is_picked(&self) -> bool {
        let mut to_pick = self
            .lines
            .iter()
            .filter(|line| line.wanted().is_positive())
            .peekable();
        to_pick.peek().is_some()
            && to_pick.all(|line| line.picked >= line.ordered.min(line.wanted()))
    }

    /// Where the money stands.
    pub fn payment_state(&self) -> PaymentState {
        let totals = self.totals();
        if totals.due.is_negative() {
            return PaymentState::OwedToCustomer;
        }
        if totals.due.is_zero() {
            return PaymentState::Paid;
        }
        if totals.paid.is_positive() {
            return PaymentState::PartPaid;
        }
        if self
            .payments
            .iter()
            .any(|payment| payment.status == PaymentStatus::Authorised)
        {
            return PaymentState::Authorised;
        }
        PaymentState::Unpaid
    }

    /// Whether goods were handed over beyond what the customer is to have.
    pub fn is_over_collected(&self) -> bool {
        self.lines
            .iter()
            .any(|line| line.collected > line.wanted().max(Quantity::ZERO))
    }
}
