//! Money that is paid online. A provider is asked to authorise, capture, void and refund; it answers yes,
//! no or unknown. What is asked is a row that is asked again under the same key until it has a yes or a
//! no: a lost answer charges nobody twice, and nothing that is unknown is taken for either.

mod bridge;
mod desk;
mod outcome;
mod sweep;

use async_trait::async_trait;
use comptoir_domain::country::Currency;
use comptoir_domain::ids::{HubId, PaymentId};
use comptoir_domain::money::Money;
use comptoir_domain::order::{Line, OrderTotals};
use comptoir_domain::time::Timestamp;

pub use bridge::{Bridge, BridgeOptions, BridgeSecret, UnusableBridge};
pub(crate) use desk::SWEEP_AFTER_MS;
pub use desk::{PayDesk, PayRound, Paying, payable};

/// What a provider is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// The same question has the same key, however often it is asked.
    pub key: String,
    pub hub: HubId,
    /// The payment that it is about.
    pub payment: PaymentId,
    pub asked: Asked,
    /// Never negative.
    pub amount: Money,
    pub currency: Currency,
    /// The provider's own name of the payment, once it gave one.
    pub reference: Option<String>,
}

/// What about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    /// To promise the amount, until the goods are handed over.
    Authorise {
        /// The order's number, for the customer's statement.
        number: String,
        /// Where the customer comes back to from a page of the provider's.
        return_to: Option<String>,
    },
    /// To fetch as much of what was promised; the rest is let go.
    Capture,
    /// To let go what was promised.
    Void,
    /// To give so much of what was fetched back.
    Refund,
    /// What became of the question with this key. A question that never arrived is a no.
    Status,
}

/// What a provider answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    Yes {
        reference: String,
        /// With an authorisation: until when it can be captured.
        capture_before: Option<Timestamp>,
    },
    No {
        reason: String,
    },
    /// It may have happened or not: ask again.
    Unknown {
        why: String,
        /// A page of the provider's on which the customer goes on.
        go_to: Option<String>,
    },
}

impl Answer {
    pub(crate) fn unknown(why: impl std::fmt::Display) -> Answer {
        Answer::Unknown {
            why: why.to_string(),
            go_to: None,
        }
    }
}

/// Somebody who moves money.
#[async_trait]
pub trait Provider: Send + Sync + std::fmt::Debug {
    async fn ask(&self, question: &Question) -> Answer;
}

/// What is added to goods that are weighed only when they are packed, in parts per million: so much
/// more may lie on the scale without asking the customer again.
const WEIGHED_MARGIN_PPM: i64 = 100_000;

/// What is authorised for an order: what it comes to, and a margin for what will be weighed.
pub(crate) fn to_authorise(totals: &OrderTotals, lines: &[Line]) -> Money {
    let weighed = lines.iter().filter(|line| line.unit.is_measured());
    let weighed: Money = weighed.map(Line::amount).sum();
    let units = i128::from(weighed.minor_units().max(0)) * i128::from(WEIGHED_MARGIN_PPM);
    let margin = (units + 999_999) / 1_000_000;
    totals.total + Money::minor(i64::try_from(margin).unwrap_or(0))
}
