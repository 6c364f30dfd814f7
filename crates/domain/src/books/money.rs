//! What the events of money do: payments, captures, corrections and refunds, booked where they belong.

use super::apply::Application;
use super::orders::about;
use crate::ids::{CollectionId, OrderId, PaymentId, RefundId};
use crate::money::Money;
use crate::order::{Order, Payment, PaymentStatus, Refund, RefundStatus};
use crate::problem::{ProblemRule, ProblemSubject};

impl Application<'_> {
    pub(super) fn book_payment(&mut self, payment: &Payment) {
        if let Some(shift) = payment.shift {
            self.with_shift(shift, |shift| shift.book_payment(payment));
        }
        if let Some(account) = payment.account {
            self.move_account(account, -payment.amount);
        }
    }

    pub(super) fn book_refund(&mut self, refund: &Refund) {
        if let Some(shift) = refund.shift {
            self.with_shift(shift, |shift| shift.book_refund(refund));
        }
        if let Some(account) = refund.account {
            self.move_account(account, refund.amount);
        }
    }

    /// Adds a payment to its order and books it, and says whether it is new. One that was put right
    /// before it came is on record and counts nowhere.
    pub(super) fn add_payment(&mut self, id: OrderId, payment: &Payment) -> bool {
        let order = self.books.orders.get_mut(&id);
        let Some(order) = order.filter(|order| order.payment(payment.id).is_none()) else {
            return false;
        };
        let mut taken = payment.clone();
        if order.corrected.contains(&payment.id) {
            taken.status = PaymentStatus::Reversed;
            order.payments.push(taken);
            self.tally_correction(payment);
        } else {
            order.payments.push(taken);
            self.book_payment(payment);
        }
        true
    }

    /// A payment that was put right counts among what a shift watches.
    fn tally_correction(&mut self, wrong: &Payment) {
        let captured = wrong.status == PaymentStatus::Captured;
        if let Some(shift) = wrong.shift.filter(|_| captured) {
            self.with_shift(shift, |shift| {
                shift.watched.tender_corrections.add(wrong.amount);
            });
        }
    }

    pub(super) fn payment_taken(&mut self, id: OrderId, payment: &Payment) {
        let due_of = |order: &Order| order.totals().due;
        let Some(due_before) = self.books.orders.get(&id).map(due_of) else {
            return;
        };
        if !self.add_payment(id, payment) {
            return;
        }
        let due = self.books.orders.get(&id).map_or(due_before, due_of);
        if due.is_negative() && !due_before.is_negative() {
            let subject = ProblemSubject {
                payment: Some(payment.id),
                ..about(id)
            };
            self.problem(ProblemRule::PaidTooMuch, subject);
        }
    }

    /// A failure that the provider tells late, or twice, is none to look after.
    pub(super) fn capture_failed(&mut self, id: OrderId, payment: PaymentId) {
        if self.payment_moves(id, payment, PaymentStatus::Failed, None) {
            let subject = ProblemSubject {
                payment: Some(payment),
                ..about(id)
            };
            self.problem(ProblemRule::CaptureFailed, subject);
        }
    }

    /// Moves a payment on to another status and says whether it had another. A payment that is captured
    /// stays captured.
    pub(super) fn payment_moves(
        &mut self,
        id: OrderId,
        payment: PaymentId,
        status: PaymentStatus,
        amount: Option<Money>,
    ) -> bool {
        let Some(payment) = self
            .books
            .orders
            .get_mut(&id)
            .and_then(|order| order.payment_mut(payment))
        else {
            return false;
        };
        if matches!(
            payment.status,
            PaymentStatus::Captured | PaymentStatus::Reversed
        ) {
            return false;
        }
        let before = std::mem::replace(&mut payment.status, status);
        if let Some(amount) = amount {
            payment.amount = amount;
        }
        before != status
    }

    /// A hand-over counts on an authorised payment. What the provider took meanwhile for less leaves the
    /// rest due.
    pub(super) fn capture_requested(
        &mut self,
        id: OrderId,
        payment: PaymentId,
        amount: Money,
        part: Option<CollectionId>,
    ) {
        let known = self.books.orders.get_mut(&id);
        let Some(known) = known.and_then(|order| order.payment_mut(payment)) else {
            return;
        };
        let was_captured = known.status == PaymentStatus::Captured;
        let covers = known.request_capture(amount, part);
        if part.is_some() && !covers && !was_captured {
            let subject = ProblemSubject {
                payment: Some(payment),
                ..about(id)
            };
            self.problem(ProblemRule::CaptureFailed, subject);
        }
    }

    pub(super) fn with_refund(
        &mut self,
        id: OrderId,
        refund: RefundId,
        change: impl FnOnce(&mut Refund),
    ) {
        let order = self.books.orders.get_mut(&id);
        let refunds = order.map(|order| order.refunds.iter_mut());
        let known = refunds.and_then(|mut refunds| refunds.find(|known| known.id == refund));
        if let Some(known) = known.filter(|known| known.status == RefundStatus::Requested) {
            change(known);
        }
    }

    pub(super) fn refund_failed(&mut self, id: OrderId, refund: RefundId) {
        let mut failed = None;
        self.with_refund(id, refund, |refund| {
            refund.status = RefundStatus::Failed;
            failed = Some(refund.payment);
        });
        if let Some(payment) = failed {
            let subject = ProblemSubject {
                payment,
                ..about(id)
            };
            self.problem(ProblemRule::RefundFailed, subject);
        }
    }

    pub(super) fn tender_corrected(&mut self, id: OrderId, payment: PaymentId, by: &Payment) {
        if self.reverse_payment(id, payment, by.id) {
            self.payment_taken(id, by);
        }
    }

    /// Takes a payment out of where it was booked, once, and says whether the right one is still to be
    /// booked. One that is not known yet is not to be booked when it comes.
    pub(super) fn reverse_payment(
        &mut self,
        id: OrderId,
        payment: PaymentId,
        by: PaymentId,
    ) -> bool {
        let order = self.books.orders.get_mut(&id);
        let Some(order) = order.filter(|order| order.payment(by).is_none()) else {
            return false;
        };
        let Some(wrong) = order.payment_mut(payment) else {
            order.corrected.push(payment);
            return true;
        };
        let before = wrong.clone();
        wrong.status = PaymentStatus::Reversed;
        if before.status == PaymentStatus::Reversed {
            return true;
        }
        if let Some(shift) = before
            .shift
            .filter(|_| before.status == PaymentStatus::Captured)
        {
            self.with_shift(shift, |shift| shift.unbook_payment(&before));
        }
        self.tally_correction(&before);
        if let Some(account) = before.account {
            self.move_account(account, before.amount);
        }
        true
    }

    pub(super) fn refund_paid(&mut self, id: OrderId, refund: &Refund) {
        let Some(order) = self.books.orders.get_mut(&id) else {
            return;
        };
        if order.refunds.iter().any(|known| known.id == refund.id) {
            return;
        }
        let due_before = order.totals().due;
        order.refunds.push(refund.clone());
        let too_much = order.totals().due.is_positive() && !due_before.is_positive();
        self.book_refund(refund);
        if too_much {
            self.problem(ProblemRule::RefundedTooMuch, about(id));
        }
    }
}
