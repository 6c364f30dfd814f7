//! Taking money. The payment that settles an order completes it: one entry, one durable commit, and
//! only then the drawer and the slip.

use comptoir_domain::credit::{AccountKind, CreditAccount, on_account_of, refund_credit_of};
use comptoir_domain::decide::{self, Balances, Context, HandOver, PaymentRequest, to_settle};
use comptoir_domain::draft::{Basis, Draft, Step};
use comptoir_domain::ids::{ActionId, CustomerId, OrderId};
use comptoir_domain::money::Money;
use comptoir_domain::order::Order;
use comptoir_domain::refusal::Refusal;
use comptoir_domain::settings::HubSettings;
use comptoir_domain::tender::{Tender, TenderKind, change_due, is_unusually_much, round_cash};
use comptoir_domain::time::Timestamp;
use comptoir_sync::feed::EntityKind;
use rusqlite::Connection;

use crate::core::Core;
use crate::desk::Desk;
use crate::error::TillError;
use crate::feed;
use crate::session::CurrentOrder;
use crate::store::drafts::{self, Move};
use crate::store::{order_cards, states};
use crate::use_cases::complete::{Completion, complete};
use crate::use_cases::group::refuse_parts;
use crate::use_cases::orders::{about_draft, is_closed};
use crate::wire::{
    ApiError, CashChange, CashChangeOf, Code, HandOverWhat, Param, PayAdd, PayForgive, PayUndo,
    ServerState, Sound, TillView,
};

impl Core {
    /// What will come back of cash that is typed and not yet taken, as taking it would work it out.
    pub fn cash_change(&self, request: &CashChangeOf) -> Result<CashChange, TillError> {
        let desk = self.desk()?;
        let draft = self.order()?;
        let goes = goes(draft, request.goes)?;
        let due = if self.is_group() {
            self.due_in_all(&desk)
        } else {
            decide::to_pay(draft, &goes, desk.now)
        };
        let (due, _) = round_cash(due, desk.settings.cash_rounding);
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
        let Some(mut desk) = self.settling()? else {
            return Ok(());
        };
        if self.is_done(request.action)? {
            return Ok(());
        }
        desk.approved_by = self.check_approval(request.approval.as_ref())?;
        let shift = desk.open_shift()?;
        let draft = self.order()?.clone();
        let tender = desk.tender(&request.tender)?.clone();
        let goes = goes(&draft, request.goes)?;
        let in_all = self.is_group().then(|| self.due_in_all(&desk));
        let wanted = PaymentRequest {
            balances: self.balances(desk.now)?,
            ..payment_request(request, &tender, &draft, goes, in_all, &desk)?
        };
        let account = account_for(self.connection(), &draft, tender.kind, &desk.settings)?;
        refuse_without_account(&draft, tender.kind, account.as_ref())?;
        let pay = |draft: &Draft, context: &mut Context<'_>| {
            decide::pay(draft, &tender, &wanted, account.as_ref(), shift, context)
        };
        if !self.is_group() {
            return self.settle_by(&desk, request.action, draft, &wanted.goes, pay);
        }
        refuse_parts(&wanted)?;
        if tender.kind.is_ledger() {
            return self.pay_for_shown(&desk, request.action, pay);
        }
        let reference = wanted.reference.clone();
        self.pay_for_all(&desk, request.action, &tender, wanted.amount, reference)
    }

    /// Lets the customer off what is still due.
    pub fn pay_forgive(&mut self, request: &PayForgive) -> Result<TillView, TillError> {
        let Some(desk) = self.settling()? else {
            return self.view();
        };
        if self.is_done(request.action)? {
            return self.view();
        }
        let shift = desk.open_shift()?;
        let draft = self.order()?.clone();
        let goes = goes(&draft, request.goes)?;
        if self.is_group() {
            return Err(TillError::refuse(Code::NotNow, "of one order at a time"));
        }
        self.settle_by(&desk, request.action, draft, &goes, |draft, context| {
            decide::forgive(draft, &goes, shift, context)
        })?;
        self.view()
    }

    /// Takes a step that moves money; where nothing is left to settle for what goes, that ends the order.
    pub(crate) fn settle_by(
        &mut self,
        desk: &Desk,
        action: ActionId,
        draft: Draft,
        goes: &HandOver,
        mut decide: impl FnMut(&Draft, &mut Context<'_>) -> Result<Step, Refusal>,
    ) -> Result<(), TillError> {
        let printing = self.printer_settings()?;
        let fetched_by = self.fetched_by();
        let moves = self.session.order.as_ref().map_or(0, |order| order.moves);
        let paid = self.sell(Some(action), |act| {
            act.approve(desk.approved_by);
            let step = decide(&draft, &mut desk.context(act.ids))?;
            let mut after = draft.clone();
            after.take(step.clone());
            if decide::to_pay(&after, goes, desk.now).is_zero() {
                let completion = Completion {
                    draft: &after,
                    hand_over: goes.clone(),
                    action,
                    printing: &printing,
                    fetched_by: fetched_by.as_deref(),
                };
                complete(act, desk, &completion)?;
                return Ok(Paid::Done(after.heading().id));
            }
            drafts::add_move(act.tx, after.heading().id, moves, &Move::take(step.clone()))?;
            Ok(Paid::Part(Box::new(step)))
        });
        let paid = paid.map_err(|error| about_draft(&draft, error))?;
        self.take_over(paid, draft, moves);
        Ok(())
    }

    /// How well the balances of customers' accounts are known here.
    fn balances(&self, now: Timestamp) -> Result<Balances, TillError> {
        let sync = self.sync_state()?;
        if matches!(sync.state, ServerState::Alone | ServerState::Online) {
            return Ok(Balances::Known);
        }
        let age_ms = sync
            .last_contact
            .map_or(i64::MAX, |last| now.ms_since(last));
        Ok(Balances::Copied { age_ms })
    }

    pub(crate) fn take_over(&mut self, paid: Paid, mut draft: Draft, moves: i64) {
        match paid {
            Paid::Done(order) => {
                self.session.order = None;
                self.session.done = Some(order);
                self.session.play(Sound::Done);
            }
            Paid::Part(step) => {
                draft.take(*step);
                let current = self.session.order.as_ref();
                self.session.order = Some(CurrentOrder {
                    draft,
                    moves: moves + 1,
                    last_line: current.and_then(|order| order.last_line),
                    rebased: current.is_some_and(|order| order.rebased),
                    fetched_by: current.and_then(|order| order.fetched_by.clone()),
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
        let together = self.group().into_iter().find_map(|order| {
            let step = order.draft.money_step(request.payment)?;
            step.together()
        });
        if let Some(action) = together {
            self.take_back_together(Some(request.action), action)?;
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
    Part(Box<Step>),
}

/// What goes over the counter once it is paid. Of an order that is done nothing goes any more.
pub(crate) fn goes(draft: &Draft, what: Option<HandOverWhat>) -> Result<HandOver, TillError> {
    if is_closed(draft) {
        return Ok(HandOver::Nothing);
    }
    match what.unwrap_or(HandOverWhat::Everything) {
        HandOverWhat::Everything => Ok(HandOver::Everything),
        _ if matches!(draft.basis, Basis::New(_)) => {
            Err(TillError::refuse(Code::NotNow, "a new sale goes whole"))
        }
        HandOverWhat::Nothing => Ok(HandOver::Nothing),
        HandOverWhat::Ticked => {
            let parts = draft.ticked_parts();
            if parts.is_empty() {
                return Err(TillError::refuse(Code::NothingTicked, "nothing is ticked"));
            }
            Ok(HandOver::Parts(parts))
        }
    }
}

/// What the screen asks for, as the domain asks for it. An amount above what the parts that go come to
/// pays for the rest as well.
fn payment_request(
    request: &PayAdd,
    tender: &Tender,
    draft: &Draft,
    goes: HandOver,
    in_all: Option<Money>,
    desk: &Desk,
) -> Result<PaymentRequest, TillError> {
    let is_cash = tender.kind == TenderKind::Cash;
    let rounded = |due: Money| {
        if is_cash {
            round_cash(due, desk.settings.cash_rounding).0
        } else {
            due
        }
    };
    let of_parts = decide::to_pay(draft, &goes, desk.now);
    let whole = to_settle(&draft.order(), desk.now);
    let ahead = matches!(goes, HandOver::Parts(_))
        && request
            .amount
            .is_some_and(|amount| amount > rounded(of_parts));
    let due = rounded(in_all.unwrap_or(if ahead { whole } else { of_parts }));
    let amount = if is_cash {
        cash_given(request, due, desk)?
    } else {
        request.amount
    };
    let reference = request.reference.clone();
    Ok(PaymentRequest {
        amount,
        reference: reference.filter(|reference| !reference.trim().is_empty()),
        goes,
        ahead,
        balances: Balances::Known,
    })
}

/// What lies on the counter.
fn cash_given(request: &PayAdd, due: Money, desk: &Desk) -> Result<Option<Money>, TillError> {
    let given = request.tendered.or(request.amount);
    if request.amount.is_none() && given.is_some_and(|given| given < due) {
        return Err(ApiError::new(Code::TenderedTooSmall, "less than is due")
            .with("due", Param::Money(due))
            .into());
    }
    if let Some(given) = given
        && !request.confirmed
        && is_unusually_much(given, due, &desk.settings.currency)
    {
        return Err(ApiError::new(Code::TenderedUnusual, "unusually much")
            .with("amount", Param::Money(given))
            .into());
    }
    Ok(given)
}

/// Credit and buying on account belong to a customer.
fn refuse_without_account(
    draft: &Draft,
    tender: TenderKind,
    account: Option<&CreditAccount>,
) -> Result<(), TillError> {
    if account.is_some() || !matches!(tender, TenderKind::Credit | TenderKind::OnAccount) {
        return Ok(());
    }
    if draft.customer().is_none() {
        return Err(TillError::refuse(Code::CustomerMissing, "whose account?"));
    }
    Err(ApiError::new(Code::CreditTooLow, "no account")
        .with("spendable", Param::Money(Money::ZERO))
        .into())
}

/// The account that a tender of the ledger takes from: the customer's of that kind, or the one that is
/// opened with its first use.
pub(crate) fn account_for(
    connection: &Connection,
    draft: &Draft,
    tender: TenderKind,
    settings: &HubSettings,
) -> Result<Option<CreditAccount>, TillError> {
    let order = draft.order();
    let Some(customer) = order.heading.customer else {
        return Ok(None);
    };
    match tender {
        // Opened with the first credit, here or elsewhere, always under this id.
        TenderKind::Credit => states::account(connection, refund_credit_of(customer)),
        TenderKind::OnAccount => match states::account(connection, on_account_of(customer))? {
            Some(own) => Ok(Some(own)),
            None => match opened_elsewhere(connection, customer)? {
                Some(own) => Ok(Some(own)),
                None => account_to_open(connection, &order, settings),
            },
        },
        _ => Ok(None),
    }
}

/// An account that the office opened for a customer under an id of its own.
fn opened_elsewhere(
    connection: &Connection,
    customer: CustomerId,
) -> Result<Option<CreditAccount>, TillError> {
    let accounts: Vec<CreditAccount> = feed::entities(connection, EntityKind::ACCOUNT)?;
    let found = accounts
        .into_iter()
        .find(|account| account.kind == AccountKind::OnAccount && account.owner == Some(customer));
    match found {
        Some(account) => states::account(connection, account.id),
        None => Ok(None),
    }
}

/// The account on which a customer can begin to buy now and pay later.
pub(crate) fn account_to_open(
    connection: &Connection,
    order: &Order,
    settings: &HubSettings,
) -> Result<Option<CreditAccount>, TillError> {
    let Some(customer) = order.heading.customer else {
        return Ok(None);
    };
    let customer = order_cards::customer(connection, customer)?;
    let classes = customer.map(|customer| customer.classes);
    let classes = classes.unwrap_or_default();
    Ok(decide::account_to_open(order, &classes, settings))
}
