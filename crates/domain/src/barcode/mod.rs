//! What a scanner reads and what people type: trade item numbers, the shop's own weight and price
//! labels, and any other code.
//!
//! # How a scan finds its product
//!
//! [`lookup_keys`] names the codes to look up, the first hit wins:
//!
//! 1. **the whole code**, as it stands in the catalogue. It goes first, so that a shop may number a
//!    product `2000000000022` although labels with the prefix `20` hold a price;
//! 2. where eight digits may be an EAN-8 or a UPC-E, the other of the two;
//! 3. for a label with a value, **the code with value and check digits zeroed**: the label's value
//!    then counts as the weight, price or number of what was found.
//!
//! The catalogue indexes its barcodes under [`normalised_code`], so that an EAN-13, the UPC-A in it
//! and the GTIN-14 around it are one key.

mod gs1;
mod gtin;
mod label;
mod presets;

use serde::{Deserialize, Serialize};

pub use gtin::{Gtin14, NoGtin};
pub use label::{
    InStoreCode, InStoreLayout, InStoreValue, InnerCheck, LabelContent, LayoutRefusal,
};
pub use presets::in_store_presets;

use gtin::{Digits, expand_upc_e, other_readings};

/// The longest code that is kept, in characters.
pub const BARCODE_LENGTH_MAX: usize = 128;

/// The scanner's name for the kind of a barcode (ISO/IEC 15424): `]E0` is an EAN-13 or UPC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ts_rs::TS)]
pub struct AimId {
    /// The symbology's letter: `E` for EAN and UPC, `C` for Code 128, `Q` for QR.
    pub symbology: char,
    /// The variant of it, a digit or letter.
    pub modifier: char,
}

impl AimId {
    /// The identifier at the start of a scan, and the rest of the scan.
    pub fn split(text: &str) -> Option<(AimId, &str)> {
        let rest = text.strip_prefix(']')?;
        let mut characters = rest.chars();
        let symbology = characters.next().filter(char::is_ascii_alphabetic)?;
        let modifier = characters.next().filter(char::is_ascii_alphanumeric)?;
        let aim = AimId {
            symbology,
            modifier,
        };
        Some((aim, characters.as_str()))
    }

    const fn is_ean(self) -> bool {
        matches!((self.symbology, self.modifier), ('E', _))
    }

    /// Whether eight digits are an EAN-8 for certain (`]E4`); those under `]E0` are a UPC-E.
    const fn is_ean_8(self) -> bool {
        matches!((self.symbology, self.modifier), ('E', '4'))
    }

    const fn is_gs1(self) -> bool {
        matches!(
            (self.symbology, self.modifier),
            ('C', '1') | ('e', '0') | ('d', '2') | ('Q', '3') | ('J', '1')
        )
    }
}

/// What a code is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
#[serde(tag = "kind", content = "content", rename_all = "snake_case")]
pub enum Barcode {
    /// A trade item number with a right check digit, of whatever length.
    Gtin(Gtin14),
    /// A label that the shop printed, with a weight, price or number in it.
    InStore(InStoreCode),
    /// Any other code: the hub's own article code, an order's code, a voucher.
    Text(String),
}

/// What is odd about a code that was read all the same. It is looked up as it stands; when nothing
/// is found, this says why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ts_rs::TS)]
#[serde(rename_all = "snake_case")]
pub enum ScanDoubt {
    /// As long as a trade item number, but its check digit is wrong: mistyped, or no such number.
    CheckDigit,
    /// It begins like one of the shop's labels, but the check digit within is wrong.
    LabelCheckDigit,
}

/// One scan, read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
pub struct Scan {
    /// What was scanned or typed, without the AIM identifier and outer white space.
    pub text: String,
    pub aim: Option<AimId>,
    pub barcode: Barcode,
    pub doubt: Option<ScanDoubt>,
}

/// Why a code cannot be read at all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS, thiserror::Error)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum BarcodeRefusal {
    #[error("nothing was scanned")]
    Empty,
    #[error("a code of {length} characters is longer than {max}")]
    TooLong { length: u32, max: u32 },
    /// A control character, or one that turns or hides text on a screen.
    #[error("the character U+{character:04X} at position {position} belongs in no code")]
    ControlCharacter {
        /// Counted in characters from zero.
        position: u32,
        /// The character's Unicode number.
        character: u32,
    },
    /// The scanner says that it is an EAN or UPC, or GS1 data name a trade item, and its check digit
    /// is wrong: read damaged.
    #[error("the check digit should be {expected}")]
    WrongCheckDigit { expected: u8 },
    /// GS1 data with an element that changes what is sold (a weight, a price, a number). Selling
    /// without it would be wrong.
    #[error("the GS1 element ({application_identifier}) is not supported")]
    Gs1Unsupported { application_identifier: String },
    #[error("the GS1 data cannot be read")]
    Gs1Malformed,
}

/// Reads a scan. `aim` is what the scanner said beside the data, where its mode says it there; at
/// the front of the data it is found and taken off.
///
/// `raw` may be anything at all. It is refused when empty, longer than [`BARCODE_LENGTH_MAX`], or
/// with control characters in it.
pub fn parse(
    raw: &str,
    aim: Option<AimId>,
    layouts: &[InStoreLayout],
) -> Result<Scan, BarcodeRefusal> {
    let (aim, text) = match AimId::split(raw.trim_ascii()) {
        Some((found, rest)) => (Some(found), rest.trim_ascii()),
        None => (aim, raw.trim_ascii()),
    };
    check_length(text)?;
    let is_gs1 = aim.is_some_and(AimId::is_gs1) || text.starts_with(gs1::FNC1);
    check_characters(text, is_gs1)?;
    let (barcode, doubt) = if is_gs1 {
        (Barcode::Gtin(gs1::trade_item(text)?), None)
    } else {
        classify(text, aim, layouts)?
    };
    Ok(Scan {
        text: text.to_owned(),
        aim,
        barcode,
        doubt,
    })
}

fn check_length(text: &str) -> Result<(), BarcodeRefusal> {
    if text.is_empty() {
        return Err(BarcodeRefusal::Empty);
    }
    let length = text.chars().count();
    if length > BARCODE_LENGTH_MAX {
        return Err(BarcodeRefusal::TooLong {
            length: u32::try_from(length).unwrap_or(u32::MAX),
            max: BARCODE_LENGTH_MAX as u32,
        });
    }
    Ok(())
}

fn check_characters(text: &str, is_gs1: bool) -> Result<(), BarcodeRefusal> {
    let found = text
        .chars()
        .zip(0_u32..)
        .find(|(character, _)| is_hidden(*character) && !(is_gs1 && *character == gs1::FNC1));
    match found {
        Some((character, position)) => Err(BarcodeRefusal::ControlCharacter {
            position,
            character: character.into(),
        }),
        None => Ok(()),
    }
}

/// Control characters, and the marks that turn the direction of text or have no width: a code with
/// them would look on the screen like another one.
const fn is_hidden(character: char) -> bool {
    matches!(
        character,
        '\0'..='\u{1f}'
            | '\u{7f}'..='\u{9f}'
            | '\u{ad}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}'
    )
}

fn classify(
    text: &str,
    aim: Option<AimId>,
    layouts: &[InStoreLayout],
) -> Result<(Barcode, Option<ScanDoubt>), BarcodeRefusal> {
    let as_text = || Barcode::Text(text.to_owned());
    let Some(digits) = Digits::read(text).filter(|digits| digits.is_gtin_length()) else {
        return Ok((as_text(), None));
    };
    match read_gtin(&digits, aim) {
        Some(gtin) => Ok(match label::read(gtin, layouts) {
            Some(Ok(label)) => (Barcode::InStore(label), None),
            Some(Err(label::WrongInnerCheck)) => {
                (Barcode::Gtin(gtin), Some(ScanDoubt::LabelCheckDigit))
            }
            None => (Barcode::Gtin(gtin), None),
        }),
        None if aim.is_some_and(AimId::is_ean) => Err(BarcodeRefusal::WrongCheckDigit {
            expected: digits.expected_check(),
        }),
        None => Ok((as_text(), Some(ScanDoubt::CheckDigit))),
    }
}

/// The trade item number in 8, 12, 13 or 14 digits. Eight are a UPC-E where the scanner says so;
/// without its word an EAN-8 where the check digit fits, else a UPC-E.
fn read_gtin(digits: &Digits, aim: Option<AimId>) -> Option<Gtin14> {
    if digits.len() != 8 {
        return digits.gtin();
    }
    match aim.filter(|aim| aim.is_ean()) {
        Some(aim) if aim.is_ean_8() => digits.gtin(),
        Some(_) => expand_upc_e(digits).or_else(|| digits.gtin()),
        None => digits.gtin().or_else(|| expand_upc_e(digits)),
    }
}

/// A code to look up, and the value that the label stated for what is found under it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LookupKey {
    /// In the form of [`normalised_code`].
    pub code: String,
    /// The weight, price or number to sell; `None` where the code stands for the bare product.
    pub value: Option<InStoreValue>,
}

/// The codes under which a scan's product may stand in the catalogue, in the order to try them (see
/// the module's text).
pub fn lookup_keys(scan: &Scan) -> Vec<LookupKey> {
    let plain = |code: String| LookupKey { code, value: None };
    match &scan.barcode {
        Barcode::Text(text) => vec![plain(text.clone())],
        Barcode::Gtin(gtin) => {
            let certain = scan.aim.is_some_and(AimId::is_ean_8);
            let others = (!certain).then(|| other_readings(*gtin));
            std::iter::once(*gtin)
                .chain(others.into_iter().flatten())
                .map(|gtin| plain(gtin.to_string()))
                .collect()
        }
        Barcode::InStore(label) => vec![
            plain(label.gtin.to_string()),
            LookupKey {
                code: label.key.to_string(),
                value: Some(label.value),
            },
        ],
    }
}

/// The key under which the catalogue indexes a barcode or looks up a typed code: a trade item number
/// in fourteen digits, anything else as it stands without outer white space.
pub fn normalised_code(code: &str) -> String {
    let text = code.trim();
    let gtin = Digits::read(text)
        .filter(Digits::is_gtin_length)
        .and_then(|digits| read_gtin(&digits, None));
    match gtin {
        Some(gtin) => gtin.to_string(),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests;
