//! An order in progress: restarts, a base that moves, codes that are scanned meanwhile.

use crate::support::waiting::*;
use crate::support::*;
use comptoir_domain::order::{Fate, Fulfilment};
use comptoir_domain::quantity::Quantity;
use comptoir_till::Core;
use comptoir_till::wire::{Code, DiscardOrder, HandOverWhat, OpenOrder, RecallOrder};

#[test]
fn a_restart_in_the_middle_goes_on() {
    let (bench, mut core, jane_s) = with_order(Online::Captured);
    open(&mut core, &jane_s);
    scan(&mut core, EGGS);
    scan(&mut core, HONEY);
    drop(core);
    let mut core = bench.open();
    let view = core.view().unwrap();
    let shown = placed(&view);
    assert_eq!((shown.to_check, shown.checked), (3, 1));
    assert_eq!(order(&view).due, minor(750));
    assert!(list(&core, "1001").orders[0].in_progress);
    let view = core.pay_add(&bench.cash(1000)).unwrap();
    assert_eq!(done(&view).change, minor(250));
}

#[test]
fn a_base_that_moves_keeps_what_the_cashier_did() {
    let (bench, mut core, mut jane_s) = with_order(Online::Captured);
    open(&mut core, &jane_s);
    scan(&mut core, EGGS);
    scan(&mut core, HONEY);
    // The customer took the juice off meanwhile, and somebody put the basket on a shelf.
    let juice = jane_s
        .lines
        .iter()
        .find(|line| line.code != jane_s.lines[0].code);
    let juice = juice.unwrap().id;
    jane_s.operate(
        &comptoir_domain::order::Operation::RemoveLine {
            line: juice,
            from: Quantity::ONE,
            collected: Quantity::ZERO,
            fate: Fate::BackToShelf,
            reason: "customer".to_owned(),
        },
        &Default::default(),
    );
    jane_s.milestones.basket = Some("B7".to_owned());
    jane_s.rev = 2;
    put_order(&mut core, &jane_s);
    let view = core.view().unwrap();
    let shown = placed(&view);
    assert!(shown.moved);
    assert_eq!(shown.basket.as_deref(), Some("B7"));
    assert_eq!((shown.to_check, shown.checked), (2, 1), "eggs and honey");
    assert_eq!(order(&view).due, minor(380));
    drop(core);
    let mut core = bench.open();
    let view = core.view().unwrap();
    assert!(placed(&view).moved);
    assert_eq!(order(&view).due, minor(380));

    // Cancelled meanwhile, it is not handed over by itself.
    cancel_elsewhere(&mut core, &mut jane_s);
    core.view().unwrap();
    let parts = core.order_hand_over(&hand_over(&bench, HandOverWhat::Ticked));
    assert_eq!(refused(parts), Code::OrderNotOpen);
}

#[test]
fn a_press_for_a_figure_that_was_not_shown_does_nothing_but_show_it() {
    let (bench, mut core, mut jane_s) = with_order(Online::No);
    open(&mut core, &jane_s);
    let shown = order(&core.view().unwrap()).due;
    // One more box was ordered while the cashier reached for the key.
    let eggs = jane_s.lines[0].id;
    jane_s.operate(
        &comptoir_domain::order::Operation::ChangeQuantity {
            line: eggs,
            from: jane_s.lines[0].ordered,
            to: jane_s.lines[0].ordered + Quantity::ONE,
            mode: comptoir_domain::order::QuantityMode::Set,
        },
        &Default::default(),
    );
    jane_s.rev += 1;
    put_order(&mut core, &jane_s);
    let count = entries(&core);
    let view = core.order_hand_over(&hand_over(&bench, HandOverWhat::Everything));
    let view = view.unwrap();
    assert!(order(&view).due > shown, "the new figure is on the screen");
    assert!(
        view.notices
            .iter()
            .any(|notice| notice.code == Code::OrderMoved)
    );
    assert_eq!(entries(&core), count, "nothing was written");
    let again = core.order_hand_over(&hand_over(&bench, HandOverWhat::Everything));
    assert_eq!(refused(again), Code::OrderNotSettled);
}

#[test]
fn the_code_of_an_order_parks_the_sale_in_progress_and_another_order() {
    let (bench, mut core, jane_s) = with_order(Online::Captured);
    let other = order_of(&mut core, 1002, &[(HONEY, 1)], Online::No);
    put_order(&mut core, &other);
    scan(&mut core, EGGS);
    let view = scan(
        &mut core,
        &format!("https://hub.example/o/{}.c2VjcmV0", jane_s.id()),
    );
    assert_eq!(view.notices[0].code, Code::SaleParked);
    assert_eq!(placed(&view).number, "O-1001");
    assert_eq!(sell(&view).parked.len(), 1);
    scan(&mut core, EGGS);
    let view = scan(&mut core, "O-1001");
    assert_eq!(
        placed(&view).number,
        "O-1001",
        "the one that is open stays open"
    );
    let view = core
        .order_open(&OpenOrder {
            order: other.id(),
            alone: true,
        })
        .unwrap();
    assert_eq!(view.notices[0].code, Code::OrderParked);
    assert_eq!(placed(&view).number, "O-1002");
    let parked = &sell(&view).parked;
    assert_eq!(parked.len(), 2);
    let of_jane = parked
        .iter()
        .find(|parked| parked.order == jane_s.id())
        .unwrap();
    assert_eq!(of_jane.number.as_deref(), Some("O-1001"));
    assert_eq!(of_jane.customer.as_deref(), Some("Jane Élodie Doe"));
    // Opened again it resumes; the untouched one leaves no trace.
    let view = open(&mut core, &jane_s);
    assert!(view.notices.is_empty());
    assert_eq!(sell(&view).parked.len(), 1);
    let eggs = line_named(&view, "ufs");
    let eggs = order(&view)
        .lines
        .iter()
        .find(|line| line.id == eggs)
        .unwrap();
    assert_eq!(eggs.check.unwrap().ticked, Quantity::ONE);
    let sale = sell(&view).parked[0].order;
    let view = core
        .order_recall(&RecallOrder { order: Some(sale) })
        .unwrap();
    assert!(order(&view).placed.is_none());
    core.pay_add(&bench.cash(300)).unwrap();
}

#[test]
fn leaving_an_order_changes_nothing_about_it() {
    let (bench, mut core, jane_s) = with_order(Online::Captured);
    let discard = |core: &mut Core| {
        core.order_discard(&DiscardOrder {
            action: bench.action(),
            reason: None,
            approval: None,
        })
        .unwrap()
    };
    let count = entries(&core);
    open(&mut core, &jane_s);
    core.order_tick_all().unwrap();
    let view = discard(&mut core);
    assert!(sell(&view).order.is_none());
    assert_eq!(entries(&core), count, "a look writes nothing");
    let view = open(&mut core, &jane_s);
    assert_eq!(placed(&view).checked, 0);
    remove_juice(&mut core, &view, Fate::BackToShelf);
    discard(&mut core);
    let view = open(&mut core, &jane_s);
    assert_eq!(placed(&view).fulfilment, Fulfilment::Accepted);
    assert_eq!(order(&view).total, minor(970));
    let view = core.order_park().unwrap();
    assert!(sell(&view).order.is_none() && sell(&view).parked.is_empty());
}
