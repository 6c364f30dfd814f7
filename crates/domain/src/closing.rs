//! Closings of trading day, month and year: what the shifts of a period came to on one till, frozen,
//! with totals that never go back.
//!
//! A shift belongs to the trading day on which it was opened. A period is closed by the first act
//! after it that opens a shift, so that a till that stood still for a week closes nothing that never
//! was.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::shift::{Bridge, PerpetualTotals, Tally, TenderFigures, Watched, ZReport};
use crate::tax::{self, TaxBreakdown};

/// A stretch of trading days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(tag = "period", rename_all = "snake_case")]
pub enum Period {
    Day {
        date: NaiveDate,
    },
    /// `month` counts from 1.
    Month {
        year: i32,
        month: u32,
    },
    Year {
        year: i32,
    },
}

impl Period {
    /// The day, the month and the year that a trading day belongs to, the shortest first.
    pub fn of(day: NaiveDate) -> [Period; 3] {
        [
            Period::Day { date: day },
            Period::Month {
                year: day.year(),
                month: day.month(),
            },
            Period::Year { year: day.year() },
        ]
    }

    /// Whether a trading day lies in it.
    pub fn holds(self, day: NaiveDate) -> bool {
        Period::of(day).contains(&self)
    }
}

/// What the closed shifts of a period came to.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PeriodFigures {
    pub shifts: u32,
    /// The numbers of the first and the last Z report in it.
    pub first_report: u64,
    pub last_report: u64,
    pub turnover: TaxBreakdown,
    pub tenders: BTreeMap<String, TenderFigures>,
    pub bridge: Bridge,
    pub sales: u32,
    pub returns: Tally,
    pub discounts: Tally,
    pub removed_lines: Tally,
    pub discarded_orders: Tally,
    pub drawer_openings: u32,
    #[serde(default, skip_serializing_if = "Watched::is_nothing")]
    pub watched: Watched,
}

impl PeriodFigures {
    pub(crate) fn add(&mut self, report: &ZReport) {
        if self.shifts == 0 {
            self.first_report = report.number;
        }
        self.shifts = self.shifts.saturating_add(1);
        self.last_report = report.number;
        let turnover = TaxBreakdown::of_rates(report.turnover.clone());
        self.turnover = tax::add(&self.turnover, &turnover);
        for figures in &report.tenders {
            self.tender(figures).add(figures);
        }
        self.bridge.add(&report.bridge);
        self.sales = self.sales.saturating_add(report.sales);
        self.returns.join(report.returns);
        self.discounts.join(report.discounts);
        self.removed_lines.join(report.removed_lines);
        self.discarded_orders.join(report.discarded_orders);
        self.drawer_openings = self.drawer_openings.saturating_add(report.drawer_openings);
        self.watched.join(report.watched);
    }

    fn tender(&mut self, like: &TenderFigures) -> &mut TenderFigures {
        self.tenders
            .entry(like.tender.as_str().to_owned())
            .or_insert_with(|| TenderFigures::none(like.tender.clone(), like.kind))
    }
}

/// A period that is still running on a till.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenPeriod {
    pub period: Period,
    pub figures: PeriodFigures,
}

/// A closed period, frozen as it was closed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeriodClosing {
    /// Dense from 1 on each till, over all kinds of periods.
    pub number: u64,
    pub period: Period,
    pub figures: PeriodFigures,
    pub perpetual: PerpetualTotals,
}

/// The periods that run on a till, and how many were closed.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Closings {
    #[serde(default)]
    pub open: Vec<OpenPeriod>,
    #[serde(default)]
    pub last_number: u64,
}

impl Closings {
    /// Adds a closed shift to the day, month and year of its trading day.
    pub(crate) fn add(&mut self, day: NaiveDate, report: &ZReport) {
        for period in Period::of(day) {
            self.figures(period).add(report);
        }
    }

    fn figures(&mut self, period: Period) -> &mut PeriodFigures {
        let position = self.open.iter().position(|open| open.period == period);
        let index = position.unwrap_or_else(|| {
            self.open.push(OpenPeriod {
                period,
                figures: PeriodFigures::default(),
            });
            self.open.len() - 1
        });
        &mut self.open[index].figures
    }

    /// What is to be closed once `today` has begun: every period that it does not lie in, the
    /// shortest first.
    pub fn due(&self, today: NaiveDate, perpetual: PerpetualTotals) -> Vec<PeriodClosing> {
        let mut ended: Vec<&OpenPeriod> = self
            .open
            .iter()
            .filter(|open| !open.period.holds(today))
            .collect();
        ended.sort_by_key(|open| open.period);
        (self.last_number + 1..)
            .zip(ended)
            .map(|(number, open)| PeriodClosing {
                number,
                period: open.period,
                figures: open.figures.clone(),
                perpetual,
            })
            .collect()
    }

    /// Takes a closed period out; answers whether it held what the closing says.
    pub(crate) fn close(&mut self, closing: &PeriodClosing) -> bool {
        self.last_number = self.last_number.max(closing.number);
        let position = self
            .open
            .iter()
            .position(|open| open.period == closing.period);
        let figures = position.map(|index| self.open.swap_remove(index).figures);
        figures.as_ref() == Some(&closing.figures)
    }
}
