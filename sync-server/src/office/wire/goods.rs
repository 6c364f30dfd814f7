//! Products and variants.

use comptoir_domain::quantity::Unit;
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// Which variants are listed. Sorts by `name`, `code`, `category`, `price`, `onHand` or `available`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", default)]
pub struct ProductFilter {
    /// Every word is in name, code, barcode, category or supplier.
    pub search: Option<String>,
    pub category: Option<String>,
    /// Active ones where it is not said.
    #[param(inline)]
    pub show: Option<ProductShow>,
    #[param(inline)]
    pub stock: Option<StockFilter>,
    /// Stock at this place; all places together where it is not said.
    pub place: Option<Uuid>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum ProductShow {
    Active,
    Inactive,
    All,
    /// Sold at the counter.
    Counter,
    /// Offered online.
    Shop,
    /// Active and without a price: it cannot be sold.
    NoPrice,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum StockFilter {
    /// Between nothing and five are left to promise.
    Low,
    /// Nothing, or less, is left to promise.
    Out,
    /// Less than nothing is there.
    Negative,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProductList {
    pub rows: Vec<ProductRow>,
    pub total: usize,
    /// All categories there are, for the filter.
    pub categories: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProductRow {
    pub variant: Uuid,
    pub code: String,
    pub name: String,
    pub category: Option<String>,
    pub supplier: Option<String>,
    #[schema(value_type = String)]
    pub unit: Unit,
    pub price: Option<i64>,
    pub tax_class: String,
    pub counter: bool,
    pub shop: bool,
    pub active: bool,
    pub tracks_stock: bool,
    pub on_hand: i64,
    pub reserved: i64,
    pub available: i64,
}

/// One variant with its product's texts and its stock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProductView {
    pub variant: Uuid,
    /// What was seen of the variant and its product, to be sent with a change.
    pub seen: u64,
    pub fields: ProductFields,
    /// Goods, a service, or a bundle of others: `goods`, `service`, `bundle`.
    pub kind: String,
    /// Other variants of the same product, which share its texts.
    pub siblings: Vec<ProductName>,
    /// The tax classes that the hub knows.
    pub tax_classes: Vec<String>,
    pub stock: Vec<StockView>,
    /// Orders that wait for it.
    pub reservations: Vec<ReservationView>,
    pub image: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProductName {
    pub variant: Uuid,
    pub code: String,
    pub name: String,
}

/// What people may say of a product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ProductFields {
    /// The hub's own article code, unique.
    pub code: String,
    /// As the receipt prints it.
    pub name: String,
    pub product_name: String,
    #[schema(value_type = String)]
    pub unit: Unit,
    pub price: Option<i64>,
    pub tax_class: String,
    pub barcodes: Vec<String>,
    pub tracks_stock: bool,
    pub searchable: bool,
    pub counter: bool,
    pub shop: bool,
    pub active: bool,
    pub category: Option<String>,
    pub supplier: Option<String>,
    pub description: Option<String>,
    pub ingredients: Option<String>,
    pub allergens: Option<String>,
    pub origin: Option<String>,
    pub storage: Option<String>,
}

/// Makes a product, or changes one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SaveProduct {
    pub action: Uuid,
    /// What was seen of it; none for a new one.
    #[serde(default)]
    pub seen: Option<u64>,
    pub fields: ProductFields,
}

/// The stock at one place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct StockView {
    pub place: Uuid,
    pub place_name: String,
    pub on_hand: i64,
    pub reserved: i64,
    /// What can still be promised.
    pub available: i64,
}

/// An order that goods are kept for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReservationView {
    pub order: Uuid,
    pub number: String,
    pub customer: Option<String>,
    pub place: Uuid,
    pub quantity: i64,
}
