//! Places on the screen, named by what a person reads there.

use serde_json::{Value, json};

/// Something on the screen: a button by its words, a field by its label, or whatever a CSS selector finds.
#[derive(Clone, Debug)]
pub struct Spot {
    kind: &'static str,
    words: String,
}

/// A button whose text begins with these words, or whose label they are; what is hidden from screen readers is not text.
pub fn button(words: &str) -> Spot {
    Spot {
        kind: "button",
        words: words.to_owned(),
    }
}

/// The input that belongs to the label that begins with these words.
pub fn field(label: &str) -> Spot {
    Spot {
        kind: "field",
        words: label.to_owned(),
    }
}

/// The innermost element whose text contains these words.
pub fn reading(words: &str) -> Spot {
    Spot {
        kind: "reading",
        words: words.to_owned(),
    }
}

impl From<&str> for Spot {
    fn from(selector: &str) -> Spot {
        Spot {
            kind: "css",
            words: selector.to_owned(),
        }
    }
}

impl From<&Spot> for Spot {
    fn from(spot: &Spot) -> Spot {
        spot.clone()
    }
}

impl std::fmt::Display for Spot {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{} {:?}", self.kind, self.words)
    }
}

impl Spot {
    /// What [`FIND`] takes.
    pub(crate) fn arguments(&self) -> Vec<Value> {
        vec![json!(self.kind), json!(self.words)]
    }
}

/// Finds what can be seen of a spot, in the order of the page, and returns it as the value of `found`.
pub(crate) const FIND: &str = r#"
    const [kind, words] = arguments;
    const plain = (text) => text.replace(/\s+/g, ' ').trim();
    const spoken = (element) => {
        const copy = element.cloneNode(true);
        copy.querySelectorAll('[aria-hidden=true]').forEach((silent) => silent.remove());
        return plain(copy.textContent);
    };
    const begins = (element) => spoken(element).startsWith(words);
    const kinds = {
        css: () => [...document.querySelectorAll(words)],
        button: () => [...document.querySelectorAll('button')].filter((e) => e.ariaLabel === words || begins(e)),
        field: () => [...document.querySelectorAll('label')].filter(begins)
            .map((label) => label.control ?? label.querySelector('input, select, textarea'))
            .concat([...document.querySelectorAll('input, select, textarea')].filter((e) => e.ariaLabel === words))
            .filter(Boolean),
        reading: () => [...document.querySelectorAll('body *')].filter((e) =>
            plain(e.textContent).includes(words) && ![...e.children].some((c) => plain(c.textContent).includes(words))),
    };
    const found = kinds[kind]().filter((element) => element.checkVisibility());
"#;
