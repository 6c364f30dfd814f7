//! Documents as ESC/POS: the bytes of one print job.
//!
//! A job begins with a reset and its code page, so that nothing of an earlier job leaks into it,
//! and is one buffer, so that it can be sent in one write. Texts go through one encoder that knows
//! printable characters only: no byte of a name can be a command. A row that the printer's code
//! pages cannot write is drawn and sent as a picture.

mod alphabet;
pub(crate) mod fonts;
mod job;
mod profile;
pub(crate) mod qr;

pub use alphabet::Charset;
pub use profile::{CodePage, Cut, Drawer, DrawerPin, PrinterProfile, QrPrinting};

use crate::document::{Barcode, Bitmap, Document, Rule, Size, Style};
use crate::grid::{self, Row};
use alphabet::Alphabet;
use job::Job;

/// Why a document cannot be turned into bytes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RenderError {
    /// The text is longer than a QR code on a receipt can hold.
    #[error("a QR code cannot hold {length} bytes")]
    QrTooLong { length: usize },
    /// The byte builder refused a command.
    #[error("the printer command could not be built: {0}")]
    Builder(String),
}

impl RenderError {
    /// A stable name for the refusal.
    pub const fn code(&self) -> &'static str {
        match self {
            RenderError::QrTooLong { .. } => "qr_too_long",
            RenderError::Builder(_) => "printer_command_not_built",
        }
    }
}

/// The bytes that print a document on a printer, cut included.
pub fn render(document: &Document, profile: &PrinterProfile) -> Result<Vec<u8>, RenderError> {
    let alphabet = Alphabet::new(profile);
    let document = document.clone().map_text(&|text| alphabet.prepared(text));
    let columns = profile.columns();
    let mut writer = Writer {
        job: Job::begin(profile)?,
        alphabet,
        profile,
        columns,
    };
    for row in grid::set(&document, columns) {
        writer.row(&row)?;
    }
    writer.job.feed_and_cut(profile)?;
    writer.job.into_bytes()
}

/// The bytes that open the cash drawer; none where the profile has no drawer. They go before a
/// receipt, so that the drawer opens while the printer prints.
pub fn drawer_kick(profile: &PrinterProfile) -> Option<Vec<u8>> {
    let drawer = profile.drawer?;
    let pin = match drawer.pin {
        DrawerPin::Two => 0,
        DrawerPin::Five => 1,
    };
    // ESC p m t1 t2, in steps of 2 ms; the pause must be the longer one.
    let on = (drawer.pulse_ms / 2).clamp(1, 100) as u8;
    Some(vec![0x1b, b'p', pin, on, 250])
}

struct Writer<'a> {
    job: Job,
    alphabet: Alphabet<'a>,
    profile: &'a PrinterProfile,
    columns: usize,
}

impl Writer<'_> {
    fn row(&mut self, row: &Row) -> Result<(), RenderError> {
        match row {
            Row::Text { text, style } => self.text(text, *style),
            Row::Rule(rule) => self.rule(*rule),
            Row::Empty => self.job.line(b"", Style::PLAIN),
            Row::Qr(data) => self.qr(data),
            Row::Barcode(barcode) => self.barcode(barcode),
            Row::Image(bitmap) => self.job.centred_picture(bitmap),
        }
    }

    fn text(&mut self, text: &str, style: Style) -> Result<(), RenderError> {
        match self.alphabet.encode(text) {
            Some((page, bytes)) => {
                self.job.select_page(page)?;
                self.job.line(&bytes, style)
            }
            None => {
                let picture = fonts::draw(text, style, self.columns, self.profile.cell_dots());
                self.job.picture(&picture)
            }
        }
    }

    fn rule(&mut self, rule: Rule) -> Result<(), RenderError> {
        let (drawn, plain) = match rule {
            Rule::Light => ('─', '-'),
            Rule::Heavy => ('═', '='),
        };
        let line = |character: char| character.to_string().repeat(self.columns);
        let drawn = line(drawn);
        let line = if self.alphabet.encode(&drawn).is_some() {
            drawn
        } else {
            line(plain)
        };
        self.text(&line, Style::PLAIN)
    }

    fn qr(&mut self, data: &str) -> Result<(), RenderError> {
        let symbol = qr::symbol(data)?;
        let dots = qr::module_dots(&symbol, self.profile.dots());
        match self.profile.qr {
            QrPrinting::Native => self.job.native_qr(data, dots),
            QrPrinting::Raster => self.job.centred_picture(&qr::draw(&symbol, dots)),
        }
    }

    /// As wide as the paper takes it; where it is too long for the paper, as a QR code.
    fn barcode(&mut self, barcode: &Barcode) -> Result<(), RenderError> {
        let dots = self.profile.dots();
        let modules = barcode.modules();
        let width = [3, 2]
            .into_iter()
            .find(|width| modules * usize::from(*width) <= dots);
        match width {
            Some(width) => self.job.code_128(barcode.text(), width),
            None => {
                self.qr(barcode.text())?;
                let free = self.columns.saturating_sub(barcode.text().len());
                let text = format!("{}{}", " ".repeat(free / 2), barcode.text());
                self.text(&text, Style::PLAIN)
            }
        }
    }
}

/// The height of a row of text in dots, with the space to the next row.
const ROW_DOTS: usize = 30;

/// The height of a character in dots.
const CHARACTER_DOTS: usize = 24;

fn row_height(size: Size) -> usize {
    // A tall row keeps the same space below as a plain one.
    CHARACTER_DOTS * size.height() + (ROW_DOTS - CHARACTER_DOTS)
}

/// A picture with free dots on its left, to stand in the middle of so many dots.
fn centred(bitmap: &Bitmap, dots: usize) -> Bitmap {
    let left = dots.saturating_sub(bitmap.width()) / 2;
    let mut picture = Bitmap::white(dots.max(1), bitmap.height());
    for y in 0..bitmap.height() {
        for x in (0..bitmap.width()).filter(|x| bitmap.is_black(*x, y)) {
            picture.blacken(left + x, y);
        }
    }
    picture
}
