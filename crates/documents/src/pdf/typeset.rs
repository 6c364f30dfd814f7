//! Sets the blocks of a document into chunks: rows that stay in one piece, of known height.

use super::fonts::{Piece, pieces, width, wrap};
use super::page::{Length, Mark, Tone, millimetres};
use super::paper::{Paper, ascent, leading};
use super::{codes, table};
use crate::document::{Align, Bitmap, Block, Document, PartyLine, Rule, Size, Style};
use crate::escpos::RenderError;
use crate::text::clean;

/// What stays together on a page. The marks are placed from the margin and from the chunk's top.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Chunk {
    pub(super) height: Length,
    pub(super) marks: Vec<Mark>,
    /// Not to be left alone at the foot of a page.
    pub(super) keeps_with_next: bool,
    /// Nothing to see: it is left out at the head of a page.
    pub(super) is_space: bool,
    /// The head of the table that the chunk is a row of, to be repeated on the next page.
    pub(super) head: Option<usize>,
}

/// The chunks of a document, and the heads of its tables.
#[derive(Debug, Default)]
pub(super) struct Chunks {
    pub(super) list: Vec<Chunk>,
    pub(super) heads: Vec<Chunk>,
}

/// A line of text to be placed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Type {
    pub(super) size: Length,
    pub(super) bold: bool,
    pub(super) tone: Tone,
}

pub(super) fn set(document: &Document, paper: Paper) -> Result<Chunks, RenderError> {
    let mut setter = Setter {
        paper,
        chunks: Chunks::default(),
    };
    for block in &document.blocks {
        setter.block(block)?;
    }
    Ok(setter.chunks)
}

pub(super) struct Setter {
    pub(super) paper: Paper,
    pub(super) chunks: Chunks,
}

impl Setter {
    fn block(&mut self, block: &Block) -> Result<(), RenderError> {
        match block {
            Block::Heading(text) => self.heading(&clean(text)),
            Block::Text {
                text,
                style,
                align,
                indent,
            } => self.text(&clean(text), *style, *align, *indent),
            Block::Pair { left, right } => self.pair(&clean(left), &clean(right)),
            Block::Amount {
                label,
                amount,
                style,
                indent,
            } => self.amount(&clean(label), &clean(amount), *style, *indent),
            Block::Table(table) => table::table(self, table),
            Block::Checklist(rows) => table::checklist(self, rows),
            Block::Parties { left, right } => self.parties(left, right),
            Block::Rule(rule) => self.rule(*rule),
            Block::Spacing(rows) => self.space(i64::from(*rows) * self.paper.body()),
            Block::Qr { data, caption } => {
                let (bitmap, dot) = codes::qr(data)?;
                self.picture(bitmap, dot);
                self.text(&clean(caption), Style::PLAIN, self.code_align(), 0);
            }
            Block::Barcode(barcode) => codes::barcode(self, barcode),
            // A picture for a printer of 203 dots to the inch, at its size there.
            Block::Image(bitmap) => self.picture(bitmap.clone(), 72_000 / 203),
        }
        Ok(())
    }

    pub(super) fn push(&mut self, height: Length, marks: Vec<Mark>) -> &mut Chunk {
        self.chunks.list.push(Chunk {
            height,
            marks,
            ..Chunk::default()
        });
        // Pushed just now: there is a last one.
        let last = self.chunks.list.len() - 1;
        &mut self.chunks.list[last]
    }

    pub(super) fn space(&mut self, height: Length) {
        self.push(height, Vec::new()).is_space = true;
    }

    /// Air below what it belongs to.
    pub(super) fn keep_space(&mut self, height: Length) {
        self.push(height, Vec::new()).keeps_with_next = true;
    }

    fn heading(&mut self, text: &str) {
        let set = Type {
            size: self.paper.heading(),
            bold: true,
            tone: Tone::Ink,
        };
        self.rows(text, set, self.paper.heading_align(), 0);
        self.keep_last();
    }

    fn text(&mut self, text: &str, style: Style, align: Align, indent: u8) {
        let is_note = indent > 0 && style == Style::PLAIN;
        let align = match align {
            // What stands in the middle of a slip stands at the margin of a page.
            Align::Centre => self.paper.heading_align(),
            other => other,
        };
        let set = Type {
            size: if is_note {
                self.paper.note()
            } else {
                self.paper.size(style.size)
            },
            bold: style.bold,
            tone: if is_note { Tone::Grey } else { Tone::Ink },
        };
        self.rows(text, set, align, i64::from(indent) * self.paper.cell());
        if style.bold {
            self.keep_last();
        }
    }

    fn keep_last(&mut self) {
        if let Some(chunk) = self.chunks.list.last_mut() {
            chunk.keeps_with_next = true;
        }
    }

    /// Running text over as many rows as it needs.
    pub(super) fn rows(&mut self, text: &str, set: Type, align: Align, indent: Length) {
        let room = self.paper.room() - indent;
        for row in wrap(text, set.bold, set.size, room) {
            let free = room - width(&row, set.bold, set.size);
            let left = match align {
                Align::Left => indent,
                Align::Centre => indent + free / 2,
                Align::Right => indent + free,
            };
            let marks = marks(&row, set, left, ascent(set.size));
            self.push(leading(set.size), marks);
        }
    }

    fn plain(&self, style: Style) -> Type {
        Type {
            size: self.paper.size(style.size),
            bold: style.bold,
            tone: Tone::Ink,
        }
    }

    fn pair(&mut self, left: &str, right: &str) {
        let set = self.plain(Style::PLAIN);
        let (wide_left, wide_right) = (width(left, false, set.size), width(right, false, set.size));
        if wide_left + set.size + wide_right > self.paper.room() {
            self.rows(left, set, Align::Left, 0);
            self.rows(right, set, Align::Right, 0);
            return;
        }
        let base = ascent(set.size);
        let mut both = marks(left, set, 0, base);
        both.extend(marks(right, set, self.paper.room() - wide_right, base));
        self.push(leading(set.size), both);
    }

    pub(super) fn amount(&mut self, label: &str, amount: &str, style: Style, indent: u8) {
        let set = self.plain(style);
        let left = self.paper.amounts_left() + i64::from(indent) * self.paper.cell();
        let amount = amount.trim_end();
        let wide = width(amount, set.bold, set.size);
        let room = self.paper.room() - left - wide - set.size;
        if room < self.paper.room() / 8 && style.size == Size::Large {
            return self.amount(label, amount, Style::TALL, indent);
        }
        let base = ascent(set.size);
        let mut lines = wrap(label, set.bold, set.size, room.max(1)).into_iter();
        let mut first = marks(&lines.next().unwrap_or_default(), set, left, base);
        first.extend(marks(amount, set, self.paper.room() - wide, base));
        self.push(leading(set.size), first);
        for line in lines {
            self.push(leading(set.size), marks(&line, set, left, base));
        }
    }

    /// Beside each other on a wide page, the second in the right half.
    fn parties(&mut self, left: &[PartyLine], right: &[PartyLine]) {
        if !self.paper.is_wide() {
            for lines in [left, right] {
                for line in lines {
                    self.text(&clean(&line.text), line.style, Align::Left, 0);
                }
                self.space(self.paper.body() / 2);
            }
            return;
        }
        let half = self.paper.room() / 2;
        let room = half - self.paper.body();
        let (mut all, mut height) = (Vec::new(), 0);
        for (lines, from) in [(left, 0), (right, half)] {
            let mut top = 0;
            for line in lines {
                let set = self.plain(line.style);
                for row in wrap(&clean(&line.text), set.bold, set.size, room) {
                    all.extend(marks(&row, set, from, top + ascent(set.size)));
                    top += leading(set.size);
                }
            }
            height = top.max(height);
        }
        self.push(height, all);
    }

    fn rule(&mut self, rule: Rule) {
        let (thickness, tone) = match rule {
            Rule::Light => (500, Tone::Hair),
            Rule::Heavy => (1_200, Tone::Ink),
        };
        let around = self.paper.body() / 2;
        let bar = Mark::Bar {
            left: 0,
            top: around,
            width: self.paper.room(),
            height: thickness,
            tone,
        };
        self.push(2 * around + thickness, vec![bar]).keeps_with_next = true;
    }

    /// Codes stand with the text: at the margin of a page, in the middle of a slip.
    pub(super) const fn code_align(&self) -> Align {
        self.paper.heading_align()
    }

    /// A picture, made smaller where it is wider than the page.
    pub(super) fn picture(&mut self, bitmap: Bitmap, dot: Length) {
        let columns = i64::try_from(bitmap.width()).unwrap_or(1).max(1);
        let rows = i64::try_from(bitmap.height()).unwrap_or(1);
        let dot = dot.min(self.paper.room() / columns).max(1);
        let left = match self.code_align() {
            Align::Left => 0,
            Align::Centre | Align::Right => (self.paper.room() - columns * dot) / 2,
        };
        let marks = vec![Mark::Dots {
            left,
            top: 0,
            dot,
            bitmap,
        }];
        self.push(rows * dot + millimetres(1), marks)
            .keeps_with_next = true;
    }
}

/// The marks of one row of text.
pub(super) fn marks(text: &str, set: Type, left: Length, base: Length) -> Vec<Mark> {
    let mut left = left;
    let mut marks = Vec::new();
    for piece in pieces(text, set.bold, set.size) {
        let wide = piece.width();
        marks.push(match piece {
            Piece::Run { face, text, .. } => Mark::Text {
                left,
                base,
                size: set.size,
                face,
                tone: set.tone,
                text,
            },
            Piece::Picture { bitmap, .. } => Mark::Dots {
                left,
                top: base - set.size * 88 / 100,
                dot: set.size / 16,
                bitmap,
            },
        });
        left += wide;
    }
    marks
}
