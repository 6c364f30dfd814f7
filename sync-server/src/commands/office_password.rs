//! `office-password`: lets somebody log in to the office, where nobody can do it there yet.

use std::io::Write;
use std::path::Path;

use anyhow::{Context, ensure};
use clap::Args;
use comptoir_domain::ids::{IdSource, StaffId};
use comptoir_domain::staff::{Role, Staff};
use comptoir_sync::feed::EntityKind;

use super::desk::Desk;
use crate::office::LoginToGive;
use crate::store::{EntityChange, Hub};

#[derive(Debug, Args)]
pub struct OfficePasswordArguments {
    /// The name of a member of staff; a manager is taken on where there is nobody of that name.
    pub name: String,
    /// Under which the person logs in; the name in small letters where it is not said.
    #[arg(long)]
    pub login: Option<String>,
    /// The hub's name, where the server has several.
    #[arg(long)]
    pub hub: Option<String>,
}

pub(super) async fn run(
    data: &Path,
    arguments: &OfficePasswordArguments,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    let mut desk = Desk::open(data)?;
    let hub = desk.hub(arguments.hub.as_deref()).await?;
    let staff = person(&mut desk, &hub, &arguments.name).await?;
    let login = arguments.login.as_ref().unwrap_or(&arguments.name);
    let login = login.trim().to_lowercase().replace(' ', ".");
    let given = give(&desk, &hub, staff, &login).await?;
    writeln!(
        out,
        "{} logs in to the office as \"{login}\".",
        arguments.name
    )?;
    writeln!(
        out,
        "With this code a password is set there, once and within a day: {given}"
    )?;
    Ok(())
}

async fn give(desk: &Desk, hub: &Hub, staff: StaffId, login: &str) -> anyhow::Result<String> {
    let office = desk.office()?;
    let give = LoginToGive {
        staff,
        login: login.to_owned(),
    };
    let given = office.give_login_beside(hub, give).await;
    given.with_context(|| format!("give the login \"{login}\""))
}

/// The member of staff of a name, or a manager who is taken on.
async fn person(desk: &mut Desk, hub: &Hub, name: &str) -> anyhow::Result<StaffId> {
    let name = name.trim();
    ensure!(!name.is_empty(), "the person needs a name");
    let known: Vec<Staff> = desk.things(hub, EntityKind::STAFF).await?;
    let active = known.into_iter().filter(|staff| staff.active);
    let mut named = active.filter(|staff| staff.name.eq_ignore_ascii_case(name));
    if let Some(staff) = named.next() {
        return Ok(staff.id);
    }
    let staff = Staff {
        id: StaffId::from_uuid(desk.ids.next_uuid()),
        name: name.to_owned(),
        role: Role::Manager,
        pin_hash: None,
        active: true,
        language: None,
    };
    let change = EntityChange::put(EntityKind::STAFF, staff.id, &staff)?;
    let act = super::init::kept(desk, "staff", vec![change]);
    desk.store.record(hub.id, act).await?;
    Ok(staff.id)
}
