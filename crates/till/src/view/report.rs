//! A closed shift, as it was reported.

use comptoir_documents::z_report::ZReportContent;
use comptoir_domain::ids::ShiftId;
use comptoir_domain::money::Money;
use comptoir_domain::settings::HubSettings;
use comptoir_domain::shift::{Bridge, Shift, Tally, ZReport};
use comptoir_domain::tax::RateTotal;
use comptoir_domain::tender::TenderKind;

use super::pay::own_name;
use super::{staff_name, tender_kind};
use crate::core::Core;
use crate::error::TillError;
use crate::store::{journal, states};
use crate::use_cases::CARRIED_AWAY;
use crate::wire::{
    BridgeKind, BridgeRow, Code, CounterKind, CounterRow, DrawerSummary, MoneyRow, TurnoverRow,
    ZReportView,
};

/// A thousandth of a per cent in parts per million.
const PPM_PER_MILLI_PERCENT: i32 = 10;

impl Core {
    /// The report of a closed shift; of the last one where none is named.
    pub fn z_report(&self, shift: Option<ShiftId>) -> Result<ZReportView, TillError> {
        let missing = || TillError::refuse(Code::NotFound, "no such report");
        self.find_report(shift)?.ok_or_else(missing)
    }

    /// The same; none where what it was made from is not known here any more, such as that of a shift
    /// whose opening was lost.
    pub(super) fn find_report(
        &self,
        shift: Option<ShiftId>,
    ) -> Result<Option<ZReportView>, TillError> {
        let connection = self.connection();
        let Some(document) = journal::z_report_of(connection, shift)? else {
            return Ok(None);
        };
        let Some(content) = journal::attachment_content(connection, document)? else {
            return Ok(None);
        };
        let content: ZReportContent =
            serde_json::from_str(&content).map_err(|error| TillError::Stored {
                what: "Z report",
                error,
            })?;
        let closed = match shift {
            Some(shift) => Some(shift),
            None => journal::last_closed_shift(connection)?,
        };
        let shift = closed.map(|shift| states::shift(connection, shift));
        let (Some(shift), Some(settings)) = (shift.transpose()?.flatten(), self.settings()?) else {
            return Ok(None);
        };
        let Some(report) = shift.closed.as_deref() else {
            return Ok(None);
        };
        Ok(Some(ZReportView {
            shift: shift.id,
            number: content.number,
            opened_at: report.opened_at,
            opened_by: staff_name(connection, shift.opened_by)?,
            closed_at: report.closed_at,
            closed_by: content.closed_by,
            not_counted: !report.counted,
            sale_count: report.sales,
            turnover_by_rate: report.turnover.iter().map(turnover_row).collect(),
            turnover: turnover_sum(report),
            money_by_tender: money_rows(report, &settings),
            money_total: report.money_total,
            bridge: bridge_rows(&report.bridge),
            bridge_rest: report.turnover_total + report.bridge.total() - report.money_total,
            drawer: drawer(&shift, report),
            counters: counters(report),
            perpetual_turnover: report.perpetual.sales - report.perpetual.returns,
            open_points: self.open_points()?,
        }))
    }
}

fn turnover_row(row: &RateTotal) -> TurnoverRow {
    TurnoverRow {
        rate: u32::try_from(row.tax.effective_rate().ppm() / PPM_PER_MILLI_PERCENT).ok(),
        name: Some(row.tax.class.name().to_owned()),
        net: row.net,
        tax: row.tax_amount,
        gross: row.gross,
    }
}

fn turnover_sum(report: &ZReport) -> TurnoverRow {
    TurnoverRow {
        rate: None,
        name: None,
        net: report.turnover.iter().map(|row| row.net).sum(),
        tax: report.turnover.iter().map(|row| row.tax_amount).sum(),
        gross: report.turnover_total,
    }
}

fn money_rows(report: &ZReport, settings: &HubSettings) -> Vec<MoneyRow> {
    settings
        .tenders
        .iter()
        .filter_map(|tender| {
            let figures = report.tenders.iter().find(|row| row.tender == tender.id);
            let count = report.counts.iter().find(|count| count.tender == tender.id);
            if figures.is_none() && count.is_none() {
                return None;
            }
            Some(MoneyRow {
                tender: tender.id.as_str().to_owned(),
                kind: tender_kind(tender.kind),
                name: own_name(tender),
                amount: figures.map_or(Money::ZERO, |figures| figures.net()),
                expected: count.map(|count| count.expected),
                counted: count.map(|count| count.counted),
                difference: count.map(|count| count.counted - count.expected),
            })
        })
        .collect()
}

fn bridge_rows(bridge: &Bridge) -> Vec<BridgeRow> {
    let rows = [
        (BridgeKind::DepositsTaken, bridge.deposits_taken),
        (
            BridgeKind::DepositsUsed,
            -bridge.deposits_used - bridge.deposits_returned,
        ),
        (
            BridgeKind::DebtsMade,
            -bridge.debts_made - bridge.put_on_account,
        ),
        (BridgeKind::DebtsPaid, bridge.debts_paid),
        (
            BridgeKind::VouchersSold,
            bridge.vouchers_sold - bridge.vouchers_returned,
        ),
        (BridgeKind::CreditGiven, bridge.credit_given),
        (BridgeKind::CreditUsed, -bridge.credit_used),
    ];
    rows.into_iter()
        .filter(|(_, amount)| !amount.is_zero())
        .map(|(kind, amount)| BridgeRow { kind, amount })
        .collect()
}

/// The cash of the shift. What was carried away with the close is no longer part of it.
fn drawer(shift: &Shift, report: &ZReport) -> DrawerSummary {
    let moved: Vec<Money> = shift
        .cash_moves
        .iter()
        .filter(|moved| moved.reason != CARRIED_AWAY)
        .map(|moved| moved.amount)
        .collect();
    let cash: Vec<_> = report
        .tenders
        .iter()
        .filter(|figures| figures.kind == TenderKind::Cash)
        .collect();
    let sales: Money = cash
        .iter()
        .map(|figures| figures.net() + figures.rounding)
        .sum();
    let expected = report.float + sales + report.cash_moved;
    let counted = report
        .counts
        .iter()
        .find(|count| count.tender.as_str() == TenderKind::Cash.usual_id())
        .map(|count| count.counted);
    let carried_away: Money = shift
        .cash_moves
        .iter()
        .filter(|moved| moved.reason == CARRIED_AWAY)
        .map(|moved| moved.amount)
        .sum();
    DrawerSummary {
        opening_float: report.float,
        sales,
        moved_in: moved.iter().filter(|amount| amount.is_positive()).sum(),
        moved_out: moved.iter().filter(|amount| amount.is_negative()).sum(),
        expected,
        counted,
        difference: counted.map(|counted| counted - expected),
        left: counted.unwrap_or(expected) + carried_away,
    }
}

fn counters(report: &ZReport) -> Vec<CounterRow> {
    let tally = |kind, tally: Tally| CounterRow {
        kind,
        count: tally.count,
        amount: Some(tally.amount),
    };
    let times = |kind, count| CounterRow {
        kind,
        count,
        amount: None,
    };
    let watched = &report.watched;
    let rows = [
        tally(CounterKind::LinesRemoved, report.removed_lines),
        tally(CounterKind::OrdersDiscarded, report.discarded_orders),
        tally(CounterKind::Discounts, report.discounts),
        tally(CounterKind::PricesChanged, watched.price_changes),
        tally(CounterKind::Returns, report.returns),
        tally(CounterKind::TendersCorrected, watched.tender_corrections),
        times(CounterKind::DrawerOpenings, report.drawer_openings),
        times(CounterKind::Reprints, watched.reprints),
        times(CounterKind::Recounts, watched.recounts),
    ];
    rows.into_iter().filter(|row| row.count > 0).collect()
}
