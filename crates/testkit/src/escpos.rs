//! A reader of ESC/POS that shares no code with the writer: it says what a printer would do with a
//! job, as commands, as lines of text and as a picture.

mod code_pages;
mod golden;
mod paper;
mod parser;

pub use code_pages::Numbering;
pub use golden::compare_picture;
pub use paper::{Paper, Printed, print};
pub use parser::{Command, Parsed, Parser, parse};
