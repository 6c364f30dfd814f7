//! Logging in, staying so for a while, and how a password is set.

use std::net::IpAddr;

use comptoir_domain::event::{AuditFact, Event};
use comptoir_domain::ids::{HubId, StaffId};
use comptoir_domain::staff::{Permission, Staff};
use comptoir_sync::feed::EntityKind;
use uuid::Uuid;

use super::act::{Halt, needed};
use super::desk::OfficeDesk;
use super::passwords::{check_new, code_hash, hash_aside, verify_aside};
use super::refusal::{OfficeError, OfficeRefusal};
use super::sitting::Sitting;
use super::wire::{ChangePassword, HubView, LogIn, Named, SessionView, UseReset, WelcomeView};
use crate::entropy::{new_uuid, random_bytes};
use crate::session::Token;
use crate::store::{EntityKey, Holdings, Hub, Login, NewOfficeSession};

/// How long a session may lie idle, in milliseconds.
pub const IDLE_MS: i64 = 60 * 60_000;

/// How long a session lasts whatever is done, in milliseconds: a working day.
pub const LIFE_MS: i64 = 12 * 60 * 60_000;

/// How long a code to set a password can be used, in milliseconds.
pub const RESET_LIFE_MS: i64 = 24 * 60 * 60_000;

/// How exactly the last use of a session is remembered, in milliseconds.
const SEEN_EVERY_MS: i64 = 60_000;

const LOGIN_WRONG: OfficeRefusal = OfficeRefusal::new("login_wrong");

impl OfficeDesk {
    /// The hubs, to choose from.
    pub async fn welcome(&self) -> Result<WelcomeView, OfficeError> {
        let hubs = self.store.hubs().await?.into_iter();
        let named = hubs.map(|hub| Named {
            id: hub.id.uuid(),
            name: hub.name,
        });
        Ok(WelcomeView {
            hubs: named.collect(),
        })
    }

    /// The hub of an id; the only one where none is named.
    async fn hub(&self, wanted: Option<Uuid>) -> Result<Option<Hub>, OfficeError> {
        let mut hubs = self.store.hubs().await?;
        Ok(match wanted {
            Some(id) => hubs.into_iter().find(|hub| hub.id.uuid() == id),
            None if hubs.len() == 1 => hubs.pop(),
            None => None,
        })
    }

    /// Opens a session for who knows a login's password.
    pub async fn log_in(&self, asked: LogIn, from: IpAddr) -> Result<Sitting, OfficeError> {
        self.check_tries(from)?;
        let login = asked.login.trim().to_lowercase();
        let hub = self.hub(asked.hub).await?;
        let Some(hub) = hub else {
            return Err(self.wrong_login(from));
        };
        let account = (hub.id, login.clone());
        if let Some(wait) = self.wrong_passwords.wait_of(&account, self.now()) {
            return Err(OfficeError::TooManyTries(wait));
        }
        // Counted before it is compared: those who try at once are slowed down as well.
        self.wrong_passwords.count(account.clone(), self.now());
        let logins = self.store.logins(hub.id).await?;
        let known = logins.into_iter().find(|known| known.login == login);
        let hash = known.as_ref().and_then(|known| known.password_hash.clone());
        let is_right = verify_aside(asked.password, hash).await?;
        let Some(known) = known.filter(|_| is_right) else {
            return Err(self.wrong_login(from));
        };
        self.wrong_passwords.forget(&account);
        match self.active_staff(hub.id, known.staff).await? {
            Some(staff) => self.open(hub, staff, known.must_change).await,
            None => Err(self.wrong_login(from)),
        }
    }

    fn check_tries(&self, from: IpAddr) -> Result<(), OfficeError> {
        match self.wrong_logins.wait_of(&from, self.now()) {
            Some(wait) => Err(OfficeError::TooManyTries(wait)),
            None => Ok(()),
        }
    }

    fn wrong_login(&self, from: IpAddr) -> OfficeError {
        self.wrong_logins.count(from, self.now());
        LOGIN_WRONG.into()
    }

    async fn active_staff(&self, hub: HubId, id: StaffId) -> Result<Option<Staff>, OfficeError> {
        let key = EntityKey::new(EntityKind::STAFF, id);
        let found: Vec<Option<Staff>> = self.things(hub, vec![key]).await?;
        let found = found.into_iter().flatten().next();
        Ok(found.filter(|staff| staff.active))
    }

    async fn open(
        &self,
        hub: Hub,
        staff: Staff,
        must_change: bool,
    ) -> Result<Sitting, OfficeError> {
        let now = self.now();
        let token = Token::new(hub.id, random_bytes()?);
        let expires_at = now.plus_ms(LIFE_MS);
        let session = NewOfficeSession {
            staff: staff.id,
            token_hash: token.hash(),
            now,
            expires_at,
        };
        self.store.open_office_session(hub.id, session).await?;
        let who = staff.id;
        let said = move |_: &mut dyn Holdings, writing: &mut super::act::Writing| {
            let fact = AuditFact::SignedIn { staff: who };
            writing.events.push(Event::Audited { fact });
            Ok(())
        };
        let action = new_uuid(now)?;
        self.act_of(hub.id, Some(who), action, "office_signed_in", said)
            .await?;
        Ok(Sitting {
            hub,
            staff,
            token,
            must_change,
            expires_at,
        })
    }

    /// Who a token belongs to; none where the session is over or its person has left.
    pub async fn sitting(&self, token: Token) -> Result<Option<Sitting>, OfficeError> {
        let now = self.now();
        let hash = token.hash();
        let Some(session) = self.store.office_session(token.hub, hash).await? else {
            return Ok(None);
        };
        let idle = now.ms_since(session.seen_at);
        if now >= session.expires_at || idle > IDLE_MS {
            return Ok(None);
        }
        let Some(staff) = self.active_staff(token.hub, session.staff).await? else {
            return Ok(None);
        };
        let logins = self.store.logins(token.hub).await?;
        let login = logins.into_iter().find(|login| login.staff == staff.id);
        let hub = self.hub(Some(token.hub.uuid())).await?;
        let (Some(login), Some(hub)) = (login, hub) else {
            return Ok(None);
        };
        if idle >= SEEN_EVERY_MS {
            self.store
                .touch_office_session(token.hub, hash, now)
                .await?;
        }
        Ok(Some(Sitting {
            hub,
            staff,
            token,
            must_change: login.must_change,
            expires_at: session.expires_at,
        }))
    }

    /// What the pages know of a session.
    pub async fn session(&self, sitting: &Sitting) -> Result<SessionView, OfficeError> {
        let overview = self.overview(&sitting.hub).await?;
        let overview = overview.read();
        let settings = overview.settings()?;
        let places = settings.locations.iter().filter(|place| place.active);
        let all = Permission::ALL.iter().copied();
        Ok(SessionView {
            hub: HubView {
                id: settings.hub.uuid(),
                name: settings.name.clone(),
                country: settings.country.code().to_owned(),
                currency: settings.currency.code.clone(),
                currency_decimals: settings.currency.decimals,
                zone: overview.zone_name(),
                languages: overview.languages(),
                prices_include_tax: settings.tax_mode == comptoir_domain::tax::TaxMode::Inclusive,
                places: places
                    .map(|place| Named {
                        id: place.id.uuid(),
                        name: place.name.clone(),
                    })
                    .collect(),
            },
            staff: Named {
                id: sitting.staff.id.uuid(),
                name: sitting.staff.name.clone(),
            },
            role: sitting.staff.role,
            permissions: all
                .filter(|permission| sitting.staff.may(*permission))
                .collect(),
            token: sitting.page_token(),
            must_change_password: sitting.must_change,
            expires_at: sitting.expires_at.unix_ms(),
            now: self.now().unix_ms(),
        })
    }

    /// Ends a session.
    pub async fn log_out(&self, sitting: &Sitting) -> Result<(), OfficeError> {
        let hash = sitting.token.hash();
        self.store.end_office_session(sitting.hub.id, hash).await?;
        let staff = sitting.staff.id;
        let action = new_uuid(self.now())?;
        self.act(sitting, action, "office_signed_out", move |_, writing| {
            let fact = AuditFact::SignedOut { staff };
            writing.events.push(Event::Audited { fact });
            Ok(())
        })
        .await
    }

    /// Sets another password of one's own. All sessions of the person end; a new one is opened.
    pub async fn change_password(
        &self,
        sitting: &Sitting,
        asked: ChangePassword,
        from: IpAddr,
    ) -> Result<Sitting, OfficeError> {
        self.check_tries(from)?;
        check_new(&asked.new)?;
        let logins = self.store.logins(sitting.hub.id).await?;
        let known = logins
            .into_iter()
            .find(|known| known.staff == sitting.staff.id);
        let hash = known.and_then(|known| known.password_hash);
        if !verify_aside(asked.current, hash).await? {
            return Err(self.wrong_login(from));
        }
        let staff = sitting.staff.id;
        let hash = hash_aside(asked.new).await?;
        let action = new_uuid(self.now())?;
        self.act(
            sitting,
            action,
            "password_changed",
            move |holdings, writing| set_password(holdings, writing, staff, hash),
        )
        .await?;
        self.open(sitting.hub.clone(), sitting.staff.clone(), false)
            .await
    }

    /// Sets a password with a code that a manager gave out.
    pub async fn use_reset(&self, asked: UseReset, from: IpAddr) -> Result<Sitting, OfficeError> {
        const WRONG: OfficeRefusal = OfficeRefusal::new("reset_code_wrong");
        self.check_tries(from)?;
        check_new(&asked.new)?;
        let code = code_hash(&asked.code);
        let now = self.now();
        let found = match self.hub(asked.hub).await? {
            Some(hub) => {
                let codes = self.store.reset_codes(hub.id).await?;
                let fits = |known: &crate::store::ResetCode| {
                    known.code_hash == code && now < known.expires_at
                };
                codes.into_iter().find(fits).map(|known| (hub, known.staff))
            }
            None => None,
        };
        let Some((hub, staff)) = found else {
            self.wrong_logins.count(from, now);
            return Err(WRONG.into());
        };
        let hash = hash_aside(asked.new).await?;
        let action = new_uuid(now)?;
        self.act_of(
            hub.id,
            Some(staff),
            action,
            "password_reset",
            move |holdings, writing| {
                // Two who use it at once: the second finds it gone.
                if holdings.use_reset_code(code, now)? != Some(staff) {
                    return Err(WRONG.into());
                }
                set_password(holdings, writing, staff, hash)
            },
        )
        .await?;
        match self.active_staff(hub.id, staff).await? {
            Some(person) => self.open(hub, person, false).await,
            None => Err(WRONG.into()),
        }
    }
}

/// Writes a new password of somebody who has a login.
fn set_password(
    holdings: &mut dyn Holdings,
    writing: &mut super::act::Writing,
    staff: StaffId,
    hash: String,
) -> Result<(), Halt> {
    let _: Staff = needed(holdings, EntityKind::STAFF, staff)?;
    let known = holdings.logins()?;
    let known = known.into_iter().find(|known| known.staff == staff);
    let login = Login {
        password_hash: Some(hash),
        must_change: false,
        ..known.ok_or(OfficeRefusal::NOT_FOUND)?
    };
    let said = serde_json::json!({ "login": login.login, "password": "changed" }).to_string();
    writing.audit("login", &staff.to_string(), None, Some(&said));
    holdings.set_login(&login)?;
    Ok(())
}
