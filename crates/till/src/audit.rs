//! What people tried and may not do: written down, because it happened.

use comptoir_domain::event::{AuditFact, Event};
use comptoir_domain::refusal::RefusalCode;

use crate::core::Core;
use crate::error::TillError;

impl Core {
    /// Writes down that who is signed in was refused for want of a permission. The refusal stands
    /// whether this can be written or not.
    pub fn note_refusal(&mut self, error: &TillError) {
        let TillError::Refused(refusal) = error else {
            return;
        };
        let for_want_of_permission = matches!(
            refusal.code,
            RefusalCode::NotPermitted | RefusalCode::DiscountAboveLimit
        );
        let Some(staff) = self.session.staff.filter(|_| for_want_of_permission) else {
            return;
        };
        let fact = AuditFact::PermissionRefused {
            staff,
            permission: refusal.code.as_str().to_owned(),
        };
        let written = self.act(None, |act| {
            let action = act.own_action();
            let events = vec![Event::Audited { fact: fact.clone() }];
            act.write_events("permission_refused", action, events)
        });
        if let Err(error) = written {
            tracing::warn!(%error, "a refused attempt could not be written down");
        }
    }
}
