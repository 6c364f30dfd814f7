//! The sizes of paper that a PDF is made for, and of the type on it.

use super::page::{Length, millimetres};
use crate::document::{Align, Size};

/// The paper of a PDF.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Paper {
    /// For office printers and for reading: as many pages as are needed, numbered.
    A4,
    /// A quarter of it, for labels.
    A6,
    /// 80 mm wide and as long as it takes, as a receipt printer has it.
    Slip,
}

impl Paper {
    pub(super) const fn width(self) -> Length {
        match self {
            Paper::A4 => millimetres(210),
            Paper::A6 => millimetres(105),
            Paper::Slip => millimetres(80),
        }
    }

    /// The height of a page; none where the page ends with what is on it.
    pub(super) const fn height(self) -> Option<Length> {
        match self {
            Paper::A4 => Some(millimetres(297)),
            Paper::A6 => Some(millimetres(148)),
            Paper::Slip => None,
        }
    }

    pub(super) const fn margin(self) -> Length {
        match self {
            Paper::A4 => millimetres(18),
            Paper::A6 => millimetres(8),
            Paper::Slip => millimetres(5),
        }
    }

    /// The width between the margins.
    pub(super) const fn room(self) -> Length {
        self.width() - 2 * self.margin()
    }

    /// The size of running text.
    pub(super) const fn body(self) -> Length {
        match self {
            Paper::A4 => 9_500,
            Paper::A6 => 10_500,
            Paper::Slip => 8_500,
        }
    }

    pub(super) const fn size(self, size: Size) -> Length {
        match size {
            Size::Normal => self.body(),
            Size::Tall => self.body() * 13 / 10,
            Size::Large => self.body() * 17 / 10,
        }
    }

    pub(super) const fn heading(self) -> Length {
        self.body() * 2
    }

    pub(super) const fn note(self) -> Length {
        self.body() * 85 / 100
    }

    /// Titles stand in the middle of a narrow slip and at the margin of a page.
    pub(super) const fn heading_align(self) -> Align {
        match self {
            Paper::A4 => Align::Left,
            Paper::A6 | Paper::Slip => Align::Centre,
        }
    }

    /// Where rows of a label and an amount begin: on a wide page the two would be too far apart for
    /// the eye.
    pub(super) const fn amounts_left(self) -> Length {
        match self {
            Paper::A4 => self.room() / 2,
            Paper::A6 | Paper::Slip => 0,
        }
    }

    /// What one cell of an indent is.
    pub(super) const fn cell(self) -> Length {
        self.body() * 6 / 10
    }

    pub(super) const fn is_wide(self) -> bool {
        matches!(self, Paper::A4)
    }
}

/// From one base line to the next, for a size of text.
pub(super) const fn leading(size: Length) -> Length {
    size * 14 / 10
}

/// How far a base line is below the top of its row.
pub(super) const fn ascent(size: Length) -> Length {
    size * 108 / 100
}
