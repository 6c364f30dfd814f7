//! What a till does to orders that were placed elsewhere or before: hands them over, takes goods back.

use comptoir_domain::decide::{Context, take_return};
use comptoir_domain::event::Event;
use comptoir_domain::ids::{CollectionId, IdSource, LineId, PaymentId, ShiftId};
use comptoir_domain::money::Money;
use comptoir_domain::order::{
    Channel, CollectedPart, Collection, Fate, Fulfilment, Order, Payment, PaymentStatus,
    ReturnedPart, Seen,
};
use comptoir_domain::quantity::Quantity;
use comptoir_domain::shift::TillBooks;
use comptoir_domain::staff::Role;
use comptoir_domain::tender::{TenderId, TenderKind};
use comptoir_sync::feed::EntityKind;

use super::TillSide;
use super::cashier::one_of;
use crate::simulation::shop;

impl TillSide {
    /// Takes back something that a customer brings, from an order that this till sees.
    pub(crate) fn take_goods_back(&mut self, random: &mut fastrand::Rng) {
        let orders: Vec<Order> = self.shown(EntityKind::ORDER);
        let is_held = |order: &&Order| order.lines.iter().any(|line| line.kept().is_positive());
        let held: Vec<&Order> = orders.iter().filter(is_held).collect();
        let (Some(order), Some(shift)) = (one_of(&held, random), self.open_shift()) else {
            return;
        };
        let parts = brought_back(order, random);
        let tender = self.settings.tender(&TenderId::new("cash")).cloned();
        let tender = tender.expect("there is cash");
        let settings = self.settings.clone();
        let (now, staff, location) = (self.clock.now(), self.staff, self.location);
        let mut context = Context {
            now,
            staff,
            role: Role::Manager,
            approved_by: None,
            till: self.core().till(),
            location,
            settings: &settings,
            ids: &mut self.ids,
        };
        let refund = (&tender, None);
        let Ok(events) = take_return(order, parts, "not_liked", refund, shift, &mut context) else {
            return;
        };
        let disk = self.disk.clone();
        let (core, _) = self.running();
        let written = core.record("goods_returned", events);
        let written = disk.unless_struck(written, "a fact is written down");
        self.returns += u64::from(written.is_some());
    }

    fn open_shift(&self) -> Option<ShiftId> {
        let till = self.core().till().to_string();
        let books: Option<TillBooks> = self.shown_one(EntityKind::TILL, &till);
        books?.open_shift
    }

    /// Hands an online order over as this till sees it, amended a little, paid in cash.
    pub(crate) fn hand_over_an_online_order(&mut self, random: &mut fastrand::Rng) {
        let orders: Vec<Order> = self.shown(EntityKind::ORDER);
        let waiting = |order: &Order| {
            order.heading.channel == Channel::Shop && order.fulfilment() == Fulfilment::Accepted
        };
        let waiting: Vec<Order> = orders.into_iter().filter(waiting).collect();
        if waiting.is_empty() {
            return;
        }
        let Some(shift) = self.open_shift() else {
            return;
        };
        let order = &waiting[random.usize(0..waiting.len())];
        let events = self.hand_over_events(order, shift, random);
        let disk = self.disk.clone();
        let (core, _) = self.running();
        let written = core.record("handed_over", events);
        let written = disk.unless_struck(written, "a fact is written down");
        self.online_orders_handed_over += u64::from(written.is_some());
    }

    fn hand_over_events(
        &mut self,
        order: &Order,
        shift: ShiftId,
        random: &mut fastrand::Rng,
    ) -> Vec<Event> {
        let id = order.id();
        let mut after = order.clone();
        let mut events = Vec::new();
        if random.bool() && !order.lines.is_empty() {
            let mut added = order.lines[0].clone();
            added.id = LineId::from_uuid(self.ids.next_uuid());
            let operation = shop::an_operation(order, added, random);
            after.operate(&operation, &Default::default());
            events.push(Event::OrderAmended {
                order: id,
                seen: Seen {
                    rev: order.rev,
                    own: None,
                },
                operations: vec![operation],
                removed: Vec::new(),
                taken_back: Vec::new(),
                shift: Some(shift),
            });
        }
        let parts: Vec<CollectedPart> = after
            .lines
            .iter()
            .filter(|line| line.outstanding().is_positive())
            .map(|line| CollectedPart {
                line: line.id,
                quantity: line.outstanding(),
                wanted: line.wanted(),
                collected: line.collected,
            })
            .collect();
        let due = after.totals().due;
        if due.is_positive() {
            let payment = Payment {
                id: PaymentId::from_uuid(self.ids.next_uuid()),
                tender: TenderId::new("transfer"),
                kind: TenderKind::Transfer,
                amount: due,
                tendered: None,
                change: Money::ZERO,
                rounding: Money::ZERO,
                reference: None,
                status: PaymentStatus::Captured,
                at: self.clock.now(),
                shift: Some(shift),
                account: None,
                capture_before: None,
            };
            events.push(Event::PaymentTaken { order: id, payment });
        }
        let collection = Collection {
            id: CollectionId::from_uuid(self.ids.next_uuid()),
            at: self.clock.now(),
            by: Some(self.staff),
            location: order.heading.location,
            parts,
            fetched_by: None,
        };
        events.push(Event::GoodsCollected {
            order: id,
            collection,
            shift: Some(shift),
        });
        events
    }
}

/// Up to all that the customer has of one or two lines; now and then more than that.
fn brought_back(order: &Order, random: &mut fastrand::Rng) -> Vec<ReturnedPart> {
    let held = order.lines.iter().filter(|line| line.kept().is_positive());
    held.take(random.usize(1..3))
        .map(|line| ReturnedPart {
            line: line.id,
            quantity: match random.u32(0..8) {
                0 => line.kept() + Quantity::ONE,
                1..4 => line.kept().min(Quantity::ONE),
                _ => line.kept(),
            },
            restock: match random.bool() {
                true => Fate::BackToShelf,
                false => Fate::Wasted,
            },
        })
        .collect()
}
