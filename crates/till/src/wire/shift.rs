//! Opening and closing the drawer, and what a closed shift adds up to.

use comptoir_domain::ids::ShiftId;
use comptoir_domain::money::Money;
use comptoir_domain::time::Timestamp;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::sell::{CashPlace, TenderKind};

/// Before the first sale of a shift.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct OpenShiftView {
    /// What the last shift left in the drawer.
    pub expected_float: Money,
    pub denominations: Vec<Denomination>,
    pub last_closed: Option<LastClosed>,
}

/// The shift before this one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct LastClosed {
    pub z_number: String,
    pub at: Timestamp,
    pub staff: String,
    /// Forgotten overnight and closed without a count.
    pub not_counted: bool,
}

/// A coin or a note of the hub's currency, largest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Denomination {
    pub value: Money,
    pub note: bool,
}

/// The count at the end of a shift.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CloseShiftView {
    pub shift: ShiftId,
    pub opened_at: Timestamp,
    pub opened_by: String,
    #[ts(type = "number")]
    pub sale_count: u32,
    pub turnover: Money,
    /// Every tender that is counted at close, cash first.
    pub rows: Vec<CountRow>,
    pub denominations: Vec<Denomination>,
    /// How many times it has been counted so far; every count is kept.
    #[ts(type = "number")]
    pub counts: u32,
    /// The sum of all differences; none before the first count.
    pub difference: Option<Money>,
    /// What to leave in the drawer for the next shift.
    pub suggested_float: Money,
    /// Where the rest of the cash can go, the usual place first.
    pub rest_places: Vec<CashPlace>,
    /// What is not settled yet; none of it blocks the close.
    pub open_points: OpenPoints,
}

/// One tender to count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CountRow {
    pub tender: String,
    pub kind: TenderKind,
    pub name: Option<String>,
    /// None before the first count where the hub counts blind.
    pub expected: Option<Money>,
    /// The latest count.
    pub counted: Option<Money>,
    pub difference: Option<Money>,
}

/// What is still open when a shift is closed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct OpenPoints {
    #[ts(type = "number")]
    pub unsent: u32,
    #[ts(type = "number")]
    pub print_jobs: u32,
    #[ts(type = "number")]
    pub parked_orders: u32,
    /// Card payments whose answer never came.
    #[ts(type = "number")]
    pub payments_to_clarify: u32,
    /// An order with lines is in progress; it is parked by the close.
    pub order_in_progress: bool,
}

/// One closed shift, frozen as it was reported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ZReportView {
    pub shift: ShiftId,
    pub number: String,
    pub opened_at: Timestamp,
    pub opened_by: String,
    pub closed_at: Timestamp,
    pub closed_by: String,
    pub not_counted: bool,
    #[ts(type = "number")]
    pub sale_count: u32,
    pub turnover_by_rate: Vec<TurnoverRow>,
    pub turnover: TurnoverRow,
    pub money_by_tender: Vec<MoneyRow>,
    pub money_total: Money,
    /// From the turnover to the money, item by item; items of nothing are left out.
    pub bridge: Vec<BridgeRow>,
    /// What the bridge leaves unexplained: zero.
    pub bridge_rest: Money,
    pub drawer: DrawerSummary,
    /// What an auditor looks at first, with how often and how much.
    pub counters: Vec<CounterRow>,
    /// Of all shifts of this till since its first.
    pub perpetual_turnover: Money,
    pub open_points: OpenPoints,
}

/// Turnover at one tax rate, or in all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TurnoverRow {
    /// In thousandths of a per cent (`5500` is 5.5 %); none for the sum of all.
    #[ts(type = "number | null")]
    pub rate: Option<u32>,
    pub name: Option<String>,
    pub net: Money,
    pub tax: Money,
    pub gross: Money,
}

/// What came in by one tender.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct MoneyRow {
    pub tender: String,
    pub kind: TenderKind,
    pub name: Option<String>,
    /// Taken less given back, in this shift.
    pub amount: Money,
    pub expected: Option<Money>,
    pub counted: Option<Money>,
    pub difference: Option<Money>,
}

/// One step between turnover and money.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct BridgeRow {
    pub kind: BridgeKind,
    pub amount: Money,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum BridgeKind {
    DepositsTaken,
    DepositsUsed,
    DebtsMade,
    DebtsPaid,
    CreditGiven,
    CreditUsed,
    VouchersSold,
    VouchersUsed,
    Rounding,
    Differences,
    Forgiven,
    /// Tips and other money that is no turnover.
    Other,
}

/// The cash of one shift.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DrawerSummary {
    pub opening_float: Money,
    pub sales: Money,
    pub moved_in: Money,
    /// Not positive.
    pub moved_out: Money,
    pub expected: Money,
    pub counted: Option<Money>,
    pub difference: Option<Money>,
    /// Left for the next shift.
    pub left: Money,
}

/// How often something happened in the shift, and for how much.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CounterRow {
    pub kind: CounterKind,
    #[ts(type = "number")]
    pub count: u32,
    pub amount: Option<Money>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum CounterKind {
    LinesRemoved,
    OrdersDiscarded,
    Discounts,
    PricesChanged,
    Returns,
    TendersCorrected,
    DrawerOpenings,
    Reprints,
    Recounts,
}

/// What counted coins and notes add up to, as the screen never adds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CashSum {
    pub total: Money,
}
