//! The sale just done, and the last one.

use std::collections::BTreeSet;

use comptoir_domain::event::Event;
use comptoir_domain::ids::OrderId;
use comptoir_domain::money::Money;
use comptoir_domain::order::{Channel, Fulfilment, Order, Payment};
use comptoir_domain::tender::TenderKind as DomainTenderKind;
use comptoir_domain::time::Timestamp;

use super::pay::{standing, taken, tender_buttons};
use crate::core::Core;
use crate::desk::Desk;
use crate::error::TillError;
use crate::store::print_jobs::{self, SlipState};
use crate::store::{journal, states};
use crate::use_cases::{is_receipt, receipt_of};
use crate::wire::{DoneOrder, DoneView, LastSale, ReceiptState};

impl Core {
    pub(super) fn done_view(
        &self,
        desk: &Desk,
        id: OrderId,
    ) -> Result<Option<DoneView>, TillError> {
        let Some(order) = states::order(self.connection(), id)? else {
            return Ok(None);
        };
        let others = self.settled_with(&order)?;
        let visit = self.visit_of_all(&order, &others)?;
        let cash = visit.payments.iter();
        let cash = cash.filter(|payment| payment.kind == DomainTenderKind::Cash);
        let cash: Vec<&Payment> = cash.copied().collect();
        let put_down = cash.iter().filter_map(|payment| payment.tendered);
        let others_total: Money = others.iter().map(|other| other.totals().total).sum();
        Ok(Some(DoneView {
            order: id,
            receipt_number: receipt_number(&order),
            total: order.totals().total + others_total,
            order_number: placed_number(&order),
            given_back: visit.given_back,
            given_back_online: visit.given_back_online,
            forgiven: visit.forgiven,
            together: others.iter().map(done_order).collect(),
            partly: order.fulfilment() == Fulfilment::PartlyCollected,
            change: cash.iter().map(|payment| payment.change).sum(),
            tendered: put_down
                .reduce(|sum, tendered| sum + tendered)
                .map(|sum| sum - visit.turned_over),
            payments: taken(visit.payments.into_iter(), &desk.settings),
            receipt: self.receipt_state(&order)?,
        }))
    }

    /// The orders that were settled in the same action.
    fn settled_with(&self, order: &Order) -> Result<Vec<Order>, TillError> {
        let entry = journal::last_hand_over(self.connection(), order.id())?;
        let events = entry.map(|entry| entry.events).unwrap_or_default();
        let ids: BTreeSet<OrderId> = events.iter().filter_map(Event::order).collect();
        let mut others = Vec::new();
        for id in ids.into_iter().filter(|id| *id != order.id()) {
            others.extend(states::order(self.connection(), id)?);
        }
        Ok(others)
    }

    /// The money that moved for orders that were settled together. What one was owed and another had to
    /// pay did not leave the drawer.
    fn visit_of_all<'o>(
        &self,
        order: &'o Order,
        others: &'o [Order],
    ) -> Result<Visit<'o>, TillError> {
        let mut all = self.visit(order)?;
        for other in others {
            let visit = self.visit(other)?;
            all.payments.extend(visit.payments);
            all.given_back += visit.given_back;
            all.given_back_online += visit.given_back_online;
            all.forgiven += visit.forgiven;
        }
        if !others.is_empty() {
            let paid: Money = all.payments.iter().map(|payment| payment.amount).sum();
            all.turned_over = all.given_back.min(paid);
            all.given_back -= all.turned_over;
        }
        Ok(all)
    }

    /// The money that moved when an order was last handed over: of a sale all of it, of an order that
    /// was placed before what came in at this counter then.
    fn visit<'o>(&self, order: &'o Order) -> Result<Visit<'o>, TillError> {
        let all = Visit {
            payments: standing(order).collect(),
            given_back: Money::ZERO,
            given_back_online: Money::ZERO,
            forgiven: order.totals().forgiven,
            turned_over: Money::ZERO,
        };
        if placed_number(order).is_none() {
            return Ok(all);
        }
        let entry = journal::last_hand_over(self.connection(), order.id())?;
        let mut events = entry.map(|entry| entry.events).unwrap_or_default();
        events.retain(|event| event.order() == Some(order.id()));
        let taken = |event: &Event| match event {
            Event::PaymentTaken { payment, .. } => Some(payment.at),
            _ => None,
        };
        // A tender that was put right since stands in the place of the wrong one.
        let since = events.iter().filter_map(taken).min();
        let given_back = events.iter().filter_map(|event| match event {
            Event::RefundPaid { refund, .. } => Some(refund.amount + refund.rounding),
            _ => None,
        });
        let requested = events.iter().filter_map(|event| match event {
            Event::RefundRequested { refund, .. } => Some(refund.amount),
            _ => None,
        });
        let forgiven = events.iter().filter_map(|event| match event {
            Event::Forgiven { forgiveness, .. } => Some(forgiveness.amount),
            _ => None,
        });
        let here = |payment: &&Payment| {
            payment.shift.is_some() && since.is_some_and(|since| payment.at >= since)
        };
        Ok(Visit {
            payments: all.payments.into_iter().filter(here).collect(),
            given_back: given_back.sum(),
            given_back_online: requested.sum(),
            forgiven: forgiven.sum(),
            turned_over: Money::ZERO,
        })
    }

    fn receipt_state(&self, order: &Order) -> Result<ReceiptState, TillError> {
        let Some(receipt) = receipt_of(order) else {
            return Ok(ReceiptState::NotPrinted);
        };
        Ok(match print_jobs::slip_of(self.connection(), receipt)?.0 {
            SlipState::NotAsked | SlipState::Unknown => ReceiptState::NotPrinted,
            SlipState::Waiting => ReceiptState::Queued,
            SlipState::Printed => ReceiptState::Printed,
        })
    }

    pub(super) fn last_sale(&self, desk: &Desk) -> Result<Option<LastSale>, TillError> {
        let Some((id, _)) = journal::last_sale(self.connection())? else {
            return Ok(None);
        };
        let Some(order) = states::order(self.connection(), id)? else {
            return Ok(None);
        };
        let visit = self.visit(&order)?;
        let shift = desk.shift().map(|shift| shift.id);
        let correctable = |payment: &&Payment| payment.shift == shift && payment.account.is_none();
        Ok(Some(LastSale {
            order: id,
            receipt_number: receipt_number(&order),
            at: sold_at(&order),
            total: order.totals().total,
            change: visit.payments.iter().map(|payment| payment.change).sum(),
            receipt: self.receipt_state(&order)?,
            can_correct: shift.is_some() && visit.payments.iter().any(correctable),
            payments: taken(visit.payments.into_iter(), &desk.settings),
            tenders: tender_buttons(&desk.settings, false),
        }))
    }
}

/// The money of one hand-over.
struct Visit<'o> {
    payments: Vec<&'o Payment>,
    given_back: Money,
    given_back_online: Money,
    forgiven: Money,
    /// What one order was owed and paid for another.
    turned_over: Money,
}

fn done_order(order: &Order) -> DoneOrder {
    DoneOrder {
        order: order.id(),
        number: order.heading.number.clone(),
        receipt_number: receipt_number(order),
        total: order.totals().total,
    }
}

/// The number of an order that was placed before; a sale has none but its receipt's.
pub(super) fn placed_number(order: &Order) -> Option<String> {
    let number = &order.heading.number;
    let own = !number.is_empty() && *number != receipt_number(order);
    (own || order.heading.channel == Channel::Shop).then(|| number.clone())
}

/// The number of the last receipt of an order.
fn receipt_number(order: &Order) -> String {
    let receipts = order.documents.iter();
    let mut receipts = receipts.filter(|document| is_receipt(document.kind));
    let last = receipts.next_back();
    last.map_or_else(
        || order.heading.number.clone(),
        |document| document.number.to_string(),
    )
}

fn sold_at(order: &Order) -> Timestamp {
    let last = order.collections.last().map(|collection| collection.at);
    last.or(order.milestones.placed_at).unwrap_or_default()
}
