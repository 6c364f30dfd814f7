//! What a printer can do, as data: a shop chooses a preset and may change any part of it.

use serde::{Deserialize, Serialize};

use super::alphabet::Charset;
use crate::grid::COLUMNS_MIN;

/// One model of printer, or a family of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PrinterProfile {
    pub name: String,
    /// Characters of font A in a row: 48 or 42 on 80 mm paper, 32 on 58 mm.
    pub columns: u8,
    /// Dots in a row: 576 or 512 on 80 mm paper, 384 on 58 mm.
    pub dots: u16,
    /// The code pages to try, the first being the usual one. The number is the printer's own.
    pub code_pages: Vec<CodePage>,
    pub qr: QrPrinting,
    pub cut: Cut,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub drawer: Option<Drawer>,
    /// Empty rows after the last one: what lies between print head and blade or tear bar.
    pub feed_rows_at_end: u8,
    /// Printers made for Chinese pair bytes above 127 up until they are told to stop.
    #[serde(default)]
    pub leave_kanji_mode: bool,
}

/// A code page under the number by which this printer selects it (`ESC t n`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodePage {
    pub charset: Charset,
    pub number: u8,
}

/// Who draws QR codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QrPrinting {
    /// The printer, from the text.
    Native,
    /// We, as a picture.
    Raster,
}

/// What happens to the paper at the end of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cut {
    Full,
    Partial,
    /// The printer has no blade.
    None,
}

/// The cash drawer that hangs on the printer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Drawer {
    pub pin: DrawerPin,
    /// How long the solenoid is driven: 50 to 200 ms; more can burn it.
    pub pulse_ms: u16,
}

/// The pin of the drawer's plug that gets the pulse.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DrawerPin {
    Two,
    Five,
}

impl Default for Drawer {
    fn default() -> Drawer {
        Drawer {
            pin: DrawerPin::Two,
            pulse_ms: 100,
        }
    }
}

impl PrinterProfile {
    /// Epson TM-T20 and its relatives with 80 mm paper.
    pub fn epson_80() -> PrinterProfile {
        PrinterProfile {
            name: "Epson 80 mm".to_owned(),
            columns: 48,
            dots: 576,
            code_pages: epson_pages(),
            qr: QrPrinting::Native,
            cut: Cut::Partial,
            drawer: Some(Drawer::default()),
            feed_rows_at_end: 1,
            leave_kanji_mode: false,
        }
    }

    /// Printers for 80 mm paper that follow Epson's numbers; QR codes are drawn, to be safe.
    pub fn generic_80() -> PrinterProfile {
        PrinterProfile {
            name: "Generic 80 mm".to_owned(),
            qr: QrPrinting::Raster,
            feed_rows_at_end: 3,
            leave_kanji_mode: true,
            ..PrinterProfile::epson_80()
        }
    }

    /// The small printers for 58 mm paper that are sold under many names (POS-5890 and relatives).
    pub fn generic_58() -> PrinterProfile {
        PrinterProfile {
            name: "Generic 58 mm".to_owned(),
            columns: 32,
            dots: 384,
            code_pages: pages(&[
                (Charset::Pc858, 53),
                (Charset::Windows1252, 71),
                (Charset::Pc866, 59),
            ]),
            qr: QrPrinting::Raster,
            cut: Cut::None,
            drawer: Some(Drawer::default()),
            feed_rows_at_end: 4,
            leave_kanji_mode: true,
        }
    }

    /// The presets that a setup page offers.
    pub fn presets() -> Vec<PrinterProfile> {
        vec![
            PrinterProfile::epson_80(),
            PrinterProfile::generic_80(),
            PrinterProfile::generic_58(),
        ]
    }

    /// Characters in a row, never fewer than a document can be set in.
    pub fn columns(&self) -> usize {
        usize::from(self.columns).max(COLUMNS_MIN)
    }

    /// Dots in a row, in whole bytes of eight and never fewer than the characters need.
    pub fn dots(&self) -> usize {
        usize::from(self.dots).max(self.columns() * 8) / 8 * 8
    }

    /// The width of a character in dots.
    pub fn cell_dots(&self) -> usize {
        self.dots() / self.columns()
    }
}

fn epson_pages() -> Vec<CodePage> {
    pages(&[
        (Charset::Pc858, 19),
        (Charset::Windows1252, 16),
        (Charset::Pc852, 18),
        (Charset::Pc866, 17),
        (Charset::Windows1250, 45),
        (Charset::Windows1253, 47),
    ])
}

fn pages(pages: &[(Charset, u8)]) -> Vec<CodePage> {
    let page = |&(charset, number)| CodePage { charset, number };
    pages.iter().map(page).collect()
}
