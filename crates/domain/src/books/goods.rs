//! What moves goods: the ledger of moves, counts, and problems that a person decided.

use super::apply::Application;
use crate::ids::LocationId;
use crate::problem::{Decision, Problem, ProblemId, ProblemRule, ProblemSubject};
use crate::quantity::Quantity;
use crate::stock::{Counted, DeliveredPart, LastCount, MoveReason, Place, StockMove};

impl Application<'_> {
    pub(super) fn move_stock(&mut self, stock_move: StockMove) {
        if stock_move.quantity.is_zero() {
            return;
        }
        self.applied.moves.push(stock_move);
        for place in [stock_move.from, stock_move.to] {
            if let Place::Location(location) = place {
                self.change_level(&stock_move, place, location);
            }
        }
    }

    fn change_level(&mut self, stock_move: &StockMove, place: Place, location: LocationId) {
        let entry = self.entry.entry;
        let change = stock_move.change_at(place);
        let level = self.books.level_mut(stock_move.variant, location);
        let before = level.on_hand;
        level.take_move(entry, change);
        let on_hand = level.on_hand;
        self.applied.stock.insert((stock_move.variant, location));
        // A count that knew of the move says already what came of it: it explains less now.
        self.correct(stock_move, location, on_hand - before - change);
        if on_hand < before && on_hand.is_negative() {
            let subject = ProblemSubject {
                variant: Some(stock_move.variant),
                order: stock_move.order,
                ..Default::default()
            };
            let problem = self.found(ProblemRule::SoldBelowZero, subject);
            self.note(Problem {
                location: Some(location),
                ..problem
            });
        }
    }

    /// What a count found goes into the ledger of moves, so that it adds up to what is there.
    fn correct(&mut self, about: &StockMove, location: LocationId, difference: Quantity) {
        let here = Place::Location(location);
        let (from, to, quantity) = if difference.is_negative() {
            (here, Place::CountDifference, -difference)
        } else {
            (Place::CountDifference, here, difference)
        };
        if quantity.is_zero() {
            return;
        }
        self.applied.moves.push(StockMove {
            quantity,
            from,
            to,
            reason: MoveReason::Counted,
            ..*about
        });
    }

    pub(super) fn goods_delivered(&mut self, location: LocationId, parts: &[DeliveredPart]) {
        for part in parts {
            self.move_stock(StockMove {
                variant: part.variant,
                quantity: part.came,
                from: Place::Supplier,
                to: Place::Location(location),
                reason: MoveReason::Received,
                order: None,
                line: None,
            });
        }
    }

    pub(super) fn stock_counted(&mut self, location: LocationId, counted: &Counted) {
        let level = self.books.level_mut(counted.variant, location);
        let before = level.on_hand;
        level.take_count(LastCount {
            entry: self.entry.entry,
            at: self.entry.at,
            counted: counted.clone(),
        });
        let step = level.on_hand - before;
        self.applied.stock.insert((counted.variant, location));
        let about = StockMove {
            variant: counted.variant,
            quantity: Quantity::ZERO,
            from: Place::CountDifference,
            to: Place::Location(location),
            reason: MoveReason::Counted,
            order: None,
            line: None,
        };
        self.correct(&about, location, step);
    }

    /// The first decision holds. A problem that is not known here is decided by whoever knew it.
    pub(super) fn problem_decided(&mut self, id: ProblemId, choice: &str) {
        let decision = Decision {
            by: self.entry.actor,
            at: self.entry.at,
            choice: choice.to_owned(),
        };
        let known = self.books.problems.get_mut(&id);
        self.overruled = known.is_some_and(|problem| {
            let decided = !problem.is_open();
            problem.decision.get_or_insert(decision);
            decided
        });
    }
}
