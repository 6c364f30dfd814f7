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

impl From<&comptoir_domain::country::Language> for Language {
    /// The nearest language that documents are written in: French for `fr` and its regions, else
    /// English.
    fn from(language: &comptoir_domain::country::Language) -> Language {
        let primary = language.tag().split(['-', '_']).next().unwrap_or_default();
        if primary.eq_ignore_ascii_case("fr") {
            Language::French
        } else {
            Language::English
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions_of_a_language_are_that_language() {
        for (tag, language) in [
            ("fr", Language::French),
            ("FR-be", Language::French),
            ("frr", Language::English),
            ("en-AU", Language::English),
            ("", Language::English),
        ] {
            let tag = comptoir_domain::country::Language::new(tag);
            assert_eq!(Language::from(&tag), language, "{tag:?}");
        }
    }
}
