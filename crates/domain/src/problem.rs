//! Problems: what needs a person, with what happened and what was done meanwhile.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::entry::{EntryHash, EntryRef};
use crate::ids::{
    AccountId, LineId, LocationId, OrderId, PaymentId, RecurringOrderId, ShiftId, StaffId, TillId,
    VariantId,
};
use crate::order::Operation;
use crate::time::{Timestamp, Zone};

/// Which rule found the contradiction.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ts_rs::TS,
)]
#[serde(rename_all = "snake_case")]
pub enum ProblemRule {
    SoldBelowZero,
    HandedOverTwice,
    CollectedAfterCancelled,
    CancelledAfterCollected,
    AmendedAfterCancelled,
    QuantitySetTwice,
    RemovedAndChanged,
    RemovedAfterCollected,
    BelowCollected,
    SubstitutedTwice,
    PriceChangedTwice,
    SlotChangedTwice,
    CustomerChangedTwice,
    PaidTooMuch,
    ReturnedTooMuch,
    RefundedTooMuch,
    CreditOverspent,
    CaptureFailed,
    /// Money could not go back by the payment that it came by.
    RefundFailed,
    OrderUnknown,
    LineUnknown,
    PaymentUnknown,
    ReportDiffers,
    ShiftUnknown,
    ShiftForeign,
    AttachmentMissing,
    EntryQuarantined,
    JournalForked,
    /// The payment provider has said neither yes nor no for hours.
    PaymentUnanswered,
    /// An authorised payment ends soon, and its goods were not handed over.
    AuthorisationLapsing,
    /// It has ended: what it promised is due at the counter.
    AuthorisationLapsed,
    /// The slot is over and nobody came.
    NotFetched,
    /// An order was made by a recurring one without something that could not be had.
    RecurringLeftOut,
    /// A recurring order had a day, and none was made.
    RecurringNotMade,
}

/// The identity of a problem: a hash of its rule and of the event that brought it about, so that a
/// till and the server that find the same one name it alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ProblemId(EntryHash);

impl ProblemId {
    /// An id for what follows from deciding it: however many decide, it happens once.
    pub(crate) fn derived_uuid(self) -> uuid::Uuid {
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&self.0.0[..16]);
        uuid::Builder::from_custom_bytes(bytes).into_uuid()
    }
}

impl std::fmt::Display for ProblemId {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(formatter)
    }
}

impl std::str::FromStr for ProblemId {
    type Err = crate::entry::BadHex;
    fn from_str(text: &str) -> Result<ProblemId, crate::entry::BadHex> {
        text.parse().map(ProblemId)
    }
}

/// What a problem is about.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
pub struct ProblemSubject {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<OrderId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<LineId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub variant: Option<VariantId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment: Option<PaymentId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<AccountId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shift: Option<ShiftId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub till: Option<TillId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recurring: Option<RecurringOrderId>,
}

/// How a problem ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    pub by: Option<StaffId>,
    pub at: Timestamp,
    pub choice: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    pub id: ProblemId,
    pub rule: ProblemRule,
    pub subject: ProblemSubject,
    /// The entry that brought it about.
    pub entry: EntryRef,
    /// The other fact, where one is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub against: Option<EntryRef>,
    /// Where goods are in question, the location that they are, or are not, at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<LocationId>,
    /// What somebody wanted of an order that could not be true beside what another wanted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wanted: Option<Box<Operation>>,
    pub opened_at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision: Option<Decision>,
}

impl Problem {
    /// Opens a problem found while applying the event at `index` of an entry.
    pub fn open(
        rule: ProblemRule,
        subject: ProblemSubject,
        entry: EntryRef,
        index: usize,
        opened_at: Timestamp,
    ) -> Problem {
        Problem {
            id: problem_id(rule, &subject, entry, index),
            rule,
            subject,
            entry,
            against: None,
            location: None,
            wanted: None,
            opened_at,
            decision: None,
        }
    }

    /// Names the earlier fact that this one contradicts.
    #[must_use]
    pub fn against(mut self, entry: Option<EntryRef>) -> Problem {
        self.against = entry;
        self
    }

    /// Whether it still waits for somebody.
    pub const fn is_open(&self) -> bool {
        self.decision.is_none()
    }

    /// What it is counted and shown with: one product that is sold below zero again and again in a day
    /// is one thing to look after.
    pub fn group(&self, zone: Zone) -> ProblemGroup {
        match (self.rule, self.subject.variant) {
            (ProblemRule::SoldBelowZero, Some(variant)) => ProblemGroup::Goods {
                variant,
                location: self.location,
                day: self.opened_at.in_zone(zone).date_naive(),
            },
            _ => ProblemGroup::One(self.id),
        }
    }
}

/// Problems that are one thing to look after.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ProblemGroup {
    One(ProblemId),
    Goods {
        variant: VariantId,
        location: Option<LocationId>,
        day: NaiveDate,
    },
}

fn problem_id(
    rule: ProblemRule,
    subject: &ProblemSubject,
    entry: EntryRef,
    index: usize,
) -> ProblemId {
    let mut hasher = Sha256::new();
    hasher.update(b"comptoir-problem-1");
    let identity = (rule, subject, entry, index);
    hasher.update(serde_json::to_vec(&identity).expect("an identity holds only plain values"));
    ProblemId(EntryHash(hasher.finalize().into()))
}
