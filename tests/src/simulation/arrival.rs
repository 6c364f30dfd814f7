//! Whether it matters which till was heard first.

use std::collections::{BTreeMap, BTreeSet};

use comptoir_domain::books::Books;
use comptoir_domain::entry::{EntryRef, Source};
use comptoir_domain::event::Event;
use comptoir_domain::ids::{CollectionId, LineId, OrderId, PaymentId, RefundId, ReturnId};
use comptoir_domain::order::{Operation, Order};
use comptoir_domain::problem::{Problem, ProblemId, ProblemRule};
use comptoir_domain::quantity::Quantity;
use comptoir_domain::stock::StockLevel;
use sync_server::store::JournalRow;

use super::checks::apply;
use super::server::ServerSide;

/// S4: goods in hand do not depend on which till was heard first.
pub(super) fn does_not_matter(stock: &[StockLevel], journal: &[JournalRow], books: &Books) {
    let early = |problem: &Problem| problem.rule == ProblemRule::OrderUnknown;
    let depends = journal.iter().any(changes_what_is_written_off) || counts_beside_a_fork(journal);
    if depends || books.problems.values().any(early) {
        return;
    }
    let mut otherwise = Books::default();
    for row in in_another_order(journal, books) {
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
/// what they saw of them; but an order and its lines go before what another did to them, and a problem
/// before what was decided of it.
fn in_another_order<'j>(journal: &'j [JournalRow], known: &Books) -> Vec<&'j JournalRow> {
    let folded = journal.iter().filter(|row| row.fold_no.is_some());
    let mut rows: Vec<Waiting<'_>> = folded.map(Waiting::of).collect();
    rows.sort_by_key(|waiting| {
        let row = waiting.row;
        (!ServerSide::is_own(row.source), row.source, row.fold_no)
    });
    let mut heard = Heard::default();
    let mut ordered = Vec::new();
    while !rows.is_empty() {
        let mut blocked: BTreeSet<Source> = BTreeSet::new();
        let next = rows.iter().position(|waiting| {
            let source = waiting.row.source;
            let goes = !blocked.contains(&source) && waiting.may_go(&heard, known);
            if !goes {
                blocked.insert(source);
            }
            goes
        });
        // Two machines with one key may wait for each other here: then as it was in truth.
        let in_truth = || (0..rows.len()).min_by_key(|index| rows[*index].row.fold_no);
        let next = next.or_else(in_truth).expect("there are rows left");
        let waiting = rows.remove(next);
        heard.orders.extend(waiting.orders);
        heard.lines.extend(waiting.brings);
        heard.entries.insert(EntryRef {
            source: waiting.row.source,
            epoch: waiting.row.epoch,
            seq: waiting.row.seq,
        });
        ordered.push(waiting.row);
    }
    ordered
}

/// What was heard of so far.
#[derive(Default)]
struct Heard {
    orders: BTreeSet<OrderId>,
    lines: BTreeSet<LineId>,
    entries: BTreeSet<EntryRef>,
}

/// An entry that was not heard of yet, with what it is about.
struct Waiting<'j> {
    row: &'j JournalRow,
    places: bool,
    orders: BTreeSet<OrderId>,
    lines: BTreeSet<LineId>,
    brings: BTreeSet<LineId>,
    decides: Vec<ProblemId>,
}

impl<'j> Waiting<'j> {
    fn of(row: &'j JournalRow) -> Waiting<'j> {
        let body = row.sealed.read_body().expect("folded entries are readable");
        let mut waiting = Waiting {
            row,
            places: false,
            orders: body.events.iter().filter_map(Event::order).collect(),
            lines: BTreeSet::new(),
            brings: BTreeSet::new(),
            decides: Vec::new(),
        };
        body.events.iter().for_each(|event| waiting.read(event));
        waiting
    }

    fn read(&mut self, event: &Event) {
        match event {
            Event::OrderPlaced { lines, .. } => {
                self.places = true;
                self.brings.extend(lines.iter().map(|line| line.id));
            }
            Event::OrderAmended { operations, .. } => {
                operations
                    .iter()
                    .for_each(|operation| self.read_operation(operation));
            }
            Event::GoodsCollected { collection, .. } => {
                let parts = collection.parts.iter();
                self.lines.extend(parts.map(|part| part.line));
            }
            Event::GoodsReturned { goods_return, .. } => {
                let parts = goods_return.parts.iter();
                self.lines.extend(parts.map(|part| part.line));
            }
            Event::ProblemDecided { problem, .. } => self.decides.push(*problem),
            _ => {}
        }
    }

    fn read_operation(&mut self, operation: &Operation) {
        match operation {
            Operation::AddLine { line } => {
                self.brings.insert(line.id);
            }
            Operation::Substitute { line, by, .. } => {
                self.lines.insert(*line);
                self.brings.insert(by.id);
            }
            Operation::ChangeQuantity { line, .. }
            | Operation::RemoveLine { line, .. }
            | Operation::Weigh { line, .. } => {
                self.lines.insert(*line);
            }
            _ => {}
        }
    }

    /// Whether everything that it is about was heard of, as far as it ever is.
    fn may_go(&self, heard: &Heard, known: &Books) -> bool {
        let order_is_missing =
            |id: &OrderId| !heard.orders.contains(id) && known.orders.contains_key(id);
        let orders = || self.orders.iter().filter_map(|id| known.order(*id));
        let line_is_missing = |id: &LineId| {
            let is_heard = heard.lines.contains(id) || self.brings.contains(id);
            !is_heard && orders().any(|order| order.line(*id).is_some())
        };
        let cause_is_missing = |id: &ProblemId| {
            let problem = known.problems.get(id);
            problem.is_some_and(|problem| !heard.entries.contains(&problem.entry))
        };
        (self.places || !self.orders.iter().any(order_is_missing))
            && !self.lines.iter().any(line_is_missing)
            && !self.decides.iter().any(cause_is_missing)
    }
}

/// A count names by its place in the chain what it includes, and two machines with one key have two
/// entries at one place: there the order of arrival shows, and the fork is a problem already.
fn counts_beside_a_fork(journal: &[JournalRow]) -> bool {
    let counts = |row: &JournalRow| row.sealed.body.contains("\"stock_counted\"");
    journal.iter().any(counts) && journal.iter().any(|row| row.branch > 0)
}

/// How much a removal wastes depends on what is left of the line when it arrives: the only place in
/// which the order of arrival shows in the stock, and the reason for a problem.
fn changes_what_is_written_off(row: &JournalRow) -> bool {
    let body = &row.sealed.body;
    body.contains("\"wasted\"") || body.contains("\"never_there\"")
}
