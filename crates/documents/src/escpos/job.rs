//! The bytes of one job, gathered in memory. The `escpos` crate builds the commands that it builds
//! right. Text, drawer and cut are ours: the crate writes a hyphen as a soft one, lets characters
//! that a page lacks through as UTF-8, leaves the drawer's times out and cuts fully for partly.

use std::cell::RefCell;
use std::rc::Rc;

use escpos::driver::Driver;
use escpos::errors::PrinterError;
use escpos::printer::Printer;
use escpos::utils::{JustifyMode, Protocol, QRCodeCorrectionLevel, QRCodeModel, QRCodeOption};

use super::profile::{Cut, PrinterProfile};
use super::{CHARACTER_DOTS, ROW_DOTS, RenderError, centred};
use crate::document::{Bitmap, Size, Style};

/// Rows of a picture that are sent at a time: small printers lose data on tall pictures.
const BAND_ROWS: usize = 240;

/// Keeps what the builder writes.
#[derive(Clone, Default)]
struct Memory(Rc<RefCell<Vec<u8>>>);

impl Driver for Memory {
    fn name(&self) -> String {
        "memory".to_owned()
    }

    fn write(&self, data: &[u8]) -> Result<(), PrinterError> {
        self.0.borrow_mut().extend_from_slice(data);
        Ok(())
    }

    fn read(&self, _buffer: &mut [u8]) -> Result<usize, PrinterError> {
        Ok(0)
    }

    fn flush(&self) -> Result<(), PrinterError> {
        Ok(())
    }
}

impl From<PrinterError> for RenderError {
    fn from(error: PrinterError) -> RenderError {
        RenderError::Builder(error.to_string())
    }
}

/// A job that is being written.
pub(super) struct Job {
    printer: Printer<Memory>,
    bytes: Memory,
    dots: usize,
    /// What the printer is set to, so that a command is sent only when it changes something.
    page: Option<u8>,
    style: Style,
}

impl Job {
    /// Starts a job: reset, out of any two-byte mode, the usual characters, the usual page.
    pub(super) fn begin(profile: &PrinterProfile) -> Result<Job, RenderError> {
        let bytes = Memory::default();
        let mut printer = Printer::new(bytes.clone(), Protocol::default(), None);
        printer.init()?;
        if profile.leave_kanji_mode {
            printer.custom(&[0x1c, b'.'])?;
        }
        printer.custom(&[0x1b, b'R', 0])?;
        // The space between rows differs from printer to printer unless it is set.
        printer.line_spacing(ROW_DOTS as u8)?;
        let mut job = Job {
            printer,
            bytes,
            dots: profile.dots(),
            page: None,
            style: Style::PLAIN,
        };
        job.select_page(profile.code_pages.first().map(|page| page.number))?;
        Ok(job)
    }

    /// Switches to a code page; `None` keeps the one in use.
    pub(super) fn select_page(&mut self, page: Option<u8>) -> Result<(), RenderError> {
        if let Some(number) = page.filter(|_| page != self.page) {
            self.printer.custom(&[0x1b, b't', number])?;
            self.page = page;
        }
        Ok(())
    }

    /// One row of encoded text.
    pub(super) fn line(&mut self, bytes: &[u8], style: Style) -> Result<(), RenderError> {
        self.set_style(style)?;
        self.printer.custom(bytes)?;
        self.printer.custom(b"\n")?;
        Ok(())
    }

    fn set_style(&mut self, style: Style) -> Result<(), RenderError> {
        if style.bold != self.style.bold {
            self.printer.bold(style.bold)?;
        }
        if style.size != self.style.size {
            let (width, height) = match style.size {
                Size::Normal => (1, 1),
                Size::Tall => (1, 2),
                Size::Large => (2, 2),
            };
            self.printer.size(width, height)?;
            let spacing = ROW_DOTS + CHARACTER_DOTS * (usize::from(height) - 1);
            self.printer.line_spacing(spacing as u8)?;
        }
        self.style = style;
        Ok(())
    }

    /// A picture from the left margin, in bands.
    pub(super) fn picture(&mut self, picture: &Bitmap) -> Result<(), RenderError> {
        let width = picture.width().min(self.dots);
        let row_bytes = width.div_ceil(8);
        for top in (0..picture.height()).step_by(BAND_ROWS) {
            let rows = BAND_ROWS.min(picture.height() - top);
            let mut band = vec![0x1d, b'v', b'0', 0];
            band.extend((row_bytes as u16).to_le_bytes());
            band.extend((rows as u16).to_le_bytes());
            for y in top..top + rows {
                band.extend((0..row_bytes).map(|column| eight_dots(picture, column * 8, y)));
            }
            self.printer.custom(&band)?;
        }
        Ok(())
    }

    /// A picture in the middle; the white is part of it, because not all printers align pictures.
    pub(super) fn centred_picture(&mut self, picture: &Bitmap) -> Result<(), RenderError> {
        let picture = centred(picture, self.dots);
        self.picture(&picture)
    }

    /// A QR code that the printer draws, with modules of so many dots.
    pub(super) fn native_qr(&mut self, data: &str, dots: usize) -> Result<(), RenderError> {
        let level = QRCodeCorrectionLevel::M;
        let option = QRCodeOption::new(QRCodeModel::Model2, dots as u8, level);
        self.printer.justify(JustifyMode::CENTER)?;
        self.printer.qrcode_option(data, option)?;
        self.printer.custom(b"\n")?;
        self.printer.justify(JustifyMode::LEFT)?;
        Ok(())
    }

    /// A Code 128 symbol with its text below, its thinnest bar so many dots wide; the crate builds
    /// none.
    pub(super) fn code_128(&mut self, text: &str, width: u8) -> Result<(), RenderError> {
        // In the printer's notation a brace is doubled.
        let data = text.replace('{', "{{");
        let mut command = vec![
            0x1d, b'h', 72, 0x1d, b'w', width, 0x1d, b'H', 2, 0x1d, b'k', 73,
        ];
        command.push(data.len() as u8 + 2);
        command.extend(b"{B");
        command.extend(data.as_bytes());
        command.push(b'\n');
        self.printer.justify(JustifyMode::CENTER)?;
        self.printer.custom(&command)?;
        self.printer.justify(JustifyMode::LEFT)?;
        Ok(())
    }

    /// Moves the last row past the blade, or past the tear bar where there is none.
    pub(super) fn feed_and_cut(&mut self, profile: &PrinterProfile) -> Result<(), RenderError> {
        self.set_style(Style::PLAIN)?;
        let feeds = vec![b'\n'; usize::from(profile.feed_rows_at_end)];
        self.printer.custom(&feeds)?;
        match profile.cut {
            Cut::Full => self.printer.custom(&[0x1d, b'V', 0x41, 0])?,
            Cut::Partial => self.printer.custom(&[0x1d, b'V', 0x42, 0])?,
            Cut::None => &mut self.printer,
        };
        Ok(())
    }

    /// The whole job as one buffer.
    pub(super) fn into_bytes(mut self) -> Result<Vec<u8>, RenderError> {
        self.printer.print()?;
        Ok(self.bytes.0.take())
    }
}

fn eight_dots(picture: &Bitmap, x: usize, y: usize) -> u8 {
    (0..8).fold(0, |byte, bit| {
        byte << 1 | u8::from(picture.is_black(x + bit, y))
    })
}
