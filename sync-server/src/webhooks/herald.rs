//! Tells every webhook what it has not been told yet, each in its own order and its own time: one that
//! hangs holds up nobody else.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use comptoir_domain::ids::{HubId, OrderId};
use comptoir_domain::order::Order;
use comptoir_domain::time::Timestamp;
use comptoir_sync::feed::EntityKind;
use reqwest::Client;
use tokio::task::JoinHandle;

use super::guard::{Forbidden, GuardedNames, checked_url};
use super::told::{Told, ToldOrder, delivery_id, happenings, signature};
use crate::shop::{OrderLinks, OrderReply};
use crate::store::{Delivery, Hub, JournalRow, ShopScope, Store, StoreError, Webhook, WebhookStep};

/// How long the other side may take to answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// How many entries are read at once.
const AT_ONCE: u32 = 100;

/// After which waits it is tried again; then every twelve hours.
const WAITS_MS: [i64; 6] = [10_000, 60_000, 300_000, 1_800_000, 7_200_000, 21_600_000];
const LONGEST_WAIT_MS: i64 = 43_200_000;

/// How many entries are looked at to say how much waits.
const LOOKED_AT: u32 = 200;

/// How much a webhook is still to be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct WebhookBacklog {
    pub waiting: u32,
    /// There may be more, which was not looked at.
    pub more: bool,
}

/// What one round did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct WebhookRound {
    pub delivered: u32,
    pub failed: u32,
}

/// Delivers to all webhooks of all hubs. Clones share what is under way.
#[derive(Debug, Clone)]
pub struct Herald {
    store: Arc<dyn Store>,
    links: OrderLinks,
    client: Client,
    allow_private: bool,
    /// Webhooks that somebody is telling something at this moment.
    busy: Arc<Mutex<BTreeSet<(HubId, String)>>>,
}

impl Herald {
    /// `allow_private` lets webhooks reach the network that the server stands in.
    pub fn new(
        store: Arc<dyn Store>,
        links: OrderLinks,
        allow_private: bool,
    ) -> Result<Herald, reqwest::Error> {
        Herald::patient(store, links, allow_private, PATIENCE)
    }

    /// One that waits so long for an answer.
    pub fn patient(
        store: Arc<dyn Store>,
        links: OrderLinks,
        allow_private: bool,
        patience: Duration,
    ) -> Result<Herald, reqwest::Error> {
        let client = Client::builder()
            .timeout(patience)
            .connect_timeout(patience)
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .dns_resolver(Arc::new(GuardedNames { allow_private }))
            .build()?;
        Ok(Herald {
            store,
            links,
            client,
            allow_private,
            busy: Arc::default(),
        })
    }

    /// Tells everybody what is to be told, and waits until all were told or failed.
    pub async fn round(&self, now: Timestamp) -> Result<WebhookRound, StoreError> {
        let mut round = WebhookRound::default();
        for under_way in self.start(now).await? {
            let told = under_way.await.map_err(|_| StoreError::Closed)?;
            round.delivered += told.delivered;
            round.failed += told.failed;
        }
        Ok(round)
    }

    /// Begins to tell everybody whom nobody is telling something already.
    pub(crate) async fn start(
        &self,
        now: Timestamp,
    ) -> Result<Vec<JoinHandle<WebhookRound>>, StoreError> {
        let mut started = Vec::new();
        for hub in self.store.hubs().await? {
            let head = self.store.head(hub.id).await?.fold_no;
            for webhook in self.store.webhooks(hub.id).await? {
                let due =
                    webhook.paused_at.is_none() && webhook.next_at <= now && webhook.reached < head;
                if due && self.take(&hub, &webhook) {
                    let (herald, hub) = (self.clone(), hub.clone());
                    started.push(tokio::spawn(async move {
                        let round = herald.tell(&hub, &webhook, now).await;
                        herald.leave(&hub, &webhook);
                        round
                    }));
                }
            }
        }
        Ok(started)
    }

    fn take(&self, hub: &Hub, webhook: &Webhook) -> bool {
        let mut busy = self.busy.lock().unwrap_or_else(PoisonError::into_inner);
        busy.insert((hub.id, webhook.shop.clone()))
    }

    fn leave(&self, hub: &Hub, webhook: &Webhook) {
        let mut busy = self.busy.lock().unwrap_or_else(PoisonError::into_inner);
        busy.remove(&(hub.id, webhook.shop.clone()));
    }

    /// Tells one webhook what it has not been told, in order, until one thing is not taken.
    async fn tell(&self, hub: &Hub, webhook: &Webhook, now: Timestamp) -> WebhookRound {
        let mut round = WebhookRound::default();
        let mut webhook = webhook.clone();
        loop {
            match self.tell_page(hub, &mut webhook, now, &mut round).await {
                Ok(true) => {}
                Ok(false) => return round,
                Err(error) => {
                    tracing::error!(%error, "a webhook could not be told what happened");
                    return round;
                }
            }
        }
    }

    /// Whether there may be more to tell.
    async fn tell_page(
        &self,
        hub: &Hub,
        webhook: &mut Webhook,
        now: Timestamp,
        round: &mut WebhookRound,
    ) -> Result<bool, StoreError> {
        let store = &self.store;
        let rows = store.folded_after(hub.id, webhook.reached, AT_ONCE).await?;
        let mut quiet = webhook.reached;
        for row in &rows {
            let Some(number) = row.fold_no else { continue };
            let Some(told) = self.told(hub, webhook, row, number).await? else {
                quiet = number;
                continue;
            };
            let sent = self.send(webhook, &told, now).await;
            let taken = sent.is_ok();
            let wait = usize::try_from(webhook.attempts).ok();
            let wait = wait.and_then(|tries| WAITS_MS.get(tries).copied());
            let step = WebhookStep {
                shop: webhook.shop.clone(),
                from: webhook.reached,
                reached: if taken { number } else { webhook.reached },
                next_at: now.plus_ms(if taken {
                    0
                } else {
                    wait.unwrap_or(LONGEST_WAIT_MS)
                }),
                delivery: Some(delivery(&told, sent, now)),
            };
            let counts = store.step_webhook(hub.id, step).await?;
            if !counts || !taken {
                round.failed += u32::from(!taken);
                return Ok(false);
            }
            round.delivered += 1;
            (webhook.reached, webhook.attempts, quiet) = (number, 0, number);
        }
        if quiet > webhook.reached {
            let step = WebhookStep {
                shop: webhook.shop.clone(),
                from: webhook.reached,
                reached: quiet,
                next_at: now,
                delivery: None,
            };
            if !store.step_webhook(hub.id, step).await? {
                return Ok(false);
            }
            webhook.reached = quiet;
        }
        Ok(rows.len() == AT_ONCE as usize)
    }

    /// What an entry says to a webhook; nothing where it concerns other stores, or none.
    async fn told(
        &self,
        hub: &Hub,
        webhook: &Webhook,
        row: &JournalRow,
        number: u64,
    ) -> Result<Option<Told>, StoreError> {
        let Ok(body) = row.sealed.read_body() else {
            return Ok(None);
        };
        let mut orders = Vec::new();
        for (id, events) in happenings(&body.events, &webhook.events) {
            if self.concerns(hub, webhook, id).await?
                && let Some(order) = self.order(hub, id).await?
            {
                let link = self.links.of(hub.id, id);
                let order = OrderReply::of(&order, link);
                orders.push(ToldOrder { events, order });
            }
        }
        let told = Told {
            id: delivery_id(hub.id, &webhook.shop, number),
            number,
            hub: hub.id,
            happened_at: row.at.unix_ms(),
            test: false,
            orders,
        };
        Ok((!told.orders.is_empty()).then_some(told))
    }

    /// Whether an address may be told anything.
    pub(crate) fn check(&self, url: &str) -> Result<(), Forbidden> {
        checked_url(url, self.allow_private).map(|_| ())
    }

    /// Sends something of which nothing follows, and says what the other side answered: where it was
    /// not taken, as an error.
    pub(crate) async fn try_out(
        &self,
        hub: &Hub,
        webhook: &Webhook,
        now: Timestamp,
    ) -> Result<String, String> {
        let told = Told {
            // Each is another one: who takes an id once would not look at the second.
            id: delivery_id(hub.id, &format!("{} {now:?}", webhook.shop), 0),
            number: 0,
            hub: hub.id,
            happened_at: now.unix_ms(),
            test: true,
            orders: Vec::new(),
        };
        self.send(webhook, &told, now).await
    }

    /// How much a webhook is still to be told, as far as it is looked for.
    pub(crate) async fn waiting(
        &self,
        hub: &Hub,
        webhook: &Webhook,
    ) -> Result<WebhookBacklog, StoreError> {
        let store = &self.store;
        let rows = store
            .folded_after(hub.id, webhook.reached, LOOKED_AT)
            .await?;
        let mut backlog = WebhookBacklog {
            waiting: 0,
            more: rows.len() == LOOKED_AT as usize,
        };
        for row in &rows {
            let Ok(body) = row.sealed.read_body() else {
                continue;
            };
            for order in happenings(&body.events, &webhook.events).keys() {
                if self.concerns(hub, webhook, *order).await? {
                    backlog.waiting += 1;
                    break;
                }
            }
        }
        Ok(backlog)
    }

    async fn concerns(
        &self,
        hub: &Hub,
        webhook: &Webhook,
        order: OrderId,
    ) -> Result<bool, StoreError> {
        if webhook.scopes.contains(&ShopScope::AllOrders) {
            return Ok(true);
        }
        let shop = self.store.shop_of_order(hub.id, order).await?;
        let own = shop.as_deref() == Some(webhook.shop.as_str());
        Ok(own && webhook.scopes.contains(&ShopScope::Orders))
    }

    async fn order(&self, hub: &Hub, id: OrderId) -> Result<Option<Order>, StoreError> {
        let kind = EntityKind::new(EntityKind::ORDER);
        let row = self.store.entity(hub.id, kind, id.to_string()).await?;
        row.map(|row| {
            serde_json::from_str(&row.body).map_err(|error| StoreError::RowUnreadable {
                key: format!("order/{id}"),
                reason: error.to_string(),
            })
        })
        .transpose()
    }

    /// Hands a delivery over; says in the other side's words why it was not taken.
    async fn send(&self, webhook: &Webhook, told: &Told, now: Timestamp) -> Result<String, String> {
        let url = checked_url(&webhook.url, self.allow_private);
        let url = url.map_err(|forbidden| forbidden.to_string())?;
        let body = serde_json::to_string(told).map_err(|error| error.to_string())?;
        let time = now.unix_ms().to_string();
        let signature = signature(&webhook.secret, &time, &body);
        let request = self
            .client
            .post(url)
            .header("content-type", "application/json")
            .header("comptoir-webhook-id", &told.id)
            .header("comptoir-webhook-time", time)
            .header("comptoir-webhook-signature", format!("v1={signature}"))
            .body(body);
        let response = request.send().await.map_err(reason)?;
        let status = response.status();
        let said = status.as_u16().to_string();
        if status.is_success() {
            Ok(said)
        } else {
            Err(said)
        }
    }
}

/// Why nobody was reached: the innermost reason, without the address.
fn reason(error: reqwest::Error) -> String {
    let error = error.without_url();
    let mut innermost: &dyn std::error::Error = &error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    innermost.to_string()
}

fn delivery(told: &Told, sent: Result<String, String>, now: Timestamp) -> Delivery {
    let words = told.orders.iter().flat_map(|told| &told.events);
    let words: BTreeSet<String> = words.map(|word| (*word).to_owned()).collect();
    Delivery {
        number: told.number,
        id: told.id.clone(),
        events: words.into_iter().collect(),
        attempts: 1,
        tried_at: now,
        delivered_at: sent.is_ok().then_some(now),
        answer: sent.unwrap_or_else(|why| why),
    }
}
