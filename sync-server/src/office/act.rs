//! What somebody does at the office: decided within the transaction that writes it down, once for each
//! action, with what every changed thing was and is.

use std::sync::{Arc, Mutex, PoisonError};

use comptoir_domain::event::{AuditFact, Event};
use comptoir_domain::ids::{ActionId, AttachmentId, IdSource, StaffId};
use comptoir_domain::refusal::{Refusal, RefusalCode};
use comptoir_domain::time::Timestamp;
use comptoir_sync::feed::EntityKind;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::desk::OfficeDesk;
use super::refusal::{OfficeError, OfficeRefusal};
use super::sitting::Sitting;
use crate::entropy::FreshIds;
use crate::store::{Act, ActAttachment, Decision, EntityChange, EntityKey, Holdings, StoreError};

/// Why a decision stops.
#[derive(Debug)]
pub(super) enum Halt {
    Refused(OfficeRefusal),
    Store(StoreError),
}

impl From<OfficeRefusal> for Halt {
    fn from(refusal: OfficeRefusal) -> Halt {
        Halt::Refused(refusal)
    }
}

impl From<Refusal> for Halt {
    fn from(refusal: Refusal) -> Halt {
        Halt::Refused(refusal.into())
    }
}

impl From<StoreError> for Halt {
    fn from(error: StoreError) -> Halt {
        Halt::Store(error)
    }
}

/// What an act comes to, gathered while it is decided.
#[derive(Debug)]
pub(super) struct Writing {
    pub now: Timestamp,
    pub ids: FreshIds,
    pub events: Vec<Event>,
    pub attachments: Vec<ActAttachment>,
    pub entities: Vec<EntityChange>,
}

impl Writing {
    /// Writes a thing in its new state, and what it was and is into the audit. `seen` is where its row
    /// stood when the person saw it: none for a new one.
    pub(super) fn change<T: Serialize + DeserializeOwned>(
        &mut self,
        holdings: &mut dyn Holdings,
        kind: &'static str,
        id: impl ToString,
        seen: Option<u64>,
        change: impl FnOnce(Option<T>) -> Result<T, Halt>,
    ) -> Result<(), Halt> {
        let id = id.to_string();
        let stored = holdings.stored(&EntityKey::new(kind, &id))?;
        let live = stored.filter(|row| !row.deleted);
        if live.as_ref().map(|row| row.position) != seen {
            return Err(OfficeRefusal::CHANGED.into());
        }
        let old = match &live {
            Some(row) => Some(read_thing::<T>(kind, &id, &row.body)?),
            None => None,
        };
        let before = live.map(|row| row.body);
        let new = change(old)?;
        let put = EntityChange::put(kind, &id, &new)?;
        let EntityChange::Put { body, .. } = &put else {
            return Ok(());
        };
        if before.as_ref() == Some(body) {
            return Err(OfficeRefusal::NOTHING_CHANGED.into());
        }
        self.audit(kind, &id, before.as_deref(), Some(body));
        self.entities.push(put);
        Ok(())
    }

    /// Takes a thing away.
    pub(super) fn delete(
        &mut self,
        holdings: &mut dyn Holdings,
        kind: &'static str,
        id: &str,
        seen: u64,
    ) -> Result<(), Halt> {
        let stored = holdings.stored(&EntityKey::new(kind, id))?;
        let live = stored.filter(|row| !row.deleted && row.position == seen);
        let row = live.ok_or(OfficeRefusal::CHANGED)?;
        self.audit(kind, id, Some(&row.body), None);
        self.entities.push(EntityChange::Delete {
            kind: EntityKind::new(kind),
            id: id.to_owned(),
        });
        Ok(())
    }

    /// Says what a thing was and is.
    pub(super) fn audit(&mut self, kind: &str, id: &str, old: Option<&str>, new: Option<&str>) {
        let (event, beside) = change_of(&mut self.ids, kind, id, old, new);
        self.events.push(event);
        self.attachments.push(beside);
    }
}

/// The audit of a changed thing: what it was and is lies beside the entry, so that it can be forgotten.
/// What is secret in it is left out.
fn change_of(
    ids: &mut FreshIds,
    kind: &str,
    id: &str,
    old: Option<&str>,
    new: Option<&str>,
) -> (Event, ActAttachment) {
    let read = |body: Option<&str>| body.map_or(Value::Null, without_secrets);
    let beside = ActAttachment {
        id: AttachmentId::from_uuid(ids.next_uuid()),
        salt: ids.next_salt(),
        content: serde_json::json!({ "old": read(old), "new": read(new) }).to_string(),
    };
    let fact = AuditFact::ThingChanged {
        kind: kind.to_owned(),
        id: id.to_owned(),
        change: beside.id,
    };
    (Event::Audited { fact }, beside)
}

/// A PIN's hash could be tried out by whoever reads the audit: only whether there is one, and whether
/// it is another, is said.
fn without_secrets(body: &str) -> Value {
    use sha2::Digest;
    let mut thing: Value = serde_json::from_str(body).unwrap_or(Value::Null);
    if let Some(pin @ Value::String(_)) = thing.get_mut("pin_hash") {
        let digest = sha2::Sha256::digest(pin.to_string());
        *pin = Value::String(format!("set {:02x}{:02x}", digest[0], digest[1]));
    }
    thing
}

/// One thing of the hub's state, which has to be there.
pub(super) fn needed<T: DeserializeOwned>(
    holdings: &mut dyn Holdings,
    kind: &str,
    id: impl ToString,
) -> Result<T, Halt> {
    thing(holdings, kind, id)?.ok_or_else(|| OfficeRefusal::NOT_FOUND.into())
}

/// One thing of the hub's state.
pub(super) fn thing<T: DeserializeOwned>(
    holdings: &mut dyn Holdings,
    kind: &str,
    id: impl ToString,
) -> Result<Option<T>, StoreError> {
    let key = EntityKey::new(kind, id);
    let stored = holdings.stored(&key)?.filter(|row| !row.deleted);
    stored
        .map(|row| read_thing(&key.kind, &key.id, &row.body))
        .transpose()
}

pub(super) fn read_thing<T: DeserializeOwned>(
    kind: &str,
    id: &str,
    body: &str,
) -> Result<T, StoreError> {
    serde_json::from_str(body).map_err(|error| StoreError::RowUnreadable {
        key: format!("{kind}/{id}"),
        reason: error.to_string(),
    })
}

type Work = Box<dyn FnOnce(&mut dyn Holdings, &mut Writing) -> Result<(), Halt> + Send>;

/// Somebody's act, as the store decides it. The store knows only the trade's own refusals: what the
/// office refuses is left where it is picked up afterwards.
struct OfficeAct {
    action: ActionId,
    actor: Option<StaffId>,
    kind: &'static str,
    writing: Option<Writing>,
    work: Option<Work>,
    refused: Arc<Mutex<Option<OfficeRefusal>>>,
}

impl Decision for OfficeAct {
    fn action(&self) -> ActionId {
        self.action
    }

    fn decide(&mut self, holdings: &mut dyn Holdings) -> Result<Result<Act, Refusal>, StoreError> {
        let (Some(work), Some(mut writing)) = (self.work.take(), self.writing.take()) else {
            return Ok(Err(RefusalCode::NothingChanged.into()));
        };
        match work(holdings, &mut writing) {
            Ok(()) => {}
            Err(Halt::Store(error)) => return Err(error),
            Err(Halt::Refused(refusal)) => {
                let mut refused = self.refused.lock().unwrap_or_else(PoisonError::into_inner);
                *refused = Some(refusal);
                return Ok(Err(RefusalCode::NothingChanged.into()));
            }
        }
        Ok(Ok(Act {
            action: self.action,
            actor: self.actor,
            kind: self.kind.to_owned(),
            at: writing.now,
            events: writing.events,
            attachments: writing.attachments,
            entities: writing.entities,
        }))
    }
}

impl OfficeDesk {
    /// Decides and writes an act of somebody at the office; done before under the same action, nothing
    /// more is done.
    pub(super) async fn act(
        &self,
        sitting: &Sitting,
        action: uuid::Uuid,
        kind: &'static str,
        work: impl FnOnce(&mut dyn Holdings, &mut Writing) -> Result<(), Halt> + Send + 'static,
    ) -> Result<(), OfficeError> {
        let actor = Some(sitting.staff.id);
        self.act_of(sitting.hub.id, actor, action, kind, work).await
    }

    /// The same for who is not logged in yet.
    pub(super) async fn act_of(
        &self,
        hub: comptoir_domain::ids::HubId,
        actor: Option<StaffId>,
        action: uuid::Uuid,
        kind: &'static str,
        work: impl FnOnce(&mut dyn Holdings, &mut Writing) -> Result<(), Halt> + Send + 'static,
    ) -> Result<(), OfficeError> {
        let now = self.clock.now();
        let refused: Arc<Mutex<Option<OfficeRefusal>>> = Arc::default();
        let decision = OfficeAct {
            action: ActionId::from_uuid(action),
            actor,
            kind,
            writing: Some(Writing {
                now,
                ids: FreshIds::new(now)?,
                events: Vec::new(),
                attachments: Vec::new(),
                entities: Vec::new(),
            }),
            work: Some(Box::new(work)),
            refused: Arc::clone(&refused),
        };
        let decided = self.store.decide(hub, Box::new(decision)).await?;
        let mut refused = refused.lock().unwrap_or_else(PoisonError::into_inner);
        match (refused.take(), decided) {
            (Some(refusal), _) => Err(refusal.into()),
            (None, Err(refusal)) => Err(OfficeRefusal::from(refusal).into()),
            (None, Ok(_)) => Ok(()),
        }
    }
}
