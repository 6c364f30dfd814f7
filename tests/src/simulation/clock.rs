//! The clocks of the machines. Each goes at the pace of the true one, and each may be wrong by
//! minutes or by years, ahead or behind.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use comptoir_domain::time::Timestamp;
use comptoir_testkit::FixedClock;

const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;
const DAY_MS: i64 = 24 * HOUR_MS;
const YEAR_MS: i64 = 365 * DAY_MS;

/// The clock of one machine. Clones show the same time.
#[derive(Debug, Clone)]
pub(crate) struct MachineClock {
    right: FixedClock,
    off_ms: Arc<AtomicI64>,
}

impl MachineClock {
    /// A clock that is right so far.
    pub(crate) fn on(right: &FixedClock) -> MachineClock {
        MachineClock {
            right: right.clone(),
            off_ms: Arc::default(),
        }
    }

    /// The clock of a copy of the machine: it shows the same now, and goes wrong by itself.
    pub(crate) fn of_a_copy(&self) -> MachineClock {
        MachineClock {
            right: self.right.clone(),
            off_ms: Arc::new(AtomicI64::new(self.off_ms.load(Ordering::SeqCst))),
        }
    }

    pub(crate) fn now(&self) -> Timestamp {
        let off = self.off_ms.load(Ordering::SeqCst);
        self.right.now().plus_ms(off)
    }

    /// Somebody sets it, or its battery is empty: it jumps ahead or back, or is right again.
    pub(crate) fn jump(&self, random: &mut fastrand::Rng) {
        let reach = match random.u32(0..10) {
            0..3 => 40 * MINUTE_MS,
            3..5 => 20 * HOUR_MS,
            5..7 => 60 * DAY_MS,
            7..9 => 9 * YEAR_MS,
            _ => 1,
        };
        self.off_ms
            .store(random.i64(-reach + 1..reach), Ordering::SeqCst);
    }
}
