//! Whether it matters which till was heard first.

use std::collections::{BTreeMap, BTreeSet};

use comptoir_domain::books::Books;
use comptoir_domain::entry::{EntryRef, Source};
use comptoir_domain::event::Event;
use comptoir_domain::ids::{CollectionId, LineId, OrderId, PaymentId, RefundId, ReturnId};
use comptoir_domain::order::Order;
use comptoir_domain::problem::{Problem, ProblemId, ProblemRule};
use comptoir_domain::quantity::Quantity;
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
    let opened = books.problems.values();
    let opened = opened.map(|problem| (problem.id, problem.entry)).collect();
    let mut otherwise = Books::default();
    for row in in_another_order(journal, &known, &opened) {
        apply(&mut otherwise, row);
    }
    for level in stock {
        let folded = otherwise.level(level.variant, level.location);
        assert_eq!(level.on_hand, folded.on_hand, "S4");
    }
    for order in books.orders.values() {
        let other = otherwise
            .order(order.id())
            .expect("S4: an order is missing");
        assert_eq!(Happened::to(order), Happened::to(other), "S4: {order:#?}");
    }
}

/// What happened to an order, whatever was wanted of it meanwhile.
#[derive(Debug, PartialEq, Eq)]
struct Happened {
    payments: BTreeSet<PaymentId>,
    refunds: BTreeSet<RefundId>,
    collections: BTreeSet<CollectionId>,
    returns: BTreeSet<ReturnId>,
    /// What was handed over and what came back, by line.
    goods: BTreeMap<LineId, (Quantity, Quantity)>,
}

impl Happened {
    fn to(order: &Order) -> Happened {
        let moved = order.lines.iter();
        Happened {
            payments: order.payments.iter().map(|payment| payment.id).collect(),
            refunds: order.refunds.iter().map(|refund| refund.id).collect(),
            collections: order.collections.iter().map(|known| known.id).collect(),
            returns: order.returns.iter().map(|known| known.id).collect(),
            goods: moved
                .map(|line| (line.id, (line.collected, line.returned)))
                .collect(),
        }
    }
}

/// Source after source, as far as that is possible: the server's own acts go first, since tills act on
/// what they saw of them, and an order goes before what another till did to it, and a problem
/// before what was decided of it.
fn in_another_order<'j>(
    journal: &'j [JournalRow],
    known: &BTreeSet<OrderId>,
    opened: &BTreeMap<ProblemId, EntryRef>,
) -> Vec<&'j JournalRow> {
    let mut rows: Vec<&JournalRow> = journal.iter().filter(|row| row.fold_no.is_some()).collect();
    rows.sort_by_key(|row| (!ServerSide::is_own(row.source), row.source, row.fold_no));
    let mut placed: BTreeSet<OrderId> = BTreeSet::new();
    let mut gone: BTreeSet<EntryRef> = BTreeSet::new();
    let mut ordered = Vec::new();
    while !rows.is_empty() {
        let mut blocked: BTreeSet<Source> = BTreeSet::new();
        let next = rows.iter().position(|row| {
            let mut missing = missing_orders(row, &placed).into_iter();
            let mut causes = decided(row).into_iter().filter_map(|id| opened.get(&id));
            let goes = !blocked.contains(&row.source)
                && !missing.any(|id| known.contains(&id))
                && causes.all(|cause| gone.contains(cause));
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
        gone.insert(EntryRef {
            source: row.source,
            epoch: row.epoch,
            seq: row.seq,
        });
        ordered.push(row);
    }
    ordered
}

fn orders_of(row: &JournalRow) -> BTreeSet<OrderId> {
    let body = row.sealed.read_body().expect("folded entries are readable");
    body.events.iter().filter_map(Event::order).collect()
}

/// The problems that an entry decides: they come before it.
fn decided(row: &JournalRow) -> Vec<ProblemId> {
    let body = row.sealed.read_body().expect("folded entries are readable");
    let decided = body.events.iter().filter_map(|event| match event {
        Event::ProblemDecided { problem, .. } => Some(*problem),
        _ => None,
    });
    decided.collect()
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
