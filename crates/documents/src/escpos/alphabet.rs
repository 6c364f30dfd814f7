//! The characters that a printer can write, and the bytes they have in its code pages.

use encoding_rs::Encoding;
use oem_cp::code_table::{
    ENCODING_TABLE_CP437, ENCODING_TABLE_CP737, ENCODING_TABLE_CP850, ENCODING_TABLE_CP852,
    ENCODING_TABLE_CP858, ENCODING_TABLE_CP866,
};
use serde::{Deserialize, Serialize};

use super::profile::{CodePage, PrinterProfile};
use crate::text::clean;

/// A set of characters with their bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Charset {
    Pc437,
    Pc737,
    Pc850,
    Pc852,
    /// Western Europe with the euro.
    Pc858,
    Pc866,
    Windows1250,
    Windows1251,
    Windows1252,
    Windows1253,
}

impl Charset {
    /// The byte of a character: printable ones only, so that no text can hold a command.
    fn byte(self, character: char) -> Option<u8> {
        if character.is_control() {
            return None;
        }
        if character.is_ascii() {
            return u8::try_from(character).ok();
        }
        let byte = match self {
            Charset::Pc437 => ENCODING_TABLE_CP437.get(&character).copied(),
            Charset::Pc737 => ENCODING_TABLE_CP737.get(&character).copied(),
            Charset::Pc850 => ENCODING_TABLE_CP850.get(&character).copied(),
            Charset::Pc852 => ENCODING_TABLE_CP852.get(&character).copied(),
            Charset::Pc858 => ENCODING_TABLE_CP858.get(&character).copied(),
            Charset::Pc866 => ENCODING_TABLE_CP866.get(&character).copied(),
            Charset::Windows1250 => single_byte(encoding_rs::WINDOWS_1250, character),
            Charset::Windows1251 => single_byte(encoding_rs::WINDOWS_1251, character),
            Charset::Windows1252 => single_byte(encoding_rs::WINDOWS_1252, character),
            Charset::Windows1253 => single_byte(encoding_rs::WINDOWS_1253, character),
        };
        byte.filter(|byte| *byte >= 0x80)
    }
}

fn single_byte(encoding: &'static Encoding, character: char) -> Option<u8> {
    let mut buffer = [0; 4];
    let (bytes, _, missed) = encoding.encode(character.encode_utf8(&mut buffer));
    match (missed, bytes.as_ref()) {
        (false, [byte]) => Some(*byte),
        _ => None,
    }
}

/// All that one printer can write.
#[derive(Debug)]
pub(super) struct Alphabet<'a> {
    pages: &'a [CodePage],
}

impl<'a> Alphabet<'a> {
    pub(super) fn new(profile: &'a PrinterProfile) -> Alphabet<'a> {
        Alphabet {
            pages: &profile.code_pages,
        }
    }

    /// A text that one of the pages has as it stands; else the same text with plain spellings for
    /// what the usual page lacks, where they mean the same.
    pub(super) fn prepared(&self, text: &str) -> String {
        let text = clean(text);
        if self.encode(&text).is_some() {
            return text;
        }
        let mut prepared = String::new();
        for character in text.chars() {
            match plain_spelling(character) {
                Some(plain) if !self.has(character) => prepared.push_str(plain),
                _ => prepared.push(character),
            }
        }
        prepared
    }

    fn has(&self, character: char) -> bool {
        character.is_ascii()
            || self
                .pages
                .first()
                .is_some_and(|page| page.charset.byte(character).is_some())
    }

    /// The bytes of a row in the first page that holds all of it, and the page's number where it
    /// matters; `None` where no page holds all. Spaces of any kind are plain ones on paper.
    pub(super) fn encode(&self, text: &str) -> Option<(Option<u8>, Vec<u8>)> {
        let characters = || text.chars().map(on_paper);
        if let Some(bytes) = characters().map(plain_byte).collect() {
            return Some((None, bytes));
        }
        self.pages.iter().find_map(|page| {
            let bytes = characters().map(|character| page.charset.byte(character));
            Some((Some(page.number), bytes.collect::<Option<Vec<u8>>>()?))
        })
    }
}

/// Spaces that only a typesetter tells apart are the plain one.
fn on_paper(character: char) -> char {
    match character {
        '\u{a0}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' => ' ',
        _ => character,
    }
}

/// The byte of a character that all pages share.
fn plain_byte(character: char) -> Option<u8> {
    matches!(character, ' '..='~')
        .then(|| u8::try_from(character).ok())
        .flatten()
}

/// Spellings that lose nothing a customer would miss.
fn plain_spelling(character: char) -> Option<&'static str> {
    Some(match character {
        '\u{3000}' => "  ",
        '\u{2010}'..='\u{2015}' | '\u{2212}' => "-",
        '\u{2018}' | '\u{2019}' | '\u{201a}' | '\u{2032}' | '\u{2bc}' => "'",
        '\u{201c}' | '\u{201d}' | '\u{201e}' | '\u{2033}' => "\"",
        '…' => "...",
        'œ' => "oe",
        'Œ' => "OE",
        '×' => "x",
        '€' => "EUR",
        '•' | '·' => "-",
        '№' => "No",
        '™' => "(TM)",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ascii_and_accents_have_the_bytes_of_their_page() {
        for (charset, text, bytes) in [
            (
                Charset::Pc858,
                "-.é€ü®",
                [0x2d, 0x2e, 0x82, 0xd5, 0x81, 0xa9].as_slice(),
            ),
            (Charset::Windows1252, "-é€œ", &[0x2d, 0xe9, 0x80, 0x9c]),
            (Charset::Pc866, "Ж", &[0x86]),
            (Charset::Pc852, "č", &[0x9f]),
        ] {
            let encoded: Option<Vec<u8>> = text.chars().map(|c| charset.byte(c)).collect();
            assert_eq!(encoded.as_deref(), Some(bytes), "{charset:?}");
        }
    }

    #[test]
    fn control_characters_have_no_byte_in_any_page() {
        for code in (0..0x20).chain(0x7f..0xa0) {
            let control = char::from_u32(code).unwrap();
            for charset in [
                Charset::Pc858,
                Charset::Windows1252,
                Charset::Windows1251,
                Charset::Pc437,
            ] {
                assert_eq!(charset.byte(control), None, "{code:#x} in {charset:?}");
            }
        }
    }

    #[test]
    fn plain_spellings_stand_in_only_where_needed() {
        let epson = PrinterProfile::epson_80();
        let alphabet = Alphabet::new(&epson);
        assert_eq!(alphabet.prepared("L’œuf – 5 ≤ 6…"), "L'oeuf - 5 ≤ 6...");
        assert_eq!(alphabet.prepared("Пирог 蘋果"), "Пирог 蘋果");
        assert_eq!(alphabet.prepared("L’œuf – 5 €…"), "L’œuf – 5 €…");
        assert_eq!(
            alphabet.encode("1\u{202f}234\u{a0}€"),
            Some((Some(19), b"1 234 \xd5".to_vec()))
        );
        assert_eq!(alphabet.encode("L’œuf").unwrap().0, Some(16));
        assert_eq!(alphabet.encode("Пирог").unwrap().0, Some(17));
        assert_eq!(alphabet.encode("蘋果"), None);
    }
}
