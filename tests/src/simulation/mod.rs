//! The whole system in one thread and one seed: tills and a server with real databases, a network
//! that loses, repeats, delays and cuts, clocks that are years off and jump, machines that die at any
//! of their writes, are copied or come back from a backup, and a shop that goes on taking orders.
//!
//! Everything that happens is drawn from the seed, so that a failure can be run again by its number.
//! After each step the invariants are checked that hold always, and when the faults have stopped those
//! that hold at rest; then there is more activity, because engines that went quiet wrongly are found
//! only then.

mod arrival;
mod bank;
mod catalogue;
mod checks;
mod clock;
mod disk;
mod facts;
mod goods;
mod network;
mod office;
mod server;
mod shop;
mod table;
mod tally;
mod till;
mod vfs;

use std::path::Path;

use comptoir_domain::time::Timestamp;
use comptoir_testkit::FixedClock;
use serde::de::DeserializeOwned;

use clock::MachineClock;
use comptoir_sync::feed::Cursor;
use disk::{Accident, Disk};
use network::Network;
use server::ServerSide;
pub use tally::Summary;
use till::TillSide;

/// Saturday, 21 November 2026, nine in the morning in Paris.
const START: Timestamp = Timestamp::from_unix_ms(1_795_248_000_000);

/// How many steps of trouble a seed has, then how many more after the first rest.
const STEPS: u32 = 150;
const STEPS_AFTER_REST: u32 = 40;

/// How often whole journals are verified.
const STEPS_BETWEEN_THOROUGH_CHECKS: u32 = 10;

/// How many rounds a backlog may take to drain when nothing is in the way any more.
const ROUNDS_TO_REST: u32 = 400;

/// How often each till has something to say in one of them.
const EXCHANGES_A_ROUND: u32 = 12;

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

/// What is written down as a screen or another program writes it: what may be left out is left out.
pub(crate) fn read<T: DeserializeOwned>(written: serde_json::Value) -> T {
    serde_json::from_value(written).expect("what others write can be read")
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
            0..83 => self.work(chosen),
            83..84 => self.tills[chosen].offline_for = self.random.u32(10..60),
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
            0..22 => self.tills[chosen].press_a_few(&mut self.random),
            22..36 => self.tills[chosen].serve_a_waiting_order(&mut self.random),
            36..62 => self.talk(chosen),
            62..64 => self.deliver_late(),
            64..71 => shop::do_something(&mut self.server, &mut self.random),
            71..77 => office::do_something(&mut self.server, &mut self.random),
            77..81 => bank::do_something(&mut self.server, &mut self.random),
            81..83 => self.tills[chosen].take_goods_back(&mut self.random),
            _ => self.tills[chosen].move_goods(&mut self.random),
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

    /// Lets one till say a few things to the server, one after the other.
    fn talk(&mut self, chosen: usize) {
        for _ in 0..self.random.u32(1..5) {
            if !self.tills[chosen].disk.is_dead() && !self.server.disk.is_dead() {
                self.exchange(chosen);
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
            if self.talks_until_level() {
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

    /// Everybody has something to say for a moment. A till with an order in hand says so again every few
    /// minutes, which is news to all others.
    fn talks_until_level(&mut self) -> bool {
        for _ in 0..EXCHANGES_A_ROUND {
            for chosen in 0..self.tills.len() {
                self.exchange(chosen);
            }
            let mut tills = self.tills.iter();
            if tills.all(|till| till.is_level_with(&self.server)) {
                return true;
            }
            self.clock.advance(1_100);
        }
        false
    }

    fn backlog(&self) -> Vec<String> {
        self.tills.iter().map(TillSide::describe).collect()
    }

    fn summary(&self) -> Summary {
        let mut summary = self.network.tally.clone().plus(self.server.tally.clone());
        for till in &self.tills {
            summary = summary.plus(till.tally.clone());
        }
        summary.add_many("forks", self.server.forks());
        summary.add_many("deleted", self.server.deleted.len() as u64);
        for problem in self.server.problems() {
            summary.add_named("problem", &problem.rule);
        }
        for row in self.server.journal() {
            summary.add(&format!("entry {}", row.kind));
        }
        summary
    }
}
