//! Who is logged in.

use comptoir_domain::decide::Context;
use comptoir_domain::ids::{IdSource, LocationId};
use comptoir_domain::settings::HubSettings;
use comptoir_domain::staff::{Permission, Staff};
use comptoir_domain::time::Timestamp;
use sha2::{Digest, Sha256};

use super::refusal::OfficeRefusal;
use crate::session::Token;
use crate::store::Hub;

/// A person at the office, for one request.
#[derive(Debug, Clone)]
pub struct Sitting {
    pub hub: Hub,
    pub staff: Staff,
    pub token: Token,
    /// The password is somebody else's word: nothing is done before it is changed.
    pub must_change: bool,
    /// When the session ends whatever is done.
    pub expires_at: Timestamp,
}

impl Sitting {
    /// Refuses what the role may not do.
    pub fn permit(&self, permission: Permission) -> Result<(), OfficeRefusal> {
        if self.staff.may(permission) {
            Ok(())
        } else {
            Err(OfficeRefusal::NOT_PERMITTED)
        }
    }

    /// Refuses who may do none of these.
    pub fn permit_one_of(&self, permissions: &[Permission]) -> Result<(), OfficeRefusal> {
        let may = permissions
            .iter()
            .any(|permission| self.staff.may(*permission));
        if may {
            Ok(())
        } else {
            Err(OfficeRefusal::NOT_PERMITTED)
        }
    }

    /// What the pages show with each change, so that no other site can make one: it follows from the
    /// session's secret and says nothing of it.
    pub fn page_token(&self) -> String {
        let mut hasher = Sha256::new();
        hasher.update(b"comptoir-office-page-1");
        hasher.update(self.token.text());
        let digest = hasher.finalize();
        digest[..16]
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect()
    }

    /// The circumstances of a decision. The office has no till of its own: it decides for the server.
    pub(super) fn context<'a>(
        &self,
        location: LocationId,
        settings: &'a HubSettings,
        ids: &'a mut dyn IdSource,
        now: Timestamp,
    ) -> Context<'a> {
        Context {
            now,
            staff: self.staff.id,
            role: self.staff.role,
            approved_by: None,
            till: self.hub.source,
            location,
            settings,
            ids,
        }
    }
}
