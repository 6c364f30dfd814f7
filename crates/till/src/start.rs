//! What happens between opening the database and the first key press: who this till is, whether the
//! database is the latest one, and what the last run left unfinished.

use comptoir_domain::entry::EntryHash;
use comptoir_domain::event::{AuditFact, EpochEnd, EpochReason, Event};
use comptoir_domain::ids::{IdSource, StaffId, TillId};
use comptoir_domain::time::Timestamp;
use ed25519_dalek::SigningKey;
use rusqlite::{Connection, Transaction, TransactionBehavior};

use crate::act::Act;
use crate::core::Identity;
use crate::error::TillError;
use crate::health;
use crate::key::{HighWaterMark, KeyStore};
use crate::session::{CurrentOrder, Session};
use crate::store::meta::key;
use crate::store::states::States;
use crate::store::{OpenError, drafts, journal, meta, print_jobs};
use crate::wire::{Code, Param, Severity};

/// A clock that shows an earlier moment than this was never set: 1 January 2026.
const CLOCK_MIN: Timestamp = Timestamp::from_unix_ms(1_767_225_600_000);

/// How far the clock may stand before the last entry without a word.
const CLOCK_BACK_MS: i64 = 60_000;

/// A person who was away for longer than this signs in again after a restart.
const SIGNED_IN_MS: i64 = 30 * 60_000;

/// Takes up what the last run left, in one transaction.
pub(crate) fn take_up(
    connection: &mut Connection,
    now: Timestamp,
    ids: &mut (dyn IdSource + Send),
    keys: &mut dyn KeyStore,
) -> Result<(Identity, Session), OpenError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let mut start = Start {
        tx: &transaction,
        now,
        session: Session::new(now),
    };
    let identity = start.identity(ids, keys)?;
    start.finish_print_jobs()?;
    start.look_at_clock(ids, &identity)?;
    start.resume()?;
    let session = start.session;
    transaction.commit()?;
    Ok((identity, session))
}

struct Start<'a> {
    tx: &'a Transaction<'a>,
    now: Timestamp,
    session: Session,
}

impl Start<'_> {
    fn identity(
        &mut self,
        ids: &mut (dyn IdSource + Send),
        keys: &mut dyn KeyStore,
    ) -> Result<Identity, OpenError> {
        let stored: Option<TillId> = meta::parsed(self.tx, key::TILL)?;
        let seed = keys.load()?;
        let mark = keys.mark();
        let identity = match (stored, seed) {
            (Some(_), None) => return Err(OpenError::KeyMissing),
            (Some(till), Some(seed)) => Identity {
                till,
                key: SigningKey::from_bytes(&seed),
            },
            (None, seed) => self.first_start(seed, mark, ids, keys)?,
        };
        health::check_tail(self.tx, &identity.key.verifying_key())?;
        let mark = mark.filter(|mark| mark.till == identity.till);
        if let Some((reason, previous)) = self.reason_for_epoch(mark)? {
            let epoch = journal::open_epoch(self.tx, self.now, reason, previous, ids)?;
            if reason != EpochReason::FirstStart {
                self.session.say_older_copy(&epoch.label);
            }
        }
        Ok(identity)
    }

    /// A till mints its id and key when it first starts. Where they outlived a lost database, it
    /// stays who it was.
    fn first_start(
        &self,
        seed: Option<[u8; 32]>,
        mark: Option<HighWaterMark>,
        ids: &mut (dyn IdSource + Send),
        keys: &mut dyn KeyStore,
    ) -> Result<Identity, OpenError> {
        let (till, seed) = match (seed, mark) {
            (Some(seed), Some(mark)) => (mark.till, seed),
            (Some(seed), None) => (TillId::from_uuid(ids.next_uuid()), seed),
            (None, _) => (TillId::from_uuid(ids.next_uuid()), keys.create()?),
        };
        meta::set(self.tx, key::TILL, &till.to_string())?;
        Ok(Identity {
            till,
            key: SigningKey::from_bytes(&seed),
        })
    }

    /// Whether the database may be older than its journal, or has none yet.
    fn reason_for_epoch(
        &self,
        mark: Option<HighWaterMark>,
    ) -> Result<Option<(EpochReason, Option<EpochEnd>)>, OpenError> {
        let current = journal::current_epoch(self.tx)?;
        let end = mark.map(|mark| EpochEnd {
            epoch: mark.head.epoch,
            seq: mark.head.seq,
            hash: mark.head.hash,
        });
        let (Some(_), Some(end)) = (current.as_ref(), end) else {
            let reason = match end {
                Some(_) => EpochReason::Restored,
                None => EpochReason::FirstStart,
            };
            return Ok(current.is_none().then_some((reason, end)));
        };
        let found: Option<EntryHash> = journal::hash_at(self.tx, end.epoch, end.seq)?;
        Ok(match found {
            Some(hash) if hash == end.hash => None,
            Some(_) => Some((EpochReason::Forked, Some(end))),
            None => Some((EpochReason::Restored, Some(end))),
        })
    }

    fn finish_print_jobs(&self) -> Result<(), OpenError> {
        Ok(print_jobs::recover(self.tx, self.now)?)
    }

    fn look_at_clock(
        &mut self,
        ids: &mut (dyn IdSource + Send),
        identity: &Identity,
    ) -> Result<(), OpenError> {
        if self.now < CLOCK_MIN {
            self.session.stand(Code::ClockOff, Severity::Problem, &[]);
        }
        let Some(last) = journal::last_at(self.tx)? else {
            return Ok(());
        };
        if last.ms_since(self.now) <= CLOCK_BACK_MS {
            return Ok(());
        }
        self.session.stand(
            Code::ClockBeforeLastSale,
            Severity::Problem,
            &[("last", Param::Moment(last))],
        );
        let mut states = States::default();
        let mut act = Act::new(self.tx, self.now, None, ids, identity, &mut states);
        let action = act.own_action();
        let fact = AuditFact::ClockMovedBack {
            from: last,
            to: self.now,
        };
        act.write_events("clock_moved_back", action, vec![Event::Audited { fact }])?;
        Ok(())
    }

    /// The order in progress comes back with its steps; who was signed in a moment ago goes on.
    fn resume(&mut self) -> Result<(), OpenError> {
        if let Some(stored) = drafts::current(self.tx)? {
            self.session.order = Some(CurrentOrder::from(stored));
            let others = drafts::others(self.tx)?.into_iter();
            self.session.others = others.map(CurrentOrder::from).collect();
            self.session
                .notice(Code::OrderRestored, Severity::Quiet, &[], Vec::new());
        } else {
            self.session.done = journal::last_sale_if_last(self.tx)?;
        }
        self.session.staff = self.signed_in()?;
        Ok(())
    }

    fn signed_in(&self) -> Result<Option<StaffId>, TillError> {
        let staff: Option<StaffId> = meta::parsed(self.tx, key::SIGNED_IN)?;
        let last = journal::last_at(self.tx)?;
        let recent = last.is_some_and(|last| self.now.ms_since(last) < SIGNED_IN_MS);
        Ok(staff.filter(|_| recent || self.session.order.is_some()))
    }
}
