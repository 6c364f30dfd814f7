//! Goods that belong to no order: deliveries, losses, transfers and counts.

use comptoir_domain::ids::{ActionId, LocationId, VariantId};
use comptoir_domain::quantity::{Quantity, Unit};
use comptoir_domain::time::Timestamp;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What was entered of goods today, and what can be entered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct GoodsView {
    /// Where this till stands: what is entered is about this location.
    pub location: String,
    /// Other locations that goods can be carried to.
    pub places: Vec<PlaceChoice>,
    /// What was entered on this till today, newest first.
    pub entries: Vec<GoodsEntry>,
    /// When the figures were last brought up to date; none where the till works alone.
    pub copy_at: Option<Timestamp>,
}

/// Another location.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PlaceChoice {
    pub location: LocationId,
    pub name: String,
}

/// What an entry did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum GoodsAct {
    Delivery,
    Waste,
    OwnUse,
    Transfer,
    Count,
}

/// One thing that was entered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct GoodsEntry {
    /// Names it to `goods_undo`.
    pub entry: ActionId,
    pub at: Timestamp,
    pub by: Option<String>,
    pub act: GoodsAct,
    pub variant: VariantId,
    pub name: String,
    pub unit: Unit,
    /// What came, went or was counted.
    pub quantity: Quantity,
    /// What was announced of a delivery.
    pub announced: Option<Quantity>,
    /// Where goods were carried to.
    pub to: Option<String>,
    /// The reason, or the delivery's reference.
    pub why: Option<String>,
    /// What a count found beyond what the books said, once the server has it; none before.
    pub difference: Option<Quantity>,
    pub sent: bool,
    /// It was taken back by its opposite.
    pub undone: bool,
    /// Whether `goods_undo` can take it back.
    pub can_undo: bool,
}

/// Goods that were found, and what the books say is there. Nothing is changed by asking.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct GoodsCard {
    pub variant: VariantId,
    pub name: String,
    pub code: String,
    pub unit: Unit,
    pub on_hand: Quantity,
    /// What waiting orders hold of it.
    pub reserved: Quantity,
    /// Whether stock is kept of it; without it nothing can be entered.
    pub keeps_stock: bool,
}

/// Looks goods up, by a scanned or typed code or by id.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct LookUpGoods {
    #[serde(default)]
    #[ts(optional = nullable)]
    pub code: Option<String>,
    #[serde(default)]
    #[ts(optional = nullable)]
    pub variant: Option<VariantId>,
}

/// Goods came from a supplier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ReceiveGoods {
    pub action: ActionId,
    pub variant: VariantId,
    /// Zero only where something was announced and nothing came.
    pub came: Quantity,
    pub announced: Option<Quantity>,
    /// The supplier's name or the number of the delivery note.
    pub reference: Option<String>,
}

/// Where goods go that no customer takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum GoodsTo {
    Waste,
    OwnUse,
    Location { location: LocationId },
}

/// Goods are thrown away, used up, or carried to another location.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TakeOutGoods {
    pub action: ActionId,
    pub variant: VariantId,
    pub quantity: Quantity,
    pub to: GoodsTo,
    /// `spoilt`, `broken`, `expired`, `tasting`, `gift`, `other`, or own words. Needed but for a
    /// transfer.
    pub why: Option<String>,
}

/// So much lies there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CountGoods {
    pub action: ActionId,
    pub variant: VariantId,
    pub figure: Quantity,
}

/// Takes an entry back by writing its opposite. Pressed twice it is done once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct UndoGoods {
    pub entry: ActionId,
}
