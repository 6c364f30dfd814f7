//! Giving money back, and taking goods back.

use super::Context;
use super::money::{check_amount, fitting, to_settle};
use crate::credit::{CreditAccount, refund_credit_of};
use crate::draft::{Draft, Step};
use crate::event::Event;
use crate::ids::{AccountId, LineId, PaymentId, RefundId, ReturnId, ShiftId};
use crate::money::Money;
use crate::order::{
    Fate, GoodsReturn, Line, Order, Payment, PaymentStatus, Refund, RefundStatus, ReturnedPart,
};
use crate::quantity::Quantity;
use crate::refusal::{Refusal, RefusalCode};
use crate::staff::Permission;
use crate::tender::{Tender, TenderKind, round_cash};

/// Gives back what the order in progress owes its customer.
pub fn give_back(
    draft: &Draft,
    tender: &Tender,
    amount: Option<Money>,
    account: Option<&CreditAccount>,
    shift: ShiftId,
    context: &mut Context<'_>,
) -> Result<Step, Refusal> {
    let order = draft.order();
    let owed = -to_settle(&order, context.now);
    let refund = refund_of(&order, owed, tender, amount, account, shift, context)?;
    Ok(Step::GaveBack {
        refund,
        approved_by: context.approved_by,
        together: None,
    })
}

fn refund_of(
    order: &Order,
    owed: Money,
    tender: &Tender,
    amount: Option<Money>,
    account: Option<&CreditAccount>,
    shift: ShiftId,
    context: &mut Context<'_>,
) -> Result<Refund, Refusal> {
    context.permit(Permission::Refund)?;
    if !owed.is_positive() {
        return Err(RefusalCode::NothingToGiveBack.into());
    }
    check_amount(amount)?;
    if tender.kind == TenderKind::Online {
        return refund_online(order, owed, tender, amount, context);
    }
    let amount = amount.unwrap_or(owed);
    if amount > owed {
        return Err(above(owed));
    }
    if tender.kind == TenderKind::Cash {
        check_cash_back(order, amount, context)?;
    }
    let mut refund = new_refund(tender, amount, shift, context);
    if tender.kind == TenderKind::Cash && amount == owed {
        refund.rounding = round_cash(amount, context.settings.cash_rounding).1;
    }
    refund.account = match tender.kind {
        TenderKind::Credit => Some(credited_account(account, order)?),
        kind if kind.is_ledger() => Some(fitting(account, kind, order)?.id),
        _ => None,
    };
    Ok(refund)
}

fn above(due: Money) -> Refusal {
    Refusal::from(RefusalCode::AmountAboveDue).with("due", due.minor_units())
}

pub(super) fn new_refund(
    tender: &Tender,
    amount: Money,
    shift: ShiftId,
    context: &mut Context<'_>,
) -> Refund {
    Refund {
        id: RefundId::from_uuid(context.ids.next_uuid()),
        tender: tender.id.clone(),
        kind: tender.kind,
        amount,
        rounding: Money::ZERO,
        reference: None,
        at: context.now,
        shift: Some(shift),
        payment: None,
        account: None,
        status: RefundStatus::Done,
    }
}

/// Back to the payment that it came by: asked of the provider by the server, and no money of this
/// drawer. What does not fit the first payment is left for the next.
pub(super) fn refund_online(
    order: &Order,
    owed: Money,
    tender: &Tender,
    amount: Option<Money>,
    context: &mut Context<'_>,
) -> Result<Refund, Refusal> {
    let payment = refundable(order).next();
    let (payment, most) = payment.ok_or(RefusalCode::PaymentUnknown)?;
    let most = most.min(owed);
    let amount = amount.unwrap_or(most);
    if amount > most {
        return Err(above(most));
    }
    Ok(Refund {
        id: RefundId::from_uuid(context.ids.next_uuid()),
        tender: tender.id.clone(),
        kind: tender.kind,
        amount,
        rounding: Money::ZERO,
        reference: None,
        at: context.now,
        shift: None,
        payment: Some(payment),
        account: None,
        status: RefundStatus::Requested,
    })
}

/// The online payments that money can go back to, each with how much of it.
fn refundable(order: &Order) -> impl Iterator<Item = (PaymentId, Money)> {
    let taken = |payment: &&Payment| {
        let online = payment.kind == TenderKind::Online;
        online
            && matches!(
                payment.status,
                PaymentStatus::Captured | PaymentStatus::CaptureRequested
            )
    };
    let left = |payment: &Payment| {
        let went_back = order.refunds.iter();
        let went_back = went_back.filter(|refund| refund.payment == Some(payment.id));
        payment.amount - went_back.map(Refund::counts_for).sum::<Money>()
    };
    let payments = order.payments.iter().filter(taken);
    payments
        .map(move |payment| (payment.id, left(payment)))
        .filter(|(_, left)| left.is_positive())
}

/// The most that one press gives back by the online payment; zero where nothing can go back by it.
pub fn online_refund_max(order: &Order) -> Money {
    refundable(order)
        .next()
        .map_or(Money::ZERO, |(_, left)| left)
}

/// Cash goes back for cash that came in, and for money paid otherwise up to the hub's limit or as a
/// manager says.
pub(super) fn check_cash_back(
    order: &Order,
    amount: Money,
    context: &Context<'_>,
) -> Result<(), Refusal> {
    let came_in = order.payments.iter();
    let came_in = came_in.filter(|payment| payment.kind == TenderKind::Cash);
    let came_in: Money = came_in.map(Payment::counts_for).sum();
    let went_back = order.refunds.iter();
    let went_back = went_back.filter(|refund| refund.kind == TenderKind::Cash);
    let went_back: Money = went_back.map(|refund| refund.amount).sum();
    let beyond = went_back + amount - came_in;
    if beyond > context.settings.online_cash_back_max && context.approved_by.is_none() {
        context
            .role
            .may(Permission::VoidPaid)
            .then_some(())
            .ok_or_else(|| {
                Refusal::from(RefusalCode::CashBackAboveLimit)
                    .with("limit", context.settings.online_cash_back_max.minor_units())
            })?;
    }
    Ok(())
}

/// Where credit goes: the account that is named, else the customer's own, which is opened with its
/// first credit.
fn credited_account(account: Option<&CreditAccount>, order: &Order) -> Result<AccountId, Refusal> {
    match (account, order.heading.customer) {
        (Some(_), _) | (None, None) => Ok(fitting(account, TenderKind::Credit, order)?.id),
        (None, Some(customer)) => Ok(refund_credit_of(customer)),
    }
}

/// Takes goods back on an order in progress that was fetched before: so much of a line in all, or
/// nothing of it again.
pub fn take_back(
    draft: &Draft,
    line: LineId,
    quantity: Quantity,
    fate: Fate,
    reason: &str,
    context: &Context<'_>,
) -> Result<Step, Refusal> {
    context.permit(Permission::Refund)?;
    let order = draft.fetched();
    let held = order.line(line).ok_or(RefusalCode::LineUnknown)?;
    if quantity.is_positive() {
        check_reason(reason)?;
        check_returned(held, quantity)?;
    } else if !quantity.is_zero() {
        return Err(RefusalCode::QuantityNotPositive.into());
    }
    Ok(Step::Returned {
        line,
        quantity,
        fate,
        reason: reason.to_owned(),
    })
}

fn check_reason(reason: &str) -> Result<(), Refusal> {
    if reason.trim().is_empty() {
        return Err(RefusalCode::ReasonMissing.into());
    }
    Ok(())
}

/// No more comes back than the customer holds.
fn check_returned(line: &Line, quantity: Quantity) -> Result<(), Refusal> {
    if !quantity.is_positive() {
        return Err(RefusalCode::QuantityNotPositive.into());
    }
    if quantity > line.kept() {
        return Err(Refusal::from(RefusalCode::ReturnAboveCollected).with("name", &line.name));
    }
    if !line.unit.is_measured() && !quantity.is_whole() {
        return Err(Refusal::from(RefusalCode::QuantityNotWhole).with("name", &line.name));
    }
    Ok(())
}

/// The goods that come back on an order in progress, as they are written down.
pub(super) fn goods_back(
    draft: &Draft,
    shift: ShiftId,
    context: &mut Context<'_>,
) -> Option<Event> {
    let parts = draft.returning();
    let reason = draft.return_reason()?;
    (!parts.is_empty()).then(|| returned(draft.heading().id, parts, reason, shift, context))
}

fn returned(
    order: crate::ids::OrderId,
    parts: Vec<ReturnedPart>,
    reason: &str,
    shift: ShiftId,
    context: &mut Context<'_>,
) -> Event {
    Event::GoodsReturned {
        order,
        goods_return: GoodsReturn {
            id: ReturnId::from_uuid(context.ids.next_uuid()),
            at: context.now,
            by: Some(context.staff),
            location: context.location,
            parts,
            reason: reason.to_owned(),
        },
        shift: Some(shift),
    }
}

/// Takes goods back and gives the money back in one action.
pub fn take_return(
    order: &Order,
    parts: Vec<ReturnedPart>,
    reason: &str,
    refund: (&Tender, Option<&CreditAccount>),
    shift: ShiftId,
    context: &mut Context<'_>,
) -> Result<Vec<Event>, Refusal> {
    context.permit(Permission::Refund)?;
    check_reason(reason)?;
    let mut after = order.clone();
    for part in &parts {
        let line = after.line_mut(part.line).ok_or(RefusalCode::LineUnknown)?;
        check_returned(line, part.quantity)?;
        line.returned += part.quantity;
    }
    let mut events = vec![returned(order.id(), parts, reason, shift, context)];
    let owed = -after.totals().due;
    if owed.is_positive() {
        let (tender, account) = refund;
        let refund = refund_of(order, owed, tender, None, account, shift, context)?;
        events.extend(paid_back(order, refund));
    }
    Ok(events)
}

/// Money that goes back; credit of a customer opens their account first, which changes nothing where it
/// is open.
pub(super) fn paid_back(order: &Order, refund: Refund) -> impl Iterator<Item = Event> {
    let owner = order.heading.customer;
    let own = owner.map(refund_credit_of);
    let opens = refund.account.filter(|account| Some(*account) == own);
    let opening =
        opens.map(|id| super::money::account_opened(&CreditAccount::refund_credit(id, owner)));
    let order = order.id();
    let event = match refund.status {
        RefundStatus::Requested => Event::RefundRequested { order, refund },
        RefundStatus::Done | RefundStatus::Failed => Event::RefundPaid { order, refund },
    };
    opening.into_iter().chain(std::iter::once(event))
}
