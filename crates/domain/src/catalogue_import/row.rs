//! The values of one line, before it is known which product they belong to.

use chrono::NaiveDate;

use super::cell::{self, NumberFault};
use super::columns::{Column, Header};
use super::report::{RowFault, RowWarning, shown};
use crate::barcode::{self, BarcodeRefusal, ScanDoubt};
use crate::money::Money;
use crate::quantity::Unit;
use crate::settings::HubSettings;
use crate::tax::{TaxClass, TaxRate, rate_on};
use crate::unit_price::Content;

/// The longest name and category, in characters.
const NAME_MAX: usize = 250;

/// The longest other text, in characters.
const TEXT_MAX: usize = 20_000;

/// What a line says, as far as it could be read.
#[derive(Debug, Default)]
pub(super) struct Row {
    /// The product's code; the first barcode where the file has no codes.
    pub code: Option<String>,
    pub barcodes: Vec<String>,
    pub name: Option<String>,
    pub price: Option<Money>,
    pub tax: Option<TaxWord>,
    pub category: Option<String>,
    pub unit: Option<Unit>,
    /// As written: how it is read depends on the product's unit.
    pub stock: Option<String>,
    pub content: Option<Content>,
    pub deposit: Option<Money>,
    pub texts: Vec<(Column, String)>,
    pub active: Option<bool>,
    pub online: Option<bool>,
    pub faults: Vec<RowFault>,
    pub warnings: Vec<RowWarning>,
}

/// A tax that the hub knows, by its class or by a rate that one or more classes have.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum TaxWord {
    Class(TaxClass),
    Rate(TaxRate),
}

/// The hub's classes with today's rates.
#[derive(Debug)]
pub(super) struct Rates(Vec<(TaxClass, TaxRate)>);

impl Rates {
    pub(super) fn of(settings: &HubSettings, today: NaiveDate) -> Rates {
        let mut rates: Vec<(TaxClass, TaxRate)> = Vec::new();
        for row in &settings.tax_rates {
            let is_new = rates.iter().all(|(class, _)| *class != row.class);
            if let Some(rate) = rate_on(&settings.tax_rates, &row.class, today).filter(|_| is_new) {
                rates.push((row.class.clone(), rate));
            }
        }
        Rates(rates)
    }

    fn read(&self, text: &str) -> Result<TaxWord, RowFault> {
        let wanted = super::columns::words(text);
        let named = |class: &TaxClass| super::columns::words(class.name()) == wanted;
        if let Some((class, _)) = self.0.iter().find(|(class, _)| named(class)) {
            return Ok(TaxWord::Class(class.clone()));
        }
        cell::rate(text)
            .filter(|rate| self.0.iter().any(|(_, known)| known == rate))
            .map(TaxWord::Rate)
            .ok_or_else(|| RowFault::UnknownTax {
                text: shown(text),
                known: self.in_words(),
            })
    }

    fn in_words(&self) -> String {
        let name = |(class, rate): &(TaxClass, TaxRate)| {
            let per_cent = rust_decimal::Decimal::new(i64::from(rate.ppm()), 4).normalize();
            format!("{} {per_cent} %", class.name())
        };
        self.0.iter().map(name).collect::<Vec<_>>().join(", ")
    }

    /// The class that a word stands for: the present one where it fits, else the first that does.
    pub(super) fn class(&self, word: TaxWord, present: Option<&TaxClass>) -> Option<TaxClass> {
        let rate = match word {
            TaxWord::Class(class) => return Some(class),
            TaxWord::Rate(rate) => rate,
        };
        let fitting = || self.0.iter().filter(|(_, known)| *known == rate);
        fitting()
            .find(|(class, _)| Some(class) == present)
            .or_else(|| fitting().next())
            .map(|(class, _)| class.clone())
    }
}

impl Row {
    /// Reads the cells of one line.
    pub(super) fn read(
        header: &Header,
        cells: &[&str],
        settings: &HubSettings,
        rates: &Rates,
    ) -> Row {
        let mut row = Row::default();
        if cells.len() != header.width() {
            row.faults.push(RowFault::CellCount {
                expected: header.width(),
                found: cells.len(),
            });
            return row;
        }
        row.read_codes(header, cells);
        row.read_texts(header, cells);
        let decimals = settings.currency.decimals;
        row.price = row.number(header, cells, Column::Price, |text| {
            cell::price(text, decimals)
        });
        row.deposit = row.number(header, cells, Column::Deposit, |text| {
            cell::price(text, decimals)
        });
        row.unit = row.understood(header, cells, Column::Unit, cell::unit);
        row.content = row.understood(header, cells, Column::Content, cell::content);
        row.active = row.understood(header, cells, Column::Active, cell::yes_or_no);
        row.online = row.understood(header, cells, Column::Online, cell::yes_or_no);
        row.stock = header.cell(cells, Column::Stock).map(str::to_owned);
        if let Some(text) = header.cell(cells, Column::Tax) {
            match rates.read(text) {
                Ok(word) => row.tax = Some(word),
                Err(fault) => row.faults.push(fault),
            }
        }
        row
    }

    fn read_codes(&mut self, header: &Header, cells: &[&str]) {
        let separators = [',', ';', '|', ' ', '\t', '\n'];
        let barcodes = header.cell(cells, Column::Barcodes).unwrap_or_default();
        for text in barcodes.split(separators).filter(|text| !text.is_empty()) {
            if let Some(code) = self.checked_code(text)
                && !self.barcodes.contains(&code)
            {
                self.barcodes.push(code);
            }
        }
        let code = match header.key {
            Column::Code => header.cell(cells, Column::Code),
            _ => None,
        };
        self.code = match code {
            Some(text) => self.checked_code(text),
            None if header.key == Column::Code => None,
            None => self.barcodes.first().cloned(),
        };
        if self.code.is_none() && self.faults.is_empty() {
            self.faults.push(RowFault::KeyMissing);
        }
    }

    /// A code as it will be looked up. What looks like a trade item number and is none is taken, and
    /// said.
    fn checked_code(&mut self, text: &str) -> Option<String> {
        if is_shortened(text) {
            let text = shown(text);
            self.faults.push(RowFault::CodeShortened { text });
            return None;
        }
        match barcode::parse(text, None, &[]) {
            Ok(scan) => {
                if scan.doubt == Some(ScanDoubt::CheckDigit) {
                    let warning = RowWarning::CheckDigit {
                        code: text.to_owned(),
                    };
                    if !self.warnings.contains(&warning) {
                        self.warnings.push(warning);
                    }
                }
                Some(text.to_owned())
            }
            Err(reason) => {
                self.refuse_code(text, reason);
                None
            }
        }
    }

    fn refuse_code(&mut self, text: &str, reason: BarcodeRefusal) {
        let text = shown(text);
        self.faults.push(RowFault::CodeUnreadable { text, reason });
    }

    fn read_texts(&mut self, header: &Header, cells: &[&str]) {
        self.name = self
            .text(header, cells, Column::Name, NAME_MAX)
            .map(|name| one_line(&name));
        self.category = self
            .text(header, cells, Column::Category, NAME_MAX)
            .map(|path| category_path(&path))
            .filter(|path| !path.is_empty());
        for column in [
            Column::Description,
            Column::Ingredients,
            Column::Allergens,
            Column::Origin,
            Column::Storage,
            Column::Supplier,
        ] {
            if let Some(text) = self.text(header, cells, column, TEXT_MAX) {
                self.texts.push((column, text));
            }
        }
    }

    fn text(
        &mut self,
        header: &Header,
        cells: &[&str],
        column: Column,
        max: usize,
    ) -> Option<String> {
        let text = header.cell(cells, column)?;
        if text.chars().nth(max).is_some() {
            self.faults.push(RowFault::TooLong { column, max });
            return None;
        }
        let visible: String = text
            .chars()
            .filter(|character| !is_unwanted(*character))
            .collect();
        if visible.len() < text.len() {
            self.warnings.push(RowWarning::HiddenCharacters { column });
        }
        Some(visible.trim().to_owned()).filter(|text| !text.is_empty())
    }

    fn number<T>(
        &mut self,
        header: &Header,
        cells: &[&str],
        column: Column,
        read: impl FnOnce(&str) -> Result<T, NumberFault>,
    ) -> Option<T> {
        let text = header.cell(cells, column)?;
        match read(text) {
            Ok(number) => Some(number),
            Err(fault) => {
                self.refuse_number(column, text, fault);
                None
            }
        }
    }

    pub(super) fn refuse_number(&mut self, column: Column, text: &str, fault: NumberFault) {
        self.faults.push(RowFault::Number {
            column,
            text: shown(text),
            fault,
        });
    }

    fn understood<T>(
        &mut self,
        header: &Header,
        cells: &[&str],
        column: Column,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        let text = header.cell(cells, column)?;
        let found = read(text);
        if found.is_none() {
            let text = shown(text);
            self.faults.push(RowFault::NotUnderstood { column, text });
        }
        found
    }
}

/// What spreadsheets make of long codes: `3,34871E+12`.
fn is_shortened(text: &str) -> bool {
    let Some((mantissa, exponent)) = text.split_once(['E', 'e']) else {
        return false;
    };
    let digits_and = |text: &str, marks: &[char]| {
        text.contains(|character: char| character.is_ascii_digit())
            && text
                .chars()
                .all(|character| character.is_ascii_digit() || marks.contains(&character))
    };
    exponent.starts_with('+') && digits_and(mantissa, &['.', ',']) && digits_and(exponent, &['+'])
}

/// Characters that a screen does not show or that turn the text around.
const fn is_unwanted(character: char) -> bool {
    matches!(
        character,
        '\0'..='\u{8}'
            | '\u{b}'..='\u{c}'
            | '\u{e}'..='\u{1f}'
            | '\u{7f}'..='\u{9f}'
            | '\u{ad}'
            | '\u{200b}'
            | '\u{200e}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}'
    )
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn category_path(text: &str) -> String {
    text.split(['/', '>'])
        .map(one_line)
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join("/")
}
