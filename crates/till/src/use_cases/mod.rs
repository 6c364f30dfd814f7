//! What a cashier can do: one use case is one method of [`crate::Core`] that answers with the whole
//! new state of the screen.

mod behalf;
mod care;
mod close;
mod complete;
mod desks;
mod goods;
mod group;
mod import;
mod order;
mod orders;
mod pay;
mod prints;
mod problems;
mod receipt;
mod returns;
mod session;
pub(crate) mod settings;
mod setup;
mod shift;
mod stock;

pub(crate) use close::CARRIED_AWAY;
pub(crate) use orders::{is_closed, kind_gives_back};
pub(crate) use pay::{account_for, goes};
pub(crate) use receipt::{is_receipt, receipt_of};
pub(crate) use settings::Printing;
pub(crate) use shift::place;
