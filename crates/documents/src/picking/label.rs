//! The label of a basket: whose it is, where it stands, what is not in it, and a code to scan.

use comptoir_domain::country::Currency;
use comptoir_domain::decide::to_settle;
use comptoir_domain::money::Money;
use comptoir_domain::quantity::Unit;

use super::words::{Words, words};
use super::{Goods, Maker, Ordered, PickUp, lines_to_pick, missing, practice, scannable};
use crate::content::LocalTime;
use crate::document::{Align, Block, Document, Style};
use crate::format;
use crate::language::Language;

/// What a basket's label says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BasketLabel {
    pub hub: String,
    /// The order's number, which is what its code says.
    pub number: String,
    pub customer: Option<String>,
    /// Where the basket stands.
    pub basket: Option<String>,
    pub pick_up: PickUp,
    /// How many pieces are in it; what is weighed or measured counts as one.
    pub pieces: u64,
    pub missing: Vec<Goods>,
    /// What is still to pay, or to give back where it is negative.
    pub to_settle: Money,
    pub currency: Currency,
    pub made_at: LocalTime,
    pub practice: bool,
}

impl BasketLabel {
    /// The label of an order as it is now.
    pub fn of(ordered: &Ordered<'_>, maker: &Maker<'_>) -> BasketLabel {
        let order = ordered.order;
        let pieces = lines_to_pick(order).map(|line| {
            let open = line.outstanding();
            match line.unit {
                Unit::Each => u64::try_from(open.in_thousandths())
                    .unwrap_or(0)
                    .div_ceil(1000),
                _ => u64::from(open.is_positive()),
            }
        });
        BasketLabel {
            hub: maker.settings.name.clone(),
            number: order.heading.number.clone(),
            customer: ordered.customer.map(|customer| customer.name.clone()),
            basket: order.milestones.basket.clone(),
            pick_up: maker.pick_up(ordered),
            pieces: pieces.sum(),
            missing: missing(order),
            to_settle: to_settle(order, maker.now),
            currency: maker.settings.currency.clone(),
            made_at: maker.local(maker.now),
            practice: maker.practice,
        }
    }

    /// Puts the label into blocks. The place and the name are what is looked for from afar.
    pub fn lay_out(&self, language: Language) -> Document {
        let words = words(language);
        let mut document = Document::default();
        practice(&mut document, self.practice, language);
        document.push(Block::Heading(self.name(words).to_owned()));
        if let Some(basket) = &self.basket {
            let text = format!("{} {basket}", words.basket);
            document.text(text, Style::LARGE, Align::Centre);
        }
        document.space().push(scannable(&self.number)).space();
        if let Some(when) = self.pick_up.when(language) {
            document.text(when, Style::BOLD, Align::Centre);
        }
        let place = [self.hub.as_str(), self.pick_up.place.as_str()];
        let place: Vec<&str> = place.into_iter().filter(|text| !text.is_empty()).collect();
        document.text(place.join(", "), Style::PLAIN, Align::Centre);
        let pieces = usize::try_from(self.pieces).unwrap_or(usize::MAX);
        document.space().pair(
            Words::counted(words.pieces, pieces),
            self.money(language, words),
        );
        self.what_is_missing(&mut document, language, words);
        document
    }

    fn name<'a>(&'a self, words: &'a Words) -> &'a str {
        self.customer.as_deref().unwrap_or(words.no_name)
    }

    fn money(&self, language: Language, words: &Words) -> String {
        let amount = format::amount_with_currency(self.to_settle.abs(), &self.currency, language);
        if self.to_settle.is_zero() {
            words.all_paid.to_owned()
        } else if self.to_settle.is_negative() {
            format!("{} {amount}", words.to_give_back)
        } else {
            format!("{} {amount}", words.to_pay)
        }
    }

    fn what_is_missing(&self, document: &mut Document, language: Language, words: &Words) {
        if self.missing.is_empty() {
            return;
        }
        document
            .space()
            .text(words.missing, Style::BOLD, Align::Left);
        for goods in &self.missing {
            let text = format!("{} {}", goods.quantity(language), goods.name);
            document.text(text, Style::PLAIN, Align::Left);
        }
    }
}
