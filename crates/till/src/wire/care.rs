//! Orders that are looked after before their customer comes: moved, written on, and what becomes of them
//! when less came than they want.

use comptoir_domain::ids::{ActionId, CustomerId, LineId, OrderId, SlotId, VariantId};
use comptoir_domain::money::Money;
use comptoir_domain::order::Fate;
use comptoir_domain::quantity::{Quantity, Unit};
use comptoir_domain::shortage::ShortageRule;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::orders::SlotView;

/// Slots that orders can be moved to: those that are not over, the own location's first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SlotsView {
    pub slots: Vec<SlotView>,
}

/// Moves an order to another slot, and so to its place. What it holds back is held back there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct MoveOrder {
    pub action: ActionId,
    pub order: OrderId,
    pub slot: SlotId,
}

/// Writes something on an order, whatever became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct NoteOrder {
    pub action: ActionId,
    pub order: OrderId,
    /// At most 500 characters.
    pub text: String,
}

/// Nobody came for an order that was paid: it is a sale, with its receipt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct KeepOrder {
    pub action: ActionId,
    pub order: OrderId,
    /// Whether its goods go back to the shelf, or are given away or thrown away.
    pub fate: Fate,
}

/// Looks for customers by name or telephone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct FindCustomers {
    /// At least two letters or digits.
    pub text: String,
}

/// Customers that were found, at most 20.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CustomersFound {
    pub customers: Vec<CustomerChoice>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CustomerChoice {
    pub customer: CustomerId,
    pub name: String,
    /// The last digits of the telephone, to tell two of the same name apart.
    pub phone_end: Option<String>,
}

/// Who an order is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum ForWhom {
    Known {
        customer: CustomerId,
    },
    /// Somebody who was not known before, with an e-mail address or a telephone number.
    New {
        name: String,
        email: String,
        phone: String,
    },
}

/// Places the sale in progress as an order for somebody who calls: reserved, not paid, fetched in a
/// slot. It works without a network, too.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PlaceOrder {
    pub action: ActionId,
    pub slot: SlotId,
    pub whom: ForWhom,
    /// What else was said; at most 500 characters.
    pub note: Option<String>,
}

/// Less came of a product than waiting orders want. Asking changes nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AskShortage {
    pub variant: VariantId,
    /// What there is for waiting orders; zero: not delivered.
    pub came: Quantity,
    pub rule: ShortageRule,
    /// Only orders of this slot; none: all that wait at this till's location.
    #[serde(default)]
    #[ts(optional = nullable)]
    pub slot: Option<SlotId>,
}

/// How what came would be shared out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ShortageView {
    pub variant: VariantId,
    pub name: String,
    pub unit: Unit,
    /// What waiting orders want in all.
    pub wanted: Quantity,
    pub came: Quantity,
    /// Every line that waits, in the order of the rule, also those that get everything.
    pub shares: Vec<ShareView>,
    /// Orders that wait for a box with the product in it: a person looks after those.
    pub in_boxes: Vec<String>,
}

/// What one line would get.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ShareView {
    pub order: OrderId,
    pub line: LineId,
    pub number: String,
    pub customer: Option<String>,
    pub paid: bool,
    pub wanted: Quantity,
    pub gets: Quantity,
    pub missing: Quantity,
    /// What the order comes to, and what is still to pay of it, once the missing goods are off.
    pub total_after: Money,
    pub due_after: Money,
    /// What can be done: `takeOff` always, `credit` where its customer would be owed money,
    /// `substitute` with goods that are chosen.
    pub remedies: Vec<RemedyKind>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum RemedyKind {
    TakeOff,
    Credit,
    Substitute,
}

/// Agrees to one share, as it was shown: the order is amended by an entry of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SettleShortage {
    pub action: ActionId,
    pub order: OrderId,
    pub line: LineId,
    pub wanted: Quantity,
    pub gets: Quantity,
    pub remedy: RemedyKind,
    /// What goes in place of the missing goods, for `substitute`.
    #[serde(default)]
    #[ts(optional = nullable)]
    pub by: Option<OtherGoods>,
}

/// So much of other goods.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct OtherGoods {
    pub variant: VariantId,
    pub quantity: Quantity,
}

/// What became of an order that does not get everything.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ShortageSettled {
    pub order: OrderId,
    pub total: Money,
    /// Still to pay; negative: owed to the customer.
    pub due: Money,
}
