//! The commands of the one program. Each is a file with its arguments and a `run`.

mod serve;

use std::path::PathBuf;

use clap::{Parser, Subcommand};

/// The server of one or more hubs, with everything in one data folder.
#[derive(Debug, Parser)]
#[command(name = "sync-server", version, about)]
pub struct Cli {
    /// The folder that holds the database, keys and logs.
    #[arg(
        long,
        env = "COMPTOIR_DATA",
        default_value = "comptoir-data",
        global = true
    )]
    pub data: PathBuf,
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Answer tills until stopped.
    Serve(serve::ServeArguments),
}

/// Runs one command to its end.
pub fn run(cli: Cli) -> anyhow::Result<()> {
    match cli.command {
        Command::Serve(arguments) => serve::run(&cli.data, &arguments),
    }
}
