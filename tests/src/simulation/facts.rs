//! What the facts of the journal came to, worked out by another way than the books' own.

use std::collections::{BTreeMap, BTreeSet};

use comptoir_domain::books::Books;
use comptoir_domain::entry::{EntryRef, Source};
use comptoir_domain::event::Event;
use comptoir_domain::ids::{LocationId, OrderId, PaymentId, RefundId, ShiftId, TillId, VariantId};
use comptoir_domain::money::Money;
use comptoir_domain::order::{Order, Payment, PaymentStatus, RefundStatus};
use comptoir_domain::problem::{Problem, ProblemRule};
use comptoir_domain::quantity::Quantity;
use comptoir_domain::shift::{CashPlace, Shift};
use comptoir_domain::tender::TenderKind;
use sync_server::store::JournalRow;

/// O1: every payment, hand-over, return and document of every entry is on its order, whatever was
/// folded before or after it; or it is kept until the order arrives.
pub(super) fn no_fact_was_lost(journal: &[JournalRow], books: &Books) {
    let mut decided = BTreeSet::new();
    for row in in_order(journal) {
        let body = row.sealed.read_body().expect("folded entries are readable");
        let mut overruled = false;
        for event in &body.events {
            if let Event::ProblemDecided { problem, .. } = event {
                overruled = !decided.insert(*problem);
            }
            let Some(order) = event.order().and_then(|id| books.order(id)) else {
                continue;
            };
            let held = holds(order, event);
            if overruled {
                // What follows from a decision follows only from the first.
                let credited = matches!(event, Event::RefundPaid { .. });
                assert!(
                    !(credited && held),
                    "O1: {event:?} follows twice: {order:?}"
                );
            } else {
                assert!(held, "O1: {event:?} is not on {order:?}");
            }
        }
    }
}

fn holds(order: &Order, event: &Event) -> bool {
    if order.is_awaited() {
        let discarded = matches!(event, Event::OrderDiscarded { .. });
        return discarded || order.early.iter().any(|early| early.event == *event);
    }
    match event {
        Event::PaymentTaken { payment, .. } => order.payment(payment.id).is_some(),
        Event::TenderCorrected { by, .. } => order.payment(by.id).is_some(),
        Event::RefundPaid { refund, .. } | Event::RefundRequested { refund, .. } => {
            order.refunds.iter().any(|known| known.id == refund.id)
        }
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

/// O3: that nobody knew an order is over once it is here, and not before unless a person says so.
pub(super) fn what_arrived_is_not_missed(books: &Books) {
    let of_unknown = |problem: &&Problem| problem.rule == ProblemRule::OrderUnknown;
    for problem in books.problems.values().filter(of_unknown) {
        let order = problem.subject.order.and_then(|id| books.order(id));
        let order = order.expect("a fact of an order has its row");
        let by = problem.decision.as_ref().map(|decision| decision.by);
        let ended = match order.is_awaited() {
            true => by != Some(None),
            false => by.is_some() && order.early.is_empty(),
        };
        assert!(ended, "O3: {problem:?} of {order:#?}");
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
        let refunds = order.refunds.iter();
        let went_out: Money = refunds
            .filter(|refund| refund.status != RefundStatus::Failed)
            .map(|refund| refund.amount)
            .sum();
        let open = totals.total - came_in + went_out;
        assert_eq!(totals.due, open - totals.forgiven, "M2: {order:?}");
        let let_off: Money = order.forgiven.iter().map(|known| known.amount).sum();
        let is_needed = totals.forgiven <= open.max(Money::ZERO);
        assert!(totals.forgiven <= let_off && is_needed, "M2: {order:?}");
        for payment in &order.payments {
            if let Some(tendered) = payment.tendered {
                let kept = payment.amount + payment.rounding;
                assert_eq!(tendered - payment.change, kept, "M2: {payment:?}");
            }
        }
    }
}

/// M6: what a till's shifts came to is what its perpetual totals say; but where a shift's opening was
/// lost with both a till's and the server's newest copy, which is a problem.
pub(super) fn shifts_add_up_to_their_tills(books: &Books) {
    let mut turnover: BTreeMap<TillId, Money> = BTreeMap::new();
    for shift in books.shifts.values() {
        *turnover.entry(shift.till).or_default() += shift.turnover.gross;
    }
    let lost = |problem: &&Problem| problem.rule == ProblemRule::ShiftUnknown;
    let without_shift: BTreeSet<TillId> = books
        .problems
        .values()
        .filter(lost)
        .filter_map(|problem| problem.entry.source.till())
        .collect();
    for (id, till) in &books.tills {
        let of_shifts = turnover.get(id).copied().unwrap_or_default();
        let perpetual = till.perpetual.sales - till.perpetual.returns;
        assert!(
            of_shifts == perpetual || without_shift.contains(id),
            "M6: {id}: {of_shifts:?} and {perpetual:?}"
        );
    }
}

/// M3: what a drawer should hold is its float and every coin that the journal says went in or out; but
/// where some of that came before the shift itself, which is a problem.
pub(super) fn drawers_hold_what_went_in(journal: &[JournalRow], books: &Books) {
    let mut drawers = Drawers::default();
    for row in in_order(journal) {
        let body = row.sealed.read_body().expect("folded entries are readable");
        if let Some(till) = row.source.till() {
            body.events
                .iter()
                .for_each(|event| drawers.take(till, event));
        }
    }
    let problems = books.problems.values();
    let early: BTreeSet<ShiftId> = problems
        .filter(|problem| problem.rule == ProblemRule::ShiftUnknown)
        .filter_map(|problem| problem.subject.shift)
        .collect();
    let is_known = |shift: &&Shift| !early.contains(&shift.id);
    for shift in books.shifts.values().filter(is_known) {
        let held = drawers.held.get(&shift.id).copied().unwrap_or_default();
        assert_eq!(shift.expected_cash(), held, "M3: {shift:#?}");
    }
}

/// What lies in the drawers by their shifts.
#[derive(Default)]
struct Drawers {
    held: BTreeMap<ShiftId, Money>,
    payments: BTreeMap<PaymentId, Payment>,
    /// Payments that were put right before they were told of.
    corrected: BTreeSet<PaymentId>,
    refunds: BTreeSet<RefundId>,
}

impl Drawers {
    fn take(&mut self, till: TillId, event: &Event) {
        match event {
            Event::ShiftOpened { shift, float, .. } => {
                self.held.entry(*shift).or_insert(*float);
            }
            Event::PaymentTaken { payment, .. } => self.pay(payment),
            Event::TenderCorrected { payment, by, .. } => {
                // Two machines with one key may both put the same payment right: it went out once.
                let is_new = !self.payments.contains_key(&by.id);
                let wrong = self
                    .payments
                    .get_mut(payment)
                    .filter(|wrong| is_new && wrong.status == PaymentStatus::Captured);
                if let Some(wrong) = wrong {
                    wrong.status = PaymentStatus::Reversed;
                    let (shift, kind) = (wrong.shift, wrong.kind);
                    let amount = wrong.amount + wrong.rounding;
                    self.put(shift, kind, -amount);
                } else if is_new && !self.payments.contains_key(payment) {
                    self.corrected.insert(*payment);
                }
                self.pay(by);
            }
            Event::RefundPaid { refund, .. } if self.refunds.insert(refund.id) => {
                let out = refund.amount + refund.rounding;
                self.put(refund.shift, refund.kind, -out);
            }
            Event::CashMoved {
                shift, to, amount, ..
            } => {
                let comes_in = *to == CashPlace::Till(till);
                let moved = if comes_in { *amount } else { -*amount };
                self.put(Some(*shift), TenderKind::Cash, moved);
            }
            _ => {}
        }
    }

    fn pay(&mut self, payment: &Payment) {
        let known = self.payments.insert(payment.id, payment.clone());
        let counts = known.is_none() && !self.corrected.contains(&payment.id);
        if counts && payment.status == PaymentStatus::Captured {
            let amount = payment.amount + payment.rounding;
            self.put(payment.shift, payment.kind, amount);
        }
    }

    fn put(&mut self, shift: Option<ShiftId>, kind: TenderKind, amount: Money) {
        if let Some(shift) = shift.filter(|_| kind == TenderKind::Cash) {
            *self.held.entry(shift).or_default() += amount;
        }
    }
}

/// M2: what was authorised or paid online counts once for its order, and never for more than was
/// authorised; once it is captured, no later answer of the provider changes that.
pub(super) fn money_of_the_shop_counts_once(journal: &[JournalRow], books: &Books) {
    let mut promised: BTreeMap<PaymentId, Money> = BTreeMap::new();
    let mut captured: BTreeMap<PaymentId, Money> = BTreeMap::new();
    for event in events_in_order(journal) {
        match event {
            Event::PaymentTaken { payment, .. } if payment.kind == TenderKind::Online => {
                promised.entry(payment.id).or_insert(payment.amount);
                if payment.status == PaymentStatus::Captured {
                    captured.entry(payment.id).or_insert(payment.amount);
                }
            }
            Event::PaymentCaptured {
                payment, amount, ..
            } => {
                captured.entry(payment).or_insert(amount);
            }
            _ => {}
        }
    }
    for order in books.orders.values() {
        let mut seen = BTreeSet::new();
        for payment in &order.payments {
            assert!(seen.insert(payment.id), "M2: taken twice: {payment:?}");
            let Some(most) = promised.get(&payment.id) else {
                continue;
            };
            assert!(
                payment.counts_for() <= *most,
                "M2: more than promised: {payment:?}"
            );
            if let Some(amount) = captured.get(&payment.id) {
                let stands = (PaymentStatus::Captured, *amount);
                assert_eq!((payment.status, payment.amount), stands, "M2: {payment:?}");
            }
        }
    }
}

/// Every event that was folded, in the order in which it was.
fn events_in_order(journal: &[JournalRow]) -> impl Iterator<Item = Event> {
    in_order(journal).into_iter().flat_map(|row| {
        let body = row.sealed.read_body();
        body.expect("folded entries are readable").events
    })
}

/// The entries that were folded, in the order in which they were.
fn in_order(journal: &[JournalRow]) -> Vec<&JournalRow> {
    let mut rows: Vec<&JournalRow> = journal.iter().filter(|row| row.fold_no.is_some()).collect();
    rows.sort_by_key(|row| row.fold_no);
    rows
}

/// S2: what is reserved is what open orders still wait for, worked out from their lines: so every
/// reservation ended once, by a hand-over, by being taken off, or with its order.
pub(super) fn reservations_are_those_of_the_orders(books: &Books) {
    let mut waiting: BTreeMap<(VariantId, LocationId), Quantity> = BTreeMap::new();
    let waits = |order: &&Order| {
        let milestones = &order.milestones;
        let is_over = milestones.cancelled.is_some() || milestones.expired_at.is_some();
        milestones.accepted_at.is_some() && !is_over
    };
    for order in books.orders.values().filter(waits) {
        for line in order.lines.iter().filter(|line| line.tracks_stock) {
            let still = line.weighed.unwrap_or(line.ordered) - line.collected;
            *waiting
                .entry((line.variant, order.heading.location))
                .or_default() += still.max(Quantity::ZERO);
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
