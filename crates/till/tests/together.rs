//! Orders that are fetched together, and goods that come back for others: one figure, one entry, and
//! each order keeps its own money and its own slip.
#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

mod support;

use comptoir_domain::ids::OrderId;
use comptoir_domain::money::Money;
use comptoir_domain::order::{Fate, Fulfilment, Order, PaymentState};
use comptoir_domain::quantity::Quantity;
use comptoir_till::Core;
use comptoir_till::wire::{
    Code, FetchedBy, GroupMember, GroupView, HandOverWhat, OpenOrder, OpenReturn, PayAdd,
    ReturnLine, TillView,
};
use support::waiting::*;
use support::*;

/// Jane's order of 9.70 and her neighbour's of 7.50, both waiting.
fn neighbours(first: Online, second: Online) -> (Bench, Core, Order, Order) {
    let (bench, mut core, jane_s) = with_order(first);
    let other = order_of(&mut core, 1002, &[(HONEY, 1)], second);
    put_order(&mut core, &other);
    (bench, core, jane_s, other)
}

fn group(view: &TillView) -> &GroupView {
    order(view).group.as_ref().unwrap()
}

fn state(core: &Core, id: OrderId) -> Order {
    let body: String = core
        .connection()
        .query_row(
            "SELECT body FROM own_state WHERE kind = 'order' AND id = ?1",
            [id.to_string()],
            |row| row.get(0),
        )
        .unwrap();
    serde_json::from_str(&body).unwrap()
}

#[test]
fn two_orders_are_paid_with_one_note_and_stay_two_orders() {
    let (bench, mut core, jane_s, other) = neighbours(Online::No, Online::No);
    scan(&mut core, "O-1001");
    let view = scan(&mut core, "O-1002");
    assert_eq!(group(&view).to_settle, minor(1720));
    let shown: Vec<_> = group(&view)
        .orders
        .iter()
        .map(|order| order.shown)
        .collect();
    assert_eq!(shown.iter().filter(|shown| **shown).count(), 1);
    assert_eq!(placed(&view).number, "O-1002");
    assert_eq!(order(&view).pay.cash_due, minor(1720));
    assert!(sell(&view).parked.is_empty());
    core.order_fetched_by(&FetchedBy {
        name: Some(" Bob Öz ".to_owned()),
    })
    .unwrap();
    let view = core
        .group_show(&GroupMember { order: jane_s.id() })
        .unwrap();
    assert_eq!(placed(&view).number, "O-1001");
    assert_eq!(placed(&view).fetched_by.as_deref(), Some("Bob Öz"));
    let count = entries(&core);
    drop(core);

    let mut core = bench.open();
    let view = core.view().unwrap();
    assert_eq!(
        group(&view).orders.len(),
        2,
        "a restart keeps them together"
    );
    let press = bench.cash(2000);
    let view = core.pay_add(&press).unwrap();
    assert_eq!(
        (done(&view).total, done(&view).change),
        (minor(1720), minor(280))
    );
    assert_eq!(done(&view).tendered, Some(minor(2000)));
    assert_eq!(done(&view).together.len(), 1);
    assert_eq!(entries(&core), count + 1, "one action, one entry");
    core.pay_add(&press).unwrap();
    assert_eq!(entries(&core), count + 1);
    for (placed, total) in [(&jane_s, 970), (&other, 750)] {
        let after = stored(&core, placed);
        assert_eq!(after.fulfilment(), Fulfilment::Collected);
        assert_eq!(after.payments.len(), 1);
        assert_eq!(after.payments[0].amount, minor(total));
        assert_eq!(after.documents[0].total, minor(total));
        let name = after.collections[0].fetched_by.unwrap();
        let text: String = core
            .connection()
            .query_row(
                "SELECT CAST(content AS TEXT) FROM attachment WHERE id = ?1",
                [name.to_string()],
                |row| row.get(0),
            )
            .unwrap();
        assert_eq!(text, "Bob Öz");
    }
}

#[test]
fn what_one_is_owed_pays_for_the_other() {
    let (bench, mut core, jane_s, other) = neighbours(Online::Captured, Online::No);
    let view = open(&mut core, &jane_s);
    remove_juice(&mut core, &view, Fate::BackToShelf);
    let view = open(&mut core, &other);
    // 7.50 for the honey, less 3.70 that Jane is owed.
    assert_eq!(group(&view).to_settle, minor(380));
    let early = core.order_hand_over(&hand_over(&bench, HandOverWhat::Everything));
    assert_eq!(refused(early), Code::OrderNotSettled);
    let view = core.pay_add(&bench.cash(500)).unwrap();
    assert_eq!(
        (done(&view).change, done(&view).given_back),
        (minor(120), minor(0))
    );
    assert_eq!(done(&view).tendered, Some(minor(500)));
    assert_eq!(stored(&core, &jane_s).refunded(), minor(370));
    for placed in [&jane_s, &other] {
        assert_eq!(stored(&core, placed).totals().due, Money::ZERO);
    }
}

#[test]
fn a_part_payment_fills_orders_in_turn_and_is_taken_back_whole() {
    let (bench, mut core, jane_s, other) = neighbours(Online::No, Online::No);
    open(&mut core, &jane_s);
    open(&mut core, &other);
    let part = PayAdd {
        amount: Some(minor(1000)),
        tendered: None,
        tender: "card_standalone".to_owned(),
        ..bench.cash(0)
    };
    let view = core.pay_add(&part).unwrap();
    assert_eq!(group(&view).to_settle, minor(720));
    let amounts: Vec<Money> = order(&view)
        .pay
        .taken
        .iter()
        .map(|taken| taken.amount)
        .collect();
    assert_eq!(amounts, [minor(970), minor(30)]);
    let leaves = core.group_leave(&GroupMember { order: other.id() });
    assert_eq!(refused(leaves), Code::GroupHasMoney);
    let view = core.order_undo().unwrap();
    assert_eq!(group(&view).to_settle, minor(1720));
    assert!(order(&view).pay.taken.is_empty());
    let view = core
        .group_leave(&GroupMember { order: other.id() })
        .unwrap();
    assert!(order(&view).group.is_none());
    assert_eq!(placed(&view).number, "O-1001");
    core.pay_add(&bench.cash(970)).unwrap();
    assert_eq!(stored(&core, &jane_s).payment_state(), PaymentState::Paid);
}

#[test]
fn orders_that_one_tender_moved_money_for_are_not_parted() {
    let (bench, mut core, jane_s, other) = neighbours(Online::No, Online::No);
    open(&mut core, &jane_s);
    open(&mut core, &other);
    let part = PayAdd {
        amount: Some(minor(1000)),
        tendered: None,
        tender: "card_standalone".to_owned(),
        ..bench.cash(0)
    };
    core.pay_add(&part).unwrap();
    assert_eq!(refused(core.order_park()), Code::GroupHasMoney);
    for what in [HandOverWhat::Ticked, HandOverWhat::Nothing] {
        let alone = core.order_hand_over(&hand_over(&bench, what));
        assert_eq!(refused(alone), Code::GroupHasMoney);
    }
    let view = core.order_undo().unwrap();
    assert_eq!(group(&view).to_settle, minor(1720), "it is still one group");
    core.order_park().unwrap();
}

#[test]
fn who_fetches_one_fetches_what_joins_it() {
    let (bench, mut core, jane_s, other) = neighbours(Online::No, Online::No);
    open(&mut core, &jane_s);
    core.order_fetched_by(&FetchedBy {
        name: Some("Anna".to_owned()),
    })
    .unwrap();
    let view = scan(&mut core, "O-1002");
    assert_eq!(placed(&view).fetched_by.as_deref(), Some("Anna"));
    core.pay_add(&bench.cash(2000)).unwrap();
    for order in [&jane_s, &other] {
        let collected = &stored(&core, order).collections[0];
        assert!(collected.fetched_by.is_some());
    }
}

#[test]
fn one_of_a_group_is_saved_for_another_day_and_the_other_goes() {
    let (bench, mut core, jane_s, other) = neighbours(Online::Captured, Online::Captured);
    open(&mut core, &jane_s);
    let view = open(&mut core, &other);
    assert_eq!(group(&view).to_settle, minor(0));
    let view = core
        .order_hand_over(&hand_over(&bench, HandOverWhat::Nothing))
        .unwrap();
    assert!(order(&view).group.is_none());
    assert_eq!(placed(&view).number, "O-1001");
    core.order_hand_over(&hand_over(&bench, HandOverWhat::Everything))
        .unwrap();
    assert_eq!(stored(&core, &jane_s).fulfilment(), Fulfilment::Collected);
    assert_eq!(numbers(&list(&core, "1002")), ["O-1002"], "it waits on");
    let view = open(&mut core, &other);
    assert!(order(&view).group.is_none());
}

#[test]
fn an_order_that_is_opened_alone_or_after_money_moved_puts_the_others_aside() {
    let (bench, mut core, jane_s, other) = neighbours(Online::No, Online::No);
    open(&mut core, &jane_s);
    core.order_tick_all().unwrap();
    let view = core
        .order_open(&OpenOrder {
            order: other.id(),
            alone: true,
        })
        .unwrap();
    assert!(order(&view).group.is_none());
    assert_eq!(sell(&view).parked.len(), 1);
    let part = PayAdd {
        amount: Some(minor(100)),
        ..bench.cash(100)
    };
    core.pay_add(&part).unwrap();
    let view = scan(&mut core, "O-1001");
    assert!(order(&view).group.is_none());
    assert_eq!(view.notices[0].code, Code::OrderParked);
}

#[test]
fn goods_that_are_not_taken_after_all_are_not_in_the_way_of_the_money() {
    let bench = Bench::new();
    let mut core = bench.selling();
    bench.sale(&mut core);
    let view = core.return_open(&OpenReturn { number: None }).unwrap();
    let back_again = ReturnLine {
        line: line_named(&view, "ufs"),
        quantity: Quantity::ONE,
        fate: Fate::Wasted,
        reason: "damaged".to_owned(),
    };
    core.order_return_line(&back_again).unwrap();
    scan(&mut core, HONEY);
    let view = core.order_undo().unwrap();
    assert_eq!(group(&view).to_settle, minor(-300));
    let view = core.pay_give_back(&back(&bench, "cash")).unwrap();
    assert_eq!(done(&view).given_back, minor(300));
    assert!(sell(&view).parked.is_empty());
}

#[test]
fn goods_that_come_back_pay_for_new_ones_in_one_entry() {
    let bench = Bench::new();
    let mut core = bench.selling();
    let view = bench.sale(&mut core);
    let sale = done(&view).order;
    let view = core.return_open(&OpenReturn { number: None }).unwrap();
    let eggs = line_named(&view, "ufs");
    let back_again = ReturnLine {
        line: eggs,
        quantity: Quantity::ONE,
        fate: Fate::Wasted,
        reason: "damaged".to_owned(),
    };
    core.order_return_line(&back_again).unwrap();
    // One box of eggs back, 3.00, and a jar of honey for it, 7.50.
    let view = scan(&mut core, HONEY);
    assert_eq!(group(&view).to_settle, minor(450));
    assert!(group(&view).orders.iter().any(|order| order.returns));
    let view = scan(&mut core, EGGS);
    assert_eq!(group(&view).to_settle, minor(750));
    let count = entries(&core);
    let view = core.pay_add(&bench.cash(1000)).unwrap();
    assert_eq!(entries(&core), count + 1);
    assert_eq!(
        (done(&view).change, done(&view).given_back),
        (minor(250), minor(0))
    );
    let returned = state(&core, sale);
    assert_eq!(
        returned.lines.iter().map(|line| line.returned).max(),
        Some(Quantity::ONE)
    );
    assert_eq!(returned.totals().due, Money::ZERO);
    let exchanged = state(&core, done(&view).order);
    assert_eq!(exchanged.totals().total, minor(1050));
    assert_eq!(exchanged.totals().due, Money::ZERO);
    bench.close(&mut core, 5000 + 1350 + 750).unwrap();
}
