//! An invoice as blocks.

use comptoir_domain::money::Money;
use comptoir_domain::quantity::Quantity;
use comptoir_domain::tax::TaxMode;

use super::words::{Words, legal_mentions, words};
use super::{InvoiceContent, InvoiceLine, Reference};
use crate::document::{Align, Block, Document, PartyLine, Rule, Style, Table};
use crate::format::{self, HARD_SPACE};
use crate::language::Language;
use crate::receipt::{copy_mark, practice_mark};
use crate::words::{exemption, words as common_words};

/// Puts an invoice or a credit note into blocks.
pub fn lay_out(content: &InvoiceContent, language: Language) -> Document {
    let writer = Writer {
        content,
        language,
        words: words(language),
    };
    let mut document = Document::default();
    writer.marks(&mut document);
    writer.head(&mut document);
    writer.lines(&mut document);
    writer.totals(&mut document);
    writer.taxes(&mut document);
    writer.mentions(&mut document);
    document
}

/// What the document is called. In Australia a seller who charges tax writes a tax invoice.
pub(super) fn kind(content: &InvoiceContent, words: &Words) -> &'static str {
    if content.is_credit_note() {
        words.credit_note
    } else if is_australian(content) && !content.tax.is_zero() {
        words.tax_invoice
    } else {
        words.invoice
    }
}

fn is_australian(content: &InvoiceContent) -> bool {
    let country = content.seller.country.as_ref();
    country.is_some_and(|country| country.code() == "AU")
}

struct Writer<'a> {
    content: &'a InvoiceContent,
    language: Language,
    words: &'static Words,
}

impl Writer<'_> {
    fn amount(&self, money: Money) -> String {
        format::amount(money, &self.content.currency, self.language)
    }

    fn with_currency(&self, money: Money) -> String {
        format::amount_with_currency(money, &self.content.currency, self.language)
    }

    /// What the tax is called.
    fn tax_word(&self) -> &'static str {
        if is_australian(self.content) {
            self.words.gst
        } else {
            self.words.tax
        }
    }

    fn marks(&self, document: &mut Document) {
        let common = common_words(self.language);
        if self.content.practice {
            practice_mark(document, common);
            document.space();
        }
        if self.content.copy > 0 {
            copy_mark(document, self.content.copy, common);
        }
    }

    fn head(&self, document: &mut Document) {
        let content = self.content;
        let title = format!("{} {}", kind(content, self.words), content.number);
        document.push(Block::Heading(title));
        if let Some(corrected) = &content.corrects {
            let text = format!("{} {}", self.words.corrects, self.reference(corrected));
            document.text(text, Style::BOLD, Align::Left);
        }
        document.space().push(Block::Parties {
            left: self.seller(),
            right: self.buyer(),
        });
        document.space().push(Block::Parties {
            left: self.dates(),
            right: self.references(),
        });
        document.space();
    }

    fn seller(&self) -> Vec<PartyLine> {
        let content = self.content;
        let seller = &content.seller;
        let mut lines = vec![PartyLine::bold(seller.name.clone())];
        lines.extend(seller.address_lines.iter().map(PartyLine::plain));
        lines.extend(seller.registration.iter().map(PartyLine::plain));
        lines.extend(self.vat_number(seller.vat_number.as_deref()));
        lines.extend(content.seller_details.iter().map(PartyLine::plain));
        lines
    }

    fn buyer(&self) -> Vec<PartyLine> {
        let buyer = &self.content.buyer;
        let mut lines = vec![
            PartyLine::plain(self.words.bill_to),
            PartyLine::bold(buyer.name.clone()),
        ];
        lines.extend(buyer.address_lines.iter().map(PartyLine::plain));
        lines.extend(buyer.registration.iter().map(PartyLine::plain));
        lines.extend(self.vat_number(buyer.vat_number.as_deref()));
        lines
    }

    fn vat_number(&self, number: Option<&str>) -> Option<PartyLine> {
        let label = common_words(self.language).vat_number;
        number.map(|number| PartyLine::plain(format!("{label} {number}")))
    }

    fn dates(&self) -> Vec<PartyLine> {
        let content = self.content;
        let issued = format::date(content.issued_at, self.language);
        let mut lines = vec![PartyLine::plain(format!("{} {issued}", self.words.issued))];
        if let Some(supplied) = content.supplied_at {
            let supplied = format::date(supplied, self.language);
            lines.push(PartyLine::plain(format!(
                "{} {supplied}",
                self.words.supplied
            )));
        }
        lines
    }

    fn references(&self) -> Vec<PartyLine> {
        let content = self.content;
        let order = content.order_number.as_ref();
        let order = order.map(|number| format!("{} {number}", self.words.order));
        let receipt = content.receipt.as_ref();
        let receipt =
            receipt.map(|receipt| format!("{} {}", self.words.receipt, self.reference(receipt)));
        order
            .into_iter()
            .chain(receipt)
            .map(PartyLine::plain)
            .collect()
    }

    /// `AF-261121ABC-7 of 21 Nov 2026`.
    fn reference(&self, reference: &Reference) -> String {
        let date = format::date(reference.issued_at, self.language);
        format!("{} {} {date}", reference.number, self.words.of)
    }

    fn lines(&self, document: &mut Document) {
        let words = self.words;
        let head = [
            words.goods,
            words.quantity,
            words.unit_net,
            self.tax_word(),
            words.amount_net,
        ];
        document.push(Block::Table(Table {
            head: head.map(str::to_owned).to_vec(),
            rows: self
                .content
                .lines
                .iter()
                .flat_map(|line| self.line(line))
                .collect(),
        }));
    }

    fn line(&self, line: &InvoiceLine) -> Vec<Vec<String>> {
        let currency = &self.content.currency;
        let mut rows = vec![vec![
            line.name.clone(),
            format::quantity(line.quantity, line.unit, self.language),
            format::fine_amount(line.unit_net_hundredths, currency, self.language),
            self.rate_of(line),
            self.amount(line.net),
        ]];
        rows.extend(self.shown_price(line).map(|detail| vec![detail]));
        if let Some(discount) = &line.discount {
            let amount = self.amount(discount.amount);
            rows.push(vec![
                self.as_shown(&format!("{} {amount}", discount.reason)),
            ]);
        }
        rows
    }

    fn rate_of(&self, line: &InvoiceLine) -> String {
        let row = line.tax_row.map(usize::from);
        let row = row.and_then(|row| self.content.taxes.get(row));
        row.map_or_else(String::new, |row| format::rate(row.rate, self.language))
    }

    /// The price as it stood on the shelf, which the buyer knows.
    fn shown_price(&self, line: &InvoiceLine) -> Option<String> {
        let named = line.price_name.as_ref();
        let price = line.shown_price.map(|price| {
            let price = self.amount(price);
            let text = match (format::unit_symbol(line.unit), line.quantity) {
                (Some(symbol), _) => format!("{price}/{symbol}"),
                (None, Quantity::ONE) => price,
                (None, quantity) => {
                    let quantity = format::quantity(quantity, line.unit, self.language);
                    format!("{quantity}{HARD_SPACE}×{HARD_SPACE}{price}")
                }
            };
            self.as_shown(&text)
        });
        match (price, named) {
            (Some(price), Some(name)) => Some(format!("{price} ({name})")),
            (price, name) => price.or_else(|| name.cloned()),
        }
    }

    /// An amount that holds the tax says so between amounts that do not.
    fn as_shown(&self, text: &str) -> String {
        match self.content.tax_mode {
            TaxMode::Inclusive => {
                format!("{text}{HARD_SPACE}{}", self.words.with_tax)
            }
            TaxMode::Exclusive => text.to_owned(),
        }
    }

    fn totals(&self, document: &mut Document) {
        let content = self.content;
        let words = self.words;
        document
            .space()
            .amount(words.net, self.amount(content.net), Style::PLAIN)
            .amount(self.tax_word(), self.amount(content.tax), Style::PLAIN);
        if !content.untaxed.is_zero() {
            let untaxed = self.amount(content.untaxed);
            document.amount(words.untaxed, untaxed, Style::PLAIN);
        }
        let label = if content.is_credit_note() {
            words.credited
        } else {
            words.total
        };
        document.amount(label, self.with_currency(content.total), Style::TALL);
        for payment in &content.payments {
            let label = format!("{} {}", words.paid_by, payment.name);
            document.amount(label, self.amount(payment.amount), Style::PLAIN);
        }
        if content.is_credit_note() {
            return;
        }
        let label = if content.due.is_negative() {
            words.to_give_back
        } else {
            words.due
        };
        let due = self.with_currency(content.due.abs());
        document.amount(label, due, Style::BOLD);
    }

    fn taxes(&self, document: &mut Document) {
        let content = self.content;
        let words = self.words;
        let common = common_words(self.language);
        document.space();
        let head = [self.tax_word(), common.net, common.tax, words.gross];
        let rows = content.taxes.iter().map(|row| {
            let figures = [row.net, row.tax, row.gross].map(|money| self.amount(money));
            std::iter::once(format::rate(row.rate, self.language))
                .chain(figures)
                .collect()
        });
        document.push(Block::Table(Table {
            head: head.map(str::to_owned).to_vec(),
            rows: rows.collect(),
        }));
        for reason in content
            .taxes
            .iter()
            .filter_map(|row| row.exemption_reason.as_ref())
        {
            let reason = exemption(reason, content.seller.country, self.language);
            document.text(reason, Style::PLAIN, Align::Left);
        }
    }

    fn mentions(&self, document: &mut Document) {
        let content = self.content;
        document.space();
        if !content.is_credit_note() && content.due.is_zero() {
            document.text(self.words.paid_in_full, Style::BOLD, Align::Left);
        }
        if let Some(due_at) = content.due_at {
            let date = format::date(due_at, self.language);
            document.text(
                format!("{} {date}", self.words.due_at),
                Style::BOLD,
                Align::Left,
            );
        }
        for mention in legal_mentions(content, self.language) {
            document.text(*mention, Style::PLAIN, Align::Left);
        }
        document.rule(Rule::Light);
        let common = common_words(self.language);
        let software = format!("{} {}", content.software.name, content.software.version);
        let extract = content.signature_extract.as_ref();
        document.pair(
            software,
            extract.map_or_else(String::new, |extract| {
                format!("{} {extract}", common.signature)
            }),
        );
    }
}
