//! Pages of marks in their places, before they are a file: what tests read, and what is written.

use std::fmt::Write as _;

use super::fonts::Face;
use crate::document::Bitmap;

/// A length in thousandths of a point; 72 points are an inch.
pub(super) type Length = i64;

/// The length of so many millimetres.
pub(super) const fn millimetres(count: i64) -> Length {
    count * 72_000 * 10 / 254
}

/// How dark a mark is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tone {
    /// What is to be read.
    Ink,
    /// What is there for whoever looks for it.
    Grey,
    /// Lines that lead the eye.
    Hair,
}

/// Something on a page. Lengths count from the left and from the top.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Mark {
    /// Text on a base line.
    Text {
        left: Length,
        base: Length,
        size: Length,
        face: Face,
        tone: Tone,
        text: String,
    },
    /// A filled rectangle; a rule is a thin one.
    Bar {
        left: Length,
        top: Length,
        width: Length,
        height: Length,
        tone: Tone,
    },
    /// A box to tick.
    EmptyBox {
        left: Length,
        top: Length,
        side: Length,
    },
    /// A picture, its dots squares of this side.
    Dots {
        left: Length,
        top: Length,
        dot: Length,
        bitmap: Bitmap,
    },
}

impl Mark {
    /// The mark in another place.
    pub(super) fn moved(mut self, right: Length, down: Length) -> Mark {
        match &mut self {
            Mark::Text { left, base, .. } => {
                *left += right;
                *base += down;
            }
            Mark::Bar { left, top, .. }
            | Mark::EmptyBox { left, top, .. }
            | Mark::Dots { left, top, .. } => {
                *left += right;
                *top += down;
            }
        }
        self
    }
}

/// One page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Page {
    pub(super) width: Length,
    pub(super) height: Length,
    pub(super) marks: Vec<Mark>,
}

/// The pages as text: one row per mark with its place in points, for people who compare layouts.
pub(super) fn describe(pages: &[Page]) -> String {
    let mut text = String::new();
    for (index, page) in pages.iter().enumerate() {
        let size = format!("{} x {}", points(page.width), points(page.height));
        // Writing to a string cannot fail.
        let _ = writeln!(text, "page {} ({size})", index + 1);
        for mark in &page.marks {
            let _ = writeln!(text, "{}", describe_mark(mark));
        }
    }
    text
}

fn describe_mark(mark: &Mark) -> String {
    match mark {
        Mark::Text {
            left,
            base,
            size,
            face,
            tone,
            text,
        } => {
            let weight = match (face, tone) {
                (Face::Bold | Face::OtherBold, _) => "bold",
                (_, Tone::Ink) => "text",
                (_, Tone::Grey | Tone::Hair) => "note",
            };
            format!(
                "{:>7} {:>7} {weight} {:>4} {text}",
                points(*left),
                points(*base),
                points(*size)
            )
        }
        Mark::Bar {
            left,
            top,
            width,
            height,
            ..
        } => format!(
            "{:>7} {:>7} bar {} x {}",
            points(*left),
            points(*top),
            points(*width),
            points(*height)
        ),
        Mark::EmptyBox { left, top, side } => format!(
            "{:>7} {:>7} box {}",
            points(*left),
            points(*top),
            points(*side)
        ),
        Mark::Dots {
            left, top, bitmap, ..
        } => format!(
            "{:>7} {:>7} dots {} x {}",
            points(*left),
            points(*top),
            bitmap.width(),
            bitmap.height()
        ),
    }
}

/// A length in points with one decimal place.
fn points(length: Length) -> String {
    let tenths = (length + 50).div_euclid(100);
    format!("{}.{}", tenths / 10, tenths.rem_euclid(10))
}
