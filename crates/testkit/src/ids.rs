//! Ids from a seed: the same seed gives the same ids on every machine.

use comptoir_domain::ids::{IdSource, uuid_v7};
use uuid::Uuid;

/// A source of UUIDv7 that repeats itself for the same seed. Sources of different seeds do not
/// meet. Each id is one millisecond younger than the one before.
#[derive(Debug, Clone)]
pub struct SeededIds {
    state: u64,
    unix_ms: u64,
}

impl SeededIds {
    pub fn new(seed: u64) -> SeededIds {
        SeededIds {
            state: seed,
            unix_ms: 1_795_251_600_000,
        }
    }

    /// SplitMix64: small, well mixed, and the same everywhere.
    fn next_u64(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.state ^ (self.state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}

impl IdSource for SeededIds {
    fn next_uuid(&mut self) -> Uuid {
        let mut random = [0; 10];
        let (high, low) = (self.next_u64(), self.next_u64());
        random[..8].copy_from_slice(&high.to_be_bytes());
        random[8..].copy_from_slice(&low.to_be_bytes()[..2]);
        self.unix_ms += 1;
        uuid_v7(self.unix_ms, random)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn a_seed_repeats_itself_and_meets_no_other() {
        let take = |seed| {
            let mut ids = SeededIds::new(seed);
            (0..100).map(|_| ids.next_uuid()).collect::<Vec<_>>()
        };
        assert_eq!(take(1), take(1));
        let all: BTreeSet<Uuid> = (0..20).flat_map(take).collect();
        assert_eq!(all.len(), 2000);
        assert!(take(7).is_sorted());
    }
}
