//! GS1 element strings (GS1-128, DataBar, DataMatrix, GS1 QR), as far as they name a trade item.
//!
//! Elements that say nothing about what is paid (batch, dates, serial) are passed over; any other is
//! refused by its number, because selling a variable weight without its weight would be wrong.

use super::BarcodeRefusal;
use super::gtin::{Digits, Gtin14};

/// The character that ends an element of variable length, as scanners send it.
pub(super) const FNC1: char = '\u{1d}';

/// How far an element that can be passed over reaches.
enum Reach {
    /// So many characters.
    Fixed(usize),
    /// To the next separator or the end.
    ToSeparator,
}

/// The elements that are passed over: batch, dates, serial number.
fn reach_of(identifier: &str) -> Option<Reach> {
    match identifier {
        "11" | "12" | "13" | "15" | "16" | "17" => Some(Reach::Fixed(6)),
        "10" | "21" => Some(Reach::ToSeparator),
        _ => None,
    }
}

/// The trade item that GS1 data name.
pub(super) fn trade_item(text: &str) -> Result<Gtin14, BarcodeRefusal> {
    let mut item = None;
    let mut rest = text.trim_start_matches(FNC1);
    while !rest.is_empty() {
        let (identifier, after) = rest
            .split_at_checked(2)
            .ok_or(BarcodeRefusal::Gs1Malformed)?;
        rest = if identifier == "01" {
            let (digits, after) = after
                .split_at_checked(14)
                .ok_or(BarcodeRefusal::Gs1Malformed)?;
            item = Some(read_item(digits)?);
            after
        } else {
            pass_over(identifier, after)?
        };
        rest = rest.trim_start_matches(FNC1);
    }
    item.ok_or(BarcodeRefusal::Gs1Malformed)
}

fn read_item(text: &str) -> Result<Gtin14, BarcodeRefusal> {
    let digits = Digits::read(text).ok_or(BarcodeRefusal::Gs1Malformed)?;
    digits.gtin().ok_or(BarcodeRefusal::WrongCheckDigit {
        expected: digits.expected_check(),
    })
}

fn pass_over<'a>(identifier: &str, after: &'a str) -> Result<&'a str, BarcodeRefusal> {
    match reach_of(identifier) {
        Some(Reach::Fixed(length)) => after.get(length..).ok_or(BarcodeRefusal::Gs1Malformed),
        Some(Reach::ToSeparator) => Ok(after.find(FNC1).map_or("", |end| &after[end..])),
        None if identifier.bytes().all(|byte| byte.is_ascii_digit()) => {
            Err(BarcodeRefusal::Gs1Unsupported {
                application_identifier: identifier.to_owned(),
            })
        }
        None => Err(BarcodeRefusal::Gs1Malformed),
    }
}
