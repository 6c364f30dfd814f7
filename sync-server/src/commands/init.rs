//! `init`: founds a hub, with one location and one person who may do everything.

use std::io::Write;
use std::path::Path;

use anyhow::{Context, bail};
use clap::Args;
use comptoir_domain::country::{Country, Currency, Language};
use comptoir_domain::event::{AuditFact, Event};
use comptoir_domain::ids::{EpochId, HubId, IdSource, LocationId, StaffId, TillId};
use comptoir_domain::settings::{HubSettings, Location, country_supported_for_real_use};
use comptoir_domain::staff::{Role, Staff};
use comptoir_domain::time::Zone;
use comptoir_sync::feed::EntityKind;

use super::desk::Desk;
use super::import;
use super::pairing::{self, PairingArguments};
use super::pin;
use crate::data_folder::DataFolder;
use crate::store::{Act, EntityChange, Hub, NewHub};

#[derive(Debug, Args)]
pub struct InitArguments {
    /// The name over the door.
    #[arg(long)]
    pub name: String,
    /// Two letters: FR, BE, AU. Brings currency, tax rates, rounding and labels.
    #[arg(long)]
    pub country: Country,
    /// Three letters, where it is not the country's own: EUR.
    #[arg(long)]
    pub currency: Option<String>,
    /// The language of documents and screens, where it is not the country's first: fr.
    #[arg(long)]
    pub language: Option<String>,
    /// The time zone, where it is not that of the capital: Australia/Perth.
    #[arg(long)]
    pub zone: Option<String>,
    /// The name of the first location.
    #[arg(long, default_value = "Shop")]
    pub location: String,
    /// Who gets the first PIN and may do everything.
    #[arg(long, default_value = "Manager")]
    pub manager: String,
    #[command(flatten)]
    pub pairing: PairingArguments,
}

impl InitArguments {
    fn settings(&self, ids: &mut dyn IdSource) -> anyhow::Result<HubSettings> {
        if self.name.trim().is_empty() {
            bail!("the hub needs a name");
        }
        let hub = HubId::from_uuid(ids.next_uuid());
        let mut settings = HubSettings::for_country(hub, self.name.trim(), self.country)?;
        if let Some(code) = &self.currency {
            settings.set_currency(Currency::from_code(code)?);
        }
        if let Some(tag) = &self.language {
            let language = Language::new(tag.as_str());
            settings.languages.retain(|known| *known != language);
            settings.languages.insert(0, language);
        }
        if let Some(zone) = &self.zone {
            settings.zone = zone.parse::<Zone>()?;
        }
        settings.locations.push(Location {
            id: LocationId::from_uuid(ids.next_uuid()),
            name: self.location.clone(),
            active: true,
        });
        Ok(settings)
    }
}

pub(super) async fn run(
    data: &Path,
    arguments: &InitArguments,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    let mut desk = Desk::in_folder(DataFolder::create(data)?)?;
    let taken = desk
        .store
        .hubs()
        .await?
        .into_iter()
        .any(|hub| hub.name == arguments.name.trim());
    if taken {
        bail!(
            "a hub called \"{}\" is there already",
            arguments.name.trim()
        );
    }
    let settings = arguments.settings(&mut desk.ids)?;
    let location = settings.locations[0].id;
    let rates = settings.tax_rates.len();
    let hub = found(&mut desk, settings).await?;
    let pin = pin::draw()?;
    let person = Staff {
        id: StaffId::from_uuid(desk.ids.next_uuid()),
        name: arguments.manager.clone(),
        role: Role::Manager,
        pin_hash: Some(pin::hash(&pin)?),
        active: true,
        language: None,
    };
    let change = EntityChange::put(EntityKind::STAFF, person.id, &person)?;
    let act = kept(&mut desk, "staff", vec![change]);
    desk.store.record(hub.id, act).await?;
    writeln!(
        out,
        "The hub \"{}\" is founded in {}.",
        hub.name,
        data.display()
    )?;
    if rates == 0 {
        writeln!(
            out,
            "Its tax rates are not known here: nothing can be sold before they are entered."
        )?;
    }
    if let Err(refusal) = country_supported_for_real_use(arguments.country) {
        writeln!(out, "For practice only: {refusal}.")?;
    }
    writeln!(
        out,
        "{} signs in at the till with the PIN {pin}. It is shown only here.",
        person.name
    )?;
    writeln!(out)?;
    pairing::give_out(&desk, &hub, location, &arguments.pairing, out).await?;
    writeln!(out)?;
    writeln!(out, "Now start the server: sync-server serve")?;
    Ok(())
}

/// Makes a hub of its settings.
pub(super) async fn found(desk: &mut Desk, settings: HubSettings) -> anyhow::Result<Hub> {
    let new = NewHub {
        source: TillId::from_uuid(desk.ids.next_uuid()),
        source_epoch: EpochId::from_uuid(desk.ids.next_uuid()),
        feed_epoch: desk.ids.next_uuid().to_string(),
        action: desk.action(),
        at: desk.now,
        settings,
    };
    desk.store.create_hub(new).await.context("found the hub")
}

/// The act of changing things that a person keeps, under the name of what was changed.
pub(super) fn kept(desk: &mut Desk, what: &str, entities: Vec<EntityChange>) -> Act {
    let fact = AuditFact::SettingChanged {
        name: what.to_owned(),
    };
    import::act(desk, "settings_changed", Event::Audited { fact }, entities)
}
