//! The states that this till shows: what the server's figures say, with the till's own later entries
//! folded on top (docs/adr/0001-order-and-journal.md, D).
//!
//! `entity` holds states as pulled, `own_state` what own entries made of them. A state is read from
//! the second, else from the first.

use std::collections::BTreeMap;

use comptoir_domain::books::{Applied, AppliedEntry, Books, Touches};
use comptoir_domain::credit::CreditAccount;
use comptoir_domain::entry::{EntryBody, EntryHeader};
use comptoir_domain::ids::{AccountId, LocationId, OrderId, ShiftId, TillId, VariantId};
use comptoir_domain::order::Order;
use comptoir_domain::problem::{Problem, ProblemId};
use comptoir_domain::shift::{Shift, TillBooks};
use comptoir_domain::stock::StockLevel;
use comptoir_sync::feed::{EntityKind, Included};
use rusqlite::{Connection, OptionalExtension, Transaction};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::journal::{self, StoredEntry};
use super::order_cards;
use crate::error::TillError;
use crate::feed::{self, Shown};

/// How many stock levels are kept in memory.
const LEVELS_KEPT_MAX: usize = 500;

/// A state by kind and id.
pub(crate) fn load<T: DeserializeOwned>(
    connection: &Connection,
    kind: &'static str,
    id: &str,
) -> Result<Option<T>, TillError> {
    match own(connection, kind, id)? {
        Some(own) => Ok(Some(own)),
        None => feed::entity(connection, kind, id),
    }
}

/// What own entries made of a state.
fn own<T: DeserializeOwned>(
    connection: &Connection,
    kind: &'static str,
    id: &str,
) -> Result<Option<T>, TillError> {
    let own: Option<String> = connection
        .prepare_cached("SELECT body FROM own_state WHERE kind = ?1 AND id = ?2")?
        .query_row([kind, id], |row| row.get(0))
        .optional()?;
    own.map(|body| {
        serde_json::from_str(&body).map_err(|error| TillError::Stored { what: kind, error })
    })
    .transpose()
}

/// A stock level among many reads of one transaction.
pub(crate) fn stock_shown(
    shown: &Shown<'_>,
    variant: VariantId,
    location: LocationId,
) -> Result<Option<StockLevel>, TillError> {
    let id = stock_id(variant, location);
    match own(shown.connection, EntityKind::STOCK, &id)? {
        Some(own) => Ok(Some(own)),
        None => shown.entity(EntityKind::STOCK, &id),
    }
}

/// The key under which a stock level is kept.
pub(crate) fn stock_id(variant: VariantId, location: LocationId) -> String {
    format!("{variant}:{location}")
}

pub(crate) fn order(connection: &Connection, id: OrderId) -> Result<Option<Order>, TillError> {
    load(connection, EntityKind::ORDER, &id.to_string())
}

pub(crate) fn shift(connection: &Connection, id: ShiftId) -> Result<Option<Shift>, TillError> {
    load(connection, EntityKind::SHIFT, &id.to_string())
}

pub(crate) fn till(connection: &Connection, id: TillId) -> Result<TillBooks, TillError> {
    let books = load(connection, EntityKind::TILL, &id.to_string())?;
    Ok(books.unwrap_or_else(|| TillBooks::new(id)))
}

pub(crate) fn stock(
    connection: &Connection,
    variant: VariantId,
    location: LocationId,
) -> Result<Option<StockLevel>, TillError> {
    load(connection, EntityKind::STOCK, &stock_id(variant, location))
}

/// What entry after entry is folded into, kept in memory as it is stored. Whoever changes the stored
/// states in another way, or takes a fold back, has to throw it away.
#[derive(Debug, Default)]
pub(crate) struct States {
    shifts: BTreeMap<ShiftId, Shift>,
    tills: BTreeMap<TillId, TillBooks>,
    /// `None` where nothing was ever moved.
    stock: BTreeMap<(VariantId, LocationId), Option<StockLevel>>,
    /// How many things wait for a decision, once somebody asked.
    pub(crate) open_problems: Option<u32>,
}

impl States {
    /// The books that decisions about a till's shift need.
    pub(crate) fn shift_books(
        &mut self,
        connection: &Connection,
        id: TillId,
    ) -> Result<Books, TillError> {
        let mut books = Books::default();
        let till = self.take_till(connection, id)?;
        if let Some(open) = till.open_shift
            && let Some(shift) = self.take_shift(connection, open)?
        {
            self.shifts.insert(open, shift.clone());
            books.shifts.insert(open, shift);
        }
        self.tills.insert(id, till.clone());
        books.tills.insert(id, till);
        Ok(books)
    }

    /// How much of a variant is at a location.
    pub(crate) fn stock(
        &mut self,
        connection: &Connection,
        variant: VariantId,
        location: LocationId,
    ) -> Result<Option<StockLevel>, TillError> {
        let level = self.take_stock(connection, variant, location)?;
        self.stock.insert((variant, location), level.clone());
        Ok(level)
    }

    /// Folds an own entry into the states that it touches.
    pub(crate) fn fold(
        &mut self,
        transaction: &Transaction<'_>,
        header: &EntryHeader,
        body: &EntryBody,
    ) -> Result<Applied, TillError> {
        let mut books = Books::default();
        let touches = Touches::of(header.source, body);
        self.load_named(transaction, &touches, &mut books)?;
        let touches = touches.linked(&books, body);
        self.load_ledgers(transaction, &touches, &mut books)?;
        let before = books.clone();
        let applied = books.apply(AppliedEntry::from(header), body);
        if before.problems != books.problems {
            self.open_problems = None;
        }
        store_changed(transaction, &before, &books)?;
        self.keep(books);
        Ok(applied)
    }

    fn load_named(
        &mut self,
        connection: &Connection,
        touches: &Touches,
        books: &mut Books,
    ) -> Result<(), TillError> {
        for &id in &touches.orders {
            books
                .orders
                .extend(order(connection, id)?.map(|order| (id, order)));
        }
        for &id in &touches.tills {
            books.tills.insert(id, self.take_till(connection, id)?);
        }
        for &id in &touches.problems {
            books
                .problems
                .extend(problem(connection, id)?.map(|problem| (id, problem)));
        }
        Ok(())
    }

    fn load_ledgers(
        &mut self,
        connection: &Connection,
        touches: &Touches,
        books: &mut Books,
    ) -> Result<(), TillError> {
        for &id in &touches.problems {
            if !books.problems.contains_key(&id) {
                books
                    .problems
                    .extend(problem(connection, id)?.map(|problem| (id, problem)));
            }
        }
        for &id in &touches.shifts {
            let shift = self.take_shift(connection, id)?;
            books.shifts.extend(shift.map(|shift| (id, shift)));
        }
        for &id in &touches.accounts {
            let account: Option<CreditAccount> = account(connection, id)?;
            books.accounts.extend(account.map(|account| (id, account)));
        }
        for &(variant, location) in &touches.stock {
            let level = self.take_stock(connection, variant, location)?;
            books
                .stock
                .extend(level.map(|level| ((variant, location), level)));
        }
        Ok(())
    }

    fn take_till(&mut self, connection: &Connection, id: TillId) -> Result<TillBooks, TillError> {
        match self.tills.remove(&id) {
            Some(kept) => Ok(kept),
            None => till(connection, id),
        }
    }

    fn take_shift(
        &mut self,
        connection: &Connection,
        id: ShiftId,
    ) -> Result<Option<Shift>, TillError> {
        match self.shifts.remove(&id) {
            Some(kept) => Ok(Some(kept)),
            None => shift(connection, id),
        }
    }

    fn take_stock(
        &mut self,
        connection: &Connection,
        variant: VariantId,
        location: LocationId,
    ) -> Result<Option<StockLevel>, TillError> {
        match self.stock.remove(&(variant, location)) {
            Some(kept) => Ok(kept),
            None => stock(connection, variant, location),
        }
    }

    fn keep(&mut self, books: Books) {
        if self.stock.len() > LEVELS_KEPT_MAX {
            self.stock.clear();
        }
        self.shifts.extend(books.shifts);
        self.tills.extend(books.tills);
        let levels = books.stock.into_iter();
        self.stock
            .extend(levels.map(|(key, level)| (key, Some(level))));
    }
}

pub(crate) fn account(
    connection: &Connection,
    id: AccountId,
) -> Result<Option<CreditAccount>, TillError> {
    load(connection, EntityKind::ACCOUNT, &id.to_string())
}

fn problem(connection: &Connection, id: ProblemId) -> Result<Option<Problem>, TillError> {
    load(connection, EntityKind::PROBLEM, &id.to_string())
}

fn store_changed(
    transaction: &Transaction<'_>,
    before: &Books,
    after: &Books,
) -> Result<(), TillError> {
    let mut writer = Writer { transaction };
    for (id, order) in &after.orders {
        let known = before.orders.get(id);
        if writer.put(EntityKind::ORDER, id, known, order)? {
            order_cards::note_order(transaction, order, known.is_none())?;
        }
    }
    for (id, shift) in &after.shifts {
        writer.put(EntityKind::SHIFT, id, before.shifts.get(id), shift)?;
    }
    for (id, till) in &after.tills {
        writer.put(EntityKind::TILL, id, before.tills.get(id), till)?;
    }
    for (id, account) in &after.accounts {
        writer.put(EntityKind::ACCOUNT, id, before.accounts.get(id), account)?;
    }
    for (id, problem) in &after.problems {
        writer.put(EntityKind::PROBLEM, id, before.problems.get(id), problem)?;
    }
    for (key @ (variant, location), level) in &after.stock {
        let id = stock_id(*variant, *location);
        writer.put(EntityKind::STOCK, &id, before.stock.get(key), level)?;
    }
    Ok(())
}

struct Writer<'a> {
    transaction: &'a Transaction<'a>,
}

impl Writer<'_> {
    /// Stores a state that changed; says whether it did.
    fn put<T: Serialize + PartialEq>(
        &mut self,
        kind: &'static str,
        id: &impl ToString,
        before: Option<&T>,
        after: &T,
    ) -> Result<bool, TillError> {
        if before == Some(after) {
            return Ok(false);
        }
        let body = serde_json::to_string(after)
            .map_err(|error| TillError::Stored { what: kind, error })?;
        self.transaction
            .prepare_cached(
                "INSERT INTO own_state (kind, id, body) VALUES (?1, ?2, ?3)
                 ON CONFLICT (kind, id) DO UPDATE SET body = excluded.body",
            )?
            .execute([kind, &id.to_string(), &body])?;
        Ok(true)
    }
}

/// Builds the overlay anew on top of freshly pulled states: every own entry that the server's
/// figures do not include is folded again, in the order in which this till wrote them.
pub fn rebuild_overlay(
    transaction: &Transaction<'_>,
    included: &Included,
) -> Result<(), TillError> {
    let overlaid = order_cards::overlaid(transaction)?;
    transaction.execute("DELETE FROM own_state", [])?;
    let mut states = States::default();
    for heads in journal::epoch_heads(transaction)? {
        let through = included
            .through
            .iter()
            .find(|last| last.epoch == heads.epoch)
            .map_or(0, |last| last.seq);
        let excluded = included
            .excluded
            .iter()
            .filter(|place| place.epoch == heads.epoch && place.seq <= through);
        for place in excluded {
            for entry in journal::entries_from(transaction, heads.epoch, place.seq, 1)? {
                fold_stored(transaction, &mut states, &entry)?;
            }
        }
        for entry in journal::entries_from(transaction, heads.epoch, through + 1, usize::MAX)? {
            fold_stored(transaction, &mut states, &entry)?;
        }
    }
    for order in overlaid {
        order_cards::index_order(transaction, &order)?;
    }
    Ok(())
}

fn fold_stored(
    transaction: &Transaction<'_>,
    states: &mut States,
    entry: &StoredEntry,
) -> Result<(), TillError> {
    // What this very version wrote it can read.
    if let (Ok(header), Ok(body)) = (entry.sealed.read_header(), entry.sealed.read_body()) {
        states.fold(transaction, &header, &body)?;
    }
    Ok(())
}
