//! `webhook`: addresses of connected stores that are told what happens to orders.

use std::io::Write;
use std::path::Path;

use anyhow::{bail, ensure};
use clap::{Args, Subcommand};

use super::desk::Desk;
use super::shop_key::HubArgument;
use crate::entropy::random_bytes;
use crate::store::{NewWebhook, WebhookAdded};
use crate::webhooks::{EVENTS, checked_url};

#[derive(Debug, Subcommand)]
pub enum WebhookCommand {
    /// Tell a store what happens to orders, at an address. The secret that signs it is shown once.
    Add(AddArguments),
    /// Name the webhooks, and how far each got.
    List(HubArgument),
    /// Tell everything again from a number on.
    Replay(ReplayArguments),
    /// Tell a store nothing any more.
    Remove(RemoveArguments),
}

#[derive(Debug, Args)]
pub struct AddArguments {
    /// The name of the store's key.
    pub name: String,
    /// Where it is told.
    pub url: String,
    /// What it wants to be told, with commas between; everything where it is not said.
    #[arg(long, value_delimiter = ',')]
    pub events: Vec<String>,
    #[command(flatten)]
    pub hub: HubArgument,
}

#[derive(Debug, Args)]
pub struct ReplayArguments {
    /// The name of the store's key.
    pub name: String,
    /// The number of the first delivery that is sent again.
    #[arg(long)]
    pub from: u64,
    #[command(flatten)]
    pub hub: HubArgument,
}

#[derive(Debug, Args)]
pub struct RemoveArguments {
    /// The name of the store's key.
    pub name: String,
    #[command(flatten)]
    pub hub: HubArgument,
}

pub(super) async fn run(
    data: &Path,
    command: &WebhookCommand,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    let desk = Desk::open(data)?;
    match command {
        WebhookCommand::Add(arguments) => add(&desk, arguments, out).await,
        WebhookCommand::List(hub) => list(&desk, hub, out).await,
        WebhookCommand::Replay(arguments) => {
            let hub = desk.hub(arguments.hub.hub.as_deref()).await?;
            let (name, from) = (arguments.name.clone(), arguments.from);
            let found = desk.store.replay_webhook(hub.id, name, from).await?;
            ensure!(found, "\"{}\" has no webhook", arguments.name);
            writeln!(out, "\"{}\" is told again from {from} on.", arguments.name)?;
            Ok(())
        }
        WebhookCommand::Remove(arguments) => {
            let hub = desk.hub(arguments.hub.hub.as_deref()).await?;
            let name = arguments.name.clone();
            let found = desk.store.remove_webhook(hub.id, name).await?;
            ensure!(found, "\"{}\" has no webhook", arguments.name);
            writeln!(out, "\"{}\" is told nothing any more.", arguments.name)?;
            Ok(())
        }
    }
}

async fn add(desk: &Desk, arguments: &AddArguments, out: &mut dyn Write) -> anyhow::Result<()> {
    let hub = desk.hub(arguments.hub.hub.as_deref()).await?;
    // Whether it may be inside the server's own network is for who runs the server to say.
    checked_url(&arguments.url, true)?;
    for event in &arguments.events {
        if !EVENTS.contains(&event.as_str()) {
            bail!("\"{event}\" is none of {}", EVENTS.join(", "));
        }
    }
    let secret: [u8; 32] = random_bytes()?;
    let secret: String = secret.iter().map(|byte| format!("{byte:02x}")).collect();
    let new = NewWebhook {
        shop: arguments.name.clone(),
        url: arguments.url.clone(),
        secret: secret.clone(),
        events: arguments.events.clone(),
        at: desk.now,
    };
    match desk.store.add_webhook(hub.id, new).await? {
        WebhookAdded::Added => {}
        WebhookAdded::ShopUnknown => bail!("no key is called \"{}\"", arguments.name),
        WebhookAdded::Taken => bail!("\"{}\" has a webhook already", arguments.name),
    }
    writeln!(
        out,
        "The secret that signs what \"{}\" is told, shown this once:",
        arguments.name
    )?;
    writeln!(out, "{secret}")?;
    Ok(())
}

async fn list(desk: &Desk, hub: &HubArgument, out: &mut dyn Write) -> anyhow::Result<()> {
    let hub = desk.hub(hub.hub.as_deref()).await?;
    for webhook in desk.store.webhooks(hub.id).await? {
        let events = if webhook.events.is_empty() {
            "everything".to_owned()
        } else {
            webhook.events.join(", ")
        };
        let state = match webhook.attempts {
            0 => format!("told up to {}", webhook.reached),
            tries => format!("told up to {}, then refused {tries} times", webhook.reached),
        };
        writeln!(out, "{}: {} ({events}; {state})", webhook.shop, webhook.url)?;
    }
    Ok(())
}
