//! Sharing out what came where less came than waiting orders want.

use serde::{Deserialize, Serialize};

use crate::ids::{LineId, OrderId, VariantId};
use crate::order::{Order, PaymentState};
use crate::quantity::Quantity;
use crate::time::Timestamp;

/// By what rule goods are shared out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
#[serde(rename_all = "snake_case")]
pub enum ShortageRule {
    /// Who has paid comes first, then who ordered first; each gets all of it while there is any.
    PaidFirst,
    /// Everybody gets the same share, in whole pieces by largest remainder.
    ProRata,
}

/// A line that waits for the goods.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waiting {
    pub order: OrderId,
    pub line: LineId,
    /// What is still to be handed over of it.
    pub wanted: Quantity,
    pub paid: bool,
    pub placed_at: Timestamp,
    /// Only whole pieces of it can be given.
    pub whole: bool,
}

/// What a line gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share {
    pub order: OrderId,
    pub line: LineId,
    pub wanted: Quantity,
    /// Never more than wanted.
    pub gets: Quantity,
}

impl Share {
    /// What is missing.
    pub fn missing(&self) -> Quantity {
        self.wanted - self.gets
    }
}

/// The lines of an order that wait for a variant. Boxes that hold it among other goods are not taken
/// apart: a person looks after those.
pub fn waiting_for(order: &Order, variant: VariantId) -> Vec<Waiting> {
    let paid = matches!(
        order.payment_state(),
        PaymentState::Paid | PaymentState::OwedToCustomer | PaymentState::Authorised
    );
    let held = order.reserved();
    let lines = order.lines.iter().filter(|line| {
        let of_variant = line.variant == variant && line.tied_to.is_none() && line.parts.is_empty();
        of_variant && line.outstanding().is_positive() && !held.is_empty()
    });
    lines
        .map(|line| Waiting {
            order: order.id(),
            line: line.id,
            wanted: line.outstanding(),
            paid,
            placed_at: order.milestones.placed_at.unwrap_or_default(),
            whole: !line.unit.is_measured(),
        })
        .collect()
}

/// Shares out what came, in the order of the rule: together never more than came, and nobody gets more
/// than they want. The answer depends on nothing but its arguments.
pub fn share_out(came: Quantity, waiting: &[Waiting], rule: ShortageRule) -> Vec<Share> {
    let mut waiting = waiting.to_vec();
    waiting.sort_by_key(|line| (!line.paid, line.placed_at, line.order, line.line));
    let came = came.max(Quantity::ZERO);
    let shares = match rule {
        ShortageRule::PaidFirst => one_by_one(came, &waiting),
        ShortageRule::ProRata => pro_rata(came, &waiting),
    };
    let shares = waiting.iter().zip(shares);
    shares
        .map(|(line, gets)| Share {
            order: line.order,
            line: line.line,
            wanted: line.wanted,
            gets,
        })
        .collect()
}

fn one_by_one(came: Quantity, waiting: &[Waiting]) -> Vec<Quantity> {
    let mut rest = came;
    let each = waiting.iter().map(|line| {
        let gets = givable(line.wanted.min(rest), line.whole);
        rest -= gets;
        gets
    });
    each.collect()
}

fn pro_rata(came: Quantity, waiting: &[Waiting]) -> Vec<Quantity> {
    let total: i128 = waiting.iter().map(thousandths_wanted).sum();
    let came = i128::from(came.in_thousandths());
    if total <= came || total == 0 {
        return waiting.iter().map(|line| line.wanted).collect();
    }
    let exact = |line: &Waiting| came * thousandths_wanted(line);
    let floor = |line: &Waiting| {
        let share = i64::try_from(exact(line) / total).unwrap_or(i64::MAX);
        givable(Quantity::thousandths(share), line.whole)
    };
    let mut shares: Vec<Quantity> = waiting.iter().map(floor).collect();
    let given: Quantity = shares.iter().copied().sum();
    let mut rest = i64::try_from(came).unwrap_or(i64::MAX) - given.in_thousandths();
    // The largest remainder first; of equal ones who comes first by the other rule.
    let mut next: Vec<usize> = (0..waiting.len()).collect();
    next.sort_by_key(|&index| {
        let given = i128::from(shares[index].in_thousandths()) * total;
        std::cmp::Reverse(exact(&waiting[index]) - given)
    });
    for index in next {
        let line = &waiting[index];
        let step = if line.whole { 1000 } else { 1 };
        let more = shares[index] + Quantity::thousandths(step);
        if step <= rest && more <= line.wanted {
            shares[index] = more;
            rest -= step;
        }
    }
    shares
}

fn thousandths_wanted(line: &Waiting) -> i128 {
    i128::from(line.wanted.in_thousandths())
}

/// As much of a quantity as can be given: pieces are not cut.
fn givable(quantity: Quantity, whole: bool) -> Quantity {
    let thousandths = quantity.in_thousandths();
    if whole {
        Quantity::thousandths(thousandths - thousandths.rem_euclid(1000))
    } else {
        quantity
    }
}
