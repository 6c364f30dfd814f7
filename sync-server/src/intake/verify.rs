//! What can be checked about a push without looking at anything stored: signatures, format, and the
//! links between the entries themselves. It costs processor time, so it happens outside of the
//! transaction.

use comptoir_domain::entry::{
    BodyUnreadable, EntryBody, EntryFault, EntryHash, EntryHeader, EntryRef, SealedEntry, Source,
    attachment_hash, from_hex,
};
use comptoir_domain::ids::{AttachmentId, EpochId, TillId};
use comptoir_domain::time::Timestamp;
use comptoir_sync::protocol::{Attachment, PushRequest, RefusedFault};
use ed25519_dalek::VerifyingKey;

/// The largest content of one attachment that is kept, in bytes.
pub const ATTACHMENT_BYTES_MAX: usize = 512 * 1024;

/// An entry that its source signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedEntry {
    pub header: EntryHeader,
    pub hash: EntryHash,
    pub body: Result<EntryBody, BodyUnreadable>,
    pub sealed: SealedEntry,
}

/// A blob under the salted hash that it really has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedAttachment {
    /// The entry that is said to name it.
    pub entry: EntryRef,
    pub id: AttachmentId,
    pub salted_hash: EntryHash,
    pub salt: [u8; 16],
    pub content: String,
}

/// What a till sent, as far as it can be its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedPush {
    pub till: TillId,
    pub epoch: EpochId,
    pub entries: Vec<VerifiedEntry>,
    /// The first entry that is none of this till's; nothing from it on is in `entries`.
    pub refused: Option<(u64, RefusedFault)>,
    pub attachments: Vec<VerifiedAttachment>,
    /// The server's clock less the till's, in milliseconds.
    pub offset_ms: i64,
}

/// Checks everything that a till sent under its key. What is wrong ends the push; what came before
/// it stands.
pub fn verify_push(request: PushRequest, key: &VerifyingKey, now: Timestamp) -> VerifiedPush {
    let mut push = VerifiedPush {
        till: request.till,
        epoch: request.epoch,
        entries: Vec::with_capacity(request.entries.len()),
        refused: None,
        attachments: request
            .attachments
            .into_iter()
            .filter_map(verify_attachment)
            .collect(),
        offset_ms: now.ms_since(request.sent_at),
    };
    for sealed in request.entries {
        let previous = push.entries.last();
        match verify_entry(sealed, key, request.till, request.epoch, previous) {
            Ok(entry) => push.entries.push(entry),
            Err((seq, fault)) => {
                let assumed = previous.map_or(0, |entry| entry.header.seq.saturating_add(1));
                push.refused = Some((seq.unwrap_or(assumed), fault));
                break;
            }
        }
    }
    push
}

fn verify_entry(
    sealed: SealedEntry,
    key: &VerifyingKey,
    till: TillId,
    epoch: EpochId,
    previous: Option<&VerifiedEntry>,
) -> Result<VerifiedEntry, (Option<u64>, RefusedFault)> {
    let header = sealed.verify(key).map_err(|fault| match fault {
        EntryFault::SignatureWrong => (
            sealed.read_header().ok().map(|header| header.seq),
            RefusedFault::Signature,
        ),
        EntryFault::TooLarge | EntryFault::HeaderUnreadable | EntryFault::FormatUnknown => {
            (None, RefusedFault::Format)
        }
    })?;
    let in_chain = header.source == Source::Till(till)
        && header.epoch == epoch
        && (1..=i64::MAX.unsigned_abs()).contains(&header.seq)
        && (header.seq > 1 || header.previous == EntryHash::NONE)
        && follows(previous, &header);
    if !in_chain {
        return Err((Some(header.seq), RefusedFault::Chain));
    }
    Ok(VerifiedEntry {
        hash: sealed.hash(),
        body: sealed.read_body(),
        header,
        sealed,
    })
}

/// Whether an entry names the one sent just before it as its predecessor, where it should.
fn follows(previous: Option<&VerifiedEntry>, header: &EntryHeader) -> bool {
    previous.is_none_or(|previous| {
        previous.header.seq + 1 != header.seq || previous.hash == header.previous
    })
}

/// A blob that cannot be what an entry named is left out; the entry then misses it, and that is a
/// problem of its own.
fn verify_attachment(attachment: Attachment) -> Option<VerifiedAttachment> {
    if attachment.content.len() > ATTACHMENT_BYTES_MAX {
        return None;
    }
    let salt: [u8; 16] = from_hex(&attachment.salt).ok()?;
    Some(VerifiedAttachment {
        entry: attachment.entry,
        id: attachment.id,
        salted_hash: attachment_hash(&salt, attachment.content.as_bytes()),
        salt,
        content: attachment.content,
    })
}
