//! The dots on the paper, from white (0) to black (255).

use std::sync::LazyLock;

use fontdue::{Font, FontSettings};

use super::codes::Symbol;
use super::{CELL_DOTS, CHARACTER_DOTS};

/// The size at which a letter of DejaVu Sans Mono is twelve dots wide (0.602 em).
const EM_DOTS: f32 = 12.0 / 0.602;

/// Letters stand on this row of their cell of 24.
const BASELINE_DOTS: i32 = 19;

static REGULAR: LazyLock<Font> = LazyLock::new(|| font(dejavu::sans_mono::regular()));
static BOLD: LazyLock<Font> = LazyLock::new(|| font(dejavu::sans_mono::bold()));

fn font(bytes: &'static [u8]) -> Font {
    Font::from_bytes(bytes, FontSettings::default()).expect("the embedded font is a font")
}

/// One character in its row.
#[derive(Debug, Clone)]
pub(super) struct Glyph {
    pub(super) character: char,
    pub(super) left: usize,
    /// Multiples of the plain cell.
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) bold: bool,
    pub(super) inverse: bool,
}

/// Paper that grows as it is fed.
#[derive(Debug, Clone)]
pub(super) struct Ink {
    width: usize,
    /// The row under the print head.
    top: usize,
    dots: Vec<u8>,
}

impl Ink {
    pub(super) fn new(width: usize) -> Ink {
        Ink {
            width,
            top: 0,
            dots: Vec::new(),
        }
    }

    pub(super) fn width(&self) -> usize {
        self.width
    }

    pub(super) fn height(&self) -> usize {
        self.top
    }

    pub(super) fn darkness(&self, x: usize, y: usize) -> u8 {
        if x >= self.width {
            return 0;
        }
        self.dots.get(y * self.width + x).copied().unwrap_or(0)
    }

    pub(super) fn feed(&mut self, dots: usize) {
        self.top += dots;
    }

    /// Prints a black dot, `y` rows below the head.
    pub(super) fn dot(&mut self, x: usize, y: usize) {
        self.shade(x, y, 255);
    }

    fn shade(&mut self, x: usize, y: usize, darkness: u8) {
        if x >= self.width || darkness == 0 {
            return;
        }
        let index = (self.top + y) * self.width + x;
        if index >= self.dots.len() {
            self.dots.resize((self.top + y + 1) * self.width, 0);
        }
        self.dots[index] = self.dots[index].max(darkness);
    }

    /// Prints a row of text; small characters stand at the bottom of tall ones.
    pub(super) fn row(&mut self, row: &[Glyph], left: usize, row_dots: usize) {
        for glyph in row {
            let down = row_dots - CHARACTER_DOTS * glyph.height;
            self.glyph(glyph, left + glyph.left, down);
        }
    }

    fn glyph(&mut self, glyph: &Glyph, left: usize, top: usize) {
        let (wide, high) = (CELL_DOTS * glyph.width, CHARACTER_DOTS * glyph.height);
        let cell = match glyph.character {
            '─' => ruled(wide, high, &[high / 2]),
            '═' => ruled(wide, high, &[high / 2 - 2, high / 2 + 2]),
            _ => lettered(glyph, wide, high),
        };
        for (index, darkness) in cell.iter().enumerate() {
            let darkness = if glyph.inverse {
                255 - darkness
            } else {
                *darkness
            };
            self.shade(left + index % wide, top + index / wide, darkness);
        }
    }

    /// Prints a code, each module so wide and high; returns the height.
    pub(super) fn symbol(
        &mut self,
        symbol: &Symbol,
        left: usize,
        wide: usize,
        high: usize,
    ) -> usize {
        for (row, modules) in symbol.rows.iter().enumerate() {
            for (column, _) in modules.iter().enumerate().filter(|(_, black)| **black) {
                for y in 0..high {
                    for x in 0..wide {
                        self.dot(left + column * wide + x, row * high + y);
                    }
                }
            }
        }
        symbol.rows.len() * high
    }
}

/// A line through the cell, so that neighbours join without a gap.
fn ruled(wide: usize, high: usize, rows: &[usize]) -> Vec<u8> {
    let mut cell = vec![0; wide * high];
    for row in rows {
        cell[row * wide..(row + 1) * wide].fill(150);
    }
    cell
}

/// A letter, drawn as large as its longer side asks and squeezed in the other, as printers do.
fn lettered(glyph: &Glyph, wide: usize, high: usize) -> Vec<u8> {
    let scale = glyph.width.max(glyph.height);
    let font = if glyph.bold { &*BOLD } else { &*REGULAR };
    let (metrics, coverage) = font.rasterize(glyph.character, EM_DOTS * scale as f32);
    let top = BASELINE_DOTS * scale as i32 - metrics.ymin - metrics.height as i32;
    let (squeeze_x, squeeze_y) = (scale / glyph.width, scale / glyph.height);
    let mut sums = vec![0u32; wide * high];
    for (index, ink) in coverage.iter().enumerate() {
        let x = metrics.xmin + (index % metrics.width) as i32;
        let y = top + (index / metrics.width) as i32;
        let (Ok(x), Ok(y)) = (usize::try_from(x), usize::try_from(y)) else {
            continue;
        };
        let (x, y) = (x / squeeze_x.max(1), y / squeeze_y.max(1));
        if x < wide && y < high {
            sums[y * wide + x] += u32::from(*ink);
        }
    }
    let share = (squeeze_x * squeeze_y).max(1) as u32;
    sums.iter()
        .map(|sum| (sum / share).min(255) as u8)
        .collect()
}
