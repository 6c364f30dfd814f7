//! Orders that are settled together: one figure, one tender, and each order keeps its own money.

use super::Context;
use super::back::{check_cash_back, new_refund};
use super::money::{check_amount, payment_of, put_cash_down, refuse_foreign_money, to_settle};
use crate::draft::{Draft, Step};
use crate::ids::{ActionId, OrderId, ShiftId};
use crate::money::Money;
use crate::order::{Order, Payment, Refund};
use crate::refusal::{Refusal, RefusalCode};
use crate::staff::Permission;
use crate::tender::{Tender, TenderKind, round_cash};
use crate::time::Timestamp;

/// What is to be settled for all of them; negative where it is to be given back.
pub fn to_settle_together(drafts: &[&Draft], now: Timestamp) -> Money {
    let figures = drafts.iter().map(|draft| to_settle(&draft.order(), now));
    figures.sum()
}

/// Whether each of them is settled by itself.
pub fn is_settled_together(drafts: &[&Draft], now: Timestamp) -> bool {
    let figures = drafts.iter().map(|draft| to_settle(&draft.order(), now));
    figures.into_iter().all(Money::is_zero)
}

/// One tender that moves money for several orders.
#[derive(Debug)]
pub struct Together<'a> {
    pub tender: &'a Tender,
    /// What lies on the counter, or how much the tender pays or takes back; all where it is not said.
    pub amount: Option<Money>,
    pub reference: Option<String>,
    /// What ties the steps to each other, so that they are taken back together.
    pub action: ActionId,
}

/// Moves money for orders that are settled together. What one of them owes its customer pays for the
/// others by the same tender; beyond that they are filled in turn. The parts add up to what the
/// tender moves.
pub fn settle_together(
    drafts: &[&Draft],
    wanted: &Together<'_>,
    shift: ShiftId,
    context: &mut Context<'_>,
) -> Result<Vec<(OrderId, Step)>, Refusal> {
    context.permit(Permission::Sell)?;
    refuse_foreign_money(wanted.tender)?;
    if wanted.tender.kind.is_ledger() {
        return Err(RefusalCode::AccountMissing.into());
    }
    check_amount(wanted.amount)?;
    let orders: Vec<Order> = drafts.iter().map(|draft| draft.order()).collect();
    let figures: Vec<Money> = orders
        .iter()
        .map(|order| to_settle(order, context.now))
        .collect();
    if figures.iter().all(|figure| figure.is_zero()) {
        return Err(RefusalCode::NothingDue.into());
    }
    let owed: Money = figures
        .iter()
        .map(|figure| (-*figure).max(Money::ZERO))
        .sum();
    if owed.is_positive() {
        context.permit(Permission::Refund)?;
    }
    let net: Money = figures.iter().copied().sum();
    if net.is_negative() {
        give_back_together(&orders, &figures, wanted, shift, context)
    } else {
        pay_together(&orders, &figures, wanted, shift, context)
    }
}

fn pay_together(
    orders: &[Order],
    figures: &[Money],
    wanted: &Together<'_>,
    shift: ShiftId,
    context: &mut Context<'_>,
) -> Result<Vec<(OrderId, Step)>, Refusal> {
    let net: Money = figures.iter().copied().sum();
    let mut whole = payment_of(wanted.tender, wanted.amount.unwrap_or(net), shift, context);
    if wanted.tender.kind == TenderKind::Cash {
        put_cash_down(&mut whole, net, wanted.amount, context)?;
    } else if whole.amount > net {
        return Err(Refusal::from(RefusalCode::AmountAboveDue).with("due", net.minor_units()));
    }
    let mut steps = Vec::new();
    let mut pot = whole.amount;
    for (order, figure) in orders.iter().zip(figures) {
        if figure.is_negative() {
            pot -= *figure;
            let refund = new_refund(wanted.tender, -*figure, shift, context);
            steps.push((order.id(), gave_back(refund, wanted, context)));
        }
    }
    let mut payments = Vec::new();
    for (order, figure) in orders.iter().zip(figures) {
        let part = (*figure).min(pot);
        if part.is_positive() {
            pot -= part;
            payments.push((order.id(), payment_of(wanted.tender, part, shift, context)));
        }
    }
    lay_down(&mut payments, &whole);
    let paid = payments.into_iter().map(|(order, payment)| {
        let payment = Payment {
            reference: wanted.reference.clone(),
            ..payment
        };
        let step = Step::Paid {
            payment,
            approved_by: context.approved_by,
            together: Some(wanted.action),
        };
        (order, step)
    });
    steps.extend(paid);
    Ok(steps)
}

/// What lies on the counter lies there for the last of them, with what coins cannot pay and what goes
/// back.
fn lay_down(payments: &mut [(OrderId, Payment)], whole: &Payment) {
    if whole.tendered.is_none() {
        return;
    }
    for (_, payment) in payments.iter_mut() {
        payment.tendered = Some(payment.amount);
    }
    if let Some((_, last)) = payments.last_mut() {
        last.rounding = whole.rounding;
        last.change = whole.change;
        last.tendered = Some(last.amount + whole.rounding + whole.change);
    }
}

fn give_back_together(
    orders: &[Order],
    figures: &[Money],
    wanted: &Together<'_>,
    shift: ShiftId,
    context: &mut Context<'_>,
) -> Result<Vec<(OrderId, Step)>, Refusal> {
    let net: Money = figures.iter().copied().sum();
    let amount = wanted.amount.unwrap_or(-net);
    if amount > -net {
        return Err(Refusal::from(RefusalCode::AmountAboveDue).with("due", (-net).minor_units()));
    }
    let mut steps = Vec::new();
    let mut pot = amount;
    for (order, figure) in orders.iter().zip(figures) {
        if figure.is_positive() {
            pot += *figure;
            let mut payment = payment_of(wanted.tender, *figure, shift, context);
            payment.tendered = (wanted.tender.kind == TenderKind::Cash).then_some(*figure);
            let step = Step::Paid {
                payment,
                approved_by: context.approved_by,
                together: Some(wanted.action),
            };
            steps.push((order.id(), step));
        }
    }
    let covered = pot - amount;
    let mut for_goods = covered;
    let mut refunds = Vec::new();
    for (order, figure) in orders.iter().zip(figures) {
        let part = (-*figure).min(pot);
        if part.is_positive() {
            pot -= part;
            if wanted.tender.kind == TenderKind::Cash {
                // What pays for the other orders does not leave the drawer.
                let stays = part.min(for_goods);
                for_goods -= stays;
                check_cash_back(order, part - stays, context)?;
            }
            refunds.push((order.id(), new_refund(wanted.tender, part, shift, context)));
        }
    }
    if wanted.tender.kind == TenderKind::Cash
        && amount == -net
        && let Some((_, last)) = refunds.last_mut()
    {
        last.rounding = round_cash(amount, context.settings.cash_rounding).1;
    }
    let given = refunds
        .into_iter()
        .map(|(order, refund)| (order, gave_back(refund, wanted, context)));
    steps.extend(given);
    Ok(steps)
}

fn gave_back(refund: Refund, wanted: &Together<'_>, context: &Context<'_>) -> Step {
    Step::GaveBack {
        refund,
        approved_by: context.approved_by,
        together: Some(wanted.action),
    }
}
