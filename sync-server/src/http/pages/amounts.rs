//! Prices and quantities as the pages write them, and quantities as people type them.

use comptoir_documents::format;
use comptoir_domain::money::Money;
use comptoir_domain::quantity::{Quantity, Unit};

use super::visit::Visit;
use super::words::Word;

/// `€12.40`.
pub(super) fn money(visit: &Visit, amount: Money) -> String {
    format::amount_with_currency(amount, &visit.settings.currency, visit.language)
}

/// `0.5 kg`, `3`.
pub(super) fn quantity(visit: &Visit, quantity: Quantity, unit: Unit) -> String {
    format::quantity(quantity, unit, visit.language)
}

/// The sign of a unit; of pieces only where a price needs it.
pub(super) fn unit_name(visit: &Visit, unit: Unit) -> &'static str {
    format::unit_symbol(unit).unwrap_or_else(|| visit.say(Word::Piece))
}

/// `€2.40 / kg`.
pub(super) fn price_per(visit: &Visit, price: Money, unit: Unit) -> String {
    let price = money(visit, price);
    let unit = unit_name(visit, unit);
    visit.say_with(Word::PerPrice, &[("price", &price), ("unit", unit)])
}

/// How much a press on plus adds: a piece, a tenth of a kilogram, litre or metre, a hundred grams.
pub(super) const fn step(unit: Unit) -> Quantity {
    match unit {
        Unit::Each => Quantity::ONE,
        Unit::Kilogram | Unit::Litre | Unit::Metre => Quantity::thousandths(100),
        Unit::Gram | Unit::Millilitre => Quantity::pieces(100),
    }
}

/// How much the first press puts into the basket.
pub(super) const fn first(unit: Unit) -> Quantity {
    match unit {
        Unit::Kilogram | Unit::Litre | Unit::Metre => Quantity::thousandths(500),
        _ => step(unit),
    }
}

/// A quantity as the value of a field that browsers read as a number: `1.25`.
pub(super) fn typed(quantity: Quantity) -> String {
    let thousandths = quantity.in_thousandths();
    let text = format!("{}.{:03}", thousandths / 1000, (thousandths % 1000).abs());
    let text = text.trim_end_matches('0').trim_end_matches('.');
    text.to_owned()
}

/// Reads a quantity that a person typed, with a point or a comma and at most three decimals.
pub(super) fn read_typed(text: &str) -> Option<Quantity> {
    let text = text.trim().replace(',', ".");
    let (whole, part) = text.split_once('.').unwrap_or((&text, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let too_long = whole.len() > 9 || part.len() > 3;
    if too_long || !digits(whole) || !digits(part) || (whole.is_empty() && part.is_empty()) {
        return None;
    }
    let whole: i64 = if whole.is_empty() {
        0
    } else {
        whole.parse().ok()?
    };
    let part: i64 = format!("{part:0<3}").parse().ok()?;
    Some(Quantity::thousandths(whole * 1000 + part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_type_is_read_to_the_thousandth() {
        let read = |text| read_typed(text).map(Quantity::in_thousandths);
        for (text, thousandths) in [
            ("2", 2000),
            (" 1.25 ", 1250),
            ("0,1", 100),
            (".5", 500),
            ("3.", 3000),
            ("0", 0),
        ] {
            assert_eq!(read(text), Some(thousandths), "{text}");
        }
        for text in ["", ".", "-1", "1e3", "1.2345", "9999999999", "two", "1.2.3"] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn a_field_shows_what_it_would_read_again() {
        for thousandths in [0, 1, 100, 1000, 1250, 20_000, 120_010] {
            let quantity = Quantity::thousandths(thousandths);
            assert_eq!(read_typed(&typed(quantity)), Some(quantity));
        }
        assert_eq!(typed(Quantity::pieces(20)), "20");
    }
}
