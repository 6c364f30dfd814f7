//! PINs: hashed, checked, and slowed down when somebody guesses.

use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, PasswordHasher, PasswordVerifier};
use comptoir_domain::event::{AuditFact, Event};
use comptoir_domain::ids::{IdSource, StaffId};
use comptoir_domain::staff::{Role, Staff, pin_delay};
use comptoir_domain::time::Timestamp;
use rusqlite::Connection;

use crate::core::Core;
use crate::desk::staff_member;
use crate::error::TillError;
use crate::store::actions;
use crate::store::journal::random_salt;
use crate::wire::{ApiError, Approval, Code, Param};

const PIN_DIGITS_MIN: usize = 4;
const PIN_DIGITS_MAX: usize = 8;

/// Refuses what is no PIN.
pub(crate) fn check_form(pin: &str) -> Result<(), TillError> {
    let fits = (PIN_DIGITS_MIN..=PIN_DIGITS_MAX).contains(&pin.len())
        && pin.bytes().all(|byte| byte.is_ascii_digit());
    if fits {
        Ok(())
    } else {
        Err(TillError::refuse(
            Code::PinTooSimple,
            "a PIN has four to eight digits",
        ))
    }
}

/// The salted hash that is kept in the PIN's place.
pub(crate) fn hash(pin: &str, ids: &mut dyn IdSource) -> Result<String, TillError> {
    let hashed: Result<PasswordHash, _> =
        Argon2::default().hash_password_with_salt(pin.as_bytes(), &random_salt(ids));
    hashed
        .map(|hash| hash.to_string())
        .map_err(|error| TillError::refuse(Code::Internal, error.to_string()))
}

fn matches(pin: &str, hash: &str) -> bool {
    PasswordHash::new(hash).is_ok_and(|hash| {
        Argon2::default()
            .verify_password(pin.as_bytes(), &hash)
            .is_ok()
    })
}

/// Until when this person's PIN is not even looked at. A clock that ran ahead at the last try and
/// was put right since must not lock anybody out: such a wait is forgotten.
pub(crate) fn slowed_until(
    connection: &Connection,
    staff: StaffId,
    now: Timestamp,
) -> Result<Option<Timestamp>, TillError> {
    let Some((count, last)) = actions::pin_failures(connection, staff)? else {
        return Ok(None);
    };
    let delay = pin_delay(count).filter(|delay| (0..*delay).contains(&now.ms_since(last)));
    Ok(delay.map(|delay| last.plus_ms(delay)))
}

impl Core {
    /// The person, if the PIN is theirs. A wrong one is written down and slows the next try.
    pub(crate) fn check_pin(&mut self, id: StaffId, pin: &str) -> Result<Staff, TillError> {
        let now = self.clock.now();
        if let Some(until) = slowed_until(self.connection(), id, now)? {
            return Err(slowed(until));
        }
        let staff = staff_member(self.connection(), id)?;
        let right = staff
            .as_ref()
            .and_then(|staff| staff.pin_hash.as_deref())
            .is_some_and(|hash| matches(pin, hash));
        match staff {
            Some(staff) if right => {
                if actions::pin_failures(self.connection(), id)?.is_some() {
                    self.transaction(|tx| actions::clear_pin_failures(tx, id))?;
                }
                Ok(staff)
            }
            _ => Err(self.wrong_pin(id, now)?),
        }
    }

    fn wrong_pin(&mut self, id: StaffId, now: Timestamp) -> Result<TillError, TillError> {
        let tries = self.act(None, |act| {
            let tries = actions::count_pin_failure(act.tx, id, act.now)?;
            let action = act.own_action();
            let fact = AuditFact::PinRefused { staff: id, tries };
            act.write_events("pin_refused", action, vec![Event::Audited { fact }])?;
            Ok(tries)
        })?;
        let tries = tries.unwrap_or_default();
        if let Some(delay) = pin_delay(tries) {
            return Ok(slowed(now.plus_ms(delay)));
        }
        let left = (tries..).take_while(|&tries| pin_delay(tries).is_none());
        let left = i64::try_from(left.count()).unwrap_or(i64::MAX);
        let error = ApiError::new(Code::PinWrong, "wrong PIN");
        Ok(error.with("attempts_left", Param::Count(left)).into())
    }

    /// The manager who lifts the role's limit for one request, if one was named.
    pub(crate) fn check_approval(
        &mut self,
        approval: Option<&Approval>,
    ) -> Result<Option<StaffId>, TillError> {
        let Some(approval) = approval else {
            return Ok(None);
        };
        let approver = self.check_pin(approval.staff, &approval.pin)?;
        if approver.role == Role::Manager {
            Ok(Some(approver.id))
        } else {
            Err(TillError::refuse(
                Code::NotAllowed,
                "only a manager approves",
            ))
        }
    }
}

fn slowed(until: Timestamp) -> TillError {
    ApiError::new(Code::PinSlowedDown, "too many wrong PINs")
        .with("until", Param::Moment(until))
        .into()
}
