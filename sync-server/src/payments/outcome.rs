//! What follows from the provider's answers: acts of the server's own, each once, in the transaction
//! that ends the question.

use comptoir_domain::event::Event;
use comptoir_domain::ids::ActionId;
use comptoir_domain::message::{self, REFUSED_AT_CHECKOUT, REFUSED_LATER};
use comptoir_domain::money::Money;
use comptoir_domain::order::{Fulfilment, Order, Payment, PaymentStatus, Seen};
use comptoir_domain::refusal::{Refusal, RefusalCode};
use comptoir_domain::tender::{TenderId, TenderKind};
use comptoir_domain::time::Timestamp;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::intake::is_outstanding;
use crate::shop::known_order;
use crate::store::{
    Act, Decision, Holdings, NewStep, PaymentStep, StepKind, StepOutcome, StepState, StoreError,
};

/// A yes or a no that the provider gave.
#[derive(Debug)]
pub(super) struct Answered {
    pub(super) step: PaymentStep,
    pub(super) outcome: StepOutcome,
    /// Whether the customer is told by the page that waits for the answer.
    pub(super) attended: bool,
    pub(super) now: Timestamp,
}

/// Nobody finished paying: the order is given up, and what may have been promised is let go.
#[derive(Debug)]
pub(super) struct GivenUp {
    pub(super) step: PaymentStep,
    pub(super) now: Timestamp,
}

/// The id of the act that follows from a question: the same, however often its answer comes.
fn action_of(step: &PaymentStep) -> ActionId {
    let mut hasher = Sha256::new();
    hasher.update(b"comptoir-payment-answer-1");
    hasher.update(step.order.uuid().as_bytes());
    hasher.update(step.key.as_bytes());
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hasher.finalize()[..16]);
    ActionId::from_uuid(uuid::Builder::from_custom_bytes(bytes).into_uuid())
}

/// There is nothing to write down beyond the answer itself.
fn nothing() -> Result<Result<Act, Refusal>, StoreError> {
    Ok(Err(RefusalCode::NothingChanged.into()))
}

fn act(step: &PaymentStep, kind: &str, now: Timestamp, events: Vec<Event>) -> Act {
    Act {
        action: action_of(step),
        actor: None,
        kind: kind.to_owned(),
        at: now,
        events,
        attachments: Vec::new(),
        entities: Vec::new(),
    }
}

fn is_open(holdings: &mut dyn Holdings, step: &PaymentStep) -> Result<bool, StoreError> {
    let known = holdings.payment_step(&step.key)?;
    Ok(known.is_some_and(|known| known.state == StepState::Open))
}

impl Decision for Answered {
    fn action(&self) -> ActionId {
        action_of(&self.step)
    }

    fn decide(&mut self, holdings: &mut dyn Holdings) -> Result<Result<Act, Refusal>, StoreError> {
        if !is_open(holdings, &self.step)? {
            return nothing();
        }
        holdings.settle_payment_step(&self.step.key, &self.outcome, self.now)?;
        let Some(order) = known_order(holdings, self.step.order)? else {
            return nothing();
        };
        let (kind, events) = match (&self.outcome, self.step.kind) {
            (StepOutcome::Yes { .. }, StepKind::Authorise) => {
                ("payment_authorised", self.authorised(&order))
            }
            (StepOutcome::No { .. }, StepKind::Authorise) => {
                ("payment_refused", self.given_back(&order))
            }
            (StepOutcome::Yes { .. }, StepKind::Capture) => ("payment_captured", self.captured()),
            (StepOutcome::No { reason }, StepKind::Capture) => {
                ("capture_failed", self.capture_failed(reason))
            }
            (StepOutcome::Yes { reference, .. }, StepKind::Refund) => {
                ("refund_done", self.refunded(reference))
            }
            (StepOutcome::No { reason }, StepKind::Refund) => {
                ("refund_failed", self.refund_failed(reason))
            }
            _ => return nothing(),
        };
        if events.is_empty() {
            return nothing();
        }
        Ok(Ok(act(&self.step, kind, self.now, events)))
    }
}

impl Answered {
    /// The promise is written down. Where the goods are gone already, as after a capture that failed, it
    /// is fetched at once.
    fn authorised(&self, order: &Order) -> Vec<Event> {
        let StepOutcome::Yes {
            reference,
            capture_before,
        } = &self.outcome
        else {
            return Vec::new();
        };
        let step = &self.step;
        let payment = Payment {
            id: step.payment,
            tender: TenderId::new(TenderKind::Online.usual_id()),
            kind: TenderKind::Online,
            amount: step.amount,
            tendered: None,
            change: Money::ZERO,
            rounding: Money::ZERO,
            reference: Some(reference.clone()),
            status: PaymentStatus::Authorised,
            at: self.now,
            shift: None,
            account: None,
            capture_before: *capture_before,
            capture: None,
        };
        let mut events = vec![Event::PaymentTaken {
            order: step.order,
            payment,
        }];
        let amount = step.amount.min(order.totals().due);
        if !is_outstanding(order) && amount.is_positive() {
            events.push(Event::CaptureRequested {
                order: step.order,
                payment: step.payment,
                amount,
                part: None,
            });
        }
        events
    }

    /// Who could not pay did not order: the goods are free again, and the basket is kept. Where somebody
    /// has begun to pack, or took money for it, it stays and is paid at the counter.
    fn given_back(&self, order: &Order) -> Vec<Event> {
        let untouched = matches!(
            order.fulfilment(),
            Fulfilment::Placed | Fulfilment::Accepted
        ) && order.lines.iter().all(|line| !line.picked.is_positive());
        if !self.step.at_checkout || !untouched || !order.payments.is_empty() {
            return Vec::new();
        }
        let reason = if self.attended {
            REFUSED_AT_CHECKOUT
        } else {
            REFUSED_LATER
        };
        vec![Event::OrderCancelled {
            order: order.id(),
            seen: Seen {
                rev: order.rev,
                own: None,
            },
            reason: reason.to_owned(),
        }]
    }

    fn captured(&self) -> Vec<Event> {
        vec![Event::PaymentCaptured {
            order: self.step.order,
            payment: self.step.payment,
            amount: self.step.amount,
        }]
    }

    fn capture_failed(&self, reason: &str) -> Vec<Event> {
        vec![Event::CaptureFailed {
            order: self.step.order,
            payment: self.step.payment,
            reason: reason.to_owned(),
        }]
    }
}

impl Answered {
    fn refunded(&self, reference: &str) -> Vec<Event> {
        let done = self.step.refund().map(|refund| Event::RefundDone {
            order: self.step.order,
            refund,
            reference: Some(reference.to_owned()),
        });
        done.into_iter().collect()
    }

    fn refund_failed(&self, reason: &str) -> Vec<Event> {
        let failed = self.step.refund().map(|refund| Event::RefundFailed {
            order: self.step.order,
            refund,
            reason: reason.to_owned(),
        });
        failed.into_iter().collect()
    }
}

impl Decision for GivenUp {
    fn action(&self) -> ActionId {
        action_of(&self.step)
    }

    fn decide(&mut self, holdings: &mut dyn Holdings) -> Result<Result<Act, Refusal>, StoreError> {
        let step = &self.step;
        if !is_open(holdings, step)? {
            return nothing();
        }
        let outcome = StepOutcome::No {
            reason: "nobody finished paying".to_owned(),
        };
        holdings.settle_payment_step(&step.key, &outcome, self.now)?;
        let (order, payment) = (step.order, step.payment);
        let void = NewStep::follow(StepKind::Void, order, payment, step.amount, self.now);
        holdings.open_payment_step(void)?;
        let order = known_order(holdings, step.order)?;
        let unpaid = |order: &Order| {
            message::is_awaited(order) && order.payments.is_empty() && order.collections.is_empty()
        };
        match order.filter(|order| step.at_checkout && unpaid(order)) {
            Some(order) => {
                let events = vec![Event::OrderExpired { order: order.id() }];
                Ok(Ok(act(step, "order_expired", self.now, events)))
            }
            None => nothing(),
        }
    }
}

/// The id of a payment that a press of a button asks for: pressed twice, it is the same payment.
pub(super) fn payment_of(action: ActionId) -> Uuid {
    action.uuid()
}
