//! Orders: the list, one with its history, and what is done to it.

use comptoir_domain::order::{
    Channel, Fate, Fulfilment, LineKind, PaymentState, PaymentStatus, RefundStatus,
};
use comptoir_domain::quantity::Unit;
use comptoir_domain::tender::TenderKind;
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{Deed, Named, OrderRecurrence};

/// Which orders are listed. Sorts by `number`, `placed`, `state`, `customer`, `total`, `items` or `slot`;
/// the youngest first where nothing is said.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", default)]
pub struct OrderFilter {
    #[param(inline)]
    pub state: Option<OrderStateFilter>,
    /// Placed within it; all where it is not said.
    #[param(inline)]
    pub period: Option<Period>,
    pub slot: Option<Uuid>,
    /// To be fetched on the hub's present trading day.
    pub today: bool,
    /// `counter` or `shop`.
    #[param(value_type = Option<String>)]
    pub channel: Option<Channel>,
    pub customer: Option<Uuid>,
    /// Every word is in the number, the customer's name, or the name or code of something ordered.
    pub search: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum OrderStateFilter {
    /// Something is still to be handed over.
    Waiting,
    /// Waits and is not ready.
    ToPack,
    Placed,
    Accepted,
    Picked,
    Ready,
    PartlyCollected,
    Collected,
    Returned,
    Cancelled,
    Expired,
    /// Waits and is not paid.
    Unpaid,
    /// Money is owed to the customer.
    Owed,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum Period {
    /// The last 24 hours.
    Day,
    /// The last seven days.
    Week,
    /// The last thirty days.
    Month,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OrderList {
    pub rows: Vec<OrderRow>,
    pub total: usize,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OrderRow {
    pub id: Uuid,
    pub number: String,
    #[schema(value_type = String)]
    pub channel: Channel,
    pub customer: Option<Named>,
    pub placed_at: i64,
    pub slot: Option<SlotName>,
    #[schema(value_type = String)]
    pub fulfilment: Fulfilment,
    #[schema(value_type = String)]
    pub payment: PaymentState,
    /// Lines that are wanted.
    pub items: usize,
    pub total: i64,
    /// Still to pay; negative where it is owed to the customer.
    pub due: i64,
    /// Where its basket stands.
    pub basket: Option<String>,
    pub has_notes: bool,
    pub problems: usize,
}

/// A slot with what people call it by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SlotName {
    pub id: Uuid,
    pub starts_at: i64,
    pub ends_at: i64,
    pub place: String,
}

/// One order with everything that happened to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OrderView {
    pub order: OrderRow,
    /// Rises with every entry that touches the order: what is done to it names it.
    pub rev: u64,
    pub phone: Option<String>,
    pub email: Option<String>,
    pub place: String,
    /// The last part of the customer's address of its page, for orders of the shop.
    pub link: Option<String>,
    pub lines: Vec<OrderLineView>,
    pub charges: Vec<ChargeView>,
    pub payments: Vec<PaymentView>,
    pub refunds: Vec<RefundView>,
    pub notes: Vec<NoteView>,
    pub documents: Vec<DocumentView>,
    pub net: i64,
    pub tax: i64,
    pub paid: i64,
    /// What authorised payments bring at the hand-over.
    pub authorised: i64,
    /// The most that one press gives back by the online payment that it came by; zero where nothing can.
    pub refund_online_max: i64,
    /// Ids of its open problems.
    pub problems: Vec<String>,
    /// The recurring order that made it.
    pub recurring: Option<OrderRecurrence>,
    /// What can be done to it now.
    pub may: Vec<OrderAct>,
    /// Oldest first.
    pub history: Vec<Deed>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum OrderAct {
    Amend,
    ChangePrice,
    Cancel,
    Note,
    MarkReady,
    MoveSlot,
    Refund,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OrderLineView {
    pub id: Uuid,
    #[schema(value_type = String)]
    pub kind: LineKind,
    pub variant: Uuid,
    pub code: String,
    pub name: String,
    #[schema(value_type = String)]
    pub unit: Unit,
    pub ordered: i64,
    /// What the customer is to have: the weighed quantity where goods were weighed.
    pub wanted: i64,
    pub picked: i64,
    pub collected: i64,
    pub returned: i64,
    pub unit_price: i64,
    /// The regular price where another one won.
    pub regular_price: Option<i64>,
    /// Parts per million.
    pub tax_rate: i64,
    pub discount: i64,
    pub amount: i64,
    /// The line whose goods it stands in for.
    pub substitutes: Option<Uuid>,
    pub substituted_by: Option<Uuid>,
    /// The line that it hangs on, such as a bottle's deposit.
    pub tied_to: Option<Uuid>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ChargeView {
    pub id: Uuid,
    pub name: String,
    pub amount: i64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PaymentView {
    pub id: Uuid,
    pub tender: String,
    #[schema(value_type = String)]
    pub kind: TenderKind,
    pub amount: i64,
    #[schema(value_type = String)]
    pub status: PaymentStatus,
    pub at: i64,
    pub reference: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RefundView {
    pub id: Uuid,
    pub tender: String,
    #[schema(value_type = String)]
    pub kind: TenderKind,
    pub amount: i64,
    /// `done`; `requested` of the payment provider; `failed`, and owed again.
    #[schema(value_type = String)]
    pub status: RefundStatus,
    pub at: i64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NoteView {
    pub at: i64,
    /// None: the customer wrote it.
    pub by: Option<Named>,
    /// None where it was forgotten or has not come yet.
    pub text: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DocumentView {
    /// `receipt`, `invoice`, `credit_note`.
    pub kind: String,
    pub number: String,
    pub at: i64,
    pub total: i64,
}

/// Changes what is on an order. Nothing is kept where one of the steps is refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AmendOrder {
    pub action: Uuid,
    /// The order's `rev` that the person saw.
    pub rev: u64,
    pub steps: Vec<AmendStep>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(
    tag = "step",
    rename_all = "camelCase",
    rename_all_fields = "camelCase",
    deny_unknown_fields
)]
pub enum AmendStep {
    SetQuantity {
        line: Uuid,
        quantity: i64,
    },
    Add {
        variant: Uuid,
        quantity: i64,
    },
    Remove {
        line: Uuid,
        #[schema(value_type = String)]
        fate: Fate,
        reason: String,
    },
    Substitute {
        line: Uuid,
        variant: Uuid,
        quantity: i64,
        #[schema(value_type = String)]
        fate: Fate,
    },
    ChangePrice {
        line: Uuid,
        unit_price: i64,
        reason: String,
    },
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CancelOrder {
    pub action: Uuid,
    pub rev: u64,
    pub reason: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NoteOrder {
    pub action: Uuid,
    pub text: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MarkReady {
    pub action: Uuid,
    pub rev: u64,
    /// Where the basket stands.
    #[serde(default)]
    pub basket: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MoveSlot {
    pub action: Uuid,
    pub rev: u64,
    pub slot: Uuid,
}

/// Gives money back that is owed to the customer: as credit, or by a tender that needs no drawer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RefundOrder {
    pub action: Uuid,
    pub rev: u64,
    /// The id of one of the hub's tenders: `credit`, `transfer`, or `online` for the way it came.
    pub tender: String,
    /// All of it where it is not said.
    #[serde(default)]
    pub amount: Option<i64>,
}
