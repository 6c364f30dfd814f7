//! The rules of the trade, and nothing else: money, tax, prices, barcodes, orders, stock, shifts,
//! credit and the journal.
//!
//! Everything here is a pure function of its arguments. Time, ids and randomness are passed in;
//! files, networks, devices and databases are unknown. Till, server, documents and tests call the
//! same code, so that a rule exists once.
#![deny(clippy::float_arithmetic)]

pub mod catalogue;
pub mod country;
pub mod ids;
pub mod money;
pub mod price;
pub mod quantity;
pub mod staff;
pub mod tax;
pub mod tender;
pub mod time;
pub mod unit_price;
