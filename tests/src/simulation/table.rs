//! The table of merges, read once more: what each entry has to do to an order, and which problems it
//! has to open, worked out from the order before it and the entry alone. The books have to come to the
//! same: no divergence that needs a person goes without its problem, and no problem without its cause.

use std::collections::BTreeSet;

use comptoir_domain::entry::EntryBody;
use comptoir_domain::event::Event;
use comptoir_domain::ids::{CustomerId, LineId, LocationId, OrderId, SlotId};
use comptoir_domain::order::{
    CollectedPart, EarlyFact, Line, LineDiscount, LinePrice, Operation, Order, OrderHeading,
    PickUp, QuantityMode, Seen,
};
use comptoir_domain::problem::{Problem, ProblemRule};
use comptoir_domain::quantity::Quantity;

/// What the table decides; other problems have other causes.
const RULES: [ProblemRule; 14] = [
    ProblemRule::HandedOverTwice,
    ProblemRule::CollectedAfterCancelled,
    ProblemRule::CancelledAfterCollected,
    ProblemRule::AmendedAfterCancelled,
    ProblemRule::QuantitySetTwice,
    ProblemRule::RemovedAndChanged,
    ProblemRule::RemovedAfterCollected,
    ProblemRule::BelowCollected,
    ProblemRule::SubstitutedTwice,
    ProblemRule::PriceChangedTwice,
    ProblemRule::SlotChangedTwice,
    ProblemRule::CustomerChangedTwice,
    ProblemRule::ReturnedTooMuch,
    ProblemRule::LineUnknown,
];

type Found = BTreeSet<(ProblemRule, Option<LineId>)>;

/// O2 to O4: an entry did to an order what the table says, and opened exactly the problems that it
/// says.
pub(super) fn was_followed(before: &Order, body: &EntryBody, after: &Order, problems: &[Problem]) {
    if before.is_awaited() && placed(body, before.id()).is_none() {
        return was_kept(before, body, after, problems);
    }
    let Some(expected) = Merge::expected(before, body) else {
        return;
    };
    let found = of_table(before, problems);
    assert_eq!(found, expected.found, "O3: {body:?} on {before:#?}");
    let reached = Merge::of(after);
    assert_eq!(reached.lines, expected.lines, "O2: {body:?} on {before:#?}");
    assert_eq!(
        (reached.is_cancelled, reached.location, reached.slot),
        (expected.is_cancelled, expected.location, expected.slot),
        "O2: {body:?} on {before:#?}"
    );
    assert_eq!(reached.customer, expected.customer, "O2: {body:?}");
}

/// O1: what happens to an order that nobody knows is kept as it is, in the order in which it was heard
/// of, and each fact has its problem; nothing else comes of it until the order arrives.
fn was_kept(before: &Order, body: &EntryBody, after: &Order, problems: &[Problem]) {
    let decides = |event: &Event| matches!(event, Event::ProblemDecided { .. });
    if body.events.iter().any(decides) {
        // What follows from a decision follows only from the first: that is looked at in the end.
        return;
    }
    let (known, new) = after.early.split_at(before.early.len());
    assert_eq!(known, before.early, "O1: {body:?}");
    let thrown_away = |event: &&Event| matches!(event, Event::OrderDiscarded { .. });
    let events = body.events.iter().filter(|event| !thrown_away(event));
    let events = events.filter(|event| event.order() == Some(before.id()));
    assert!(
        new.iter().map(|early| &early.event).eq(events),
        "O1: {body:?} is not kept: {new:#?}"
    );
    for early in new {
        let told = problems.iter().find(|problem| problem.id == early.problem);
        let told = told.is_some_and(|problem| problem.rule == ProblemRule::OrderUnknown);
        assert!(told, "O3: nobody is told: {early:?}");
    }
    assert_eq!(of_table(before, problems), Found::new(), "O3: {body:?}");
    let is_bare = after.lines.is_empty() && after.collections.is_empty();
    assert!(after.is_awaited() && is_bare, "O2: {after:#?}");
}

/// What an entry places an order with.
fn placed(body: &EntryBody, order: OrderId) -> Option<(&OrderHeading, &[Line])> {
    body.events.iter().find_map(|event| match event {
        Event::OrderPlaced { heading, lines, .. } if heading.id == order => {
            Some((heading, lines.as_slice()))
        }
        _ => None,
    })
}

/// The problems of an entry with an order that are the table's business.
fn of_table(order: &Order, problems: &[Problem]) -> Found {
    let about = problems
        .iter()
        .filter(|problem| problem.subject.order == Some(order.id()));
    about
        .filter(|problem| RULES.contains(&problem.rule))
        .map(|problem| (problem.rule, problem.subject.line))
        .collect()
}

/// The lines that an entry hands over; none where it hands nothing over.
fn handed_over<'e>(
    events: impl Iterator<Item = &'e Event>,
    order: OrderId,
) -> Option<BTreeSet<LineId>> {
    let mut handed_over = None;
    for event in events {
        if let Event::GoodsCollected {
            order: of,
            collection,
            ..
        } = event
            && *of == order
        {
            let lines = collection.parts.iter().map(|part| part.line);
            handed_over.get_or_insert_with(BTreeSet::new).extend(lines);
        }
    }
    handed_over
}

/// A line as far as the table goes.
#[derive(Debug, Clone, PartialEq)]
struct Item {
    id: LineId,
    ordered: Quantity,
    weighed: Option<Quantity>,
    collected: Quantity,
    returned: Quantity,
    was_taken_off: bool,
    replaced_by: Option<LineId>,
    hangs_on: Option<LineId>,
    price: LinePrice,
    discount: Option<LineDiscount>,
}

impl Item {
    fn of(line: &Line) -> Item {
        Item {
            id: line.id,
            ordered: line.ordered,
            weighed: line.weighed,
            collected: line.collected,
            returned: line.returned,
            was_taken_off: !line.removals.is_empty(),
            replaced_by: line.substituted_by,
            hangs_on: line.tied_to,
            price: line.price.clone(),
            discount: line.discount.clone(),
        }
    }

    fn wanted(&self) -> Quantity {
        self.weighed.unwrap_or(self.ordered)
    }

    fn set(&mut self, quantity: Quantity) {
        self.ordered = quantity;
        self.weighed = None;
    }
}

/// An order while an entry is read.
#[derive(Debug, Clone)]
struct Merge {
    lines: Vec<Item>,
    rev: u64,
    is_cancelled: bool,
    was_fetched: bool,
    location: LocationId,
    slot: Option<SlotId>,
    customer: Option<CustomerId>,
    collections: BTreeSet<comptoir_domain::ids::CollectionId>,
    returns: BTreeSet<comptoir_domain::ids::ReturnId>,
    /// What went and what came back in all, lines included that nobody has heard of.
    gone: Vec<CollectedPart>,
    back: Vec<(LineId, Quantity)>,
    /// What goes over the counter in this entry.
    handed_over: Option<BTreeSet<LineId>>,
    found: Found,
}

impl Merge {
    /// What an entry makes of an order; none where the table says nothing of some of it.
    fn expected(before: &Order, body: &EntryBody) -> Option<Merge> {
        let mut expected = Merge::of(before);
        if before.is_awaited() {
            let (heading, lines) = placed(body, before.id())?;
            expected.place(heading, lines);
        }
        expected.handed_over = handed_over(body.events.iter(), before.id());
        for event in &body.events {
            let decides = matches!(event, Event::ProblemDecided { .. });
            if decides || event.order() == Some(before.id()) {
                expected.event(event)?;
            }
        }
        expected.catch_up(before)?;
        Some(expected)
    }

    fn place(&mut self, heading: &OrderHeading, lines: &[Line]) {
        self.lines = lines.iter().map(Item::of).collect();
        (self.location, self.slot) = (heading.location, heading.slot);
        self.customer = heading.customer;
        self.rev = 0;
    }

    /// The order is here at last: what was done to it is read as if it came now, one entry after the
    /// other.
    fn catch_up(&mut self, before: &Order) -> Option<()> {
        let same = |one: &EarlyFact, next: &EarlyFact| (one.entry, one.at) == (next.entry, next.at);
        for facts in before.early.chunk_by(same) {
            self.rev += 1;
            let events = || facts.iter().map(|early| &early.event);
            self.handed_over = handed_over(events(), before.id());
            for event in events() {
                self.event(event)?;
            }
        }
        Some(())
    }

    fn of(order: &Order) -> Merge {
        Merge {
            lines: order.lines.iter().map(Item::of).collect(),
            rev: order.rev,
            is_cancelled: order.milestones.cancelled.is_some(),
            was_fetched: !order.collections.is_empty(),
            location: order.heading.location,
            slot: order.heading.slot,
            customer: order.heading.customer,
            collections: order.collections.iter().map(|known| known.id).collect(),
            returns: order.returns.iter().map(|known| known.id).collect(),
            gone: order
                .collections
                .iter()
                .flat_map(|known| known.parts.iter().cloned())
                .collect(),
            back: order
                .returns
                .iter()
                .flat_map(|known| &known.parts)
                .map(|part| (part.line, part.quantity))
                .collect(),
            handed_over: None,
            found: Found::new(),
        }
    }

    /// Whether a line goes over the counter in this entry.
    fn goes(&self, line: LineId) -> bool {
        let lines = self.handed_over.as_ref();
        lines.is_some_and(|lines| lines.contains(&line))
    }

    /// None where the table says nothing of such an event.
    fn event(&mut self, event: &Event) -> Option<()> {
        match event {
            Event::OrderAmended { operations, .. } => {
                let known: BTreeSet<LineId> = self.lines.iter().map(|line| line.id).collect();
                operations
                    .iter()
                    .for_each(|operation| self.operation(operation));
                self.catch_up_with_lines(&known);
                if self.is_cancelled && self.handed_over.is_none() {
                    self.found
                        .insert((ProblemRule::AmendedAfterCancelled, None));
                }
            }
            Event::OrderCancelled { seen, .. } => self.cancelled(*seen),
            Event::GoodsCollected { collection, .. } => {
                if self.collections.insert(collection.id) {
                    self.collected(&collection.parts);
                    self.gone.extend(collection.parts.iter().cloned());
                }
            }
            Event::GoodsReturned { goods_return, .. } => {
                if self.returns.insert(goods_return.id) {
                    for part in &goods_return.parts {
                        self.returned(part.line, part.quantity);
                        self.back.push((part.line, part.quantity));
                    }
                }
            }
            Event::OrderPlaced { .. }
            | Event::OrderAccepted { .. }
            | Event::OrderReady { .. }
            | Event::OrderExpired { .. }
            | Event::RecurringOrderMade { .. }
            | Event::LinesPicked { .. }
            | Event::GoodsWrittenOff { .. }
            | Event::PaymentTaken { .. }
            | Event::CaptureRequested { .. }
            | Event::PaymentCaptured { .. }
            | Event::CaptureFailed { .. }
            | Event::TenderCorrected { .. }
            | Event::RefundPaid { .. }
            | Event::RefundRequested { .. }
            | Event::RefundDone { .. }
            | Event::RefundFailed { .. }
            | Event::RefundTakenBack { .. }
            | Event::Forgiven { .. }
            | Event::OrderDiscarded { .. }
            | Event::DocumentIssued { .. } => {}
            _ => return None,
        }
        Some(())
    }

    fn line(&mut self, id: LineId) -> Option<&mut Item> {
        self.lines.iter_mut().find(|line| line.id == id)
    }

    fn finds(&mut self, rule: ProblemRule, line: LineId) {
        self.found.insert((rule, Some(line)));
    }

    fn add(&mut self, line: &Line) {
        if self.line(line.id).is_none() {
            self.lines.push(Item::of(line));
        }
    }

    fn operation(&mut self, operation: &Operation) {
        match operation {
            Operation::AddLine { line } => self.add(line),
            Operation::ChangeQuantity {
                line,
                from,
                to,
                mode,
            } => self.change(*line, *from, *to, *mode),
            Operation::RemoveLine {
                line,
                from,
                collected,
                ..
            } => self.remove(*line, *from, *collected),
            Operation::Substitute {
                line,
                by,
                collected,
                ..
            } => self.substitute(*line, by, *collected),
            Operation::Weigh { line, to } => {
                let goes = self.goes(*line);
                let weighed = self.line(*line).filter(|line| {
                    // Of goods that are gone nobody changes the weight but who gives some more.
                    goes || !line.collected.is_positive() || line.wanted() > line.collected
                });
                if let Some(line) = weighed {
                    line.weighed = Some((*to).max(line.collected));
                }
            }
            Operation::ChangePrice { line, from, to } => {
                let goes = self.goes(*line);
                let item = self.line(*line);
                if item.is_some_and(|item| disagree(&mut item.price, from, to, goes)) {
                    self.finds(ProblemRule::PriceChangedTwice, *line);
                }
            }
            Operation::Discount { line, from, to } => {
                let goes = self.goes(*line);
                let item = self.line(*line);
                if item.is_some_and(|item| disagree(&mut item.discount, from, to, goes)) {
                    self.finds(ProblemRule::PriceChangedTwice, *line);
                }
            }
            Operation::SetSlot { from, to } => {
                let twice = disagree(&mut self.slot, from, to, false);
                if twice {
                    self.found.insert((ProblemRule::SlotChangedTwice, None));
                }
            }
            Operation::Move { from, to } => {
                let mut place = PickUp {
                    location: self.location,
                    slot: self.slot,
                };
                if disagree(&mut place, from, to, false) {
                    self.found.insert((ProblemRule::SlotChangedTwice, None));
                }
                (self.location, self.slot) = (place.location, place.slot);
            }
            Operation::SetCustomer { from, to } => {
                let twice = disagree(&mut self.customer, from, to, false);
                if twice {
                    self.found.insert((ProblemRule::CustomerChangedTwice, None));
                }
            }
            // Charges and notes only come on.
            _ => {}
        }
    }

    fn change(&mut self, id: LineId, from: Quantity, to: Quantity, mode: QuantityMode) {
        let Some(line) = self.line(id) else { return };
        let now = line.wanted();
        if now.is_zero() && from.is_positive() && line.was_taken_off {
            // Taken off by one and changed by the other: it stays, with the other's quantity.
            line.was_taken_off = false;
            let kept = to.max(line.collected);
            line.set(kept);
            return self.finds(ProblemRule::RemovedAndChanged, id);
        }
        if line.weighed.is_some() && now != from && line.ordered == from {
            line.ordered += to - from;
            return;
        }
        let wanted = match mode {
            QuantityMode::Add => now + to - from,
            QuantityMode::Set if now == from || now == to => to,
            QuantityMode::Set => return self.finds(ProblemRule::QuantitySetTwice, id),
        };
        let collected = line.collected;
        line.set(wanted.max(collected).max(Quantity::ZERO));
        if wanted < collected {
            self.finds(ProblemRule::BelowCollected, id);
        }
    }

    fn remove(&mut self, id: LineId, from: Quantity, collected: Quantity) {
        let Some(line) = self.line(id) else { return };
        if line.wanted().is_zero() {
            return;
        }
        if line.collected > collected {
            let held = line.collected;
            line.set(held);
            return self.finds(ProblemRule::RemovedAfterCollected, id);
        }
        if from != line.wanted() && from != line.ordered {
            return self.finds(ProblemRule::RemovedAndChanged, id);
        }
        self.take_off(id);
    }

    fn substitute(&mut self, id: LineId, by: &Line, collected: Quantity) {
        self.add(by);
        let Some(line) = self.line(id) else { return };
        match line.replaced_by {
            Some(other) if other == by.id => return,
            Some(_) => return self.finds(ProblemRule::SubstitutedTwice, id),
            None => {}
        }
        if line.collected > collected {
            return self.finds(ProblemRule::RemovedAfterCollected, id);
        }
        line.replaced_by = Some(by.id);
        self.take_off(id);
    }

    /// Nothing more of it is wanted than the customer holds, nor of what hangs on it.
    fn take_off(&mut self, id: LineId) {
        for line in &mut self.lines {
            if line.id == id || line.hangs_on == Some(id) {
                let held = line.collected;
                line.set(held);
                line.was_taken_off |= line.id == id;
            }
        }
    }

    fn cancelled(&mut self, seen: Seen) {
        if !self.was_fetched {
            self.is_cancelled = true;
            return;
        }
        self.want_only_what_is_held(&BTreeSet::new());
        if self.rev != seen.rev {
            self.found
                .insert((ProblemRule::CancelledAfterCollected, None));
        }
    }

    fn want_only_what_is_held(&mut self, but: &BTreeSet<LineId>) {
        for line in &mut self.lines {
            if line.wanted() > line.collected || !but.contains(&line.id) {
                let held = line.collected.min(line.wanted());
                line.set(held);
            }
        }
    }

    /// What went or came back of lines before they were heard of.
    fn catch_up_with_lines(&mut self, known: &BTreeSet<LineId>) {
        for part in self.gone.clone() {
            if !known.contains(&part.line) && self.line(part.line).is_some() {
                self.goes_out(&part);
            }
        }
        for (line, quantity) in self.back.clone() {
            if !known.contains(&line) {
                self.returned(line, quantity);
            }
        }
    }

    fn goes_out(&mut self, part: &CollectedPart) {
        let Some(line) = self.line(part.line) else {
            return self.finds(ProblemRule::LineUnknown, part.line);
        };
        let elsewhere = line.collected > part.collected;
        line.collected += part.quantity;
        let wanted = line.wanted();
        if line.collected <= wanted {
            return;
        }
        if elsewhere || part.wanted <= wanted {
            self.found.insert((ProblemRule::HandedOverTwice, None));
            return;
        }
        // Taken off or lowered elsewhere meanwhile: the customer has it, so it is wanted again.
        let held = line.collected;
        line.set(held);
        line.was_taken_off = false;
        let rule = match wanted.is_zero() {
            true => ProblemRule::RemovedAfterCollected,
            false => ProblemRule::BelowCollected,
        };
        self.finds(rule, part.line);
    }

    /// The goods are gone: that is so whatever else was wanted.
    fn collected(&mut self, parts: &[CollectedPart]) {
        parts.iter().for_each(|part| self.goes_out(part));
        if std::mem::take(&mut self.is_cancelled) {
            let handed_over = self.handed_over.clone().unwrap_or_default();
            self.want_only_what_is_held(&handed_over);
            self.found
                .insert((ProblemRule::CollectedAfterCancelled, None));
        }
        self.was_fetched = true;
    }

    fn returned(&mut self, id: LineId, quantity: Quantity) {
        let Some(line) = self.line(id) else { return };
        line.returned += quantity;
        if line.returned > line.collected {
            self.finds(ProblemRule::ReturnedTooMuch, id);
        }
    }
}

/// One value that two people may want differently: the first accepted stands, but at the counter what
/// the customer was told. Answers whether they disagree.
fn disagree<T: PartialEq + Clone>(value: &mut T, from: &T, to: &T, told: bool) -> bool {
    if value == to {
        return false;
    }
    let moved_on = value != from;
    if !moved_on || told {
        value.clone_from(to);
    }
    moved_on
}
