//! Who works and who buys at the made-up hub.

use std::io::Write;

use anyhow::Context;
use comptoir_domain::customer::Customer;
use comptoir_domain::ids::{CustomerId, IdSource, StaffId};
use comptoir_domain::price::CustomerClass;
use comptoir_domain::staff::{Role, Staff};
use comptoir_sync::feed::EntityKind;

use super::super::desk::Desk;
use super::super::pin;
use crate::office::LoginToGive;
use crate::store::{EntityChange, Hub};

/// Name, role and what it is called, and a PIN that everybody may know.
const STAFF: [(&str, Role, &str, &str); 3] = [
    ("Cass", Role::Cashier, "cashier", "1234"),
    (
        "Mary",
        Role::Manager,
        "hub manager, may do everything",
        "2468",
    ),
    ("Max", Role::Bookkeeper, "bookkeeper, only reads", "1357"),
];

/// Name, e-mail address and the classes whose prices the person gets.
const CUSTOMERS: [(&str, &str, &[&str]); 5] = [
    ("Jane", "jane@halle.example", &["Member"]),
    ("Ali", "ali@halle.example", &["Member", "Volunteer"]),
    ("Inès and Paul", "ines@halle.example", &["Member"]),
    ("Camille", "camille@halle.example", &[]),
    ("École des Bords de Loire", "ecole@halle.example", &[]),
];

pub(super) fn staff(ids: &mut dyn IdSource) -> anyhow::Result<Vec<EntityChange>> {
    let person = |(name, role, _, digits): &(&str, Role, &str, &str)| {
        let person = Staff {
            id: StaffId::from_uuid(ids.next_uuid()),
            name: (*name).to_owned(),
            role: *role,
            pin_hash: Some(pin::hash(digits)?),
            active: true,
            language: None,
        };
        Ok(EntityChange::put(EntityKind::STAFF, person.id, &person)?)
    };
    STAFF.iter().map(person).collect()
}

/// Under what, and with which password, the hub manager logs in to the office; everybody may know it.
const OFFICE: (&str, &str, &str) = ("Mary", "mary", "market day 2468");

/// Lets the hub manager log in to the office.
pub(super) async fn open_office(desk: &Desk, hub: &Hub, out: &mut dyn Write) -> anyhow::Result<()> {
    let (name, login, password) = OFFICE;
    let staff: Vec<Staff> = desk.things(hub, EntityKind::STAFF).await?;
    let manager = staff.into_iter().find(|person| person.name == name);
    let manager = manager.context("the demo's manager is missing")?;
    let give = LoginToGive {
        staff: manager.id,
        login: login.to_owned(),
    };
    let office = desk.office()?;
    office.give_password_beside(hub, give, password).await?;
    writeln!(
        out,
        "{name} logs in to the office (/office/) as \"{login}\" with the password \"{password}\"."
    )?;
    Ok(())
}

/// Says who can sign in.
pub(super) fn introduce(out: &mut dyn Write) -> anyhow::Result<()> {
    for (name, _, role, digits) in STAFF {
        writeln!(out, "{name} signs in with the PIN {digits}: {role}.")?;
    }
    Ok(())
}

pub(super) fn customers(ids: &mut dyn IdSource) -> anyhow::Result<Vec<EntityChange>> {
    let customer = |(name, email, classes): &(&str, &str, &[&str])| {
        let customer = Customer {
            id: CustomerId::from_uuid(ids.next_uuid()),
            name: (*name).to_owned(),
            email: Some((*email).to_owned()),
            phone: None,
            language: None,
            classes: classes
                .iter()
                .map(|class| CustomerClass::new(*class))
                .collect(),
            active: true,
        };
        Ok(EntityChange::put(
            EntityKind::CUSTOMER,
            customer.id,
            &customer,
        )?)
    };
    CUSTOMERS.iter().map(customer).collect()
}
