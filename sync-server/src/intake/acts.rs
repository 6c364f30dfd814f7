//! What the server does itself: entries of its own chain, and the things that they change.

use comptoir_domain::entry::{
    AttachmentRef, ENTRY_FORMAT, EntryBody, EntryHash, EntryHeader, EntryRef, SealedEntry, Source,
    attachment_hash,
};
use comptoir_domain::event::Event;
use ed25519_dalek::SigningKey;

use super::batch::{Batch, Halt, Writes};
use super::chain::Chain;
use super::{FOLDED_KINDS, KIND_VERSION_MAX, Rows, VerifiedEntry};
use crate::store::{
    Act, ActAttachment, AttachmentRow, EntityChange, EntityKey, Hub, HubHead, Recorded, StoreError,
};

impl Batch {
    /// Writes down what the server does, or finds that it did it before.
    pub fn record(
        rows: &mut dyn Rows,
        hub: &Hub,
        head: &HubHead,
        key: &SigningKey,
        act: &Act,
    ) -> Result<(Option<Writes>, Recorded), StoreError> {
        for change in &act.entities {
            let (EntityChange::Put { kind, .. } | EntityChange::Delete { kind, .. }) = change;
            if FOLDED_KINDS.contains(&kind.0.as_str()) {
                return Err(StoreError::FoldedKind(kind.0.clone()));
            }
        }
        let source = Source::Server(hub.source);
        if let Some(recorded) = rows.recorded(source, act.action)? {
            return Ok((None, recorded));
        }
        let (writes, entry) = Batch::run(head, act.at, rows, |batch, rows| {
            batch.act(rows, hub, key, act)
        })?;
        let recorded = Recorded {
            entry,
            accept_no: writes.head.accept_no,
            feed_head: writes.head.position,
        };
        Ok((Some(writes), recorded))
    }

    fn act(
        &mut self,
        rows: &mut dyn Rows,
        hub: &Hub,
        key: &SigningKey,
        act: &Act,
    ) -> Result<EntryRef, Halt> {
        let source = Source::Server(hub.source);
        let mut chain = self.take_chain(rows, source, hub.source_epoch)?;
        let entry = seal(&chain, act, key);
        chain.extend(0, &entry);
        self.chains.insert((source, hub.source_epoch), chain);
        self.journal(rows, &entry, 0, false, 0)?;
        let born = |event: &&Event| matches!(event, Event::OrderPlaced { .. });
        self.writes.head.order_no += act.events.iter().filter(born).count() as u64;
        let beside = act.attachments.iter().map(|beside| AttachmentRow {
            source,
            id: beside.id,
            salted_hash: hash_of(beside),
            salt: beside.salt,
            content: beside.content.clone(),
            received_at: act.at,
        });
        self.writes.attachments.extend(beside);
        for change in &act.entities {
            match change {
                EntityChange::Put { kind, id, body } => self
                    .states
                    .put(EntityKey::new(&kind.0, id), Some(body.clone())),
                EntityChange::Delete { kind, id } => {
                    self.states.put(EntityKey::new(&kind.0, id), None);
                }
            }
        }
        Ok(entry.header.entry_ref())
    }
}

fn hash_of(beside: &ActAttachment) -> EntryHash {
    attachment_hash(&beside.salt, beside.content.as_bytes())
}

fn seal(chain: &Chain, act: &Act, key: &SigningKey) -> VerifiedEntry {
    let head = chain.head(0);
    let header = EntryHeader {
        format: ENTRY_FORMAT,
        source: chain.source,
        epoch: chain.epoch,
        seq: head.seq + 1,
        previous: head.hash,
        kind: act.kind.clone(),
        kind_version: KIND_VERSION_MAX,
        action: act.action,
        at: act.at,
        actor: act.actor,
        approved_by: None,
    };
    let body = EntryBody {
        events: act.events.clone(),
        attachments: act
            .attachments
            .iter()
            .map(|beside| AttachmentRef {
                id: beside.id,
                salted_hash: hash_of(beside),
            })
            .collect(),
    };
    let sealed = SealedEntry::seal(&header, &body, key);
    VerifiedEntry {
        hash: sealed.hash(),
        header,
        body: Ok(body),
        sealed,
    }
}
