//! What every action asks of the database, read once and kept in memory.
//!
//! Only the core that holds this changes its database, so what is kept stays true until that core
//! writes. Whatever it writes makes it forget everything ([`Core::transaction`], [`Core::act`]); the few
//! transactions of selling that touch none of it say so by name
//! ([`Core::transaction_beside`], [`Core::sell`]). A reading connection must not use it.

use std::sync::Arc;

use comptoir_domain::document::TillCode;
use comptoir_domain::ids::{LocationId, StaffId};
use comptoir_domain::settings::HubSettings;
use comptoir_domain::staff::Staff;
use comptoir_sync::desk::Desk;

use crate::core::Core;
use crate::desk::{is_practice, staff_member};
use crate::error::TillError;
use crate::feed;
use crate::store::meta::{self, key};
use crate::store::states::States;
use crate::use_cases::settings::Printing;

/// Where this till stands.
#[derive(Debug, Clone)]
pub(crate) struct Standing {
    pub(crate) till_code: Option<TillCode>,
    pub(crate) location: Option<LocationId>,
    pub(crate) practice: bool,
}

/// What was read and still holds; `None` where it was not read yet.
#[derive(Debug, Default)]
pub(crate) struct Known {
    settings: Option<Option<Arc<HubSettings>>>,
    standing: Option<Standing>,
    staff: Option<(StaffId, Option<Staff>)>,
    printing: Option<Printing>,
    /// What lies on other tills' desks.
    pub(crate) desks: Option<Arc<Vec<Desk>>>,
    /// States that own entries were folded into, as they are stored.
    pub(crate) states: States,
}

impl Known {
    /// Reads everything anew from here on.
    pub(crate) fn forget(&mut self) {
        *self = Known::default();
    }
}

impl Core {
    /// The hub's settings; none before the till is set up.
    pub(crate) fn settings(&self) -> Result<Option<Arc<HubSettings>>, TillError> {
        if let Some(known) = &self.known.borrow().settings {
            return Ok(known.clone());
        }
        let settings = feed::settings(self.connection())?.map(Arc::new);
        self.known.borrow_mut().settings = Some(settings.clone());
        Ok(settings)
    }

    pub(crate) fn standing(&self) -> Result<Standing, TillError> {
        if let Some(known) = &self.known.borrow().standing {
            return Ok(known.clone());
        }
        let connection = self.connection();
        let standing = Standing {
            till_code: meta::parsed_code(connection)?,
            location: meta::parsed(connection, key::LOCATION)?,
            practice: is_practice(connection)?,
        };
        self.known.borrow_mut().standing = Some(standing.clone());
        Ok(standing)
    }

    /// Who is signed in, while they work here.
    pub(crate) fn signed_in(&self) -> Result<Option<Staff>, TillError> {
        let Some(id) = self.session.staff else {
            return Ok(None);
        };
        if let Some((known, staff)) = &self.known.borrow().staff
            && *known == id
        {
            return Ok(staff.clone());
        }
        let staff = staff_member(self.connection(), id)?;
        self.known.borrow_mut().staff = Some((id, staff.clone()));
        Ok(staff)
    }

    /// How this till prints; until somebody sets it up, not at all.
    pub(crate) fn printer_settings(&self) -> Result<Printing, TillError> {
        if let Some(known) = &self.known.borrow().printing {
            return Ok(known.clone());
        }
        let printing = match meta::json(self.connection(), key::PRINTER)? {
            Some(kept) => kept,
            None => Printing::unset(self.settings()?.as_deref()),
        };
        self.known.borrow_mut().printing = Some(printing.clone());
        Ok(printing)
    }
}
