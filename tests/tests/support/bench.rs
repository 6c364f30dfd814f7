//! The bench from which acceptance tests start: a few goods at known prices and with little stock, so that every figure
//! can be said beforehand.

use std::path::Path;

use comptoir_domain::money::Money;
use comptoir_domain::quantity::{Quantity, Unit};
use comptoir_tests::founding::Founding;

use super::hub::{Hub, PIN, fresh};

/// Carrots at 2.40 a kilogram, 10 kg there. The label on them carries their weight.
pub(crate) const CARROTS: &str = "2600101000008";
/// The label on 1.125 kg of them, worth 2.70.
pub(crate) const CARROTS_1125_G: &str = "2600101011257";
/// 3.00 a box, 20 there.
pub(crate) const EGGS: &str = "2000000000022";
/// 7.50, one there.
pub(crate) const HONEY: &str = "2000000000039";
/// 3.20, 12 there.
pub(crate) const JUICE: &str = "2000000000046";
/// 6.00 at the standard rate, 8 there.
pub(crate) const CANDLE: &str = "2000000000053";

/// A hub with these in stock and one manager, served.
pub(crate) fn open(folder: &Path) -> Hub {
    let mut founding = Founding::new(&mut fresh, "Maud", PIN);
    let price = |cents| Some(Money::minor(cents));
    founding
        .add(&mut fresh, "Carrots", CARROTS, price(240))
        .unit = Unit::Kilogram;
    founding.add(&mut fresh, "Eggs, box of 6", EGGS, price(300));
    founding.add(&mut fresh, "Honey 500 g", HONEY, price(750));
    founding.add(&mut fresh, "Apple juice 1 L", JUICE, price(320));
    founding.add(&mut fresh, "Beeswax candle", CANDLE, price(600));
    Hub::found(folder, &founding, |variant| {
        match variant.barcodes[0].as_str() {
            CARROTS => Quantity::thousandths(10_000),
            EGGS => Quantity::pieces(20),
            HONEY => Quantity::ONE,
            JUICE => Quantity::pieces(12),
            _ => Quantity::pieces(8),
        }
    })
}
