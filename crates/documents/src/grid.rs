//! Sets a document into rows of a fixed number of cells, as a receipt printer has them.

use crate::document::{
    Align, Barcode, Bitmap, Block, Document, PartyLine, Rule, Size, Style, Table,
};
use crate::text::{clean, padded_left, padded_right, width, wrap};

/// The narrowest paper that is worth setting.
pub const COLUMNS_MIN: usize = 16;

/// The cells kept free between a label and its amount. Two, so that a back end can tell them apart.
const AMOUNT_GAP: usize = 2;

/// The cells kept free between the columns of a table.
const GAP: usize = 1;

/// The narrowest that a label may get before its amount has a row of its own.
const LABEL_MIN: usize = 6;

/// The narrowest first column that a table may shrink to before its rows are stacked.
const FIRST_COLUMN_MIN: usize = 14;

mod checklist;

/// One row of the page, or one thing that stands alone on its rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Row {
    /// Text already in its place by spaces on its left; in a large size each character takes
    /// [`Size::width`] cells.
    Text {
        text: String,
        style: Style,
    },
    Rule(Rule),
    Empty,
    Qr(String),
    Barcode(Barcode),
    Image(Bitmap),
}

/// Sets a document into rows of `columns` cells (at least [`COLUMNS_MIN`]). No row is wider.
pub fn set(document: &Document, columns: usize) -> Vec<Row> {
    let mut setter = Setter {
        columns: columns.max(COLUMNS_MIN),
        rows: Vec::new(),
    };
    for block in &document.blocks {
        setter.block(block);
    }
    setter.rows
}

/// The rows as plain text, for a reader without a printer: sizes, QR codes and pictures are named.
pub fn to_text(rows: &[Row], columns: usize) -> String {
    let mut page = String::new();
    for row in rows {
        let line = match row {
            Row::Text { text, style } => text_line(text, *style),
            Row::Rule(Rule::Light) => "-".repeat(columns),
            Row::Rule(Rule::Heavy) => "=".repeat(columns),
            Row::Empty => String::new(),
            Row::Qr(data) => format!("[QR {data}]"),
            Row::Barcode(barcode) => format!("[BARCODE {}]", barcode.text()),
            Row::Image(bitmap) => format!("[IMAGE {}x{}]", bitmap.width(), bitmap.height()),
        };
        page.push_str(line.trim_end());
        page.push('\n');
    }
    page
}

fn text_line(text: &str, style: Style) -> String {
    let mark = match (style.size, style.bold) {
        (Size::Large, _) => "##",
        (Size::Tall, _) => "#",
        (Size::Normal, true) => "*",
        (Size::Normal, false) => "",
    };
    format!("{mark}{text}")
}

struct Setter {
    columns: usize,
    rows: Vec<Row>,
}

impl Setter {
    fn block(&mut self, block: &Block) {
        match block {
            Block::Heading(text) => self.heading(&clean(text)),
            Block::Text {
                text,
                style,
                align,
                indent,
            } => self.text(&clean(text), *style, *align, usize::from(*indent)),
            Block::Pair { left, right } => self.pair(&clean(left), &clean(right)),
            Block::Amount {
                label,
                amount,
                style,
                indent,
            } => self.amount(&clean(label), &clean(amount), *style, usize::from(*indent)),
            Block::Table(table) => self.table(table),
            Block::Checklist(rows) => checklist::set(self, rows),
            Block::Parties { left, right } => {
                self.party(left);
                if !left.is_empty() && !right.is_empty() {
                    self.rows.push(Row::Empty);
                }
                self.party(right);
            }
            Block::Rule(rule) => self.rows.push(Row::Rule(*rule)),
            Block::Spacing(rows) => {
                self.rows.extend((0..*rows).map(|_| Row::Empty));
            }
            Block::Qr { data, caption } => {
                self.rows.push(Row::Qr(data.clone()));
                self.text(&clean(caption), Style::PLAIN, Align::Centre, 0);
            }
            Block::Barcode(barcode) => self.rows.push(Row::Barcode(barcode.clone())),
            Block::Image(bitmap) => self.rows.push(Row::Image(bitmap.clone())),
        }
    }

    /// Large where the name fits one row or two, else in double height only.
    fn heading(&mut self, text: &str) {
        let cells = self.columns / Size::Large.width();
        let words_fit = text.split(' ').all(|word| width(word) <= cells);
        let style = if words_fit && wrap(text, cells).len() <= 2 {
            Style::LARGE
        } else {
            Style::TALL
        };
        self.text(text, style, Align::Centre, 0);
    }

    fn push(&mut self, text: String, style: Style) {
        let text = text.trim_end().to_owned();
        self.rows.push(Row::Text { text, style });
    }

    fn text(&mut self, text: &str, style: Style, align: Align, indent: usize) {
        let cells = self.columns / style.size.width();
        let indent = indent.min(cells / 4);
        let rows = match align {
            Align::Centre => balanced(text, cells - indent),
            Align::Left | Align::Right => wrap(text, cells - indent),
        };
        for row in rows {
            let free = cells - indent - width(&row).min(cells - indent);
            let left = match align {
                Align::Left => 0,
                Align::Centre => free / 2,
                Align::Right => free,
            };
            self.push(format!("{}{row}", " ".repeat(indent + left)), style);
        }
    }

    fn party(&mut self, lines: &[PartyLine]) {
        for line in lines {
            self.text(&clean(&line.text), line.style, Align::Left, 0);
        }
    }

    fn pair(&mut self, left: &str, right: &str) {
        if width(left) + AMOUNT_GAP + width(right) <= self.columns {
            let right = padded_left(right, self.columns - width(left));
            self.push(format!("{left}{right}"), Style::PLAIN);
        } else {
            self.text(left, Style::PLAIN, Align::Left, 0);
            self.text(right, Style::PLAIN, Align::Right, 0);
        }
    }

    fn amount(&mut self, label: &str, amount: &str, style: Style, indent: usize) {
        let cells = self.columns / style.size.width();
        if style.size == Size::Large && width(label) + AMOUNT_GAP + width(amount) > cells {
            return self.amount(label, amount, Style::TALL, indent);
        }
        let indent = indent.min(cells / 4);
        let for_label = cells.saturating_sub(indent + AMOUNT_GAP + width(amount));
        if for_label < LABEL_MIN.min(width(label)) {
            self.text(label, style, Align::Left, indent);
            self.text(amount, style, Align::Right, 0);
            return;
        }
        let lead = " ".repeat(indent);
        let mut labels = wrap(label, for_label).into_iter();
        let first = padded_right(&labels.next().unwrap_or_default(), for_label + AMOUNT_GAP);
        self.push(format!("{lead}{first}{amount}"), style);
        for rest in labels {
            self.push(format!("{lead}{rest}"), style);
        }
    }

    fn table(&mut self, table: &Table) {
        let head: Vec<String> = table.head.iter().map(|cell| clean(cell)).collect();
        let rows: Vec<Vec<String>> = table
            .rows
            .iter()
            .map(|row| row.iter().map(|cell| clean(cell)).collect())
            .collect();
        let widths = column_widths(&head, &rows);
        let figures: usize = widths.iter().skip(1).map(|width| width + GAP).sum();
        let label = self.columns.saturating_sub(figures);
        if label < FIRST_COLUMN_MIN.min(widths.first().copied().unwrap_or(0)) {
            return self.stacked_table(&head, &rows);
        }
        let widths = self.spread(widths);
        if !head.is_empty() {
            self.table_row(&head, &widths, Style::PLAIN);
        }
        for row in &rows {
            match row.as_slice() {
                [more] if widths.len() > 1 => self.text(more, Style::PLAIN, Align::Left, 2),
                cells => self.table_row(cells, &widths, Style::PLAIN),
            }
        }
    }

    /// Shares the free cells out over the columns of figures, so that they fill the page evenly.
    fn spread(&self, mut widths: Vec<usize>) -> Vec<usize> {
        let figures = widths.len().saturating_sub(1);
        let used: usize = widths.iter().sum::<usize>() + GAP * figures;
        let free = self.columns.saturating_sub(used);
        if let Some(share) = free.checked_div(figures) {
            for width in widths.iter_mut().skip(1) {
                *width += share;
            }
        }
        let others: usize = widths.iter().skip(1).map(|width| width + GAP).sum();
        if let Some(first) = widths.first_mut() {
            *first = self.columns.saturating_sub(others);
        }
        widths
    }

    fn table_row(&mut self, cells: &[String], widths: &[usize], style: Style) {
        let Some((label, figures)) = cells.split_first() else {
            return;
        };
        let room = widths.first().copied().unwrap_or(0);
        let mut labels = wrap(label, room).into_iter();
        let mut line = padded_right(&labels.next().unwrap_or_default(), room);
        for (figure, width) in figures.iter().zip(&widths[1..]) {
            line.push_str(&padded_left(figure, width + GAP));
        }
        self.push(line, style);
        for rest in labels {
            self.push(rest, style);
        }
    }

    /// For paper too narrow for the columns: each row as its label and one amount per head.
    fn stacked_table(&mut self, head: &[String], rows: &[Vec<String>]) {
        for row in rows {
            let Some((label, figures)) = row.split_first() else {
                continue;
            };
            self.text(label, Style::PLAIN, Align::Left, 0);
            for (index, figure) in figures.iter().enumerate() {
                let name = head.get(index + 1).map_or("", String::as_str);
                self.amount(name, figure, Style::PLAIN, 2);
            }
        }
    }
}

/// A text over as few rows as it needs, all about as wide as each other: no word is left alone.
fn balanced(text: &str, cells: usize) -> Vec<String> {
    let rows = wrap(text, cells);
    let narrower = (1..cells).find_map(|width| {
        let narrow = wrap(text, width);
        let whole_words = text.split(' ').all(|word| self::width(word) <= width);
        (whole_words && narrow.len() == rows.len()).then_some(narrow)
    });
    narrower.unwrap_or(rows)
}

fn column_widths(head: &[String], rows: &[Vec<String>]) -> Vec<usize> {
    let columns = rows
        .iter()
        .map(Vec::len)
        .chain([head.len()])
        .max()
        .unwrap_or(0);
    (0..columns)
        .map(|column| {
            let cells = rows
                .iter()
                .filter(|row| columns == 1 || row.len() > 1)
                .map(Vec::as_slice)
                .chain([head])
                .filter_map(|row| row.get(column));
            cells.map(|cell| width(cell)).max().unwrap_or(0)
        })
        .collect()
}

#[cfg(test)]
mod tests;
