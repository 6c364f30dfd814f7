//! Everything that happened, and every thing that was changed.

use std::collections::{BTreeMap, BTreeSet};

use comptoir_domain::event::{AuditFact, Event};
use comptoir_domain::ids::{AttachmentId, CustomerId, StaffId, VariantId};
use comptoir_domain::staff::Permission;
use comptoir_domain::time::Timestamp;
use serde_json::Value;
use uuid::Uuid;

use super::desk::OfficeDesk;
use super::history::Reading;
use super::listing::{Cells, Table};
use super::overview::Overview;
use super::refusal::OfficeError;
use super::sitting::Sitting;
use super::wire::{AuditFilter, AuditList, AuditRow, ChangeView, FieldChange};
use crate::store::{AuditQuery, JournalRow};

const PAGE_USUAL: usize = 50;
const PAGE_MAX: usize = 200;

/// The most rows of a file.
const FILE_MAX: usize = 20_000;

impl OfficeDesk {
    pub async fn audit(
        &self,
        sitting: &Sitting,
        filter: AuditFilter,
    ) -> Result<AuditList, OfficeError> {
        let limit = filter.limit.unwrap_or(PAGE_USUAL).clamp(1, PAGE_MAX);
        self.audit_of(sitting, filter, limit).await
    }

    async fn audit_of(
        &self,
        sitting: &Sitting,
        filter: AuditFilter,
        limit: usize,
    ) -> Result<AuditList, OfficeError> {
        sitting.permit_one_of(&[Permission::ChangeSettings, Permission::SeeReports])?;
        let thing = filter.thing.filter(|thing| !thing.is_empty());
        let query = AuditQuery {
            about: thing.map(|thing| (thing, filter.id.unwrap_or_default())),
            by: filter.by.map(StaffId::from_uuid),
            since: filter.since.map(Timestamp::from_unix_ms),
            until: filter.until.map(Timestamp::from_unix_ms),
            before: filter.before,
            limit: limit + 1,
        };
        let mut entries = self.store.audit(sitting.hub.id, query).await?;
        let more = entries.len() > limit;
        entries.truncate(limit);
        let next = entries.last().filter(|_| more).map(|last| last.accept_no);
        let texts = self.change_texts(sitting, &entries).await?;
        let tills = self.till_codes(sitting).await?;
        let overview = self.overview(&sitting.hub).await?;
        let overview = overview.read();
        let reading = Reading::new(&overview, &tills, None);
        let rows = entries.iter().map(|entry| AuditRow {
            deed: reading.deed(entry),
            changes: changes(entry, &texts, &overview),
        });
        Ok(AuditList {
            rows: rows.collect(),
            next,
        })
    }

    /// What changed things were and are, by attachment.
    async fn change_texts(
        &self,
        sitting: &Sitting,
        entries: &[JournalRow],
    ) -> Result<BTreeMap<AttachmentId, String>, OfficeError> {
        let ids: Vec<AttachmentId> = entries
            .iter()
            .flat_map(changed)
            .map(|(_, _, change)| change)
            .collect();
        let texts = self
            .store
            .attachment_texts(sitting.hub.id, ids.clone())
            .await?;
        let known = ids.into_iter().zip(texts);
        Ok(known.filter_map(|(id, text)| Some((id, text?))).collect())
    }

    pub async fn audit_table(
        &self,
        sitting: &Sitting,
        filter: AuditFilter,
    ) -> Result<Table, OfficeError> {
        let listed = self.audit_of(sitting, filter, FILE_MAX).await?;
        let cells = self.cells(sitting).await?;
        let headings = [
            "number", "at", "accepted", "by", "till", "act", "thing", "id", "field", "old", "new",
        ];
        let mut table = Table::new("audit", &headings);
        for row in listed.rows {
            let deed = &row.deed;
            let start = [
                deed.accept_no.to_string(),
                cells.moment(deed.at),
                cells.moment(deed.accepted_at),
                Cells::text(deed.by.as_ref().map_or("", |by| &by.name)),
                Cells::text(deed.till.as_ref().map_or("", |till| &till.code)),
                Cells::text(&deed.kind),
            ];
            let with = |rest: [&str; 5]| {
                let rest = rest.into_iter().map(Cells::text);
                start.iter().cloned().chain(rest).collect::<Vec<String>>()
            };
            if row.changes.is_empty() {
                table.row(with([""; 5]));
            }
            for change in &row.changes {
                if change.fields.is_empty() {
                    table.row(with([&change.thing, &change.id, "", "", ""]));
                }
                for field in &change.fields {
                    let old = field.old.as_deref().unwrap_or_default();
                    let new = field.new.as_deref().unwrap_or_default();
                    table.row(with([&change.thing, &change.id, &field.field, old, new]));
                }
            }
        }
        Ok(table)
    }
}

/// The things that an entry says were changed.
fn changed(entry: &JournalRow) -> Vec<(String, String, AttachmentId)> {
    let body = entry.sealed.read_body().unwrap_or_default();
    let events = body.events.into_iter();
    let things = events.filter_map(|event| match event {
        Event::Audited {
            fact: AuditFact::ThingChanged { kind, id, change },
        } => Some((kind, id, change)),
        _ => None,
    });
    things.collect()
}

fn changes(
    entry: &JournalRow,
    texts: &BTreeMap<AttachmentId, String>,
    overview: &Overview,
) -> Vec<ChangeView> {
    let name = |id: &str| name_of(id, overview);
    let view = |(thing, id, change): (String, String, AttachmentId)| {
        let text = texts.get(&change);
        ChangeView {
            thing,
            id,
            fields: text.map(|text| fields(text, name)).unwrap_or_default(),
            forgotten: text.is_none(),
        }
    };
    changed(entry).into_iter().map(view).collect()
}

/// What an id within a thing stands for, where people know it by a name.
fn name_of(id: &str, overview: &Overview) -> Option<String> {
    let id: Uuid = id.parse().ok()?;
    let variant = VariantId::from_uuid(id);
    if overview.variants.contains_key(&variant) {
        return Some(overview.variant_name(variant).name);
    }
    let customer = CustomerId::from_uuid(id);
    let is_known = overview.customers.contains_key(&customer);
    is_known.then(|| overview.customer_name(customer).name)
}

/// What differs between what a thing was and is, field by field, with names for ids.
fn fields(text: &str, name: impl Fn(&str) -> Option<String>) -> Vec<FieldChange> {
    let mut both: Value = serde_json::from_str(text).unwrap_or(Value::Null);
    for side in ["old", "new"] {
        let Some(thing) = both.get_mut(side) else {
            continue;
        };
        // Which thing it is stands beside it.
        if let Some(fields) = thing.as_object_mut() {
            fields.remove("id");
        }
        give_names(thing, &name);
    }
    let (mut old, mut new) = (BTreeMap::new(), BTreeMap::new());
    flatten("", &both["old"], &mut old);
    flatten("", &both["new"], &mut new);
    let names: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let differ = names
        .into_iter()
        .filter(|name| old.get(*name) != new.get(*name));
    differ
        .map(|name| FieldChange {
            field: name.clone(),
            old: old.get(name).cloned(),
            new: new.get(name).cloned(),
        })
        .collect()
}

fn give_names(value: &mut Value, name: &impl Fn(&str) -> Option<String>) {
    match value {
        Value::String(text) => {
            if let Some(name) = name(text) {
                *text = name;
            }
        }
        Value::Array(values) => values.iter_mut().for_each(|each| give_names(each, name)),
        Value::Object(fields) => fields.values_mut().for_each(|each| give_names(each, name)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Objects field by field, with dots between; everything else as JSON.
fn flatten(name: &str, value: &Value, into: &mut BTreeMap<String, String>) {
    match value {
        Value::Null => {}
        Value::Object(fields) => {
            for (field, value) in fields {
                let name = if name.is_empty() {
                    field.clone()
                } else {
                    format!("{name}.{field}")
                };
                flatten(&name, value, into);
            }
        }
        plain => {
            into.insert(name.to_owned(), plain.to_string());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_differs_is_said() {
        let text = r#"{"old":{"name":"Honey","price":500,"legal":{"phone":null,"vat":"1"}},
                       "new":{"id":"7","name":"Honey","price":550,"legal":{"phone":"2","vat":"1"},
                              "lines":[{"variant":"v1","quantity":2000}]}}"#;
        let name = |id: &str| (id == "v1").then(|| "Carrots".to_owned());
        let found: Vec<String> = fields(text, name)
            .into_iter()
            .map(|change| format!("{}: {:?} {:?}", change.field, change.old, change.new))
            .collect();
        assert_eq!(
            found,
            [
                r#"legal.phone: None Some("\"2\"")"#,
                r#"lines: None Some("[{\"quantity\":2000,\"variant\":\"Carrots\"}]")"#,
                r#"price: Some("500") Some("550")"#,
            ]
        );
    }
}
