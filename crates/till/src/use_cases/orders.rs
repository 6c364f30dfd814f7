//! Orders that wait for their customers: opened on the sell screen, checked, amended, handed over.

use comptoir_domain::decide::{self, Context, HandOver, online_refund_max, to_settle};
use comptoir_domain::draft::{Basis, Draft};
use comptoir_domain::event::Event;
use comptoir_domain::ids::OrderId;
use comptoir_domain::order::{Fulfilment, Order};
use comptoir_domain::refusal::RefusalCode;
use comptoir_domain::tender::TenderKind;
use comptoir_domain::time::Timestamp;
use rusqlite::Transaction;

use super::complete::{Completion, complete};
use super::goods::touched_line;
use super::pay::{account_for, goes};
use crate::catalogue;
use crate::core::Core;
use crate::desk::Desk;
use crate::error::TillError;
use crate::session::CurrentOrder;
use crate::store::drafts::{self, Move};
use crate::store::{order_cards, states};
use crate::wire::{
    ApiError, CancelOrder, Code, GiveBack, HandOverOrder, HandOverWhat, OpenOrder, OrderIsReady,
    Param, Severity, Sound, SubstituteLine, TickLine, TillView, WeighLine,
};

/// What comes before the id of an order in the link to it.
const LINK_MARK: &str = "/o/";

/// How long an id is as text.
const ID_LENGTH: usize = 36;

/// What a scanned code says of orders.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OrderCode {
    /// It is the number of an order, or a link to one.
    Known(OrderId),
    /// It is a link to an order that is not in this till's copy.
    Unknown,
}

/// What an order is opened for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Opening {
    /// It waits for its customer, or its money does.
    Waiting,
    /// The same, and what is in progress is put aside even if the two could be fetched together.
    Alone,
    /// Goods of it come back.
    Return,
}

/// An order in progress that makes room for another.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PutAside {
    order: OrderId,
    /// Nothing was done to it, so that nothing is lost with it.
    untouched: bool,
}

impl PutAside {
    pub(crate) fn of(order: &CurrentOrder) -> PutAside {
        PutAside {
            order: order.draft.heading().id,
            untouched: is_untouched(&order.draft),
        }
    }

    pub(crate) fn make(self, transaction: &Transaction<'_>, desk: &Desk) -> Result<(), TillError> {
        if self.untouched {
            drafts::remove(transaction, self.order)
        } else {
            drafts::park(transaction, self.order, desk.now, Some(desk.staff.id))
        }
    }
}

/// Whether an order in progress can be left without a word.
pub(crate) fn is_untouched(draft: &Draft) -> bool {
    let traceless = draft.removed.is_empty() && draft.taken_back.is_empty();
    match draft.basis {
        Basis::New(_) => draft.is_empty() && traceless,
        Basis::Placed(_) => draft.steps.is_empty() && traceless,
    }
}

impl Core {
    /// Where an order that is open here changed elsewhere, the steps that were taken here are set on
    /// what it is now.
    pub(crate) fn follow_order(&mut self) -> Result<(), TillError> {
        self.follow_others()?;
        let Some(current) = &self.session.order else {
            return Ok(());
        };
        let Basis::Placed(basis) = &current.draft.basis else {
            return Ok(());
        };
        let now = states::order(self.connection(), basis.id())?;
        let Some(moved) = now.filter(|order| *order != **basis) else {
            return Ok(());
        };
        let (draft, last_line) = (current.draft.clone(), current.last_line);
        self.make_move(draft, &Move::Rebase(Box::new(moved)), last_line)
    }

    /// The same for those that are settled together with it.
    fn follow_others(&mut self) -> Result<(), TillError> {
        let mut moved = Vec::new();
        for other in &self.session.others {
            if let Basis::Placed(basis) = &other.draft.basis {
                let now = states::order(self.connection(), basis.id())?;
                let now = now.filter(|order| *order != **basis);
                moved.extend(now.map(|order| (order.id(), other.moves, order)));
            }
        }
        if moved.is_empty() {
            return Ok(());
        }
        self.transaction_beside(|tx| {
            for (id, moves, order) in &moved {
                drafts::add_move(tx, *id, *moves, &Move::Rebase(Box::new(order.clone())))?;
            }
            Ok(())
        })?;
        self.reload_order()
    }

    /// The order that a code means before any product: one that waits, or that a link leads to.
    pub(crate) fn order_of_code(&self, code: &str) -> Result<Option<OrderCode>, TillError> {
        if let Some(order) = linked_order(code) {
            let known = states::order(self.connection(), order)?;
            let code = known.map_or(OrderCode::Unknown, |_| OrderCode::Known(order));
            return Ok(Some(code));
        }
        let numbered = order_cards::numbered(self.connection(), code.trim(), true)?;
        Ok(numbered.map(OrderCode::Known))
    }

    /// Opens an order that was placed before on the sell screen.
    pub fn order_open(&mut self, request: &OpenOrder) -> Result<TillView, TillError> {
        let desk = self.selling()?;
        let opening = if request.alone {
            Opening::Alone
        } else {
            Opening::Waiting
        };
        self.open_order(&desk, request.order, opening)?;
        self.view()
    }

    /// Opens an order; what is in progress is put aside. One that is open stays as it is.
    pub(crate) fn open_order(
        &mut self,
        desk: &Desk,
        id: OrderId,
        opening: Opening,
    ) -> Result<(), TillError> {
        let mut open = self.group().into_iter();
        if open.any(|order| order.draft.heading().id == id) {
            return self.show_member(id);
        }
        let parked = drafts::find(self.connection(), id)?;
        let order = self.stored_order(id)?;
        if parked.is_none() && opening != Opening::Return {
            refuse_if_done(&order, desk.now)?;
        }
        let begins = parked.is_none();
        let draft = parked.map_or_else(|| Draft::amending(order, desk.now), |parked| parked.draft);
        let joins = opening != Opening::Alone && self.can_join(&draft);
        let aside: Vec<PutAside> = if joins {
            Vec::new()
        } else {
            self.to_put_aside()?
        };
        let fetched_by = self.fetched_by();
        self.transaction_beside(|tx| {
            for aside in &aside {
                aside.make(tx, desk)?;
            }
            drafts::stand_beside(tx)?;
            if begins {
                drafts::begin(tx, &draft)?;
            } else {
                drafts::recall(tx, id)?;
            }
            if joins {
                drafts::join(tx)?;
                // Who fetches one fetches all of them.
                fetched_by
                    .as_deref()
                    .map_or(Ok(()), |name| drafts::set_fetched_by(tx, Some(name)))?;
            }
            Ok(())
        })?;
        self.say_put_aside(aside.into_iter().find(|aside| !aside.untouched));
        self.reload_order()?;
        self.session.done = None;
        Ok(())
    }

    fn say_put_aside(&mut self, aside: Option<PutAside>) {
        let Some(aside) = aside else { return };
        let mut parked = self.group().into_iter();
        let parked = parked.find(|order| order.draft.heading().id == aside.order);
        let (code, params) = match parked.map(|order| &order.draft.basis) {
            Some(Basis::Placed(order)) => {
                let number = Param::Text(order.heading.number.clone());
                (Code::OrderParked, vec![("number", number)])
            }
            Some(Basis::New(_)) => (Code::SaleParked, Vec::new()),
            None => return,
        };
        self.session
            .notice(code, Severity::Quiet, &params, Vec::new());
    }

    pub(crate) fn stored_order(&self, id: OrderId) -> Result<Order, TillError> {
        states::order(self.connection(), id)?
            .ok_or_else(|| TillError::refuse(Code::NotFound, "no such order"))
    }

    /// Ticks a line, or takes its ticks away.
    pub fn order_tick(&mut self, request: &TickLine) -> Result<TillView, TillError> {
        let desk = self.selling()?;
        let draft = self.order()?.clone();
        let context = desk.context(self.ids.as_mut());
        let step = decide::tick(&draft, request.line, &context)?;
        self.make_move(draft, &Move::take(step), Some(request.line))?;
        self.session.play(Sound::Ticked);
        self.view()
    }

    /// Ticks everything that is still missing.
    pub fn order_tick_all(&mut self) -> Result<TillView, TillError> {
        let desk = self.selling()?;
        let draft = self.order()?.clone();
        let context = desk.context(self.ids.as_mut());
        let step = decide::tick_all(&draft, &context)?;
        self.make_move(draft, &Move::take(step), None)?;
        self.session.play(Sound::Ticked);
        self.view()
    }

    /// The weight of the goods in hand.
    pub fn order_weigh(&mut self, request: &WeighLine) -> Result<TillView, TillError> {
        let desk = self.selling()?;
        let draft = self.amendable()?;
        let context = desk.context(self.ids.as_mut());
        let step = decide::weigh(&draft, request.line, request.weight, &context)?;
        self.make_move(draft, &Move::take(step), Some(request.line))?;
        self.session.play(Sound::Ticked);
        self.view()
    }

    /// Gives other goods in place of a line.
    pub fn order_substitute(&mut self, request: &SubstituteLine) -> Result<TillView, TillError> {
        let desk = self.selling()?;
        let draft = self.amendable()?;
        let variant = catalogue::variant(self.connection(), request.variant)?
            .ok_or_else(|| TillError::refuse(Code::NotFound, "no such product"))?;
        let goods = self.priced_for_customer(variant, &desk)?;
        let mut context = desk.context(self.ids.as_mut());
        let step = decide::substitute(
            &draft,
            request.line,
            goods.article(None, false),
            request.quantity,
            request.fate,
            &mut context,
        )?;
        let line = touched_line(&step);
        self.make_move(draft, &Move::take(step), line)?;
        self.session.play(Sound::Added);
        self.view()
    }

    /// Ends the work on an order that was placed before.
    pub fn order_hand_over(&mut self, request: &HandOverOrder) -> Result<TillView, TillError> {
        let Some(desk) = self.settling()? else {
            return self.view();
        };
        if self.is_done(request.action)? {
            return self.view();
        }
        if self.is_group() && request.what == HandOverWhat::Everything {
            self.hand_over_all(&desk, request.action)?;
            return self.view();
        }
        self.refuse_shared_money()?;
        let draft = self.order()?.clone();
        let Basis::Placed(order) = &draft.basis else {
            return Err(TillError::refuse(Code::NotNow, "a new sale is paid"));
        };
        let hand_over = hand_over(&draft, request.what, desk.now)?;
        if request.what != HandOverWhat::Nothing {
            refuse_if_gone(&draft, order)?;
        }
        let printing = self.printer_settings()?;
        let fetched_by = self.fetched_by();
        let completion = Completion {
            draft: &draft,
            hand_over,
            action: request.action,
            printing: &printing,
            fetched_by: fetched_by.as_deref(),
        };
        let next = self.session.others.first();
        let next = next.map(|order| order.draft.heading().id);
        self.sell(Some(request.action), |act| {
            complete(act, &desk, &completion)?;
            drafts::settle_group(act.tx, next)
        })
        .map_err(|error| about_draft(&draft, error))?;
        self.reload_order()?;
        self.session.done = match request.what {
            HandOverWhat::Nothing => None,
            HandOverWhat::Everything | HandOverWhat::Ticked => Some(order.id()),
        };
        self.session.play(Sound::Done);
        self.view()
    }

    /// Gives money back that was paid before. What settles the order hands it over.
    pub fn pay_give_back(&mut self, request: &GiveBack) -> Result<TillView, TillError> {
        let Some(mut desk) = self.settling()? else {
            return self.view();
        };
        if self.is_done(request.action)? {
            return self.view();
        }
        desk.approved_by = self.check_approval(request.approval.as_ref())?;
        let shift = desk.open_shift()?;
        let draft = self.order()?.clone();
        let tender = desk.tender(&request.tender)?.clone();
        check_gives_back(&draft, tender.kind)?;
        let account = account_for(self.connection(), &draft, tender.kind, &desk.settings)?;
        let give_back = |draft: &Draft, context: &mut Context<'_>| {
            let account = account.as_ref();
            decide::give_back(draft, &tender, request.amount, account, shift, context)
        };
        if !self.is_group() {
            let goes = goes(&draft, None)?;
            self.settle_by(&desk, request.action, draft, &goes, give_back)?;
        } else if tender.kind.is_ledger() || tender.kind == TenderKind::Online {
            self.pay_for_shown(&desk, request.action, give_back)?;
        } else {
            self.pay_for_all(&desk, request.action, &tender, request.amount, None)?;
        }
        self.view()
    }

    /// Cancels an order that waits. What was done to it here and not saved is thrown away with it.
    pub fn order_cancel(&mut self, request: &CancelOrder) -> Result<TillView, TillError> {
        let desk = self.selling()?;
        if self.is_done(request.action)? {
            return self.view();
        }
        let shift = desk.open_shift()?;
        let order = self.stored_order(request.order)?;
        let draft = drafts::find(self.connection(), request.order)?.map(|stored| stored.draft);
        let mut others = self
            .group()
            .into_iter()
            .map(|order| order.draft.heading().id);
        let next = others.find(|order| *order != request.order && self.is_group());
        self.act(Some(request.action), |act| {
            let context = desk.context(act.ids);
            let mut events: Vec<Event> = Vec::new();
            if let Some(draft) = &draft {
                events.extend(decide::discard(draft, shift, &context)?);
                drafts::remove(act.tx, request.order)?;
            }
            events.push(decide::cancel(&order, &request.reason, &context)?);
            act.write_events("order_cancelled", request.action, events)?;
            drafts::settle_group(act.tx, next)
        })
        .map_err(|error| about(&order, error))?;
        self.reload_order()?;
        self.view()
    }

    /// The basket of an order stands ready, at a place.
    pub fn order_is_ready(&mut self, request: &OrderIsReady) -> Result<TillView, TillError> {
        let desk = self.selling()?;
        if self.is_done(request.action)? {
            return self.view();
        }
        let order = self.stored_order(request.order)?;
        self.act(Some(request.action), |act| {
            let context = desk.context(act.ids);
            let event = decide::mark_ready(&order, request.basket.as_deref(), &context)?;
            act.write_events("order_ready", request.action, vec![event])
        })
        .map_err(|error| about(&order, error))?;
        self.view()
    }
}

/// How much goes over the counter. Everything only goes once the figure is settled.
fn hand_over(draft: &Draft, what: HandOverWhat, now: Timestamp) -> Result<HandOver, TillError> {
    let hand_over = goes(draft, Some(what))?;
    let due = to_settle(&draft.order(), now);
    if what != HandOverWhat::Everything || due.is_zero() {
        return Ok(hand_over);
    }
    Err(ApiError::new(Code::OrderNotSettled, "not settled")
        .with("due", Param::Money(due))
        .into())
}

/// Whether nothing more is handed over of the order in progress: only its money can be settled, and
/// goods of it can come back.
pub(crate) fn is_closed(draft: &Draft) -> bool {
    match &draft.basis {
        Basis::New(_) => false,
        Basis::Placed(order) => !order_cards::is_waiting(order.fulfilment()),
    }
}

/// Money goes back in the ways that a counter has.
fn check_gives_back(draft: &Draft, kind: TenderKind) -> Result<(), TillError> {
    if !kind_gives_back(kind) {
        return Err(TillError::refuse(Code::TenderUnknown, "not given back by"));
    }
    let order = draft.order();
    if kind == TenderKind::Credit && order.heading.customer.is_none() {
        return Err(TillError::refuse(Code::CustomerMissing, "whose credit?"));
    }
    if kind == TenderKind::Online && online_refund_max(&order).is_zero() {
        return Err(TillError::refuse(
            Code::TenderUnknown,
            "nothing was paid online",
        ));
    }
    Ok(())
}

/// Whether money can be given back by a tender.
pub(crate) const fn kind_gives_back(kind: TenderKind) -> bool {
    matches!(
        kind,
        TenderKind::Cash
            | TenderKind::Credit
            | TenderKind::CardStandalone
            | TenderKind::Transfer
            | TenderKind::Online
    )
}

/// Refuses to hand over what was fetched elsewhere while it was open here.
fn refuse_if_gone(draft: &Draft, basis: &Order) -> Result<(), TillError> {
    let order = draft.order();
    let goes = order
        .lines
        .iter()
        .any(|line| line.outstanding().is_positive());
    if goes || draft.has_money() {
        return Ok(());
    }
    refuse_unless_waiting(basis)
}

/// An order that is done is opened for its money, where any is still open.
fn refuse_if_done(order: &Order, now: Timestamp) -> Result<(), TillError> {
    if to_settle(order, now).is_zero() {
        return refuse_unless_waiting(order);
    }
    Ok(())
}

fn refuse_unless_waiting(order: &Order) -> Result<(), TillError> {
    let code = match order.fulfilment() {
        fulfilment if order_cards::is_waiting(fulfilment) => return Ok(()),
        Fulfilment::Collected | Fulfilment::Returned => Code::OrderHandedOver,
        _ => Code::OrderNotOpen,
    };
    Err(numbered(code, order))
}

fn numbered(code: Code, order: &Order) -> TillError {
    ApiError::new(code, "the order does not wait")
        .with("number", Param::Text(order.heading.number.clone()))
        .into()
}

/// A refusal that names an order in progress by its number, where it has one.
pub(crate) fn about_draft(draft: &Draft, error: TillError) -> TillError {
    match &draft.basis {
        Basis::Placed(order) => about(order, error),
        Basis::New(_) => error,
    }
}

/// A refusal that names the order by its number.
pub(crate) fn about(order: &Order, error: TillError) -> TillError {
    match &error {
        TillError::Refused(refusal) => match refusal.code {
            RefusalCode::OrderNotOpen => numbered(Code::OrderNotOpen, order),
            RefusalCode::OrderHandedOver => numbered(Code::OrderHandedOver, order),
            _ => error,
        },
        _ => error,
    }
}

/// The order that a link leads to: `…/o/` and its id, then nothing or its secret.
fn linked_order(text: &str) -> Option<OrderId> {
    let (_, after) = text.trim().rsplit_once(LINK_MARK)?;
    let id = after.get(..ID_LENGTH)?;
    let rest = after.get(ID_LENGTH..)?;
    let ends = rest.is_empty() || rest.starts_with(['.', '?', '#', '/']);
    ends.then(|| id.parse().ok()).flatten()
}
