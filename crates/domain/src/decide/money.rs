//! Taking money and giving it back.

use super::Context;
use crate::credit::{AccountKind, AccountOpening, CreditAccount, refund_credit_of};
use crate::draft::{Draft, Step};
use crate::event::Event;
use crate::ids::{AccountId, PaymentId, RefundId, ReturnId, ShiftId};
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
    if matches!(tender.kind, TenderKind::Online | TenderKind::CardTerminal) {
        // Money of the one comes through the shop, of the other through a terminal's own answer.
        return Err(Refusal::from(RefusalCode::TenderUnknown).with("tender", tender.id.as_str()));
    }
    let order = draft.order();
    let due = to_settle(&order);
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
    if tender.kind.is_ledger() {
        payment.account = Some(spend_from(
            draft,
            &order,
            tender.kind,
            account,
            payment.amount,
            context,
        )?);
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
        // Part of it; where coins cannot pay the last of what is due, that is rounding.
        payment.amount = tendered.min(due);
        payment.rounding = tendered - payment.amount;
    }
    Ok(())
}

/// Takes an amount from an account of the customer's: what this very order has taken already counts.
fn spend_from(
    draft: &Draft,
    order: &Order,
    kind: TenderKind,
    account: Option<&CreditAccount>,
    amount: Money,
    context: &Context<'_>,
) -> Result<AccountId, Refusal> {
    let account = fitting(account, kind, order)?;
    let of_account = |id: Option<AccountId>| id == Some(account.id);
    let taken = draft
        .payments()
        .filter(|payment| of_account(payment.account));
    let taken: Money = taken.map(|payment| payment.amount).sum();
    let spendable = account.spendable(context.now) - taken;
    if amount > spendable {
        return Err(Refusal::from(RefusalCode::CreditTooLow)
            .with("spendable", spendable.max(Money::ZERO).minor_units()));
    }
    Ok(account.id)
}

/// The account, where it is of the tender's kind and the customer's own or nobody's.
fn fitting<'a>(
    account: Option<&'a CreditAccount>,
    kind: TenderKind,
    order: &Order,
) -> Result<&'a CreditAccount, Refusal> {
    let fits = |account: &&CreditAccount| {
        let own = account.owner.is_none() || account.owner == order.heading.customer;
        own && account.kind.serves(kind)
    };
    account
        .filter(fits)
        .ok_or_else(|| RefusalCode::AccountMissing.into())
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
    let order = draft.order();
    let owed = -to_settle(&order);
    let refund = refund_of(&order, owed, tender, amount, account, shift, context)?;
    Ok(Step::GaveBack { refund })
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
    if tender.kind == TenderKind::Cash {
        check_cash_back(order, amount, context)?;
    }
    let account = match tender.kind {
        TenderKind::Credit => Some(credited_account(account, order)?),
        kind if kind.is_ledger() => Some(fitting(account, kind, order)?.id),
        _ => None,
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

/// Cash goes back for cash that came in, and for money paid otherwise up to the hub's limit or as a
/// manager says.
fn check_cash_back(order: &Order, amount: Money, context: &Context<'_>) -> Result<(), Refusal> {
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
        location: context.location,
        parts,
        reason: reason.to_owned(),
    };
    let mut events = vec![Event::GoodsReturned {
        order: order.id(),
        goods_return,
        shift: Some(shift),
    }];
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
    let opening = opens.map(|id| Event::AccountOpened {
        account: AccountOpening {
            id,
            kind: AccountKind::RefundCredit,
            owner,
            limit: Money::ZERO,
            expires_at: None,
        },
    });
    let order = order.id();
    opening
        .into_iter()
        .chain(std::iter::once(Event::RefundPaid { order, refund }))
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
    if !correctable || tender.kind.is_ledger() {
        return Err(RefusalCode::PaymentUnknown.into());
    }
    let rounding = match tender.kind {
        TenderKind::Cash => rounding_with(order, wrong, context),
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

/// What rounding a payment adds that becomes cash: all cash of an order is rounded together, once.
fn rounding_with(order: &Order, payment: &Payment, context: &Context<'_>) -> Money {
    let cash = |other: &&Payment| {
        other.kind == TenderKind::Cash
            && other.status == PaymentStatus::Captured
            && other.id != payment.id
    };
    let amount: Money = order
        .payments
        .iter()
        .filter(cash)
        .map(|other| other.amount)
        .sum();
    let rounded: Money = order
        .payments
        .iter()
        .filter(cash)
        .map(|other| other.rounding)
        .sum();
    round_cash(amount + payment.amount, context.settings.cash_rounding).1 - rounded
}
