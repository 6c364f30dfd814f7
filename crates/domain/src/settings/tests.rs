use super::*;
use crate::country::known_countries;
use crate::tax::{TaxClass, TaxRate, rate_on};
use crate::tender::TenderKind;
use crate::time::Timestamp;

fn settings(country: Country) -> HubSettings {
    HubSettings::for_country(HubId::from_uuid(uuid::Uuid::nil()), "Le Panier", country).unwrap()
}

#[test]
fn a_hub_starts_with_its_country_s_ways() {
    for (country, currency, tag, food, standard, printing) in [
        (
            Country::FR,
            "EUR",
            "fr",
            55_000,
            200_000,
            ReceiptPrinting::OnRequest,
        ),
        (
            Country::BE,
            "EUR",
            "nl",
            60_000,
            210_000,
            ReceiptPrinting::OnRequest,
        ),
        (
            Country::NL,
            "EUR",
            "nl",
            90_000,
            210_000,
            ReceiptPrinting::OnRequest,
        ),
        (
            Country::DE,
            "EUR",
            "de",
            70_000,
            190_000,
            ReceiptPrinting::Always,
        ),
        (
            Country::CH,
            "CHF",
            "de",
            26_000,
            81_000,
            ReceiptPrinting::OnRequest,
        ),
        (
            Country::GB,
            "GBP",
            "en",
            0,
            200_000,
            ReceiptPrinting::OnRequest,
        ),
        (
            Country::AU,
            "AUD",
            "en",
            0,
            100_000,
            ReceiptPrinting::OnRequest,
        ),
    ] {
        let settings = settings(country);
        let day = Timestamp::from_unix_ms(1_795_221_000_000)
            .in_zone(settings.zone)
            .date_naive();
        let rate = |class| rate_on(&settings.tax_rates, &TaxClass::new(class), day);
        assert_eq!(settings.currency.code, currency);
        assert_eq!(settings.languages[0].tag(), tag);
        assert_eq!(rate("food"), Some(TaxRate::from_ppm(food)), "{country}");
        assert_eq!(
            rate("standard"),
            Some(TaxRate::from_ppm(standard)),
            "{country}"
        );
        assert_eq!(settings.receipt.print_default, printing, "{country}");
        assert!(!settings.computes_price_from_scale);
    }
}

#[test]
fn cash_is_rounded_where_the_country_does() {
    assert_eq!(settings(Country::FR).cash_rounding, None);
    assert_eq!(
        settings(Country::BE).cash_rounding,
        Some(CashRounding::nearest(5))
    );
}

#[test]
fn another_currency_brings_its_own_amounts() {
    let mut settings = settings(Country::BE);
    settings.set_currency(Currency::from_code("DKK").unwrap());
    assert_eq!(settings.cash_rounding, None);
    assert_eq!(settings.forgiveness_max, Money::minor(100));
    assert_eq!(settings.offline_limits.credit_max, Money::minor(50_000));
    let before = settings.clone();
    settings.set_currency(Currency::from_code("DKK").unwrap());
    assert_eq!(settings, before);
}

#[test]
fn every_known_country_has_settings_that_survive_the_wire() {
    for country in known_countries() {
        let settings = settings(country);
        assert!(
            settings
                .tenders
                .iter()
                .any(|tender| tender.kind == TenderKind::Cash)
        );
        assert!(settings.forgiveness_max.is_positive());
        let text = serde_json::to_string(&settings).unwrap();
        assert_eq!(
            serde_json::from_str::<HubSettings>(&text).unwrap(),
            settings
        );
    }
}

#[test]
fn a_country_that_nobody_looked_at_is_said_to_be_unknown() {
    let nowhere = Country::from_code("ZZ").unwrap();
    let answer = HubSettings::for_country(HubId::from_uuid(uuid::Uuid::nil()), "", nowhere);
    assert_eq!(answer.unwrap_err(), NoDefaults(nowhere));
}

#[test]
fn no_real_sale_where_the_law_demands_more_than_this_till_can() {
    for country in [
        Country::DE,
        Country::IT,
        Country::PT,
        Country::ES,
        Country::AT,
    ] {
        let refusal = country_supported_for_real_use(country).unwrap_err();
        assert_eq!(refusal.country, country);
    }
    for country in [
        Country::FR,
        Country::BE,
        Country::AU,
        Country::GB,
        Country::NL,
        Country::CH,
    ] {
        assert_eq!(country_supported_for_real_use(country), Ok(()), "{country}");
    }
}
