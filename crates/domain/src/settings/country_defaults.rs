//! What differs by country when a hub begins: tax rates, receipts, and whether it may begin at all.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::ReceiptPrinting;
use crate::country::{Country, Currency};
use crate::tax::{TaxClass, TaxRate, TaxRateRow};

/// What a country's law demands of a till that this one cannot do yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ts_rs::TS)]
#[serde(rename_all = "snake_case")]
pub enum FiscalRequirement {
    /// Each sale is signed by a certified device or service.
    SigningDevice,
    /// Sales are reported by a registered fiscal device or service.
    FiscalDevice,
    /// The software itself is certified or declared by its maker.
    CertifiedSoftware,
}

/// A hub there may practise, and not sell for real.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS, thiserror::Error,
)]
#[error("{country} demands of a till what this one cannot do yet ({requirement:?})")]
pub struct UnsupportedCountry {
    pub country: Country,
    pub requirement: FiscalRequirement,
}

/// Whether a hub in the country may sell for real. First run asks, and refuses where the law demands
/// a device or a certificate that is missing: half a solution would cost the hub its licence.
pub fn country_supported_for_real_use(country: Country) -> Result<(), UnsupportedCountry> {
    use FiscalRequirement::{CertifiedSoftware, FiscalDevice, SigningDevice};
    let requirement = match country {
        Country::DE | Country::AT => SigningDevice,
        Country::PT | Country::ES => CertifiedSoftware,
        Country::IT
        | Country::SE
        | Country::PL
        | Country::HU
        | Country::CZ
        | Country::HR
        | Country::SI
        | Country::GR
        | Country::RO
        | Country::BG
        | Country::SK => FiscalDevice,
        _ => return Ok(()),
    };
    Err(UnsupportedCountry {
        country,
        requirement,
    })
}

/// Whether receipts print by themselves: where every customer must be handed one, and where nobody
/// has looked yet.
pub(super) const fn receipt_printing(country: Country) -> ReceiptPrinting {
    match country {
        Country::FR
        | Country::BE
        | Country::NL
        | Country::LU
        | Country::GB
        | Country::IE
        | Country::CH
        | Country::AU
        | Country::NZ
        | Country::DK
        | Country::FI => ReceiptPrinting::OnRequest,
        _ => ReceiptPrinting::Always,
    }
}

/// The minor units of an everyday amount of one: a euro, a franc, ten kroner, some hundred forints.
pub(super) fn money_scale(currency: &Currency) -> i64 {
    let one = 10_i64.pow(u32::from(currency.decimals.min(3)));
    match currency.code.as_str() {
        "SEK" | "NOK" | "DKK" => 10 * one,
        "CZK" => 20 * one,
        "HUF" => 400 * one,
        _ => one,
    }
}

/// Class, parts per million, and year, month and day from which the rate holds.
type Row = (&'static str, i32, (i32, u32, u32));

/// Rates that hold today, with the day since when. Older ones are of no use to a new hub.
const fn rates(country: Country) -> &'static [Row] {
    match country {
        Country::FR => &[
            ("food", 55_000, (2014, 1, 1)),
            ("reduced", 100_000, (2014, 1, 1)),
            ("standard", 200_000, (2014, 1, 1)),
        ],
        Country::BE => &[
            ("food", 60_000, (2000, 1, 1)),
            ("reduced", 120_000, (2000, 1, 1)),
            ("standard", 210_000, (1996, 1, 1)),
        ],
        Country::NL => &[
            ("food", 90_000, (2019, 1, 1)),
            ("standard", 210_000, (2012, 10, 1)),
        ],
        Country::LU => &[
            ("food", 30_000, (2015, 1, 1)),
            ("standard", 170_000, (2024, 1, 1)),
        ],
        Country::DE => &[
            ("food", 70_000, (2021, 1, 1)),
            ("standard", 190_000, (2021, 1, 1)),
        ],
        Country::AT => &[
            ("food", 100_000, (2016, 1, 1)),
            ("standard", 200_000, (2016, 1, 1)),
        ],
        Country::CH => &[
            ("food", 26_000, (2024, 1, 1)),
            ("standard", 81_000, (2024, 1, 1)),
        ],
        Country::GB => &[
            ("food", 0, (2011, 1, 4)),
            ("reduced", 50_000, (2011, 1, 4)),
            ("standard", 200_000, (2011, 1, 4)),
        ],
        Country::IE => &[
            ("food", 0, (2021, 3, 1)),
            ("standard", 230_000, (2021, 3, 1)),
        ],
        Country::AU => &[
            ("food", 0, (2000, 7, 1)),
            ("standard", 100_000, (2000, 7, 1)),
        ],
        Country::NZ => &[
            ("food", 150_000, (2010, 10, 1)),
            ("standard", 150_000, (2010, 10, 1)),
        ],
        Country::DK => &[
            ("food", 250_000, (1992, 1, 1)),
            ("standard", 250_000, (1992, 1, 1)),
        ],
        _ => &[],
    }
}

/// The tax rates that a new hub of a country starts with, for its bookkeeper to check: `food`,
/// `standard`, and `reduced` where there is a third. Empty for a country whose rates are not known
/// here.
pub fn default_tax_rates(country: Country) -> Vec<TaxRateRow> {
    rates(country)
        .iter()
        .filter_map(|&(class, ppm, (year, month, day))| {
            Some(TaxRateRow {
                class: TaxClass::new(class),
                rate: TaxRate::from_ppm(ppm),
                valid_from: NaiveDate::from_ymd_opt(year, month, day)?,
                valid_until: None,
            })
        })
        .collect()
}
