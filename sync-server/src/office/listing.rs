//! What all lists have in common: sorting, pages and files.

use comptoir_domain::money::Money;
use comptoir_domain::quantity::Quantity;
use comptoir_domain::time::{Timestamp, Zone};

use super::refusal::OfficeRefusal;
use super::wire::PageQuery;
use crate::cells;

/// How many rows a page has where it is not said, and at most.
const PAGE_USUAL: usize = 50;
const PAGE_MAX: usize = 200;

impl PageQuery {
    /// Everything: for files.
    pub(super) fn whole(&self) -> PageQuery {
        PageQuery {
            skip: 0,
            limit: Some(usize::MAX),
            ..self.clone()
        }
    }

    /// The part of a list that is asked for, and how long the list is.
    pub(super) fn cut<T>(&self, mut rows: Vec<T>) -> (Vec<T>, usize) {
        let total = rows.len();
        let limit = match self.limit {
            Some(usize::MAX) => usize::MAX,
            limit => limit.unwrap_or(PAGE_USUAL).clamp(1, PAGE_MAX),
        };
        rows.drain(..self.skip.min(total));
        rows.truncate(limit);
        (rows, total)
    }

    /// Sorts by a column; `key` knows the columns of the list.
    pub(super) fn sort<T, K: Ord>(&self, rows: &mut [T], key: impl Fn(&T) -> K) {
        rows.sort_by_key(key);
        if self.descending {
            rows.reverse();
        }
    }
}

/// A list as a file that a spreadsheet opens.
#[derive(Debug)]
pub struct Table {
    pub name: &'static str,
    rows: Vec<Vec<String>>,
}

impl Table {
    pub(super) fn new(name: &'static str, headings: &[&str]) -> Table {
        Table {
            name,
            rows: vec![
                headings
                    .iter()
                    .map(|heading| (*heading).to_owned())
                    .collect(),
            ],
        }
    }

    pub(super) fn row(&mut self, cells: Vec<String>) {
        self.rows.push(cells);
    }

    /// The file's content.
    pub fn content(&self) -> Result<Vec<u8>, OfficeRefusal> {
        let mut table = csv::Writer::from_writer(Vec::new());
        for row in &self.rows {
            table
                .write_record(row)
                .map_err(|_| OfficeRefusal::new("too_many"))?;
        }
        table
            .into_inner()
            .map_err(|_| OfficeRefusal::new("too_many"))
    }
}

/// How cells of a hub are written: its decimals and its clock.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cells {
    pub decimals: u8,
    pub zone: Zone,
}

impl Cells {
    pub(super) fn money(self, minor: i64) -> String {
        cells::money(Money::minor(minor), self.decimals)
    }

    pub(super) fn quantity(thousandths: i64) -> String {
        cells::quantity(Quantity::thousandths(thousandths))
    }

    pub(super) fn text(text: &str) -> String {
        cells::text(text)
    }

    pub(super) fn moment(self, unix_ms: i64) -> String {
        let moment = Timestamp::from_unix_ms(unix_ms).in_zone(self.zone);
        moment.format("%Y-%m-%d %H:%M").to_string()
    }
}
