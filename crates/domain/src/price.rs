//! The price engine: of all prices that a customer is entitled to at a moment, the lowest wins, and
//! its name is kept. A product without a regular price has no price at all: it is unsellable, and
//! never free.

use serde::{Deserialize, Serialize};

use crate::ids::{PriceRuleId, VariantId};
use crate::money::Money;
use crate::time::Timestamp;

/// A class of customers with prices of its own, by the name that the hub gave it ("Member").
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ts_rs::TS)]
#[serde(transparent)]
pub struct CustomerClass(String);

impl CustomerClass {
    pub fn new(name: impl Into<String>) -> CustomerClass {
        CustomerClass(name.into())
    }

    pub fn name(&self) -> &str {
        &self.0
    }
}

/// Which price a line was sold at; frozen on the line with the price.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, ts_rs::TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum PriceName {
    /// The product's own price.
    Regular,
    /// The price of a class of customers.
    Class { name: String },
    /// A price that holds for a time.
    Dated { name: String },
    /// A price for who knows the code.
    Code { name: String },
    /// Typed at the till; who and why stand on the line.
    Manual,
}

/// A price of one variant that not everybody gets at all times.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
pub struct PriceRule {
    pub id: PriceRuleId,
    pub variant: VariantId,
    /// For one unit, with or without tax as the hub's prices are.
    pub unit_price: Money,
    pub kind: PriceRuleKind,
}

/// Who gets a price, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum PriceRuleKind {
    /// Everybody in a class.
    Class { class: CustomerClass },
    /// Everybody, from a moment on and until another (exclusive); open where `None`.
    Dated {
        name: String,
        from: Option<Timestamp>,
        until: Option<Timestamp>,
    },
    /// Who presents the code while it holds.
    Code {
        name: String,
        code: String,
        from: Option<Timestamp>,
        until: Option<Timestamp>,
    },
}

/// Who buys what and when, as far as it bears on the price.
#[derive(Debug, Clone, Copy)]
pub struct PriceQuery<'a> {
    /// The product's own price; `None` makes it unsellable.
    pub regular: Option<Money>,
    /// The rules of this variant, in any order.
    pub rules: &'a [PriceRule],
    /// The classes in which the customer has been approved.
    pub classes: &'a [CustomerClass],
    /// The codes that were presented for this order.
    pub codes: &'a [String],
    /// The clock of the till or server that prices the line.
    pub now: Timestamp,
}

/// The price that won, its name, and the regular one that it is shown against.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
pub struct WinningPrice {
    pub unit_price: Money,
    pub name: PriceName,
    pub regular: Money,
}

impl WinningPrice {
    /// A price typed at the till: it wins over every other. `None` without a regular price, which a
    /// typed price does not replace, or where the typed one is negative.
    pub fn manual(regular: Option<Money>, unit_price: Money) -> Option<WinningPrice> {
        let regular = regular.filter(|price| !price.is_negative())?;
        (!unit_price.is_negative()).then_some(WinningPrice {
            unit_price,
            name: PriceName::Manual,
            regular,
        })
    }
}

/// The lowest price that the customer is entitled to, or `None` where the product has no regular
/// price. A rule wins only by being lower than the regular price; among equal rules a class goes
/// before a date and a date before a code, then the name decides, so that the order of the rules
/// never shows.
pub fn winning_price(query: &PriceQuery<'_>) -> Option<WinningPrice> {
    let regular = query.regular.filter(|price| !price.is_negative())?;
    let best = query
        .rules
        .iter()
        .filter(|rule| !rule.unit_price.is_negative() && rule.unit_price < regular)
        .filter(|rule| rule.kind.entitles(query))
        .min_by_key(|rule| (rule.unit_price, rule.kind.rank(), rule.id));
    Some(match best {
        Some(rule) => WinningPrice {
            unit_price: rule.unit_price,
            name: rule.kind.price_name(),
            regular,
        },
        None => WinningPrice {
            unit_price: regular,
            name: PriceName::Regular,
            regular,
        },
    })
}

/// The price of a line after the customer or the codes of its order changed: a lower price is
/// taken, a higher one only when a manager `confirmed` it, and a typed price stays.
pub fn reprice(current: &WinningPrice, fresh: WinningPrice, confirmed: bool) -> WinningPrice {
    let typed = current.name == PriceName::Manual;
    if !typed && (confirmed || fresh.unit_price < current.unit_price) {
        fresh
    } else {
        current.clone()
    }
}

/// Whether two spellings are the same code: people type them, so case and outer spaces do not count.
pub fn same_code(left: &str, right: &str) -> bool {
    left.trim().to_lowercase() == right.trim().to_lowercase()
}

impl PriceRuleKind {
    fn entitles(&self, query: &PriceQuery<'_>) -> bool {
        match self {
            PriceRuleKind::Class { class } => query.classes.contains(class),
            PriceRuleKind::Dated { from, until, .. } => holds(*from, *until, query.now),
            PriceRuleKind::Code {
                code, from, until, ..
            } => {
                holds(*from, *until, query.now)
                    && query
                        .codes
                        .iter()
                        .any(|presented| same_code(presented, code))
            }
        }
    }

    fn rank(&self) -> (u8, &str) {
        match self {
            PriceRuleKind::Class { class } => (0, class.name()),
            PriceRuleKind::Dated { name, .. } => (1, name),
            PriceRuleKind::Code { name, .. } => (2, name),
        }
    }

    fn price_name(&self) -> PriceName {
        match self {
            PriceRuleKind::Class { class } => PriceName::Class {
                name: class.name().to_owned(),
            },
            PriceRuleKind::Dated { name, .. } => PriceName::Dated { name: name.clone() },
            PriceRuleKind::Code { name, .. } => PriceName::Code { name: name.clone() },
        }
    }
}

fn holds(from: Option<Timestamp>, until: Option<Timestamp>, now: Timestamp) -> bool {
    from.is_none_or(|from| from <= now) && until.is_none_or(|until| now < until)
}
