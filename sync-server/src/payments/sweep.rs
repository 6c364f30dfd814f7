//! What people have to know of payments: questions without an answer, and promises that end.

use comptoir_domain::entry::EntryRef;
use comptoir_domain::ids::ActionId;
use comptoir_domain::order::{Order, PaymentStatus};
use comptoir_domain::problem::{ProblemRule, ProblemSubject};
use comptoir_domain::time::Timestamp;

use super::PayDesk;
use crate::store::{Hub, NewStep, Noted, PaymentStep, StepKind, StoreError};

/// How long before its end a promise is brought to somebody's notice, in milliseconds: two days.
const LAPSE_WARNING_MS: i64 = 48 * 60 * 60_000;

const UNANSWERED: &str = "unanswered";
const LAPSING: &str = "lapsing";
const LAPSED: &str = "lapsed";
const OVER: &str = "over";

impl PayDesk {
    /// Looks after promises whose end is near: those that were asked for in part are fetched now, and
    /// of the others a person is told. Returns how many problems it opened.
    pub async fn look_after_promises(&self, now: Timestamp) -> Result<u32, StoreError> {
        let mut opened = 0;
        let before = now.plus_ms(LAPSE_WARNING_MS);
        for hub in self.store.hubs().await? {
            for step in self.store.lapsing_authorisations(hub.id, before).await? {
                let Some(order) = self.order(&hub, step.order).await? else {
                    continue;
                };
                let status = order.payment(step.payment).map(|payment| payment.status);
                match status {
                    Some(PaymentStatus::Authorised) => {
                        opened += self.note_end(&hub, &step, &order, now).await?;
                    }
                    Some(PaymentStatus::CaptureRequested) => {
                        self.fetch(&hub, &step, &order, now).await?;
                    }
                    _ => self.end_noted(&hub, &step, "settled", now).await?,
                }
            }
        }
        Ok(opened)
    }

    /// The goods that are still to come will not come before the promise ends.
    async fn fetch(
        &self,
        hub: &Hub,
        step: &PaymentStep,
        order: &Order,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let requested = order.payment(step.payment).map(|payment| payment.amount);
        let amount = requested.unwrap_or(step.amount);
        let capture = NewStep::follow(StepKind::Capture, step.order, step.payment, amount, now);
        self.store.open_payment_steps(hub.id, vec![capture]).await?;
        self.end_noted(hub, step, "captured", now).await
    }

    async fn note_end(
        &self,
        hub: &Hub,
        step: &PaymentStep,
        order: &Order,
        now: Timestamp,
    ) -> Result<u32, StoreError> {
        let is_over = step.capture_before.is_some_and(|before| before <= now);
        let (rule, word) = if is_over {
            (ProblemRule::AuthorisationLapsed, LAPSED)
        } else {
            (ProblemRule::AuthorisationLapsing, LAPSING)
        };
        if step.noted.as_deref() == Some(word) {
            return Ok(0);
        }
        let mut noted = Vec::new();
        if is_over {
            let near = ProblemRule::AuthorisationLapsing;
            noted.extend(self.noted(hub, step, order, near, Some("lapsed")).await?);
        }
        noted.extend(self.noted(hub, step, order, rule, None).await?);
        self.store.note_problems(hub.id, noted, now).await?;
        let (key, word) = (step.key.clone(), word.to_owned());
        self.store.set_step_noted(hub.id, key, word).await?;
        Ok(1)
    }

    pub(super) async fn note_unanswered(
        &self,
        hub: &Hub,
        step: &PaymentStep,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let Some(order) = self.order(hub, step.order).await? else {
            return Ok(());
        };
        let rule = ProblemRule::PaymentUnanswered;
        let noted = self.noted(hub, step, &order, rule, None).await?;
        let noted = noted.into_iter().collect();
        self.store.note_problems(hub.id, noted, now).await?;
        let (key, word) = (step.key.clone(), UNANSWERED.to_owned());
        self.store.set_step_noted(hub.id, key, word).await
    }

    /// Whatever was noted about a question is over.
    pub(super) async fn end_noted(
        &self,
        hub: &Hub,
        step: &PaymentStep,
        how: &'static str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let rule = match step.noted.as_deref() {
            Some(UNANSWERED) => Some(ProblemRule::PaymentUnanswered),
            Some(LAPSING) => Some(ProblemRule::AuthorisationLapsing),
            Some(LAPSED) => Some(ProblemRule::AuthorisationLapsed),
            _ => None,
        };
        if let Some(rule) = rule
            && let Some(order) = self.order(hub, step.order).await?
        {
            let noted = self.noted(hub, step, &order, rule, Some(how)).await?;
            let noted = noted.into_iter().collect();
            self.store.note_problems(hub.id, noted, now).await?;
        }
        let is_promise = step.capture_before.is_some();
        if rule.is_some() || is_promise {
            let word = if is_promise { OVER } else { how };
            let (key, word) = (step.key.clone(), word.to_owned());
            self.store.set_step_noted(hub.id, key, word).await?;
        }
        Ok(())
    }

    async fn noted(
        &self,
        hub: &Hub,
        step: &PaymentStep,
        order: &Order,
        rule: ProblemRule,
        ended: Option<&'static str>,
    ) -> Result<Option<Noted>, StoreError> {
        let subject = ProblemSubject {
            order: Some(step.order),
            payment: Some(step.payment),
            ..ProblemSubject::default()
        };
        let entry = self.entry_of(hub, order).await?;
        Ok(entry.map(|entry| Noted {
            rule,
            subject,
            entry,
            ended,
        }))
    }

    /// The entry that placed an order here: with it the problem has the same name each time.
    async fn entry_of(&self, hub: &Hub, order: &Order) -> Result<Option<EntryRef>, StoreError> {
        let action = ActionId::from_uuid(order.id().uuid());
        let placed = self.store.entry_of(hub.id, action).await?;
        let placed = placed.map(|row| EntryRef {
            source: row.source,
            epoch: row.epoch,
            seq: row.seq,
        });
        Ok(placed.or(order.last_entry))
    }
}
