//! The pick list of a slot: what is to be taken from the shelves, first by product for whoever gathers,
//! then by order for whoever packs.

use std::collections::BTreeMap;

use comptoir_domain::ids::{LocationId, VariantId};
use comptoir_domain::order::{Fulfilment, Line};
use comptoir_domain::quantity::{Quantity, Unit};
use comptoir_domain::slot::Slot;

use super::words::{Words, words};
use super::{Goods, Maker, Ordered, PickUp, lines_to_pick, missing, practice, totals};
use crate::content::LocalTime;
use crate::document::{Align, Block, CheckRow, Document, Rule, Style};
use crate::format;
use crate::language::Language;

/// What is to be picked for the orders of one slot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PickList {
    pub hub: String,
    pub pick_up: PickUp,
    pub made_at: LocalTime,
    /// By name.
    pub products: Vec<PickProduct>,
    /// By the customer's name, those without one last.
    pub orders: Vec<PickOrder>,
    pub practice: bool,
}

/// How much of one product all orders together wait for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PickProduct {
    pub code: String,
    pub goods: Goods,
    pub shares: Vec<PickShare>,
}

/// How much of a product one order waits for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PickShare {
    pub number: String,
    pub quantity: Quantity,
}

/// What one order waits for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PickOrder {
    pub number: String,
    pub customer: Option<String>,
    /// Where its basket stands.
    pub basket: Option<String>,
    pub goods: Vec<PickedGoods>,
    pub missing: Vec<Goods>,
}

/// Goods of one order, and how much of them is in the basket already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PickedGoods {
    pub goods: Goods,
    pub picked: Quantity,
}

impl PickList {
    /// Gathers what the orders of a slot wait for. Orders that wait for nothing are left out.
    pub fn of(
        slot: Option<&Slot>,
        location: LocationId,
        orders: &[Ordered<'_>],
        maker: &Maker<'_>,
    ) -> PickList {
        let waiting: Vec<&Ordered<'_>> = orders.iter().filter(|order| waits(order)).collect();
        let mut picked: Vec<PickOrder> = waiting.iter().map(|order| order_of(order)).collect();
        picked.sort_by_key(|order| {
            let name = order.customer.as_ref().map(|name| name.to_lowercase());
            (name.is_none(), name, order.number.clone())
        });
        PickList {
            hub: maker.settings.name.clone(),
            pick_up: maker.pick_up_at(slot.map_or(location, |slot| slot.location), slot),
            made_at: maker.local(maker.now),
            products: products_of(&waiting),
            orders: picked,
            practice: maker.practice,
        }
    }

    /// What the list is called in a window's title.
    pub fn title(&self, language: Language) -> String {
        let title = words(language).pick_list;
        match self.pick_up.when(language) {
            Some(when) => format!("{title}, {when}"),
            None => title.to_owned(),
        }
    }

    /// Puts the list into blocks.
    pub fn lay_out(&self, language: Language) -> Document {
        let words = words(language);
        let mut document = Document::default();
        practice(&mut document, self.practice, language);
        self.head(&mut document, language, words);
        if self.orders.is_empty() {
            document.text(words.nothing_to_pick, Style::PLAIN, Align::Left);
            return document;
        }
        self.by_product(&mut document, language, words);
        self.by_order(&mut document, language, words);
        document
    }

    fn head(&self, document: &mut Document, language: Language, words: &Words) {
        document.push(Block::Heading(words.pick_list.to_owned()));
        let place = [self.hub.as_str(), self.pick_up.place.as_str()];
        let place: Vec<&str> = place.into_iter().filter(|text| !text.is_empty()).collect();
        document.text(place.join(", "), Style::PLAIN, Align::Left);
        if let Some(when) = self.pick_up.when(language) {
            document.text(when, Style::BOLD, Align::Left);
        }
        let made = format::date_time(self.made_at, language);
        document
            .indented(format!("{} {made}", words.made), 0)
            .space();
    }

    fn by_product(&self, document: &mut Document, language: Language, words: &Words) {
        document.text(words.by_product, Style::TALL, Align::Left);
        let rows = self.products.iter().map(|product| CheckRow {
            quantity: product.goods.quantity(language),
            label: product.goods.name.clone(),
            details: vec![shares(product, language)],
        });
        document.push(Block::Checklist(rows.collect()));
        let in_all = format!("{}: {}", words.in_all, self.in_all(language, words));
        document
            .space()
            .text(in_all, Style::PLAIN, Align::Left)
            .space();
    }

    /// `3 orders, 12 pieces, 6.450 kg`.
    fn in_all(&self, language: Language, words: &Words) -> String {
        let goods = self.products.iter().map(|product| &product.goods);
        let sums = totals(goods.map(|goods| (goods.unit, goods.quantity)));
        let sums = sums.into_iter().map(|(unit, sum)| match unit {
            Unit::Each if sum.is_whole() => {
                let count = usize::try_from(sum.in_thousandths() / 1000).unwrap_or(0);
                Words::counted(words.pieces, count)
            }
            Unit::Each => {
                let sum = format::quantity(sum, unit, language);
                format!("{sum}\u{a0}{}", words.pieces[1])
            }
            unit => format::quantity(sum, unit, language),
        });
        let counts = [
            Words::counted(words.orders, self.orders.len()),
            Words::counted(words.products, self.products.len()),
        ];
        counts
            .into_iter()
            .chain(sums)
            .collect::<Vec<_>>()
            .join(", ")
    }

    fn by_order(&self, document: &mut Document, language: Language, words: &Words) {
        document.text(words.by_order, Style::TALL, Align::Left);
        for order in &self.orders {
            order.lay_out(document, language, words);
        }
    }
}

impl PickOrder {
    fn lay_out(&self, document: &mut Document, language: Language, words: &Words) {
        let name = self.customer.as_deref().unwrap_or(words.no_name);
        document
            .rule(Rule::Light)
            .text(name, Style::BOLD, Align::Left);
        let basket = self.basket.as_ref();
        document.pair(
            self.number.clone(),
            basket.map_or_else(String::new, |basket| format!("{} {basket}", words.basket)),
        );
        let rows = self.goods.iter().map(|picked| CheckRow {
            quantity: picked.goods.quantity(language),
            label: picked.goods.name.clone(),
            details: picked.detail(language, words).into_iter().collect(),
        });
        document.push(Block::Checklist(rows.collect()));
        for goods in &self.missing {
            let quantity = goods.quantity(language);
            let text = format!("{}: {quantity} {}", words.missing, goods.name);
            document.text(text, Style::BOLD, Align::Left);
        }
    }
}

impl PickedGoods {
    fn detail(&self, language: Language, words: &Words) -> Option<String> {
        let quantity = format::quantity(self.picked, self.goods.unit, language);
        let some = self.picked.is_positive();
        some.then(|| format!("{quantity} {}", words.picked))
    }
}

/// Who waits for a product: `A-17: 2,  A-19: 1`.
fn shares(product: &PickProduct, language: Language) -> String {
    let shares = product.shares.iter().map(|share| {
        let quantity = format::quantity(share.quantity, product.goods.unit, language);
        format!("{}:\u{a0}{quantity}", share.number)
    });
    shares.collect::<Vec<_>>().join(",  ")
}

fn waits(ordered: &Ordered<'_>) -> bool {
    let is_open = matches!(
        ordered.order.fulfilment(),
        Fulfilment::Placed
            | Fulfilment::Accepted
            | Fulfilment::Picked
            | Fulfilment::Ready
            | Fulfilment::PartlyCollected
    );
    is_open && lines_to_pick(ordered.order).any(|line| line.outstanding().is_positive())
}

fn open_lines<'a>(ordered: &Ordered<'a>) -> impl Iterator<Item = &'a Line> {
    let lines = lines_to_pick(ordered.order);
    lines.filter(|line| line.outstanding().is_positive())
}

fn order_of(ordered: &Ordered<'_>) -> PickOrder {
    let order = ordered.order;
    let goods = open_lines(ordered).map(|line| PickedGoods {
        goods: Goods::of(line, line.outstanding()),
        picked: line.picked.min(line.outstanding()),
    });
    PickOrder {
        number: order.heading.number.clone(),
        customer: ordered.customer.map(|customer| customer.name.clone()),
        basket: order.milestones.basket.clone(),
        goods: goods.collect(),
        missing: missing(order)
            .into_iter()
            .filter(|_| order.milestones.ready_at.is_some())
            .collect(),
    }
}

/// One row for each product, and for each unit that it is ordered in.
fn products_of(orders: &[&Ordered<'_>]) -> Vec<PickProduct> {
    let mut products: BTreeMap<(VariantId, &str), PickProduct> = BTreeMap::new();
    for ordered in orders {
        for line in open_lines(ordered) {
            let key = (line.variant, format::unit_symbol(line.unit).unwrap_or(""));
            let product = products.entry(key).or_insert_with(|| PickProduct {
                code: line.code.clone(),
                goods: Goods::of(line, Quantity::ZERO),
                shares: Vec::new(),
            });
            product.goods.quantity += line.outstanding();
            share(product, &ordered.order.heading.number, line.outstanding());
        }
    }
    let mut products: Vec<PickProduct> = products.into_values().collect();
    products.sort_by_key(|product| (product.goods.name.to_lowercase(), product.code.clone()));
    products
}

/// Two lines of one order are one share.
fn share(product: &mut PickProduct, number: &str, quantity: Quantity) {
    match product
        .shares
        .iter_mut()
        .find(|share| share.number == number)
    {
        Some(share) => share.quantity += quantity,
        None => product.shares.push(PickShare {
            number: number.to_owned(),
            quantity,
        }),
    }
}
