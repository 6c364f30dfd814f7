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
    /// What an entry names by itself. Stock depends on the orders too: load those first, then ask
    /// [`Touches::stock_with`].
    pub fn of(source: Source, body: &EntryBody) -> Touches {
        let mut touches = Touches::default();
        touches.tills.extend(source.till());
        for event in &body.events {
            touches.add_event(event);
        }
        touches
    }

    /// All stock levels that the entry can touch, given the orders that were loaded.
    #[must_use]
    pub fn stock_with(mut self, books: &Books, body: &EntryBody) -> Touches {
        for id in self.orders.clone() {
            if let Some(order) = books.order(id) {
                self.add_stock_of(order.heading.location, &order.lines);
            }
        }
        for event in &body.events {
            if let Some((order, location)) = place_of_goods(event)
                && let Some(order) = books.order(order)
            {
                self.add_stock_of(location, &order.lines);
            }
            if let Event::OrderAmended {
                order, operations, ..
            } = event
                && let Some(order) = books.order(*order)
            {
                self.add_operation_lines(order, operations);
            }
        }
        self
    }

    fn add_event(&mut self, event: &Event) {
        self.orders.extend(event.order());
        self.shifts.extend(event.shift());
        match event {
            Event::OrderPlaced { heading, lines, .. } => self.add_stock_of(heading.location, lines),
            Event::StockMoved { moves } => self.add_moves(moves),
            Event::PaymentTaken { payment, .. } => self.accounts.extend(payment.account),
            Event::RefundPaid { refund, .. } => self.accounts.extend(refund.account),
            Event::TenderCorrected { by, .. } => self.accounts.extend(by.account),
            Event::AccountOpened { account } => self.accounts.extend([account.id]),
            Event::AccountMoved { account, .. } => self.accounts.extend([*account]),
            Event::ProblemDecided { problem, .. } => self.problems.extend([*problem]),
            _ => {}
        }
    }

    fn add_stock_of(&mut self, location: LocationId, lines: &[Line]) {
        for line in lines {
            self.stock.insert((line.variant, location));
            self.stock
                .extend(line.parts.iter().map(|(variant, _)| (*variant, location)));
        }
    }

    fn add_operation_lines(&mut self, order: &Order, operations: &[Operation]) {
        for operation in operations {
            if let Operation::AddLine { line } | Operation::Substitute { by: line, .. } = operation
            {
                self.add_stock_of(order.heading.location, std::slice::from_ref(line));
            }
        }
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

/// Where an event moves an order's goods, if it does.
fn place_of_goods(event: &Event) -> Option<(OrderId, LocationId)> {
    match event {
        Event::GoodsCollected {
            order, collection, ..
        } => Some((*order, collection.location)),
        Event::GoodsReturned {
            order,
            goods_return,
            ..
        } => Some((*order, goods_return.location)),
        _ => None,
    }
}

impl Event {
    /// The order that the event is about.
    pub fn order(&self) -> Option<OrderId> {
        match self {
            Event::OrderPlaced { heading, .. } => Some(heading.id),
            Event::OrderAmended { order, .. }
            | Event::OrderAccepted { order }
            | Event::LinesPicked { order, .. }
            | Event::OrderReady { order }
            | Event::OrderCancelled { order, .. }
            | Event::OrderExpired { order }
            | Event::OrderDiscarded { order, .. }
            | Event::GoodsCollected { order, .. }
            | Event::GoodsReturned { order, .. }
            | Event::PaymentTaken { order, .. }
            | Event::CaptureRequested { order, .. }
            | Event::PaymentCaptured { order, .. }
            | Event::CaptureFailed { order, .. }
            | Event::TenderCorrected { order, .. }
            | Event::RefundPaid { order, .. }
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
            Event::RefundPaid { refund, .. } => refund.shift,
            _ => None,
        }
    }
}
