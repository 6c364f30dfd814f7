//! The hub manager's office: everything that its pages can ask of the server. What people may do is
//! decided by `comptoir-domain`; here are the copy of the hub's state that lists are made from, and the
//! acts that become entries of the server's own journal.

mod act;
mod audit;
mod customers;
mod desk;
mod goods;
mod history;
mod home;
mod listing;
mod logins;
mod messages;
mod order_acts;
mod order_card;
mod orders;
mod overview;
mod passwords;
mod people;
mod problems;
mod recurring;
mod refusal;
mod settings;
mod shop_keys;
mod sitting;
mod slots;
mod stock;
mod tills;
mod webhooks;
pub mod wire;

pub use desk::{OfficeDesk, OfficeOptions};
pub use listing::Table;
pub use logins::{IDLE_MS, LIFE_MS, RESET_LIFE_MS};
pub use people::LoginToGive;
pub use refusal::{OfficeError, OfficeRefusal};
pub use sitting::Sitting;
