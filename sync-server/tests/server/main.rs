//! The server as tills meet it: a real SQLite file and real requests over the loopback.
#![allow(clippy::unwrap_used, reason = "tests")]

mod access;
mod description;
mod desks;
mod forks;
mod hostile;
mod jobs;
mod limits;
mod mail;
mod office;
mod order_page;
mod payments;
mod process;
mod pull;
mod push;
mod rebuild;
mod shop;
mod stolen_key;
mod texts;
#[path = "../../../crates/domain/tests/support/mod.rs"]
mod trade;
mod webhooks;
mod world;
