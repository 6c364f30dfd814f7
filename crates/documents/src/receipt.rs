//! The receipt: what the customer takes home.

mod content;

pub use content::{
    Adjustment, DepositLine, LineDiscount, OnlineSettlement, ReceiptContent, ReceiptLine,
    ReceiptTax, ReceiptTender,
};

use comptoir_domain::money::Money;
use comptoir_domain::quantity::{Quantity, Unit};
use comptoir_domain::tax::TaxMode;

use crate::content::Seller;
use crate::document::{Align, Block, Document, Rule, Style, Table};
use crate::format::{self, HARD_SPACE};
use crate::language::Language;
use crate::words::{Words, exemption, words};

/// Details of a line stand this far to the right of its name.
const DETAIL_INDENT: u8 = 2;

/// The cells that a tax letter takes at the end of a row, with its space.
const MARK_CELLS: usize = 2;

/// Puts a receipt into blocks, in the customer's language.
pub fn lay_out(content: &ReceiptContent, language: Language) -> Document {
    let writer = Writer {
        content,
        language,
        words: words(language),
    };
    let mut document = Document::default();
    writer.marks(&mut document);
    seller(&mut document, &content.seller, writer.words);
    writer.identity(&mut document);
    writer.lines(&mut document);
    writer.totals(&mut document);
    writer.online(&mut document);
    writer.taxes(&mut document);
    writer.footer(&mut document);
    writer.practice_mark(&mut document);
    document
}

/// The head that receipts and reports share.
pub(crate) fn seller(document: &mut Document, seller: &Seller, words: &Words) {
    document.push(Block::Heading(seller.name.clone()));
    for line in &seller.address_lines {
        document.text(line, Style::PLAIN, Align::Centre);
    }
    if let Some(number) = &seller.vat_number {
        let text = format!("{} {number}", words.vat_number);
        document.text(text, Style::PLAIN, Align::Centre);
    }
    if let Some(registration) = &seller.registration {
        document.text(registration, Style::PLAIN, Align::Centre);
    }
    document.space();
}

/// The mark of a reprint, with its count.
pub(crate) fn copy_mark(document: &mut Document, copy: u32, words: &Words) {
    document.push(Block::Heading(format!("{} {copy}", words.copy)));
    document.space();
}

/// The mark of a document that was made while practising, at its head and at its foot.
pub(crate) fn practice_mark(document: &mut Document, words: &Words) {
    document.text(words.practice, Style::LARGE, Align::Centre);
    document.text(words.practice_meaning, Style::BOLD, Align::Centre);
}

struct Writer<'a> {
    content: &'a ReceiptContent,
    language: Language,
    words: &'static Words,
}

impl Writer<'_> {
    fn amount(&self, money: Money) -> String {
        format::amount(money, &self.content.currency, self.language)
    }

    fn amount_with_currency(&self, money: Money) -> String {
        format::amount_with_currency(money, &self.content.currency, self.language)
    }

    /// A row below the lines; its figures stand under theirs, which the letters of the taxes move
    /// to the left.
    fn figure(&self, document: &mut Document, label: &str, amount: String, style: Style) {
        let free_cells = if self.marks_taxes() { MARK_CELLS } else { 0 };
        let free = " ".repeat(free_cells / style.size.width());
        document.amount(label, format!("{amount}{free}"), style);
    }

    fn marks(&self, document: &mut Document) {
        if self.content.practice {
            practice_mark(document, self.words);
            document.space();
        }
        if self.content.copy > 0 {
            copy_mark(document, self.content.copy, self.words);
        }
    }

    fn practice_mark(&self, document: &mut Document) {
        if self.content.practice {
            document.space();
            practice_mark(document, self.words);
        }
    }

    fn identity(&self, document: &mut Document) {
        let content = self.content;
        document.pair(
            format!("{} {}", self.words.receipt, content.number),
            format::date_time(content.issued_at, self.language),
        );
        document.pair(
            format!("{} {}", self.words.till, content.till_code),
            format!("{} {}", self.words.served_by, content.cashier),
        );
    }

    fn lines(&self, document: &mut Document) {
        document.rule(Rule::Light);
        for line in &self.content.lines {
            self.line(document, line);
        }
        document.rule(Rule::Light);
    }

    fn line(&self, document: &mut Document, line: &ReceiptLine) {
        let amount = format!(
            "{}{}",
            self.amount(line.amount),
            self.tax_mark(line.tax_row)
        );
        document.amount(&line.name, amount, Style::PLAIN);
        if let Some(detail) = self.price_detail(line) {
            document.indented(detail, DETAIL_INDENT);
        }
        if let Some(discount) = &line.discount {
            let text = format!("{} {}", discount.reason, self.amount(discount.amount));
            document.indented(text, DETAIL_INDENT);
        }
        if let Some(waiting) = line.waiting {
            let quantity = format::quantity(waiting, line.unit, self.language);
            let text = format!("{}{HARD_SPACE}{quantity}", self.words.waiting);
            document.indented(text, DETAIL_INDENT);
        }
        for deposit in &line.deposits {
            self.deposit(document, deposit);
        }
    }

    /// How the line's amount came about; nothing where it is one piece at its regular price.
    fn price_detail(&self, line: &ReceiptLine) -> Option<String> {
        let plain = line.quantity == Quantity::ONE && !line.unit.is_measured();
        if plain && line.price_name.is_none() && line.discount.is_none() {
            return None;
        }
        let mut detail = self.quantity_at_price(line.quantity, line.unit, line.unit_price);
        if let Some(name) = &line.price_name {
            detail.push_str(&format!(" ({name})"));
        }
        Some(detail)
    }

    fn quantity_at_price(&self, quantity: Quantity, unit: Unit, price: Money) -> String {
        let quantity = format::quantity(quantity, unit, self.language);
        let price = self.amount(price);
        match format::unit_symbol(unit) {
            Some(symbol) => format!("{quantity}{HARD_SPACE}×{HARD_SPACE}{price}/{symbol}"),
            None => format!("{quantity}{HARD_SPACE}×{HARD_SPACE}{price}"),
        }
    }

    fn deposit(&self, document: &mut Document, deposit: &DepositLine) {
        let mut label = deposit.name.clone();
        if deposit.quantity != Quantity::ONE {
            let detail = self.quantity_at_price(deposit.quantity, Unit::Each, deposit.unit_price);
            label.push_str(&format!(" {detail}"));
        }
        let mark = self.tax_mark(deposit.tax_row);
        document.push(Block::Amount {
            label,
            amount: format!("{}{mark}", self.amount(deposit.amount)),
            style: Style::PLAIN,
            indent: DETAIL_INDENT,
        });
    }

    /// Lines carry the letter of their tax where there is more than one.
    fn marks_taxes(&self) -> bool {
        self.content.taxes.len() > 1
    }

    fn tax_mark(&self, tax_row: Option<u8>) -> String {
        match tax_row {
            _ if !self.marks_taxes() => String::new(),
            Some(row) => format!(" {}", tax_letter(usize::from(row))),
            None => "  ".to_owned(),
        }
    }

    fn totals(&self, document: &mut Document) {
        let content = self.content;
        if content.subtotal != content.total || !content.adjustments.is_empty() {
            self.figure(
                document,
                self.words.subtotal,
                self.amount(content.subtotal),
                Style::PLAIN,
            );
        }
        for adjustment in &content.adjustments {
            self.figure(
                document,
                &adjustment.label,
                self.amount(adjustment.amount),
                Style::PLAIN,
            );
        }
        self.tax_on_top(document);
        let total = self.amount_with_currency(content.total);
        self.figure(document, self.words.total, total, Style::LARGE);
        if let Some(rounding) = content.cash_rounding.filter(|rounding| !rounding.is_zero()) {
            self.rounded_total(document, rounding);
        }
        document.space();
        self.payments(document);
    }

    /// Where prices come without tax, the tax leads from the subtotal to the total.
    fn tax_on_top(&self, document: &mut Document) {
        if self.content.tax_mode == TaxMode::Exclusive {
            let tax: Money = self.content.taxes.iter().map(|tax| tax.tax).sum();
            self.figure(
                document,
                self.words.tax_rate,
                self.amount(tax),
                Style::PLAIN,
            );
        }
    }

    fn rounded_total(&self, document: &mut Document, rounding: Money) {
        let signed = format::signed_amount(rounding, &self.content.currency, self.language);
        self.figure(document, self.words.cash_rounding, signed, Style::PLAIN);
        if self.content.online.is_some() {
            // Only a part of the total was paid in cash now: the settlement below says which.
            return;
        }
        let due = self.content.total + rounding;
        let label = if due.is_negative() {
            self.words.to_give_back
        } else {
            self.words.to_pay
        };
        self.figure(document, label, self.amount_with_currency(due), Style::BOLD);
    }

    fn payments(&self, document: &mut Document) {
        let content = self.content;
        for tender in &content.tenders {
            self.figure(
                document,
                &tender.name,
                self.amount(tender.amount),
                Style::PLAIN,
            );
        }
        if let Some(tendered) = content.tendered {
            self.figure(
                document,
                self.words.tendered,
                self.amount(tendered),
                Style::PLAIN,
            );
        }
        if let Some(change) = content.change {
            self.figure(
                document,
                self.words.change,
                self.amount(change),
                Style::BOLD,
            );
        }
    }

    fn online(&self, document: &mut Document) {
        let Some(online) = &self.content.online else {
            return;
        };
        let title = format!("{} {}", self.words.order, online.order_number);
        document
            .rule(Rule::Light)
            .text(title, Style::BOLD, Align::Left);
        self.figure(
            document,
            self.words.ordered,
            self.amount(online.ordered),
            Style::PLAIN,
        );
        if !online.changed.is_zero() {
            let changed =
                format::signed_amount(online.changed, &self.content.currency, self.language);
            self.figure(document, self.words.changed, changed, Style::PLAIN);
        }
        let still_due = if online.still_due.is_negative() {
            self.words.to_give_back
        } else {
            self.words.still_due
        };
        for (label, amount) in [
            (self.words.paid_online, online.paid_online),
            (self.words.paid_before, online.paid_before),
            (self.words.paid_now, online.paid_now),
            (self.words.given_back, online.given_back),
            (still_due, online.still_due.abs()),
        ] {
            if !amount.is_zero() {
                self.figure(document, label, self.amount(amount), Style::PLAIN);
            }
        }
        if let Some(now) = online.taxed_now {
            self.figure(
                document,
                self.words.taxed_now,
                self.amount(now),
                Style::BOLD,
            );
        }
    }

    fn taxes(&self, document: &mut Document) {
        if self.content.taxes.is_empty() {
            return;
        }
        document.rule(Rule::Light);
        let words = self.words;
        let head = [words.tax_rate, words.net, words.tax, words.gross];
        document.push(Block::Table(Table {
            head: head.map(str::to_owned).to_vec(),
            rows: self.tax_rows(),
        }));
        for (row, tax) in self.content.taxes.iter().enumerate() {
            if let Some(reason) = &tax.exemption_reason {
                let reason = exemption(reason, self.content.seller.country, self.language);
                let letter = tax_letter(row);
                let text = if self.marks_taxes() {
                    format!("{letter} {reason}")
                } else {
                    reason.to_owned()
                };
                document.text(text, Style::PLAIN, Align::Left);
            }
        }
    }

    fn tax_rows(&self) -> Vec<Vec<String>> {
        let mut rows = Vec::new();
        for (row, tax) in self.content.taxes.iter().enumerate() {
            let rate = format::rate(tax.rate, self.language);
            let label = if self.marks_taxes() {
                format!("{} {rate}", tax_letter(row))
            } else {
                rate
            };
            let figures = [tax.net, tax.tax, tax.gross].map(|money| self.amount(money));
            rows.push(std::iter::once(label).chain(figures).collect());
        }
        rows
    }

    fn footer(&self, document: &mut Document) {
        let content = self.content;
        document.space();
        for line in &content.footer {
            document.text(line, Style::PLAIN, Align::Centre);
        }
        if !content.footer.is_empty() {
            document.space();
        }
        let signature = content.signature_extract.as_deref();
        document.push(Block::Qr {
            data: content.reference.clone(),
            caption: signature.map_or_else(String::new, |extract| {
                format!("{} {extract}", self.words.signature)
            }),
        });
        let software = format!("{} {}", content.software.name, content.software.version);
        document.text(software, Style::PLAIN, Align::Centre);
    }
}

/// The letter that ties lines to a row of the tax table: A to Z, then A again.
fn tax_letter(row: usize) -> char {
    char::from(b'A' + (row % 26) as u8)
}
