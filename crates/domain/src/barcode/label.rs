//! The shop's own labels: an EAN-13 that begins with 02 or 2 and holds an item and a value. Where
//! the digits stand is the shop's affair, so the layouts are settings.

use serde::{Deserialize, Serialize};

use super::gtin::Gtin14;
use crate::money::Money;
use crate::quantity::{Quantity, Unit};

/// Digits of an EAN-13 before its check digit.
const BODY_DIGITS: u32 = 12;

/// Whether a digit between item and value checks the value, and by which rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ts_rs::TS)]
#[serde(rename_all = "snake_case")]
pub enum InnerCheck {
    None,
    /// The check digit of a value of four digits (GS1 General Specifications, 7.9.3).
    FourDigits,
    /// The check digit of a value of five digits (GS1 General Specifications, 7.9.4).
    FiveDigits,
    /// A digit stands there, but the scale fills it by a rule of its own.
    Unverified,
}

/// What the value of a label is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ts_rs::TS)]
#[serde(rename_all = "snake_case")]
pub enum LabelContent {
    /// The price of what is in the bag, in the hub's currency.
    Price,
    /// The weight in kilograms.
    Weight,
    /// A number of pieces.
    Count,
}

/// How the labels with one prefix are laid out: prefix, item, check digit of the value (if any),
/// value, and last the EAN's own check digit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
pub struct InStoreLayout {
    /// The first digits, beginning with 2 or 02.
    pub prefix: String,
    /// How many digits name the item.
    pub item_digits: u8,
    pub inner_check: InnerCheck,
    pub value: LabelContent,
    /// How many of the value's digits stand behind the point: 3 for grams of a kilogram, 2 for
    /// cents of a euro.
    pub decimals: u8,
    /// The decimals of the hub's currency, for a price.
    #[serde(default = "two")]
    pub currency_decimals: u8,
}

const fn two() -> u8 {
    2
}

/// What is wrong with a layout that somebody entered.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS, thiserror::Error,
)]
#[serde(rename_all = "snake_case")]
pub enum LayoutRefusal {
    #[error("the prefix must be digits and begin with 2 or 02")]
    Prefix,
    #[error("the item needs at least one digit")]
    NoItem,
    #[error("no digit is left for the value")]
    NoValue,
    #[error("the value has not as many digits as its check digit is made for")]
    CheckNeedsOtherLength,
    #[error("too many decimals")]
    Decimals,
}

/// A label that was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
pub struct InStoreCode {
    /// The whole code.
    pub gtin: Gtin14,
    /// The item's digits, as the scale knows it.
    pub item: String,
    /// The code with the value and its check digit zeroed: the same for every label of the item, and
    /// what the catalogue holds as the item's barcode.
    pub key: Gtin14,
    pub value: InStoreValue,
}

/// What a label says of the goods that it is stuck on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ts_rs::TS)]
#[serde(tag = "kind", content = "content", rename_all = "snake_case")]
pub enum InStoreValue {
    /// In kilograms.
    Weight(Quantity),
    /// The line's price, which wins over price times weight.
    Price(Money),
    /// Pieces.
    Count(Quantity),
}

impl InStoreValue {
    /// How much of a product sold by `unit` the label stands for; `None` where it names a price, or
    /// a weight for goods that are not sold by weight.
    pub fn quantity_in(self, unit: Unit) -> Option<Quantity> {
        match (self, unit) {
            (InStoreValue::Weight(kilograms), Unit::Kilogram) => Some(kilograms),
            (InStoreValue::Weight(kilograms), Unit::Gram) => Some(Quantity::thousandths(
                kilograms.in_thousandths().saturating_mul(1000),
            )),
            (InStoreValue::Count(pieces), Unit::Each) => Some(pieces),
            _ => None,
        }
    }
}

impl InStoreLayout {
    /// Says what is wrong with a layout, or nothing.
    pub fn check(&self) -> Result<(), LayoutRefusal> {
        let digits = self.prefix.bytes().all(|byte| byte.is_ascii_digit());
        let own = self.prefix.starts_with('2') || self.prefix.starts_with("02");
        if !digits || !own {
            return Err(LayoutRefusal::Prefix);
        }
        if self.item_digits == 0 {
            return Err(LayoutRefusal::NoItem);
        }
        let value_digits = self.value_digits().ok_or(LayoutRefusal::NoValue)?;
        match self.inner_check {
            InnerCheck::FourDigits if value_digits != 4 => {
                Err(LayoutRefusal::CheckNeedsOtherLength)
            }
            InnerCheck::FiveDigits if value_digits != 5 => {
                Err(LayoutRefusal::CheckNeedsOtherLength)
            }
            _ if self.decimals > self.decimals_max() => Err(LayoutRefusal::Decimals),
            _ => Ok(()),
        }
    }

    /// The barcode that the catalogue holds for an item of this layout; `None` where the layout is
    /// wrong or the item has other than its number of digits.
    pub fn item_code(&self, item: &str) -> Option<Gtin14> {
        self.check().ok()?;
        let digits = item.bytes().all(|byte| byte.is_ascii_digit());
        if !digits || item.len() != usize::from(self.item_digits) {
            return None;
        }
        let head: u64 = format!("{}{item}", self.prefix).parse().ok()?;
        let tail = self.value_digits()? + self.check_digits();
        Some(Gtin14::with_check_digit(head * 10_u64.pow(tail)))
    }

    fn check_digits(&self) -> u32 {
        u32::from(self.inner_check != InnerCheck::None)
    }

    fn value_digits(&self) -> Option<u32> {
        let prefix = u32::try_from(self.prefix.len()).ok()?;
        BODY_DIGITS
            .checked_sub(prefix)?
            .checked_sub(u32::from(self.item_digits))?
            .checked_sub(self.check_digits())
            .filter(|digits| *digits > 0)
    }

    /// The decimals that the value's type can hold.
    const fn decimals_max(&self) -> u8 {
        match self.value {
            LabelContent::Price => self.currency_decimals,
            LabelContent::Weight => 3,
            LabelContent::Count => 0,
        }
    }

    /// The value with the decimals of its type: thousandths of a kilogram, minor units, pieces.
    fn value_of(&self, digits: u64) -> Option<InStoreValue> {
        let places = u32::from(self.decimals_max().checked_sub(self.decimals)?);
        let scaled = i64::try_from(digits)
            .ok()?
            .checked_mul(10_i64.checked_pow(places)?)?;
        Some(match self.value {
            LabelContent::Price => InStoreValue::Price(Money::try_from(scaled).ok()?),
            LabelContent::Weight => InStoreValue::Weight(Quantity::try_from(scaled).ok()?),
            LabelContent::Count => InStoreValue::Count(Quantity::pieces(scaled)),
        })
    }

    /// Whether the inner check digit belongs to the value.
    fn verifies(&self, check: u64, value: u64) -> bool {
        match self.inner_check {
            InnerCheck::None | InnerCheck::Unverified => true,
            InnerCheck::FourDigits => check == check_of_four(value),
            InnerCheck::FiveDigits => check == check_of_five(value),
        }
    }
}

/// The inner check digit of a label is wrong: no label of this layout, or a scale set otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct WrongInnerCheck;

/// Reads a code by the layout with the longest prefix that fits; `None` where none does. Layouts
/// that are wrong in themselves are passed over.
pub(super) fn read(
    gtin: Gtin14,
    layouts: &[InStoreLayout],
) -> Option<Result<InStoreCode, WrongInnerCheck>> {
    let text = gtin.as_ean();
    if text.len() != 13 {
        return None;
    }
    let layout = layouts
        .iter()
        .filter(|layout| layout.check().is_ok() && text.starts_with(&layout.prefix))
        .max_by_key(|layout| layout.prefix.len())?;
    let value_scale = 10_u64.pow(layout.value_digits()?);
    let body = gtin.number() / 10;
    let (above_value, value) = (body / value_scale, body % value_scale);
    let check_scale = 10_u64.pow(layout.check_digits());
    let (head, check) = (above_value / check_scale, above_value % check_scale);
    if !layout.verifies(check, value) {
        return Some(Err(WrongInnerCheck));
    }
    let item_end = layout.prefix.len() + usize::from(layout.item_digits);
    Some(Ok(InStoreCode {
        gtin,
        item: text.get(layout.prefix.len()..item_end)?.to_owned(),
        key: Gtin14::with_check_digit(head * check_scale * value_scale),
        value: layout.value_of(value)?,
    }))
}

/// The weighting tables of the price check digits: what each digit counts at a place so weighted.
const TWO_MINUS: [u64; 10] = [0, 2, 4, 6, 8, 9, 1, 3, 5, 7];
const THREE: [u64; 10] = [0, 3, 6, 9, 2, 5, 8, 1, 4, 7];
const FIVE_PLUS: [u64; 10] = [0, 5, 1, 6, 2, 7, 3, 8, 4, 9];
const FIVE_MINUS: [u64; 10] = [0, 5, 9, 4, 8, 3, 7, 2, 6, 1];

/// Adds up the digits of a value, each weighted by the table of its place.
fn weighted_sum(value: u64, tables: &[&[u64; 10]]) -> u64 {
    let places = tables.iter().rev();
    let weighted = places.scan(value, |rest, table| {
        let digit = *rest % 10;
        *rest /= 10;
        Some(table[digit as usize])
    });
    weighted.sum()
}

fn check_of_four(value: u64) -> u64 {
    weighted_sum(value, &[&TWO_MINUS, &TWO_MINUS, &THREE, &FIVE_MINUS]) * 3 % 10
}

/// The digit that, weighted "five minus", brings the sum to a full ten.
fn check_of_five(value: u64) -> u64 {
    let tables = [&FIVE_PLUS, &TWO_MINUS, &FIVE_MINUS, &FIVE_PLUS, &TWO_MINUS];
    let missing = (10 - weighted_sum(value, &tables) % 10) % 10;
    (0..10)
        .zip(FIVE_MINUS)
        .find(|(_, weighted)| *weighted == missing)
        .map_or(0, |(digit, _)| digit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn price_check_digits_are_those_of_the_specification() {
        assert_eq!(check_of_four(2875), 9);
        assert_eq!(check_of_five(14_685), 6);
        assert_eq!(check_of_four(0), 0);
        assert_eq!(check_of_five(0), 0);
    }
}
