//! What a webhook is told of an entry.

use std::collections::{BTreeMap, BTreeSet};

use comptoir_domain::event::Event;
use comptoir_domain::ids::{HubId, OrderId};
use hmac::{Hmac, KeyInit, Mac};
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::shop::OrderReply;

/// The words of everything that a webhook can be told.
pub const EVENTS: [&str; 9] = [
    "order.placed",
    "order.changed",
    "order.picked",
    "order.ready",
    "order.collected",
    "order.returned",
    "order.cancelled",
    "order.expired",
    "order.money",
];

/// The word of an event; none where it is nothing for stores.
const fn word_of(event: &Event) -> Option<&'static str> {
    Some(match event {
        Event::OrderPlaced { .. } => "order.placed",
        Event::OrderAmended { .. } => "order.changed",
        Event::LinesPicked { .. } => "order.picked",
        Event::OrderReady { .. } => "order.ready",
        Event::GoodsCollected { .. } => "order.collected",
        Event::GoodsReturned { .. } => "order.returned",
        Event::OrderCancelled { .. } => "order.cancelled",
        Event::OrderExpired { .. } => "order.expired",
        Event::PaymentTaken { .. }
        | Event::CaptureRequested { .. }
        | Event::PaymentCaptured { .. }
        | Event::CaptureFailed { .. }
        | Event::TenderCorrected { .. }
        | Event::RefundPaid { .. }
        | Event::RefundRequested { .. }
        | Event::RefundDone { .. }
        | Event::RefundFailed { .. } => "order.money",
        _ => return None,
    })
}

/// What happened to which orders, as far as it is wanted.
pub(super) fn happenings(
    events: &[Event],
    wanted: &[String],
) -> BTreeMap<OrderId, BTreeSet<&'static str>> {
    let mut happened: BTreeMap<OrderId, BTreeSet<&'static str>> = BTreeMap::new();
    for event in events {
        if let (Some(order), Some(word)) = (event.order(), word_of(event))
            && (wanted.is_empty() || wanted.iter().any(|wanted| wanted == word))
        {
            happened.entry(order).or_default().insert(word);
        }
    }
    happened
}

/// The body of a delivery.
#[derive(Debug, Serialize)]
pub(super) struct Told {
    /// The same each time that this is sent.
    pub(super) id: String,
    /// In the order in which it happened; there are gaps where nothing concerned the store.
    pub(super) number: u64,
    pub(super) hub: HubId,
    /// By the clock of who did it, in milliseconds since 1970.
    pub(super) happened_at: i64,
    /// Nothing happened: somebody tries out whether this is taken.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(super) test: bool,
    pub(super) orders: Vec<ToldOrder>,
}

#[derive(Debug, Serialize)]
pub(super) struct ToldOrder {
    pub(super) events: BTreeSet<&'static str>,
    /// As it stands now, which may be later than what is told: `rev` says so.
    pub(super) order: OrderReply,
}

/// The id of a delivery.
pub(super) fn delivery_id(hub: HubId, shop: &str, number: u64) -> String {
    let mut hasher = Sha256::new();
    hasher.update(b"comptoir-webhook-1");
    hasher.update(hub.uuid().as_bytes());
    hasher.update(number.to_be_bytes());
    hasher.update(shop.as_bytes());
    hex(&hasher.finalize()[..16])
}

/// The signature of a delivery: HMAC-SHA256 over its moment and its body, in hexadecimal.
pub fn signature(secret: &str, time: &str, body: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes())
        .expect("a keyed hash takes keys of any length");
    mac.update(time.as_bytes());
    mac.update(b".");
    mac.update(body.as_bytes());
    hex(&mac.finalize().into_bytes())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
