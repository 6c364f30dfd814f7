//! Messages to customers: which happening owes one, and the texts that hubs may edit.

use std::collections::BTreeMap;

use crate::books::AppliedEntry;
use crate::entry::EntryBody;
use crate::event::Event;
use crate::ids::OrderId;
use crate::order::{Channel, Fulfilment, Operation, Order};

/// What a message tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MessageKind {
    OrderReceived,
    OrderChanged,
    OrderReady,
    OrderCancelled,
    /// It is to be fetched soon.
    Reminder,
    /// It could not be paid online, and was given back.
    PaymentRefused,
    /// It was handed over, and the online payment for it failed: it is to be paid.
    PaymentFailed,
}

/// Why an order was called off whose customer stood before the refusal: nobody has to be told.
pub const REFUSED_AT_CHECKOUT: &str = "payment_refused_at_checkout";

/// Why an order was called off whose payment was refused after its customer had left.
pub const REFUSED_LATER: &str = "payment_refused";

impl MessageKind {
    pub const ALL: [MessageKind; 7] = [
        MessageKind::OrderReceived,
        MessageKind::OrderChanged,
        MessageKind::OrderReady,
        MessageKind::OrderCancelled,
        MessageKind::Reminder,
        MessageKind::PaymentRefused,
        MessageKind::PaymentFailed,
    ];

    /// As it is stored and typed.
    pub const fn name(self) -> &'static str {
        match self {
            MessageKind::OrderReceived => "order_received",
            MessageKind::OrderChanged => "order_changed",
            MessageKind::OrderReady => "order_ready",
            MessageKind::OrderCancelled => "order_cancelled",
            MessageKind::Reminder => "reminder",
            MessageKind::PaymentRefused => "payment_refused",
            MessageKind::PaymentFailed => "payment_failed",
        }
    }

    pub fn from_name(name: &str) -> Option<MessageKind> {
        MessageKind::ALL
            .into_iter()
            .find(|kind| kind.name() == name)
    }
}

/// The messages that an entry owes to customers of the shop, one for each order at most. `order` gives
/// an order as it stands after the entry. A change at the hand-over is on the receipt and owes none.
pub fn owed<'o>(
    entry: AppliedEntry,
    body: &EntryBody,
    order: impl Fn(OrderId) -> Option<&'o Order>,
) -> Vec<(OrderId, MessageKind)> {
    let mut found: BTreeMap<OrderId, Vec<&Event>> = BTreeMap::new();
    for event in &body.events {
        if let Some(id) = event.order() {
            found.entry(id).or_default().push(event);
        }
    }
    let owed = found.into_iter().filter_map(|(id, events)| {
        let order = order(id)?;
        let of_a_customer = order.heading.channel == Channel::Shop;
        order.heading.customer.filter(|_| of_a_customer)?;
        message_of(&events, order, entry).map(|kind| (id, kind))
    });
    owed.collect()
}

fn message_of(events: &[&Event], order: &Order, entry: AppliedEntry) -> Option<MessageKind> {
    let any = |wanted: fn(&Event) -> bool| events.iter().any(|event| wanted(event));
    if any(|event| matches!(event, Event::OrderPlaced { .. })) {
        return Some(MessageKind::OrderReceived);
    }
    if any(|event| matches!(event, Event::GoodsCollected { .. })) {
        return None;
    }
    if any(|event| matches!(event, Event::CaptureFailed { .. })) {
        return Some(MessageKind::PaymentFailed);
    }
    let cancelled = events.iter().find_map(|event| match event {
        Event::OrderCancelled { reason, .. } => Some(reason.as_str()),
        _ => None,
    });
    match cancelled {
        Some(REFUSED_AT_CHECKOUT) => return None,
        Some(REFUSED_LATER) => return Some(MessageKind::PaymentRefused),
        Some(_) => return Some(MessageKind::OrderCancelled),
        None => {}
    }
    // Said again, it tells where the basket stands now: that is no news to its customer.
    let first_time = order.milestones.ready_at == Some(entry.at);
    if first_time && any(|event| matches!(event, Event::OrderReady { .. })) {
        return Some(MessageKind::OrderReady);
    }
    any(changes_goods).then_some(MessageKind::OrderChanged)
}

fn changes_goods(event: &Event) -> bool {
    match event {
        Event::OrderAmended { operations, .. } => operations
            .iter()
            .any(|operation| !matches!(operation, Operation::AddNote { .. })),
        _ => false,
    }
}

/// Whether somebody is still expected to fetch an order.
pub fn is_awaited(order: &Order) -> bool {
    matches!(
        order.fulfilment(),
        Fulfilment::Placed | Fulfilment::Accepted | Fulfilment::Picked | Fulfilment::Ready
    )
}

/// What a text may name, between braces.
pub const PLACEHOLDERS: [&str; 13] = [
    "name",
    "number",
    "hub",
    "place",
    "day",
    "from",
    "until",
    "changes_until",
    "lines",
    "total",
    "due",
    "link",
    "recurring",
];

/// A text with places to be filled in, such as `{name}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageText {
    parts: Vec<Part>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(String),
    Place(&'static str),
}

/// A text names something that there is not.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadMessageText {
    #[error("\"{{{0}}}\" is not known; there is {list}", list = PLACEHOLDERS.join(", "))]
    Unknown(String),
    #[error("a brace is opened and not closed")]
    NotClosed,
}

impl MessageText {
    /// Reads a text as somebody typed it.
    pub fn parse(text: &str) -> Result<MessageText, BadMessageText> {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            let (name, behind) = after.split_once('}').ok_or(BadMessageText::NotClosed)?;
            let known = PLACEHOLDERS.into_iter().find(|known| *known == name);
            let place = known.ok_or_else(|| BadMessageText::Unknown(name.to_owned()))?;
            parts.push(Part::Text(before.to_owned()));
            parts.push(Part::Place(place));
            rest = behind;
        }
        parts.push(Part::Text(rest.to_owned()));
        Ok(MessageText { parts })
    }

    /// The text with everything filled in; what is not given is left out. Values are taken as they
    /// are: braces in a customer's name are letters of it.
    pub fn fill(&self, values: &BTreeMap<&'static str, String>) -> String {
        let parts = self.parts.iter().map(|part| match part {
            Part::Text(text) => text.as_str(),
            Part::Place(place) => values.get(place).map_or("", String::as_str),
        });
        parts.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_names_only_what_there_is() {
        let text = MessageText::parse("Hello {name}, order {number}.").unwrap();
        let values = BTreeMap::from([("name", "{link} Jane".to_owned()), ("number", "O-1".into())]);
        assert_eq!(text.fill(&values), "Hello {link} Jane, order O-1.");
        assert_eq!(
            MessageText::parse("{nmae}"),
            Err(BadMessageText::Unknown("nmae".to_owned()))
        );
        assert_eq!(MessageText::parse("{name"), Err(BadMessageText::NotClosed));
        assert_eq!(MessageText::parse("").unwrap().fill(&values), "");
    }
}
