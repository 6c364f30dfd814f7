//! Everything that can be asked of the office.

use std::net::IpAddr;
use std::sync::Arc;

use comptoir_domain::ids::HubId;
use comptoir_domain::time::Timestamp;
use serde::de::DeserializeOwned;

use super::act::read_thing;
use super::overview::Overview;
use super::refusal::{OfficeError, OfficeRefusal};
use super::sitting::Sitting;
use crate::clock::SharedClock;
use crate::follow::{Copies, Current};
use crate::shop::OrderLinks;
use crate::store::{EntityKey, Hub, Store};
use crate::tries::Tries;
use crate::webhooks::Herald;

/// Wrong passwords for one login in a minute.
const WRONG_PASSWORDS_MAX: u32 = 5;

/// Wrong passwords and codes from one address in a minute.
const WRONG_LOGINS_MAX: u32 = 20;

/// What the office knows of how the server is set up.
#[derive(Debug, Clone, Copy, Default)]
pub struct OfficeOptions {
    /// There is a mail server: messages go out.
    pub has_mail: bool,
    /// People reach it over TLS.
    pub speaks_tls: bool,
    /// What pairing codes say of the server's own certificate.
    pub pairing_key: Option<[u8; 32]>,
}

/// The offices of all hubs of a server.
#[derive(Debug, Clone)]
pub struct OfficeDesk {
    pub(super) store: Arc<dyn Store>,
    pub(super) copies: Copies<Overview>,
    pub(super) links: OrderLinks,
    pub(super) clock: SharedClock,
    pub(super) options: OfficeOptions,
    /// Who tells stores what happens.
    pub(super) herald: Option<Herald>,
    pub(super) wrong_passwords: Arc<Tries<(HubId, String)>>,
    pub(super) wrong_logins: Arc<Tries<IpAddr>>,
}

impl OfficeDesk {
    pub fn new(
        store: Arc<dyn Store>,
        links: OrderLinks,
        clock: SharedClock,
        options: OfficeOptions,
    ) -> OfficeDesk {
        OfficeDesk {
            store,
            copies: Copies::default(),
            links,
            clock,
            options,
            herald: None,
            wrong_passwords: Arc::new(Tries::new(WRONG_PASSWORDS_MAX)),
            wrong_logins: Arc::new(Tries::new(WRONG_LOGINS_MAX)),
        }
    }

    /// With who tells stores what happens.
    #[must_use]
    pub fn with_herald(self, herald: Herald) -> OfficeDesk {
        OfficeDesk {
            herald: Some(herald),
            ..self
        }
    }

    /// Whether people reach the server over TLS.
    pub const fn speaks_tls(&self) -> bool {
        self.options.speaks_tls
    }

    pub(super) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// The hub's state, as of now.
    pub(super) async fn overview(&self, hub: &Hub) -> Result<Current<Overview>, OfficeError> {
        let copy = self.copies.of(self.store.as_ref(), hub, self.now()).await?;
        Ok(copy)
    }

    /// One thing of the hub's state, whole.
    pub(super) async fn thing<T: DeserializeOwned>(
        &self,
        sitting: &Sitting,
        kind: &str,
        id: impl ToString,
    ) -> Result<T, OfficeError> {
        let key = EntityKey::new(kind, id);
        let found = self.things(sitting.hub.id, vec![key]).await?;
        let found = found.into_iter().next().flatten();
        Ok(found.ok_or(OfficeRefusal::NOT_FOUND)?)
    }

    /// Things of the hub's state, in the order of the keys.
    pub(super) async fn things<T: DeserializeOwned>(
        &self,
        hub: HubId,
        keys: Vec<EntityKey>,
    ) -> Result<Vec<Option<T>>, OfficeError> {
        let bodies = self.store.things(hub, keys.clone()).await?;
        let read = |(key, body): (EntityKey, Option<String>)| {
            body.map(|body| read_thing(&key.kind, &key.id, &body))
                .transpose()
        };
        let things: Result<_, _> = keys.into_iter().zip(bodies).map(read).collect();
        Ok(things?)
    }
}
