//! The end of a shift: counting, closing, and the Z report.

use comptoir_domain::decide;
use comptoir_domain::document::{DocumentKind, IssuedDocument, Series};
use comptoir_domain::event::Event;
use comptoir_domain::ids::{ActionId, ShiftId};
use comptoir_domain::money::{AMOUNT_MAX, Money};
use comptoir_domain::shift::{CashPlace, Shift};
use comptoir_domain::tender::{TenderId, TenderKind};

use super::receipt::print_document;
use super::shift::cash_place;
use crate::act::Act;
use crate::core::Core;
use crate::desk::Desk;
use crate::error::TillError;
use crate::paper::z_report_content;
use crate::session::Page;
use crate::store::journal::{NewAttachment, NewEntry};
use crate::store::meta::{self, key};
use crate::store::print_jobs::Job;
use crate::store::{actions, backup, drafts, journal};
use crate::wire::{
    Code, DenominationCount, Param, Severity, ShiftClose, ShiftCount, TenderCount, TillView,
    ZReportPrint,
};

/// Why cash leaves the drawer when the shift is closed.
pub(crate) const CARRIED_AWAY: &str = "shift_close";

/// Actions older than this cannot be pressed again: a week.
const ACTION_MEMORY_MS: i64 = 7 * 24 * 3600 * 1000;

impl Core {
    /// Leaves selling for the count.
    pub fn shift_close_begin(&mut self) -> Result<TillView, TillError> {
        self.session.begin_action();
        self.desk()?.open_shift()?;
        self.session.page = Page::Closing;
        self.view()
    }

    /// Back to selling; counts made so far are kept.
    pub fn shift_close_cancel(&mut self) -> Result<TillView, TillError> {
        self.session.begin_action();
        if self.session.page == Page::Closing {
            self.session.page = Page::Selling;
        }
        self.view()
    }

    /// Records a count. A recount is another one, and both are kept.
    pub fn shift_count(&mut self, request: &ShiftCount) -> Result<TillView, TillError> {
        self.session.begin_action();
        let desk = self.desk()?;
        let counted: Vec<(TenderId, Money)> = request
            .counts
            .iter()
            .map(|count| Ok((TenderId::new(&count.tender), counted_amount(count)?)))
            .collect::<Result<_, TillError>>()?;
        self.act(Some(request.action), |act| {
            let event = decide::count_shift(&desk.books, &counted, &desk.context(act.ids))?;
            act.write_events("shift_counted", request.action, vec![event])
        })?;
        self.view()
    }

    /// Closes the shift: the Z report is issued, frozen and printed, what is left over goes where it
    /// belongs, and a second copy of the database is written.
    pub fn shift_close(&mut self, request: &ShiftClose) -> Result<TillView, TillError> {
        self.session.begin_action();
        if self.is_done(request.action)? {
            return self.view();
        }
        let desk = self.desk()?;
        let shift = desk.open_shift()?;
        if desk.shift().is_none_or(|shift| shift.counts.is_empty()) {
            return Err(TillError::refuse(Code::CountMissing, "nothing was counted"));
        }
        let rest_to = cash_place(&desk, &request.rest_to)?;
        self.close(&desk, request.action, Some((request.float_left, rest_to)))?;
        self.session.page = Page::Report(shift);
        self.after_close();
        self.view()
    }

    /// Closes a shift of an earlier trading day, without a count. Answers with its report's number.
    pub(crate) fn close_forgotten_shift(&mut self) -> Result<Option<String>, TillError> {
        let desk = self.desk()?;
        let day = |at: comptoir_domain::time::Timestamp| {
            at.trading_day(desk.settings.zone, desk.settings.day_ends_at_minutes)
        };
        let forgotten = desk
            .shift()
            .is_some_and(|shift| day(shift.opened_at) < day(desk.now));
        if !forgotten {
            return Ok(None);
        }
        let action = ActionId::from_uuid(self.ids.next_uuid());
        let number = self.close(&desk, action, None)?;
        self.after_close();
        Ok(number)
    }

    fn close(
        &mut self,
        desk: &Desk,
        action: ActionId,
        left: Option<(Money, CashPlace)>,
    ) -> Result<Option<String>, TillError> {
        let printing = self.printer_settings()?;
        let order = self.session.order.as_ref().map(|order| order.draft.clone());
        let number = self.act(Some(action), |act| {
            let (number, document, shift) = write_close(act, desk, action, left.clone())?;
            if let Some(draft) = &order {
                drafts::park(act.tx, draft.heading().id, act.now, Some(desk.staff.id))?;
            }
            if printing.target.is_some() {
                act.print(&Job::ZReport {
                    shift,
                    content: document,
                    copy: 0,
                })?;
            }
            actions::forget_before(act.tx, act.now.plus_ms(-ACTION_MEMORY_MS))?;
            Ok(number)
        })?;
        self.session.order = None;
        self.session.done = None;
        Ok(number)
    }

    /// The second copy. The shift is closed whether it can be written or not.
    fn after_close(&mut self) {
        let written = self.write_backup();
        self.session.last_backup_failed = written.is_err();
        if let Err(error) = written {
            tracing::warn!(%error, "no second copy was written");
            let path = backup::folder(self.database()).display().to_string();
            self.session.notice(
                Code::BackupMissing,
                Severity::Warning,
                &[("path", Param::Text(path))],
                Vec::new(),
            );
        }
    }

    /// Writes a second copy of the database and checks it.
    pub fn write_backup(&mut self) -> Result<(), TillError> {
        let now = self.clock.now();
        let path = backup::write(&self.store.connection, &self.store.database, now)?;
        let text = serde_json::to_string(&(path.display().to_string(), now)).map_err(|error| {
            TillError::Stored {
                what: key::BACKUP,
                error,
            }
        })?;
        self.transaction(|tx| meta::set(tx, key::BACKUP, &text))
    }

    /// Prints a closed shift's report again, marked as a copy.
    pub fn z_report_print(&mut self, request: &ZReportPrint) -> Result<TillView, TillError> {
        self.session.begin_action();
        self.desk()?;
        self.require_printer()?;
        let document = journal::z_report_of(self.connection(), Some(request.shift))?
            .ok_or_else(|| TillError::refuse(Code::NotFound, "no such report"))?;
        let shift = request.shift;
        self.act(Some(request.action), |act| {
            print_document(act, request.action, document, |content, copy| {
                Job::ZReport {
                    shift,
                    content,
                    copy,
                }
            })
        })?;
        self.view()
    }

    /// From the report to the sign-in.
    pub fn z_report_leave(&mut self) -> Result<TillView, TillError> {
        if !matches!(self.session.page, Page::Report(_)) {
            self.session.begin_action();
            return self.view();
        }
        self.staff_sign_out()
    }
}

/// Writes the entry of a close. Answers with the report's number, its document and the shift.
fn write_close(
    act: &mut Act<'_>,
    desk: &Desk,
    action: ActionId,
    left: Option<(Money, CashPlace)>,
) -> Result<(String, comptoir_domain::ids::AttachmentId, ShiftId), TillError> {
    let shift = desk
        .shift()
        .ok_or_else(|| TillError::refuse(Code::ShiftNotOpen, "no shift is open"))?;
    let number = act.next_number(Series::ZReport)?;
    let text = number.to_string();
    let rest = rest_event(desk, shift, left, act)?;
    let (event, report) = decide::close_shift(&desk.books, number.number, &desk.context(act.ids))?;
    let content = z_report_content(&report, shift, &text, desk);
    let content = serde_json::to_string(&content).map_err(|error| TillError::Stored {
        what: "Z report",
        error,
    })?;
    let attachment = NewAttachment::new(content, act.ids);
    let document = attachment.id;
    let issued = Event::DocumentIssued {
        order: None,
        document: IssuedDocument {
            kind: DocumentKind::ZReport,
            number,
            issued_at: act.now,
            total: report.turnover_total,
            tax: shift.turnover.clone(),
            corrects: None,
            of_receipt: None,
            recipient: None,
            content: document,
            content_hash: attachment.hash,
        },
    };
    // What leaves the drawer leaves it after the count: the report is of before.
    let events = std::iter::once(event).chain(rest).chain([issued]).collect();
    act.write(NewEntry {
        kind: "shift_closed",
        action,
        actor: act.actor(),
        approved_by: desk.approved_by,
        events,
        attachments: vec![attachment],
        number: Some(text.clone()),
        amount: Some(report.turnover_total),
    })?;
    Ok((text, document, shift.id))
}

/// What is taken out of the drawer at the close.
fn rest_event(
    desk: &Desk,
    shift: &Shift,
    left: Option<(Money, CashPlace)>,
    act: &mut Act<'_>,
) -> Result<Option<Event>, TillError> {
    let Some((float_left, to)) = left else {
        return Ok(None);
    };
    let rest = counted_cash(desk, shift) - float_left;
    if float_left.is_negative() || rest.is_negative() {
        return Err(TillError::refuse(
            Code::AmountInvalid,
            "more would be left than there is",
        ));
    }
    if rest.is_zero() {
        return Ok(None);
    }
    let from = CashPlace::Till(desk.till);
    let context = desk.context(act.ids);
    let event = decide::move_cash(&desk.books, from, to, rest, CARRIED_AWAY, &context)?;
    Ok(Some(event))
}

/// What the last count found in the drawer, or what should be there.
pub(crate) fn counted_cash(desk: &Desk, shift: &Shift) -> Money {
    let cash = desk
        .settings
        .tenders
        .iter()
        .find(|tender| tender.kind == TenderKind::Cash);
    let count = shift.counts.last().zip(cash).and_then(|(counts, cash)| {
        let count = counts.iter().find(|count| count.tender == cash.id);
        count.map(|count| count.counted)
    });
    count.unwrap_or_else(|| shift.expected_cash())
}

fn counted_amount(count: &TenderCount) -> Result<Money, TillError> {
    match count.amount {
        Some(amount) => Ok(amount),
        None => sum_of(&count.denominations),
    }
}

/// What coins and notes add up to.
pub(crate) fn sum_of(denominations: &[DenominationCount]) -> Result<Money, TillError> {
    let refused = |code, why| Err(TillError::refuse(code, why));
    let mut sum: i64 = 0;
    for counted in denominations {
        if counted.value.is_negative() {
            return refused(Code::AmountInvalid, "a coin is worth something");
        }
        let value = counted
            .value
            .minor_units()
            .checked_mul(i64::from(counted.count));
        match value.and_then(|value| sum.checked_add(value)) {
            Some(total) if total <= AMOUNT_MAX.minor_units() => sum = total,
            _ => return refused(Code::AmountTooLarge, "more money than there is"),
        }
    }
    Ok(Money::minor(sum))
}
