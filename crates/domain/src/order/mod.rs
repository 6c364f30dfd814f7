//! The one order: everything that one customer buys in one go, online or at the counter. A counter
//! sale is an order that is placed, paid and collected at once.
//!
//! An order is the fold of its events. Nothing in it is set by hand that can be derived
//! (docs/adr/0001-order-and-journal.md).

mod line;
mod money;
mod operation;
mod payment;
mod state;

pub use line::{Fate, Line, LineDiscount, LineKind, LinePrice, PartState, Removal};
pub(crate) use money::share;
pub use money::{OrderPart, OrderTotals, Recognised, RecognisedPart};
pub use operation::{AmendmentConflict, Operation, OperationContext, QuantityMode, Seen};
pub use payment::{Capture, Forgiveness, Payment, PaymentStatus, Refund, RefundStatus};
pub use state::{Fulfilment, PaymentState};

use serde::{Deserialize, Serialize};

use crate::document::IssuedDocument;
use crate::entry::EntryRef;
use crate::event::Event;
use crate::ids::{
    AttachmentId, ChargeId, CollectionId, CustomerId, LineId, LocationId, OrderId, PaymentId,
    ReturnId, SlotId, StaffId, VariantId,
};
use crate::money::Money;
use crate::problem::ProblemId;
use crate::quantity::Quantity;
use crate::recurring::Recurrence;
use crate::tax::{LineTax, TaxMode};
use crate::time::Timestamp;

/// The most lines that one order holds.
pub const ORDER_LINES_MAX: usize = 1000;

/// The most charges that one order holds.
pub const ORDER_CHARGES_MAX: usize = 50;

/// Where an order was born.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ts_rs::TS,
)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    Counter,
    Shop,
}

/// What an order is from birth.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderHeading {
    pub id: OrderId,
    /// The human number, final at birth. A counter sale's is that of its receipt.
    pub number: String,
    pub channel: Channel,
    pub location: LocationId,
    /// Nobody, for an anonymous sale.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<CustomerId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slot: Option<SlotId>,
    /// Whether prices of this order include tax. Frozen at birth.
    pub tax_mode: TaxMode,
}

/// Where an order is fetched, and when: one value, because a slot is at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PickUp {
    pub location: LocationId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slot: Option<SlotId>,
}

impl OrderHeading {
    /// Where it is fetched, and when.
    pub const fn pick_up(&self) -> PickUp {
        PickUp {
            location: self.location,
            slot: self.slot,
        }
    }
}

/// A fee, a delivery or another amount that is no product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Charge {
    pub id: ChargeId,
    pub kind: ChargeKind,
    pub name: String,
    pub amount: ChargeAmount,
    pub tax: ChargeTax,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChargeKind {
    HubFee,
    Packing,
    Delivery,
    Other,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChargeAmount {
    Fixed(Money),
    /// Parts per million of the goods, computed anew when the order changes.
    ShareOfGoods(u32),
}

/// How a charge is taxed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChargeTax {
    /// It follows the goods, in proportion to what each rate takes of the order as it was sold;
    /// where there are none, `otherwise` holds.
    WithGoods {
        otherwise: LineTax,
    },
    Own(LineTax),
}

/// One hand-over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Collection {
    pub id: CollectionId,
    pub at: Timestamp,
    pub by: Option<StaffId>,
    /// Where the goods left the stock: not always where the order was to be fetched.
    pub location: LocationId,
    pub parts: Vec<CollectedPart>,
    /// The name of who fetched it, where that was noted: personal, so it lies beside the journal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fetched_by: Option<AttachmentId>,
}

/// How much of a line was handed over, and what the cashier saw of it: with that, goods that another
/// till handed over meanwhile are told apart from goods that were taken off the order meanwhile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct CollectedPart {
    pub line: LineId,
    pub quantity: Quantity,
    pub wanted: Quantity,
    pub collected: Quantity,
}

/// One taking-back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GoodsReturn {
    pub id: ReturnId,
    pub at: Timestamp,
    pub by: Option<StaffId>,
    /// Where the goods came back to.
    pub location: LocationId,
    pub parts: Vec<ReturnedPart>,
    pub reason: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReturnedPart {
    pub line: LineId,
    pub quantity: Quantity,
    pub restock: Fate,
}

/// Something that was written on an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    pub at: Timestamp,
    pub by: Option<StaffId>,
    /// Free text lies beside the journal.
    pub text: AttachmentId,
}

/// The milestones that people set, each with its moment. What else is known of an order is derived.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Milestones {
    /// None while the order is a draft.
    pub placed_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parked_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accepted_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ready_at: Option<Timestamp>,
    /// Where the basket stands, as was last said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub basket: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cancelled: Option<Cancellation>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expired_at: Option<Timestamp>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cancellation {
    pub at: Timestamp,
    pub by: Option<StaffId>,
    pub reason: String,
    pub entry: EntryRef,
}

/// An order as its events made it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    pub heading: OrderHeading,
    pub milestones: Milestones,
    pub lines: Vec<Line>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub charges: Vec<Charge>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub payments: Vec<Payment>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refunds: Vec<Refund>,
    /// Payments that were put right before they were heard of: they count nowhere when they come.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub corrected: Vec<PaymentId>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub forgiven: Vec<Forgiveness>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub collections: Vec<Collection>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub returns: Vec<GoodsReturn>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<Note>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub documents: Vec<IssuedDocument>,
    /// The number of accepted entries that touched the order.
    pub rev: u64,
    /// The entry that touched it last.
    pub last_entry: Option<EntryRef>,
    /// The recurring order that made it, where one did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recurrence: Option<Recurrence>,
    /// What happened to it before it was known here; part of what it is once it arrives.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub early: Vec<EarlyFact>,
}

/// The most facts that are kept of an order before it arrives.
pub const EARLY_FACTS_MAX: usize = 200;

/// Something that happened to an order before anybody here had heard of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EarlyFact {
    pub entry: EntryRef,
    pub at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<StaffId>,
    /// The problem that says so, which ends when the order arrives.
    pub problem: ProblemId,
    pub event: Event,
}

impl Order {
    /// An order that something happened to before it was heard of. It is none yet: it holds the money
    /// that came for it and waits for the rest.
    pub(crate) fn awaited(id: OrderId) -> Order {
        Order::draft(OrderHeading {
            id,
            number: String::new(),
            channel: Channel::Counter,
            location: LocationId::from_uuid(uuid::Uuid::nil()),
            customer: None,
            slot: None,
            tax_mode: TaxMode::Inclusive,
        })
    }

    /// Whether it was not placed yet as far as anybody here knows. Drafts are never in the books.
    pub const fn is_awaited(&self) -> bool {
        self.milestones.placed_at.is_none()
    }
}

impl Order {
    /// A draft without lines.
    pub fn draft(heading: OrderHeading) -> Order {
        Order {
            heading,
            milestones: Milestones::default(),
            lines: Vec::new(),
            charges: Vec::new(),
            payments: Vec::new(),
            refunds: Vec::new(),
            corrected: Vec::new(),
            forgiven: Vec::new(),
            collections: Vec::new(),
            returns: Vec::new(),
            notes: Vec::new(),
            documents: Vec::new(),
            rev: 0,
            last_entry: None,
            recurrence: None,
            early: Vec::new(),
        }
    }

    pub const fn id(&self) -> OrderId {
        self.heading.id
    }

    pub fn line(&self, id: LineId) -> Option<&Line> {
        self.lines.iter().find(|line| line.id == id)
    }

    pub fn line_mut(&mut self, id: LineId) -> Option<&mut Line> {
        self.lines.iter_mut().find(|line| line.id == id)
    }

    /// Lines that hang on another, such as the bottle deposit of a drink.
    pub fn lines_tied_to(&self, id: LineId) -> impl Iterator<Item = &Line> {
        self.lines
            .iter()
            .filter(move |line| line.tied_to == Some(id))
    }

    pub fn payment(&self, id: PaymentId) -> Option<&Payment> {
        self.payments.iter().find(|payment| payment.id == id)
    }

    pub fn payment_mut(&mut self, id: PaymentId) -> Option<&mut Payment> {
        self.payments.iter_mut().find(|payment| payment.id == id)
    }

    /// What the order holds back for its customer at its location, per variant: what is wanted and
    /// not yet fetched, from acceptance until it is collected, cancelled or expired.
    pub fn reserved(&self) -> Vec<(VariantId, Quantity)> {
        if !self.holds_reservations() {
            return Vec::new();
        }
        self.lines
            .iter()
            .flat_map(|line| line.stock_of(line.outstanding()))
            .filter(|(_, quantity)| quantity.is_positive())
            .collect()
    }

    fn holds_reservations(&self) -> bool {
        let milestones = &self.milestones;
        milestones.accepted_at.is_some()
            && milestones.cancelled.is_none()
            && milestones.expired_at.is_none()
    }
}
