//! The rows that one order makes: turnover when it is handed over or taken back, money when it moves.

use std::collections::HashMap;

use chrono::NaiveDate;
use comptoir_domain::ids::{ChargeId, LineId};
use comptoir_domain::money::Money;
use comptoir_domain::order::{Channel, LineKind, Order, OrderPart};
use comptoir_domain::quantity::Quantity;
use comptoir_domain::tax::TaxRate;
use comptoir_domain::time::{Timestamp, Zone};
use uuid::Uuid;

use crate::cells;

pub(super) const HEADINGS: [&str; 20] = [
    "order",
    "channel",
    "till",
    "day",
    "time",
    "kind",
    "code",
    "name",
    "quantity",
    "unit",
    "unit_price",
    "tax_class",
    "tax_rate",
    "net",
    "tax",
    "gross",
    "tender",
    "amount",
    "rounding",
    "reference",
];

/// Where and when things happened.
#[derive(Debug)]
pub(super) struct Calendar {
    pub zone: Zone,
    pub day_ends_at_minutes: u16,
    /// The till's code by the id of a hand-over, return or payment.
    pub tills: HashMap<Uuid, String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Goods,
    Service,
    Deposit,
    Voucher,
    Charge,
    Payment,
    Refund,
}

impl Kind {
    const fn name(self) -> &'static str {
        match self {
            Kind::Goods => "goods",
            Kind::Service => "service",
            Kind::Deposit => "deposit",
            Kind::Voucher => "voucher",
            Kind::Charge => "charge",
            Kind::Payment => "payment",
            Kind::Refund => "refund",
        }
    }
}

impl From<LineKind> for Kind {
    fn from(kind: LineKind) -> Kind {
        match kind {
            LineKind::Goods => Kind::Goods,
            LineKind::Service => Kind::Service,
            LineKind::BottleDeposit => Kind::Deposit,
            LineKind::Voucher => Kind::Voucher,
        }
    }
}

/// One row. Amounts that it has nothing to do with are zero.
#[derive(Debug, Clone)]
pub(super) struct SalesRow {
    pub order: String,
    pub channel: Channel,
    pub till: String,
    pub day: NaiveDate,
    pub time: String,
    pub kind: Kind,
    pub code: String,
    pub name: String,
    pub quantity: Option<Quantity>,
    pub unit: &'static str,
    pub unit_price: Option<Money>,
    pub tax_class: String,
    pub tax_rate: Option<TaxRate>,
    pub net: Money,
    pub tax: Money,
    pub gross: Money,
    pub tender: String,
    pub amount: Money,
    pub rounding: Money,
    pub reference: String,
}

impl SalesRow {
    pub(super) fn cells(&self, decimals: u8) -> [String; 20] {
        let money = |amount| cells::money(amount, decimals);
        let channel = match self.channel {
            Channel::Counter => "counter",
            Channel::Shop => "shop",
        };
        let is_money = matches!(self.kind, Kind::Payment | Kind::Refund);
        let turnover = |amount| {
            if is_money {
                String::new()
            } else {
                money(amount)
            }
        };
        let moved = |amount| {
            if is_money {
                money(amount)
            } else {
                String::new()
            }
        };
        [
            cells::text(&self.order),
            channel.to_owned(),
            self.till.clone(),
            self.day.to_string(),
            self.time.clone(),
            self.kind.name().to_owned(),
            cells::text(&self.code),
            cells::text(&self.name),
            self.quantity.map_or_else(String::new, cells::quantity),
            self.unit.to_owned(),
            self.unit_price.map_or_else(String::new, money),
            cells::text(&self.tax_class),
            self.tax_rate.map_or_else(String::new, cells::rate),
            turnover(self.net),
            turnover(self.tax),
            turnover(self.gross),
            cells::text(&self.tender),
            moved(self.amount),
            moved(self.rounding),
            cells::text(&self.reference),
        ]
    }
}

/// All rows of an order, turnover first.
pub(super) fn of_order(order: &Order, calendar: &Calendar) -> Vec<SalesRow> {
    let mut rows = turnover(order, calendar);
    rows.extend(money(order, calendar));
    rows
}

/// One hand-over or taking-back.
struct Step {
    id: Uuid,
    at: Timestamp,
    collected: Vec<(LineId, Quantity)>,
    returned: Vec<(LineId, Quantity)>,
}

fn steps(order: &Order) -> Vec<Step> {
    let collections = order.collections.iter().map(|collection| Step {
        id: collection.id.uuid(),
        at: collection.at,
        collected: collection
            .parts
            .iter()
            .map(|part| (part.line, part.quantity))
            .collect(),
        returned: Vec::new(),
    });
    let returns = order.returns.iter().map(|taken_back| Step {
        id: taken_back.id.uuid(),
        at: taken_back.at,
        collected: Vec::new(),
        returned: taken_back
            .parts
            .iter()
            .map(|part| (part.line, part.quantity))
            .collect(),
    });
    let mut steps: Vec<Step> = collections.chain(returns).collect();
    steps.sort_by_key(|step| (step.at, step.id));
    steps
}

/// A part that rows are made of. A charge that follows goods of several rates is one part for each.
type PartKey = (Option<LineId>, Option<ChargeId>, usize);

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Figures {
    quantity: Quantity,
    net: Money,
    tax: Money,
    gross: Money,
}

/// The order is folded hand-over by hand-over, and each takes the difference to the one before: so
/// the rows of an order that was fetched in parts add up to the whole.
fn turnover(order: &Order, calendar: &Calendar) -> Vec<SalesRow> {
    let mut partial = order.clone();
    for line in &mut partial.lines {
        line.collected = Quantity::ZERO;
        line.returned = Quantity::ZERO;
    }
    let mut before = HashMap::new();
    let mut rows = Vec::new();
    let mut moment = (Uuid::nil(), order.milestones.placed_at.unwrap_or_default());
    for step in steps(order) {
        for line in &mut partial.lines {
            let of_line = |parts: &[(LineId, Quantity)]| -> Quantity {
                let own = parts.iter().filter(|(id, _)| *id == line.id);
                own.map(|(_, quantity)| *quantity).sum()
            };
            line.collected += of_line(&step.collected);
            line.returned += of_line(&step.returned);
        }
        moment = (step.id, step.at);
        rows.extend(differences(&partial, &mut before, calendar, moment));
    }
    // What became turnover without a hand-over of its own, such as a service.
    rows.extend(differences(order, &mut before, calendar, moment));
    rows
}

fn differences(
    order: &Order,
    before: &mut HashMap<PartKey, Figures>,
    calendar: &Calendar,
    (id, at): (Uuid, Timestamp),
) -> Vec<SalesRow> {
    let mut rows = Vec::new();
    for (index, part) in order.recognised_parts().into_iter().enumerate() {
        let key = match part.part {
            OrderPart::Line(line) => (Some(line.id), None, 0),
            OrderPart::Charge(charge) => (None, Some(charge.id), index),
        };
        let quantity = match part.part {
            OrderPart::Line(line) => line.kept(),
            OrderPart::Charge(_) => Quantity::ZERO,
        };
        let now = Figures {
            quantity,
            net: part.net,
            tax: part.tax_amount,
            gross: part.gross,
        };
        let was = before.insert(key, now).unwrap_or_default();
        if now == was {
            continue;
        }
        let mut row = blank(order, calendar, id, at);
        row.quantity = Some(now.quantity - was.quantity).filter(|_| key.0.is_some());
        row.net = now.net - was.net;
        row.tax = now.tax - was.tax;
        row.gross = now.gross - was.gross;
        if let Some(tax) = part.tax {
            row.tax_rate = Some(tax.effective_rate());
            row.tax_class = tax.class.name().to_owned();
        }
        name_part(&mut row, part.part);
        rows.push(row);
    }
    rows
}

fn name_part(row: &mut SalesRow, part: OrderPart<'_>) {
    match part {
        OrderPart::Line(line) => {
            row.kind = line.kind.into();
            row.code.clone_from(&line.code);
            row.name.clone_from(&line.name);
            row.unit = cells::unit(line.unit);
            row.unit_price = Some(line.price.unit_price);
        }
        OrderPart::Charge(charge) => {
            row.kind = Kind::Charge;
            row.name.clone_from(&charge.name);
        }
    }
}

/// Payments that are in the hub's hands, and what was given back.
fn money(order: &Order, calendar: &Calendar) -> Vec<SalesRow> {
    let payments = order
        .payments
        .iter()
        .filter(|payment| !payment.booked().is_zero());
    let payments = payments.map(|payment| {
        let mut row = blank(order, calendar, payment.id.uuid(), payment.at);
        row.kind = Kind::Payment;
        row.tender = payment.tender.as_str().to_owned();
        row.amount = payment.booked();
        row.rounding = payment.rounding;
        row.reference = payment.reference.clone().unwrap_or_default();
        row
    });
    let refunds = order.refunds.iter().map(|refund| {
        let mut row = blank(order, calendar, refund.id.uuid(), refund.at);
        row.kind = Kind::Refund;
        row.tender = refund.tender.as_str().to_owned();
        row.amount = -refund.amount;
        row.rounding = -refund.rounding;
        row.reference = refund.reference.clone().unwrap_or_default();
        row
    });
    payments.chain(refunds).collect()
}

fn blank(order: &Order, calendar: &Calendar, act: Uuid, at: Timestamp) -> SalesRow {
    SalesRow {
        order: order.heading.number.clone(),
        channel: order.heading.channel,
        till: calendar.tills.get(&act).cloned().unwrap_or_default(),
        day: at.trading_day(calendar.zone, calendar.day_ends_at_minutes),
        time: at.in_zone(calendar.zone).format("%H:%M:%S").to_string(),
        kind: Kind::Goods,
        code: String::new(),
        name: String::new(),
        quantity: None,
        unit: "",
        unit_price: None,
        tax_class: String::new(),
        tax_rate: None,
        net: Money::ZERO,
        tax: Money::ZERO,
        gross: Money::ZERO,
        tender: String::new(),
        amount: Money::ZERO,
        rounding: Money::ZERO,
        reference: String::new(),
    }
}
