//! What a hub decides about itself once: who it is, its money, its tax, how it works. One value, in
//! the feed, the same on every till.

mod country_defaults;

use serde::{Deserialize, Serialize};

use crate::barcode::{InStoreLayout, in_store_presets};
use crate::country::{Country, Currency, Language, country_facts};
use crate::ids::{HubId, LocationId};
use crate::money::Money;
use crate::price::CustomerClass;
use crate::staff::RoleLimits;
use crate::tax::{TaxMode, TaxRateRow};
use crate::tender::{CashRounding, Tender, cash_rounding_of, default_tenders};
use crate::time::Zone;

pub use country_defaults::{
    FiscalRequirement, UnsupportedCountry, country_supported_for_real_use, default_tax_rates,
};

/// The settings of a hub.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
pub struct HubSettings {
    pub hub: HubId,
    /// The name over the door.
    pub name: String,
    pub legal: LegalIdentity,
    pub country: Country,
    pub currency: Currency,
    #[ts(type = "string")]
    pub zone: Zone,
    /// The languages of documents and screens, the usual one first.
    pub languages: Vec<Language>,
    pub tax_mode: TaxMode,
    pub tax_rates: Vec<TaxRateRow>,
    /// When the trading day ends, in minutes after midnight local time.
    pub day_ends_at_minutes: u16,
    /// How the cash part of a bill is rounded; not at all where `None`.
    #[serde(default)]
    pub cash_rounding: Option<CashRounding>,
    pub tenders: Vec<Tender>,
    pub in_store_layouts: Vec<InStoreLayout>,
    pub receipt: ReceiptSettings,
    pub locations: Vec<Location>,
    /// How far a cashier may go below the shelf price alone.
    pub role_limits: RoleLimits,
    /// The rest of a bill that may be forgiven at the counter.
    pub forgiveness_max: Money,
    /// The most that is given back in cash of money that was paid online, for one order.
    pub online_cash_back_max: Money,
    pub offline_limits: OfflineLimits,
    /// How far customers of a class may buy on account; nobody may where the list is empty.
    #[serde(default)]
    pub on_account_limits: Vec<OnAccountLimit>,
    /// Whether the till itself may compute a price from a connected scale's weight. It makes the till
    /// part of a measuring instrument that the authorities approve, so it is off at first.
    #[serde(default)]
    pub computes_price_from_scale: bool,
}

/// How far customers of a class may buy now and pay later.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
pub struct OnAccountLimit {
    pub class: CustomerClass,
    pub limit: Money,
}

/// Who the seller is before the law, as documents print it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
pub struct LegalIdentity {
    /// The registered name, where it is not the name over the door.
    #[serde(default)]
    pub legal_name: Option<String>,
    #[serde(default)]
    pub address_lines: Vec<String>,
    /// SIRET, company number, ABN.
    #[serde(default)]
    pub registration_number: Option<String>,
    #[serde(default)]
    pub vat_number: Option<String>,
    #[serde(default)]
    pub phone: Option<String>,
    #[serde(default)]
    pub email: Option<String>,
    #[serde(default)]
    pub website: Option<String>,
}

/// A place with its own stock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
pub struct Location {
    pub id: LocationId,
    pub name: String,
    pub active: bool,
}

/// Whether a receipt is printed without being asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ts_rs::TS)]
#[serde(rename_all = "snake_case")]
pub enum ReceiptPrinting {
    Always,
    OnRequest,
}

/// What a receipt says above and below the sale, and whether it is printed by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
pub struct ReceiptSettings {
    #[serde(default)]
    pub header_lines: Vec<String>,
    #[serde(default)]
    pub footer_lines: Vec<String>,
    pub print_default: ReceiptPrinting,
    /// Whether a class price is printed under the class's name, or under a neutral one.
    pub names_customer_classes: bool,
}

/// How far a till trusts the balances that it last heard of while the server is away. A manager may
/// go beyond; spending more than there was opens a problem.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
pub struct OfflineLimits {
    /// The most that is taken from one credit account.
    pub credit_max: Money,
    /// The most that is taken from one voucher.
    pub voucher_max: Money,
    /// The most that is put on one customer's account.
    pub on_account_max: Money,
    /// How old the copy of the balances may be, in hours.
    pub copy_age_max_hours: u32,
}

impl OfflineLimits {
    /// So many whole units of the currency for each, and three days.
    const fn of(amount: Money) -> OfflineLimits {
        OfflineLimits {
            credit_max: amount,
            voucher_max: amount,
            on_account_max: amount,
            copy_age_max_hours: 72,
        }
    }
}

/// The amounts that a hub begins with, in its currency.
struct Amounts {
    role_limits: RoleLimits,
    forgiveness_max: Money,
    online_cash_back_max: Money,
    offline_limits: OfflineLimits,
}

impl Amounts {
    fn usual(currency: &Currency) -> Amounts {
        let scale = country_defaults::money_scale(currency);
        Amounts {
            role_limits: RoleLimits {
                discount_max_ppm: 100_000,
                discount_max_amount: Money::minor(10 * scale),
            },
            forgiveness_max: Money::minor(scale / 10),
            online_cash_back_max: Money::minor(50 * scale),
            offline_limits: OfflineLimits::of(Money::minor(50 * scale)),
        }
    }
}

/// A country for which the domain has no defaults: everything would have to be entered by hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("there are no defaults for {0}")]
pub struct NoDefaults(pub Country);

impl HubSettings {
    /// The settings that a new hub starts with in a country: its currency, zone, languages, tax
    /// rates, rounding, labels and habits. Locations and the legal identity are still to be entered.
    /// Where the tax rates of a country are not known the table is empty, and nothing can be sold
    /// until somebody enters them.
    ///
    /// Whether the hub may sell for real there is [`country_supported_for_real_use`].
    pub fn for_country(
        hub: HubId,
        name: impl Into<String>,
        country: Country,
    ) -> Result<HubSettings, NoDefaults> {
        let facts = country_facts(country).ok_or(NoDefaults(country))?;
        let currency = Currency::from_code(facts.currency).map_err(|_| NoDefaults(country))?;
        let zone = facts.zone.parse().map_err(|_| NoDefaults(country))?;
        let amounts = Amounts::usual(&currency);
        Ok(HubSettings {
            hub,
            name: name.into(),
            legal: LegalIdentity::default(),
            country,
            zone,
            languages: facts
                .languages
                .iter()
                .map(|tag| Language::new(*tag))
                .collect(),
            tax_mode: TaxMode::Inclusive,
            tax_rates: default_tax_rates(country),
            day_ends_at_minutes: 0,
            cash_rounding: cash_rounding_of(country),
            tenders: default_tenders(country),
            in_store_layouts: layouts_for(country, &currency),
            receipt: ReceiptSettings {
                header_lines: Vec::new(),
                footer_lines: Vec::new(),
                print_default: country_defaults::receipt_printing(country),
                names_customer_classes: true,
            },
            locations: Vec::new(),
            role_limits: amounts.role_limits,
            forgiveness_max: amounts.forgiveness_max,
            online_cash_back_max: amounts.online_cash_back_max,
            offline_limits: amounts.offline_limits,
            on_account_limits: Vec::new(),
            computes_price_from_scale: false,
            currency,
        })
    }

    /// Sells in another currency than the country's own: limits begin with the usual amounts of that
    /// currency, and cash is paid to its smallest unit.
    pub fn set_currency(&mut self, currency: Currency) {
        if currency == self.currency {
            return;
        }
        let amounts = Amounts::usual(&currency);
        self.role_limits = amounts.role_limits;
        self.forgiveness_max = amounts.forgiveness_max;
        self.online_cash_back_max = amounts.online_cash_back_max;
        self.offline_limits = amounts.offline_limits;
        self.cash_rounding = None;
        for layout in &mut self.in_store_layouts {
            layout.currency_decimals = currency.decimals;
        }
        self.currency = currency;
    }

    /// The tender of an id.
    pub fn tender(&self, id: &crate::tender::TenderId) -> Option<&Tender> {
        self.tenders.iter().find(|tender| tender.id == *id)
    }
}

fn layouts_for(country: Country, currency: &Currency) -> Vec<InStoreLayout> {
    let mut layouts = in_store_presets(country);
    for layout in &mut layouts {
        layout.currency_decimals = currency.decimals;
    }
    layouts
}

#[cfg(test)]
mod tests;
