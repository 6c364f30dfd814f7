//! The server as tills meet it: a real SQLite file and real requests over the loopback.
#![allow(clippy::unwrap_used, reason = "tests")]

mod access;
mod description;
mod forks;
mod hostile;
mod limits;
mod mail;
mod order_page;
mod process;
mod pull;
mod push;
mod rebuild;
mod shop;
mod stolen_key;
#[path = "../../../crates/domain/tests/support/mod.rs"]
mod trade;
mod world;
