//! Tables `till`, `enrolment`, `session` and `used_challenge`.

use async_trait::async_trait;
use comptoir_domain::document::TillCode;
use comptoir_domain::ids::{HubId, LocationId, TillId};
use comptoir_domain::time::Timestamp;
use rusqlite::types::Type;
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};

use super::{SqliteStore, column, enrol, hubs};
use crate::store::{
    Act, EnrolOutcome, Enrolling, NewEnrolment, NewSession, StoreError, Till, TillStore,
};

const TILL_COLUMNS: &str =
    "hub_id, till_id, code, public_key, location_id, version, enrolled_at, revoked_at";

pub(super) fn till(connection: &Connection, till: TillId) -> Result<Option<Till>, StoreError> {
    let sql = format!("SELECT {TILL_COLUMNS} FROM till WHERE till_id = ?1");
    let mut statement = connection.prepare_cached(&sql)?;
    let found = statement
        .query_row([till.to_string()], till_from_row)
        .optional()?;
    Ok(found)
}

pub(super) fn tills(connection: &Connection, hub: HubId) -> Result<Vec<Till>, StoreError> {
    let sql = format!("SELECT {TILL_COLUMNS} FROM till WHERE hub_id = ?1 ORDER BY code");
    let mut statement = connection.prepare_cached(&sql)?;
    let rows = statement.query_map([hub.to_string()], till_from_row)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn till_from_row(row: &Row<'_>) -> rusqlite::Result<Till> {
    let code: String = row.get(2)?;
    Ok(Till {
        hub: column::text(row, 0)?,
        id: column::text(row, 1)?,
        code: TillCode::new(&code).map_err(|error| column::wrong(2, Type::Text, error))?,
        key: column::hash(row, 3)?,
        location: column::text(row, 4)?,
        version: row.get(5)?,
        enrolled_at: Timestamp::from_unix_ms(row.get(6)?),
        revoked_at: row.get::<_, Option<i64>>(7)?.map(Timestamp::from_unix_ms),
    })
}

pub(super) fn set_till(connection: &Connection, till: &Till) -> Result<(), StoreError> {
    connection.execute(
        "INSERT INTO till (hub_id, till_id, code, public_key, location_id, version, enrolled_at,
                           revoked_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
         ON CONFLICT (hub_id, till_id) DO UPDATE
         SET code = excluded.code, location_id = excluded.location_id, version = excluded.version,
             enrolled_at = excluded.enrolled_at, revoked_at = excluded.revoked_at",
        params![
            till.hub.to_string(),
            till.id.to_string(),
            till.code.as_str(),
            till.key.0,
            till.location.to_string(),
            till.version,
            till.enrolled_at.unix_ms(),
            till.revoked_at.map(Timestamp::unix_ms),
        ],
    )?;
    Ok(())
}

/// A one-time code that was given out.
pub(super) struct Enrolment {
    pub hub: HubId,
    pub location: LocationId,
    pub expires_at: Timestamp,
    pub used_by: Option<TillId>,
}

pub(super) fn insert_enrolment(
    connection: &Connection,
    hub: HubId,
    enrolment: &NewEnrolment,
) -> Result<(), StoreError> {
    connection.execute(
        "INSERT INTO enrolment (hub_id, code_hash, location_id, created_at, expires_at, used_by)
         VALUES (?1, ?2, ?3, ?4, ?5, NULL)",
        params![
            hub.to_string(),
            enrolment.code_hash,
            enrolment.location.to_string(),
            enrolment.created_at.unix_ms(),
            enrolment.expires_at.unix_ms(),
        ],
    )?;
    Ok(())
}

pub(super) fn enrolment(
    connection: &Connection,
    code_hash: [u8; 32],
) -> Result<Option<Enrolment>, StoreError> {
    let sql = "SELECT hub_id, location_id, expires_at, used_by FROM enrolment WHERE code_hash = ?1";
    let found = connection
        .prepare_cached(sql)?
        .query_row([code_hash], |row| {
            Ok(Enrolment {
                hub: column::text(row, 0)?,
                location: column::text(row, 1)?,
                expires_at: Timestamp::from_unix_ms(row.get(2)?),
                used_by: column::optional_text(row, 3)?,
            })
        })
        .optional()?;
    Ok(found)
}

pub(super) fn use_enrolment(
    connection: &Connection,
    hub: HubId,
    code_hash: [u8; 32],
    till: TillId,
) -> Result<(), StoreError> {
    connection.execute(
        "UPDATE enrolment SET used_by = ?3 WHERE hub_id = ?1 AND code_hash = ?2",
        params![hub.to_string(), code_hash, till.to_string()],
    )?;
    Ok(())
}

/// `false` where the challenge was used before.
pub(super) fn insert_session(
    connection: &Connection,
    session: &NewSession,
) -> Result<bool, StoreError> {
    let hub = session.hub.to_string();
    let now = session.now.unix_ms();
    for table in ["used_challenge", "session"] {
        let sql = format!("DELETE FROM {table} WHERE hub_id = ?1 AND expires_at < ?2");
        connection
            .prepare_cached(&sql)?
            .execute(params![hub, now])?;
    }
    let is_fresh = connection.execute(
        "INSERT INTO used_challenge (hub_id, challenge, expires_at) VALUES (?1, ?2, ?3)
         ON CONFLICT DO NOTHING",
        params![
            hub,
            session.challenge.0,
            session.challenge_expires_at.unix_ms()
        ],
    )?;
    if is_fresh == 0 {
        return Ok(false);
    }
    connection.execute(
        "INSERT INTO session (hub_id, token_hash, till_id, expires_at) VALUES (?1, ?2, ?3, ?4)",
        params![
            hub,
            session.token_hash,
            session.till.to_string(),
            session.expires_at.unix_ms(),
        ],
    )?;
    Ok(true)
}

pub(super) fn session(
    connection: &Connection,
    hub: HubId,
    token_hash: [u8; 32],
    now: Timestamp,
) -> Result<Option<Till>, StoreError> {
    let sql = "SELECT till.hub_id, till.till_id, till.code, till.public_key, till.location_id,
                      till.version, till.enrolled_at, till.revoked_at
               FROM session JOIN till USING (hub_id, till_id)
               WHERE session.hub_id = ?1 AND session.token_hash = ?2 AND session.expires_at > ?3";
    let found = connection
        .prepare_cached(sql)?
        .query_row(
            params![hub.to_string(), token_hash, now.unix_ms()],
            till_from_row,
        )
        .optional()?;
    Ok(found)
}

#[async_trait]
impl TillStore for SqliteStore {
    async fn open_enrolment(&self, hub: HubId, enrolment: NewEnrolment) -> Result<(), StoreError> {
        let work = move |transaction: &Transaction<'_>| {
            hubs::get(transaction, hub)?;
            insert_enrolment(transaction, hub, &enrolment)
        };
        self.writer.write(work).await
    }

    async fn enrol(&self, enrolling: Enrolling) -> Result<EnrolOutcome, StoreError> {
        let key = self.key.clone();
        let work = move |transaction: &Transaction<'_>| enrol::enrol(transaction, &key, &enrolling);
        self.writer.write(work).await
    }

    async fn till(&self, id: TillId) -> Result<Option<Till>, StoreError> {
        let question = move |snapshot: &Transaction<'_>| till(snapshot, id);
        self.readers.read(question).await
    }

    async fn tills(&self, hub: HubId) -> Result<Vec<Till>, StoreError> {
        let question = move |snapshot: &Transaction<'_>| tills(snapshot, hub);
        self.readers.read(question).await
    }

    async fn revoke(&self, hub: HubId, till: TillId, act: Act) -> Result<(), StoreError> {
        let key = self.key.clone();
        let work =
            move |transaction: &Transaction<'_>| enrol::revoke(transaction, &key, hub, till, &act);
        self.change(hub, work).await
    }

    async fn open_session(&self, session: NewSession) -> Result<bool, StoreError> {
        let work = move |transaction: &Transaction<'_>| insert_session(transaction, &session);
        self.writer.write(work).await
    }

    async fn session(
        &self,
        hub: HubId,
        token_hash: [u8; 32],
        now: Timestamp,
    ) -> Result<Option<Till>, StoreError> {
        let question = move |snapshot: &Transaction<'_>| session(snapshot, hub, token_hash, now);
        self.readers.read(question).await
    }
}
