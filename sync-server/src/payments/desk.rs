//! Asks the provider, and writes down what it says.

use std::sync::Arc;

use comptoir_domain::ids::{ActionId, OrderId, PaymentId};
use comptoir_domain::money::Money;
use comptoir_domain::order::{Order, Payment};
use comptoir_domain::time::Timestamp;
use comptoir_sync::feed::EntityKind;

use super::outcome::{Answered, GivenUp, payment_of};
use super::{Answer, Asked, Provider, Question};
use crate::shop::OrderLinks;
use crate::store::{
    Hub, NewStep, PaymentStep, StepKind, StepOutcome, StepState, Store, StoreError, read_settings,
};

const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;

/// How long after an unknown answer at the checkout the sweep asks what became of it.
pub(crate) const SWEEP_AFTER_MS: i64 = 15 * MINUTE_MS;

/// After which time without an answer a person has to look.
pub(super) const TOO_LONG_MS: i64 = 8 * HOUR_MS;

/// After which waits a capture, a void or a refund is asked for again.
const WAITS_MS: [i64; 5] = [
    MINUTE_MS,
    5 * MINUTE_MS,
    15 * MINUTE_MS,
    HOUR_MS,
    4 * HOUR_MS,
];

/// How many questions are asked in one round of a hub.
const AT_ONCE: u32 = 50;

/// After so many unknown answers in a row the provider is let alone until the next round.
const IN_VAIN_MAX: u32 = 3;

/// What became of paying, as a page tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Paying {
    Yes,
    No,
    /// Neither yes nor no yet.
    Waiting {
        /// Where the customer goes on.
        go_to: Option<String>,
    },
}

/// Who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asker {
    /// A customer, who waits for the answer.
    Customer,
    /// The sweep, long after.
    Sweep,
}

/// What one round did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PayRound {
    pub yes: u32,
    pub no: u32,
    pub unknown: u32,
    /// Orders that were given up because nobody finished paying.
    pub given_up: u32,
}

/// The payments of all hubs of a server.
#[derive(Debug, Clone)]
pub struct PayDesk {
    pub(super) store: Arc<dyn Store>,
    provider: Option<Arc<dyn Provider>>,
    links: OrderLinks,
    /// How customers reach the server.
    public_url: Option<String>,
    /// How long an order waits for its online payment, in milliseconds.
    unpaid_life_ms: i64,
}

impl PayDesk {
    /// Without a provider nothing is offered, and what is to be asked waits for one.
    pub fn new(
        store: Arc<dyn Store>,
        provider: Option<Arc<dyn Provider>>,
        links: OrderLinks,
        public_url: Option<String>,
        unpaid_life_ms: i64,
    ) -> PayDesk {
        PayDesk {
            store,
            provider,
            links,
            public_url,
            unpaid_life_ms,
        }
    }

    /// Whether customers can pay online.
    pub const fn is_open(&self) -> bool {
        self.provider.is_some()
    }

    /// Asks for the payment that an order was placed with.
    pub async fn at_checkout(
        &self,
        hub: &Hub,
        order: OrderId,
        now: Timestamp,
    ) -> Result<Paying, StoreError> {
        let steps = self.store.payment_steps(hub.id, order).await?;
        match steps.into_iter().find(|step| step.at_checkout) {
            Some(step) => self.ask(hub, step, Asker::Customer, now).await,
            None => Ok(Paying::No),
        }
    }

    /// Asks for what is still due of an order; the same press asks for the same payment.
    pub async fn pay_due(
        &self,
        hub: &Hub,
        order: &Order,
        action: ActionId,
        now: Timestamp,
    ) -> Result<Paying, StoreError> {
        let due = payable(order, now);
        let payment = PaymentId::from_uuid(payment_of(action));
        let step = NewStep {
            next_at: now.plus_ms(SWEEP_AFTER_MS),
            ..NewStep::authorise(order.id(), payment, due, now)
        };
        let steps = self.store.payment_steps(hub.id, order.id()).await?;
        let pending = steps.iter().find(|known| {
            known.key == step.key
                || (known.kind == StepKind::Authorise && known.state == StepState::Open)
        });
        let key = match pending {
            // While one is not answered, there is no second one.
            Some(pending) => pending.key.clone(),
            None if !due.is_positive() => return Ok(Paying::Yes),
            None => {
                let key = step.key.clone();
                self.store.open_payment_steps(hub.id, vec![step]).await?;
                key
            }
        };
        let steps = self.store.payment_steps(hub.id, order.id()).await?;
        match steps.into_iter().find(|step| step.key == key) {
            Some(step) => self.ask(hub, step, Asker::Customer, now).await,
            None => Ok(Paying::No),
        }
    }

    /// What became of the payments of an order that are not answered, for a customer who came back.
    pub async fn look_again(
        &self,
        hub: &Hub,
        order: OrderId,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        for step in self.store.payment_steps(hub.id, order).await? {
            let open = step.kind == StepKind::Authorise && step.state == StepState::Open;
            if open && self.provider.is_some() {
                let answer = self.answer(hub, &step, Asker::Sweep).await?;
                // Where it never arrived the customer may still be on the way: the sweep decides that.
                if !matches!(answer, Answer::No { .. }) {
                    self.take(hub, step, answer, true, now).await?;
                }
            }
        }
        Ok(())
    }

    /// Asks everything whose time has come.
    pub async fn round(&self, now: Timestamp) -> Result<PayRound, StoreError> {
        let mut report = PayRound::default();
        if self.provider.is_none() {
            return Ok(report);
        }
        for hub in self.store.hubs().await? {
            let mut in_vain = 0;
            for step in self.store.due_payment_steps(hub.id, now, AT_ONCE).await? {
                match self.ask(&hub, step.clone(), Asker::Sweep, now).await? {
                    Paying::Yes => report.yes += 1,
                    Paying::No => report.no += 1,
                    Paying::Waiting { .. } => {
                        report.unknown += 1;
                        in_vain += 1;
                        if self.has_waited_long(&hub, &step, now).await? {
                            report.given_up += 1;
                        }
                    }
                }
                if in_vain >= IN_VAIN_MAX {
                    break;
                }
            }
        }
        Ok(report)
    }

    /// Opens a problem for a question without an answer, and gives an order up at last.
    async fn has_waited_long(
        &self,
        hub: &Hub,
        step: &PaymentStep,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let age = now.ms_since(step.opened_at);
        if step.kind == StepKind::Authorise && age >= self.unpaid_life_ms {
            let step = step.clone();
            self.end_noted(hub, &step, "given_up", now).await?;
            let given_up = self.store.decide(hub.id, Box::new(GivenUp { step, now }));
            return Ok(given_up.await?.is_ok());
        }
        if age >= TOO_LONG_MS && step.noted.is_none() {
            self.note_unanswered(hub, step, now).await?;
        }
        Ok(false)
    }

    async fn ask(
        &self,
        hub: &Hub,
        step: PaymentStep,
        asker: Asker,
        now: Timestamp,
    ) -> Result<Paying, StoreError> {
        match step.state {
            StepState::Yes => return Ok(Paying::Yes),
            StepState::No => return Ok(Paying::No),
            StepState::Open => {}
        }
        let answer = self.answer(hub, &step, asker).await?;
        let attended = asker == Asker::Customer;
        self.take(hub, step, answer, attended, now).await
    }

    async fn answer(
        &self,
        hub: &Hub,
        step: &PaymentStep,
        asker: Asker,
    ) -> Result<Answer, StoreError> {
        let Some(provider) = &self.provider else {
            return Ok(Answer::unknown("no payment provider is set up"));
        };
        match self.question(hub, step, asker).await? {
            Some(question) => Ok(provider.ask(&question).await),
            None => Ok(Answer::unknown("the order cannot be read")),
        }
    }

    /// Writes an answer down.
    async fn take(
        &self,
        hub: &Hub,
        step: PaymentStep,
        answer: Answer,
        attended: bool,
        now: Timestamp,
    ) -> Result<Paying, StoreError> {
        let (outcome, paying) = match answer {
            Answer::Yes {
                reference,
                capture_before,
            } => {
                let outcome = StepOutcome::Yes {
                    reference,
                    capture_before,
                };
                (outcome, Paying::Yes)
            }
            Answer::No { reason } => (StepOutcome::No { reason }, Paying::No),
            Answer::Unknown { why, go_to } => {
                let outcome = StepOutcome::Later {
                    at: now.plus_ms(wait_of(&step, now)),
                    why,
                };
                let key = step.key;
                let settled = self.store.settle_payment_step(hub.id, key, outcome, now);
                settled.await?;
                return Ok(Paying::Waiting { go_to });
            }
        };
        self.end_noted(hub, &step, "answered", now).await?;
        let answered = Answered {
            step,
            outcome,
            attended,
            now,
        };
        // A refusal says that nothing follows from the answer, or that it was written down before.
        let _ = self.store.decide(hub.id, Box::new(answered)).await?;
        Ok(paying)
    }

    async fn question(
        &self,
        hub: &Hub,
        step: &PaymentStep,
        asker: Asker,
    ) -> Result<Option<Question>, StoreError> {
        let kind = EntityKind::new(EntityKind::SETTINGS);
        let settings = self.store.entity(hub.id, kind, hub.id.to_string()).await?;
        let Some(settings) = settings else {
            return Ok(None);
        };
        let currency = read_settings(&settings.body)?.currency;
        let asked = match (step.kind, asker) {
            (StepKind::Authorise, Asker::Sweep) => Asked::Status,
            (StepKind::Authorise, Asker::Customer) => {
                let Some(order) = self.order(hub, step.order).await? else {
                    return Ok(None);
                };
                Asked::Authorise {
                    number: order.heading.number,
                    return_to: self.return_address(hub, step.order),
                }
            }
            (StepKind::Capture, _) => Asked::Capture,
            (StepKind::Void, _) => Asked::Void,
            (StepKind::Refund, _) => Asked::Refund,
        };
        Ok(Some(Question {
            key: step.key.clone(),
            hub: hub.id,
            payment: step.payment,
            asked,
            amount: step.amount,
            currency,
            reference: step.reference.clone(),
        }))
    }

    fn return_address(&self, hub: &Hub, order: OrderId) -> Option<String> {
        let base = self.public_url.as_ref()?;
        let link = self.links.of(hub.id, order);
        Some(format!("{base}/shop/{}/o/{link}?paid=1", hub.id))
    }

    pub(super) async fn order(
        &self,
        hub: &Hub,
        order: OrderId,
    ) -> Result<Option<Order>, StoreError> {
        let kind = EntityKind::new(EntityKind::ORDER);
        let row = self.store.entity(hub.id, kind, order.to_string()).await?;
        row.map(|row| {
            serde_json::from_str(&row.body).map_err(|error| StoreError::RowUnreadable {
                key: format!("order/{order}"),
                reason: error.to_string(),
            })
        })
        .transpose()
    }
}

/// What a customer can still pay of an order: what is due beyond what was promised and is not lapsed.
pub fn payable(order: &Order, now: Timestamp) -> Money {
    let standing = order.payments.iter();
    let standing = standing.filter(|payment| !payment.is_lapsed(now));
    let promised: Money = standing.map(Payment::uncaptured).sum();
    (order.totals().due - promised).max(Money::ZERO)
}

fn wait_of(step: &PaymentStep, now: Timestamp) -> i64 {
    let age = now.ms_since(step.opened_at);
    if step.kind == StepKind::Authorise {
        return if age < TOO_LONG_MS {
            SWEEP_AFTER_MS
        } else {
            HOUR_MS
        };
    }
    let tries = usize::try_from(step.attempts).unwrap_or(usize::MAX);
    let wait = WAITS_MS.get(tries).copied();
    wait.unwrap_or(TOO_LONG_MS)
}
