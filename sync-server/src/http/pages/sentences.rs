//! Refusals of the trade in a customer's words.

use comptoir_domain::ids::VariantId;
use comptoir_domain::money::Money;
use comptoir_domain::quantity::{Quantity, Unit};
use comptoir_domain::refusal::{Refusal, RefusalCode};

use super::amounts;
use super::visit::Visit;
use super::words::Word;
use crate::shop::Shelf;

/// What was refused and what to do about it.
pub(super) fn sentence(visit: &Visit, shelf: &Shelf, refusal: &Refusal) -> String {
    let name = refusal.params.get("name").map_or("", String::as_str);
    let word = match refusal.code {
        RefusalCode::NotEnoughInStock => return shortage(visit, shelf, refusal, name),
        RefusalCode::PriceChanged => {
            let total = refusal.params.get("total");
            let total = total.and_then(|total| total.parse().ok()).unwrap_or(0);
            let total = amounts::money(visit, Money::minor(total));
            return visit.say_with(Word::RefusedPrice, &[("total", &total)]);
        }
        RefusalCode::NotForSaleHere | RefusalCode::NoPrice if name.is_empty() => {
            Word::RefusedNotOffered
        }
        RefusalCode::NotForSaleHere | RefusalCode::NoPrice => Word::RefusedNotOfferedNamed,
        RefusalCode::QuantityNotWhole => Word::RefusedNotWhole,
        RefusalCode::QuantityNotPositive => Word::RefusedQuantity,
        RefusalCode::QuantityTooLarge | RefusalCode::AmountTooLarge | RefusalCode::TooManyLines => {
            Word::RefusedTooMuch
        }
        RefusalCode::OrderEmpty => Word::RefusedEmpty,
        RefusalCode::NameMissing => Word::RefusedName,
        RefusalCode::ContactUnusable => Word::RefusedContact,
        RefusalCode::SlotUnknown => Word::RefusedSlot,
        RefusalCode::SlotClosed => Word::RefusedSlotClosed,
        RefusalCode::SlotFull => Word::RefusedSlotFull,
        RefusalCode::OrderClosedToCustomer => Word::AskAtCounter,
        RefusalCode::NothingChanged => Word::RefusedNothingChanged,
        RefusalCode::LineUnknown => Word::RefusedLine,
        _ => Word::RefusedOther,
    };
    visit.say_with(word, &[("name", name)])
}

/// Names what is short and what is left of it, in its own unit.
fn shortage(visit: &Visit, shelf: &Shelf, refusal: &Refusal, name: &str) -> String {
    let left = refusal.params.get("available");
    let left = left.and_then(|left| left.parse().ok()).unwrap_or(0);
    let left = Quantity::thousandths(left);
    if !left.is_positive() {
        return visit.say_with(Word::RefusedSoldOut, &[("name", name)]);
    }
    let variant = refusal.params.get("variant");
    let variant = variant.and_then(|id| id.parse::<VariantId>().ok());
    let unit = variant
        .and_then(|id| shelf.variant(id))
        .map_or(Unit::Each, |variant| variant.unit);
    let left = amounts::quantity(visit, left, unit);
    visit.say_with(Word::RefusedShort, &[("name", name), ("left", &left)])
}
