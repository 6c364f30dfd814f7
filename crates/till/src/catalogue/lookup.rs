//! Which product a code means, and what it costs.

use comptoir_domain::barcode::{InStoreValue, LookupKey, Scan, lookup_keys};
use comptoir_domain::catalogue::{Product, Variant};
use comptoir_domain::decide::Article;
use comptoir_domain::ids::{ProductId, VariantId};
use comptoir_domain::money::Money;
use comptoir_domain::price::{CustomerClass, PriceQuery, PriceRule, WinningPrice, winning_price};
use comptoir_domain::time::Timestamp;
use comptoir_sync::feed::EntityKind;
use rusqlite::{Connection, OptionalExtension};

use super::fold::fold_code;
use super::index::codes_of;
use crate::error::TillError;
use crate::feed::{self, Shown};

/// Who buys and when, as far as it bears on the price.
#[derive(Debug, Clone, Copy)]
pub struct Buyer<'a> {
    /// The classes in which the customer has been approved.
    pub classes: &'a [CustomerClass],
    /// The codes that were presented for this order.
    pub codes: &'a [String],
    pub now: Timestamp,
}

impl Buyer<'_> {
    /// Somebody unknown, at a moment.
    pub const fn anybody(now: Timestamp) -> Buyer<'static> {
        Buyer {
            classes: &[],
            codes: &[],
            now,
        }
    }
}

/// A variant with the price that won.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Priced {
    pub variant: Variant,
    /// None where it has no price and cannot be sold.
    pub price: Option<WinningPrice>,
}

impl Priced {
    /// The same for the rules of the order. `label_total` is what a price label states; `measured`
    /// says that the quantity came from a label or scale.
    pub const fn article(&self, label_total: Option<Money>, measured: bool) -> Article<'_> {
        Article {
            variant: &self.variant,
            price: self.price.as_ref(),
            label_total,
            measured,
        }
    }
}

/// What a code means: a variant, and what the shop's own label says of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scanned {
    pub variant: Variant,
    pub value: Option<InStoreValue>,
}

/// A variant by its id; for an id that this till made before it joined a hub, the hub's variant.
pub fn variant(connection: &Connection, id: VariantId) -> Result<Option<Variant>, TillError> {
    let found = feed::entity(connection, EntityKind::VARIANT, &id.to_string())?;
    if found.is_some() {
        return Ok(found);
    }
    match hub_variant(connection, id)? {
        Some(hub) => feed::entity(connection, EntityKind::VARIANT, &hub.to_string()),
        None => Ok(None),
    }
}

/// The hub's id of a variant that this till made while it worked alone.
pub fn hub_variant(
    connection: &Connection,
    local: VariantId,
) -> Result<Option<VariantId>, TillError> {
    let mut statement =
        connection.prepare_cached("SELECT variant_hub FROM alias WHERE variant_local = ?1")?;
    Ok(statement
        .query_row([local.to_string()], |row| crate::store::text_column(row, 0))
        .optional()?)
}

/// A product's texts.
pub fn product(connection: &Connection, id: ProductId) -> Result<Option<Product>, TillError> {
    feed::entity(connection, EntityKind::PRODUCT, &id.to_string())
}

/// The variant that a scan means: under the exact code first, then as one of the shop's own labels.
/// A typed code is found without its capitals and dashes too.
pub fn find_scanned(connection: &Connection, scan: &Scan) -> Result<Option<Scanned>, TillError> {
    for key in lookup_keys(scan) {
        if let Some(variant) = find_key(connection, &key)? {
            let value = key.value;
            return Ok(Some(Scanned { variant, value }));
        }
    }
    let typed = find_typed(connection, &scan.text)?;
    Ok(typed.map(|variant| Scanned {
        variant,
        value: None,
    }))
}

fn find_key(connection: &Connection, key: &LookupKey) -> Result<Option<Variant>, TillError> {
    let ids: Vec<String> = connection
        .prepare_cached("SELECT variant FROM barcode WHERE code = ?1 ORDER BY variant LIMIT 20")?
        .query_map([&key.code], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    let named = |variant: &Variant| codes_of(variant).any(|code| code == key.code);
    first_of(connection, &ids, named)
}

fn find_typed(connection: &Connection, text: &str) -> Result<Option<Variant>, TillError> {
    let folded = fold_code(text);
    if folded.is_empty() {
        return Ok(None);
    }
    let ids: Vec<String> = connection
        .prepare_cached(
            "SELECT variant FROM catalogue_row WHERE code = ?1 ORDER BY variant LIMIT 20",
        )?
        .query_map([&folded], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    first_of(connection, &ids, |variant| {
        fold_code(&variant.code) == folded
    })
}

/// The first that still has the code and is sold here, else the first that still has it. The index
/// may be a moment behind or ahead; the variant itself decides.
fn first_of(
    connection: &Connection,
    ids: &[String],
    named: impl Fn(&Variant) -> bool,
) -> Result<Option<Variant>, TillError> {
    let mut unsold = None;
    for id in ids {
        let variant: Option<Variant> = feed::entity(connection, EntityKind::VARIANT, id)?;
        let Some(variant) = variant.filter(&named) else {
            continue;
        };
        if variant.active && variant.counter {
            return Ok(Some(variant));
        }
        unsold.get_or_insert(variant);
    }
    Ok(unsold)
}

/// What a variant costs this buyer now.
pub fn priced(
    connection: &Connection,
    variant: Variant,
    buyer: Buyer<'_>,
) -> Result<Priced, TillError> {
    priced_shown(&Shown::now(connection)?, variant, buyer)
}

/// The same among many reads of one transaction.
pub(super) fn priced_shown(
    shown: &Shown<'_>,
    variant: Variant,
    buyer: Buyer<'_>,
) -> Result<Priced, TillError> {
    let rules = rules_of(shown, variant.id)?;
    Ok(priced_by(variant, &rules, buyer))
}

/// The same where its rules are known.
pub(super) fn priced_by(variant: Variant, rules: &[PriceRule], buyer: Buyer<'_>) -> Priced {
    let price = winning_price(&PriceQuery {
        regular: variant.price,
        rules,
        classes: buyer.classes,
        codes: buyer.codes,
        now: buyer.now,
    });
    Priced { variant, price }
}

fn rules_of(shown: &Shown<'_>, variant: VariantId) -> Result<Vec<PriceRule>, TillError> {
    let ids: Vec<String> = shown
        .connection
        .prepare_cached("SELECT rule FROM price_rule_row WHERE variant = ?1")?
        .query_map([variant.to_string()], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    let mut rules = Vec::with_capacity(ids.len());
    for id in ids {
        let rule: Option<PriceRule> = shown.entity(EntityKind::PRICE_RULE, &id)?;
        rules.extend(rule.filter(|rule| rule.variant == variant));
    }
    Ok(rules)
}
