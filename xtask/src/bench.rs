//! Measuring the budgets of the design, each against its floor in the same run.

use std::fs;

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use crate::{setup, shell, ui, workspace};

/// One measured figure, as the benchmarks write it.
#[derive(Deserialize)]
struct Figure {
    name: String,
    value: f64,
    unit: String,
    floor: Option<f64>,
    ratio: Option<f64>,
    budget: String,
    within: bool,
}

/// Runs every benchmark, prints the table, and fails when a figure is over its budget.
pub(crate) fn run() -> Result<()> {
    setup::window()?;
    ui::build()?;
    let results = workspace::target().join("bench/results.json");
    if results.exists() {
        fs::remove_file(&results).with_context(|| format!("remove {}", results.display()))?;
    }
    shell::cargo()
        .args([
            "build",
            "--workspace",
            "--bins",
            "--examples",
            "--release",
            "--locked",
        ])
        .run()?;
    shell::cargo()
        .args(["bench", "--workspace", "--locked", "--bench", "*"])
        .run()?;
    let text =
        fs::read_to_string(&results).with_context(|| format!("read {}", results.display()))?;
    let figures: Vec<Figure> = serde_json::from_str(&text).context("read the figures")?;
    print(&figures);
    let over = figures.iter().filter(|figure| !figure.within).count();
    if over > 0 {
        bail!("{over} of {} figures are over their budget", figures.len());
    }
    Ok(())
}

fn print(figures: &[Figure]) {
    println!(
        "\n{:<58} {:>14} {:>14} {:>8}  budget",
        "figure", "value", "floor", "ratio"
    );
    for figure in figures {
        let value = format!("{:.3} {}", figure.value, figure.unit);
        let floor = figure
            .floor
            .map_or_else(String::new, |floor| format!("{floor:.3} {}", figure.unit));
        let ratio = figure
            .ratio
            .map_or_else(String::new, |ratio| format!("{ratio:.2}"));
        let verdict = if figure.within { "" } else { "  OVER" };
        println!(
            "{:<58} {value:>14} {floor:>14} {ratio:>8}  {}{verdict}",
            figure.name, figure.budget
        );
    }
    println!();
}
