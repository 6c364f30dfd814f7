//! The commands as an administrator meets them: real folders, real files, and what they say.
#![allow(clippy::unwrap_used, reason = "tests")]

mod books;
mod catalogue;
mod copies;
mod demo;
mod desk;
mod hub;
mod real_catalogues;
mod shops;
#[path = "../../../crates/domain/tests/support/mod.rs"]
mod trade;
