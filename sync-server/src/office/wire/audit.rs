//! Everything that happened, and every thing that was changed.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::Deed;

/// Which entries are listed, the youngest first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", default)]
pub struct AuditFilter {
    /// The kind of a thing: `order`, `variant`, `product`, `customer`, `staff`, `slot`, `settings`,
    /// `message_text`, `till`, `problem`, `login`, `shop_key`.
    pub thing: Option<String>,
    /// With `thing`: which one.
    pub id: Option<String>,
    /// A member of staff.
    pub by: Option<Uuid>,
    /// Accepted from this moment on.
    pub since: Option<i64>,
    /// Before this moment.
    pub until: Option<i64>,
    /// Only entries before this `accept_no`: where the next page begins.
    pub before: Option<u64>,
    /// 50 where it is not said, 200 at most.
    pub limit: Option<usize>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AuditList {
    pub rows: Vec<AuditRow>,
    /// `before` of the next page; none where this was the last.
    pub next: Option<u64>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AuditRow {
    pub deed: Deed,
    pub changes: Vec<ChangeView>,
}

/// A thing that was changed by hand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ChangeView {
    pub thing: String,
    pub id: String,
    /// Field by field; empty where what it held was forgotten.
    pub fields: Vec<FieldChange>,
    pub forgotten: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FieldChange {
    /// The field's name in the thing: `price`, `legal.vat_number`.
    pub field: String,
    /// As JSON; none where there was nothing.
    pub old: Option<String>,
    pub new: Option<String>,
}
