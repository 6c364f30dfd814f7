//! Opening the shift, and the cash that moves in and out of the drawer without a sale.

use comptoir_domain::decide;
use comptoir_domain::shift::CashPlace;

use crate::core::Core;
use crate::desk::Desk;
use crate::error::TillError;
use crate::session::Page;
use crate::store::print_jobs::Job;
use crate::wire::{CashMove, CashSum, CashSumOf, Code, DrawerOpen, ShiftOpen, TillView};

/// The screen's keys for the places of cash.
pub(crate) mod place {
    pub(crate) const TILL: &str = "till";
    pub(crate) const SAFE: &str = "safe";
    pub(crate) const BANK: &str = "bank";
    pub(crate) const OUTSIDE: &str = "outside";
}

impl Core {
    /// Opens the shift with what is in the drawer.
    pub fn shift_open(&mut self, request: &ShiftOpen) -> Result<TillView, TillError> {
        self.session.begin_action();
        let desk = self.desk()?;
        self.act(Some(request.action), |act| {
            let events =
                decide::open_shift(&desk.books, request.float, &mut desk.context(act.ids))?;
            act.write_events("shift_opened", request.action, events)
        })?;
        self.session.page = Page::Selling;
        self.view()
    }

    /// Opens the drawer without a sale; it is recorded with its reason.
    pub fn drawer_open(&mut self, request: &DrawerOpen) -> Result<TillView, TillError> {
        self.session.begin_action();
        let mut desk = self.desk()?;
        desk.approved_by = self.check_approval(request.approval.as_ref())?;
        let printer = self.printer_settings()?;
        self.act(Some(request.action), |act| {
            act.approve(desk.approved_by);
            let event = decide::open_drawer(&desk.books, &request.reason, &desk.context(act.ids))?;
            act.write_events("drawer_opened", request.action, vec![event])?;
            if printer.opens_drawer() {
                act.print(&Job::Drawer)?;
            }
            Ok(())
        })?;
        self.view()
    }

    /// Carries cash between the drawer and another place.
    pub fn cash_move(&mut self, request: &CashMove) -> Result<TillView, TillError> {
        self.session.begin_action();
        let mut desk = self.desk()?;
        desk.approved_by = self.check_approval(request.approval.as_ref())?;
        let from = cash_place(&desk, &request.from)?;
        let to = cash_place(&desk, &request.to)?;
        let printer = self.printer_settings()?;
        self.act(Some(request.action), |act| {
            act.approve(desk.approved_by);
            let event = decide::move_cash(
                &desk.books,
                from.clone(),
                to.clone(),
                request.amount,
                &request.reason,
                &desk.context(act.ids),
            )?;
            act.write_events("cash_moved", request.action, vec![event])?;
            if printer.opens_drawer() {
                act.print(&Job::Drawer)?;
            }
            Ok(())
        })?;
        self.view()
    }

    /// What coins and notes add up to.
    pub fn cash_sum(&self, request: &CashSumOf) -> Result<CashSum, TillError> {
        Ok(CashSum {
            total: super::close::sum_of(&request.denominations)?,
        })
    }
}

/// The place that a key of the screen names.
pub(crate) fn cash_place(desk: &Desk, place: &str) -> Result<CashPlace, TillError> {
    match place {
        place::TILL => Ok(CashPlace::Till(desk.till)),
        place::SAFE => Ok(CashPlace::Safe),
        place::BANK => Ok(CashPlace::Bank),
        place::OUTSIDE => Ok(CashPlace::Expense),
        _ => Err(TillError::refuse(Code::NotFound, "no such place for cash")),
    }
}
