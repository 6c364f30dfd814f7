//! What the shop hands out on paper: receipts, reports, invoices, and what its people pick and pack by.
//!
//! Each step is a pure function. A document's `lay_out` turns content into a [`Document`]: blocks that
//! know what they are (a heading, an amount, a table), in the document's language, and nothing of paper.
//! [`grid`] sets the blocks into rows of so many characters, and [`escpos`] turns the rows into the bytes
//! of one print job. [`pdf`] sets the same blocks on pages and writes them to a file.
//!
//! Nothing here computes what anybody owes: every figure comes with the content.
#![deny(clippy::float_arithmetic)]

pub mod content;
pub mod document;
pub mod escpos;
pub mod format;
pub mod from_order;
pub mod grid;
pub mod invoice;
pub mod language;
pub mod pdf;
pub mod picking;
pub mod receipt;
pub mod tender;
pub mod text;
mod words;
pub mod z_report;

pub use document::Document;
pub use language::Language;
