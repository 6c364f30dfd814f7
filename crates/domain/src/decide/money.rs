//! Taking money and giving it back.

use super::Context;
use crate::credit::CreditAccount;
use crate::draft::{Draft, Step};
use crate::event::Event;
use crate::ids::{PaymentId, RefundId, ReturnId, ShiftId};
use crate::money::{AMOUNT_MAX, Money};
use crate::order::{GoodsReturn, Order, Payment, PaymentStatus, Refund, ReturnedPart};
use crate::refusal::{Refusal, RefusalCode};
use crate::staff::Permission;
use crate::tender::{Tender, TenderKind, round_cash};

/// The most that may be put on the counter above what is due, in minor units: more is a slip of the
/// keypad.
const CASH_ABOVE_DUE_MAX: Money = Money::minor(100_000);

/// What the cashier asks for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PaymentRequest {
    /// How much the tender shall pay; everything that is due where it is not said. For cash it is
    /// what lies on the counter.
    pub amount: Option<Money>,
    pub reference: Option<String>,
}

/// What is to be settled at the counter: authorised online payments are captured first. Negative
/// where it is to be given back.
pub fn to_settle(order: &Order) -> Money {
    let totals = order.totals();
    if totals.due.is_positive() {
        (totals.due - totals.authorised).max(Money::ZERO)
    } else {
        totals.due
    }
}

/// Takes a tender for the order in progress.
pub fn pay(
    draft: &Draft,
    tender: &Tender,
    request: &PaymentRequest,
    account: Option<&CreditAccount>,
    shift: ShiftId,
    context: &mut Context<'_>,
) -> Result<Step, Refusal> {
    context.permit(Permission::Sell)?;
    let due = to_settle(&draft.order());
    if !due.is_positive() {
        return Err(RefusalCode::NothingDue.into());
    }
    check_request(request)?;
    let id = PaymentId::from_uuid(context.ids.next_uuid());
    let mut payment = Payment {
        id,
        tender: tender.id.clone(),
        kind: tender.kind,
        amount: request.amount.unwrap_or(due),
        tendered: None,
        change: Money::ZERO,
        rounding: Money::ZERO,
        reference: request.reference.clone(),
        status: PaymentStatus::Captured,
        at: context.now,
        shift: Some(shift),
        account: None,
        capture_before: None,
    };
    if tender.kind == TenderKind::Cash {
        put_cash_down(&mut payment, due, request.amount, context)?;
    } else if payment.amount > due {
        return Err(Refusal::from(RefusalCode::AmountAboveDue).with("due", due.minor_units()));
    }
    if crate::books::is_ledger_tender(tender.kind) {
        payment.account = Some(spend_from(account, payment.amount, context)?);
    }
    Ok(Step::Paid { payment })
}

fn check_request(request: &PaymentRequest) -> Result<(), Refusal> {
    if let Some(amount) = request.amount {
        if !amount.is_positive() {
            return Err(RefusalCode::AmountNotPositive.into());
        }
        if amount > AMOUNT_MAX {
            return Err(RefusalCode::AmountTooLarge.into());
        }
    }
    Ok(())
}

/// Cash pays what is due, rounded to what coins can pay; what lies on the counter beyond that goes
/// back. Less than that is a part payment and is not rounded.
fn put_cash_down(
    payment: &mut Payment,
    due: Money,
    tendered: Option<Money>,
    context: &Context<'_>,
) -> Result<(), Refusal> {
    let (rounded, difference) = round_cash(due, context.settings.cash_rounding);
    let tendered = tendered.unwrap_or(rounded);
    if tendered - rounded > CASH_ABOVE_DUE_MAX {
        return Err(Refusal::from(RefusalCode::AmountTooLarge).with("due", rounded.minor_units()));
    }
    payment.tendered = Some(tendered);
    if tendered >= rounded {
        payment.amount = due;
        payment.rounding = difference;
        payment.change = tendered - rounded;
    } else {
        payment.amount = tendered;
    }
    Ok(())
}

fn spend_from(
    account: Option<&CreditAccount>,
    amount: Money,
    context: &Context<'_>,
) -> Result<crate::ids::AccountId, Refusal> {
    let account = account.ok_or(RefusalCode::AccountMissing)?;
    let spendable = account.spendable(context.now);
    if amount > spendable {
        return Err(
            Refusal::from(RefusalCode::CreditTooLow).with("spendable", spendable.minor_units())
        );
    }
    Ok(account.id)
}

/// Gives back what the order in progress owes its customer.
pub fn give_back(
    draft: &Draft,
    tender: &Tender,
    amount: Option<Money>,
    account: Option<&CreditAccount>,
    shift: ShiftId,
    context: &mut Context<'_>,
) -> Result<Step, Refusal> {
    let owed = -to_settle(&draft.order());
    let refund = refund_of(owed, tender, amount, account, shift, context)?;
    Ok(Step::GaveBack { refund })
}

fn refund_of(
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
    let amount = amount.unwrap_or(owed);
    if !amount.is_positive() {
        return Err(RefusalCode::AmountNotPositive.into());
    }
    if amount > owed {
        return Err(Refusal::from(RefusalCode::AmountAboveDue).with("due", owed.minor_units()));
    }
    let rounding = match tender.kind {
        TenderKind::Cash if amount == owed => round_cash(amount, context.settings.cash_rounding).1,
        _ => Money::ZERO,
    };
    let account = if crate::books::is_ledger_tender(tender.kind) {
        Some(account.ok_or(RefusalCode::AccountMissing)?.id)
    } else {
        None
    };
    Ok(Refund {
        id: RefundId::from_uuid(context.ids.next_uuid()),
        tender: tender.id.clone(),
        kind: tender.kind,
        amount,
        rounding,
        reference: None,
        at: context.now,
        shift: Some(shift),
        payment: None,
        account,
    })
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
    if reason.trim().is_empty() {
        return Err(RefusalCode::ReasonMissing.into());
    }
    let mut after = order.clone();
    for part in &parts {
        let line = after.line_mut(part.line).ok_or(RefusalCode::LineUnknown)?;
        if !part.quantity.is_positive() {
            return Err(RefusalCode::QuantityNotPositive.into());
        }
        if part.quantity > line.kept() {
            return Err(Refusal::from(RefusalCode::ReturnAboveCollected).with("name", &line.name));
        }
        line.returned += part.quantity;
    }
    let goods_return = GoodsReturn {
        id: ReturnId::from_uuid(context.ids.next_uuid()),
        at: context.now,
        by: Some(context.staff),
        parts,
        reason: reason.to_owned(),
    };
    let mut events = vec![Event::GoodsReturned {
        order: order.id(),
        goods_return,
    }];
    let owed = -after.totals().due;
    if owed.is_positive() {
        let (tender, account) = refund;
        let refund = refund_of(owed, tender, None, account, shift, context)?;
        events.push(Event::RefundPaid {
            order: order.id(),
            refund,
        });
    }
    Ok(events)
}

/// Puts a wrong tender right while its shift is open: the same amount by another tender.
pub fn correct_tender(
    order: &Order,
    payment: PaymentId,
    tender: &Tender,
    reference: Option<String>,
    open_shift: ShiftId,
    context: &mut Context<'_>,
) -> Result<Vec<Event>, Refusal> {
    context.permit(Permission::CorrectTender)?;
    let wrong = order.payment(payment).ok_or(RefusalCode::PaymentUnknown)?;
    let correctable = wrong.status == PaymentStatus::Captured
        && wrong.shift == Some(open_shift)
        && wrong.account.is_none();
    if !correctable || crate::books::is_ledger_tender(tender.kind) {
        return Err(RefusalCode::PaymentUnknown.into());
    }
    let rounding = match tender.kind {
        TenderKind::Cash => round_cash(wrong.amount, context.settings.cash_rounding).1,
        _ => Money::ZERO,
    };
    let by = Payment {
        id: PaymentId::from_uuid(context.ids.next_uuid()),
        tender: tender.id.clone(),
        kind: tender.kind,
        tendered: (tender.kind == TenderKind::Cash).then(|| wrong.amount + rounding),
        change: Money::ZERO,
        rounding,
        reference,
        at: context.now,
        ..wrong.clone()
    };
    Ok(vec![Event::TenderCorrected {
        order: order.id(),
        payment,
        by,
    }])
}
