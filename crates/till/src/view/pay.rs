//! How money moves for the order in progress, as buttons and as a list of what was moved.

use comptoir_domain::decide::{self, Check, to_settle};
use comptoir_domain::draft::Draft;
use comptoir_domain::ids::PaymentId;
use comptoir_domain::money::Money;
use comptoir_domain::order::{Order, Payment, PaymentStatus};
use comptoir_domain::settings::HubSettings;
use comptoir_domain::tender::{Tender, TenderKind as DomainTenderKind, quick_amounts, round_cash};

use super::tender_kind;
use crate::core::Core;
use crate::desk::Desk;
use crate::error::TillError;
use crate::use_cases::{account_for, goes, kind_gives_back};
use crate::wire::{
    HandOverWhat, PayView, QuickAmount, TakenPayment, TenderButton, TenderKind, TickedPay,
};

impl Core {
    /// What can be paid with, or how money goes back, and what was moved here.
    pub(super) fn pay_view(
        &self,
        desk: &Desk,
        draft: &Draft,
        order: &Order,
    ) -> Result<PayView, TillError> {
        let settings = &desk.settings;
        let own = to_settle(order, desk.now);
        let due = if self.is_group() {
            self.due_in_all(desk)
        } else {
            own
        };
        let (cash_due, rounding) = round_cash(due, settings.cash_rounding);
        let tenders = if due.is_negative() {
            give_back_buttons(order, -due, settings)
        } else {
            self.pay_buttons(desk, draft, order)?
        };
        let goes = goes(draft, None)?;
        let alone = !self.is_group();
        let forgivable = decide::forgivable(draft, &goes, settings, desk.now);
        Ok(PayView {
            cash_due,
            rounding: settings.cash_rounding.map(|_| rounding),
            tenders,
            quick_cash: quick_cash(cash_due, settings),
            taken: self.moved_in_all(settings),
            to_give_back: (-due).max(Money::ZERO),
            ticked: ticked_pay(draft, desk).filter(|_| alone),
            forgivable: if alone { forgivable } else { Money::ZERO },
        })
    }

    /// What was taken here and given back here, for all that is settled together.
    fn moved_in_all(&self, settings: &HubSettings) -> Vec<TakenPayment> {
        let is_group = self.is_group();
        let orders = self.group().into_iter();
        let moved = orders.flat_map(|order| {
            let number = is_group.then(|| order.draft.heading().number.clone());
            let moved = moved_here(&order.draft, settings).into_iter();
            moved.map(move |moved| TakenPayment {
                order_number: number.clone(),
                ..moved
            })
        });
        moved.collect()
    }

    /// The tenders that can be taken, with what a customer's account allows.
    fn pay_buttons(
        &self,
        desk: &Desk,
        draft: &Draft,
        order: &Order,
    ) -> Result<Vec<TenderButton>, TillError> {
        let settings = &desk.settings;
        let mut buttons = tender_buttons(settings, order.heading.customer.is_some());
        if order.heading.customer.is_none() {
            return Ok(buttons);
        }
        for button in &mut buttons {
            let kind = match button.kind {
                TenderKind::Credit => DomainTenderKind::Credit,
                TenderKind::OnAccount => DomainTenderKind::OnAccount,
                _ => continue,
            };
            let account = account_for(self.connection(), draft, kind, settings)?;
            let spendable = account.map(|account| decide::spendable(draft, &account, desk.now));
            button.available = Some(spendable.unwrap_or_default());
        }
        Ok(buttons)
    }
}

/// The exact amount, then the notes; empty where nothing is due.
fn quick_cash(cash_due: Money, settings: &HubSettings) -> Vec<QuickAmount> {
    let quick = quick_amounts(cash_due.max(Money::ZERO), &settings.currency);
    let buttons = quick.into_iter().enumerate();
    buttons
        .map(|(place, quick)| QuickAmount {
            amount: quick.amount,
            exact: place == 0,
            usable: quick.usable,
        })
        .collect()
}

/// What is to pay where only what is ticked goes; none where nothing, or everything, is ticked.
fn ticked_pay(draft: &Draft, desk: &Desk) -> Option<TickedPay> {
    if draft.checks().iter().all(Check::is_complete) {
        return None;
    }
    let parts = goes(draft, Some(HandOverWhat::Ticked)).ok()?;
    let due = decide::to_pay(draft, &parts, desk.now);
    let (cash_due, _) = round_cash(due, desk.settings.cash_rounding);
    Some(TickedPay {
        due,
        cash_due,
        quick_cash: quick_cash(cash_due, &desk.settings),
    })
}

/// What was taken here and given back here.
fn moved_here(draft: &Draft, settings: &HubSettings) -> Vec<TakenPayment> {
    let mut moved = taken(draft.payments(), settings);
    moved.extend(draft.refunds().map(|refund| TakenPayment {
        payment: PaymentId::from_uuid(refund.id.uuid()),
        tender: refund.tender.as_str().to_owned(),
        kind: tender_kind(refund.kind),
        name: settings.tender(&refund.tender).and_then(own_name),
        amount: -refund.amount,
        tendered: None,
        order_number: None,
    }));
    moved
}

/// The ways by which money goes back, the usual one first: cash for cash, else the customer's credit.
fn give_back_buttons(order: &Order, owed: Money, settings: &HubSettings) -> Vec<TenderButton> {
    let customer_known = order.heading.customer.is_some();
    let came_in = |kind| order.payments.iter().any(|payment| payment.kind == kind);
    let usual = if came_in(DomainTenderKind::Cash) || !customer_known {
        DomainTenderKind::Cash
    } else {
        DomainTenderKind::Credit
    };
    let online = decide::online_refund_max(order);
    let mut tenders: Vec<&Tender> = settings
        .tenders
        .iter()
        .filter(|tender| kind_gives_back(tender.kind))
        .filter(|tender| tender.kind != DomainTenderKind::Credit || customer_known)
        .filter(|tender| tender.kind != DomainTenderKind::Online || online.is_positive())
        .collect();
    tenders.sort_by_key(|tender| tender.kind != usual);
    let buttons = tenders.into_iter().map(|tender| TenderButton {
        available: (tender.kind == DomainTenderKind::Online && online < owed).then_some(online),
        ..tender_button(tender)
    });
    buttons.collect()
}

/// The tenders that can be taken here. Those that need an account are shown for a known customer.
pub(super) fn tender_buttons(settings: &HubSettings, customer_known: bool) -> Vec<TenderButton> {
    let taken_here = |tender: &&Tender| match tender.kind {
        DomainTenderKind::Online | DomainTenderKind::CardTerminal | DomainTenderKind::Voucher => {
            false
        }
        DomainTenderKind::OnAccount | DomainTenderKind::Credit => customer_known,
        _ => true,
    };
    let tenders = settings.tenders.iter().filter(taken_here);
    tenders.map(tender_button).collect()
}

fn tender_button(tender: &Tender) -> TenderButton {
    TenderButton {
        tender: tender.id.as_str().to_owned(),
        kind: tender_kind(tender.kind),
        name: own_name(tender),
        gives_change: tender.gives_change,
        wants_reference: tender.wants_reference,
        available: None,
    }
}

/// The hub's own name of a tender, where it has one.
pub(super) fn own_name(tender: &Tender) -> Option<String> {
    (!tender.name.is_empty()).then(|| tender.name.clone())
}

/// Payments that were not taken back.
pub(super) fn standing(order: &Order) -> impl Iterator<Item = &Payment> {
    order.payments.iter().filter(|payment| {
        !matches!(
            payment.status,
            PaymentStatus::Reversed | PaymentStatus::Failed
        )
    })
}

/// Payments as the screen lists them.
pub(super) fn taken<'o>(
    payments: impl Iterator<Item = &'o Payment>,
    settings: &HubSettings,
) -> Vec<TakenPayment> {
    payments
        .map(|payment| TakenPayment {
            payment: payment.id,
            tender: payment.tender.as_str().to_owned(),
            kind: tender_kind(payment.kind),
            name: settings.tender(&payment.tender).and_then(own_name),
            amount: payment.amount,
            tendered: payment
                .tendered
                .filter(|tendered| *tendered > payment.amount),
            order_number: None,
        })
        .collect()
}
