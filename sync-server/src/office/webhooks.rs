//! Webhooks: whether connected stores hear what happens, and what is done when they do not.

use comptoir_domain::staff::Permission;
use reqwest::Url;
use serde_json::json;

use super::act::Halt;
use super::desk::OfficeDesk;
use super::refusal::{OfficeError, OfficeRefusal};
use super::sitting::Sitting;
use super::wire::{
    DeliveryFilter, DeliveryList, MakeWebhook, PauseWebhook, RemoveWebhook, ReplayWebhook,
    TryWebhook, WebhookDelivery, WebhookList, WebhookMade, WebhookTried, WebhookView,
};
use crate::entropy::random_bytes;
use crate::store::{Delivery, NewWebhook, Webhook, WebhookAdded};
use crate::webhooks::{EVENTS, Forbidden, Herald};

/// The longest address, in bytes.
const URL_MAX: usize = 2_000;

/// How many deliveries a page has.
const DELIVERIES_PAGE: u32 = 20;

const TAKEN: OfficeRefusal = OfficeRefusal::new("webhook_taken");
const URL_INVALID: OfficeRefusal = OfficeRefusal::new("webhook_url_invalid");
const URL_PRIVATE: OfficeRefusal = OfficeRefusal::new("webhook_url_private");
const EVENT_UNKNOWN: OfficeRefusal = OfficeRefusal::new("webhook_event_unknown");

impl From<Forbidden> for OfficeRefusal {
    fn from(forbidden: Forbidden) -> OfficeRefusal {
        match forbidden {
            Forbidden::Private => URL_PRIVATE,
            Forbidden::Unreadable | Forbidden::Scheme | Forbidden::Credentials => URL_INVALID,
        }
    }
}

impl From<Delivery> for WebhookDelivery {
    fn from(delivery: Delivery) -> WebhookDelivery {
        WebhookDelivery {
            number: delivery.number,
            events: delivery.events,
            attempts: delivery.attempts,
            tried_at: delivery.tried_at.unix_ms(),
            delivered_at: delivery.delivered_at.map(|at| at.unix_ms()),
            answer: delivery.answer,
        }
    }
}

impl OfficeDesk {
    pub async fn webhooks(&self, sitting: &Sitting) -> Result<WebhookList, OfficeError> {
        sitting.permit_one_of(&[Permission::ChangeSettings, Permission::SeeReports])?;
        let hub = sitting.hub.id;
        let mut rows = Vec::new();
        for webhook in self.store.webhooks(hub).await? {
            rows.push(self.webhook_view(sitting, webhook).await?);
        }
        let keys = self.store.shop_keys(hub).await?.into_iter();
        let told = |name: &String| rows.iter().any(|row| row.shop == *name);
        let stores = keys.map(|key| key.name).filter(|name| !told(name));
        Ok(WebhookList {
            stores: stores.collect(),
            total: rows.len(),
            rows,
            events: EVENTS.map(str::to_owned).to_vec(),
        })
    }

    async fn webhook_view(
        &self,
        sitting: &Sitting,
        webhook: Webhook,
    ) -> Result<WebhookView, OfficeError> {
        let hub = &sitting.hub;
        let backlog = self.herald()?.waiting(hub, &webhook).await?;
        let name = webhook.shop.clone();
        let last = self.store.deliveries(hub.id, name, None, 1).await?;
        let may_change = sitting.staff.may(Permission::ChangeSettings);
        let is_retried = webhook.paused_at.is_none() && webhook.failing_since.is_some();
        Ok(WebhookView {
            address: if may_change {
                webhook.url
            } else {
                host_of(&webhook.url)
            },
            shop: webhook.shop,
            events: webhook.events,
            created_at: webhook.created_at.unix_ms(),
            paused_at: webhook.paused_at.map(|at| at.unix_ms()),
            failing_since: webhook.failing_since.map(|at| at.unix_ms()),
            next_at: is_retried.then_some(webhook.next_at.unix_ms()),
            waiting: backlog.waiting,
            more_waiting: backlog.more,
            last: last.into_iter().next().map(WebhookDelivery::from),
        })
    }

    /// What a store was told, the latest first.
    pub async fn deliveries(
        &self,
        sitting: &Sitting,
        filter: DeliveryFilter,
    ) -> Result<DeliveryList, OfficeError> {
        sitting.permit_one_of(&[Permission::ChangeSettings, Permission::SeeReports])?;
        let webhook = self.webhook(sitting, &filter.shop).await?;
        let page = DELIVERIES_PAGE + 1;
        let hub = sitting.hub.id;
        let found = self
            .store
            .deliveries(hub, webhook.shop, filter.before, page);
        let mut rows: Vec<WebhookDelivery> = found
            .await?
            .into_iter()
            .map(WebhookDelivery::from)
            .collect();
        let more = rows.len() == page as usize;
        rows.truncate(DELIVERIES_PAGE as usize);
        let next = rows.last().filter(|_| more).map(|last| last.number);
        Ok(DeliveryList { rows, next })
    }

    /// Has a store told what happens from now on; the secret that signs it is shown this once.
    pub async fn make_webhook(
        &self,
        sitting: &Sitting,
        asked: MakeWebhook,
    ) -> Result<WebhookMade, OfficeError> {
        sitting.permit(Permission::ChangeSettings)?;
        let url = asked.url.trim();
        if url.len() > URL_MAX {
            return Err(URL_INVALID.into());
        }
        self.herald()?.check(url).map_err(OfficeRefusal::from)?;
        let known = |event: &String| EVENTS.contains(&event.as_str());
        if !asked.events.iter().all(known) {
            return Err(EVENT_UNKNOWN.into());
        }
        // The address is taken also where the same press came before: nobody can show the secret again.
        let others = self.store.webhooks(sitting.hub.id).await?;
        if others.iter().any(|other| other.shop == asked.shop) {
            return Err(TAKEN.into());
        }
        let secret: [u8; 32] = random_bytes()?;
        let new = NewWebhook {
            shop: asked.shop.clone(),
            url: url.to_owned(),
            secret: secret.iter().map(|byte| format!("{byte:02x}")).collect(),
            events: asked.events,
            at: self.now(),
        };
        self.act(
            sitting,
            asked.action,
            "webhook_made",
            move |holdings, writing| {
                let said = said_of(&new.shop, &new.url, &new.events);
                writing.audit("webhook", &new.shop, None, Some(&said));
                match holdings.add_webhook(&new)? {
                    WebhookAdded::Added => Ok(()),
                    WebhookAdded::ShopUnknown => Err(OfficeRefusal::NOT_FOUND.into()),
                    WebhookAdded::Taken => Err(TAKEN.into()),
                }
            },
        )
        .await?;
        let made = self.webhook(sitting, &asked.shop).await?;
        Ok(WebhookMade {
            shop: made.shop,
            secret: made.secret,
        })
    }

    /// Tells a store nothing for a time, or goes on with what waits.
    pub async fn pause_webhook(
        &self,
        sitting: &Sitting,
        asked: PauseWebhook,
    ) -> Result<WebhookList, OfficeError> {
        sitting.permit(Permission::ChangeSettings)?;
        let shop = self.webhook(sitting, &asked.shop).await?.shop;
        let paused = asked.paused;
        self.act(
            sitting,
            asked.action,
            "webhook_paused",
            move |holdings, writing| {
                let said = |paused: bool| json!({ "paused": paused }).to_string();
                writing.audit("webhook", &shop, Some(&said(!paused)), Some(&said(paused)));
                let at = paused.then_some(writing.now);
                done(
                    holdings.pause_webhook(&shop, at)?,
                    OfficeRefusal::NOTHING_CHANGED,
                )
            },
        )
        .await?;
        self.webhooks(sitting).await
    }

    /// Tells a store everything again from a number on.
    pub async fn replay_webhook(
        &self,
        sitting: &Sitting,
        asked: ReplayWebhook,
    ) -> Result<WebhookList, OfficeError> {
        sitting.permit(Permission::ChangeSettings)?;
        let ReplayWebhook { action, shop, from } = asked;
        self.act(
            sitting,
            action,
            "webhook_replayed",
            move |holdings, writing| {
                let said = json!({ "told_again_from": from }).to_string();
                writing.audit("webhook", &shop, None, Some(&said));
                done(
                    holdings.replay_webhook(&shop, from)?,
                    OfficeRefusal::NOT_FOUND,
                )
            },
        )
        .await?;
        self.webhooks(sitting).await
    }

    /// Tells a store nothing any more, and forgets what it was told.
    pub async fn remove_webhook(
        &self,
        sitting: &Sitting,
        asked: RemoveWebhook,
    ) -> Result<WebhookList, OfficeError> {
        sitting.permit(Permission::ChangeSettings)?;
        let mut known = self.store.webhooks(sitting.hub.id).await?.into_iter();
        let known = known.find(|webhook| webhook.shop == asked.shop);
        let said = known.map(|webhook| said_of(&webhook.shop, &webhook.url, &webhook.events));
        let shop = asked.shop;
        self.act(
            sitting,
            asked.action,
            "webhook_removed",
            move |holdings, writing| {
                writing.audit("webhook", &shop, said.as_deref(), None);
                done(holdings.remove_webhook(&shop)?, OfficeRefusal::NOT_FOUND)
            },
        )
        .await?;
        self.webhooks(sitting).await
    }

    /// Sends a store something of which nothing follows, and waits for its answer.
    pub async fn try_webhook(
        &self,
        sitting: &Sitting,
        asked: TryWebhook,
    ) -> Result<WebhookTried, OfficeError> {
        sitting.permit(Permission::ChangeSettings)?;
        let webhook = self.webhook(sitting, &asked.shop).await?;
        let herald = self.herald()?;
        let answer = herald.try_out(&sitting.hub, &webhook, self.now()).await;
        Ok(WebhookTried {
            taken: answer.is_ok(),
            answer: answer.unwrap_or_else(|why| why),
        })
    }

    async fn webhook(&self, sitting: &Sitting, shop: &str) -> Result<Webhook, OfficeError> {
        let known = self.store.webhooks(sitting.hub.id).await?;
        let found = known.into_iter().find(|webhook| webhook.shop == shop);
        Ok(found.ok_or(OfficeRefusal::NOT_FOUND)?)
    }

    /// Who tells stores what happens. Commands beside the server have nobody for it, and ask for no
    /// webhook.
    fn herald(&self) -> Result<&Herald, OfficeRefusal> {
        self.herald.as_ref().ok_or(OfficeRefusal::NOT_FOUND)
    }
}

fn done(is_done: bool, otherwise: OfficeRefusal) -> Result<(), Halt> {
    if is_done {
        Ok(())
    } else {
        Err(otherwise.into())
    }
}

/// What the audit says of a webhook: of its address only the host, the rest may be a secret.
fn said_of(shop: &str, url: &str, events: &[String]) -> String {
    json!({ "name": shop, "address": host_of(url), "events": events }).to_string()
}

fn host_of(url: &str) -> String {
    let url = Url::parse(url).ok();
    let host = url.and_then(|url| url.host_str().map(str::to_owned));
    host.unwrap_or_default()
}
