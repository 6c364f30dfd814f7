//! The Z report: what a shift came to, in two blocks and the bridge between them.

use comptoir_domain::country::Currency;
use comptoir_domain::money::Money;
use comptoir_domain::tax::TaxRate;
use serde::{Deserialize, Serialize};

use crate::content::{LocalTime, Seller, Software};
use crate::document::{Align, Block, Document, Rule, Style, Table};
use crate::format;
use crate::language::Language;
use crate::receipt::{copy_mark, practice_mark, seller};
use crate::words::{Words, words};

/// A Z report as issued. Amounts are in minor units of `currency`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ZReportContent {
    pub seller: Seller,
    /// The number in the till's series of Z reports.
    pub number: String,
    pub till_code: String,
    pub shift_number: u32,
    pub opened_at: LocalTime,
    pub closed_at: LocalTime,
    /// The name of who closed.
    pub closed_by: String,
    pub currency: Currency,
    pub turnover: Vec<ZTurnover>,
    pub turnover_total: ZSum,
    pub tenders: Vec<ZTender>,
    /// What leads from the turnover to the money, sign included.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub bridge: Vec<BridgeLine>,
    /// What the money comes to: turnover plus the bridge.
    pub money_total: Money,
    pub counts: ZCounts,
    /// The turnover, tax included, since the till's first shift.
    pub perpetual_total: Money,
    pub software: Software,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signature_extract: Option<String>,
    /// 0 for the original, then 1 for the first reprint.
    #[serde(default)]
    pub copy: u32,
    #[serde(default)]
    pub practice: bool,
}

/// The turnover of one rate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ZTurnover {
    pub rate: TaxRate,
    #[serde(flatten)]
    pub sum: ZSum,
}

/// One turnover seen three ways.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ZSum {
    pub net: Money,
    pub tax: Money,
    pub gross: Money,
}

/// The money of one tender.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ZTender {
    pub name: String,
    pub expected: Money,
    /// What was counted at close; absent for a tender that is not counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counted: Option<Money>,
    /// Counted less expected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub difference: Option<Money>,
}

/// One step from turnover to money.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BridgeLine {
    pub step: BridgeStep,
    pub amount: Money,
}

/// Why turnover and money differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BridgeStep {
    /// Money taken for goods that are still to be collected.
    CustomerDepositsTaken,
    /// Goods handed over against money taken before.
    CustomerDepositsUsed,
    DebtsMade,
    DebtsPaid,
    CreditGiven,
    CreditUsed,
    VouchersSold,
    VouchersUsed,
    CashRounding,
    CashDifference,
    /// What a customer need not pay.
    Forgiven,
}

/// What a manager looks at first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ZCounts {
    pub sales: CountAndAmount,
    pub returns: CountAndAmount,
    pub removed_lines: CountAndAmount,
    pub discarded_orders: CountAndAmount,
    pub drawer_openings: u32,
    #[serde(default)]
    pub discounts: CountAndAmount,
    #[serde(default)]
    pub price_changes: CountAndAmount,
    #[serde(default)]
    pub tender_corrections: CountAndAmount,
    #[serde(default)]
    pub reprints: u32,
    #[serde(default)]
    pub recounts: u32,
}

/// How many, and what they came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct CountAndAmount {
    pub count: u32,
    pub amount: Money,
}

/// Puts a Z report into blocks.
pub fn lay_out(content: &ZReportContent, language: Language) -> Document {
    let writer = Writer {
        content,
        language,
        words: words(language),
    };
    let mut document = Document::default();
    if content.practice {
        practice_mark(&mut document, writer.words);
        document.space();
    }
    if content.copy > 0 {
        copy_mark(&mut document, content.copy, writer.words);
    }
    seller(&mut document, &content.seller, writer.words);
    writer.identity(&mut document);
    writer.turnover(&mut document);
    writer.money(&mut document);
    writer.bridge(&mut document);
    writer.counts(&mut document);
    writer.end(&mut document);
    document
}

struct Writer<'a> {
    content: &'a ZReportContent,
    language: Language,
    words: &'static Words,
}

impl Writer<'_> {
    fn amount(&self, money: Money) -> String {
        format::amount(money, &self.content.currency, self.language)
    }

    fn signed(&self, money: Money) -> String {
        format::signed_amount(money, &self.content.currency, self.language)
    }

    fn title(&self, document: &mut Document, text: &str) {
        document
            .rule(Rule::Light)
            .text(text, Style::BOLD, Align::Left);
    }

    fn identity(&self, document: &mut Document) {
        let content = self.content;
        let words = self.words;
        let title = format!("{} {}", words.z_report, content.number);
        document.push(Block::Heading(title));
        document.space();
        document.pair(
            format!("{} {}", words.till, content.till_code),
            format!("{} {}", words.shift, content.shift_number),
        );
        document.pair(
            words.opened,
            format::date_time(content.opened_at, self.language),
        );
        document.pair(
            words.closed,
            format::date_time(content.closed_at, self.language),
        );
        document.pair(words.printed_by, content.closed_by.clone());
    }

    fn turnover(&self, document: &mut Document) {
        let words = self.words;
        self.title(document, words.turnover);
        let total = (words.total.to_owned(), self.content.turnover_total);
        let rates = self
            .content
            .turnover
            .iter()
            .map(|turnover| (format::rate(turnover.rate, self.language), turnover.sum));
        let rows = rates.chain(std::iter::once(total)).map(|(label, sum)| {
            let figures = [sum.net, sum.tax, sum.gross].map(|money| self.amount(money));
            std::iter::once(label).chain(figures).collect()
        });
        let head = [words.tax_rate, words.net, words.tax, words.gross];
        document.push(Block::Table(Table {
            head: head.map(str::to_owned).to_vec(),
            rows: rows.collect(),
        }));
    }

    fn money(&self, document: &mut Document) {
        self.title(document, self.words.money);
        for tender in &self.content.tenders {
            document.text(&tender.name, Style::PLAIN, Align::Left);
            self.money_row(document, self.words.expected, self.amount(tender.expected));
            let counted = tender.counted.map(|money| self.amount(money));
            let counted = counted.unwrap_or_else(|| self.words.not_counted.to_owned());
            self.money_row(document, self.words.counted, counted);
            if let Some(difference) = tender.difference {
                self.money_row(document, self.words.difference, self.signed(difference));
            }
        }
    }

    fn money_row(&self, document: &mut Document, label: &str, amount: String) {
        document.push(Block::Amount {
            label: label.to_owned(),
            amount,
            style: Style::PLAIN,
            indent: 2,
        });
    }

    fn bridge(&self, document: &mut Document) {
        self.title(document, self.words.bridge);
        let turnover = self.amount(self.content.turnover_total.gross);
        document.amount(self.words.bridge_turnover, turnover, Style::PLAIN);
        for line in &self.content.bridge {
            let label = bridge_label(line.step, self.language);
            document.amount(label, self.signed(line.amount), Style::PLAIN);
        }
        let money = self.amount(self.content.money_total);
        document.amount(self.words.bridge_money, money, Style::BOLD);
    }

    fn counts(&self, document: &mut Document) {
        let counts = &self.content.counts;
        let words = self.words;
        self.title(document, words.watched);
        for (label, counted) in [
            (words.sales, counts.sales),
            (words.returns, counts.returns),
            (words.removed_lines, counts.removed_lines),
            (words.discarded_orders, counts.discarded_orders),
        ] {
            let count = format::count(counted.count.into(), self.language);
            let label = format!("{label} ({count})");
            document.amount(label, self.amount(counted.amount), Style::PLAIN);
        }
        // What is rare is printed where it happened.
        for (label, counted) in [
            (words.discounts, counts.discounts),
            (words.price_changes, counts.price_changes),
            (words.tender_corrections, counts.tender_corrections),
        ] {
            if counted.count > 0 {
                let count = format::count(counted.count.into(), self.language);
                let label = format!("{label} ({count})");
                document.amount(label, self.amount(counted.amount), Style::PLAIN);
            }
        }
        let openings = format::count(counts.drawer_openings.into(), self.language);
        document.amount(words.drawer_openings, openings, Style::PLAIN);
        for (label, count) in [
            (words.reprints, counts.reprints),
            (words.recounts, counts.recounts),
        ] {
            if count > 0 {
                let count = format::count(count.into(), self.language);
                document.amount(label, count, Style::PLAIN);
            }
        }
    }

    fn end(&self, document: &mut Document) {
        let content = self.content;
        document.rule(Rule::Light);
        let total =
            format::amount_with_currency(content.perpetual_total, &content.currency, self.language);
        document
            .amount(self.words.perpetual_total, total, Style::BOLD)
            .space();
        if let Some(extract) = &content.signature_extract {
            let text = format!("{} {extract}", self.words.signature);
            document.text(text, Style::PLAIN, Align::Centre);
        }
        let software = format!("{} {}", content.software.name, content.software.version);
        document.text(software, Style::PLAIN, Align::Centre);
        if content.practice {
            document.space();
            practice_mark(document, self.words);
        }
    }
}

fn bridge_label(step: BridgeStep, language: Language) -> &'static str {
    let (english, french) = match step {
        BridgeStep::CustomerDepositsTaken => ("Customer deposits taken", "Acomptes reçus"),
        BridgeStep::CustomerDepositsUsed => ("Customer deposits used", "Acomptes utilisés"),
        BridgeStep::DebtsMade => ("Put on account", "Mis en compte"),
        BridgeStep::DebtsPaid => ("Accounts settled", "Comptes réglés"),
        BridgeStep::CreditGiven => ("Credit given", "Avoirs accordés"),
        BridgeStep::CreditUsed => ("Credit used", "Avoirs utilisés"),
        BridgeStep::VouchersSold => ("Vouchers sold", "Bons vendus"),
        BridgeStep::VouchersUsed => ("Vouchers used", "Bons utilisés"),
        BridgeStep::CashRounding => ("Cash rounding", "Arrondis espèces"),
        BridgeStep::CashDifference => ("Differences counted", "Écarts de caisse"),
        BridgeStep::Forgiven => ("Forgiven", "Remises de dette"),
    };
    match language {
        Language::English => english,
        Language::French => french,
    }
}
