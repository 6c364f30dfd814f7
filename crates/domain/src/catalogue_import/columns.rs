//! What the columns of a catalogue file are, by the words in its header.

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::headings::{self, named};
use crate::country::Currency;
use crate::settings::HubSettings;
use crate::tax::TaxMode;

/// What a column holds.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ts_rs::TS,
)]
#[serde(rename_all = "snake_case")]
pub enum Column {
    /// The hub's own article code.
    Code,
    /// EAN, UPC or in-store codes; several in one cell are parted by spaces, commas or bars.
    Barcodes,
    Name,
    /// For one unit, with or without tax as the hub's prices are.
    Price,
    /// A class of the hub's table ("food") or its rate ("5.5", "5,5 %").
    Tax,
    /// The path, outermost first, parted by `/` or `>`.
    Category,
    Unit,
    /// What is there of a product whose stock nobody has kept so far.
    Stock,
    /// What a pack holds: "500 g".
    Content,
    /// The deposit on the bottle, for one.
    Deposit,
    Description,
    Ingredients,
    Allergens,
    Origin,
    Storage,
    Supplier,
    /// Whether it is sold at all.
    Active,
    /// Whether the online shop offers it.
    Online,
}

impl Column {
    /// The column's English name, as reports say it.
    pub const fn name(self) -> &'static str {
        match self {
            Column::Code => "code",
            Column::Barcodes => "barcode",
            Column::Name => "name",
            Column::Price => "price",
            Column::Tax => "tax",
            Column::Category => "category",
            Column::Unit => "unit",
            Column::Stock => "stock",
            Column::Content => "content",
            Column::Deposit => "deposit",
            Column::Description => "description",
            Column::Ingredients => "ingredients",
            Column::Allergens => "allergens",
            Column::Origin => "origin",
            Column::Storage => "storage",
            Column::Supplier => "supplier",
            Column::Active => "active",
            Column::Online => "online",
        }
    }
}

/// A heading in small letters without accents and punctuation, words parted by one space.
pub(super) fn words(heading: &str) -> String {
    let plain: String = heading
        .nfd()
        .filter(|character| !is_combining_mark(*character))
        .flat_map(char::to_lowercase)
        .map(|character| match character {
            '%' => '\u{1}',
            other if other.is_alphanumeric() => other,
            _ => ' ',
        })
        .collect();
    plain
        .replace('\u{1}', " percent ")
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

/// What a price column says of itself beyond being a price.
#[derive(Debug, Clone, PartialEq, Eq)]
struct PriceHeading {
    mode: Option<TaxMode>,
    /// A currency's three letters.
    currency: Option<String>,
}

fn price_heading(words: &str) -> Option<PriceHeading> {
    let mut found = PriceHeading {
        mode: None,
        currency: None,
    };
    let mut is_price = false;
    for word in words.split(' ') {
        if headings::PRICE.contains(&word) {
            is_price = true;
        } else if headings::WITH_TAX.contains(&word) {
            found.mode = Some(TaxMode::Inclusive);
        } else if headings::WITHOUT_TAX.contains(&word) {
            found.mode = Some(TaxMode::Exclusive);
        } else if word.len() == 3
            && !headings::TAX.contains(&word)
            && Currency::from_code(word).is_ok()
        {
            found.currency = Some(word.to_ascii_uppercase());
        } else if !headings::SALE.contains(&word) && !headings::TAX.contains(&word) {
            return None;
        }
    }
    is_price.then_some(found)
}

/// Why the header cannot be worked with.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HeaderRefusal {
    #[error("the file is empty")]
    Empty,
    #[error(
        "no column holds the product code: the first line must name the columns, and one of them \
         must be called code, sku, reference, ean or barcode (found: {})",
        found.join(", ")
    )]
    NoCode { found: Vec<String> },
    #[error("no column but the product code is known here (found: {})", found.join(", "))]
    NothingElse { found: Vec<String> },
    #[error("the columns \"{first}\" and \"{second}\" both hold the {}", column.name())]
    Twice {
        column: Column,
        first: String,
        second: String,
    },
    #[error(
        "the column \"{heading}\" holds prices {}, but the prices of this hub are {}",
        in_words(*found),
        in_words(*hub)
    )]
    PriceMode {
        heading: String,
        found: TaxMode,
        hub: TaxMode,
    },
    #[error("the column \"{heading}\" holds prices in {found}, but this hub sells in {hub}")]
    PriceCurrency {
        heading: String,
        found: String,
        hub: String,
    },
}

impl HeaderRefusal {
    /// A stable code for screens.
    pub const fn code(&self) -> &'static str {
        match self {
            HeaderRefusal::Empty => "file_empty",
            HeaderRefusal::NoCode { .. } => "column_missing",
            HeaderRefusal::NothingElse { .. } => "columns_unknown",
            HeaderRefusal::Twice { .. } => "column_twice",
            HeaderRefusal::PriceMode { .. } => "price_tax_mode",
            HeaderRefusal::PriceCurrency { .. } => "price_currency",
        }
    }
}

const fn in_words(mode: TaxMode) -> &'static str {
    match mode {
        TaxMode::Inclusive => "with tax included",
        TaxMode::Exclusive => "without tax",
    }
}

/// The columns of a file, in the file's order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    columns: Vec<Option<Column>>,
    /// Headings that mean nothing here; their cells are not looked at.
    pub ignored: Vec<String>,
    /// Which column tells the products apart: the codes, or where there are none the barcodes.
    pub key: Column,
}

impl Header {
    /// How many of some headings are known: what tells a file's delimiter.
    pub fn known_headings<'a>(headings: impl IntoIterator<Item = &'a str>) -> usize {
        let known = |heading: &&str| {
            let words = words(heading);
            named(&words).is_some() || price_heading(&words).is_some()
        };
        headings.into_iter().filter(known).count()
    }

    /// Reads the first line. Case, accents, order and punctuation do not matter. Of two price
    /// columns, with and without tax, the one that fits the hub counts.
    pub fn read(headings: &[&str], settings: &HubSettings) -> Result<Header, HeaderRefusal> {
        if headings.iter().all(|heading| heading.trim().is_empty()) {
            return Err(HeaderRefusal::Empty);
        }
        let mut header = Header {
            columns: vec![None; headings.len()],
            ignored: Vec::new(),
            key: Column::Code,
        };
        let mut unfit = None;
        for (index, heading) in headings.iter().enumerate() {
            match meaning(heading, settings) {
                Ok(Some(column)) => header.set(index, column, headings)?,
                Ok(None) => header.ignore(heading),
                Err(refusal) => {
                    header.ignore(heading);
                    unfit = Some(refusal);
                }
            }
        }
        if let Some(refusal) = unfit.filter(|_| !header.has(Column::Price)) {
            return Err(refusal);
        }
        header.with_key(headings)
    }

    fn set(
        &mut self,
        index: usize,
        column: Column,
        headings: &[&str],
    ) -> Result<(), HeaderRefusal> {
        let before = self.columns.iter().position(|known| *known == Some(column));
        if let Some(before) = before {
            return Err(HeaderRefusal::Twice {
                column,
                first: headings[before].trim().to_owned(),
                second: headings[index].trim().to_owned(),
            });
        }
        self.columns[index] = Some(column);
        Ok(())
    }

    fn ignore(&mut self, heading: &str) {
        let heading = heading.trim();
        if !heading.is_empty() {
            self.ignored.push(heading.to_owned());
        }
    }

    fn with_key(mut self, headings: &[&str]) -> Result<Header, HeaderRefusal> {
        let found = || {
            headings
                .iter()
                .map(|heading| heading.trim().to_owned())
                .collect()
        };
        if !self.has(Column::Code) {
            if !self.has(Column::Barcodes) {
                return Err(HeaderRefusal::NoCode { found: found() });
            }
            self.key = Column::Barcodes;
        }
        if self.columns.iter().flatten().count() < 2 {
            return Err(HeaderRefusal::NothingElse { found: found() });
        }
        Ok(self)
    }

    /// Whether the file has a column.
    pub fn has(&self, column: Column) -> bool {
        self.columns.contains(&Some(column))
    }

    /// How many cells each line must have.
    pub fn width(&self) -> usize {
        self.columns.len()
    }

    /// The column's cell in a line, without outer white space; `None` where the file has no such
    /// column or the cell is empty: an empty cell changes nothing.
    pub(super) fn cell<'c>(&self, cells: &[&'c str], column: Column) -> Option<&'c str> {
        let index = self
            .columns
            .iter()
            .position(|known| *known == Some(column))?;
        cells
            .get(index)
            .map(|cell| cell.trim())
            .filter(|cell| !cell.is_empty())
    }
}

/// What a heading means to a hub; a refusal where it is a price that the hub cannot take.
fn meaning(heading: &str, settings: &HubSettings) -> Result<Option<Column>, HeaderRefusal> {
    let words = words(heading);
    if let Some(column) = named(&words) {
        return Ok(Some(column));
    }
    let Some(price) = price_heading(&words) else {
        return Ok(None);
    };
    let heading = heading.trim().to_owned();
    if let Some(found) = price.mode.filter(|mode| *mode != settings.tax_mode) {
        return Err(HeaderRefusal::PriceMode {
            heading,
            found,
            hub: settings.tax_mode,
        });
    }
    if let Some(found) = price
        .currency
        .filter(|code| *code != settings.currency.code)
    {
        return Err(HeaderRefusal::PriceCurrency {
            heading,
            found,
            hub: settings.currency.code.clone(),
        });
    }
    Ok(Some(Column::Price))
}
