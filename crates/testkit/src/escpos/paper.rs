//! What comes out of the printer: lines of text and a picture of the paper.

use std::io::Cursor;

use image::{ImageFormat, Rgb, RgbImage};

use super::code_pages::Numbering;
use super::parser::{Command, parse};

mod codes;
mod ink;

use ink::{Glyph, Ink};

/// The height of a character of font A, in dots.
const CHARACTER_DOTS: usize = 24;
/// The width of a character of font A, in dots.
const CELL_DOTS: usize = 12;
/// The printer's own spacing of rows.
const SPACING_DOTS: usize = 30;

/// The white around the print, in dots.
const MARGIN: u32 = 34;
const PAPER: [u8; 3] = [253, 252, 248];
const INK: [u8; 3] = [28, 26, 24];
const BEHIND: [u8; 3] = [226, 224, 219];

/// The printer that a job is printed on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Paper {
    /// Dots in a row: 576 on 80 mm paper, 384 on 58 mm.
    pub dots: usize,
    pub numbering: Numbering,
}

impl Paper {
    /// 80 mm with Epson's code pages.
    pub const EPSON_80: Paper = Paper {
        dots: 576,
        numbering: Numbering::Epson,
    };

    /// 58 mm with the code pages of small printers.
    pub const GENERIC_58: Paper = Paper {
        dots: 384,
        numbering: Numbering::Generic58,
    };
}

/// A job as it lies on the counter.
#[derive(Debug, Clone)]
pub struct Printed {
    /// The rows of text; codes and pictures stand as `[QR …]`, `[BARCODE …]`, `[PICTURE w x h]`.
    pub lines: Vec<String>,
    /// The bytes that the selected code page does not have.
    pub undecodable: Vec<u8>,
    /// Rows that were too long, so that the printer broke them.
    pub overflows: usize,
    /// The cuts, true for a partial one.
    pub cuts: Vec<bool>,
    pub drawer_pulses: usize,
    /// Sequences that no receipt should hold.
    pub unknown: Vec<Vec<u8>>,
    /// Where each line begins, in dots from the top.
    tops: Vec<usize>,
    ink: Ink,
}

/// Prints a job.
pub fn print(job: &[u8], paper: Paper) -> Printed {
    let mut head = Head::new(paper);
    for command in parse(job) {
        head.obey(&command);
    }
    head.end_row();
    head.printed
}

impl Printed {
    /// The rows as one text.
    pub fn text(&self) -> String {
        self.lines.join("\n")
    }

    /// The paper as a picture.
    pub fn picture(&self) -> RgbImage {
        let (width, height) = (self.ink.width() as u32, self.ink.height() as u32);
        let border = 10;
        let sheet = (width + 2 * MARGIN, height + 2 * MARGIN);
        let mut picture =
            RgbImage::from_pixel(sheet.0 + 2 * border, sheet.1 + 2 * border, Rgb(BEHIND));
        for y in 0..sheet.1 {
            for x in 0..sheet.0 {
                let darkness = match (x.checked_sub(MARGIN), y.checked_sub(MARGIN)) {
                    (Some(x), Some(y)) => self.ink.darkness(x as usize, y as usize),
                    _ => 0,
                };
                picture.put_pixel(x + border, y + border, Rgb(shade(darkness)));
            }
        }
        picture
    }

    /// The picture with the lines blotted out that hold one of these texts: what is another on each
    /// day, such as a number, a time or a code.
    pub fn picture_without(&self, volatile: &[&str]) -> RgbImage {
        let mut picture = self.picture();
        let ends = self.tops.iter().skip(1).copied();
        let ends = ends.chain([self.ink.height()]);
        for ((line, top), end) in self.lines.iter().zip(&self.tops).zip(ends) {
            if volatile.iter().any(|text| line.contains(text)) {
                blot(&mut picture, *top as u32 + MARGIN, end as u32 + MARGIN);
            }
        }
        picture
    }

    fn push_line(&mut self, text: String, top: usize) {
        self.lines.push(text);
        self.tops.push(top);
    }

    /// The picture as a PNG file.
    pub fn png(&self) -> Result<Vec<u8>, image::ImageError> {
        let mut file = Cursor::new(Vec::new());
        self.picture().write_to(&mut file, ImageFormat::Png)?;
        Ok(file.into_inner())
    }
}

/// Paints over the rows from `top` to `end` of the printed area.
fn blot(picture: &mut RgbImage, top: u32, end: u32) {
    let border = 10;
    let (left, right) = (border + MARGIN, picture.width() - border - MARGIN);
    for y in (top + border)..(end + border).min(picture.height()) {
        for x in left..right {
            picture.put_pixel(x, y, Rgb(BEHIND));
        }
    }
}

fn shade(darkness: u8) -> [u8; 3] {
    let mix = |paper: u8, ink: u8| {
        let darkness = u32::from(darkness);
        ((u32::from(paper) * (255 - darkness) + u32::from(ink) * darkness) / 255) as u8
    };
    [0, 1, 2].map(|channel| mix(PAPER[channel], INK[channel]))
}

/// The print head with all that a job can set.
struct Head {
    paper: Paper,
    printed: Printed,
    row: Vec<Glyph>,
    row_dots: usize,
    bold: bool,
    inverse: bool,
    width: usize,
    height: usize,
    align: u8,
    page: u8,
    spacing: usize,
    qr_size: usize,
    qr_data: Vec<u8>,
    barcode_height: usize,
    barcode_width: usize,
    barcode_text: bool,
}

impl Head {
    fn new(paper: Paper) -> Head {
        let printed = Printed {
            lines: Vec::new(),
            undecodable: Vec::new(),
            overflows: 0,
            cuts: Vec::new(),
            drawer_pulses: 0,
            unknown: Vec::new(),
            tops: Vec::new(),
            ink: Ink::new(paper.dots),
        };
        Head {
            paper,
            printed,
            row: Vec::new(),
            row_dots: 0,
            bold: false,
            inverse: false,
            width: 1,
            height: 1,
            align: 0,
            page: 0,
            spacing: SPACING_DOTS,
            qr_size: 3,
            qr_data: Vec::new(),
            barcode_height: 162,
            barcode_width: 3,
            barcode_text: false,
        }
    }

    fn obey(&mut self, command: &Command) {
        match command {
            Command::Reset => self.reset(),
            Command::Text(bytes) => bytes.iter().for_each(|byte| self.character(*byte)),
            Command::LineFeed => self.feed_row(),
            Command::FeedRows(rows) => (0..*rows).for_each(|_| self.feed_row()),
            Command::FeedDots(dots) => self.printed.ink.feed(usize::from(*dots)),
            Command::LineSpacing(spacing) => {
                self.spacing = spacing.map_or(SPACING_DOTS, usize::from);
            }
            Command::Bold(on) => self.bold = *on,
            Command::Inverse(on) => self.inverse = *on,
            Command::Size { width, height } => {
                self.width = usize::from(*width);
                self.height = usize::from(*height);
            }
            Command::Align(align) => self.align = *align,
            Command::CodePage(page) => self.page = *page,
            Command::Cut { partial } => self.printed.cuts.push(*partial),
            Command::Drawer { .. } => self.printed.drawer_pulses += 1,
            Command::Raster {
                row_bytes,
                rows,
                dots,
            } => self.raster(*row_bytes, *rows, dots),
            Command::QrSize(dots) => self.qr_size = usize::from(*dots).max(1),
            Command::QrStore(data) => self.qr_data.clone_from(data),
            Command::QrPrint => self.qr(),
            Command::BarcodeHeight(dots) => self.barcode_height = usize::from(*dots),
            Command::BarcodeWidth(dots) => self.barcode_width = usize::from(*dots),
            Command::BarcodeText(position) => self.barcode_text = *position != 0,
            Command::Barcode { system, data } => self.barcode(*system, data),
            Command::Unknown(bytes) => self.printed.unknown.push(bytes.clone()),
            Command::CarriageReturn
            | Command::Tab
            | Command::Underline(_)
            | Command::International(_)
            | Command::LeaveKanji
            | Command::QrSetting(_)
            | Command::RealTimeStatus(_)
            | Command::Recover(_)
            | Command::QueuedStatus(_)
            | Command::AutoStatus(_) => {}
        }
    }

    /// Back to how the printer wakes up; what is printed stays.
    fn reset(&mut self) {
        self.end_row();
        let empty = Head::new(self.paper).printed;
        let printed = std::mem::replace(&mut self.printed, empty);
        *self = Head {
            printed,
            ..Head::new(self.paper)
        };
    }

    fn character(&mut self, byte: u8) {
        let character = self.paper.numbering.decode(self.page, byte);
        if character.is_none() {
            self.printed.undecodable.push(byte);
        }
        let advance = CELL_DOTS * self.width;
        if self.row_dots + advance > self.paper.dots {
            self.printed.overflows += 1;
            self.feed_row();
        }
        self.row.push(Glyph {
            character: character.unwrap_or('\u{25a1}'),
            left: self.row_dots,
            width: self.width,
            height: self.height,
            bold: self.bold,
            inverse: self.inverse,
        });
        self.row_dots += advance;
    }

    fn end_row(&mut self) {
        if !self.row.is_empty() {
            self.feed_row();
        }
    }

    fn feed_row(&mut self) {
        let row = std::mem::take(&mut self.row);
        let text: String = row.iter().map(|glyph| glyph.character).collect();
        let top = self.printed.ink.height();
        self.printed.push_line(text.trim_end().to_owned(), top);
        let tallest = row.iter().map(|glyph| glyph.height).max().unwrap_or(0);
        let left = self.aligned(self.row_dots);
        self.printed.ink.row(&row, left, CHARACTER_DOTS * tallest);
        self.printed
            .ink
            .feed(self.spacing.max(CHARACTER_DOTS * tallest));
        self.row_dots = 0;
    }

    /// Where something so wide begins.
    fn aligned(&self, width: usize) -> usize {
        let free = self.paper.dots.saturating_sub(width);
        match self.align {
            1 => free / 2,
            2 => free,
            _ => 0,
        }
    }

    fn raster(&mut self, row_bytes: usize, rows: usize, dots: &[u8]) {
        self.end_row();
        let left = self.aligned(row_bytes * 8);
        for y in 0..rows {
            for x in 0..row_bytes * 8 {
                if dots[y * row_bytes + x / 8] & (0x80 >> (x % 8)) != 0 {
                    self.printed.ink.dot(left + x, y);
                }
            }
        }
        let top = self.printed.ink.height();
        self.printed.ink.feed(rows);
        let line = format!("[PICTURE {} x {rows}]", row_bytes * 8);
        self.printed.push_line(line, top);
    }

    fn qr(&mut self) {
        self.end_row();
        let data = String::from_utf8_lossy(&self.qr_data).into_owned();
        let top = self.printed.ink.height();
        if let Some(symbol) = codes::qr(&self.qr_data) {
            let left = self.aligned(symbol.width() * self.qr_size);
            let side = self
                .printed
                .ink
                .symbol(&symbol, left, self.qr_size, self.qr_size);
            self.printed.ink.feed(side);
        }
        self.printed.push_line(format!("[QR {data}]"), top);
    }

    fn barcode(&mut self, system: u8, data: &[u8]) {
        self.end_row();
        let Some((text, bars)) = codes::linear(system, data) else {
            let bytes = [&[0x1d, b'k', system], data].concat();
            self.printed.unknown.push(bytes);
            return;
        };
        let left = self.aligned(bars.width() * self.barcode_width);
        let top = self.printed.ink.height();
        let ink = &mut self.printed.ink;
        ink.symbol(&bars, left, self.barcode_width, self.barcode_height);
        ink.feed(self.barcode_height);
        self.printed.push_line(format!("[BARCODE {text}]"), top);
        if self.barcode_text {
            let bytes = text.bytes().filter(u8::is_ascii);
            bytes.for_each(|byte| self.character(byte));
            self.feed_row();
            self.printed.lines.pop();
            self.printed.tops.pop();
        }
    }
}

#[cfg(test)]
mod tests;
