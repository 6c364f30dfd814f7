//! Lists to tick: boxes below each other, then the quantities, then the names.

use super::Setter;
use crate::document::{CheckRow, Style};
use crate::text::{clean, padded_left, width, wrap};

const EMPTY_BOX: &str = "[ ]";

/// The cells kept free between box, quantity and name.
const GAP: &str = " ";

/// The narrowest column of names; below it the quantity has a row of its own.
const LABEL_MIN: usize = 14;

pub(super) fn set(setter: &mut Setter, rows: &[CheckRow]) {
    let quantity_cells = rows
        .iter()
        .map(|row| width(&clean(&row.quantity)))
        .max()
        .unwrap_or(0);
    let before = width(EMPTY_BOX) + 2 * GAP.len() + quantity_cells;
    if setter.columns < before + LABEL_MIN {
        rows.iter().for_each(|row| stacked(setter, row));
    } else {
        rows.iter()
            .for_each(|row| beside(setter, row, quantity_cells, before));
    }
}

fn beside(setter: &mut Setter, row: &CheckRow, quantity_cells: usize, before: usize) {
    let room = setter.columns - before;
    let quantity = padded_left(&clean(&row.quantity), quantity_cells);
    let mut first = format!("{EMPTY_BOX}{GAP}{quantity}{GAP}");
    for label in at_least_one(wrap(&clean(&row.label), room)) {
        setter.push(format!("{first}{label}"), Style::PLAIN);
        first = " ".repeat(before);
    }
    details(setter, row, before);
}

fn stacked(setter: &mut Setter, row: &CheckRow) {
    let indent = width(EMPTY_BOX) + GAP.len();
    let quantity = clean(&row.quantity);
    setter.push(format!("{EMPTY_BOX}{GAP}{quantity}"), Style::PLAIN);
    for label in wrap(&clean(&row.label), setter.columns - indent) {
        setter.push(format!("{}{label}", " ".repeat(indent)), Style::PLAIN);
    }
    details(setter, row, indent);
}

/// Each detail on rows of its own, below the name.
fn details(setter: &mut Setter, row: &CheckRow, before: usize) {
    let room = setter.columns - before;
    for detail in &row.details {
        for text in wrap(&clean(detail), room) {
            setter.push(format!("{}{text}", " ".repeat(before)), Style::PLAIN);
        }
    }
}

/// A quantity without a name still has its row.
fn at_least_one(rows: Vec<String>) -> Vec<String> {
    if rows.is_empty() {
        vec![String::new()]
    } else {
        rows
    }
}
