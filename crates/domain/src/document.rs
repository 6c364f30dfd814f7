//! Numbered documents: receipts, invoices, credit notes and Z reports, frozen as issued.

use serde::{Deserialize, Serialize};

use crate::entry::EntryHash;
use crate::ids::AttachmentId;
use crate::money::Money;
use crate::tax::TaxBreakdown;
use crate::time::Timestamp;

/// The series a document is numbered in. Invoices and credit notes share one; receipts and Z
/// reports have theirs (docs/adr/0001-order-and-journal.md).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ts_rs::TS,
)]
#[serde(rename_all = "snake_case")]
pub enum Series {
    Receipt,
    Invoice,
    ZReport,
    /// Orders that are born at a till and fetched another day. No document bears it.
    Order,
}

impl Series {
    const fn letter(self) -> char {
        match self {
            Series::Receipt => 'R',
            Series::Invoice => 'F',
            Series::ZReport => 'Z',
            Series::Order => 'O',
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
#[serde(rename_all = "snake_case")]
pub enum DocumentKind {
    Receipt,
    ReturnReceipt,
    Invoice,
    CreditNote,
    ZReport,
}

impl DocumentKind {
    pub const fn series(self) -> Series {
        match self {
            DocumentKind::Receipt | DocumentKind::ReturnReceipt => Series::Receipt,
            DocumentKind::Invoice | DocumentKind::CreditNote => Series::Invoice,
            DocumentKind::ZReport => Series::ZReport,
        }
    }
}

/// The printed name of a till at its hub: one to six letters and digits, unique in the hub.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, ts_rs::TS)]
#[serde(transparent)]
pub struct TillCode(String);

/// A text that cannot be a till's code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a till code has one to six letters and digits")]
pub struct BadTillCode;

impl TillCode {
    /// Takes a code as typed; letters become capitals.
    pub fn new(text: &str) -> Result<TillCode, BadTillCode> {
        let code = text.trim().to_ascii_uppercase();
        let fits =
            (1..=6).contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if fits {
            Ok(TillCode(code))
        } else {
            Err(BadTillCode)
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<'de> Deserialize<'de> for TillCode {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<TillCode, D::Error> {
        TillCode::new(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

impl std::fmt::Display for TillCode {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// The printed label of an epoch: its date and random letters, so that a till restored from a
/// backup can never print a number twice.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ts_rs::TS)]
#[serde(transparent)]
pub struct EpochLabel(String);

impl EpochLabel {
    /// `YYMMDD` of the day and three letters picked by the random bytes.
    pub fn new(day: chrono::NaiveDate, random: [u8; 3]) -> EpochLabel {
        // No letters that are mistaken for digits or for each other.
        const LETTERS: &[u8; 20] = b"ABCDEFGHJKLMNPQRTWXY";
        let letters: String = random
            .iter()
            .map(|byte| char::from(LETTERS[usize::from(*byte) % LETTERS.len()]))
            .collect();
        EpochLabel(format!("{}{letters}", day.format("%y%m%d")))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A document's number: dense from the start number in its till, epoch and series.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ts_rs::TS)]
pub struct DocumentNumber {
    pub series: Series,
    pub till_code: TillCode,
    pub epoch_label: EpochLabel,
    #[ts(type = "number")]
    pub number: u64,
}

impl DocumentNumber {
    /// Reads a number as it is printed: the till's code, the letter of the series, the epoch's label
    /// and the number. None where the text is none.
    pub fn read(text: &str) -> Option<DocumentNumber> {
        let text = text.trim().to_ascii_uppercase();
        let mut parts = text.split('-');
        let (head, label, number) = (parts.next()?, parts.next()?, parts.next()?);
        if parts.next().is_some() || label.is_empty() {
            return None;
        }
        let letter = head.chars().next_back()?;
        let series = [Series::Receipt, Series::Invoice, Series::ZReport];
        let series = series
            .into_iter()
            .find(|series| series.letter() == letter)?;
        Some(DocumentNumber {
            series,
            till_code: TillCode::new(head.get(..head.len() - 1)?).ok()?,
            epoch_label: EpochLabel(label.to_owned()),
            number: number.parse().ok()?,
        })
    }
}

impl std::fmt::Display for DocumentNumber {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            formatter,
            "{}{}-{}-{}",
            self.till_code,
            self.series.letter(),
            self.epoch_label.as_str(),
            self.number
        )
    }
}

/// A document that left the till: what the entry keeps of it. Its rendered content lies beside the
/// journal as an attachment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IssuedDocument {
    pub kind: DocumentKind,
    pub number: DocumentNumber,
    pub issued_at: Timestamp,
    pub total: Money,
    /// What it states, by rate: the next tax document of the order states the rest.
    pub tax: TaxBreakdown,
    /// The invoice that a credit note corrects.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub corrects: Option<DocumentNumber>,
    /// The receipt that an invoice stands for; it adds no turnover.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of_receipt: Option<DocumentNumber>,
    /// Whom an invoice is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recipient: Option<Recipient>,
    pub content: AttachmentId,
    pub content_hash: EntryHash,
}

/// Whom an invoice is for; tax law treats the two apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
#[serde(rename_all = "snake_case")]
pub enum Recipient {
    Business,
    Consumer,
}
