//! PDF files looked at with other eyes: pages drawn by another program's code, text read back.

use std::sync::Arc;

use hayro::hayro_interpret::InterpreterSettings;
use hayro::hayro_syntax::Pdf;
use hayro::vello_cpu::Pixmap;
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::{PixmapSettings, RenderCache, RenderSettings, render};

/// Pixels per point of the pictures.
const SCALE: f32 = 2.0;

/// Each page as a PNG file.
pub(crate) fn pictures(file: &[u8]) -> Vec<Vec<u8>> {
    let pages = drawn(file).into_iter();
    pages.map(|page| page.into_png().unwrap()).collect()
}

fn drawn(file: &[u8]) -> Vec<Pixmap> {
    let pdf = Pdf::new(Arc::new(file.to_vec())).unwrap();
    let cache = RenderCache::new();
    let settings = PixmapSettings {
        x_scale: SCALE,
        y_scale: SCALE,
        bg_color: WHITE,
    };
    let read = InterpreterSettings::default();
    let drawing = RenderSettings::default();
    let pages = pdf.pages().iter();
    pages
        .map(|page| render(page, &cache, &read, &drawing, &settings))
        .collect()
}

/// What the QR codes on the pages say.
pub(crate) fn qr_codes(file: &[u8]) -> Vec<String> {
    let mut texts = Vec::new();
    for page in drawn(file) {
        let (width, height) = (usize::from(page.width()), usize::from(page.height()));
        let green = |x: usize, y: usize| page.data_as_u8_slice()[(y * width + x) * 4 + 1];
        let mut sheet = rqrr::PreparedImage::prepare_from_greyscale(width, height, green);
        for code in sheet.detect_grids() {
            texts.push(code.decode().unwrap().1);
        }
    }
    texts
}

/// The text of each page, as a reader that copies or listens gets it.
pub(crate) fn texts(file: &[u8]) -> Vec<String> {
    let document = lopdf::Document::load_mem(file).unwrap();
    let numbers: Vec<u32> = document.get_pages().keys().copied().collect();
    numbers
        .iter()
        .map(|number| document.extract_text(&[*number]).unwrap())
        .collect()
}
