//! Money at the hand-over.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod counter;
mod figures;
mod originally_paid;
#[path = "../support/mod.rs"]
mod support;
mod together;
