//! QR codes and barcodes on a page.

use barcoders::sym::code128::Code128;

use super::fonts::width;
use super::page::{Length, Mark, Tone, millimetres};
use super::paper::{ascent, leading};
use super::typeset::{Setter, Type, marks};
use crate::document::{Align, Barcode, Bitmap};
use crate::escpos::{RenderError, qr};

/// The side of a QR code on the page, its white border included.
const QR_SIDE: Length = millimetres(30);

/// The width of the thinnest bar: a third of a millimetre is read by every scanner.
const MODULE: Length = millimetres(33) / 100;

const BAR_HEIGHT: Length = millimetres(13);

/// A QR code as a picture, and the side of its dots.
pub(super) fn qr(data: &str) -> Result<(Bitmap, Length), RenderError> {
    let symbol = qr::symbol(data)?;
    let bitmap = qr::draw(&symbol, 1);
    let modules = i64::try_from(bitmap.width()).unwrap_or(1).max(1);
    Ok((bitmap, QR_SIDE / modules))
}

/// A Code 128 symbol, with its text below.
pub(super) fn barcode(setter: &mut Setter, barcode: &Barcode) {
    let Some(modules) = modules(barcode) else {
        return;
    };
    let count = i64::try_from(modules.len()).unwrap_or(i64::MAX);
    let module = MODULE.min(setter.paper.room() / count.max(1));
    let wide = module * count;
    let left = match setter.code_align() {
        Align::Left => 0,
        Align::Centre | Align::Right => (setter.paper.room() - wide) / 2,
    };
    let mut all = bars(&modules, left, module);
    let set = Type {
        size: setter.paper.body(),
        bold: false,
        tone: Tone::Ink,
    };
    let text_left = left + (wide - width(barcode.text(), false, set.size)) / 2;
    let base = BAR_HEIGHT + ascent(set.size);
    all.extend(marks(barcode.text(), set, text_left.max(0), base));
    setter.push(BAR_HEIGHT + leading(set.size), all);
}

/// The modules of the symbol, in set B.
fn modules(barcode: &Barcode) -> Option<Vec<bool>> {
    let symbol = Code128::new(format!("\u{181}{}", barcode.text())).ok()?;
    Some(symbol.encode().iter().map(|module| *module == 1).collect())
}

/// One bar for each run of black modules.
fn bars(modules: &[bool], left: Length, module: Length) -> Vec<Mark> {
    let mut bars = Vec::new();
    let mut at = left;
    for run in modules.chunk_by(|one, next| one == next) {
        let wide = module * i64::try_from(run.len()).unwrap_or(0);
        if run.first() == Some(&true) {
            bars.push(Mark::Bar {
                left: at,
                top: 0,
                width: wide,
                height: BAR_HEIGHT,
                tone: Tone::Ink,
            });
        }
        at += wide;
    }
    bars
}
