//! What people do to orders at the office.

use comptoir_domain::catalogue::Variant;
use comptoir_domain::decide::{self, Article};
use comptoir_domain::draft::Draft;
use comptoir_domain::event::Event;
use comptoir_domain::ids::{AttachmentId, IdSource, LineId, OrderId, SlotId, VariantId};
use comptoir_domain::money::Money;
use comptoir_domain::order::Order;
use comptoir_domain::price::WinningPrice;
use comptoir_domain::quantity::Quantity;
use comptoir_domain::refusal::{Refusal, RefusalCode};
use comptoir_domain::settings::HubSettings;
use comptoir_domain::slot::Slot;
use comptoir_domain::staff::Permission;
use comptoir_sync::feed::EntityKind;
use serde::Serialize;
use uuid::Uuid;

use super::act::{Halt, Writing, needed};
use super::desk::OfficeDesk;
use super::refusal::{OfficeError, OfficeRefusal};
use super::sitting::Sitting;
use super::wire::{
    AmendOrder, AmendStep, CancelOrder, MarkReady, MoveSlot, NoteOrder, OrderView, RefundOrder,
};
use crate::entropy::FreshIds;
use crate::store::{ActAttachment, EntityChange, Holdings, NewStep, StepKind};

/// The most steps of one amendment.
const STEPS_MAX: usize = 500;

/// The longest note, in characters.
const NOTE_MAX: usize = 500;

/// The longest reason, in characters.
const REASON_MAX: usize = 200;

/// The text of a note as tills read it.
#[derive(Debug, Serialize)]
struct NoteBody<'a> {
    text: &'a str,
}

/// An article that a step puts on an order.
type Wanted = (Variant, Option<WinningPrice>);

/// The order that somebody saw; another one meanwhile is refused.
fn seen_order(holdings: &mut dyn Holdings, id: OrderId, rev: u64) -> Result<Order, Halt> {
    let order: Order = needed(holdings, EntityKind::ORDER, id)?;
    if order.rev == rev {
        Ok(order)
    } else {
        Err(OfficeRefusal::CHANGED.into())
    }
}

fn short(reason: &str) -> String {
    reason.trim().chars().take(REASON_MAX).collect()
}

impl OfficeDesk {
    /// Does something to an order and answers with it as it is then.
    async fn on_order(
        &self,
        sitting: &Sitting,
        id: Uuid,
        (action, kind): (Uuid, &'static str),
        work: impl FnOnce(&mut dyn Holdings, &mut Writing, &HubSettings, &Sitting) -> Result<(), Halt>
        + Send
        + 'static,
    ) -> Result<OrderView, OfficeError> {
        let hub = sitting.hub.id;
        let who = sitting.clone();
        self.act(sitting, action, kind, move |holdings, writing| {
            let settings: HubSettings = needed(holdings, EntityKind::SETTINGS, hub)?;
            work(holdings, writing, &settings, &who)
        })
        .await?;
        self.order(sitting, id).await
    }

    /// Changes what is on an order: all of it, or nothing.
    pub async fn amend_order(
        &self,
        sitting: &Sitting,
        id: Uuid,
        asked: AmendOrder,
    ) -> Result<OrderView, OfficeError> {
        sitting.permit(Permission::HandleOrders)?;
        if asked.steps.is_empty() || asked.steps.len() > STEPS_MAX {
            return Err(Refusal::from(RefusalCode::NothingChanged).into());
        }
        let wanted = self.wanted(sitting, id, &asked.steps).await?;
        let order = OrderId::from_uuid(id);
        let act = (asked.action, "order_amended");
        self.on_order(sitting, id, act, move |holdings, writing, settings, who| {
            let order = seen_order(holdings, order, asked.rev)?;
            let location = order.heading.location;
            let mut draft = Draft::amending(order, writing.now);
            let mut ids = FreshIds::new(writing.now).map_err(|_| OfficeRefusal::new("internal"))?;
            let mut context = who.context(location, settings, &mut ids, writing.now);
            for (step, article) in asked.steps.iter().zip(&wanted) {
                let taken = take(&draft, step, article.as_ref(), &mut context)?;
                draft.take(taken);
            }
            let amended = decide::amend(&draft, None).ok_or(OfficeRefusal::NOTHING_CHANGED)?;
            writing.events.push(amended);
            Ok(())
        })
        .await
    }

    /// Looks up what steps put on an order, at the prices of this moment and of its customer.
    async fn wanted(
        &self,
        sitting: &Sitting,
        order: Uuid,
        steps: &[AmendStep],
    ) -> Result<Vec<Option<Wanted>>, OfficeError> {
        let now = self.now();
        let overview = self.overview(&sitting.hub).await?;
        let overview = overview.read();
        let customer = overview.orders.get(&OrderId::from_uuid(order));
        let customer = customer.and_then(|order| order.customer);
        let look_up = |step: &AmendStep| match step {
            AmendStep::Add { variant, .. } | AmendStep::Substitute { variant, .. } => {
                let variant = overview.variants.get(&VariantId::from_uuid(*variant));
                let variant = variant.ok_or(OfficeRefusal::NOT_FOUND)?.thing.clone();
                let price = overview.price(&variant, customer, now);
                Ok(Some((variant, price)))
            }
            _ => Ok(None),
        };
        let wanted: Result<Vec<_>, OfficeRefusal> = steps.iter().map(look_up).collect();
        Ok(wanted?)
    }

    /// Calls an order off; money that was paid is then owed to its customer.
    pub async fn cancel_order(
        &self,
        sitting: &Sitting,
        id: Uuid,
        asked: CancelOrder,
    ) -> Result<OrderView, OfficeError> {
        let order = OrderId::from_uuid(id);
        let act = (asked.action, "order_cancelled");
        self.on_order(sitting, id, act, move |holdings, writing, settings, who| {
            let order = seen_order(holdings, order, asked.rev)?;
            let location = order.heading.location;
            let context = who.context(location, settings, &mut writing.ids, writing.now);
            let event = decide::cancel(&order, &short(&asked.reason), &context)?;
            writing.events.push(event);
            Ok(())
        })
        .await
    }

    /// Writes something on an order.
    pub async fn note_order(
        &self,
        sitting: &Sitting,
        id: Uuid,
        asked: NoteOrder,
    ) -> Result<OrderView, OfficeError> {
        sitting.permit(Permission::HandleOrders)?;
        let plain = |letter: &char| !letter.is_control() || *letter == '\n';
        let text: String = asked.text.trim().chars().filter(plain).collect();
        if text.is_empty() || text.chars().count() > NOTE_MAX {
            return Err(OfficeRefusal::new("text_invalid").into());
        }
        let order = OrderId::from_uuid(id);
        let act = (asked.action, "note_added");
        self.on_order(sitting, id, act, move |holdings, writing, settings, who| {
            let order: Order = needed(holdings, EntityKind::ORDER, order)?;
            let note = AttachmentId::from_uuid(writing.ids.next_uuid());
            let salt = writing.ids.next_salt();
            let body = NoteBody { text: &text };
            writing
                .entities
                .push(EntityChange::put(EntityKind::NOTE, note, &body)?);
            writing.attachments.push(ActAttachment {
                id: note,
                salt,
                content: text.clone(),
            });
            let location = order.heading.location;
            let context = who.context(location, settings, &mut writing.ids, writing.now);
            let event = decide::add_note(&order, note, &context)?;
            writing.events.push(event);
            Ok(())
        })
        .await
    }

    /// The basket stands ready.
    pub async fn mark_ready(
        &self,
        sitting: &Sitting,
        id: Uuid,
        asked: MarkReady,
    ) -> Result<OrderView, OfficeError> {
        let order = OrderId::from_uuid(id);
        let act = (asked.action, "order_ready");
        self.on_order(sitting, id, act, move |holdings, writing, settings, who| {
            let order = seen_order(holdings, order, asked.rev)?;
            let location = order.heading.location;
            let context = who.context(location, settings, &mut writing.ids, writing.now);
            let event = decide::mark_ready(&order, asked.basket.as_deref(), &context)?;
            writing.events.push(event);
            Ok(())
        })
        .await
    }

    /// Fetched at another time or place.
    pub async fn move_order(
        &self,
        sitting: &Sitting,
        id: Uuid,
        asked: MoveSlot,
    ) -> Result<OrderView, OfficeError> {
        let order = OrderId::from_uuid(id);
        let slot = SlotId::from_uuid(asked.slot);
        let act = (asked.action, "order_moved");
        self.on_order(sitting, id, act, move |holdings, writing, settings, who| {
            let order = seen_order(holdings, order, asked.rev)?;
            let slot: Slot = needed(holdings, EntityKind::SLOT, slot)?;
            let location = order.heading.location;
            let context = who.context(location, settings, &mut writing.ids, writing.now);
            let event = decide::move_order(&order, &slot, &context)?;
            writing.events.push(event);
            Ok(())
        })
        .await
    }

    /// Gives back what is owed, without a drawer.
    pub async fn refund_order(
        &self,
        sitting: &Sitting,
        id: Uuid,
        asked: RefundOrder,
    ) -> Result<OrderView, OfficeError> {
        let order = OrderId::from_uuid(id);
        let act = (asked.action, "refund");
        self.on_order(sitting, id, act, move |holdings, writing, settings, who| {
            let order = seen_order(holdings, order, asked.rev)?;
            let location = order.heading.location;
            let mut tenders = settings.tenders.iter();
            let tender = tenders.find(|tender| tender.id.as_str() == asked.tender);
            let tender = tender.ok_or(OfficeRefusal::new("tender_unknown"))?;
            let amount = asked.amount.map(Money::minor);
            let mut context = who.context(location, settings, &mut writing.ids, writing.now);
            let events = decide::refund_at_office(&order, tender, amount, &mut context)?;
            check_asked(holdings, &events)?;
            writing.events.extend(events);
            Ok(())
        })
        .await
    }
}

/// Money goes back by a payment only where this server asked for it: nobody would do it otherwise.
fn check_asked(holdings: &mut dyn Holdings, events: &[Event]) -> Result<(), Halt> {
    for event in events {
        if let Event::RefundRequested { refund, .. } = event
            && let Some(payment) = refund.payment
            && holdings
                .payment_step(&NewStep::key_of(StepKind::Authorise, payment))?
                .is_none()
        {
            return Err(Refusal::from(RefusalCode::PaymentUnknown).into());
        }
    }
    Ok(())
}

/// One step of an amendment, as the counter takes it.
fn take(
    draft: &Draft,
    step: &AmendStep,
    wanted: Option<&Wanted>,
    context: &mut decide::Context<'_>,
) -> Result<comptoir_domain::draft::Step, Halt> {
    let article = || {
        let (variant, price) = wanted.ok_or(OfficeRefusal::NOT_FOUND)?;
        Ok::<_, OfficeRefusal>(Article {
            variant,
            price: price.as_ref(),
            label_total: None,
            measured: false,
        })
    };
    let line = LineId::from_uuid;
    Ok(match step {
        AmendStep::SetQuantity { line: id, quantity } => {
            let quantity = Quantity::thousandths(*quantity);
            decide::set_quantity(draft, line(*id), quantity, context)?
        }
        AmendStep::Add { quantity, .. } => {
            let article = article()?;
            decide::add(draft, article, Quantity::thousandths(*quantity), context)?
        }
        AmendStep::Remove {
            line: id,
            fate,
            reason,
        } => decide::remove(draft, line(*id), *fate, &short(reason), context)?,
        AmendStep::Substitute {
            line: id,
            quantity,
            fate,
            ..
        } => {
            let article = article()?;
            let quantity = Quantity::thousandths(*quantity);
            decide::substitute(draft, line(*id), article, quantity, *fate, context)?
        }
        AmendStep::ChangePrice {
            line: id,
            unit_price,
            reason,
        } => {
            let price = Money::minor(*unit_price);
            decide::change_price(draft, line(*id), price, &short(reason), context)?
        }
    })
}
