//! The sync simulator, run for as long as one likes.

use anyhow::Result;
use clap::Args;

use crate::shell;

/// How long, or how many, or which.
#[derive(Args)]
#[group(required = true, multiple = false)]
pub(crate) struct Soak {
    /// New seeds for this many seconds
    #[arg(long)]
    seconds: Option<u64>,
    /// This many new seeds
    #[arg(long)]
    seeds: Option<u64>,
    /// One seed again, as a failure printed it
    #[arg(long)]
    seed: Option<u64>,
}

/// Runs the simulator's tests, optimised, and tells them through the environment how far to go.
pub(crate) fn run(soak: &Soak) -> Result<()> {
    let (name, value) = match soak {
        Soak {
            seconds: Some(seconds),
            ..
        } => ("COMPTOIR_SOAK_SECONDS", seconds),
        Soak {
            seeds: Some(seeds), ..
        } => ("COMPTOIR_SOAK_SEEDS", seeds),
        Soak { seed, .. } => (
            "COMPTOIR_SOAK_SEED",
            seed.as_ref().expect("clap asks for one of the three"),
        ),
    };
    shell::cargo()
        .args([
            "test",
            "--release",
            "--locked",
            "--package",
            "comptoir-tests",
            "--test",
            "simulation",
            "--",
        ])
        .arg("--nocapture")
        .env(name, value.to_string())
        .run()
}
