//! The habits of this repository, as one program: `cargo xtask help` lists them.
//!
//! Each habit is one module. Whatever needs a tool or a system package goes through [`setup`] first, so that a
//! fresh machine needs Rust and nothing else.

#![expect(
    clippy::print_stdout,
    reason = "a command line program talks on its standard output"
)]

mod bench;
mod bindings;
mod check;
mod demo;
mod deny;
mod dev;
mod edges;
mod setup;
mod shell;
mod soak;
mod tally;
mod test;
mod tidy;
mod ui;
mod workspace;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "cargo xtask", about = "The habits of this repository", version)]
struct Arguments {
    #[command(subcommand)]
    habit: Habit,
}

#[derive(Subcommand)]
enum Habit {
    /// Show a till and its server at work: with a display you sell, without one it sells by itself
    Demo,
    /// Everything that must hold before a change is taken: check, all tests, the real window
    Test,
    /// The tests in the real window alone
    E2e {
        /// Only tests whose name contains this
        filter: Option<String>,
    },
    /// Measure the budgets and print the table (also in target/bench/results.json)
    Bench,
    /// Run the sync simulator for as long as you like
    Soak(soak::Soak),
    /// Work on the screens: the till's window with hot reload
    Dev,
    /// Formatting, lints, licences, dependency edges, generated types, tidiness
    Check {
        /// Only the checks whose name contains this
        only: Option<String>,
    },
    /// Write the TypeScript types anew from the Rust types
    Bindings,
    /// Find what is missing on this machine and install it
    Setup,
}

fn main() -> ExitCode {
    match run(Arguments::parse().habit) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\n{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(habit: Habit) -> anyhow::Result<()> {
    std::env::set_current_dir(workspace::root())?;
    match habit {
        Habit::Demo => demo::run(),
        Habit::Test => test::run(),
        Habit::E2e { filter } => test::end_to_end(filter.as_deref()),
        Habit::Bench => bench::run(),
        Habit::Soak(soak) => soak::run(&soak),
        Habit::Dev => dev::run(),
        Habit::Check { only } => check::run(only.as_deref()),
        Habit::Bindings => bindings::write(),
        Habit::Setup => setup::everything(),
    }
}
