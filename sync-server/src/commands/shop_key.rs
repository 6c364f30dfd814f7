//! `shop-key`: keys of connected stores.

use std::io::Write;
use std::path::Path;

use anyhow::{bail, ensure};
use clap::{Args, Subcommand};

use super::desk::Desk;
use crate::entropy::random_bytes;
use crate::session::Token;
use crate::store::{ShopKey, ShopScope};

#[derive(Debug, Subcommand)]
pub enum ShopKeyCommand {
    /// Make a key. It is shown once.
    Add(AddArguments),
    /// Name the keys that can be used.
    List(HubArgument),
    /// Take a key away.
    Revoke(RevokeArguments),
}

#[derive(Debug, Args)]
pub struct HubArgument {
    /// The hub's name, where the server has several.
    #[arg(long)]
    pub hub: Option<String>,
}

#[derive(Debug, Args)]
pub struct AddArguments {
    /// What the store is called.
    pub name: String,
    /// What it may ask for, with commas between: `catalogue`, `orders` (to place orders, and to read and
    /// change its own), `all_orders` (those of everybody).
    #[arg(long, value_delimiter = ',', default_value = "catalogue,orders")]
    pub scopes: Vec<String>,
    #[command(flatten)]
    pub hub: HubArgument,
}

#[derive(Debug, Args)]
pub struct RevokeArguments {
    /// What the store is called.
    pub name: String,
    #[command(flatten)]
    pub hub: HubArgument,
}

pub(super) async fn run(
    data: &Path,
    command: &ShopKeyCommand,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    let desk = Desk::open(data)?;
    match command {
        ShopKeyCommand::Add(arguments) => add(&desk, arguments, out).await,
        ShopKeyCommand::List(hub) => {
            let hub = desk.hub(hub.hub.as_deref()).await?;
            for key in desk.store.shop_keys(hub.id).await? {
                let scopes: Vec<&str> = key.scopes.iter().map(|scope| scope.name()).collect();
                writeln!(out, "{}: {}", key.name, scopes.join(", "))?;
            }
            Ok(())
        }
        ShopKeyCommand::Revoke(arguments) => {
            let hub = desk.hub(arguments.hub.hub.as_deref()).await?;
            let name = arguments.name.clone();
            let revoked = desk.store.revoke_shop_key(hub.id, name, desk.now).await?;
            ensure!(revoked, "no key is called \"{}\"", arguments.name);
            writeln!(out, "The key \"{}\" is of no use any more.", arguments.name)?;
            Ok(())
        }
    }
}

async fn add(desk: &Desk, arguments: &AddArguments, out: &mut dyn Write) -> anyhow::Result<()> {
    let hub = desk.hub(arguments.hub.hub.as_deref()).await?;
    let mut scopes = Vec::new();
    for word in &arguments.scopes {
        match ShopScope::from_name(word.trim()) {
            Some(scope) => scopes.push(scope),
            None => bail!("a scope is `catalogue`, `orders` or `all_orders`, not \"{word}\""),
        }
    }
    let token = Token::new(hub.id, random_bytes()?);
    let key = ShopKey {
        name: arguments.name.trim().to_owned(),
        scopes,
        created_at: desk.now,
    };
    ensure!(!key.name.is_empty(), "the key needs a name");
    let added = desk.store.add_shop_key(hub.id, token.hash(), key).await?;
    ensure!(added, "a key is called \"{}\" already", arguments.name);
    writeln!(out, "The key of \"{}\", shown this once:", arguments.name)?;
    writeln!(out, "{}", token.text())?;
    Ok(())
}
