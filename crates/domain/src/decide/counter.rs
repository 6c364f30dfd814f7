//! Completing the order in progress: what becomes of it in one journal entry.

use std::collections::BTreeSet;

use super::Context;
use super::back::{goods_back, paid_back};
use super::money::to_settle;
use crate::draft::{Basis, Draft};
use crate::event::{Event, RemovedLine};
use crate::ids::{CollectionId, LineId, ShiftId};
use crate::money::Money;
use crate::order::{
    CollectedPart, Collection, Forgiveness, Line, Operation, OperationContext, Order, OrderHeading,
    Payment, Refund,
};
use crate::quantity::Quantity;
use crate::refusal::{Refusal, RefusalCode};
use crate::staff::Permission;
use crate::time::Timestamp;

/// How much goes over the counter when an order in progress is completed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum HandOver {
    #[default]
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
        && (*hand_over != HandOver::Nothing || draft.operations().next().is_some())
    {
        // Only its money can still be settled.
        return Err(RefusalCode::OrderNotOpen.into());
    }
    let nothing_wanted = order.lines.iter().all(|line| line.wanted().is_zero());
    if nothing_wanted && matches!(draft.basis, Basis::New(_)) {
        return Err(RefusalCode::OrderEmpty.into());
    }
    check_allowances(draft, context)?;
    let parts = parts_handed_over(&order, hand_over)?;
    let after = collected(&order, &parts);
    let open = to_pay_now(draft, &after, hand_over, context.now);
    if !open.is_zero() {
        return Err(Refusal::from(RefusalCode::OrderNotPaid).with("due", open.minor_units()));
    }
    let mut events = birth_or_amendment(draft, &order, number, shift);
    events.extend(goods_back(draft, shift, context));
    let collection = collection(draft, &order, parts, context);
    let part = collection.as_ref().map(|collection| collection.id);
    let captured = captures(&order, &after, hand_over, part, context.now);
    events.extend(captured);
    events.extend(money_events(draft, &order, shift));
    events.extend(collection.map(|collection| Event::GoodsCollected {
        order: order.id(),
        collection,
        shift: Some(shift),
    }));
    Ok(events)
}

/// The order as it stands once events of its completion happened.
pub fn after(mut order: Order, events: &[Event]) -> Order {
    for event in events {
        match event {
            Event::CaptureRequested {
                payment,
                amount,
                part,
                ..
            } => {
                if let Some(payment) = order.payment_mut(*payment) {
                    payment.request_capture(*amount, *part);
                }
            }
            Event::GoodsCollected { collection, .. } => {
                for part in &collection.parts {
                    if let Some(line) = order.line_mut(part.line) {
                        line.collected += part.quantity;
                    }
                }
            }
            _ => {}
        }
    }
    order
}

/// What has to be settled before the goods go: everything where nothing stays, else what the fetched
/// goods are worth beyond what was paid. Money that is owed back may wait until then, and so may a
/// debt that was made before, where nothing goes now.
fn to_pay_now(draft: &Draft, after: &Order, hand_over: &HandOver, now: Timestamp) -> Money {
    match (hand_over, &draft.basis) {
        (HandOver::Everything, _) => to_settle(after, now),
        (HandOver::Nothing, Basis::Placed(basis)) => {
            let more = owed_for_fetched(after, now) - owed_for_fetched(basis, now);
            more.max(Money::ZERO)
        }
        (HandOver::Parts(_) | HandOver::Nothing, _) => owed_for_fetched(after, now),
    }
}

/// What the goods that the customer holds are worth beyond the money that counts for the order.
fn owed_for_fetched(after: &Order, now: Timestamp) -> Money {
    let totals = after.totals();
    let covered = totals.paid + totals.forgiven + after.authorised_at(now);
    (after.recognised().total() - covered).max(Money::ZERO)
}

/// The same once these parts are gone.
pub(super) fn owed_with(order: &Order, parts: &[(LineId, Quantity)], now: Timestamp) -> Money {
    let mut after = order.clone();
    for (line, quantity) in parts {
        if let Some(line) = after.line_mut(*line) {
            line.collected += *quantity;
        }
    }
    owed_for_fetched(&after, now)
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

/// What is asked of authorised payments: what the goods that go come to beyond other money. An
/// authorisation is for the goods that are fetched; the rest of it waits with the rest.
fn captures(
    order: &Order,
    after: &Order,
    hand_over: &HandOver,
    part: Option<CollectionId>,
    now: Timestamp,
) -> Vec<Event> {
    let totals = order.totals();
    let mut due = match hand_over {
        HandOver::Everything => totals.due,
        HandOver::Parts(_) => {
            (after.recognised().total() - totals.paid - totals.forgiven).max(Money::ZERO)
        }
        HandOver::Nothing => Money::ZERO,
    };
    let mut events = Vec::new();
    let standing = order.payments.iter();
    for payment in standing.filter(|payment| !payment.is_lapsed(now)) {
        let amount = payment.uncaptured().min(due);
        if amount.is_positive() {
            due -= amount;
            events.push(Event::CaptureRequested {
                order: order.id(),
                payment: payment.id,
                amount,
                part,
            });
        }
    }
    events
}

/// One entry belongs to one shift: money that was taken before is booked where the order is.
fn money_events(draft: &Draft, order: &Order, shift: ShiftId) -> Vec<Event> {
    let id = order.id();
    let shift = Some(shift);
    let mut events: Vec<Event> = draft
        .payments()
        .cloned()
        .map(|payment| Event::PaymentTaken {
            order: id,
            payment: Payment { shift, ..payment },
        })
        .collect();
    let refunds = draft.refunds().cloned().map(|refund| Refund {
        shift: refund.shift.and(shift),
        ..refund
    });
    events.extend(refunds.flat_map(|refund| paid_back(order, refund)));
    let forgiven = draft.forgiven().cloned();
    events.extend(forgiven.map(|forgiveness| Event::Forgiven {
        order: id,
        forgiveness: Forgiveness {
            shift,
            ..forgiveness
        },
    }));
    events.extend(taken_back(draft, shift));
    events
}

/// Money that lay on the counter to be given back and was taken back again.
fn taken_back(draft: &Draft, shift: Option<ShiftId>) -> impl Iterator<Item = Event> {
    let order = draft.heading().id;
    let refunds = draft.refunds_taken_back.iter().cloned();
    refunds.map(move |refund| Event::RefundTakenBack {
        order,
        refund: Refund { shift, ..refund },
    })
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
    context: &mut Context<'_>,
) -> Option<Collection> {
    if parts.is_empty() {
        return None;
    }
    let id = match &draft.basis {
        Basis::New(_) => order.id().uuid(),
        Basis::Placed(_) => context.ids.next_uuid(),
    };
    Some(Collection {
        id: CollectionId::from_uuid(id),
        at: context.now,
        by: Some(context.staff),
        location: context.location,
        parts,
        fetched_by: None,
    })
}

/// Throws the order in progress away. Nothing is recorded of one that never had a line; money that
/// was taken for it has to be given back first.
pub fn discard(
    draft: &Draft,
    shift: ShiftId,
    context: &Context<'_>,
) -> Result<Vec<Event>, Refusal> {
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
    let discarded = happened.then(|| Event::OrderDiscarded {
        order: draft.heading().id,
        shift,
        lines,
        taken_back: draft.taken_back.clone(),
    });
    let taken_back = taken_back(draft, Some(shift));
    Ok(discarded.into_iter().chain(taken_back).collect())
}

fn removed_whole(line: &Line) -> RemovedLine {
    RemovedLine {
        line: line.id,
        name: line.name.clone(),
        quantity: line.wanted(),
        amount: line.amount(),
    }
}
