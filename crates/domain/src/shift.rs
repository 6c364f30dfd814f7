//! A till's cash session, from the opening float to the counted close, and its Z report: turnover by
//! rate on one side, money by tender on the other, and a bridge between them that closes to zero.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::closing::Closings;
use crate::ids::{LocationId, ShiftId, StaffId, TillId};
use crate::money::Money;
use crate::order::{Order, Payment, PaymentStatus, Refund};
use crate::tax::{RateTotal, TaxBreakdown, difference};
use crate::tender::{TenderId, TenderKind};
use crate::time::Timestamp;

/// Where cash can be.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ts_rs::TS)]
#[serde(rename_all = "snake_case")]
pub enum CashPlace {
    Till(TillId),
    Safe,
    Bank,
    /// Money that leaves for a purchase or an expense.
    Expense,
}

/// What went through one tender in a shift.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
pub struct TenderFigures {
    pub tender: TenderId,
    pub kind: TenderKind,
    /// Taken for orders, before rounding.
    pub taken: Money,
    /// Given back for orders, positive.
    pub refunded: Money,
    /// What cash rounding added to the drawer.
    pub rounding: Money,
}

impl TenderFigures {
    pub(crate) const fn none(tender: TenderId, kind: TenderKind) -> TenderFigures {
        TenderFigures {
            tender,
            kind,
            taken: Money::ZERO,
            refunded: Money::ZERO,
            rounding: Money::ZERO,
        }
    }

    pub(crate) fn add(&mut self, other: &TenderFigures) {
        self.taken += other.taken;
        self.refunded += other.refunded;
        self.rounding += other.rounding;
    }

    /// What the tender is worth to the orders.
    pub fn net(&self) -> Money {
        self.taken - self.refunded
    }
}

/// One counted tender.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TenderCount {
    pub tender: TenderId,
    pub kind: TenderKind,
    pub counted: Money,
    pub expected: Money,
}

/// A transfer of cash into or out of the drawer: positive in, negative out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CashMove {
    pub at: Timestamp,
    pub from: CashPlace,
    pub to: CashPlace,
    pub amount: Money,
    pub reason: String,
}

/// What lies between turnover and money. Each figure is positive or zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ts_rs::TS)]
pub struct Bridge {
    /// Money taken for goods still to be handed over.
    pub deposits_taken: Money,
    /// Such money that became turnover.
    pub deposits_used: Money,
    /// Such money that was given back.
    pub deposits_returned: Money,
    /// Goods handed over and not yet paid, a capture still to come included.
    pub debts_made: Money,
    pub debts_paid: Money,
    /// Vouchers sold, net of those taken back: money held, no turnover.
    pub vouchers_sold: Money,
    pub vouchers_returned: Money,
    /// Paid from vouchers and credit, which is no money of this day.
    pub credit_used: Money,
    /// Given back as credit.
    pub credit_given: Money,
    /// Put on customers' accounts.
    pub put_on_account: Money,
    /// What customers were let off, less what of it fell away again.
    #[serde(default, skip_serializing_if = "is_nothing")]
    pub forgiven: Money,
}

fn is_nothing(amount: &Money) -> bool {
    amount.is_zero()
}

impl Bridge {
    /// What the bridge adds to turnover to make money.
    pub fn total(&self) -> Money {
        self.deposits_taken - self.deposits_used - self.deposits_returned - self.debts_made
            + self.debts_paid
            + self.vouchers_sold
            - self.vouchers_returned
            - self.credit_used
            + self.credit_given
            - self.put_on_account
            - self.forgiven
    }

    pub(crate) fn add(&mut self, other: &Bridge) {
        self.deposits_taken += other.deposits_taken;
        self.deposits_used += other.deposits_used;
        self.deposits_returned += other.deposits_returned;
        self.debts_made += other.debts_made;
        self.debts_paid += other.debts_paid;
        self.vouchers_sold += other.vouchers_sold;
        self.vouchers_returned += other.vouchers_returned;
        self.credit_used += other.credit_used;
        self.credit_given += other.credit_given;
        self.put_on_account += other.put_on_account;
        self.forgiven += other.forgiven;
    }

    /// Books the step of one order's balance: money held for it (positive) or owed by it (negative).
    fn add_balance_step(&mut self, before: &OrderBalance, after: &OrderBalance) {
        let held = |balance: Money| balance.max(Money::ZERO);
        let owed = |balance: Money| (-balance).max(Money::ZERO);
        let held_step = held(after.balance()) - held(before.balance());
        let owed_step = owed(after.balance()) - owed(before.balance());
        let given_back = (before.booked - after.booked).max(Money::ZERO);
        let released = (-held_step).max(Money::ZERO);
        let returned = released.min(given_back);
        self.deposits_taken += held_step.max(Money::ZERO);
        self.deposits_returned += returned;
        self.deposits_used += released - returned;
        self.debts_made += owed_step.max(Money::ZERO);
        self.debts_paid += (-owed_step).max(Money::ZERO);
        self.forgiven += after.forgiven - before.forgiven;
    }

    /// Books what went through a tender that is no money but an account of the hub's.
    fn add_ledger(&mut self, kind: TenderKind, taken: Money, refunded: Money) {
        match kind {
            TenderKind::OnAccount => self.put_on_account += taken - refunded,
            TenderKind::Credit | TenderKind::Voucher => {
                self.credit_used += taken;
                self.credit_given += refunded;
            }
            _ => {}
        }
    }
}

/// How often something unusual was done, and for how much.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ts_rs::TS)]
pub struct Tally {
    pub count: u32,
    pub amount: Money,
}

impl Tally {
    pub(crate) fn add(&mut self, amount: Money) {
        self.count = self.count.saturating_add(1);
        self.amount += amount;
    }

    pub(crate) fn join(&mut self, other: Tally) {
        self.count = self.count.saturating_add(other.count);
        self.amount += other.amount;
    }
}

/// What a manager looks at beside the sales, as far as it has no figure of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Watched {
    /// Lines sold at a typed price, with what that gave away.
    pub price_changes: Tally,
    /// Tenders put right, with what was booked by the wrong one.
    pub tender_corrections: Tally,
    /// Copies of documents.
    pub reprints: u32,
    /// Counts beyond the first.
    pub recounts: u32,
}

impl Watched {
    pub(crate) fn is_nothing(&self) -> bool {
        *self == Watched::default()
    }

    pub(crate) fn join(&mut self, other: Watched) {
        self.price_changes.join(other.price_changes);
        self.tender_corrections.join(other.tender_corrections);
        self.reprints = self.reprints.saturating_add(other.reprints);
        self.recounts = self.recounts.saturating_add(other.recounts);
    }
}

/// The running figures of a shift.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shift {
    pub id: ShiftId,
    pub till: TillId,
    pub location: LocationId,
    /// Dense from 1 on each till.
    pub number: u64,
    pub opened_at: Timestamp,
    pub opened_by: Option<StaffId>,
    /// The trading day that it belongs to.
    pub trading_day: NaiveDate,
    pub float: Money,
    pub expected_float: Money,
    pub turnover: TaxBreakdown,
    pub tenders: BTreeMap<String, TenderFigures>,
    pub bridge: Bridge,
    pub cash_moves: Vec<CashMove>,
    pub counts: Vec<Vec<TenderCount>>,
    pub sales: u32,
    pub returns: Tally,
    pub discounts: Tally,
    pub removed_lines: Tally,
    pub discarded_orders: Tally,
    pub drawer_openings: u32,
    #[serde(default, skip_serializing_if = "Watched::is_nothing")]
    pub watched: Watched,
    pub perpetual_before: PerpetualTotals,
    pub closed: Option<Box<ZReport>>,
}

/// Totals that never go back, from the first shift on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ts_rs::TS)]
pub struct PerpetualTotals {
    /// All that was ever added to turnover.
    pub sales: Money,
    /// All that was ever taken from it again, positive.
    pub returns: Money,
}

/// What a till's books carry from shift to shift.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TillBooks {
    pub till: TillId,
    pub open_shift: Option<ShiftId>,
    pub last_shift_number: u64,
    pub perpetual: PerpetualTotals,
    /// What the last close left in the drawer.
    pub drawer: Money,
    /// The running day, month and year.
    #[serde(default)]
    pub closings: Closings,
}

impl TillBooks {
    pub fn new(till: TillId) -> TillBooks {
        TillBooks {
            till,
            open_shift: None,
            last_shift_number: 0,
            perpetual: PerpetualTotals {
                sales: Money::ZERO,
                returns: Money::ZERO,
            },
            drawer: Money::ZERO,
            closings: Closings::default(),
        }
    }
}

/// The report of a closed shift, frozen as issued.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ZReport {
    pub shift: ShiftId,
    pub number: u64,
    pub trading_day: NaiveDate,
    pub opened_at: Timestamp,
    pub closed_at: Timestamp,
    pub turnover: Vec<RateTotal>,
    pub turnover_total: Money,
    pub tenders: Vec<TenderFigures>,
    pub money_total: Money,
    pub bridge: Bridge,
    pub rounding: Money,
    pub float: Money,
    /// What the last close had left in the drawer.
    pub expected_float: Money,
    pub cash_moved: Money,
    pub counts: Vec<TenderCount>,
    pub difference: Money,
    pub sales: u32,
    pub returns: Tally,
    pub discounts: Tally,
    pub removed_lines: Tally,
    pub discarded_orders: Tally,
    pub drawer_openings: u32,
    #[serde(default, skip_serializing_if = "Watched::is_nothing")]
    pub watched: Watched,
    pub perpetual: PerpetualTotals,
    /// Whether the money was counted; a shift forgotten overnight is closed without.
    pub counted: bool,
}

/// What an order was worth to the books at a moment, for the step between two moments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderBalance {
    pub turnover: TaxBreakdown,
    pub vouchers: Money,
    pub booked: Money,
    /// What the customer was let off, as far as it is needed.
    pub forgiven: Money,
}

impl OrderBalance {
    pub fn of(order: Option<&Order>) -> OrderBalance {
        match order {
            None => OrderBalance {
                turnover: TaxBreakdown::default(),
                vouchers: Money::ZERO,
                booked: Money::ZERO,
                forgiven: Money::ZERO,
            },
            Some(order) => {
                let recognised = order.recognised();
                OrderBalance {
                    turnover: recognised.turnover,
                    vouchers: recognised.vouchers,
                    booked: order.booked(),
                    forgiven: order.totals().forgiven,
                }
            }
        }
    }

    /// Nothing was handed over, or all of it came back.
    pub(crate) fn is_nothing(&self) -> bool {
        let rates = &self.turnover.rates;
        self.vouchers.is_zero() && rates.iter().all(|row| row.gross.is_zero())
    }

    /// Money held for the order (positive) or owed by it (negative).
    fn balance(&self) -> Money {
        self.booked + self.forgiven - self.turnover.gross - self.vouchers
    }
}

impl Shift {
    /// A shift in which nothing has happened yet.
    pub(crate) fn begin(
        id: ShiftId,
        till: TillId,
        location: LocationId,
        number: u64,
        opened_at: Timestamp,
        trading_day: NaiveDate,
    ) -> Shift {
        Shift {
            id,
            till,
            location,
            number,
            opened_at,
            opened_by: None,
            trading_day,
            float: Money::ZERO,
            expected_float: Money::ZERO,
            turnover: TaxBreakdown::default(),
            tenders: BTreeMap::new(),
            bridge: Bridge::default(),
            cash_moves: Vec::new(),
            counts: Vec::new(),
            sales: 0,
            returns: Tally::default(),
            discounts: Tally::default(),
            removed_lines: Tally::default(),
            discarded_orders: Tally::default(),
            drawer_openings: 0,
            watched: Watched::default(),
            perpetual_before: PerpetualTotals::default(),
            closed: None,
        }
    }

    /// Books what one entry did to one order: turnover, vouchers and the bridge. Money itself is
    /// booked by tender, event by event.
    pub fn book_order_step(&mut self, before: &OrderBalance, after: &OrderBalance) {
        // turnover + (after - before), rate by rate
        let without = difference(&before.turnover, &self.turnover);
        self.turnover = difference(&after.turnover, &without);
        let vouchers = after.vouchers - before.vouchers;
        self.bridge.vouchers_sold += vouchers.max(Money::ZERO);
        self.bridge.vouchers_returned += (-vouchers).max(Money::ZERO);
        self.bridge.add_balance_step(before, after);
    }

    pub fn book_payment(&mut self, payment: &Payment) {
        if payment.status != PaymentStatus::Captured {
            return;
        }
        let figures = self.tender(&payment.tender, payment.kind);
        figures.taken += payment.amount;
        figures.rounding += payment.rounding;
        self.bridge
            .add_ledger(payment.kind, payment.amount, Money::ZERO);
    }

    /// Takes a payment back that was booked before.
    pub fn unbook_payment(&mut self, payment: &Payment) {
        let figures = self.tender(&payment.tender, payment.kind);
        figures.taken -= payment.amount;
        figures.rounding -= payment.rounding;
        self.bridge
            .add_ledger(payment.kind, -payment.amount, Money::ZERO);
    }

    pub fn book_refund(&mut self, refund: &Refund) {
        let figures = self.tender(&refund.tender, refund.kind);
        figures.refunded += refund.amount;
        figures.rounding -= refund.rounding;
        self.bridge
            .add_ledger(refund.kind, Money::ZERO, refund.amount);
    }

    fn tender(&mut self, tender: &TenderId, kind: TenderKind) -> &mut TenderFigures {
        self.tenders
            .entry(tender.as_str().to_owned())
            .or_insert_with(|| TenderFigures::none(tender.clone(), kind))
    }

    /// What came in and stayed, by every tender that is money.
    pub fn money_total(&self) -> Money {
        let money = self
            .tenders
            .values()
            .filter(|figures| !figures.kind.is_ledger());
        money.map(TenderFigures::net).sum()
    }

    /// What the drawer should hold: float, cash taken with its rounding, cash moved.
    pub fn expected_cash(&self) -> Money {
        let cash: Money = self
            .tenders
            .values()
            .filter(|figures| figures.kind == TenderKind::Cash)
            .map(|figures| figures.net() + figures.rounding)
            .sum();
        self.float + cash + self.cash_moved()
    }

    /// What should be there of one tender.
    pub fn expected_of(&self, tender: &TenderId, kind: TenderKind) -> Money {
        if kind == TenderKind::Cash {
            return self.expected_cash();
        }
        self.tenders
            .get(tender.as_str())
            .map_or(Money::ZERO, TenderFigures::net)
    }

    pub fn cash_moved(&self) -> Money {
        self.cash_moves.iter().map(|cash| cash.amount).sum()
    }

    /// Turnover plus bridge, less money: zero in every state that the books can reach.
    pub fn imbalance(&self) -> Money {
        self.turnover.gross + self.bridge.total() - self.money_total()
    }

    /// The report of the shift as it stands.
    pub fn report(&self, closed_at: Timestamp, perpetual: PerpetualTotals) -> ZReport {
        let counts = self.counts.last().cloned().unwrap_or_default();
        let difference = counts
            .iter()
            .map(|count| count.counted - count.expected)
            .sum();
        ZReport {
            shift: self.id,
            number: self.number,
            trading_day: self.trading_day,
            opened_at: self.opened_at,
            closed_at,
            turnover: self.turnover.rates.clone(),
            turnover_total: self.turnover.gross,
            tenders: self.tenders.values().cloned().collect(),
            money_total: self.money_total(),
            bridge: self.bridge,
            rounding: self.tenders.values().map(|figures| figures.rounding).sum(),
            float: self.float,
            expected_float: self.expected_float,
            cash_moved: self.cash_moved(),
            difference,
            counted: !counts.is_empty(),
            counts,
            sales: self.sales,
            returns: self.returns,
            discounts: self.discounts,
            removed_lines: self.removed_lines,
            discarded_orders: self.discarded_orders,
            drawer_openings: self.drawer_openings,
            watched: Watched {
                recounts: u32::try_from(self.counts.len().saturating_sub(1)).unwrap_or(u32::MAX),
                ..self.watched
            },
            perpetual,
        }
    }
}
