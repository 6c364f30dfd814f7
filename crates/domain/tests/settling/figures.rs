//! What is given back, forgiven, bought on account or paid ahead, and what labels say.

use crate::counter::*;
use crate::support::*;
use comptoir_domain::credit::{AccountKind, CreditAccount, on_account_of};
use comptoir_domain::decide::{self, Article, Balances, HandOver, PaymentRequest};
use comptoir_domain::event::Event;
use comptoir_domain::money::Money;
use comptoir_domain::order::PaymentStatus;
use comptoir_domain::price::CustomerClass;
use comptoir_domain::refusal::RefusalCode;
use comptoir_domain::settings::OnAccountLimit;
use comptoir_domain::staff::Role;
use comptoir_domain::tender::TenderKind;

#[test]
fn a_part_that_was_given_back_and_taken_back_is_on_record_with_the_managers_word() {
    let mut counter = Counter::new(Some(PaymentStatus::Captured), None);
    counter.remove("P4");
    counter.give_back(TenderKind::Cash, Some(100)).unwrap();
    counter.draft.undo().unwrap();
    assert_eq!(counter.figure(), -320);
    counter.give_back(TenderKind::Cash, None).unwrap();
    let events = counter.complete(&HandOver::Everything).unwrap();
    let taken_back = events.iter().find_map(|event| match event {
        Event::RefundTakenBack { refund, .. } => Some(refund.amount),
        _ => None,
    });
    assert_eq!(taken_back, Some(cents(100)));
    assert_eq!(counter.order().refunded(), cents(320));

    let mut counter = Counter::new(Some(PaymentStatus::Captured), None);
    counter.remove("P4");
    let tender = counter.bench.tender(TenderKind::Cash);
    counter
        .step(|draft, shift, context| {
            context.approved_by = Some(cass());
            decide::give_back(draft, &tender, Some(cents(100)), None, shift, context)
        })
        .unwrap();
    assert_eq!(counter.draft.approved_by(), Some(cass()));
}

#[test]
fn what_is_left_of_a_done_order_is_settled_without_goods() {
    let mut counter = Counter::new(Some(PaymentStatus::Captured), None);
    let order = counter.order().id();
    let seen = comptoir_domain::order::Seen { rev: 1, own: None };
    counter.till.record(
        "order_cancelled",
        vec![Event::OrderCancelled {
            order,
            seen,
            reason: "ill".to_owned(),
        }],
    );
    counter.reopen();
    assert_eq!(counter.figure(), -1160);
    assert_eq!(
        counter.complete(&HandOver::Everything).unwrap_err(),
        RefusalCode::OrderNotOpen
    );
    counter.give_back(TenderKind::Transfer, None).unwrap();
    let events = counter.complete(&HandOver::Nothing).unwrap();
    assert_eq!(events.len(), 1);
    assert_eq!(counter.order().totals().due, Money::ZERO);
}

#[test]
fn what_is_forgiven_is_a_figure_of_its_own_and_is_never_given_back() {
    let mut counter = Counter::new(None, None);
    let part = PaymentRequest {
        amount: Some(cents(1149)),
        ..PaymentRequest::default()
    };
    counter.pay(TenderKind::Cash, part).unwrap();
    let everything = HandOver::Everything;
    let forgive = |counter: &mut Counter| {
        counter.step(|draft, shift, context| {
            decide::forgive(draft, &HandOver::Everything, shift, context)
        })
    };
    assert_eq!(
        forgive(&mut counter),
        Err(RefusalCode::ForgivenessAboveLimit)
    );
    let cent = PaymentRequest {
        amount: Some(cents(1)),
        ..PaymentRequest::default()
    };
    counter.pay(TenderKind::Cash, cent).unwrap();
    forgive(&mut counter).unwrap();
    assert_eq!(forgive(&mut counter), Err(RefusalCode::NothingDue));
    counter.complete(&everything).unwrap();
    let totals = counter.order().totals();
    assert_eq!(
        (totals.paid, totals.forgiven, totals.due),
        (cents(1150), cents(10), cents(0))
    );
    let bridge = counter.till.books.shifts[&counter.shift].bridge;
    assert_eq!((bridge.forgiven, bridge.debts_made), (cents(10), cents(0)));

    counter.reopen();
    for (code, count) in [("P2", 2), ("P4", 1), ("P1", 1)] {
        counter.back(code, count).unwrap();
    }
    assert_eq!(counter.figure(), -1150, "what came in, and no more");
    counter.give_back(TenderKind::Cash, None).unwrap();
    counter.complete(&HandOver::Nothing).unwrap();
    assert_eq!(counter.order().totals().due, Money::ZERO);
}

#[test]
fn fetched_goods_come_back_and_no_more_than_was_fetched() {
    let mut counter = Counter::new(Some(PaymentStatus::Captured), None);
    counter.complete(&HandOver::Everything).unwrap();
    counter.reopen();
    assert_eq!(
        counter.back("P2", 3),
        Err(RefusalCode::ReturnAboveCollected)
    );
    counter.back("P2", 2).unwrap();
    counter.back("P2", 1).unwrap();
    assert_eq!(counter.figure(), -300, "the last word holds");
    counter.back("P4", 1).unwrap();
    counter.draft.undo().unwrap();
    counter.give_back(TenderKind::Cash, None).unwrap();
    let events = counter.complete(&HandOver::Nothing).unwrap();
    let names = |event: &Event| matches!(event, Event::GoodsReturned { .. });
    assert!(names(&events[0]), "goods first, then their money");
    let order = counter.order();
    assert_eq!(order.lines[0].returned, pieces(1));
    assert_eq!(order.totals().due, Money::ZERO);
    assert!(counter.till.books.problems.is_empty());
}

#[test]
fn buying_on_account_goes_as_far_as_the_customers_class_and_the_copy_allow() {
    let mut counter = Counter::new(None, None);
    let class = CustomerClass::new("Member");
    let limit = |amount| OnAccountLimit {
        class: class.clone(),
        limit: cents(amount),
    };
    let order = counter.draft.order();
    let settings = &mut counter.bench.settings;
    assert!(decide::account_to_open(&order, std::slice::from_ref(&class), settings).is_none());
    settings.on_account_limits = vec![limit(2000)];
    settings.offline_limits.on_account_max = cents(1000);
    let account = decide::account_to_open(&order, std::slice::from_ref(&class), settings).unwrap();
    assert_eq!(
        (account.id, account.limit),
        (on_account_of(jane()), cents(2000))
    );
    assert!(decide::account_to_open(&order, &[], settings).is_none());

    let tender = counter.bench.tender(TenderKind::OnAccount);
    let away = Balances::Copied { age_ms: HOUR_MS };
    let mut pay = |account: &CreditAccount, balances, amount: i64, role| {
        let request = PaymentRequest {
            amount: Some(cents(amount)),
            balances,
            ..PaymentRequest::default()
        };
        counter.step(|draft, shift, context| {
            context.role = role;
            decide::pay(draft, &tender, &request, Some(account), shift, context)
        })
    };
    assert_eq!(
        pay(&account, away, 1001, Role::Cashier),
        Err(RefusalCode::NotPermitted)
    );
    let old = Balances::Copied {
        age_ms: 1000 * HOUR_MS,
    };
    assert_eq!(
        pay(&account, old, 1, Role::Cashier),
        Err(RefusalCode::NotPermitted)
    );
    let poor = CreditAccount {
        limit: cents(500),
        ..account.clone()
    };
    assert_eq!(
        pay(&poor, Balances::Known, 501, Role::Manager),
        Err(RefusalCode::CreditTooLow)
    );
    pay(&account, away, 600, Role::Cashier).unwrap();
    assert_eq!(
        pay(&account, away, 560, Role::Cashier),
        Err(RefusalCode::NotPermitted)
    );
    pay(&account, away, 560, Role::Manager).unwrap();

    let draft = counter.draft.clone();
    let there = |balance: i64| {
        let account = CreditAccount {
            balance: cents(balance),
            ..account.clone()
        };
        decide::check_spent(&[&draft], |_| Some(account.clone()), MONDAY).map_err(|r| r.code)
    };
    assert_eq!(there(0), Ok(()));
    assert_eq!(
        there(-1000),
        Err(RefusalCode::CreditTooLow),
        "spent meanwhile"
    );
    assert_eq!(account.kind, AccountKind::OnAccount);
}

#[test]
fn an_ordered_line_costs_what_the_labels_on_its_packs_say() {
    let mut counter = Counter::new(None, None);
    let price = counter.bench.price_for("P1", &[]);
    let carrots = counter.bench.variants["P1"].clone();
    let scan = |counter: &mut Counter, weight: i64, label: Option<i64>| {
        let article = Article {
            variant: &carrots,
            price: price.as_ref(),
            label_total: label.map(cents),
            measured: true,
        };
        counter
            .step(|draft, _, context| {
                decide::scan(draft, article, grams(weight), context).map(|(step, _)| step)
            })
            .unwrap();
        let order = counter.draft.order();
        let line = order.lines.iter().find(|line| line.code == "P1").unwrap();
        (line.wanted(), line.amount().minor_units())
    };
    // 413 g at 2.40 are 0.99; the label says 1.00.
    assert_eq!(scan(&mut counter, 413, Some(100)), (grams(413), 100));
    assert_eq!(scan(&mut counter, 204, Some(50)), (grams(617), 150));
    // A pack without a price on it costs its weight.
    assert_eq!(scan(&mut counter, 100, None), (grams(717), 174));
    counter.draft.undo().unwrap();
    counter.draft.undo().unwrap();
    counter.draft.undo().unwrap();
    assert_eq!(counter.figure(), 1160);
}

#[test]
fn ticked_parts_are_paid_with_a_note_and_the_rest_can_be_paid_ahead() {
    for (ahead, paid, change) in [(false, 600, 400), (true, 1160, 0)] {
        let mut counter = Counter::new(None, None);
        let goes = parts(&counter, &[("P2", pieces(2))]);
        assert_eq!(decide::to_pay(&counter.draft, &goes, MONDAY), cents(600));
        let request = PaymentRequest {
            amount: Some(cents(if ahead { 1160 } else { 1000 })),
            goes: goes.clone(),
            ahead,
            ..PaymentRequest::default()
        };
        counter.pay(TenderKind::Cash, request).unwrap();
        counter.complete(&goes).unwrap();
        let payment = &counter.order().payments[0];
        assert_eq!(
            (payment.amount, payment.change),
            (cents(paid), cents(change))
        );
        assert_eq!(counter.order().totals().due, cents(1160 - paid));
    }
}
