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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use uuid::Uuid;

    const NOON: Timestamp = Timestamp::from_unix_ms(1_795_262_400_000);
    const SIX: Timestamp = NOON.plus_ms(6 * 3_600_000);

    fn rule(number: u128, minor_units: i64, kind: PriceRuleKind) -> PriceRule {
        PriceRule {
            id: PriceRuleId::from_uuid(Uuid::from_u128(number)),
            variant: VariantId::from_uuid(Uuid::nil()),
            unit_price: Money::minor(minor_units),
            kind,
        }
    }

    fn class(name: &str, minor_units: i64) -> PriceRule {
        let class = CustomerClass::new(name);
        rule(1, minor_units, PriceRuleKind::Class { class })
    }

    fn market_day(from: Option<Timestamp>, until: Option<Timestamp>) -> PriceRule {
        let name = "Market day".to_owned();
        rule(2, 280, PriceRuleKind::Dated { name, from, until })
    }

    fn juice_deal(until: Option<Timestamp>) -> PriceRule {
        let kind = PriceRuleKind::Code {
            name: "Juice deal".to_owned(),
            code: "JUICE2".to_owned(),
            from: None,
            until,
        };
        rule(3, 250, kind)
    }

    /// The price and the name that win, or nothing.
    fn price(
        regular: Option<i64>,
        rules: &[PriceRule],
        classes: &[&str],
        codes: &[&str],
        now: Timestamp,
    ) -> Option<(i64, PriceName)> {
        let classes: Vec<_> = classes.iter().copied().map(CustomerClass::new).collect();
        let codes: Vec<_> = codes.iter().map(|code| (*code).to_owned()).collect();
        let query = PriceQuery {
            regular: regular.map(Money::minor),
            rules,
            classes: &classes,
            codes: &codes,
            now,
        };
        winning_price(&query).map(|won| (won.unit_price.minor_units(), won.name))
    }

    fn of_class(name: &str) -> PriceName {
        PriceName::Class {
            name: name.to_owned(),
        }
    }

    #[test]
    fn the_lowest_class_price_that_the_customer_has_wins() {
        let candle = [class("Member", 540), class("Volunteer", 500)];
        let of = |classes: &[&str]| price(Some(600), &candle, classes, &[], NOON);
        assert_eq!(of(&[]), Some((600, PriceName::Regular)));
        assert_eq!(of(&["Member"]), Some((540, of_class("Member"))));
        assert_eq!(
            of(&["Member", "Volunteer"]),
            Some((500, of_class("Volunteer")))
        );
    }

    #[test]
    fn dates_and_codes_win_while_they_hold() {
        let market = PriceName::Dated {
            name: "Market day".to_owned(),
        };
        let deal = PriceName::Code {
            name: "Juice deal".to_owned(),
        };
        let juice = [market_day(None, Some(SIX)), juice_deal(None)];
        let of = |codes: &[&str], now| price(Some(320), &juice, &[], codes, now);
        assert_eq!(of(&[], NOON), Some((280, market.clone())));
        assert_eq!(of(&["JUICE2"], NOON), Some((250, deal.clone())));
        assert_eq!(of(&[" juice2 "], NOON), Some((250, deal)));
        assert_eq!(of(&["JUICE3"], NOON), Some((280, market.clone())));
        // The price ends at the moment itself, by the clock of who prices.
        assert_eq!(of(&[], SIX.plus_ms(-1)), Some((280, market.clone())));
        assert_eq!(of(&[], SIX), Some((320, PriceName::Regular)));

        let expired = [market_day(None, None), juice_deal(Some(NOON))];
        assert_eq!(
            price(Some(320), &expired, &[], &["JUICE2"], NOON),
            Some((280, market))
        );
        let future = [market_day(Some(SIX), None)];
        assert_eq!(
            price(Some(320), &future, &[], &[], NOON),
            Some((320, PriceName::Regular))
        );
    }

    #[test]
    fn a_rule_that_is_not_lower_leaves_the_regular_price() {
        for minor_units in [600, 700] {
            assert_eq!(
                price(
                    Some(600),
                    &[class("Member", minor_units)],
                    &["Member"],
                    &[],
                    NOON
                ),
                Some((600, PriceName::Regular))
            );
        }
    }

    #[test]
    fn without_a_regular_price_nothing_is_sold_and_never_for_free() {
        let rules = [class("Member", 540), market_day(None, None)];
        assert_eq!(price(None, &rules, &["Member"], &[], NOON), None);
        assert_eq!(WinningPrice::manual(None, Money::minor(500)), None);
        // A negative price is none, whoever sent it.
        assert_eq!(price(Some(-1), &[], &[], &[], NOON), None);
        assert_eq!(
            price(Some(600), &[class("Member", -1)], &["Member"], &[], NOON),
            Some((600, PriceName::Regular))
        );
    }

    #[test]
    fn a_typed_price_wins_and_stays() {
        let typed = WinningPrice::manual(Some(Money::minor(600)), Money::minor(700)).unwrap();
        assert_eq!(typed.name, PriceName::Manual);
        let fresh = WinningPrice {
            unit_price: Money::minor(500),
            name: of_class("Volunteer"),
            regular: Money::minor(600),
        };
        assert_eq!(reprice(&typed, fresh, true), typed);
    }

    #[test]
    fn a_customer_named_late_only_lowers_prices_unless_confirmed() {
        let at = |minor_units: i64, name: PriceName| WinningPrice {
            unit_price: Money::minor(minor_units),
            name,
            regular: Money::minor(600),
        };
        let regular = at(600, PriceName::Regular);
        let member = at(540, of_class("Member"));
        assert_eq!(reprice(&regular, member.clone(), false), member);
        assert_eq!(reprice(&member, regular.clone(), false), member);
        assert_eq!(reprice(&member, regular.clone(), true), regular);
    }

    proptest! {
        #[test]
        fn nobody_pays_more_than_any_price_that_holds(
            regular in 0i64..1000,
            prices in prop::collection::vec((0i64..1000, 0u8..4), 0..8),
        ) {
            let rules: Vec<_> = prices
                .iter()
                .zip(0..)
                .map(|((minor_units, kind), number)| PriceRule {
                    id: PriceRuleId::from_uuid(Uuid::from_u128(number)),
                    ..match kind {
                        0 => class("Member", *minor_units),
                        1 => class("Stranger", *minor_units),
                        2 => rule(0, *minor_units, market_day(None, Some(SIX)).kind),
                        _ => rule(0, *minor_units, juice_deal(None).kind),
                    }
                })
                .collect();
            let entitled = prices.iter().filter(|(_, kind)| *kind != 1).map(|(price, _)| *price);
            let lowest = entitled.chain([regular]).min();
            let of = |rules: &[PriceRule]| price(Some(regular), rules, &["Member"], &["juice2"], NOON);
            prop_assert_eq!(of(&rules).map(|(price, _)| price), lowest);
            let reversed: Vec<_> = rules.iter().rev().cloned().collect();
            prop_assert_eq!(of(&reversed), of(&rules));
        }
    }
}
