//! The till's desktop window: a shell around `comptoir-till`.
//!
//! It opens the till, opens one window on it, carries commands in and events out. No rule of the trade is here, and
//! nothing here is needed to run a till: the headless host does without.

// A till shows its window and no console; in development the console is where the log goes.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

mod log;
mod painting;
mod rpc;
mod window;

use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::{Parser, ValueEnum};
use tauri::{App, Manager, RunEvent};

/// An offline-first till for food hubs and shops.
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {
    /// Where this till keeps its data; a folder of the user's when not given. One till per folder
    #[arg(long, env = "COMPTOIR_DATA")]
    data_dir: Option<PathBuf>,

    /// Where a new till keeps its signing key; one that has a key keeps it where it is
    #[arg(long, env = "COMPTOIR_KEYS", value_enum, default_value = "keyring")]
    keys: Keys,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Keys {
    /// In the system's keyring, and in a file where there is none
    Keyring,
    /// In a file that only its user can read
    File,
}

fn main() -> Result<()> {
    painting::prepare();
    let arguments = Arguments::parse();
    let app = tauri::Builder::default()
        .invoke_handler(tauri::generate_handler![rpc::rpc])
        .setup(move |app| Ok(open(app, arguments)?))
        .build(tauri::generate_context!())
        .context("prepare the window")?;
    app.run(|app, event| {
        if matches!(event, RunEvent::Exit) {
            rpc::close(app);
        }
    });
    Ok(())
}

/// Opens the till first: the window then shows it from its first frame.
fn open(app: &App, arguments: Arguments) -> Result<()> {
    let data_dir = match arguments.data_dir {
        Some(folder) => folder,
        None => app
            .path()
            .app_local_data_dir()
            .context("find the user's folder for the till's data")?,
    };
    let log = log::start(&data_dir);
    app.manage(log);
    rpc::open(app, &data_dir, arguments.keys)?;
    window::open(app)
}
