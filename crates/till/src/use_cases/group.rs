//! Orders that are fetched together, and goods that come back for others: several orders in progress,
//! one figure, one entry. Each stays its own order with its own money and its own slip.

use comptoir_domain::decide::{self, Context, HandOver, PaymentRequest, Together, to_settle};
use comptoir_domain::draft::{Basis, Draft, Step};
use comptoir_domain::ids::{ActionId, OrderId};
use comptoir_domain::money::Money;
use comptoir_domain::refusal::Refusal;
use comptoir_domain::tender::Tender;

use super::complete::{Completion, complete_all};
use super::orders::{PutAside, about_draft, is_closed};
use crate::act::Act;
use crate::core::Core;
use crate::desk::Desk;
use crate::error::TillError;
use crate::session::CurrentOrder;
use crate::store::drafts::{self, Move};
use crate::wire::{ApiError, Code, FetchedBy, GroupMember, Param, Sound, TillView};

impl Core {
    /// Whether several orders are in progress together.
    pub(crate) fn is_group(&self) -> bool {
        !self.session.others.is_empty()
    }

    /// Every order that is settled together with the one on the screen, that one among them, in the
    /// order in which they were opened.
    pub(crate) fn group(&self) -> Vec<&CurrentOrder> {
        let shown = self.session.order.iter();
        let mut orders: Vec<&CurrentOrder> = shown.chain(&self.session.others).collect();
        orders.sort_by_key(|order| (order.draft.started_at, order.draft.heading().id));
        orders
    }

    fn group_drafts(&self) -> Vec<Draft> {
        let orders = self.group().into_iter();
        orders.map(|order| order.draft.clone()).collect()
    }

    /// Whether another order can be settled together with what is on the screen: nothing was paid yet,
    /// and both are fetched, or the one comes back for the other.
    pub(crate) fn can_join(&self, other: &Draft) -> bool {
        let Some(shown) = &self.session.order else {
            return false;
        };
        if self.group().iter().any(|order| order.draft.has_money()) || other.has_money() {
            return false;
        }
        let waits = |draft: &Draft| matches!(draft.basis, Basis::Placed(_)) && !is_closed(draft);
        let is_sale = |draft: &Draft| matches!(draft.basis, Basis::New(_));
        let all = |check: fn(&Draft) -> bool| {
            let mut orders = self.group().into_iter();
            orders.all(|order| check(&order.draft))
        };
        let shown = &shown.draft;
        (waits(other) && all(|draft| !is_closed(draft) && !matches!(draft.basis, Basis::New(_))))
            || (is_sale(other) && is_closed(shown))
            || (is_closed(other) && is_sale(shown))
    }

    /// Shows another one of the orders that are fetched together.
    pub fn group_show(&mut self, request: &GroupMember) -> Result<TillView, TillError> {
        self.selling()?;
        self.show_member(request.order)?;
        self.view()
    }

    pub(crate) fn show_member(&mut self, order: OrderId) -> Result<(), TillError> {
        let place = self.session.others.iter();
        let place = place
            .clone()
            .position(|other| other.draft.heading().id == order);
        let Some(place) = place else {
            return Ok(());
        };
        self.transaction_beside(|tx| drafts::show(tx, order))?;
        let next = self.session.others.remove(place);
        if let Some(shown) = self.session.order.replace(next) {
            self.session.others.push(shown);
        }
        Ok(())
    }

    /// The orders that are open, to be put aside: not while one tender moved money for several of them,
    /// which is taken back as a whole or not at all.
    pub(crate) fn to_put_aside(&self) -> Result<Vec<PutAside>, TillError> {
        self.refuse_shared_money()?;
        Ok(self.group().into_iter().map(PutAside::of).collect())
    }

    /// Refuses what would part orders for which one tender moved money.
    pub(crate) fn refuse_shared_money(&self) -> Result<(), TillError> {
        let orders = self.group().into_iter();
        let mut steps = orders.flat_map(|order| &order.draft.steps);
        if steps.any(|step| step.together().is_some()) {
            let why = "one tender moved money for several orders";
            return Err(TillError::refuse(Code::GroupHasMoney, why));
        }
        Ok(())
    }

    /// Takes an order out of those that are fetched together; what was done to it is kept aside.
    pub fn group_leave(&mut self, request: &GroupMember) -> Result<TillView, TillError> {
        let desk = self.selling()?;
        let orders = self.group();
        if orders.iter().any(|order| order.draft.has_money()) {
            let why = "money moved for the orders";
            return Err(TillError::refuse(Code::GroupHasMoney, why));
        }
        let mut members = orders.into_iter();
        let leaving = members.find(|order| order.draft.heading().id == request.order);
        let leaving = leaving
            .filter(|_| self.is_group())
            .ok_or_else(|| TillError::refuse(Code::NotFound, "not one of the orders"))?;
        let aside = PutAside::of(leaving);
        let next = self.session.others.first();
        let next = next.map(|order| order.draft.heading().id);
        self.transaction(|tx| {
            aside.make(tx, &desk)?;
            drafts::settle_group(tx, next)
        })?;
        self.reload_order()?;
        self.view()
    }

    /// Notes who fetches what is on the counter.
    pub fn order_fetched_by(&mut self, request: &FetchedBy) -> Result<TillView, TillError> {
        self.selling()?;
        self.order()?;
        let name = request.name.as_deref().map(str::trim);
        let name = name.filter(|name| !name.is_empty());
        if name.is_some_and(|name| name.chars().count() > NAME_LENGTH_MAX) {
            return Err(TillError::refuse(Code::NameInvalid, "too long"));
        }
        let name = name.map(str::to_owned);
        self.transaction_beside(|tx| drafts::set_fetched_by(tx, name.as_deref()))?;
        let orders = self.session.order.iter_mut();
        for order in orders.chain(&mut self.session.others) {
            order.fetched_by.clone_from(&name);
        }
        self.view()
    }

    /// Moves money by one tender for all the orders; where nothing is left to settle, all of them are
    /// handed over.
    pub(crate) fn settle_all_by(
        &mut self,
        desk: &Desk,
        action: ActionId,
        mut decide: impl FnMut(&[&Draft], &mut Context<'_>) -> Result<Vec<(OrderId, Step)>, Refusal>,
    ) -> Result<(), TillError> {
        let printing = self.printer_settings()?;
        let drafts = self.group_drafts();
        let shown = self.session.order.as_ref();
        let shown = shown.map(|order| order.draft.heading().id);
        let fetched_by = self.fetched_by();
        let moves: Vec<(OrderId, i64)> = self
            .group()
            .iter()
            .map(|order| (order.draft.heading().id, order.moves))
            .collect();
        let done = self.sell(Some(action), |act| {
            act.approve(desk.approved_by);
            let all: Vec<&Draft> = drafts.iter().collect();
            let steps = decide(&all, &mut desk.context(act.ids))?;
            let afters = after_steps(&drafts, &steps);
            let settled = decide::is_settled_together(&afters.iter().collect::<Vec<_>>(), desk.now);
            if settled {
                let mut going = Vec::new();
                for draft in &afters {
                    if !throw_away_unused(act, desk, draft)? {
                        going.push(draft);
                    }
                }
                let completions: Vec<Completion<'_>> = going
                    .into_iter()
                    .map(|draft| Completion {
                        draft,
                        hand_over: whole(draft),
                        action,
                        printing: &printing,
                        fetched_by: fetched_by.as_deref(),
                    })
                    .collect();
                complete_all(act, desk, &completions)?;
                let gone = || completions.iter().map(|one| one.draft.heading().id);
                let of_shown = gone().find(|order| Some(*order) == shown);
                return Ok(of_shown.or_else(|| gone().next()));
            }
            let mut moves = moves.clone();
            for (order, step) in &steps {
                let place = moves.iter_mut().find(|(id, _)| id == order);
                if let Some((_, ordinal)) = place {
                    drafts::add_move(act.tx, *order, *ordinal, &Move::take(step.clone()))?;
                    *ordinal += 1;
                }
            }
            Ok(None)
        });
        let done = done.map_err(|error| match drafts.first() {
            Some(draft) => about_draft(draft, error),
            None => error,
        })?;
        if done.is_some() {
            self.session.order = None;
            self.session.done = done;
            self.session.others.clear();
            self.session.play(Sound::Done);
            return Ok(());
        }
        self.reload_order()
    }

    /// One tender for all of them. What belongs to one customer pays only the order on the screen.
    pub(crate) fn pay_for_all(
        &mut self,
        desk: &Desk,
        action: ActionId,
        tender: &Tender,
        amount: Option<Money>,
        reference: Option<String>,
    ) -> Result<(), TillError> {
        let shift = desk.open_shift()?;
        let wanted = Together {
            tender,
            amount,
            reference,
            action,
        };
        self.settle_all_by(desk, action, |drafts, context| {
            decide::settle_together(drafts, &wanted, shift, context)
        })
    }

    /// The same for a tender that pays only the order on the screen.
    pub(crate) fn pay_for_shown(
        &mut self,
        desk: &Desk,
        action: ActionId,
        mut step: impl FnMut(&Draft, &mut Context<'_>) -> Result<Step, Refusal>,
    ) -> Result<(), TillError> {
        let shown = self.order()?.heading().id;
        self.settle_all_by(desk, action, |drafts, context| {
            let draft = drafts.iter().find(|draft| draft.heading().id == shown);
            let step = draft.map(|draft| step(draft, context)).transpose()?;
            Ok(step.map(|step| (shown, step)).into_iter().collect())
        })
    }

    /// Hands all of them over, once nothing is to be paid or given back in all.
    pub(crate) fn hand_over_all(&mut self, desk: &Desk, action: ActionId) -> Result<(), TillError> {
        let drafts = self.group_drafts();
        let all: Vec<&Draft> = drafts.iter().collect();
        let due = decide::to_settle_together(&all, desk.now);
        if !due.is_zero() {
            return Err(ApiError::new(Code::OrderNotSettled, "not settled")
                .with("due", Param::Money(due))
                .into());
        }
        if decide::is_settled_together(&all, desk.now) {
            return self.settle_all_by(desk, action, |_, _| Ok(Vec::new()));
        }
        // What one is owed pays for the other: through the drawer, in which nothing changes.
        let cash = desk.tender("cash")?.clone();
        self.pay_for_all(desk, action, &cash, None, None)
    }

    /// What is to be settled in all.
    pub(crate) fn due_in_all(&self, desk: &Desk) -> Money {
        let orders = self.group();
        let figures = orders
            .iter()
            .map(|order| to_settle(&order.draft.order(), desk.now));
        figures.sum()
    }

    /// Takes everything back that one tender moved for several orders.
    pub(crate) fn take_back_together(
        &mut self,
        request: Option<ActionId>,
        action: ActionId,
    ) -> Result<(), TillError> {
        let touched: Vec<(OrderId, i64)> = self
            .group()
            .iter()
            .filter(|order| {
                let mut steps = order.draft.steps.iter();
                steps.any(|step| step.together() == Some(action))
            })
            .map(|order| (order.draft.heading().id, order.moves))
            .collect();
        self.act(request, |act| {
            for (order, moves) in &touched {
                drafts::add_move(act.tx, *order, *moves, &Move::TakeBackTogether(action))?;
            }
            Ok(())
        })?;
        self.reload_order()
    }

    pub(crate) fn fetched_by(&self) -> Option<String> {
        self.session.order.as_ref()?.fetched_by.clone()
    }
}

/// The longest name of who fetched an order.
const NAME_LENGTH_MAX: usize = 80;

/// A new order of which everything was taken off again is none, and is not in the way of the others.
fn throw_away_unused(act: &mut Act<'_>, desk: &Desk, draft: &Draft) -> Result<bool, TillError> {
    if !matches!(draft.basis, Basis::New(_)) || !draft.is_empty() {
        return Ok(false);
    }
    let told = decide::discard(draft, desk.open_shift()?, &desk.context(act.ids))?;
    if !told.is_empty() {
        let action = act.own_action();
        act.write_events("order_discarded", action, told)?;
    }
    drafts::remove(act.tx, draft.heading().id)?;
    Ok(true)
}

/// All that there is of an order goes; of one that is done nothing goes any more.
fn whole(draft: &Draft) -> HandOver {
    if is_closed(draft) {
        HandOver::Nothing
    } else {
        HandOver::Everything
    }
}

fn after_steps(drafts: &[Draft], steps: &[(OrderId, Step)]) -> Vec<Draft> {
    let mut afters = drafts.to_vec();
    for (order, step) in steps {
        let draft = afters.iter_mut().find(|draft| draft.heading().id == *order);
        if let Some(draft) = draft {
            draft.take(step.clone());
        }
    }
    afters
}

/// What is paid of all of them, as the domain asks for it: only whole orders go together.
pub(crate) fn refuse_parts(request: &PaymentRequest) -> Result<(), TillError> {
    if matches!(request.goes, HandOver::Parts(_)) || request.ahead {
        return Err(TillError::refuse(Code::NotNow, "orders go whole together"));
    }
    Ok(())
}
