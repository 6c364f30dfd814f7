//! Who stands at this till, under which settings: what every use case asks for first.

use std::sync::Arc;

use comptoir_domain::books::Books;
use comptoir_domain::decide::Context;
use comptoir_domain::document::TillCode;
use comptoir_domain::ids::{IdSource, LocationId, ShiftId, StaffId, TillId};
use comptoir_domain::settings::HubSettings;
use comptoir_domain::shift::Shift;
use comptoir_domain::staff::Staff;
use comptoir_domain::tender::{Tender, TenderId};
use comptoir_domain::time::Timestamp;
use comptoir_sync::feed::EntityKind;
use rusqlite::Connection;

use crate::core::Core;
use crate::error::TillError;
use crate::feed;
use crate::store::meta::{self, key};
use crate::store::states;
use crate::wire::Code;

/// A till that is set up and has somebody signed in.
#[derive(Debug, Clone)]
pub(crate) struct Desk {
    pub(crate) settings: Arc<HubSettings>,
    pub(crate) staff: Staff,
    pub(crate) till: TillId,
    pub(crate) till_code: TillCode,
    pub(crate) location: LocationId,
    pub(crate) practice: bool,
    /// The till's books and its open shift.
    pub(crate) books: Books,
    pub(crate) now: Timestamp,
    /// A manager who has just given a PIN for this one request.
    pub(crate) approved_by: Option<StaffId>,
}

impl Desk {
    /// The circumstances of a decision.
    pub(crate) fn context<'a>(&'a self, ids: &'a mut (dyn IdSource + Send)) -> Context<'a> {
        Context {
            now: self.now,
            staff: self.staff.id,
            role: self.staff.role,
            approved_by: self.approved_by,
            till: self.till,
            location: self.location,
            settings: &self.settings,
            ids,
        }
    }

    pub(crate) fn shift(&self) -> Option<&Shift> {
        self.books.open_shift(self.till)
    }

    /// The open shift, or a plain no.
    pub(crate) fn open_shift(&self) -> Result<ShiftId, TillError> {
        self.shift()
            .map(|shift| shift.id)
            .ok_or_else(|| TillError::refuse(Code::ShiftNotOpen, "no shift is open"))
    }

    /// The tender of a key that the screen names.
    pub(crate) fn tender(&self, tender: &str) -> Result<&Tender, TillError> {
        self.settings
            .tender(&TenderId::new(tender))
            .ok_or_else(|| TillError::refuse(Code::TenderUnknown, "no such tender"))
    }
}

impl Core {
    /// Who is at the till, or a plain no.
    pub(crate) fn desk(&self) -> Result<Desk, TillError> {
        let not_now = |why: &'static str| move || TillError::refuse(Code::NotNow, why);
        let settings = self.settings()?.ok_or_else(not_now("not set up"))?;
        let staff = self
            .signed_in()?
            .ok_or_else(not_now("nobody is signed in"))?;
        let standing = self.standing()?;
        let till_code = standing.till_code.ok_or_else(not_now("not set up"))?;
        let location = standing.location.ok_or_else(not_now("not set up"))?;
        let mut known = self.known.borrow_mut();
        let books = known
            .states
            .shift_books(self.connection(), self.identity.till)?;
        Ok(Desk {
            settings,
            staff,
            till: self.identity.till,
            till_code,
            location,
            practice: standing.practice,
            books,
            now: self.clock.now(),
            approved_by: None,
        })
    }
}

/// One person who works at the hub.
pub(crate) fn staff_member(
    connection: &Connection,
    id: StaffId,
) -> Result<Option<Staff>, TillError> {
    let staff: Option<Staff> = states::load(connection, EntityKind::STAFF, &id.to_string())?;
    Ok(staff.filter(|staff| staff.active))
}

/// Everybody who can sign in, by name.
pub(crate) fn active_staff(connection: &Connection) -> Result<Vec<Staff>, TillError> {
    let mut staff: Vec<Staff> = feed::entities(connection, EntityKind::STAFF)?;
    staff.retain(|staff| staff.active && staff.pin_hash.is_some());
    staff.sort_by_key(|staff| (staff.name.to_lowercase(), staff.id));
    Ok(staff)
}

pub(crate) fn is_practice(connection: &Connection) -> Result<bool, TillError> {
    Ok(meta::get(connection, key::PRACTICE)?.is_some())
}
