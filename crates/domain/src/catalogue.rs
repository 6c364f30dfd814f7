//! What a hub sells: products with their texts, and variants with a price, a tax class and a stock.

use serde::{Deserialize, Serialize};

use crate::country::Country;
use crate::ids::{ProductId, VariantId};
use crate::money::Money;
use crate::quantity::{QUANTITY_LIMIT, Quantity, Unit};
use crate::tax::TaxClass;
use crate::unit_price::{Content, UnitPrice, unit_price};

/// What is sold, with the texts that its variants share.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
pub struct Product {
    pub id: ProductId,
    pub name: String,
    #[serde(default)]
    pub description: Option<String>,
    #[serde(default)]
    pub ingredients: Option<String>,
    #[serde(default)]
    pub allergens: Option<String>,
    #[serde(default)]
    pub origin: Option<String>,
    /// How to keep it: "cool, at 4 °C".
    #[serde(default)]
    pub storage: Option<String>,
    /// The category's path, outermost first, parted by `/`: "Vegetables/Roots".
    #[serde(default)]
    pub category: Option<String>,
    #[serde(default)]
    pub supplier: Option<String>,
}

/// The thing with a price and a stock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
pub struct Variant {
    pub id: VariantId,
    pub product: ProductId,
    /// The hub's own article code, unique in the hub: the key of imports.
    pub code: String,
    /// The full name, as the receipt prints it.
    pub name: String,
    /// The unit that price, quantities and stock count in.
    pub unit: Unit,
    /// The regular price for one unit; without one the variant cannot be sold.
    #[serde(default)]
    pub price: Option<Money>,
    pub tax_class: TaxClass,
    /// As printed or typed; [`crate::barcode::normalised_code`] gives the key to look them up by.
    #[serde(default)]
    pub barcodes: Vec<String>,
    /// What a pack holds, for the price per kilogram or litre.
    #[serde(default)]
    pub content: Option<Content>,
    #[serde(default)]
    pub deposit: Option<BottleDeposit>,
    pub kind: VariantKind,
    pub tracks_stock: bool,
    /// Whether the finder lists it; a barcode finds it anyway.
    pub searchable: bool,
    /// Whether it is sold at the counter.
    pub counter: bool,
    /// Whether the online shop offers it.
    pub shop: bool,
    pub active: bool,
    /// The picture's name: the SHA-256 of its bytes, see [`Picture`].
    #[serde(default)]
    pub image: Option<String>,
}

/// What a variant is made of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum VariantKind {
    /// Something to hand over.
    Goods,
    /// Nothing to hand over: a workshop seat.
    Service,
    /// Sold at a price of its own, taken from the stock of its parts (quantity for one bundle).
    Bundle { parts: Vec<(VariantId, Quantity)> },
}

/// The deposit on a bottle, jar or crate: a line of its own beside the goods.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
pub struct BottleDeposit {
    pub name: String,
    /// For one unit of the goods.
    pub amount: Money,
    pub tax: DepositTax,
}

/// How the tax law sees a bottle deposit; it differs by country.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum DepositTax {
    /// At the rate of the goods (Germany).
    SameAsGoods,
    /// Not taxed at all (Netherlands, Belgium).
    OutsideTax,
    /// At the rate of a class of its own.
    Class { class: TaxClass },
}

impl DepositTax {
    /// How the law of a country usually sees it.
    pub const fn usual_in(country: Country) -> DepositTax {
        match country {
            Country::NL | Country::BE => DepositTax::OutsideTax,
            _ => DepositTax::SameAsGoods,
        }
    }
}

/// A picture of a product, named by the SHA-256 of its bytes in hexadecimal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Picture {
    /// `image/svg+xml`, `image/png`.
    pub media_type: String,
    pub base64: String,
}

impl Variant {
    /// The price per kilogram, litre or piece to show beside the price of a pack. `None` for goods
    /// without content or price, and for loose goods, whose price is one already.
    pub fn unit_price(&self) -> Option<UnitPrice> {
        if self.unit.is_measured() {
            return None;
        }
        unit_price(self.price?, self.content?)
    }

    /// Whether stock is kept of it by itself: not of a service, and of a bundle only of its parts.
    pub fn keeps_stock(&self) -> bool {
        self.tracks_stock && matches!(self.kind, VariantKind::Goods)
    }

    /// Whether a till may put it on an order: active, for the counter and with a price.
    pub fn is_sold_at_counter(&self) -> bool {
        self.active && self.counter && self.price.is_some()
    }

    /// What leaves the stock for a quantity sold: the parts of a bundle, else the variant itself;
    /// nothing where the stock is not kept. A part whose own stock is not kept is named all the
    /// same: only its own variant knows.
    pub fn stock_taken(&self, quantity: Quantity) -> Vec<(VariantId, Quantity)> {
        match &self.kind {
            VariantKind::Bundle { parts } => parts
                .iter()
                .map(|(part, each)| (*part, times(*each, quantity)))
                .collect(),
            VariantKind::Goods | VariantKind::Service if self.tracks_stock => {
                vec![(self.id, quantity)]
            }
            VariantKind::Goods | VariantKind::Service => Vec::new(),
        }
    }
}

/// A part's quantity for so many bundles, in thousandths, rounded toward zero.
fn times(each: Quantity, bundles: Quantity) -> Quantity {
    let product = i128::from(each.in_thousandths()) * i128::from(bundles.in_thousandths()) / 1000;
    let limit = i128::from(QUANTITY_LIMIT);
    Quantity::thousandths(i64::try_from(product.clamp(-limit, limit)).unwrap_or(QUANTITY_LIMIT))
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn variant(number: u128, kind: VariantKind) -> Variant {
        Variant {
            id: VariantId::from_uuid(Uuid::from_u128(number)),
            product: ProductId::from_uuid(Uuid::nil()),
            code: number.to_string(),
            name: "Honey 500 g".to_owned(),
            unit: Unit::Each,
            price: Some(Money::minor(750)),
            tax_class: TaxClass::new("food"),
            barcodes: vec!["2000000000039".to_owned()],
            content: Some(Content {
                quantity: Quantity::pieces(500),
                unit: Unit::Gram,
            }),
            deposit: None,
            kind,
            tracks_stock: true,
            searchable: true,
            counter: true,
            shop: false,
            active: true,
            image: None,
        }
    }

    #[test]
    fn a_pack_shows_its_price_by_the_kilogram_and_loose_goods_do_not() {
        let honey = variant(1, VariantKind::Goods);
        let shown = honey.unit_price().unwrap();
        assert_eq!(
            (shown.per, shown.price),
            (Unit::Kilogram, Money::minor(1500))
        );
        let loose = Variant {
            unit: Unit::Kilogram,
            ..honey
        };
        assert_eq!(loose.unit_price(), None);
    }

    #[test]
    fn only_what_has_a_price_is_sold() {
        let honey = variant(1, VariantKind::Goods);
        assert!(honey.is_sold_at_counter());
        for change in [
            |variant: &mut Variant| variant.price = None,
            |variant: &mut Variant| variant.active = false,
            |variant: &mut Variant| variant.counter = false,
        ] {
            let mut changed = honey.clone();
            change(&mut changed);
            assert!(!changed.is_sold_at_counter());
        }
    }

    #[test]
    fn a_bundle_takes_its_parts_from_the_stock() {
        let part = |number, thousandths| {
            let id = VariantId::from_uuid(Uuid::from_u128(number));
            (id, Quantity::thousandths(thousandths))
        };
        let parts = vec![part(1, 2000), part(2, 1000), part(4, 500)];
        let veg_box = variant(6, VariantKind::Bundle { parts });
        assert_eq!(
            veg_box.stock_taken(Quantity::pieces(3)),
            [part(1, 6000), part(2, 3000), part(4, 1500)]
        );
        let honey = variant(3, VariantKind::Goods);
        assert_eq!(honey.stock_taken(Quantity::ONE), [part(3, 1000)]);
        let unlimited = Variant {
            tracks_stock: false,
            ..variant(7, VariantKind::Service)
        };
        assert_eq!(unlimited.stock_taken(Quantity::ONE), []);
    }

    #[test]
    fn an_import_may_leave_out_what_it_does_not_know() {
        let text = r#"{"id":"00000000-0000-0000-0000-000000000001","product":"00000000-0000-0000-0000-000000000002",
            "code":"P1","name":"Carrots","unit":"kilogram","tax_class":"food","kind":{"kind":"goods"},
            "tracks_stock":true,"searchable":true,"counter":true,"shop":true,"active":true}"#;
        let carrots: Variant = serde_json::from_str(text).unwrap();
        assert_eq!(carrots.price, None);
        assert_eq!(carrots.kind, VariantKind::Goods);
    }
}
