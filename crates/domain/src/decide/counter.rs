//! Completing the order in progress: what becomes of it in one journal entry.

use super::Context;
use super::money::to_settle;
use crate::draft::{Basis, Draft};
use crate::event::{Event, RemovedLine};
use crate::ids::{CollectionId, LineId, ShiftId};
use crate::order::{
    Collection, Line, Operation, OperationContext, Order, OrderHeading, PaymentStatus,
};
use crate::quantity::Quantity;
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
    if order.lines.iter().all(|line| line.wanted().is_zero()) {
        return Err(RefusalCode::OrderEmpty.into());
    }
    let open = to_settle(&order);
    if !open.is_zero() {
        return Err(Refusal::from(RefusalCode::OrderNotPaid).with("due", open.minor_units()));
    }
    let mut events = birth_or_amendment(draft, &order, number, shift);
    events.extend(money_events(draft, &order));
    events.extend(hand_over(&order, context));
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
            shift: Some(shift),
        }],
        Basis::Placed(_) => amend(draft).into_iter().collect(),
    }
}

/// The amendment that a draft of a placed order makes, if it changes anything.
pub fn amend(draft: &Draft) -> Option<Event> {
    let seen = draft.seen()?;
    let mut operations: Vec<Operation> = draft.operations().cloned().collect();
    operations.extend(discount_operations(draft));
    let order = draft.heading().id;
    (!operations.is_empty()).then_some(Event::OrderAmended {
        order,
        seen,
        operations,
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

fn money_events(draft: &Draft, order: &Order) -> Vec<Event> {
    let id = order.id();
    let mut events = Vec::new();
    let mut due = order.totals().due;
    for payment in order
        .payments
        .iter()
        .filter(|payment| payment.status == PaymentStatus::Authorised)
    {
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
    events.extend(draft.payments().map(|payment| Event::PaymentTaken {
        order: id,
        payment: payment.clone(),
    }));
    events.extend(draft.refunds().map(|refund| Event::RefundPaid {
        order: id,
        refund: refund.clone(),
    }));
    events
}

fn hand_over(order: &Order, context: &mut Context<'_>) -> Option<Event> {
    let parts: Vec<(LineId, Quantity)> = order
        .lines
        .iter()
        .filter(|line| line.outstanding().is_positive())
        .map(|line| (line.id, line.outstanding()))
        .collect();
    if parts.is_empty() {
        return None;
    }
    let id = CollectionId::from_uuid(context.ids.next_uuid());
    let collection = Collection {
        id,
        at: context.now,
        by: Some(context.staff),
        parts,
        fetched_by: None,
    };
    Some(Event::GoodsCollected {
        order: order.id(),
        collection,
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
    let Basis::New(heading) = &draft.basis else {
        return Ok(None);
    };
    let left = draft
        .order()
        .lines
        .into_iter()
        .map(|line| removed_whole(&line));
    let lines: Vec<RemovedLine> = draft.removed.iter().cloned().chain(left).collect();
    Ok((!lines.is_empty()).then_some(Event::OrderDiscarded {
        order: heading.id,
        shift,
        lines,
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
