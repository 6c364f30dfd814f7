//! What a payment provider is asked, as rows that cross between a back end and who asks.

use async_trait::async_trait;
use comptoir_domain::entry::EntryRef;
use comptoir_domain::ids::{HubId, OrderId, PaymentId, RefundId};
use comptoir_domain::money::Money;
use comptoir_domain::problem::{ProblemRule, ProblemSubject};
use comptoir_domain::time::Timestamp;

use super::StoreError;

/// What a provider is asked to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepKind {
    Authorise,
    Capture,
    Void,
    Refund,
}

impl StepKind {
    pub const fn name(self) -> &'static str {
        match self {
            StepKind::Authorise => "authorise",
            StepKind::Capture => "capture",
            StepKind::Void => "void",
            StepKind::Refund => "refund",
        }
    }

    pub fn from_name(name: &str) -> Option<StepKind> {
        use StepKind::{Authorise, Capture, Refund, Void};
        let mut all = [Authorise, Capture, Void, Refund].into_iter();
        all.find(|kind| kind.name() == name)
    }
}

/// A question for the provider that is to be asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewStep {
    /// Under which it is asked each time: asked again, it is the same question.
    pub key: String,
    pub kind: StepKind,
    pub order: OrderId,
    pub payment: PaymentId,
    pub amount: Money,
    /// Whether a no gives the order back: nobody has promised to fetch it yet.
    pub at_checkout: bool,
    pub at: Timestamp,
    /// When it is asked first by itself.
    pub next_at: Timestamp,
}

impl NewStep {
    /// Under which a question about a payment is kept.
    pub fn key_of(kind: StepKind, payment: PaymentId) -> String {
        format!("{}:{payment}", kind.name())
    }

    /// The first question about a payment.
    pub fn authorise(order: OrderId, payment: PaymentId, amount: Money, at: Timestamp) -> NewStep {
        NewStep {
            key: NewStep::key_of(StepKind::Authorise, payment),
            kind: StepKind::Authorise,
            order,
            payment,
            amount,
            at_checkout: false,
            at,
            next_at: at,
        }
    }

    /// One that is asked as soon as may be.
    pub fn follow(
        kind: StepKind,
        order: OrderId,
        payment: PaymentId,
        amount: Money,
        at: Timestamp,
    ) -> NewStep {
        NewStep {
            key: NewStep::key_of(kind, payment),
            kind,
            ..NewStep::authorise(order, payment, amount, at)
        }
    }

    /// To give back.
    pub fn refund(
        order: OrderId,
        payment: PaymentId,
        refund: RefundId,
        amount: Money,
        at: Timestamp,
    ) -> NewStep {
        NewStep {
            key: format!("refund:{refund}"),
            ..NewStep::follow(StepKind::Refund, order, payment, amount, at)
        }
    }
}

/// How far a question got.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepState {
    Open,
    Yes,
    No,
}

impl StepState {
    pub const fn name(self) -> &'static str {
        match self {
            StepState::Open => "open",
            StepState::Yes => "yes",
            StepState::No => "no",
        }
    }

    pub fn from_name(name: &str) -> Option<StepState> {
        let mut all = [StepState::Open, StepState::Yes, StepState::No].into_iter();
        all.find(|state| state.name() == name)
    }
}

/// A question as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaymentStep {
    pub key: String,
    pub kind: StepKind,
    pub order: OrderId,
    pub payment: PaymentId,
    pub amount: Money,
    pub at_checkout: bool,
    pub opened_at: Timestamp,
    pub state: StepState,
    pub attempts: u32,
    pub next_at: Timestamp,
    pub ended_at: Option<Timestamp>,
    pub reference: Option<String>,
    pub capture_before: Option<Timestamp>,
    pub answer: Option<String>,
    /// The name of the problem that was opened last about it.
    pub noted: Option<String>,
}

impl PaymentStep {
    /// The refund that it is about, where it gives back.
    pub fn refund(&self) -> Option<RefundId> {
        self.key.strip_prefix("refund:")?.parse().ok()
    }
}

/// What is known of a question after it was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StepOutcome {
    Yes {
        reference: String,
        capture_before: Option<Timestamp>,
    },
    No {
        reason: String,
    },
    /// It is asked again.
    Later {
        at: Timestamp,
        why: String,
    },
}

/// How many questions wait for an answer, and how many have waited too long.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct StepCounts {
    pub open: u64,
    pub noted: u64,
}

/// Something that a job found: a problem that is to be opened, or is over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Noted {
    pub rule: ProblemRule,
    pub subject: ProblemSubject,
    /// The entry that it is about: with the rule it names the problem, each time the same.
    pub entry: EntryRef,
    /// How it ended, where it is over.
    pub ended: Option<&'static str>,
}

/// What is kept of questions for the payment provider.
#[async_trait]
pub trait PaymentStore {
    /// Opens questions for the payment provider that belong to no act.
    async fn open_payment_steps(&self, hub: HubId, steps: Vec<NewStep>) -> Result<(), StoreError>;

    /// Questions for the payment provider whose time has come.
    async fn due_payment_steps(
        &self,
        hub: HubId,
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<PaymentStep>, StoreError>;

    /// Everything that was asked for an order, the first question first.
    async fn payment_steps(
        &self,
        hub: HubId,
        order: OrderId,
    ) -> Result<Vec<PaymentStep>, StoreError>;

    /// Authorisations that end before a moment and are not known to be over.
    async fn lapsing_authorisations(
        &self,
        hub: HubId,
        before: Timestamp,
    ) -> Result<Vec<PaymentStep>, StoreError>;

    /// Writes down what came of asking where no act follows from it.
    async fn settle_payment_step(
        &self,
        hub: HubId,
        key: String,
        outcome: StepOutcome,
        now: Timestamp,
    ) -> Result<(), StoreError>;

    /// Remembers what was noted last about a question.
    async fn set_step_noted(
        &self,
        hub: HubId,
        key: String,
        noted: String,
    ) -> Result<(), StoreError>;

    async fn payment_step_counts(&self, hub: HubId) -> Result<StepCounts, StoreError>;
}
