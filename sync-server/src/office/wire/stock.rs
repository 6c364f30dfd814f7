//! Stock: how a figure came about, and what people enter.

use comptoir_domain::quantity::Unit;
use comptoir_domain::stock::MoveReason;
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{Named, TillName};

/// Whose moves are listed: those at one place, the youngest first.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
pub struct MoveFilter {
    pub place: Uuid,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MoveList {
    pub name: String,
    #[schema(value_type = String)]
    pub unit: Unit,
    /// What is there now: the `after` of the youngest move.
    pub on_hand: i64,
    pub rows: Vec<MoveRow>,
    pub total: usize,
}

/// One move: `after` is what was there then, so that each row follows from the one below it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MoveRow {
    pub accept_no: u64,
    pub at: i64,
    #[schema(value_type = String)]
    pub reason: MoveReason,
    /// What it added (positive) or took.
    pub change: i64,
    pub after: i64,
    /// The other end: `supplier`, `customer`, `waste`, `own_use`, `count_difference`, or a place's name.
    pub other_end: String,
    pub order: Option<Named>,
    pub by: Option<Named>,
    pub till: Option<TillName>,
}

/// What became of goods, for one place. Nothing is kept where one line is refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EnterStock {
    pub action: Uuid,
    pub place: Uuid,
    pub entry: StockEntry,
    pub lines: Vec<StockLine>,
    /// Why, or the number of a delivery note.
    #[serde(default)]
    pub reason: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(
    tag = "entry",
    rename_all = "camelCase",
    rename_all_fields = "camelCase",
    deny_unknown_fields
)]
pub enum StockEntry {
    /// The quantity is what was counted on the shelf.
    Count,
    /// Goods came in.
    Delivery,
    Waste,
    OwnUse,
    /// To another place of the hub.
    Transfer {
        to: Uuid,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct StockLine {
    pub variant: Uuid,
    pub quantity: i64,
    /// Of a delivery: what was announced, where that is known. What came is the quantity, which may be
    /// nothing then.
    #[serde(default)]
    pub announced: Option<i64>,
}

/// What the figures are after an entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct StockEntered {
    pub rows: Vec<StockFigure>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct StockFigure {
    pub variant: Uuid,
    pub name: String,
    pub place: Uuid,
    pub on_hand: i64,
    pub reserved: i64,
    pub available: i64,
}
