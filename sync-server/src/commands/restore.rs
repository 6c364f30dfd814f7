//! `restore`: puts a backup back. Tills may have seen more than the backup holds, so a new life of the
//! feed begins: they pull everything anew and send again what is missing.

use std::fs::{self, File};
use std::io::{BufReader, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail, ensure};
use clap::Args;
use comptoir_domain::ids::{EpochId, IdSource};
use rusqlite::{Connection, OpenFlags};

use super::backup::{CERTIFICATE, CERTIFICATE_KEY, DATABASE, KEY, sync_folder};
use super::desk::Desk;
use crate::data_folder::DataFolder;
use crate::private;
use crate::store::NewEpochs;
use crate::store::sqlite::Access;

#[derive(Debug, Args)]
pub struct RestoreArguments {
    /// The file that `backup` wrote.
    pub file: PathBuf,
    /// Put what the data folder holds now aside, into a folder within it.
    #[arg(long)]
    pub replace: bool,
}

pub(super) async fn run(
    data: &Path,
    arguments: &RestoreArguments,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    let present = DataFolder::existing(data).ok();
    if let Some(present) = &present {
        ensure!(
            arguments.replace,
            "{} holds a server: say --replace to put it aside, or name another folder with --data",
            data.display()
        );
        // While a server runs, its sales would go to the database that is put aside.
        drop(present.open_store(Access::Serving)?);
    }
    let target = DataFolder::create(data)?;
    let new = data.join("restoring");
    if new.exists() {
        fs::remove_dir_all(&new).with_context(|| format!("clear {}", new.display()))?;
    }
    DataFolder::create(&new)?;
    unpack(&arguments.file, &new)?;
    check(&new.join(DATABASE))?;
    begin_anew(&new, out).await?;
    if present.is_some() {
        let aside = put_aside(target.path())?;
        writeln!(out, "What was there before lies in {}.", aside.display())?;
    }
    for name in [KEY, CERTIFICATE, CERTIFICATE_KEY, DATABASE] {
        if new.join(name).exists() {
            fs::rename(new.join(name), data.join(name))?;
        }
    }
    fs::remove_dir_all(&new)?;
    sync_folder(data)?;
    writeln!(
        out,
        "Restored. Start the server; its tills load everything anew and send what it lacks."
    )?;
    Ok(())
}

/// Takes the known files out of an archive, and nothing else.
fn unpack(file: &Path, folder: &Path) -> anyhow::Result<()> {
    let unreadable = || format!("{} is no backup of this server", file.display());
    let packed = File::open(file).with_context(|| format!("open {}", file.display()))?;
    let mut archive = tar::Archive::new(zstd::Decoder::new(BufReader::new(packed))?);
    for entry in archive.entries().with_context(unreadable)? {
        let mut entry = entry.with_context(unreadable)?;
        let name = entry
            .path()
            .with_context(unreadable)?
            .to_string_lossy()
            .into_owned();
        if ![DATABASE, KEY, CERTIFICATE, CERTIFICATE_KEY].contains(&name.as_str()) {
            continue;
        }
        let mut target = private::options()
            .create_new(true)
            .open(folder.join(name))?;
        std::io::copy(&mut entry, &mut target).with_context(unreadable)?;
        target.sync_all()?;
    }
    if DataFolder::existing(folder).is_err() {
        bail!(unreadable());
    }
    Ok(())
}

/// Refuses a database whose pages are damaged.
fn check(database: &Path) -> anyhow::Result<()> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY;
    let connection = Connection::open_with_flags(database, flags)?;
    let answer: String = connection
        .query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))
        .context("read the backup's database")?;
    ensure!(answer == "ok", "the backup's database is damaged: {answer}");
    Ok(())
}

/// Begins new epochs in every hub of a restored database.
async fn begin_anew(folder: &Path, out: &mut dyn Write) -> anyhow::Result<()> {
    let mut desk = Desk::in_folder(DataFolder::existing(folder)?)?;
    for hub in desk.store.hubs().await? {
        let epochs = NewEpochs {
            source_epoch: EpochId::from_uuid(desk.ids.next_uuid()),
            feed_epoch: desk.ids.next_uuid().to_string(),
            action: desk.action(),
            at: desk.now,
        };
        desk.store.begin_epochs(hub.id, epochs).await?;
        let entries = desk.store.head(hub.id).await?.accept_no;
        writeln!(out, "\"{}\": {entries} entries", hub.name)?;
    }
    Ok(())
}

/// Moves everything of a server into a new folder beside it.
fn put_aside(data: &Path) -> anyhow::Result<PathBuf> {
    let aside = (1..)
        .map(|number| data.join(format!("replaced-{number}")))
        .find(|folder| !folder.exists())
        .context("find a name for what is put aside")?;
    fs::create_dir(&aside)?;
    for entry in fs::read_dir(data)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let is_ours = name.starts_with(DATABASE)
            || [KEY, CERTIFICATE, CERTIFICATE_KEY].contains(&name.as_str());
        if is_ours {
            fs::rename(entry.path(), aside.join(name))?;
        }
    }
    sync_folder(&aside)?;
    Ok(aside)
}
