//! The settings of the hub, as far as people change them here.

use comptoir_domain::settings::ReceiptPrinting;
use comptoir_domain::tender::TenderKind;
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;
use uuid::Uuid;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SettingsView {
    /// What was seen of them, to be sent with a change.
    pub seen: u64,
    pub fields: SettingsFields,
    pub tax_rates: Vec<TaxRateView>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SettingsFields {
    pub name: String,
    pub legal_name: Option<String>,
    pub address_lines: Vec<String>,
    pub registration_number: Option<String>,
    pub vat_number: Option<String>,
    pub phone: Option<String>,
    pub email: Option<String>,
    pub website: Option<String>,
    /// The usual one first.
    pub languages: Vec<String>,
    /// In minutes after midnight.
    pub day_ends_at_minutes: u16,
    pub receipt_header: Vec<String>,
    pub receipt_footer: Vec<String>,
    #[schema(value_type = String)]
    pub receipt_printing: ReceiptPrinting,
    pub names_customer_classes: bool,
    /// How far a cashier may go below the shelf price: parts per million, and an amount.
    pub discount_max_ppm: i32,
    pub discount_max_amount: i64,
    /// The rest of a bill that may be forgiven.
    pub forgiveness_max: i64,
    /// The most that goes back in cash of money paid online.
    pub online_cash_back_max: i64,
    pub offline_credit_max: i64,
    pub offline_voucher_max: i64,
    pub offline_on_account_max: i64,
    pub offline_copy_age_max_hours: u32,
    pub computes_price_from_scale: bool,
    /// Ids and kinds stay as they are; names, flags and ledger accounts can be changed.
    pub tenders: Vec<TenderFields>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TenderFields {
    pub id: String,
    #[schema(value_type = String)]
    pub kind: TenderKind,
    /// Empty where the word of the reader's language for its kind will do.
    pub name: String,
    pub gives_change: bool,
    pub opens_drawer: bool,
    pub wants_reference: bool,
    pub counted_at_close: bool,
    pub ledger_account: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TaxRateView {
    pub class: String,
    /// Parts per million.
    pub rate: i64,
    /// A day: `2026-11-21`.
    pub valid_from: String,
    pub valid_until: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SaveSettings {
    pub action: Uuid,
    pub seen: u64,
    pub fields: SettingsFields,
}

/// A new rate of a tax class, from a day to come on: what was sold keeps its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AddTaxRate {
    pub action: Uuid,
    pub seen: u64,
    pub class: String,
    /// Parts per million.
    pub rate: i32,
    /// After today: `2027-01-01`.
    pub valid_from: String,
}
