//! A sale rung up anew from another till's: the same goods at the same figures, under ids of its own.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod counter;
mod support;

use std::collections::BTreeSet;

use comptoir_domain::draft::Draft;
use comptoir_domain::ids::LineId;
use comptoir_domain::order::Order;
use counter::{Counter, Press, press};
use proptest::prelude::*;
use support::{cents, pieces};

fn ids(order: &Order) -> BTreeSet<LineId> {
    order.lines.iter().map(|line| line.id).collect()
}

fn copy_of(counter: &mut Counter) -> Draft {
    let heading = counter.till.new_draft(&counter.bench).heading().clone();
    let now = counter.till.now;
    counter.draft.copied(heading, now, &mut counter.till.ids)
}

/// What the screen shows of goods: name, quantity, price, what they come to.
fn shown(order: &Order) -> Vec<(String, i64, i64, i64)> {
    let lines = order.lines.iter();
    lines
        .map(|line| {
            (
                line.name.clone(),
                line.wanted().in_thousandths(),
                line.price.unit_price.minor_units(),
                line.amount().minor_units(),
            )
        })
        .collect()
}

const fn is_about_goods(press: &Press) -> bool {
    !matches!(
        press,
        Press::Cash { .. }
            | Press::Card { .. }
            | Press::Complete
            | Press::Discard
            | Press::Return { .. }
            | Press::CorrectTender { .. }
    )
}

proptest! {
    #[test]
    fn a_copy_comes_to_the_same_to_the_cent(presses in prop::collection::vec(press(), 1..40)) {
        let mut counter = Counter::new();
        for press in presses.iter().filter(|press| is_about_goods(press)) {
            counter.press(press);
        }
        let copy = copy_of(&mut counter);
        let (before, after) = (counter.draft.order(), copy.order());
        prop_assert_eq!(shown(&after), shown(&before));
        prop_assert_eq!(after.totals().total, before.totals().total);
        prop_assert_eq!(after.totals().taxed.tax_amount, before.totals().taxed.tax_amount);
        prop_assert!(ids(&after).is_disjoint(&ids(&before)));
        prop_assert!(copy.heading().id != counter.draft.heading().id);
        // What was taken off before is recorded once, with the sale that it was taken off.
        prop_assert!(copy.removed.is_empty() && copy.taken_back.is_empty());
        // A discount may need a manager's word by now, here as there.
        let is_free = copy.allowances().in_all.is_zero();
        prop_assert_eq!(copy.allowances().in_all, counter.draft.allowances().in_all);
        counter.draft = copy;
        let shift = counter.shift;
        if is_free && !counter.draft.is_empty() {
            let due = counter.draft.order().totals().total.minor_units();
            if due > 0 {
                counter.press(&Press::Card { cents: Some(due) });
            }
            let sold = counter.sold.len();
            counter.press(&Press::Complete);
            prop_assert_eq!(counter.sold.len(), sold + 1, "it can be sold");
            prop_assert!(counter.till.books.shifts[&shift].imbalance().is_zero());
        }
    }
}

#[test]
fn money_does_not_come_along() {
    let mut counter = Counter::new();
    let bench = &counter.bench;
    counter.till.add(bench, &mut counter.draft, "P2", pieces(2));
    counter.press(&Press::Cash { cents: Some(100) });
    assert!(counter.draft.has_money());
    let copy = copy_of(&mut counter);
    assert!(!copy.has_money());
    assert_eq!(copy.order().totals().paid, cents(0));
}
