//! Countries, currencies and languages by their ISO codes, and what the domain knows of a country.
//!
//! The rules themselves (tax, rounding, labels) stand with their subjects and take a [`Country`].

use serde::{Deserialize, Serialize};

/// A country by its two letters (ISO 3166-1 alpha-2): `FR`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, ts_rs::TS)]
#[ts(type = "string")]
pub struct Country([u8; 2]);

/// A text that is no pair of letters.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is no country code of two letters")]
pub struct NoCountryCode(pub String);

macro_rules! countries {
    ($($name:ident),+ $(,)?) => {
        impl Country {
            $(pub const $name: Country = Country::of(stringify!($name));)+
        }
    };
}

countries! {
    AT, AU, BE, BG, CH, CZ, DE, DK, EE, ES, FI, FR, GB, GR, HR, HU, IE, IT, LT, LU, LV, NL, NO, NZ,
    PL, PT, RO, SE, SI, SK,
}

impl Country {
    const fn of(code: &str) -> Country {
        let bytes = code.as_bytes();
        Country([bytes[0], bytes[1]])
    }

    /// Two letters, in either case.
    pub fn from_code(code: &str) -> Result<Country, NoCountryCode> {
        match code.as_bytes() {
            [first, second] if first.is_ascii_alphabetic() && second.is_ascii_alphabetic() => {
                Ok(Country([
                    first.to_ascii_uppercase(),
                    second.to_ascii_uppercase(),
                ]))
            }
            _ => Err(NoCountryCode(code.to_owned())),
        }
    }

    /// The two letters.
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl std::fmt::Debug for Country {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Country({})", self.code())
    }
}

impl std::fmt::Display for Country {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.code())
    }
}

impl std::str::FromStr for Country {
    type Err = NoCountryCode;
    fn from_str(code: &str) -> Result<Country, NoCountryCode> {
        Country::from_code(code)
    }
}

impl Serialize for Country {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for Country {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Country, D::Error> {
        let code = String::deserialize(deserializer)?;
        code.parse().map_err(serde::de::Error::custom)
    }
}

/// A language by its tag (BCP 47): `fr`, `nl-BE`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ts_rs::TS)]
#[serde(transparent)]
pub struct Language(String);

impl Language {
    pub fn new(tag: impl Into<String>) -> Language {
        Language(tag.into())
    }

    pub fn tag(&self) -> &str {
        &self.0
    }
}

/// A currency and how many decimals its amounts have.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, ts_rs::TS)]
pub struct Currency {
    /// Three letters (ISO 4217): `EUR`.
    pub code: String,
    /// Decimals of the minor unit: 2 for cents, 0 for the yen.
    pub decimals: u8,
}

/// A code that is not in the table of currencies.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is no currency that is known here")]
pub struct UnknownCurrency(pub String);

/// Currencies with two decimals.
const TWO_DECIMALS: &[&str] = &[
    "AED", "ARS", "AUD", "BGN", "BRL", "CAD", "CHF", "CNY", "COP", "CZK", "DKK", "EGP", "EUR",
    "GBP", "HKD", "HUF", "IDR", "ILS", "INR", "KES", "LKR", "MAD", "MXN", "MYR", "NGN", "NOK",
    "NZD", "PEN", "PHP", "PLN", "QAR", "RON", "RSD", "SAR", "SEK", "SGD", "THB", "TRY", "TWD",
    "UAH", "USD", "UYU", "ZAR",
];

/// Currencies without decimals.
const NO_DECIMALS: &[&str] = &[
    "CLP", "ISK", "JPY", "KRW", "PYG", "RWF", "UGX", "VND", "XAF", "XOF", "XPF",
];

/// Currencies with three decimals.
const THREE_DECIMALS: &[&str] = &["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"];

impl Currency {
    /// A currency of the table, by its three letters in either case.
    pub fn from_code(code: &str) -> Result<Currency, UnknownCurrency> {
        let code = code.trim().to_ascii_uppercase();
        let tables = [(TWO_DECIMALS, 2), (NO_DECIMALS, 0), (THREE_DECIMALS, 3)];
        let decimals = tables
            .iter()
            .find(|(codes, _)| codes.contains(&code.as_str()))
            .map(|(_, decimals)| *decimals);
        match decimals {
            Some(decimals) => Ok(Currency { code, decimals }),
            None => Err(UnknownCurrency(code)),
        }
    }
}

/// What holds in a country whatever is sold there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CountryFacts {
    pub country: Country,
    /// The currency's code.
    pub currency: &'static str,
    /// The IANA zone of its capital or largest city.
    pub zone: &'static str,
    /// Its official languages that shops use, the most spoken first.
    pub languages: &'static [&'static str],
}

macro_rules! facts {
    ($($country:ident $currency:literal $zone:literal [$($language:literal),+]),+ $(,)?) => {
        &[$(CountryFacts {
            country: Country::$country,
            currency: $currency,
            zone: $zone,
            languages: &[$($language),+],
        }),+]
    };
}

const FACTS: &[CountryFacts] = facts! {
    AT "EUR" "Europe/Vienna" ["de"],
    AU "AUD" "Australia/Sydney" ["en"],
    BE "EUR" "Europe/Brussels" ["nl", "fr", "de"],
    BG "EUR" "Europe/Sofia" ["bg"],
    CH "CHF" "Europe/Zurich" ["de", "fr", "it"],
    CZ "CZK" "Europe/Prague" ["cs"],
    DE "EUR" "Europe/Berlin" ["de"],
    DK "DKK" "Europe/Copenhagen" ["da"],
    EE "EUR" "Europe/Tallinn" ["et"],
    ES "EUR" "Europe/Madrid" ["es"],
    FI "EUR" "Europe/Helsinki" ["fi", "sv"],
    FR "EUR" "Europe/Paris" ["fr"],
    GB "GBP" "Europe/London" ["en"],
    GR "EUR" "Europe/Athens" ["el"],
    HR "EUR" "Europe/Zagreb" ["hr"],
    HU "HUF" "Europe/Budapest" ["hu"],
    IE "EUR" "Europe/Dublin" ["en"],
    IT "EUR" "Europe/Rome" ["it"],
    LT "EUR" "Europe/Vilnius" ["lt"],
    LU "EUR" "Europe/Luxembourg" ["fr", "de"],
    LV "EUR" "Europe/Riga" ["lv"],
    NL "EUR" "Europe/Amsterdam" ["nl"],
    NO "NOK" "Europe/Oslo" ["nb"],
    NZ "NZD" "Pacific/Auckland" ["en"],
    PL "PLN" "Europe/Warsaw" ["pl"],
    PT "EUR" "Europe/Lisbon" ["pt"],
    RO "RON" "Europe/Bucharest" ["ro"],
    SE "SEK" "Europe/Stockholm" ["sv"],
    SI "EUR" "Europe/Ljubljana" ["sl"],
    SK "EUR" "Europe/Bratislava" ["sk"],
};

/// What is known of a country; `None` for one that nobody has looked at yet.
pub fn country_facts(country: Country) -> Option<&'static CountryFacts> {
    FACTS.iter().find(|facts| facts.country == country)
}

/// Every country of which something is known, for the choice at first start.
pub fn known_countries() -> impl Iterator<Item = Country> {
    FACTS.iter().map(|facts| facts.country)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Zone;

    #[test]
    fn codes_are_letters_only() {
        assert_eq!("fr".parse(), Ok(Country::FR));
        for bad in ["", "F", "FRA", "F1", "é"] {
            assert!(Country::from_code(bad).is_err(), "{bad}");
        }
        assert_eq!(serde_json::to_string(&Country::BE).unwrap(), "\"BE\"");
        assert!(serde_json::from_str::<Country>("\"B\"").is_err());
    }

    #[test]
    fn each_country_has_a_currency_and_a_zone_that_exist() {
        for facts in FACTS {
            assert!(Currency::from_code(facts.currency).is_ok(), "{facts:?}");
            assert!(facts.zone.parse::<Zone>().is_ok(), "{facts:?}");
        }
    }

    #[test]
    fn currencies_know_their_decimals() {
        for (code, decimals) in [("EUR", 2), ("jpy", 0), ("TND", 3)] {
            assert_eq!(Currency::from_code(code).unwrap().decimals, decimals);
        }
        assert!(Currency::from_code("EURO").is_err());
    }
}
