//! Taking money. The payment that settles an order completes it: one entry, one durable commit, and
//! only then the drawer and the slip.

use comptoir_domain::credit::{AccountKind, CreditAccount, refund_credit_of};
use comptoir_domain::decide::{self, HandOver, PaymentRequest, to_settle};
use comptoir_domain::draft::{Draft, Step};
use comptoir_domain::ids::OrderId;
use comptoir_domain::money::Money;
use comptoir_domain::tender::{Tender, TenderKind, change_due, is_unusually_much, round_cash};
use comptoir_sync::feed::EntityKind;
use rusqlite::Connection;

use crate::core::Core;
use crate::desk::Desk;
use crate::error::TillError;
use crate::feed;
use crate::session::CurrentOrder;
use crate::store::drafts::{self, Move};
use crate::store::states;
use crate::use_cases::complete::{Completion, complete};
use crate::use_cases::orders::about_draft;
use crate::wire::{
    ApiError, CashChange, CashChangeOf, Code, Param, PayAdd, PayUndo, Sound, TillView,
};

impl Core {
    /// What will come back of cash that is typed and not yet taken, as taking it would work it out.
    pub fn cash_change(&self, request: &CashChangeOf) -> Result<CashChange, TillError> {
        let rounding = self.desk()?.settings.cash_rounding;
        let (due, _) = round_cash(to_settle(&self.order()?.order()), rounding);
        Ok(CashChange {
            change: change_due(request.tendered, due),
        })
    }

    /// Takes a tender for the order in progress. When nothing is due any more, the sale is done.
    pub fn pay_add(&mut self, request: &PayAdd) -> Result<TillView, TillError> {
        self.take_payment(request)?;
        self.view()
    }

    /// The same without the new screen: when it returns, everything of it is on the disk.
    pub fn take_payment(&mut self, request: &PayAdd) -> Result<(), TillError> {
        let Some(desk) = self.settling()? else {
            return Ok(());
        };
        if self.is_done(request.action)? {
            return Ok(());
        }
        let shift = desk.open_shift()?;
        let draft = self.order()?.clone();
        let tender = desk.tender(&request.tender)?.clone();
        let due = to_settle(&draft.order());
        let wanted = payment_request(request, &tender, due, &desk)?;
        let account = account_for(self.connection(), &draft, tender.kind)?;
        let printing = self.printer_settings()?;
        let moves = self.session.order.as_ref().map_or(0, |order| order.moves);
        let paid = self.sell(Some(request.action), |act| {
            let mut context = desk.context(act.ids);
            let step = decide::pay(
                &draft,
                &tender,
                &wanted,
                account.as_ref(),
                shift,
                &mut context,
            )?;
            let mut after = draft.clone();
            after.take(step.clone());
            if to_settle(&after.order()).is_zero() {
                let completion = Completion {
                    draft: &after,
                    hand_over: HandOver::Everything,
                    action: request.action,
                    printing: &printing,
                };
                complete(act, &desk, &completion)?;
                return Ok(Paid::Done(after.heading().id));
            }
            drafts::add_move(act.tx, after.heading().id, moves, &Move::Take(step.clone()))?;
            Ok(Paid::Part(step))
        });
        let paid = paid.map_err(|error| about_draft(&draft, error))?;
        self.take_over(paid, draft, moves);
        Ok(())
    }

    pub(crate) fn take_over(&mut self, paid: Paid, mut draft: Draft, moves: i64) {
        match paid {
            Paid::Done(order) => {
                self.session.order = None;
                self.session.done = Some(order);
                self.session.play(Sound::Done);
            }
            Paid::Part(step) => {
                draft.take(step);
                let current = self.session.order.as_ref();
                self.session.order = Some(CurrentOrder {
                    draft,
                    moves: moves + 1,
                    last_line: current.and_then(|order| order.last_line),
                    rebased: current.is_some_and(|order| order.rebased),
                });
            }
        }
    }

    /// Takes one tender of a split back.
    pub fn pay_undo(&mut self, request: &PayUndo) -> Result<TillView, TillError> {
        self.selling()?;
        if self.is_done(request.action)? {
            return self.view();
        }
        let draft = self.order()?.clone();
        let moves = self.session.order.as_ref().map_or(0, |order| order.moves);
        let mut after = draft.clone();
        after.take_back_payment(request.payment)?;
        let made = Move::TakeBack(request.payment);
        self.act(Some(request.action), |act| {
            drafts::add_move(act.tx, draft.heading().id, moves, &made)
        })?;
        if let Some(order) = self.session.order.as_mut() {
            order.draft = after;
            order.moves = moves + 1;
        }
        self.view()
    }

    /// Whether an action was done before; then the answer is the present view.
    pub(crate) fn is_done(
        &self,
        action: comptoir_domain::ids::ActionId,
    ) -> Result<bool, TillError> {
        crate::store::actions::is_done(self.connection(), action)
    }
}

/// What became of an order by money that moved.
pub(crate) enum Paid {
    /// It is settled, and what of it was to go is gone.
    Done(OrderId),
    Part(Step),
}

/// What the screen asks for, as the domain asks for it.
fn payment_request(
    request: &PayAdd,
    tender: &Tender,
    due: Money,
    desk: &Desk,
) -> Result<PaymentRequest, TillError> {
    let amount = if tender.kind == TenderKind::Cash {
        let rounded = round_cash(due, desk.settings.cash_rounding).0;
        let given = request.tendered.or(request.amount);
        if request.amount.is_none() && given.is_some_and(|given| given < rounded) {
            return Err(ApiError::new(Code::TenderedTooSmall, "less than is due")
                .with("due", Param::Money(rounded))
                .into());
        }
        if let Some(given) = given
            && !request.confirmed
            && is_unusually_much(given, rounded, &desk.settings.currency)
        {
            return Err(ApiError::new(Code::TenderedUnusual, "unusually much")
                .with("amount", Param::Money(given))
                .into());
        }
        given
    } else {
        request.amount
    };
    Ok(PaymentRequest {
        amount,
        reference: request
            .reference
            .clone()
            .filter(|reference| !reference.trim().is_empty()),
    })
}

/// The account that a tender of the ledger takes from: the customer's of that kind.
pub(crate) fn account_for(
    connection: &Connection,
    draft: &Draft,
    tender: TenderKind,
) -> Result<Option<CreditAccount>, TillError> {
    let kind = match tender {
        TenderKind::OnAccount => AccountKind::OnAccount,
        TenderKind::Credit => AccountKind::RefundCredit,
        _ => return Ok(None),
    };
    let Some(customer) = draft.order().heading.customer else {
        return Ok(None);
    };
    if kind == AccountKind::RefundCredit {
        // Opened with the first credit, here or elsewhere, always under this id.
        let own = refund_credit_of(customer).to_string();
        return states::load(connection, EntityKind::ACCOUNT, &own);
    }
    let accounts: Vec<CreditAccount> = feed::entities(connection, EntityKind::ACCOUNT)?;
    let found = accounts
        .into_iter()
        .find(|account| account.kind == kind && account.owner == Some(customer));
    match found {
        Some(account) => states::load(connection, EntityKind::ACCOUNT, &account.id.to_string()),
        None => Ok(None),
    }
}
