//! The order in progress: what goes on it, comes off it, and where it is put meanwhile.

use comptoir_domain::decide;
use comptoir_domain::draft::{Basis, DiscountAmount, Draft, Step};
use comptoir_domain::ids::{LineId, OrderId};
use comptoir_domain::money::Money;
use comptoir_domain::order::{Channel, Fate, OrderHeading};
use comptoir_domain::quantity::Quantity;

use super::orders::is_closed;
use crate::core::Core;
use crate::desk::Desk;
use crate::error::TillError;
use crate::session::{CurrentOrder, Page};
use crate::store::drafts::{self, Move};
use crate::wire::{
    ApiError, Code, DiscardOrder, Discount, GiveDiscount, OverridePrice, Param, RecallOrder,
    RemoveLine, SetQuantity, Severity, Sound, StepQuantity, TillView,
};

/// A thousandth of a per cent in parts per million.
const PPM_PER_MILLI_PERCENT: u32 = 10;

/// What cashier and customer have in front of them of an order that was placed before.
#[derive(Debug, PartialEq, Eq)]
struct Agreed {
    order: OrderId,
    figure: Money,
    /// What is still to go of each line.
    goods: Vec<(LineId, Quantity)>,
}

impl Core {
    /// Who sells, with an open shift; selling is where the till is.
    pub(crate) fn selling(&mut self) -> Result<Desk, TillError> {
        self.session.begin_action();
        let desk = self.desk()?;
        desk.open_shift()?;
        if self.session.page != Page::Selling {
            return Err(TillError::refuse(Code::NotNow, "the shift is being closed"));
        }
        self.follow_order()?;
        Ok(desk)
    }

    /// The same for what moves money or hands goods over. Where an order changed elsewhere since it was
    /// shown, and another figure or other goods follow, nobody is there: the screen says so, and nothing
    /// is done that nobody agreed to.
    pub(crate) fn settling(&mut self) -> Result<Option<Desk>, TillError> {
        let shown = self.agreed();
        let desk = self.selling()?;
        if self.agreed() == shown {
            return Ok(Some(desk));
        }
        self.session
            .notice(Code::OrderMoved, Severity::Warning, &[], Vec::new());
        self.session.play(Sound::Error);
        Ok(None)
    }

    /// Nothing of a new sale: nobody else changes that.
    fn agreed(&self) -> Vec<Agreed> {
        let placed = self.group().into_iter().filter_map(|order| {
            let draft = &order.draft;
            matches!(draft.basis, Basis::Placed(_)).then(|| draft.order())
        });
        placed
            .map(|order| Agreed {
                order: order.id(),
                figure: decide::to_settle(&order, self.now()),
                goods: order
                    .lines
                    .iter()
                    .map(|line| (line.id, line.outstanding()))
                    .collect(),
            })
            .collect()
    }

    /// The order in progress, or a new one that is not stored before its first step.
    pub(crate) fn order_or_new(&mut self, desk: &Desk) -> Draft {
        match &self.session.order {
            Some(order) => order.draft.clone(),
            None => Draft::new(self.new_heading(desk), desk.now),
        }
    }

    pub(crate) fn new_heading(&mut self, desk: &Desk) -> OrderHeading {
        OrderHeading {
            id: OrderId::from_uuid(self.ids.next_uuid()),
            number: String::new(),
            channel: Channel::Counter,
            location: desk.location,
            customer: None,
            slot: None,
            tax_mode: desk.settings.tax_mode,
        }
    }

    /// The order in progress, or a plain no.
    pub(crate) fn order(&self) -> Result<&Draft, TillError> {
        let order = self.session.order.as_ref();
        order
            .map(|order| &order.draft)
            .ok_or_else(|| TillError::refuse(Code::OrderEmpty, "no order is in progress"))
    }

    /// The order in progress, where its goods can still be changed: of one that is done only the money
    /// is settled.
    pub(crate) fn amendable(&self) -> Result<Draft, TillError> {
        let draft = self.order()?;
        refuse_closed(draft)?;
        Ok(draft.clone())
    }

    /// Makes a move durable and takes it over. A new order is stored with its first move.
    pub(crate) fn make_move(
        &mut self,
        mut draft: Draft,
        made: &Move,
        last_line: Option<LineId>,
    ) -> Result<(), TillError> {
        let current = self.session.order.as_ref();
        let rebased = current.is_some_and(|order| order.rebased);
        let moves = current.map(|order| order.moves);
        let fetched_by = current.and_then(|order| order.fetched_by.clone());
        let beside = !self.session.others.is_empty();
        self.transaction_beside(|tx| {
            if moves.is_none() {
                drafts::stand_beside(tx)?;
                drafts::begin(tx, &draft)?;
                if beside {
                    drafts::join(tx)?;
                }
            }
            drafts::add_move(tx, draft.heading().id, moves.unwrap_or(0), made)
        })?;
        made.make(&mut draft);
        self.session.order = Some(CurrentOrder {
            draft,
            moves: moves.unwrap_or(0) + 1,
            last_line,
            rebased: rebased || matches!(made, Move::Rebase(_)),
            fetched_by,
        });
        self.session.done = None;
        Ok(())
    }

    /// One more or one less of a line.
    pub fn order_step_quantity(&mut self, request: &StepQuantity) -> Result<TillView, TillError> {
        let desk = self.selling()?;
        let draft = self.amendable()?;
        let context = desk.context(self.ids.as_mut());
        let step = decide::step_quantity(&draft, request.line, request.delta, &context)?;
        self.make_move(draft, &Move::take(step), Some(request.line))?;
        self.session.play(Sound::Added);
        self.view()
    }

    /// A typed quantity; zero takes the line off.
    pub fn order_set_quantity(&mut self, request: &SetQuantity) -> Result<TillView, TillError> {
        let desk = self.selling()?;
        let draft = self.amendable()?;
        let order = draft.order();
        if let Some(line) = order.line(request.line)
            && !request.confirmed
            && line.unit.is_unusually_much(request.quantity)
        {
            return Err(unusual(request.quantity));
        }
        let context = desk.context(self.ids.as_mut());
        let step = if request.quantity.is_zero() {
            decide::remove(&draft, request.line, Fate::BackToShelf, "", &context)?
        } else {
            decide::set_quantity(&draft, request.line, request.quantity, &context)?
        };
        self.make_move(draft, &Move::take(step), Some(request.line))?;
        self.session.play(Sound::Added);
        self.view()
    }

    /// Takes a line off the order; it is recorded.
    pub fn order_remove_line(&mut self, request: &RemoveLine) -> Result<TillView, TillError> {
        let desk = self.selling()?;
        let draft = self.amendable()?;
        let fate = request.fate.unwrap_or(Fate::BackToShelf);
        let context = desk.context(self.ids.as_mut());
        let step = decide::remove(&draft, request.line, fate, "", &context)?;
        self.make_move(draft, &Move::take(step), None)?;
        self.view()
    }

    /// Takes the last step back.
    pub fn order_undo(&mut self) -> Result<TillView, TillError> {
        self.selling()?;
        let draft = match &self.session.order {
            Some(order) if !order.draft.steps.is_empty() => order.draft.clone(),
            _ => return Err(TillError::refuse(Code::NothingToUndo, "no step was taken")),
        };
        if let Some(action) = draft.steps.last().and_then(Step::together) {
            self.take_back_together(None, action)?;
            return self.view();
        }
        self.make_move(draft, &Move::Undo, None)?;
        let last = self.session.order.as_mut();
        if let Some(order) = last {
            order.last_line = order.draft.order().lines.last().map(|line| line.id);
        }
        self.view()
    }

    /// A discount on a line or on the whole order.
    pub fn order_discount(&mut self, request: &GiveDiscount) -> Result<TillView, TillError> {
        let mut desk = self.selling()?;
        let draft = self.amendable()?;
        desk.approved_by = self.check_approval(request.approval.as_ref())?;
        let amount = discount_amount(request.discount);
        let reason = reason_text(&request.reason, request.note.as_deref());
        let context = desk.context(self.ids.as_mut());
        let step = match request.line {
            Some(line) => decide::discount_line(&draft, line, amount, &reason, &context)?,
            None => decide::discount_order(&draft, amount, &reason, &context)?,
        };
        self.make_move(draft, &Move::take(step), request.line)?;
        self.view()
    }

    /// Another price for a line, such as one matched from the shelf.
    pub fn order_override_price(&mut self, request: &OverridePrice) -> Result<TillView, TillError> {
        let mut desk = self.selling()?;
        let draft = self.amendable()?;
        desk.approved_by = self.check_approval(request.approval.as_ref())?;
        let context = desk.context(self.ids.as_mut());
        let reason = reason_text(&request.reason, None);
        let step =
            decide::change_price(&draft, request.line, request.unit_price, &reason, &context)?;
        self.make_move(draft, &Move::take(step), Some(request.line))?;
        self.view()
    }

    /// Puts the order in progress aside. One that waits for its customer is left without a trace where
    /// nothing was done to it.
    pub fn order_park(&mut self) -> Result<TillView, TillError> {
        let desk = self.selling()?;
        let order = self.order()?;
        if matches!(order.basis, Basis::New(_)) && order.is_empty() {
            return Err(TillError::refuse(Code::OrderEmpty, "nothing to put aside"));
        }
        let aside = self.to_put_aside()?;
        self.transaction(|tx| aside.iter().try_for_each(|aside| aside.make(tx, &desk)))?;
        self.session.order = None;
        self.session.others.clear();
        self.view()
    }

    /// Takes an order up again; one that is in progress is put aside in its place.
    pub fn order_recall(&mut self, request: &RecallOrder) -> Result<TillView, TillError> {
        let desk = self.selling()?;
        let wanted = match request.order {
            Some(order) => Some(order),
            None => drafts::parked(self.connection())?
                .first()
                .map(|parked| parked.draft.heading().id),
        };
        let wanted =
            wanted.ok_or_else(|| TillError::refuse(Code::NothingParked, "no order is parked"))?;
        let aside = self.to_put_aside()?;
        self.transaction(|tx| {
            for aside in &aside {
                aside.make(tx, &desk)?;
            }
            if drafts::recall(tx, wanted)? {
                Ok(())
            } else {
                Err(TillError::refuse(Code::NotFound, "no such parked order"))
            }
        })?;
        self.reload_order()?;
        self.session.done = None;
        self.view()
    }

    pub(crate) fn reload_order(&mut self) -> Result<(), TillError> {
        let found = drafts::current(self.connection())?;
        let others = drafts::others(self.connection())?.into_iter();
        self.session.order = found.map(CurrentOrder::from);
        self.session.others = others.map(CurrentOrder::from).collect();
        Ok(())
    }

    /// Throws the order in progress away; what was on it is recorded.
    pub fn order_discard(&mut self, request: &DiscardOrder) -> Result<TillView, TillError> {
        let mut desk = self.selling()?;
        desk.approved_by = self.check_approval(request.approval.as_ref())?;
        let shift = desk.open_shift()?;
        let Some(draft) = self.session.order.as_ref().map(|order| order.draft.clone()) else {
            return self.view();
        };
        let next = self.session.others.first();
        let next = next.map(|order| order.draft.heading().id);
        self.act(Some(request.action), |act| {
            act.approve(desk.approved_by);
            let events = decide::discard(&draft, shift, &desk.context(act.ids))?;
            drafts::remove(act.tx, draft.heading().id)?;
            if !events.is_empty() {
                act.write_events("order_discarded", request.action, events)?;
            }
            drafts::settle_group(act.tx, next)
        })?;
        self.reload_order()?;
        self.view()
    }
}

/// Refuses to change the goods of an order that is done.
pub(crate) fn refuse_closed(draft: &Draft) -> Result<(), TillError> {
    if !is_closed(draft) {
        return Ok(());
    }
    let number = Param::Text(draft.heading().number.clone());
    Err(ApiError::new(Code::OrderOnlySettled, "the order is done")
        .with("number", number)
        .into())
}

/// A quantity that wants a second press.
pub(crate) fn unusual(quantity: comptoir_domain::quantity::Quantity) -> TillError {
    ApiError::new(Code::QuantityUnusual, "an unusually large quantity")
        .with("quantity", Param::Quantity(quantity))
        .into()
}

fn discount_amount(discount: Option<Discount>) -> DiscountAmount {
    match discount {
        None => DiscountAmount::Share { ppm: 0 },
        Some(Discount::Percent(milli_percent)) => DiscountAmount::Share {
            ppm: milli_percent.saturating_mul(PPM_PER_MILLI_PERCENT),
        },
        Some(Discount::Amount(amount)) => DiscountAmount::Fixed { amount },
    }
}

fn reason_text(reason: &str, note: Option<&str>) -> String {
    match note.map(str::trim).filter(|note| !note.is_empty()) {
        Some(note) => format!("{reason}: {note}"),
        None => reason.to_owned(),
    }
}
