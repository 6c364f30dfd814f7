//! Sales move between three tills while the line loses, repeats and delays, programs end without a word
//! and the server stops and starts: none is lost, none can be sold twice, and each comes to the cent to
//! what it came to.

use std::collections::BTreeMap;

use comptoir_domain::ids::OrderId;
use comptoir_domain::money::Money;
use comptoir_till::sync::{SyncFailure, SyncRequest};
use comptoir_till::wire::{ClaimParked, ParkedElsewhereState, RecallOrder, WithdrawParked};

use crate::world::{BREAD, HONEY, Hub, Station, settle};

const SEEDS: u64 = 12;
const STEPS: u32 = 120;

struct Day {
    hub: Hub,
    stations: Vec<Station>,
    random: fastrand::Rng,
    /// What each sale comes to.
    figures: BTreeMap<OrderId, Money>,
    sold: Vec<OrderId>,
    late: Vec<SyncRequest>,
}

impl Day {
    fn begin(seed: u64) -> Day {
        let mut hub = Hub::open();
        let stations = (1..=3).map(|number| Station::join(&mut hub, number * 100 + seed));
        let stations = stations.collect::<Vec<_>>();
        Day {
            hub,
            stations,
            random: fastrand::Rng::with_seed(seed),
            figures: BTreeMap::new(),
            sold: Vec::new(),
            late: Vec::new(),
        }
    }

    fn step(&mut self) {
        let chosen = self.random.usize(0..self.stations.len());
        match self.random.u32(0..100) {
            0..12 => self.parks(chosen),
            12..32 => self.asks(chosen),
            32..36 => self.withdraws(chosen),
            36..40 => self.sells(chosen),
            40..44 => self.stations[chosen].crash(),
            44..45 => {
                self.hub.stop();
                self.hub.serve();
            }
            45..48 => self.hub.clock.advance(61_000),
            48..52 => self.deliver_late(),
            _ => self.exchanges(chosen),
        }
        self.hub.clock.advance(1_001);
        self.check();
    }

    fn parks(&mut self, chosen: usize) {
        if self.figures.len() >= 6 {
            return;
        }
        let station = &mut self.stations[chosen];
        let count = self.random.usize(1..4);
        let codes: Vec<&str> = (0..count)
            .map(|_| if self.random.bool() { BREAD } else { HONEY })
            .collect();
        let order = station.parks(&codes);
        let parked = station.parked();
        let sale = parked.iter().find(|sale| sale.order == order);
        self.figures.insert(order, sale.unwrap().total);
    }

    fn asks(&mut self, chosen: usize) {
        let station = &mut self.stations[chosen];
        let mut there = station.elsewhere();
        there.retain(|sale| sale.state != ParkedElsewhereState::Leaving);
        if there.is_empty() {
            return;
        }
        let sale = &there[self.random.usize(0..there.len())];
        // As far as is known here, it comes to what it comes to.
        assert_eq!(sale.total, self.figures[&sale.order]);
        let claim = ClaimParked {
            action: station.action(),
            order: sale.order,
        };
        station.core().parked_claim(&claim).unwrap();
    }

    fn withdraws(&mut self, chosen: usize) {
        let station = &mut self.stations[chosen];
        for sale in station.elsewhere() {
            let order = sale.order;
            station
                .core()
                .parked_withdraw(&WithdrawParked { order })
                .unwrap();
        }
    }

    fn sells(&mut self, chosen: usize) {
        let station = &mut self.stations[chosen];
        if station.parked().is_empty() {
            return;
        }
        station
            .core()
            .order_recall(&RecallOrder { order: None })
            .unwrap();
        let order = station.order();
        assert_eq!(order.total, self.figures[&order.id]);
        if self.random.bool() {
            station.pays_cash(10_000);
            self.sold.push(order.id);
        } else {
            station.core().order_park().unwrap();
        }
    }

    fn exchanges(&mut self, chosen: usize) {
        let fate = self.random.u32(0..100);
        let Day {
            hub,
            stations,
            late,
            ..
        } = self;
        let station = &mut stations[chosen];
        let Some(request) = station.next() else {
            return;
        };
        let answer = match fate {
            0..65 => hub.hear(&request),
            65..75 => Err(SyncFailure::TimedOut),
            75..87 => {
                // It is heard, and the answer is lost.
                let _ = hub.hear(&request);
                Err(SyncFailure::TimedOut)
            }
            87..93 => {
                let _ = hub.hear(&request);
                hub.hear(&request)
            }
            _ => {
                if matches!(request, SyncRequest::Desk { .. }) {
                    late.push(request.clone());
                }
                Err(SyncFailure::TimedOut)
            }
        };
        if fate == 99 {
            // The answer is under way, and the program ends.
            station.crash();
        } else {
            station.hears(&request, answer);
        }
    }

    /// What was thought lost arrives after all, and perhaps once more.
    fn deliver_late(&mut self) {
        if !self.late.is_empty() {
            let chosen = self.random.usize(0..self.late.len());
            // Nobody waits for the answer any more.
            let _ = self.hub.hear(&self.late[chosen]);
        }
    }

    fn check(&mut self) {
        let mut here = BTreeMap::<OrderId, usize>::new();
        let mut held = Vec::new();
        for order in &self.sold {
            *here.entry(*order).or_default() += 1;
        }
        for station in &mut self.stations {
            for order in station.drafts() {
                *here.entry(order).or_default() += 1;
            }
            held.extend(station.held());
        }
        for order in self.figures.keys() {
            let count = here.get(order).copied().unwrap_or_default();
            assert!(count <= 1, "a sale lies on two desks");
            assert!(count == 1 || held.contains(order), "a sale is lost");
        }
    }

    fn rest(&mut self) {
        let mut all: Vec<&mut Station> = self.stations.iter_mut().collect();
        settle(&self.hub, &mut all);
        self.check();
        let mut found = BTreeMap::new();
        for station in &mut self.stations {
            assert!(station.held().is_empty(), "a sale is still on its way");
            found.extend(station.parked().iter().map(|sale| (sale.order, sale.total)));
        }
        let mut expected = self.figures.clone();
        expected.retain(|order, _| !self.sold.contains(order));
        assert_eq!(found, expected);
        // Each till sees what the others put aside, and none of its own.
        for station in &mut self.stations {
            let own = station.parked().len();
            assert_eq!(station.elsewhere().len() + own, expected.len());
        }
    }
}

#[test]
fn sales_move_and_none_is_lost_or_doubled() {
    for seed in 0..SEEDS {
        let mut day = Day::begin(seed);
        for _ in 0..STEPS {
            day.step();
        }
        day.rest();
    }
}
