//! What is done about an order that does not get everything: one amendment of its own.

use super::back::paid_back;
use super::problem::quantity_as;
use super::{Article, Context};
use crate::credit::refund_credit_of;
use crate::draft::{Draft, Step};
use crate::event::Event;
use crate::ids::{LineId, RefundId, ShiftId};
use crate::money::Money;
use crate::order::{Fate, Operation, Order, Refund, RefundStatus, Seen};
use crate::quantity::Quantity;
use crate::refusal::{Refusal, RefusalCode};
use crate::shortage::Share;
use crate::staff::Permission;
use crate::tender::TenderKind;

/// What a customer gets for what is missing.
#[derive(Debug, Clone, Copy)]
pub enum Remedy<'a> {
    /// Nothing in its place: the order comes to less, and what was paid beyond that is owed.
    TakeOff,
    /// The same, and what was paid beyond that becomes credit.
    Credit,
    /// So much of other goods.
    Substitute {
        article: Article<'a>,
        quantity: Quantity,
    },
}

/// Why a line came off.
const NOT_DELIVERED: &str = "not_delivered";

/// Lowers a line to what it gets and does what was agreed about the rest. Refuses where the line is not
/// as it was when the goods were shared out: then it is shared out anew.
pub fn settle_shortage(
    order: &Order,
    share: &Share,
    remedy: Remedy<'_>,
    shift: Option<ShiftId>,
    context: &mut Context<'_>,
) -> Result<Vec<Event>, Refusal> {
    context.permit(Permission::HandleOrders)?;
    let line = order.line(share.line).ok_or(RefusalCode::LineUnknown)?;
    let as_shared = line.outstanding() == share.wanted && share.order == order.id();
    if !as_shared || !share.missing().is_positive() || share.gets.is_negative() {
        return Err(RefusalCode::NothingChanged.into());
    }
    let mut operations = lowered(order, share.line, share.gets)?;
    if let Remedy::Substitute { article, quantity } = remedy {
        let draft = Draft::amending(order.clone(), context.now);
        operations = with_substitute(&draft, share, operations, article, quantity, context)?;
    }
    let amended = Event::OrderAmended {
        order: order.id(),
        seen: Seen {
            rev: order.rev,
            own: None,
        },
        operations: operations.clone(),
        removed: Vec::new(),
        taken_back: Vec::new(),
        shift: None,
    };
    let mut events = vec![amended];
    if matches!(remedy, Remedy::Credit) {
        events.extend(credited(order, &operations, shift, context)?);
    }
    Ok(events)
}

/// The operations that leave a line so much to fetch.
fn lowered(order: &Order, line: LineId, gets: Quantity) -> Result<Vec<Operation>, Refusal> {
    let line = order.line(line).ok_or(RefusalCode::LineUnknown)?;
    if gets.is_zero() {
        return Ok(vec![Operation::RemoveLine {
            line: line.id,
            from: line.wanted(),
            collected: line.collected,
            // What never came is in no stock: nothing is written off.
            fate: Fate::BackToShelf,
            reason: NOT_DELIVERED.to_owned(),
        }]);
    }
    quantity_as(order, line, line.collected + gets)
        .ok_or_else(|| RefusalCode::NothingChanged.into())
}

/// Other goods in place of what is missing: of a whole line as its substitute, else beside it.
fn with_substitute(
    draft: &Draft,
    share: &Share,
    lowered: Vec<Operation>,
    article: Article<'_>,
    quantity: Quantity,
    context: &mut Context<'_>,
) -> Result<Vec<Operation>, Refusal> {
    let fate = Fate::BackToShelf;
    if share.gets.is_zero() {
        let step = super::substitute(draft, share.line, article, quantity, fate, context)?;
        return Ok(operations_of(step));
    }
    let step = super::add(draft, article, quantity, context)?;
    Ok(lowered.into_iter().chain(operations_of(step)).collect())
}

fn operations_of(step: Step) -> Vec<Operation> {
    match step {
        Step::Operated { operations, .. } => operations,
        _ => Vec::new(),
    }
}

/// What was paid beyond what the order comes to now goes onto its customer's account.
fn credited(
    order: &Order,
    operations: &[Operation],
    shift: Option<ShiftId>,
    context: &mut Context<'_>,
) -> Result<Vec<Event>, Refusal> {
    let customer = order.heading.customer.ok_or(RefusalCode::AccountMissing)?;
    let mut after = order.clone();
    for operation in operations {
        after.operate(operation, &Default::default());
    }
    let owed = -after.totals().due;
    let tenders = &context.settings.tenders;
    let tender = tenders
        .iter()
        .find(|tender| tender.kind == TenderKind::Credit);
    let tender = tender.ok_or(RefusalCode::TenderUnknown)?;
    if !owed.is_positive() {
        return Err(RefusalCode::NothingToGiveBack.into());
    }
    let refund = Refund {
        id: RefundId::from_uuid(context.ids.next_uuid()),
        tender: tender.id.clone(),
        kind: tender.kind,
        amount: owed,
        rounding: Money::ZERO,
        reference: None,
        at: context.now,
        shift,
        payment: None,
        account: Some(refund_credit_of(customer)),
        status: RefundStatus::Done,
    };
    Ok(paid_back(order, refund).collect())
}
