//! The person in front of a till: presses whatever the screen offers.

use comptoir_domain::ids::{ActionId, IdSource};
use comptoir_domain::money::Money;
use comptoir_domain::quantity::Quantity;
use comptoir_sync::feed::EntityKind;
use comptoir_till::Core;
use comptoir_till::wire::{
    AddVariant, CashMove, DiscardOrder, Discount, DrawerOpen, GiveDiscount, OrderView,
    OverridePrice, PayAdd, PayUndo, RecallOrder, RemoveLine, Screen, SellView, SetQuantity,
    ShiftClose, ShiftCount, ShiftOpen, StaffSignIn, StepQuantity, TenderCorrect, TenderCount,
};

use super::TillSide;
use crate::simulation::server::PIN;

impl TillSide {
    pub(super) fn action(&mut self) -> ActionId {
        ActionId::from_uuid(self.ids.next_uuid())
    }

    /// Presses one to six times, while the till is alive.
    pub(crate) fn press_a_few(&mut self, random: &mut fastrand::Rng) {
        for _ in 0..random.u32(1..7) {
            if !self.disk.is_dead() {
                self.press_something(random);
            }
        }
    }

    /// Presses whatever the screen offers. A refusal is as good an answer as any.
    pub(super) fn press_something(&mut self, random: &mut fastrand::Rng) {
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
        let is_placed = |order: &OrderView| order.placed.is_some();
        if view.order.as_ref().is_some_and(is_placed) && random.u32(0..3) > 0 {
            return self.press_on_the_order(random);
        }
        let variants: Vec<String> = self.entities(EntityKind::VARIANT).into_keys().collect();
        let before = self.written_here();
        let (core, _) = self.running();
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
        self.remember_written(&before);
    }
}

/// Any of them.
pub(super) fn one_of<'a, T>(things: &'a [T], random: &mut fastrand::Rng) -> Option<&'a T> {
    (!things.is_empty()).then(|| &things[random.usize(0..things.len())])
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
        goes: None,
        approval: None,
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
