//! Products as the finder shows them.

use comptoir_domain::ids::VariantId;
use comptoir_domain::money::Money;
use comptoir_domain::quantity::{Quantity, Unit};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// One product to touch: a tile or a search result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ProductCard {
    pub variant: VariantId,
    /// The product's code, as it is typed.
    pub code: String,
    pub name: String,
    /// What tells this variant from the product's others ("500 g"), if anything does.
    pub detail: Option<String>,
    pub category: Option<String>,
    pub unit: Unit,
    /// For one unit; none where the product has no price and cannot be sold.
    pub price: Option<Money>,
    /// What can be promised here now; none where stock is not kept.
    pub available: Option<Quantity>,
    /// An id for `picture_get`.
    pub picture: Option<String>,
    /// `#rrggbb`, for a tile without a picture.
    pub colour: Option<String>,
}

/// One category button.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CategoryView {
    pub id: String,
    pub name: String,
    pub colour: Option<String>,
    /// How many products it shows.
    #[ts(type = "number")]
    pub count: u32,
}

/// The finder before anything is typed: category buttons and the hub's favourites. Fetched again
/// when [`super::TillView::catalogue_revision`] changes, so that a scan does not carry it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TilesView {
    pub categories: Vec<CategoryView>,
    /// In the hub's order, or the most sold first where the hub has chosen none.
    pub favourites: Vec<ProductCard>,
}

/// Products found, best first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SearchResults {
    /// The text that was searched for, so that a late answer is told from the present one.
    pub text: String,
    pub products: Vec<ProductCard>,
    /// Whether there were more than the limit asked for.
    pub more: bool,
}

/// A product's picture.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Picture {
    /// `image/png`, `image/svg+xml`, …
    pub media_type: String,
    pub base64: String,
}
