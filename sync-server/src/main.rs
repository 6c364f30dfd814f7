//! The server's one program. It reads the command line and calls the library.

use clap::Parser;
use sync_server::commands::{self, Cli};

fn main() -> anyhow::Result<()> {
    commands::run(Cli::parse())
}
