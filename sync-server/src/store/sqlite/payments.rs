//! Table `payment_step`.

use async_trait::async_trait;
use comptoir_domain::ids::{HubId, OrderId};
use comptoir_domain::money::Money;
use comptoir_domain::time::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};

use super::{SqliteStore, column};
use crate::store::{
    NewStep, PaymentStep, PaymentStore, StepCounts, StepKind, StepOutcome, StepState, StoreError,
};

const COLUMNS: &str = "step_key, kind, order_id, payment_id, amount, at_checkout, opened_at, state, \
                       attempts, next_at, ended_at, reference, capture_before, answer, noted";

/// Opens questions; one that was opened before stays as it is. What follows an authorisation is asked
/// of the provider that gave it, and of nobody else: other payments were not made here.
pub(super) fn insert(
    connection: &Connection,
    hub: HubId,
    steps: &[NewStep],
) -> Result<(), StoreError> {
    let mut statement = connection.prepare_cached(
        "INSERT INTO payment_step (hub_id, step_key, kind, order_id, payment_id, amount, at_checkout,
                                   opened_at, state, attempts, next_at, reference)
         SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 'open', 0, ?9,
                (SELECT reference FROM payment_step
                 WHERE hub_id = ?1 AND step_key = 'authorise:' || ?5)
         WHERE ?3 = 'authorise' OR EXISTS (SELECT 1 FROM payment_step
                 WHERE hub_id = ?1 AND step_key = 'authorise:' || ?5)
         ON CONFLICT DO NOTHING",
    )?;
    for step in steps {
        statement.execute(params![
            hub.to_string(),
            step.key,
            step.kind.name(),
            step.order.to_string(),
            step.payment.to_string(),
            step.amount.minor_units(),
            step.at_checkout,
            step.at.unix_ms(),
            step.next_at.unix_ms(),
        ])?;
    }
    Ok(())
}

pub(super) fn find(
    connection: &Connection,
    hub: HubId,
    key: &str,
) -> Result<Option<PaymentStep>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM payment_step WHERE hub_id = ?1 AND step_key = ?2");
    let mut statement = connection.prepare_cached(&sql)?;
    let found = statement.query_row(params![hub.to_string(), key], from_row);
    Ok(found.optional()?)
}

/// Questions whose time has come, the longest waiting first.
pub(super) fn due(
    connection: &Connection,
    hub: HubId,
    now: Timestamp,
    limit: u32,
) -> Result<Vec<PaymentStep>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM payment_step
         WHERE hub_id = ?1 AND state = 'open' AND next_at <= ?2 ORDER BY next_at LIMIT ?3"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let rows = statement.query_map(params![hub.to_string(), now.unix_ms(), limit], from_row)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(super) fn of_order(
    connection: &Connection,
    hub: HubId,
    order: OrderId,
) -> Result<Vec<PaymentStep>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM payment_step
         WHERE hub_id = ?1 AND order_id = ?2 ORDER BY opened_at, step_key"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let rows = statement.query_map(params![hub.to_string(), order.to_string()], from_row)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Authorisations that end before a moment, and those about whose end a problem was opened.
pub(super) fn lapsing(
    connection: &Connection,
    hub: HubId,
    before: Timestamp,
) -> Result<Vec<PaymentStep>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM payment_step AS step
         WHERE hub_id = ?1 AND kind = 'authorise' AND state = 'yes' AND capture_before < ?2
           AND noted IS NOT 'over'
         ORDER BY capture_before"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let rows = statement.query_map(params![hub.to_string(), before.unix_ms()], from_row)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Remembers which problem was opened last about a question.
pub(super) fn set_noted(
    connection: &Connection,
    hub: HubId,
    key: &str,
    noted: &str,
) -> Result<(), StoreError> {
    connection.execute(
        "UPDATE payment_step SET noted = ?3 WHERE hub_id = ?1 AND step_key = ?2",
        params![hub.to_string(), key, noted],
    )?;
    Ok(())
}

/// Writes down what came of asking. What has its answer keeps it.
pub(super) fn settle(
    connection: &Connection,
    hub: HubId,
    key: &str,
    outcome: &StepOutcome,
    now: Timestamp,
) -> Result<(), StoreError> {
    let (state, next_at, answer) = match outcome {
        StepOutcome::Yes { .. } => (StepState::Yes, now, None),
        StepOutcome::No { reason } => (StepState::No, now, Some(reason)),
        StepOutcome::Later { at, why } => (StepState::Open, *at, Some(why)),
    };
    let (reference, capture_before) = match outcome {
        StepOutcome::Yes {
            reference,
            capture_before,
        } => (Some(reference), *capture_before),
        _ => (None, None),
    };
    connection.execute(
        "UPDATE payment_step
         SET state = ?3, attempts = attempts + 1, next_at = ?4, ended_at = ?5, answer = ?6,
             reference = coalesce(?7, reference), capture_before = coalesce(?8, capture_before)
         WHERE hub_id = ?1 AND step_key = ?2 AND state = 'open'",
        params![
            hub.to_string(),
            key,
            state.name(),
            next_at.unix_ms(),
            (state != StepState::Open).then(|| now.unix_ms()),
            answer,
            reference,
            capture_before.map(Timestamp::unix_ms),
        ],
    )?;
    Ok(())
}

pub(super) fn counts(connection: &Connection, hub: HubId) -> Result<StepCounts, StoreError> {
    let counts = connection.query_row(
        "SELECT count(*), count(noted) FROM payment_step WHERE hub_id = ?1 AND state = 'open'",
        [hub.to_string()],
        |row| {
            Ok(StepCounts {
                open: row.get(0)?,
                noted: row.get(1)?,
            })
        },
    )?;
    Ok(counts)
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<PaymentStep> {
    let kind: String = row.get(1)?;
    let state: String = row.get(7)?;
    let moment = |index: usize| -> rusqlite::Result<Option<Timestamp>> {
        let at: Option<i64> = row.get(index)?;
        Ok(at.map(Timestamp::from_unix_ms))
    };
    let unknown = |index: usize| column::wrong(index, rusqlite::types::Type::Text, UnknownWord);
    Ok(PaymentStep {
        key: row.get(0)?,
        kind: StepKind::from_name(&kind).ok_or_else(|| unknown(1))?,
        order: column::text(row, 2)?,
        payment: column::text(row, 3)?,
        amount: Money::minor(row.get(4)?),
        at_checkout: row.get(5)?,
        opened_at: Timestamp::from_unix_ms(row.get(6)?),
        state: StepState::from_name(&state).ok_or_else(|| unknown(7))?,
        attempts: row.get(8)?,
        next_at: Timestamp::from_unix_ms(row.get(9)?),
        ended_at: moment(10)?,
        reference: row.get(11)?,
        capture_before: moment(12)?,
        answer: row.get(13)?,
        noted: row.get(14)?,
    })
}

/// A word in a column that its own check does not allow.
#[derive(Debug, thiserror::Error)]
#[error("a word that is not known")]
struct UnknownWord;

#[async_trait]
impl PaymentStore for SqliteStore {
    async fn open_payment_steps(&self, hub: HubId, steps: Vec<NewStep>) -> Result<(), StoreError> {
        let work = move |transaction: &Transaction<'_>| insert(transaction, hub, &steps);
        self.writer.write(work).await
    }

    async fn due_payment_steps(
        &self,
        hub: HubId,
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<PaymentStep>, StoreError> {
        let question = move |snapshot: &Transaction<'_>| due(snapshot, hub, now, limit);
        self.readers.read(question).await
    }

    async fn payment_steps(
        &self,
        hub: HubId,
        order: OrderId,
    ) -> Result<Vec<PaymentStep>, StoreError> {
        let question = move |snapshot: &Transaction<'_>| of_order(snapshot, hub, order);
        self.readers.read(question).await
    }

    async fn lapsing_authorisations(
        &self,
        hub: HubId,
        before: Timestamp,
    ) -> Result<Vec<PaymentStep>, StoreError> {
        let question = move |snapshot: &Transaction<'_>| lapsing(snapshot, hub, before);
        self.readers.read(question).await
    }

    async fn settle_payment_step(
        &self,
        hub: HubId,
        key: String,
        outcome: StepOutcome,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let work =
            move |transaction: &Transaction<'_>| settle(transaction, hub, &key, &outcome, now);
        self.writer.write(work).await
    }

    async fn set_step_noted(
        &self,
        hub: HubId,
        key: String,
        noted: String,
    ) -> Result<(), StoreError> {
        let work = move |transaction: &Transaction<'_>| set_noted(transaction, hub, &key, &noted);
        self.writer.write(work).await
    }

    async fn payment_step_counts(&self, hub: HubId) -> Result<StepCounts, StoreError> {
        let question = move |snapshot: &Transaction<'_>| counts(snapshot, hub);
        self.readers.read(question).await
    }
}
