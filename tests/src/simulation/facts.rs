//! What the facts of the journal came to, worked out by another way than the books' own.

use std::collections::{BTreeMap, BTreeSet};

use comptoir_domain::books::Books;
use comptoir_domain::entry::{EntryRef, Source};
use comptoir_domain::event::Event;
use comptoir_domain::ids::{LocationId, OrderId, TillId, VariantId};
use comptoir_domain::money::Money;
use comptoir_domain::order::{Order, PaymentStatus};
use comptoir_domain::problem::{Problem, ProblemRule};
use comptoir_domain::quantity::Quantity;
use sync_server::store::JournalRow;

/// O1: every payment, hand-over, return and document of every entry is on its order, whatever was
/// folded before or after it.
pub(super) fn no_fact_was_lost(journal: &[JournalRow], books: &Books) {
    for row in journal.iter().filter(|row| row.fold_no.is_some()) {
        let body = row.sealed.read_body().expect("folded entries are readable");
        for event in &body.events {
            if let Some(order) = event.order().and_then(|id| books.order(id)) {
                assert!(holds(order, event), "O1: {event:?} is not on {order:?}");
            }
        }
    }
}

fn holds(order: &Order, event: &Event) -> bool {
    match event {
        Event::PaymentTaken { payment, .. } => order.payment(payment.id).is_some(),
        Event::TenderCorrected { by, .. } => order.payment(by.id).is_some(),
        Event::RefundPaid { refund, .. } => order.refunds.iter().any(|known| known.id == refund.id),
        Event::GoodsCollected { collection, .. } => order
            .collections
            .iter()
            .any(|known| known.id == collection.id),
        Event::GoodsReturned { goods_return, .. } => order
            .returns
            .iter()
            .any(|known| known.id == goods_return.id),
        Event::DocumentIssued { document, .. } => order
            .documents
            .iter()
            .any(|known| known.number == document.number),
        _ => true,
    }
}

/// M1 and M2: the parts of an order add up to its figures, and what is due is what its payments and
/// refunds leave of its total.
pub(super) fn every_order_adds_up(books: &Books) {
    for order in books.orders.values() {
        let totals = order.totals();
        let recognised = order.recognised();
        let parts = order.recognised_parts();
        let gross: Money = parts.iter().map(|part| part.gross).sum();
        let tax: Money = parts.iter().map(|part| part.tax_amount).sum();
        assert_eq!(gross, recognised.total(), "M1: {order:?}");
        assert_eq!(tax, recognised.turnover.tax_amount, "M1: {order:?}");
        let rates: Money = totals.taxed.rates.iter().map(|row| row.tax_amount).sum();
        assert_eq!(rates, totals.taxed.tax_amount, "M1: {order:?}");
        let counts = |status| {
            matches!(
                status,
                PaymentStatus::Captured | PaymentStatus::CaptureRequested
            )
        };
        let came_in: Money = order
            .payments
            .iter()
            .filter(|payment| counts(payment.status))
            .map(|payment| payment.amount)
            .sum();
        let went_out: Money = order.refunds.iter().map(|refund| refund.amount).sum();
        assert_eq!(
            totals.due,
            totals.total - came_in + went_out,
            "M2: {order:?}"
        );
        for payment in &order.payments {
            if let Some(tendered) = payment.tendered {
                let kept = payment.amount + payment.rounding;
                assert_eq!(tendered - payment.change, kept, "M2: {payment:?}");
            }
        }
    }
}

/// M6: what a till's shifts came to is what its perpetual totals say.
pub(super) fn shifts_add_up_to_their_tills(books: &Books) {
    let mut turnover: BTreeMap<TillId, Money> = BTreeMap::new();
    for shift in books.shifts.values() {
        *turnover.entry(shift.till).or_default() += shift.turnover.gross;
    }
    for (id, till) in &books.tills {
        let of_shifts = turnover.get(id).copied().unwrap_or_default();
        let perpetual = till.perpetual.sales - till.perpetual.returns;
        assert_eq!(of_shifts, perpetual, "M6: {id}");
    }
}

/// S2: what is reserved is what open orders still wait for.
pub(super) fn reservations_are_those_of_the_orders(books: &Books) {
    let mut waiting: BTreeMap<(VariantId, LocationId), Quantity> = BTreeMap::new();
    for order in books.orders.values() {
        for (variant, quantity) in order.reserved() {
            *waiting
                .entry((variant, order.heading.location))
                .or_default() += quantity;
        }
    }
    for (place, level) in &books.stock {
        let expected = waiting.get(place).copied().unwrap_or_default();
        assert_eq!(level.reserved, expected, "S2: {level:?}");
    }
}

/// O4 and O3: more was handed over or came back than was wanted only where a problem says so, and
/// every problem names an entry that was folded.
pub(super) fn contradictions_have_their_problem(journal: &[JournalRow], books: &Books) {
    let mut rules: BTreeMap<OrderId, BTreeSet<ProblemRule>> = BTreeMap::new();
    for problem in books.problems.values() {
        if let Some(order) = problem.subject.order {
            rules.entry(order).or_default().insert(problem.rule);
        }
    }
    for order in books.orders.values() {
        let known = rules.get(&order.id()).cloned().unwrap_or_default();
        for line in &order.lines {
            let twice = line.collected > line.wanted();
            assert!(
                !twice || known.contains(&ProblemRule::HandedOverTwice),
                "O4: {line:?} with {known:?}"
            );
            let too_much = line.returned > line.collected;
            assert!(
                !too_much || known.contains(&ProblemRule::ReturnedTooMuch),
                "O4: {line:?} with {known:?}"
            );
        }
    }
    let folded: BTreeSet<EntryRef> = journal
        .iter()
        .filter(|row| row.fold_no.is_some())
        .map(entry_of)
        .collect();
    for problem in books.problems.values() {
        assert!(has_cause(problem, &folded), "O3: {problem:?}");
    }
}

fn has_cause(problem: &Problem, folded: &BTreeSet<EntryRef>) -> bool {
    folded.contains(&problem.entry)
        && problem
            .against
            .is_none_or(|other| folded.contains(&other) || is_server(other.source))
}

fn is_server(source: Source) -> bool {
    source.till().is_none()
}

fn entry_of(row: &JournalRow) -> EntryRef {
    EntryRef {
        source: row.source,
        epoch: row.epoch,
        seq: row.seq,
    }
}
