//! Customers: who they are, what they ordered, their credit, and their personal data.

use comptoir_domain::credit::AccountKind;
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{Deed, Named, OrderRow};

/// Which customers are listed. Sorts by `name`, `orders`, `lastOrder` or `credit`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", default)]
pub struct CustomerFilter {
    /// Every word is in name, e-mail address, telephone number or class.
    pub search: Option<String>,
    pub class: Option<String>,
    /// Those who were forgotten or left, too.
    pub inactive: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CustomerList {
    pub rows: Vec<CustomerRow>,
    pub total: usize,
    /// All classes there are, for the filter.
    pub classes: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CustomerRow {
    pub id: Uuid,
    pub name: String,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub classes: Vec<String>,
    pub active: bool,
    pub orders: usize,
    pub last_order_at: Option<i64>,
    /// What the hub owes them; negative where they owe it.
    pub credit: i64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CustomerView {
    pub customer: CustomerRow,
    /// What was seen of the customer, to be sent with a change.
    pub seen: u64,
    pub language: Option<String>,
    pub accounts: Vec<AccountView>,
    /// Youngest first, a hundred at most; the list of orders has all.
    pub orders: Vec<OrderRow>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AccountView {
    pub id: Uuid,
    #[schema(value_type = String)]
    pub kind: AccountKind,
    pub balance: i64,
    pub limit: i64,
    pub expires_at: Option<i64>,
    /// Oldest first.
    pub moves: Vec<AccountMoveView>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AccountMoveView {
    pub at: i64,
    /// Positive: the hub owes more.
    pub amount: i64,
    pub after: i64,
    /// `payment`, `refund`, or why it was moved by hand.
    pub reason: String,
    pub order: Option<Named>,
    pub by: Option<Named>,
}

/// Makes a customer, or changes one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SaveCustomer {
    pub action: Uuid,
    #[serde(default)]
    pub seen: Option<u64>,
    pub name: String,
    #[serde(default)]
    pub email: String,
    #[serde(default)]
    pub phone: String,
    pub classes: Vec<String>,
    #[serde(default)]
    pub language: Option<String>,
    pub active: bool,
}

/// Forgets who somebody is. What the law asks to be kept stays until its time is over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ForgetCustomer {
    pub action: Uuid,
    pub seen: u64,
}

/// What was forgotten, and what is kept and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ForgottenView {
    /// Texts beside the journal that are gone.
    pub forgotten: usize,
    pub kept: Vec<KeptView>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct KeptView {
    /// `retention`: the law asks for it; `waiting_order`; `credit_open`; `recurring_order`.
    pub reason: String,
    /// The number of the document or order, or the place of a recurring one.
    pub what: String,
    pub until: Option<i64>,
}

/// Everything that is kept of a person, as a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CustomerExport {
    pub exported_at: i64,
    pub hub: String,
    pub customer: CustomerRow,
    pub language: Option<String>,
    pub accounts: Vec<AccountView>,
    pub orders: Vec<ExportedOrder>,
    pub recurring_orders: Vec<super::RecurringView>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ExportedOrder {
    pub order: OrderRow,
    pub lines: Vec<super::OrderLineView>,
    pub payments: Vec<super::PaymentView>,
    pub refunds: Vec<super::RefundView>,
    pub notes: Vec<super::NoteView>,
    pub history: Vec<Deed>,
}
