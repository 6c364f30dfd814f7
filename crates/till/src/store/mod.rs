//! The till's one database file: how it is opened, what is asserted of it, and the tables that are
//! the till's own.
//!
//! Every module below holds the SQL of one subject. Reads take a connection, writes a transaction;
//! no transaction is held across a wait for a device or a network.

mod open;
mod reserve;
mod settings;

pub use open::{OpenError, Opened, Storage, StorePlace, open_reader};
