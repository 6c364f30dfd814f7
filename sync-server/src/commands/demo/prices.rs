//! Prices of the made-up hub that not everybody gets at all times.

use chrono::{Datelike, Days, NaiveDate, NaiveTime, TimeZone, Weekday};
use comptoir_domain::catalogue::Variant;
use comptoir_domain::ids::{IdSource, PriceRuleId};
use comptoir_domain::money::Money;
use comptoir_domain::price::{CustomerClass, PriceRule, PriceRuleKind};
use comptoir_domain::settings::HubSettings;
use comptoir_domain::time::Timestamp;
use comptoir_sync::feed::EntityKind;

use super::super::desk::Desk;
use super::variant_of;
use crate::store::EntityChange;

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// The product's code, the class, the price in cents.
const CLASS_PRICES: [(&str, &str, i64); 6] = [
    ("P5", "Member", 540),
    ("P5", "Volunteer", 500),
    ("121", "Member", 175),
    ("401", "Member", 490),
    ("301", "Member", 520),
    ("807", "Volunteer", 300),
];

pub(super) fn rules(
    desk: &mut Desk,
    settings: &HubSettings,
    variants: &[Variant],
) -> anyhow::Result<Vec<EntityChange>> {
    let mut kinds: Vec<(&str, i64, PriceRuleKind)> = CLASS_PRICES
        .iter()
        .map(|(code, class, cents)| {
            let class = CustomerClass::new(*class);
            (*code, *cents, PriceRuleKind::Class { class })
        })
        .collect();
    let (from, until) = next_saturday(desk.now, settings);
    kinds.push(("P4", 280, dated("Market day", from, until)));
    let until = desk.now.plus_ms(30 * DAY_MS);
    kinds.push(("168", 190, dated("Harvest month", desk.now, until)));
    let juice_deal = PriceRuleKind::Code {
        name: "Juice deal".to_owned(),
        code: "JUICE2".to_owned(),
        from: None,
        until: None,
    };
    kinds.push(("P4", 250, juice_deal));
    let rule = |(code, cents, kind): (&str, i64, PriceRuleKind)| {
        let rule = PriceRule {
            id: PriceRuleId::from_uuid(desk.ids.next_uuid()),
            variant: variant_of(variants, code)?,
            unit_price: Money::minor(cents),
            kind,
        };
        Ok(EntityChange::put(EntityKind::PRICE_RULE, rule.id, &rule)?)
    };
    kinds.into_iter().map(rule).collect()
}

fn dated(name: &str, from: Timestamp, until: Timestamp) -> PriceRuleKind {
    PriceRuleKind::Dated {
        name: name.to_owned(),
        from: Some(from),
        until: Some(until),
    }
}

/// The first and the last moment of the Saturday after today.
fn next_saturday(now: Timestamp, settings: &HubSettings) -> (Timestamp, Timestamp) {
    let local = now.in_zone(settings.zone);
    let today = local.date_naive();
    let ahead =
        (Weekday::Sat.num_days_from_monday() + 7 - today.weekday().num_days_from_monday()) % 7;
    let days = if ahead == 0 { 7 } else { u64::from(ahead) };
    let midnight = |date: NaiveDate| {
        let found = local
            .timezone()
            .from_local_datetime(&date.and_time(NaiveTime::MIN));
        let moment = found.earliest().map(|moment| moment.timestamp_millis());
        Timestamp::from_unix_ms(moment.unwrap_or_else(|| now.unix_ms()))
    };
    let saturday = today + Days::new(days);
    (midnight(saturday), midnight(saturday + Days::new(1)))
}
