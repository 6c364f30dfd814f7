//! Orders that wait for their customers: the list of them, and what is shown of one at the counter.

use comptoir_domain::ids::{ActionId, LineId, OrderId, SlotId, VariantId};
use comptoir_domain::money::Money;
use comptoir_domain::order::{Fate, Fulfilment, PaymentState};
use comptoir_domain::quantity::Quantity;
use comptoir_domain::time::Timestamp;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::desks::{ContestView, OpenElsewhere};
use super::requests::Approval;
use super::sell::LineCharge;

/// Which orders the list shows.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct OrdersQuery {
    /// A part of a name, of an order's number or the end of a telephone number. With any text all
    /// slots are searched, the one on screen first.
    pub text: String,
    /// None: the slot that is on or comes next.
    pub slot: Option<SlotId>,
    /// Those that have no slot, in place of those of one.
    #[serde(default)]
    #[ts(optional, as = "Option<bool>")]
    pub without_slot: bool,
    /// Also those that are done: collected, cancelled, expired.
    pub with_done: bool,
}

/// The list of orders, as of the till's own copy.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct OrdersView {
    /// The slots of today, and of other days in which orders wait; those at this till's own location
    /// first, in time. The last entry may be orders without a slot.
    pub slots: Vec<SlotView>,
    /// The slot whose orders are listed; none where they are those without one, or of all slots.
    pub slot: Option<SlotId>,
    /// By customer's name, orders without a name last; with a text those of the slot on screen come
    /// first. All of a slot, at most 600.
    pub orders: Vec<OrderCard>,
    /// How many more there are than `orders` lists.
    #[ts(type = "number")]
    pub more: u32,
    /// When the copy was last brought up to date; none where the till works alone.
    pub copy_at: Option<Timestamp>,
    /// Whether that is long enough ago to say so.
    pub copy_is_old: bool,
}

/// A slot as a button, or as a line of an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SlotView {
    /// None stands for orders without a slot.
    pub slot: Option<SlotId>,
    pub starts_at: Option<Timestamp>,
    pub ends_at: Option<Timestamp>,
    pub location: String,
    /// Whether it is at this till's own location.
    pub here: bool,
    /// Orders that still wait.
    #[ts(type = "number")]
    pub waiting: u32,
    #[ts(type = "number")]
    pub orders: u32,
}

/// An order in the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct OrderCard {
    pub order: OrderId,
    pub number: String,
    /// None where nobody is named.
    pub customer: Option<String>,
    /// The last digits of the telephone, to tell two of the same name apart.
    pub phone_end: Option<String>,
    pub slot: Option<SlotId>,
    pub starts_at: Option<Timestamp>,
    /// Where it is to be fetched, where that is not here.
    pub elsewhere: Option<String>,
    pub fulfilment: Fulfilment,
    pub payment: PaymentState,
    /// Still to pay; negative where it is to be given back.
    pub due: Money,
    pub total: Money,
    #[ts(type = "number")]
    pub line_count: u32,
    /// Where its basket stands.
    pub basket: Option<String>,
    pub has_notes: bool,
    /// The order is open on this till, or put aside, with changes that are not saved.
    pub in_progress: bool,
    /// An authorised online payment of it lapsed: `due` is to be collected at the counter.
    pub lapsed: bool,
    /// Another till has it in hand, as far as was heard a moment ago.
    pub open_elsewhere: Option<OpenElsewhere>,
}

/// An order that waits, open at the counter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PlacedView {
    pub number: String,
    pub customer: Option<String>,
    pub phone: Option<String>,
    pub slot: Option<SlotView>,
    pub fulfilment: Fulfilment,
    pub basket: Option<String>,
    pub notes: Vec<NoteView>,
    /// Charges of the order itself, part of its total: a delivery, a fee.
    pub charges: Vec<LineCharge>,
    pub settlement: Settlement,
    /// Nothing more is handed over: it was fetched, cancelled, or nobody came for it. What is still to
    /// pay or to give back can be settled, and goods that were fetched can come back.
    pub closed: bool,
    /// Who fetches it, where that was noted.
    pub fetched_by: Option<String>,
    /// How many lines are to be checked, and how many of them are.
    #[ts(type = "number")]
    pub to_check: u32,
    #[ts(type = "number")]
    pub checked: u32,
    /// Something was changed here that is not saved yet.
    pub changed: bool,
    /// The order changed elsewhere while it was open here; the changes made here stand on top.
    pub moved: bool,
    /// Another till has it open too, as far as was heard a moment ago.
    pub contest: Option<ContestView>,
}

/// How the one figure comes about: `ordered + changed - paid - forgiven - authorised = to_settle`, and
/// no less than nothing where an authorised payment covers more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Settlement {
    /// What the order came to when it was opened here.
    pub ordered: Money,
    /// What was changed here adds (positive) or takes off.
    pub changed: Money,
    /// What was paid, less what was given back, before and now.
    pub paid: Money,
    /// What an authorised online payment brings at the hand-over.
    pub authorised: Money,
    /// What an authorised online payment would have brought that is too old to count on: it is to be
    /// collected at the counter.
    pub lapsed: Money,
    /// What the customer need not pay.
    pub forgiven: Money,
    /// Still to pay; negative: to give back; zero: hand over.
    pub to_settle: Money,
}

/// Something that was written on an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct NoteView {
    pub at: Timestamp,
    /// Who of the staff wrote it; none: the customer.
    pub by: Option<String>,
    /// None where it is not on this till: it was written elsewhere, or forgotten.
    pub text: Option<String>,
}

/// How far a line is checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CheckView {
    pub outstanding: Quantity,
    pub ticked: Quantity,
    pub complete: bool,
}

/// What of a line that was fetched before comes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct BackView {
    /// What the customer holds.
    pub kept: Quantity,
    /// What of it comes back now.
    pub back: Quantity,
    /// What becomes of it; none where nothing comes back.
    pub fate: Option<Fate>,
}

/// Orders that are collected together: each stays its own order, and all are settled by one figure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct GroupView {
    /// In the order in which they were opened.
    pub orders: Vec<GroupOrder>,
    /// Still to pay for all of them; negative: to give back.
    pub to_settle: Money,
}

/// One order of those that are collected together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct GroupOrder {
    pub order: OrderId,
    /// None for goods of the shelf.
    pub number: Option<String>,
    pub customer: Option<String>,
    /// Whether its lines are the ones on the screen.
    pub shown: bool,
    pub to_settle: Money,
    #[ts(type = "number")]
    pub to_check: u32,
    #[ts(type = "number")]
    pub checked: u32,
    /// Whether goods of it come back.
    pub returns: bool,
}

/// Opens an order on the sell screen. Another one that is in progress is parked, or joined: an order
/// that waits joins one that waits and of which nothing was paid here yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct OpenOrder {
    pub order: OrderId,
    /// Parks what is in progress, where the two could be collected together.
    #[serde(default)]
    #[ts(optional, as = "Option<bool>")]
    pub alone: bool,
}

/// One of the orders that are collected together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct GroupMember {
    pub order: OrderId,
}

/// The name of who fetches the order in progress; all of a group's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct FetchedBy {
    /// None takes the name away.
    pub name: Option<String>,
}

/// Opens a past order or sale, so that goods of it can come back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct OpenReturn {
    /// A receipt's or an order's number. None: the last sale of this till.
    pub number: Option<String>,
}

/// Takes goods back of the order in progress, which was fetched before. What is owed for them goes
/// back by `pay_give_back`, or into new goods, which are scanned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ReturnLine {
    pub line: LineId,
    /// How much of it comes back in all; zero: nothing.
    pub quantity: Quantity,
    pub fate: Fate,
    /// `damaged`, `wrong`, `unwanted`, `other`, or the cashier's own words.
    pub reason: String,
}

/// Ticks a line, or takes the ticks of a complete one away.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TickLine {
    pub line: LineId,
}

/// The weight of the goods in hand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct WeighLine {
    pub line: LineId,
    pub weight: Quantity,
}

/// Gives other goods in place of a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SubstituteLine {
    pub line: LineId,
    pub variant: VariantId,
    pub quantity: Quantity,
    /// What becomes of the goods that do not go.
    pub fate: Fate,
}

/// What goes over the counter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum HandOverWhat {
    /// Everything, ticked or not. Once the figure is settled.
    Everything,
    /// Only what is ticked; the rest stays reserved.
    Ticked,
    /// Nothing: the changes are saved, and the order waits on.
    Nothing,
}

/// Ends the work on an order that was placed before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct HandOverOrder {
    pub action: ActionId,
    pub what: HandOverWhat,
}

/// Gives money back of what was paid before, by the tender `online` to the payment that it came by. What
/// settles the order hands it over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct GiveBack {
    pub action: ActionId,
    pub tender: String,
    /// All of it where none is said.
    pub amount: Option<Money>,
    pub approval: Option<Approval>,
}

/// Cancels an order that waits; money that was paid is then owed to its customer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CancelOrder {
    pub action: ActionId,
    pub order: OrderId,
    /// `no_show`, `customer`, `other`, or the cashier's own words.
    pub reason: String,
}

/// The basket stands ready, at a place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct OrderIsReady {
    pub action: ActionId,
    pub order: OrderId,
    pub basket: Option<String>,
}
