//! The commands of the one program. Each is a file with its arguments and a `run`; what they say goes
//! to a writer, so that tests can read it.

mod backup;
mod demo;
mod desk;
mod enrol;
mod export;
mod import;
mod init;
mod office_password;
mod pairing;
mod pin;
mod restore;
mod serve;
mod shop_key;
mod slot;
mod verify;
mod webhook;

use std::io::Write;
use std::path::PathBuf;

use anyhow::Context;
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
    /// Found a hub.
    Init(init::InitArguments),
    /// Give out a one-time code that makes a device a till of the hub.
    Enrol(enrol::EnrolArguments),
    /// Take things in from files.
    #[command(subcommand)]
    Import(import::Import),
    /// Write things out as files.
    #[command(subcommand)]
    Export(export::Export),
    /// Say when and where orders are fetched.
    #[command(subcommand)]
    Slot(slot::SlotCommand),
    /// Keys with which connected stores ask for the catalogue and place orders.
    #[command(subcommand)]
    ShopKey(shop_key::ShopKeyCommand),
    /// Addresses of connected stores that are told what happens to orders.
    #[command(subcommand)]
    Webhook(webhook::WebhookCommand),
    /// Let somebody log in to the office: the first manager, or who forgot the password.
    OfficePassword(office_password::OfficePasswordArguments),
    /// Check that no journal was changed: every signature, every chain.
    Verify,
    /// Write a copy of everything into a folder, while the server runs.
    Backup(backup::BackupArguments),
    /// Put a copy back.
    Restore(restore::RestoreArguments),
    /// Found a made-up food hub with products, people and pictures, to try things with.
    Demo(demo::DemoArguments),
}

/// Runs one command to its end.
pub fn run(cli: Cli) -> anyhow::Result<()> {
    run_to(cli, &mut std::io::stdout().lock())
}

/// Runs one command; what it says goes to `out`.
pub fn run_to(cli: Cli, out: &mut dyn Write) -> anyhow::Result<()> {
    let data = cli.data.as_path();
    match &cli.command {
        Command::Serve(arguments) => serve::run(data, arguments),
        Command::Init(arguments) => finish(init::run(data, arguments, out)),
        Command::Enrol(arguments) => finish(enrol::run(data, arguments, out)),
        Command::Import(what) => finish(import::run(data, what, out)),
        Command::Export(what) => finish(export::run(data, what, out)),
        Command::Slot(what) => finish(slot::run(data, what, out)),
        Command::ShopKey(what) => finish(shop_key::run(data, what, out)),
        Command::Webhook(what) => finish(webhook::run(data, what, out)),
        Command::OfficePassword(arguments) => finish(office_password::run(data, arguments, out)),
        Command::Verify => finish(verify::run(data, out)),
        Command::Backup(arguments) => finish(backup::run(data, arguments, out)),
        Command::Restore(arguments) => finish(restore::run(data, arguments, out)),
        Command::Demo(arguments) => finish(demo::run(data, arguments, out)),
    }
}

/// Runs a command on a runtime of its own.
fn finish(command: impl Future<Output = anyhow::Result<()>>) -> anyhow::Result<()> {
    tokio::runtime::Runtime::new()
        .context("start the runtime")?
        .block_on(command)
}
