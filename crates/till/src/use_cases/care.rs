//! Orders looked after before their customer comes: moved, written on, kept when nobody fetched them,
//! and amended when less came than they want.

use comptoir_domain::decide::{self, HandOver, Remedy};
use comptoir_domain::draft::Draft;
use comptoir_domain::event::Event;
use comptoir_domain::ids::{ActionId, OrderId, SlotId};
use comptoir_domain::order::{Fate, Order};
use comptoir_domain::shortage::Share;
use comptoir_domain::slot::Slot;
use comptoir_sync::feed::EntityKind;

use super::complete::{Completion, complete};
use crate::catalogue;
use crate::core::Core;
use crate::desk::Desk;
use crate::error::TillError;
use crate::feed;
use crate::store::drafts;
use crate::store::goods_entries::kind as goods;
use crate::store::journal::{NewAttachment, NewEntry};
use crate::wire::{
    Code, KeepOrder, MoveOrder, NoteOrder, RemedyKind, SettleShortage, ShortageSettled, TillView,
};

/// The longest note, in characters.
pub(crate) const NOTE_MAX: usize = 500;

/// Why goods that were paid for are here all the same.
const NO_SHOW: &str = "no_show";

impl Core {
    /// Moves an order to another slot, and so to its place.
    pub fn order_move(&mut self, request: &MoveOrder) -> Result<TillView, TillError> {
        let desk = self.selling()?;
        if self.is_done(request.action)? {
            return self.view();
        }
        let order = self.stored_order(request.order)?;
        let slot = self.slot(request.slot)?;
        self.act(Some(request.action), |act| {
            let moved = decide::move_order(&order, &slot, &desk.context(act.ids))?;
            act.write_events("order_moved", request.action, vec![moved])
        })
        .map_err(|error| super::orders::about(&order, error))?;
        self.view()
    }

    /// Writes something on an order. The text lies beside the journal.
    pub fn order_note(&mut self, request: &NoteOrder) -> Result<TillView, TillError> {
        let desk = self.selling()?;
        if self.is_done(request.action)? {
            return self.view();
        }
        let text = text_of(&request.text, NOTE_MAX)
            .ok_or_else(|| TillError::refuse(Code::ReasonMissing, "an empty note"))?;
        let order = self.stored_order(request.order)?;
        self.act(Some(request.action), |act| {
            let note = NewAttachment::new(text.clone(), act.ids);
            let noted = decide::add_note(&order, note.id, &desk.context(act.ids))?;
            act.write(NewEntry {
                kind: "order_noted",
                action: request.action,
                actor: act.actor(),
                approved_by: None,
                events: vec![noted],
                attachments: vec![note],
                number: None,
                amount: None,
            })
        })?;
        self.view()
    }

    /// Nobody came for what was paid: it is a sale with its receipt, and the goods are on the shelf
    /// again or gone.
    pub fn order_keep(&mut self, request: &KeepOrder) -> Result<TillView, TillError> {
        let desk = self.selling()?;
        if self.is_done(request.action)? {
            return self.view();
        }
        let order = self.stored_order(request.order)?;
        self.keep_no_show(&desk, &order, request.fate, request.action)
            .map_err(|error| super::orders::about(&order, error))?;
        let current = self.session.order.as_ref();
        if current.is_some_and(|current| current.draft.heading().id == request.order) {
            self.session.order = None;
        }
        self.view()
    }

    fn keep_no_show(
        &mut self,
        desk: &Desk,
        order: &Order,
        fate: Fate,
        action: ActionId,
    ) -> Result<(), TillError> {
        let printing = self.printer_settings()?;
        let draft = Draft::amending(order.clone(), desk.now);
        self.act(Some(action), |act| {
            let shift = desk.open_shift()?;
            if let Some(stored) = drafts::find(act.tx, order.id())? {
                let discarded = decide::discard(&stored.draft, shift, &desk.context(act.ids))?;
                if !discarded.is_empty() {
                    let own = act.own_action();
                    act.write_events("order_discarded", own, discarded)?;
                }
                drafts::remove(act.tx, order.id())?;
            }
            let completion = Completion {
                draft: &draft,
                hand_over: HandOver::Everything,
                action,
                printing: &printing,
                fetched_by: None,
            };
            complete(act, desk, &completion)?;
            let after = crate::store::states::order(act.tx, order.id())?;
            let collected = after.as_ref().and_then(|order| order.collections.last());
            let moved = collected
                .and_then(|collected| decide::goods_not_fetched(order, collected, fate, NO_SHOW));
            if let Some(moved) = moved {
                let own = act.own_action();
                act.write_events(goods::NOT_FETCHED, own, vec![moved])?;
            }
            Ok(())
        })?;
        Ok(())
    }

    /// Agrees to what one order gets of goods that came short.
    pub fn shortage_settle(
        &mut self,
        request: &SettleShortage,
    ) -> Result<ShortageSettled, TillError> {
        let desk = self.selling()?;
        if self.is_done(request.action)? {
            return self.shortage_settled(request.order);
        }
        let order = self.stored_order(request.order)?;
        let share = Share {
            order: request.order,
            line: request.line,
            wanted: request.wanted,
            gets: request.gets,
        };
        let other = match (&request.remedy, &request.by) {
            (RemedyKind::Substitute, Some(by)) => {
                let variant = catalogue::variant(self.connection(), by.variant)?
                    .ok_or_else(|| TillError::refuse(Code::NotFound, "no such product"))?;
                let buyer = catalogue::Buyer::anybody(desk.now);
                let priced = catalogue::priced(self.connection(), variant, buyer)?;
                Some((priced, by.quantity))
            }
            (RemedyKind::Substitute, None) => {
                return Err(TillError::refuse(Code::NotFound, "by which goods?"));
            }
            _ => None,
        };
        let shift = desk.open_shift()?;
        self.act(Some(request.action), |act| {
            let remedy = match (&request.remedy, &other) {
                (RemedyKind::Substitute, Some((goods, quantity))) => Remedy::Substitute {
                    article: goods.article(None, false),
                    quantity: *quantity,
                },
                (RemedyKind::Credit, _) => Remedy::Credit,
                _ => Remedy::TakeOff,
            };
            let mut context = desk.context(act.ids);
            let events: Vec<Event> =
                decide::settle_shortage(&order, &share, remedy, Some(shift), &mut context)?;
            act.write_events("shortage_settled", request.action, events)
        })?;
        self.shortage_settled(request.order)
    }

    fn shortage_settled(&self, order: OrderId) -> Result<ShortageSettled, TillError> {
        let totals = self.stored_order(order)?.totals();
        Ok(ShortageSettled {
            order,
            total: totals.total,
            due: totals.due,
        })
    }

    pub(crate) fn slot(&self, slot: SlotId) -> Result<Slot, TillError> {
        feed::entity(self.connection(), EntityKind::SLOT, &slot.to_string())?
            .ok_or_else(|| TillError::refuse(Code::NotFound, "no such slot"))
    }
}

/// What was typed, without the space around it; none where nothing was.
pub(crate) fn text_of(typed: &str, length_max: usize) -> Option<String> {
    let text: String = typed.trim().chars().take(length_max).collect();
    (!text.is_empty()).then_some(text)
}
