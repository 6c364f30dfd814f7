//! Customers that a hub knows by name. Personal data: it can be forgotten, and nothing in the journal
//! holds it.

use serde::{Deserialize, Serialize};

use crate::country::Language;
use crate::ids::CustomerId;
use crate::price::CustomerClass;
use crate::refusal::{Refusal, RefusalCode};

/// A person or household that buys by name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Customer {
    pub id: CustomerId,
    pub name: String,
    #[serde(default)]
    pub email: Option<String>,
    #[serde(default)]
    pub phone: Option<String>,
    /// The classes in which the hub has approved the customer: they entitle to prices.
    #[serde(default)]
    pub classes: Vec<CustomerClass>,
    /// In which messages and documents are written; the hub's first one where it is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<Language>,
    pub active: bool,
}

/// What no name has and an address of a page does: names stand in mails that anybody can have sent.
const NO_NAME: [char; 4] = ['/', ':', '@', '\\'];

/// The longest name, in characters.
const NAME_MAX: usize = 80;

/// The longest e-mail address (RFC 5321, 4.5.3.1.3).
const EMAIL_MAX: usize = 254;

/// The fewest and the most digits of a telephone number (ITU-T E.164 allows fifteen).
const PHONE_DIGITS: std::ops::RangeInclusive<usize> = 6..=15;

/// Who orders, as they say it themselves: a name, and a way to reach them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    name: String,
    email: Option<String>,
    phone: Option<String>,
    language: Option<Language>,
}

impl Contact {
    /// Takes what was typed, without the spaces around it. Refuses a name that is missing, and where
    /// neither an e-mail address nor a telephone number can be used.
    pub fn new(name: &str, email: &str, phone: &str) -> Result<Contact, Refusal> {
        let name: String = name.split_whitespace().collect::<Vec<_>>().join(" ");
        let strange = |character: char| character.is_control() || NO_NAME.contains(&character);
        if name.is_empty() || name.chars().any(strange) {
            return Err(RefusalCode::NameMissing.into());
        }
        if name.chars().count() > NAME_MAX {
            return Err(RefusalCode::NameMissing.into());
        }
        let email = read(email, is_email)?;
        let phone = read(phone, is_phone)?;
        if email.is_none() && phone.is_none() {
            return Err(RefusalCode::ContactUnusable.into());
        }
        Ok(Contact {
            name,
            email,
            phone,
            language: None,
        })
    }

    /// Who reads this language.
    #[must_use]
    pub fn reading(mut self, language: Language) -> Contact {
        self.language = Some(language);
        self
    }

    /// The customer that they become.
    pub fn into_customer(self, id: CustomerId) -> Customer {
        Customer {
            id,
            name: self.name,
            email: self.email,
            phone: self.phone,
            classes: Vec::new(),
            language: self.language,
            active: true,
        }
    }

    /// Whether a known customer is who this says: the same name at the same e-mail address. Who gives a
    /// telephone number alone is not: a neighbour knows that, too.
    pub fn is(&self, customer: &Customer) -> bool {
        customer.active && self.has_name_of(customer) && same(&self.email, &customer.email)
    }

    /// Whether this is what a customer said of themselves with an order, however they can be reached.
    pub fn is_as_given(&self, customer: &Customer) -> bool {
        let by_email = same(&self.email, &customer.email);
        self.has_name_of(customer) && (by_email || same(&self.phone, &customer.phone))
    }

    fn has_name_of(&self, customer: &Customer) -> bool {
        self.name.to_lowercase() == customer.name.to_lowercase()
    }
}

fn same(own: &Option<String>, known: &Option<String>) -> bool {
    own.as_ref()
        .zip(known.as_ref())
        .is_some_and(|(own, known)| own.to_lowercase() == known.to_lowercase())
}

fn read(typed: &str, fits: fn(&str) -> bool) -> Result<Option<String>, Refusal> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Ok(None);
    }
    if fits(typed) {
        Ok(Some(typed.to_owned()))
    } else {
        Err(RefusalCode::ContactUnusable.into())
    }
}

/// Whether a message may be sent there: one at-sign between two parts, and no blank or line end,
/// which could end a header.
fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else {
        return false;
    };
    let plain = |character: char| {
        !character.is_whitespace()
            && !character.is_control()
            && !matches!(character, '<' | '>' | ',' | ';' | '"' | '(' | ')' | '@')
    };
    text.len() <= EMAIL_MAX
        && !local.is_empty()
        && local.chars().all(plain)
        && domain.contains('.')
        && domain.chars().all(plain)
        && domain.split('.').all(|label| !label.is_empty())
}

fn is_phone(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let allowed = |character: char| {
        character.is_ascii_digit() || matches!(character, '+' | ' ' | '-' | '.' | '(' | ')' | '/')
    };
    PHONE_DIGITS.contains(&digits) && text.chars().all(allowed) && text.len() <= 30
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn a_name_and_a_way_to_reach_them_are_needed() {
        let refused = |name, email, phone| Contact::new(name, email, phone).unwrap_err().code;
        assert_eq!(
            refused("  ", "jane@hub.example", ""),
            RefusalCode::NameMissing
        );
        assert_eq!(
            refused("Won! https://evil.example", "jane@hub.example", ""),
            RefusalCode::NameMissing
        );
        assert_eq!(refused("Jane", "", " "), RefusalCode::ContactUnusable);
        for email in [
            "jane",
            "jane@hub",
            "@hub.example",
            "jane@hub.example\r\nBcc: all@hub.example",
            "jane@hub..example",
            "a@b@hub.example",
        ] {
            assert_eq!(
                refused("Jane", email, ""),
                RefusalCode::ContactUnusable,
                "{email}"
            );
        }
        assert_eq!(refused("Jane", "", "12"), RefusalCode::ContactUnusable);
        assert_eq!(refused("Jane", "", "call me"), RefusalCode::ContactUnusable);
        Contact::new("Jane", "", "+33 6 12 34 56 78").unwrap();
    }

    #[test]
    fn who_orders_again_is_known_by_name_and_address_together() {
        let id = CustomerId::from_uuid(Uuid::nil());
        let jane = Contact::new(" Jane  Doe ", "Jane@Hub.example", "").unwrap();
        let known = jane.clone().into_customer(id);
        assert_eq!(known.name, "Jane Doe");
        assert!(
            Contact::new("jane doe", "jane@hub.example", "")
                .unwrap()
                .is(&known)
        );
        assert!(
            !Contact::new("John Doe", "jane@hub.example", "")
                .unwrap()
                .is(&known)
        );
        assert!(
            !Contact::new("Jane Doe", "other@hub.example", "")
                .unwrap()
                .is(&known)
        );
    }
}
