//! Keeps the finder's tables in step with the rows that they point to.

use comptoir_domain::barcode::normalised_code;
use comptoir_domain::catalogue::{Product, Variant};
use comptoir_domain::price::PriceRule;
use comptoir_sync::feed::EntityKind;
use rusqlite::{Connection, OptionalExtension, Transaction, params};

use super::fold::{fold, fold_code};
use crate::error::TillError;
use crate::feed;

/// Notes a changed row, or one that is gone, in the finder's tables. Says whether words changed.
///
/// A body that this version cannot read is treated as gone: it cannot be sold, and delays nothing.
pub(crate) fn index_row(
    transaction: &Transaction<'_>,
    kind: &str,
    id: &str,
    body: Option<&str>,
) -> Result<bool, TillError> {
    match kind {
        EntityKind::VARIANT => {
            let variant = body.and_then(|body| serde_json::from_str::<Variant>(body).ok());
            match variant {
                Some(variant) => index_variant(transaction, id, &variant),
                None => forget_variant(transaction, id),
            }
        }
        EntityKind::PRODUCT => index_variants_of(transaction, id),
        EntityKind::PRICE_RULE => {
            let rule = body.and_then(|body| serde_json::from_str::<PriceRule>(body).ok());
            index_rule(transaction, id, rule.as_ref())?;
            Ok(false)
        }
        _ => Ok(false),
    }
}

/// Notes a row of the first load: like [`index_row`], but without its words, which
/// [`index_words`] takes in all at once when every row is there. That takes far less time than row by row.
pub(crate) fn index_first(
    transaction: &Transaction<'_>,
    kind: &str,
    id: &str,
    body: &str,
) -> Result<(), TillError> {
    if kind != EntityKind::VARIANT {
        return index_row(transaction, kind, id, Some(body)).map(|_| ());
    }
    let Ok(variant) = serde_json::from_str::<Variant>(body) else {
        return Ok(());
    };
    let product = product_of(transaction, &variant)?;
    insert_row(transaction, id, &Entry::new(&variant, product.as_ref()))?;
    let mut statement = transaction
        .prepare_cached("INSERT OR IGNORE INTO barcode (code, variant) VALUES (?1, ?2)")?;
    for code in codes_of(&variant) {
        statement.execute([code.as_str(), id])?;
    }
    Ok(())
}

/// Builds the word index of all rows anew.
pub(crate) fn index_words(transaction: &Transaction<'_>) -> Result<(), TillError> {
    transaction.execute("INSERT INTO search (search) VALUES ('rebuild')", [])?;
    Ok(())
}

/// Whether a kind of row is part of what products are found by and cost.
pub(crate) fn is_catalogue(kind: &str) -> bool {
    matches!(
        kind,
        EntityKind::VARIANT | EntityKind::PRODUCT | EntityKind::PRICE_RULE | EntityKind::SETTINGS
    )
}

/// The texts of a row of the finder.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Entry {
    product: String,
    name: String,
    code: String,
    category: String,
    shelf: String,
    listed: bool,
}

impl Entry {
    fn new(variant: &Variant, product: Option<&Product>) -> Entry {
        let category = product
            .and_then(|product| product.category.as_deref())
            .unwrap_or_default();
        Entry {
            product: variant.product.to_string(),
            name: searched_name(variant, product),
            code: fold_code(&variant.code),
            category: fold(category),
            shelf: shelf_of(category).to_owned(),
            listed: variant.active && variant.counter && variant.searchable,
        }
    }
}

/// The variant's name, and the product's where it says more.
fn searched_name(variant: &Variant, product: Option<&Product>) -> String {
    let name = fold(&variant.name);
    match product.map(|product| fold(&product.name)) {
        Some(product) if !product.is_empty() && !name.contains(&product) => {
            format!("{product} {name}")
        }
        _ => name,
    }
}

/// The outermost part of a category's path.
pub(super) fn shelf_of(category: &str) -> &str {
    category.split('/').next().unwrap_or_default().trim()
}

fn index_variant(
    transaction: &Transaction<'_>,
    id: &str,
    variant: &Variant,
) -> Result<bool, TillError> {
    let product = product_of(transaction, variant)?;
    let fresh = Entry::new(variant, product.as_ref());
    index_codes(transaction, id, variant)?;
    let Some((number, known)) = stored(transaction, id)? else {
        insert(transaction, id, &fresh)?;
        return Ok(true);
    };
    if known == fresh {
        // Most changes are prices: the words stay.
        return Ok(false);
    }
    unsearch(transaction, number, &known)?;
    transaction
        .prepare_cached(
            "UPDATE catalogue_row SET product = ?2, name = ?3, code = ?4, category = ?5,
                 shelf = ?6, listed = ?7 WHERE number = ?1",
        )?
        .execute(params![
            number,
            fresh.product,
            fresh.name,
            fresh.code,
            fresh.category,
            fresh.shelf,
            fresh.listed,
        ])?;
    search(transaction, number, &fresh)?;
    Ok(true)
}

fn product_of(connection: &Connection, variant: &Variant) -> Result<Option<Product>, TillError> {
    let id = variant.product.to_string();
    feed::entity(connection, EntityKind::PRODUCT, &id).or_else(ignore_unreadable)
}

/// A product that this version cannot read leaves its variants without a category, and sellable.
fn ignore_unreadable<T>(error: TillError) -> Result<Option<T>, TillError> {
    match error {
        TillError::Stored { .. } => Ok(None),
        other => Err(other),
    }
}

fn insert(transaction: &Transaction<'_>, id: &str, entry: &Entry) -> Result<(), TillError> {
    insert_row(transaction, id, entry)?;
    search(transaction, transaction.last_insert_rowid(), entry)
}

/// A row that is there already stays as it is.
fn insert_row(transaction: &Transaction<'_>, id: &str, entry: &Entry) -> Result<(), TillError> {
    transaction
        .prepare_cached(
            "INSERT OR IGNORE INTO catalogue_row
                 (variant, product, name, code, category, shelf, listed)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?
        .execute(params![
            id,
            entry.product,
            entry.name,
            entry.code,
            entry.category,
            entry.shelf,
            entry.listed,
        ])?;
    Ok(())
}

fn search(transaction: &Transaction<'_>, number: i64, entry: &Entry) -> Result<(), TillError> {
    transaction
        .prepare_cached("INSERT INTO search (rowid, name, code, category) VALUES (?1, ?2, ?3, ?4)")?
        .execute(params![number, entry.name, entry.code, entry.category])?;
    Ok(())
}

/// Takes words out of the index, which has to be told what it held.
fn unsearch(transaction: &Transaction<'_>, number: i64, entry: &Entry) -> Result<(), TillError> {
    transaction
        .prepare_cached(
            "INSERT INTO search (search, rowid, name, code, category)
             VALUES ('delete', ?1, ?2, ?3, ?4)",
        )?
        .execute(params![number, entry.name, entry.code, entry.category])?;
    Ok(())
}

fn forget_variant(transaction: &Transaction<'_>, id: &str) -> Result<bool, TillError> {
    transaction
        .prepare_cached("DELETE FROM barcode WHERE variant = ?1")?
        .execute([id])?;
    let Some((number, known)) = stored(transaction, id)? else {
        return Ok(false);
    };
    unsearch(transaction, number, &known)?;
    transaction
        .prepare_cached("DELETE FROM catalogue_row WHERE number = ?1")?
        .execute([number])?;
    Ok(true)
}

fn index_codes(
    transaction: &Transaction<'_>,
    id: &str,
    variant: &Variant,
) -> Result<(), TillError> {
    let mut codes: Vec<String> = codes_of(variant).collect();
    codes.sort();
    codes.dedup();
    let known: Vec<String> = transaction
        .prepare_cached("SELECT code FROM barcode WHERE variant = ?1 ORDER BY code")?
        .query_map([id], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    if known == codes {
        return Ok(());
    }
    transaction
        .prepare_cached("DELETE FROM barcode WHERE variant = ?1")?
        .execute([id])?;
    let mut statement =
        transaction.prepare_cached("INSERT INTO barcode (code, variant) VALUES (?1, ?2)")?;
    for code in &codes {
        statement.execute([code, id])?;
    }
    Ok(())
}

/// Every code that a variant may be scanned or typed by, as they are looked up.
pub(super) fn codes_of(variant: &Variant) -> impl Iterator<Item = String> {
    variant
        .barcodes
        .iter()
        .chain([&variant.code])
        .map(|code| normalised_code(code))
        .filter(|code| !code.is_empty())
}

fn index_variants_of(transaction: &Transaction<'_>, product: &str) -> Result<bool, TillError> {
    let variants: Vec<String> = transaction
        .prepare_cached("SELECT variant FROM catalogue_row WHERE product = ?1")?
        .query_map([product], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    let mut changed = false;
    for id in variants {
        let variant: Option<Variant> =
            feed::entity(transaction, EntityKind::VARIANT, &id).or_else(ignore_unreadable)?;
        if let Some(variant) = variant {
            changed |= index_variant(transaction, &id, &variant)?;
        }
    }
    Ok(changed)
}

fn index_rule(
    transaction: &Transaction<'_>,
    id: &str,
    rule: Option<&PriceRule>,
) -> Result<(), TillError> {
    match rule {
        Some(rule) => transaction
            .prepare_cached(
                "INSERT INTO price_rule_row (rule, variant) VALUES (?1, ?2)
                 ON CONFLICT (rule) DO UPDATE SET variant = excluded.variant",
            )?
            .execute([id, &rule.variant.to_string()])?,
        None => transaction
            .prepare_cached("DELETE FROM price_rule_row WHERE rule = ?1")?
            .execute([id])?,
    };
    Ok(())
}

fn stored(connection: &Connection, id: &str) -> Result<Option<(i64, Entry)>, TillError> {
    let mut statement = connection.prepare_cached(
        "SELECT number, product, name, code, category, shelf, listed FROM catalogue_row
         WHERE variant = ?1",
    )?;
    Ok(statement
        .query_row([id], |row| {
            let entry = Entry {
                product: row.get(1)?,
                name: row.get(2)?,
                code: row.get(3)?,
                category: row.get(4)?,
                shelf: row.get(5)?,
                listed: row.get(6)?,
            };
            Ok((row.get(0)?, entry))
        })
        .optional()?)
}
