//! The screen where cashiers live.

use comptoir_domain::decide::to_settle;
use comptoir_domain::document::DocumentKind;
use comptoir_domain::draft::Draft;
use comptoir_domain::event::Event;
use comptoir_domain::ids::{ChargeId, OrderId, PaymentId};
use comptoir_domain::money::Money;
use comptoir_domain::order::{
    Channel, Fulfilment, Line, LineKind, Operation, Order, Payment, PaymentStatus,
};
use comptoir_domain::price::PriceName;
use comptoir_domain::quantity::Quantity;
use comptoir_domain::settings::HubSettings;
use comptoir_domain::staff::Role;
use comptoir_domain::tender::{Tender, TenderKind as DomainTenderKind, quick_amounts, round_cash};
use comptoir_domain::time::Timestamp;

use super::orders::{PlacedLine, placed_lines};
use super::{staff_name, tender_kind};
use crate::core::Core;
use crate::desk::{Desk, active_staff};
use crate::error::TillError;
use crate::paper::price_name;
use crate::session::CurrentOrder;
use crate::store::print_jobs::{self, SlipState};
use crate::store::{drafts, journal, order_cards, states};
use crate::use_cases::place;
use crate::use_cases::{kind_gives_back, receipt_of};
use crate::wire::{
    Approver, CashPlace, CashPlaceKind, DoneView, LastSale, LineBadge, LineCharge, LineView,
    OrderView, ParkedOrder, PayView, QuickAmount, Reason, ReceiptState, SellView, TakenPayment,
    TenderButton,
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
            due: to_settle(&order),
            piece_count: piece_count(&order),
            can_undo: !draft.steps.is_empty(),
            pay: pay_view(draft, &order, &desk.settings),
            placed: self.placed_view(&desk.settings, current, &order)?,
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

    fn done_view(&self, desk: &Desk, id: OrderId) -> Result<Option<DoneView>, TillError> {
        let Some(order) = states::order(self.connection(), id)? else {
            return Ok(None);
        };
        let visit = self.visit(&order)?;
        let cash: Vec<&Payment> = visit
            .payments
            .iter()
            .copied()
            .filter(|payment| payment.kind == DomainTenderKind::Cash)
            .collect();
        Ok(Some(DoneView {
            order: id,
            receipt_number: receipt_number(&order),
            total: order.totals().total,
            order_number: placed_number(&order),
            given_back: visit.given_back,
            partly: order.fulfilment() == Fulfilment::PartlyCollected,
            change: cash.iter().map(|payment| payment.change).sum(),
            tendered: cash
                .iter()
                .filter_map(|payment| payment.tendered)
                .reduce(|sum, tendered| sum + tendered),
            payments: taken(visit.payments.into_iter(), &desk.settings),
            receipt: self.receipt_state(&order)?,
        }))
    }

    /// The money that moved when an order was last handed over: of a sale all of it, of an order that
    /// was placed before what came in at this counter then.
    fn visit<'o>(&self, order: &'o Order) -> Result<Visit<'o>, TillError> {
        let all = Visit {
            payments: standing(order).collect(),
            given_back: Money::ZERO,
        };
        if placed_number(order).is_none() {
            return Ok(all);
        }
        let entry = journal::last_hand_over(self.connection(), order.id())?;
        let events = entry.map(|entry| entry.events).unwrap_or_default();
        let taken = |event: &Event| match event {
            Event::PaymentTaken { payment, .. } => Some(payment.at),
            _ => None,
        };
        // A tender that was put right since stands in the place of the wrong one.
        let since = events.iter().filter_map(taken).min();
        let given_back = events.iter().filter_map(|event| match event {
            Event::RefundPaid { refund, .. } => Some(refund.amount + refund.rounding),
            _ => None,
        });
        let here = |payment: &&Payment| {
            payment.shift.is_some() && since.is_some_and(|since| payment.at >= since)
        };
        Ok(Visit {
            payments: all.payments.into_iter().filter(here).collect(),
            given_back: given_back.sum(),
        })
    }

    fn receipt_state(&self, order: &Order) -> Result<ReceiptState, TillError> {
        let Some(receipt) = receipt_of(order) else {
            return Ok(ReceiptState::NotPrinted);
        };
        Ok(match print_jobs::slip_of(self.connection(), receipt)?.0 {
            SlipState::NotAsked | SlipState::Unknown => ReceiptState::NotPrinted,
            SlipState::Waiting => ReceiptState::Queued,
            SlipState::Printed => ReceiptState::Printed,
        })
    }

    fn last_sale(&self, desk: &Desk) -> Result<Option<LastSale>, TillError> {
        let Some((id, _)) = journal::last_sale(self.connection())? else {
            return Ok(None);
        };
        let Some(order) = states::order(self.connection(), id)? else {
            return Ok(None);
        };
        let visit = self.visit(&order)?;
        let shift = desk.shift().map(|shift| shift.id);
        let correctable = |payment: &&Payment| payment.shift == shift && payment.account.is_none();
        Ok(Some(LastSale {
            order: id,
            receipt_number: receipt_number(&order),
            at: sold_at(&order),
            total: order.totals().total,
            change: visit.payments.iter().map(|payment| payment.change).sum(),
            receipt: self.receipt_state(&order)?,
            can_correct: shift.is_some() && visit.payments.iter().any(correctable),
            payments: taken(visit.payments.into_iter(), &desk.settings),
            tenders: tender_buttons(&desk.settings, false),
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

/// The money of one hand-over.
struct Visit<'o> {
    payments: Vec<&'o Payment>,
    given_back: Money,
}

/// The number of an order that was placed before; a sale has none but its receipt's.
fn placed_number(order: &Order) -> Option<String> {
    let number = &order.heading.number;
    let own = !number.is_empty() && *number != receipt_number(order);
    (own || order.heading.channel == Channel::Shop).then(|| number.clone())
}

/// The number of the last receipt of an order.
fn receipt_number(order: &Order) -> String {
    let receipts = order.documents.iter();
    let mut receipts = receipts.filter(|document| document.kind == DocumentKind::Receipt);
    let last = receipts.next_back();
    last.map_or_else(
        || order.heading.number.clone(),
        |document| document.number.to_string(),
    )
}

fn sold_at(order: &Order) -> Timestamp {
    let last = order.collections.last().map(|collection| collection.at);
    last.or(order.milestones.placed_at).unwrap_or_default()
}

fn pay_view(draft: &Draft, order: &Order, settings: &HubSettings) -> PayView {
    let due = to_settle(order);
    let (cash_due, rounding) = round_cash(due, settings.cash_rounding);
    let quick = quick_amounts(cash_due.max(Money::ZERO), &settings.currency);
    let customer_known = order.heading.customer.is_some();
    let tenders = if due.is_negative() {
        give_back_buttons(order, settings)
    } else {
        tender_buttons(settings, customer_known)
    };
    PayView {
        cash_due,
        rounding: settings.cash_rounding.map(|_| rounding),
        tenders,
        quick_cash: quick
            .into_iter()
            .enumerate()
            .map(|(place, quick)| QuickAmount {
                amount: quick.amount,
                exact: place == 0,
                usable: quick.usable,
            })
            .collect(),
        taken: moved_here(draft, settings),
        to_give_back: (-due).max(Money::ZERO),
    }
}

/// What was taken here and given back here.
fn moved_here(draft: &Draft, settings: &HubSettings) -> Vec<TakenPayment> {
    let mut moved = taken(draft.payments(), settings);
    moved.extend(draft.refunds().map(|refund| TakenPayment {
        payment: PaymentId::from_uuid(refund.id.uuid()),
        tender: refund.tender.as_str().to_owned(),
        kind: tender_kind(refund.kind),
        name: settings.tender(&refund.tender).and_then(own_name),
        amount: -refund.amount,
        tendered: None,
    }));
    moved
}

/// The ways by which money goes back, the usual one first: cash for cash, else the customer's credit.
fn give_back_buttons(order: &Order, settings: &HubSettings) -> Vec<TenderButton> {
    let customer_known = order.heading.customer.is_some();
    let came_in = |kind| order.payments.iter().any(|payment| payment.kind == kind);
    let usual = if came_in(DomainTenderKind::Cash) || !customer_known {
        DomainTenderKind::Cash
    } else {
        DomainTenderKind::Credit
    };
    let mut tenders: Vec<&Tender> = settings
        .tenders
        .iter()
        .filter(|tender| kind_gives_back(tender.kind))
        .filter(|tender| tender.kind != DomainTenderKind::Credit || customer_known)
        .collect();
    tenders.sort_by_key(|tender| tender.kind != usual);
    tenders.into_iter().map(tender_button).collect()
}

/// The tenders that can be taken here. Those that need an account are shown for a known customer.
fn tender_buttons(settings: &HubSettings, customer_known: bool) -> Vec<TenderButton> {
    let taken_here = |tender: &&Tender| match tender.kind {
        DomainTenderKind::Online | DomainTenderKind::CardTerminal | DomainTenderKind::Voucher => {
            false
        }
        DomainTenderKind::OnAccount | DomainTenderKind::Credit => customer_known,
        _ => true,
    };
    let tenders = settings.tenders.iter().filter(taken_here);
    tenders.map(tender_button).collect()
}

fn tender_button(tender: &Tender) -> TenderButton {
    TenderButton {
        tender: tender.id.as_str().to_owned(),
        kind: tender_kind(tender.kind),
        name: own_name(tender),
        gives_change: tender.gives_change,
        wants_reference: tender.wants_reference,
    }
}

/// The hub's own name of a tender, where it has one.
pub(super) fn own_name(tender: &Tender) -> Option<String> {
    (!tender.name.is_empty()).then(|| tender.name.clone())
}

/// Payments that were not taken back.
fn standing(order: &Order) -> impl Iterator<Item = &Payment> {
    order.payments.iter().filter(|payment| {
        !matches!(
            payment.status,
            PaymentStatus::Reversed | PaymentStatus::Failed
        )
    })
}

fn taken<'o>(
    payments: impl Iterator<Item = &'o Payment>,
    settings: &HubSettings,
) -> Vec<TakenPayment> {
    payments
        .map(|payment| TakenPayment {
            payment: payment.id,
            tender: payment.tender.as_str().to_owned(),
            kind: tender_kind(payment.kind),
            name: settings.tender(&payment.tender).and_then(own_name),
            amount: payment.amount,
            tendered: payment
                .tendered
                .filter(|tendered| *tendered > payment.amount),
        })
        .collect()
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
