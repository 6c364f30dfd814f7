//! What was entered today of goods that belong to no order.

use std::collections::BTreeSet;

use comptoir_domain::decide::undo_action;
use comptoir_domain::event::Event;
use comptoir_domain::ids::{ActionId, VariantId};
use comptoir_domain::quantity::{Quantity, Unit};
use comptoir_domain::settings::HubSettings;
use comptoir_domain::stock::{MoveReason, Place};

use super::staff_name;
use crate::catalogue;
use crate::core::Core;
use crate::error::TillError;
use crate::store::goods_entries::{self, Entered, kind};
use crate::wire::{GoodsAct, GoodsEntry, GoodsView, PlaceChoice, ServerState};

/// How many entries of a day are shown.
const ENTRIES_SHOWN_MAX: usize = 200;

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// What one entry did with one variant.
struct Figure {
    act: GoodsAct,
    variant: VariantId,
    quantity: Quantity,
    announced: Option<Quantity>,
    to: Option<String>,
    why: Option<String>,
    difference: Option<Quantity>,
}

impl Core {
    /// What was entered on this till today.
    pub fn goods_get(&self) -> Result<GoodsView, TillError> {
        let desk = self.desk()?;
        let connection = self.connection();
        let day = |moment: comptoir_domain::time::Timestamp| {
            moment.in_zone(desk.settings.zone).date_naive()
        };
        let since = desk.now.plus_ms(-DAY_MS);
        let entered = goods_entries::since(connection, since, ENTRIES_SHOWN_MAX)?;
        let undoings: BTreeSet<ActionId> = entered
            .iter()
            .filter(|entered| entered.header.kind == kind::UNDONE)
            .map(|entered| entered.header.action)
            .collect();
        let mut entries = Vec::new();
        for entered in &entered {
            let is_shown =
                entered.header.kind != kind::UNDONE && day(entered.header.at) == day(desk.now);
            if is_shown {
                let undone = undoings.contains(&undo_action(entered.header.action));
                entries.extend(self.goods_entry(&desk.settings, entered, undone)?);
            }
        }
        let sync = self.sync_state()?;
        let alone = sync.state == ServerState::Alone;
        let other = |place: &&comptoir_domain::settings::Location| {
            place.active && place.id != desk.location
        };
        let places = desk.settings.locations.iter().filter(other);
        Ok(GoodsView {
            location: place_name(&desk.settings, Place::Location(desk.location))
                .unwrap_or_default(),
            places: places
                .map(|place| PlaceChoice {
                    location: place.id,
                    name: place.name.clone(),
                })
                .collect(),
            entries,
            copy_at: sync.last_contact.filter(|_| !alone),
        })
    }

    fn goods_entry(
        &self,
        settings: &HubSettings,
        entered: &Entered,
        undone: bool,
    ) -> Result<Option<GoodsEntry>, TillError> {
        let figure = entered
            .body
            .events
            .iter()
            .find_map(|event| figure(settings, event));
        let Some(figure) = figure else {
            return Ok(None);
        };
        let connection = self.connection();
        let variant = catalogue::variant(connection, figure.variant)?;
        let unit = variant.as_ref().map_or(Unit::Each, |variant| variant.unit);
        let by = match entered.header.actor {
            Some(staff) => Some(staff_name(connection, Some(staff))?),
            None => None,
        };
        Ok(Some(GoodsEntry {
            entry: entered.header.action,
            at: entered.header.at,
            by,
            act: figure.act,
            variant: figure.variant,
            name: variant.map_or_else(String::new, |variant| variant.name),
            unit,
            quantity: figure.quantity,
            announced: figure.announced,
            to: figure.to,
            why: figure.why,
            difference: figure.difference.filter(|_| entered.sent),
            sent: entered.sent,
            undone,
            can_undo: !undone,
        }))
    }
}

fn figure(settings: &HubSettings, event: &Event) -> Option<Figure> {
    match event {
        Event::GoodsDelivered {
            parts, reference, ..
        } => parts.first().map(|part| Figure {
            act: GoodsAct::Delivery,
            variant: part.variant,
            quantity: part.came,
            announced: part.announced,
            to: None,
            why: reference.clone(),
            difference: None,
        }),
        Event::StockMoved { moves, why } => moves.first().map(|stock_move| Figure {
            act: act_of(stock_move.reason),
            variant: stock_move.variant,
            quantity: stock_move.quantity,
            announced: None,
            to: place_name(settings, stock_move.to),
            why: why.clone(),
            difference: None,
        }),
        Event::StockCounted { counts, .. } => counts.first().map(|counted| Figure {
            act: GoodsAct::Count,
            variant: counted.variant,
            quantity: counted.figure,
            announced: None,
            to: None,
            why: None,
            difference: Some(counted.difference()),
        }),
        _ => None,
    }
}

const fn act_of(reason: MoveReason) -> GoodsAct {
    match reason {
        MoveReason::OwnUse => GoodsAct::OwnUse,
        MoveReason::Transferred => GoodsAct::Transfer,
        MoveReason::Counted => GoodsAct::Count,
        MoveReason::Received => GoodsAct::Delivery,
        MoveReason::Wasted | MoveReason::Sold | MoveReason::Returned => GoodsAct::Waste,
    }
}

fn place_name(settings: &HubSettings, place: Place) -> Option<String> {
    let Place::Location(id) = place else {
        return None;
    };
    let known = settings.locations.iter().find(|known| known.id == id);
    known.map(|known| known.name.clone())
}
