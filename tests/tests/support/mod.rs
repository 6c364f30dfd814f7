//! Real processes for tests that pull them apart: a till's host, and a server with a hub to sell from.
#![allow(dead_code, reason = "each test file uses its part")]

pub(crate) mod bench;
pub(crate) mod counter;
pub(crate) mod host;
pub(crate) mod hub;
pub(crate) mod office;

use std::path::PathBuf;
use std::time::{Duration, Instant};

use comptoir_domain::ids::ActionId;

/// How long something may take on a busy machine before it counts as never.
const PATIENCE: Duration = Duration::from_secs(60);

/// Asks again until there is an answer; fails when there never was one.
pub(crate) fn eventually<T>(what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(Instant::now() < deadline, "it never came to be: {what}");
        std::thread::park_timeout(Duration::from_millis(10));
    }
}

/// A fresh id, as the screen makes one at each press.
pub(crate) fn action() -> ActionId {
    let now = sync_server::clock::Clock::now(&sync_server::clock::SystemClock);
    ActionId::from_uuid(sync_server::entropy::new_uuid(now).unwrap())
}

/// One of our programs, built beside the tests.
fn program(name: &str) -> PathBuf {
    comptoir_tests::place::built(name).unwrap()
}
