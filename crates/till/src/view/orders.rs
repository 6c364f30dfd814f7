//! Orders that wait for their customers: the list of them, and what is shown of one at the counter.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use comptoir_domain::decide::to_settle;
use comptoir_domain::draft::{Basis, Draft};
use comptoir_domain::ids::{AttachmentId, ChargeId, LineId, LocationId, OrderId, SlotId};
use comptoir_domain::order::{Line, Order};
use comptoir_domain::quantity::Quantity;
use comptoir_domain::settings::HubSettings;
use comptoir_domain::slot::Slot;
use comptoir_domain::time::Timestamp;
use comptoir_sync::feed::EntityKind;
use rusqlite::Connection;
use serde::Deserialize;

use super::desks::open_elsewhere;
use super::{SyncReport, staff_name};
use crate::core::Core;
use crate::desk::Desk;
use crate::error::TillError;
use crate::feed;
use crate::session::CurrentOrder;
use crate::store::journal;
use crate::store::meta::{self, key};
use crate::store::order_cards::{self, Card, SlotCount, Typed};
use crate::use_cases::is_closed;
use crate::wire::{
    BackView, CheckView, LineCharge, NoteView, OpenElsewhere, OrderCard, OrdersQuery, OrdersView,
    PlacedView, ServerState, Settlement, SlotView,
};

/// The most orders of one answer.
const ORDERS_SHOWN_MAX: usize = 600;

/// How many slots of other days are shown, before and after today.
const SLOTS_BEFORE_MAX: usize = 8;
const SLOTS_AFTER_MAX: usize = 16;

/// A copy that is older than this may lack an order that was placed meanwhile.
const COPY_OLD_MS: i64 = 10 * 60_000;

/// How many digits of a telephone tell two people of one name apart.
const PHONE_SHOWN: usize = 4;

/// The moment of a list, and how old the copy is that it is made of.
#[derive(Debug, Clone)]
pub(crate) struct Moment {
    pub(crate) now: Timestamp,
    pub(crate) sync: SyncReport,
}

impl Core {
    /// When a list is asked for.
    pub(crate) fn moment(&self) -> Result<Moment, TillError> {
        Ok(Moment {
            now: self.now(),
            sync: self.sync_state()?,
        })
    }

    /// Orders that wait for their customers, from the till's own copy.
    pub fn orders_list(&self, query: &OrdersQuery) -> Result<OrdersView, TillError> {
        orders_list(self.connection(), query, &self.moment()?)
    }

    /// What is shown of an order that was placed before.
    pub(super) fn placed_view(
        &self,
        desk: &Desk,
        current: &CurrentOrder,
        order: &Order,
    ) -> Result<Option<Box<PlacedView>>, TillError> {
        let Basis::Placed(basis) = &current.draft.basis else {
            return Ok(None);
        };
        let connection = self.connection();
        let heading = &order.heading;
        let customer = heading
            .customer
            .map(|customer| order_cards::customer(connection, customer))
            .transpose()?
            .flatten();
        let here = self.standing()?.location;
        let slot = match heading.slot {
            Some(slot) => Some(self.slot_of(&desk.settings, slot, order, here)?),
            None => None,
        };
        let checks = current.draft.checks();
        let done = checks.iter().filter(|check| check.is_complete());
        Ok(Some(Box::new(PlacedView {
            number: heading.number.clone(),
            phone: customer
                .as_ref()
                .and_then(|customer| customer.phone.clone()),
            customer: customer.map(|customer| customer.name),
            slot,
            fulfilment: order.fulfilment(),
            basket: order.milestones.basket.clone(),
            notes: self.notes(order)?,
            charges: charges(order),
            settlement: settlement(basis, order, desk.now),
            closed: is_closed(&current.draft),
            fetched_by: current.fetched_by.clone(),
            to_check: super::sell::count(checks.len()),
            checked: super::sell::count(done.count()),
            changed: is_changed(&current.draft),
            moved: current.rebased,
            contest: self.contest(order.id())?,
        })))
    }

    fn slot_of(
        &self,
        settings: &HubSettings,
        slot: SlotId,
        order: &Order,
        here: Option<LocationId>,
    ) -> Result<SlotView, TillError> {
        let connection = self.connection();
        let known: Option<Slot> = feed::entity(connection, EntityKind::SLOT, &slot.to_string())?;
        let location = known
            .as_ref()
            .map_or(order.heading.location, |slot| slot.location);
        let counts = order_cards::slot_counts(connection)?;
        let count = counts.iter().find(|count| count.slot == Some(slot));
        Ok(SlotView {
            slot: Some(slot),
            starts_at: known.as_ref().map(|slot| slot.starts_at),
            ends_at: known.as_ref().map(|slot| slot.ends_at),
            location: location_name(settings, location),
            here: Some(location) == here,
            waiting: count.map_or(0, |count| count.waiting),
            orders: count.map_or(0, |count| count.orders),
        })
    }

    fn notes(&self, order: &Order) -> Result<Vec<NoteView>, TillError> {
        let connection = self.connection();
        let notes = order.notes.iter().map(|note| {
            let by = match note.by {
                Some(staff) => Some(staff_name(connection, Some(staff))?),
                None => None,
            };
            Ok(NoteView {
                at: note.at,
                by,
                text: note_text(connection, note.text)?,
            })
        });
        notes.collect()
    }
}

/// The text of a note, as the hub sends it.
#[derive(Debug, Deserialize)]
struct NoteText {
    text: String,
}

/// What was written: from the feed, else this till's own.
pub(crate) fn note_text(
    connection: &Connection,
    id: AttachmentId,
) -> Result<Option<String>, TillError> {
    let pulled: Option<NoteText> = feed::entity(connection, EntityKind::NOTE, &id.to_string())?;
    match pulled {
        Some(note) => Ok(Some(note.text)),
        None => journal::attachment_content(connection, id),
    }
}

/// Charges of the order itself, such as its delivery.
fn charges(order: &Order) -> Vec<LineCharge> {
    let charges = order.charge_amounts().into_iter();
    charges
        .map(|(charge, amount)| LineCharge {
            id: ChargeId::from_uuid(charge.id.uuid()),
            name: charge.name.clone(),
            quantity: Quantity::ONE,
            amount,
        })
        .collect()
}

fn is_changed(draft: &Draft) -> bool {
    draft.has_money() || comptoir_domain::decide::amend(draft, None).is_some()
}

fn settlement(basis: &Order, order: &Order, now: Timestamp) -> Settlement {
    let (ordered, totals) = (basis.totals().total, order.totals());
    Settlement {
        ordered,
        changed: totals.total - ordered,
        paid: totals.paid,
        authorised: order.authorised_at(now),
        lapsed: order.lapsed_at(now),
        forgiven: totals.forgiven,
        to_settle: to_settle(order, now),
    }
}

/// What a line of an order that waits shows beyond that of a sale.
#[derive(Debug, Default)]
pub(super) struct PlacedLine {
    pub(super) check: Option<CheckView>,
    pub(super) was: Option<Quantity>,
    pub(super) from_shelf: bool,
    pub(super) substitutes: Option<String>,
    pub(super) back: Option<BackView>,
}

/// The lines of an order in progress, as far as it was placed before.
pub(super) fn placed_lines(draft: &Draft, order: &Order) -> BTreeMap<LineId, PlacedLine> {
    let Basis::Placed(basis) = &draft.basis else {
        return BTreeMap::new();
    };
    let mut lines: BTreeMap<LineId, PlacedLine> = order
        .lines
        .iter()
        .map(|line| (line.id, placed_line(basis, order, line)))
        .collect();
    let returning = draft.returning();
    for held in basis.lines.iter().filter(|line| line.kept().is_positive()) {
        let part = returning.iter().find(|part| part.line == held.id);
        if let Some(line) = lines.get_mut(&held.id) {
            line.back = Some(BackView {
                kept: held.kept(),
                back: part.map_or(Quantity::ZERO, |part| part.quantity),
                fate: part.map(|part| part.restock),
            });
        }
    }
    for check in draft.checks() {
        if let Some(line) = lines.get_mut(&check.line) {
            line.check = Some(CheckView {
                outstanding: check.outstanding,
                ticked: check.ticked,
                complete: check.is_complete(),
            });
        }
    }
    lines
}

fn placed_line(basis: &Order, order: &Order, line: &Line) -> PlacedLine {
    let before = basis.line(line.id).map(Line::wanted);
    let substituted = line.substitutes.and_then(|id| order.line(id));
    PlacedLine {
        check: None,
        was: before.filter(|before| *before != line.wanted()),
        from_shelf: before.is_none() && line.substitutes.is_none(),
        substitutes: substituted.map(|line| line.name.clone()),
        back: None,
    }
}

/// The list of orders, on any connection: it reads one state, and waits for nobody.
pub(crate) fn orders_list(
    connection: &Connection,
    query: &OrdersQuery,
    moment: &Moment,
) -> Result<OrdersView, TillError> {
    let reading = connection.unchecked_transaction()?;
    let Some(settings) = feed::settings(&reading)? else {
        return Ok(OrdersView::default());
    };
    let list = List {
        here: meta::parsed(&reading, key::LOCATION)?,
        slots: slots(&reading)?,
        open_elsewhere: open_elsewhere(&reading, moment)?,
        settings,
        now: moment.now,
    };
    let counts = order_cards::slot_counts(&reading)?;
    let shown = list.shown_slots(&counts);
    let chosen = list.chosen(query, &shown);
    let typed = Typed::read(&query.text);
    let cards = match &typed {
        Some(typed) => order_cards::found(&reading, typed, chosen, query.with_done)?,
        None => order_cards::of_slot(&reading, chosen, query.with_done)?,
    };
    let more = cards.len().saturating_sub(ORDERS_SHOWN_MAX);
    let (copy_at, copy_is_old) = copy_age(moment);
    Ok(OrdersView {
        slot: chosen.filter(|_| typed.is_none()),
        slots: shown,
        orders: cards
            .into_iter()
            .take(ORDERS_SHOWN_MAX)
            .map(|card| list.card(card))
            .collect(),
        more: super::sell::count(more),
        copy_at,
        copy_is_old,
    })
}

fn slots(connection: &Connection) -> Result<BTreeMap<SlotId, Slot>, TillError> {
    let slots: Vec<Slot> = feed::entities(connection, EntityKind::SLOT)?;
    Ok(slots.into_iter().map(|slot| (slot.id, slot)).collect())
}

/// When the copy was last known to be the hub's, and whether that is long ago.
fn copy_age(moment: &Moment) -> (Option<Timestamp>, bool) {
    if moment.sync.state == ServerState::Alone {
        return (None, false);
    }
    let last = moment.sync.last_contact;
    let fresh = last.is_some_and(|last| moment.now.ms_since(last) < COPY_OLD_MS);
    (last, !fresh)
}

/// What a list is made with.
struct List {
    settings: HubSettings,
    slots: BTreeMap<SlotId, Slot>,
    here: Option<LocationId>,
    now: Timestamp,
    open_elsewhere: BTreeMap<OrderId, OpenElsewhere>,
}

impl List {
    /// Today's slots, and those of other days in which orders wait; the own location's first.
    fn shown_slots(&self, counts: &[SlotCount]) -> Vec<SlotView> {
        let count_of = |slot| {
            let count = counts.iter().find(|count| count.slot == slot);
            count.map_or((0, 0), |count| (count.orders, count.waiting))
        };
        let day = |moment: Timestamp| moment.in_zone(self.settings.zone).date_naive();
        let today = day(self.now);
        let (mut before, mut shown, mut after) = (Vec::new(), Vec::new(), Vec::new());
        for slot in self.slots.values() {
            let (orders, waiting) = count_of(Some(slot.id));
            let view = self.slot_view(slot, orders, waiting);
            let held = day(slot.starts_at);
            if held == today && (slot.active || orders > 0) {
                shown.push(view);
            } else if held < today && waiting > 0 {
                before.push(view);
            } else if held > today && waiting > 0 {
                after.push(view);
            }
        }
        before.sort_by_key(|slot| Reverse(slot.starts_at));
        after.sort_by_key(|slot| slot.starts_at);
        shown.extend(before.into_iter().take(SLOTS_BEFORE_MAX));
        shown.extend(after.into_iter().take(SLOTS_AFTER_MAX));
        shown.sort_by_key(|slot| (!slot.here, slot.starts_at, slot.slot));
        let (orders, waiting) = count_of(None);
        if waiting > 0 {
            shown.push(SlotView {
                slot: None,
                starts_at: None,
                ends_at: None,
                location: String::new(),
                here: true,
                waiting,
                orders,
            });
        }
        shown
    }

    fn slot_view(&self, slot: &Slot, orders: u32, waiting: u32) -> SlotView {
        SlotView {
            slot: Some(slot.id),
            starts_at: Some(slot.starts_at),
            ends_at: Some(slot.ends_at),
            location: location_name(&self.settings, slot.location),
            here: Some(slot.location) == self.here,
            waiting,
            orders,
        }
    }

    /// The slot that was asked for, else the one that is on or comes next here, else the last one in
    /// which orders wait.
    fn chosen(&self, query: &OrdersQuery, shown: &[SlotView]) -> Option<SlotId> {
        if query.slot.is_some() || query.without_slot {
            return query.slot;
        }
        let here = || shown.iter().filter(|slot| slot.here && slot.slot.is_some());
        let is_over = |slot: &&SlotView| slot.ends_at.is_some_and(|end| end <= self.now);
        let next = here().find(|slot| !is_over(slot));
        let last = || here().rfind(|slot| slot.waiting > 0);
        let any = || shown.iter().find(|slot| slot.waiting > 0);
        next.or_else(last).or_else(any)?.slot
    }

    fn card(&self, card: Card) -> OrderCard {
        let slot = card.slot.and_then(|slot| self.slots.get(&slot));
        let lapsed = card
            .lapses_at
            .is_some_and(|lapses_at| lapses_at <= self.now);
        let elsewhere = (Some(card.location) != self.here)
            .then(|| location_name(&self.settings, card.location));
        OrderCard {
            order: card.order,
            number: card.number,
            customer: card.name,
            phone_end: card.phone.map(|phone| end_of(&phone)),
            slot: card.slot,
            starts_at: slot.map(|slot| slot.starts_at),
            elsewhere,
            fulfilment: card.fulfilment,
            payment: card.payment,
            due: if lapsed { card.due_lapsed } else { card.due },
            total: card.total,
            line_count: card.line_count,
            basket: card.basket,
            has_notes: card.has_notes,
            in_progress: card.in_progress,
            lapsed,
            open_elsewhere: self.open_elsewhere.get(&card.order).cloned(),
        }
    }
}

fn end_of(digits: &str) -> String {
    let start = digits.len().saturating_sub(PHONE_SHOWN);
    digits.get(start..).unwrap_or(digits).to_owned()
}

fn location_name(settings: &HubSettings, location: LocationId) -> String {
    let known = settings.locations.iter().find(|known| known.id == location);
    known.map_or_else(String::new, |known| known.name.clone())
}
