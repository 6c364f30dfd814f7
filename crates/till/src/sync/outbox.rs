//! What the server is not known to hold: read from the journal, and marked there.

use comptoir_domain::entry::{ChainHead, EntryRef, Source};
use comptoir_domain::ids::{AttachmentId, EpochId, TillId};
use comptoir_domain::time::Timestamp;
use comptoir_sync::feed::Included;
use comptoir_sync::protocol::{
    Attachment, PUSH_BYTES_MAX, PushOutcome, PushReply, PushRequest, RefusedFault,
};
use rusqlite::{Connection, Transaction, params};

use crate::error::TillError;
use crate::store::{EpochHeads, StoredEntry, entries_from, epoch_heads, hash_at, text_column};

/// How long a refused epoch is left alone before it is tried again, in milliseconds: the server may
/// have been mended.
const REFUSED_AGAIN_AFTER_MS: i64 = 3_600_000;

/// An epoch of which the server takes no more entries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PushRefusal {
    pub epoch: EpochId,
    /// The first entry that it did not take.
    pub seq: u64,
    /// What it said is wrong with it.
    pub fault: String,
    pub at: Timestamp,
}

/// The oldest epoch with entries to send. Epochs that were refused lately stand aside.
pub(super) fn due(
    connection: &Connection,
    now: Timestamp,
) -> Result<Option<EpochHeads>, TillError> {
    let refused = refusals(connection)?;
    let stands_aside = |epoch: EpochId| {
        refused.iter().any(|refusal| {
            // A clock that jumped must not lengthen the wait.
            let waited = now.ms_since(refusal.at);
            refusal.epoch == epoch && (0..REFUSED_AGAIN_AFTER_MS).contains(&waited)
        })
    };
    Ok(epoch_heads(connection)?
        .into_iter()
        .find(|heads| heads.acked_seq < heads.last_seq && !stands_aside(heads.epoch)))
}

/// The epochs that the server refuses.
pub fn refusals(connection: &Connection) -> Result<Vec<PushRefusal>, TillError> {
    let mut statement =
        connection.prepare_cached("SELECT epoch, seq, fault, at FROM push_refusal ORDER BY at")?;
    let rows = statement.query_map([], |row| {
        Ok(PushRefusal {
            epoch: text_column(row, 0)?,
            seq: row.get::<_, i64>(1)?.unsigned_abs(),
            fault: row.get(2)?,
            at: Timestamp::from_unix_ms(row.get(3)?),
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Tries refused epochs again at once.
pub(super) fn forget_refusals(tx: &Transaction<'_>) -> Result<(), TillError> {
    tx.execute("DELETE FROM push_refusal", [])?;
    Ok(())
}

/// The next entries of an epoch with what lies beside them, as many as fit.
pub(super) fn push_of(
    connection: &Connection,
    till: TillId,
    heads: &EpochHeads,
    entries_max: usize,
    sent_at: Timestamp,
) -> Result<PushRequest, TillError> {
    let mut push = PushRequest {
        till,
        epoch: heads.epoch,
        entries: Vec::new(),
        attachments: Vec::new(),
        sent_at,
    };
    let mut bytes = 0;
    for stored in entries_from(connection, heads.epoch, heads.acked_seq + 1, entries_max)? {
        let beside = attachments_of(connection, till, &stored)?;
        bytes += stored.sealed.header.len() + stored.sealed.body.len();
        bytes += beside
            .iter()
            .map(|attachment| attachment.content.len())
            .sum::<usize>();
        // One entry goes alone, however large it is.
        if bytes > PUSH_BYTES_MAX && !push.entries.is_empty() {
            break;
        }
        push.entries.push(stored.sealed);
        push.attachments.extend(beside);
    }
    Ok(push)
}

fn attachments_of(
    connection: &Connection,
    till: TillId,
    stored: &StoredEntry,
) -> Result<Vec<Attachment>, TillError> {
    let mut statement = connection.prepare_cached(
        "SELECT id, lower(hex(salt)), CAST(content AS TEXT) FROM attachment
         WHERE position = ?1 AND content IS NOT NULL AND salt IS NOT NULL ORDER BY id",
    )?;
    let entry = EntryRef {
        source: Source::Till(till),
        epoch: stored.epoch,
        seq: stored.seq,
    };
    let rows = statement.query_map([stored.position], |row| {
        Ok(Attachment {
            id: text_column::<AttachmentId>(row, 0)?,
            entry,
            salt: row.get(1)?,
            content: row.get(2)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// What a reply acknowledges.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Acknowledged {
    /// Everything up to here is held.
    Through(u64),
    /// Everything up to here is held, and more of the same chain than this database has: it is an
    /// older copy.
    Beyond(u64),
    /// The server's end of the chain is not in this till's journal.
    Foreign,
}

/// Marks what the server says that it holds, if it is what this till wrote: the hash decides, not
/// the number.
pub(super) fn acknowledge(
    tx: &Transaction<'_>,
    push: &PushRequest,
    reply: &PushReply,
    now: Timestamp,
) -> Result<Acknowledged, TillError> {
    let head = reply.head;
    if head == ChainHead::start(push.epoch) {
        return Ok(Acknowledged::Through(0));
    }
    if head.epoch == push.epoch && hash_at(tx, push.epoch, head.seq)? == Some(head.hash) {
        mark_held(tx, head, now)?;
        return Ok(Acknowledged::Through(head.seq));
    }
    match pushed_below(tx, push, reply)? {
        Some(pushed) => {
            mark_held(tx, pushed, now)?;
            Ok(Acknowledged::Beyond(pushed.seq))
        }
        None => Ok(Acknowledged::Foreign),
    }
}

/// The last entry that was pushed, where the server holds all that was pushed and its chain ends
/// after this database's: another branch it would call a fork.
fn pushed_below(
    tx: &Transaction<'_>,
    push: &PushRequest,
    reply: &PushReply,
) -> Result<Option<ChainHead>, TillError> {
    let Some(last) = push.entries.last() else {
        return Ok(None);
    };
    let ends_later =
        reply.head.epoch == push.epoch && hash_at(tx, push.epoch, reply.head.seq)?.is_none();
    // A fork's answer says the same of the branch that this till is on.
    let (PushOutcome::Held | PushOutcome::Forked { .. }, true, Ok(header)) =
        (reply.outcome, ends_later, last.read_header())
    else {
        return Ok(None);
    };
    let pushed = ChainHead {
        epoch: push.epoch,
        seq: header.seq,
        hash: last.hash(),
    };
    Ok((reply.head.seq > pushed.seq).then_some(pushed))
}

fn mark_held(tx: &Transaction<'_>, head: ChainHead, now: Timestamp) -> Result<(), TillError> {
    let (epoch, seq) = (head.epoch.to_string(), signed(head.seq));
    tx.prepare_cached(
        "UPDATE epoch SET acked_seq = ?2, acked_hash = ?3 WHERE id = ?1 AND acked_seq < ?2",
    )?
    .execute(params![epoch, seq, head.hash.to_string()])?;
    tx.prepare_cached(
        "UPDATE journal SET acked_at = ?3 WHERE epoch = ?1 AND seq <= ?2 AND acked_at IS NULL",
    )?
    .execute(params![epoch, seq, now.unix_ms()])?;
    tx.prepare_cached("DELETE FROM push_refusal WHERE epoch = ?1")?
        .execute([epoch])?;
    Ok(())
}

/// Goes back to where the server is: it was restored from a backup, and what it lost is sent again.
pub(super) fn rewind(tx: &Transaction<'_>, epoch: EpochId, through: u64) -> Result<(), TillError> {
    let hash = hash_at(tx, epoch, through)?.map(|hash| hash.to_string());
    let (epoch, through) = (epoch.to_string(), signed(through));
    tx.prepare_cached(
        "UPDATE epoch SET acked_seq = ?2, acked_hash = ?3 WHERE id = ?1 AND acked_seq > ?2",
    )?
    .execute(params![epoch, through, hash])?;
    tx.prepare_cached("UPDATE journal SET acked_at = NULL WHERE epoch = ?1 AND seq > ?2")?
        .execute(params![epoch, through])?;
    Ok(())
}

/// Sends the last acknowledged entry of each epoch again: a server that was restored may hold another
/// branch of the chain by now, which is as long. It asks for what it lacks before that entry.
pub(super) fn offer_ends_again(tx: &Transaction<'_>) -> Result<(), TillError> {
    for heads in epoch_heads(tx)? {
        if heads.acked_seq > 0 {
            rewind(tx, heads.epoch, heads.acked_seq - 1)?;
        }
    }
    Ok(())
}

/// Remembers that the server takes no more of an epoch.
pub(super) fn refuse(
    tx: &Transaction<'_>,
    epoch: EpochId,
    seq: u64,
    fault: RefusedFault,
    now: Timestamp,
) -> Result<(), TillError> {
    let fault = match fault {
        RefusedFault::Format => "format",
        RefusedFault::Signature => "signature",
        RefusedFault::Chain => "chain",
    };
    tx.prepare_cached(
        "INSERT OR REPLACE INTO push_refusal (epoch, seq, fault, at) VALUES (?1, ?2, ?3, ?4)",
    )?
    .execute(params![
        epoch.to_string(),
        signed(seq),
        fault,
        now.unix_ms()
    ])?;
    Ok(())
}

/// Compares what the server says that it holds with what this till takes for acknowledged. Answers
/// with whether the server holds more of the present epoch than this database does.
pub(super) fn compare(tx: &Transaction<'_>, included: &Included) -> Result<bool, TillError> {
    let epochs = epoch_heads(tx)?;
    let held = |epoch: EpochId| {
        let through = included.through.iter().find(|last| last.epoch == epoch);
        through.map_or(0, |last| last.seq)
    };
    for heads in &epochs {
        if held(heads.epoch) < heads.acked_seq {
            rewind(tx, heads.epoch, held(heads.epoch))?;
        }
    }
    Ok(epochs
        .last()
        .is_some_and(|present| held(present.epoch) > present.last_seq))
}

/// A whole number as SQLite stores it; sequences never come near its limit.
fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
