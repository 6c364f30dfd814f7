//! What customers do by themselves in the shop: place an order, change it and cancel it until the
//! cut-off. The shop promises only what is there.

use std::collections::{BTreeMap, BTreeSet};

use super::Article;
use super::goods::{Making, check_quantity, new_lines};
use crate::books::Books;
use crate::catalogue::Variant;
use crate::event::Event;
use crate::ids::{AttachmentId, LineId, LocationId, OrderId, VariantId};
use crate::money::{AMOUNT_MAX, Money};
use crate::order::{
    Channel, Charge, Fate, Fulfilment, Line, ORDER_LINES_MAX, Operation, Order, OrderHeading,
    QuantityMode, Seen,
};
use crate::price::{PriceName, WinningPrice};
use crate::quantity::Quantity;
use crate::refusal::{Refusal, RefusalCode};
use crate::slot::Slot;
use crate::time::Timestamp;

/// So much of an article, at the price that won for this customer.
#[derive(Debug, Clone, Copy)]
pub struct Wish<'a> {
    pub variant: &'a Variant,
    /// None where no price is known: then it cannot be ordered.
    pub price: Option<&'a WinningPrice>,
    pub quantity: Quantity,
}

/// An order as a customer sends it.
#[derive(Debug)]
pub struct NewOrder<'a> {
    pub heading: OrderHeading,
    pub wishes: Vec<Wish<'a>>,
    pub charges: Vec<Charge>,
    /// What the customer wrote, kept beside the journal.
    pub note: Option<AttachmentId>,
}

/// Where it is to be fetched, and how many orders wait there already.
#[derive(Debug, Clone, Copy)]
pub struct SlotState<'a> {
    pub slot: &'a Slot,
    pub orders: u32,
}

/// What the shop can promise.
#[derive(Debug, Clone, Copy)]
pub struct Shelf<'a> {
    /// With the stock of everything that is wished.
    pub books: &'a Books,
    /// Variants of which no stock is kept, such as parts of a box that are always there.
    pub unlimited: &'a BTreeSet<VariantId>,
}

/// Places an order and reserves its goods.
pub fn place_online(
    new: NewOrder<'_>,
    place: SlotState<'_>,
    shelf: Shelf<'_>,
    making: &mut Making<'_>,
) -> Result<Vec<Event>, Refusal> {
    if new.wishes.is_empty() {
        return Err(RefusalCode::OrderEmpty.into());
    }
    if place.slot.location != new.heading.location || new.heading.slot != Some(place.slot.id) {
        return Err(RefusalCode::SlotUnknown.into());
    }
    place.slot.take_in(place.orders, making.now)?;
    let mut lines = Vec::new();
    for wish in merged(new.wishes) {
        lines.extend(lines_of(wish, making)?);
    }
    if lines.len() > ORDER_LINES_MAX {
        return Err(RefusalCode::TooManyLines.into());
    }
    let taken = lines.iter().flat_map(|line| line.stock_of(line.ordered));
    check_available(taken, new.heading.location, shelf, &lines)?;
    let order = new.heading.id;
    let mut draft = Order::draft(new.heading.clone());
    draft.lines.clone_from(&lines);
    draft.charges.clone_from(&new.charges);
    if draft.totals().total > AMOUNT_MAX {
        return Err(RefusalCode::AmountTooLarge.into());
    }
    let mut events = vec![Event::OrderPlaced {
        heading: new.heading,
        lines,
        charges: new.charges,
        removed: Vec::new(),
        taken_back: Vec::new(),
        shift: None,
    }];
    if let Some(text) = new.note {
        events.push(Event::OrderAmended {
            order,
            seen: Seen::default(),
            operations: vec![Operation::AddNote { text }],
            removed: Vec::new(),
            taken_back: Vec::new(),
            shift: None,
        });
    }
    events.push(Event::OrderAccepted { order });
    Ok(events)
}

/// What goods would come to if they were ordered now. Nothing is reserved by asking.
#[derive(Debug, Clone)]
pub struct Quote {
    /// The order that they would become, without what cannot be ordered.
    pub order: Order,
    /// What cannot be ordered, and why.
    pub refused: Vec<(VariantId, Refusal)>,
}

/// Works out what wishes come to at a location, each as far as it can be ordered beside those before it.
pub fn quote(
    location: LocationId,
    wishes: Vec<Wish<'_>>,
    shelf: Shelf<'_>,
    making: &mut Making<'_>,
) -> Quote {
    let mut order = Order::draft(OrderHeading {
        id: OrderId::from_uuid(making.ids.next_uuid()),
        number: String::new(),
        channel: Channel::Shop,
        location,
        customer: None,
        slot: None,
        tax_mode: making.settings.tax_mode,
    });
    let mut refused = Vec::new();
    let mut taken = BTreeMap::new();
    for wish in merged(wishes) {
        let variant = wish.variant.id;
        match add_wish(&mut order, &mut taken, wish, shelf, making) {
            Ok(()) => {}
            Err(refusal) => refused.push((variant, refusal)),
        }
    }
    Quote { order, refused }
}

/// Puts a wish with those before it, or leaves everything as it was. `taken` is what they take in all.
fn add_wish(
    order: &mut Order,
    taken: &mut BTreeMap<VariantId, Quantity>,
    wish: Wish<'_>,
    shelf: Shelf<'_>,
    making: &mut Making<'_>,
) -> Result<(), Refusal> {
    let lines = lines_of(wish, making)?;
    if order.lines.len() + lines.len() > ORDER_LINES_MAX {
        return Err(RefusalCode::TooManyLines.into());
    }
    let mut more: BTreeMap<VariantId, Quantity> = BTreeMap::new();
    for (variant, quantity) in lines.iter().flat_map(|line| line.stock_of(line.ordered)) {
        let before = taken.get(&variant).copied().unwrap_or(Quantity::ZERO);
        *more.entry(variant).or_insert(before) += quantity;
    }
    let wanted = more.iter().map(|(variant, quantity)| (*variant, *quantity));
    check_available(wanted, order.heading.location, shelf, &lines)?;
    let before = order.lines.len();
    order.lines.extend(lines);
    // Working out the total of everything is worth while only where it can be too much.
    let amounts: Money = order.lines.iter().map(Line::amount).sum();
    let may_be_too_much = amounts > Money::minor(AMOUNT_MAX.minor_units() / 2);
    if may_be_too_much && order.totals().total > AMOUNT_MAX {
        order.lines.truncate(before);
        return Err(RefusalCode::AmountTooLarge.into());
    }
    taken.extend(more);
    Ok(())
}

/// The same article twice is one line.
fn merged(wishes: Vec<Wish<'_>>) -> Vec<Wish<'_>> {
    let mut merged: Vec<Wish<'_>> = Vec::new();
    let mut places: BTreeMap<VariantId, usize> = BTreeMap::new();
    for wish in wishes {
        match places.get(&wish.variant.id) {
            Some(place) => merged[*place].quantity += wish.quantity,
            None => {
                places.insert(wish.variant.id, merged.len());
                merged.push(wish);
            }
        }
    }
    merged
}

/// Refuses what the shop does not offer, and quantities that nobody orders.
pub fn check_for_shop(variant: &Variant, quantity: Quantity) -> Result<(), Refusal> {
    check_offered(variant)?;
    check_usual(variant, quantity)
}

fn check_offered(variant: &Variant) -> Result<(), Refusal> {
    if variant.active && variant.shop {
        return Ok(());
    }
    Err(Refusal::from(RefusalCode::NotForSaleHere).with("name", &variant.name))
}

fn check_usual(variant: &Variant, quantity: Quantity) -> Result<(), Refusal> {
    check_quantity(variant, quantity)?;
    if variant.unit.is_unusually_much(quantity) {
        // Nobody empties the shelf by a form: who wants that much asks.
        return Err(Refusal::from(RefusalCode::QuantityTooLarge).with("name", &variant.name));
    }
    Ok(())
}

fn lines_of(wish: Wish<'_>, making: &mut Making<'_>) -> Result<Vec<Line>, Refusal> {
    let variant = wish.variant;
    check_offered(variant)?;
    let price = wish
        .price
        .ok_or_else(|| Refusal::from(RefusalCode::NoPrice).with("name", &variant.name))?;
    check_usual(variant, wish.quantity)?;
    let article = Article {
        variant,
        price: Some(price),
        label_total: None,
        measured: false,
    };
    new_lines(article, price, wish.quantity, making)
}

/// Refuses what is not there: the shop never promises more than is available.
fn check_available(
    taken: impl Iterator<Item = (VariantId, Quantity)>,
    location: LocationId,
    shelf: Shelf<'_>,
    lines: &[Line],
) -> Result<(), Refusal> {
    let mut wanted: BTreeMap<VariantId, Quantity> = BTreeMap::new();
    for (variant, quantity) in taken.filter(|(variant, _)| !shelf.unlimited.contains(variant)) {
        *wanted.entry(variant).or_insert(Quantity::ZERO) += quantity;
    }
    for (variant, quantity) in wanted {
        let available = shelf.books.level(variant, location).available();
        if quantity > available {
            let names = |line: &&Line| {
                line.variant == variant || line.parts.iter().any(|(part, _)| *part == variant)
            };
            let line = lines.iter().find(names);
            return Err(Refusal::from(RefusalCode::NotEnoughInStock)
                .with(
                    "name",
                    line.map(|line| line.name.as_str()).unwrap_or_default(),
                )
                .with("variant", variant)
                .with("available", available.max(Quantity::ZERO).in_thousandths()));
        }
    }
    Ok(())
}

/// A change that a customer makes to an order of theirs.
#[derive(Debug, Clone, Default)]
pub struct CustomerChange<'a> {
    /// Lines that shall have another quantity; zero takes a line off.
    pub lines: Vec<(LineId, Quantity)>,
    pub added: Vec<Wish<'a>>,
}

/// Changes an order until the cut-off. Goods that come on or grow have to be there; the money already
/// authorised or paid is settled at the pick-up.
pub fn amend_online(
    order: &Order,
    change: CustomerChange<'_>,
    slot: &Slot,
    shelf: Shelf<'_>,
    making: &mut Making<'_>,
) -> Result<Vec<Event>, Refusal> {
    open_to_customer(order, slot, making.now)?;
    let mut operations = Vec::new();
    let mut named = BTreeSet::new();
    for (id, to) in &change.lines {
        if !named.insert(*id) {
            return Err(RefusalCode::LineUnknown.into());
        }
        operations.extend(change_line(order, *id, *to)?);
    }
    for wish in merged(change.added) {
        let lines = lines_of(wish, making)?;
        operations.extend(lines.into_iter().map(|line| Operation::AddLine { line }));
    }
    if operations.is_empty() {
        return Err(RefusalCode::NothingChanged.into());
    }
    let is_added = |operation: &&Operation| matches!(operation, Operation::AddLine { .. });
    if order.lines.len() + operations.iter().filter(is_added).count() > ORDER_LINES_MAX {
        return Err(RefusalCode::TooManyLines.into());
    }
    let mut after = order.clone();
    for operation in &operations {
        after.operate(operation, &Default::default());
    }
    if after.totals().total > AMOUNT_MAX {
        return Err(RefusalCode::AmountTooLarge.into());
    }
    if after.lines.iter().all(|line| line.wanted().is_zero()) {
        return Err(RefusalCode::OrderEmpty.into());
    }
    let grown = grown(order, &after);
    check_available(grown, order.heading.location, shelf, &after.lines)?;
    Ok(vec![Event::OrderAmended {
        order: order.id(),
        seen: seen(order),
        operations,
        removed: Vec::new(),
        taken_back: Vec::new(),
        shift: None,
    }])
}

fn change_line(order: &Order, id: LineId, to: Quantity) -> Result<Vec<Operation>, Refusal> {
    let line = order
        .line(id)
        .filter(|line| line.tied_to.is_none() && line.wanted().is_positive())
        .ok_or(RefusalCode::LineUnknown)?;
    if to.is_negative() {
        return Err(RefusalCode::QuantityNotPositive.into());
    }
    let too_much = line.unit.is_unusually_much(to) && to > line.wanted();
    if too_much || to.at_price(line.price.unit_price) > AMOUNT_MAX {
        return Err(Refusal::from(RefusalCode::QuantityTooLarge).with("name", &line.name));
    }
    // What the hub's people agreed for this much holds for no more of it, and a label for what it lies on.
    let agreed = line.price.name == PriceName::Manual || line.discount.is_some();
    let labelled = line.price.label_total.is_some() && !to.is_zero();
    if labelled || (agreed && to > line.wanted()) {
        return Err(RefusalCode::OrderClosedToCustomer.into());
    }
    if !line.unit.is_measured() && !to.is_whole() {
        return Err(Refusal::from(RefusalCode::QuantityNotWhole).with("name", &line.name));
    }
    let with_it = std::iter::once(line).chain(order.lines_tied_to(id));
    Ok(with_it
        .filter(|line| line.wanted() != to)
        .map(|line| {
            if to.is_zero() {
                Operation::RemoveLine {
                    line: line.id,
                    from: line.wanted(),
                    collected: line.collected,
                    fate: Fate::BackToShelf,
                    reason: String::new(),
                }
            } else {
                Operation::ChangeQuantity {
                    line: line.id,
                    from: line.wanted(),
                    to,
                    mode: QuantityMode::Set,
                }
            }
        })
        .collect())
}

/// What an order takes beyond what it holds reserved.
fn grown(before: &Order, after: &Order) -> impl Iterator<Item = (VariantId, Quantity)> {
    let mut change: BTreeMap<VariantId, Quantity> = BTreeMap::new();
    let stock_of = |order: &Order| -> Vec<(VariantId, Quantity)> {
        let lines = order.lines.iter();
        lines
            .flat_map(|line| line.stock_of(line.outstanding()))
            .collect()
    };
    for (variant, quantity) in stock_of(after) {
        *change.entry(variant).or_insert(Quantity::ZERO) += quantity;
    }
    for (variant, quantity) in stock_of(before) {
        *change.entry(variant).or_insert(Quantity::ZERO) -= quantity;
    }
    change
        .into_iter()
        .filter(|(_, quantity)| quantity.is_positive())
}

/// Cancels an order until the cut-off.
pub fn cancel_online(
    order: &Order,
    slot: &Slot,
    reason: &str,
    now: Timestamp,
) -> Result<Vec<Event>, Refusal> {
    open_to_customer(order, slot, now)?;
    Ok(vec![Event::OrderCancelled {
        order: order.id(),
        seen: seen(order),
        reason: reason.to_owned(),
    }])
}

/// Whether its customer may still change an order without asking anybody.
pub fn is_open_to_customer(order: &Order, slot: &Slot, now: Timestamp) -> bool {
    open_to_customer(order, slot, now).is_ok()
}

/// Until the cut-off, and as long as nobody has begun to pack it.
fn open_to_customer(order: &Order, slot: &Slot, now: Timestamp) -> Result<(), Refusal> {
    let untouched = matches!(
        order.fulfilment(),
        Fulfilment::Placed | Fulfilment::Accepted
    ) && order.lines.iter().all(|line| !line.picked.is_positive());
    if order.heading.slot != Some(slot.id) || !slot.is_open_to_customers(now) || !untouched {
        return Err(RefusalCode::OrderClosedToCustomer.into());
    }
    Ok(())
}

fn seen(order: &Order) -> Seen {
    Seen {
        rev: order.rev,
        own: None,
    }
}
