//! The first run, the first load, and who is at the till.

use comptoir_domain::ids::StaffId;
use comptoir_domain::time::Timestamp;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::view::StaffRole;

/// What the first run offers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SetupView {
    /// The countries to choose from; the first is the one guessed from the system.
    pub countries: Vec<CountryChoice>,
    /// IANA name, guessed from the system.
    pub time_zone: String,
    pub time_zones: Vec<String>,
    pub till_code: String,
}

/// One country, with what follows from it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CountryChoice {
    /// ISO 3166 alpha-2; the screen knows its name.
    pub code: String,
    /// ISO 4217.
    pub currency: String,
    pub prices_include_tax: bool,
    /// IANA name of the zone in which most people there live.
    pub time_zone: String,
    /// False where the law asks for what this version cannot do: practice only.
    pub real_use: bool,
}

/// How far the first load is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct FirstLoadView {
    pub server: String,
    #[ts(type = "number")]
    pub loaded: u32,
    /// None until the server has said.
    #[ts(type = "number | null")]
    pub total: Option<u32>,
    /// Whether the rows are there and the search index is being built.
    pub indexing: bool,
    /// Why it waits, if it does; it goes on by itself.
    pub waiting: Option<super::error::Code>,
}

/// Who can sign in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SignInView {
    pub staff: Vec<StaffChoice>,
    /// Whether a shift is open that this person would go on with.
    pub shift_open: bool,
}

/// One person to choose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct StaffChoice {
    pub id: StaffId,
    pub name: String,
    pub role: StaffRole,
    /// Until when further PINs are refused after too many wrong ones.
    pub slowed_until: Option<Timestamp>,
}
