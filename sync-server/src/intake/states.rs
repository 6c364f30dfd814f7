//! The part of the hub's state that a batch works on: loaded as it is needed, folded, and given back
//! as the rows that changed.

use std::collections::{BTreeMap, BTreeSet};

use comptoir_domain::books::{Applied, AppliedEntry, Books, Touches};
use comptoir_domain::entry::{EntryBody, Source};
use comptoir_domain::ids::{LocationId, OrderId, VariantId};
use comptoir_domain::order::Order;
use comptoir_domain::problem::Problem;
use comptoir_domain::time::Timestamp;
use comptoir_sync::feed::EntityKind;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::Rows;
use crate::store::{EntityKey, EntityRow, HubHead, StoreError, StoredEntity};

/// Kinds that follow from events and are never written by hand.
pub const FOLDED_KINDS: [&str; 6] = [
    EntityKind::ORDER,
    EntityKind::STOCK,
    EntityKind::SHIFT,
    EntityKind::TILL,
    EntityKind::ACCOUNT,
    EntityKind::PROBLEM,
];

#[derive(Debug, Default)]
pub(super) struct States {
    books: Books,
    loaded: BTreeMap<EntityKey, Option<StoredEntity>>,
    /// Things of the books that may have changed.
    touched: BTreeSet<EntityKey>,
    /// Things that are written by hand; `None` where they go.
    put: BTreeMap<EntityKey, Option<String>>,
}

impl States {
    /// Fetches everything that entries name by themselves, in one go.
    pub(super) fn prefetch<'b>(
        &mut self,
        rows: &mut dyn Rows,
        bodies: impl Iterator<Item = (Source, &'b EntryBody)>,
    ) -> Result<(), StoreError> {
        let mut keys = BTreeSet::new();
        for (source, body) in bodies {
            keys.extend(keys_of(&Touches::of(source, body)));
        }
        self.load(rows, keys)
    }

    /// Folds one entry in.
    pub(super) fn fold(
        &mut self,
        rows: &mut dyn Rows,
        entry: AppliedEntry,
        body: &EntryBody,
    ) -> Result<Applied, StoreError> {
        let touches = Touches::of(entry.entry.source, body);
        self.load(rows, keys_of(&touches))?;
        let touches = touches.linked(&self.books, body);
        self.load(rows, keys_of(&touches))?;
        let applied = self.books.apply(entry, body);
        debug_assert!(
            keys_of_applied(&applied)
                .iter()
                .all(|key| key.kind == EntityKind::PROBLEM || self.loaded.contains_key(key)),
            "an entry changed a state that was not loaded"
        );
        self.touched.extend(keys_of(&touches));
        self.touched.extend(keys_of_applied(&applied));
        for problem in &applied.problems {
            self.keep_known(rows, problem)?;
        }
        Ok(applied)
    }

    /// An order that was loaded, as it stands.
    pub(super) fn order(&self, id: OrderId) -> Option<&Order> {
        self.books.order(id)
    }

    /// Opens a problem that no event brought about, unless it is known.
    pub(super) fn open_problem(
        &mut self,
        rows: &mut dyn Rows,
        problem: Problem,
    ) -> Result<(), StoreError> {
        self.books
            .problems
            .entry(problem.id)
            .or_insert_with(|| problem.clone());
        self.touched
            .insert(EntityKey::new(EntityKind::PROBLEM, problem.id));
        self.keep_known(rows, &problem)
    }

    /// A problem as it stands, if it was ever opened.
    pub(super) fn problem_mut(
        &mut self,
        rows: &mut dyn Rows,
        id: comptoir_domain::problem::ProblemId,
    ) -> Result<Option<&mut Problem>, StoreError> {
        let key = EntityKey::new(EntityKind::PROBLEM, id);
        self.load(rows, [key.clone()])?;
        self.touched.insert(key);
        Ok(self.books.problems.get_mut(&id))
    }

    /// A problem found again is the one that was stored: what was decided stays decided.
    fn keep_known(&mut self, rows: &mut dyn Rows, problem: &Problem) -> Result<(), StoreError> {
        self.load(rows, [EntityKey::new(EntityKind::PROBLEM, problem.id)])
    }

    /// Writes a thing by hand, or takes it away.
    pub(super) fn put(&mut self, key: EntityKey, body: Option<String>) {
        self.put.insert(key, body);
    }

    fn load(
        &mut self,
        rows: &mut dyn Rows,
        keys: impl IntoIterator<Item = EntityKey>,
    ) -> Result<(), StoreError> {
        let wanted: Vec<EntityKey> = keys
            .into_iter()
            .filter(|key| !self.loaded.contains_key(key))
            .collect();
        if wanted.is_empty() {
            return Ok(());
        }
        let found = rows.entities(&wanted)?;
        for (key, row) in wanted.into_iter().zip(found) {
            if let Some(live) = row.as_ref().filter(|row| !row.deleted) {
                self.take_in(&key, &live.body)?;
            }
            self.loaded.insert(key, row);
        }
        Ok(())
    }

    fn take_in(&mut self, key: &EntityKey, body: &str) -> Result<(), StoreError> {
        let books = &mut self.books;
        match key.kind.as_str() {
            EntityKind::ORDER => {
                let order: comptoir_domain::order::Order = read(key, body)?;
                books.orders.insert(order.heading.id, order);
            }
            EntityKind::STOCK => {
                let level: comptoir_domain::stock::StockLevel = read(key, body)?;
                books.stock.insert((level.variant, level.location), level);
            }
            EntityKind::SHIFT => {
                let shift: comptoir_domain::shift::Shift = read(key, body)?;
                books.shifts.insert(shift.id, shift);
            }
            EntityKind::TILL => {
                let till: comptoir_domain::shift::TillBooks = read(key, body)?;
                books.tills.insert(till.till, till);
            }
            EntityKind::ACCOUNT => {
                let account: comptoir_domain::credit::CreditAccount = read(key, body)?;
                books.accounts.insert(account.id, account);
            }
            EntityKind::PROBLEM => {
                let problem: Problem = read(key, body)?;
                books.problems.insert(problem.id, problem);
            }
            _ => {}
        }
        Ok(())
    }

    /// The rows that changed, at their new places at the tail of the feed. The head moves with them.
    pub(super) fn into_rows(
        mut self,
        rows: &mut dyn Rows,
        head: &mut HubHead,
        now: Timestamp,
    ) -> Result<Vec<EntityRow>, StoreError> {
        let mut changed = self.bodies()?;
        changed.append(&mut self.put);
        let keys: Vec<EntityKey> = changed.keys().cloned().collect();
        self.load(rows, keys)?;
        let mut written = Vec::new();
        for (key, body) in changed {
            let before = self.loaded.get(&key).and_then(Option::as_ref);
            if let Some(entity) = moved(&key, before, body, head) {
                written.push(EntityRow {
                    key,
                    entity,
                    changed_at: now,
                });
            }
        }
        Ok(written)
    }

    fn bodies(&self) -> Result<BTreeMap<EntityKey, Option<String>>, StoreError> {
        let mut bodies = BTreeMap::new();
        let books = &self.books;
        let mut add = |key: EntityKey, body: String| {
            if self.touched.contains(&key) {
                bodies.insert(key, Some(body));
            }
        };
        for (id, order) in &books.orders {
            add(EntityKey::new(EntityKind::ORDER, id), write(order)?);
        }
        for ((variant, location), level) in &books.stock {
            add(stock_key(*variant, *location), write(level)?);
        }
        for (id, shift) in &books.shifts {
            add(EntityKey::new(EntityKind::SHIFT, id), write(shift)?);
        }
        for (id, till) in &books.tills {
            add(EntityKey::new(EntityKind::TILL, id), write(till)?);
        }
        for (id, account) in &books.accounts {
            add(EntityKey::new(EntityKind::ACCOUNT, id), write(account)?);
        }
        for (id, problem) in &books.problems {
            add(EntityKey::new(EntityKind::PROBLEM, id), write(problem)?);
        }
        Ok(bodies)
    }
}

/// The row that a change makes, or none where nothing changed.
fn moved(
    key: &EntityKey,
    before: Option<&StoredEntity>,
    body: Option<String>,
    head: &mut HubHead,
) -> Option<StoredEntity> {
    let live_before = before.filter(|row| !row.deleted);
    if live_before.map(|row| row.body.as_str()) == body.as_deref() {
        return None;
    }
    if let Some(live) = live_before {
        head.checksum.remove(&key.kind, &key.id, live.position);
    }
    head.position += 1;
    let deleted = body.is_none();
    if !deleted {
        head.checksum.add(&key.kind, &key.id, head.position);
    }
    Some(StoredEntity {
        position: head.position,
        deleted,
        body: body.unwrap_or_default(),
    })
}

fn keys_of(touches: &Touches) -> BTreeSet<EntityKey> {
    let mut keys = BTreeSet::new();
    let mut add = |kind: &str, id: String| keys.insert(EntityKey::new(kind, id));
    for id in &touches.orders {
        add(EntityKind::ORDER, id.to_string());
    }
    for id in &touches.shifts {
        add(EntityKind::SHIFT, id.to_string());
    }
    for id in &touches.tills {
        add(EntityKind::TILL, id.to_string());
    }
    for id in &touches.accounts {
        add(EntityKind::ACCOUNT, id.to_string());
    }
    for id in &touches.problems {
        add(EntityKind::PROBLEM, id.to_string());
    }
    keys.extend(
        touches
            .stock
            .iter()
            .map(|(variant, location)| stock_key(*variant, *location)),
    );
    keys
}

fn keys_of_applied(applied: &Applied) -> BTreeSet<EntityKey> {
    keys_of(&Touches {
        orders: applied.orders.clone(),
        shifts: applied.shifts.clone(),
        tills: BTreeSet::new(),
        accounts: applied.accounts.clone(),
        stock: applied.stock.clone(),
        problems: applied.problems.iter().map(|problem| problem.id).collect(),
    })
}

/// A stock level is named by its variant and its location.
fn stock_key(variant: VariantId, location: LocationId) -> EntityKey {
    EntityKey::new(EntityKind::STOCK, format!("{variant}:{location}"))
}

fn read<T: DeserializeOwned>(key: &EntityKey, body: &str) -> Result<T, StoreError> {
    serde_json::from_str(body).map_err(|error| unreadable(key, &error))
}

fn write(state: &impl Serialize) -> Result<String, StoreError> {
    serde_json::to_string(state)
        .map_err(|error| unreadable(&EntityKey::new("state", "being written"), &error))
}

fn unreadable(key: &EntityKey, error: &serde_json::Error) -> StoreError {
    StoreError::RowUnreadable {
        key: key.to_string(),
        reason: error.to_string(),
    }
}
