//! What a cashier can do: one use case is one method of [`crate::Core`] that answers with the whole
//! new state of the screen.

mod close;
mod complete;
mod goods;
mod import;
mod order;
mod orders;
mod pay;
mod receipt;
mod session;
pub(crate) mod settings;
mod setup;
mod shift;

pub(crate) use close::CARRIED_AWAY;
pub(crate) use orders::kind_gives_back;
pub(crate) use receipt::receipt_of;
pub(crate) use settings::Printing;
pub(crate) use shift::place;
