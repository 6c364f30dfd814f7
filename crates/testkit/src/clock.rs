//! A clock that goes only when it is told to.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use comptoir_domain::time::Timestamp;

/// A clock for tests: it stands still between two calls of [`FixedClock::advance`]. Clones show the
/// same time.
#[derive(Debug, Clone)]
pub struct FixedClock(Arc<AtomicI64>);

impl FixedClock {
    pub fn at(moment: Timestamp) -> FixedClock {
        FixedClock(Arc::new(AtomicI64::new(moment.unix_ms())))
    }

    pub fn now(&self) -> Timestamp {
        Timestamp::from_unix_ms(self.0.load(Ordering::SeqCst))
    }

    /// Puts the clock forward, or back where `milliseconds` is negative.
    pub fn advance(&self, milliseconds: i64) {
        self.0.fetch_add(milliseconds, Ordering::SeqCst);
    }

    /// Jumps to a moment, as a clock does that somebody set.
    pub fn set(&self, moment: Timestamp) {
        self.0.store(moment.unix_ms(), Ordering::SeqCst);
    }
}

impl Default for FixedClock {
    /// A Saturday morning at the market: 21 November 2026, 09:00 UTC.
    fn default() -> FixedClock {
        FixedClock::at(Timestamp::from_unix_ms(1_795_251_600_000))
    }
}
