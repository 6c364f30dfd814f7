//! Documents as PDF, for screens, office printers and mail.
//!
//! The blocks are set into pages of marks with their places ([`page`](self::page)), in whole thousandths
//! of a point, and the marks are written to a file. Fonts are embedded, with the characters that are
//! used of them, so that a document looks the same everywhere and its text can be read and searched.

mod codes;
mod flow;
mod fonts;
mod page;
mod paper;
mod table;
mod typeset;
mod write;

pub use paper::Paper;

use crate::content::LocalTime;
use crate::document::Document;
use crate::escpos::RenderError;
use crate::language::Language;
use page::Page;

/// What a file says of itself beside what is on its pages.
#[derive(Debug, Clone, Copy)]
pub struct Sheet<'a> {
    pub paper: Paper,
    /// The name of the document: in the window's title, and at the foot of each of several pages.
    pub title: &'a str,
    pub language: Language,
    pub issued_at: LocalTime,
}

/// The bytes of a PDF file. The same document on the same sheet always gives the same bytes.
pub fn render(document: &Document, sheet: &Sheet<'_>) -> Result<Vec<u8>, RenderError> {
    Ok(write::write(&pages(document, sheet)?, sheet))
}

/// The pages as text, each mark with its place in points: what changed in a layout can be read.
pub fn describe(document: &Document, sheet: &Sheet<'_>) -> Result<String, RenderError> {
    Ok(page::describe(&pages(document, sheet)?))
}

fn pages(document: &Document, sheet: &Sheet<'_>) -> Result<Vec<Page>, RenderError> {
    let chunks = typeset::set(document, sheet.paper)?;
    Ok(flow::flow(&chunks, sheet.paper, sheet.title))
}
