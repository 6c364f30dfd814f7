//! `backup`: writes one file with everything that a server needs to go on elsewhere.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::Args;

use super::desk::Desk;
use crate::private;

/// What a backup holds. The keys belong to it: with others, tills would take the server for a
/// stranger.
pub(super) const DATABASE: &str = "server.db";
pub(super) const KEY: &str = "server.key";
pub(super) const CERTIFICATE: &str = "tls-certificate.pem";
pub(super) const CERTIFICATE_KEY: &str = "tls-key.pem";

/// How hard the file is pressed together; more costs time and gains little.
const LEVEL: i32 = 3;

#[derive(Debug, Args)]
pub struct BackupArguments {
    /// The folder that the file is written to; it is made where it is missing.
    pub folder: PathBuf,
}

pub(super) async fn run(
    data: &Path,
    arguments: &BackupArguments,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    let desk = Desk::open(data)?;
    let folder = &arguments.folder;
    fs::create_dir_all(folder).with_context(|| format!("make {}", folder.display()))?;
    let moment = desk.now.to_utc().format("%Y-%m-%dT%H%M%SZ");
    let target = folder.join(format!("comptoir-{moment}.tar.zst"));
    if target.exists() {
        bail!("{} is there already", target.display());
    }
    let copy = target.with_extension("database-partial");
    let partial = target.with_extension("partial");
    let written = async {
        desk.store
            .back_up(copy.clone())
            .await
            .context("copy the database")?;
        pack(&desk, &copy, &partial).with_context(|| format!("write {}", partial.display()))?;
        fs::rename(&partial, &target)?;
        sync_folder(folder)
    };
    let outcome: anyhow::Result<()> = written.await;
    for leftover in [&copy, &partial] {
        if leftover.exists() {
            fs::remove_file(leftover)?;
        }
    }
    outcome?;
    let megabytes = fs::metadata(&target)?.len().div_ceil(1_000_000);
    writeln!(out, "{} ({megabytes} MB)", target.display())?;
    writeln!(
        out,
        "It holds the server's keys: keep it where no stranger comes."
    )?;
    Ok(())
}

fn pack(desk: &Desk, database: &Path, target: &Path) -> anyhow::Result<()> {
    let file = BufWriter::new(private::options().create_new(true).open(target)?);
    let mut archive = tar::Builder::new(zstd::Encoder::new(file, LEVEL)?);
    archive.append_path_with_name(database, DATABASE)?;
    for (path, name) in [
        (desk.folder.key(), KEY),
        (desk.folder.certificate(), CERTIFICATE),
        (desk.folder.certificate_key(), CERTIFICATE_KEY),
    ] {
        if path.exists() {
            archive.append_path_with_name(path, name)?;
        }
    }
    let file = archive.into_inner()?.finish()?;
    let file = file
        .into_inner()
        .map_err(std::io::IntoInnerError::into_error)?;
    file.sync_all()?;
    Ok(())
}

/// Makes a new name in a folder last.
pub(super) fn sync_folder(folder: &Path) -> anyhow::Result<()> {
    #[cfg(unix)]
    File::open(folder)?.sync_all()?;
    #[cfg(not(unix))]
    let _ = folder;
    Ok(())
}
