//! Staff: who works here, what they may do, and how they log in.

use comptoir_domain::country::Language;
use comptoir_domain::ids::StaffId;
use comptoir_domain::staff::{Permission, Role, Staff};
use comptoir_sync::feed::EntityKind;
use uuid::Uuid;

use super::act::{Halt, Writing, needed};
use super::desk::OfficeDesk;
use super::logins::RESET_LIFE_MS;
use super::overview::Kept;
use super::passwords::{code_hash, draw_code, hash_aside};
use super::refusal::{OfficeError, OfficeRefusal};
use super::sitting::Sitting;
use super::wire::{GiveLogin, LoginGiven, Press, SaveStaff, SetPin, StaffList, StaffView};
use crate::entropy::new_uuid;
use crate::store::{Holdings, Hub, Login, ResetCode};

/// The longest name of a person, in characters.
const NAME_MAX: usize = 80;

const NAME_MISSING: OfficeRefusal = OfficeRefusal::new("name_missing");
const LAST_MANAGER: OfficeRefusal = OfficeRefusal::new("last_manager");

/// Who is to log in, and under what.
#[derive(Debug, Clone)]
pub struct LoginToGive {
    pub staff: StaffId,
    /// In small letters.
    pub login: String,
}

/// With what a login begins.
enum Secret {
    /// The person sets a password with it.
    Code(ResetCode),
    /// The hash of a password that somebody else chose.
    Password(String),
}

/// A name as it is kept; refuses one that is none.
pub(super) fn name_of(typed: &str) -> Result<String, OfficeRefusal> {
    let name = typed.split_whitespace().collect::<Vec<_>>().join(" ");
    let fits =
        !name.is_empty() && name.chars().count() <= NAME_MAX && !name.chars().any(char::is_control);
    if fits { Ok(name) } else { Err(NAME_MISSING) }
}

impl OfficeDesk {
    pub async fn staff(&self, sitting: &Sitting) -> Result<StaffList, OfficeError> {
        sitting.permit_one_of(&[Permission::ManageStaff, Permission::SeeReports])?;
        let rows = self.staff_views(sitting).await?;
        let total = rows.len();
        Ok(StaffList { rows, total })
    }

    async fn staff_views(&self, sitting: &Sitting) -> Result<Vec<StaffView>, OfficeError> {
        let logins = self.store.logins(sitting.hub.id).await?;
        let codes = self.store.reset_codes(sitting.hub.id).await?;
        let now = self.now();
        let overview = self.overview(&sitting.hub).await?;
        let overview = overview.read();
        let view = |kept: &Kept<Staff>| {
            let staff = &kept.thing;
            let login = logins.iter().find(|login| login.staff == staff.id);
            let code = codes
                .iter()
                .find(|code| code.staff == staff.id && now < code.expires_at);
            StaffView {
                id: staff.id.uuid(),
                seen: kept.seen,
                name: staff.name.clone(),
                role: staff.role,
                active: staff.active,
                language: staff.language.as_ref().map(|tag| tag.tag().to_owned()),
                has_pin: staff.pin_hash.is_some(),
                login: login.map(|login| login.login.clone()),
                reset_until: code.map(|code| code.expires_at.unix_ms()),
            }
        };
        let mut rows: Vec<StaffView> = overview.staff.values().map(view).collect();
        rows.sort_by_key(|row| (!row.active, row.name.to_lowercase(), row.id));
        Ok(rows)
    }

    async fn staff_view(&self, sitting: &Sitting, id: Uuid) -> Result<StaffView, OfficeError> {
        let rows = self.staff_views(sitting).await?;
        let found = rows.into_iter().find(|row| row.id == id);
        Ok(found.ok_or(OfficeRefusal::NOT_FOUND)?)
    }

    /// Takes somebody on (`id` is none), or changes what is known of them.
    pub async fn save_staff(
        &self,
        sitting: &Sitting,
        id: Option<Uuid>,
        asked: SaveStaff,
    ) -> Result<StaffView, OfficeError> {
        sitting.permit(Permission::ManageStaff)?;
        let name = name_of(&asked.name)?;
        // Named after the action, so that doing it again finds the same person.
        let id = StaffId::from_uuid(id.unwrap_or(asked.action));
        let managers = self.managers(sitting).await?;
        self.act(
            sitting,
            asked.action,
            "staff_saved",
            move |holdings, writing| {
                let still = asked.active && asked.role == Role::Manager;
                if !still && !another_manager(holdings, &managers, id)? && managers.contains(&id) {
                    return Err(LAST_MANAGER.into());
                }
                writing.change(
                    holdings,
                    EntityKind::STAFF,
                    id,
                    asked.seen,
                    |old: Option<Staff>| {
                        let pin_hash = old.and_then(|old| old.pin_hash);
                        Ok(Staff {
                            id,
                            name,
                            role: asked.role,
                            pin_hash,
                            active: asked.active,
                            language: asked.language.as_deref().map(Language::new),
                        })
                    },
                )?;
                if !asked.active {
                    holdings.remove_login(id)?;
                }
                Ok(())
            },
        )
        .await?;
        self.staff_view(sitting, id.uuid()).await
    }

    async fn managers(&self, sitting: &Sitting) -> Result<Vec<StaffId>, OfficeError> {
        let overview = self.overview(&sitting.hub).await?;
        let overview = overview.read();
        let staff = overview.staff.values().map(|kept| &kept.thing);
        let managers = staff.filter(|staff| staff.active && staff.role == Role::Manager);
        Ok(managers.map(|staff| staff.id).collect())
    }

    /// Gives a PIN for the tills, or takes it away.
    pub async fn set_pin(
        &self,
        sitting: &Sitting,
        id: Uuid,
        asked: SetPin,
    ) -> Result<StaffView, OfficeError> {
        const PIN_INVALID: OfficeRefusal = OfficeRefusal::new("pin_invalid");
        sitting.permit(Permission::ManageStaff)?;
        let pin_hash = match asked.pin {
            Some(pin) => {
                let fits = (4..=8).contains(&pin.len()) && pin.bytes().all(|b| b.is_ascii_digit());
                if !fits {
                    return Err(PIN_INVALID.into());
                }
                Some(hash_aside(pin).await?)
            }
            None => None,
        };
        let staff = StaffId::from_uuid(id);
        let seen = Some(asked.seen);
        self.act(
            sitting,
            asked.action,
            "pin_set",
            move |holdings, writing| {
                writing.change(
                    holdings,
                    EntityKind::STAFF,
                    staff,
                    seen,
                    |old: Option<Staff>| {
                        let old = old.ok_or(OfficeRefusal::NOT_FOUND)?;
                        Ok(Staff { pin_hash, ..old })
                    },
                )
            },
        )
        .await?;
        self.staff_view(sitting, id).await
    }

    /// Lets somebody log in, or gives a new code where the password was forgotten.
    pub async fn give_login(
        &self,
        sitting: &Sitting,
        id: Uuid,
        asked: GiveLogin,
    ) -> Result<LoginGiven, OfficeError> {
        sitting.permit(Permission::ManageStaff)?;
        let give = LoginToGive {
            staff: StaffId::from_uuid(id),
            login: asked.login.trim().to_lowercase(),
        };
        let actor = Some(sitting.staff.id);
        let code = self
            .give(&sitting.hub, actor, asked.action, give.clone())
            .await?;
        Ok(LoginGiven {
            login: give.login,
            code,
            expires_at: self.now().plus_ms(RESET_LIFE_MS).unix_ms(),
        })
    }

    /// The same by a command beside the server.
    pub async fn give_login_beside(
        &self,
        hub: &Hub,
        give: LoginToGive,
    ) -> Result<String, OfficeError> {
        let action = new_uuid(self.now())?;
        self.give(hub, None, action, give).await
    }

    async fn give(
        &self,
        hub: &Hub,
        actor: Option<StaffId>,
        action: Uuid,
        give: LoginToGive,
    ) -> Result<String, OfficeError> {
        check_login(&give.login)?;
        let code = draw_code()?;
        let reset = ResetCode {
            staff: give.staff,
            code_hash: code_hash(&code),
            expires_at: self.now().plus_ms(RESET_LIFE_MS),
        };
        self.write_login(hub, actor, action, give, Secret::Code(reset))
            .await?;
        Ok(code)
    }

    /// Gives a login with a password that everybody may know: for a made-up hub.
    pub async fn give_password_beside(
        &self,
        hub: &Hub,
        give: LoginToGive,
        password: &str,
    ) -> Result<(), OfficeError> {
        check_login(&give.login)?;
        let hash = hash_aside(password.to_owned()).await?;
        let action = new_uuid(self.now())?;
        self.write_login(hub, None, action, give, Secret::Password(hash))
            .await
    }

    async fn write_login(
        &self,
        hub: &Hub,
        actor: Option<StaffId>,
        action: Uuid,
        give: LoginToGive,
        secret: Secret,
    ) -> Result<(), OfficeError> {
        let work = move |holdings: &mut dyn Holdings, writing: &mut Writing| {
            let staff: Staff = needed(holdings, EntityKind::STAFF, give.staff)?;
            if !staff.active {
                return Err(OfficeRefusal::NOT_FOUND.into());
            }
            let logins = holdings.logins()?;
            let taken = |known: &Login| known.login == give.login && known.staff != give.staff;
            if logins.iter().any(taken) {
                return Err(OfficeRefusal::new("login_taken").into());
            }
            let said = serde_json::json!({ "login": give.login, "password": "to be set" });
            let id = give.staff.to_string();
            writing.audit("login", &id, None, Some(&said.to_string()));
            let (password_hash, reset) = match secret {
                Secret::Code(reset) => (None, Some(reset)),
                Secret::Password(hash) => (Some(hash), None),
            };
            holdings.set_login(&Login {
                staff: give.staff,
                login: give.login,
                password_hash,
                must_change: false,
            })?;
            if let Some(reset) = reset {
                holdings.set_reset_code(&reset)?;
            }
            Ok(())
        };
        self.act_of(hub.id, actor, action, "login_given", work)
            .await
    }

    /// Takes somebody's login away; the person stays.
    pub async fn remove_login(
        &self,
        sitting: &Sitting,
        id: Uuid,
        asked: Press,
    ) -> Result<StaffView, OfficeError> {
        sitting.permit(Permission::ManageStaff)?;
        let staff = StaffId::from_uuid(id);
        if staff == sitting.staff.id {
            return Err(OfficeRefusal::NOT_PERMITTED.into());
        }
        self.act(
            sitting,
            asked.action,
            "login_removed",
            move |holdings, writing| {
                let known = holdings.logins()?;
                let known = known.into_iter().find(|login| login.staff == staff);
                let known = known.ok_or(OfficeRefusal::NOT_FOUND)?;
                let said = serde_json::json!({ "login": known.login }).to_string();
                writing.audit("login", &staff.to_string(), Some(&said), None);
                holdings.remove_login(staff)?;
                Ok(())
            },
        )
        .await?;
        self.staff_view(sitting, id).await
    }
}

/// Whether somebody else can still manage the hub, as of this very transaction.
fn another_manager(
    holdings: &mut dyn Holdings,
    managers: &[StaffId],
    but: StaffId,
) -> Result<bool, Halt> {
    for id in managers.iter().filter(|id| **id != but) {
        let staff: Staff = needed(holdings, EntityKind::STAFF, id)?;
        if staff.active && staff.role == Role::Manager {
            return Ok(true);
        }
    }
    Ok(false)
}

fn check_login(login: &str) -> Result<(), OfficeRefusal> {
    let allowed = |letter: char| letter.is_alphanumeric() || ".-_@+".contains(letter);
    let length = login.chars().count();
    if (3..=40).contains(&length) && login.chars().all(allowed) {
        Ok(())
    } else {
        Err(OfficeRefusal::new("login_invalid"))
    }
}
