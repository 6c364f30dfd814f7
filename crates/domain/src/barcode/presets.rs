//! Layouts of weight and price labels that are usual in a country: what a new hub starts with. The
//! scale decides, so the office checks them against a real label.

use super::label::{InStoreLayout, InnerCheck, LabelContent};
use crate::country::Country;

/// A row of the tables below: prefixes, digits of the item, inner check, content, decimals.
type Row = (&'static [&'static str], u8, InnerCheck, LabelContent, u8);

const GERMANY: &[Row] = &[
    (
        &["22", "23"],
        4,
        InnerCheck::FiveDigits,
        LabelContent::Price,
        2,
    ),
    (
        &["25", "26"],
        4,
        InnerCheck::FiveDigits,
        LabelContent::Count,
        0,
    ),
    (
        &["28", "29"],
        4,
        InnerCheck::FiveDigits,
        LabelContent::Weight,
        3,
    ),
];

const GREAT_BRITAIN: &[Row] = &[(&["20"], 5, InnerCheck::FourDigits, LabelContent::Price, 2)];

const DENMARK: &[Row] = &[
    (
        &["21", "22", "23", "24"],
        4,
        InnerCheck::None,
        LabelContent::Price,
        2,
    ),
    (&["26", "28"], 4, InnerCheck::None, LabelContent::Weight, 3),
    (&["27"], 5, InnerCheck::None, LabelContent::Weight, 3),
];

const SWEDEN_PRICES: &[Row] = &[
    (&["20"], 6, InnerCheck::None, LabelContent::Price, 2),
    (&["21"], 6, InnerCheck::None, LabelContent::Price, 1),
    (&["22"], 6, InnerCheck::None, LabelContent::Price, 0),
];

const NORTHERN_WEIGHTS: &[Row] = &[
    (&["23"], 6, InnerCheck::None, LabelContent::Weight, 3),
    (&["24"], 6, InnerCheck::None, LabelContent::Weight, 2),
    (&["25"], 6, InnerCheck::None, LabelContent::Weight, 1),
];

/// Where no rule is known: five digits of item and grams.
const PLAIN_WEIGHT: &[Row] = &[(&["26"], 5, InnerCheck::None, LabelContent::Weight, 3)];

/// The layouts that a new hub of a country starts with. Where a country has none that are agreed on
/// (France, Belgium, the Netherlands, Australia and most others), it is one layout for weight.
pub fn in_store_presets(country: Country) -> Vec<InStoreLayout> {
    let tables: &[&[Row]] = match country {
        Country::DE => &[GERMANY],
        Country::GB => &[GREAT_BRITAIN],
        Country::DK => &[DENMARK],
        Country::SE | Country::NO => &[SWEDEN_PRICES, NORTHERN_WEIGHTS],
        Country::FI | Country::EE | Country::LV | Country::LT => &[NORTHERN_WEIGHTS],
        _ => &[PLAIN_WEIGHT],
    };
    tables.iter().copied().flatten().flat_map(layouts).collect()
}

fn layouts(row: &Row) -> impl Iterator<Item = InStoreLayout> + use<> {
    let (prefixes, item_digits, inner_check, value, decimals) = *row;
    prefixes.iter().map(move |prefix| InStoreLayout {
        prefix: (*prefix).to_owned(),
        item_digits,
        inner_check,
        value,
        decimals,
        currency_decimals: 2,
    })
}
