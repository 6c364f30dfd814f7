//! What lies on one till's desk, seen and taken up at another: a real server on the loopback, tills with
//! real databases, and a line that loses, repeats and delays.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod moving;
mod open;
mod parked;
mod world;
