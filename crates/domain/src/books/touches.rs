//! Which states an entry reads and changes, so that a store can fetch them beforehand.

use std::collections::BTreeSet;

use super::Books;
use crate::entry::{EntryBody, Source};
use crate::event::Event;
use crate::ids::{AccountId, LocationId, OrderId, ShiftId, TillId, VariantId};
use crate::order::{Line, Operation, Order};
use crate::problem::ProblemId;
use crate::stock::{Place, StockMove};

/// The keys of the states that an entry touches.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Touches {
    pub orders: BTreeSet<OrderId>,
    pub shifts: BTreeSet<ShiftId>,
    pub tills: BTreeSet<TillId>,
    pub accounts: BTreeSet<AccountId>,
    pub stock: BTreeSet<(VariantId, LocationId)>,
    pub problems: BTreeSet<ProblemId>,
}

impl Touches {
    /// What an entry names by itself. More hangs on what those say: load them first, then ask
    /// [`Touches::linked`].
    pub fn of(source: Source, body: &EntryBody) -> Touches {
        let mut touches = Touches::default();
        touches.tills.extend(source.till());
        for event in &body.events {
            touches.add_event(event);
        }
        touches
    }

    /// All that the entry can touch, given the orders and tills that were loaded: stock, the tills'
    /// open shifts, and where a tender that is put right was booked.
    #[must_use]
    pub fn linked(mut self, books: &Books, body: &EntryBody) -> Touches {
        let open = self
            .tills
            .iter()
            .filter_map(|till| books.tills.get(till)?.open_shift);
        self.shifts.extend(open.collect::<Vec<_>>());
        for id in self.orders.clone() {
            for early in books.order(id).into_iter().flat_map(|order| &order.early) {
                self.add_event(&early.event);
                self.problems.insert(early.problem);
            }
            self.add_goods(id, books.order(id), body);
        }
        let named: Vec<&Order> = self
            .orders
            .iter()
            .filter_map(|id| books.order(*id))
            .collect();
        let early = named.iter().flat_map(|order| &order.early);
        let early = early.map(|early| &early.event);
        for event in body.events.iter().chain(early) {
            if let Event::TenderCorrected { order, payment, .. } = event
                && let Some(wrong) = books.order(*order).and_then(|o| o.payment(*payment))
            {
                self.shifts.extend(wrong.shift);
                self.accounts.extend(wrong.account);
            }
        }
        self
    }

    /// Every line that an order has, or gets by this entry, at every place where it may move.
    fn add_goods(&mut self, id: OrderId, known: Option<&Order>, body: &EntryBody) {
        let early = || {
            let facts = known.into_iter().flat_map(|order| &order.early);
            facts.map(|early| &early.event)
        };
        let now = || body.events.iter().filter(|event| event.order() == Some(id));
        let events = || now().chain(early());
        let placed = events().find_map(|event| match event {
            Event::OrderPlaced { heading, lines, .. } => Some((heading.location, lines)),
            _ => None,
        });
        let here = known.filter(|order| !order.is_awaited());
        let home = here.map(|order| order.heading.location);
        let home = home.or(placed.map(|(location, _)| location));
        let went = known.into_iter().flat_map(|order| &order.collections);
        let went = went.map(|collection| collection.location);
        let back = known.into_iter().flat_map(|order| &order.returns);
        let back = back.map(|goods_return| goods_return.location);
        let places = events().flat_map(places_of_goods).chain(home);
        let places: BTreeSet<LocationId> = places.chain(went).chain(back).collect();
        let of_order = known.into_iter().flat_map(|order| &order.lines);
        let of_placed = placed.into_iter().flat_map(|(_, lines)| lines);
        let added = events().flat_map(added_lines);
        for line in of_order.chain(of_placed).chain(added) {
            for location in &places {
                self.add_stock_of(*location, line);
            }
        }
    }

    fn add_event(&mut self, event: &Event) {
        self.orders.extend(event.order());
        self.shifts.extend(event.shift());
        match event {
            Event::StockMoved { moves, .. } => self.add_moves(moves),
            Event::GoodsDelivered {
                location, parts, ..
            } => {
                let came = parts.iter().map(|part| (part.variant, *location));
                self.stock.extend(came);
            }
            Event::StockCounted { location, counts } => {
                let counted = counts.iter().map(|count| (count.variant, *location));
                self.stock.extend(counted);
            }
            Event::PaymentTaken { payment, .. } => self.accounts.extend(payment.account),
            Event::RefundPaid { refund, .. } => self.accounts.extend(refund.account),
            Event::TenderCorrected { by, .. } => self.accounts.extend(by.account),
            Event::AccountOpened { account } => self.accounts.extend([account.id]),
            Event::AccountMoved { account, .. } => self.accounts.extend([*account]),
            Event::ProblemDecided { problem, .. } => self.problems.extend([*problem]),
            _ => {}
        }
    }

    fn add_stock_of(&mut self, location: LocationId, line: &Line) {
        self.stock.insert((line.variant, location));
        self.stock
            .extend(line.parts.iter().map(|(variant, _)| (*variant, location)));
    }

    fn add_moves(&mut self, moves: &[StockMove]) {
        for stock_move in moves {
            for place in [stock_move.from, stock_move.to] {
                if let Place::Location(location) = place {
                    self.stock.insert((stock_move.variant, location));
                }
            }
        }
    }
}

/// Where an event moves an order's goods, or holds them back.
fn places_of_goods(event: &Event) -> Vec<LocationId> {
    match event {
        Event::GoodsCollected { collection, .. } => vec![collection.location],
        Event::GoodsReturned { goods_return, .. } => vec![goods_return.location],
        Event::OrderAmended { operations, .. } => operations
            .iter()
            .filter_map(|operation| match operation {
                Operation::Move { to, .. } => Some(to.location),
                _ => None,
            })
            .collect(),
        _ => Vec::new(),
    }
}

/// Lines that an amendment puts on its order.
fn added_lines(event: &Event) -> impl Iterator<Item = &Line> {
    let operations: &[Operation] = match event {
        Event::OrderAmended { operations, .. } => operations,
        _ => &[],
    };
    operations.iter().filter_map(|operation| match operation {
        Operation::AddLine { line } | Operation::Substitute { by: line, .. } => Some(line),
        _ => None,
    })
}

impl Event {
    /// The order that the event is about.
    pub fn order(&self) -> Option<OrderId> {
        match self {
            Event::OrderPlaced { heading, .. } => Some(heading.id),
            Event::OrderAmended { order, .. }
            | Event::OrderAccepted { order }
            | Event::LinesPicked { order, .. }
            | Event::OrderReady { order, .. }
            | Event::OrderCancelled { order, .. }
            | Event::OrderExpired { order }
            | Event::RecurringOrderMade { order, .. }
            | Event::OrderDiscarded { order, .. }
            | Event::GoodsCollected { order, .. }
            | Event::GoodsReturned { order, .. }
            | Event::PaymentTaken { order, .. }
            | Event::CaptureRequested { order, .. }
            | Event::PaymentCaptured { order, .. }
            | Event::CaptureFailed { order, .. }
            | Event::TenderCorrected { order, .. }
            | Event::RefundPaid { order, .. }
            | Event::RefundRequested { order, .. }
            | Event::RefundDone { order, .. }
            | Event::RefundFailed { order, .. }
            | Event::RefundTakenBack { order, .. }
            | Event::Forgiven { order, .. }
            | Event::GoodsWrittenOff { order, .. } => Some(*order),
            Event::DocumentIssued { order, .. } => *order,
            _ => None,
        }
    }

    /// The shift that the event names.
    pub fn shift(&self) -> Option<ShiftId> {
        match self {
            Event::ShiftOpened { shift, .. }
            | Event::CashMoved { shift, .. }
            | Event::DrawerOpened { shift, .. }
            | Event::ShiftCounted { shift, .. }
            | Event::ShiftClosed { shift, .. }
            | Event::OrderDiscarded { shift, .. } => Some(*shift),
            Event::OrderPlaced { shift, .. }
            | Event::OrderAmended { shift, .. }
            | Event::GoodsCollected { shift, .. }
            | Event::GoodsReturned { shift, .. } => *shift,
            Event::PaymentTaken { payment, .. } | Event::TenderCorrected { by: payment, .. } => {
                payment.shift
            }
            Event::RefundPaid { refund, .. } | Event::RefundTakenBack { refund, .. } => {
                refund.shift
            }
            Event::Forgiven { forgiveness, .. } => forgiveness.shift,
            _ => None,
        }
    }
}
