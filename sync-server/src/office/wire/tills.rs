//! Tills: what is known of each, and how one joins or leaves.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", default)]
pub struct TillFilter {
    /// Only those that nobody has heard of for a day.
    pub silent: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TillList {
    /// By code.
    pub rows: Vec<TillView>,
    pub total: usize,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TillView {
    pub id: Uuid,
    pub code: String,
    pub place: Uuid,
    pub place_name: String,
    pub version: String,
    pub enrolled_at: i64,
    pub revoked_at: Option<i64>,
    /// When it last asked for or sent something.
    pub last_contact_at: Option<i64>,
    /// When the last of its entries came.
    pub last_entry_at: Option<i64>,
    /// How many of its entries there are.
    pub entries: u64,
    /// Of those, set aside.
    pub set_aside: u64,
    pub shift_open_since: Option<i64>,
    /// Nobody has heard of it for a day.
    pub silent: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EnrolTill {
    pub place: Uuid,
}

/// Shown once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct EnrolCode {
    pub code: String,
    pub expires_at: i64,
}
