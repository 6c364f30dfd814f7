//! The rules of the trade, and nothing else: money, tax, prices, barcodes, orders, stock, shifts,
//! credit and the journal.
//!
//! Everything here is a pure function of its arguments. Time, ids and randomness are passed in;
//! files, networks, devices and databases are unknown. Till, server, documents and tests call the
//! same code, so that a rule exists once.
#![deny(clippy::float_arithmetic)]

pub mod barcode;
pub mod books;
pub mod catalogue;
pub mod catalogue_import;
pub mod closing;
pub mod country;
pub mod credit;
pub mod customer;
pub mod decide;
pub mod document;
pub mod draft;
pub mod entry;
pub mod event;
pub mod ids;
pub mod message;
pub mod money;
pub mod order;
pub mod price;
pub mod problem;
pub mod quantity;
pub mod recurring;
pub mod refusal;
pub mod settings;
pub mod shift;
pub mod shortage;
pub mod slot;
pub mod staff;
pub mod stock;
pub mod tax;
pub mod tender;
pub mod time;
pub mod unit_price;
