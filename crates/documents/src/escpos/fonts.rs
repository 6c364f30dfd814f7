//! Rows drawn as pictures, for characters that no code page of the printer has.
//!
//! Letters come from DejaVu Sans Mono, Chinese, Japanese, Korean and what else DejaVu lacks from GNU
//! Unifont; both are free to embed. Each character stands in its cell, so that a drawn row lines up
//! with the printed ones.
#![expect(
    clippy::float_arithmetic,
    reason = "the outlines of letters are no amounts of money"
)]

use std::sync::LazyLock;

use fontdue::{Font, FontSettings};
use unicode_bidi::BidiInfo;
use unicode_width::UnicodeWidthChar;
use unifont::Glyph;

use super::{CHARACTER_DOTS, row_height};
use crate::document::{Bitmap, Style};

/// The size at which a DejaVu letter is as wide as a cell of twelve dots (0.602 em).
const EM_PER_CELL: f32 = 1.0 / 0.602;

/// Where letters stand in a cell of 24 dots: this far below its top.
const BASELINE_DOTS: i32 = 19;

/// The rows of a Unifont character.
const UNIFONT_ROWS: usize = 16;

static REGULAR: LazyLock<Option<Font>> = LazyLock::new(|| font(dejavu::sans_mono::regular()));
static BOLD: LazyLock<Option<Font>> = LazyLock::new(|| font(dejavu::sans_mono::bold()));

fn font(bytes: &'static [u8]) -> Option<Font> {
    Font::from_bytes(bytes, FontSettings::default()).ok()
}

/// Draws one row of text; a character of a large size takes twice its cells.
pub(super) fn draw(text: &str, style: Style, columns: usize, cell_dots: usize) -> Bitmap {
    let mut pen = Pen {
        picture: Bitmap::white(columns * cell_dots, row_height(style.size)),
        style,
        cell_dots,
        left: 0,
    };
    for character in in_visual_order(text).chars() {
        pen.draw(character);
    }
    pen.picture
}

/// Arabic letters joined, and right-to-left text the way it is seen. What two spaces keep apart (a
/// name from its amount) stays in its place.
pub(crate) fn in_visual_order(text: &str) -> String {
    // All that is before Hebrew in Unicode is written from left to right, letter by letter.
    if text.chars().all(|character| character < '\u{590}') {
        return text.to_owned();
    }
    let joined = unifont::i18n::preprocess_text(text);
    let fields = joined.split("  ").map(|field| {
        let bidi = BidiInfo::new(field, None);
        let lines = bidi.paragraphs.iter();
        lines
            .map(|line| bidi.reorder_line(line, line.range.clone()))
            .collect::<String>()
    });
    fields.collect::<Vec<_>>().join("  ")
}

/// A character of Unifont as a picture of sixteen rows; `None` where Unifont has none.
pub(crate) fn unifont_picture(character: char) -> Option<Bitmap> {
    let glyph = unifont::get_glyph(character)?;
    let mut picture = Bitmap::white(glyph.get_width(), UNIFONT_ROWS);
    for y in 0..UNIFONT_ROWS {
        for x in (0..glyph.get_width()).filter(|x| pixel(glyph, *x, y)) {
            picture.blacken(x, y);
        }
    }
    Some(picture)
}

struct Pen {
    picture: Bitmap,
    style: Style,
    cell_dots: usize,
    left: usize,
}

impl Pen {
    fn draw(&mut self, character: char) {
        let cells = character.width().unwrap_or(0);
        let font = if self.style.bold { &*BOLD } else { &*REGULAR };
        match font {
            Some(font) if font.has_glyph(character) => self.outline(font, character),
            _ => self.bitmap(character, cells.max(1) * self.cell_dots),
        }
        self.left += cells * self.cell_dots * self.style.size.width();
    }

    fn outline(&mut self, font: &Font, character: char) {
        let size = self.cell_dots as f32 * EM_PER_CELL;
        let (metrics, coverage) = font.rasterize(character, size);
        let top = BASELINE_DOTS - metrics.ymin - metrics.height as i32;
        for (index, _) in coverage.iter().enumerate().filter(|(_, ink)| **ink > 110) {
            let x = metrics.xmin + (index % metrics.width) as i32;
            let y = top + (index / metrics.width) as i32;
            self.dot(x, y);
        }
    }

    /// A glyph of sixteen rows, stretched to the cell; an empty box where nobody has the character.
    fn bitmap(&mut self, character: char, width: usize) {
        let Some(glyph) = unifont::get_glyph(character) else {
            return self.missing(width);
        };
        let glyph_width = glyph.get_width();
        for y in 0..CHARACTER_DOTS {
            for x in 0..width {
                if pixel(
                    glyph,
                    x * glyph_width / width,
                    y * UNIFONT_ROWS / CHARACTER_DOTS,
                ) {
                    self.dot(x as i32, y as i32);
                }
            }
        }
    }

    fn missing(&mut self, width: usize) {
        for x in 1..width.saturating_sub(1) as i32 {
            self.dot(x, 3);
            self.dot(x, 20);
        }
        for y in 3..=20 {
            self.dot(1, y);
            self.dot(width as i32 - 2, y);
        }
    }

    /// One dot of the cell, as large as the size makes it.
    fn dot(&mut self, x: i32, y: i32) {
        let (wide, high) = (self.style.size.width(), self.style.size.height());
        let (Ok(x), Ok(y)) = (usize::try_from(x), usize::try_from(y)) else {
            return;
        };
        for down in 0..high {
            for right in 0..wide {
                self.picture
                    .blacken(self.left + x * wide + right, y * high + down);
            }
        }
    }
}

fn pixel(glyph: &Glyph, x: usize, y: usize) -> bool {
    glyph.get_pixel(x, y)
}
