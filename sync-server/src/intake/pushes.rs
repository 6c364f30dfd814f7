//! What tills send: each entry placed in its chain, numbered, folded or set aside.

use comptoir_domain::entry::{ChainHead, EntryRef, Source};
use comptoir_domain::problem::ProblemRule;
use comptoir_domain::time::Timestamp;
use comptoir_sync::protocol::{PushOutcome, PushReply};

use super::batch::{Batch, Halt, Writes};
use super::chain::{BRANCHES_MAX, Chain, Placement};
use super::{Rows, VerifiedEntry, VerifiedPush};
use crate::store::{AsideRow, AttachmentRow, HubHead, StoreError};

/// Where the entries of a push end up.
#[derive(Debug, Clone, Copy)]
enum End {
    Branch(u32),
    /// Beside the branches, from `first` on.
    Aside {
        first: u64,
        head: ChainHead,
    },
}

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
        let mut end = End::Branch(0);
        let mut missing = None;
        for entry in &push.entries {
            let placement = chain.place(rows, entry)?;
            match placement {
                Placement::Held { branch } => end = End::Branch(branch),
                Placement::Aside { is_held } => {
                    if !is_held && !self.put_aside(rows, push, &mut chain, entry)? {
                        missing = Some(entry.header.seq);
                        break;
                    }
                    end = end.aside(chain.end_with(entry));
                }
                Placement::Missing { expected } => {
                    missing = Some(expected);
                    break;
                }
                Placement::Next { .. } | Placement::Opens { .. }
                    if drained && !self.has_room_for(rows, push.till, entry)? =>
                {
                    missing = Some(entry.header.seq);
                    break;
                }
                Placement::Next { branch } | Placement::Opens { branch } => {
                    end = End::Branch(branch);
                    chain.extend(branch, entry);
                    self.journal(rows, entry, branch, drained, push.offset_ms)?;
                    let is_fork = branch > 0 && matches!(placement, Placement::Opens { .. });
                    if is_fork && (!drained || self.may_alarm(rows, push.till)?) {
                        let at = entry.header.entry_ref();
                        self.open_problem(rows, ProblemRule::JournalForked, at, 0)?;
                    }
                }
            }
        }
        let reply = PushReply {
            outcome: outcome(push, missing, end, &chain),
            head: end.head(&chain),
            feed_head: 0,
            server_time: self.now,
        };
        self.chains.insert((source, push.epoch), chain);
        self.keep_attachments(rows, push, drained)?;
        Ok(reply)
    }

    /// Keeps an entry that no branch has room for, with one alarm for its chain; `false` where there
    /// is no room at all.
    fn put_aside(
        &mut self,
        rows: &mut dyn Rows,
        push: &VerifiedPush,
        chain: &mut Chain,
        entry: &VerifiedEntry,
    ) -> Result<bool, Halt> {
        if !self.has_room_for(rows, push.till, entry)? {
            return Ok(false);
        }
        chain.put_aside(entry);
        let header = &entry.header;
        self.writes.aside.push(AsideRow {
            source: header.source,
            epoch: header.epoch,
            seq: header.seq,
            hash: entry.hash,
            accepted_at: self.now,
            offset_ms: push.offset_ms,
            sealed: entry.sealed.clone(),
        });
        let first = EntryRef {
            seq: 1,
            ..header.entry_ref()
        };
        self.open_problem(rows, ProblemRule::JournalForked, first, BRANCHES_MAX)?;
        Ok(true)
    }

    /// Keeps what an entry names, and nothing else: anybody could fill the disk with the rest.
    fn keep_attachments(
        &mut self,
        rows: &mut dyn Rows,
        push: &VerifiedPush,
        drained: bool,
    ) -> Result<(), Halt> {
        let source = Source::Till(push.till);
        for attachment in &push.attachments {
            let (id, hash) = (attachment.id, attachment.salted_hash);
            let is_named = self.named.contains(&(source, id, hash)) || {
                let (epoch, seq) = (attachment.entry.epoch, attachment.entry.seq);
                let entry = EntryRef { source, epoch, seq };
                rows.is_awaited(entry, id, hash)?
            };
            let bytes = attachment.content.len();
            if !is_named || drained && !self.has_room_for_bytes(rows, push.till, bytes)? {
                continue;
            }
            self.writes.attachments.push(AttachmentRow {
                source,
                id,
                salted_hash: hash,
                salt: attachment.salt,
                content: attachment.content.clone(),
                received_at: self.now,
            });
            if !drained {
                self.publish_text(rows, push, attachment)?;
            }
        }
        Ok(())
    }
}

impl End {
    fn aside(self, head: ChainHead) -> End {
        let first = match self {
            End::Aside { first, .. } => first,
            End::Branch(_) => head.seq,
        };
        End::Aside { first, head }
    }

    fn head(self, chain: &Chain) -> ChainHead {
        match self {
            End::Branch(branch) => chain.head(branch),
            End::Aside { head, .. } => head,
        }
    }
}

fn outcome(push: &VerifiedPush, missing: Option<u64>, end: End, chain: &Chain) -> PushOutcome {
    match (missing, push.refused, end) {
        (Some(seq), _, _) => PushOutcome::Expected { seq },
        (None, Some((seq, fault)), _) => PushOutcome::Refused { seq, fault },
        (None, None, End::Aside { first, .. }) => PushOutcome::Forked { seq: first },
        (None, None, End::Branch(branch)) if branch > 0 => PushOutcome::Forked {
            seq: chain.first_seq(branch),
        },
        (None, None, End::Branch(_)) => PushOutcome::Held,
    }
}
