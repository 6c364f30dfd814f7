//! How often somebody may do what should be rare: show a wrong code, push with a revoked key.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use comptoir_domain::time::Timestamp;

const WINDOW_MS: i64 = 60_000;

/// How many are remembered in a minute.
const KNOWN_MAX: usize = 50_000;

/// Counts tries within a minute, each by who tries. There is no limit over all: whoever tried from many
/// places could stop everybody else, and pairing codes have sixty bits.
#[derive(Debug)]
pub struct Tries<K> {
    most: u32,
    window: Mutex<Window<K>>,
}

#[derive(Debug)]
struct Window<K> {
    since: Timestamp,
    counts: BTreeMap<K, u32>,
}

impl<K: Ord> Tries<K> {
    /// Allows so many tries in a minute.
    pub const fn new(most: u32) -> Tries<K> {
        Tries {
            most,
            window: Mutex::new(Window {
                since: Timestamp::from_unix_ms(0),
                counts: BTreeMap::new(),
            }),
        }
    }

    /// How long somebody has to wait before the next try, in seconds; none if there is no need.
    pub fn wait_of(&self, who: &K, now: Timestamp) -> Option<u32> {
        let mut window = self.window.lock().unwrap_or_else(PoisonError::into_inner);
        window.move_on(now);
        let tries = window.counts.get(who).copied().unwrap_or(0);
        (tries >= self.most).then(|| {
            let left_ms = WINDOW_MS - now.ms_since(window.since);
            u32::try_from(left_ms / 1000 + 1).unwrap_or(1)
        })
    }

    /// Somebody tried.
    pub fn count(&self, who: K, now: Timestamp) {
        let mut window = self.window.lock().unwrap_or_else(PoisonError::into_inner);
        window.move_on(now);
        if window.counts.len() >= KNOWN_MAX && !window.counts.contains_key(&who) {
            return;
        }
        let tries = window.counts.entry(who).or_default();
        *tries = tries.saturating_add(1);
    }

    /// What somebody tried was right.
    pub fn forget(&self, who: &K) {
        let mut window = self.window.lock().unwrap_or_else(PoisonError::into_inner);
        window.counts.remove(who);
    }
}

impl<K> Window<K> {
    fn move_on(&mut self, now: Timestamp) {
        let age = now.ms_since(self.since);
        if !(0..WINDOW_MS).contains(&age) {
            *self = Window {
                since: now,
                counts: BTreeMap::new(),
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_try_too_many_in_a_minute_waits_and_others_do_not() {
        let tries = Tries::new(10);
        let now = Timestamp::from_unix_ms(1_000_000);
        for _ in 0..10 {
            assert_eq!(tries.wait_of(&"guesser", now), None);
            tries.count("guesser", now);
        }
        assert_eq!(tries.wait_of(&"guesser", now), Some(61));
        assert_eq!(tries.wait_of(&"other", now), None);
        tries.forget(&"guesser");
        assert_eq!(tries.wait_of(&"guesser", now), None);
        for _ in 0..10 {
            tries.count("guesser", now);
        }
        assert_eq!(tries.wait_of(&"guesser", now), Some(61));
        assert_eq!(tries.wait_of(&"guesser", now.plus_ms(WINDOW_MS)), None);
    }
}
