//! Tables and lists to tick on a page.

use super::fonts::{width, wrap};
use super::page::{Length, Mark, Tone};
use super::paper::{ascent, leading};
use super::typeset::{Chunk, Setter, Type, marks};
use crate::document::{Align, CheckRow, Style, Table};
use crate::text::clean;

/// The thickness of the lines between rows.
const HAIRLINE: Length = 400;

pub(super) fn table(setter: &mut Setter, table: &Table) {
    let head: Vec<String> = table.head.iter().map(|cell| clean(cell)).collect();
    let rows: Vec<Vec<String>> = table
        .rows
        .iter()
        .map(|row| row.iter().map(|cell| clean(cell)).collect())
        .collect();
    let columns = Columns::measure(setter, &head, &rows);
    if columns.label < setter.paper.room() / 5 {
        return stacked(setter, &head, &rows);
    }
    let index = (!head.is_empty()).then(|| {
        let chunk = head_row(setter, &head, &columns);
        setter.chunks.list.push(chunk.clone());
        setter.chunks.heads.push(chunk);
        setter.chunks.heads.len() - 1
    });
    let mut rows = rows.iter().peekable();
    while let Some(row) = rows.next() {
        let mut chunk = body_row(setter, row, &columns);
        while let Some([more]) = rows.peek().map(|row| row.as_slice())
            && !columns.figures.is_empty()
        {
            add_detail(setter, &mut chunk, more, &columns);
            rows.next();
        }
        finish_row(setter, &mut chunk);
        chunk.head = index;
        setter.chunks.list.push(chunk);
    }
}

/// Where the columns of a table stand.
struct Columns {
    /// The room of the first column.
    label: Length,
    /// The right edges of the columns of figures.
    figures: Vec<Length>,
}

impl Columns {
    fn measure(setter: &Setter, head: &[String], rows: &[Vec<String>]) -> Columns {
        let paper = setter.paper;
        let gap = paper.body() * 3 / 2;
        let count = rows.iter().map(Vec::len).chain([head.len()]).max();
        let mut widths = vec![0; count.unwrap_or(0)];
        let mut measure = |cells: &[String], bold: bool, size: Length| {
            if cells.len() < 2 && count != Some(1) {
                return;
            }
            for (column, cell) in widths.iter_mut().zip(cells) {
                *column = width(cell, bold, size).max(*column);
            }
        };
        measure(head, true, paper.note());
        rows.iter()
            .for_each(|row| measure(row, false, paper.body()));
        let mut right = paper.room();
        let mut figures = Vec::new();
        for column in widths.iter().skip(1).rev() {
            figures.push(right);
            right -= column + gap;
        }
        figures.reverse();
        Columns {
            label: right,
            figures,
        }
    }
}

fn head_row(setter: &Setter, cells: &[String], columns: &Columns) -> Chunk {
    let paper = setter.paper;
    let set = Type {
        size: paper.note(),
        bold: true,
        tone: Tone::Grey,
    };
    let mut chunk = row_of(cells, columns, set);
    chunk.height += paper.body() / 3;
    chunk.marks.push(Mark::Bar {
        left: 0,
        top: chunk.height,
        width: paper.room(),
        height: 800,
        tone: Tone::Ink,
    });
    chunk.height += 800 + paper.body() / 4;
    chunk.keeps_with_next = true;
    chunk
}

fn body_row(setter: &Setter, cells: &[String], columns: &Columns) -> Chunk {
    let set = Type {
        size: setter.paper.body(),
        bold: false,
        tone: Tone::Ink,
    };
    row_of(cells, columns, set)
}

/// The cells of a row; the label breaks, figures stand with its first line.
fn row_of(cells: &[String], columns: &Columns, set: Type) -> Chunk {
    let mut chunk = Chunk::default();
    let base = ascent(set.size);
    if let Some(label) = cells.first() {
        for line in wrap(label, set.bold, set.size, columns.label) {
            chunk
                .marks
                .extend(marks(&line, set, 0, chunk.height + base));
            chunk.height += leading(set.size);
        }
    }
    chunk.height = chunk.height.max(leading(set.size));
    for (figure, right) in cells.iter().skip(1).zip(&columns.figures) {
        let left = right - width(figure, set.bold, set.size);
        chunk.marks.extend(marks(figure, set, left, base));
    }
    chunk
}

fn add_detail(setter: &Setter, chunk: &mut Chunk, text: &str, columns: &Columns) {
    let set = note(setter);
    for line in wrap(text, false, set.size, columns.label) {
        let base = chunk.height + ascent(set.size);
        chunk.marks.extend(marks(&line, set, 0, base));
        chunk.height += leading(set.size);
    }
}

fn note(setter: &Setter) -> Type {
    Type {
        size: setter.paper.note(),
        bold: false,
        tone: Tone::Grey,
    }
}

/// Air and a thin line below a row.
fn finish_row(setter: &Setter, chunk: &mut Chunk) {
    let air = setter.paper.body() / 4;
    chunk.marks.push(Mark::Bar {
        left: 0,
        top: chunk.height + air,
        width: setter.paper.room(),
        height: HAIRLINE,
        tone: Tone::Hair,
    });
    chunk.height += 2 * air + HAIRLINE;
}

/// For paper too narrow for the columns: each row as its label and one amount per head.
fn stacked(setter: &mut Setter, head: &[String], rows: &[Vec<String>]) {
    for row in rows {
        let Some((label, figures)) = row.split_first() else {
            continue;
        };
        let set = Type {
            size: setter.paper.body(),
            bold: false,
            tone: Tone::Ink,
        };
        setter.rows(label, set, Align::Left, 0);
        for (index, figure) in figures.iter().enumerate() {
            let name = head.get(index + 1).map_or("", String::as_str);
            setter.amount(name, figure, Style::PLAIN, 2);
        }
    }
}

/// A list to tick: box, quantity, name, and what else to know below the name.
pub(super) fn checklist(setter: &mut Setter, rows: &[CheckRow]) {
    let paper = setter.paper;
    let body = paper.body();
    let quantities = rows
        .iter()
        .map(|row| width(&clean(&row.quantity), true, body));
    let side = body;
    setter.keep_space(body / 3);
    let quantity_right = side + body + quantities.max().unwrap_or(0);
    let label_left = quantity_right + body * 9 / 10;
    for row in rows {
        let mut chunk = check_row(setter, row, quantity_right, label_left);
        chunk.marks.push(Mark::EmptyBox {
            left: 0,
            top: ascent(body) - body * 86 / 100,
            side,
        });
        finish_row(setter, &mut chunk);
        setter.chunks.list.push(chunk);
    }
}

fn check_row(setter: &Setter, row: &CheckRow, quantity_right: Length, label_left: Length) -> Chunk {
    let paper = setter.paper;
    let ink = Type {
        size: paper.body(),
        bold: false,
        tone: Tone::Ink,
    };
    let bold = Type { bold: true, ..ink };
    let quantity = clean(&row.quantity);
    let left = quantity_right - width(&quantity, true, bold.size);
    let mut chunk = Chunk {
        marks: marks(&quantity, bold, left, ascent(bold.size)),
        ..Chunk::default()
    };
    let label = std::iter::once((clean(&row.label), ink));
    let details = row.details.iter().map(|text| (clean(text), note(setter)));
    for (text, set) in label.chain(details) {
        for line in wrap(&text, set.bold, set.size, paper.room() - label_left) {
            let base = chunk.height + ascent(set.size);
            chunk.marks.extend(marks(&line, set, label_left, base));
            chunk.height += leading(set.size);
        }
    }
    chunk.height = chunk.height.max(leading(ink.size));
    chunk
}
