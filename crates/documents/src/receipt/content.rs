//! What a receipt says, frozen as issued: every text and figure, and nothing to look up later.

use comptoir_domain::country::Currency;
use comptoir_domain::money::Money;
use comptoir_domain::quantity::{Quantity, Unit};
use comptoir_domain::tax::{TaxMode, TaxRate};
use serde::{Deserialize, Serialize};

use crate::content::{LocalTime, Seller, Software};

/// A receipt as issued. Amounts are in minor units of `currency`; a return has negative ones.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceiptContent {
    pub seller: Seller,
    /// The number in the till's series of receipts.
    pub number: String,
    pub till_code: String,
    /// The name of who served, as the hub wants it on paper.
    pub cashier: String,
    pub issued_at: LocalTime,
    pub currency: Currency,
    pub lines: Vec<ReceiptLine>,
    /// Whether the prices above hold the tax; otherwise it is added between subtotal and total.
    pub tax_mode: TaxMode,
    /// What the lines and their deposits come to, before `adjustments`.
    pub subtotal: Money,
    /// What changes the whole: a discount on the order, a delivery, a fee.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub adjustments: Vec<Adjustment>,
    /// One row per rate, and per reason where goods are exempt.
    pub taxes: Vec<ReceiptTax>,
    /// What the customer owes, tax included, before any rounding of cash.
    pub total: Money,
    /// What rounding to the coins of the country added (or took, negative); absent where the
    /// country does not round or nothing was paid in cash.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cash_rounding: Option<Money>,
    pub tenders: Vec<ReceiptTender>,
    /// The cash that was handed over, where change was given or could have been.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tendered: Option<Money>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub change: Option<Money>,
    pub software: Software,
    /// A few characters of the journal entry's signature, for a check by eye.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signature_extract: Option<String>,
    /// What the QR code holds: a reference by which the entry can be found and verified.
    pub reference: String,
    /// The hub's own last words: opening hours, thanks.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub footer: Vec<String>,
    /// 0 for the original, then 1 for the first reprint, 2 for the second.
    #[serde(default)]
    pub copy: u32,
    /// Made while practising: no sale took place.
    #[serde(default)]
    pub practice: bool,
    /// Present when an order made online was settled here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub online: Option<OnlineSettlement>,
}

/// Goods on a receipt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceiptLine {
    pub name: String,
    /// Negative for goods taken back.
    pub quantity: Quantity,
    pub unit: Unit,
    pub unit_price: Money,
    /// How the price is called when it is not the regular one: `Member price`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price_name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub discount: Option<LineDiscount>,
    /// What the line comes to, after its discount and without its deposits.
    pub amount: Money,
    /// The row of `taxes` that the line counts in, from 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tax_row: Option<u8>,
    /// What of an order placed before is still to be collected; it is not in the customer's hands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waiting: Option<Quantity>,
    /// Deposits that came with the goods: the bottle, the crate.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub deposits: Vec<DepositLine>,
}

/// What was taken off one line, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineDiscount {
    pub reason: String,
    /// Negative.
    pub amount: Money,
}

/// A deposit, tied to the line above it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DepositLine {
    pub name: String,
    pub quantity: Quantity,
    pub unit_price: Money,
    pub amount: Money,
    /// The row of `taxes` that the deposit counts in, from 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tax_row: Option<u8>,
}

/// A change to the whole order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Adjustment {
    pub label: String,
    pub amount: Money,
}

/// The tax of one rate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceiptTax {
    pub rate: TaxRate,
    pub net: Money,
    pub tax: Money,
    pub gross: Money,
    /// Why no tax is due: a code of the trade (`small_business`), or the article of the law as the
    /// hub writes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exemption_reason: Option<String>,
}

/// Money that was taken, or given back where it is negative.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceiptTender {
    pub name: String,
    pub amount: Money,
}

/// How an order that was placed before became this receipt: `ordered + changed` is the total, and less
/// what was paid and plus what was given back it is `still_due`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OnlineSettlement {
    pub order_number: String,
    /// The total before it was changed at the counter.
    pub ordered: Money,
    /// What amending it added, or took away where it is negative.
    pub changed: Money,
    pub paid_online: Money,
    /// What was paid otherwise before, less what was given back of it.
    #[serde(default)]
    pub paid_before: Money,
    pub paid_now: Money,
    pub given_back: Money,
    /// What is still to pay (or owed, negative) with what is still to be collected.
    #[serde(default)]
    pub still_due: Money,
    /// What this receipt is for where that is not the whole order: goods that are fetched in parts are
    /// taxed in parts, and the taxes below are of this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub taxed_now: Option<Money>,
}
