//! What lies on this till's desk, as it tells the server; and what it does about sales that move
//! between it and another till. Both are read from the tables in each round.

use comptoir_domain::draft::Draft;
use comptoir_domain::ids::{ActionId, OrderId, StaffId};
use comptoir_domain::time::Timestamp;
use comptoir_sync::desk::{
    Change, Claim, ClaimMove, ClaimRefusal, ClaimState, Desk, DeskReply, DeskRequest, MOVES_MAX,
    OPEN_MAX, OpenOrder, PARKED_MAX, PARKED_SHOWN_MS, ParkedSale, SNAPSHOT_BYTES_MAX,
    SNAPSHOTS_BYTES_MAX, Side, TOLD_AGAIN_MS, meet,
};
use comptoir_sync::feed::EntityKind;
use rusqlite::{Connection, Transaction};
use serde::{Deserialize, Serialize};

use crate::core::Core;
use crate::error::TillError;
use crate::feed;
use crate::store::claims::{self, ClaimRow};
use crate::store::meta::{self, key};
use crate::store::snapshots::Snapshot;
use crate::store::{drafts, text_column};
use crate::wire::{Code, Param, Severity};

/// How many names tell a sale from the others, and how long each may be.
const NAMES_MAX: usize = 3;
const NAME_LENGTH_MAX: usize = 80;

/// The most bytes of sales that are given in one request.
const GIVEN_BYTES_MAX: usize = 1024 * 1024;

/// What was told last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Told {
    /// What lay on the desk.
    desk: String,
    at: Timestamp,
}

/// A request, and what lay on the desk when it was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Telling {
    pub(super) request: DeskRequest,
    told: Told,
}

/// An order on the desk, as its row says.
struct Row {
    order: OrderId,
    is_open: bool,
    is_placed: bool,
    started_at: Timestamp,
    parked_at: Option<Timestamp>,
    parked_by: Option<StaffId>,
    taken_over_at: Option<Timestamp>,
}

impl Row {
    /// A sale of the shelf that is being rung up is nobody else's business.
    const fn is_told(&self) -> bool {
        self.is_placed || !self.is_open
    }
}

fn rows(connection: &Connection) -> Result<Vec<Row>, TillError> {
    // The kind of a basis is its first word: no whole order is read for it.
    let mut statement = connection.prepare_cached(
        "SELECT id, current = 1 OR grouped = 1, substr(basis, 1, 9) = '{\"placed\"', started_at,
                parked_at, parked_by, taken_over_at
         FROM draft ORDER BY started_at, id",
    )?;
    let rows = statement.query_map([], |row| {
        let moment = |index| {
            let moment: Option<i64> = row.get(index)?;
            Ok::<_, rusqlite::Error>(moment.map(Timestamp::from_unix_ms))
        };
        let parked_by: Option<String> = row.get(5)?;
        Ok(Row {
            order: text_column(row, 0)?,
            is_open: row.get(1)?,
            is_placed: row.get(2)?,
            started_at: Timestamp::from_unix_ms(row.get(3)?),
            parked_at: moment(4)?,
            parked_by: parked_by.and_then(|text| text.parse().ok()),
            taken_over_at: moment(6)?,
        })
    })?;
    let rows: Vec<Row> = rows.collect::<Result<_, _>>()?;
    Ok(rows.into_iter().filter(Row::is_told).collect())
}

/// What tells one desk from another.
fn mark_of(rows: &[Row], by: Option<StaffId>) -> String {
    use std::fmt::Write;

    let mut mark = String::new();
    for row in rows {
        let moment = row.parked_at.or(row.taken_over_at);
        // Writing to a text does not fail.
        let _ = writeln!(mark, "{} {} {moment:?}", row.order, row.is_open);
    }
    if rows.iter().any(|row| row.is_open) {
        let _ = writeln!(mark, "{by:?}");
    }
    mark
}

/// Whether the server is to hear something. Only for a feed that is not behind.
pub(super) fn is_due(core: &Core) -> Result<bool, TillError> {
    let connection = core.connection();
    if claims::under_way(connection)?
        .iter()
        .any(|row| row.side.is_to_say())
    {
        return Ok(true);
    }
    let rows = rows(connection)?;
    let heard: Option<Desk> = feed::entity(connection, EntityKind::DESK, &core.till().to_string())?;
    if rows.is_empty() && heard.is_none() {
        return Ok(false);
    }
    let told: Option<Told> = readable(meta::json(connection, key::DESK_TOLD))?;
    let mark = mark_of(&rows, signed_in(connection)?);
    let Some(told) = told.filter(|told| told.desk == mark) else {
        return Ok(true);
    };
    // After a while only: a server that makes something else of it must not be told for ever.
    let since = core.now().ms_since(told.at);
    let is_old = !(0..TOLD_AGAIN_MS).contains(&since);
    let is_open = rows.iter().any(|row| row.is_open);
    // What is told of no more is shown no more.
    let fades = !rows.is_empty() && !(0..PARKED_SHOWN_MS / 2).contains(&since);
    Ok(fades || is_old && (is_open || !is_as_heard(&rows, heard.as_ref())))
}

/// Whether the hub has this desk as it is: not where a request came late, or the server was restored.
fn is_as_heard(rows: &[Row], heard: Option<&Desk>) -> bool {
    let open = heard.map_or(&[][..], |desk| &desk.open);
    let open = open.iter().map(|open| (open.order, open.put_aside));
    let parked = heard.map_or(&[][..], |desk| &desk.parked);
    let parked = parked.iter().map(|sale| sale.order);
    open_rows(rows)
        .map(|row| (row.order, !row.is_open))
        .eq(open)
        && parked_rows(rows).map(|row| row.order).eq(parked)
}

/// The orders that are told of as being in somebody's hands, the latest first.
fn open_rows(rows: &[Row]) -> impl Iterator<Item = &Row> {
    let placed = rows.iter().rev().filter(|row| row.is_placed);
    placed.take(OPEN_MAX)
}

/// The sales that are told of as put aside.
fn parked_rows(rows: &[Row]) -> impl Iterator<Item = &Row> {
    rows.iter().filter(|row| !row.is_placed).take(PARKED_MAX)
}

fn signed_in(connection: &Connection) -> Result<Option<StaffId>, TillError> {
    meta::parsed(connection, key::SIGNED_IN)
}

/// What is to be told now.
pub(super) fn telling(core: &Core) -> Result<Telling, TillError> {
    let connection = core.connection();
    let (rows, by, now) = (rows(connection)?, signed_in(connection)?, core.now());
    let open = open_rows(&rows).map(|row| open_order(row, by));
    let request = DeskRequest {
        till: core.till(),
        sent_at: now,
        open: open.collect(),
        parked: parked_sales(connection, &rows)?,
        moves: moves(connection)?,
    };
    let told = Told {
        desk: mark_of(&rows, by),
        at: now,
    };
    Ok(Telling { request, told })
}

fn open_order(row: &Row, by: Option<StaffId>) -> OpenOrder {
    OpenOrder {
        order: row.order,
        since: if row.is_open {
            row.taken_over_at.unwrap_or(row.started_at)
        } else {
            row.parked_at.unwrap_or(row.started_at)
        },
        by: if row.is_open { by } else { row.parked_by },
        put_aside: !row.is_open,
        taken_over: row.is_open && row.taken_over_at.is_some(),
    }
}

fn parked_sales(connection: &Connection, rows: &[Row]) -> Result<Vec<ParkedSale>, TillError> {
    let mut bytes = 0;
    let mut sales = Vec::new();
    for row in parked_rows(rows) {
        if let Some(snapshot) = readable(Snapshot::of(connection, row.order))? {
            let text = snapshot.text()?;
            let fits =
                text.len() <= SNAPSHOT_BYTES_MAX && bytes + text.len() <= SNAPSHOTS_BYTES_MAX;
            bytes += if fits { text.len() } else { 0 };
            sales.push(parked_sale(&snapshot, fits.then_some(text)));
        }
    }
    Ok(sales)
}

fn parked_sale(snapshot: &Snapshot, text: Option<String>) -> ParkedSale {
    let draft = snapshot.draft();
    let order = draft.order();
    let goods = || order.lines.iter().filter(|line| line.tied_to.is_none());
    let short = |name: &str| name.chars().take(NAME_LENGTH_MAX).collect();
    ParkedSale {
        order: order.id(),
        since: snapshot.parked_at,
        by: snapshot.parked_by,
        names: goods()
            .take(NAMES_MAX)
            .map(|line| short(&line.name))
            .collect(),
        lines: u32::try_from(goods().count()).unwrap_or(u32::MAX),
        total: order.totals().total,
        has_money: has_money(&draft),
        snapshot: text,
    }
}

/// Whether money moved for a sale, be it that it was taken back: it is this till's to record.
fn has_money(draft: &Draft) -> bool {
    draft.has_money() || !draft.taken_back.is_empty() || !draft.refunds_taken_back.is_empty()
}

/// What is to be said about claims.
fn moves(connection: &Connection) -> Result<Vec<ClaimMove>, TillError> {
    let mut bytes = 0;
    let mut moves = Vec::new();
    for row in claims::under_way(connection)? {
        bytes += row.snapshot.as_ref().map_or(0, String::len);
        if moves.len() == MOVES_MAX || (bytes > GIVEN_BYTES_MAX && !moves.is_empty()) {
            break;
        }
        moves.extend(move_of(row));
    }
    Ok(moves)
}

fn move_of(row: ClaimRow) -> Option<ClaimMove> {
    let claim = row.id;
    Some(match row.side {
        Side::Asking => ClaimMove::Ask {
            claim,
            order: row.order,
            owner: row.other,
        },
        Side::Withdrawing => ClaimMove::Withdraw { claim },
        Side::Taking => ClaimMove::Take { claim },
        Side::Returning => ClaimMove::Return { claim },
        Side::Refusing(why) => ClaimMove::Refuse { claim, why },
        Side::Giving => ClaimMove::Give {
            claim,
            order: row.order,
            claimant: row.other,
            giving: row.giving?,
            snapshot: row.snapshot?,
        },
        Side::Asked | Side::Taken | Side::Ended | Side::Given => return None,
    })
}

/// The server has heard it. What it made of it is found in the feed.
pub(super) fn told(
    tx: &Transaction<'_>,
    telling: &Telling,
    reply: &DeskReply,
) -> Result<(), TillError> {
    for said in &telling.request.moves {
        let Some(row) = claims::find(tx, said.claim())? else {
            continue;
        };
        // What changed here meanwhile is still to be said.
        if move_of(row.clone()).as_ref() != Some(said) {
            continue;
        }
        match row.side.told() {
            Some(side) => claims::put(tx, &ClaimRow { side, ..row })?,
            None => claims::remove(tx, row.id)?,
        }
    }
    let text = serde_json::to_string(&telling.told).map_err(|error| TillError::Stored {
        what: key::DESK_TOLD,
        error,
    })?;
    meta::set(tx, key::DESK_TOLD, &text)?;
    claims::forget_ended(tx, telling.told.at)?;
    feed::note_head(tx, reply.feed_head)
}

/// A claim about which something is to be done here.
struct Unsettled {
    claim: Option<Claim>,
    row: Option<ClaimRow>,
    change: Change,
}

/// Whether something is to be done about claims. Only for a feed that is not behind.
pub(super) fn is_unsettled(core: &Core) -> Result<bool, TillError> {
    Ok(unsettled(core)?.is_some())
}

fn unsettled(core: &Core) -> Result<Option<Unsettled>, TillError> {
    let connection = core.connection();
    let claims: Vec<Claim> = feed::entities(connection, EntityKind::CLAIM)?;
    for row in claims::under_way(connection)? {
        let is_known = claims.iter().any(|claim| claim.id == row.id);
        if !is_known && let Some(change) = meet(core.till(), None, Some(row.side), row.giving) {
            return Ok(Some(Unsettled {
                claim: None,
                row: Some(row),
                change,
            }));
        }
    }
    for claim in claims {
        let row = claims::find(connection, claim.id)?;
        let side = row.as_ref().map(|row| row.side);
        let took = row.as_ref().and_then(|row| row.giving);
        if let Some(change) = meet(core.till(), Some(&claim), side, took) {
            return Ok(Some(Unsettled {
                claim: Some(claim),
                row,
                change,
            }));
        }
    }
    Ok(None)
}

/// Does the next thing about a claim that is to be done. Says whether more is waiting.
pub(super) fn settle(core: &mut Core) -> Result<bool, TillError> {
    let Some(Unsettled { claim, row, change }) = unsettled(core)? else {
        return Ok(false);
    };
    let row = match (row, &claim) {
        (Some(row), _) => row,
        (None, Some(claim)) => first_row(core, claim),
        (None, None) => return Ok(false),
    };
    match change {
        Change::To(side) => remember(core, &ClaimRow { side, ..row })?,
        Change::Answer => answer(core, row)?,
        Change::Take => take(core, row, claim.as_ref())?,
        Change::End(why) => end(core, row, why)?,
        Change::Drop => core.transaction_beside(|tx| claims::remove(tx, row.id))?,
        Change::Restore => restore(core, &row)?,
    }
    core.session.desk_moved();
    is_unsettled(core)
}

/// A claim that this till has not heard of, from its side.
fn first_row(core: &Core, claim: &Claim) -> ClaimRow {
    let (other, code) = if claim.owner == core.till() {
        (claim.claimant, &claim.claimant_code)
    } else {
        (claim.owner, &claim.owner_code)
    };
    ClaimRow {
        id: claim.id,
        order: claim.order,
        other,
        other_code: code.as_ref().map(|code| code.as_str().to_owned()),
        side: Side::Ended,
        giving: None,
        snapshot: None,
        at: core.now(),
    }
}

fn remember(core: &mut Core, row: &ClaimRow) -> Result<(), TillError> {
    core.transaction_beside(|tx| claims::put(tx, row))
}

/// Another till wants a sale of this one. If it lies here it is given up, from this moment on: it
/// goes out of the list in the same transaction that remembers it for the other.
fn answer(core: &mut Core, row: ClaimRow) -> Result<(), TillError> {
    match givable(core.connection(), row.order)? {
        Ok(snapshot) => {
            let given = ClaimRow {
                side: Side::Giving,
                giving: Some(ActionId::from_uuid(core.ids.next_uuid())),
                snapshot: Some(snapshot),
                ..row
            };
            core.transaction_beside(|tx| {
                drafts::remove(tx, given.order)?;
                claims::put(tx, &given)
            })
        }
        Err(why) => {
            let side = Side::Refusing(why);
            remember(core, &ClaimRow { side, ..row })
        }
    }
}

fn givable(
    connection: &Connection,
    order: OrderId,
) -> Result<Result<String, ClaimRefusal>, TillError> {
    let Some(snapshot) = readable(Snapshot::of(connection, order))? else {
        return Ok(Err(ClaimRefusal::Gone));
    };
    if has_money(&snapshot.draft()) {
        return Ok(Err(ClaimRefusal::HasMoney));
    }
    let text = snapshot.text()?;
    if text.len() > SNAPSHOT_BYTES_MAX {
        return Ok(Err(ClaimRefusal::TooLarge));
    }
    Ok(Ok(text))
}

/// A sale that was asked for is given: from this moment on it lies here.
fn take(core: &mut Core, row: ClaimRow, claim: Option<&Claim>) -> Result<(), TillError> {
    let Some(ClaimState::Given { giving, snapshot }) = claim.map(|claim| &claim.state) else {
        return Ok(());
    };
    let till = row.other_code.clone().unwrap_or_default();
    let read = Snapshot::read(snapshot).ok();
    let read = read.filter(|read| read.order() == row.order && !has_money(&read.draft()));
    let Some(sale) = read else {
        tracing::warn!(claim = %row.id, "a sale of another till cannot be read, and goes back");
        core.session.notice(
            Code::ParkedUnreadable,
            Severity::Warning,
            &[("till", Param::Text(till))],
            Vec::new(),
        );
        let side = Side::Returning;
        return remember(core, &ClaimRow { side, ..row });
    };
    let taken = ClaimRow {
        side: Side::Taking,
        giving: Some(*giving),
        ..row
    };
    core.transaction_beside(|tx| {
        sale.put(tx)?;
        claims::put(tx, &taken)
    })?;
    core.session.notice(
        Code::ParkedArrived,
        Severity::Quiet,
        &[("till", Param::Text(till))],
        Vec::new(),
    );
    Ok(())
}

fn end(core: &mut Core, row: ClaimRow, why: ClaimRefusal) -> Result<(), TillError> {
    let till = Param::Text(row.other_code.clone().unwrap_or_default());
    let side = Side::Ended;
    remember(core, &ClaimRow { side, ..row })?;
    core.session.notice(
        code_of(why),
        Severity::Warning,
        &[("till", till)],
        Vec::new(),
    );
    Ok(())
}

/// The screen's word for why a sale does not move.
pub(crate) const fn code_of(why: ClaimRefusal) -> Code {
    match why {
        ClaimRefusal::Gone => Code::ParkedGone,
        ClaimRefusal::HasMoney => Code::ParkedHasMoney,
        ClaimRefusal::Wanted => Code::ParkedWanted,
        ClaimRefusal::TooLarge => Code::ParkedTooLarge,
    }
}

/// The claim came to nothing: the sale lies here again, as it was.
fn restore(core: &mut Core, row: &ClaimRow) -> Result<(), TillError> {
    let snapshot = row.snapshot.as_deref().map(Snapshot::read).transpose();
    let Some(sale) = readable(snapshot)? else {
        // It is kept for a version that reads it.
        let side = Side::Ended;
        return remember(
            core,
            &ClaimRow {
                side,
                ..row.clone()
            },
        );
    };
    core.transaction_beside(|tx| {
        sale.put(tx)?;
        claims::remove(tx, row.id)
    })
}

/// What another version wrote and this one cannot read is left alone: it must not keep the till from
/// talking about everything else.
fn readable<T>(read: Result<Option<T>, TillError>) -> Result<Option<T>, TillError> {
    match read {
        Err(TillError::Stored { what, error }) => {
            tracing::warn!(what, %error, "what lies on the desk cannot be read");
            Ok(None)
        }
        read => read,
    }
}
