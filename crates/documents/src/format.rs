//! Figures and dates as the document's language writes them. Whole numbers in, text out.

use chrono::{Datelike, Timelike};
use comptoir_domain::country::Currency;
use comptoir_domain::money::Money;
use comptoir_domain::quantity::{Quantity, Unit};
use comptoir_domain::tax::TaxRate;

use crate::content::LocalTime;
use crate::language::Language;

/// The narrow space between thousands in French, which never breaks.
const NARROW_SPACE: char = '\u{202f}';
/// The space between a figure and its unit, which never breaks.
pub(crate) const HARD_SPACE: char = '\u{a0}';

const ENGLISH_MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// An amount without its currency: `1,234.50`, `1 234,50`, `-0.05`.
pub fn amount(money: Money, currency: &Currency, language: Language) -> String {
    decimal(money.minor_units(), u32::from(currency.decimals), language)
}

/// An amount in hundredths of a minor unit, with two decimals more than amounts have where they
/// count: `1.4218`, `2.50`.
pub(crate) fn fine_amount(hundredths: i64, currency: &Currency, language: Language) -> String {
    let decimals = u32::from(currency.decimals);
    decimal_trimmed(hundredths, decimals + 2, decimals, language)
}

/// An amount with its currency: `€1,234.50`, `1 234,50 €`.
pub fn amount_with_currency(money: Money, currency: &Currency, language: Language) -> String {
    let figure = amount(money.abs(), currency, language);
    let sign = if money.is_negative() { "-" } else { "" };
    let symbol = symbol(&currency.code);
    match (language, symbol) {
        (Language::French, Some(symbol)) => format!("{sign}{figure}{HARD_SPACE}{symbol}"),
        (Language::French, None) => format!("{sign}{figure}{HARD_SPACE}{}", currency.code),
        (Language::English, Some(symbol)) => format!("{sign}{symbol}{figure}"),
        (Language::English, None) => format!("{sign}{}{HARD_SPACE}{figure}", currency.code),
    }
}

/// An amount with its sign always written: `+0.02`, `-0.03`.
pub fn signed_amount(money: Money, currency: &Currency, language: Language) -> String {
    let plus = if money.is_positive() { "+" } else { "" };
    format!("{plus}{}", amount(money, currency, language))
}

fn symbol(code: &str) -> Option<&'static str> {
    match code {
        "EUR" => Some("€"),
        "GBP" => Some("£"),
        "AUD" | "NZD" | "USD" | "CAD" => Some("$"),
        _ => None,
    }
}

/// A quantity with its unit: `2`, `1.250 kg`, `0,75 l`.
pub fn quantity(quantity: Quantity, unit: Unit, language: Language) -> String {
    let thousandths = quantity.in_thousandths();
    match unit_symbol(unit) {
        None => decimal_trimmed(thousandths, 3, 0, language),
        Some(symbol) => {
            let decimals = if matches!(unit, Unit::Kilogram) { 3 } else { 0 };
            let figure = decimal_trimmed(thousandths, 3, decimals, language);
            format!("{figure}{HARD_SPACE}{symbol}")
        }
    }
}

/// How a unit is written on paper; pieces have no sign.
pub fn unit_symbol(unit: Unit) -> Option<&'static str> {
    match unit {
        Unit::Each => None,
        Unit::Kilogram => Some("kg"),
        Unit::Gram => Some("g"),
        Unit::Litre => Some("l"),
        Unit::Millilitre => Some("ml"),
        Unit::Metre => Some("m"),
    }
}

/// A tax rate: `5.5%`, `5,5 %`.
pub fn rate(rate: TaxRate, language: Language) -> String {
    let figure = decimal_trimmed(i64::from(rate.ppm()), 4, 0, language);
    match language {
        Language::French => format!("{figure}{HARD_SPACE}%"),
        Language::English => format!("{figure}%"),
    }
}

/// A whole number with its thousands apart.
pub fn count(number: u64, language: Language) -> String {
    grouped(&number.to_string(), language)
}

/// A date and time of the day: `21 Nov 2026 14:05`, `21/11/2026 14:05`.
pub fn date_time(moment: LocalTime, language: Language) -> String {
    format!("{} {}", date(moment, language), time(moment))
}

/// A date: `21 Nov 2026`, `21/11/2026`.
pub fn date(time: LocalTime, language: Language) -> String {
    let wall = time.on_the_wall();
    match language {
        Language::French => format!("{:02}/{:02}/{}", wall.day(), wall.month(), wall.year()),
        Language::English => {
            let month = ENGLISH_MONTHS[wall.month0() as usize % 12];
            format!("{} {month} {}", wall.day(), wall.year())
        }
    }
}

/// A date with its day of the week: `Fri 27 Nov 2026`, `ven. 27/11/2026`.
pub fn weekday_and_date(time: LocalTime, language: Language) -> String {
    let days = match language {
        Language::English => ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"],
        Language::French => ["lun.", "mar.", "mer.", "jeu.", "ven.", "sam.", "dim."],
    };
    let weekday = time.on_the_wall().weekday().num_days_from_monday();
    let day = days[weekday as usize % 7];
    format!("{day} {}", date(time, language))
}

/// The time of the day: `14:05`.
pub fn time(time: LocalTime) -> String {
    let wall = time.on_the_wall();
    format!("{:02}:{:02}", wall.hour(), wall.minute())
}

/// A number of `10^-digits`, with exactly so many decimals.
fn decimal(number: i64, digits: u32, language: Language) -> String {
    let digits = digits.min(18);
    let scale = 10u64.pow(digits);
    let magnitude = number.unsigned_abs();
    let sign = if number < 0 { "-" } else { "" };
    let whole = grouped(&(magnitude / scale).to_string(), language);
    if digits == 0 {
        return format!("{sign}{whole}");
    }
    let point = match language {
        Language::English => '.',
        Language::French => ',',
    };
    let fraction = magnitude % scale;
    format!(
        "{sign}{whole}{point}{fraction:0width$}",
        width = digits as usize
    )
}

/// Like [`decimal`], with zeros at the end left out down to `keep` decimals.
fn decimal_trimmed(number: i64, digits: u32, keep: u32, language: Language) -> String {
    let mut number = number;
    let mut digits = digits;
    while digits > keep && number % 10 == 0 {
        number /= 10;
        digits -= 1;
    }
    decimal(number, digits, language)
}

fn grouped(whole: &str, language: Language) -> String {
    let separator = match language {
        Language::English => ',',
        Language::French => NARROW_SPACE,
    };
    let mut text = String::new();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            text.push(separator);
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use comptoir_domain::time::Timestamp;

    #[test]
    fn writes_amounts_as_each_language_does() {
        let euro = Currency::from_code("EUR").unwrap();
        let yen = Currency::from_code("JPY").unwrap();
        for (minor, english, french) in [
            (0, "€0.00", "0,00\u{a0}€"),
            (5, "€0.05", "0,05\u{a0}€"),
            (-5, "-€0.05", "-0,05\u{a0}€"),
            (123_456, "€1,234.56", "1\u{202f}234,56\u{a0}€"),
            (
                -100_000_000,
                "-€1,000,000.00",
                "-1\u{202f}000\u{202f}000,00\u{a0}€",
            ),
        ] {
            let money = Money::minor(minor);
            assert_eq!(
                amount_with_currency(money, &euro, Language::English),
                english
            );
            assert_eq!(amount_with_currency(money, &euro, Language::French), french);
        }
        assert_eq!(
            amount_with_currency(Money::minor(1234), &yen, Language::English),
            "JPY\u{a0}1,234"
        );
        assert_eq!(
            signed_amount(Money::minor(2), &euro, Language::English),
            "+0.02"
        );
        assert_eq!(
            signed_amount(Money::minor(-2), &euro, Language::French),
            "-0,02"
        );
    }

    #[test]
    fn writes_quantities_with_the_digits_that_count() {
        for (thousandths, unit, english, french) in [
            (2000, Unit::Each, "2", "2"),
            (500, Unit::Each, "0.5", "0,5"),
            (1250, Unit::Kilogram, "1.250\u{a0}kg", "1,250\u{a0}kg"),
            (750, Unit::Litre, "0.75\u{a0}l", "0,75\u{a0}l"),
            (
                -1_500_000,
                Unit::Gram,
                "-1,500\u{a0}g",
                "-1\u{202f}500\u{a0}g",
            ),
        ] {
            let value = Quantity::thousandths(thousandths);
            assert_eq!(quantity(value, unit, Language::English), english);
            assert_eq!(quantity(value, unit, Language::French), french);
        }
    }

    #[test]
    fn writes_rates_and_dates() {
        assert_eq!(
            rate(TaxRate::from_ppm(55_000), Language::French),
            "5,5\u{a0}%"
        );
        assert_eq!(rate(TaxRate::from_ppm(200_000), Language::English), "20%");
        assert_eq!(rate(TaxRate::ZERO, Language::English), "0%");
        let time = LocalTime {
            at: Timestamp::from_unix_ms(1_795_221_000_000),
            offset_minutes: 60,
        };
        assert_eq!(date_time(time, Language::French), "21/11/2026 01:30");
        assert_eq!(date_time(time, Language::English), "21 Nov 2026 01:30");
        assert_eq!(weekday_and_date(time, Language::French), "sam. 21/11/2026");
    }
}
