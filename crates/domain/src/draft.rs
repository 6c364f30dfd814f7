//! The order in progress: a basis and the steps that were taken since, until it is completed.
//!
//! A draft is a local thing of one till. It is stored at each step and lies outside the journal; the
//! entry that completes it says what remained and what was taken off before.

mod copied;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::event::RemovedLine;
use crate::ids::{ActionId, CustomerId, LineId, PaymentId, StaffId};
use crate::money::{Money, allocate_largest_remainder};
use crate::order::{
    Fate, Forgiveness, Line, LineDiscount, LineKind, Operation, OperationContext, Order,
    OrderHeading, Payment, QuantityMode, Refund, ReturnedPart, Seen,
};
use crate::quantity::Quantity;
use crate::refusal::{Refusal, RefusalCode};
use crate::time::Timestamp;

/// What the steps of a draft build on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// A sale that begins here.
    New(OrderHeading),
    /// An order that was placed before, as the cashier saw it.
    Placed(Box<Order>),
}

/// An allowance on the whole order, shared out over its lines when it is completed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderDiscount {
    pub amount: DiscountAmount,
    pub reason: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum DiscountAmount {
    /// Parts per million of the goods.
    Share {
        ppm: u32,
    },
    Fixed {
        amount: Money,
    },
}

/// One key press of the cashier: one step to undo.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "snake_case")]
pub enum Step {
    Operated {
        operations: Vec<Operation>,
        /// What this key press showed to be there of an order that waits for its customer, line by line.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        ticked: Vec<(LineId, Quantity)>,
        /// The manager who confirmed it in place.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        approved_by: Option<StaffId>,
    },
    Discounted {
        before: Option<OrderDiscount>,
        after: Option<OrderDiscount>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        approved_by: Option<StaffId>,
    },
    Paid {
        payment: Payment,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        approved_by: Option<StaffId>,
        /// What ties it to the steps of other orders that the same tender settled.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        together: Option<ActionId>,
    },
    GaveBack {
        refund: Refund,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        approved_by: Option<StaffId>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        together: Option<ActionId>,
    },
    Forgave {
        forgiveness: Forgiveness,
    },
    /// So much of a line that was fetched before comes back, in all.
    Returned {
        line: LineId,
        quantity: Quantity,
        fate: Fate,
        reason: String,
    },
}

impl Step {
    /// Operations that nobody had to confirm and that tick nothing.
    pub(crate) const fn operated(operations: Vec<Operation>) -> Step {
        Step::Operated {
            operations,
            ticked: Vec::new(),
            approved_by: None,
        }
    }

    /// The same step without a manager's word.
    pub(crate) fn unapproved(mut self) -> Step {
        if let Step::Operated { approved_by, .. } | Step::Discounted { approved_by, .. } = &mut self
        {
            *approved_by = None;
        }
        self
    }

    const fn approved_by(&self) -> Option<StaffId> {
        match self {
            Step::Operated { approved_by, .. }
            | Step::Discounted { approved_by, .. }
            | Step::Paid { approved_by, .. }
            | Step::GaveBack { approved_by, .. } => *approved_by,
            Step::Forgave { .. } | Step::Returned { .. } => None,
        }
    }

    /// What ties it to the steps of other orders that the same tender settled.
    pub const fn together(&self) -> Option<ActionId> {
        match self {
            Step::Paid { together, .. } | Step::GaveBack { together, .. } => *together,
            _ => None,
        }
    }
}

/// What is let go on an order in progress: discounts, and typed prices below the one that won.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowances {
    pub in_all: Money,
    /// What no manager has seen: let go since the last step that one confirmed.
    pub unconfirmed: Money,
    /// What the lines cost after it.
    pub kept: Money,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    pub basis: Basis,
    pub steps: Vec<Step>,
    /// Goods that were rung up and are no longer there, for the record.
    pub removed: Vec<RemovedLine>,
    /// Tenders that were taken and given back, for the record: an approved card payment is in the
    /// terminal's batch all the same.
    #[serde(default)]
    pub taken_back: Vec<Payment>,
    /// Money that lay on the counter to be given back and was taken back again, for the record.
    #[serde(default)]
    pub refunds_taken_back: Vec<Refund>,
    pub started_at: Timestamp,
}

impl Draft {
    /// A new sale.
    pub const fn new(heading: OrderHeading, started_at: Timestamp) -> Draft {
        Draft {
            basis: Basis::New(heading),
            steps: Vec::new(),
            removed: Vec::new(),
            taken_back: Vec::new(),
            refunds_taken_back: Vec::new(),
            started_at,
        }
    }

    /// An amendment of an order that was placed before.
    pub fn amending(order: Order, started_at: Timestamp) -> Draft {
        Draft {
            basis: Basis::Placed(Box::new(order)),
            steps: Vec::new(),
            removed: Vec::new(),
            taken_back: Vec::new(),
            refunds_taken_back: Vec::new(),
            started_at,
        }
    }

    pub const fn heading(&self) -> &OrderHeading {
        match &self.basis {
            Basis::New(heading) => heading,
            Basis::Placed(order) => &order.heading,
        }
    }

    /// Who buys, as the steps so far say.
    pub fn customer(&self) -> Option<CustomerId> {
        let named = self.operations().filter_map(|operation| match operation {
            Operation::SetCustomer { to, .. } => Some(*to),
            _ => None,
        });
        named.last().unwrap_or(self.heading().customer)
    }

    /// What the cashier saw of an order that was placed before.
    pub fn seen(&self) -> Option<Seen> {
        match &self.basis {
            Basis::New(_) => None,
            Basis::Placed(order) => Some(Seen {
                rev: order.rev,
                own: None,
            }),
        }
    }

    /// The operations of all steps, in turn.
    pub fn operations(&self) -> impl Iterator<Item = &Operation> {
        self.steps.iter().flat_map(|step| match step {
            Step::Operated { operations, .. } => operations.as_slice(),
            _ => &[],
        })
    }

    pub fn payments(&self) -> impl Iterator<Item = &Payment> {
        self.steps.iter().filter_map(|step| match step {
            Step::Paid { payment, .. } => Some(payment),
            _ => None,
        })
    }

    pub fn refunds(&self) -> impl Iterator<Item = &Refund> {
        self.steps.iter().filter_map(|step| match step {
            Step::GaveBack { refund, .. } => Some(refund),
            _ => None,
        })
    }

    /// The manager who confirmed one of the steps that stand.
    pub fn approved_by(&self) -> Option<StaffId> {
        self.steps.iter().rev().find_map(Step::approved_by)
    }

    /// What is let go, and how much of it no manager has confirmed. Who confirms a step confirms all
    /// that the screen showed; a discount on the whole order that was confirmed goes on to hold for
    /// what is added later.
    pub fn allowances(&self) -> Allowances {
        let of_lines = |order: &Order| order.lines.iter().map(Line::allowance).sum::<Money>();
        let shared_out = self.order();
        let own = of_lines(&self.operated());
        let in_all = of_lines(&shared_out);
        let on_goods = |step: &Step| {
            matches!(step, Step::Operated { .. } | Step::Discounted { .. })
                && step.approved_by().is_some()
        };
        let last_confirmed = self.steps.iter().rposition(on_goods);
        let discounted = self
            .steps
            .iter()
            .rposition(|step| matches!(step, Step::Discounted { .. }));
        let confirmed = match last_confirmed {
            Some(last) => of_lines(&self.up_to(last + 1).operated()),
            None => of_lines(&self.up_to(0).operated()),
        };
        let share_is_confirmed = discounted <= last_confirmed;
        let share = if share_is_confirmed {
            Money::ZERO
        } else {
            in_all - own
        };
        Allowances {
            in_all,
            unconfirmed: (own - confirmed).max(Money::ZERO) + share,
            kept: shared_out.lines.iter().map(Line::amount).sum(),
        }
    }

    fn up_to(&self, steps: usize) -> Draft {
        Draft {
            steps: self.steps[..steps].to_vec(),
            ..self.clone()
        }
    }

    /// The discount on the whole order that stands.
    pub fn order_discount(&self) -> Option<&OrderDiscount> {
        let last = self.steps.iter().rev().find_map(|step| match step {
            Step::Discounted { after, .. } => Some(after.as_ref()),
            _ => None,
        });
        last.flatten()
    }

    pub fn forgiven(&self) -> impl Iterator<Item = &Forgiveness> {
        self.steps.iter().filter_map(|step| match step {
            Step::Forgave { forgiveness } => Some(forgiveness),
            _ => None,
        })
    }

    pub fn has_money(&self) -> bool {
        self.payments().next().is_some()
            || self.refunds().next().is_some()
            || self.forgiven().next().is_some()
    }

    /// Whether goods come back.
    pub fn has_returns(&self) -> bool {
        !self.chosen_back().is_empty()
    }

    /// What was said last of each line that comes back.
    fn chosen_back(&self) -> BTreeMap<LineId, (Quantity, Fate)> {
        let mut chosen = BTreeMap::new();
        for step in &self.steps {
            if let Step::Returned {
                line,
                quantity,
                fate,
                ..
            } = step
            {
                chosen.insert(*line, (*quantity, *fate));
            }
        }
        chosen.retain(|_, (quantity, _)| quantity.is_positive());
        chosen
    }

    /// What comes back of each line, with the deposit on what it came in.
    pub fn returning(&self) -> Vec<ReturnedPart> {
        let fetched = self.fetched();
        let mut parts = Vec::new();
        for (line, (quantity, restock)) in self.chosen_back() {
            let along = fetched.lines_tied_to(line);
            let along = along.map(|tied| (tied.id, quantity.min(tied.kept())));
            let part = std::iter::once((line, quantity)).chain(along);
            parts.extend(part.filter(|(_, quantity)| quantity.is_positive()).map(
                |(line, quantity)| ReturnedPart {
                    line,
                    quantity,
                    restock,
                },
            ));
        }
        parts
    }

    /// Why goods come back, as was said last.
    pub fn return_reason(&self) -> Option<&str> {
        self.steps.iter().rev().find_map(|step| match step {
            Step::Returned {
                quantity, reason, ..
            } if quantity.is_positive() => Some(reason.as_str()),
            _ => None,
        })
    }

    /// The order before anything of it comes back here.
    pub(crate) fn fetched(&self) -> Order {
        self.operated()
    }

    /// Nothing was done yet, or everything was undone.
    pub fn is_empty(&self) -> bool {
        self.order()
            .lines
            .iter()
            .all(|line| line.wanted().is_zero())
            && !self.has_money()
    }

    /// The order as it stands: the basis with every step, the order's discount shared out. Lines of
    /// a new sale that were taken off again are gone; those of a placed order stay, with nothing
    /// wanted of them.
    pub fn order(&self) -> Order {
        let mut order = self.operated();
        self.share_out_discount(&mut order);
        for part in self.returning() {
            if let Some(line) = order.line_mut(part.line) {
                line.returned += part.quantity;
            }
        }
        order.payments.extend(self.payments().cloned());
        order.refunds.extend(self.refunds().cloned());
        order.forgiven.extend(self.forgiven().cloned());
        order
    }

    /// The goods as they stand, before the order's discount is shared out.
    fn operated(&self) -> Order {
        let mut order = match &self.basis {
            Basis::New(heading) => Order::draft(heading.clone()),
            Basis::Placed(order) => (**order).clone(),
        };
        let context = OperationContext {
            at: self.started_at,
            ..Default::default()
        };
        for operation in self.operations() {
            order.operate(operation, &context);
        }
        if matches!(self.basis, Basis::New(_)) {
            order.lines.retain(|line| !line.wanted().is_zero());
        }
        order
    }

    fn share_out_discount(&self, order: &mut Order) {
        let Some(discount) = self.order_discount() else {
            return;
        };
        let eligible: Vec<usize> = (0..order.lines.len())
            .filter(|&index| is_discountable(&order.lines[index]))
            .collect();
        let amounts: Vec<i64> = eligible
            .iter()
            .map(|&index| order.lines[index].amount().minor_units())
            .collect();
        let goods: Money = amounts.iter().map(|&amount| Money::minor(amount)).sum();
        let total = match discount.amount {
            DiscountAmount::Share { ppm } => crate::order::share(goods, ppm),
            DiscountAmount::Fixed { amount } => amount.min(goods),
        };
        for (&index, part) in eligible
            .iter()
            .zip(allocate_largest_remainder(total, &amounts))
        {
            let line = &mut order.lines[index];
            let own = line.discount.clone();
            let reason = own
                .as_ref()
                .map_or_else(|| discount.reason.clone(), |own| own.reason.clone());
            line.discount = own;
            let amount = part + line.discount_given();
            line.discount = Some(LineDiscount {
                amount,
                of: line.wanted(),
                reason,
            });
        }
    }

    /// Takes a step. What it takes off an order in progress is recorded.
    pub fn take(&mut self, step: Step) {
        if let Step::Operated { operations, .. } = &step {
            let before = self.order();
            for operation in operations {
                self.removed.extend(taken_off(&before, operation));
            }
        }
        self.steps.push(step);
    }

    /// Takes the last step back. Goods that vanish by it are recorded as taken off.
    pub fn undo(&mut self) -> Result<Step, Refusal> {
        let before = self.order();
        let step = self.steps.pop().ok_or(RefusalCode::NothingToUndo)?;
        if let Step::Operated { operations, .. } = &step {
            let after = self.order();
            for taken_off in operations
                .iter()
                .filter_map(|operation| taken_off(&after, operation))
            {
                // It is there again: then it was not removed.
                if let Some(last) = self
                    .removed
                    .iter()
                    .rposition(|removed| *removed == taken_off)
                {
                    self.removed.remove(last);
                }
            }
            let undone_additions = operations
                .iter()
                .filter_map(changed_line)
                .filter_map(|id| lost(&before, &after, id));
            self.removed.extend(undone_additions.collect::<Vec<_>>());
        }
        self.note_taken_back(&step);
        Ok(step)
    }

    /// Money that moved and was taken back again is recorded.
    fn note_taken_back(&mut self, step: &Step) {
        match step {
            Step::Paid { payment, .. } => self.taken_back.push(payment.clone()),
            Step::GaveBack { refund, .. } => self.refunds_taken_back.push(refund.clone()),
            _ => {}
        }
    }

    /// The step that moved the money of an id.
    pub fn money_step(&self, id: PaymentId) -> Option<&Step> {
        self.steps.iter().find(|step| moves(step, id))
    }

    /// Takes everything back that one tender moved for several orders.
    pub fn take_back_together(&mut self, action: ActionId) {
        let (moved, left) = std::mem::take(&mut self.steps)
            .into_iter()
            .partition(|step| step.together() == Some(action));
        self.steps = left;
        let moved: Vec<Step> = moved;
        moved.iter().for_each(|step| self.note_taken_back(step));
    }

    /// Takes one tender of a split back, or money that was given back, which the screen names alike.
    pub fn take_back_payment(&mut self, id: PaymentId) -> Result<Step, Refusal> {
        let position = self.steps.iter().position(|step| moves(step, id));
        let position = position.ok_or(RefusalCode::PaymentUnknown)?;
        let step = self.steps.remove(position);
        self.note_taken_back(&step);
        Ok(step)
    }
}

/// Whether a step moved the money of that id.
fn moves(step: &Step, id: PaymentId) -> bool {
    match step {
        Step::Paid { payment, .. } => payment.id == id,
        Step::GaveBack { refund, .. } => refund.id.uuid() == id.uuid(),
        _ => false,
    }
}

/// Whether an allowance on the order lowers a line: vouchers and deposits are money, not goods.
pub(crate) fn is_discountable(line: &Line) -> bool {
    matches!(line.kind, LineKind::Goods | LineKind::Service) && line.amount().is_positive()
}

fn changed_line(operation: &Operation) -> Option<LineId> {
    match operation {
        Operation::AddLine { line } => Some(line.id),
        Operation::ChangeQuantity { line, from, to, .. } if to > from => Some(*line),
        _ => None,
    }
}

fn taken_off(order: &Order, operation: &Operation) -> Option<RemovedLine> {
    match operation {
        Operation::RemoveLine { line, .. } => {
            let line = order.line(*line)?;
            removed(line, line.outstanding())
        }
        Operation::ChangeQuantity {
            line,
            from,
            to,
            mode: QuantityMode::Add | QuantityMode::Set,
        } if to < from => removed(order.line(*line)?, *from - *to),
        _ => None,
    }
}

fn removed(line: &Line, quantity: Quantity) -> Option<RemovedLine> {
    let amount = line.amount() - line.amount_of(line.wanted() - quantity);
    quantity.is_positive().then(|| RemovedLine {
        line: line.id,
        name: line.name.clone(),
        quantity,
        amount,
    })
}

/// What of a line is there before and no longer after.
fn lost(before: &Order, after: &Order, id: LineId) -> Option<RemovedLine> {
    let line = before.line(id)?;
    let left = after.line(id).map_or(Quantity::ZERO, Line::wanted);
    removed(line, line.wanted() - left)
}
