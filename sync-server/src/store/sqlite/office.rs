//! What the office asks for: tables `office_login`, `office_reset`, `office_session`, `journal_about`,
//! and views of others.

use std::collections::BTreeSet;

use async_trait::async_trait;
use comptoir_domain::entry::EntryRef;
use comptoir_domain::ids::{AttachmentId, HubId, LocationId, StaffId, VariantId};
use comptoir_domain::time::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};
use serde::Deserialize;
use serde_json::Value;

use super::batches::HubRows;
use super::{SqliteStore, column, feed, journal, office_ledger, shop_keys, webhooks};
use crate::store::{
    AuditQuery, EntityKey, JournalRow, Login, MoveRecord, NewOfficeSession, NewWebhook,
    OfficeHoldings, OfficeSession, OfficeStore, OutboxQuery, OutboxRow, ResetCode, ShopKey,
    StoreError, StoredEntity, TillRecord, WebhookAdded,
};

/// The parts of an entry that say what it is about, whatever else is in it.
#[derive(Debug, Deserialize)]
struct Mentions {
    #[serde(default)]
    events: Vec<Value>,
}

/// What an entry is about, as far as it can be read.
fn mentioned(body: &str) -> BTreeSet<(&'static str, String)> {
    let mentions: Mentions = serde_json::from_str(body).unwrap_or(Mentions { events: Vec::new() });
    let mut about = BTreeSet::new();
    for event in &mentions.events {
        let mut add = |thing: &'static str, pointer: &str| {
            if let Some(Value::String(id)) = event.pointer(pointer) {
                about.insert((thing, id.clone()));
            }
        };
        add("order", "/order");
        add("order", "/heading/id");
        add("customer", "/customer");
        add("till", "/till");
        add("shift", "/shift");
        add("problem", "/problem");
        add("recurring_order", "/recurring");
        add("recurring_order", "/made/recurring");
        add("account", "/account");
        add("account", "/account/id");
        add("account", "/payment/account");
        add("account", "/refund/account");
        add("account", "/by/account");
        let changed = (event.pointer("/fact/kind"), event.pointer("/fact/id"));
        if let (Some(Value::String(kind)), Some(Value::String(id))) = changed {
            let known = CHANGED_BY_HAND.iter().find(|known| *known == kind);
            about.extend(known.map(|known| (*known, id.clone())));
        }
    }
    about
}

/// The kinds of things that people change by hand, as histories name them.
const CHANGED_BY_HAND: [&str; 12] = [
    "variant",
    "product",
    "customer",
    "staff",
    "slot",
    "recurring_order",
    "settings",
    "message_text",
    "login",
    "shop_key",
    "price_rule",
    "webhook",
];

/// Remembers what accepted entries are about.
pub(super) fn insert_about(
    connection: &Connection,
    hub: HubId,
    rows: &[JournalRow],
) -> Result<(), StoreError> {
    let mut statement = connection.prepare_cached(
        "INSERT INTO journal_about (hub_id, thing, id, accept_no) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT DO NOTHING",
    )?;
    let hub = hub.to_string();
    for row in rows {
        for (thing, id) in mentioned(&row.sealed.body) {
            statement.execute(params![hub, thing, id, row.accept_no])?;
        }
    }
    Ok(())
}

fn logins(connection: &Connection, hub: HubId) -> Result<Vec<Login>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT staff_id, login, password_hash, must_change FROM office_login
         WHERE hub_id = ?1 ORDER BY login",
    )?;
    let rows = statement.query_map([hub.to_string()], |row| {
        Ok(Login {
            staff: column::text(row, 0)?,
            login: row.get(1)?,
            password_hash: row.get(2)?,
            must_change: row.get(3)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn reset_codes(connection: &Connection, hub: HubId) -> Result<Vec<ResetCode>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT staff_id, code_hash, expires_at FROM office_reset WHERE hub_id = ?1",
    )?;
    let rows = statement.query_map([hub.to_string()], |row| {
        Ok(ResetCode {
            staff: column::text(row, 0)?,
            code_hash: row.get(1)?,
            expires_at: Timestamp::from_unix_ms(row.get(2)?),
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn end_sessions(connection: &Connection, hub: HubId, staff: StaffId) -> Result<(), StoreError> {
    connection.execute(
        "DELETE FROM office_session WHERE hub_id = ?1 AND staff_id = ?2",
        params![hub.to_string(), staff.to_string()],
    )?;
    Ok(())
}

fn end_codes(connection: &Connection, hub: HubId, staff: StaffId) -> Result<(), StoreError> {
    connection.execute(
        "DELETE FROM office_reset WHERE hub_id = ?1 AND staff_id = ?2",
        params![hub.to_string(), staff.to_string()],
    )?;
    Ok(())
}

impl OfficeHoldings for HubRows<'_> {
    fn stored(&mut self, key: &EntityKey) -> Result<Option<StoredEntity>, StoreError> {
        feed::find(self.connection, self.hub, key)
    }

    fn variants_with_code(&mut self, code: &str) -> Result<Vec<String>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT id FROM entity
             WHERE hub_id = ?1 AND kind = 'variant' AND deleted = 0
               AND json_extract(body, '$.code') = ?2",
        )?;
        let rows = statement.query_map(params![self.hub.to_string(), code], |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    fn logins(&mut self) -> Result<Vec<Login>, StoreError> {
        logins(self.connection, self.hub)
    }

    fn set_login(&mut self, login: &Login) -> Result<(), StoreError> {
        self.connection.execute(
            "INSERT INTO office_login (hub_id, staff_id, login, password_hash, must_change)
             VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT (hub_id, staff_id) DO UPDATE
             SET login = excluded.login, password_hash = excluded.password_hash,
                 must_change = excluded.must_change",
            params![
                self.hub.to_string(),
                login.staff.to_string(),
                login.login,
                login.password_hash,
                login.must_change,
            ],
        )?;
        end_sessions(self.connection, self.hub, login.staff)
    }

    fn remove_login(&mut self, staff: StaffId) -> Result<(), StoreError> {
        self.connection.execute(
            "DELETE FROM office_login WHERE hub_id = ?1 AND staff_id = ?2",
            params![self.hub.to_string(), staff.to_string()],
        )?;
        end_codes(self.connection, self.hub, staff)?;
        end_sessions(self.connection, self.hub, staff)
    }

    fn set_reset_code(&mut self, code: &ResetCode) -> Result<(), StoreError> {
        end_codes(self.connection, self.hub, code.staff)?;
        self.connection.execute(
            "INSERT INTO office_reset (hub_id, staff_id, code_hash, expires_at)
             VALUES (?1, ?2, ?3, ?4)",
            params![
                self.hub.to_string(),
                code.staff.to_string(),
                code.code_hash,
                code.expires_at.unix_ms(),
            ],
        )?;
        Ok(())
    }

    fn use_reset_code(
        &mut self,
        code_hash: [u8; 32],
        now: Timestamp,
    ) -> Result<Option<StaffId>, StoreError> {
        let known = reset_codes(self.connection, self.hub)?;
        let fits = |code: &ResetCode| code.code_hash == code_hash && now < code.expires_at;
        let Some(code) = known.into_iter().find(fits) else {
            return Ok(None);
        };
        end_codes(self.connection, self.hub, code.staff)?;
        Ok(Some(code.staff))
    }

    fn add_shop_key(&mut self, key_hash: [u8; 32], key: &ShopKey) -> Result<bool, StoreError> {
        shop_keys::insert(self.connection, self.hub, key_hash, key)
    }

    fn revoke_shop_key(&mut self, name: &str, at: Timestamp) -> Result<bool, StoreError> {
        shop_keys::revoke(self.connection, self.hub, name, at)
    }

    fn add_webhook(&mut self, new: &NewWebhook) -> Result<WebhookAdded, StoreError> {
        webhooks::insert(self.connection, self.hub, new)
    }

    fn pause_webhook(&mut self, shop: &str, at: Option<Timestamp>) -> Result<bool, StoreError> {
        webhooks::pause(self.connection, self.hub, shop, at)
    }

    fn replay_webhook(&mut self, shop: &str, from: u64) -> Result<bool, StoreError> {
        webhooks::replay(self.connection, self.hub, shop, from)
    }

    fn remove_webhook(&mut self, shop: &str) -> Result<bool, StoreError> {
        webhooks::remove(self.connection, self.hub, shop)
    }

    fn forget_attachments(&mut self, ids: &[AttachmentId]) -> Result<usize, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "UPDATE attachment SET salt = NULL, content = NULL
             WHERE hub_id = ?1 AND attachment_id = ?2 AND content IS NOT NULL",
        )?;
        let hub = self.hub.to_string();
        let mut forgotten = 0;
        for id in ids {
            forgotten += statement.execute(params![hub, id.to_string()])?;
        }
        Ok(forgotten)
    }
}

fn session_from_row(row: &Row<'_>) -> rusqlite::Result<OfficeSession> {
    Ok(OfficeSession {
        staff: column::text(row, 0)?,
        seen_at: Timestamp::from_unix_ms(row.get(1)?),
        expires_at: Timestamp::from_unix_ms(row.get(2)?),
    })
}

#[async_trait]
impl OfficeStore for SqliteStore {
    async fn logins(&self, hub: HubId) -> Result<Vec<Login>, StoreError> {
        let question = move |snapshot: &Transaction<'_>| logins(snapshot, hub);
        self.readers.read(question).await
    }

    async fn reset_codes(&self, hub: HubId) -> Result<Vec<ResetCode>, StoreError> {
        let question = move |snapshot: &Transaction<'_>| reset_codes(snapshot, hub);
        self.readers.read(question).await
    }

    async fn open_office_session(
        &self,
        hub: HubId,
        session: NewOfficeSession,
    ) -> Result<(), StoreError> {
        let work = move |transaction: &Transaction<'_>| {
            let id = hub.to_string();
            transaction.execute(
                "DELETE FROM office_session WHERE hub_id = ?1 AND expires_at <= ?2",
                params![id, session.now.unix_ms()],
            )?;
            transaction.execute(
                "INSERT INTO office_session (hub_id, token_hash, staff_id, seen_at, expires_at)
                 VALUES (?1, ?2, ?3, ?4, ?5)",
                params![
                    id,
                    session.token_hash,
                    session.staff.to_string(),
                    session.now.unix_ms(),
                    session.expires_at.unix_ms(),
                ],
            )?;
            Ok(())
        };
        self.writer.write(work).await
    }

    async fn office_session(
        &self,
        hub: HubId,
        token_hash: [u8; 32],
    ) -> Result<Option<OfficeSession>, StoreError> {
        let question = move |snapshot: &Transaction<'_>| {
            let mut statement = snapshot.prepare_cached(
                "SELECT staff_id, seen_at, expires_at FROM office_session
                 WHERE hub_id = ?1 AND token_hash = ?2",
            )?;
            let found = statement.query_row(params![hub.to_string(), token_hash], session_from_row);
            Ok(found.optional()?)
        };
        self.readers.read(question).await
    }

    async fn touch_office_session(
        &self,
        hub: HubId,
        token_hash: [u8; 32],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let work = move |transaction: &Transaction<'_>| {
            transaction.execute(
                "UPDATE office_session SET seen_at = ?3 WHERE hub_id = ?1 AND token_hash = ?2",
                params![hub.to_string(), token_hash, now.unix_ms()],
            )?;
            Ok(())
        };
        self.writer.write(work).await
    }

    async fn end_office_session(&self, hub: HubId, token_hash: [u8; 32]) -> Result<(), StoreError> {
        let work = move |transaction: &Transaction<'_>| {
            transaction.execute(
                "DELETE FROM office_session WHERE hub_id = ?1 AND token_hash = ?2",
                params![hub.to_string(), token_hash],
            )?;
            Ok(())
        };
        self.writer.write(work).await
    }

    async fn things(
        &self,
        hub: HubId,
        keys: Vec<EntityKey>,
    ) -> Result<Vec<Option<String>>, StoreError> {
        let question = move |snapshot: &Transaction<'_>| {
            let find = |key: &EntityKey| {
                let row = feed::find(snapshot, hub, key)?;
                Ok(row.filter(|row| !row.deleted).map(|row| row.body))
            };
            keys.iter().map(find).collect()
        };
        self.readers.read(question).await
    }

    async fn audit(&self, hub: HubId, query: AuditQuery) -> Result<Vec<JournalRow>, StoreError> {
        let question = move |snapshot: &Transaction<'_>| journal::audit(snapshot, hub, &query);
        self.readers.read(question).await
    }

    async fn moves_of(
        &self,
        hub: HubId,
        variant: VariantId,
        location: LocationId,
    ) -> Result<Vec<MoveRecord>, StoreError> {
        let question =
            move |snapshot: &Transaction<'_>| journal::moves_of(snapshot, hub, variant, location);
        self.readers.read(question).await
    }

    async fn outbox(&self, hub: HubId, query: OutboxQuery) -> Result<Vec<OutboxRow>, StoreError> {
        let question =
            move |snapshot: &Transaction<'_>| office_ledger::outbox(snapshot, hub, &query);
        self.readers.read(question).await
    }

    async fn till_records(&self, hub: HubId) -> Result<Vec<TillRecord>, StoreError> {
        let question = move |snapshot: &Transaction<'_>| office_ledger::till_records(snapshot, hub);
        self.readers.read(question).await
    }

    async fn attachment_texts(
        &self,
        hub: HubId,
        ids: Vec<AttachmentId>,
    ) -> Result<Vec<Option<String>>, StoreError> {
        let question =
            move |snapshot: &Transaction<'_>| office_ledger::attachment_texts(snapshot, hub, &ids);
        self.readers.read(question).await
    }

    async fn entry_at(
        &self,
        hub: HubId,
        entry: EntryRef,
    ) -> Result<Option<JournalRow>, StoreError> {
        let question = move |snapshot: &Transaction<'_>| journal::at(snapshot, hub, entry);
        self.readers.read(question).await
    }
}
