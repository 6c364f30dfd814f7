//! Sales at the counter, one by one: limits, discounts, vouchers, accounts, counts, charges.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod counter;
mod support;

use comptoir_domain::credit::{AccountKind, CreditAccount};
use comptoir_domain::decide::{self, PaymentRequest};
use comptoir_domain::draft::{DiscountAmount, Draft};
use comptoir_domain::ids::{AccountId, ChargeId, StaffId};
use comptoir_domain::money::Money;
use comptoir_domain::order::{Charge, ChargeAmount, ChargeKind, ChargeTax};
use comptoir_domain::quantity::Quantity;
use comptoir_domain::refusal::{Refusal, RefusalCode};
use comptoir_domain::tender::TenderKind;
use counter::{Counter, Press};
use support::*;

#[test]
fn the_benchs_anonymous_sale_comes_to_13_50_with_70_cents_of_tax() {
    let mut counter = Counter::new();
    counter
        .till
        .add(&counter.bench, &mut counter.draft, "P2", pieces(1));
    counter
        .till
        .add(&counter.bench, &mut counter.draft, "P2", pieces(1));
    counter
        .till
        .add(&counter.bench, &mut counter.draft, "P3", pieces(1));
    let order = counter.draft.order();
    assert_eq!(order.lines.len(), 2, "one more of the same raises its line");
    let totals = order.totals();
    assert_eq!(
        (totals.total, totals.taxed.net, totals.taxed.tax_amount),
        (cents(1350), cents(1280), cents(70))
    );
    counter
        .till
        .pay(
            &counter.bench,
            &mut counter.draft,
            TenderKind::Cash,
            Some(2000),
            counter.shift,
        )
        .unwrap();
    assert_eq!(counter.draft.payments().next().unwrap().change, cents(650));
    counter.complete();
    assert!(
        counter
            .till
            .books
            .orders
            .values()
            .all(|order| order.heading.customer.is_none())
    );
}

/// What a manager confirms in place.
fn with_manager<T>(
    counter: &mut Counter,
    decision: impl FnOnce(&Draft, &decide::Context<'_>) -> Result<T, Refusal>,
) -> Result<T, Refusal> {
    let Counter {
        bench, till, draft, ..
    } = counter;
    till.decide(bench, |_, context| {
        context.approved_by = Some(StaffId::from_uuid(id(77)));
        decision(draft, context)
    })
}

#[test]
fn a_managers_word_holds_for_what_was_shown_and_for_no_more() {
    let mut counter = with_order(&[("P6", 15)]);
    let line = counter.draft.order().lines[0].id;
    let fixed = |minor| DiscountAmount::Fixed {
        amount: cents(minor),
    };
    let step = with_manager(&mut counter, |draft, context| {
        decide::discount_line(draft, line, fixed(6000), "late", context)
    });
    counter.draft.take(step.unwrap());
    let mut granted = 6000;
    for more in [6100, 6500, 7000, 9000, 12_000, 15_000] {
        let Counter {
            bench, till, draft, ..
        } = &mut counter;
        let step = till.decide(bench, |_, context| {
            decide::discount_line(draft, line, fixed(more), "late", context)
        });
        if let Ok(step) = step {
            draft.take(step);
            granted = more;
        }
    }
    let own = cents(granted - 6000);
    let limits = counter.bench.settings.role_limits;
    assert!(
        limits.allow(cents(15_000), own),
        "{own:?} is beyond the limits"
    );
    assert_eq!(granted, 7000);
}

#[test]
fn a_confirmed_share_of_the_order_holds_for_what_is_added_later() {
    let mut counter = with_order(&[("P2", 1)]);
    let share = DiscountAmount::Share { ppm: 500_000 };
    let step = with_manager(&mut counter, |draft, context| {
        decide::discount_order(draft, share, "last hour", context)
    });
    counter.draft.take(step.unwrap());
    let shift = counter.shift;
    let Counter {
        bench, till, draft, ..
    } = &mut counter;
    till.add(bench, draft, "P6", pieces(10));
    till.pay(bench, draft, TenderKind::Cash, None, shift)
        .unwrap();
    assert_eq!(draft.order().totals().total, cents(5150));
    till.complete(bench, draft, shift).unwrap();
}

#[test]
fn a_share_that_no_manager_saw_is_measured_again_when_the_order_has_grown() {
    let mut counter = with_order(&[("P2", 1)]);
    let shift = counter.shift;
    let Counter {
        bench, till, draft, ..
    } = &mut counter;
    let share = DiscountAmount::Share { ppm: 100_000 };
    let step = till.decide(bench, |_, context| {
        decide::discount_order(draft, share, "friend", context)
    });
    draft.take(step.unwrap());
    till.add(bench, draft, "P6", pieces(300));
    till.pay(bench, draft, TenderKind::Cash, None, shift)
        .unwrap();
    let refused = till.complete(bench, draft, shift);
    assert_eq!(refusal_of(refused), RefusalCode::DiscountAboveLimit);
}

#[test]
fn nothing_is_let_go_without_a_reason() {
    let mut counter = with_order(&[("P2", 2)]);
    let line = counter.draft.order().lines[0].id;
    let off = DiscountAmount::Fixed { amount: cents(10) };
    let answers = [
        with_manager(&mut counter, |draft, context| {
            decide::discount_line(draft, line, off, " ", context)
        }),
        with_manager(&mut counter, |draft, context| {
            decide::discount_order(draft, off, "", context)
        }),
        with_manager(&mut counter, |draft, context| {
            decide::change_price(draft, line, cents(1), "", context)
        }),
    ];
    for answer in answers {
        assert_eq!(refusal_of(answer), RefusalCode::ReasonMissing);
    }
}

#[test]
fn half_a_box_of_eggs_is_not_sold_in_any_way() {
    let mut counter = with_order(&[("P2", 1)]);
    let line = counter.draft.order().lines[0].id;
    let Counter {
        bench, till, draft, ..
    } = &mut counter;
    let half = Quantity::thousandths(500);
    let stepped = till.decide(bench, |_, context| {
        decide::step_quantity(draft, line, half, context)
    });
    assert_eq!(refusal_of(stepped), RefusalCode::QuantityNotWhole);
    let set = till.decide(bench, |_, context| {
        decide::set_quantity(draft, line, half, context)
    });
    assert_eq!(refusal_of(set), RefusalCode::QuantityNotWhole);
}

/// A counter with one order of the bench on its screen.
fn with_order(articles: &[(&str, i64)]) -> Counter {
    let mut counter = Counter::new();
    for (code, count) in articles {
        let Counter {
            bench, till, draft, ..
        } = &mut counter;
        till.add(bench, draft, code, pieces(*count));
    }
    counter
}

fn refusal_of<T: std::fmt::Debug>(answer: Result<T, Refusal>) -> RefusalCode {
    answer.expect_err("it is refused").code
}

#[test]
fn the_limit_holds_over_all_steps_together() {
    let mut counter = with_order(&[("P6", 1)]);
    let line = counter.draft.order().lines[0].id;
    let lower = |counter: &mut Counter, price| {
        let Counter {
            bench, till, draft, ..
        } = counter;
        till.decide(bench, |_, context| {
            decide::change_price(draft, line, cents(price), "price_match", context)
        })
    };
    let step = lower(&mut counter, 900).unwrap();
    counter.draft.take(step);
    assert_eq!(
        refusal_of(lower(&mut counter, 810)),
        RefusalCode::DiscountAboveLimit
    );
    let Counter {
        bench, till, draft, ..
    } = &mut counter;
    let more = till.decide(bench, |_, context| {
        decide::discount_order(
            draft,
            DiscountAmount::Share { ppm: 100_000 },
            "friend",
            context,
        )
    });
    assert_eq!(refusal_of(more), RefusalCode::DiscountAboveLimit);
}

#[test]
fn a_discount_shrinks_with_what_it_was_given_on() {
    let mut counter = with_order(&[("P2", 10)]);
    let line = counter.draft.order().lines[0].id;
    counter.press(&Press::DiscountLine {
        line: 0,
        ppm: 100_000,
    });
    assert_eq!(counter.draft.order().totals().total, cents(2700));
    let Counter {
        bench, till, draft, ..
    } = &mut counter;
    let step = till.decide(bench, |_, context| {
        decide::set_quantity(draft, line, pieces(1), context)
    });
    draft.take(step.unwrap());
    assert_eq!(draft.order().totals().total, cents(270));
}

#[test]
fn one_voucher_pays_once_within_one_sale() {
    let mut counter = with_order(&[("P6", 2)]);
    let voucher = CreditAccount {
        id: AccountId::from_uuid(id(700)),
        kind: AccountKind::VoucherMultiPurpose,
        owner: None,
        balance: cents(1000),
        limit: Money::ZERO,
        expires_at: None,
    };
    let Counter {
        bench,
        till,
        draft,
        shift,
        ..
    } = &mut counter;
    let tender = bench.tender(TenderKind::Voucher);
    let request = PaymentRequest {
        amount: Some(cents(1000)),
        ..PaymentRequest::default()
    };
    let mut pay = |draft: &Draft| {
        till.decide(bench, |_, context| {
            decide::pay(draft, &tender, &request, Some(&voucher), *shift, context)
        })
    };
    let step = pay(draft).unwrap();
    draft.take(step);
    assert_eq!(refusal_of(pay(draft)), RefusalCode::CreditTooLow);
}

#[test]
fn a_sale_on_account_is_no_money_of_the_day() {
    let mut counter = with_order(&[("P5", 1)]);
    let account = CreditAccount {
        id: AccountId::from_uuid(id(701)),
        kind: AccountKind::OnAccount,
        owner: None,
        balance: Money::ZERO,
        limit: cents(5000),
        expires_at: None,
    };
    counter
        .till
        .books
        .accounts
        .insert(account.id, account.clone());
    let Counter {
        bench,
        till,
        draft,
        shift,
        ..
    } = &mut counter;
    let tender = bench.tender(TenderKind::OnAccount);
    let step = till.decide(bench, |_, context| {
        decide::pay(
            draft,
            &tender,
            &PaymentRequest::default(),
            Some(&account),
            *shift,
            context,
        )
    });
    draft.take(step.unwrap());
    counter.complete();
    let shift = &counter.till.books.shifts[&counter.shift];
    assert_eq!(
        (shift.turnover.gross, shift.money_total()),
        (cents(600), Money::ZERO)
    );
    assert_eq!(
        (shift.bridge.put_on_account, shift.imbalance()),
        (cents(600), Money::ZERO)
    );
    assert_eq!(
        counter.till.books.accounts[&account.id].balance,
        cents(-600)
    );
}

#[test]
fn a_count_that_sales_have_overtaken_closes_nothing() {
    let mut counter = with_order(&[("P2", 1)]);
    let cash = counter.bench.tender(TenderKind::Cash).id;
    let counts = vec![(cash, cents(5000))];
    let Counter { bench, till, .. } = &mut counter;
    let counted = till.decide(bench, |books, context| {
        decide::count_shift(books, &counts, context)
    });
    till.record("shift_counted", vec![counted.unwrap()]);
    counter.press(&Press::Cash { cents: None });
    counter.complete();
    let Counter { bench, till, .. } = &mut counter;
    let closed = till.decide(bench, |books, context| {
        decide::close_shift(books, 1, context)
    });
    assert_eq!(refusal_of(closed), RefusalCode::CountMissing);
}

#[test]
fn what_was_taken_off_and_brought_back_is_not_recorded_as_removed() {
    let mut counter = with_order(&[("P2", 2)]);
    counter.press(&Press::Remove { line: 0 });
    assert_eq!(counter.draft.removed.len(), 1);
    counter.press(&Press::Undo);
    assert!(counter.draft.removed.is_empty());
    counter.press(&Press::Card { cents: Some(100) });
    counter.press(&Press::Undo);
    assert_eq!(
        counter.draft.taken_back.len(),
        1,
        "the terminal's batch has it"
    );
}

#[test]
fn charges_stay_turnover_when_the_goods_come_back() {
    let mut counter = with_order(&[("P2", 1), ("P5", 1)]);
    let mut order = counter.draft.order();
    order.milestones.placed_at = Some(MONDAY);
    let otherwise = order.lines[0].tax.clone();
    order.charges.push(Charge {
        id: ChargeId::from_uuid(id(800)),
        kind: ChargeKind::Delivery,
        name: "Delivery".to_owned(),
        amount: ChargeAmount::Fixed(cents(400)),
        tax: ChargeTax::WithGoods { otherwise },
    });
    for line in &mut order.lines {
        line.collected = line.ordered;
    }
    let sold = order.totals().taxed;
    order.lines[1].returned = order.lines[1].ordered;
    let kept = order.totals().taxed;
    assert_eq!(
        sold.gross - kept.gross,
        cents(600),
        "the delivery is not given back"
    );
    assert_eq!(order.recognised().turnover, kept);
    counter.discard();
}
