//! `enrol`: gives out a one-time code that makes a device a till of the hub.

use std::io::Write;
use std::path::Path;

use clap::Args;

use super::desk::{self, Desk};
use super::pairing::{self, PairingArguments};

#[derive(Debug, Args)]
pub struct EnrolArguments {
    /// The hub's name, where the server has several.
    #[arg(long)]
    pub hub: Option<String>,
    /// Where the till will stand, where the hub has several locations.
    #[arg(long)]
    pub location: Option<String>,
    #[command(flatten)]
    pub pairing: PairingArguments,
}

pub(super) async fn run(
    data: &Path,
    arguments: &EnrolArguments,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    let desk = Desk::open(data)?;
    let hub = desk.hub(arguments.hub.as_deref()).await?;
    let settings = desk.settings(&hub).await?;
    let location = desk::location(&settings, arguments.location.as_deref())?;
    pairing::give_out(&desk, &hub, location, &arguments.pairing, out).await?;
    Ok(())
}
