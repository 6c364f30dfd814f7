//! Problems: what needs a person, and what was decided.

use comptoir_domain::problem::ProblemRule;
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{Deed, Named, TillName};

/// Which problems are listed; the youngest first. Open ones where it is not said.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", default)]
pub struct ProblemFilter {
    #[param(inline)]
    pub state: Option<ProblemState>,
    #[param(value_type = Option<String>)]
    pub rule: Option<ProblemRule>,
    pub order: Option<Uuid>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum ProblemState {
    Open,
    Decided,
    All,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProblemList {
    pub rows: Vec<ProblemRow>,
    pub total: usize,
    /// The same problems by rule, product and trading day.
    pub groups: Vec<ProblemGroup>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProblemRow {
    /// Hexadecimal.
    pub id: String,
    #[schema(value_type = String)]
    pub rule: ProblemRule,
    pub opened_at: i64,
    pub order: Option<Named>,
    pub product: Option<Named>,
    /// The recurring order that it is about, by its customer's name.
    pub recurring: Option<Named>,
    /// The till that it is about.
    pub till: Option<TillName>,
    pub decision: Option<DecisionView>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProblemGroup {
    #[schema(value_type = String)]
    pub rule: ProblemRule,
    pub product: Option<Named>,
    /// The trading day: `2026-11-21`.
    pub day: String,
    pub problems: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DecisionView {
    pub by: Option<Named>,
    pub at: i64,
    pub choice: String,
}

/// One problem with both facts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProblemView {
    pub problem: ProblemRow,
    /// What brought it about.
    pub fact: Option<Deed>,
    /// What it contradicts.
    pub against: Option<Deed>,
    /// What can be chosen.
    pub choices: Vec<ProblemChoice>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProblemChoice {
    /// Sent back as the decision.
    pub choice: String,
    /// What is done where nobody says otherwise.
    pub proposed: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DecideProblems {
    pub action: Uuid,
    /// One, or all of a group.
    pub problems: Vec<String>,
    pub choice: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProblemsDecided {
    pub rows: Vec<ProblemRow>,
}
