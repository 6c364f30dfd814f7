//! Staff: who works here, what they may do, and how they log in.

use comptoir_domain::staff::Role;
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;
use uuid::Uuid;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct StaffList {
    /// By name; those who left come last.
    pub rows: Vec<StaffView>,
    pub total: usize,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct StaffView {
    pub id: Uuid,
    /// What was seen of the person, to be sent with a change.
    pub seen: u64,
    pub name: String,
    #[schema(value_type = String)]
    pub role: Role,
    pub active: bool,
    pub language: Option<String>,
    /// Signs in at tills.
    pub has_pin: bool,
    /// Under which they log in to the office; none where they cannot.
    pub login: Option<String>,
    /// A code to set the password was given out and can be used until then.
    pub reset_until: Option<i64>,
}

/// Takes somebody on, or changes what is known of them. People who leave are made inactive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SaveStaff {
    pub action: Uuid,
    #[serde(default)]
    pub seen: Option<u64>,
    pub name: String,
    #[schema(value_type = String)]
    pub role: Role,
    pub active: bool,
    #[serde(default)]
    pub language: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SetPin {
    pub action: Uuid,
    pub seen: u64,
    /// Four to eight digits; none takes the PIN away.
    pub pin: Option<String>,
}

/// Lets somebody log in to the office, or gives a new code where the password was forgotten. The old
/// password is of no use from then on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct GiveLogin {
    pub action: Uuid,
    /// Three to forty letters, digits, dots, dashes or an e-mail address; unique in the hub.
    pub login: String,
}

/// Shown once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LoginGiven {
    pub login: String,
    /// With which the person sets a password, once.
    pub code: String,
    pub expires_at: i64,
}
