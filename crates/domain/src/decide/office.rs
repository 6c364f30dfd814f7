//! Giving money back where there is no drawer: at the office.

use super::Context;
use super::back::{paid_back, refund_online};
use crate::credit::refund_credit_of;
use crate::event::Event;
use crate::ids::RefundId;
use crate::money::Money;
use crate::order::{Order, Refund, RefundStatus};
use crate::refusal::{Refusal, RefusalCode};
use crate::staff::Permission;
use crate::tender::{Tender, TenderKind};

/// Gives back what an order owes its customer: by the online payment that it came by, as credit at the
/// hub, or by a transfer that somebody makes. Cash and cards are given back where they are, at a till.
pub fn refund_at_office(
    order: &Order,
    tender: &Tender,
    amount: Option<Money>,
    context: &mut Context<'_>,
) -> Result<Vec<Event>, Refusal> {
    context.permit(Permission::Refund)?;
    let owed = -order.totals().due;
    if !owed.is_positive() {
        return Err(RefusalCode::NothingToGiveBack.into());
    }
    if amount.is_some_and(|amount| !amount.is_positive()) {
        return Err(RefusalCode::AmountNotPositive.into());
    }
    if tender.kind == TenderKind::Online {
        let refund = refund_online(order, owed, tender, amount, context)?;
        return Ok(paid_back(order, refund).collect());
    }
    let amount = amount.unwrap_or(owed);
    if amount > owed {
        return Err(Refusal::from(RefusalCode::AmountAboveDue).with("due", owed.minor_units()));
    }
    let account = match (tender.kind, order.heading.customer) {
        (TenderKind::Credit, Some(customer)) => Some(refund_credit_of(customer)),
        (TenderKind::Credit, None) => return Err(RefusalCode::AccountMissing.into()),
        (TenderKind::Transfer, _) => None,
        _ => {
            let unknown = Refusal::from(RefusalCode::TenderUnknown);
            return Err(unknown.with("tender", tender.id.as_str()));
        }
    };
    let refund = Refund {
        id: RefundId::from_uuid(context.ids.next_uuid()),
        tender: tender.id.clone(),
        kind: tender.kind,
        amount,
        rounding: Money::ZERO,
        reference: None,
        at: context.now,
        shift: None,
        payment: None,
        account,
        status: RefundStatus::Done,
    };
    Ok(paid_back(order, refund).collect())
}
