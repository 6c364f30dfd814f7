//! A till without a window: its commands over loopback HTTP, and the screen's files beside them. For
//! browser tests and tests that kill it; never shipped.
//!
//! It prints one line of JSON when it is ready: `{"port":…,"token":"…","url":"…"}`.

mod door;
mod files;
mod serve;

use std::io::Write;
use std::net::Ipv4Addr;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, Result};
use clap::Parser;
use comptoir_till::store::Storage;
use comptoir_till::{Till, TillOptions};
use tokio::net::TcpListener;

use door::Door;

/// The till's commands over loopback HTTP, for tests.
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {
    /// Where the till keeps its data
    #[arg(long)]
    data_dir: PathBuf,

    /// The port to listen on; 0 takes a free one
    #[arg(long, default_value_t = 0)]
    port: u16,

    /// The built screen
    #[arg(long, default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/../../ui/dist/till"))]
    ui: PathBuf,

    /// Allow a data folder on temporary storage
    #[arg(long)]
    throw_away: bool,

    /// How far the till's clock is ahead of the system's, in milliseconds; negative where behind
    #[arg(long, default_value_t = 0, allow_negative_numbers = true)]
    clock_ahead_ms: i64,
}

#[tokio::main]
async fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let storage = if arguments.throw_away {
        Storage::ThrowAway
    } else {
        Storage::Durable
    };
    let options = TillOptions {
        data_dir: arguments.data_dir,
    };
    let till = Till::open_with_clock(options, storage, arguments.clock_ahead_ms);
    let till = Arc::new(till.context("open the till")?);
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, arguments.port))
        .await
        .context("listen on the loopback")?;
    let port = listener.local_addr()?.port();
    let door = Door::new(port)?;
    announce(&door)?;
    let routes = serve::routes(Arc::clone(&till), door, arguments.ui);
    axum::serve(listener, routes)
        .with_graceful_shutdown(async {
            // Where the signal cannot be heard, the process is simply ended.
            if tokio::signal::ctrl_c().await.is_err() {
                std::future::pending::<()>().await;
            }
        })
        .await
        .context("serve")?;
    till.close();
    Ok(())
}

fn announce(door: &Door) -> Result<()> {
    let line = serde_json::json!({
        "port": door.port(),
        "token": door.token(),
        "url": door.url(),
    });
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}")?;
    out.flush()?;
    Ok(())
}
