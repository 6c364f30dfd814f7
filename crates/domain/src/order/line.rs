//! A line: goods with a quantity, the price frozen on it, and what became of each part.

use serde::{Deserialize, Serialize};

use crate::ids::{LineId, VariantId};
use crate::money::Money;
use crate::price::PriceName;
use crate::quantity::{Quantity, Unit};
use crate::tax::LineTax;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
#[serde(rename_all = "snake_case")]
pub enum LineKind {
    Goods,
    /// Nothing to hand over: complete when it is sold.
    Service,
    /// The deposit on a bottle or crate, tied to the line of its drink.
    BottleDeposit,
    /// A voucher that is sold: money held, no turnover yet.
    Voucher,
}

/// The price of a line, frozen with the name of the price that won.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinePrice {
    /// For one unit, with or without tax as the order's tax mode says.
    pub unit_price: Money,
    pub name: PriceName,
    /// The regular price where another one won.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub regular: Option<Money>,
    /// The total that a price label states; it wins over quantity times price.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label_total: Option<Money>,
    /// Why a price was typed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// An allowance on a line, positive, with its reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineDiscount {
    pub amount: Money,
    /// The quantity that it was given on: of less, less is given.
    pub of: Quantity,
    pub reason: String,
}

/// Where goods go that come off an order or come back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    BackToShelf,
    Wasted,
    /// The goods never existed: the count was wrong, and the stock goes down too.
    NeverThere,
}

/// A part that was taken off before it was handed over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Removal {
    pub quantity: Quantity,
    pub fate: Fate,
    pub reason: String,
}

/// Goods on an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    pub id: LineId,
    pub kind: LineKind,
    pub variant: VariantId,
    /// The hub's own code of the variant, frozen.
    pub code: String,
    /// What receipts and invoices call it, frozen.
    pub name: String,
    pub unit: Unit,
    pub price: LinePrice,
    pub tax: LineTax,
    /// What the customer wants now, after every amendment.
    pub ordered: Quantity,
    /// The weight of the goods in hand. The latest weighing wins over what was ordered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weighed: Option<Quantity>,
    #[serde(default)]
    pub picked: Quantity,
    #[serde(default)]
    pub collected: Quantity,
    #[serde(default)]
    pub returned: Quantity,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub removals: Vec<Removal>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub discount: Option<LineDiscount>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tied_to: Option<LineId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub substitutes: Option<LineId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub substituted_by: Option<LineId>,
    /// Whether stock is kept of it.
    pub tracks_stock: bool,
    /// What a bundle consists of, per unit of the line; empty for everything else.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<(VariantId, Quantity)>,
}

/// What became of a part of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PartState {
    Open,
    Reserved,
    Picked,
    Short,
    Substituted,
    Collected,
    Returned,
    Void,
}

impl Line {
    /// The quantity that the customer is to have and pay: the weighed one where goods were weighed.
    pub fn wanted(&self) -> Quantity {
        self.weighed.unwrap_or(self.ordered)
    }

    /// What is still to be handed over.
    pub fn outstanding(&self) -> Quantity {
        (self.wanted() - self.collected).max(Quantity::ZERO)
    }

    /// What the customer holds.
    pub fn kept(&self) -> Quantity {
        self.collected - self.returned
    }

    /// Quantity times price, or what the price label says, before any discount.
    pub fn amount_before_discount(&self) -> Money {
        match self.price.label_total {
            Some(total) if self.wanted().is_positive() => total,
            _ => self.wanted().at_price(self.price.unit_price),
        }
    }

    /// What the line costs: never less than nothing.
    pub fn amount(&self) -> Money {
        let gross = self.amount_before_discount();
        if gross.is_negative() {
            gross
        } else {
            (gross - self.discount_given()).max(Money::ZERO)
        }
    }

    /// What the discount takes off the quantity that is wanted now.
    pub fn discount_given(&self) -> Money {
        let Some(discount) = &self.discount else {
            return Money::ZERO;
        };
        if self.wanted() >= discount.of || !discount.of.is_positive() {
            return discount.amount;
        }
        let wanted = self.wanted().max(Quantity::ZERO);
        Money::round_half_up(
            discount.amount.to_decimal() * wanted.to_decimal() / discount.of.to_decimal(),
        )
    }

    /// What a cashier or manager let go: discounts, and typed prices below the one that won.
    pub fn allowance(&self) -> Money {
        let typed = self.price.name == PriceName::Manual;
        let shelf = self.price.regular.filter(|_| typed);
        let list = shelf.map_or_else(
            || self.amount_before_discount(),
            |price| self.wanted().at_price(price),
        );
        list - self.amount()
    }

    /// The share of the line's amount that a quantity stands for. Cumulative, so that parts of a
    /// line add up to the whole of it to the cent.
    pub fn amount_of(&self, quantity: Quantity) -> Money {
        let whole = self.wanted();
        if quantity >= whole || whole.is_zero() {
            return self.amount();
        }
        if !quantity.is_positive() {
            return Money::ZERO;
        }
        Money::round_half_up(
            self.amount().to_decimal() * quantity.to_decimal() / whole.to_decimal(),
        )
    }

    /// What the customer gets back for all that came back so far.
    pub fn returned_amount(&self) -> Money {
        // What was handed over beyond the bill comes back first, and for nothing.
        let beyond = (self.collected - self.wanted()).max(Quantity::ZERO);
        self.amount_of((self.returned - beyond).min(self.wanted()))
    }

    /// The amount of what was handed over and kept.
    pub fn recognised_amount(&self) -> Money {
        self.amount_of(self.collected.min(self.wanted())) - self.returned_amount()
    }

    /// The stock that a quantity of this line moves: its own variant, or the parts of a bundle.
    pub fn stock_of(&self, quantity: Quantity) -> Vec<(VariantId, Quantity)> {
        if !self.tracks_stock {
            return Vec::new();
        }
        if self.parts.is_empty() {
            return vec![(self.variant, quantity)];
        }
        self.parts
            .iter()
            .map(|(variant, per_unit)| {
                let product = i128::from(per_unit.in_thousandths())
                    * i128::from(quantity.in_thousandths())
                    / 1000;
                (
                    *variant,
                    Quantity::thousandths(i64::try_from(product).unwrap_or(i64::MAX)),
                )
            })
            .collect()
    }

    /// Each part of the line with what became of it, in the order of the states; empty parts are
    /// left out.
    pub fn part_states(&self, reserved: bool) -> Vec<(PartState, Quantity)> {
        let open = self.outstanding();
        let picked = self.picked.min(open).max(Quantity::ZERO);
        let waiting = open - picked;
        let waiting_state = if reserved {
            PartState::Reserved
        } else {
            PartState::Open
        };
        let mut parts = vec![
            (waiting_state, waiting),
            (PartState::Picked, picked),
            (PartState::Collected, self.kept().max(Quantity::ZERO)),
            (PartState::Returned, self.returned),
        ];
        for removal in &self.removals {
            let state = match (self.substituted_by, removal.fate) {
                (Some(_), _) => PartState::Substituted,
                (None, Fate::NeverThere) => PartState::Short,
                (None, _) => PartState::Void,
            };
            parts.push((state, removal.quantity));
        }
        parts.retain(|(_, quantity)| quantity.is_positive());
        parts
    }
}
