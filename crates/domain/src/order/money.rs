//! What an order comes to: the same figures on till, server, receipt and report.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Charge, ChargeAmount, ChargeTax, Line, LineKind, Order};
use crate::money::{Money, allocate_largest_remainder};
use crate::tax::{LineTax, TaxBreakdown, TaxMode, allocate_tax, break_down};

/// The figures of an order at a moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderTotals {
    /// What is taxed, by rate, of all that the customer is to have and keep.
    pub taxed: TaxBreakdown,
    /// Vouchers sold: money held, outside tax.
    pub vouchers: Money,
    /// What the customer is to pay in all.
    pub total: Money,
    /// What came in, less what was given back.
    pub paid: Money,
    /// What authorised payments could still bring.
    pub authorised: Money,
    /// What the customer was let off, as far as it is needed.
    #[serde(default)]
    pub forgiven: Money,
    /// Still to pay; negative where it is owed to the customer.
    pub due: Money,
}

/// What of an order has become turnover: handed over and kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recognised {
    pub turnover: TaxBreakdown,
    pub vouchers: Money,
}

impl Recognised {
    pub fn total(&self) -> Money {
        self.turnover.gross + self.vouchers
    }
}

/// A part of an order that has become turnover, with its share of the order's tax.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecognisedPart<'o> {
    pub part: OrderPart<'o>,
    /// `None` for a voucher that was sold: it is outside of tax.
    pub tax: Option<LineTax>,
    pub net: Money,
    pub tax_amount: Money,
    pub gross: Money,
}

/// What an order consists of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrderPart<'o> {
    Line(&'o Line),
    Charge(&'o Charge),
}

impl Order {
    pub fn totals(&self) -> OrderTotals {
        let taxed = self.tax_of(
            |line| line.amount() - line.returned_amount(),
            self.is_live(),
        );
        let vouchers = self.vouchers(|line| line.amount() - line.returned_amount());
        let total = taxed.gross + vouchers;
        let paid = self.paid();
        let forgiven = self.forgiven_of(total - paid);
        OrderTotals {
            total,
            paid,
            authorised: self.authorised(),
            forgiven,
            due: total - paid - forgiven,
            taxed,
            vouchers,
        }
    }

    /// What the customer was let off counts for as much as is due, and is never given back.
    fn forgiven_of(&self, due: Money) -> Money {
        let forgiven: Money = self.forgiven.iter().map(|known| known.amount).sum();
        forgiven.min(due).max(Money::ZERO)
    }

    /// What was handed over and kept, by rate. Tax is computed on the whole of it each time, so that
    /// a document or a shift that takes the difference to an earlier moment adds up over the order.
    pub fn recognised(&self) -> Recognised {
        let turnover = self.tax_of(super::Line::recognised_amount, self.was_collected_from());
        Recognised {
            turnover,
            vouchers: self.vouchers(super::Line::recognised_amount),
        }
    }

    fn was_collected_from(&self) -> bool {
        self.lines.iter().any(|line| line.collected.is_positive())
    }

    /// [`Order::recognised`] part by part: lines first, then charges, one for each line that they
    /// follow, then vouchers. Net, tax and gross of all parts add up to its figures.
    pub fn recognised_parts(&self) -> Vec<RecognisedPart<'_>> {
        let (vouchers, goods): (Vec<&Line>, Vec<&Line>) = self
            .lines
            .iter()
            .partition(|line| line.kind == LineKind::Voucher);
        let mut parts: Vec<OrderPart<'_>> = goods.iter().copied().map(OrderPart::Line).collect();
        let mut amounts: Vec<(LineTax, Money)> = goods
            .iter()
            .map(|line| (line.tax.clone(), line.recognised_amount()))
            .collect();
        if self.was_collected_from() {
            for (charge, tax, amount) in self.charge_shares() {
                parts.push(OrderPart::Charge(charge));
                amounts.push((tax, amount));
            }
        }
        let taxes = allocate_tax(self.heading.tax_mode, &amounts);
        let taxed = parts.into_iter().zip(amounts).zip(taxes);
        let taxed = taxed.map(|((part, (tax, amount)), tax_amount)| {
            let (net, gross) = match self.heading.tax_mode {
                TaxMode::Inclusive => (amount - tax_amount, amount),
                TaxMode::Exclusive => (amount, amount + tax_amount),
            };
            RecognisedPart {
                part,
                tax: Some(tax),
                net,
                tax_amount,
                gross,
            }
        });
        let untaxed = vouchers.into_iter().map(|line| RecognisedPart {
            part: OrderPart::Line(line),
            tax: None,
            net: line.recognised_amount(),
            tax_amount: Money::ZERO,
            gross: line.recognised_amount(),
        });
        taxed.chain(untaxed).collect()
    }

    /// Payments that count at the counter, less refunds.
    pub fn paid(&self) -> Money {
        self.payments
            .iter()
            .map(super::Payment::counts_for)
            .sum::<Money>()
            - self.refunded()
    }

    /// Payments in the hub's hands, less refunds.
    pub fn booked(&self) -> Money {
        self.payments
            .iter()
            .map(super::Payment::booked)
            .sum::<Money>()
            - self
                .refunds
                .iter()
                .map(super::Refund::booked)
                .sum::<Money>()
    }

    /// What was given back, as the counter sees it.
    pub fn refunded(&self) -> Money {
        self.refunds.iter().map(super::Refund::counts_for).sum()
    }

    fn authorised(&self) -> Money {
        self.payments.iter().map(super::Payment::uncaptured).sum()
    }

    /// What authorised payments can still bring at a moment: those that lapsed bring nothing.
    pub fn authorised_at(&self, now: crate::time::Timestamp) -> Money {
        let standing = self
            .payments
            .iter()
            .filter(|payment| !payment.is_lapsed(now));
        standing.map(super::Payment::uncaptured).sum()
    }

    /// When the last of the authorised payments is no longer counted on; none where there is none, or
    /// one does not end.
    pub fn lapses_at(&self) -> Option<crate::time::Timestamp> {
        let standing = self.payments.iter();
        let standing = standing.filter(|payment| payment.uncaptured().is_positive());
        standing
            .map(super::Payment::lapses_at)
            .reduce(|last, next| Some(last?.max(next?)))
            .flatten()
    }

    /// What authorised payments would have brought that are too old to count on.
    pub fn lapsed_at(&self, now: crate::time::Timestamp) -> Money {
        self.authorised() - self.authorised_at(now)
    }

    /// Whether its customer is still to have, or holds, anything: a cancelled or expired order is
    /// worth only what was handed over.
    fn is_live(&self) -> bool {
        self.milestones.cancelled.is_none() && self.milestones.expired_at.is_none()
    }

    fn tax_of(&self, amount: impl Fn(&super::Line) -> Money, with_charges: bool) -> TaxBreakdown {
        let live = self.is_live();
        let mut amounts: Vec<(LineTax, Money)> = self
            .lines
            .iter()
            .filter(|line| line.kind != LineKind::Voucher)
            .map(|line| {
                (
                    line.tax.clone(),
                    if live {
                        amount(line)
                    } else {
                        line.recognised_amount()
                    },
                )
            })
            .collect();
        if with_charges {
            let shares = self.charge_shares().into_iter();
            amounts.extend(shares.map(|(_, tax, amount)| (tax, amount)));
        }
        break_down(self.heading.tax_mode, &amounts)
    }

    fn vouchers(&self, amount: impl Fn(&super::Line) -> Money) -> Money {
        let live = self.is_live();
        self.lines
            .iter()
            .filter(|line| line.kind == LineKind::Voucher)
            .map(|line| {
                if live {
                    amount(line)
                } else {
                    line.recognised_amount()
                }
            })
            .sum()
    }

    /// What each charge comes to.
    pub fn charge_amounts(&self) -> Vec<(&Charge, Money)> {
        let mut amounts: Vec<(&Charge, Money)> = Vec::new();
        for (charge, _, part) in self.charge_shares() {
            match amounts.last_mut() {
                Some((last, amount)) if last.id == charge.id => *amount += part,
                _ => amounts.push((charge, part)),
            }
        }
        amounts
    }

    /// Charges by rate: those that follow the goods are shared out in proportion to the goods as they
    /// were sold, so that a return does not move a charge from one rate to another.
    fn charge_shares(&self) -> Vec<(&Charge, LineTax, Money)> {
        let mut goods: BTreeMap<&LineTax, Money> = BTreeMap::new();
        let sold = self
            .lines
            .iter()
            .filter(|line| matches!(line.kind, LineKind::Goods | LineKind::Service))
            .map(|line| (&line.tax, line.amount()))
            .filter(|(_, amount)| amount.is_positive());
        for (tax, amount) in sold {
            *goods.entry(tax).or_default() += amount;
        }
        let goods_total: Money = goods.values().copied().sum();
        let mut shares = Vec::new();
        for charge in &self.charges {
            let amount = match charge.amount {
                ChargeAmount::Fixed(amount) => amount,
                ChargeAmount::ShareOfGoods(ppm) => share(goods_total, ppm),
            };
            match &charge.tax {
                ChargeTax::Own(tax) => shares.push((charge, tax.clone(), amount)),
                ChargeTax::WithGoods { otherwise } if goods.is_empty() => {
                    shares.push((charge, otherwise.clone(), amount));
                }
                ChargeTax::WithGoods { .. } => {
                    let weights: Vec<i64> =
                        goods.values().map(|amount| amount.minor_units()).collect();
                    let parts = allocate_largest_remainder(amount, &weights);
                    let taxes = goods.keys().map(|tax| (*tax).clone());
                    shares.extend(taxes.zip(parts).map(|(tax, part)| (charge, tax, part)));
                }
            }
        }
        shares
    }
}

/// Parts per million of an amount, rounded half up.
pub(crate) fn share(amount: Money, ppm: u32) -> Money {
    Money::round_half_up(amount.to_decimal() * rust_decimal::Decimal::new(i64::from(ppm), 6))
}
