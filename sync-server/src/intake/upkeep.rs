//! What time brings: entries that can be read at last, attachments that never came or came late.

use comptoir_domain::entry::EntryRef;
use comptoir_domain::problem::{Decision, Problem, ProblemRule};
use comptoir_domain::time::Timestamp;

use super::batch::{Batch, Folded, Halt, Writes};
use super::{KIND_VERSION_MAX, Rows};
use crate::store::{HubHead, JournalRow, NamedRow, Noted, StoreError};

impl Batch {
    /// Folds entries that were set aside and can be read now.
    pub fn retry(
        rows: &mut dyn Rows,
        head: &HubHead,
        quarantined: &[JournalRow],
        now: Timestamp,
    ) -> Result<Writes, StoreError> {
        let (writes, ()) = Batch::run(head, now, rows, |batch, rows| {
            quarantined
                .iter()
                .try_for_each(|row| batch.retry_one(rows, row))
        })?;
        Ok(writes)
    }

    /// Opens a problem for each attachment that never came, and ends those of attachments that came
    /// after all.
    pub fn miss(
        rows: &mut dyn Rows,
        head: &HubHead,
        missing: &[NamedRow],
        arrived: &[NamedRow],
        now: Timestamp,
    ) -> Result<Writes, StoreError> {
        let rule = ProblemRule::AttachmentMissing;
        let (writes, ()) = Batch::run(head, now, rows, |batch, rows| {
            for named in missing {
                batch.open_problem(rows, rule, named.entry_ref(), named.number)?;
            }
            for named in arrived {
                batch.end_problem(rows, rule, named.entry_ref(), named.number, "arrived")?;
            }
            Ok(())
        })?;
        Ok(writes)
    }

    /// Opens and ends what jobs found.
    pub fn note(
        rows: &mut dyn Rows,
        head: &HubHead,
        noted: &[Noted],
        now: Timestamp,
    ) -> Result<Writes, StoreError> {
        let (writes, ()) = Batch::run(head, now, rows, |batch, rows| {
            for found in noted {
                let problem = Problem::open(found.rule, found.subject, found.entry, 0, now);
                match found.ended {
                    None => batch.states.open_problem(rows, problem)?,
                    Some(choice) => {
                        let decision = Decision {
                            by: None,
                            at: now,
                            choice: choice.to_owned(),
                        };
                        if let Some(known) = batch.states.problem_mut(rows, problem.id)? {
                            known.decision.get_or_insert(decision);
                        }
                    }
                }
            }
            Ok(())
        })?;
        Ok(writes)
    }

    fn retry_one(&mut self, rows: &mut dyn Rows, row: &JournalRow) -> Result<(), Halt> {
        let header = row.sealed.read_header().ok();
        let body = row.sealed.read_body().ok();
        let (Some(header), Some(body)) = (header, body) else {
            return Ok(());
        };
        if header.kind_version > KIND_VERSION_MAX || self.poisoned.contains(&row.hash) {
            return Ok(());
        }
        self.fold(rows, &header, row.hash, &body)?;
        self.writes.folded.push(Folded {
            accept_no: row.accept_no,
            fold_no: self.writes.head.fold_no,
        });
        self.name_attachments(&header, row.branch, &body.attachments);
        let entry = EntryRef {
            source: row.source,
            epoch: row.epoch,
            seq: row.seq,
        };
        let index = usize::try_from(row.branch).unwrap_or(usize::MAX);
        self.end_problem(rows, ProblemRule::EntryQuarantined, entry, index, "folded")
    }
}
