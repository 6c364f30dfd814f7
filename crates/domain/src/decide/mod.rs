//! What people may do now. Each decision is a pure function of the books, what is asked and the
//! circumstances; it answers with the events that make it so, or with a refusal that a cashier
//! understands.

mod back;
mod behalf;
mod check;
mod counter;
mod goods;
mod handling;
mod money;
mod moving;
mod office;
mod online;
mod problem;
mod recurring;
mod shift;
mod short;
mod stock;
mod together;

pub use back::{give_back, online_refund_max, take_back, take_return};
pub use behalf::{OnBehalf, place_on_behalf};
pub use check::{Check, Scanned, scan, tick, tick_all};
pub use counter::{HandOver, after, amend, complete, discard};
pub use goods::{
    Article, Making, add, change_price, discount_line, discount_order, remove, set_customer,
    set_quantity, step_quantity, substitute, weigh,
};
pub use handling::{accept, cancel, expire, mark_ready, pick};
pub use money::{
    Balances, PaymentRequest, account_opened, account_to_open, check_spent, correct_tender,
    forgivable, forgive, pay, spendable, to_pay, to_settle,
};
pub use moving::{add_note, goods_not_fetched, move_order};
pub use office::refund_at_office;
pub use online::{
    CustomerChange, NewOrder, Quote, Shelf, SlotState, Wish, amend_online, cancel_online,
    check_for_shop, is_open_to_customer, place_online, quote,
};
pub use problem::{Choice, choices, decide_group, decide_problem, proposed};
pub use recurring::{Repeating, repeat};
pub use shift::{close_shift, count_shift, move_cash, open_drawer, open_shift};
pub use short::{Remedy, settle_shortage};
pub use stock::{Amount, Arrival, TakenOut, count, receive, take_out, undo, undo_action};
pub use together::{Together, is_settled_together, settle_together, to_settle_together};

use crate::ids::{IdSource, LocationId, StaffId, TillId};
use crate::refusal::{Refusal, RefusalCode};
use crate::settings::HubSettings;
use crate::staff::{Permission, Role};
use crate::time::Timestamp;

/// Who asks, when, where, and what new ids come from.
pub struct Context<'a> {
    pub now: Timestamp,
    pub staff: StaffId,
    pub role: Role,
    /// A manager who has confirmed in place with a PIN.
    pub approved_by: Option<StaffId>,
    pub till: TillId,
    pub location: LocationId,
    pub settings: &'a HubSettings,
    pub ids: &'a mut dyn IdSource,
}

impl std::fmt::Debug for Context<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Context")
            .field("now", &self.now)
            .field("staff", &self.staff)
            .finish_non_exhaustive()
    }
}

impl Context<'_> {
    /// What lines are made with.
    pub(crate) fn making(&mut self) -> Making<'_> {
        Making {
            now: self.now,
            settings: self.settings,
            ids: &mut *self.ids,
        }
    }

    /// Refuses what the role may not do, unless a manager confirmed it.
    pub fn permit(&self, permission: Permission) -> Result<(), Refusal> {
        if self.role.may(permission) || self.approved_by.is_some() {
            return Ok(());
        }
        Err(Refusal::from(RefusalCode::NotPermitted))
    }
}
