//! Products as the screen shows them: cards, categories, favourites.

use comptoir_domain::catalogue::Variant;
use comptoir_domain::ids::{LocationId, ProductId};
use comptoir_domain::quantity::Quantity;
use comptoir_domain::stock::StockLevel;
use comptoir_sync::feed::EntityKind;
use rusqlite::{Connection, Row, params};
use serde::Deserialize;

use super::index::shelf_of;
use super::lookup::{Buyer, priced_by, priced_shown};
use super::search::ROWS_SHOWN_MAX;
use crate::error::TillError;
use crate::feed::Shown;
use crate::store::states::stock_shown;
use crate::wire::{CategoryView, ProductCard, SearchResults, TilesView};

/// How many favourites there are at most: what fits on a screen without scrolling far.
const FAVOURITES_MAX: usize = 40;

/// What of a product's texts a card shows.
#[derive(Debug, Deserialize)]
struct ProductTexts {
    id: ProductId,
    name: String,
    #[serde(default)]
    category: Option<String>,
}

/// Everything that a card is made of.
struct Parts {
    variant: Variant,
    product: Option<ProductTexts>,
    /// The stock here, where there is any.
    level: Option<StockLevel>,
    /// Whether there may be other prices than the regular one.
    has_rules: bool,
}

/// One product to touch, or `None` where the finder does not show it any more.
pub(super) fn card(
    shown: &Shown<'_>,
    variant: &str,
    location: Option<LocationId>,
    buyer: Buyer<'_>,
) -> Result<Option<ProductCard>, TillError> {
    let parts = if shown.is_in_one_place() {
        parts_at_once(shown.connection, variant, location)?
    } else {
        parts_one_by_one(shown, variant, location)?
    };
    let is_shown = |parts: &Parts| {
        let variant = &parts.variant;
        variant.active && variant.counter && variant.searchable
    };
    let Some(parts) = parts.filter(is_shown) else {
        return Ok(None);
    };
    let available = location.filter(|_| parts.variant.tracks_stock).map(|_| {
        parts
            .level
            .map_or(Quantity::ZERO, |level| level.available())
    });
    let product = match parts.product {
        Some(product) if product.id == parts.variant.product => Some(product),
        // The index is a hint; the variant itself says whose it is.
        _ => product_of(shown, &parts.variant),
    };
    let priced = if parts.has_rules {
        priced_shown(shown, parts.variant, buyer)?
    } else {
        priced_by(parts.variant, &[], buyer)
    };
    let (name, detail) = title(&priced.variant, product.as_ref());
    Ok(Some(ProductCard {
        variant: priced.variant.id,
        code: priced.variant.code,
        name,
        detail,
        category: product
            .and_then(|product| product.category)
            .map(|category| shelf_of(&category).to_owned())
            .filter(|category| !category.is_empty()),
        unit: priced.variant.unit,
        price: priced.price.map(|price| price.unit_price),
        available,
        picture: priced.variant.image,
        colour: None,
    }))
}

/// The product's name and what tells this variant from the others, where the variant's name is made
/// of the two.
fn title(variant: &Variant, product: Option<&ProductTexts>) -> (String, Option<String>) {
    let rest = product.and_then(|product| {
        let rest = variant.name.strip_prefix(product.name.as_str())?;
        let rest = rest
            .trim_start_matches([' ', ',', '–', '-', '·'])
            .trim_end();
        (rest.len() < variant.name.len() && !product.name.is_empty()).then_some((product, rest))
    });
    match rest {
        Some((product, rest)) => {
            let detail = (!rest.is_empty()).then(|| rest.to_owned());
            (product.name.clone(), detail)
        }
        None => (variant.name.clone(), None),
    }
}

/// While a large change is being moved, every row has to be looked for in two places.
fn parts_one_by_one(
    shown: &Shown<'_>,
    variant: &str,
    location: Option<LocationId>,
) -> Result<Option<Parts>, TillError> {
    let variant = match shown.entity::<Variant>(EntityKind::VARIANT, variant) {
        Ok(Some(variant)) => variant,
        // A row of a newer version is not shown and hides no other.
        Ok(None) | Err(TillError::Stored { .. }) => return Ok(None),
        Err(error) => return Err(error),
    };
    let level = match location.filter(|_| variant.tracks_stock) {
        Some(location) => stock_shown(shown, variant.id, location)?,
        None => None,
    };
    Ok(Some(Parts {
        product: product_of(shown, &variant),
        variant,
        level,
        has_rules: true,
    }))
}

fn product_of(shown: &Shown<'_>, variant: &Variant) -> Option<ProductTexts> {
    shown
        .entity(EntityKind::PRODUCT, &variant.product.to_string())
        .unwrap_or_default()
}

/// The same in one statement, since a search shows many cards at each key press.
fn parts_at_once(
    connection: &Connection,
    variant: &str,
    location: Option<LocationId>,
) -> Result<Option<Parts>, TillError> {
    let mut statement = connection.prepare_cached(
        "SELECT variant.body, product.body, coalesce(own.body, level.body),
                EXISTS (SELECT 1 FROM price_rule_row WHERE variant = ?1)
         FROM entity AS variant
         LEFT JOIN catalogue_row AS row ON row.variant = ?1
         LEFT JOIN entity AS product ON product.kind = ?3 AND product.id = row.product
         LEFT JOIN own_state AS own ON own.kind = ?4 AND own.id = ?5
         LEFT JOIN entity AS level ON level.kind = ?4 AND level.id = ?5
         WHERE variant.kind = ?2 AND variant.id = ?1",
    )?;
    let level_id = location.map(|location| format!("{variant}:{location}"));
    let mut rows = statement.query(params![
        variant,
        EntityKind::VARIANT,
        EntityKind::PRODUCT,
        EntityKind::STOCK,
        level_id,
    ])?;
    let Some(row) = rows.next()? else {
        return Ok(None);
    };
    // A row of a newer version is not shown and hides no other.
    let Ok(variant) = serde_json::from_str(text(row, 0)?.unwrap_or_default()) else {
        return Ok(None);
    };
    let product = text(row, 1)?.and_then(|body| serde_json::from_str(body).ok());
    let level = text(row, 2)?.map(serde_json::from_str).transpose();
    let stored = |error| TillError::Stored {
        what: EntityKind::STOCK,
        error,
    };
    Ok(Some(Parts {
        variant,
        product,
        level: level.map_err(stored)?,
        has_rules: row.get(3)?,
    }))
}

fn text<'r>(row: &'r Row<'_>, column: usize) -> rusqlite::Result<Option<&'r str>> {
    Ok(row.get_ref(column)?.as_str_or_null()?)
}

/// The finder before anything is typed.
pub fn tiles(
    connection: &Connection,
    location: Option<LocationId>,
    buyer: Buyer<'_>,
) -> Result<TilesView, TillError> {
    let reading = connection.unchecked_transaction()?;
    Ok(TilesView {
        categories: categories(&reading)?,
        favourites: favourites(&Shown::now(&reading)?, location, buyer)?,
    })
}

fn categories(connection: &Connection) -> Result<Vec<CategoryView>, TillError> {
    let mut statement = connection.prepare_cached(
        "SELECT shelf, count(*) FROM catalogue_row WHERE listed = 1 AND shelf <> ''
         GROUP BY shelf ORDER BY shelf",
    )?;
    let categories = statement.query_map([], |row| {
        let name: String = row.get(0)?;
        Ok(CategoryView {
            id: name.clone(),
            name,
            colour: None,
            count: row.get(1)?,
        })
    })?;
    Ok(categories.collect::<Result<_, _>>()?)
}

/// The most sold first; as long as little was sold, filled up by name so that the screen is not
/// empty on the first day.
fn favourites(
    shown: &Shown<'_>,
    location: Option<LocationId>,
    buyer: Buyer<'_>,
) -> Result<Vec<ProductCard>, TillError> {
    let sold = variants(
        shown.connection,
        "SELECT variant FROM catalogue_row WHERE uses > 0 ORDER BY uses DESC LIMIT ?1",
    )?;
    let by_name = variants(
        shown.connection,
        "SELECT variant FROM catalogue_row WHERE listed = 1 ORDER BY name, number LIMIT ?1",
    )?;
    let mut cards: Vec<ProductCard> = Vec::new();
    for id in sold
        .iter()
        .chain(by_name.iter().filter(|id| !sold.contains(id)))
    {
        if cards.len() == FAVOURITES_MAX {
            break;
        }
        cards.extend(card(shown, id, location, buyer)?);
    }
    Ok(cards)
}

/// Twice as many as are shown: some may not be sold any more.
fn variants(connection: &Connection, sql: &str) -> Result<Vec<String>, TillError> {
    let mut statement = connection.prepare_cached(sql)?;
    let limit = i64::try_from(2 * FAVOURITES_MAX).unwrap_or(i64::MAX);
    let ids = statement.query_map([limit], |row| row.get(0))?;
    Ok(ids.collect::<Result<_, _>>()?)
}

/// The products of a category, by name, so that a hand finds them where they were yesterday.
pub fn category_products(
    connection: &Connection,
    category: &str,
    limit: u32,
    location: Option<LocationId>,
    buyer: Buyer<'_>,
) -> Result<SearchResults, TillError> {
    let limit = usize::try_from(limit)
        .unwrap_or(ROWS_SHOWN_MAX)
        .min(ROWS_SHOWN_MAX);
    let reading = connection.unchecked_transaction()?;
    let shown = Shown::now(&reading)?;
    let ids: Vec<String> = reading
        .prepare_cached(
            "SELECT variant FROM catalogue_row WHERE listed = 1 AND shelf = ?1
             ORDER BY name, number LIMIT ?2",
        )?
        .query_map(
            params![category, i64::try_from(limit + 1).unwrap_or(i64::MAX)],
            |row| row.get(0),
        )?
        .collect::<Result<_, _>>()?;
    let mut products = Vec::new();
    for id in ids.iter().take(limit) {
        products.extend(card(&shown, id, location, buyer)?);
    }
    Ok(SearchResults {
        text: String::new(),
        products,
        more: ids.len() > limit,
    })
}
