//! What people tried and may not do: written down, because it happened.

use comptoir_domain::event::{AuditFact, Event};
use comptoir_domain::refusal::RefusalCode;

use crate::core::Core;
use crate::error::TillError;

/// The name under which a refusal tells which permission was wanted.
pub(crate) const PERMISSION: &str = "permission";

impl Core {
    /// Does what somebody asked for. Where they may not, the attempt is written down.
    pub(crate) fn noting_refusals<T>(
        &mut self,
        work: impl FnOnce(&mut Core) -> Result<T, TillError>,
    ) -> Result<T, TillError> {
        let answer = work(self);
        if let Err(error) = &answer {
            self.note_refusal(error);
        }
        answer
    }

    /// Writes down that who is signed in was refused for want of a permission. The refusal stands
    /// whether this can be written or not.
    fn note_refusal(&mut self, error: &TillError) {
        let TillError::Refused(refusal) = error else {
            return;
        };
        let for_want_of_permission = matches!(
            refusal.code,
            RefusalCode::NotPermitted
                | RefusalCode::DiscountAboveLimit
                | RefusalCode::CashBackAboveLimit
        );
        let Some(staff) = self.session.staff.filter(|_| for_want_of_permission) else {
            return;
        };
        let fact = AuditFact::PermissionRefused {
            staff,
            permission: refusal
                .params
                .get(PERMISSION)
                .map_or_else(|| refusal.code.as_str().to_owned(), String::clone),
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
