//! The fonts of a PDF, and how wide text is in them.
//!
//! Letters come from Noto Sans, those that it lacks (Arabic, Hebrew, signs) from DejaVu Sans, and what
//! neither has from GNU Unifont as pictures. A PDF embeds the characters that it uses of a font.

use std::sync::LazyLock;

use printpdf::ParsedFont;

use super::page::Length;
use crate::document::Bitmap;
use crate::escpos::fonts::{in_visual_order, unifont_picture};

/// A font with a weight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Face {
    Regular,
    Bold,
    OtherRegular,
    OtherBold,
}

impl Face {
    /// The name of the font in the file.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Face::Regular => "NotoSans",
            Face::Bold => "NotoSansBold",
            Face::OtherRegular => "DejaVuSans",
            Face::OtherBold => "DejaVuSansBold",
        }
    }

    fn bytes(self) -> &'static [u8] {
        match self {
            Face::Regular => notosans::REGULAR_TTF,
            Face::Bold => notosans::BOLD_TTF,
            Face::OtherRegular => dejavu::sans::regular(),
            Face::OtherBold => dejavu::sans::bold(),
        }
    }

    /// The font itself. The fonts are part of the program and parse.
    pub(super) fn font(self) -> Option<&'static ParsedFont> {
        static FONTS: [LazyLock<Option<ParsedFont>>; 4] = [
            LazyLock::new(|| parsed(Face::Regular)),
            LazyLock::new(|| parsed(Face::Bold)),
            LazyLock::new(|| parsed(Face::OtherRegular)),
            LazyLock::new(|| parsed(Face::OtherBold)),
        ];
        FONTS.get(self as usize).and_then(|font| font.as_ref())
    }

    /// How far a character moves the pen, in thousandths of its size; `None` where the font lacks it.
    fn advance(self, character: char) -> Option<i64> {
        let font = self.font()?;
        let glyph = font.lookup_glyph_index(u32::from(character))?;
        let em = i64::from(font.font_metrics.units_per_em).max(1);
        let units = i64::from(font.get_horizontal_advance(glyph));
        (glyph != 0).then_some(units * 1000 / em)
    }
}

fn parsed(face: Face) -> Option<ParsedFont> {
    ParsedFont::from_bytes(face.bytes(), 0, &mut Vec::new())
}

/// A part of a row in one font, or one character that no font has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece {
    Run {
        face: Face,
        text: String,
        width: Length,
    },
    Picture {
        bitmap: Bitmap,
        width: Length,
    },
}

/// Cuts a row of text into pieces, from left to right as it is read on paper.
pub(super) fn pieces(text: &str, bold: bool, size: Length) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    for character in in_visual_order(text).chars().map(printable) {
        match glyph_of(character, bold) {
            Glyph::Letter(face, advance) => {
                let advance = advance * size / 1000;
                match pieces.last_mut() {
                    Some(Piece::Run {
                        face: last,
                        text,
                        width,
                    }) if *last == face => {
                        text.push(character);
                        *width += advance;
                    }
                    _ => pieces.push(Piece::Run {
                        face,
                        text: character.to_string(),
                        width: advance,
                    }),
                }
            }
            Glyph::Picture(bitmap) => {
                let width = size * bitmap.width() as i64 / bitmap.height().max(1) as i64;
                pieces.push(Piece::Picture { bitmap, width });
            }
        }
    }
    pieces
}

/// How wide a row of text is.
pub(super) fn width(text: &str, bold: bool, size: Length) -> Length {
    let pieces = pieces(text, bold, size);
    pieces.iter().map(Piece::width).sum()
}

impl Piece {
    pub(super) const fn width(&self) -> Length {
        match self {
            Piece::Run { width, .. } | Piece::Picture { width, .. } => *width,
        }
    }
}

/// Breaks a text into rows that are no wider than `room`: at spaces, and inside a word only where the
/// word alone is wider.
pub(super) fn wrap(text: &str, bold: bool, size: Length, room: Length) -> Vec<String> {
    let measure = |text: &str| width(text, bold, size);
    let space = measure(" ");
    let (mut rows, mut row, mut used) = (Vec::new(), String::new(), 0);
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        let wide = measure(word);
        if !row.is_empty() && used + space + wide <= room {
            row.push(' ');
            row.push_str(word);
            used += space + wide;
            continue;
        }
        if !row.is_empty() {
            rows.push(std::mem::take(&mut row));
        }
        row = split_word(word, wide, room, &measure, &mut rows);
        used = measure(&row);
    }
    if !row.is_empty() {
        rows.push(row);
    }
    rows
}

/// Puts full rows of a long word into `rows` and returns the rest.
fn split_word(
    word: &str,
    wide: Length,
    room: Length,
    measure: &impl Fn(&str) -> Length,
    rows: &mut Vec<String>,
) -> String {
    if wide <= room {
        return word.to_owned();
    }
    let (mut row, mut used) = (String::new(), 0);
    for character in word.chars() {
        let advance = measure(character.encode_utf8(&mut [0; 4]));
        if !row.is_empty() && used + advance > room {
            rows.push(std::mem::take(&mut row));
            used = 0;
        }
        row.push(character);
        used += advance;
    }
    row
}

enum Glyph {
    Letter(Face, i64),
    Picture(Bitmap),
}

fn glyph_of(character: char, bold: bool) -> Glyph {
    let faces = if bold {
        [Face::Bold, Face::OtherBold]
    } else {
        [Face::Regular, Face::OtherRegular]
    };
    let letter = |face: Face| Some(Glyph::Letter(face, face.advance(character)?));
    let found = faces.into_iter().find_map(letter);
    found.unwrap_or_else(|| Glyph::Picture(unifont_picture(character).unwrap_or_else(missing)))
}

/// An empty box where nobody has the character.
fn missing() -> Bitmap {
    let mut picture = Bitmap::white(8, 16);
    for at in 1..7 {
        picture.blacken(at, 3);
        picture.blacken(at, 13);
    }
    for at in 3..=13 {
        picture.blacken(1, at);
        picture.blacken(6, at);
    }
    picture
}

/// Spaces that fonts lack are ones that they have.
const fn printable(character: char) -> char {
    match character {
        '\u{202f}' | '\u{2000}'..='\u{200a}' | '\u{205f}' => '\u{a0}',
        _ => character,
    }
}
