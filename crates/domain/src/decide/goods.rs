//! What goes on an order in progress and comes off it again.

use super::Context;
use super::check::in_hand;
use crate::catalogue::{DepositTax, Variant, VariantKind};
use crate::draft::{DiscountAmount, Draft, OrderDiscount, Step};
use crate::ids::{CustomerId, IdSource, LineId};
use crate::money::{AMOUNT_MAX, Money};
use crate::order::{
    Fate, Line, LineDiscount, LineKind, LinePrice, ORDER_LINES_MAX, Operation, Order, QuantityMode,
};
use crate::price::{PriceName, WinningPrice};
use crate::quantity::{LINE_QUANTITY_MAX, Quantity};
use crate::refusal::{Refusal, RefusalCode};
use crate::settings::HubSettings;
use crate::staff::Permission;
use crate::tax::{LineTax, TaxClass, TaxExemption, TaxRate, rate_on};
use crate::time::Timestamp;

/// A variant with the price that won for this customer at this moment.
#[derive(Debug, Clone, Copy)]
pub struct Article<'a> {
    pub variant: &'a Variant,
    /// None where no price is known: then it cannot be sold.
    pub price: Option<&'a WinningPrice>,
    /// The total that a price label states.
    pub label_total: Option<Money>,
    /// The quantity came from a label or scale: it makes a line of its own.
    pub measured: bool,
}

/// What lines are made with: the moment, the hub's settings, and where ids come from.
pub struct Making<'a> {
    pub now: Timestamp,
    pub settings: &'a HubSettings,
    pub ids: &'a mut dyn IdSource,
}

impl std::fmt::Debug for Making<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Making")
            .field("now", &self.now)
            .finish_non_exhaustive()
    }
}

/// Puts an article on the order: one more of a line that is there, or a line of its own.
pub fn add(
    draft: &Draft,
    article: Article<'_>,
    quantity: Quantity,
    context: &mut Context<'_>,
) -> Result<Step, Refusal> {
    context.permit(Permission::Sell)?;
    let variant = article.variant;
    if !variant.active || !variant.counter {
        return Err(Refusal::from(RefusalCode::NotForSaleHere).with("name", &variant.name));
    }
    let price = article
        .price
        .ok_or_else(|| Refusal::from(RefusalCode::NoPrice).with("name", &variant.name))?;
    check_quantity(variant, quantity)?;
    let order = draft.order();
    if let Some(line) = line_to_raise(&order, article, price) {
        return raise(&order, line, quantity);
    }
    let lines = new_lines(article, price, quantity, &mut context.making())?;
    if order.lines.len() + lines.len() > ORDER_LINES_MAX {
        return Err(RefusalCode::TooManyLines.into());
    }
    let operations = lines.into_iter().map(|line| Operation::AddLine { line });
    Ok(Step::operated(operations.collect()))
}

pub(super) fn check_quantity(variant: &Variant, quantity: Quantity) -> Result<(), Refusal> {
    if !quantity.is_positive() {
        return Err(RefusalCode::QuantityNotPositive.into());
    }
    if quantity > LINE_QUANTITY_MAX {
        return Err(RefusalCode::QuantityTooLarge.into());
    }
    if !variant.unit.is_measured() && !quantity.is_whole() {
        return Err(Refusal::from(RefusalCode::QuantityNotWhole).with("name", &variant.name));
    }
    Ok(())
}

/// The line that one more of the same makes larger: same variant at the same price, not weighed, not
/// discounted by hand and not on a price label.
fn line_to_raise<'o>(
    order: &'o Order,
    article: Article<'_>,
    price: &WinningPrice,
) -> Option<&'o Line> {
    if article.measured || article.label_total.is_some() {
        return None;
    }
    order.lines.iter().rev().find(|line| {
        line.variant == article.variant.id
            && line.kind != LineKind::BottleDeposit
            && line.price.unit_price == price.unit_price
            && line.price.label_total.is_none()
            && line.weighed.is_none()
            && line.wanted().is_positive()
    })
}

fn raise(order: &Order, line: &Line, quantity: Quantity) -> Result<Step, Refusal> {
    change_quantity(order, line, line.wanted() + quantity, QuantityMode::Add)
}

fn change_quantity(
    order: &Order,
    line: &Line,
    to: Quantity,
    mode: QuantityMode,
) -> Result<Step, Refusal> {
    refuse_label(line)?;
    if to > LINE_QUANTITY_MAX || to.at_price(line.price.unit_price) > AMOUNT_MAX {
        return Err(RefusalCode::QuantityTooLarge.into());
    }
    let mut operations = vec![Operation::ChangeQuantity {
        line: line.id,
        from: line.wanted(),
        to,
        mode,
    }];
    operations.extend(
        order
            .lines_tied_to(line.id)
            .map(|tied| Operation::ChangeQuantity {
                line: tied.id,
                from: tied.wanted(),
                to,
                mode,
            }),
    );
    Ok(Step::operated(operations))
}

pub(super) fn new_lines(
    article: Article<'_>,
    price: &WinningPrice,
    quantity: Quantity,
    making: &mut Making<'_>,
) -> Result<Vec<Line>, Refusal> {
    let line = line_of(article, price, quantity, making)?;
    if line.amount() > AMOUNT_MAX {
        return Err(RefusalCode::QuantityTooLarge.into());
    }
    let deposit = deposit_line(article.variant, &line, quantity, making)?;
    Ok(std::iter::once(line).chain(deposit).collect())
}

fn line_of(
    article: Article<'_>,
    price: &WinningPrice,
    quantity: Quantity,
    making: &mut Making<'_>,
) -> Result<Line, Refusal> {
    let variant = article.variant;
    let (kind, parts) = match &variant.kind {
        VariantKind::Goods => (LineKind::Goods, Vec::new()),
        VariantKind::Service => (LineKind::Service, Vec::new()),
        VariantKind::Bundle { parts } => (LineKind::Goods, parts.clone()),
    };
    Ok(Line {
        id: LineId::from_uuid(making.ids.next_uuid()),
        kind,
        variant: variant.id,
        code: variant.code.clone(),
        name: variant.name.clone(),
        unit: variant.unit,
        price: LinePrice {
            unit_price: price.unit_price,
            name: price.name.clone(),
            regular: (price.name != PriceName::Regular).then_some(price.regular),
            label_total: article.label_total,
            reason: None,
        },
        tax: line_tax(&variant.tax_class, making)?,
        ordered: quantity,
        weighed: None,
        picked: Quantity::ZERO,
        collected: Quantity::ZERO,
        returned: Quantity::ZERO,
        removals: Vec::new(),
        discount: None,
        tied_to: None,
        substitutes: None,
        substituted_by: None,
        tracks_stock: variant.tracks_stock || !parts.is_empty(),
        parts,
    })
}

fn line_tax(class: &TaxClass, making: &Making<'_>) -> Result<LineTax, Refusal> {
    let day = making.now.in_zone(making.settings.zone).date_naive();
    let rate = rate_on(&making.settings.tax_rates, class, day);
    let rate =
        rate.ok_or_else(|| Refusal::from(RefusalCode::NoTaxRate).with("class", class.name()))?;
    Ok(LineTax::new(class.clone(), rate))
}

/// The deposit on what the goods come in: a line of its own, tied to theirs.
fn deposit_line(
    variant: &Variant,
    goods: &Line,
    quantity: Quantity,
    making: &mut Making<'_>,
) -> Result<Option<Line>, Refusal> {
    let Some(deposit) = &variant.deposit else {
        return Ok(None);
    };
    let tax = match &deposit.tax {
        DepositTax::SameAsGoods => goods.tax.clone(),
        DepositTax::Class { class } => line_tax(class, making)?,
        DepositTax::OutsideTax => LineTax {
            class: goods.tax.class.clone(),
            rate: TaxRate::ZERO,
            exemption: Some(TaxExemption::new("deposit")),
        },
    };
    Ok(Some(Line {
        id: LineId::from_uuid(making.ids.next_uuid()),
        kind: LineKind::BottleDeposit,
        name: deposit.name.clone(),
        price: LinePrice {
            unit_price: deposit.amount,
            name: PriceName::Regular,
            regular: None,
            label_total: None,
            reason: None,
        },
        tax,
        ordered: quantity,
        tied_to: Some(goods.id),
        tracks_stock: false,
        parts: Vec::new(),
        ..goods.clone()
    }))
}

/// One more or one less of a line. One less of the last one takes the line off.
pub fn step_quantity(
    draft: &Draft,
    line: LineId,
    delta: Quantity,
    context: &Context<'_>,
) -> Result<Step, Refusal> {
    context.permit(Permission::Sell)?;
    let order = draft.order();
    let line = wanted_line(&order, line)?;
    let to = line.wanted() + delta;
    if !to.is_positive() {
        return remove(draft, line.id, Fate::BackToShelf, "", context);
    }
    check_whole(line, to)?;
    change_quantity(&order, line, to, QuantityMode::Add)
}

/// A price label is for what it lies on: more of it is another label.
fn refuse_label(line: &Line) -> Result<(), Refusal> {
    match line.price.label_total {
        Some(_) => Err(Refusal::from(RefusalCode::QuantityOnLabel).with("name", &line.name)),
        None => Ok(()),
    }
}

/// A typed quantity.
pub fn set_quantity(
    draft: &Draft,
    line: LineId,
    to: Quantity,
    context: &Context<'_>,
) -> Result<Step, Refusal> {
    context.permit(Permission::Sell)?;
    let order = draft.order();
    let line = wanted_line(&order, line)?;
    if !to.is_positive() {
        return Err(RefusalCode::QuantityNotPositive.into());
    }
    check_whole(line, to)?;
    change_quantity(&order, line, to, QuantityMode::Set)
}

fn check_whole(line: &Line, quantity: Quantity) -> Result<(), Refusal> {
    if line.unit.is_measured() || quantity.is_whole() {
        return Ok(());
    }
    Err(Refusal::from(RefusalCode::QuantityNotWhole).with("name", &line.name))
}

/// Takes what is outstanding of a line off the order.
pub fn remove(
    draft: &Draft,
    line: LineId,
    fate: Fate,
    reason: &str,
    context: &Context<'_>,
) -> Result<Step, Refusal> {
    context.permit(Permission::Sell)?;
    let order = draft.order();
    let line = wanted_line(&order, line)?;
    let operation = Operation::RemoveLine {
        line: line.id,
        from: line.wanted(),
        collected: line.collected,
        fate,
        reason: reason.to_owned(),
    };
    Ok(Step::operated(vec![operation]))
}

/// The weight of the goods in hand: what of the line was not handed over before.
pub fn weigh(
    draft: &Draft,
    line: LineId,
    weight: Quantity,
    context: &Context<'_>,
) -> Result<Step, Refusal> {
    context.permit(Permission::Sell)?;
    let order = draft.order();
    let line = wanted_line(&order, line)?;
    refuse_label(line)?;
    if !weight.is_positive() {
        return Err(RefusalCode::QuantityNotPositive.into());
    }
    if weight > LINE_QUANTITY_MAX {
        return Err(RefusalCode::QuantityTooLarge.into());
    }
    check_whole(line, weight)?;
    let step = Step::operated(vec![Operation::Weigh {
        line: line.id,
        to: line.collected + weight,
    }]);
    Ok(in_hand(draft, step, line.id, weight))
}

/// Gives another article in place of a line.
pub fn substitute(
    draft: &Draft,
    line: LineId,
    article: Article<'_>,
    quantity: Quantity,
    fate: Fate,
    context: &mut Context<'_>,
) -> Result<Step, Refusal> {
    context.permit(Permission::Sell)?;
    let order = draft.order();
    let line = wanted_line(&order, line)?;
    let price = article
        .price
        .ok_or_else(|| Refusal::from(RefusalCode::NoPrice).with("name", &article.variant.name))?;
    check_quantity(article.variant, quantity)?;
    let mut by = line_of(article, price, quantity, &mut context.making())?;
    by.substitutes = Some(line.id);
    let given = by.id;
    let deposit = deposit_line(article.variant, &by, quantity, &mut context.making())?;
    let substitution = Operation::Substitute {
        line: line.id,
        by,
        quantity: line.outstanding(),
        collected: line.collected,
        fate,
    };
    let deposit = deposit.map(|line| Operation::AddLine { line });
    let operations = std::iter::once(substitution).chain(deposit);
    let step = Step::operated(operations.collect());
    Ok(in_hand(draft, step, given, quantity))
}

/// A manager's price, or a shelf price matched within a cashier's limit.
pub fn change_price(
    draft: &Draft,
    line: LineId,
    unit_price: Money,
    reason: &str,
    context: &Context<'_>,
) -> Result<Step, Refusal> {
    check_reason(reason)?;
    if unit_price.is_negative() || unit_price > AMOUNT_MAX {
        return Err(RefusalCode::AmountTooLarge.into());
    }
    let order = draft.order();
    let line = wanted_line(&order, line)?;
    if unit_price > line.price.unit_price || line.price.label_total.is_some() {
        context.permit(Permission::OverridePrice)?;
    }
    let to = LinePrice {
        unit_price,
        name: PriceName::Manual,
        regular: line.price.regular.or(Some(line.price.unit_price)),
        label_total: None,
        reason: Some(reason.to_owned()),
    };
    let step = Step::Operated {
        operations: vec![Operation::ChangePrice {
            line: line.id,
            from: line.price.clone(),
            to,
        }],
        ticked: Vec::new(),
        approved_by: context.approved_by,
    };
    within_limits(draft, step, context)
}

/// An allowance on one line, with its reason.
pub fn discount_line(
    draft: &Draft,
    line: LineId,
    amount: DiscountAmount,
    reason: &str,
    context: &Context<'_>,
) -> Result<Step, Refusal> {
    check_reason(reason)?;
    let order = draft.order();
    let line = wanted_line(&order, line)?;
    if !crate::draft::is_discountable(line) {
        return Err(RefusalCode::DiscountAboveAmount.into());
    }
    let allowance = allowance(amount, line.amount_before_discount())?;
    let from = own_discount(draft, line.id);
    let to = allowance.is_positive().then(|| LineDiscount {
        amount: allowance,
        of: line.wanted(),
        reason: reason.to_owned(),
    });
    let step = Step::Operated {
        operations: vec![Operation::Discount {
            line: line.id,
            from,
            to,
        }],
        ticked: Vec::new(),
        approved_by: context.approved_by,
    };
    within_limits(draft, step, context)
}

/// What is let go has to be explained.
fn check_reason(reason: &str) -> Result<(), Refusal> {
    if reason.trim().is_empty() {
        return Err(RefusalCode::ReasonMissing.into());
    }
    Ok(())
}

/// The line's own discount, without its share of one on the whole order.
fn own_discount(draft: &Draft, line: LineId) -> Option<LineDiscount> {
    let discounts = draft.operations().filter_map(|operation| match operation {
        Operation::Discount { line: id, to, .. } if *id == line => Some(to.clone()),
        _ => None,
    });
    match discounts.last() {
        Some(discount) => discount,
        None => match &draft.basis {
            crate::draft::Basis::Placed(order) => order.line(line)?.discount.clone(),
            crate::draft::Basis::New(_) => None,
        },
    }
}

/// An allowance on the whole order, which later lines share.
pub fn discount_order(
    draft: &Draft,
    amount: DiscountAmount,
    reason: &str,
    context: &Context<'_>,
) -> Result<Step, Refusal> {
    check_reason(reason)?;
    let order = draft.order();
    let goods = order
        .lines
        .iter()
        .filter(|line| crate::draft::is_discountable(line));
    let goods: Money = goods.map(Line::amount_before_discount).sum();
    if goods.is_zero() {
        return Err(RefusalCode::OrderEmpty.into());
    }
    let allowance = allowance(amount, goods)?;
    let after = allowance.is_positive().then(|| OrderDiscount {
        amount,
        reason: reason.to_owned(),
    });
    let step = Step::Discounted {
        before: draft.order_discount().cloned(),
        after,
        approved_by: context.approved_by,
    };
    within_limits(draft, step, context)
}

/// Lets a step pass where what the cashier lets go on the order with it stays within the limits, in
/// however many steps it came about, or where a manager confirms it.
fn within_limits(draft: &Draft, step: Step, context: &Context<'_>) -> Result<Step, Refusal> {
    let before = draft.allowances();
    let mut with_step = draft.clone();
    // The step itself is what is asked for: a manager's word for it is in the context.
    with_step.take(step.clone().unapproved());
    let after = with_step.allowances();
    if after.in_all > before.in_all {
        permit_allowance(after.unconfirmed, after.in_all + after.kept, context)?;
    }
    Ok(step)
}

fn allowance(amount: DiscountAmount, gross: Money) -> Result<Money, Refusal> {
    let allowance = match amount {
        DiscountAmount::Share { ppm } if ppm > 1_000_000 => {
            return Err(RefusalCode::DiscountAboveAmount.into());
        }
        DiscountAmount::Share { ppm } => crate::order::share(gross, ppm),
        DiscountAmount::Fixed { amount } => amount,
    };
    if allowance.is_negative() {
        return Err(RefusalCode::AmountNotPositive.into());
    }
    if allowance > gross {
        return Err(RefusalCode::DiscountAboveAmount.into());
    }
    Ok(allowance)
}

/// A cashier may go down to the role's limit; beyond it a manager confirms.
pub(super) fn permit_allowance(
    allowance: Money,
    gross: Money,
    context: &Context<'_>,
) -> Result<(), Refusal> {
    if context.role.may(Permission::OverridePrice) || context.approved_by.is_some() {
        return Ok(());
    }
    context.permit(Permission::GiveDiscountWithinLimit)?;
    if context.settings.role_limits.allow(gross, allowance) {
        Ok(())
    } else {
        Err(RefusalCode::DiscountAboveLimit.into())
    }
}

/// Names the customer, or nobody.
pub fn set_customer(draft: &Draft, customer: Option<CustomerId>) -> Step {
    let from = draft.order().heading.customer;
    Step::operated(vec![Operation::SetCustomer { from, to: customer }])
}

fn wanted_line(order: &Order, line: LineId) -> Result<&Line, Refusal> {
    let found = order.line(line).filter(|line| !line.wanted().is_zero());
    found.ok_or_else(|| RefusalCode::LineUnknown.into())
}
