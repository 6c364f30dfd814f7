//! The sync simulator and the kills, run for as long as one likes.

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
    /// Kill the till this many times while it sells, and the server half as often
    #[arg(long)]
    kills: Option<u64>,
}

/// Runs the tests that can go on, optimised, and tells them through the environment how far to go.
pub(crate) fn run(soak: &Soak) -> Result<()> {
    if let Some(kills) = soak.kills {
        return kill(kills);
    }
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
            seed.as_ref().expect("clap asks for one of the four"),
        ),
    };
    test("simulation").env(name, value.to_string()).run()
}

/// The till's host and the server are programs of their own, which the test takes from the build folder.
fn kill(kills: u64) -> Result<()> {
    shell::cargo()
        .args(["build", "--workspace", "--release", "--locked", "--bins"])
        .run()?;
    test("kills").env("COMPTOIR_KILLS", kills.to_string()).run()
}

fn test(name: &str) -> shell::Run {
    shell::cargo()
        .args(["test", "--workspace", "--release", "--locked"])
        .args(["--test", name])
        .args(["--", "--nocapture"])
}
