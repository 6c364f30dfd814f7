//! What becomes of the rows of a till that worked alone when it joins a hub: the hub's win.

use comptoir_domain::catalogue::Variant;
use comptoir_domain::staff::Staff;
use comptoir_sync::feed::EntityKind;
use rusqlite::{Connection, Transaction};

use super::rows::entities;
use crate::catalogue;
use crate::error::TillError;

/// Replaces local rows by the hub's. A product that the hub has under the same code is the hub's
/// from now on, under either id; one that it does not have stays sellable here.
pub(super) fn adopt(tx: &Transaction<'_>) -> Result<(), TillError> {
    if local(tx, EntityKind::SETTINGS)?.is_empty()
        && local(tx, EntityKind::STAFF)?.is_empty()
        && local(tx, EntityKind::VARIANT)?.is_empty()
    {
        return Ok(());
    }
    tx.execute(
        "DELETE FROM entity WHERE kind = ?1 AND position = 0
         AND EXISTS (SELECT 1 FROM entity WHERE kind = ?1 AND position > 0)",
        [EntityKind::SETTINGS],
    )?;
    adopt_staff(tx)?;
    adopt_variants(tx)?;
    tx.execute(
        "DELETE FROM entity WHERE kind = ?1 AND position = 0
         AND id NOT IN (SELECT product FROM catalogue_row)",
        [EntityKind::PRODUCT],
    )?;
    Ok(())
}

/// Local people go, unless nobody of the hub's could sign in at all.
fn adopt_staff(tx: &Transaction<'_>) -> Result<(), TillError> {
    let locals = local(tx, EntityKind::STAFF)?;
    let someone_else = entities::<Staff>(tx, EntityKind::STAFF)?
        .iter()
        .any(|person| {
            let is_local = locals.contains(&person.id.to_string());
            person.active && person.pin_hash.is_some() && !is_local
        });
    if someone_else {
        tx.execute(
            "DELETE FROM entity WHERE kind = ?1 AND position = 0",
            [EntityKind::STAFF],
        )?;
    }
    Ok(())
}

fn adopt_variants(tx: &Transaction<'_>) -> Result<(), TillError> {
    for id in local(tx, EntityKind::VARIANT)? {
        let Some(variant) = super::entity::<Variant>(tx, EntityKind::VARIANT, &id)? else {
            continue;
        };
        let Some(hub) = hub_variant_with_a_code_of(tx, &variant)? else {
            continue;
        };
        tx.prepare_cached(
            "INSERT OR REPLACE INTO alias (variant_local, variant_hub) VALUES (?1, ?2)",
        )?
        .execute([&id, &hub])?;
        tx.prepare_cached(
            "UPDATE catalogue_row SET uses = uses + coalesce(
                 (SELECT uses FROM catalogue_row WHERE variant = ?1), 0)
             WHERE variant = ?2",
        )?
        .execute([&id, &hub])?;
        tx.prepare_cached("DELETE FROM entity WHERE kind = ?1 AND id = ?2")?
            .execute([EntityKind::VARIANT, &id])?;
        catalogue::index_row(tx, EntityKind::VARIANT, &id, None)?;
    }
    Ok(())
}

/// The article code decides before the barcodes: a hub may use one barcode for several packs.
fn hub_variant_with_a_code_of(
    connection: &Connection,
    variant: &Variant,
) -> Result<Option<String>, TillError> {
    let mut statement = connection.prepare_cached(
        "SELECT variant FROM barcode JOIN entity ON kind = ?2 AND id = variant
         WHERE code = ?1 AND position > 0 ORDER BY variant LIMIT 1",
    )?;
    for code in [&variant.code].into_iter().chain(&variant.barcodes) {
        let code = comptoir_domain::barcode::normalised_code(code);
        let mut found =
            statement.query_map([code.as_str(), EntityKind::VARIANT], |row| row.get(0))?;
        if let Some(id) = found.next() {
            return Ok(Some(id?));
        }
    }
    Ok(None)
}

fn local(connection: &Connection, kind: &str) -> Result<Vec<String>, TillError> {
    let mut statement = connection
        .prepare_cached("SELECT id FROM entity WHERE kind = ?1 AND position = 0 ORDER BY id")?;
    let ids = statement.query_map([kind], |row| row.get(0))?;
    Ok(ids.collect::<Result<_, _>>()?)
}
