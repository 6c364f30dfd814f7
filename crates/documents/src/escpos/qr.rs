//! QR codes as pictures, and their size on paper.

use qrcodegen::{QrCode, QrCodeEcc};

use super::RenderError;
use crate::document::Bitmap;

/// The white that a reader needs around the symbol, in modules.
const QUIET_MODULES: usize = 4;

/// The width on paper to aim at, in dots (203 dots are an inch).
const TARGET_DOTS: usize = 200;

pub(crate) fn symbol(data: &str) -> Result<QrCode, RenderError> {
    QrCode::encode_text(data, QrCodeEcc::Medium)
        .map_err(|_| RenderError::QrTooLong { length: data.len() })
}

/// Dots per module: about an inch in all, three dots at least where the paper allows it.
pub(super) fn module_dots(symbol: &QrCode, paper_dots: usize) -> usize {
    let modules = modules(symbol);
    let widest = (paper_dots / (modules + 2 * QUIET_MODULES)).max(1);
    (TARGET_DOTS / modules).clamp(3, 8).min(widest)
}

pub(crate) fn draw(symbol: &QrCode, dots: usize) -> Bitmap {
    let quiet = QUIET_MODULES * dots;
    let side = modules(symbol) * dots + 2 * quiet;
    let mut picture = Bitmap::white(side, side);
    for y in 0..side {
        for x in 0..side {
            let module = |dot: usize| dot.checked_sub(quiet).map(|dot| (dot / dots) as i32);
            if let (Some(column), Some(row)) = (module(x), module(y))
                && symbol.get_module(column, row)
            {
                picture.blacken(x, y);
            }
        }
    }
    picture
}

fn modules(symbol: &QrCode) -> usize {
    usize::try_from(symbol.size()).unwrap_or(1).max(1)
}
