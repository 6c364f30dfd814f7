//! Events: immutable facts. What happened, and nothing that can be worked out from it.
//!
//! A kind or a field, once released, is read for ever. New fields have a default; a reader that
//! meets an unknown kind keeps the entry aside.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::closing::PeriodClosing;
use crate::credit::AccountOpening;
use crate::document::{EpochLabel, IssuedDocument, TillCode};
use crate::entry::EntryHash;
use crate::ids::{
    AccountId, AttachmentId, CollectionId, CustomerId, EpochId, LineId, LocationId, OrderId,
    PaymentId, RecurringOrderId, RefundId, ShiftId, SlotId, StaffId, TillId,
};
use crate::money::Money;
use crate::order::{
    Charge, Collection, Fate, Forgiveness, GoodsReturn, Line, Operation, OrderHeading, Payment,
    Refund, Seen,
};
use crate::problem::ProblemId;
use crate::quantity::Quantity;
use crate::recurring::{LeftOut, Recurrence};
use crate::shift::{CashPlace, TenderCount, ZReport};
use crate::stock::{Counted, DeliveredPart, StockMove};
use crate::time::Timestamp;

/// A line or part of one that was taken off before the order was completed: recorded, counted and
/// shown on the Z report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemovedLine {
    pub line: LineId,
    pub name: String,
    pub quantity: Quantity,
    pub amount: Money,
}

/// Why an epoch begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EpochReason {
    FirstStart,
    /// The database may be older than its journal.
    Restored,
    /// The same place of the chain was found taken by another entry.
    Forked,
    /// The till got another code.
    Recoded,
}

/// The end of the epoch before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct EpochEnd {
    pub epoch: EpochId,
    pub seq: u64,
    pub hash: EntryHash,
}

/// A happening that changes no figure and must be found later.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum AuditFact {
    SignedIn {
        staff: StaffId,
    },
    SignedOut {
        staff: StaffId,
    },
    PinRefused {
        staff: StaffId,
        tries: u32,
    },
    Started {
        version: String,
    },
    ClockMovedBack {
        from: Timestamp,
        to: Timestamp,
    },
    PermissionRefused {
        staff: StaffId,
        permission: String,
    },
    DamageFound {
        detail: String,
    },
    SettingChanged {
        name: String,
    },
    /// Somebody changed a thing by hand; the attachment holds what it was and what it is.
    ThingChanged {
        kind: String,
        id: String,
        change: AttachmentId,
    },
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    // The source itself
    EpochOpened {
        label: EpochLabel,
        reason: EpochReason,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        previous: Option<EpochEnd>,
    },
    Audited {
        fact: AuditFact,
    },
    TillEnrolled {
        till: TillId,
        code: TillCode,
        key: EntryHash,
        location: LocationId,
    },
    TillRevoked {
        till: TillId,
    },
    /// Product data came in by file: what the file was and what it did.
    CatalogueImported {
        file: EntryHash,
        added: u64,
        updated: u64,
    },

    // The shift
    ShiftOpened {
        shift: ShiftId,
        number: u64,
        location: LocationId,
        float: Money,
        expected_float: Money,
        trading_day: NaiveDate,
    },
    CashMoved {
        shift: ShiftId,
        from: CashPlace,
        to: CashPlace,
        amount: Money,
        reason: String,
    },
    DrawerOpened {
        shift: ShiftId,
        reason: String,
    },
    ShiftCounted {
        shift: ShiftId,
        counts: Vec<TenderCount>,
    },
    ShiftClosed {
        shift: ShiftId,
        report: Box<ZReport>,
    },
    /// A trading day, month or year of this till has ended.
    PeriodClosed {
        closing: Box<PeriodClosing>,
    },

    // The order
    OrderPlaced {
        heading: OrderHeading,
        lines: Vec<Line>,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        charges: Vec<Charge>,
        /// Lines that were rung up and taken off again before.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        removed: Vec<RemovedLine>,
        /// Tenders that were taken and given back again before.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        taken_back: Vec<Payment>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        shift: Option<ShiftId>,
    },
    OrderAmended {
        order: OrderId,
        seen: Seen,
        operations: Vec<Operation>,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        removed: Vec<RemovedLine>,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        taken_back: Vec<Payment>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        shift: Option<ShiftId>,
    },
    OrderAccepted {
        order: OrderId,
    },
    LinesPicked {
        order: OrderId,
        parts: Vec<(LineId, Quantity)>,
    },
    OrderReady {
        order: OrderId,
        /// Where the basket stands: a shelf, a crate's number.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        basket: Option<String>,
    },
    OrderCancelled {
        order: OrderId,
        seen: Seen,
        reason: String,
    },
    OrderExpired {
        order: OrderId,
    },
    /// An order was made by a recurring one. It stands in the entry that places the order.
    RecurringOrderMade {
        order: OrderId,
        made: Recurrence,
    },
    /// A recurring order had a day, and none was made.
    RecurringOrderMissed {
        recurring: RecurringOrderId,
        day: NaiveDate,
        slot: SlotId,
        /// The code of the refusal, or that its customer has left.
        reason: String,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        left_out: Vec<LeftOut>,
    },
    /// An order in progress was thrown away.
    OrderDiscarded {
        order: OrderId,
        shift: ShiftId,
        lines: Vec<RemovedLine>,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        taken_back: Vec<Payment>,
    },
    GoodsCollected {
        order: OrderId,
        collection: Collection,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        shift: Option<ShiftId>,
    },
    GoodsReturned {
        order: OrderId,
        goods_return: GoodsReturn,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        shift: Option<ShiftId>,
    },

    // Its money
    PaymentTaken {
        order: OrderId,
        payment: Payment,
    },
    CaptureRequested {
        order: OrderId,
        payment: PaymentId,
        amount: Money,
        /// The hand-over that it is for: what several ask for of one payment adds up. Without it the
        /// amount is what is asked for in all.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        part: Option<CollectionId>,
    },
    PaymentCaptured {
        order: OrderId,
        payment: PaymentId,
        amount: Money,
    },
    CaptureFailed {
        order: OrderId,
        payment: PaymentId,
        reason: String,
    },
    /// A wrong tender is put right before the shift closes: the first is taken back, the second
    /// stands in its place.
    TenderCorrected {
        order: OrderId,
        payment: PaymentId,
        by: Payment,
    },
    RefundPaid {
        order: OrderId,
        refund: Refund,
    },
    /// Money is to go back by the payment that it came by, once the server reaches the provider.
    RefundRequested {
        order: OrderId,
        refund: Refund,
    },
    /// The provider gave it back.
    RefundDone {
        order: OrderId,
        refund: RefundId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reference: Option<String>,
    },
    /// The provider refused: it is owed again.
    RefundFailed {
        order: OrderId,
        refund: RefundId,
        reason: String,
    },
    /// Money lay on the counter to be given back and was taken back again: it changes no figure.
    RefundTakenBack {
        order: OrderId,
        refund: Refund,
    },
    /// The customer was let off the rest of what is due.
    Forgiven {
        order: OrderId,
        forgiveness: Forgiveness,
    },
    DocumentIssued {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        order: Option<OrderId>,
        document: IssuedDocument,
    },
    DocumentCopied {
        document: AttachmentId,
        copy: u32,
    },

    // Credit
    AccountOpened {
        account: AccountOpening,
    },
    /// Positive: the hub owes more. Moves by payment and refund are made by those events.
    AccountMoved {
        account: AccountId,
        amount: Money,
        reason: String,
    },

    // Stock
    StockMoved {
        moves: Vec<StockMove>,
        /// Why, where somebody said so: spoilt, tasted at the market.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        why: Option<String>,
    },
    /// A supplier brought goods, counted against what was announced.
    GoodsDelivered {
        location: LocationId,
        parts: Vec<DeliveredPart>,
        /// The supplier's name or the number of the delivery note.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reference: Option<String>,
    },
    /// Somebody counted what is there. What that corrects follows from it and is stored nowhere.
    StockCounted {
        location: LocationId,
        counts: Vec<Counted>,
    },
    /// Goods of an order that were spoilt or never there.
    GoodsWrittenOff {
        order: OrderId,
        line: LineId,
        quantity: Quantity,
        fate: Fate,
    },

    // People
    CustomerMet {
        customer: CustomerId,
        data: AttachmentId,
    },
    CustomersMerged {
        customer: CustomerId,
        into: CustomerId,
    },

    // Problems
    /// Somebody decided a problem. What follows from it stands behind it in the same entry, and
    /// follows only where nobody decided before.
    ProblemDecided {
        problem: ProblemId,
        choice: String,
    },
}
