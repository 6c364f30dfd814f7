//! What goes, what waits on, and what was fetched elsewhere.

use crate::support::waiting::*;
use crate::support::*;
use comptoir_domain::ids::OrderId;
use comptoir_domain::money::Money;
use comptoir_domain::order::{Fulfilment, PaymentState};
use comptoir_domain::quantity::Quantity;
use comptoir_till::wire::{Code, HandOverWhat, OpenOrder, Sound, StepQuantity, TickLine};

#[test]
fn what_is_ticked_goes_and_the_rest_waits_on() {
    let (bench, mut core, jane_s) = with_order(Online::Captured);
    let view = open(&mut core, &jane_s);
    let nothing = core.order_hand_over(&hand_over(&bench, HandOverWhat::Ticked));
    assert_eq!(refused(nothing), Code::NothingTicked);
    let eggs = line_named(&view, "ufs");
    core.order_tick(&TickLine { line: eggs }).unwrap();
    let view = core
        .order_hand_over(&hand_over(&bench, HandOverWhat::Ticked))
        .unwrap();
    assert!(done(&view).partly);
    let first = stored(&core, &jane_s);
    assert_eq!(first.documents[0].total, minor(600));
    let card = &list(&core, "1001").orders[0];
    assert_eq!(card.fulfilment, Fulfilment::PartlyCollected);

    let view = open(&mut core, &jane_s);
    assert_eq!(placed(&view).to_check, 1);
    let view = core.order_tick_all().unwrap();
    assert_eq!(placed(&view).checked, 1);
    let view = core
        .order_hand_over(&hand_over(&bench, HandOverWhat::Everything))
        .unwrap();
    assert_eq!((done(&view).partly, done(&view).change), (false, minor(0)));
    let after = stored(&core, &jane_s);
    let total: Money = after.documents.iter().map(|document| document.total).sum();
    assert_eq!(total, minor(970), "the receipts of both add up");
    // So do the taxes that the two slips state, and each says what it is for.
    let slips = [0, 1].map(|index| receipt_of(&core, &after, index));
    let gross = |slip: &serde_json::Value| -> i64 {
        let rows = slip["taxes"].as_array().unwrap().iter();
        rows.map(|row| row["gross"].as_i64().unwrap()).sum()
    };
    assert_eq!(slips.each_ref().map(gross), [600, 370]);
    let stated = slips
        .each_ref()
        .map(|slip| slip["online"]["taxed_now"].as_i64());
    assert_eq!(stated, [Some(600), Some(370)]);
}

#[test]
fn changes_are_saved_for_another_day() {
    let (bench, mut core, jane_s) = with_order(Online::Captured);
    let view = open(&mut core, &jane_s);
    let count = entries(&core);
    let line = line_named(&view, "ufs");
    let delta = Quantity::pieces(-1);
    core.order_step_quantity(&StepQuantity { line, delta })
        .unwrap();
    let view = core
        .order_hand_over(&hand_over(&bench, HandOverWhat::Nothing))
        .unwrap();
    assert!(sell(&view).order.is_none() && sell(&view).done.is_none());
    assert_eq!(entries(&core), count + 1);
    let after = stored(&core, &jane_s);
    assert!(after.documents.is_empty(), "neither goods nor money moved");
    let card = &list(&core, "1001").orders[0];
    assert_eq!(
        (card.due, card.payment),
        (minor(-300), PaymentState::OwedToCustomer)
    );

    // Nothing changed, nothing saved.
    open(&mut core, &jane_s);
    core.order_hand_over(&hand_over(&bench, HandOverWhat::Nothing))
        .unwrap();
    assert_eq!(entries(&core), count + 1);
}

#[test]
fn what_does_not_wait_is_refused_and_changes_nothing() {
    let (bench, mut core, mut jane_s) = with_order(Online::No);
    let count = entries(&core);
    let unknown = OrderId::from_uuid(id(77));
    assert_eq!(
        refused(core.order_open(&OpenOrder {
            order: unknown,
            alone: false
        })),
        Code::NotFound
    );
    let view = scan(
        &mut core,
        &format!("https://hub.example/o/{unknown}.c2VjcmV0"),
    );
    assert_eq!(view.notices[0].code, Code::OrderUnknown);
    assert_eq!(view.sound.unwrap().kind, Sound::Unknown);

    cancel_elsewhere(&mut core, &mut jane_s);
    assert_eq!(
        refused(core.order_open(&OpenOrder {
            order: jane_s.id(),
            alone: false
        })),
        Code::OrderNotOpen
    );
    assert_eq!(refused(try_scan(&mut core, "O-1001")), Code::OrderNotOpen);
    let missing = core.order_hand_over(&hand_over(&bench, HandOverWhat::Everything));
    assert_eq!(refused(missing), Code::OrderEmpty);
    let view = core.view().unwrap();
    assert!(sell(&view).order.is_none());
    assert_eq!(entries(&core), count);
}

#[test]
fn what_was_fetched_elsewhere_meanwhile_is_not_handed_over_again() {
    let (bench, mut core, mut jane_s) = with_order(Online::Captured);
    open(&mut core, &jane_s);
    for line in &mut jane_s.lines {
        line.collected = line.ordered;
    }
    put_order(&mut core, &jane_s);
    core.view().unwrap();
    let count = entries(&core);
    let again = core.order_hand_over(&hand_over(&bench, HandOverWhat::Everything));
    assert_eq!(refused(again), Code::OrderHandedOver);
    assert_eq!(entries(&core), count);
}
