//! Tables `journal`, `chain` and `stock_move`.

use comptoir_domain::entry::{ChainHead, EntryHash, EntryRef, SealedEntry, Source};
use comptoir_domain::ids::{ActionId, EpochId, HubId, LocationId, VariantId};
use comptoir_domain::quantity::Quantity;
use comptoir_domain::stock::{MoveReason, Place, StockMove};
use comptoir_domain::time::Timestamp;
use comptoir_sync::feed::{EpochPosition, Included};
use rusqlite::types::Type;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::column;
use crate::intake::Folded;
use crate::store::{AuditQuery, ChainRow, JournalRow, Lane, MoveRecord, MoveRow, StoreError};

const JOURNAL_COLUMNS: &str = "source, epoch, branch, seq, accept_no, fold_no, lane, hash, kind,
    action, at, accepted_at, offset_ms, header, body, signature";

pub(super) fn insert(
    connection: &Connection,
    hub: HubId,
    rows: &[JournalRow],
) -> Result<(), StoreError> {
    let mut statement = connection.prepare_cached(
        "INSERT INTO journal (hub_id, source, epoch, branch, seq, accept_no, fold_no, lane, hash,
                              kind, action, at, accepted_at, offset_ms, header, body, signature)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)",
    )?;
    let hub = hub.to_string();
    for row in rows {
        statement.execute(params![
            hub,
            row.source.to_string(),
            row.epoch.to_string(),
            row.branch,
            row.seq,
            row.accept_no,
            row.fold_no,
            row.lane.name(),
            row.hash.0,
            row.kind,
            row.action.to_string(),
            row.at.unix_ms(),
            row.accepted_at.unix_ms(),
            row.offset_ms,
            row.sealed.header,
            row.sealed.body,
            row.sealed.signature.0,
        ])?;
    }
    Ok(())
}

pub(super) fn page(
    connection: &Connection,
    hub: HubId,
    after: u64,
    limit: u32,
) -> Result<Vec<JournalRow>, StoreError> {
    let sql = format!(
        "SELECT {JOURNAL_COLUMNS} FROM journal
         WHERE hub_id = ?1 AND accept_no > ?2 ORDER BY accept_no LIMIT ?3"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let rows = statement.query_map(params![hub.to_string(), after, limit], from_row)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Entries that are part of the state, in the order in which they became so.
pub(super) fn folded_after(
    connection: &Connection,
    hub: HubId,
    fold_no: u64,
    limit: u32,
) -> Result<Vec<JournalRow>, StoreError> {
    let sql = format!(
        "SELECT {JOURNAL_COLUMNS} FROM journal
         WHERE hub_id = ?1 AND fold_no > ?2 AND fold_no IS NOT NULL ORDER BY fold_no LIMIT ?3"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let rows = statement.query_map(params![hub.to_string(), fold_no, limit], from_row)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(super) fn quarantined(
    connection: &Connection,
    hub: HubId,
    after: u64,
    limit: u32,
) -> Result<Vec<JournalRow>, StoreError> {
    let sql = format!(
        "SELECT {JOURNAL_COLUMNS} FROM journal
         WHERE hub_id = ?1 AND lane = 'quarantined' AND accept_no > ?2
         ORDER BY accept_no LIMIT ?3"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let rows = statement.query_map(params![hub.to_string(), after, limit], from_row)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Which version tried last to read what is quarantined.
pub(super) fn quarantine_reader(
    connection: &Connection,
    hub: HubId,
) -> Result<Option<String>, StoreError> {
    let mut statement =
        connection.prepare_cached("SELECT reader FROM quarantine_read WHERE hub_id = ?1")?;
    let found = statement.query_row([hub.to_string()], |row| row.get(0));
    Ok(found.optional()?)
}

pub(super) fn set_quarantine_reader(
    connection: &Connection,
    hub: HubId,
    reader: &str,
) -> Result<(), StoreError> {
    connection.execute(
        "INSERT INTO quarantine_read (hub_id, reader) VALUES (?1, ?2)
         ON CONFLICT (hub_id) DO UPDATE SET reader = excluded.reader",
        params![hub.to_string(), reader],
    )?;
    Ok(())
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<JournalRow> {
    let lane: String = row.get(6)?;
    Ok(JournalRow {
        source: column::text(row, 0)?,
        epoch: column::text(row, 1)?,
        branch: row.get(2)?,
        seq: row.get(3)?,
        accept_no: row.get(4)?,
        fold_no: row.get(5)?,
        lane: Lane::from_name(&lane)
            .ok_or_else(|| column::wrong(6, Type::Text, StoreError::Database(lane)))?,
        hash: column::hash(row, 7)?,
        kind: row.get(8)?,
        action: column::text(row, 9)?,
        at: Timestamp::from_unix_ms(row.get(10)?),
        accepted_at: Timestamp::from_unix_ms(row.get(11)?),
        offset_ms: row.get(12)?,
        sealed: SealedEntry {
            header: row.get(13)?,
            body: row.get(14)?,
            signature: column::signature(row, 15)?,
        },
    })
}

/// The entry at a place of a journal; where it forked, that of the first branch.
pub(super) fn at(
    connection: &Connection,
    hub: HubId,
    entry: EntryRef,
) -> Result<Option<JournalRow>, StoreError> {
    let sql = format!(
        "SELECT {JOURNAL_COLUMNS} FROM journal
         WHERE hub_id = ?1 AND source = ?2 AND epoch = ?3 AND seq = ?4 ORDER BY branch LIMIT 1"
    );
    let place = params![
        hub.to_string(),
        entry.source.to_string(),
        entry.epoch.to_string(),
        entry.seq
    ];
    let found = connection.prepare_cached(&sql)?.query_row(place, from_row);
    Ok(found.optional()?)
}

/// A page of entries, the youngest first.
pub(super) fn audit(
    connection: &Connection,
    hub: HubId,
    query: &AuditQuery,
) -> Result<Vec<JournalRow>, StoreError> {
    let sql = format!(
        "SELECT {JOURNAL_COLUMNS} FROM journal
         WHERE hub_id = ?1 AND (?2 IS NULL OR accept_no < ?2)
           AND (?3 IS NULL OR accepted_at >= ?3) AND (?4 IS NULL OR accepted_at < ?4)
           AND (?5 IS NULL OR json_extract(header, '$.actor') = ?5)
           AND (?6 IS NULL OR accept_no IN (SELECT about.accept_no FROM journal_about about
               WHERE about.hub_id = ?1 AND about.thing = ?6 AND (?7 = '' OR about.id = ?7)))
         ORDER BY accept_no DESC LIMIT ?8"
    );
    let (thing, id) = query.about.clone().unzip();
    let bounds = params![
        hub.to_string(),
        query.before,
        query.since.map(Timestamp::unix_ms),
        query.until.map(Timestamp::unix_ms),
        query.by.map(|staff| staff.to_string()),
        thing,
        id,
        i64::try_from(query.limit).unwrap_or(i64::MAX),
    ];
    let mut statement = connection.prepare_cached(&sql)?;
    let rows = statement.query_map(bounds, from_row)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// All moves of a variant to and from a location, the oldest first, each with the entry that made it.
pub(super) fn moves_of(
    connection: &Connection,
    hub: HubId,
    variant: VariantId,
    location: LocationId,
) -> Result<Vec<MoveRecord>, StoreError> {
    let columns: Vec<String> = JOURNAL_COLUMNS
        .split(',')
        .map(|column| format!("journal.{}", column.trim()))
        .collect();
    let sql = format!(
        "SELECT {}, move.quantity, move.from_place, move.to_place, move.reason, move.order_id,
                move.line_id
         FROM stock_move move
         JOIN journal ON journal.hub_id = move.hub_id AND journal.fold_no = move.fold_no
         WHERE move.hub_id = ?1 AND move.variant_id = ?2 AND ?3 IN (move.from_place, move.to_place)
         ORDER BY move.fold_no, move.number",
        columns.join(", ")
    );
    let place = place_text(Place::Location(location));
    let mut statement = connection.prepare_cached(&sql)?;
    let rows = statement.query_map(
        params![hub.to_string(), variant.to_string(), place],
        |row| {
            let (from, to, reason): (String, String, String) =
                (row.get(17)?, row.get(18)?, row.get(19)?);
            let unknown = |text: String| column::wrong(17, Type::Text, StoreError::Database(text));
            Ok(MoveRecord {
                entry: from_row(row)?,
                stock_move: StockMove {
                    variant,
                    quantity: Quantity::thousandths(row.get(16)?),
                    from: place_from(&from).ok_or_else(|| unknown(from))?,
                    to: place_from(&to).ok_or_else(|| unknown(to))?,
                    reason: reason_from(&reason).ok_or_else(|| unknown(reason))?,
                    order: column::optional_text(row, 20)?,
                    line: column::optional_text(row, 21)?,
                },
            })
        },
    )?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn place_from(text: &str) -> Option<Place> {
    Some(match text {
        "supplier" => Place::Supplier,
        "customer" => Place::Customer,
        "waste" => Place::Waste,
        "own_use" => Place::OwnUse,
        "count_difference" => Place::CountDifference,
        other => Place::Location(other.strip_prefix("location:")?.parse().ok()?),
    })
}

fn reason_from(text: &str) -> Option<MoveReason> {
    use MoveReason::{Counted, OwnUse, Received, Returned, Sold, Transferred, Wasted};
    let mut all = [
        Received,
        Sold,
        Returned,
        Wasted,
        OwnUse,
        Transferred,
        Counted,
    ]
    .into_iter();
    all.find(|reason| reason_text(*reason) == text)
}

/// Marks entries that were quarantined as part of the state.
pub(super) fn mark_folded(
    connection: &Connection,
    hub: HubId,
    folded: &[Folded],
) -> Result<(), StoreError> {
    let mut statement = connection.prepare_cached(
        "UPDATE journal SET lane = 'folded', fold_no = ?3 WHERE hub_id = ?1 AND accept_no = ?2",
    )?;
    for entry in folded {
        statement.execute(params![hub.to_string(), entry.accept_no, entry.fold_no])?;
    }
    Ok(())
}

/// An entry of a source by its action, with its number.
pub(super) fn of_action(
    connection: &Connection,
    hub: HubId,
    source: Source,
    action: ActionId,
) -> Result<Option<(EntryRef, u64)>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT epoch, seq, accept_no FROM journal
         WHERE hub_id = ?1 AND source = ?2 AND action = ?3 ORDER BY accept_no LIMIT 1",
    )?;
    let found = statement
        .query_row(
            params![hub.to_string(), source.to_string(), action.to_string()],
            |row| {
                let entry = EntryRef {
                    source,
                    epoch: column::text(row, 0)?,
                    seq: row.get(1)?,
                };
                Ok((entry, row.get(2)?))
            },
        )
        .optional()?;
    Ok(found)
}

pub(super) fn hashes(
    connection: &Connection,
    hub: HubId,
    source: Source,
    epoch: EpochId,
    places: (u64, u64),
) -> Result<Vec<(u64, u32, EntryHash)>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT seq, branch, hash FROM journal
         WHERE hub_id = ?1 AND source = ?2 AND epoch = ?3 AND seq BETWEEN ?4 AND ?5",
    )?;
    let rows = statement.query_map(
        params![
            hub.to_string(),
            source.to_string(),
            epoch.to_string(),
            places.0,
            places.1
        ],
        |row| Ok((row.get(0)?, row.get(1)?, column::hash(row, 2)?)),
    )?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(super) fn branches(
    connection: &Connection,
    hub: HubId,
    source: Source,
    epoch: EpochId,
) -> Result<Vec<ChainRow>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT branch, first_seq, seq, hash FROM chain
         WHERE hub_id = ?1 AND source = ?2 AND epoch = ?3 ORDER BY branch",
    )?;
    let rows = statement.query_map(
        params![hub.to_string(), source.to_string(), epoch.to_string()],
        |row| {
            Ok(ChainRow {
                source,
                branch: row.get(0)?,
                first_seq: row.get(1)?,
                head: ChainHead {
                    epoch,
                    seq: row.get(2)?,
                    hash: column::hash(row, 3)?,
                },
            })
        },
    )?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(super) fn set_branches(
    connection: &Connection,
    hub: HubId,
    rows: &[ChainRow],
) -> Result<(), StoreError> {
    let mut statement = connection.prepare_cached(
        "INSERT INTO chain (hub_id, source, epoch, branch, first_seq, seq, hash)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
         ON CONFLICT (hub_id, source, epoch, branch)
         DO UPDATE SET seq = excluded.seq, hash = excluded.hash",
    )?;
    for row in rows {
        statement.execute(params![
            hub.to_string(),
            row.source.to_string(),
            row.head.epoch.to_string(),
            row.branch,
            row.first_seq,
            row.head.seq,
            row.head.hash.0,
        ])?;
    }
    Ok(())
}

/// Which entries of a source the state includes.
pub(super) fn included(
    connection: &Connection,
    hub: HubId,
    source: Source,
) -> Result<Included, StoreError> {
    let positions = |sql: &str| -> Result<Vec<EpochPosition>, StoreError> {
        let mut statement = connection.prepare_cached(sql)?;
        let rows = statement.query_map(params![hub.to_string(), source.to_string()], |row| {
            Ok(EpochPosition {
                epoch: column::text(row, 0)?,
                seq: row.get(1)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    };
    Ok(Included {
        through: positions(
            "SELECT epoch, max(seq) FROM chain WHERE hub_id = ?1 AND source = ?2
             GROUP BY epoch ORDER BY epoch",
        )?,
        excluded: positions(
            "SELECT epoch, seq FROM journal
             WHERE hub_id = ?1 AND source = ?2 AND lane <> 'folded'
               -- The position does not say which branch of a fork: what is folded on one counts.
               AND NOT EXISTS (SELECT 1 FROM journal AS other
                   WHERE other.hub_id = journal.hub_id AND other.source = journal.source
                     AND other.epoch = journal.epoch AND other.seq = journal.seq
                     AND other.lane = 'folded')
             ORDER BY epoch, seq",
        )?,
    })
}

pub(super) fn insert_moves(
    connection: &Connection,
    hub: HubId,
    rows: &[MoveRow],
) -> Result<(), StoreError> {
    let mut statement = connection.prepare_cached(
        "INSERT INTO stock_move (hub_id, fold_no, number, variant_id, quantity, from_place,
                                 to_place, reason, order_id, line_id, at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
    )?;
    for row in rows {
        let goods = &row.stock_move;
        statement.execute(params![
            hub.to_string(),
            row.fold_no,
            row.number,
            goods.variant.to_string(),
            goods.quantity.in_thousandths(),
            place_text(goods.from),
            place_text(goods.to),
            reason_text(goods.reason),
            goods.order.map(|order| order.to_string()),
            goods.line.map(|line| line.to_string()),
            row.at.unix_ms(),
        ])?;
    }
    Ok(())
}

fn place_text(place: Place) -> String {
    match place {
        Place::Location(location) => format!("location:{location}"),
        Place::Supplier => "supplier".to_owned(),
        Place::Customer => "customer".to_owned(),
        Place::Waste => "waste".to_owned(),
        Place::OwnUse => "own_use".to_owned(),
        Place::CountDifference => "count_difference".to_owned(),
    }
}

const fn reason_text(reason: MoveReason) -> &'static str {
    match reason {
        MoveReason::Received => "received",
        MoveReason::Sold => "sold",
        MoveReason::Returned => "returned",
        MoveReason::Wasted => "wasted",
        MoveReason::OwnUse => "own_use",
        MoveReason::Transferred => "transferred",
        MoveReason::Counted => "counted",
    }
}
