//! Quantities of goods in thousandths, and the units in which goods are sold.

use std::iter::Sum;
use std::ops::{Add, AddAssign, Neg, Sub, SubAssign};

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::money::Money;

/// The largest quantity that the type holds, in thousandths.
pub const QUANTITY_LIMIT: i64 = 1_000_000_000_000;

/// The largest quantity that a person may enter for one line: a million pieces or kilograms.
pub const LINE_QUANTITY_MAX: Quantity = Quantity(1_000_000_000);

/// A quantity in thousandths of the unit that the goods are sold by: `1250` of a product sold by
/// the kilogram is 1.250 kg, `2000` of eggs sold by the box is two boxes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, ts_rs::TS)]
#[serde(transparent)]
#[ts(type = "number")]
pub struct Quantity(i64);

/// A quantity outside `±QUANTITY_LIMIT`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a quantity of {0} thousandths is out of range")]
pub struct QuantityOutOfRange(pub i64);

impl Quantity {
    pub const ZERO: Quantity = Quantity(0);
    pub const ONE: Quantity = Quantity(1000);

    /// A quantity that the code itself states; clamped to the limit.
    pub const fn thousandths(thousandths: i64) -> Quantity {
        if thousandths > QUANTITY_LIMIT {
            return Quantity(QUANTITY_LIMIT);
        }
        if thousandths < -QUANTITY_LIMIT {
            return Quantity(-QUANTITY_LIMIT);
        }
        Quantity(thousandths)
    }

    /// Whole pieces.
    pub const fn pieces(pieces: i64) -> Quantity {
        Quantity::thousandths(pieces.saturating_mul(1000))
    }

    /// The number of thousandths.
    pub const fn in_thousandths(self) -> i64 {
        self.0
    }

    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    pub const fn is_positive(self) -> bool {
        self.0 > 0
    }

    pub const fn is_negative(self) -> bool {
        self.0 < 0
    }

    /// Whether this is a whole number of pieces.
    pub const fn is_whole(self) -> bool {
        self.0 % 1000 == 0
    }

    pub fn to_decimal(self) -> Decimal {
        Decimal::new(self.0, 3)
    }

    /// How much of goods at a price for one unit an amount buys, to the nearest thousandth: the
    /// weight behind a price label. `None` where the goods cost nothing.
    pub fn bought_for(amount: Money, unit_price: Money) -> Option<Quantity> {
        if unit_price.is_zero() {
            return None;
        }
        let quantity = amount.to_decimal() * Decimal::ONE_THOUSAND / unit_price.to_decimal();
        let rounded = Money::round_half_up(quantity);
        Some(Quantity::thousandths(rounded.minor_units()))
    }

    /// What this much costs at a price for one unit, rounded half up to the minor unit.
    pub fn at_price(self, unit_price: Money) -> Money {
        Money::round_half_up(self.to_decimal() * unit_price.to_decimal())
    }
}

impl TryFrom<i64> for Quantity {
    type Error = QuantityOutOfRange;

    fn try_from(thousandths: i64) -> Result<Quantity, QuantityOutOfRange> {
        if (-QUANTITY_LIMIT..=QUANTITY_LIMIT).contains(&thousandths) {
            Ok(Quantity(thousandths))
        } else {
            Err(QuantityOutOfRange(thousandths))
        }
    }
}

impl<'de> Deserialize<'de> for Quantity {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Quantity, D::Error> {
        let thousandths = i64::deserialize(deserializer)?;
        Quantity::try_from(thousandths).map_err(serde::de::Error::custom)
    }
}

impl std::fmt::Debug for Quantity {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Quantity({})", self.0)
    }
}

impl Add for Quantity {
    type Output = Quantity;
    fn add(self, other: Quantity) -> Quantity {
        Quantity::thousandths(self.0.saturating_add(other.0))
    }
}

impl Sub for Quantity {
    type Output = Quantity;
    fn sub(self, other: Quantity) -> Quantity {
        Quantity::thousandths(self.0.saturating_sub(other.0))
    }
}

impl Neg for Quantity {
    type Output = Quantity;
    fn neg(self) -> Quantity {
        Quantity(-self.0)
    }
}

impl AddAssign for Quantity {
    fn add_assign(&mut self, other: Quantity) {
        *self = *self + other;
    }
}

impl SubAssign for Quantity {
    fn sub_assign(&mut self, other: Quantity) {
        *self = *self - other;
    }
}

impl Sum for Quantity {
    fn sum<I: Iterator<Item = Quantity>>(quantities: I) -> Quantity {
        quantities.fold(Quantity::ZERO, Add::add)
    }
}

/// The unit that a product is priced and stocked in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ts_rs::TS)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    Each,
    Kilogram,
    Gram,
    Litre,
    Millilitre,
    Metre,
}

impl Unit {
    /// Whether goods in this unit come in any quantity, and not in whole pieces only.
    pub const fn is_measured(self) -> bool {
        !matches!(self, Unit::Each)
    }

    /// Whether a quantity is more than one customer usually carries away: 99 pieces, 50 kg. It may
    /// be meant, and is asked for twice.
    pub const fn is_unusually_much(self, quantity: Quantity) -> bool {
        let usual = match self {
            Unit::Each => Quantity::pieces(99),
            Unit::Kilogram | Unit::Litre | Unit::Metre => Quantity::pieces(50),
            Unit::Gram | Unit::Millilitre => Quantity::pieces(50_000),
        };
        quantity.in_thousandths() > usual.in_thousandths()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_price_by_weight_is_rounded_half_up() {
        assert_eq!(
            Quantity::thousandths(1125).at_price(Money::minor(240)),
            Money::minor(270)
        );
        assert_eq!(
            Quantity::thousandths(1250).at_price(Money::minor(241)),
            Money::minor(301)
        );
        assert_eq!(
            Quantity::thousandths(-500).at_price(Money::minor(1)),
            Money::minor(-1)
        );
    }

    #[test]
    fn a_price_label_tells_the_weight() {
        let bought =
            |amount, price| Quantity::bought_for(Money::minor(amount), Money::minor(price));
        assert_eq!(bought(301, 241), Some(Quantity::thousandths(1249)));
        assert_eq!(bought(500, 0), None);
    }

    #[test]
    fn only_more_than_people_carry_is_unusual() {
        assert!(!Unit::Each.is_unusually_much(Quantity::pieces(99)));
        assert!(Unit::Each.is_unusually_much(Quantity::pieces(100)));
        assert!(!Unit::Kilogram.is_unusually_much(Quantity::pieces(50)));
        assert!(Unit::Kilogram.is_unusually_much(Quantity::thousandths(50_001)));
    }

    #[test]
    fn refuses_what_no_shop_can_hold() {
        assert!(serde_json::from_str::<Quantity>("1000000000001").is_err());
    }
}
