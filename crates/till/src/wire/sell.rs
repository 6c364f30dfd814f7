//! The screen where cashiers live: the order, what is being paid, and the sale just done.

use comptoir_domain::ids::{ChargeId, LineId, OrderId, PaymentId, StaffId, VariantId};
use comptoir_domain::money::Money;
use comptoir_domain::quantity::{Quantity, Unit};
use comptoir_domain::time::Timestamp;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::desks::ParkedElsewhere;
use super::orders::{BackView, CheckView, GroupView, PlacedView};

/// Selling. An order, a sale just done, or neither: the first scan begins an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SellView {
    /// The order in progress; none before the first scan.
    pub order: Option<OrderView>,
    /// The sale just done; stays until the next order begins.
    pub done: Option<DoneView>,
    pub last_sale: Option<LastSale>,
    /// The orders put aside, oldest first.
    pub parked: Vec<ParkedOrder>,
    /// Sales that other tills at this place put aside, oldest first.
    pub parked_elsewhere: Vec<ParkedElsewhere>,
    /// At most six.
    pub discount_reasons: Vec<Reason>,
    /// At most six: why the drawer is opened without a sale.
    pub drawer_reasons: Vec<Reason>,
    /// Between which places cash can be moved, this drawer first.
    pub cash_places: Vec<CashPlace>,
    /// Who can approve what the cashier's role does not allow.
    pub approvers: Vec<Approver>,
}

/// The order in progress with everything that is shown of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct OrderView {
    pub id: OrderId,
    /// In the order in which they were added; removed ones stay in their place, struck out.
    pub lines: Vec<LineView>,
    /// The line that the last action touched: shown large, and the one that a typed number is for.
    pub last_line: Option<LineId>,
    /// Before order discounts.
    pub subtotal: Money,
    /// All discounts, not positive.
    pub discount: Money,
    pub tax: Money,
    pub total: Money,
    /// What is still to pay.
    pub due: Money,
    /// How many things the customer carries away: pieces, and one for each weighed line.
    #[ts(type = "number")]
    pub piece_count: u32,
    pub can_undo: bool,
    pub pay: PayView,
    /// Set where the order was placed before and waits for its customer: it is checked, amended,
    /// settled by its difference and handed over.
    pub placed: Option<Box<PlacedView>>,
    /// Set where several orders are collected together: then `pay` is about all of them, and everything
    /// else about the one that is shown.
    pub group: Option<GroupView>,
}

/// One line of the order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct LineView {
    pub id: LineId,
    pub variant: VariantId,
    pub name: String,
    pub detail: Option<String>,
    pub quantity: Quantity,
    pub unit: Unit,
    pub unit_price: Money,
    /// The regular unit price, where a lower one won.
    pub regular_price: Option<Money>,
    /// The name of the price that won, where it is not the regular one.
    pub price_name: Option<String>,
    /// What the line costs, after its own discount.
    pub amount: Money,
    /// The line's own discount, not positive; none where there is none.
    pub discount: Option<Money>,
    pub removed: bool,
    pub badges: Vec<LineBadge>,
    /// How far the line of an order that waits is checked; none where there is nothing to check.
    pub check: Option<CheckView>,
    /// The quantity that was ordered, where another one goes over the counter now.
    pub was: Option<Quantity>,
    /// Whether it came on from the shelf at this counter, and was not part of the order.
    pub from_shelf: bool,
    /// The name of the goods that it stands in for.
    pub substitutes: Option<String>,
    /// What the customer holds of a line that was fetched before, and what of it comes back now; none
    /// where nothing of it can come back.
    pub back: Option<BackView>,
    /// Deposits and fees that come with the goods.
    pub charges: Vec<LineCharge>,
}

/// What to know about a line without being asked anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum LineBadge {
    /// More is sold than the stock says there is; it is sold anyway.
    BelowZero,
    /// A weighed product without an actual weight, or at exactly one kilogram.
    WeightMissing,
    /// The shelf price was matched by hand.
    PriceChanged,
}

/// A deposit or fee tied to a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct LineCharge {
    pub id: ChargeId,
    pub name: String,
    pub quantity: Quantity,
    pub amount: Money,
}

/// What can be paid with, and what has been.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PayView {
    /// What is due if all of it is paid in cash, rounded as the country rounds.
    pub cash_due: Money,
    /// `cash_due - due`; none where the country does not round.
    pub rounding: Option<Money>,
    /// In the hub's order; the first is the one for a typed amount.
    pub tenders: Vec<TenderButton>,
    /// The exact amount, then the notes, each always in its own place; empty where nothing is due.
    pub quick_cash: Vec<QuickAmount>,
    /// What was taken for this order here, or given back of it (negative): what was paid before it was
    /// opened stands in its settlement.
    pub taken: Vec<TakenPayment>,
    /// What is to be given back; zero where nothing is. Then the tenders are those by which it goes
    /// back, the first is the usual one.
    pub to_give_back: Money,
    /// What is to pay where only what is ticked goes over the counter (`goes: "ticked"`); none where
    /// nothing, or everything, is ticked.
    pub ticked: Option<TickedPay>,
    /// What may be forgiven of what is due (`pay_forgive`); zero where nothing may.
    pub forgivable: Money,
}

/// What is to pay where only what is ticked goes over the counter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TickedPay {
    /// What the ticked goods come to beyond the money that counts for the order.
    pub due: Money,
    /// The same in cash, rounded as the country rounds.
    pub cash_due: Money,
    pub quick_cash: Vec<QuickAmount>,
}

/// What comes back of cash for the order in progress; zero while it does not pay what is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CashChange {
    pub change: Money,
}

/// One way to pay, as a button.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TenderButton {
    /// The tender's key, as commands name it.
    pub tender: String,
    pub kind: TenderKind,
    /// The hub's own name for it; the screen names the kind where there is none.
    pub name: Option<String>,
    pub gives_change: bool,
    pub wants_reference: bool,
    /// What the customer can spend by it at most, for credit and buying on account; while giving back,
    /// what can go back by it at most, where that is less than all.
    pub available: Option<Money>,
}

/// What kind of money it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum TenderKind {
    Cash,
    CardTerminal,
    CardStandAlone,
    Cheque,
    Transfer,
    MealVoucher,
    LocalCurrency,
    OnAccount,
    Credit,
    Voucher,
    /// Paid in the online shop. Money goes back by it through the server, as soon as that is reached.
    Online,
}

/// A note-sized button.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct QuickAmount {
    pub amount: Money,
    /// Exactly what is due.
    pub exact: bool,
    /// Whether it pays what is due; a note that does not keeps its place, empty.
    pub usable: bool,
}

/// A payment of the order in progress, or of the last sale.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TakenPayment {
    pub payment: PaymentId,
    pub tender: String,
    pub kind: TenderKind,
    pub name: Option<String>,
    pub amount: Money,
    /// What the customer handed over, where it was more.
    pub tendered: Option<Money>,
    /// The number of the order that it is for, where several are collected together.
    pub order_number: Option<String>,
}

/// The sale just done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DoneView {
    pub order: OrderId,
    pub receipt_number: String,
    pub total: Money,
    /// The number of an order that was placed before; none for a sale of the shelf.
    pub order_number: Option<String>,
    /// What was given back of money paid before, not as change.
    pub given_back: Money,
    /// What of it goes back through the server, as soon as that is reached.
    pub given_back_online: Money,
    /// What the customer need not pay.
    pub forgiven: Money,
    /// The other orders that were collected, or goods that came back, in the same action.
    pub together: Vec<DoneOrder>,
    /// Whether something of the order stays behind, reserved.
    pub partly: bool,
    /// What to give back in cash; zero where nothing is.
    pub change: Money,
    /// What the customer handed over in cash; none where no cash was taken.
    pub tendered: Option<Money>,
    pub payments: Vec<TakenPayment>,
    pub receipt: ReceiptState,
}

/// One of several orders that were settled together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DoneOrder {
    pub order: OrderId,
    pub number: String,
    pub receipt_number: String,
    pub total: Money,
}

/// Where the slip of a sale is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum ReceiptState {
    /// Not asked for; a key prints it.
    NotPrinted,
    /// Waiting for the printer.
    Queued,
    Printed,
}

/// The last sale of this till, always in the same corner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct LastSale {
    pub order: OrderId,
    pub receipt_number: String,
    pub at: Timestamp,
    pub total: Money,
    pub change: Money,
    pub payments: Vec<TakenPayment>,
    pub receipt: ReceiptState,
    /// Whether a wrong tender can still be corrected: the shift is open.
    pub can_correct: bool,
    /// What a wrong tender can be corrected to.
    pub tenders: Vec<TenderButton>,
}

/// An order put aside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ParkedOrder {
    pub order: OrderId,
    /// The number and customer of an order that was placed before; none for a sale of the shelf.
    pub number: Option<String>,
    pub customer: Option<String>,
    pub at: Timestamp,
    pub staff: String,
    /// The first goods in it, to tell it from the others.
    pub first_names: Vec<String>,
    #[ts(type = "number")]
    pub line_count: u32,
    pub total: Money,
}

/// A reason as a button.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Reason {
    /// The reason's key, as commands name it.
    pub reason: String,
    /// The hub's own word. The screen has words for the keys that ship: `damaged`, `short_dated`,
    /// `goodwill`, `staff`, `volunteer`, `price_match`, `change_money`, `check`, `paid_out`,
    /// `delivery`, `other`.
    pub name: Option<String>,
}

/// A place where cash is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CashPlace {
    /// The place's key, as commands name it.
    pub place: String,
    pub kind: CashPlaceKind,
    pub name: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum CashPlaceKind {
    ThisTill,
    OtherTill,
    Safe,
    Bank,
    /// Paid out for an expense or in by a person.
    Outside,
}

/// Someone whose PIN lifts a role's limit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Approver {
    pub id: StaffId,
    pub name: String,
}
