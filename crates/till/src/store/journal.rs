//! The journal of this till: its epochs, its entries and what lies beside them.

use comptoir_domain::document::{DocumentNumber, EpochLabel, Series, TillCode};
use comptoir_domain::entry::{
    AttachmentRef, ChainHead, ENTRY_FORMAT, EntryBody, EntryHash, EntryHeader, SealedEntry, Source,
    attachment_hash,
};
use comptoir_domain::event::{EpochEnd, EpochReason, Event};
use comptoir_domain::ids::{ActionId, AttachmentId, EpochId, IdSource, OrderId, ShiftId, StaffId};
use comptoir_domain::money::Money;
use comptoir_domain::refusal::{Refusal, RefusalCode};
use comptoir_domain::time::Timestamp;
use ed25519_dalek::SigningKey;
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};
use sha2::{Digest, Sha256};

use crate::error::TillError;
use crate::store::text_column;
use crate::wire::{EntryKind, EntryStatus};

const KIND_VERSION: u16 = 1;

/// One life of this database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Epoch {
    pub(crate) id: EpochId,
    pub(crate) label: EpochLabel,
    pub(crate) reason: EpochReason,
    pub(crate) previous: Option<EpochEnd>,
}

/// An epoch's end as this till and the server hold it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EpochHeads {
    pub epoch: EpochId,
    /// The last entry written; 0 before the first.
    pub last_seq: u64,
    /// The last entry that the server has acknowledged.
    pub acked_seq: u64,
}

/// What is to be written down.
#[derive(Debug, Clone)]
pub(crate) struct NewEntry {
    /// What kind of action it was, such as `sale`.
    pub(crate) kind: &'static str,
    pub(crate) action: ActionId,
    pub(crate) actor: Option<StaffId>,
    /// The manager who confirmed it in place.
    pub(crate) approved_by: Option<StaffId>,
    pub(crate) events: Vec<Event>,
    pub(crate) attachments: Vec<NewAttachment>,
    /// The number of the document that it issues, for lists.
    pub(crate) number: Option<String>,
    pub(crate) amount: Option<Money>,
}

/// A text or document beside an entry, salted before the entry names it.
#[derive(Debug, Clone)]
pub(crate) struct NewAttachment {
    pub(crate) id: AttachmentId,
    salt: [u8; 16],
    content: String,
    pub(crate) hash: EntryHash,
}

impl NewAttachment {
    pub(crate) fn new(content: String, ids: &mut dyn IdSource) -> NewAttachment {
        let id = AttachmentId::from_uuid(ids.next_uuid());
        let salt = random_salt(ids);
        let hash = attachment_hash(&salt, content.as_bytes());
        NewAttachment {
            id,
            salt,
            content,
            hash,
        }
    }
}

/// Sixteen bytes that nobody can guess: the random parts of two ids, mixed.
pub(crate) fn random_salt(ids: &mut dyn IdSource) -> [u8; 16] {
    let mut hasher = Sha256::new();
    hasher.update(ids.next_uuid().as_bytes());
    hasher.update(ids.next_uuid().as_bytes());
    let digest: [u8; 32] = hasher.finalize().into();
    let mut salt = [0; 16];
    salt.copy_from_slice(&digest[..16]);
    salt
}

/// An entry of the journal as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredEntry {
    /// The order in which this till wrote its entries, over all epochs.
    pub position: i64,
    pub epoch: EpochId,
    pub seq: u64,
    pub sealed: SealedEntry,
}

/// Opens a new epoch; its first entry is written before the next one.
pub(crate) fn open_epoch(
    transaction: &Transaction<'_>,
    now: Timestamp,
    reason: EpochReason,
    previous: Option<EpochEnd>,
    ids: &mut dyn IdSource,
) -> Result<Epoch, TillError> {
    let id = EpochId::from_uuid(ids.next_uuid());
    let salt = random_salt(ids);
    let label = EpochLabel::new(now.to_utc().date_naive(), [salt[0], salt[1], salt[2]]);
    transaction.execute(
        "INSERT INTO epoch (id, label, opened_at, reason, previous) VALUES (?1, ?2, ?3, ?4, ?5)",
        params![
            id.to_string(),
            label.as_str(),
            now.unix_ms(),
            to_json(&reason)?,
            previous.as_ref().map(to_json).transpose()?,
        ],
    )?;
    Ok(Epoch {
        id,
        label,
        reason,
        previous,
    })
}

/// The epoch that is written to; none before the first start.
pub(crate) fn current_epoch(connection: &Connection) -> Result<Option<Epoch>, TillError> {
    let row: Option<(String, String, String, Option<String>)> = connection
        .prepare_cached(
            "SELECT id, label, reason, previous FROM epoch ORDER BY position DESC LIMIT 1",
        )?
        .query_row([], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
        })
        .optional()?;
    let Some((id, label, reason, previous)) = row else {
        return Ok(None);
    };
    Ok(Some(Epoch {
        id: id
            .parse()
            .map_err(|_| TillError::StoredText { what: "epoch" })?,
        label: from_json(&format!("\"{label}\""))?,
        reason: from_json(&reason)?,
        previous: previous.as_deref().map(from_json).transpose()?,
    }))
}

/// Every epoch of this database with its two heads, oldest first.
pub fn epoch_heads(connection: &Connection) -> Result<Vec<EpochHeads>, TillError> {
    let mut statement = connection.prepare_cached(
        "SELECT id, acked_seq, coalesce((SELECT max(seq) FROM journal WHERE epoch = epoch.id), 0)
         FROM epoch ORDER BY position",
    )?;
    let rows = statement.query_map([], |row| {
        Ok(EpochHeads {
            epoch: text_column(row, 0)?,
            acked_seq: row.get::<_, i64>(1)?.unsigned_abs(),
            last_seq: row.get::<_, i64>(2)?.unsigned_abs(),
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The end of an epoch's chain.
pub fn head_of(connection: &Connection, epoch: EpochId) -> Result<ChainHead, TillError> {
    let mut statement = connection.prepare_cached(
        "SELECT seq, hash FROM journal WHERE epoch = ?1 ORDER BY seq DESC LIMIT 1",
    )?;
    let head = statement
        .query_row([epoch.to_string()], |row| {
            Ok(ChainHead {
                epoch,
                seq: row.get::<_, i64>(0)?.unsigned_abs(),
                hash: text_column(row, 1)?,
            })
        })
        .optional()?;
    Ok(head.unwrap_or_else(|| ChainHead::start(epoch)))
}

/// The hash of one entry.
pub fn hash_at(
    connection: &Connection,
    epoch: EpochId,
    seq: u64,
) -> Result<Option<EntryHash>, TillError> {
    let mut statement =
        connection.prepare_cached("SELECT hash FROM journal WHERE epoch = ?1 AND seq = ?2")?;
    let hash = statement
        .query_row(params![epoch.to_string(), signed(seq)], |row| {
            text_column(row, 0)
        })
        .optional()?;
    Ok(hash)
}

/// Where an entry came to stand.
#[derive(Debug, Clone)]
pub(crate) struct Written {
    pub(crate) header: EntryHeader,
    pub(crate) body: EntryBody,
    pub(crate) head: ChainHead,
}

/// Writes one entry after the end of the current epoch's chain.
pub(crate) fn append(
    transaction: &Transaction<'_>,
    head: &ChainHead,
    source: Source,
    key: &SigningKey,
    now: Timestamp,
    entry: NewEntry,
) -> Result<Written, TillError> {
    let header = EntryHeader {
        format: ENTRY_FORMAT,
        source,
        epoch: head.epoch,
        seq: head.seq + 1,
        previous: head.hash,
        kind: entry.kind.to_owned(),
        kind_version: KIND_VERSION,
        action: entry.action,
        at: now,
        actor: entry.actor,
        approved_by: entry.approved_by,
    };
    let attachments = entry.attachments.iter().map(|attachment| AttachmentRef {
        id: attachment.id,
        salted_hash: attachment.hash,
    });
    let body = EntryBody {
        events: entry.events,
        attachments: attachments.collect(),
    };
    let sealed = SealedEntry::seal(&header, &body, key);
    if !sealed.fits() || body.check_bounds().is_err() {
        // Nobody could ever read it back: better to refuse it while the cashier can still split it.
        return Err(Refusal::from(RefusalCode::TooManyLines).into());
    }
    let hash = sealed.hash();
    let position = insert(
        transaction,
        &header,
        &sealed,
        hash,
        entry.number,
        entry.amount,
    )?;
    insert_orders(transaction, position, &body)?;
    for attachment in &entry.attachments {
        insert_attachment(transaction, position, attachment)?;
    }
    let head = ChainHead {
        epoch: header.epoch,
        seq: header.seq,
        hash,
    };
    Ok(Written { header, body, head })
}

fn insert(
    transaction: &Transaction<'_>,
    header: &EntryHeader,
    sealed: &SealedEntry,
    hash: EntryHash,
    number: Option<String>,
    amount: Option<Money>,
) -> Result<i64, TillError> {
    transaction
        .prepare_cached(
            "INSERT INTO journal (epoch, seq, hash, previous, header, body, signature, kind, at,
                                  action, number, amount)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
        )?
        .execute(params![
            header.epoch.to_string(),
            signed(header.seq),
            hash.to_string(),
            header.previous.to_string(),
            sealed.header,
            sealed.body,
            sealed.signature.to_string(),
            header.kind,
            header.at.unix_ms(),
            header.action.to_string(),
            number,
            amount.map(Money::minor_units),
        ])?;
    Ok(transaction.last_insert_rowid())
}

fn insert_orders(
    transaction: &Transaction<'_>,
    position: i64,
    body: &EntryBody,
) -> Result<(), TillError> {
    let mut statement = transaction.prepare_cached(
        "INSERT OR IGNORE INTO journal_order (order_id, position) VALUES (?1, ?2)",
    )?;
    for order in body.events.iter().filter_map(Event::order) {
        statement.execute(params![order.to_string(), position])?;
    }
    Ok(())
}

fn insert_attachment(
    transaction: &Transaction<'_>,
    position: i64,
    attachment: &NewAttachment,
) -> Result<(), TillError> {
    transaction
        .prepare_cached(
            "INSERT INTO attachment (id, position, salt, content) VALUES (?1, ?2, ?3, ?4)",
        )?
        .execute(params![
            attachment.id.to_string(),
            position,
            attachment.salt,
            attachment.content.as_bytes(),
        ])?;
    Ok(())
}

/// The content of an attachment; none where it was forgotten.
pub(crate) fn attachment_content(
    connection: &Connection,
    id: AttachmentId,
) -> Result<Option<String>, TillError> {
    let mut statement = connection
        .prepare_cached("SELECT content FROM attachment WHERE id = ?1 AND content IS NOT NULL")?;
    let content: Option<Vec<u8>> = statement
        .query_row([id.to_string()], |row| row.get(0))
        .optional()?;
    Ok(content.and_then(|bytes| String::from_utf8(bytes).ok()))
}

/// The hash of the entry that an attachment lies beside.
pub(crate) fn entry_hash_of_attachment(
    connection: &Connection,
    id: AttachmentId,
) -> Result<Option<EntryHash>, TillError> {
    let mut statement = connection.prepare_cached(
        "SELECT hash FROM journal JOIN attachment USING (position) WHERE attachment.id = ?1",
    )?;
    Ok(statement
        .query_row([id.to_string()], |row| text_column(row, 0))
        .optional()?)
}

/// Gives out the next number of a series in an epoch.
pub(crate) fn next_number(
    transaction: &Transaction<'_>,
    epoch: &Epoch,
    series: Series,
    till_code: TillCode,
) -> Result<DocumentNumber, TillError> {
    let number: i64 = transaction
        .prepare_cached(
            "INSERT INTO sequence (epoch, series, last) VALUES (?1, ?2, 1)
             ON CONFLICT (epoch, series) DO UPDATE SET last = last + 1
             RETURNING last",
        )?
        .query_row(params![epoch.id.to_string(), to_json(&series)?], |row| {
            row.get(0)
        })?;
    Ok(DocumentNumber {
        series,
        till_code,
        epoch_label: epoch.label.clone(),
        number: number.unsigned_abs(),
    })
}

const ENTRY_COLUMNS: &str = "position, epoch, seq, header, body, signature";

/// Entries of one epoch from a place on, in order.
pub fn entries_from(
    connection: &Connection,
    epoch: EpochId,
    first_seq: u64,
    count_max: usize,
) -> Result<Vec<StoredEntry>, TillError> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {ENTRY_COLUMNS} FROM journal WHERE epoch = ?1 AND seq >= ?2 ORDER BY seq LIMIT ?3"
    ))?;
    let limit = i64::try_from(count_max).unwrap_or(i64::MAX);
    let rows = statement.query_map(
        params![epoch.to_string(), signed(first_seq), limit],
        stored_entry,
    )?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn stored_entry(row: &Row<'_>) -> rusqlite::Result<StoredEntry> {
    Ok(StoredEntry {
        position: row.get(0)?,
        epoch: text_column(row, 1)?,
        seq: row.get::<_, i64>(2)?.unsigned_abs(),
        sealed: SealedEntry {
            header: row.get(3)?,
            body: row.get(4)?,
            signature: text_column(row, 5)?,
        },
    })
}

/// The words for entries that are looked for by what they did.
pub(crate) mod kind {
    pub(crate) const SALE: &str = "sale";
    /// Goods of an order that was placed before were handed over.
    pub(crate) const ORDER_COLLECTED: &str = "order_collected";
    /// An order that was placed before was changed, or money moved for it; it waits on.
    pub(crate) const ORDER_AMENDED: &str = "order_amended";
    /// Goods came back.
    pub(crate) const RETURN: &str = "return";
}

/// The order of the entry that issued a document of a number.
pub(crate) fn order_numbered(
    connection: &Connection,
    number: &str,
) -> Result<Option<OrderId>, TillError> {
    let mut statement = connection.prepare_cached(
        "SELECT order_id FROM journal CROSS JOIN journal_order USING (position)
         WHERE journal.number = ?1 ORDER BY position DESC LIMIT 1",
    )?;
    Ok(statement
        .query_row([number], |row| text_column(row, 0))
        .optional()?)
}

/// The order of the latest sale of this till, of the shelf or of an order placed before.
pub(crate) fn last_sale(connection: &Connection) -> Result<Option<(OrderId, i64)>, TillError> {
    let mut statement = connection.prepare_cached(
        "SELECT order_id, position FROM journal CROSS JOIN journal_order USING (position)
         WHERE kind IN ('sale', 'order_collected') ORDER BY position DESC LIMIT 1",
    )?;
    Ok(statement
        .query_row([], |row| Ok((text_column(row, 0)?, row.get(1)?)))
        .optional()?)
}

/// The order of the latest sale, where nothing happened after it that ends its screen.
pub(crate) fn last_sale_if_last(connection: &Connection) -> Result<Option<OrderId>, TillError> {
    let Some((order, position)) = last_sale(connection)? else {
        return Ok(None);
    };
    let mut statement = connection.prepare_cached(
        "SELECT 1 FROM journal WHERE position > ?1
         AND kind NOT IN ('receipt_copied', 'drawer_opened', 'tender_corrected') LIMIT 1",
    )?;
    Ok((!statement.exists([position])?).then_some(order))
}

/// The order of the latest sale or correction in which an id occurs.
pub(crate) fn order_naming(
    connection: &Connection,
    id: &str,
) -> Result<Option<OrderId>, TillError> {
    let mut statement = connection.prepare_cached(
        "SELECT order_id FROM journal CROSS JOIN journal_order USING (position)
         WHERE kind IN ('sale', 'order_collected', 'order_amended', 'return', 'tender_corrected')
         AND instr(body, ?1) > 0
         ORDER BY position DESC LIMIT 1",
    )?;
    Ok(statement
        .query_row([id], |row| text_column(row, 0))
        .optional()?)
}

/// The latest entry by which this till handed an order's goods over, or gave money for it back.
pub(crate) fn last_hand_over(
    connection: &Connection,
    order: OrderId,
) -> Result<Option<EntryBody>, TillError> {
    let mut statement = connection.prepare_cached(
        "SELECT body FROM journal_order JOIN journal USING (position)
         WHERE order_id = ?1 AND kind IN ('sale', 'order_collected', 'order_amended', 'return')
         ORDER BY position DESC LIMIT 1",
    )?;
    let body: Option<String> = statement
        .query_row([order.to_string()], |row| row.get(0))
        .optional()?;
    body.map(|body| from_json(&body)).transpose()
}

/// The document of a closed shift's report; of the last one where no shift is named.
pub(crate) fn z_report_of(
    connection: &Connection,
    shift: Option<ShiftId>,
) -> Result<Option<AttachmentId>, TillError> {
    let mut statement = connection.prepare_cached(
        "SELECT attachment.id FROM journal JOIN attachment USING (position)
         WHERE kind <> 'sale' AND kind = 'shift_closed' AND (?1 IS NULL OR instr(body, ?1) > 0)
         ORDER BY position DESC LIMIT 1",
    )?;
    let shift = shift.map(|shift| shift.to_string());
    Ok(statement
        .query_row([shift], |row| text_column(row, 0))
        .optional()?)
}

/// The shift that was closed last.
pub(crate) fn last_closed_shift(connection: &Connection) -> Result<Option<ShiftId>, TillError> {
    let mut statement = connection.prepare_cached(
        "SELECT body FROM journal WHERE kind <> 'sale' AND kind = 'shift_closed'
         ORDER BY position DESC LIMIT 1",
    )?;
    let body: Option<String> = statement.query_row([], |row| row.get(0)).optional()?;
    let Some(body) = body else {
        return Ok(None);
    };
    let body: EntryBody = from_json(&body)?;
    Ok(body.events.iter().find_map(|event| match event {
        Event::ShiftClosed { shift, .. } => Some(*shift),
        _ => None,
    }))
}

/// The moment of the last entry.
pub(crate) fn last_at(connection: &Connection) -> Result<Option<Timestamp>, TillError> {
    let mut statement =
        connection.prepare_cached("SELECT at FROM journal ORDER BY position DESC LIMIT 1")?;
    let at: Option<i64> = statement.query_row([], |row| row.get(0)).optional()?;
    Ok(at.map(Timestamp::from_unix_ms))
}

/// A whole number as SQLite stores it; sequences never come near its limit.
fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn to_json<T: serde::Serialize>(value: &T) -> Result<String, TillError> {
    serde_json::to_string(value).map_err(|error| TillError::Stored {
        what: "epoch",
        error,
    })
}

fn from_json<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, TillError> {
    serde_json::from_str(text).map_err(|error| TillError::Stored {
        what: "epoch",
        error,
    })
}

/// The moment of the oldest entry that the server has not acknowledged.
pub(crate) fn oldest_unsent(connection: &Connection) -> Result<Option<Timestamp>, TillError> {
    let mut statement = connection.prepare_cached(
        "SELECT at FROM journal WHERE epoch = ?1 AND seq > ?2 ORDER BY seq LIMIT 1",
    )?;
    for heads in epoch_heads(connection)? {
        let at: Option<i64> = statement
            .query_row(
                params![heads.epoch.to_string(), signed(heads.acked_seq)],
                |row| row.get(0),
            )
            .optional()?;
        if let Some(at) = at {
            return Ok(Some(Timestamp::from_unix_ms(at)));
        }
    }
    Ok(None)
}

/// The newest entries with whether the server holds them, unsent ones first.
pub(crate) fn statuses(
    connection: &Connection,
    count_max: usize,
) -> Result<Vec<EntryStatus>, TillError> {
    let mut statement = connection.prepare_cached(
        "SELECT journal.seq, kind, at, number, amount, acked_at, accept_no, journal.seq > acked_seq
         FROM journal JOIN epoch ON epoch.id = journal.epoch
         ORDER BY journal.position DESC LIMIT ?1",
    )?;
    let limit = i64::try_from(count_max).unwrap_or(i64::MAX);
    let rows = statement.query_map([limit], |row| {
        let kind: String = row.get(1)?;
        let unsent: bool = row.get(7)?;
        let at = Timestamp::from_unix_ms(row.get(2)?);
        let acked_at: Option<i64> = row.get(5)?;
        let status = EntryStatus {
            seq: row.get::<_, i64>(0)?.unsigned_abs(),
            kind: entry_kind(&kind),
            at,
            number: row.get(3)?,
            amount: row.get::<_, Option<i64>>(4)?.map(Money::minor),
            acknowledged_at: acked_at.map(Timestamp::from_unix_ms).filter(|_| !unsent),
            accept_no: row.get::<_, Option<i64>>(6)?.map(i64::unsigned_abs),
        };
        Ok((unsent, status))
    })?;
    let rows: Vec<(bool, EntryStatus)> = rows.collect::<Result<_, _>>()?;
    let (unsent, sent): (Vec<_>, Vec<_>) = rows.into_iter().partition(|(unsent, _)| *unsent);
    Ok(unsent
        .into_iter()
        .chain(sent)
        .map(|(_, status)| status)
        .collect())
}

fn entry_kind(kind: &str) -> EntryKind {
    match kind {
        kind::SALE | kind::ORDER_COLLECTED => EntryKind::Sale,
        "order_discarded" => EntryKind::OrderDiscarded,
        "shift_opened" => EntryKind::ShiftOpened,
        "shift_counted" => EntryKind::ShiftCounted,
        "shift_closed" => EntryKind::ShiftClosed,
        "cash_moved" => EntryKind::CashMoved,
        "drawer_opened" => EntryKind::DrawerOpened,
        "tender_corrected" => EntryKind::TenderCorrected,
        "receipt_copied" => EntryKind::Printed,
        "till_set_up" => EntryKind::TillSetUp,
        "staff_signed_in" => EntryKind::StaffSignedIn,
        _ => EntryKind::Other,
    }
}
