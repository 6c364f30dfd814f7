//! Writing down what a benchmark measured: each figure beside its floor from the same run, and its budget.
//!
//! A benchmark is a program of `cargo bench` (`harness = false`) that measures, calls [`record`], and judges nothing
//! itself: `cargo xtask bench` prints the table and fails when a figure is over its budget.

use std::fs;
use std::time::Duration;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use crate::place;

/// What a figure may be at most.
#[derive(Clone, Copy, Debug)]
pub enum Budget {
    /// This many times what the floor measured in the same run.
    TimesFloor { floor: f64, at_most: f64 },
    /// This much more than the floor measured in the same run, in the figure's unit.
    AboveFloor { floor: f64, at_most: f64 },
    /// This, whatever the machine.
    AtMost(f64),
    /// At least this share of what the floor measured: for rates, where more is better.
    ShareOfFloor { floor: f64, at_least: f64 },
    /// Measured for its own sake; nothing is promised.
    None,
}

/// One measured figure, as it stands in `target/bench/results.json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Figure {
    pub name: String,
    pub value: f64,
    pub unit: String,
    /// What the same run measured without our part.
    pub floor: Option<f64>,
    /// Value by floor.
    pub ratio: Option<f64>,
    /// In words, for the table.
    pub budget: String,
    pub within: bool,
}

impl Figure {
    /// Judges a value by its budget.
    pub fn new(name: &str, value: f64, unit: &str, budget: Budget) -> Figure {
        let (floor, words, within) = match budget {
            Budget::TimesFloor { floor, at_most } => (
                Some(floor),
                format!("at most {at_most} x floor"),
                value <= floor * at_most,
            ),
            Budget::AboveFloor { floor, at_most } => (
                Some(floor),
                format!("at most floor + {at_most} {unit}"),
                value <= floor + at_most,
            ),
            Budget::AtMost(limit) => (None, format!("at most {limit} {unit}"), value <= limit),
            Budget::ShareOfFloor { floor, at_least } => (
                Some(floor),
                format!("at least {at_least} x floor"),
                value >= floor * at_least,
            ),
            Budget::None => (None, String::from("none"), true),
        };
        let ratio = floor
            .filter(|floor| *floor > 0.0)
            .map(|floor| value / floor);
        Figure {
            name: name.to_owned(),
            value,
            unit: unit.to_owned(),
            floor,
            ratio,
            budget: words,
            within,
        }
    }
}

/// Adds a figure to those of this run and prints it.
#[expect(
    clippy::print_stdout,
    reason = "a benchmark reports on its standard output"
)]
pub fn record(figure: Figure) -> Result<()> {
    let file = place::target()?.join("bench/results.json");
    let mut figures: Vec<Figure> = match fs::read(&file) {
        Ok(bytes) => {
            serde_json::from_slice(&bytes).with_context(|| format!("read {}", file.display()))?
        }
        Err(_) => Vec::new(),
    };
    println!(
        "{}: {:.3} {} ({})",
        figure.name, figure.value, figure.unit, figure.budget
    );
    figures.retain(|present| present.name != figure.name);
    figures.push(figure);
    let text = serde_json::to_string_pretty(&figures).context("write the figures")?;
    fs::create_dir_all(file.parent().context("the file lies in a folder")?)
        .context("make the folder of the figures")?;
    fs::write(&file, text).with_context(|| format!("write {}", file.display()))
}

/// The value below which this share of the samples lies (0.5, 0.95, 0.99), in milliseconds.
///
/// The nearest rank of the sorted samples: no value that was not measured. Zero when there are none.
pub fn percentile_ms(samples: &[Duration], share: f64) -> f64 {
    let mut sorted: Vec<f64> = samples
        .iter()
        .map(|sample| sample.as_secs_f64() * 1000.0)
        .collect();
    sorted.sort_by(f64::total_cmp);
    let rank = (share * sorted.len() as f64).ceil() as usize;
    sorted.get(rank.saturating_sub(1)).copied().unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(value: f64, budget: Budget, within: bool) {
        assert_eq!(
            Figure::new("figure", value, "ms", budget).within,
            within,
            "{value} {budget:?}"
        );
    }

    #[test]
    fn a_figure_is_judged_by_its_budget() {
        check(
            2.5,
            Budget::TimesFloor {
                floor: 1.0,
                at_most: 2.5,
            },
            true,
        );
        check(
            2.6,
            Budget::TimesFloor {
                floor: 1.0,
                at_most: 2.5,
            },
            false,
        );
        check(
            26.0,
            Budget::AboveFloor {
                floor: 10.0,
                at_most: 16.7,
            },
            true,
        );
        check(
            27.0,
            Budget::AboveFloor {
                floor: 10.0,
                at_most: 16.7,
            },
            false,
        );
        check(2.0, Budget::AtMost(2.0), true);
        check(2.1, Budget::AtMost(2.0), false);
        check(
            70.0,
            Budget::ShareOfFloor {
                floor: 100.0,
                at_least: 0.7,
            },
            true,
        );
        check(
            69.0,
            Budget::ShareOfFloor {
                floor: 100.0,
                at_least: 0.7,
            },
            false,
        );
        check(1e9, Budget::None, true);
    }

    #[test]
    fn a_percentile_is_a_measured_value() {
        let samples: Vec<Duration> = (1..=100).rev().map(Duration::from_millis).collect();
        assert_eq!(percentile_ms(&samples, 0.5), 50.0);
        assert_eq!(percentile_ms(&samples, 0.99), 99.0);
        assert_eq!(percentile_ms(&samples, 1.0), 100.0);
        assert_eq!(percentile_ms(&[], 0.5), 0.0);
    }
}
