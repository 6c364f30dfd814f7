//! What tills send: each entry placed in its chain, numbered, folded or set aside.

use comptoir_domain::entry::Source;
use comptoir_domain::problem::ProblemRule;
use comptoir_domain::time::Timestamp;
use comptoir_sync::protocol::{PushOutcome, PushReply};

use super::batch::{Batch, Halt, Writes};
use super::chain::{Chain, Placement};
use super::{Rows, VerifiedPush};
use crate::store::{AttachmentRow, HubHead, StoreError};

impl Batch {
    /// Takes what tills sent and answers each.
    pub fn accept(
        rows: &mut dyn Rows,
        head: &HubHead,
        pushes: &[VerifiedPush],
        now: Timestamp,
    ) -> Result<(Writes, Vec<PushReply>), StoreError> {
        let (writes, mut replies) = Batch::run(head, now, rows, |batch, rows| {
            let bodies = pushes.iter().flat_map(|push| &push.entries);
            let bodies =
                bodies.filter_map(|entry| Some((entry.header.source, entry.body.as_ref().ok()?)));
            batch.states.prefetch(rows, bodies)?;
            pushes
                .iter()
                .map(|push| batch.push(rows, push))
                .collect::<Result<Vec<PushReply>, Halt>>()
        })?;
        for reply in &mut replies {
            reply.feed_head = writes.head.position;
        }
        Ok((writes, replies))
    }

    fn push(&mut self, rows: &mut dyn Rows, push: &VerifiedPush) -> Result<PushReply, Halt> {
        let source = Source::Till(push.till);
        let drained = rows.is_revoked(push.till)?;
        let mut chain = self.take_chain(rows, source, push.epoch)?;
        chain.look_up(rows, &push.entries)?;
        let mut branch = 0;
        let mut missing = None;
        for entry in &push.entries {
            match chain.place(entry, branch) {
                Placement::Held { branch: held } => branch = held,
                Placement::Missing { expected } => {
                    missing = Some(expected);
                    break;
                }
                placement @ (Placement::Next { branch: into }
                | Placement::Opens { branch: into }) => {
                    branch = into;
                    chain.extend(branch, entry);
                    self.journal(rows, entry, branch, drained, push.offset_ms)?;
                    if branch > 0 && matches!(placement, Placement::Opens { .. }) {
                        let at = entry.header.entry_ref();
                        self.open_problem(rows, ProblemRule::JournalForked, at, 0)?;
                    }
                }
            }
        }
        let reply = PushReply {
            outcome: outcome(push, missing, branch, &chain),
            head: chain.head(branch),
            feed_head: 0,
            server_time: self.now,
        };
        self.chains.insert((source, push.epoch), chain);
        self.keep_attachments(push, source);
        Ok(reply)
    }

    fn keep_attachments(&mut self, push: &VerifiedPush, source: Source) {
        let rows = push.attachments.iter().map(|attachment| AttachmentRow {
            source,
            id: attachment.id,
            salted_hash: attachment.salted_hash,
            salt: attachment.salt,
            content: attachment.content.clone(),
            received_at: self.now,
        });
        self.writes.attachments.extend(rows);
    }
}

fn outcome(push: &VerifiedPush, missing: Option<u64>, branch: u32, chain: &Chain) -> PushOutcome {
    match (missing, push.refused) {
        (Some(seq), _) => PushOutcome::Expected { seq },
        (None, Some((seq, fault))) => PushOutcome::Refused { seq, fault },
        (None, None) if branch > 0 => PushOutcome::Forked {
            seq: chain.first_seq(branch),
        },
        (None, None) => PushOutcome::Held,
    }
}
