//! The books: the states that events lead to, and the fold that leads there.
//!
//! [`Books`] is a working set. A store loads the states that an entry touches ([`Touches`]), applies
//! the entry and writes back what changed; a test holds everything in it. Applying never fails and
//! never refuses: what happened is a fact, and what contradicts another fact opens a problem.

mod apply;
mod early;
mod goods;
mod money;
mod orders;
mod touches;

pub use apply::{Applied, AppliedEntry};
pub use touches::Touches;

use std::collections::BTreeMap;

use crate::credit::CreditAccount;
use crate::ids::{AccountId, LocationId, OrderId, ShiftId, TillId, VariantId};
use crate::order::Order;
use crate::problem::{Problem, ProblemId};
use crate::shift::{Shift, TillBooks};
use crate::stock::StockLevel;

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Books {
    pub orders: BTreeMap<OrderId, Order>,
    pub stock: BTreeMap<(VariantId, LocationId), StockLevel>,
    pub shifts: BTreeMap<ShiftId, Shift>,
    pub tills: BTreeMap<TillId, TillBooks>,
    pub accounts: BTreeMap<AccountId, CreditAccount>,
    pub problems: BTreeMap<ProblemId, Problem>,
}

impl Books {
    pub fn order(&self, id: OrderId) -> Option<&Order> {
        self.orders.get(&id)
    }

    /// The level of a variant at a location; nothing was ever moved where none is known.
    pub fn level(&self, variant: VariantId, location: LocationId) -> StockLevel {
        self.stock
            .get(&(variant, location))
            .cloned()
            .unwrap_or_else(|| StockLevel::empty(variant, location))
    }

    pub(crate) fn level_mut(
        &mut self,
        variant: VariantId,
        location: LocationId,
    ) -> &mut StockLevel {
        self.stock
            .entry((variant, location))
            .or_insert_with(|| StockLevel::empty(variant, location))
    }

    pub fn till(&self, till: TillId) -> TillBooks {
        self.tills
            .get(&till)
            .cloned()
            .unwrap_or_else(|| TillBooks::new(till))
    }

    pub(crate) fn till_mut(&mut self, till: TillId) -> &mut TillBooks {
        self.tills
            .entry(till)
            .or_insert_with(|| TillBooks::new(till))
    }

    /// The shift that is open on a till.
    pub fn open_shift(&self, till: TillId) -> Option<&Shift> {
        let shift = self.tills.get(&till)?.open_shift?;
        self.shifts.get(&shift)
    }
}
