//! What a run went through, so that a test can see that it was not an idle one.

use std::collections::BTreeMap;

use serde::Serialize;

/// How often each thing happened.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Summary(BTreeMap<String, u64>);

impl Summary {
    /// How often something happened.
    #[must_use]
    pub fn of(&self, what: &str) -> u64 {
        self.0.get(what).copied().unwrap_or_default()
    }

    /// Both together.
    #[must_use]
    pub fn plus(mut self, other: Summary) -> Summary {
        for (what, count) in other.0 {
            *self.0.entry(what).or_default() += count;
        }
        self
    }

    pub(crate) fn add(&mut self, what: &str) {
        self.add_many(what, 1);
    }

    pub(crate) fn add_many(&mut self, what: &str, count: u64) {
        *self.0.entry(what.to_owned()).or_default() += count;
    }

    /// Something that goes by a name on the wire, such as the rule of a problem.
    pub(crate) fn add_named(&mut self, kind: &str, name: &impl Serialize) {
        let name = serde_json::to_value(name).expect("a plain name");
        self.add(&format!("{kind} {}", name.as_str().unwrap_or_default()));
    }
}
