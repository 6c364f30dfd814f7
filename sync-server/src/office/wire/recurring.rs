//! Recurring orders: what customers get again and again.

use chrono::NaiveDate;
use comptoir_domain::order::Fulfilment;
use comptoir_domain::quantity::Unit;
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{Deed, Named, SlotName};

/// Which recurring orders are listed. Sorts by `customer`, `place`, `next` or `items`; by customer where
/// nothing is said.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", default)]
pub struct RecurringFilter {
    /// Those that go on, paused or not, where it is not said.
    #[param(inline)]
    pub state: Option<RecurringState>,
    pub customer: Option<Uuid>,
    pub place: Option<Uuid>,
    /// Every word is in the customer's name or the name of something ordered.
    pub search: Option<String>,
}

#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS, ToSchema,
)]
#[serde(rename_all = "camelCase")]
pub enum RecurringState {
    Running,
    /// On this day, or until somebody says otherwise.
    Paused,
    Ended,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RecurringList {
    pub rows: Vec<RecurringRow>,
    pub total: usize,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RecurringRow {
    pub id: Uuid,
    pub customer: Named,
    pub place: Named,
    /// The first day: `2026-11-28`. The others are whole weeks later.
    #[schema(value_type = String)]
    #[ts(type = "string")]
    pub first: NaiveDate,
    /// When on that day, in minutes after midnight.
    pub minute: u16,
    /// Every so many weeks.
    pub weeks: u8,
    pub items: usize,
    pub state: RecurringState,
    #[schema(value_type = Option<String>)]
    #[ts(type = "string | null")]
    pub paused_from: Option<NaiveDate>,
    /// The last day of the pause; none until somebody says so.
    #[schema(value_type = Option<String>)]
    #[ts(type = "string | null")]
    pub paused_until: Option<NaiveDate>,
    /// The next day with one.
    #[schema(value_type = Option<String>)]
    #[ts(type = "string | null")]
    pub next: Option<NaiveDate>,
}

/// One recurring order with its days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RecurringView {
    pub recurring: RecurringRow,
    /// Where its row stands in the feed: who changes it names what they saw.
    pub seen: u64,
    pub lines: Vec<RecurringLineView>,
    pub note: String,
    /// What became of the last days, and what becomes of the next; the earliest first.
    pub dates: Vec<RecurringDate>,
    /// Oldest first.
    pub history: Vec<Deed>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RecurringLineView {
    pub variant: Uuid,
    pub code: String,
    pub name: String,
    #[schema(value_type = String)]
    pub unit: Unit,
    pub quantity: i64,
    /// The shop offers it at this moment.
    pub offered: bool,
    /// What one costs the customer at this moment.
    pub price: Option<i64>,
}

/// A day of a recurring order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RecurringDate {
    #[schema(value_type = String)]
    #[ts(type = "string")]
    pub day: NaiveDate,
    pub standing: DateStanding,
    /// Where and when it is fetched; none where no slot is open on that day.
    pub slot: Option<SlotName>,
    /// When its order is made.
    pub made_from: Option<i64>,
    /// The order that was made.
    pub order: Option<Named>,
    #[schema(value_type = Option<String>)]
    pub fulfilment: Option<Fulfilment>,
    /// Why none was made: the code of a refusal, or `customer_left`.
    pub reason: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum DateStanding {
    /// An order will be made.
    Due,
    Skipped,
    Paused,
    Ended,
    /// An order was made.
    Made,
    /// None was made, and somebody was told.
    Missed,
    /// The slot took no more orders when somebody said that there is to be one.
    Late,
}

/// What made an order, as its page says it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OrderRecurrence {
    pub recurring: Uuid,
    pub left_out: Vec<LeftOutView>,
}

/// Something that could not be had.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LeftOutView {
    pub variant: Uuid,
    pub name: String,
    #[schema(value_type = String)]
    pub unit: Unit,
    pub quantity: i64,
    /// The code of the refusal: `not_enough_in_stock`.
    pub reason: String,
}

/// Makes a recurring order, or changes one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SaveRecurring {
    pub action: Uuid,
    /// What was seen of the one that is changed; none for a new one.
    #[serde(default)]
    pub seen: Option<u64>,
    /// Stays the same.
    pub customer: Uuid,
    pub place: Uuid,
    #[schema(value_type = String)]
    #[ts(type = "string")]
    pub first: NaiveDate,
    pub minute: u16,
    pub weeks: u8,
    pub lines: Vec<SaveRecurringLine>,
    #[serde(default)]
    pub note: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SaveRecurringLine {
    pub variant: Uuid,
    pub quantity: i64,
}

/// Pauses a recurring order, or lets it go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PauseRecurring {
    pub action: Uuid,
    pub seen: u64,
    /// The first day without it; none: it goes on.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    #[ts(type = "string | null")]
    pub from: Option<NaiveDate>,
    /// The last day without it.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    #[ts(type = "string | null")]
    pub until: Option<NaiveDate>,
}

/// Says that a day goes without it, or that it does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SkipRecurring {
    pub action: Uuid,
    pub seen: u64,
    #[schema(value_type = String)]
    #[ts(type = "string")]
    pub day: NaiveDate,
    pub skipped: bool,
}

/// Ends a recurring order, or begins it again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EndRecurring {
    pub action: Uuid,
    pub seen: u64,
    pub ended: bool,
}
