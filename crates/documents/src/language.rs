//! The languages that documents are written in.

use serde::{Deserialize, Serialize};

/// The language of a document: the customer's, which need not be that of the till's screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub enum Language {
    #[default]
    #[serde(rename = "en")]
    English,
    #[serde(rename = "fr")]
    French,
}
