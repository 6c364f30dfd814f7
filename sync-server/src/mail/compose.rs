//! A message as its customer reads it, from the state of the moment.

use std::collections::BTreeMap;

use comptoir_documents::{Language, format};
use comptoir_domain::customer::Customer;
use comptoir_domain::message::{MessageKind, MessageText};
use comptoir_domain::money::Money;
use comptoir_domain::order::Order;
use comptoir_domain::recurring::Recurrence;
use comptoir_domain::settings::HubSettings;
use comptoir_domain::slot::Slot;

use super::{Mail, OwnText, texts};
use crate::calendar::{day, moment, time};

/// What a message is made of.
pub(super) struct About<'a> {
    pub(super) kind: MessageKind,
    pub(super) order: &'a Order,
    pub(super) customer: &'a Customer,
    pub(super) settings: &'a HubSettings,
    pub(super) slot: Option<&'a Slot>,
    /// The hub's own text in the customer's language.
    pub(super) own: Option<OwnText>,
    pub(super) language: Language,
    /// The address of the order's page.
    pub(super) link: Option<String>,
    /// Stays the same however often it is sent.
    pub(super) message_id: String,
}

/// The mail, or nothing where the customer has no address.
pub(super) fn compose(about: &About<'_>) -> Option<Mail> {
    let to = about.customer.email.clone()?;
    let text = match &about.own {
        Some(own) => own.clone(),
        None => texts::default_text(about.kind, about.language),
    };
    let values = values(about);
    // A text of the hub's was checked when it was taken; where it cannot be read, ours is better than none.
    let fill = |own: &str, ours: &str| {
        MessageText::parse(own)
            .or_else(|_| MessageText::parse(ours))
            .map(|text| text.fill(&values))
            .unwrap_or_default()
    };
    let ours = texts::default_text(about.kind, about.language);
    let subject = fill(&text.subject, &ours.subject);
    let mut body = fill(&text.body, &ours.body);
    // Who gets an order that they did not place has to read why, whatever the hub's own text says.
    let is_untold = about.kind == MessageKind::OrderReceived && !text.body.contains("{recurring}");
    if let Some(recurring) = values.get("recurring").filter(|_| is_untold) {
        body.push_str(recurring);
        body.push('\n');
    }
    Some(Mail {
        to,
        subject: subject.split_whitespace().collect::<Vec<_>>().join(" "),
        body,
        message_id: about.message_id.clone(),
    })
}

fn values(about: &About<'_>) -> BTreeMap<&'static str, String> {
    let totals = about.order.totals();
    let amount = |money: Money| {
        format::amount_with_currency(money, &about.settings.currency, about.language)
    };
    let mut values = BTreeMap::from([
        ("name", about.customer.name.clone()),
        ("number", about.order.heading.number.clone()),
        ("hub", about.settings.name.clone()),
        ("lines", lines(about)),
        ("total", amount(totals.total)),
        (
            "due",
            amount((totals.due - totals.authorised).max(Money::ZERO)),
        ),
        ("link", about.link.clone().unwrap_or_default()),
        ("place", place(about)),
    ]);
    if let Some(slot) = about.slot {
        let zone = about.settings.zone;
        values.insert("day", day(slot.starts_at, zone, about.language));
        values.insert("from", time(slot.starts_at, zone));
        values.insert("until", time(slot.ends_at, zone));
        let until = moment(slot.orders_until, zone, about.language);
        values.insert("changes_until", until);
    }
    if let Some(made) = &about.order.recurrence {
        let recurring = recurring(made, &values, about.language);
        values.insert("recurring", recurring);
    }
    values
}

/// That it was made by a recurring order, and what is not in it this time.
fn recurring(
    made: &Recurrence,
    values: &BTreeMap<&'static str, String>,
    language: Language,
) -> String {
    let (why, without) = texts::recurring(language);
    let mut said = MessageText::parse(why)
        .map(|text| text.fill(values))
        .unwrap_or_default();
    if !made.left_out.is_empty() {
        said.push_str(without);
    }
    for out in &made.left_out {
        let quantity = format::quantity(out.quantity, out.unit, language);
        let name = match out.name.as_str() {
            "" => texts::unknown_article(language),
            name => name,
        };
        let reason = texts::left_out(&out.reason, language);
        said.push_str(&format!("\n{quantity} {name} ({reason})"));
    }
    said
}

fn lines(about: &About<'_>) -> String {
    let wanted = about.order.lines.iter();
    let wanted = wanted.filter(|line| line.wanted().is_positive());
    let lines: Vec<String> = wanted
        .map(|line| {
            format!(
                "{} {}  {}",
                format::quantity(line.wanted(), line.unit, about.language),
                line.name,
                format::amount_with_currency(
                    line.amount(),
                    &about.settings.currency,
                    about.language
                )
            )
        })
        .collect();
    lines.join("\n")
}

fn place(about: &About<'_>) -> String {
    let location = about.order.heading.location;
    let mut locations = about.settings.locations.iter();
    let found = locations.find(|known| known.id == location);
    found.map_or_else(String::new, |location| location.name.clone())
}
