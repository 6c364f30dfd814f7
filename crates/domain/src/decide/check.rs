//! Checking an order that waits against what lies on the counter: a scan first ticks what is still
//! expected; beyond that it adds from the shelf.

use std::collections::BTreeMap;

use super::{Article, Context, goods};
use crate::draft::{Basis, Draft, Step};
use crate::ids::LineId;
use crate::money::Money;
use crate::order::{Line, LineKind, LinePrice, Operation, Order};
use crate::quantity::{LINE_QUANTITY_MAX, Quantity};
use crate::refusal::{Refusal, RefusalCode};
use crate::staff::Permission;

/// A line of an order that waits, as far as it is checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Check {
    pub line: LineId,
    /// What is to be handed over of it.
    pub outstanding: Quantity,
    /// What was seen to be there.
    pub ticked: Quantity,
}

impl Check {
    pub fn is_complete(&self) -> bool {
        self.ticked >= self.outstanding
    }

    /// What nobody has seen yet.
    pub fn missing(&self) -> Quantity {
        (self.outstanding - self.ticked).max(Quantity::ZERO)
    }
}

/// What a scan did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scanned {
    /// It was expected and is there.
    Ticked(LineId),
    /// It went on the order, from the shelf.
    Added,
}

impl Draft {
    /// What there is to check of an order that was placed before, line by line; nothing of a new
    /// sale, and nothing of what goes along by itself: deposits and services.
    pub fn checks(&self) -> Vec<Check> {
        if matches!(self.basis, Basis::New(_)) {
            return Vec::new();
        }
        let ticked = self.ticked();
        let order = self.order();
        let lines = order.lines.iter().filter(|line| is_checked(line));
        lines
            .map(|line| Check {
                line: line.id,
                outstanding: line.outstanding(),
                ticked: ticked.get(&line.id).copied().unwrap_or_default(),
            })
            .collect()
    }

    fn ticked(&self) -> BTreeMap<LineId, Quantity> {
        let mut ticked = BTreeMap::new();
        let steps = self.steps.iter().filter_map(|step| match step {
            Step::Operated { ticked, .. } => Some(ticked),
            _ => None,
        });
        for (line, quantity) in steps.flatten() {
            *ticked.entry(*line).or_insert(Quantity::ZERO) += *quantity;
        }
        ticked
    }

    /// What goes over the counter where only what was seen does: everything ticked, and what goes
    /// along with it.
    pub fn ticked_parts(&self) -> Vec<(LineId, Quantity)> {
        let order = self.order();
        let mut parts = Vec::new();
        for check in self.checks() {
            let quantity = check.ticked.min(check.outstanding);
            if !quantity.is_positive() {
                continue;
            }
            parts.push((check.line, quantity));
            let tied = order.lines_tied_to(check.line);
            let along = tied.map(|line| (line.id, quantity.min(line.outstanding())));
            parts.extend(along.filter(|(_, quantity)| quantity.is_positive()));
        }
        parts
    }
}

fn is_checked(line: &Line) -> bool {
    let to_hold = matches!(line.kind, LineKind::Goods | LineKind::Voucher);
    to_hold && line.tied_to.is_none() && line.outstanding().is_positive()
}

/// Takes a scanned article in: on an order that waits it ticks what is expected of it and adds the
/// rest; on a sale of the shelf it adds.
pub fn scan(
    draft: &Draft,
    article: Article<'_>,
    quantity: Quantity,
    context: &mut Context<'_>,
) -> Result<(Step, Scanned), Refusal> {
    context.permit(Permission::Sell)?;
    let order = draft.order();
    let Some((line, check)) = expected(draft, &order, article) else {
        return add_from_shelf(draft, article, quantity, context);
    };
    if !quantity.is_positive() {
        return Err(RefusalCode::QuantityNotPositive.into());
    }
    if quantity > LINE_QUANTITY_MAX {
        return Err(RefusalCode::QuantityTooLarge.into());
    }
    if article.measured {
        let step = weighed(line, check, quantity, article.label_total);
        return Ok((step, Scanned::Ticked(line.id)));
    }
    let expected = quantity.min(check.missing());
    let beyond = quantity - expected;
    if beyond.is_positive() {
        let step = goods::step_quantity(draft, line.id, beyond, context)?;
        return Ok((with_tick(step, line.id, quantity), Scanned::Added));
    }
    let labelled = article.label_total.map(|label| {
        let others = line.amount_before_discount() - expected.at_price(line.price.unit_price);
        priced_by_label(line, others + label)
    });
    let operations = labelled.into_iter().collect();
    let step = with_tick(Step::operated(operations), line.id, expected);
    Ok((step, Scanned::Ticked(line.id)))
}

/// The line of which this article is still expected.
fn expected<'o>(
    draft: &Draft,
    order: &'o Order,
    article: Article<'_>,
) -> Option<(&'o Line, Check)> {
    let checks = draft.checks();
    let mut open = checks.into_iter().filter_map(|check| {
        let line = order.line(check.line)?;
        let wanted = if article.measured {
            line.ordered > check.ticked
        } else {
            !check.is_complete()
        };
        (line.variant == article.variant.id && wanted).then_some((line, check))
    });
    open.next()
}

/// Another pack of a line that goes by weight: what lies on the counter in all is what it weighs. A
/// price on its label is what it costs, whatever weight times price comes to.
fn weighed(line: &Line, check: Check, quantity: Quantity, label: Option<Money>) -> Step {
    let before = line.collected + check.ticked;
    let mut operations = vec![Operation::Weigh {
        line: line.id,
        to: before + quantity,
    }];
    let others = match line.price.label_total {
        Some(total) if before.is_positive() => Some(total),
        Some(_) => Some(Money::ZERO),
        None => label.map(|_| before.at_price(line.price.unit_price)),
    };
    let pack = label.unwrap_or_else(|| quantity.at_price(line.price.unit_price));
    operations.extend(others.map(|others| priced_by_label(line, others + pack)));
    with_tick(Step::operated(operations), line.id, quantity)
}

/// The line costs what the labels on its packs say.
fn priced_by_label(line: &Line, total: Money) -> Operation {
    Operation::ChangePrice {
        line: line.id,
        from: line.price.clone(),
        to: LinePrice {
            label_total: Some(total),
            ..line.price.clone()
        },
    }
}

fn add_from_shelf(
    draft: &Draft,
    article: Article<'_>,
    quantity: Quantity,
    context: &mut Context<'_>,
) -> Result<(Step, Scanned), Refusal> {
    let step = goods::add(draft, article, quantity, context)?;
    let added = match (&draft.basis, &step) {
        (Basis::Placed(_), Step::Operated { operations, .. }) => operations.first(),
        _ => None,
    };
    let line = match added {
        Some(Operation::AddLine { line }) => Some(line.id),
        Some(Operation::ChangeQuantity { line, .. }) => Some(*line),
        _ => None,
    };
    let step = match line {
        Some(line) => with_tick(step, line, quantity),
        None => step,
    };
    Ok((step, Scanned::Added))
}

/// Goods that lie on the counter are there: of an order that waits, so much of the line is ticked.
pub(super) fn in_hand(draft: &Draft, step: Step, line: LineId, quantity: Quantity) -> Step {
    if matches!(draft.basis, Basis::New(_)) {
        return step;
    }
    let ticked = draft.ticked().get(&line).copied().unwrap_or_default();
    with_tick(step, line, quantity - ticked)
}

fn with_tick(step: Step, line: LineId, quantity: Quantity) -> Step {
    match step {
        Step::Operated {
            operations,
            mut ticked,
            approved_by,
        } => {
            ticked.push((line, quantity));
            Step::Operated {
                operations,
                ticked,
                approved_by,
            }
        }
        other => other,
    }
}

/// Ticks what is still missing of a line; of one that is complete it takes the ticks away.
pub fn tick(draft: &Draft, line: LineId, context: &Context<'_>) -> Result<Step, Refusal> {
    context.permit(Permission::Sell)?;
    let checks = draft.checks();
    let check = checks.iter().find(|check| check.line == line);
    let check = check.ok_or(RefusalCode::LineUnknown)?;
    let quantity = if check.is_complete() {
        -check.ticked
    } else {
        check.missing()
    };
    Ok(with_tick(Step::operated(Vec::new()), line, quantity))
}

/// Ticks everything that is still missing, in one step.
pub fn tick_all(draft: &Draft, context: &Context<'_>) -> Result<Step, Refusal> {
    context.permit(Permission::Sell)?;
    let missing = draft.checks().into_iter();
    let ticked: Vec<_> = missing
        .filter(|check| !check.is_complete())
        .map(|check| (check.line, check.missing()))
        .collect();
    if ticked.is_empty() {
        return Err(RefusalCode::NothingMissing.into());
    }
    Ok(Step::Operated {
        operations: Vec::new(),
        ticked,
        approved_by: None,
    })
}
