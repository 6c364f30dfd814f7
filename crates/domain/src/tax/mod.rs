//! Tax: rates that are data with dates, and the sums of a document.
//!
//! Tax is computed once per rate on the document's total and rounded half up; the lines get their
//! share by largest remainder. So lines, rates and total agree to the cent, which summing rounded
//! lines does not give (20 × 0.99 at 5.5 % included holds 1.03 of tax, not 20 × 0.05).

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::money::{MONEY_LIMIT, Money};

/// One whole in parts per million.
const ONE_MILLION: i128 = 1_000_000;

/// The highest rate that the type holds, in parts per million (1000 %).
const RATE_MAX_PPM: i32 = 10_000_000;

/// A tax rate in parts per million: 5.5 % is 55 000. Never negative.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, ts_rs::TS,
)]
#[serde(transparent)]
#[ts(type = "number")]
pub struct TaxRate(i32);

/// A rate below zero or above 1000 %.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a rate of {0} parts per million is out of range")]
pub struct TaxRateOutOfRange(pub i32);

impl TaxRate {
    pub const ZERO: TaxRate = TaxRate(0);

    /// A rate that the code itself states, in parts per million; clamped to what the type holds.
    pub const fn from_ppm(ppm: i32) -> TaxRate {
        if ppm < 0 {
            return TaxRate(0);
        }
        if ppm > RATE_MAX_PPM {
            return TaxRate(RATE_MAX_PPM);
        }
        TaxRate(ppm)
    }

    /// Parts per million.
    pub const fn ppm(self) -> i32 {
        self.0
    }
}

impl TryFrom<i32> for TaxRate {
    type Error = TaxRateOutOfRange;

    fn try_from(ppm: i32) -> Result<TaxRate, TaxRateOutOfRange> {
        if (0..=RATE_MAX_PPM).contains(&ppm) {
            Ok(TaxRate(ppm))
        } else {
            Err(TaxRateOutOfRange(ppm))
        }
    }
}

impl<'de> Deserialize<'de> for TaxRate {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<TaxRate, D::Error> {
        let ppm = i32::deserialize(deserializer)?;
        TaxRate::try_from(ppm).map_err(serde::de::Error::custom)
    }
}

/// What kind of goods the tax law sees in a product: `food`, `standard`. The rate follows from the
/// class and the day.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ts_rs::TS)]
#[serde(transparent)]
pub struct TaxClass(String);

impl TaxClass {
    pub fn new(name: impl Into<String>) -> TaxClass {
        TaxClass(name.into())
    }

    pub fn name(&self) -> &str {
        &self.0
    }
}

/// Whether the hub's prices contain the tax or get it on top.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ts_rs::TS)]
#[serde(rename_all = "snake_case")]
pub enum TaxMode {
    Inclusive,
    Exclusive,
}

/// Why no tax is due, as a code that the documents spell out (`small_business`, `export`).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ts_rs::TS)]
#[serde(transparent)]
pub struct TaxExemption(String);

impl TaxExemption {
    pub fn new(reason: impl Into<String>) -> TaxExemption {
        TaxExemption(reason.into())
    }

    /// The reason's code.
    pub fn reason(&self) -> &str {
        &self.0
    }
}

/// The tax of one line, frozen when the line is sold.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ts_rs::TS)]
pub struct LineTax {
    pub class: TaxClass,
    pub rate: TaxRate,
    #[serde(default)]
    pub exemption: Option<TaxExemption>,
}

impl LineTax {
    /// The tax of goods that are not exempt.
    pub fn new(class: TaxClass, rate: TaxRate) -> LineTax {
        LineTax {
            class,
            rate,
            exemption: None,
        }
    }

    /// The rate that is charged: zero where the line is exempt.
    pub fn effective_rate(&self) -> TaxRate {
        if self.exemption.is_some() {
            TaxRate::ZERO
        } else {
            self.rate
        }
    }
}

/// One row of the hub's table of rates.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
pub struct TaxRateRow {
    pub class: TaxClass,
    pub rate: TaxRate,
    /// The first day on which the rate holds.
    #[ts(type = "string")]
    pub valid_from: NaiveDate,
    /// The first day on which it no longer holds; open where `None`.
    #[serde(default)]
    #[ts(type = "string | null")]
    pub valid_until: Option<NaiveDate>,
}

/// The rate of a class on a day. Where rows overlap the one that began last wins, so that a new
/// rate can be entered before anybody closes the old one.
pub fn rate_on(rows: &[TaxRateRow], class: &TaxClass, day: NaiveDate) -> Option<TaxRate> {
    rows.iter()
        .filter(|row| row.class == *class && row.valid_from <= day)
        .filter(|row| row.valid_until.is_none_or(|until| day < until))
        .max_by_key(|row| row.valid_from)
        .map(|row| row.rate)
}

/// What a document holds at one rate, or exempt for one reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
pub struct RateTotal {
    /// The rate that was charged (zero where exempt) and the reason of an exemption. Where goods of
    /// several classes share the rate, the class is the alphabetically first of them.
    pub tax: LineTax,
    pub net: Money,
    pub tax_amount: Money,
    pub gross: Money,
}

/// The tax of a document: one row for each rate, and the sums.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
pub struct TaxBreakdown {
    /// Highest rate first; exempt rows last.
    pub rates: Vec<RateTotal>,
    pub net: Money,
    pub tax_amount: Money,
    pub gross: Money,
}

impl TaxBreakdown {
    /// Rates that were added up before.
    pub(crate) fn of_rates(rates: Vec<RateTotal>) -> TaxBreakdown {
        TaxBreakdown::from_rows(rates)
    }

    fn from_rows(mut rates: Vec<RateTotal>) -> TaxBreakdown {
        rates.sort_by(|left, right| {
            let by_rate = right.tax.rate.cmp(&left.tax.rate);
            by_rate.then_with(|| left.tax.exemption.cmp(&right.tax.exemption))
        });
        TaxBreakdown {
            net: rates.iter().map(|row| row.net).sum(),
            tax_amount: rates.iter().map(|row| row.tax_amount).sum(),
            gross: rates.iter().map(|row| row.gross).sum(),
            rates,
        }
    }
}

/// What makes two lines share one row: the rate charged and the reason of an exemption.
type RateKey = (TaxRate, Option<TaxExemption>);

fn rate_key(tax: &LineTax) -> RateKey {
    (tax.effective_rate(), tax.exemption.clone())
}

/// The numerator and denominator by which an amount is multiplied to give its tax.
fn tax_fraction(mode: TaxMode, rate: TaxRate) -> (i128, i128) {
    let ppm = i128::from(rate.ppm());
    match mode {
        TaxMode::Inclusive => (ppm, ONE_MILLION + ppm),
        TaxMode::Exclusive => (ppm, ONE_MILLION),
    }
}

/// Divides and rounds half away from zero; the denominator is positive.
fn divide_half_up(numerator: i128, denominator: i128) -> i128 {
    let magnitude = (2 * numerator.abs() + denominator) / (2 * denominator);
    if numerator < 0 { -magnitude } else { magnitude }
}

fn clamped(minor_units: i128) -> Money {
    let limit = i128::from(MONEY_LIMIT);
    Money::minor(i64::try_from(minor_units.clamp(-limit, limit)).unwrap_or(MONEY_LIMIT))
}

/// The tax of a document from the amounts of its lines (gross where prices include tax, else net).
/// Lines of one rate are added up before the tax is taken and rounded half up. A return's negative
/// amounts give the mirror image of the sale's.
pub fn break_down(mode: TaxMode, amounts: &[(LineTax, Money)]) -> TaxBreakdown {
    let mut groups: BTreeMap<RateKey, (&TaxClass, i128)> = BTreeMap::new();
    for (tax, amount) in amounts {
        let group = groups.entry(rate_key(tax)).or_insert((&tax.class, 0));
        group.0 = group.0.min(&tax.class);
        group.1 += i128::from(amount.minor_units());
    }
    let rows = groups
        .into_iter()
        .map(|((rate, exemption), (class, amount))| {
            let (numerator, denominator) = tax_fraction(mode, rate);
            let tax_amount = divide_half_up(amount * numerator, denominator);
            let (net, gross) = match mode {
                TaxMode::Inclusive => (amount - tax_amount, amount),
                TaxMode::Exclusive => (amount, amount + tax_amount),
            };
            RateTotal {
                tax: LineTax {
                    class: class.clone(),
                    rate,
                    exemption,
                },
                net: clamped(net),
                tax_amount: clamped(tax_amount),
                gross: clamped(gross),
            }
        })
        .collect();
    TaxBreakdown::from_rows(rows)
}

/// The tax of each line, in the order of the lines: the tax of each rate, as [`break_down`] states
/// it, shared out by largest remainder (the earlier line first among equals). Each share is within
/// one minor unit of the line's exact tax.
pub fn allocate_tax(mode: TaxMode, amounts: &[(LineTax, Money)]) -> Vec<Money> {
    let mut groups: BTreeMap<RateKey, Vec<usize>> = BTreeMap::new();
    for (index, (tax, _)) in amounts.iter().enumerate() {
        groups.entry(rate_key(tax)).or_default().push(index);
    }
    let mut shares = vec![Money::ZERO; amounts.len()];
    for ((rate, _), lines) in groups {
        let values: Vec<i128> = lines
            .iter()
            .map(|&line| i128::from(amounts[line].1.minor_units()))
            .collect();
        for (line, share) in lines
            .iter()
            .zip(share_out(&values, tax_fraction(mode, rate)))
        {
            shares[*line] = clamped(share);
        }
    }
    shares
}

/// Shares the rounded tax of the sum out over the values. A group whose sum is negative is turned
/// over first, so that a return mirrors the sale that it undoes.
fn share_out(values: &[i128], (numerator, denominator): (i128, i128)) -> Vec<i128> {
    let sum: i128 = values.iter().sum();
    let leading = if sum == 0 {
        values
            .iter()
            .copied()
            .find(|value| *value != 0)
            .unwrap_or(0)
    } else {
        sum
    };
    let sign = if leading < 0 { -1 } else { 1 };
    let exact: Vec<i128> = values
        .iter()
        .map(|value| sign * value * numerator)
        .collect();
    let mut shares: Vec<i128> = exact
        .iter()
        .map(|value| value.div_euclid(denominator))
        .collect();
    let left_over =
        divide_half_up(sign * sum * numerator, denominator) - shares.iter().sum::<i128>();
    let mut by_remainder: Vec<usize> = (0..values.len()).collect();
    by_remainder.sort_by_key(|&index| (-exact[index].rem_euclid(denominator), index));
    for &index in by_remainder
        .iter()
        .take(usize::try_from(left_over).unwrap_or(0))
    {
        shares[index] += 1;
    }
    shares.into_iter().map(|share| sign * share).collect()
}

/// What a document has to state: the order's tax as it is now, less what earlier documents of the
/// order stated. So the documents add up to the order to the cent, whatever was rounded on the way.
pub fn difference(after: &TaxBreakdown, before: &TaxBreakdown) -> TaxBreakdown {
    combine(after, before, |left, right| left - right)
}

/// The sum of two breakdowns, row by row: a shift's turnover from its documents. The tax is added,
/// not computed again.
pub fn add(left: &TaxBreakdown, right: &TaxBreakdown) -> TaxBreakdown {
    combine(left, right, |left, right| left + right)
}

/// Joins the rows of one rate; rows in which nothing is left are dropped.
fn combine(
    left: &TaxBreakdown,
    right: &TaxBreakdown,
    join: fn(Money, Money) -> Money,
) -> TaxBreakdown {
    let mut rows: BTreeMap<RateKey, RateTotal> = BTreeMap::new();
    for row in &left.rates {
        join_row(&mut rows, row, |left, right| left + right);
    }
    for row in &right.rates {
        join_row(&mut rows, row, join);
    }
    let stated = rows
        .into_values()
        .filter(|row| !(row.net.is_zero() && row.tax_amount.is_zero() && row.gross.is_zero()));
    TaxBreakdown::from_rows(stated.collect())
}

fn join_row(
    rows: &mut BTreeMap<RateKey, RateTotal>,
    other: &RateTotal,
    join: fn(Money, Money) -> Money,
) {
    let row = rows
        .entry(rate_key(&other.tax))
        .or_insert_with(|| RateTotal {
            tax: other.tax.clone(),
            net: Money::ZERO,
            tax_amount: Money::ZERO,
            gross: Money::ZERO,
        });
    row.net = join(row.net, other.net);
    row.tax_amount = join(row.tax_amount, other.tax_amount);
    row.gross = join(row.gross, other.gross);
}

#[cfg(test)]
mod tests;
