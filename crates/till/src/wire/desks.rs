//! What lies on the desks of the hub's other tills.

use comptoir_domain::ids::{ActionId, OrderId};
use comptoir_domain::money::Money;
use comptoir_domain::time::Timestamp;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Another till has an order in hand. It locks nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct OpenElsewhere {
    /// The other till's code.
    pub till: String,
    /// Who is signed in there, or put it aside.
    pub staff: Option<String>,
    pub since: Timestamp,
    /// It was put aside there, with changes that are not saved.
    pub put_aside: bool,
}

/// Where an order stands that is open here and on another till.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum Contest {
    /// Another till had it first: `order_take_over` says there that it is gone on with here.
    Theirs,
    /// It was open here, and the other till took it over.
    TakenOver,
    /// It was taken over here.
    Ours,
}

/// An order that is open here, on another till as well.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ContestView {
    pub contest: Contest,
    pub elsewhere: OpenElsewhere,
}

/// How far a sale that another till put aside is from this one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum ParkedElsewhereState {
    /// It can be asked for.
    There,
    /// It was asked for, and the other till has not answered.
    Asked,
    /// It was this till's, and is on its way to the other.
    Leaving,
}

/// A sale that another till put aside, or that is on its way there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ParkedElsewhere {
    pub order: OrderId,
    /// The other till's code.
    pub till: String,
    pub state: ParkedElsewhereState,
    pub at: Timestamp,
    pub staff: String,
    /// The first goods in it, to tell it from the others.
    pub first_names: Vec<String>,
    #[ts(type = "number")]
    pub line_count: u32,
    pub total: Money,
    /// Money was taken for it: only its own till can go on with it.
    pub has_money: bool,
    /// Whether `parked_copy` can ring it up anew here.
    pub can_copy: bool,
    /// When its till was last heard of.
    pub heard_at: Timestamp,
}

/// Asks another till for a sale that it put aside. Once that till has given it up it lies among this
/// one's own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ClaimParked {
    pub action: ActionId,
    pub order: OrderId,
}

/// Nobody waits for the sale any more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct WithdrawParked {
    pub order: OrderId,
}

/// Rings the goods of a sale of another till up anew, at its prices, as an order of its own. The other
/// till keeps its sale.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CopyParked {
    pub action: ActionId,
    pub order: OrderId,
}

/// Goes on here with an order that another till has open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TakeOver {
    pub order: OrderId,
}
