//! What is shown of other tills' desks: orders that are open there, sales that were put aside.

use std::collections::BTreeMap;
use std::sync::Arc;

use comptoir_domain::ids::{OrderId, TillId};
use comptoir_domain::time::Timestamp;
use comptoir_sync::desk::{Desk as OtherDesk, OpenOrder, PARKED_SHOWN_MS, ParkedSale, Side};
use comptoir_sync::feed::EntityKind;
use rusqlite::Connection;

use super::orders::Moment;
use super::staff_name;
use crate::core::Core;
use crate::error::TillError;
use crate::feed;
use crate::store::claims::{self, ClaimRow};
use crate::store::meta::{self, key};
use crate::store::open_orders::{self, InHand};
use crate::store::snapshots::Snapshot;
use crate::wire::{
    Contest, ContestView, OpenElsewhere, ParkedElsewhere, ParkedElsewhereState, ServerState,
};

/// How many names tell a sale from the others.
const NAMES_SHOWN: usize = 3;

impl Moment {
    /// What the server's clock shows, as far as this till knows.
    fn server_now(&self) -> Timestamp {
        self.on_server(self.now)
    }

    /// A moment of this till's clock on the server's.
    fn on_server(&self, moment: Timestamp) -> Timestamp {
        moment.plus_ms(-self.sync.clock_offset_ms.unwrap_or(0))
    }

    /// Whether a desk is as its till last told, a moment ago: what was told before the line broke is
    /// shown no more.
    fn is_fresh(&self, desk: &OtherDesk) -> bool {
        self.sync.state == ServerState::Online && desk.is_fresh(self.server_now())
    }
}

impl Core {
    /// The desks of the hub's other tills, as they were last told.
    fn desks(&self) -> Result<Arc<Vec<OtherDesk>>, TillError> {
        if let Some(known) = &self.known.borrow().desks {
            return Ok(Arc::clone(known));
        }
        let desks = Arc::new(desks(self.connection(), Some(self.till()))?);
        self.known.borrow_mut().desks = Some(Arc::clone(&desks));
        Ok(desks)
    }

    /// Those at this till's place of which something was heard lately: what lies there can be taken up
    /// here.
    pub(crate) fn other_desks(&self) -> Result<Vec<OtherDesk>, TillError> {
        let (here, now) = (self.standing()?.location, self.moment()?.server_now());
        let desks = self.desks()?;
        let near = desks.iter().filter(|desk| {
            Some(desk.location) == here && now.ms_since(desk.told_at) < PARKED_SHOWN_MS
        });
        Ok(near.cloned().collect())
    }

    /// Sales that other tills put aside, and those of this till that are on their way to one.
    pub(super) fn parked_elsewhere(&self) -> Result<Vec<ParkedElsewhere>, TillError> {
        let under_way = claims::under_way(self.connection())?;
        let mut shown = Vec::new();
        for desk in self.other_desks()? {
            for sale in &desk.parked {
                // It is here by now, whatever its till told last.
                if open_orders::in_hand(self.connection(), sale.order)?.is_none() {
                    shown.push(self.parked_there(&desk, sale, &under_way)?);
                }
            }
        }
        for row in &under_way {
            shown.extend(self.leaving(row)?);
        }
        shown.sort_by_key(|sale| (sale.at, sale.order));
        Ok(shown)
    }

    fn parked_there(
        &self,
        desk: &OtherDesk,
        sale: &ParkedSale,
        under_way: &[ClaimRow],
    ) -> Result<ParkedElsewhere, TillError> {
        let is_asked = under_way
            .iter()
            .any(|row| row.order == sale.order && matches!(row.side, Side::Asking | Side::Asked));
        Ok(ParkedElsewhere {
            order: sale.order,
            till: desk.code.as_str().to_owned(),
            state: if is_asked {
                ParkedElsewhereState::Asked
            } else {
                ParkedElsewhereState::There
            },
            at: sale.since,
            staff: staff_name(self.connection(), sale.by)?,
            first_names: sale.names.clone(),
            line_count: sale.lines,
            total: sale.total,
            has_money: sale.has_money,
            can_copy: sale.snapshot.is_some() && !sale.has_money,
            heard_at: desk.told_at,
        })
    }

    /// A sale of this till that another asked for, while it is not known to be there.
    fn leaving(&self, row: &ClaimRow) -> Result<Option<ParkedElsewhere>, TillError> {
        if !matches!(row.side, Side::Giving | Side::Given) {
            return Ok(None);
        }
        let read = |text: &str| Snapshot::read(text).ok();
        // One that this version cannot read is kept, and not shown.
        let Some(sale) = row.snapshot.as_deref().and_then(read) else {
            return Ok(None);
        };
        let order = sale.draft().order();
        let goods = || order.lines.iter().filter(|line| line.tied_to.is_none());
        Ok(Some(ParkedElsewhere {
            order: row.order,
            till: row.other_code.clone().unwrap_or_default(),
            state: ParkedElsewhereState::Leaving,
            at: sale.parked_at,
            staff: staff_name(self.connection(), sale.parked_by)?,
            first_names: goods()
                .take(NAMES_SHOWN)
                .map(|line| line.name.clone())
                .collect(),
            line_count: super::sell::count(goods().count()),
            total: order.totals().total,
            has_money: false,
            can_copy: true,
            heard_at: row.at,
        }))
    }

    /// Where an order stands that is open here, if another till has it open too.
    pub(super) fn contest(&self, order: OrderId) -> Result<Option<ContestView>, TillError> {
        let (moment, desks) = (self.moment()?, self.desks()?);
        let Some((desk, open)) = open_on(&desks, &moment, order) else {
            return Ok(None);
        };
        let in_hand = open_orders::in_hand(self.connection(), order)?;
        Ok(Some(ContestView {
            contest: contest(open, in_hand, &moment),
            elsewhere: elsewhere(self.connection(), desk, open)?,
        }))
    }
}

/// Who had it last counts: whoever says that they go on with it.
fn contest(open: &OpenOrder, in_hand: Option<InHand>, moment: &Moment) -> Contest {
    let taken_over_at = in_hand.and_then(|mine| mine.taken_over_at);
    let last = taken_over_at.or(in_hand.map(|mine| mine.opened_at));
    let is_later = last.is_none_or(|last| open.since > moment.on_server(last));
    match taken_over_at {
        _ if open.taken_over && is_later => Contest::TakenOver,
        Some(_) => Contest::Ours,
        None => Contest::Theirs,
    }
}

/// The desk on which an order is open, the one on which it was opened last; else where it was put
/// aside.
fn open_on<'d>(
    desks: &'d [OtherDesk],
    moment: &Moment,
    order: OrderId,
) -> Option<(&'d OtherDesk, &'d OpenOrder)> {
    let fresh = desks.iter().filter(|desk| moment.is_fresh(desk));
    let open = fresh.flat_map(|desk| desk.open.iter().map(move |open| (desk, open)));
    let of_order = open.filter(|(_, open)| open.order == order);
    of_order.max_by_key(|(_, open)| (!open.put_aside, open.since))
}

fn elsewhere(
    connection: &Connection,
    desk: &OtherDesk,
    open: &OpenOrder,
) -> Result<OpenElsewhere, TillError> {
    let staff = staff_name(connection, open.by)?;
    Ok(OpenElsewhere {
        till: desk.code.as_str().to_owned(),
        staff: Some(staff).filter(|name| !name.is_empty()),
        since: open.since,
        put_aside: open.put_aside,
    })
}

/// All orders that other tills have open, for the list.
pub(super) fn open_elsewhere(
    connection: &Connection,
    moment: &Moment,
) -> Result<BTreeMap<OrderId, OpenElsewhere>, TillError> {
    let desks = desks(connection, meta::parsed(connection, key::TILL)?)?;
    let orders = desks.iter().flat_map(|desk| &desk.open);
    let mut open = BTreeMap::new();
    for order in orders.map(|open| open.order) {
        if let Some((desk, there)) = open_on(&desks, moment, order) {
            open.insert(order, elsewhere(connection, desk, there)?);
        }
    }
    Ok(open)
}

fn desks(connection: &Connection, own: Option<TillId>) -> Result<Vec<OtherDesk>, TillError> {
    let mut desks: Vec<OtherDesk> = feed::entities(connection, EntityKind::DESK)?;
    desks.retain(|desk| Some(desk.till) != own);
    Ok(desks)
}
