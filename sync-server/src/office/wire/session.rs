//! Logging in and out.

use comptoir_domain::staff::{Permission, Role};
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;
use uuid::Uuid;

use super::Named;

/// What is said before anybody has logged in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct WelcomeView {
    /// The hubs of this server, to choose from where there are several.
    pub hubs: Vec<Named>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LogIn {
    /// The only one of the server where it is not said.
    #[serde(default)]
    pub hub: Option<Uuid>,
    /// The login, in either case.
    pub login: String,
    pub password: String,
}

/// Who is logged in, and what the pages need to know everywhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SessionView {
    pub hub: HubView,
    pub staff: Named,
    #[schema(value_type = String)]
    pub role: Role,
    #[schema(value_type = Vec<String>)]
    pub permissions: Vec<Permission>,
    /// Every request that changes something carries it in the header `x-office-token`.
    pub token: String,
    /// The password was given by somebody else: it is changed before anything else.
    pub must_change_password: bool,
    /// When the session ends whatever is done.
    pub expires_at: i64,
    /// The server's clock.
    pub now: i64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct HubView {
    pub id: Uuid,
    pub name: String,
    /// ISO 3166-1, two letters.
    pub country: String,
    /// ISO 4217.
    pub currency: String,
    pub currency_decimals: u8,
    /// IANA name.
    pub zone: String,
    pub languages: Vec<String>,
    /// Whether the hub's prices include tax.
    pub prices_include_tax: bool,
    pub places: Vec<Named>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ChangePassword {
    pub current: String,
    /// Ten characters at least.
    pub new: String,
}

/// A one-time code that a manager gave out, used to set a password.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UseReset {
    #[serde(default)]
    pub hub: Option<Uuid>,
    pub code: String,
    pub new: String,
}
