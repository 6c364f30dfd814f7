//! Money and goods after random work at a counter: every cent and every piece is in exactly one
//! place, after every single entry.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod counter;
mod support;

use std::collections::BTreeMap;

use comptoir_domain::books::Books;
use comptoir_domain::money::Money;
use comptoir_domain::order::Order;
use comptoir_domain::quantity::Quantity;
use comptoir_domain::stock::Place;
use counter::{Counter, press};
use proptest::prelude::*;
use rust_decimal::{Decimal, RoundingStrategy};

/// What the customer is to pay, worked out from the lines by another way than the order's own.
fn oracle_total(order: &Order) -> Decimal {
    let round =
        |value: Decimal| value.round_dp_with_strategy(0, RoundingStrategy::MidpointAwayFromZero);
    order
        .lines
        .iter()
        .map(|line| {
            let quantity = Decimal::new(line.ordered.in_thousandths(), 3);
            let gross = round(quantity * Decimal::from(line.price.unit_price.minor_units()));
            let discount = line.discount.as_ref().map_or(Decimal::ZERO, |discount| {
                let of = Decimal::new(discount.of.in_thousandths(), 3);
                let given = Decimal::from(discount.amount.minor_units());
                if quantity < of {
                    round(given * quantity / of)
                } else {
                    given
                }
            });
            let amount = (gross - discount).max(Decimal::ZERO);
            let back = Decimal::new(line.returned.in_thousandths(), 3);
            amount
                - if quantity.is_zero() {
                    Decimal::ZERO
                } else {
                    round(amount * back / quantity)
                }
        })
        .sum()
}

fn check(counter: &Counter) {
    let books: &Books = &counter.till.books;
    let shift = books.shifts.get(&counter.shift).expect("the shift is open");
    assert_eq!(
        shift.imbalance(),
        Money::ZERO,
        "turnover, bridge and money: {shift:#?}"
    );
    let mut paid = Money::ZERO;
    let mut turnover = Money::ZERO;
    for order in books.orders.values() {
        let totals = order.totals();
        assert_eq!(totals.total.to_decimal(), oracle_total(order));
        assert_eq!(totals.due, totals.total - totals.paid);
        assert_eq!(totals.due, Money::ZERO, "a completed sale is settled");
        assert_eq!(
            totals.taxed.net + totals.taxed.tax_amount,
            totals.taxed.gross
        );
        let recognised = order.recognised();
        let parts = order.recognised_parts();
        let gross: Money = parts.iter().map(|part| part.gross).sum();
        let tax: Money = parts.iter().map(|part| part.tax_amount).sum();
        assert_eq!(gross, recognised.total());
        assert_eq!(tax, recognised.turnover.tax_amount);
        paid += totals.paid;
        turnover += recognised.total();
    }
    assert_eq!(shift.money_total(), paid);
    assert_eq!(shift.turnover.gross, turnover);
    let perpetual = books.till(counter.till.till_id()).perpetual;
    assert_eq!(perpetual.sales - perpetual.returns, turnover);
    for level in books.stock.values() {
        let moved = counter
            .moved
            .get(&(level.variant, Place::Location(level.location)))
            .copied()
            .unwrap_or(0);
        assert_eq!(level.on_hand.in_thousandths(), moved);
        assert_eq!(level.reserved, Quantity::ZERO);
    }
    let mut sums: BTreeMap<_, i64> = BTreeMap::new();
    for ((variant, _), quantity) in &counter.moved {
        *sums.entry(variant).or_default() += quantity;
    }
    assert!(
        sums.values().all(|sum| *sum == 0),
        "the sum over all places is zero"
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn every_cent_and_every_piece_is_in_one_place(presses in prop::collection::vec(press(), 1..60)) {
        let mut counter = Counter::new();
        for press in &presses {
            let perpetual = counter.till.books.till(counter.till.till_id()).perpetual;
            counter.press(press);
            let after = counter.till.books.till(counter.till.till_id()).perpetual;
            prop_assert!(after.sales >= perpetual.sales && after.returns >= perpetual.returns);
            check(&counter);
        }
    }
}
