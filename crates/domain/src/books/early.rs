//! What happened to an order before anybody here had heard of it: its money counts at once, everything
//! else is kept and folded when the order arrives, so that no fact is lost by the way it travelled.

use super::apply::{Application, handed_over};
use crate::event::Event;
use crate::ids::{OrderId, PaymentId};
use crate::order::{EARLY_FACTS_MAX, EarlyFact, Order, Payment, Refund};
use crate::problem::{Decision, ProblemRule, ProblemSubject};

/// How the problem of an order that nobody knew ends.
const ARRIVED: &str = "arrived";

impl Application<'_> {
    /// Keeps a fact of an order that is not known yet.
    pub(super) fn happened_early(&mut self, id: OrderId, event: &Event) {
        let subject = ProblemSubject {
            order: Some(id),
            ..ProblemSubject::default()
        };
        let problem = self.found(ProblemRule::OrderUnknown, subject);
        let fact = EarlyFact {
            entry: self.entry.entry,
            at: self.entry.at,
            by: self.entry.actor,
            problem: problem.id,
            event: event.clone(),
        };
        let order = self
            .books
            .orders
            .entry(id)
            .or_insert_with(|| Order::awaited(id));
        // Two machines with one key write different entries at one place.
        let known = order.early.iter();
        let known = known
            .filter(|early| early.problem == problem.id)
            .any(|early| early.event == *event);
        if !known && order.early.len() < EARLY_FACTS_MAX {
            order.early.push(fact);
        }
        self.money_came_early(id, event);
        self.note(problem);
    }

    /// Money is in a drawer whoever it belongs to.
    fn money_came_early(&mut self, id: OrderId, event: &Event) {
        match event {
            Event::PaymentTaken { payment, .. } => {
                self.add_payment(id, payment);
            }
            Event::TenderCorrected { payment, by, .. } => self.corrected_early(id, *payment, by),
            Event::RefundPaid { refund, .. } => self.refunded_early(id, refund),
            _ => {}
        }
    }

    fn corrected_early(&mut self, id: OrderId, payment: PaymentId, by: &Payment) {
        if self.reverse_payment(id, payment, by.id) {
            self.add_payment(id, by);
        }
    }

    fn refunded_early(&mut self, id: OrderId, refund: &Refund) {
        let order = self.books.orders.get_mut(&id);
        let is_new = |order: &&mut Order| order.refunds.iter().all(|known| known.id != refund.id);
        if let Some(order) = order.filter(is_new) {
            order.refunds.push(refund.clone());
            self.book_refund(refund);
        }
    }

    /// The orders that this entry placed are here, with all that it says of them: what happened to them
    /// before is folded entry by entry, in the order in which it was heard of.
    pub(super) fn catch_up(&mut self) {
        for awaited in std::mem::take(&mut self.arrived) {
            self.catch_up_with(&awaited);
        }
    }

    fn catch_up_with(&mut self, awaited: &Order) {
        let id = awaited.id();
        if let Some(order) = self.books.orders.get_mut(&id) {
            order.rev = 1;
            order.last_entry = Some(self.entry.entry);
        }
        let (entry, shift) = (self.entry, self.shift.take());
        let goes_now = std::mem::take(&mut self.handed_over);
        let entries = awaited
            .early
            .chunk_by(|one, next| (one.entry, one.at) == (next.entry, next.at));
        for facts in entries {
            self.fold_early(id, facts);
        }
        self.entry = entry;
        self.shift = shift;
        self.handed_over = goes_now;
        if let Some(order) = self.books.orders.get_mut(&id) {
            order.rev = awaited.rev;
            order.last_entry = awaited.last_entry;
        }
        for early in &awaited.early {
            let decision = Decision {
                by: None,
                at: entry.at,
                choice: ARRIVED.to_owned(),
            };
            let found = self.applied.problems.iter_mut();
            let mut found = found.filter(|problem| problem.id == early.problem);
            let known = self.books.problems.get_mut(&early.problem);
            if let Some(problem) = known.or_else(|| found.next()) {
                problem.decision.get_or_insert(decision);
            }
        }
    }

    /// Folds what one entry said, as if it came now.
    fn fold_early(&mut self, id: OrderId, facts: &[EarlyFact]) {
        self.handed_over = handed_over(facts.iter().map(|early| &early.event));
        for early in facts {
            self.entry.entry = early.entry;
            self.entry.at = early.at;
            self.entry.actor = early.by;
            self.order_event(&early.event);
        }
        if let Some(order) = self.books.orders.get_mut(&id) {
            order.rev += 1;
            order.last_entry = Some(self.entry.entry);
        }
    }
}
