//! Completing the order in progress: what becomes of it in one journal entry.

use std::collections::BTreeSet;

use super::Context;
use super::money::{paid_back, to_settle};
use crate::draft::{Basis, Draft};
use crate::event::{Event, RemovedLine};
use crate::ids::{CollectionId, LineId, ShiftId};
use crate::money::Money;
use crate::order::{
    CollectedPart, Collection, Line, Operation, OperationContext, Order, OrderHeading, Payment,
    PaymentStatus, Refund,
};
use crate::quantity::Quantity;
use crate::refusal::{Refusal, RefusalCode};
use crate::staff::Permission;

/// How much goes over the counter when an order in progress is completed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HandOver {
    Everything,
    /// These parts of lines; the rest stays reserved.
    Parts(Vec<(LineId, Quantity)>),
    /// The order is placed or saved as it stands, and fetched another day.
    Nothing,
}

/// Completes the order in progress: placed or amended, paid or settled, and handed over as far as
/// `hand_over` says. What is fetched has to be paid; what is not may be paid later. `number` is the
/// human number of an order that is born here.
pub fn complete(
    draft: &Draft,
    hand_over: &HandOver,
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
    check_allowances(draft, context)?;
    let parts = parts_handed_over(&order, hand_over)?;
    let after = collected(&order, &parts);
    let open = to_pay_now(&after, hand_over);
    if !open.is_zero() {
        return Err(Refusal::from(RefusalCode::OrderNotPaid).with("due", open.minor_units()));
    }
    let mut events = birth_or_amendment(draft, &order, number, shift);
    events.extend(money_events(draft, &order, &after, hand_over, shift));
    events.extend(collection(draft, &order, parts, shift, context));
    Ok(events)
}

/// What has to be settled before the goods go: everything where nothing stays, else what the fetched
/// goods are worth beyond what was paid. Money that is owed back may wait until then.
fn to_pay_now(after: &Order, hand_over: &HandOver) -> Money {
    match hand_over {
        HandOver::Everything => to_settle(after),
        HandOver::Parts(_) | HandOver::Nothing => owed_for_fetched(after),
    }
}

/// What the goods that the customer holds are worth beyond the money that counts for the order.
fn owed_for_fetched(after: &Order) -> Money {
    let totals = after.totals();
    (after.recognised().total() - totals.paid - totals.authorised).max(Money::ZERO)
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

/// What was let go without a manager's word, in however many steps, is within the cashier's limits.
fn check_allowances(draft: &Draft, context: &Context<'_>) -> Result<(), Refusal> {
    let allowances = draft.allowances();
    if !allowances.unconfirmed.is_positive() {
        return Ok(());
    }
    let gross = allowances.in_all + allowances.kept;
    super::goods::permit_allowance(allowances.unconfirmed, gross, context)
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

fn money_events(
    draft: &Draft,
    order: &Order,
    after: &Order,
    hand_over: &HandOver,
    shift: ShiftId,
) -> Vec<Event> {
    let id = order.id();
    let mut events = Vec::new();
    let mut due = match hand_over {
        HandOver::Everything => order.totals().due,
        // An authorisation is for the goods that are fetched; the rest of it waits with the rest.
        HandOver::Parts(_) => (after.recognised().total() - order.totals().paid).max(Money::ZERO),
        HandOver::Nothing => Money::ZERO,
    };
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
    let refunds = draft.refunds().cloned().map(|refund| Refund {
        shift: Some(shift),
        ..refund
    });
    events.extend(refunds.flat_map(|refund| paid_back(order, refund)));
    events
}

/// The parts of lines that go over the counter, as the cashier sees them.
fn parts_handed_over(order: &Order, hand_over: &HandOver) -> Result<Vec<CollectedPart>, Refusal> {
    let part = |line: &Line, quantity: Quantity| CollectedPart {
        line: line.id,
        quantity,
        wanted: line.wanted(),
        collected: line.collected,
    };
    match hand_over {
        HandOver::Everything => {
            let outstanding = order
                .lines
                .iter()
                .filter(|line| line.outstanding().is_positive());
            Ok(outstanding
                .map(|line| part(line, line.outstanding()))
                .collect())
        }
        HandOver::Nothing => Ok(Vec::new()),
        HandOver::Parts(parts) => {
            let mut taken = BTreeSet::new();
            let checked = parts.iter().map(|(id, quantity)| {
                let line = order.line(*id).filter(|line| taken.insert(line.id));
                let line = line.ok_or(RefusalCode::LineUnknown)?;
                if !quantity.is_positive() {
                    return Err(RefusalCode::QuantityNotPositive.into());
                }
                if *quantity > line.outstanding() {
                    let above = Refusal::from(RefusalCode::HandOverAboveOrdered);
                    return Err(above.with("name", &line.name));
                }
                Ok(part(line, *quantity))
            });
            checked.collect()
        }
    }
}

/// The order once the parts are gone.
fn collected(order: &Order, parts: &[CollectedPart]) -> Order {
    let mut after = order.clone();
    for part in parts {
        if let Some(line) = after.line_mut(part.line) {
            line.collected += part.quantity;
        }
    }
    after
}

/// The hand-over. That of an order that is born here bears the order's own id, so that completing it
/// again after a restore is the same hand-over.
fn collection(
    draft: &Draft,
    order: &Order,
    parts: Vec<CollectedPart>,
    shift: ShiftId,
    context: &mut Context<'_>,
) -> Option<Event> {
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
