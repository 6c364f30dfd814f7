//! `serve`: answers tills until stopped.

use std::net::SocketAddr;
use std::path::Path;

use clap::Args;

use crate::data_folder::DataFolder;
use crate::store::sqlite::Access;

#[derive(Debug, Args)]
pub struct ServeArguments {
    /// The address to listen on.
    #[arg(long, default_value = "0.0.0.0:8443")]
    pub listen: SocketAddr,
}

pub(super) fn run(data: &Path, _arguments: ServeArguments) -> anyhow::Result<()> {
    let folder = DataFolder::existing(data)?;
    folder.open_store(Access::Serving)?;
    Ok(())
}
