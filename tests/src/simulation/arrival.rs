//! Whether it matters which till was heard first.

use std::collections::BTreeSet;

use comptoir_domain::books::Books;
use comptoir_domain::entry::Source;
use comptoir_domain::event::Event;
use comptoir_domain::ids::OrderId;
use comptoir_domain::problem::{Problem, ProblemRule};
use comptoir_domain::stock::StockLevel;
use sync_server::store::JournalRow;

use super::checks::apply;
use super::server::ServerSide;

/// S4: goods in hand do not depend on which till was heard first.
pub(super) fn does_not_matter(stock: &[StockLevel], journal: &[JournalRow], books: &Books) {
    let early = |problem: &Problem| problem.rule == ProblemRule::OrderUnknown;
    if journal.iter().any(changes_what_is_written_off) || books.problems.values().any(early) {
        return;
    }
    let known = books.orders.keys().copied().collect();
    let mut books = Books::default();
    for row in in_another_order(journal, &known) {
        apply(&mut books, row);
    }
    for level in stock {
        let folded = books.level(level.variant, level.location);
        assert_eq!(level.on_hand, folded.on_hand, "S4");
    }
}

/// Source after source, as far as that is possible: the server's own acts go first, since tills act on
/// what they saw of them, and an order goes before what another till did to it.
fn in_another_order<'j>(
    journal: &'j [JournalRow],
    known: &BTreeSet<OrderId>,
) -> Vec<&'j JournalRow> {
    let mut rows: Vec<&JournalRow> = journal.iter().filter(|row| row.fold_no.is_some()).collect();
    rows.sort_by_key(|row| (!ServerSide::is_own(row.source), row.source, row.fold_no));
    let mut placed: BTreeSet<OrderId> = BTreeSet::new();
    let mut ordered = Vec::new();
    while !rows.is_empty() {
        let mut blocked: BTreeSet<Source> = BTreeSet::new();
        let next = rows.iter().position(|row| {
            let mut missing = missing_orders(row, &placed).into_iter();
            let goes = !blocked.contains(&row.source) && !missing.any(|id| known.contains(&id));
            if !goes {
                blocked.insert(row.source);
            }
            goes
        });
        // Two machines with one key may wait for each other here: then as it was in truth.
        let in_truth = || (0..rows.len()).min_by_key(|index| rows[*index].fold_no);
        let next = next.or_else(in_truth).expect("there are rows left");
        let row = rows.remove(next);
        placed.extend(orders_of(row));
        ordered.push(row);
    }
    ordered
}

fn orders_of(row: &JournalRow) -> BTreeSet<OrderId> {
    let body = row.sealed.read_body().expect("folded entries are readable");
    body.events.iter().filter_map(Event::order).collect()
}

/// The orders that an entry is about, and that it does not place itself.
fn missing_orders(row: &JournalRow, placed: &BTreeSet<OrderId>) -> BTreeSet<OrderId> {
    if row.sealed.body.contains("\"order_placed\"") {
        return BTreeSet::new();
    }
    orders_of(row).difference(placed).copied().collect()
}

/// How much a removal wastes depends on what is left of the line when it arrives: the only place in
/// which the order of arrival shows in the stock, and the reason for a problem.
fn changes_what_is_written_off(row: &JournalRow) -> bool {
    row.sealed.body.contains("\"wasted\"")
}
