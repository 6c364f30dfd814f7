//! Who works and who buys at the made-up hub.

use std::io::Write;

use comptoir_domain::customer::Customer;
use comptoir_domain::ids::{CustomerId, IdSource, StaffId};
use comptoir_domain::price::CustomerClass;
use comptoir_domain::staff::{Role, Staff};
use comptoir_sync::feed::EntityKind;

use super::super::pin;
use crate::store::EntityChange;

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
