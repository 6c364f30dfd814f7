//! The whole system under faults, by seed. `cargo xtask soak` runs as many as one likes; a failure
//! prints its seed, and `COMPTOIR_SOAK_SEED=N` runs that one again.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test that cannot go on has failed, and says which seed it was"
)]

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use comptoir_tests::simulation::{Summary, run};

/// How many seeds an ordinary test run has.
const SEEDS: u64 = 1000;

/// Where the simulated disks are: in memory where there is such a place.
fn disks() -> tempfile::TempDir {
    let memory = std::path::Path::new("/dev/shm");
    if memory.is_dir() {
        tempfile::tempdir_in(memory).unwrap()
    } else {
        tempfile::tempdir().unwrap()
    }
}

fn run_seed(seed: u64) -> Summary {
    let disks = disks();
    match catch_unwind(AssertUnwindSafe(|| run(seed, disks.path()))) {
        Ok(summary) => summary,
        Err(panic) => {
            println!("the seed that failed: COMPTOIR_SOAK_SEED={seed}");
            std::panic::resume_unwind(panic);
        }
    }
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

/// Runs seeds on every processor until there are enough or time is up, and adds up what they saw.
fn run_many(first: u64, count: u64, until: Option<Instant>) -> (u64, Summary) {
    let next = AtomicU64::new(first);
    let workers = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let sums = std::thread::scope(|scope| {
        let worker = || {
            let mut seen = (0, Summary::default());
            loop {
                let seed = next.fetch_add(1, Ordering::Relaxed);
                if seed >= first.saturating_add(count)
                    || until.is_some_and(|until| Instant::now() >= until)
                {
                    return seen;
                }
                seen = (seen.0 + 1, seen.1.plus(run_seed(seed)));
            }
        };
        let workers: Vec<_> = (0..workers).map(|_| scope.spawn(worker)).collect();
        workers
            .into_iter()
            .map(|worker| worker.join().unwrap())
            .collect::<Vec<_>>()
    });
    sums.into_iter().fold((0, Summary::default()), |all, one| {
        (all.0 + one.0, all.1.plus(one.1))
    })
}

#[test]
fn everything_holds_under_every_fault() {
    let (runs, summary) = match (
        number("COMPTOIR_SOAK_SEED"),
        number("COMPTOIR_SOAK_SECONDS"),
    ) {
        (Some(seed), _) => (1, run_seed(seed)),
        (None, Some(seconds)) => {
            let first = u64::from(std::process::id()) << 24;
            run_many(
                first,
                u64::MAX >> 1,
                Some(Instant::now() + Duration::from_secs(seconds)),
            )
        }
        (None, None) => run_many(1, number("COMPTOIR_SOAK_SEEDS").unwrap_or(SEEDS), None),
    };
    println!("{runs} seeds: {summary:?}");
    if runs >= 200 {
        // A simulation in which nothing happens finds nothing.
        let often = [
            "entry sale",
            "shop orders",
            "lost",
            "repeated",
            "entry order_amended",
        ];
        for what in often {
            assert!(summary.of(what) > runs, "{what} is rare");
        }
        for what in HAPPENS {
            assert!(summary.of(what) > 0, "{what} never happens");
        }
    }
}

/// What two hundred seeds go through at least once.
const HAPPENS: &[&str] = &[
    "accidents",
    "captured",
    "cancelled by customers",
    "changed by customers",
    "clones",
    "crashes",
    "deleted",
    "entry order_cancelled",
    "entry order_collected",
    "entry order_ready",
    "forks",
    "goods_returned",
    "hand-over of everything",
    "hand-over of nothing",
    "hand-over of ticked",
    "paid online",
    "problem amended_after_cancelled",
    "problem cancelled_after_collected",
    "problem collected_after_cancelled",
    "problem handed_over_twice",
    "problem quantity_set_twice",
    "problem removed_and_changed",
    "problem sold_below_zero",
    "problems decided",
    "restores",
    "server crashes",
    "server restores",
    "shop refusals",
];

#[test]
fn the_same_seed_gives_the_same_run() {
    assert_eq!(run_seed(7), run_seed(7));
}
