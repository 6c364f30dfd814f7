//! Completing the order in progress: what becomes of it in one journal entry.

use super::Context;
use super::money::to_settle;
use crate::draft::{Basis, Draft};
use crate::event::{Event, RemovedLine};
use crate::ids::{CollectionId, ShiftId};
use crate::money::Money;
use crate::order::{
    CollectedPart, Collection, Line, Operation, OperationContext, Order, OrderHeading, Payment,
    PaymentStatus, Refund,
};
use crate::refusal::{Refusal, RefusalCode};
use crate::staff::Permission;

/// Completes the order in progress: placed or amended, paid or settled, handed over. `number` is
/// the human number of an order that is born here.
pub fn complete(
    draft: &Draft,
    number: &str,
    shift: ShiftId,
    context: &mut Context<'_>,
) -> Result<Vec<Event>, Refusal> {
    context.permit(Permission::Sell)?;
    let order = draft.order();
    if let Basis::Placed(basis) = &draft.basis
        && (basis.milestones.cancelled.is_some() || basis.milestones.expired_at.is_some())
    {
        return Err(RefusalCode::OrderNotOpen.into());
    }
    let nothing_wanted = order.lines.iter().all(|line| line.wanted().is_zero());
    if nothing_wanted && matches!(draft.basis, Basis::New(_)) {
        return Err(RefusalCode::OrderEmpty.into());
    }
    check_allowances(draft, &order, context)?;
    let open = to_settle(&order);
    if !open.is_zero() {
        return Err(Refusal::from(RefusalCode::OrderNotPaid).with("due", open.minor_units()));
    }
    let mut events = birth_or_amendment(draft, &order, number, shift);
    events.extend(money_events(draft, &order, shift));
    events.extend(hand_over(draft, &order, shift, context));
    Ok(events)
}

fn birth_or_amendment(draft: &Draft, order: &Order, number: &str, shift: ShiftId) -> Vec<Event> {
    match &draft.basis {
        Basis::New(heading) => vec![Event::OrderPlaced {
            heading: OrderHeading {
                number: number.to_owned(),
                customer: order.heading.customer,
                ..heading.clone()
            },
            lines: order.lines.clone(),
            charges: order.charges.clone(),
            removed: draft.removed.clone(),
            taken_back: draft.taken_back.clone(),
            shift: Some(shift),
        }],
        Basis::Placed(_) => amend(draft, Some(shift)).into_iter().collect(),
    }
}

/// What was let go in all, in however many steps, is within the cashier's limits, or a manager has
/// confirmed it.
fn check_allowances(draft: &Draft, order: &Order, context: &Context<'_>) -> Result<(), Refusal> {
    let before: Money = match &draft.basis {
        Basis::New(_) => Money::ZERO,
        Basis::Placed(order) => order.lines.iter().map(Line::allowance).sum(),
    };
    let given: Money = order.lines.iter().map(Line::allowance).sum();
    if given <= before || draft.approved_by().is_some() {
        return Ok(());
    }
    let kept: Money = order.lines.iter().map(Line::amount).sum();
    super::goods::permit_allowance(given, kept + given, context)
}

/// The amendment that a draft of a placed order makes, if it changes anything.
pub fn amend(draft: &Draft, shift: Option<ShiftId>) -> Option<Event> {
    let seen = draft.seen()?;
    let mut operations: Vec<Operation> = draft.operations().cloned().collect();
    operations.extend(discount_operations(draft));
    let order = draft.heading().id;
    let changes =
        !operations.is_empty() || !draft.removed.is_empty() || !draft.taken_back.is_empty();
    changes.then(|| Event::OrderAmended {
        order,
        seen,
        operations,
        removed: draft.removed.clone(),
        taken_back: draft.taken_back.clone(),
        shift,
    })
}

/// An allowance on the whole order, frozen on its lines.
fn discount_operations(draft: &Draft) -> Vec<Operation> {
    let Basis::Placed(basis) = &draft.basis else {
        return Vec::new();
    };
    if draft.order_discount().is_none() {
        return Vec::new();
    }
    let mut operated = (**basis).clone();
    let context = OperationContext {
        at: draft.started_at,
        ..Default::default()
    };
    for operation in draft.operations() {
        operated.operate(operation, &context);
    }
    let shared_out = draft.order();
    let changed = shared_out.lines.iter().filter_map(|line| {
        let from = operated.line(line.id)?.discount.clone();
        (from != line.discount).then(|| Operation::Discount {
            line: line.id,
            from,
            to: line.discount.clone(),
        })
    });
    changed.collect()
}

fn money_events(draft: &Draft, order: &Order, shift: ShiftId) -> Vec<Event> {
    let id = order.id();
    let mut events = Vec::new();
    let mut due = order.totals().due;
    let authorised = order.payments.iter();
    for payment in authorised.filter(|payment| payment.status == PaymentStatus::Authorised) {
        let amount = payment.amount.min(due);
        if amount.is_positive() {
            due -= amount;
            events.push(Event::CaptureRequested {
                order: id,
                payment: payment.id,
                amount,
            });
        }
    }
    // One entry belongs to one shift: money that was taken before is booked where the order is.
    events.extend(
        draft
            .payments()
            .cloned()
            .map(|payment| Event::PaymentTaken {
                order: id,
                payment: Payment {
                    shift: Some(shift),
                    ..payment
                },
            }),
    );
    events.extend(draft.refunds().cloned().map(|refund| Event::RefundPaid {
        order: id,
        refund: Refund {
            shift: Some(shift),
            ..refund
        },
    }));
    events
}

/// Everything that is outstanding goes over the counter. The hand-over of an order that is born here
/// bears the order's own id, so that completing it again after a restore is the same hand-over.
fn hand_over(
    draft: &Draft,
    order: &Order,
    shift: ShiftId,
    context: &mut Context<'_>,
) -> Option<Event> {
    let outstanding = order
        .lines
        .iter()
        .filter(|line| line.outstanding().is_positive());
    let parts: Vec<CollectedPart> = outstanding
        .map(|line| CollectedPart {
            line: line.id,
            quantity: line.outstanding(),
            wanted: line.wanted(),
            collected: line.collected,
        })
        .collect();
    if parts.is_empty() {
        return None;
    }
    let id = match &draft.basis {
        Basis::New(heading) => heading.id.uuid(),
        Basis::Placed(_) => context.ids.next_uuid(),
    };
    let collection = Collection {
        id: CollectionId::from_uuid(id),
        at: context.now,
        by: Some(context.staff),
        location: context.location,
        parts,
        fetched_by: None,
    };
    Some(Event::GoodsCollected {
        order: order.id(),
        collection,
        shift: Some(shift),
    })
}

/// Throws the order in progress away. Nothing is recorded of one that never had a line; money that
/// was taken for it has to be given back first.
pub fn discard(
    draft: &Draft,
    shift: ShiftId,
    context: &Context<'_>,
) -> Result<Option<Event>, Refusal> {
    context.permit(Permission::Sell)?;
    if draft.has_money() {
        return Err(RefusalCode::OrderInProgress.into());
    }
    let left = match &draft.basis {
        Basis::New(_) => draft.order().lines,
        Basis::Placed(_) => Vec::new(),
    };
    let left = left.iter().map(removed_whole);
    let lines: Vec<RemovedLine> = draft.removed.iter().cloned().chain(left).collect();
    let happened = !lines.is_empty() || !draft.taken_back.is_empty();
    Ok(happened.then(|| Event::OrderDiscarded {
        order: draft.heading().id,
        shift,
        lines,
        taken_back: draft.taken_back.clone(),
    }))
}

fn removed_whole(line: &Line) -> RemovedLine {
    RemovedLine {
        line: line.id,
        name: line.name.clone(),
        quantity: line.wanted(),
        amount: line.amount(),
    }
}
