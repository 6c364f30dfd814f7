//! What happened to an order before anybody here had heard of it: its money counts at once, everything
//! else is kept and folded when the order arrives, so that no fact is lost by the way it travelled.

use super::apply::Application;
use crate::event::Event;
use crate::ids::OrderId;
use crate::order::{EARLY_FACTS_MAX, EarlyFact, Order};
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
        let known = order.early.iter().any(|early| early.problem == problem.id);
        if !known && order.early.len() < EARLY_FACTS_MAX {
            order.early.push(fact);
        }
        self.money_came_early(id, event);
        self.note(problem);
    }

    /// Money is in a drawer whoever it belongs to.
    fn money_came_early(&mut self, id: OrderId, event: &Event) {
        let Some(order) = self.books.orders.get_mut(&id) else {
            return;
        };
        match event {
            Event::PaymentTaken { payment, .. } if order.payment(payment.id).is_none() => {
                order.payments.push(payment.clone());
                self.book_payment(payment);
            }
            Event::RefundPaid { refund, .. }
                if order.refunds.iter().all(|known| known.id != refund.id) =>
            {
                order.refunds.push(refund.clone());
                self.book_refund(refund);
            }
            _ => {}
        }
    }

    /// The order is here: what happened to it is folded in the order in which it was heard of.
    pub(super) fn catch_up(&mut self, awaited: Order) {
        let id = awaited.id();
        if let Some(order) = self.books.orders.get_mut(&id) {
            order.payments = awaited.payments;
            order.refunds = awaited.refunds;
            order.rev = awaited.rev;
            order.last_entry = awaited.last_entry;
        }
        let (entry, shift) = (self.entry, self.shift.take());
        for early in &awaited.early {
            self.entry.entry = early.entry;
            self.entry.at = early.at;
            self.entry.actor = early.by;
            if let Event::GoodsCollected { collection, .. } = &early.event {
                let lines = collection.parts.iter().map(|part| part.line);
                self.handed_over.entry(id).or_default().extend(lines);
            }
            self.order_event(&early.event);
        }
        self.entry = entry;
        self.shift = shift;
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
}
