//! Codes that the printer draws itself.

use barcoders::sym::code128::Code128;
use barcoders::sym::ean13::EAN13;
use qrcodegen::{QrCode, QrCodeEcc};

/// Black and white modules; a linear code has one row.
#[derive(Debug, Clone)]
pub(super) struct Symbol {
    pub(super) rows: Vec<Vec<bool>>,
}

impl Symbol {
    pub(super) fn width(&self) -> usize {
        self.rows.first().map_or(0, Vec::len)
    }
}

pub(super) fn qr(data: &[u8]) -> Option<Symbol> {
    let code = match std::str::from_utf8(data) {
        Ok(text) => QrCode::encode_text(text, QrCodeEcc::Medium),
        Err(_) => QrCode::encode_binary(data, QrCodeEcc::Medium),
    };
    let code = code.ok()?;
    let row = |y| (0..code.size()).map(|x| code.get_module(x, y)).collect();
    Some(Symbol {
        rows: (0..code.size()).map(row).collect(),
    })
}

/// The text and the bars of EAN-13 (2, 67) and of Code 128 in set B (73).
pub(super) fn linear(system: u8, data: &[u8]) -> Option<(String, Symbol)> {
    let text = std::str::from_utf8(data).ok()?;
    let (text, modules) = match system {
        2 | 67 => (text.to_owned(), EAN13::new(text).ok()?.encode()),
        73 => {
            let text = text.strip_prefix("{B")?.replace("{{", "{");
            let modules = Code128::new(format!("\u{181}{text}")).ok()?.encode();
            (text, modules)
        }
        _ => return None,
    };
    let row = modules.iter().map(|module| *module == 1).collect();
    Some((text, Symbol { rows: vec![row] }))
}
