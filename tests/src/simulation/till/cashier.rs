//! The person in front of a till: presses whatever the screen offers, and hands online orders over.

use comptoir_domain::decide::{Context, take_return};
use comptoir_domain::event::Event;
use comptoir_domain::ids::{ActionId, CollectionId, IdSource, LineId, PaymentId, ShiftId};
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
use comptoir_till::Core;
use comptoir_till::wire::{
    AddVariant, CashMove, DiscardOrder, Discount, DrawerOpen, GiveDiscount, OverridePrice, PayAdd,
    PayUndo, RecallOrder, RemoveLine, Screen, SellView, SetQuantity, ShiftClose, ShiftCount,
    ShiftOpen, StaffSignIn, StepQuantity, TenderCorrect, TenderCount,
};

use super::TillSide;
use super::stored::sales_of;
use crate::simulation::server::PIN;
use crate::simulation::shop;

impl TillSide {
    pub(super) fn action(&mut self) -> ActionId {
        ActionId::from_uuid(self.ids.next_uuid())
    }

    /// Presses one to three times, while the till is alive.
    pub(crate) fn press_a_few(&mut self, random: &mut fastrand::Rng) {
        for _ in 0..random.u32(1..4) {
            if !self.disk.is_dead() {
                self.press_something(random);
            }
        }
    }

    /// Presses whatever the screen offers. A refusal is as good an answer as any.
    fn press_something(&mut self, random: &mut fastrand::Rng) {
        let action = self.action();
        let second = self.action();
        let (core, _) = self.running();
        let Ok(view) = core.view() else { return };
        match view.screen {
            Screen::SignIn(view) => {
                let staff = view.staff[random.usize(0..view.staff.len())].id;
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
            Screen::CloseShift(_) => close_shift(core, (action, second), random),
            Screen::ZReport(_) => {
                let _ = core.z_report_leave();
            }
            Screen::Sell(view) => self.sell(action, &view, random),
            _ => {}
        }
    }

    fn sell(&mut self, action: ActionId, view: &SellView, random: &mut fastrand::Rng) {
        let variants: Vec<String> = self.entities(EntityKind::VARIANT).into_keys().collect();
        let (core, _) = self.running();
        let before = sales_of(core);
        match random.u32(0..100) {
            0..42 => {
                if let Some(variant) = one_of(&variants, random) {
                    let _ = core.order_add_variant(&AddVariant {
                        variant: variant.parse().expect("an id"),
                        quantity: random.bool().then(|| Quantity::pieces(random.i64(1..4))),
                        confirmed: true,
                    });
                }
            }
            42..56 => change_order(core, action, view, random),
            56..86 => pay(core, action, view, random),
            86..96 => around_the_sale(core, action, view, random),
            96..97 => {
                let _ = core.staff_sign_out();
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

fn one_of<'a, T>(things: &'a [T], random: &mut fastrand::Rng) -> Option<&'a T> {
    (!things.is_empty()).then(|| &things[random.usize(0..things.len())])
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

fn close_shift(core: &mut Core, (count, close): (ActionId, ActionId), random: &mut fastrand::Rng) {
    let counts = vec![TenderCount {
        tender: "cash".to_owned(),
        amount: Some(Money::minor(random.i64(0..90_000))),
        denominations: Vec::new(),
    }];
    let counted = ShiftCount {
        action: count,
        counts,
    };
    let _ = core.shift_count(&counted);
    let close = ShiftClose {
        action: close,
        float_left: Money::minor(random.i64(0..2) * 2000),
        rest_to: "safe".to_owned(),
    };
    if core.shift_close(&close).is_err() {
        let _ = core.shift_close_cancel();
    }
}

/// Other quantities, other prices, something off, and all of that taken back.
fn change_order(core: &mut Core, action: ActionId, view: &SellView, random: &mut fastrand::Rng) {
    let lines = view.order.as_ref().map_or(&[][..], |order| &order.lines);
    let Some(line) = one_of(lines, random).map(|line| line.id) else {
        return;
    };
    match random.u32(0..16) {
        0..3 => {
            let delta = Quantity::pieces(random.i64(-2..2));
            let _ = core.order_step_quantity(&StepQuantity { line, delta });
        }
        3..5 => {
            let _ = core.order_set_quantity(&SetQuantity {
                line,
                quantity: Quantity::pieces(random.i64(0..6)),
                confirmed: true,
            });
        }
        5..7 => {
            let _ = core.order_remove_line(&RemoveLine { line, fate: None });
        }
        7..11 => {
            let _ = core.order_discount(&GiveDiscount {
                line: random.bool().then_some(line),
                discount: some_discount(random),
                reason: "short_dated".to_owned(),
                note: None,
                approval: None,
            });
        }
        11..13 => {
            let _ = core.order_override_price(&OverridePrice {
                line,
                unit_price: Money::minor(random.i64(0..400)),
                reason: "shelf_price".to_owned(),
                approval: None,
            });
        }
        13..15 => {
            let _ = core.order_undo();
        }
        _ => {
            let _ = core.order_discard(&DiscardOrder {
                action,
                reason: None,
                approval: None,
            });
        }
    }
}

fn some_discount(random: &mut fastrand::Rng) -> Option<Discount> {
    match random.u32(0..5) {
        0 => None,
        1..3 => Some(Discount::Percent(random.u32(1..40) * 1000 + 333)),
        _ => Some(Discount::Amount(Money::minor(random.i64(1..200)))),
    }
}

/// All at once or a part by each of several tenders; the key is pressed once or twice.
fn pay(core: &mut Core, action: ActionId, view: &SellView, random: &mut fastrand::Rng) {
    let due = view
        .order
        .as_ref()
        .map_or(1, |order| order.due.minor_units());
    let part = random.u32(0..3) == 0;
    let is_cash = random.bool();
    let pay = PayAdd {
        action,
        tender: if is_cash { "cash" } else { "card_standalone" }.to_owned(),
        amount: part.then(|| Money::minor(random.i64(1..due.max(2)))),
        tendered: (is_cash && random.u32(0..4) == 0).then(|| Money::minor(5000)),
        reference: None,
        confirmed: true,
    };
    let _ = core.pay_add(&pay);
    if random.bool() {
        let _ = core.pay_add(&pay);
    }
}

/// What else there is to press: a payment of a split taken back, a wrong tender put right, an order
/// put aside, cash carried about.
fn around_the_sale(core: &mut Core, action: ActionId, view: &SellView, random: &mut fastrand::Rng) {
    match random.u32(0..10) {
        0..2 => {
            let taken = view.order.as_ref().map(|order| &order.pay.taken);
            if let Some(payment) = taken.and_then(|taken| taken.first()) {
                let _ = core.pay_undo(&PayUndo {
                    action,
                    payment: payment.payment,
                });
            }
        }
        2..5 => correct_a_tender(core, action, view, random),
        5..6 => {
            let _ = core.order_park();
        }
        6..7 => {
            let _ = core.order_recall(&RecallOrder { order: None });
        }
        7..9 => {
            let (from, to) = match random.u32(0..3) {
                0 => ("safe", "till"),
                1 => ("till", "bank"),
                _ => ("till", "outside"),
            };
            let _ = core.cash_move(&CashMove {
                action,
                from: from.to_owned(),
                to: to.to_owned(),
                amount: Money::minor(random.i64(1..3000)),
                reason: "change_money".to_owned(),
                approval: None,
            });
        }
        _ => {
            let _ = core.drawer_open(&DrawerOpen {
                action,
                reason: "check".to_owned(),
                approval: None,
            });
        }
    }
}

fn correct_a_tender(
    core: &mut Core,
    action: ActionId,
    view: &SellView,
    random: &mut fastrand::Rng,
) {
    let payments = view.last_sale.as_ref().map(|sale| &sale.payments);
    if let Some(payment) = payments.and_then(|payments| one_of(payments, random)) {
        let tender = if random.bool() {
            "cash"
        } else {
            "card_standalone"
        };
        let _ = core.tender_correct(&TenderCorrect {
            action,
            payment: payment.payment,
            tender: tender.to_owned(),
            reference: None,
        });
    }
}
