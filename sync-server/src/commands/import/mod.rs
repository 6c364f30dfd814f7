//! `import catalogue`: takes products in from a table, all of it or nothing.

mod report;

use std::collections::HashSet;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::{Args, Subcommand};
use comptoir_domain::catalogue::{Product, Variant};
use comptoir_domain::catalogue_import::{CatalogueChanges, ImportPlan, KnownCatalogue};
use comptoir_domain::event::Event;
use comptoir_domain::ids::LocationId;
use comptoir_domain::settings::HubSettings;
use comptoir_domain::stock::StockLevel;
use comptoir_sync::feed::EntityKind;
use comptoir_tables::{CatalogueFile, TableFile};

use super::desk::{self, Desk};
use crate::store::{Act, EntityChange, Hub};

#[derive(Debug, Subcommand)]
pub enum Import {
    /// Products from a text file with any delimiter, one product a line.
    ///
    /// The first line names the columns, in any order: code (or sku, reference, ean, barcode), name,
    /// price, tax, category, unit, stock, content, deposit, description, ingredients, allergens,
    /// origin, storage, supplier, barcodes, active. The product code is the key: existing products
    /// are updated in the columns that the file has (code and price are enough), others are added and
    /// need a name and a tax. An empty cell changes nothing. With one bad line nothing is changed.
    Catalogue(CatalogueArguments),
}

#[derive(Debug, Args)]
pub struct CatalogueArguments {
    pub file: PathBuf,
    /// Only say what would happen.
    #[arg(long)]
    pub dry_run: bool,
    /// The hub's name, where the server has several.
    #[arg(long)]
    pub hub: Option<String>,
    /// Where the stock is, where the hub has several locations.
    #[arg(long)]
    pub location: Option<String>,
}

pub(super) async fn run(data: &Path, what: &Import, out: &mut dyn Write) -> anyhow::Result<()> {
    let Import::Catalogue(arguments) = what;
    let mut desk = Desk::open(data)?;
    let hub = desk.hub(arguments.hub.as_deref()).await?;
    let settings = desk.settings(&hub).await?;
    let table = TableFile::open(&arguments.file)?;
    let plan = plan(&mut desk, &hub, &settings, &table, out).await?;
    report::write(&plan, out)?;
    let (added, updated) = (plan.added, plan.updated);
    let changes = match plan.accepted() {
        Ok(changes) => changes,
        Err(faults) => bail!(
            "nothing was changed: {} in {}",
            report::counted(faults.len(), "fault"),
            arguments.file.display()
        ),
    };
    let location = match changes.opening_stock.as_slice() {
        [] => None,
        _ => Some(desk::location(&settings, arguments.location.as_deref())?),
    };
    if arguments.dry_run {
        writeln!(out, "Nothing was changed: this was a dry run.")?;
        return Ok(());
    }
    let imported = Event::CatalogueImported {
        file: table.sha256(),
        added,
        updated,
    };
    let acts = acts(&mut desk, &changes, imported, location)?;
    desk.store
        .record_all(hub.id, acts)
        .await
        .context("store the products")?;
    writeln!(out, "Done.")?;
    Ok(())
}

/// Works out what a table does to a hub's catalogue.
async fn plan(
    desk: &mut Desk,
    hub: &Hub,
    settings: &HubSettings,
    table: &TableFile,
    out: &mut dyn Write,
) -> anyhow::Result<ImportPlan> {
    let today = desk
        .now
        .trading_day(settings.zone, settings.day_ends_at_minutes);
    let known = known_catalogue(desk, hub).await?;
    let file = CatalogueFile::read(table, settings, today, known, &mut desk.ids)?;
    report::write_form(table, &file.header, out)?;
    Ok(file.plan)
}

/// The hub's products, and which of them have a stock.
async fn known_catalogue(desk: &Desk, hub: &Hub) -> anyhow::Result<KnownCatalogue> {
    let stocked: HashSet<_> = desk
        .things::<StockLevel>(hub, EntityKind::STOCK)
        .await?
        .into_iter()
        .map(|level| level.variant)
        .collect();
    let mut known = KnownCatalogue::default();
    for product in desk.things::<Product>(hub, EntityKind::PRODUCT).await? {
        known.add_product(product);
    }
    for variant in desk.things::<Variant>(hub, EntityKind::VARIANT).await? {
        let has_stock = stocked.contains(&variant.id);
        known.add_variant(variant, has_stock);
    }
    Ok(known)
}

/// The acts that write changes down: the products in one entry, what is there of them in as many as
/// it takes.
pub(super) fn acts(
    desk: &mut Desk,
    changes: &CatalogueChanges,
    imported: Event,
    location: Option<LocationId>,
) -> anyhow::Result<Vec<Act>> {
    let mut entities = Vec::with_capacity(changes.products.len() + changes.variants.len());
    for product in &changes.products {
        entities.push(EntityChange::put(EntityKind::PRODUCT, product.id, product)?);
    }
    for variant in &changes.variants {
        entities.push(EntityChange::put(EntityKind::VARIANT, variant.id, variant)?);
    }
    let mut acts = vec![act(desk, "catalogue_imported", imported, entities)];
    let Some(location) = location else {
        return Ok(acts);
    };
    for moved in changes.goods_received(location) {
        acts.push(act(desk, "goods_received", moved, Vec::new()));
    }
    Ok(acts)
}

pub(super) fn act(desk: &mut Desk, kind: &str, event: Event, entities: Vec<EntityChange>) -> Act {
    Act {
        action: desk.action(),
        actor: None,
        kind: kind.to_owned(),
        at: desk.now,
        events: vec![event],
        attachments: Vec::new(),
        entities,
    }
}
