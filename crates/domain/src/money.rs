//! Amounts of money: whole minor units (cents), never fractions.

use std::iter::Sum;
use std::ops::{Add, AddAssign, Neg, Sub, SubAssign};

use rust_decimal::prelude::ToPrimitive;
use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Deserialize, Serialize};

/// The largest amount that the type holds, in minor units (ten trillion major units). It is below
/// 2^53, so that JSON and JavaScript carry every amount exactly.
pub const MONEY_LIMIT: i64 = 1_000_000_000_000_000;

/// The largest amount that a person may enter or a sale may reach, in minor units.
pub const AMOUNT_MAX: Money = Money(1_000_000_000_000);

/// An amount in minor units of the hub's currency (cents of a euro, whole yen).
///
/// Sums saturate at [`MONEY_LIMIT`]: far beyond any shop, so that folding a hostile journal stays
/// total; what people may enter is bounded by [`AMOUNT_MAX`] long before.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, ts_rs::TS)]
#[serde(transparent)]
#[ts(type = "number")]
pub struct Money(i64);

/// An amount outside `±MONEY_LIMIT`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an amount of {0} minor units is out of range")]
pub struct MoneyOutOfRange(pub i64);

impl Money {
    pub const ZERO: Money = Money(0);

    /// An amount that the code itself states, such as a test or a constant; clamped to the limit.
    pub const fn minor(minor_units: i64) -> Money {
        if minor_units > MONEY_LIMIT {
            return Money(MONEY_LIMIT);
        }
        if minor_units < -MONEY_LIMIT {
            return Money(-MONEY_LIMIT);
        }
        Money(minor_units)
    }

    /// The number of minor units.
    pub const fn minor_units(self) -> i64 {
        self.0
    }

    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    pub const fn is_negative(self) -> bool {
        self.0 < 0
    }

    pub const fn is_positive(self) -> bool {
        self.0 > 0
    }

    pub const fn abs(self) -> Money {
        Money(self.0.abs())
    }

    /// The exact value in minor units, for a computation that ends in [`Money::round_half_up`].
    pub fn to_decimal(self) -> Decimal {
        Decimal::from(self.0)
    }

    /// Rounds a number of minor units to the nearest whole one, a half away from zero, which is
    /// what tax laws mean by commercial rounding. Beyond the limit the result is the limit.
    pub fn round_half_up(minor_units: Decimal) -> Money {
        let rounded = minor_units.round_dp_with_strategy(0, RoundingStrategy::MidpointAwayFromZero);
        let limit = if rounded.is_sign_negative() {
            -MONEY_LIMIT
        } else {
            MONEY_LIMIT
        };
        Money::minor(rounded.to_i64().unwrap_or(limit))
    }
}

impl TryFrom<i64> for Money {
    type Error = MoneyOutOfRange;

    fn try_from(minor_units: i64) -> Result<Money, MoneyOutOfRange> {
        if (-MONEY_LIMIT..=MONEY_LIMIT).contains(&minor_units) {
            Ok(Money(minor_units))
        } else {
            Err(MoneyOutOfRange(minor_units))
        }
    }
}

impl<'de> Deserialize<'de> for Money {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Money, D::Error> {
        let minor_units = i64::deserialize(deserializer)?;
        Money::try_from(minor_units).map_err(serde::de::Error::custom)
    }
}

impl std::fmt::Debug for Money {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Money({})", self.0)
    }
}

impl Add for Money {
    type Output = Money;
    fn add(self, other: Money) -> Money {
        Money::minor(self.0.saturating_add(other.0))
    }
}

impl Sub for Money {
    type Output = Money;
    fn sub(self, other: Money) -> Money {
        Money::minor(self.0.saturating_sub(other.0))
    }
}

impl Neg for Money {
    type Output = Money;
    fn neg(self) -> Money {
        Money(-self.0)
    }
}

impl AddAssign for Money {
    fn add_assign(&mut self, other: Money) {
        *self = *self + other;
    }
}

impl SubAssign for Money {
    fn sub_assign(&mut self, other: Money) {
        *self = *self - other;
    }
}

impl Sum for Money {
    fn sum<I: Iterator<Item = Money>>(amounts: I) -> Money {
        amounts.fold(Money::ZERO, Add::add)
    }
}

impl<'a> Sum<&'a Money> for Money {
    fn sum<I: Iterator<Item = &'a Money>>(amounts: I) -> Money {
        amounts.copied().sum()
    }
}

/// Shares `total` out over `weights` so that the parts add up to it exactly: each part is its
/// proportional share rounded toward zero, and the minor units left over go to the largest
/// remainders, the earlier part first among equals. Negative weights count as zero. Where no weight
/// is positive the first part takes everything; no parts give no shares.
pub fn allocate_largest_remainder(total: Money, weights: &[i64]) -> Vec<Money> {
    let sign = if total.is_negative() { -1 } else { 1 };
    let amount = i128::from(total.abs().minor_units());
    let weights: Vec<i128> = weights
        .iter()
        .map(|weight| i128::from((*weight).max(0)))
        .collect();
    let sum: i128 = weights.iter().sum();
    if sum == 0 {
        let mut parts = vec![Money::ZERO; weights.len()];
        if let Some(first) = parts.first_mut() {
            *first = total;
        }
        return parts;
    }
    let mut parts: Vec<i128> = weights.iter().map(|weight| amount * weight / sum).collect();
    let left_over = amount - parts.iter().sum::<i128>();
    let mut by_remainder: Vec<usize> = (0..parts.len()).collect();
    by_remainder.sort_by_key(|&index| (-((amount * weights[index]) % sum), index));
    for &index in by_remainder
        .iter()
        .take(usize::try_from(left_over).unwrap_or(0))
    {
        parts[index] += 1;
    }
    parts
        .into_iter()
        .map(|part| Money::minor(sign * i64::try_from(part).unwrap_or(MONEY_LIMIT)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn rounds_a_half_away_from_zero() {
        for (text, expected) in [
            ("2.5", 3),
            ("-2.5", -3),
            ("2.4999", 2),
            ("0.5", 1),
            ("1e20", MONEY_LIMIT),
        ] {
            let value = Decimal::from_scientific(text)
                .or_else(|_| text.parse())
                .unwrap();
            assert_eq!(
                Money::round_half_up(value),
                Money::minor(expected),
                "{text}"
            );
        }
    }

    #[test]
    fn refuses_amounts_that_json_could_not_carry() {
        assert!(serde_json::from_str::<Money>("9007199254740993").is_err());
        assert!(serde_json::from_str::<Money>("1.5").is_err());
        assert_eq!(
            serde_json::from_str::<Money>("-1350").unwrap(),
            Money::minor(-1350)
        );
    }

    proptest! {
        #[test]
        fn allocation_adds_up_and_is_fair(total in -1_000_000i64..1_000_000, weights in prop::collection::vec(0i64..10_000, 1..20)) {
            let parts = allocate_largest_remainder(Money::minor(total), &weights);
            prop_assert_eq!(parts.iter().sum::<Money>(), Money::minor(total));
            let sum: i64 = weights.iter().sum();
            if sum > 0 {
                for (part, weight) in parts.iter().zip(&weights) {
                    let exact = Decimal::from(total) * Decimal::from(*weight) / Decimal::from(sum);
                    prop_assert!((part.to_decimal() - exact).abs() < Decimal::ONE);
                }
            }
        }
    }
}
