//! What crosses between the office's pages and the server, as JSON and as TypeScript. Amounts are minor
//! units of the hub's currency, quantities thousandths, moments milliseconds since 1970 (UTC).

mod audit;
mod bindings;
mod customers;
mod goods;
mod home;
mod orders;
mod people;
mod problems;
mod recurring;
mod session;
mod settings;
mod shop;
mod slots;
mod stock;
mod tills;
mod webhooks;

pub use audit::*;
pub use bindings::export_bindings;
pub use customers::*;
pub use goods::*;
pub use home::*;
pub use orders::*;
pub use people::*;
pub use problems::*;
pub use recurring::*;
pub use session::*;
pub use settings::*;
pub use shop::*;
pub use slots::*;
pub use stock::*;
pub use tills::*;
pub use webhooks::*;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// Why something was not done. Nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OfficeError {
    /// Stable; the pages have a sentence for it.
    pub code: String,
    /// What the sentence names.
    pub params: BTreeMap<String, String>,
    /// For logs only.
    pub message: String,
}

/// A page of a list. Each list states its columns; the same address ending in `.csv` is all of it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", default)]
pub struct PageQuery {
    /// How many rows come before the page.
    pub skip: usize,
    /// How many rows the page has: 50 where it is not said, 200 at most.
    pub limit: Option<usize>,
    /// The column that sorts, as the list names it.
    pub sort: Option<String>,
    /// Largest first.
    pub descending: bool,
}

/// Says something of a thing that others may change at the same time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Press {
    /// Made by the page (UUIDv7): sent again, nothing more is done.
    pub action: Uuid,
}

/// The name of a person, as far as one did it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Named {
    pub id: Uuid,
    pub name: String,
}

/// Who did something, when and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Deed {
    /// The hub's dense number of the entry.
    pub accept_no: u64,
    /// The clock of where it was done.
    pub at: i64,
    /// When the server had it.
    pub accepted_at: i64,
    /// The member of staff; none: the customer, or the server by itself.
    pub by: Option<Named>,
    pub approved_by: Option<Named>,
    /// The till; none: the server.
    pub till: Option<TillName>,
    /// What kind of act it was: `sale`, `order_amended`.
    pub kind: String,
    pub facts: Vec<Fact>,
}

/// A till, by the code that its numbers begin with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TillName {
    pub id: Uuid,
    pub code: String,
}

/// One thing that happened, as a code with values.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Fact {
    /// Such as `quantity_changed`, `line_removed`, `payment_taken`, `thing_changed`.
    pub code: String,
    pub values: BTreeMap<String, FactValue>,
}

/// A value with what it is, so that the page can format it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(tag = "kind", content = "value", rename_all = "camelCase")]
pub enum FactValue {
    Text(String),
    /// A word of a closed list, such as `back_to_shelf` or `cash`.
    Word(String),
    Count(i64),
    Money(i64),
    Quantity(i64),
    Moment(i64),
}
