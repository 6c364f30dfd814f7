//! The slip of an order: what was ordered, what it comes to, and what of it is paid. It lies in the
//! basket or goes home with the customer, and is no document of the books.

use comptoir_domain::country::Currency;
use comptoir_domain::decide::to_settle;
use comptoir_domain::money::Money;
use comptoir_domain::order::{Line, Order};
use comptoir_domain::quantity::{Quantity, Unit};
use comptoir_domain::tax::TaxMode;

use super::words::{Words, words};
use super::{Goods, Maker, Ordered, PickUp, missing, practice, scannable};
use crate::content::LocalTime;
use crate::document::{Align, Block, Document, PartyLine, Rule, Style, Table};
use crate::format;
use crate::language::Language;
use crate::tender;

/// What the slip of an order says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderSlip {
    pub hub: String,
    pub number: String,
    pub customer: Option<String>,
    pub phone: Option<String>,
    pub basket: Option<String>,
    pub pick_up: PickUp,
    pub placed_at: Option<LocalTime>,
    pub lines: Vec<SlipLine>,
    /// Fees and discounts of the whole order.
    pub charges: Vec<(String, Money)>,
    pub missing: Vec<Goods>,
    /// Added to the prices, where they come without.
    pub tax_on_top: Option<Money>,
    pub total: Money,
    pub paid: Money,
    /// Promised by card and not yet fetched.
    pub promised: Money,
    /// What the customer was let off.
    pub forgiven: Money,
    /// What is still to pay, or to give back where it is negative.
    pub to_settle: Money,
    pub currency: Currency,
    /// What was written on the order.
    pub notes: Vec<String>,
    pub made_at: LocalTime,
    pub practice: bool,
}

/// Goods, a deposit or a service on an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SlipLine {
    pub name: String,
    pub unit: Unit,
    pub quantity: Quantity,
    pub unit_price: Money,
    pub amount: Money,
}

impl OrderSlip {
    /// The slip of an order as it is now.
    pub fn of(ordered: &Ordered<'_>, notes: Vec<String>, maker: &Maker<'_>) -> OrderSlip {
        let order = ordered.order;
        let heading = &order.heading;
        let totals = order.totals();
        let charges = order.charge_amounts().into_iter();
        OrderSlip {
            hub: maker.settings.name.clone(),
            number: heading.number.clone(),
            customer: ordered.customer.map(|customer| customer.name.clone()),
            phone: ordered.customer.and_then(|customer| customer.phone.clone()),
            basket: order.milestones.basket.clone(),
            pick_up: maker.pick_up(ordered),
            placed_at: order.milestones.placed_at.map(|at| maker.local(at)),
            lines: lines_of(order),
            charges: charges
                .map(|(charge, amount)| (charge.name.clone(), amount))
                .collect(),
            missing: missing(order),
            tax_on_top: (heading.tax_mode == TaxMode::Exclusive).then_some(totals.taxed.tax_amount),
            total: totals.total,
            paid: totals.paid,
            promised: totals.authorised,
            forgiven: totals.forgiven,
            to_settle: to_settle(order, maker.now),
            currency: maker.settings.currency.clone(),
            notes,
            made_at: maker.local(maker.now),
            practice: maker.practice,
        }
    }

    /// What the slip is called in a window's title.
    pub fn title(&self, language: Language) -> String {
        format!("{} {}", words(language).order_slip, self.number)
    }

    /// Puts the slip into blocks.
    pub fn lay_out(&self, language: Language) -> Document {
        let words = words(language);
        let mut document = Document::default();
        practice(&mut document, self.practice, language);
        document.push(Block::Heading(self.title(language))).space();
        document.push(Block::Parties {
            left: self.whose(language, words),
            right: self.where_and_when(language, words),
        });
        document.space();
        self.goods(&mut document, language, words);
        self.money(&mut document, language, words);
        self.end(&mut document, language, words);
        document
    }

    fn whose(&self, language: Language, words: &Words) -> Vec<PartyLine> {
        let name = self.customer.as_deref().unwrap_or(words.no_name);
        let mut lines = vec![PartyLine::bold(name)];
        lines.extend(self.phone.as_deref().map(PartyLine::plain));
        lines.extend(self.placed_at.map(|at| {
            let at = format::date_time(at, language);
            PartyLine::plain(format!("{} {at}", words.ordered_on))
        }));
        lines
    }

    fn where_and_when(&self, language: Language, words: &Words) -> Vec<PartyLine> {
        let place = [self.hub.as_str(), self.pick_up.place.as_str()];
        let place: Vec<&str> = place.into_iter().filter(|text| !text.is_empty()).collect();
        let mut lines = vec![PartyLine::bold(words.fetched)];
        lines.extend(self.pick_up.when(language).map(PartyLine::plain));
        lines.push(PartyLine::plain(place.join(", ")));
        lines.extend(
            self.basket
                .as_ref()
                .map(|basket| PartyLine::plain(format!("{} {basket}", words.basket))),
        );
        lines
    }

    fn amount(&self, money: Money, language: Language) -> String {
        format::amount(money, &self.currency, language)
    }

    fn goods(&self, document: &mut Document, language: Language, words: &Words) {
        let head = [words.goods, words.quantity, words.unit_price, words.amount];
        let rows = self.lines.iter().map(|line| {
            vec![
                line.name.clone(),
                format::quantity(line.quantity, line.unit, language),
                self.amount(line.unit_price, language),
                self.amount(line.amount, language),
            ]
        });
        document.push(Block::Table(Table {
            head: head.map(str::to_owned).to_vec(),
            rows: rows.collect(),
        }));
    }

    fn money(&self, document: &mut Document, language: Language, words: &Words) {
        document.space();
        let mut row = |label: &str, money: Money, style: Style| {
            document.amount(label, self.amount(money, language), style);
        };
        for (name, amount) in &self.charges {
            row(name, *amount, Style::PLAIN);
        }
        if let Some(tax) = self.tax_on_top {
            row(words.tax_on_top, tax, Style::PLAIN);
        }
        row(words.total, self.total, Style::BOLD);
        for (label, money) in [
            (words.paid, self.paid),
            (words.promised, self.promised),
            (tender::forgiven(language), self.forgiven),
        ] {
            if !money.is_zero() {
                row(label, money, Style::PLAIN);
            }
        }
        let label = if self.to_settle.is_negative() {
            words.to_give_back
        } else {
            words.to_pay
        };
        let amount = format::amount_with_currency(self.to_settle.abs(), &self.currency, language);
        document.amount(label, amount, Style::LARGE);
    }

    fn end(&self, document: &mut Document, language: Language, words: &Words) {
        if !self.missing.is_empty() {
            document
                .space()
                .text(words.missing, Style::BOLD, Align::Left);
        }
        for goods in &self.missing {
            let text = format!("{} {}", goods.quantity(language), goods.name);
            document.text(text, Style::PLAIN, Align::Left);
        }
        if !self.notes.is_empty() {
            document.space().text(words.notes, Style::BOLD, Align::Left);
        }
        for note in &self.notes {
            document.text(note, Style::PLAIN, Align::Left);
        }
        document.space().push(scannable(&self.number)).space();
        document
            .rule(Rule::Light)
            .text(words.not_a_receipt, Style::PLAIN, Align::Left);
    }
}

/// The lines that are wanted, each followed by its deposits.
fn lines_of(order: &Order) -> Vec<SlipLine> {
    let wanted = |line: &&Line| !line.wanted().is_zero();
    let mut lines = Vec::new();
    for line in order.lines.iter().filter(wanted) {
        if line.tied_to.is_none() {
            lines.push(SlipLine::of(line));
            lines.extend(
                order
                    .lines_tied_to(line.id)
                    .filter(wanted)
                    .map(SlipLine::of),
            );
        }
    }
    lines
}

impl SlipLine {
    fn of(line: &Line) -> SlipLine {
        SlipLine {
            name: line.name.clone(),
            unit: line.unit,
            quantity: line.wanted(),
            unit_price: line.price.unit_price,
            amount: line.amount(),
        }
    }
}
