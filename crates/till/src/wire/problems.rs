//! Problems in their short form: what happened, what was done meanwhile, what to decide.

use comptoir_domain::decide::Choice;
use comptoir_domain::ids::{ActionId, OrderId};
use comptoir_domain::money::Money;
use comptoir_domain::order::Fulfilment;
use comptoir_domain::problem::ProblemRule;
use comptoir_domain::quantity::{Quantity, Unit};
use comptoir_domain::time::Timestamp;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::requests::Approval;

/// What waits for somebody's decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ProblemsView {
    /// Oldest first; problems of one product and day as one. At most 100.
    pub problems: Vec<ProblemCard>,
    /// How many more there are.
    #[ts(type = "number")]
    pub more: u32,
    /// Whether who is signed in may decide; otherwise a manager's approval goes with the decision.
    pub may_decide: bool,
}

/// One thing to decide.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ProblemCard {
    /// The problems that it stands for: `problem_decide` takes them back as they are.
    pub ids: Vec<String>,
    pub rule: ProblemRule,
    /// Since when it is open.
    pub opened_at: Timestamp,
    /// Found on this till and not yet known to the server.
    pub provisional: bool,
    /// The fact that brought it about.
    pub happened: ProblemFact,
    /// The fact that it contradicts, where one is known.
    pub against: Option<ProblemFact>,
    /// What the order or the goods are like meanwhile.
    pub meanwhile: Meanwhile,
    /// What somebody wanted that could not be beside what another wanted.
    pub wanted: Option<WantedOtherwise>,
    /// What there is to choose, the proposed one first. Never empty.
    pub choices: Vec<Choice>,
}

/// One of two facts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ProblemFact {
    /// When, where this till knows it.
    pub at: Option<Timestamp>,
    /// Who, where this till knows it.
    pub by: Option<String>,
    /// Where it was written down.
    pub place: FactPlace,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum FactPlace {
    ThisTill,
    OtherTill,
    /// The shop, the office or a job of the server.
    Server,
}

/// The state that holds until somebody decides.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Meanwhile {
    pub order: Option<OrderId>,
    pub number: Option<String>,
    pub customer: Option<String>,
    pub fulfilment: Option<Fulfilment>,
    pub total: Option<Money>,
    /// Still to pay; negative: owed to the customer.
    pub due: Option<Money>,
    /// The goods in question.
    pub name: Option<String>,
    pub unit: Option<Unit>,
    /// What the customer is to have of the line in question.
    pub ordered: Option<Quantity>,
    /// What was handed over of it.
    pub collected: Option<Quantity>,
    /// What is there of the goods now; negative where more was sold than came.
    pub on_hand: Option<Quantity>,
}

/// A wish that did not come true.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", content = "value", rename_all = "camelCase")]
pub enum WantedOtherwise {
    Quantity(Quantity),
    Removed,
    UnitPrice(Money),
    /// An allowance on the line; none: no allowance.
    Discount(Option<Money>),
    /// When the slot begins; none: no slot.
    Slot(Option<Timestamp>),
    /// The customer's name; none: nobody.
    Customer(Option<String>),
    /// The goods given in place of the line.
    Substitute(String),
}

/// Decides what one card says, as it was shown. What is decided already stays as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DecideProblem {
    pub action: ActionId,
    /// The card's `ids`.
    pub ids: Vec<String>,
    pub choice: Choice,
    #[serde(default)]
    #[ts(optional = nullable)]
    pub approval: Option<Approval>,
}
