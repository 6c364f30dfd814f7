//! What lies beside the journals: texts against the hashes that signed entries state, and entries that
//! no branch has room for.

use std::io::Write;

use comptoir_domain::entry::{EntryRef, attachment_hash};

use super::super::desk::Desk;
use super::audit::{Audit, Fault};
use crate::store::{Hub, JournalRow, StoredAttachment};

/// How many entries are read at a time.
const PAGE: u32 = 500;

/// Counts what was found.
#[derive(Debug, Default)]
pub(super) struct Beside {
    whole: u64,
    forgotten: u64,
    missing: u64,
}

impl Beside {
    /// Checks what an entry names. What is missing is said and is no fault: it may be under way, or its
    /// till is lost.
    pub(super) async fn check(
        &mut self,
        desk: &Desk,
        hub: &Hub,
        row: &JournalRow,
        out: &mut dyn Write,
    ) -> anyhow::Result<Result<(), Fault>> {
        let named = row.sealed.read_body().map(|body| body.attachments);
        let named = named.unwrap_or_default();
        if named.is_empty() {
            return Ok(Ok(()));
        }
        let entry = EntryRef {
            source: row.source,
            epoch: row.epoch,
            seq: row.seq,
        };
        let stored = desk.store.attachments(hub.id, entry, row.branch).await?;
        for wanted in named {
            let found = stored
                .iter()
                .find(|known| known.id == wanted.id && known.salted_hash == wanted.salted_hash);
            match found.map(|known| &known.stored) {
                Some(StoredAttachment::Here { salt, content }) => {
                    if attachment_hash(salt, content.as_bytes()) != wanted.salted_hash {
                        return Ok(Err(Fault::Attachment));
                    }
                    self.whole += 1;
                }
                Some(StoredAttachment::Forgotten) => self.forgotten += 1,
                Some(StoredAttachment::Missing) | None => {
                    self.missing += 1;
                    let (number, id) = (row.accept_no, wanted.id);
                    writeln!(out, "  missing    attachment {id} of entry {number}")?;
                }
            }
        }
        Ok(Ok(()))
    }

    pub(super) fn say(&self, out: &mut dyn Write) -> std::io::Result<()> {
        if self.whole + self.forgotten + self.missing == 0 {
            return Ok(());
        }
        writeln!(
            out,
            "  attachments: {} whole, {} forgotten, {} missing",
            self.whole, self.forgotten, self.missing
        )
    }
}

/// Checks the signatures of entries beside the branches, and says how many there are.
pub(super) async fn check_aside(
    desk: &Desk,
    hub: &Hub,
    audit: &Audit,
    out: &mut dyn Write,
) -> anyhow::Result<bool> {
    let mut seen = 0;
    loop {
        let page = desk.store.aside(hub.id, seen, PAGE).await?;
        if page.is_empty() {
            break;
        }
        for row in page {
            let key = audit.key(row.source);
            let signed = key.ok_or(Fault::SourceUnknown).and_then(|key| {
                let header = row.sealed.verify(key)?;
                let is_there = (header.source, header.epoch, header.seq, row.sealed.hash())
                    == (row.source, row.epoch, row.seq, row.hash);
                is_there.then_some(()).ok_or(Fault::Place)
            });
            if let Err(fault) = signed {
                writeln!(out, "\"{}\": FAULT beside the branches", hub.name)?;
                writeln!(out, "  journal    {} {}", row.source, row.epoch)?;
                writeln!(out, "  place      {}", row.seq)?;
                writeln!(out, "  {fault} [{}]", fault.code())?;
                return Ok(false);
            }
            seen += 1;
        }
    }
    if seen > 0 {
        writeln!(
            out,
            "  aside: {seen} signed entries of journals with too many branches"
        )?;
    }
    Ok(true)
}
