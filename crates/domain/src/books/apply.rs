//! Applying one entry as a whole: its events in turn, then what the orders' steps mean for stock and
//! for the till's shift.

use std::collections::{BTreeMap, BTreeSet};

use super::Books;
use crate::closing::PeriodClosing;
use crate::credit::CreditAccount;
use crate::entry::{EntryBody, EntryHeader, EntryRef, Source};
use crate::event::Event;
use crate::ids::{AccountId, LineId, LocationId, OrderId, ShiftId, StaffId, VariantId};
use crate::money::Money;
use crate::order::{Line, Order};
use crate::price::PriceName;
use crate::problem::{Problem, ProblemRule, ProblemSubject};
use crate::quantity::Quantity;
use crate::shift::{CashMove, CashPlace, OrderBalance, PerpetualTotals, Shift, TillBooks};
use crate::stock::StockMove;
use crate::tender::TenderKind;
use crate::time::Timestamp;

/// The entry being applied, as far as its events need to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AppliedEntry {
    pub entry: EntryRef,
    pub at: Timestamp,
    pub actor: Option<StaffId>,
}

impl From<&EntryHeader> for AppliedEntry {
    fn from(header: &EntryHeader) -> AppliedEntry {
        AppliedEntry {
            entry: header.entry_ref(),
            at: header.at,
            actor: header.actor,
        }
    }
}

/// What applying an entry brought about beside the changed states.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Applied {
    /// Every move of goods, for the ledger.
    pub moves: Vec<StockMove>,
    /// Problems opened by this entry. They are in the books too.
    pub problems: Vec<Problem>,
    pub orders: BTreeSet<OrderId>,
    pub shifts: BTreeSet<ShiftId>,
    pub accounts: BTreeSet<AccountId>,
    pub stock: BTreeSet<(VariantId, LocationId)>,
}

/// One application in progress.
pub(super) struct Application<'a> {
    pub books: &'a mut Books,
    pub entry: AppliedEntry,
    pub index: usize,
    pub applied: Applied,
    /// Lines that the entry hands over, per order.
    pub handed_over: BTreeMap<OrderId, BTreeSet<LineId>>,
    /// The shift that the entry belongs to: the one that it names, else the one that is open.
    pub shift: Option<ShiftId>,
    /// The decision that was read last came after another's: what follows from it does not.
    pub overruled: bool,
    /// Orders that the entry places after things had happened to them, as they were until then.
    pub arrived: Vec<Order>,
}

impl Books {
    /// Folds one entry in. Total: it never fails, whatever the entry says.
    pub fn apply(&mut self, entry: AppliedEntry, body: &EntryBody) -> Applied {
        let before = self.orders_before(body);
        let shift = self.shift_of(entry.entry.source, body);
        let mut application = Application {
            books: self,
            entry,
            index: 0,
            applied: Applied::default(),
            handed_over: handed_over(&body.events),
            shift,
            overruled: false,
            arrived: Vec::new(),
        };
        for (index, event) in body.events.iter().enumerate() {
            application.index = index;
            if application.overruled && !matches!(event, Event::ProblemDecided { .. }) {
                continue;
            }
            application.event(event);
        }
        application.catch_up();
        application.settle_orders(&before);
        let applied = application.applied;
        for problem in &applied.problems {
            self.problems
                .entry(problem.id)
                .or_insert_with(|| problem.clone());
        }
        applied
    }

    fn shift_of(&self, source: Source, body: &EntryBody) -> Option<ShiftId> {
        let named = body.events.iter().find_map(Event::shift);
        named.or_else(|| self.tills.get(&source.till()?)?.open_shift)
    }

    fn orders_before(&self, body: &EntryBody) -> BTreeMap<OrderId, Option<Order>> {
        body.events
            .iter()
            .filter_map(Event::order)
            .map(|id| (id, self.orders.get(&id).cloned()))
            .collect()
    }
}

/// The lines that the events of one entry hand over.
pub(super) fn handed_over<'e>(
    events: impl IntoIterator<Item = &'e Event>,
) -> BTreeMap<OrderId, BTreeSet<LineId>> {
    let mut lines: BTreeMap<OrderId, BTreeSet<LineId>> = BTreeMap::new();
    for event in events {
        if let Event::GoodsCollected {
            order, collection, ..
        } = event
        {
            lines
                .entry(*order)
                .or_default()
                .extend(collection.parts.iter().map(|part| part.line));
        }
    }
    lines
}

impl Application<'_> {
    pub(super) fn problem(&mut self, rule: ProblemRule, subject: ProblemSubject) {
        self.problem_against(rule, subject, None);
    }

    pub(super) fn problem_against(
        &mut self,
        rule: ProblemRule,
        subject: ProblemSubject,
        against: Option<EntryRef>,
    ) {
        let problem = self.found(rule, subject).against(against);
        self.note(problem);
    }

    /// A problem that the event in hand brings about.
    pub(super) fn found(&self, rule: ProblemRule, subject: ProblemSubject) -> Problem {
        Problem::open(rule, subject, self.entry.entry, self.index, self.entry.at)
    }

    pub(super) fn note(&mut self, problem: Problem) {
        if self
            .applied
            .problems
            .iter()
            .all(|known| known.id != problem.id)
        {
            self.applied.problems.push(problem);
        }
    }

    fn event(&mut self, event: &Event) {
        match event {
            Event::EpochOpened { .. }
            | Event::Audited { .. }
            | Event::TillEnrolled { .. }
            | Event::TillRevoked { .. }
            | Event::CatalogueImported { .. }
            | Event::CustomerMet { .. }
            | Event::CustomersMerged { .. } => {}
            Event::ShiftOpened {
                shift,
                number,
                location,
                float,
                expected_float,
                trading_day,
            } => {
                let Source::Till(till) = self.entry.entry.source else {
                    return;
                };
                let at = self.entry.at;
                self.shift_opened(Shift {
                    opened_by: self.entry.actor,
                    float: *float,
                    expected_float: *expected_float,
                    perpetual_before: self.books.till(till).perpetual,
                    ..Shift::begin(*shift, till, *location, *number, at, *trading_day)
                });
            }
            Event::CashMoved {
                shift,
                from,
                to,
                amount,
                reason,
            } => {
                self.cash_moved(*shift, from, to, *amount, reason);
            }
            Event::DrawerOpened { shift, .. } => {
                self.with_shift(*shift, |shift| {
                    shift.drawer_openings = shift.drawer_openings.saturating_add(1)
                });
            }
            Event::DocumentCopied { .. } => self.document_copied(),
            Event::ShiftCounted { shift, counts } => {
                self.with_shift(*shift, |shift| shift.counts.push(counts.clone()));
            }
            Event::ShiftClosed { shift, report } => self.shift_closed(*shift, report),
            Event::PeriodClosed { closing } => self.period_closed(closing),
            Event::AccountOpened { account } => {
                self.applied.accounts.insert(account.id);
                self.books
                    .accounts
                    .entry(account.id)
                    .or_insert_with(|| CreditAccount {
                        id: account.id,
                        kind: account.kind,
                        owner: account.owner,
                        balance: Money::ZERO,
                        limit: account.limit,
                        expires_at: account.expires_at,
                    });
            }
            Event::AccountMoved {
                account, amount, ..
            } => self.move_account(*account, *amount),
            Event::StockMoved { moves, .. } => moves
                .iter()
                .for_each(|stock_move| self.move_stock(*stock_move)),
            Event::GoodsDelivered {
                location, parts, ..
            } => self.goods_delivered(*location, parts),
            Event::StockCounted { location, counts } => counts
                .iter()
                .for_each(|counted| self.stock_counted(*location, counted)),
            Event::ProblemDecided { problem, choice } => self.problem_decided(*problem, choice),
            Event::RecurringOrderMissed { recurring, .. } => {
                let subject = ProblemSubject {
                    recurring: Some(*recurring),
                    ..Default::default()
                };
                self.problem(ProblemRule::RecurringNotMade, subject);
            }
            _ => self.order_event(event),
        }
    }

    fn shift_opened(&mut self, shift: Shift) {
        if let Some(known) = self.books.shifts.get(&shift.id)
            && known.till != shift.till
        {
            let subject = ProblemSubject {
                shift: Some(shift.id),
                ..Default::default()
            };
            return self.problem(ProblemRule::ShiftForeign, subject);
        }
        self.applied.shifts.insert(shift.id);
        let till_books = self.books.till_mut(shift.till);
        till_books.open_shift = Some(shift.id);
        till_books.last_shift_number = till_books.last_shift_number.max(shift.number);
        self.books.shifts.entry(shift.id).or_insert(shift);
    }

    /// Copies count in the shift that makes them; one made between two shifts counts in none.
    fn document_copied(&mut self) {
        let till = self.entry.entry.source.till();
        let open = till.and_then(|till| self.books.open_shift(till));
        if let Some(id) = open.map(|shift| shift.id) {
            self.with_shift(id, |shift| {
                shift.watched.reprints = shift.watched.reprints.saturating_add(1);
            });
        }
    }

    fn period_closed(&mut self, closing: &PeriodClosing) {
        let Source::Till(till) = self.entry.entry.source else {
            return;
        };
        if !self.books.till_mut(till).closings.close(closing) {
            let subject = ProblemSubject {
                till: Some(till),
                ..Default::default()
            };
            self.problem(ProblemRule::ReportDiffers, subject);
        }
    }

    fn cash_moved(
        &mut self,
        shift: ShiftId,
        from: &CashPlace,
        to: &CashPlace,
        amount: Money,
        reason: &str,
    ) {
        let at = self.entry.at;
        let mut after_close = None;
        self.with_shift(shift, |shift| {
            let drawer = CashPlace::Till(shift.till);
            let signed = if *to == drawer { amount } else { -amount };
            after_close = shift.closed.is_some().then_some((shift.till, signed));
            shift.cash_moves.push(CashMove {
                at,
                from: from.clone(),
                to: to.clone(),
                amount: signed,
                reason: reason.to_owned(),
            });
        });
        // What is carried away after the count is no longer there for the next shift.
        if let Some((till, signed)) = after_close {
            self.books.till_mut(till).drawer += signed;
        }
    }

    fn shift_closed(&mut self, id: ShiftId, report: &crate::shift::ZReport) {
        let counted_cash = |shift: &Shift| {
            let count = report
                .counts
                .iter()
                .find(|count| count.kind == TenderKind::Cash);
            count.map_or_else(|| shift.expected_cash(), |count| count.counted)
        };
        let mut left = None;
        let mut differs = false;
        self.with_shift(id, |shift| {
            let now = shift.report(report.closed_at, report.perpetual);
            differs = now.turnover_total != report.turnover_total
                || now.money_total != report.money_total;
            if shift.closed.is_none() {
                left = Some((shift.till, counted_cash(shift)));
                shift.closed = Some(Box::new(report.clone()));
            }
        });
        if differs {
            let subject = ProblemSubject {
                shift: Some(id),
                ..Default::default()
            };
            self.problem(ProblemRule::ReportDiffers, subject);
        }
        if let Some((till, drawer)) = left {
            let till_books = self.books.till_mut(till);
            if till_books.open_shift == Some(id) {
                till_books.open_shift = None;
            }
            till_books.drawer = drawer;
            till_books.closings.add(report.trading_day, report);
        }
    }

    /// Changes a shift of the entry's own till; the server may change any, such as that of a till that
    /// was lost. What an entry says of another till's shift changes nothing and is a problem.
    pub(super) fn with_shift(&mut self, id: ShiftId, change: impl FnOnce(&mut Shift)) {
        let subject = ProblemSubject {
            shift: Some(id),
            ..Default::default()
        };
        let own = self.entry.entry.source.till();
        match self.books.shifts.get_mut(&id) {
            Some(shift) if own.is_none_or(|till| till == shift.till) => {
                self.applied.shifts.insert(id);
                change(shift);
            }
            Some(_) => self.problem(ProblemRule::ShiftForeign, subject),
            None => self.problem(ProblemRule::ShiftUnknown, subject),
        }
    }

    pub(super) fn move_account(&mut self, id: AccountId, amount: Money) {
        self.applied.accounts.insert(id);
        let Some(account) = self.books.accounts.get_mut(&id) else {
            let subject = ProblemSubject {
                account: Some(id),
                ..Default::default()
            };
            return self.problem(ProblemRule::CreditOverspent, subject);
        };
        let was_overspent = account.is_overspent();
        account.balance += amount;
        if account.is_overspent() && !was_overspent {
            let subject = ProblemSubject {
                account: Some(id),
                ..Default::default()
            };
            self.problem(ProblemRule::CreditOverspent, subject);
        }
    }

    /// What the entry did to each order as a whole: its revision, its reservations, and turnover and
    /// bridge in the shift of the till that wrote the entry.
    fn settle_orders(&mut self, before: &BTreeMap<OrderId, Option<Order>>) {
        for (id, before) in before {
            let Some(order) = self.books.orders.get_mut(id) else {
                continue;
            };
            order.rev += 1;
            order.last_entry = Some(self.entry.entry);
            let after = order.clone();
            self.applied.orders.insert(*id);
            self.settle_reservations(before.as_ref(), &after);
            self.settle_turnover(before.as_ref(), &after);
        }
    }

    fn settle_reservations(&mut self, before: Option<&Order>, after: &Order) {
        let mut steps: BTreeMap<(VariantId, LocationId), Quantity> = BTreeMap::new();
        for (variant, quantity) in after.reserved() {
            let place = (variant, after.heading.location);
            *steps.entry(place).or_default() += quantity;
        }
        if let Some(before) = before {
            for (variant, quantity) in before.reserved() {
                let place = (variant, before.heading.location);
                *steps.entry(place).or_default() -= quantity;
            }
        }
        for (place, step) in steps.into_iter().filter(|(_, step)| !step.is_zero()) {
            self.books.level_mut(place.0, place.1).reserved += step;
            self.applied.stock.insert(place);
        }
    }

    fn settle_turnover(&mut self, before: Option<&Order>, after: &Order) {
        let (Some(id), Some(_)) = (self.shift, self.entry.entry.source.till()) else {
            return;
        };
        let (from, to) = (OrderBalance::of(before), OrderBalance::of(Some(after)));
        let allowances = allowances(Some(after)) - allowances(before);
        let retyped: Vec<Money> = retyped_lines(before, after).collect();
        self.with_shift(id, |shift| {
            shift.book_order_step(&from, &to);
            if from.is_nothing() && !to.is_nothing() {
                shift.sales = shift.sales.saturating_add(1);
            }
            if allowances.is_positive() {
                shift.discounts.add(allowances);
            }
            retyped
                .iter()
                .for_each(|given_away| shift.watched.price_changes.add(*given_away));
        });
        self.book_perpetual(to.turnover.gross - from.turnover.gross);
    }

    fn book_perpetual(&mut self, step: Money) {
        let Source::Till(till) = self.entry.entry.source else {
            return;
        };
        let TillBooks {
            perpetual: PerpetualTotals { sales, returns },
            ..
        } = self.books.till_mut(till);
        if step.is_negative() {
            *returns -= step
        } else {
            *sales += step
        }
    }
}

/// What was let go on an order in all.
/// What each line gave away whose price was typed in this step.
fn retyped_lines(before: Option<&Order>, after: &Order) -> impl Iterator<Item = Money> {
    let typed = |line: &&Line| line.price.name == PriceName::Manual;
    after.lines.iter().filter(typed).filter_map(move |line| {
        let earlier = before.and_then(|order| order.line(line.id));
        let is_new = earlier.is_none_or(|earlier| earlier.price != line.price);
        is_new.then(|| {
            let regular = line.price.regular.unwrap_or(line.price.unit_price);
            line.wanted().at_price(regular) - line.amount_before_discount()
        })
    })
}

fn allowances(order: Option<&Order>) -> Money {
    let lines = order.map_or(&[][..], |order| order.lines.as_slice());
    lines.iter().map(crate::order::Line::allowance).sum()
}
