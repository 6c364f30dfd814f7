//! Taking money.

use std::collections::BTreeMap;

use super::Context;
use super::counter::{HandOver, owed_with};
use crate::credit::{AccountKind, AccountOpening, CreditAccount, on_account_of};
use crate::draft::{Draft, Step};
use crate::event::Event;
use crate::ids::{AccountId, ForgivenessId, PaymentId, ShiftId};
use crate::money::{AMOUNT_MAX, Money};
use crate::order::{Forgiveness, Order, Payment, PaymentStatus};
use crate::price::CustomerClass;
use crate::refusal::{Refusal, RefusalCode};
use crate::settings::{HubSettings, OfflineLimits};
use crate::staff::Permission;
use crate::tender::{Tender, TenderKind, round_cash};
use crate::time::Timestamp;

/// The most that may be put on the counter above what is due, in minor units: more is a slip of the
/// keypad.
pub(super) const CASH_ABOVE_DUE_MAX: Money = Money::minor(100_000);

const HOUR_MS: i64 = 60 * 60 * 1000;

/// What the cashier asks for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PaymentRequest {
    /// How much the tender shall pay; everything that is due where it is not said. For cash it is
    /// what lies on the counter.
    pub amount: Option<Money>,
    pub reference: Option<String>,
    /// What goes over the counter once it is paid.
    pub goes: HandOver,
    /// It pays for what stays as well.
    pub ahead: bool,
    pub balances: Balances,
}

/// How well the balances of customers' accounts are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Balances {
    /// As the server has them, or there is no server.
    #[default]
    Known,
    /// The server is away: they are a copy of this age.
    Copied { age_ms: i64 },
}

/// What is to be settled at the counter: authorised online payments that can still be captured are.
/// Negative where it is to be given back.
pub fn to_settle(order: &Order, now: Timestamp) -> Money {
    let due = order.totals().due;
    if due.is_positive() {
        (due - order.authorised_at(now)).max(Money::ZERO)
    } else {
        due
    }
}

/// What is to be paid before the goods go: all that is to be settled, or what the parts that go come
/// to beyond the money that counts for the order.
pub fn to_pay(draft: &Draft, goes: &HandOver, now: Timestamp) -> Money {
    let order = draft.order();
    match goes {
        HandOver::Parts(parts) => owed_with(&order, parts, now),
        HandOver::Everything | HandOver::Nothing => to_settle(&order, now),
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
    refuse_foreign_money(tender)?;
    let order = draft.order();
    let due = if request.ahead {
        to_settle(&order, context.now)
    } else {
        to_pay(draft, &request.goes, context.now)
    };
    if !due.is_positive() {
        return Err(RefusalCode::NothingDue.into());
    }
    check_amount(request.amount)?;
    let mut payment = payment_of(tender, request.amount.unwrap_or(due), shift, context);
    payment.reference.clone_from(&request.reference);
    if tender.kind == TenderKind::Cash {
        put_cash_down(&mut payment, due, request.amount, context)?;
    } else if payment.amount > due {
        return Err(Refusal::from(RefusalCode::AmountAboveDue).with("due", due.minor_units()));
    }
    if tender.kind.is_ledger() {
        let account = fitting(account, tender.kind, &order)?;
        spend_from(draft, account, payment.amount, request.balances, context)?;
        payment.account = Some(account.id);
    }
    Ok(Step::Paid {
        payment,
        approved_by: context.approved_by,
        together: None,
    })
}

/// Money of the shop comes through the shop, that of a terminal through the terminal's own answer.
pub(super) fn refuse_foreign_money(tender: &Tender) -> Result<(), Refusal> {
    if matches!(tender.kind, TenderKind::Online | TenderKind::CardTerminal) {
        return Err(Refusal::from(RefusalCode::TenderUnknown).with("tender", tender.id.as_str()));
    }
    Ok(())
}

pub(super) fn payment_of(
    tender: &Tender,
    amount: Money,
    shift: ShiftId,
    context: &mut Context<'_>,
) -> Payment {
    Payment {
        id: PaymentId::from_uuid(context.ids.next_uuid()),
        tender: tender.id.clone(),
        kind: tender.kind,
        amount,
        tendered: None,
        change: Money::ZERO,
        rounding: Money::ZERO,
        reference: None,
        status: PaymentStatus::Captured,
        at: context.now,
        shift: Some(shift),
        account: None,
        capture_before: None,
        capture: None,
    }
}

pub(super) fn check_amount(amount: Option<Money>) -> Result<(), Refusal> {
    if let Some(amount) = amount {
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
pub(super) fn put_cash_down(
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

/// What can be spent of an account for an order in progress: what it has taken already counts.
pub fn spendable(draft: &Draft, account: &CreditAccount, now: Timestamp) -> Money {
    let taken = draft
        .payments()
        .filter(|payment| payment.account == Some(account.id));
    let taken: Money = taken.map(|payment| payment.amount).sum();
    (account.spendable(now) - taken).max(Money::ZERO)
}

/// Takes an amount from an account of the customer's: no more than there is, and while the server is
/// away no more than the hub trusts a till with, but for a manager's word.
fn spend_from(
    draft: &Draft,
    account: &CreditAccount,
    amount: Money,
    balances: Balances,
    context: &Context<'_>,
) -> Result<(), Refusal> {
    let spendable = spendable(draft, account, context.now);
    if amount > spendable {
        return Err(
            Refusal::from(RefusalCode::CreditTooLow).with("spendable", spendable.minor_units())
        );
    }
    let taken = account.spendable(context.now) - spendable;
    let trusted = trusted(&context.settings.offline_limits, account.kind, balances);
    if trusted.is_some_and(|trusted| taken + amount > trusted) {
        context.permit(Permission::ExceedOfflineLimit)?;
    }
    Ok(())
}

/// The most that a till takes from one account on its own; none where it knows the balance.
fn trusted(limits: &OfflineLimits, kind: AccountKind, balances: Balances) -> Option<Money> {
    let Balances::Copied { age_ms } = balances else {
        return None;
    };
    if age_ms > i64::from(limits.copy_age_max_hours) * HOUR_MS {
        return Some(Money::ZERO);
    }
    Some(match kind {
        AccountKind::OnAccount => limits.on_account_max,
        AccountKind::VoucherMultiPurpose | AccountKind::VoucherSinglePurpose => limits.voucher_max,
        AccountKind::Goodwill | AccountKind::RefundCredit | AccountKind::Deposit => {
            limits.credit_max
        }
    })
}

/// The account, where it is of the tender's kind and the customer's own or nobody's.
pub(super) fn fitting<'a>(
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

/// The account on which a customer buys now and pays later, as it is opened with the first such
/// purchase: with the highest limit of the customer's classes. None where none of them has one.
pub fn account_to_open(
    order: &Order,
    classes: &[CustomerClass],
    settings: &HubSettings,
) -> Option<CreditAccount> {
    let owner = order.heading.customer?;
    let limits = settings.on_account_limits.iter();
    let limits = limits.filter(|row| classes.contains(&row.class));
    let limit = limits.map(|row| row.limit).max()?;
    limit.is_positive().then(|| CreditAccount {
        id: on_account_of(owner),
        kind: AccountKind::OnAccount,
        owner: Some(owner),
        balance: Money::ZERO,
        limit,
        expires_at: None,
    })
}

/// The event that opens an account; it changes nothing where the account is open.
pub fn account_opened(account: &CreditAccount) -> Event {
    Event::AccountOpened {
        account: AccountOpening {
            id: account.id,
            kind: account.kind,
            owner: account.owner,
            limit: account.limit,
            expires_at: account.expires_at,
        },
    }
}

/// What orders in progress took from accounts is still there: another order may have spent it while
/// they were parked.
pub fn check_spent(
    drafts: &[&Draft],
    account: impl Fn(AccountId) -> Option<CreditAccount>,
    now: Timestamp,
) -> Result<(), Refusal> {
    let mut taken: BTreeMap<AccountId, Money> = BTreeMap::new();
    for payment in drafts.iter().flat_map(|draft| draft.payments()) {
        if let Some(account) = payment.account {
            *taken.entry(account).or_default() += payment.amount;
        }
    }
    for (id, taken) in taken {
        let there = account(id).map(|account| account.spendable(now));
        if let Some(there) = there.filter(|there| taken > *there) {
            let refusal = Refusal::from(RefusalCode::CreditTooLow);
            return Err(refusal.with("spendable", there.minor_units()));
        }
    }
    Ok(())
}

/// What may be forgiven of what is due: all of it, or nothing. Only the customer is let off.
pub fn forgivable(draft: &Draft, goes: &HandOver, settings: &HubSettings, now: Timestamp) -> Money {
    let due = to_pay(draft, goes, now);
    let forgiven = draft.order().forgiven;
    let before: Money = forgiven.iter().map(|known| known.amount).sum();
    let within = due.is_positive() && before + due <= settings.forgiveness_max;
    if within { due } else { Money::ZERO }
}

/// Lets the customer off what is still due, where it is small.
pub fn forgive(
    draft: &Draft,
    goes: &HandOver,
    shift: ShiftId,
    context: &mut Context<'_>,
) -> Result<Step, Refusal> {
    context.permit(Permission::Sell)?;
    if !to_pay(draft, goes, context.now).is_positive() {
        return Err(RefusalCode::NothingDue.into());
    }
    let amount = forgivable(draft, goes, context.settings, context.now);
    if amount.is_zero() {
        let limit = context.settings.forgiveness_max.minor_units();
        return Err(Refusal::from(RefusalCode::ForgivenessAboveLimit).with("limit", limit));
    }
    Ok(Step::Forgave {
        forgiveness: Forgiveness {
            id: ForgivenessId::from_uuid(context.ids.next_uuid()),
            amount,
            at: context.now,
            by: Some(context.staff),
            shift: Some(shift),
        },
    })
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
