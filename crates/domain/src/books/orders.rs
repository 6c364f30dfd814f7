//! What each event does to an order and to its goods; its money is in a room of its own.

use std::collections::BTreeSet;

use super::apply::Application;
use crate::entry::EntryRef;
use crate::event::{Event, RemovedLine};
use crate::ids::{LineId, LocationId, OrderId, ShiftId};
use crate::order::{
    Cancellation, Charge, CollectedPart, Collection, Fate, GoodsReturn, Line, Operation,
    OperationContext, Order, OrderHeading, PaymentStatus, RefundStatus, ReturnedPart, Seen,
};
use crate::problem::{Problem, ProblemRule, ProblemSubject};
use crate::quantity::Quantity;
use crate::recurring::Recurrence;
use crate::stock::{MoveReason, Place, StockMove};

impl Application<'_> {
    pub(super) fn order_event(&mut self, event: &Event) {
        if let Event::OrderPlaced {
            heading,
            lines,
            charges,
            removed,
            shift,
            ..
        } = event
        {
            return self.order_placed(heading, lines, charges, removed, *shift);
        }
        if let Event::OrderDiscarded { shift, lines, .. } = event {
            return self.order_discarded(*shift, lines);
        }
        let Some(id) = event.order() else { return };
        if self.books.orders.get(&id).is_none_or(Order::is_awaited) {
            return self.happened_early(id, event);
        }
        match event {
            Event::OrderAmended {
                seen,
                operations,
                removed,
                shift,
                ..
            } => {
                self.order_amended(id, *seen, operations);
                self.tally_removed(*shift, removed);
            }
            Event::OrderAccepted { .. } => self.milestone(id, |order, at| {
                order.milestones.accepted_at.get_or_insert(at);
            }),
            Event::OrderReady { basket, .. } => self.milestone(id, |order, at| {
                order.milestones.ready_at.get_or_insert(at);
                if basket.is_some() {
                    order.milestones.basket.clone_from(basket);
                }
            }),
            Event::OrderExpired { .. } => self.milestone(id, |order, at| {
                if order.collections.is_empty() {
                    order.milestones.expired_at.get_or_insert(at);
                }
            }),
            Event::RecurringOrderMade { made, .. } => self.made_by_recurring(id, made),
            Event::LinesPicked { parts, .. } => self.lines_picked(id, parts),
            Event::OrderCancelled { seen, reason, .. } => self.order_cancelled(id, *seen, reason),
            Event::GoodsCollected { collection, .. } => self.goods_collected(id, collection),
            Event::GoodsReturned { goods_return, .. } => self.goods_returned(id, goods_return),
            Event::GoodsWrittenOff {
                line,
                quantity,
                fate,
                ..
            } => self.write_off(id, *line, *quantity, *fate),
            Event::PaymentTaken { payment, .. } => self.payment_taken(id, payment),
            Event::CaptureRequested {
                payment,
                amount,
                part,
                ..
            } => self.capture_requested(id, *payment, *amount, *part),
            Event::PaymentCaptured {
                payment, amount, ..
            } => {
                self.payment_moves(id, *payment, PaymentStatus::Captured, Some(*amount));
            }
            Event::CaptureFailed { payment, .. } => self.capture_failed(id, *payment),
            Event::TenderCorrected { payment, by, .. } => self.tender_corrected(id, *payment, by),
            Event::RefundPaid { refund, .. } | Event::RefundRequested { refund, .. } => {
                self.refund_paid(id, refund);
            }
            Event::RefundDone {
                refund, reference, ..
            } => self.with_refund(id, *refund, |refund| {
                refund.status = RefundStatus::Done;
                if reference.is_some() {
                    refund.reference.clone_from(reference);
                }
            }),
            Event::RefundFailed { refund, .. } => self.refund_failed(id, *refund),
            Event::Forgiven { forgiveness, .. } => self.milestone(id, |order, _| {
                if order
                    .forgiven
                    .iter()
                    .all(|known| known.id != forgiveness.id)
                {
                    order.forgiven.push(forgiveness.clone());
                }
            }),
            Event::DocumentIssued { document, .. } => self.milestone(id, |order, _| {
                if order
                    .documents
                    .iter()
                    .all(|known| known.number != document.number)
                {
                    order.documents.push(document.clone());
                }
            }),
            _ => {}
        }
    }

    fn milestone(&mut self, id: OrderId, change: impl FnOnce(&mut Order, crate::time::Timestamp)) {
        let at = self.entry.at;
        if let Some(order) = self.books.orders.get_mut(&id) {
            change(order, at);
        }
    }

    /// Each thing that it was to hold and could not be had is somebody's to look after.
    fn made_by_recurring(&mut self, id: OrderId, made: &Recurrence) {
        self.milestone(id, |order, _| {
            order.recurrence.get_or_insert_with(|| made.clone());
        });
        for left_out in &made.left_out {
            let subject = ProblemSubject {
                order: Some(id),
                variant: Some(left_out.variant),
                recurring: Some(made.recurring),
                ..ProblemSubject::default()
            };
            self.problem(ProblemRule::RecurringLeftOut, subject);
        }
    }

    fn order_placed(
        &mut self,
        heading: &OrderHeading,
        lines: &[Line],
        charges: &[Charge],
        removed: &[RemovedLine],
        shift: Option<ShiftId>,
    ) {
        let known = self.books.orders.get(&heading.id);
        if known.is_some_and(|known| !known.is_awaited()) {
            return;
        }
        let awaited = known.cloned();
        let mut order = Order::draft(heading.clone());
        order.milestones.placed_at = Some(self.entry.at);
        order.lines = lines.to_vec();
        order.charges = charges.to_vec();
        if let Some(awaited) = awaited {
            order.payments.clone_from(&awaited.payments);
            order.refunds.clone_from(&awaited.refunds);
            order.corrected.clone_from(&awaited.corrected);
            self.arrived.push(awaited);
        }
        self.books.orders.insert(heading.id, order);
        self.tally_removed(shift, removed);
    }

    fn tally_removed(&mut self, shift: Option<ShiftId>, removed: &[RemovedLine]) {
        let Some(shift) = shift.filter(|_| !removed.is_empty()) else {
            return;
        };
        self.with_shift(shift, |shift| {
            removed
                .iter()
                .for_each(|line| shift.removed_lines.add(line.amount));
        });
    }

    fn order_discarded(&mut self, shift: ShiftId, lines: &[RemovedLine]) {
        let amount = lines.iter().map(|line| line.amount).sum();
        self.with_shift(shift, |shift| shift.discarded_orders.add(amount));
    }

    fn order_amended(&mut self, id: OrderId, seen: Seen, operations: &[Operation]) {
        let handed_over = self.handed_over.get(&id).cloned().unwrap_or_default();
        let context = OperationContext {
            at: self.entry.at,
            by: self.entry.actor,
            handed_over,
        };
        let Some(order) = self.books.orders.get_mut(&id) else {
            return;
        };
        let cancelled = order
            .milestones
            .cancelled
            .as_ref()
            .map(|cancellation| cancellation.entry);
        let against = order.last_entry.filter(|_| order.rev != seen.rev);
        let known: BTreeSet<LineId> = order.lines.iter().map(|line| line.id).collect();
        let written_off = write_offs(operations);
        let conflicts: Vec<_> = operations
            .iter()
            .filter_map(|operation| Some((operation, order.operate(operation, &context)?)))
            .collect();
        for (wanted, conflict) in conflicts {
            let subject = ProblemSubject {
                line: conflict.line,
                ..about(id)
            };
            let problem = self.found(conflict.rule, subject).against(against);
            self.note(Problem {
                wanted: Some(Box::new(wanted.clone())),
                ..problem
            });
        }
        self.catch_up_with_lines(id, &known);
        if cancelled.is_some() && !self.handed_over.contains_key(&id) {
            self.problem_against(ProblemRule::AmendedAfterCancelled, about(id), cancelled);
        }
        for (line, quantity, fate) in written_off {
            self.write_off(id, line, quantity, fate);
        }
    }

    fn lines_picked(&mut self, id: OrderId, parts: &[(LineId, Quantity)]) {
        self.milestone(id, |order, _| {
            for (line, quantity) in parts {
                if let Some(line) = order.line_mut(*line) {
                    line.picked = line.picked.max(*quantity);
                }
            }
        });
    }

    fn order_cancelled(&mut self, id: OrderId, seen: Seen, reason: &str) {
        let (at, by, entry) = (self.entry.at, self.entry.actor, self.entry.entry);
        let Some(order) = self.books.orders.get_mut(&id) else {
            return;
        };
        if order.collections.is_empty() {
            let cancellation = Cancellation {
                at,
                by,
                reason: reason.to_owned(),
                entry,
            };
            order.milestones.cancelled.get_or_insert(cancellation);
            return;
        }
        let unseen = order.rev != seen.rev;
        let against = order.last_entry;
        want_only_collected(order, &BTreeSet::new());
        if unseen {
            self.problem_against(ProblemRule::CancelledAfterCollected, about(id), against);
        }
    }

    fn goods_collected(&mut self, id: OrderId, collection: &Collection) {
        let Some(order) = self.books.orders.get_mut(&id) else {
            return;
        };
        if order
            .collections
            .iter()
            .any(|known| known.id == collection.id)
        {
            return;
        }
        let last_entry = order.last_entry;
        let cancelled = order.milestones.cancelled.take();
        order.milestones.expired_at = None;
        let mut collected = Collected::default();
        for part in &collection.parts {
            collected.take(order, part, collection.location);
        }
        order.collections.push(collection.clone());
        if cancelled.is_some() {
            let handed_over = collection.parts.iter().map(|part| part.line).collect();
            want_only_collected(order, &handed_over);
        }
        if let Some(cancelled) = cancelled {
            let rule = ProblemRule::CollectedAfterCancelled;
            self.problem_against(rule, about(id), Some(cancelled.entry));
        }
        self.went(id, collected, last_entry);
    }

    fn went(&mut self, id: OrderId, mut collected: Collected, against: Option<EntryRef>) {
        for stock_move in std::mem::take(&mut collected.moves) {
            self.move_stock(stock_move);
        }
        for (rule, line) in collected.into_contradictions() {
            let subject = ProblemSubject { line, ..about(id) };
            self.problem_against(rule, subject, against);
        }
    }

    fn goods_returned(&mut self, id: OrderId, goods_return: &GoodsReturn) {
        let Some(order) = self.books.orders.get_mut(&id) else {
            return;
        };
        if order
            .returns
            .iter()
            .any(|known| known.id == goods_return.id)
        {
            return;
        }
        let worth_before = order.totals().total;
        let mut returned = Returned::default();
        for part in &goods_return.parts {
            returned.take(order, part, goods_return.location);
        }
        order.returns.push(goods_return.clone());
        let worth = worth_before - order.totals().total;
        self.came_back(id, returned);
        if let Some(shift) = self.shift {
            self.with_shift(shift, |shift| shift.returns.add(worth));
        }
    }

    fn came_back(&mut self, id: OrderId, returned: Returned) {
        for stock_move in returned.moves {
            self.move_stock(stock_move);
        }
        for line in returned.too_much {
            let subject = ProblemSubject {
                line: Some(line),
                ..about(id)
            };
            self.problem(ProblemRule::ReturnedTooMuch, subject);
        }
    }

    /// What went over the counter, or came back, of lines that nobody here had heard of counts as soon
    /// as they are heard of.
    fn catch_up_with_lines(&mut self, id: OrderId, known: &BTreeSet<LineId>) {
        let Some(order) = self.books.orders.get_mut(&id) else {
            return;
        };
        if order.lines.len() == known.len() {
            return;
        }
        let (mut collected, mut returned) = (Collected::default(), Returned::default());
        for Collection {
            location, parts, ..
        } in order.collections.clone()
        {
            let new = parts.iter().filter(|part| !known.contains(&part.line));
            let heard_of = |part: &&CollectedPart| order.line(part.line).is_some();
            let new: Vec<CollectedPart> = new.filter(heard_of).copied().collect();
            for part in &new {
                collected.take(order, part, location);
            }
        }
        for GoodsReturn {
            location, parts, ..
        } in order.returns.clone()
        {
            for part in parts.iter().filter(|part| !known.contains(&part.line)) {
                returned.take(order, part, location);
            }
        }
        let against = order.last_entry;
        self.went(id, collected, against);
        self.came_back(id, returned);
    }

    fn write_off(&mut self, id: OrderId, line: LineId, quantity: Quantity, fate: Fate) {
        let Some(order) = self.books.orders.get(&id) else {
            return;
        };
        let Some(line) = order.line(line) else { return };
        let location = Place::Location(order.heading.location);
        let (to, reason) = match fate {
            Fate::BackToShelf => return,
            Fate::Wasted => (Place::Waste, MoveReason::Wasted),
            Fate::NeverThere => (Place::CountDifference, MoveReason::Counted),
        };
        let moves: Vec<StockMove> = moves_of(line, quantity, location, to, reason, id);
        moves
            .into_iter()
            .for_each(|stock_move| self.move_stock(stock_move));
    }
}

pub(super) fn about(order: OrderId) -> ProblemSubject {
    ProblemSubject {
        order: Some(order),
        ..Default::default()
    }
}

/// After a cancellation only what the customer holds is wanted; lines handed over live again.
fn want_only_collected(order: &mut Order, handed_over: &BTreeSet<LineId>) {
    for line in &mut order.lines {
        if line.wanted() > line.collected || !handed_over.contains(&line.id) {
            let kept = line.collected.min(line.wanted());
            line.want_exactly(kept);
        }
    }
}

/// What a hand-over brought about.
#[derive(Default)]
struct Collected {
    moves: Vec<StockMove>,
    contradictions: Vec<(ProblemRule, Option<LineId>)>,
    twice: bool,
}

impl Collected {
    /// Hands one line over. Goods that were taken off the order meanwhile are on it again, because the
    /// customer has them; goods that another till handed over meanwhile are not billed twice.
    fn take(&mut self, order: &mut Order, part: &CollectedPart, location: LocationId) {
        let id = order.id();
        let Some(line) = order.line_mut(part.line) else {
            let unknown = (ProblemRule::LineUnknown, Some(part.line));
            self.contradictions.push(unknown);
            return;
        };
        let raced = part.collected < line.collected;
        line.collected += part.quantity;
        line.picked = line.picked.max(line.collected);
        if line.collected > line.wanted() {
            let lowered = part.wanted > line.wanted() && !raced;
            if lowered {
                self.contradictions.push(restore_collected(line));
            } else {
                self.twice = true;
            }
        }
        let (from, to) = (Place::Location(location), Place::Customer);
        let moves = moves_of(line, part.quantity, from, to, MoveReason::Sold, id);
        self.moves.extend(moves);
    }

    fn into_contradictions(mut self) -> Vec<(ProblemRule, Option<LineId>)> {
        if self.twice {
            let rule = (ProblemRule::HandedOverTwice, None);
            self.contradictions.push(rule);
        }
        self.contradictions
    }
}

/// What goods that came back brought about.
#[derive(Default)]
struct Returned {
    moves: Vec<StockMove>,
    too_much: Vec<LineId>,
}

impl Returned {
    fn take(&mut self, order: &mut Order, part: &ReturnedPart, location: LocationId) {
        let id = order.id();
        if let Some(line) = order.line_mut(part.line) {
            line.returned += part.quantity;
            if line.returned > line.collected {
                self.too_much.push(line.id);
            }
            self.moves.extend(return_moves(line, part, location, id));
        }
    }
}

/// What the customer holds is wanted again.
fn restore_collected(line: &mut Line) -> (ProblemRule, Option<LineId>) {
    let rule = if line.wanted().is_zero() {
        ProblemRule::RemovedAfterCollected
    } else {
        ProblemRule::BelowCollected
    };
    line.restore(line.collected);
    (rule, Some(line.id))
}

fn return_moves(
    line: &Line,
    part: &ReturnedPart,
    location: LocationId,
    order: OrderId,
) -> Vec<StockMove> {
    let (to, reason) = match part.restock {
        Fate::BackToShelf => (Place::Location(location), MoveReason::Returned),
        Fate::Wasted | Fate::NeverThere => (Place::Waste, MoveReason::Wasted),
    };
    moves_of(line, part.quantity, Place::Customer, to, reason, order)
}

fn moves_of(
    line: &Line,
    quantity: Quantity,
    from: Place,
    to: Place,
    reason: MoveReason,
    order: OrderId,
) -> Vec<StockMove> {
    line.stock_of(quantity)
        .into_iter()
        .map(|(variant, quantity)| StockMove {
            variant,
            quantity,
            from,
            to,
            reason,
            order: Some(order),
            line: Some(line.id),
        })
        .collect()
}

/// Goods that leave the stock because they came off the order spoilt or never existed: as many as
/// whoever took them off had in front of them.
fn write_offs(operations: &[Operation]) -> Vec<(LineId, Quantity, Fate)> {
    let thrown_away = operations.iter().filter_map(|operation| match operation {
        Operation::RemoveLine {
            line,
            from,
            collected,
            fate,
            ..
        } => Some((*line, *from - *collected, *fate)),
        Operation::Substitute {
            line,
            quantity,
            fate,
            ..
        } => Some((*line, *quantity, *fate)),
        _ => None,
    });
    thrown_away
        .filter(|(_, quantity, fate)| *fate != Fate::BackToShelf && quantity.is_positive())
        .collect()
}
