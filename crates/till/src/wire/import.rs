//! Products from a file, on a till that works alone.

use comptoir_domain::catalogue_import::Column;
use comptoir_domain::time::Timestamp;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::error::Params;

/// Files on this computer and on what is plugged into it that may hold products, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CatalogueFiles {
    pub files: Vec<FileChoice>,
}

/// A file to choose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct FileChoice {
    pub path: String,
    pub name: String,
    pub changed_at: Option<Timestamp>,
}

/// What a file of products does, or did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ImportReport {
    /// Whether it was taken in; otherwise nothing was changed.
    pub done: bool,
    #[ts(type = "number")]
    pub rows: u64,
    #[ts(type = "number")]
    pub added: u64,
    #[ts(type = "number")]
    pub updated: u64,
    #[ts(type = "number")]
    pub unchanged: u64,
    /// The column that tells the products apart.
    pub key: Column,
    /// Headings that mean nothing here.
    pub ignored: Vec<String>,
    /// What keeps the file out, by line; the first ones where there are very many.
    pub faults: Vec<ImportNote>,
    #[ts(type = "number")]
    pub fault_count: u64,
    /// What is odd and was taken all the same.
    pub warnings: Vec<ImportNote>,
    #[ts(type = "number")]
    pub warning_count: u64,
}

/// Something about one line of the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ImportNote {
    /// Counted from 1, as editors do.
    #[ts(type = "number")]
    pub line: u64,
    pub code: ImportCode,
    pub column: Option<Column>,
    pub params: Params,
}

/// What is wrong with a line, or odd about it. The screen holds one sentence per code and language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ImportCode {
    /// A delimiter or a quote is missing or too many. Params: `expected`, `found`.
    CellCount,
    CodeMissing,
    /// Params: `code`, `first_line`.
    CodeTwice,
    /// Params: `code`.
    BarcodeOfSeveral,
    /// A spreadsheet made a number of it. Params: `text`.
    CodeShortened,
    /// Params: `text`.
    CodeUnreadable,
    /// A new product needs this column.
    ValueMissing,
    /// Params: `text`, as in all that follow about numbers.
    NotANumber,
    Negative,
    TooLarge,
    TooPrecise,
    /// A fraction or thousands.
    Ambiguous,
    NotWhole,
    /// Params: `text`, `known`.
    TaxUnknown,
    /// Params: `text`.
    NotUnderstood,
    /// Params: `max`.
    TooLong,

    /// Params: `code`.
    CheckDigit,
    /// Params: `code`.
    WithoutPrice,
    HiddenCharacters,
    /// Deliveries and counts change it.
    StockLeft,
    /// Params: `code`.
    BarcodeShared,
}
