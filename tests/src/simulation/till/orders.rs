//! What the person at a till does with orders that were placed elsewhere or before: looks them up,
//! ticks, amends, weighs, settles, hands over, gives money back, takes goods back.

use comptoir_domain::books::Books;
use comptoir_domain::decide::{Context, take_return};
use comptoir_domain::ids::{ActionId, LineId, OrderId, ShiftId};
use comptoir_domain::order::{Channel, Fate, Fulfilment, Order, ReturnedPart};
use comptoir_domain::problem::Problem;
use comptoir_domain::quantity::{Quantity, Unit};
use comptoir_domain::refusal::Refusal;
use comptoir_domain::shift::TillBooks;
use comptoir_domain::staff::Role;
use comptoir_domain::stock::StockLevel;
use comptoir_domain::tender::TenderId;
use comptoir_sync::feed::EntityKind;
use comptoir_till::wire::{ApiError, Code, LineView, OrderView, Screen, TillView};
use comptoir_till::{Core, TillError};
use serde_json::json;

use super::TillSide;
use super::cashier::one_of;
use crate::simulation::{goods, office, read};

/// How far into the newest orders people reach: few, so that several tills have the same one in hand.
const NEWEST: usize = 4;

impl TillSide {
    /// Somebody comes for an order: it is opened and worked on, as far as the person gets.
    pub(crate) fn serve_a_waiting_order(&mut self, random: &mut fastrand::Rng) {
        let Some(order) = self.some_waiting_order(random) else {
            return;
        };
        for _ in 0..3 {
            // Somebody signs in and opens the shift first, where nobody has.
            if !self.disk.is_dead() && !self.sells() {
                self.press_something(random);
            }
        }
        let (core, _) = self.running();
        let opened = core.order_open(&read(json!({ "order": order, "alone": random.bool() })));
        self.understood(opened);
        for _ in 0..random.u32(2..9) {
            if !self.disk.is_dead() {
                self.press_on_the_order(random);
            }
        }
    }

    fn sells(&mut self) -> bool {
        let (core, _) = self.running();
        core.view()
            .is_ok_and(|view| matches!(view.screen, Screen::Sell(_)))
    }

    /// Mostly one that waits, as this till sees it; sometimes one that is done.
    fn some_waiting_order(&self, random: &mut fastrand::Rng) -> Option<OrderId> {
        let any = random.u32(0..10) == 0;
        let waits = |order: &Order| {
            any || matches!(
                order.fulfilment(),
                Fulfilment::Placed
                    | Fulfilment::Accepted
                    | Fulfilment::Picked
                    | Fulfilment::Ready
                    | Fulfilment::PartlyCollected
            )
        };
        let orders: Vec<Order> = self.shown(EntityKind::ORDER);
        let orders = orders
            .iter()
            .filter(|order| order.heading.channel == Channel::Shop);
        let mut waiting: Vec<OrderId> =
            orders.filter(|order| waits(order)).map(Order::id).collect();
        waiting.sort();
        let newest = waiting.len().saturating_sub(NEWEST);
        one_of(&waiting[newest..], random).copied()
    }

    /// A refusal is as good an answer as any; a fault of the till is not.
    pub(super) fn understood<T>(&self, answer: Result<T, TillError>) {
        if let Err(error) = answer {
            let error = ApiError::from(error);
            let ours = matches!(error.code, Code::Internal | Code::BadRequest);
            assert!(!ours || self.disk.was_struck(), "{}: {error:?}", self.name);
        }
    }

    /// One press with an order open on the screen, whatever it offers.
    pub(super) fn press_on_the_order(&mut self, random: &mut fastrand::Rng) {
        let action = self.action();
        let (core, _) = self.running();
        let Ok(TillView {
            screen: Screen::Sell(view),
            ..
        }) = core.view()
        else {
            return;
        };
        let Some(order) = view.order else { return };
        let before = self.written_here();
        let answer = match random.u32(0..100) {
            0..18 => self.check(&order, random),
            18..45 => self.amend(&order, random),
            45..72 => self.settle(action, &order, random),
            72..92 => self.hand_over(action, random),
            _ => self.leave(action, &order, random),
        };
        self.understood(answer);
        self.remember_written(&before);
    }

    fn check(&mut self, order: &OrderView, random: &mut fastrand::Rng) -> Result<(), TillError> {
        let line = one_of(&order.lines, random).cloned();
        let code = line.as_ref().and_then(|line| self.barcode_of(line));
        let (core, _) = self.running();
        match (random.u32(0..6), line, code) {
            (0..3, _, Some(code)) => core.order_scan(&read(json!({
                "code": code,
                "symbology": null,
                "quantity": null,
                "confirmed": true,
            }))),
            (3, Some(line), _) => core.order_tick(&read(json!({ "line": line.id }))),
            _ => core.order_tick_all(),
        }
        .map(drop)
    }

    fn barcode_of(&self, line: &LineView) -> Option<String> {
        let variant = self
            .entities(EntityKind::VARIANT)
            .remove(&line.variant.to_string())?;
        let variant: comptoir_domain::catalogue::Variant = serde_json::from_str(&variant).ok()?;
        variant.barcodes.first().cloned()
    }

    fn amend(&mut self, order: &OrderView, random: &mut fastrand::Rng) -> Result<(), TillError> {
        let variants: Vec<String> = self.entities(EntityKind::VARIANT).into_keys().collect();
        let (core, _) = self.running();
        let chosen = (one_of(&order.lines, random), one_of(&variants, random));
        let (Some(line), Some(variant)) = chosen else {
            return Ok(());
        };
        change_line(core, line, variant, random)
    }

    fn settle(
        &mut self,
        action: ActionId,
        order: &OrderView,
        random: &mut fastrand::Rng,
    ) -> Result<(), TillError> {
        let (core, _) = self.running();
        if order.pay.to_give_back.is_positive() {
            return give_back(core, action, order, random);
        }
        let tenders = [
            "cash",
            "card_standalone",
            "transfer",
            "credit",
            "on_account",
        ];
        let part = random.u32(0..3) == 0;
        let due = order.due.minor_units().max(2);
        let payment = json!({
            "action": action,
            "tender": tenders[random.usize(0..tenders.len())],
            "amount": part.then(|| random.i64(1..due)),
            "tendered": null,
            "reference": null,
            "confirmed": true,
        });
        let paid = core.pay_add(&read(payment.clone()));
        if random.bool() {
            // The key is pressed twice: it is the same action, and taken once.
            let _ = core.pay_add(&read(payment));
        }
        paid.map(drop)
    }

    fn hand_over(&mut self, action: ActionId, random: &mut fastrand::Rng) -> Result<(), TillError> {
        let what = ["everything", "everything", "ticked", "nothing"][random.usize(0..4)];
        let (core, _) = self.running();
        let request = json!({ "action": action, "what": what });
        let handed_over = core.order_hand_over(&read(request.clone()));
        if random.u32(0..4) == 0 {
            let _ = core.order_hand_over(&read(request));
        }
        handed_over?;
        self.tally.add(&format!("hand-over of {what}"));
        Ok(())
    }

    fn leave(
        &mut self,
        action: ActionId,
        order: &OrderView,
        random: &mut fastrand::Rng,
    ) -> Result<(), TillError> {
        let (core, _) = self.running();
        match random.u32(0..6) {
            0..2 => core.order_park(),
            2 => core.order_discard(&read(json!({
                "action": action,
                "reason": null,
                "approval": null,
            }))),
            3 => core.order_is_ready(&read(json!({
                "action": action,
                "order": order.id,
                "basket": "crate 7",
            }))),
            4 => core.order_cancel(&read(json!({
                "action": action,
                "order": order.id,
                "reason": "no_show",
            }))),
            _ => core.order_undo(),
        }
        .map(drop)
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
        let taken = self.at_the_counter(|context| {
            take_return(order, parts, "not_liked", (&tender, None), shift, context)
        });
        let Ok(events) = taken else { return };
        self.write_down("goods_returned", events);
    }

    /// Goods come from a supplier, are thrown away, are counted, here at the counter.
    pub(crate) fn move_goods(&mut self, random: &mut fastrand::Rng) {
        let levels: Vec<StockLevel> = self.shown(EntityKind::STOCK);
        let mut books = Books::default();
        let levels = levels.into_iter();
        books.stock = levels
            .map(|level| ((level.variant, level.location), level))
            .collect();
        let mut open: Vec<Problem> = self.shown(EntityKind::PROBLEM);
        open.retain(Problem::is_open);
        let seen = goods::Seen {
            variants: self.shown(EntityKind::VARIANT),
            books,
            open,
        };
        if seen.variants.is_empty() {
            return;
        }
        let done = self.at_the_counter(|context| goods::some_act(&seen, context, random));
        if let Ok((kind, events)) = done {
            self.write_down(kind, events);
        }
    }

    /// What a manager decides here.
    fn at_the_counter<T>(
        &mut self,
        decide: impl FnOnce(&mut Context<'_>) -> Result<T, Refusal>,
    ) -> Result<T, Refusal> {
        let settings = self.settings.clone();
        let (now, till) = (self.clock.now(), self.core().till());
        decide(&mut Context {
            now,
            staff: self.staff,
            role: Role::Manager,
            approved_by: None,
            till,
            location: self.location,
            settings: &settings,
            ids: &mut self.ids,
        })
    }

    fn write_down(&mut self, kind: &'static str, events: Vec<comptoir_domain::event::Event>) {
        let before = self.written_here();
        let disk = self.disk.clone();
        let (core, _) = self.running();
        let written = core.record(kind, events);
        if disk
            .unless_struck(written, "a fact is written down")
            .is_some()
        {
            self.tally.add(kind);
        }
        self.remember_written(&before);
    }

    fn open_shift(&self) -> Option<ShiftId> {
        let till = self.core().till().to_string();
        let books: Option<TillBooks> = self.shown_one(EntityKind::TILL, &till);
        books?.open_shift
    }
}

/// Another quantity, another weight, off, or something else in its place.
fn change_line(
    core: &mut Core,
    line: &LineView,
    variant: &str,
    random: &mut fastrand::Rng,
) -> Result<(), TillError> {
    let id: LineId = line.id;
    let some = match line.unit {
        Unit::Each => Quantity::pieces(random.i64(1..6)),
        _ => Quantity::thousandths(random.i64(1..4000)),
    };
    let fate = office::some_fate(random);
    match random.u32(0..14) {
        0..2 => core.order_add_variant(&read(json!({
            "variant": variant,
            "quantity": null,
            "confirmed": true,
        }))),
        2..4 => core.order_step_quantity(&read(json!({
            "line": id,
            "delta": Quantity::pieces(if random.bool() { 1 } else { -1 }),
        }))),
        4..7 => core.order_set_quantity(&read(json!({
            "line": id,
            "quantity": some,
            "confirmed": true,
        }))),
        7..9 => core.order_remove_line(&read(json!({ "line": id, "fate": fate }))),
        9..11 => core.order_weigh(&read(json!({ "line": id, "weight": some }))),
        11 => core.order_substitute(&read(json!({
            "line": id,
            "variant": variant,
            "quantity": Quantity::ONE,
            "fate": fate,
        }))),
        12 => core.order_override_price(&read(json!({
            "line": id,
            "unitPrice": random.i64(0..400),
            "reason": "shelf_price",
            "approval": null,
        }))),
        _ => core.order_undo(),
    }
    .map(drop)
}

fn give_back(
    core: &mut Core,
    action: ActionId,
    order: &OrderView,
    random: &mut fastrand::Rng,
) -> Result<(), TillError> {
    let tenders = ["cash", "credit", "card_standalone", "transfer"];
    let part = random.u32(0..3) == 0;
    let owed = order.pay.to_give_back.minor_units().max(2);
    let request = json!({
        "action": action,
        "tender": tenders[random.usize(0..tenders.len())],
        "amount": part.then(|| random.i64(1..owed)),
        "approval": null,
    });
    let given = core.pay_give_back(&read(request.clone()));
    if random.bool() {
        let _ = core.pay_give_back(&read(request));
    }
    given.map(drop)
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
