//! Sales that were put aside move between tills over a line that loses, repeats and delays, and past a
//! server that is put back to an older copy: none is lost, none can be sold twice.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::collections::{BTreeMap, BTreeSet};

use comptoir_domain::document::TillCode;
use comptoir_domain::ids::{ActionId, OrderId, TillId};
use comptoir_domain::time::Timestamp;
use comptoir_sync::desk::{
    Change, Claim, ClaimMove, ClaimRefusal, ClaimState, FRESH_MS, Offer, Side, Standing, judge,
    meet,
};
use proptest::prelude::*;
use uuid::Uuid;

const NOON: Timestamp = Timestamp::from_unix_ms(1_795_000_000_000);
const TILLS: usize = 3;
const SALES: u128 = 4;

fn till_id(number: usize) -> TillId {
    TillId::from_uuid(Uuid::from_u128(number as u128 + 1))
}

fn sale_id(number: u128) -> OrderId {
    OrderId::from_uuid(Uuid::from_u128(100 + number))
}

fn code(number: usize) -> TillCode {
    TillCode::new(["A", "B", "C"][number]).unwrap()
}

/// A claim as one till remembers it.
#[derive(Debug, Clone)]
struct Row {
    order: OrderId,
    other: TillId,
    side: Side,
    giving: Option<ActionId>,
    /// The copy that cannot be sold.
    holds: bool,
}

#[derive(Debug, Clone)]
struct Request {
    till: usize,
    parked: BTreeSet<OrderId>,
    moves: Vec<ClaimMove>,
}

/// What the server holds: claims, and who put what aside as far as it was told.
#[derive(Debug, Clone, Default)]
struct Server {
    claims: BTreeMap<ActionId, Claim>,
    desks: BTreeMap<TillId, BTreeSet<OrderId>>,
    head: u64,
}

impl Server {
    fn hear(&mut self, request: &Request) {
        let till = till_id(request.till);
        self.desks.insert(till, request.parked.clone());
        for said in &request.moves {
            let offer = match said {
                ClaimMove::Ask { order, owner, .. } => {
                    let desk = self.desks.get(owner);
                    match desk.is_some_and(|desk| desk.contains(order)) {
                        true => Offer::There,
                        false => Offer::NotThere,
                    }
                }
                _ => Offer::NotThere,
            };
            let wanted = |claim: &Claim| match said {
                ClaimMove::Ask { order, .. } => claim.order == *order && claim.state.is_under_way(),
                _ => false,
            };
            let standing = Standing {
                now: NOON,
                till,
                till_code: code(request.till),
                other_code: Some(code(0)),
                offer,
                wanted: self.claims.values().any(wanted),
            };
            if let Some(claim) = judge(self.claims.get(&said.claim()), said, &standing) {
                self.claims.insert(claim.id, claim);
            }
        }
        self.head += 1;
    }
}

#[derive(Debug, Default)]
struct Till {
    number: usize,
    parked: BTreeSet<OrderId>,
    rows: BTreeMap<ActionId, Row>,
    /// The hub's state as it was pulled last, and the end of the feed as it was heard of.
    pulled: Server,
    known_head: u64,
}

impl Till {
    fn id(&self) -> TillId {
        till_id(self.number)
    }

    fn request(&self) -> Request {
        let to_say = self.rows.iter().filter(|(_, row)| row.side.is_to_say());
        let moves = to_say.map(|(id, row)| said(*id, row));
        Request {
            till: self.number,
            parked: self.parked.clone(),
            moves: moves.collect(),
        }
    }

    fn told(&mut self, request: &Request, head: u64) {
        for heard in &request.moves {
            let id = heard.claim();
            let Some(row) = self.rows.get(&id).cloned() else {
                continue;
            };
            if !row.side.is_to_say() || said(id, &row) != *heard {
                continue;
            }
            match row.side.told() {
                Some(side) => self.rows.insert(id, Row { side, ..row }),
                None => self.rows.remove(&id),
            };
        }
        self.known_head = self.known_head.max(head);
    }

    fn pull(&mut self, server: &Server) {
        self.pulled = server.clone();
        self.known_head = server.head;
    }

    /// Does what is to be done about claims, where nothing newer is known to be missing.
    fn settle(&mut self, fresh: &mut u128) {
        if self.known_head > self.pulled.head {
            return;
        }
        for _ in 0..100 {
            let ids: BTreeSet<ActionId> = self
                .rows
                .keys()
                .chain(self.pulled.claims.keys())
                .copied()
                .collect();
            let next = ids.into_iter().find_map(|id| {
                let row = self.rows.get(&id);
                let claim = self.pulled.claims.get(&id);
                let took = row.and_then(|row| row.giving);
                let change = meet(self.id(), claim, row.map(|row| row.side), took)?;
                Some((id, claim.cloned(), change))
            });
            let Some((id, claim, change)) = next else {
                return;
            };
            self.change(id, claim.as_ref(), change, fresh);
        }
        panic!("a till never comes to rest: {self:#?}");
    }

    fn change(&mut self, id: ActionId, claim: Option<&Claim>, change: Change, fresh: &mut u128) {
        let row = self.rows.get(&id).cloned().unwrap_or_else(|| {
            let claim = claim.unwrap();
            let is_owner = claim.owner == self.id();
            Row {
                order: claim.order,
                other: if is_owner {
                    claim.claimant
                } else {
                    claim.owner
                },
                side: Side::Ended,
                giving: None,
                holds: false,
            }
        });
        let order = row.order;
        match change {
            Change::To(side) => drop(self.rows.insert(id, Row { side, ..row })),
            Change::Answer if self.parked.remove(&order) => {
                *fresh += 1;
                let given = Row {
                    side: Side::Giving,
                    giving: Some(ActionId::from_uuid(Uuid::from_u128(*fresh))),
                    holds: true,
                    ..row
                };
                self.rows.insert(id, given);
            }
            Change::Answer => {
                let side = Side::Refusing(ClaimRefusal::Gone);
                self.rows.insert(id, Row { side, ..row });
            }
            Change::Take => {
                let ClaimState::Given { giving, .. } = &claim.unwrap().state else {
                    panic!("nothing was given");
                };
                self.parked.insert(order);
                let taken = Row {
                    side: Side::Taking,
                    giving: Some(*giving),
                    ..row
                };
                self.rows.insert(id, taken);
            }
            Change::End(_) => {
                let side = Side::Ended;
                self.rows.insert(id, Row { side, ..row });
            }
            Change::Drop => drop(self.rows.remove(&id)),
            Change::Restore => {
                assert!(row.holds);
                self.parked.insert(order);
                self.rows.remove(&id);
            }
        }
    }
}

fn said(claim: ActionId, row: &Row) -> ClaimMove {
    match row.side {
        Side::Asking => ClaimMove::Ask {
            claim,
            order: row.order,
            owner: row.other,
        },
        Side::Withdrawing => ClaimMove::Withdraw { claim },
        Side::Taking => ClaimMove::Take { claim },
        Side::Returning => ClaimMove::Return { claim },
        Side::Refusing(why) => ClaimMove::Refuse { claim, why },
        Side::Giving => ClaimMove::Give {
            claim,
            order: row.order,
            claimant: row.other,
            giving: row.giving.unwrap(),
            snapshot: "sale".to_owned(),
        },
        other => panic!("{other:?} is nothing to say"),
    }
}

struct World {
    server: Server,
    backup: Option<Server>,
    tills: Vec<Till>,
    late: Vec<Request>,
    sold: BTreeSet<OrderId>,
    fresh: u128,
}

impl World {
    fn new() -> World {
        let mut tills: Vec<Till> = (0..TILLS)
            .map(|number| Till {
                number,
                ..Till::default()
            })
            .collect();
        for sale in 0..SALES {
            tills[usize::try_from(sale).unwrap() % TILLS]
                .parked
                .insert(sale_id(sale));
        }
        World {
            server: Server::default(),
            backup: None,
            tills,
            late: Vec::new(),
            sold: BTreeSet::new(),
            fresh: 1000,
        }
    }

    fn step(&mut self, kind: u8, till: usize, pick: usize) {
        match kind {
            0..=2 => self.ask(till, pick),
            3 => self.withdraw(till, pick),
            4 => self.sell(till, pick),
            5..=7 => self.send(till, true, true),
            8 => self.send(till, true, false),
            9 => {
                let request = self.tills[till].request();
                self.late.push(request);
            }
            10 => self.deliver_late(pick),
            11..=13 => self.tills[till].pull(&self.server),
            14..=16 => self.tills[till].settle(&mut self.fresh),
            17 => self.backup = Some(self.server.clone()),
            _ => {
                if let Some(copy) = self.backup.take() {
                    self.server = copy;
                }
            }
        }
    }

    fn ask(&mut self, till: usize, pick: usize) {
        let asking = &mut self.tills[till];
        let own = asking.id();
        let desks = asking.pulled.desks.iter().filter(|(id, _)| **id != own);
        let offers: Vec<(TillId, OrderId)> = desks
            .flat_map(|(id, desk)| desk.iter().map(|order| (*id, *order)))
            .collect();
        if offers.is_empty() {
            return;
        }
        let (other, order) = offers[pick % offers.len()];
        self.fresh += 1;
        let row = Row {
            order,
            other,
            side: Side::Asking,
            giving: None,
            holds: false,
        };
        let id = ActionId::from_uuid(Uuid::from_u128(self.fresh));
        asking.rows.insert(id, row);
    }

    fn withdraw(&mut self, till: usize, pick: usize) {
        let rows = self.tills[till].rows.values_mut();
        let mut asked: Vec<&mut Row> = rows
            .filter(|row| matches!(row.side, Side::Asking | Side::Asked))
            .collect();
        let count = asked.len().max(1);
        if let Some(row) = asked.get_mut(pick % count) {
            row.side = Side::Withdrawing;
        }
    }

    fn sell(&mut self, till: usize, pick: usize) {
        let till = &mut self.tills[till];
        // Now and then only, so that there is something left to move.
        if let Some(order) = till
            .parked
            .first()
            .copied()
            .filter(|_| pick.is_multiple_of(5))
        {
            till.parked.remove(&order);
            assert!(self.sold.insert(order), "a sale was sold twice");
        }
    }

    fn send(&mut self, till: usize, arrives: bool, is_answered: bool) {
        let request = self.tills[till].request();
        if arrives {
            self.server.hear(&request);
        }
        if is_answered {
            self.tills[till].told(&request, self.server.head);
        }
    }

    fn deliver_late(&mut self, pick: usize) {
        if !self.late.is_empty() {
            let request = self.late[pick % self.late.len()].clone();
            self.server.hear(&request);
        }
    }

    fn check(&self) {
        for sale in (0..SALES).map(sale_id) {
            let parked = self.tills.iter().filter(|till| till.parked.contains(&sale));
            let sellable = parked.count() + usize::from(self.sold.contains(&sale));
            assert!(sellable <= 1, "a sale lies on two desks");
            let held = self.tills.iter().any(|till| {
                let mut rows = till.rows.values();
                rows.any(|row| row.holds && row.order == sale)
            });
            assert!(sellable == 1 || held, "a sale is lost");
        }
    }

    /// The line is good again, and nobody presses anything.
    fn rest(&mut self) {
        for _ in 0..20 {
            for till in 0..TILLS {
                self.send(till, true, true);
                self.tills[till].pull(&self.server);
                self.tills[till].settle(&mut self.fresh);
                self.check();
            }
        }
        for sale in (0..SALES).map(sale_id) {
            let parked = self.tills.iter().filter(|till| till.parked.contains(&sale));
            let here = parked.count() + usize::from(self.sold.contains(&sale));
            assert_eq!(here, 1, "at rest a sale lies on one desk, or is sold");
        }
        for till in &self.tills {
            assert!(till.rows.values().all(|row| !row.holds), "{till:#?}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn a_sale_is_never_lost_and_never_doubled(
        steps in prop::collection::vec((0u8..18, 0..TILLS, 0usize..20), 0..150)
    ) {
        let mut world = World::new();
        for (kind, till, pick) in steps {
            world.step(kind, till, pick);
            world.check();
        }
        world.rest();
    }

    #[test]
    fn not_by_a_server_that_is_put_back_either(
        steps in prop::collection::vec((0u8..19, 0..TILLS, 0usize..20), 0..150)
    ) {
        let mut world = World::new();
        for (kind, till, pick) in steps {
            world.step(kind, till, pick);
            world.check();
        }
        world.rest();
    }
}

#[test]
fn what_is_older_than_a_few_minutes_is_not_fresh() {
    let desk = comptoir_sync::desk::Desk {
        till: till_id(0),
        code: code(0),
        location: comptoir_domain::ids::LocationId::from_uuid(Uuid::from_u128(9)),
        told_at: NOON,
        open: Vec::new(),
        parked: Vec::new(),
    };
    assert!(desk.is_fresh(NOON) && desk.is_fresh(NOON.plus_ms(FRESH_MS - 1)));
    assert!(!desk.is_fresh(NOON.plus_ms(FRESH_MS)));
    assert!(!desk.is_fresh(NOON.plus_ms(-86_400_000)));
}
