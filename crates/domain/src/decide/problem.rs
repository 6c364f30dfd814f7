//! What can be decided about a problem, and what follows from it. Both facts stand whatever is chosen;
//! a decision is a new fact, with the amendment, return or credit that it brings.

use serde::{Deserialize, Serialize};

use super::Context;
use super::back::paid_back;
use crate::books::Books;
use crate::credit::refund_credit_of;
use crate::event::Event;
use crate::ids::{LineId, RefundId, ReturnId};
use crate::money::Money;
use crate::order::{
    Fate, GoodsReturn, Line, Operation, Order, QuantityMode, Refund, RefundStatus, ReturnedPart,
    Seen,
};
use crate::problem::{Problem, ProblemRule};
use crate::quantity::Quantity;
use crate::refusal::{Refusal, RefusalCode};
use crate::staff::Permission;
use crate::tender::TenderKind;

/// What a person can say to a problem.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ts_rs::TS,
)]
#[serde(rename_all = "snake_case")]
pub enum Choice {
    /// Seen; there is nothing to do.
    Noted,
    /// It is as the books say now.
    Stands,
    /// Of two wishes the one that the order shows.
    Keep,
    /// Of two wishes the one that the order does not show.
    Other,
    /// Both goods that were given in place of a line.
    Both,
    /// Everything that was handed over is charged.
    BillAll,
    /// The customer keeps it all and pays what was ordered.
    BillOnce,
    /// What was handed over twice in the books left the shelf once.
    NeverLeft,
    /// What is owed becomes credit of the customer at the hub.
    Credit,
}

impl Choice {
    /// As it is written down.
    pub const fn name(self) -> &'static str {
        match self {
            Choice::Noted => "noted",
            Choice::Stands => "stands",
            Choice::Keep => "keep",
            Choice::Other => "other",
            Choice::Both => "both",
            Choice::BillAll => "bill_all",
            Choice::BillOnce => "bill_once",
            Choice::NeverLeft => "never_left",
            Choice::Credit => "credit",
        }
    }
}

/// What there is to choose, the proposed one first.
pub fn choices(problem: &Problem, books: &Books) -> Vec<Choice> {
    let order = problem.subject.order.and_then(|id| books.order(id));
    match problem.rule {
        ProblemRule::HandedOverTwice => of_double_hand_over(order),
        ProblemRule::SubstitutedTwice => vec![Choice::Keep, Choice::Other, Choice::Both],
        ProblemRule::QuantitySetTwice
        | ProblemRule::RemovedAndChanged
        | ProblemRule::PriceChangedTwice
        | ProblemRule::SlotChangedTwice
        | ProblemRule::CustomerChangedTwice => {
            let other = order.and_then(|order| other_wish(problem, order));
            let other = other.map(|_| Choice::Other);
            std::iter::once(Choice::Keep).chain(other).collect()
        }
        ProblemRule::PaidTooMuch
        | ProblemRule::CollectedAfterCancelled
        | ProblemRule::CancelledAfterCollected
        | ProblemRule::AmendedAfterCancelled
        | ProblemRule::RemovedAfterCollected
        | ProblemRule::BelowCollected
        | ProblemRule::ReturnedTooMuch => {
            let credit = order.and_then(owed_to_known).map(|_| Choice::Credit);
            credit.into_iter().chain([Choice::Stands]).collect()
        }
        ProblemRule::SoldBelowZero
        | ProblemRule::RefundedTooMuch
        | ProblemRule::CreditOverspent
        | ProblemRule::CaptureFailed => vec![Choice::Stands],
        _ => vec![Choice::Noted],
    }
}

/// What to propose where nobody thought about it yet.
pub fn proposed(problem: &Problem, books: &Books) -> Choice {
    let choices = choices(problem, books);
    choices.first().copied().unwrap_or(Choice::Noted)
}

/// Decides a problem: the decision first, then what follows from it. One that is decided already stays
/// as it is.
pub fn decide_problem(
    problem: &Problem,
    choice: Choice,
    books: &Books,
    context: &Context<'_>,
) -> Result<Vec<Event>, Refusal> {
    context.permit(Permission::DecideProblem)?;
    if !problem.is_open() {
        return Ok(Vec::new());
    }
    if !choices(problem, books).contains(&choice) {
        return Err(RefusalCode::ChoiceUnknown.into());
    }
    let decided = Event::ProblemDecided {
        problem: problem.id,
        choice: choice.name().to_owned(),
    };
    let order = problem.subject.order.and_then(|id| books.order(id));
    let follows = order.map(|order| consequences(problem, choice, order, books, context));
    Ok(std::iter::once(decided)
        .chain(follows.into_iter().flatten())
        .collect())
}

/// Decides problems that are one thing to look after, all alike.
pub fn decide_group(
    problems: &[Problem],
    choice: Choice,
    books: &Books,
    context: &Context<'_>,
) -> Result<Vec<Event>, Refusal> {
    let each = problems
        .iter()
        .map(|problem| decide_problem(problem, choice, books, context));
    let events: Vec<Vec<Event>> = each.collect::<Result<_, _>>()?;
    Ok(events.into_iter().flatten().collect())
}

fn consequences(
    problem: &Problem,
    choice: Choice,
    order: &Order,
    books: &Books,
    context: &Context<'_>,
) -> Vec<Event> {
    match choice {
        Choice::Other if problem.rule == ProblemRule::SubstitutedTwice => {
            let first = substitutes(problem, order).map(|(first, _)| first);
            amended(order, first.and_then(|line| without(order, line)))
        }
        Choice::Keep if problem.rule == ProblemRule::SubstitutedTwice => {
            let second = substitutes(problem, order).map(|(_, second)| second);
            amended(order, second.and_then(|line| without(order, line)))
        }
        Choice::Other => amended(order, other_wish(problem, order).unwrap_or_default()),
        Choice::BillAll => amended(order, beyond_the_bill(order).map(bill_all)),
        Choice::NeverLeft => vec![never_left(problem, order, context)],
        Choice::Credit => credited(problem, order, books, context),
        Choice::Noted | Choice::Stands | Choice::Keep | Choice::Both | Choice::BillOnce => {
            Vec::new()
        }
    }
}

fn amended(order: &Order, operations: impl IntoIterator<Item = Operation>) -> Vec<Event> {
    let operations: Vec<Operation> = operations.into_iter().collect();
    if operations.is_empty() {
        return Vec::new();
    }
    vec![Event::OrderAmended {
        order: order.id(),
        seen: Seen {
            rev: order.rev,
            own: None,
        },
        operations,
        removed: Vec::new(),
        taken_back: Vec::new(),
        shift: None,
    }]
}

// Goods

fn of_double_hand_over(order: Option<&Order>) -> Vec<Choice> {
    if order.is_some_and(|order| beyond_the_bill(order).next().is_some()) {
        vec![Choice::BillAll, Choice::BillOnce, Choice::NeverLeft]
    } else {
        vec![Choice::Stands]
    }
}

/// Lines of which the customer holds more than is charged.
fn beyond_the_bill(order: &Order) -> impl Iterator<Item = &Line> {
    order
        .lines
        .iter()
        .filter(|line| line.kept() > line.wanted().max(Quantity::ZERO))
}

fn bill_all(line: &Line) -> Operation {
    Operation::ChangeQuantity {
        line: line.id,
        from: line.wanted(),
        to: line.kept(),
        mode: QuantityMode::Set,
    }
}

/// What the books handed over beyond the bill is on the shelf again, for nothing.
fn never_left(problem: &Problem, order: &Order, context: &Context<'_>) -> Event {
    let parts = beyond_the_bill(order).map(|line| ReturnedPart {
        line: line.id,
        quantity: line.kept() - line.wanted().max(Quantity::ZERO),
        restock: Fate::BackToShelf,
    });
    let last = order.collections.last();
    Event::GoodsReturned {
        order: order.id(),
        goods_return: GoodsReturn {
            id: ReturnId::from_uuid(problem.id.derived_uuid()),
            at: context.now,
            by: Some(context.staff),
            location: last.map_or(order.heading.location, |last| last.location),
            parts: parts.collect(),
            reason: Choice::NeverLeft.name().to_owned(),
        },
        shift: None,
    }
}

// Two wishes

/// What makes the order as somebody wanted it whose wish did not come true, where that can still be.
fn other_wish(problem: &Problem, order: &Order) -> Option<Vec<Operation>> {
    let restored = problem.rule == ProblemRule::RemovedAndChanged;
    let operation = match problem.wanted.as_deref()? {
        Operation::ChangeQuantity { line, .. } | Operation::RemoveLine { line, .. } if restored => {
            without(order, *line)?
        }
        Operation::ChangeQuantity { line, to, .. } => {
            return quantity_as(order, order.line(*line)?, *to);
        }
        Operation::ChangePrice { line, to, .. } => {
            let price = &order.line(*line)?.price;
            (price != to).then(|| Operation::ChangePrice {
                line: *line,
                from: price.clone(),
                to: to.clone(),
            })?
        }
        Operation::Discount { line, to, .. } => {
            let discount = &order.line(*line)?.discount;
            (discount != to).then(|| Operation::Discount {
                line: *line,
                from: discount.clone(),
                to: to.clone(),
            })?
        }
        Operation::SetCustomer { to, .. } => {
            let from = order.heading.customer;
            (from != *to).then_some(Operation::SetCustomer { from, to: *to })?
        }
        Operation::Move { to, .. } => {
            let from = order.heading.pick_up();
            (from != *to).then_some(Operation::Move { from, to: *to })?
        }
        Operation::SetSlot { to, .. } => {
            let from = order.heading.slot;
            (from != *to).then_some(Operation::SetSlot { from, to: *to })?
        }
        _ => return None,
    };
    Some(vec![operation])
}

/// A line and what hangs on it in another quantity, but never less than was handed over.
pub(super) fn quantity_as(order: &Order, line: &Line, to: Quantity) -> Option<Vec<Operation>> {
    if line.wanted() == to || to < line.collected {
        return None;
    }
    let with_it = std::iter::once(line).chain(order.lines_tied_to(line.id));
    let change = |line: &Line| Operation::ChangeQuantity {
        line: line.id,
        from: line.wanted(),
        to,
        mode: QuantityMode::Set,
    };
    Some(with_it.map(change).collect())
}

/// Takes off what is still to be handed over of a line. Where goods of it were written off, that was
/// done when it was first asked for.
fn without(order: &Order, line: LineId) -> Option<Operation> {
    let line = order.line(line)?;
    line.outstanding()
        .is_positive()
        .then(|| Operation::RemoveLine {
            line: line.id,
            from: line.wanted(),
            collected: line.collected,
            fate: Fate::BackToShelf,
            reason: "decided".to_owned(),
        })
}

/// The lines that two people gave in place of one: the first, the second.
fn substitutes(problem: &Problem, order: &Order) -> Option<(LineId, LineId)> {
    match problem.wanted.as_deref()? {
        Operation::Substitute { line, by, .. } => {
            let first = order.line(*line)?.substituted_by?;
            (first != by.id).then_some((first, by.id))
        }
        _ => None,
    }
}

// Money

/// What is owed to a customer who is known.
fn owed_to_known(order: &Order) -> Option<Money> {
    let owed = -order.totals().due;
    (owed.is_positive() && order.heading.customer.is_some()).then_some(owed)
}

/// What is owed becomes credit, once however often it is decided.
fn credited(problem: &Problem, order: &Order, books: &Books, context: &Context<'_>) -> Vec<Event> {
    let tenders = &context.settings.tenders;
    let tender = tenders
        .iter()
        .find(|tender| tender.kind == TenderKind::Credit);
    let (Some(amount), Some(tender), Some(customer)) =
        (owed_to_known(order), tender, order.heading.customer)
    else {
        return Vec::new();
    };
    let refund = Refund {
        id: RefundId::from_uuid(problem.id.derived_uuid()),
        tender: tender.id.clone(),
        kind: tender.kind,
        amount,
        rounding: Money::ZERO,
        reference: None,
        at: context.now,
        shift: books.open_shift(context.till).map(|shift| shift.id),
        payment: None,
        account: Some(refund_credit_of(customer)),
        status: RefundStatus::Done,
    };
    paid_back(order, refund).collect()
}
