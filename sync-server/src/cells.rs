//! How values stand in a table that a spreadsheet will open.

use comptoir_domain::money::Money;
use comptoir_domain::quantity::{Quantity, Unit};
use comptoir_domain::tax::TaxRate;
use rust_decimal::Decimal;

/// An amount with the currency's decimals and a point.
pub(crate) fn money(amount: Money, decimals: u8) -> String {
    Decimal::new(amount.minor_units(), u32::from(decimals)).to_string()
}

/// Thousandths as a number without needless zeros.
pub(crate) fn quantity(quantity: Quantity) -> String {
    quantity.to_decimal().normalize().to_string()
}

/// A rate in per cent.
pub(crate) fn rate(rate: TaxRate) -> String {
    Decimal::new(i64::from(rate.ppm()), 4)
        .normalize()
        .to_string()
}

pub(crate) const fn unit(unit: Unit) -> &'static str {
    match unit {
        Unit::Each => "each",
        Unit::Kilogram => "kg",
        Unit::Gram => "g",
        Unit::Litre => "l",
        Unit::Millilitre => "ml",
        Unit::Metre => "m",
    }
}

/// A text that somebody typed. A spreadsheet would take some of them for a formula and run it; those
/// get an apostrophe, which it shows as text.
pub(crate) fn text(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_never_formulas_and_numbers_stay_numbers() {
        assert_eq!(
            text("=HYPERLINK(\"http://evil\")"),
            "'=HYPERLINK(\"http://evil\")"
        );
        assert_eq!(text("@SUM(A1)"), "'@SUM(A1)");
        assert_eq!(text("Carrots - new"), "Carrots - new");
        assert_eq!(money(Money::minor(-1250), 2), "-12.50");
        assert_eq!(money(Money::minor(500), 0), "500");
        assert_eq!(quantity(Quantity::thousandths(1250)), "1.25");
        assert_eq!(quantity(Quantity::pieces(-2)), "-2");
        assert_eq!(rate(TaxRate::from_ppm(55_000)), "5.5");
    }
}
