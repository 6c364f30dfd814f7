//! Orders as the list shows and finds them: one small row each, kept with the states that it is made
//! of, so that no key press reads hundreds of whole orders.

use comptoir_domain::customer::Customer;
use comptoir_domain::decide::to_settle;
use comptoir_domain::ids::{CustomerId, LocationId, OrderId, SlotId};
use comptoir_domain::money::Money;
use comptoir_domain::order::{Channel, Fulfilment, LineKind, Order, PaymentState};
use comptoir_domain::time::Timestamp;
use comptoir_sync::feed::EntityKind;
use rusqlite::types::Type;
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{states, text_column};
use crate::catalogue::{fold, fold_code};
use crate::error::TillError;
use crate::feed;

/// The fewest digits that are taken for the end of a telephone number.
const PHONE_DIGITS_MIN: usize = 3;

/// An order of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Card {
    pub(crate) order: OrderId,
    pub(crate) number: String,
    pub(crate) name: Option<String>,
    pub(crate) phone: Option<String>,
    pub(crate) slot: Option<SlotId>,
    pub(crate) location: LocationId,
    pub(crate) fulfilment: Fulfilment,
    pub(crate) payment: PaymentState,
    pub(crate) due: Money,
    /// When its authorised payments are no longer counted on, and what is due then.
    pub(crate) lapses_at: Option<Timestamp>,
    pub(crate) due_lapsed: Money,
    pub(crate) total: Money,
    pub(crate) line_count: u32,
    pub(crate) basket: Option<String>,
    pub(crate) has_notes: bool,
    /// Steps were taken on it here that are not saved.
    pub(crate) in_progress: bool,
    /// What it is found and sorted by.
    folded_name: String,
    folded_number: String,
    phone_digits: String,
}

/// How many orders a slot has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SlotCount {
    pub(crate) slot: Option<SlotId>,
    pub(crate) orders: u32,
    pub(crate) waiting: u32,
}

/// What was typed to find an order by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Typed {
    words: Vec<Word>,
    /// The digits of the whole text, where it is nothing but a telephone number.
    phone: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Word {
    name: String,
    code: String,
    phone: String,
}

impl Typed {
    /// Nothing, where the text says nothing.
    pub(crate) fn read(text: &str) -> Option<Typed> {
        let words: Vec<Word> = text
            .split_whitespace()
            .map(Word::read)
            .filter(|word| !word.code.is_empty())
            .collect();
        (!words.is_empty()).then(|| Typed {
            words,
            phone: phone_end(text),
        })
    }

    /// Whether every word is part of the name, part of the number or the end of the telephone.
    fn fits(&self, card: &Card) -> bool {
        let by_phone = !self.phone.is_empty() && card.phone_digits.ends_with(&self.phone);
        by_phone || self.words.iter().all(|word| word.fits(card))
    }
}

impl Word {
    fn read(text: &str) -> Word {
        Word {
            name: fold(text),
            code: fold_code(text),
            phone: phone_end(text),
        }
    }

    fn fits(&self, card: &Card) -> bool {
        card.folded_name.contains(&self.name)
            || card.folded_number.contains(&self.code)
            || (!self.phone.is_empty() && card.phone_digits.ends_with(&self.phone))
    }
}

/// The digits of a text that can be the end of a telephone number; empty where it cannot.
fn phone_end(text: &str) -> String {
    let is_phone = |letter: char| letter.is_ascii_digit() || " +-./()".contains(letter);
    if !text.chars().all(is_phone) {
        return String::new();
    }
    let digits = digits(text);
    if digits.len() < PHONE_DIGITS_MIN {
        return String::new();
    }
    digits
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

/// Whether the list shows an order: one of the shop, or one that waits. A sale of the shelf is done as
/// it begins.
fn is_listed(order: &Order) -> bool {
    order.heading.channel == Channel::Shop || is_waiting(order.fulfilment())
}

/// Whether something of an order is still to be handed over.
pub(crate) const fn is_waiting(fulfilment: Fulfilment) -> bool {
    matches!(
        fulfilment,
        Fulfilment::Placed
            | Fulfilment::Accepted
            | Fulfilment::Picked
            | Fulfilment::Ready
            | Fulfilment::PartlyCollected
    )
}

/// Writes down what an own entry made of an order. One that was `new` with it has no card yet.
pub(crate) fn note_order(
    transaction: &Transaction<'_>,
    order: &Order,
    new: bool,
) -> Result<(), TillError> {
    if is_listed(order) {
        put(transaction, order)
    } else if new {
        Ok(())
    } else {
        remove(transaction, &order.id().to_string())
    }
}

/// Writes down that a row of the feed is another one now, or gone.
pub(crate) fn index_row(
    transaction: &Transaction<'_>,
    kind: &str,
    id: &str,
) -> Result<(), TillError> {
    match kind {
        EntityKind::ORDER => index_order(transaction, id),
        EntityKind::CUSTOMER => index_customer(transaction, id),
        _ => Ok(()),
    }
}

/// The orders that have a card and a state of own entries: after those are folded anew, their cards
/// are made anew.
pub(crate) fn overlaid(connection: &Connection) -> Result<Vec<String>, TillError> {
    let mut statement = connection.prepare_cached(
        "SELECT order_id FROM order_card JOIN own_state ON own_state.id = order_id
         WHERE own_state.kind = ?1",
    )?;
    let ids = statement.query_map([EntityKind::ORDER], |row| row.get(0))?;
    Ok(ids.collect::<Result<_, _>>()?)
}

/// Makes an order's card of the state that is shown.
pub(crate) fn index_order(transaction: &Transaction<'_>, id: &str) -> Result<(), TillError> {
    let order: Option<Order> = readable(states::load(transaction, EntityKind::ORDER, id))?;
    match order.filter(is_listed) {
        Some(order) => put(transaction, &order),
        None => remove(transaction, id),
    }
}

fn index_customer(transaction: &Transaction<'_>, id: &str) -> Result<(), TillError> {
    let customer = readable(feed::entity(transaction, EntityKind::CUSTOMER, id))?;
    let Some(customer): Option<Customer> = customer else {
        transaction
            .prepare_cached("DELETE FROM customer_card WHERE customer = ?1")?
            .execute([id])?;
        return Ok(());
    };
    transaction
        .prepare_cached(
            "INSERT INTO customer_card (customer, name, folded, phone) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (customer) DO UPDATE SET
                 name = excluded.name, folded = excluded.folded, phone = excluded.phone",
        )?
        .execute(params![
            id,
            customer.name,
            fold(&customer.name),
            digits(customer.phone.as_deref().unwrap_or_default()),
        ])?;
    Ok(())
}

/// A row of a newer version is not shown; it must not hold the others up.
fn readable<T>(read: Result<Option<T>, TillError>) -> Result<Option<T>, TillError> {
    match read {
        Err(TillError::Stored { what, error }) => {
            tracing::warn!(%error, "a stored {what} cannot be read");
            Ok(None)
        }
        read => read,
    }
}

fn remove(transaction: &Transaction<'_>, id: &str) -> Result<(), TillError> {
    transaction
        .prepare_cached("DELETE FROM order_card WHERE order_id = ?1")?
        .execute([id])?;
    Ok(())
}

fn put(transaction: &Transaction<'_>, order: &Order) -> Result<(), TillError> {
    let totals = order.totals();
    let fulfilment = order.fulfilment();
    let heading = &order.heading;
    let goods = order
        .lines
        .iter()
        .filter(|line| line.kind != LineKind::BottleDeposit && (line.wanted().is_positive()));
    transaction
        .prepare_cached(
            "INSERT OR REPLACE INTO order_card
                 (order_id, number, folded, customer, slot, location, fulfilment, payment, waiting,
                  due, total, line_count, basket, has_notes, lapses_at, due_lapsed)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)",
        )?
        .execute(params![
            heading.id.to_string(),
            heading.number,
            fold_code(&heading.number),
            heading.customer.map(|customer| customer.to_string()),
            heading.slot.map(|slot| slot.to_string()),
            heading.location.to_string(),
            word(&fulfilment)?,
            word(&order.payment_state())?,
            is_waiting(fulfilment),
            to_settle(order, Timestamp::default()).minor_units(),
            totals.total.minor_units(),
            i64::try_from(goods.count()).unwrap_or(i64::MAX),
            order.milestones.basket,
            !order.notes.is_empty(),
            order.lapses_at().map(Timestamp::unix_ms),
            order
                .lapses_at()
                .map_or(totals.due, |lapses_at| to_settle(order, lapses_at))
                .minor_units(),
        ])?;
    Ok(())
}

/// A state's name, as the journal writes it.
fn word<T: Serialize>(state: &T) -> Result<String, TillError> {
    match serde_json::to_value(state) {
        Ok(serde_json::Value::String(word)) => Ok(word),
        _ => Err(TillError::StoredText { what: "order card" }),
    }
}

const SELECT: &str =
    "SELECT order_id, number, name, phone, slot, location, fulfilment, payment, due,
     total, line_count, basket, has_notes,
     EXISTS (SELECT 1 FROM draft_step WHERE draft = order_id),
     customer_card.folded, order_card.folded, lapses_at, due_lapsed
 FROM order_card LEFT JOIN customer_card USING (customer)";

/// The orders of a slot, by name. None: those without a slot.
pub(crate) fn of_slot(
    connection: &Connection,
    slot: Option<SlotId>,
    with_done: bool,
) -> Result<Vec<Card>, TillError> {
    let sql = format!("{SELECT} WHERE slot IS ?1 AND (waiting = 1 OR ?2)");
    let mut statement = connection.prepare_cached(&sql)?;
    let slot = slot.map(|slot| slot.to_string());
    let cards = statement.query_map(params![slot, with_done], read)?;
    let mut cards: Vec<Card> = cards.collect::<Result<_, _>>()?;
    cards.sort_by(|left, right| by_name(left).cmp(&by_name(right)));
    Ok(cards)
}

/// Customers whose name or telephone number a text is a part of, by name.
pub(crate) fn customers_like(
    connection: &Connection,
    text: &str,
    count_max: usize,
) -> Result<Vec<CustomerId>, TillError> {
    let folded = fold(text.trim());
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let mut statement = connection.prepare_cached(
        "SELECT customer FROM customer_card
         WHERE instr(folded, ?1) OR (length(?2) > 2 AND instr(phone, ?2))
         ORDER BY folded, customer LIMIT ?3",
    )?;
    let limit = i64::try_from(count_max).unwrap_or(i64::MAX);
    let ids = statement.query_map(params![folded, digits, limit], |row| text_column(row, 0))?;
    Ok(ids.collect::<Result<_, _>>()?)
}

/// The orders that wait at a location.
pub(crate) fn waiting_at(
    connection: &Connection,
    location: LocationId,
) -> Result<Vec<OrderId>, TillError> {
    let mut statement = connection.prepare_cached(
        "SELECT order_id FROM order_card WHERE waiting = 1 AND location = ?1 ORDER BY order_id",
    )?;
    let ids = statement.query_map([location.to_string()], |row| text_column(row, 0))?;
    Ok(ids.collect::<Result<_, _>>()?)
}

/// The orders of all slots that a text means; those of one slot come first.
pub(crate) fn found(
    connection: &Connection,
    typed: &Typed,
    first: Option<SlotId>,
    with_done: bool,
) -> Result<Vec<Card>, TillError> {
    // The database lets through what the first word fits; the rest is looked at here.
    let sql = format!(
        "{SELECT} WHERE (waiting = 1 OR ?1)
           AND (instr(order_card.folded, ?2) OR instr(customer_card.folded, ?3)
                OR (?4 <> '' AND phone LIKE '%' || ?4)
                OR (?5 <> '' AND phone LIKE '%' || ?5))"
    );
    let Some(word) = typed.words.first() else {
        return Ok(Vec::new());
    };
    let mut statement = connection.prepare_cached(&sql)?;
    let cards = statement.query_map(
        params![with_done, word.code, word.name, word.phone, typed.phone],
        read,
    )?;
    let mut cards: Vec<Card> = cards.collect::<Result<_, _>>()?;
    cards.retain(|card| typed.fits(card));
    let elsewhere = |card: &Card| first.is_none() || card.slot != first;
    cards.sort_by(|left, right| {
        let key = |card| (elsewhere(card), by_name(card));
        key(left).cmp(&key(right))
    });
    Ok(cards)
}

/// By name, those without one last.
fn by_name(card: &Card) -> (bool, &str, &str) {
    (card.name.is_none(), &card.folded_name, &card.folded_number)
}

/// How many orders each slot has.
pub(crate) fn slot_counts(connection: &Connection) -> Result<Vec<SlotCount>, TillError> {
    let mut statement = connection
        .prepare_cached("SELECT slot, count(*), sum(waiting) FROM order_card GROUP BY slot")?;
    let counts = statement.query_map([], |row| {
        Ok(SlotCount {
            slot: optional_id(row, 0)?,
            orders: row.get(1)?,
            waiting: row.get(2)?,
        })
    })?;
    Ok(counts.collect::<Result<_, _>>()?)
}

/// The order of a number, whatever its capitals, that waits, or that is done.
pub(crate) fn numbered(
    connection: &Connection,
    number: &str,
    waiting: bool,
) -> Result<Option<OrderId>, TillError> {
    let mut statement = connection.prepare_cached(
        "SELECT order_id FROM order_card
         WHERE folded = ?1 AND lower(number) = lower(?2) AND waiting = ?3
         ORDER BY order_id DESC LIMIT 1",
    )?;
    Ok(statement
        .query_row(params![fold_code(number), number, waiting], |row| {
            text_column(row, 0)
        })
        .optional()?)
}

/// The name of a customer; none where nobody is known by that id.
pub(crate) fn customer(
    connection: &Connection,
    customer: CustomerId,
) -> Result<Option<Customer>, TillError> {
    readable(feed::entity(
        connection,
        EntityKind::CUSTOMER,
        &customer.to_string(),
    ))
}

fn read(row: &Row<'_>) -> rusqlite::Result<Card> {
    let phone: Option<String> = row.get(3)?;
    Ok(Card {
        order: text_column(row, 0)?,
        number: row.get(1)?,
        name: row.get(2)?,
        slot: optional_id(row, 4)?,
        location: text_column(row, 5)?,
        fulfilment: state(row, 6)?,
        payment: state(row, 7)?,
        due: Money::minor(row.get(8)?),
        total: Money::minor(row.get(9)?),
        line_count: row.get(10)?,
        basket: row.get(11)?,
        has_notes: row.get(12)?,
        in_progress: row.get(13)?,
        folded_name: row.get::<_, Option<String>>(14)?.unwrap_or_default(),
        folded_number: row.get(15)?,
        lapses_at: row.get::<_, Option<i64>>(16)?.map(Timestamp::from_unix_ms),
        due_lapsed: Money::minor(row.get(17)?),
        phone_digits: phone.clone().unwrap_or_default(),
        phone: phone.filter(|phone| !phone.is_empty()),
    })
}

fn optional_id(row: &Row<'_>, index: usize) -> rusqlite::Result<Option<SlotId>> {
    match row.get_ref(index)? {
        rusqlite::types::ValueRef::Null => Ok(None),
        _ => text_column(row, index).map(Some),
    }
}

fn state<T: DeserializeOwned>(row: &Row<'_>, index: usize) -> rusqlite::Result<T> {
    let word: String = row.get(index)?;
    serde_json::from_value(serde_json::Value::String(word)).map_err(|error| {
        rusqlite::Error::FromSqlConversionFailure(index, Type::Text, Box::new(error))
    })
}
