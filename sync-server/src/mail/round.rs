//! One look at the outbox: what is due is composed and sent, and what came of it is written down.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use comptoir_documents::Language;
use comptoir_domain::customer::Customer;
use comptoir_domain::ids::HubId;
use comptoir_domain::message::{self, MessageKind};
use comptoir_domain::order::Order;
use comptoir_domain::slot::Slot;
use comptoir_domain::time::Timestamp;
use comptoir_sync::feed::EntityKind;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

use super::compose::{About, compose};
use super::{Mail, MailOptions, OwnText, Post, PostError};
use crate::shop::OrderLinks;
use crate::store::{
    Hub, MessageOutcome, MessageRow, PaymentStep, QueuedMessage, StepState, Store, StoreError,
    read_settings,
};

/// How many messages go out in one round.
const AT_ONCE: u32 = 50;

const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;

/// How long before its slot a customer is reminded.
const REMIND_BEFORE_MS: i64 = 24 * HOUR_MS;

/// How long the first message waits for a payment at the checkout.
const PAYING_MS: i64 = 10 * MINUTE_MS;

/// How often reminders are looked for.
const REMIND_EVERY_MS: i64 = 10 * MINUTE_MS;

/// Who ordered so shortly before the slot needs no reminder.
const FRESH_MS: i64 = 12 * HOUR_MS;

/// After which waits it is tried again.
const WAITS_MS: [i64; 6] = [
    MINUTE_MS,
    5 * MINUTE_MS,
    30 * MINUTE_MS,
    2 * HOUR_MS,
    8 * HOUR_MS,
    24 * HOUR_MS,
];

/// What one round did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RoundReport {
    pub sent: u32,
    pub dropped: u32,
    pub later: u32,
}

/// Empties the outboxes of all hubs.
#[derive(Debug)]
pub struct Postman {
    store: Arc<dyn Store>,
    links: OrderLinks,
    options: MailOptions,
    post: Option<Arc<dyn Post>>,
    /// When reminders were looked for last.
    reminded: Mutex<BTreeMap<HubId, Timestamp>>,
}

impl Postman {
    /// Without a post, messages wait.
    pub fn new(
        store: Arc<dyn Store>,
        links: OrderLinks,
        options: MailOptions,
        post: Option<Arc<dyn Post>>,
    ) -> Postman {
        Postman {
            store,
            links,
            options,
            post,
            reminded: Mutex::default(),
        }
    }

    /// Queues the reminders whose time has come, and sends what is due.
    pub async fn round(&self, now: Timestamp) -> Result<RoundReport, StoreError> {
        let mut report = RoundReport::default();
        for hub in self.store.hubs().await? {
            if self.is_time_to_remind(hub.id, now) {
                self.remind(&hub, now).await?;
            }
            let Some(post) = &self.post else { continue };
            for queued in self.store.due_messages(hub.id, now, AT_ONCE).await? {
                let outcome = match self.deliver(&hub, &queued, post.as_ref(), now).await {
                    Ok(outcome) => outcome,
                    // What cannot be read holds up no other message.
                    Err(StoreError::RowUnreadable { key, .. }) => MessageOutcome::Later {
                        at: now.plus_ms(8 * HOUR_MS),
                        why: format!("{key} cannot be read"),
                    },
                    Err(error) => return Err(error),
                };
                match outcome {
                    MessageOutcome::Sent => report.sent += 1,
                    MessageOutcome::Dropped { .. } => report.dropped += 1,
                    MessageOutcome::Later { .. } => report.later += 1,
                }
                let key = queued.message.key;
                self.store.settle_message(hub.id, key, outcome, now).await?;
            }
        }
        Ok(report)
    }

    /// Reading the orders of a slot is dear, and nobody minds a few minutes.
    fn is_time_to_remind(&self, hub: HubId, now: Timestamp) -> bool {
        let mut last = self.reminded.lock().unwrap_or_else(PoisonError::into_inner);
        let due = last
            .get(&hub)
            .is_none_or(|at| !(0..REMIND_EVERY_MS).contains(&now.ms_since(*at)));
        if due {
            last.insert(hub, now);
        }
        due
    }

    async fn remind(&self, hub: &Hub, now: Timestamp) -> Result<(), StoreError> {
        let slots: Vec<Slot> = self.things(hub.id, EntityKind::SLOT).await?;
        let soon = |slot: &Slot| {
            slot.active && now < slot.starts_at && slot.starts_at.ms_since(now) <= REMIND_BEFORE_MS
        };
        let soon: Vec<Slot> = slots.into_iter().filter(soon).collect();
        if soon.is_empty() {
            return Ok(());
        }
        let mut rows = Vec::new();
        for slot in &soon {
            let orders = self.store.orders_of_slot(hub.id, slot.id).await?;
            let orders = orders.iter();
            let orders: Vec<Order> = orders
                .map(|row| read(EntityKind::ORDER, &row.id, &row.body))
                .collect::<Result<_, _>>()?;
            let of_slot = orders.iter().filter(|order| {
                let placed = order.milestones.placed_at;
                let fresh = placed.is_none_or(|at| slot.starts_at.ms_since(at) < FRESH_MS);
                order.heading.slot == Some(slot.id) && message::is_awaited(order) && !fresh
            });
            rows.extend(of_slot.map(|order| MessageRow {
                key: format!("{}:reminder:{}", order.id(), slot.id),
                order: order.id(),
                kind: MessageKind::Reminder,
                at: now,
            }));
        }
        self.store.queue_messages(hub.id, rows).await
    }

    async fn deliver(
        &self,
        hub: &Hub,
        queued: &QueuedMessage,
        post: &dyn Post,
        now: Timestamp,
    ) -> Result<MessageOutcome, StoreError> {
        let dropped = |why: &str| MessageOutcome::Dropped {
            why: why.to_owned(),
        };
        if self.is_being_paid(hub, &queued.message, now).await? {
            return Ok(MessageOutcome::Later {
                at: now.plus_ms(2 * MINUTE_MS),
                why: "its payment is under way".to_owned(),
            });
        }
        let mail = match self.mail(hub, &queued.message).await? {
            Some(mail) => mail,
            None => return Ok(dropped("nobody to write to")),
        };
        Ok(match post.send(&mail).await {
            Ok(()) => MessageOutcome::Sent,
            Err(PostError::ForEver(why)) => dropped(&why),
            Err(PostError::ForNow(why)) => {
                let tries = usize::try_from(queued.attempts).unwrap_or(usize::MAX);
                match WAITS_MS.get(tries) {
                    Some(wait) => MessageOutcome::Later {
                        at: now.plus_ms(*wait),
                        why,
                    },
                    None => dropped(&why),
                }
            }
        })
    }

    /// Whether an order that just came is being paid: what is to pay is known in a moment.
    async fn is_being_paid(
        &self,
        hub: &Hub,
        row: &MessageRow,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let fresh = now.ms_since(row.at) < PAYING_MS;
        if row.kind != MessageKind::OrderReceived || !fresh {
            return Ok(false);
        }
        let steps = self.store.payment_steps(hub.id, row.order).await?;
        let waits = |step: &PaymentStep| step.at_checkout && step.state == StepState::Open;
        Ok(steps.iter().any(waits))
    }

    /// The mail that a row stands for; none where it has become pointless: nobody to write to, or an
    /// order that nobody waits for any more.
    async fn mail(&self, hub: &Hub, row: &MessageRow) -> Result<Option<Mail>, StoreError> {
        let order: Option<Order> = self.thing(hub.id, EntityKind::ORDER, row.order).await?;
        let Some(order) = order else { return Ok(None) };
        let pointless = match row.kind {
            MessageKind::OrderReady | MessageKind::Reminder => !message::is_awaited(&order),
            // Refused at the checkout before anybody was told that it had come.
            MessageKind::OrderReceived => is_given_back(&order),
            _ => false,
        };
        let Some(customer) = order.heading.customer.filter(|_| !pointless) else {
            return Ok(None);
        };
        let customer: Option<Customer> = self.thing(hub.id, EntityKind::CUSTOMER, customer).await?;
        let Some(customer) = customer.filter(|customer| customer.active) else {
            return Ok(None);
        };
        let settings = self.store.entity(
            hub.id,
            EntityKind::new(EntityKind::SETTINGS),
            hub.id.to_string(),
        );
        let Some(settings) = settings.await? else {
            return Ok(None);
        };
        let settings = read_settings(&settings.body)?;
        let slot: Option<Slot> = match order.heading.slot {
            Some(slot) => self.thing(hub.id, EntityKind::SLOT, slot).await?,
            None => None,
        };
        let tag = customer.language.clone();
        let tag = tag.or_else(|| settings.languages.first().cloned());
        let tag = tag.unwrap_or_else(|| comptoir_domain::country::Language::new("en"));
        let own = self
            .thing(
                hub.id,
                EntityKind::MESSAGE_TEXT,
                OwnText::id(row.kind, &tag),
            )
            .await?;
        Ok(compose(&About {
            kind: row.kind,
            order: &order,
            customer: &customer,
            settings: &settings,
            slot: slot.as_ref(),
            own,
            language: Language::from(&tag),
            link: self.link(hub.id, &order),
            message_id: message_id(&row.key),
        }))
    }

    fn link(&self, hub: HubId, order: &Order) -> Option<String> {
        let base = self.options.public_url.as_ref()?;
        let secret = self.links.of(hub, order.id());
        Some(format!("{base}/shop/{hub}/o/{secret}"))
    }

    async fn thing<T: DeserializeOwned>(
        &self,
        hub: HubId,
        kind: &str,
        id: impl ToString,
    ) -> Result<Option<T>, StoreError> {
        let id = id.to_string();
        let row = self.store.entity(hub, EntityKind::new(kind), id).await?;
        row.map(|row| read(kind, &row.id, &row.body)).transpose()
    }

    async fn things<T: DeserializeOwned>(
        &self,
        hub: HubId,
        kind: &str,
    ) -> Result<Vec<T>, StoreError> {
        let rows = self.store.entities(hub, EntityKind::new(kind)).await?;
        rows.iter()
            .map(|row| read(kind, &row.id, &row.body))
            .collect()
    }
}

/// Whether an order was given back because it could not be paid.
fn is_given_back(order: &Order) -> bool {
    let cancelled = order.milestones.cancelled.as_ref();
    let reason = cancelled.map(|cancelled| cancelled.reason.as_str());
    matches!(
        reason,
        Some(message::REFUSED_AT_CHECKOUT | message::REFUSED_LATER)
    )
}

fn read<T: DeserializeOwned>(kind: &str, id: &str, body: &str) -> Result<T, StoreError> {
    serde_json::from_str(body).map_err(|error| StoreError::RowUnreadable {
        key: format!("{kind}/{id}"),
        reason: error.to_string(),
    })
}

/// The id of a message on the wire: the same for the same happening, so that a mail server that gets it
/// twice can tell; and it says nothing of the order.
fn message_id(key: &str) -> String {
    let hash = Sha256::digest(key.as_bytes());
    hash[..16]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
