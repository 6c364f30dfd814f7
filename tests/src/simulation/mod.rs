//! The whole system in one thread and one seed: tills and a server with real databases, a network
//! that loses, repeats, delays and cuts, clocks that are years off and jump, machines that die at any
//! of their writes, are copied or come back from a backup, and a shop that goes on taking orders.
//!
//! Everything that happens is drawn from the seed, so that a failure can be run again by its number.
//! After each step the invariants are checked that hold always, and when the faults have stopped those
//! that hold at rest; then there is more activity, because engines that went quiet wrongly are found
//! only then.

mod arrival;
mod catalogue;
mod checks;
mod clock;
mod disk;
mod facts;
mod network;
mod server;
mod shop;
mod till;
mod vfs;

use std::path::Path;

use comptoir_domain::time::Timestamp;
use comptoir_testkit::FixedClock;

use clock::MachineClock;
use comptoir_sync::feed::Cursor;
use disk::{Accident, Disk};
use network::Network;
use server::ServerSide;
use till::TillSide;

/// Saturday, 21 November 2026, nine in the morning in Paris.
const START: Timestamp = Timestamp::from_unix_ms(1_795_248_000_000);

/// How many steps of trouble a seed has, then how many more after the first rest.
const STEPS: u32 = 120;
const STEPS_AFTER_REST: u32 = 30;

/// How often whole journals are verified.
const STEPS_BETWEEN_THOROUGH_CHECKS: u32 = 10;

/// How many rounds a backlog may take to drain when nothing is in the way any more.
const ROUNDS_TO_REST: u32 = 400;

/// One run.
pub struct Simulation {
    pub(crate) random: fastrand::Rng,
    pub(crate) clock: FixedClock,
    pub(crate) server: ServerSide,
    pub(crate) tills: Vec<TillSide>,
    pub(crate) network: Network,
    folder: std::path::PathBuf,
    step: u32,
    /// The end of the feed when the hub's state was last checked.
    checked_to: Option<Cursor>,
}

/// What a run went through, so that a test can see that it was not an idle one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Summary {
    pub sales: u64,
    pub returns: u64,
    pub crashes: u64,
    pub accidents: u64,
    pub restores: u64,
    pub server_crashes: u64,
    pub server_restores: u64,
    pub deleted: u64,
    pub clones: u64,
    pub forks: u64,
    pub lost: u64,
    pub repeated: u64,
    pub shop_orders: u64,
    pub online_orders_handed_over: u64,
    pub problems: u64,
}

impl Summary {
    /// Both together.
    #[must_use]
    pub const fn plus(self, other: Summary) -> Summary {
        Summary {
            sales: self.sales + other.sales,
            returns: self.returns + other.returns,
            crashes: self.crashes + other.crashes,
            accidents: self.accidents + other.accidents,
            restores: self.restores + other.restores,
            server_crashes: self.server_crashes + other.server_crashes,
            server_restores: self.server_restores + other.server_restores,
            deleted: self.deleted + other.deleted,
            clones: self.clones + other.clones,
            forks: self.forks + other.forks,
            lost: self.lost + other.lost,
            repeated: self.repeated + other.repeated,
            shop_orders: self.shop_orders + other.shop_orders,
            online_orders_handed_over: self.online_orders_handed_over
                + other.online_orders_handed_over,
            problems: self.problems + other.problems,
        }
    }
}

impl Drop for Simulation {
    fn drop(&mut self) {
        disk::forget_in(&self.folder);
    }
}

impl std::fmt::Debug for Simulation {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Simulation")
            .field("step", &self.step)
            .finish_non_exhaustive()
    }
}

/// Runs one seed in a folder of its own and panics where an invariant does not hold.
pub fn run(seed: u64, folder: &Path) -> Summary {
    let mut simulation = Simulation::new(seed, folder);
    simulation.trouble(STEPS);
    simulation.rest();
    simulation.trouble(STEPS_AFTER_REST);
    simulation.rest();
    simulation.summary()
}

impl Simulation {
    fn new(seed: u64, folder: &Path) -> Simulation {
        let mut random = fastrand::Rng::with_seed(seed);
        let clock = FixedClock::at(START);
        let own_clock = || MachineClock::on(&clock);
        let server = ServerSide::found(&folder.join("server"), seed, own_clock());
        let count = random.usize(2..=4);
        let mut tills = Vec::new();
        for number in 0..count {
            tills.push(TillSide::enrol(folder, number, seed, own_clock(), &server));
        }
        Simulation {
            random,
            clock,
            server,
            tills,
            network: Network::default(),
            folder: folder.to_owned(),
            step: 0,
            checked_to: None,
        }
    }

    /// Steps with every kind of fault.
    fn trouble(&mut self, steps: u32) {
        self.network.trouble = true;
        for _ in 0..steps {
            self.step += 1;
            self.clock.advance(self.random.i64(1..20_000));
            self.one_step();
            let feed_end = Some(self.server.feed_end());
            if feed_end != self.checked_to {
                self.checked_to = feed_end;
                checks::changed_state(self);
            }
            checks::always(
                self,
                self.step.is_multiple_of(STEPS_BETWEEN_THOROUGH_CHECKS),
            );
        }
    }

    fn one_step(&mut self) {
        let chosen = self.random.usize(0..self.tills.len());
        match self.random.u32(0..100) {
            0..84 => self.work(chosen),
            84..87 => self.tills[chosen].crash(&mut self.random),
            87..88 => self.tills[chosen].back_up(),
            88..89 => self.tills[chosen].restore(),
            89..90 => self.clone_till(chosen),
            90..94 => self.tills[chosen].clock.jump(&mut self.random),
            94..95 => self.server.clock.jump(&mut self.random),
            95..96 => self.server.crash(&mut self.random),
            96..97 => self.server.back_up(self.step),
            97..98 => self.restore_server(),
            _ => self.tills[chosen].write_what_a_newer_version_would(),
        }
    }

    /// People and machines do what they are there for; now and then one of them dies over it.
    fn work(&mut self, chosen: usize) {
        let struck = self.prepare_accident(chosen);
        match self.random.u32(0..84) {
            0..36 => self.tills[chosen].press_a_few(&mut self.random),
            36..69 => self.exchange(chosen),
            69..73 => self.deliver_late(),
            73..80 => shop::do_something(&mut self.server, &mut self.random),
            80..82 => self.tills[chosen].hand_over_an_online_order(&mut self.random),
            _ => self.tills[chosen].take_goods_back(&mut self.random),
        }
        if struck {
            self.tills[chosen].recover(&mut self.random);
            self.server.recover(&mut self.random);
        }
    }

    /// One step in eight has an accident waiting, on the till or on the server.
    fn prepare_accident(&mut self, chosen: usize) -> bool {
        if self.random.u32(0..8) > 0 {
            return false;
        }
        let disk: &Disk = if self.random.u32(0..3) > 0 {
            &self.tills[chosen].disk
        } else {
            &self.server.disk
        };
        let accident = match self.random.u32(0..5) {
            0..2 => Accident::Kill,
            2..4 => Accident::PowerCut,
            _ => Accident::Full {
                writes: self.random.u32(1..20),
            },
        };
        disk.prepare(accident, self.random.u32(1..30));
        true
    }

    fn restore_server(&mut self) {
        if self.server.restore() {
            for till in &mut self.tills {
                till.is_up_to_date = false;
            }
        }
    }

    /// Lets one till say one thing to the server.
    fn exchange(&mut self, chosen: usize) {
        let Simulation {
            random,
            server,
            tills,
            network,
            ..
        } = self;
        network.exchange(&mut tills[chosen], server, random);
    }

    fn deliver_late(&mut self) {
        let Simulation {
            random,
            server,
            network,
            ..
        } = self;
        network.deliver_late(server, random);
    }

    /// The folder of a till is copied with its key, and both go on: a cloned machine.
    fn clone_till(&mut self, chosen: usize) {
        if self.tills.len() < 6 {
            let number = self.tills.len();
            let clone = self.tills[chosen].cloned(&self.folder, number);
            self.tills.push(clone);
        }
    }

    /// The faults stop. Everything must drain without anybody pressing anything.
    fn rest(&mut self) {
        self.network.trouble = false;
        self.deliver_late();
        for round in 0.. {
            assert!(
                round < ROUNDS_TO_REST,
                "L1: a backlog does not drain: {:?}",
                self.backlog()
            );
            self.clock.advance(61_000);
            for chosen in 0..self.tills.len() {
                self.exchange(chosen);
            }
            if self
                .tills
                .iter()
                .all(|till| till.is_level_with(&self.server))
            {
                break;
            }
        }
        for till in &mut self.tills {
            till.is_up_to_date = true;
        }
        checks::changed_state(self);
        checks::always(self, true);
        checks::at_rest(self);
    }

    fn backlog(&self) -> Vec<String> {
        self.tills.iter().map(TillSide::describe).collect()
    }

    fn summary(&self) -> Summary {
        let mut summary = Summary {
            lost: self.network.lost,
            repeated: self.network.repeated,
            forks: self.server.forks(),
            shop_orders: self.server.shop_orders,
            problems: self.server.open_problems(),
            server_crashes: self.server.crashes,
            server_restores: self.server.restores,
            deleted: self.server.deleted.len() as u64,
            ..Summary::default()
        };
        for till in &self.tills {
            summary.sales += till.sales;
            summary.crashes += till.crashes;
            summary.restores += till.restores;
            summary.accidents += till.accidents;
            summary.returns += till.returns;
            summary.clones += u64::from(till.is_clone);
            summary.online_orders_handed_over += till.online_orders_handed_over;
        }
        summary
    }
}
