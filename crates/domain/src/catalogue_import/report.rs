//! What a plan says about single lines: faults, which stop the import, and warnings, which do not.

use super::cell::NumberFault;
use super::columns::Column;
use crate::barcode::BarcodeRefusal;

/// Something about one line of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Noted<T> {
    /// Counted from 1, as editors do.
    pub line: u64,
    pub what: T,
}

/// Why a line cannot be taken. One of these stops the whole import.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RowFault {
    #[error("{found} cells instead of {expected}: a delimiter or a quote is missing or too many")]
    CellCount { expected: usize, found: usize },
    #[error("no product code")]
    KeyMissing,
    #[error("the product code \"{code}\" stands in line {first_line} already")]
    Duplicate { code: String, first_line: u64 },
    #[error("several products have the barcode \"{code}\": name the product by its code")]
    KeyAmbiguous { code: String },
    #[error("a spreadsheet has shortened the code to \"{text}\": format the column as text")]
    CodeShortened { text: String },
    #[error("the code \"{text}\" cannot be one: {reason}")]
    CodeUnreadable {
        text: String,
        reason: BarcodeRefusal,
    },
    #[error("the product is new, so it needs a {}", column.name())]
    Missing { column: Column },
    #[error("the {} \"{text}\" {fault}", column.name())]
    Number {
        column: Column,
        text: String,
        fault: NumberFault,
    },
    #[error("the tax \"{text}\" is none of this hub's (known: {known})")]
    UnknownTax { text: String, known: String },
    #[error("the {} \"{text}\" is not understood", column.name())]
    NotUnderstood { column: Column, text: String },
    #[error("the {} is longer than {max} characters", column.name())]
    TooLong { column: Column, max: usize },
}

impl RowFault {
    /// A stable code for screens.
    pub const fn code(&self) -> &'static str {
        match self {
            RowFault::CellCount { .. } => "cell_count",
            RowFault::KeyMissing => "code_missing",
            RowFault::Duplicate { .. } => "code_twice",
            RowFault::KeyAmbiguous { .. } => "barcode_of_several",
            RowFault::CodeShortened { .. } => "code_shortened",
            RowFault::CodeUnreadable { .. } => "code_unreadable",
            RowFault::Missing { .. } => "value_missing",
            RowFault::Number { fault, .. } => fault.code(),
            RowFault::UnknownTax { .. } => "tax_unknown",
            RowFault::NotUnderstood { .. } => "not_understood",
            RowFault::TooLong { .. } => "too_long",
        }
    }
}

/// What is odd about a line that is taken all the same.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RowWarning {
    #[error(
        "the check digit of \"{code}\" is wrong; it is found by typing and scanning exactly this"
    )]
    CheckDigit { code: String },
    #[error("\"{code}\" has no price and cannot be sold until it has one")]
    WithoutPrice { code: String },
    #[error("characters that nobody sees were left out of the {}", column.name())]
    HiddenCharacters { column: Column },
    #[error("the stock is left as it is: deliveries and counts change it")]
    StockLeft,
    #[error("another product has the barcode \"{code}\" as well; the till will ask")]
    BarcodeShared { code: String },
}

impl RowWarning {
    /// A stable code for screens.
    pub const fn code(&self) -> &'static str {
        match self {
            RowWarning::CheckDigit { .. } => "check_digit",
            RowWarning::WithoutPrice { .. } => "without_price",
            RowWarning::HiddenCharacters { .. } => "hidden_characters",
            RowWarning::StockLeft => "stock_left",
            RowWarning::BarcodeShared { .. } => "barcode_shared",
        }
    }
}

/// So much of a cell as a report can show.
pub(super) fn shown(text: &str) -> String {
    const SHOWN_MAX: usize = 40;
    let plain = |character: char| {
        if character.is_control() {
            ' '
        } else {
            character
        }
    };
    let start: String = text.chars().take(SHOWN_MAX).map(plain).collect();
    if text.chars().nth(SHOWN_MAX).is_some() {
        format!("{start}…")
    } else {
        start
    }
}
