//! Stock is a ledger of moves between places, and a count says what it includes: the same facts give
//! the same stock in whatever order they arrive, and the ledger always adds up to what is there.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

use std::collections::BTreeMap;

use comptoir_domain::books::{AppliedEntry, Books};
use comptoir_domain::catalogue::Variant;
use comptoir_domain::decide::{self, Amount, Arrival, TakenOut};
use comptoir_domain::entry::SealedEntry;
use comptoir_domain::event::Event;
use comptoir_domain::ids::LocationId;
use comptoir_domain::problem::{Problem, ProblemRule};
use comptoir_domain::quantity::Quantity;
use comptoir_domain::refusal::{Refusal, RefusalCode};
use comptoir_domain::stock::{MoveReason, Place, StockMove};
use proptest::prelude::*;
use support::*;

const EGGS: &str = "P2";

fn market() -> LocationId {
    LocationId::from_uuid(id(77))
}

fn amount<'a>(bench: &'a Bench, code: &str, quantity: Quantity) -> Amount<'a> {
    Amount {
        variant: &bench.variants[code],
        quantity,
    }
}

impl Side {
    fn open_problems(&self) -> Vec<Problem> {
        let problems = self.books.problems.values();
        problems
            .filter(|problem| problem.is_open())
            .cloned()
            .collect()
    }

    fn count(&mut self, bench: &Bench, code: &str, figure: Quantity) -> Result<(), Refusal> {
        let open = self.open_problems();
        let amounts = [amount(bench, code, figure)];
        let events = self.decide(bench, |books, context| {
            decide::count(&amounts, bench.location, books, &open, context)
        })?;
        self.record("stock_counted", events);
        Ok(())
    }

    fn receive(&mut self, bench: &Bench, code: &str, came: Quantity) -> Result<(), Refusal> {
        let open = self.open_problems();
        let arrivals = [Arrival {
            variant: &bench.variants[code],
            came,
            announced: None,
        }];
        let events = self.decide(bench, |books, context| {
            decide::receive(&arrivals, bench.location, None, books, &open, context)
        })?;
        self.record("goods_delivered", events);
        Ok(())
    }

    fn take_out(&mut self, bench: &Bench, out: &[Amount<'_>], to: TakenOut) -> Result<(), Refusal> {
        let event = self.decide(bench, |_, context| {
            decide::take_out(out, bench.location, to, Some("spoilt"), context)
        })?;
        self.record("stock_moved", vec![event]);
        Ok(())
    }

    fn on_hand(&self, bench: &Bench, code: &str) -> Quantity {
        self.books
            .level(bench.variants[code].id, bench.location)
            .on_hand
    }
}

/// A hub with goods on the shelf, and two tills that have pulled it.
fn hub() -> (Bench, Side, [Side; 2]) {
    let bench = Bench::new();
    let mut server = Side::server();
    server.record("received", vec![bench.opening_stock()]);
    let mut sides = [Side::till(1), Side::till(2)];
    for side in &mut sides {
        side.books = server.books.clone();
    }
    (bench, server, sides)
}

fn taken(variant: &Variant, quantity: Quantity, location: LocationId) -> Event {
    Event::StockMoved {
        moves: vec![StockMove {
            variant: variant.id,
            quantity,
            from: Place::Location(location),
            to: Place::Customer,
            reason: MoveReason::Sold,
            order: None,
            line: None,
        }],
        why: None,
    }
}

fn apply(books: &mut Books, entry: &SealedEntry) -> Vec<StockMove> {
    let header = entry.read_header().unwrap();
    let body = entry.read_body().unwrap();
    books.apply(AppliedEntry::from(&header), &body).moves
}

#[test]
fn a_delivery_a_loss_and_a_transfer_move_goods_between_places() {
    let (bench, _, [mut till, _]) = hub();
    till.receive(&bench, EGGS, pieces(6)).unwrap();
    assert_eq!(till.on_hand(&bench, EGGS), pieces(26));
    till.take_out(&bench, &[amount(&bench, EGGS, pieces(2))], TakenOut::Waste)
        .unwrap();
    till.take_out(&bench, &[amount(&bench, EGGS, pieces(1))], TakenOut::OwnUse)
        .unwrap();
    till.take_out(
        &bench,
        &[amount(&bench, EGGS, pieces(5))],
        TakenOut::To(market()),
    )
    .unwrap();
    assert_eq!(till.on_hand(&bench, EGGS), pieces(18));
    let there = till.books.level(bench.variants[EGGS].id, market());
    assert_eq!(there.on_hand, pieces(5));
}

#[test]
fn figures_that_cannot_be_are_refused() {
    let (bench, _, [mut till, _]) = hub();
    let refused = |answer: Result<(), Refusal>| answer.unwrap_err().code;
    for (figure, code) in [
        (pieces(0), RefusalCode::QuantityNotPositive),
        (pieces(-3), RefusalCode::QuantityNotPositive),
        (pieces(1_000_000_000), RefusalCode::QuantityTooLarge),
        (grams(1500), RefusalCode::QuantityNotWhole),
    ] {
        assert_eq!(refused(till.receive(&bench, EGGS, figure)), code);
        let out = [amount(&bench, EGGS, figure)];
        assert_eq!(refused(till.take_out(&bench, &out, TakenOut::Waste)), code);
        if !figure.is_zero() {
            assert_eq!(refused(till.count(&bench, EGGS, figure)), code);
        }
    }
    let box_of_goods = till.receive(&bench, "P6", pieces(1));
    assert_eq!(refused(box_of_goods), RefusalCode::StockNotKept);
    let nowhere = [amount(&bench, EGGS, pieces(1))];
    let nowhere = till.take_out(&bench, &nowhere, TakenOut::To(bench.location));
    assert_eq!(refused(nowhere), RefusalCode::SamePlace);
    let twice = [
        amount(&bench, EGGS, pieces(1)),
        amount(&bench, EGGS, pieces(2)),
    ];
    let twice = till.take_out(&bench, &twice, TakenOut::Waste);
    assert_eq!(refused(twice), RefusalCode::NamedTwice);
    let unexplained = till.decide(&bench, |_, context| {
        let out = [amount(&bench, EGGS, pieces(1))];
        decide::take_out(&out, bench.location, TakenOut::Waste, Some(" "), context)
    });
    assert_eq!(unexplained.unwrap_err().code, RefusalCode::ReasonMissing);
    assert_eq!(
        till.on_hand(&bench, EGGS),
        pieces(20),
        "nothing was changed"
    );
}

#[test]
fn a_count_says_what_is_there_and_later_sales_come_off_it() {
    let (bench, mut server, [mut first, second]) = hub();
    first.record(
        "sale",
        vec![taken(&bench.variants[EGGS], pieces(2), bench.location)],
    );
    first.count(&bench, EGGS, pieces(17)).unwrap();
    assert_eq!(first.on_hand(&bench, EGGS), pieces(17));
    first.record(
        "sale",
        vec![taken(&bench.variants[EGGS], pieces(3), bench.location)],
    );
    assert_eq!(first.on_hand(&bench, EGGS), pieces(14));
    let entries = first.entries.len();
    accept(&mut server, &first, 0..entries);
    assert_eq!(server.on_hand(&bench, EGGS), pieces(14));
    let level = server.books.level(bench.variants[EGGS].id, bench.location);
    let count = level.last_count.unwrap().counted;
    assert_eq!(count.difference(), pieces(-1));
    drop(second);
}

#[test]
fn a_sale_that_a_count_knew_of_changes_nothing_when_it_arrives_later() {
    let (bench, server, [mut first, mut second]) = hub();
    second.record(
        "sale",
        vec![taken(&bench.variants[EGGS], pieces(4), bench.location)],
    );
    // The first till has seen the sale of the second when it counts.
    apply(&mut first.books, &second.entries[0]);
    first.count(&bench, EGGS, pieces(16)).unwrap();
    second.record(
        "sale",
        vec![taken(&bench.variants[EGGS], pieces(1), bench.location)],
    );
    let mut books = server.books.clone();
    let variant = bench.variants[EGGS].id;
    apply(&mut books, &first.entries[0]);
    assert_eq!(books.level(variant, bench.location).on_hand, pieces(16));
    let late = apply(&mut books, &second.entries[0]);
    assert_eq!(books.level(variant, bench.location).on_hand, pieces(16));
    assert_eq!(
        late.len(),
        2,
        "the sale, and so much less that the count has to explain"
    );
    apply(&mut books, &second.entries[1]);
    assert_eq!(books.level(variant, bench.location).on_hand, pieces(15));
}

#[test]
fn selling_below_zero_is_explained_by_the_delivery_that_was_not_written_down() {
    let (bench, _, [mut till, _]) = hub();
    let honey = &bench.variants["P3"];
    for _ in 0..3 {
        till.record("sale", vec![taken(honey, pieces(1), bench.location)]);
    }
    let open = till.open_problems();
    assert_eq!(open.len(), 2);
    assert!(
        open.iter()
            .all(|problem| problem.rule == ProblemRule::SoldBelowZero)
    );
    let zone = bench.settings.zone;
    assert_eq!(
        open[0].group(zone),
        open[1].group(zone),
        "one thing to look after"
    );
    till.receive(&bench, "P3", pieces(1)).unwrap();
    assert_eq!(till.open_problems().len(), 2, "one does not explain two");
    till.receive(&bench, "P3", pieces(1)).unwrap();
    assert!(till.open_problems().is_empty());
}

#[test]
fn selling_below_zero_is_explained_by_a_count() {
    let (bench, _, [mut till, _]) = hub();
    let honey = &bench.variants["P3"];
    till.record("sale", vec![taken(honey, pieces(3), bench.location)]);
    till.count(&bench, "P3", pieces(4)).unwrap();
    assert!(till.open_problems().is_empty());
    let decided = till.books.problems.values().next().unwrap();
    assert_eq!(decided.decision.as_ref().unwrap().choice, "counted");
    assert_eq!(till.on_hand(&bench, "P3"), pieces(4));
}

#[test]
fn what_was_entered_by_mistake_is_taken_back_by_its_opposite() {
    let (bench, _, [mut till, _]) = hub();
    till.receive(&bench, EGGS, pieces(6)).unwrap();
    undo_last(&mut till, &bench).unwrap();
    assert_eq!(till.on_hand(&bench, EGGS), pieces(20));
    let spoilt = [amount(&bench, EGGS, pieces(2))];
    till.take_out(&bench, &spoilt, TakenOut::Waste).unwrap();
    undo_last(&mut till, &bench).unwrap();
    assert_eq!(till.on_hand(&bench, EGGS), pieces(20));
    till.count(&bench, EGGS, pieces(3)).unwrap();
    let counted = till.entries.len() - 1;
    let sold = taken(&bench.variants[EGGS], pieces(1), bench.location);
    till.record("sale", vec![sold]);
    undo_entry(&mut till, &bench, counted).unwrap();
    assert_eq!(till.on_hand(&bench, EGGS), pieces(19), "the sale stands");
    let again = undo_entry(&mut till, &bench, counted).unwrap_err();
    assert_eq!(again.code, RefusalCode::NothingToUndo);
}

fn undo_last(till: &mut Side, bench: &Bench) -> Result<(), Refusal> {
    undo_entry(till, bench, till.entries.len() - 1)
}

fn undo_entry(till: &mut Side, bench: &Bench, index: usize) -> Result<(), Refusal> {
    let entry = &till.entries[index];
    let (header, body) = (entry.read_header().unwrap(), entry.read_body().unwrap());
    let events = till.decide(bench, |books, context| {
        decide::undo(header.entry_ref(), &body.events, books, context)
    })?;
    till.record("goods_undone", events);
    Ok(())
}

/// What a side does in a random history.
#[derive(Debug, Clone)]
enum Act {
    Sell(i64),
    Receive(i64),
    Count(i64),
    /// Takes in what the other side did so far.
    Pull,
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        4 => (1i64..5).prop_map(Act::Sell),
        1 => (1i64..9).prop_map(Act::Receive),
        2 => (0i64..30).prop_map(Act::Count),
        2 => Just(Act::Pull),
    ]
}

/// Two tills' chains of a random history, each having seen parts of the other's.
fn history(acts: &[(bool, Act)]) -> (Bench, Side, [Side; 2]) {
    let (bench, server, mut sides) = hub();
    let mut pulled = [0, 0];
    for (number, (second, act)) in acts.iter().enumerate() {
        let (own, other) = if *second { (1, 0) } else { (0, 1) };
        sides[own].now = MONDAY.plus_ms(i64::try_from(number).unwrap() * 1000);
        match act {
            Act::Sell(count) => {
                let event = taken(&bench.variants[EGGS], pieces(*count), bench.location);
                sides[own].record("sale", vec![event]);
            }
            Act::Receive(count) => sides[own].receive(&bench, EGGS, pieces(*count)).unwrap(),
            Act::Count(figure) => sides[own].count(&bench, EGGS, pieces(*figure)).unwrap(),
            Act::Pull => {
                let news = sides[other].entries[pulled[own]..].to_vec();
                pulled[own] += news.len();
                for entry in &news {
                    apply(&mut sides[own].books, entry);
                }
            }
        }
    }
    (bench, server, sides)
}

/// The books after both chains arrived, taken in turn as `turns` says, and all moves of the ledger.
fn arrive(server: &Side, sides: &[Side; 2], turns: &[bool]) -> (Books, Vec<StockMove>) {
    let mut books = server.books.clone();
    let mut moves = Vec::new();
    let mut next = [0, 0];
    let rest = [true, false].into_iter().cycle();
    let total = sides[0].entries.len() + sides[1].entries.len();
    for second in turns.iter().copied().chain(rest) {
        let side = usize::from(second);
        if next[side] < sides[side].entries.len() {
            moves.extend(apply(&mut books, &sides[side].entries[next[side]]));
            next[side] += 1;
        }
        if next[0] + next[1] == total {
            break;
        }
    }
    (books, moves)
}

proptest! {
    #[test]
    fn the_order_of_arrival_does_not_change_the_stock(
        acts in prop::collection::vec((any::<bool>(), act()), 0..30),
        turns in prop::collection::vec(any::<bool>(), 0..40),
        others in prop::collection::vec(any::<bool>(), 0..40),
    ) {
        let (bench, server, sides) = history(&acts);
        let variant = bench.variants[EGGS].id;
        let (one, _) = arrive(&server, &sides, &turns);
        let (two, _) = arrive(&server, &sides, &others);
        prop_assert_eq!(one.level(variant, bench.location), two.level(variant, bench.location));
    }

    #[test]
    fn the_ledger_adds_up_to_what_is_there_and_all_places_to_nothing(
        acts in prop::collection::vec((any::<bool>(), act()), 0..30),
        turns in prop::collection::vec(any::<bool>(), 0..40),
    ) {
        let (bench, server, sides) = history(&acts);
        let variant = bench.variants[EGGS].id;
        let before = server.books.level(variant, bench.location).on_hand;
        let (books, moves) = arrive(&server, &sides, &turns);
        let mut places: BTreeMap<Place, Quantity> = BTreeMap::new();
        for stock_move in &moves {
            *places.entry(stock_move.from).or_default() -= stock_move.quantity;
            *places.entry(stock_move.to).or_default() += stock_move.quantity;
        }
        prop_assert_eq!(places.values().copied().sum::<Quantity>(), Quantity::ZERO);
        let here = places.get(&Place::Location(bench.location)).copied().unwrap_or_default();
        prop_assert_eq!(books.level(variant, bench.location).on_hand, before + here);
    }
}
