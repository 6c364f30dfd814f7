//! Slots, pick-up places and pick lists.

use comptoir_domain::quantity::Unit;
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// Which slots are listed; the earliest first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", default)]
pub struct SlotFilter {
    #[param(inline)]
    pub when: Option<SlotWhen>,
    pub place: Option<Uuid>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum SlotWhen {
    /// Not over yet.
    Coming,
    Past,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SlotList {
    pub rows: Vec<SlotView>,
    pub total: usize,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SlotView {
    pub id: Uuid,
    /// Where its row stands in the feed: who changes it names what they saw.
    pub seen: u64,
    pub place: Uuid,
    pub place_name: String,
    pub starts_at: i64,
    pub ends_at: i64,
    /// Until when customers place and change orders.
    pub orders_until: i64,
    pub capacity: Option<u32>,
    pub active: bool,
    /// Orders that were not called off.
    pub orders: usize,
    /// Of those, still to be handed over.
    pub waiting: usize,
    /// Of those, not ready yet.
    pub to_pack: usize,
}

/// Opens a slot, or changes one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SaveSlot {
    pub action: Uuid,
    /// What was seen of the slot that is changed; none for a new one.
    #[serde(default)]
    pub seen: Option<u64>,
    pub place: Uuid,
    pub starts_at: i64,
    pub ends_at: i64,
    pub orders_until: i64,
    #[serde(default)]
    pub capacity: Option<u32>,
    /// Closed where false: nobody orders for it any more.
    pub active: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PlaceList {
    /// What was seen of the settings, which hold them.
    pub seen: u64,
    pub rows: Vec<PlaceView>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PlaceView {
    pub id: Uuid,
    pub name: String,
    pub active: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SavePlace {
    pub action: Uuid,
    /// What was seen of the list.
    pub seen: u64,
    pub name: String,
    pub active: bool,
}

/// What is to be packed for a slot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PickListView {
    pub slot: SlotView,
    /// By category and name.
    pub products: Vec<PickProduct>,
    /// By number.
    pub orders: Vec<PickOrder>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PickProduct {
    pub variant: Uuid,
    pub code: String,
    pub name: String,
    pub category: Option<String>,
    #[schema(value_type = String)]
    pub unit: Unit,
    /// To be handed over, in all orders of the slot.
    pub quantity: i64,
    /// Of that, in baskets already.
    pub picked: i64,
    pub on_hand: i64,
    /// How many orders want it.
    pub orders: usize,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PickOrder {
    pub order: Uuid,
    pub number: String,
    pub customer: Option<String>,
    pub ready: bool,
    pub basket: Option<String>,
    pub notes: Vec<String>,
    pub lines: Vec<PickLine>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PickLine {
    pub line: Uuid,
    pub variant: Uuid,
    pub name: String,
    #[schema(value_type = String)]
    pub unit: Unit,
    pub quantity: i64,
    pub picked: i64,
}
