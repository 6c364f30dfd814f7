//! What an order owes its payment provider, from its state: so that it does not matter which entry
//! brought it there, or in which order they came.

use comptoir_domain::order::{Fulfilment, Order, Payment, PaymentStatus, RefundStatus};
use comptoir_domain::tender::TenderKind;
use comptoir_domain::time::Timestamp;

use crate::store::{NewStep, StepKind};

/// The questions that are to be asked for an order as it stands.
pub(super) fn steps_of(order: &Order, now: Timestamp) -> Vec<NewStep> {
    let online = order.payments.iter();
    let online = online.filter(|payment| payment.kind == TenderKind::Online);
    let of_payments = online.filter_map(|payment| {
        let kind = step_of(order, payment)?;
        let amount = payment.amount;
        Some(NewStep::follow(kind, order.id(), payment.id, amount, now))
    });
    let asked_back = order.refunds.iter();
    let asked_back = asked_back.filter(|refund| refund.status == RefundStatus::Requested);
    let of_refunds = asked_back.filter_map(|refund| {
        // What is not in the hub's hands yet cannot be given back: it waits for the capture.
        let payment = order.payment(refund.payment?)?;
        let is_here = payment.status == PaymentStatus::Captured;
        is_here.then(|| NewStep::refund(order.id(), payment.id, refund.id, refund.amount, now))
    });
    of_payments.chain(of_refunds).collect()
}

fn step_of(order: &Order, payment: &Payment) -> Option<StepKind> {
    match payment.status {
        // A provider lets the rest go with the first capture: it is asked once nothing is to come.
        PaymentStatus::CaptureRequested if !is_outstanding(order) => Some(StepKind::Capture),
        PaymentStatus::Authorised if is_not_needed(order) => Some(StepKind::Void),
        _ => None,
    }
}

/// Whether something is still to be handed over.
pub(crate) fn is_outstanding(order: &Order) -> bool {
    let over = matches!(
        order.fulfilment(),
        Fulfilment::Cancelled | Fulfilment::Expired
    );
    !over
        && order
            .lines
            .iter()
            .any(|line| line.outstanding().is_positive())
}

/// Whether nobody will ever ask for what was promised.
fn is_not_needed(order: &Order) -> bool {
    match order.fulfilment() {
        Fulfilment::Cancelled | Fulfilment::Expired | Fulfilment::Returned => true,
        Fulfilment::Collected => !order.totals().due.is_positive(),
        _ => false,
    }
}
