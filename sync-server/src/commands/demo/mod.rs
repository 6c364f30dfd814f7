//! `demo`: a made-up food hub in France with what such a hub sells, to look at and to try things
//! with. People, farms and figures are invented.

mod orders;
mod people;
mod pictures;
mod prices;

use std::io::Write;
use std::path::Path;

use anyhow::{Context, bail, ensure};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use clap::Args;
use comptoir_domain::catalogue::{Picture, Variant, VariantKind};
use comptoir_domain::catalogue_import::{
    CatalogueChanges, CatalogueImport, Header, KnownCatalogue,
};
use comptoir_domain::country::{Country, Language};
use comptoir_domain::entry::EntryHash;
use comptoir_domain::event::Event;
use comptoir_domain::ids::{HubId, IdSource, LocationId, VariantId};
use comptoir_domain::quantity::Quantity;
use comptoir_domain::settings::{HubSettings, LegalIdentity, Location};
use comptoir_sync::feed::EntityKind;
use sha2::{Digest, Sha256};

use super::desk::Desk;
use super::pairing::{self, PairingArguments};
use super::{import, init};
use crate::data_folder::DataFolder;
use crate::store::EntityChange;

/// What the hub sells, as a table that `import catalogue` would take, and beside it the name of each
/// product's picture.
const PRODUCTS: &str = include_str!("products.csv");

/// The column that only the demo reads.
const PICTURE_COLUMN: &str = "picture";

#[derive(Debug, Args)]
pub struct DemoArguments {
    #[command(flatten)]
    pub pairing: PairingArguments,
}

pub(super) async fn run(
    data: &Path,
    arguments: &DemoArguments,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    let mut desk = Desk::in_folder(DataFolder::create(data)?)?;
    if !desk.store.hubs().await?.is_empty() {
        bail!(
            "{} holds a hub already: the demo wants a folder of its own, say --data",
            data.display()
        );
    }
    let settings = settings(&mut desk.ids)?;
    let location = settings.locations[0].id;
    let (changes, pictures) = catalogue(&mut desk, &settings)?;
    let imported = Event::CatalogueImported {
        file: EntryHash(Sha256::digest(PRODUCTS).into()),
        added: changes.variants.len() as u64,
        updated: 0,
    };
    let mut acts = import::acts(&mut desk, &changes, imported, Some(location))?;
    acts.push(init::kept(&mut desk, "pictures", pictures));
    let rules = prices::rules(&mut desk, &settings, &changes.variants)?;
    acts.push(init::kept(&mut desk, "prices", rules));
    let staff = people::staff(&mut desk.ids)?;
    acts.push(init::kept(&mut desk, "staff", staff));
    let customers = people::customers(&mut desk.ids)?;
    acts.push(init::kept(&mut desk, "customers", customers));
    let now = desk.now;
    let slots = orders::slots(&mut desk.ids, &settings, location, now);
    acts.push(init::kept(&mut desk, "slots", orders::kept(&slots)?));
    let hub = init::found(&mut desk, settings).await?;
    desk.store.record_all(hub.id, acts).await?;
    if let Some(slot) = slots.first() {
        orders::place(&mut desk, &hub, slot, &changes.variants).await?;
    }
    writeln!(
        out,
        "The made-up hub \"{}\" with {} products is founded in {}.",
        hub.name,
        changes.variants.len(),
        data.display()
    )?;
    people::introduce(out)?;
    people::open_office(&desk, &hub, out).await?;
    writeln!(out)?;
    pairing::give_out(&desk, &hub, location, &arguments.pairing, out).await?;
    Ok(())
}

fn settings(ids: &mut dyn IdSource) -> anyhow::Result<HubSettings> {
    let hub = HubId::from_uuid(ids.next_uuid());
    let mut settings = HubSettings::for_country(hub, "La Halle aux Saisons", Country::FR)?;
    settings.languages = vec![Language::new("en"), Language::new("fr")];
    settings.legal = LegalIdentity {
        legal_name: Some("La Halle aux Saisons, association loi 1901".to_owned()),
        address_lines: vec!["3 quai du Marché".to_owned(), "45000 Orléans".to_owned()],
        registration_number: Some("123 456 789 00015".to_owned()),
        vat_number: Some("FR12123456789".to_owned()),
        phone: None,
        email: Some("bonjour@halle.example".to_owned()),
        website: Some("halle.example".to_owned()),
    };
    settings.receipt.footer_lines = vec!["Thank you, and see you on Saturday.".to_owned()];
    settings.locations.push(Location {
        id: LocationId::from_uuid(ids.next_uuid()),
        name: "Quai du Marché".to_owned(),
        active: true,
    });
    Ok(settings)
}

/// The products in their first state, and the pictures that they show.
fn catalogue(
    desk: &mut Desk,
    settings: &HubSettings,
) -> anyhow::Result<(CatalogueChanges, Vec<EntityChange>)> {
    let mut table = csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(PRODUCTS.as_bytes());
    let mut rows = table.records();
    let headings = rows.next().context("the demo's table is empty")??;
    let headings: Vec<&str> = headings.iter().collect();
    let picture_column = headings
        .iter()
        .position(|heading| *heading == PICTURE_COLUMN);
    let header = Header::read(&headings, settings)?;
    let today = desk
        .now
        .trading_day(settings.zone, settings.day_ends_at_minutes);
    let mut import = CatalogueImport::new(header, settings, today, KnownCatalogue::default());
    let mut pictures = Vec::new();
    for (line, row) in (2..).zip(rows) {
        let row = row?;
        let cells: Vec<&str> = row.iter().collect();
        import.row(line, &cells, &mut desk.ids)?;
        pictures.push(
            picture_column
                .and_then(|column| row.get(column))
                .map(str::to_owned),
        );
    }
    let mut changes = match import.finish().accepted() {
        Ok(changes) => changes,
        Err(faults) => bail!("the demo's table is wrong: {faults:?}"),
    };
    ensure!(
        changes.variants.len() == pictures.len(),
        "a row of the demo's table was passed over"
    );
    let mut drawn = Vec::new();
    for (variant, name) in changes.variants.iter_mut().zip(pictures) {
        variant.shop = true;
        if let Some(name) = name {
            show(variant, &name, &mut drawn)?;
        }
    }
    shape_bench(&mut changes.variants)?;
    Ok((changes, drawn))
}

/// Puts a picture on a variant. Products that share a picture share its row.
fn show(variant: &mut Variant, name: &str, drawn: &mut Vec<EntityChange>) -> anyhow::Result<()> {
    let svg = pictures::svg(name).with_context(|| format!("nobody drew \"{name}\""))?;
    let id = EntryHash(Sha256::digest(&svg).into()).to_string();
    let picture = Picture {
        media_type: "image/svg+xml".to_owned(),
        base64: STANDARD.encode(&svg),
    };
    let change = EntityChange::put(EntityKind::PICTURE, &id, &picture)?;
    if !drawn.contains(&change) {
        drawn.push(change);
    }
    variant.image = Some(id);
    Ok(())
}

/// What a table cannot say: the box and what is in it, and the workshop, which nobody carries home.
fn shape_bench(variants: &mut [Variant]) -> anyhow::Result<()> {
    let parts = vec![
        (variant_of(variants, "P1")?, Quantity::pieces(2)),
        (variant_of(variants, "P2")?, Quantity::ONE),
        (variant_of(variants, "P4")?, Quantity::ONE),
    ];
    for variant in variants {
        match variant.code.as_str() {
            "P6" => {
                variant.kind = VariantKind::Bundle {
                    parts: parts.clone(),
                };
            }
            "P7" => variant.kind = VariantKind::Service,
            _ => {}
        }
    }
    Ok(())
}

fn variant_of(variants: &[Variant], code: &str) -> anyhow::Result<VariantId> {
    variants
        .iter()
        .find(|variant| variant.code == code)
        .map(|variant| variant.id)
        .with_context(|| format!("the demo has no product {code}"))
}
