//! `slot`: when and where orders are fetched.

use std::io::Write;
use std::path::Path;

use anyhow::{Context, ensure};
use chrono::NaiveDateTime;
use clap::{Args, Subcommand};
use comptoir_domain::ids::{IdSource, SlotId};
use comptoir_domain::settings::HubSettings;
use comptoir_domain::slot::Slot;
use comptoir_domain::time::Timestamp;
use comptoir_sync::feed::EntityKind;

use super::desk::{self, Desk};
use super::init;
use crate::store::EntityChange;

/// A moment as people type it, on the clocks of the hub.
const MOMENT: &str = "%Y-%m-%dT%H:%M";

#[derive(Debug, Subcommand)]
pub enum SlotCommand {
    /// Open a slot.
    Add(AddArguments),
    /// Name the slots that are not over.
    List {
        /// The hub's name, where the server has several.
        #[arg(long)]
        hub: Option<String>,
    },
}

#[derive(Debug, Args)]
pub struct AddArguments {
    /// When it begins, such as 2026-11-28T16:00.
    pub from: String,
    /// When it ends.
    pub until: String,
    /// Until when customers place and change orders; the beginning where it is not said.
    #[arg(long)]
    pub orders_until: Option<String>,
    /// How many orders it takes.
    #[arg(long)]
    pub capacity: Option<u32>,
    #[arg(long)]
    pub location: Option<String>,
    #[arg(long)]
    pub hub: Option<String>,
}

pub(super) async fn run(
    data: &Path,
    command: &SlotCommand,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    let mut desk = Desk::open(data)?;
    match command {
        SlotCommand::Add(arguments) => add(&mut desk, arguments, out).await,
        SlotCommand::List { hub } => {
            let hub = desk.hub(hub.as_deref()).await?;
            let settings = desk.settings(&hub).await?;
            let mut slots: Vec<Slot> = desk.things(&hub, EntityKind::SLOT).await?;
            slots.retain(|slot| slot.active && !slot.is_over(desk.now));
            slots.sort_by_key(|slot| slot.starts_at);
            for slot in slots {
                say(&slot, &settings, out)?;
            }
            Ok(())
        }
    }
}

async fn add(desk: &mut Desk, arguments: &AddArguments, out: &mut dyn Write) -> anyhow::Result<()> {
    let hub = desk.hub(arguments.hub.as_deref()).await?;
    let settings = desk.settings(&hub).await?;
    let starts_at = moment(&arguments.from, &settings)?;
    let orders_until = match &arguments.orders_until {
        Some(text) => moment(text, &settings)?,
        None => starts_at,
    };
    let slot = Slot {
        id: SlotId::from_uuid(desk.ids.next_uuid()),
        location: desk::location(&settings, arguments.location.as_deref())?,
        starts_at,
        ends_at: moment(&arguments.until, &settings)?,
        orders_until,
        capacity: arguments.capacity,
        active: true,
    };
    ensure!(slot.starts_at < slot.ends_at, "a slot ends after it begins");
    ensure!(
        slot.orders_until <= slot.ends_at,
        "orders are placed before the slot ends"
    );
    let change = EntityChange::put(EntityKind::SLOT, slot.id, &slot)?;
    let act = init::kept(desk, "slots", vec![change]);
    desk.store.record(hub.id, act).await?;
    say(&slot, &settings, out)
}

fn moment(text: &str, settings: &HubSettings) -> anyhow::Result<Timestamp> {
    let local = NaiveDateTime::parse_from_str(text.trim(), MOMENT)
        .with_context(|| format!("\"{text}\" is no moment such as 2026-11-28T16:00"))?;
    let moment = settings.zone.moment(local);
    moment.with_context(|| format!("the clocks of the hub pass {text} over"))
}

fn say(slot: &Slot, settings: &HubSettings, out: &mut dyn Write) -> anyhow::Result<()> {
    let at = |moment: Timestamp| moment.in_zone(settings.zone).format(MOMENT).to_string();
    let place = settings
        .locations
        .iter()
        .find(|location| location.id == slot.location);
    let place = place.map_or("?", |location| location.name.as_str());
    writeln!(
        out,
        "{} to {} at {place}, orders until {}",
        at(slot.starts_at),
        at(slot.ends_at),
        at(slot.orders_until)
    )?;
    Ok(())
}
