//! The screen where cashiers live.

use comptoir_domain::decide::to_settle;
use comptoir_domain::draft::Draft;
use comptoir_domain::ids::ChargeId;
use comptoir_domain::money::Money;
use comptoir_domain::order::{Line, LineKind, Operation, Order};
use comptoir_domain::price::PriceName;
use comptoir_domain::quantity::Quantity;
use comptoir_domain::staff::Role;

use super::done::placed_number;
use super::orders::{PlacedLine, placed_lines};
use super::staff_name;
use crate::core::Core;
use crate::desk::{Desk, active_staff};
use crate::error::TillError;
use crate::paper::price_name;
use crate::session::CurrentOrder;
use crate::store::{drafts, order_cards};
use crate::use_cases::place;
use crate::wire::{
    Approver, CashPlace, CashPlaceKind, GroupOrder, GroupView, LineBadge, LineCharge, LineView,
    OrderView, ParkedOrder, Reason, SellView,
};

const DISCOUNT_REASONS: [&str; 6] = [
    "short_dated",
    "damaged",
    "goodwill",
    "staff",
    "volunteer",
    "other",
];
const DRAWER_REASONS: [&str; 4] = ["change_money", "check", "paid_out", "other"];

/// How many names tell a parked order from the others.
const NAMES_SHOWN: usize = 3;

impl Core {
    pub(super) fn sell_view(&self, desk: &Desk) -> Result<SellView, TillError> {
        let order = match &self.session.order {
            Some(current) => Some(self.order_view(desk, current)?),
            None => None,
        };
        let done = match self.session.done.filter(|_| order.is_none()) {
            Some(done) => self.done_view(desk, done)?,
            None => None,
        };
        Ok(SellView {
            order,
            done,
            last_sale: self.last_sale(desk)?,
            parked: self.parked_orders()?,
            parked_elsewhere: self.parked_elsewhere()?,
            discount_reasons: reasons(&DISCOUNT_REASONS),
            drawer_reasons: reasons(&DRAWER_REASONS),
            cash_places: cash_places(),
            approvers: self.approvers()?,
        })
    }

    fn order_view(&self, desk: &Desk, current: &CurrentOrder) -> Result<OrderView, TillError> {
        let draft = &current.draft;
        let order = draft.order();
        let totals = order.totals();
        let mut lines = Vec::new();
        let mut placed = placed_lines(draft, &order);
        for line in shown_lines(draft, &order) {
            let placed = placed.remove(&line.id).unwrap_or_default();
            lines.push(self.line_view(desk, &order, &line, placed)?);
        }
        let before: Money = order.lines.iter().map(Line::amount_before_discount).sum();
        let after: Money = order.lines.iter().map(Line::amount).sum();
        Ok(OrderView {
            id: order.id(),
            lines,
            last_line: current.last_line,
            subtotal: before,
            discount: after - before,
            tax: totals.taxed.tax_amount,
            total: totals.total,
            due: to_settle(&order, desk.now),
            piece_count: piece_count(&order),
            can_undo: !draft.steps.is_empty(),
            pay: self.pay_view(desk, draft, &order)?,
            placed: self.placed_view(desk, current, &order)?,
            group: self.group_view(desk)?,
        })
    }

    fn line_view(
        &self,
        desk: &Desk,
        order: &Order,
        line: &Line,
        placed: PlacedLine,
    ) -> Result<LineView, TillError> {
        let removed = order
            .line(line.id)
            .is_none_or(|line| line.wanted().is_zero());
        let discount = line.discount.as_ref().map(|discount| -discount.amount);
        Ok(LineView {
            id: line.id,
            variant: line.variant,
            name: line.name.clone(),
            detail: None,
            quantity: line.wanted(),
            unit: line.unit,
            unit_price: line.price.unit_price,
            regular_price: line.price.regular,
            price_name: price_name(&line.price.name).map(str::to_owned),
            amount: line.amount(),
            discount: discount.filter(|discount| !discount.is_zero()),
            removed,
            badges: if removed {
                Vec::new()
            } else {
                self.badges(desk, line)?
            },
            check: placed.check,
            was: placed.was,
            from_shelf: placed.from_shelf,
            substitutes: placed.substitutes,
            back: placed.back,
            charges: order.lines_tied_to(line.id).map(charge).collect(),
        })
    }

    fn badges(&self, desk: &Desk, line: &Line) -> Result<Vec<LineBadge>, TillError> {
        let mut badges = Vec::new();
        if line.tracks_stock && line.parts.is_empty() {
            let mut known = self.known.borrow_mut();
            let states = &mut known.states;
            let level = states.stock(self.connection(), line.variant, desk.location)?;
            let left = level.map(|level| level.on_hand - line.outstanding());
            if left.is_some_and(Quantity::is_negative) {
                badges.push(LineBadge::BelowZero);
            }
        }
        if line.unit.is_measured() && line.weighed.is_none() && line.wanted() == Quantity::ONE {
            badges.push(LineBadge::WeightMissing);
        }
        if line.price.name == PriceName::Manual {
            badges.push(LineBadge::PriceChanged);
        }
        Ok(badges)
    }

    /// Orders that are settled together; none where there is but one.
    fn group_view(&self, desk: &Desk) -> Result<Option<GroupView>, TillError> {
        if !self.is_group() {
            return Ok(None);
        }
        let shown = self.session.order.as_ref();
        let shown = shown.map(|order| order.draft.heading().id);
        let mut orders = Vec::new();
        for member in self.group() {
            let draft = &member.draft;
            let order = draft.order();
            let checks = draft.checks();
            let checked = checks.iter().filter(|check| check.is_complete());
            orders.push(GroupOrder {
                order: order.id(),
                number: placed_number(&order),
                customer: self.customer_name(&order)?,
                shown: Some(order.id()) == shown,
                to_settle: to_settle(&order, desk.now),
                checked: count(checked.count()),
                to_check: count(checks.len()),
                returns: draft.has_returns(),
            });
        }
        Ok(Some(GroupView {
            orders,
            to_settle: self.due_in_all(desk),
        }))
    }

    fn parked_orders(&self) -> Result<Vec<ParkedOrder>, TillError> {
        let parked = drafts::parked(self.connection())?;
        parked
            .into_iter()
            .map(|parked| {
                let order = parked.draft.order();
                let goods = || order.lines.iter().filter(|line| line.tied_to.is_none());
                Ok(ParkedOrder {
                    order: order.id(),
                    number: placed_number(&order),
                    customer: self.customer_name(&order)?,
                    at: parked.at,
                    staff: staff_name(self.connection(), parked.by)?,
                    first_names: goods()
                        .take(NAMES_SHOWN)
                        .map(|line| line.name.clone())
                        .collect(),
                    line_count: count(goods().count()),
                    total: order.totals().total,
                })
            })
            .collect()
    }

    fn customer_name(&self, order: &Order) -> Result<Option<String>, TillError> {
        let Some(customer) = order.heading.customer else {
            return Ok(None);
        };
        let customer = order_cards::customer(self.connection(), customer)?;
        Ok(customer.map(|customer| customer.name))
    }

    fn approvers(&self) -> Result<Vec<Approver>, TillError> {
        let staff = active_staff(self.connection())?;
        let managers = staff
            .into_iter()
            .filter(|person| person.role == Role::Manager);
        Ok(managers
            .map(|person| Approver {
                id: person.id,
                name: person.name,
            })
            .collect())
    }
}

/// The lines in the order in which they came on; those of a new sale that were taken off again keep
/// their place.
fn shown_lines(draft: &Draft, order: &Order) -> Vec<Line> {
    let mut lines: Vec<Line> = order
        .lines
        .iter()
        .filter(|line| line.tied_to.is_none())
        .cloned()
        .collect();
    let mut place = 0;
    for operation in draft.operations() {
        let Operation::AddLine { line } = operation else {
            continue;
        };
        if line.tied_to.is_some() {
            continue;
        }
        match lines.iter().position(|shown| shown.id == line.id) {
            Some(found) => place = found + 1,
            None => {
                lines.insert(place.min(lines.len()), line.clone());
                place += 1;
            }
        }
    }
    lines
}

fn charge(line: &Line) -> LineCharge {
    LineCharge {
        id: ChargeId::from_uuid(line.id.uuid()),
        name: line.name.clone(),
        quantity: line.wanted(),
        amount: line.amount(),
    }
}

/// What the customer carries away: pieces, and one for each weighed line.
fn piece_count(order: &Order) -> u32 {
    let goods = order
        .lines
        .iter()
        .filter(|line| line.kind != LineKind::BottleDeposit && line.wanted().is_positive());
    let pieces: i64 = goods
        .map(|line| {
            if line.unit.is_measured() {
                1
            } else {
                line.wanted().in_thousandths() / 1000
            }
        })
        .sum();
    u32::try_from(pieces).unwrap_or(u32::MAX)
}

fn reasons(keys: &[&str]) -> Vec<Reason> {
    keys.iter()
        .map(|key| Reason {
            reason: (*key).to_owned(),
            name: None,
        })
        .collect()
}

fn cash_places() -> Vec<CashPlace> {
    places(&[
        (place::TILL, CashPlaceKind::ThisTill),
        (place::SAFE, CashPlaceKind::Safe),
        (place::BANK, CashPlaceKind::Bank),
        (place::OUTSIDE, CashPlaceKind::Outside),
    ])
}

/// Where the rest of the cash can go when a shift is closed, the usual place first.
pub(super) fn rest_places() -> Vec<CashPlace> {
    places(&[
        (place::SAFE, CashPlaceKind::Safe),
        (place::BANK, CashPlaceKind::Bank),
    ])
}

fn places(places: &[(&str, CashPlaceKind)]) -> Vec<CashPlace> {
    places
        .iter()
        .map(|&(place, kind)| CashPlace {
            place: place.to_owned(),
            kind,
            name: None,
        })
        .collect()
}

pub(super) fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
