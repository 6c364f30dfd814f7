//! Orders that wait for their customers: found, checked, amended, settled by their difference and
//! handed over, without a network.
#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

mod found;
mod from_the_shelf;
mod handed_over;
mod in_progress;
mod settled;
#[path = "../support/mod.rs"]
mod support;
