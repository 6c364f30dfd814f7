//! The person in front of a till: presses whatever the screen offers, and hands online orders over.

use comptoir_domain::event::Event;
use comptoir_domain::ids::{
    ActionId, CollectionId, IdSource, LineId, PaymentId, ShiftId, VariantId,
};
use comptoir_domain::money::Money;
use comptoir_domain::order::{
    Channel, CollectedPart, Collection, Fulfilment, Order, Payment, PaymentStatus, Seen,
};
use comptoir_domain::quantity::Quantity;
use comptoir_domain::shift::TillBooks;
use comptoir_domain::tender::{TenderId, TenderKind};
use comptoir_sync::feed::EntityKind;
use comptoir_till::Core;
use comptoir_till::wire::{
    AddVariant, DiscardOrder, PayAdd, RemoveLine, Screen, ShiftClose, ShiftCount, ShiftOpen,
    StaffSignIn, StepQuantity, TenderCount,
};

use super::TillSide;
use super::stored::sales_of;
use crate::simulation::server::PIN;
use crate::simulation::shop;

impl TillSide {
    pub(super) fn action(&mut self) -> ActionId {
        ActionId::from_uuid(self.ids.next_uuid())
    }

    /// Presses whatever the screen offers. A refusal is as good an answer as any.
    pub(crate) fn press_something(&mut self, random: &mut fastrand::Rng) {
        let action = self.action();
        let variant = self.server_variants[random.usize(0..self.server_variants.len())];
        let staff = self.staff;
        let core = self.core.as_mut().expect("the till runs between two steps");
        let Ok(view) = core.view() else { return };
        match view.screen {
            Screen::SignIn(_) => {
                let _ = core.staff_sign_in(&StaffSignIn {
                    staff,
                    pin: PIN.to_owned(),
                });
            }
            Screen::OpenShift(_) => {
                let _ = core.shift_open(&ShiftOpen {
                    action,
                    float: Money::minor(5000),
                    denominations: Vec::new(),
                });
            }
            Screen::CloseShift(_) => {
                let counts = vec![TenderCount {
                    tender: "cash".to_owned(),
                    amount: Some(Money::minor(random.i64(0..90_000))),
                    denominations: Vec::new(),
                }];
                let _ = core.shift_count(&ShiftCount { action, counts });
                let close = ShiftClose {
                    action: ActionId::from_uuid(self.ids.next_uuid()),
                    float_left: Money::minor(0),
                    rest_to: "safe".to_owned(),
                };
                if core.shift_close(&close).is_err() {
                    let _ = core.shift_close_cancel();
                }
            }
            Screen::ZReport(_) => {
                let _ = core.z_report_leave();
            }
            Screen::Sell(_) => self.sell(action, variant, random),
            _ => {}
        }
    }

    fn sell(&mut self, action: ActionId, variant: VariantId, random: &mut fastrand::Rng) {
        let core = self.core.as_mut().expect("the till runs between two steps");
        let before = sales_of(core);
        match random.u32(0..100) {
            0..55 => {
                let quantity = random.bool().then(|| Quantity::pieces(random.i64(1..4)));
                let _ = core.order_add_variant(&AddVariant {
                    variant,
                    quantity,
                    confirmed: true,
                });
            }
            55..60 => {
                if let Some(line) = first_line(core) {
                    let _ = core.order_step_quantity(&StepQuantity {
                        line,
                        delta: Quantity::pieces(-1),
                    });
                }
            }
            60..63 => {
                let _ = core.order_undo();
            }
            63..65 => {
                if let Some(line) = first_line(core) {
                    let _ = core.order_remove_line(&RemoveLine { line });
                }
            }
            65..95 => {
                let tender = if random.bool() {
                    "cash"
                } else {
                    "card_standalone"
                };
                let pay = PayAdd {
                    action,
                    tender: tender.to_owned(),
                    amount: None,
                    tendered: None,
                    reference: None,
                    confirmed: true,
                };
                let _ = core.pay_add(&pay);
                if random.bool() {
                    let _ = core.pay_add(&pay);
                }
            }
            95..97 => {
                let _ = core.order_discard(&DiscardOrder {
                    action,
                    reason: None,
                    approval: None,
                });
            }
            _ => {
                let _ = core.shift_close_begin();
            }
        }
        for order in sales_of(core).difference(&before) {
            self.sales += 1;
            self.shown_as_done.insert(*order);
        }
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
        let books: Option<TillBooks> =
            self.shown_one(EntityKind::TILL, &self.core().till().to_string());
        let Some(shift) = books.and_then(|books| books.open_shift) else {
            return;
        };
        let order = &waiting[random.usize(0..waiting.len())];
        let events = self.hand_over_events(order, shift, random);
        let core = self.core.as_mut().expect("the till runs between two steps");
        core.record("handed_over", events)
            .expect("a fact is written down");
        self.online_orders_handed_over += 1;
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

fn first_line(core: &mut Core) -> Option<LineId> {
    match core.view().ok()?.screen {
        Screen::Sell(sell) => sell.order?.lines.first().map(|line| line.id),
        _ => None,
    }
}
