//! When a till speaks to its server, and about what. Decided anew in each round from what the tables
//! say; nothing that has to be sent is remembered in a flag.

use comptoir_domain::time::Timestamp;

/// The first wait after a failure, in milliseconds.
pub const BACK_OFF_FIRST_MS: i64 = 1_000;

/// The longest wait between two tries, in milliseconds.
pub const BACK_OFF_MAX_MS: i64 = 60_000;

/// How long the oldest unsent entry may wait while the server answers before the till says so, in
/// milliseconds.
pub const STUCK_AFTER_MS: i64 = 5 * 60_000;

/// What the tables say at this moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Situation {
    /// The till belongs to a hub.
    pub is_enrolled: bool,
    /// There are entries that the server is not known to hold.
    pub has_unsent: bool,
    /// The feed's last known end lies beyond the till's position, or nothing was loaded yet.
    pub is_behind: bool,
}

/// The next thing to say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NextStep {
    /// Not now; look again at this moment, or when something happens.
    Rest {
        until: Option<Timestamp>,
    },
    Push,
    /// Ask for news. Where nothing is known to be missing the server holds the answer back.
    Pull {
        wait_for_news: bool,
    },
}

/// How the conversation has been going. Lost at a restart, and that does no harm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Pacing {
    pub failures: u32,
    pub not_before: Option<Timestamp>,
    pub last_success: Option<Timestamp>,
}

impl Pacing {
    /// What to do now. Facts go before news.
    pub fn next_step(&self, situation: Situation, now: Timestamp) -> NextStep {
        if !situation.is_enrolled {
            return NextStep::Rest { until: None };
        }
        if let until @ Some(_) = self.next_try(now) {
            return NextStep::Rest { until };
        }
        if situation.has_unsent {
            return NextStep::Push;
        }
        NextStep::Pull {
            wait_for_news: !situation.is_behind,
        }
    }

    /// The moment before which nothing is said, if it is still to come. No wait is longer than the
    /// longest: a moment further ahead was set before the clock jumped back, and counts no more.
    pub fn next_try(&self, now: Timestamp) -> Option<Timestamp> {
        let is_wait = |moment: &Timestamp| (1..=BACK_OFF_MAX_MS).contains(&moment.ms_since(now));
        self.not_before.filter(is_wait)
    }

    pub fn succeeded(&mut self, now: Timestamp) {
        *self = Pacing {
            failures: 0,
            not_before: None,
            last_success: Some(now),
        };
    }

    /// Waits longer after each failure, spread by `jitter` (any number) so that tills do not come
    /// back all at once. `retry_after_ms` is the server's own wish.
    pub fn failed(&mut self, now: Timestamp, jitter: u64, retry_after_ms: Option<i64>) {
        let doubled = BACK_OFF_FIRST_MS << self.failures.min(6);
        let ceiling = doubled.min(BACK_OFF_MAX_MS);
        let spread = i64::try_from(jitter % u64::try_from(ceiling).unwrap_or(1)).unwrap_or(0);
        let wait = retry_after_ms
            .unwrap_or(0)
            .clamp(0, BACK_OFF_MAX_MS)
            .max(ceiling / 2 + spread / 2);
        self.failures = self.failures.saturating_add(1);
        self.not_before = Some(now.plus_ms(wait));
    }

    /// Something happened that makes another try worth while: a sale, a wake-up, a key press.
    pub fn wake(&mut self) {
        self.not_before = None;
    }
}

/// Whether the till has to say that its entries do not get through although the server answers.
/// Moments that lie ahead are of a clock that was set back since: an entry of then waits, whatever
/// its moment, and an answer of then was none lately.
pub fn is_stuck(
    oldest_unsent: Option<Timestamp>,
    last_success: Option<Timestamp>,
    now: Timestamp,
) -> bool {
    let waited = oldest_unsent.map_or(0, |moment| now.ms_since(moment).saturating_abs());
    let answered_lately =
        last_success.is_some_and(|moment| (0..STUCK_AFTER_MS).contains(&now.ms_since(moment)));
    waited > STUCK_AFTER_MS && answered_lately
}
