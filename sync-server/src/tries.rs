//! How often somebody may guess.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use comptoir_domain::time::Timestamp;

const WINDOW_MS: i64 = 60_000;

/// Wrong guesses from one address in a minute.
const PER_ADDRESS: u32 = 10;

/// Wrong guesses from everywhere in a minute: codes have sixty bits, so this is far below danger.
const IN_ALL: u32 = 300;

/// Counts wrong guesses by address, within a minute.
#[derive(Debug, Default)]
pub struct Tries(Mutex<Window>);

#[derive(Debug, Default)]
struct Window {
    since: Timestamp,
    in_all: u32,
    by_address: BTreeMap<IpAddr, u32>,
}

impl Tries {
    /// How long an address has to wait before the next guess, in seconds; none if it need not.
    pub fn wait_of(&self, address: IpAddr, now: Timestamp) -> Option<u32> {
        let mut window = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        window.move_on(now);
        let from_there = window.by_address.get(&address).copied().unwrap_or(0);
        let is_too_many = from_there >= PER_ADDRESS || window.in_all >= IN_ALL;
        is_too_many.then(|| {
            let left_ms = WINDOW_MS - now.ms_since(window.since);
            u32::try_from(left_ms / 1000 + 1).unwrap_or(1)
        })
    }

    /// A guess from an address was wrong.
    pub fn count(&self, address: IpAddr, now: Timestamp) {
        let mut window = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        window.move_on(now);
        window.in_all = window.in_all.saturating_add(1);
        let from_there = window.by_address.entry(address).or_default();
        *from_there = from_there.saturating_add(1);
    }
}

impl Window {
    fn move_on(&mut self, now: Timestamp) {
        let age = now.ms_since(self.since);
        if !(0..WINDOW_MS).contains(&age) {
            *self = Window {
                since: now,
                ..Window::default()
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_eleventh_guess_in_a_minute_waits_and_others_do_not() {
        let tries = Tries::default();
        let (guesser, other) = ([10, 0, 0, 1].into(), [10, 0, 0, 2].into());
        let now = Timestamp::from_unix_ms(1_000_000);
        for _ in 0..PER_ADDRESS {
            assert_eq!(tries.wait_of(guesser, now), None);
            tries.count(guesser, now);
        }
        assert_eq!(tries.wait_of(guesser, now), Some(61));
        assert_eq!(tries.wait_of(other, now), None);
        assert_eq!(tries.wait_of(guesser, now.plus_ms(WINDOW_MS)), None);
    }
}
