//! The price for one kilogram, litre, metre or piece of a packed product, which the law wants beside
//! its price.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::money::Money;
use crate::quantity::{Quantity, Unit};

/// How much is in the pack: 500 g, 0.75 l, 6 pieces.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ts_rs::TS)]
pub struct Content {
    pub quantity: Quantity,
    pub unit: Unit,
}

/// A price for one of a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ts_rs::TS)]
pub struct UnitPrice {
    pub per: Unit,
    pub price: Money,
}

/// The unit that prices are compared in, and how many of the given one it holds.
fn comparison_unit(unit: Unit) -> (Unit, i64) {
    match unit {
        Unit::Gram => (Unit::Kilogram, 1000),
        Unit::Millilitre => (Unit::Litre, 1000),
        Unit::Each | Unit::Kilogram | Unit::Litre | Unit::Metre => (unit, 1),
    }
}

/// What one kilogram, litre, metre or piece costs when the pack costs `price`, rounded half up.
/// `None` where the pack holds nothing.
pub fn unit_price(price: Money, content: Content) -> Option<UnitPrice> {
    if !content.quantity.is_positive() {
        return None;
    }
    let (per, held) = comparison_unit(content.unit);
    let exact = price.to_decimal() * Decimal::from(held) / content.quantity.to_decimal();
    Some(UnitPrice {
        per,
        price: Money::round_half_up(exact),
    })
}
