//! Pages to the bytes of a file.
#![expect(
    clippy::float_arithmetic,
    reason = "places on a page are no amounts of money"
)]

use std::collections::BTreeSet;

use lopdf::{Document as File, Object, StringFormat};
use printpdf::{
    Color, FontId, Greyscale, Mm, OffsetDateTime, Op, PaintMode, ParsedFont, PdfDocument, PdfFont,
    PdfFontHandle, PdfPage, PdfSaveOptions, Pt, Rect, TextItem, TextMatrix,
};

use super::Sheet;
use super::fonts::Face;
use super::page::{Length, Mark, Page, Tone};
use crate::document::Bitmap;
use crate::language::Language;

/// Writes the file. The same pages always give the same bytes.
pub(super) fn write(pages: &[Page], sheet: &Sheet<'_>) -> Vec<u8> {
    let mut document = PdfDocument::new(sheet.title);
    let written_at = sheet.issued_at.at.unix_ms() / 1000;
    if let Ok(moment) = OffsetDateTime::from_unix_timestamp(written_at) {
        let info = &mut document.metadata.info;
        (info.creation_date, info.modification_date) = (moment, moment);
        info.metadata_date = moment;
        info.creator = "Comptoir".to_owned();
        info.producer = "Comptoir".to_owned();
        info.identifier = sheet.title.to_owned();
    }
    for face in used_faces(pages) {
        if let Some(font) = face.font() {
            let fonts = &mut document.resources.fonts.map;
            fonts.insert(font_id(face), PdfFont::new(ParsedFont::clone(font)));
        }
    }
    document.with_pages(pages.iter().map(page).collect());
    let mut file = document.to_lopdf_document(&PdfSaveOptions::default(), &mut Vec::new());
    finish(&mut file, sheet);
    let mut bytes = Vec::new();
    // Writing to memory cannot fail.
    let _ = file.save_to(&mut bytes);
    bytes
}

fn used_faces(pages: &[Page]) -> BTreeSet<Face> {
    let marks = pages.iter().flat_map(|page| &page.marks);
    let faces = marks.filter_map(|mark| match mark {
        Mark::Text { face, .. } => Some(*face),
        _ => None,
    });
    faces.collect()
}

fn font_id(face: Face) -> FontId {
    FontId(face.name().to_owned())
}

fn page(page: &Page) -> PdfPage {
    let mut ops = Vec::new();
    for mark in &page.marks {
        draw(&mut ops, mark, page.height);
    }
    let (width, height) = (points(page.width), points(page.height));
    PdfPage::new(Mm::from(width), Mm::from(height), ops)
}

fn draw(ops: &mut Vec<Op>, mark: &Mark, height: Length) {
    match mark {
        Mark::Text {
            left,
            base,
            size,
            face,
            tone,
            text,
        } => ops.extend([
            Op::SetFillColor { col: colour(*tone) },
            Op::StartTextSection,
            Op::SetFont {
                font: PdfFontHandle::External(font_id(*face)),
                size: points(*size),
            },
            Op::SetTextMatrix {
                matrix: TextMatrix::Translate(points(*left), points(height - base)),
            },
            Op::ShowText {
                items: vec![TextItem::Text(text.clone())],
            },
            Op::EndTextSection,
        ]),
        Mark::Bar {
            left,
            top,
            width,
            height: tall,
            tone,
        } => {
            ops.push(Op::SetFillColor { col: colour(*tone) });
            ops.push(filled(*left, height - top - tall, *width, *tall));
        }
        Mark::EmptyBox { left, top, side } => {
            ops.push(Op::SetOutlineColor {
                col: colour(Tone::Ink),
            });
            ops.push(Op::SetOutlineThickness { pt: Pt(0.7) });
            ops.push(Op::DrawRectangle {
                rectangle: Rect {
                    mode: Some(PaintMode::Stroke),
                    ..rectangle(*left, height - top - side, *side, *side)
                },
            });
        }
        Mark::Dots {
            left,
            top,
            dot,
            bitmap,
        } => dots(ops, bitmap, (*left, height - top), *dot),
    }
}

/// A rectangle for each run of black dots in a row.
fn dots(ops: &mut Vec<Op>, bitmap: &Bitmap, (left, top): (Length, Length), dot: Length) {
    ops.push(Op::SetFillColor {
        col: colour(Tone::Ink),
    });
    for y in 0..bitmap.height() {
        let mut x = 0;
        while x < bitmap.width() {
            let black = (x..bitmap.width()).take_while(|x| bitmap.is_black(*x, y));
            let run = black.count();
            if run > 0 {
                let at = |dots: usize| i64::try_from(dots).unwrap_or(0) * dot;
                ops.push(filled(left + at(x), top - at(y + 1), at(run), dot));
            }
            x += run.max(1);
        }
    }
}

fn filled(left: Length, bottom: Length, width: Length, height: Length) -> Op {
    Op::DrawRectangle {
        rectangle: Rect {
            mode: Some(PaintMode::Fill),
            ..rectangle(left, bottom, width, height)
        },
    }
}

fn rectangle(left: Length, bottom: Length, width: Length, height: Length) -> Rect {
    Rect::from_xywh(points(left), points(bottom), points(width), points(height))
}

/// A length as the file writes it.
fn points(length: Length) -> Pt {
    Pt(length as f32 / 1000.0)
}

fn colour(tone: Tone) -> Color {
    let percent = match tone {
        Tone::Ink => 0.1,
        Tone::Grey => 0.38,
        Tone::Hair => 0.78,
    };
    Color::Greyscale(Greyscale::new(percent, None))
}

/// What the writer leaves to the caller: the language, for those who listen to a document, and an
/// identity that does not change from one writing to the next.
fn finish(file: &mut File, sheet: &Sheet<'_>) {
    file.version = "1.7".to_owned();
    if let Ok(catalog) = file.catalog_mut() {
        catalog.set("Lang", text(language_tag(sheet.language)));
    }
    let identity = text(sheet.title);
    file.trailer.set("ID", vec![identity.clone(), identity]);
    file.compress();
}

fn text(text: &str) -> Object {
    Object::String(text.as_bytes().to_vec(), StringFormat::Literal)
}

const fn language_tag(language: Language) -> &'static str {
    match language {
        Language::English => "en",
        Language::French => "fr",
    }
}
