//! The price for one kilogram, litre, metre or piece of a packed product, which the law wants beside
//! its price.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::money::Money;
use crate::quantity::{Quantity, Unit};

/// How much is in the pack: 500 g, 0.75 l, 6 pieces.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ts_rs::TS)]
pub struct Content {
    pub quantity: Quantity,
    pub unit: Unit,
}

/// A price for one of a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ts_rs::TS)]
pub struct UnitPrice {
    pub per: Unit,
    pub price: Money,
}

/// The unit that prices are compared in, and how many of the given one it holds.
fn comparison_unit(unit: Unit) -> (Unit, i64) {
    match unit {
        Unit::Gram => (Unit::Kilogram, 1000),
        Unit::Millilitre => (Unit::Litre, 1000),
        Unit::Each | Unit::Kilogram | Unit::Litre | Unit::Metre => (unit, 1),
    }
}

/// What one kilogram, litre, metre or piece costs when the pack costs `price`, rounded half up.
/// `None` where the pack holds nothing.
pub fn unit_price(price: Money, content: Content) -> Option<UnitPrice> {
    if !content.quantity.is_positive() {
        return None;
    }
    let (per, held) = comparison_unit(content.unit);
    let exact = price.to_decimal() * Decimal::from(held) / content.quantity.to_decimal();
    Some(UnitPrice {
        per,
        price: Money::round_half_up(exact),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn per(price: i64, thousandths: i64, unit: Unit) -> Option<(Unit, i64)> {
        let content = Content {
            quantity: Quantity::thousandths(thousandths),
            unit,
        };
        unit_price(Money::minor(price), content).map(|found| (found.per, found.price.minor_units()))
    }

    #[test]
    fn packs_are_compared_by_the_kilogram_the_litre_and_the_piece() {
        assert_eq!(per(750, 500_000, Unit::Gram), Some((Unit::Kilogram, 1500)));
        assert_eq!(
            per(320, 750_000, Unit::Millilitre),
            Some((Unit::Litre, 427))
        );
        assert_eq!(per(320, 1000, Unit::Litre), Some((Unit::Litre, 320)));
        assert_eq!(per(500, 2500, Unit::Metre), Some((Unit::Metre, 200)));
        assert_eq!(per(300, 6000, Unit::Each), Some((Unit::Each, 50)));
        // Half a cent goes up: 1.01 for two.
        assert_eq!(per(101, 2000, Unit::Each), Some((Unit::Each, 51)));
    }

    #[test]
    fn an_empty_pack_has_no_unit_price() {
        assert_eq!(per(300, 0, Unit::Gram), None);
        assert_eq!(per(300, -1, Unit::Gram), None);
    }

    proptest! {
        #[test]
        fn the_unit_price_is_the_nearest_cent(price in 0i64..10_000_000, grams in 1i64..100_000) {
            let (_, found) = per(price, grams * 1000, Unit::Gram).unwrap();
            // |found − price × 1000 / grams| ≤ ½, in whole numbers.
            prop_assert!((2 * (found * grams - price * 1000)).abs() <= grams);
        }
    }
}
