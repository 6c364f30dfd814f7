//! Trade item numbers and their check digits (GS1 General Specifications, 7.9.1).

use serde::{Deserialize, Serialize};

/// A trade item number in its longest form: every EAN-8, UPC-A and EAN-13 fits, with zeros in front.
/// Its check digit is right.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, ts_rs::TS)]
#[ts(type = "string")]
pub struct Gtin14(u64);

/// A text that is no trade item number: not 8, 12, 13 or 14 digits, or the check digit is wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is no trade item number")]
pub struct NoGtin(pub String);

impl Gtin14 {
    /// The number whose digits before the check digit are these; the check digit is added.
    pub(super) fn with_check_digit(before_check: u64) -> Gtin14 {
        Gtin14(before_check * 10 + u64::from(check_digit(before_check)))
    }

    /// The digits as a number.
    pub(super) const fn number(self) -> u64 {
        self.0
    }

    /// The number as shops print it: thirteen digits, fourteen only where the first is no zero.
    pub fn as_ean(self) -> String {
        format!("{:013}", self.0)
    }
}

impl std::fmt::Display for Gtin14 {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{:014}", self.0)
    }
}

impl std::fmt::Debug for Gtin14 {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Gtin14({self})")
    }
}

impl std::str::FromStr for Gtin14 {
    type Err = NoGtin;
    fn from_str(text: &str) -> Result<Gtin14, NoGtin> {
        Digits::read(text)
            .filter(Digits::is_gtin_length)
            .and_then(|digits| digits.gtin())
            .ok_or_else(|| NoGtin(text.to_owned()))
    }
}

impl Serialize for Gtin14 {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Gtin14 {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Gtin14, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// The check digit behind these digits: from the right, weights 3, 1, 3, 1 ….
fn check_digit(before_check: u64) -> u8 {
    let mut rest = before_check;
    let mut sum = 0;
    let mut weight = 3;
    while rest > 0 {
        sum += rest % 10 * weight;
        rest /= 10;
        weight = 4 - weight;
    }
    ((10 - sum % 10) % 10) as u8
}

/// At most fourteen decimal digits, and how many they are.
#[derive(Debug, Clone, Copy)]
pub(super) struct Digits {
    number: u64,
    count: usize,
}

impl Digits {
    pub(super) fn read(text: &str) -> Option<Digits> {
        let all_digits = text.bytes().all(|byte| byte.is_ascii_digit());
        if !all_digits || text.len() > 14 {
            return None;
        }
        Some(Digits {
            number: text.parse().ok()?,
            count: text.len(),
        })
    }

    pub(super) const fn len(&self) -> usize {
        self.count
    }

    pub(super) const fn is_gtin_length(&self) -> bool {
        matches!(self.count, 8 | 12 | 13 | 14)
    }

    /// The check digit that would be right.
    pub(super) fn expected_check(&self) -> u8 {
        check_digit(self.number / 10)
    }

    /// The trade item number, where the last digit is the right check digit. A number of zeros only
    /// is none: it is what an unset scanner or an empty field prints.
    pub(super) fn gtin(&self) -> Option<Gtin14> {
        let right = self.number % 10 == u64::from(self.expected_check());
        (right && self.number > 0).then_some(Gtin14(self.number))
    }
}

/// The UPC-A that eight digits of a UPC-E stand for; `None` where they are none. The last of the six
/// middle digits says where the zeros were left out (GS1 General Specifications, 5.2.2.4.2).
pub(super) fn expand_upc_e(digits: &Digits) -> Option<Gtin14> {
    let system = digits.number / 10_000_000;
    if digits.count != 8 || system > 1 {
        return None;
    }
    let middle = digits.number / 10 % 1_000_000;
    let (first_five, last) = (middle / 10, middle % 10);
    let before_check = match last {
        0..=2 => (first_five / 1000) * 100_000_000 + last * 10_000_000 + first_five % 1000,
        3 => (first_five / 100) * 10_000_000 + first_five % 100,
        4 => (first_five / 10) * 1_000_000 + first_five % 10,
        _ => first_five * 100_000 + last,
    };
    let gtin = Gtin14::with_check_digit(system * 10_000_000_000 + before_check);
    (gtin.0 % 10 == digits.number % 10 && digits.number > 0).then_some(gtin)
}

/// The other numbers that the same eight digits may have meant: every second UPC-E is a right EAN-8
/// as well, and a catalogue that holds its eight digits cannot say which.
pub(super) fn other_readings(gtin: Gtin14) -> Vec<Gtin14> {
    if gtin.0 < 100_000_000 {
        let digits = Digits {
            number: gtin.0,
            count: 8,
        };
        return expand_upc_e(&digits).into_iter().collect();
    }
    compressed(gtin)
        .into_iter()
        .map(|number| Digits { number, count: 8 })
        .filter(|digits| expand_upc_e(digits) == Some(gtin))
        .filter_map(|digits| digits.gtin())
        .collect()
}

/// The eight digits that each rule of leaving out zeros would make of a UPC-A. They need checking:
/// a rule whose zeros are not there makes another number.
fn compressed(gtin: Gtin14) -> [u64; 4] {
    let (system, check) = (gtin.0 / 100_000_000_000, gtin.0 % 10);
    let (maker, item) = (gtin.0 / 1_000_000 % 100_000, gtin.0 / 10 % 100_000);
    let middles = [
        maker / 1000 * 10_000 + item % 1000 * 10 + maker / 100 % 10,
        maker / 100 * 1000 + item % 100 * 10 + 3,
        maker / 10 * 100 + item % 10 * 10 + 4,
        maker * 10 + item % 10,
    ];
    middles.map(|middle| system.min(2) * 10_000_000 + middle * 10 + check)
}
