//! Opening the drawer, and counting it.

use comptoir_domain::money::Money;
use comptoir_domain::settings::HubSettings;
use comptoir_domain::shift::{Shift, TenderCount};
use comptoir_domain::tender::denominations;

use super::pay::own_name;
use super::sell::rest_places;
use super::{staff_name, tender_kind};
use crate::core::Core;
use crate::desk::Desk;
use crate::error::TillError;
use crate::store::{drafts, print_jobs};
use crate::wire::{CloseShiftView, CountRow, Denomination, LastClosed, OpenPoints, OpenShiftView};

impl Core {
    pub(super) fn open_shift_view(&self, desk: &Desk) -> Result<OpenShiftView, TillError> {
        let last_closed = self.find_report(None)?.map(|report| LastClosed {
            z_number: report.number,
            at: report.closed_at,
            staff: report.closed_by,
            not_counted: report.not_counted,
        });
        Ok(OpenShiftView {
            expected_float: desk.books.till(desk.till).drawer,
            denominations: coins_and_notes(&desk.settings),
            last_closed,
        })
    }

    pub(super) fn close_shift_view(
        &self,
        desk: &Desk,
        shift: &Shift,
    ) -> Result<CloseShiftView, TillError> {
        let last_count = shift.counts.last();
        let rows = desk
            .settings
            .tenders
            .iter()
            .filter(|tender| tender.counted_at_close)
            .map(|tender| {
                let count = last_count
                    .and_then(|counts| counts.iter().find(|count| count.tender == tender.id));
                CountRow {
                    tender: tender.id.as_str().to_owned(),
                    kind: tender_kind(tender.kind),
                    name: own_name(tender),
                    expected: Some(shift.expected_of(&tender.id, tender.kind)),
                    counted: count.map(|count| count.counted),
                    difference: count.map(difference),
                }
            })
            .collect();
        Ok(CloseShiftView {
            shift: shift.id,
            opened_at: shift.opened_at,
            opened_by: staff_name(self.connection(), shift.opened_by)?,
            sale_count: shift.sales,
            turnover: shift.turnover.gross,
            rows,
            denominations: coins_and_notes(&desk.settings),
            counts: u32::try_from(shift.counts.len()).unwrap_or(u32::MAX),
            difference: last_count.map(|counts| counts.iter().map(difference).sum()),
            suggested_float: shift.float,
            rest_places: rest_places(),
            open_points: self.open_points()?,
        })
    }

    /// What is not settled yet. None of it blocks the close.
    pub(super) fn open_points(&self) -> Result<OpenPoints, TillError> {
        let order = self.session.order.as_ref();
        Ok(OpenPoints {
            unsent: self.unsent()?,
            print_jobs: print_jobs::open_count(self.connection())?,
            parked_orders: drafts::parked_count(self.connection())?,
            payments_to_clarify: 0,
            order_in_progress: order.is_some_and(|order| !order.draft.is_empty()),
        })
    }
}

fn difference(count: &TenderCount) -> Money {
    count.counted - count.expected
}

fn coins_and_notes(settings: &HubSettings) -> Vec<Denomination> {
    denominations(&settings.currency)
        .into_iter()
        .map(|(value, note)| Denomination { value, note })
        .collect()
}
