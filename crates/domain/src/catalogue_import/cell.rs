//! What single cells say: numbers as people and spreadsheets write them, units, rates, yes and no.

use crate::money::Money;
use crate::quantity::{LINE_QUANTITY_MAX, Quantity, Unit};
use crate::tax::TaxRate;
use crate::unit_price::Content;

/// The largest price of a catalogue, in minor units: ten million euros. Beyond it, a barcode has
/// slipped into the price's column.
pub const PRICE_MAX: Money = Money::minor(1_000_000_000);

/// What is wrong with a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NumberFault {
    #[error("is no number")]
    NotANumber,
    #[error("is negative")]
    Negative,
    #[error("is absurdly large")]
    TooLarge,
    #[error("has more decimals than fit")]
    TooPrecise,
    #[error("may be read as a fraction or as thousands")]
    Ambiguous,
    #[error("is no whole number of pieces")]
    NotWhole,
}

impl NumberFault {
    pub(super) const fn code(self) -> &'static str {
        match self {
            NumberFault::NotANumber => "not_a_number",
            NumberFault::Negative => "negative",
            NumberFault::TooLarge => "too_large",
            NumberFault::TooPrecise => "too_precise",
            NumberFault::Ambiguous => "ambiguous",
            NumberFault::NotWhole => "not_whole",
        }
    }
}

/// Whether one separator followed by three digits may be a fraction. A weight has three decimals; a
/// price of "1.234" may as well be one thousand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ThreeDigits {
    AreDecimals,
    AreAmbiguous,
}

/// A number in parts of ten to the power of `decimals`.
fn scaled(text: &str, decimals: u8, three: ThreeDigits) -> Result<i64, NumberFault> {
    let bare: String = text
        .chars()
        .filter(|character| !is_decoration(*character))
        .collect();
    let unsigned = bare.strip_prefix('+').unwrap_or(&bare);
    let (unsigned, negative) = match unsigned.strip_prefix(['-', '−']) {
        Some(rest) => (rest, true),
        None => (unsigned, false),
    };
    let (whole, fraction) = split(unsigned, decimals, three)?;
    let fraction = fraction.trim_end_matches('0');
    if fraction.len() > usize::from(decimals) {
        return Err(NumberFault::TooPrecise);
    }
    let digits = format!("{whole}{fraction:0<width$}", width = usize::from(decimals));
    let significant = digits.trim_start_matches('0');
    if significant.len() > 18 {
        return Err(NumberFault::TooLarge);
    }
    let value: i64 = match significant {
        "" => 0,
        digits => digits.parse().map_err(|_| NumberFault::NotANumber)?,
    };
    if negative && value > 0 {
        return Err(NumberFault::Negative);
    }
    Ok(value)
}

/// What stands around the digits and says nothing: spaces of all kinds, marks of a currency, the
/// apostrophe that groups thousands in Switzerland.
fn is_decoration(character: char) -> bool {
    character.is_whitespace() || matches!(character, '€' | '£' | '$' | '\'' | '’' | '\u{202f}')
}

/// The digits before and behind the decimal separator, comma or dot.
fn split(text: &str, decimals: u8, three: ThreeDigits) -> Result<(String, &str), NumberFault> {
    let is_plain = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let Some(last) = text.rfind(['.', ',']) else {
        let fits = !text.is_empty() && is_plain(text);
        return if fits {
            Ok((text.to_owned(), ""))
        } else {
            Err(NumberFault::NotANumber)
        };
    };
    let (before, behind) = (&text[..last], &text[last + 1..]);
    let separator = &text[last..=last];
    let grouping = before
        .chars()
        .find(|character| matches!(character, '.' | ','));
    match grouping {
        None => {
            if !is_plain(before) || !is_plain(behind) || (before.is_empty() && behind.is_empty()) {
                return Err(NumberFault::NotANumber);
            }
            let may_group = behind.len() == 3 && decimals < 3 && (1..=3).contains(&before.len());
            if may_group && three == ThreeDigits::AreAmbiguous && before != "0" {
                return Err(NumberFault::Ambiguous);
            }
            Ok((before.to_owned(), behind))
        }
        Some(mark) if separator.starts_with(mark) => {
            Ok((ungrouped(text, mark).ok_or(NumberFault::NotANumber)?, ""))
        }
        Some(mark) if is_plain(behind) => Ok((
            ungrouped(before, mark).ok_or(NumberFault::NotANumber)?,
            behind,
        )),
        Some(_) => Err(NumberFault::NotANumber),
    }
}

/// A whole number whose thousands are grouped by a mark.
fn ungrouped(text: &str, mark: char) -> Option<String> {
    let mut groups = text.split(mark);
    let first = groups.next()?;
    let is_group = |group: &str, lengths: std::ops::RangeInclusive<usize>| {
        lengths.contains(&group.len()) && group.bytes().all(|byte| byte.is_ascii_digit())
    };
    let mut digits = is_group(first, 1..=3).then(|| first.to_owned())?;
    for group in groups {
        if !is_group(group, 3..=3) {
            return None;
        }
        digits.push_str(group);
    }
    Some(digits)
}

/// A price in a currency with so many decimals.
pub(super) fn price(text: &str, decimals: u8) -> Result<Money, NumberFault> {
    let minor_units = scaled(text, decimals, ThreeDigits::AreAmbiguous)?;
    if minor_units > PRICE_MAX.minor_units() {
        return Err(NumberFault::TooLarge);
    }
    Ok(Money::minor(minor_units))
}

/// A quantity of goods in a unit.
pub(super) fn quantity(text: &str, unit: Unit) -> Result<Quantity, NumberFault> {
    let thousandths = scaled(text, 3, ThreeDigits::AreDecimals)?;
    if thousandths > LINE_QUANTITY_MAX.in_thousandths() {
        return Err(NumberFault::TooLarge);
    }
    let quantity = Quantity::thousandths(thousandths);
    if !unit.is_measured() && !quantity.is_whole() {
        return Err(NumberFault::NotWhole);
    }
    Ok(quantity)
}

/// A rate written in per cent, with or without the sign.
pub(super) fn rate(text: &str) -> Option<TaxRate> {
    let text = text.trim().trim_end_matches('%');
    let ppm = scaled(text, 4, ThreeDigits::AreDecimals).ok()?;
    TaxRate::try_from(i32::try_from(ppm).ok()?).ok()
}

/// A unit by the words and signs that people use.
pub(super) fn unit(text: &str) -> Option<Unit> {
    let word = super::columns::words(text);
    Some(match word.as_str() {
        "each" | "ea" | "piece" | "pieces" | "pce" | "pc" | "pcs" | "item" | "unit" | "unite"
        | "u" | "stuk" | "stuks" | "stuck" | "st" | "stk" | "la piece" | "par piece" => Unit::Each,
        "kg" | "kilo" | "kilos" | "kilogram" | "kilograms" | "kilogramme" | "kilogramm" => {
            Unit::Kilogram
        }
        "g" | "gr" | "gram" | "grams" | "gramme" | "grammes" | "gramm" => Unit::Gram,
        "l" | "lt" | "litre" | "litres" | "liter" => Unit::Litre,
        "ml" | "millilitre" | "millilitres" | "milliliter" => Unit::Millilitre,
        "m" | "metre" | "metres" | "meter" => Unit::Metre,
        _ => return None,
    })
}

/// What a pack holds: "500 g", "0,75 l", "6". Centilitres, which bottles are labelled in, become
/// millilitres.
pub(super) fn content(text: &str) -> Option<Content> {
    let text = text.trim();
    let end = text
        .find(|character: char| character.is_alphabetic())
        .unwrap_or(text.len());
    let (number, word) = text.split_at(end);
    let (unit, times) = match super::columns::words(word).as_str() {
        "" => (Unit::Each, 1),
        "cl" => (Unit::Millilitre, 10),
        word => (unit(word)?, 1),
    };
    let held = quantity(number, unit)
        .ok()?
        .in_thousandths()
        .checked_mul(times)?;
    let quantity = Quantity::try_from(held).ok()?;
    quantity.is_positive().then_some(Content { quantity, unit })
}

/// Yes or no, in the words and digits that tables use.
pub(super) fn yes_or_no(text: &str) -> Option<bool> {
    match super::columns::words(text).as_str() {
        "yes" | "y" | "true" | "1" | "oui" | "o" | "vrai" | "ja" | "x" => Some(true),
        "no" | "n" | "false" | "0" | "non" | "faux" | "nee" | "nein" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn euros(text: &str) -> Result<i64, NumberFault> {
        price(text, 2).map(Money::minor_units)
    }

    #[test]
    fn prices_are_read_as_people_write_them() {
        for (text, cents) in [
            ("2.40", 240),
            ("2,40", 240),
            ("2,4", 240),
            ("12", 1200),
            ("2.", 200),
            (",50", 50),
            ("0,5", 50),
            ("€ 2.40", 240),
            ("2,40 €", 240),
            ("1 234,50", 123_450),
            ("1\u{202f}234,50", 123_450),
            ("1.234,50", 123_450),
            ("1,234.50", 123_450),
            ("1'234.50", 123_450),
            ("1.234.567", 123_456_700),
            ("0.990", 99),
            ("12345.6000", 1_234_560),
            ("007.50", 750),
            ("-0.00", 0),
            ("+3", 300),
        ] {
            assert_eq!(euros(text), Ok(cents), "{text}");
        }
    }

    #[test]
    fn what_is_no_price_is_said_to_be_none() {
        for (text, fault) in [
            ("abc", NumberFault::NotANumber),
            (".", NumberFault::NotANumber),
            ("1.2.3", NumberFault::NotANumber),
            ("1,23.4,5", NumberFault::NotANumber),
            ("1e3", NumberFault::NotANumber),
            ("2.40 kg", NumberFault::NotANumber),
            ("--1", NumberFault::NotANumber),
            ("٣", NumberFault::NotANumber),
            ("-2.40", NumberFault::Negative),
            ("−1", NumberFault::Negative),
            ("2.405", NumberFault::Ambiguous),
            ("1,500", NumberFault::Ambiguous),
            ("0.005", NumberFault::TooPrecise),
            ("2.4051", NumberFault::TooPrecise),
            ("3348709969288", NumberFault::TooLarge),
            ("99999999999999999999999999", NumberFault::TooLarge),
        ] {
            assert_eq!(euros(text), Err(fault), "{text}");
        }
    }

    #[test]
    fn weights_have_three_decimals_and_pieces_none() {
        let kilograms = |text| quantity(text, Unit::Kilogram).map(Quantity::in_thousandths);
        assert_eq!(kilograms("1.234"), Ok(1234));
        assert_eq!(kilograms("10"), Ok(10_000));
        assert_eq!(kilograms("0,0005"), Err(NumberFault::TooPrecise));
        assert_eq!(kilograms("1000001"), Err(NumberFault::TooLarge));
        assert_eq!(quantity("2.5", Unit::Each), Err(NumberFault::NotWhole));
        assert_eq!(quantity("-3", Unit::Each), Err(NumberFault::Negative));
    }

    #[test]
    fn rates_units_contents_and_answers_have_many_spellings() {
        for text in ["5.5", "5,5 %", "5.50%", "5.5000"] {
            assert_eq!(rate(text), Some(TaxRate::from_ppm(55_000)), "{text}");
        }
        assert_eq!(rate("food"), None);
        assert_eq!(unit("Pièce"), Some(Unit::Each));
        assert_eq!(unit("KG"), Some(Unit::Kilogram));
        assert_eq!(unit("parsec"), None);
        let held = |text| content(text).map(|held| (held.quantity.in_thousandths(), held.unit));
        assert_eq!(held("500 g"), Some((500_000, Unit::Gram)));
        assert_eq!(held("0,75l"), Some((750, Unit::Litre)));
        assert_eq!(held("33 cl"), Some((330_000, Unit::Millilitre)));
        assert_eq!(held("6"), Some((6000, Unit::Each)));
        assert_eq!(held("0 g"), None);
        assert_eq!(held("a few"), None);
        assert_eq!(yes_or_no("Oui"), Some(true));
        assert_eq!(yes_or_no("maybe"), None);
    }

    proptest! {
        #[test]
        fn every_amount_is_read_back(cents in 0i64..=1_000_000_000, comma in any::<bool>()) {
            let (whole, part) = (cents / 100, cents % 100);
            let mark = if comma { ',' } else { '.' };
            prop_assert_eq!(euros(&format!("{whole}{mark}{part:02}")), Ok(cents));
        }

        #[test]
        fn grouped_thousands_mean_the_same(cents in 100_000i64..=1_000_000_000) {
            let (whole, part) = (cents / 100, cents % 100);
            let digits = whole.to_string();
            let mut grouped = String::new();
            for (index, digit) in digits.chars().enumerate() {
                if index > 0 && (digits.len() - index) % 3 == 0 { grouped.push('.'); }
                grouped.push(digit);
            }
            prop_assert_eq!(euros(&format!("{grouped},{part:02}")), Ok(cents));
        }

        #[test]
        fn no_text_panics(text in "\\PC{0,40}") {
            let _ = (price(&text, 2), quantity(&text, Unit::Kilogram), rate(&text), content(&text));
        }
    }
}
