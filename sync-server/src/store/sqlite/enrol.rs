//! Making a device a till of a hub, and taking that back.

use std::collections::BTreeSet;

use comptoir_domain::event::Event;
use comptoir_domain::ids::{HubId, TillId};
use ed25519_dalek::SigningKey;
use rusqlite::Transaction;

use super::{access, batches, hubs};
use crate::enrolment::free_till_code;
use crate::store::{Act, EnrolOutcome, Enrolling, StoreError, Till};

pub(super) fn enrol(
    transaction: &Transaction<'_>,
    key: &SigningKey,
    enrolling: &Enrolling,
) -> Result<EnrolOutcome, StoreError> {
    let Some(code) = access::enrolment(transaction, enrolling.code_hash)? else {
        return Ok(EnrolOutcome::CodeUnknown);
    };
    let known = access::till(transaction, enrolling.till)?;
    let is_again = code.used_by == Some(enrolling.till);
    if code.used_by.is_some() && !is_again {
        return Ok(EnrolOutcome::CodeUsed);
    }
    if code.expires_at <= enrolling.at {
        return Ok(EnrolOutcome::CodeExpired);
    }
    let is_taken = |till: &Till| till.hub != code.hub || till.key != enrolling.key;
    if known.as_ref().is_some_and(is_taken) {
        return Ok(EnrolOutcome::TillTaken);
    }
    let hub = hubs::get(transaction, code.hub)?;
    if let (true, Some(till)) = (is_again, known) {
        let till = Box::new(till);
        return Ok(EnrolOutcome::Enrolled { hub, till });
    }
    let others = access::tills(transaction, code.hub)?.into_iter();
    let taken: BTreeSet<_> = others
        .filter(|till| till.id != enrolling.till)
        .map(|till| till.code)
        .collect();
    let till = Till {
        hub: code.hub,
        id: enrolling.till,
        code: free_till_code(enrolling.wanted_code.as_ref(), &taken),
        key: enrolling.key,
        location: code.location,
        version: enrolling.version.clone(),
        enrolled_at: enrolling.at,
        revoked_at: None,
    };
    access::set_till(transaction, &till)?;
    access::use_enrolment(transaction, code.hub, enrolling.code_hash, till.id)?;
    let act = Act {
        action: enrolling.action,
        actor: None,
        kind: "till_enrolled".to_owned(),
        at: enrolling.at,
        events: vec![Event::TillEnrolled {
            till: till.id,
            code: till.code.clone(),
            key: till.key,
            location: till.location,
        }],
        attachments: Vec::new(),
        entities: Vec::new(),
    };
    batches::record(transaction, &hub, key, &act)?;
    let till = Box::new(till);
    Ok(EnrolOutcome::Enrolled { hub, till })
}

pub(super) fn revoke(
    transaction: &Transaction<'_>,
    key: &SigningKey,
    hub: HubId,
    till: TillId,
    act: &Act,
) -> Result<(), StoreError> {
    let known = access::till(transaction, till)?.filter(|till| till.hub == hub);
    let mut till = known.ok_or(StoreError::TillUnknown)?;
    if till.revoked_at.is_some() {
        return Ok(());
    }
    till.revoked_at = Some(act.at);
    access::set_till(transaction, &till)?;
    let hub = hubs::get(transaction, hub)?;
    let mut act = act.clone();
    act.events.push(Event::TillRevoked { till: till.id });
    batches::record(transaction, &hub, key, &act)?;
    Ok(())
}
