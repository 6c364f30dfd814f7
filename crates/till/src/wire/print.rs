//! Papers that a screen asks for besides receipts and reports.

use comptoir_domain::ids::{ActionId, OrderId, SlotId};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Prints what is to be picked for the orders that wait in a slot, by product and by order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PrintPickList {
    pub action: ActionId,
    /// None: for the orders without a slot.
    pub slot: Option<SlotId>,
}

/// Prints the label of an order's basket, with a code that opens the order when it is scanned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PrintBasketLabel {
    pub action: ActionId,
    pub order: OrderId,
}

/// Prints the slip of an order: what was ordered, and what of it is paid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PrintOrderSlip {
    pub action: ActionId,
    pub order: OrderId,
}
