//! The till as a library: everything that a cashier can do is one method here, and every method
//! answers with the whole new state of the screen. Hosts (the desktop shell, the headless host of
//! the tests) parse, call and answer; they know no rule of the trade.

mod act;
mod audit;
pub mod catalogue;
mod core;
mod desk;
mod error;
pub mod feed;
mod health;
pub mod key;
pub mod keyring;
mod known;
mod mark;
mod paper;
mod pin;
mod practice;
mod printing;
mod samples;
mod session;
mod start;
pub mod store;
pub mod sync;
mod till;
mod use_cases;
mod view;
pub mod wire;

pub use core::{Clock, Core};
pub use error::TillError;
pub use printing::{PrintAnswer, PrintTask};
pub use till::{Priority, Till, TillHandle, TillOptions};
pub use view::SyncReport;
