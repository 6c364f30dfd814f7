//! Signing in and out.

use comptoir_domain::event::{AuditFact, Event};
use comptoir_domain::staff::Staff;

use crate::core::Core;
use crate::error::TillError;
use crate::session::Page;
use crate::store::meta::{self, key};
use crate::wire::{Code, Param, Severity, StaffSignIn, TillView};

impl Core {
    /// A person takes over the till. A shift that was forgotten overnight is closed first, without
    /// a count, and the screen says so.
    pub fn staff_sign_in(&mut self, request: &StaffSignIn) -> Result<TillView, TillError> {
        self.session.begin_action();
        if self.settings()?.is_none() {
            return Err(TillError::refuse(Code::NotNow, "the till is not set up"));
        }
        let staff = self.check_pin(request.staff, &request.pin)?;
        self.write_sign_in(&staff)?;
        self.session.staff = Some(staff.id);
        self.session.page = Page::Selling;
        if let Some(number) = self.close_forgotten_shift()? {
            self.session.notice(
                Code::ShiftClosedUncounted,
                Severity::Warning,
                &[("shift", Param::Text(number))],
                Vec::new(),
            );
        }
        self.view()
    }

    fn write_sign_in(&mut self, staff: &Staff) -> Result<(), TillError> {
        self.act(None, |act| {
            act.act_as(staff.id);
            meta::set(act.tx, key::SIGNED_IN, &staff.id.to_string())?;
            let fact = AuditFact::SignedIn { staff: staff.id };
            let action = act.own_action();
            act.write_events("staff_signed_in", action, vec![Event::Audited { fact }])
        })?;
        Ok(())
    }

    /// Leaves the till to the next person. The order in progress stays.
    pub fn staff_sign_out(&mut self) -> Result<TillView, TillError> {
        self.session.begin_action();
        let Some(staff) = self.session.staff else {
            return self.view();
        };
        self.act(None, |act| {
            meta::remove(act.tx, key::SIGNED_IN)?;
            let fact = AuditFact::SignedOut { staff };
            let action = act.own_action();
            act.write_events("staff_signed_out", action, vec![Event::Audited { fact }])
        })?;
        self.session.staff = None;
        self.session.page = Page::Selling;
        self.view()
    }
}
