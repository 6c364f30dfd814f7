//! Goods that belong to no order, entered at the till without a network, and problems decided there.
#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

mod shop;
mod support;

use comptoir_domain::catalogue::Variant;
use comptoir_domain::decide::Choice;
use comptoir_domain::ids::{LocationId, StaffId, VariantId};
use comptoir_domain::problem::ProblemRule;
use comptoir_domain::quantity::Quantity;
use comptoir_domain::settings::Location;
use comptoir_domain::staff::{Role, Staff};
use comptoir_sync::feed::EntityKind;
use comptoir_till::sync::SyncEngine;
use comptoir_till::wire::{
    Approval, Code, CountGoods, DecideProblem, FactPlace, GoodsAct, GoodsCard, GoodsTo,
    LookUpGoods, ProblemsView, ReceiveGoods, StaffSignIn, TakeOutGoods, UndoGoods,
};
use comptoir_till::{Core, TillError, catalogue, feed};
use shop::server::{Server, talk};
use support::*;
use uuid::Uuid;

fn pieces(count: i64) -> Quantity {
    Quantity::pieces(count)
}

fn look(core: &mut Core, code: &str) -> GoodsCard {
    core.goods_look(&LookUpGoods {
        code: Some(code.to_owned()),
        variant: None,
    })
    .unwrap()
}

fn eggs(core: &mut Core) -> VariantId {
    look(core, EGGS).variant
}

/// A till at which stock is kept of eggs.
fn stocked(bench: &Bench) -> Core {
    let mut core = bench.selling();
    let id = eggs(&mut core);
    let variant = catalogue::variant(core.connection(), id).unwrap().unwrap();
    let counted = Variant {
        tracks_stock: true,
        ..variant
    };
    let key = id.to_string();
    core.transaction(|tx| feed::put_local(tx, EntityKind::VARIANT, &key, &counted))
        .unwrap();
    core
}

fn receive(bench: &Bench, variant: VariantId, came: i64) -> ReceiveGoods {
    ReceiveGoods {
        action: bench.action(),
        variant,
        came: pieces(came),
        announced: Some(pieces(10)),
        reference: Some("DN 7".to_owned()),
    }
}

fn count(bench: &Bench, variant: VariantId, figure: i64) -> CountGoods {
    CountGoods {
        action: bench.action(),
        variant,
        figure: pieces(figure),
    }
}

fn code_of<T: std::fmt::Debug>(refused: Result<T, TillError>) -> Code {
    comptoir_till::wire::ApiError::from(refused.unwrap_err()).code
}

fn cashier(core: &mut Core) -> StaffId {
    let staff = manager(core);
    let maud: Staff = feed::entity(core.connection(), EntityKind::STAFF, &staff.to_string())
        .unwrap()
        .unwrap();
    let tom = Staff {
        id: StaffId::from_uuid(Uuid::from_u128(77)),
        name: "Tom".to_owned(),
        role: Role::Cashier,
        ..maud
    };
    let id = tom.id.to_string();
    core.transaction(|tx| feed::put_local(tx, EntityKind::STAFF, &id, &tom))
        .unwrap();
    tom.id
}

fn sign_in(core: &mut Core, staff: StaffId) {
    core.staff_sign_in(&StaffSignIn {
        staff,
        pin: PIN.to_owned(),
    })
    .unwrap();
}

fn market(core: &mut Core) -> LocationId {
    let mut settings = feed::settings(core.connection()).unwrap().unwrap();
    let market = LocationId::from_uuid(Uuid::from_u128(88));
    settings.locations.push(Location {
        id: market,
        name: "Market".to_owned(),
        active: true,
    });
    let id = settings.hub.to_string();
    core.transaction(|tx| feed::put_local(tx, EntityKind::SETTINGS, &id, &settings))
        .unwrap();
    market
}

#[test]
fn a_delivery_is_entered_once_and_listed() {
    let bench = Bench::new();
    let mut core = stocked(&bench);
    let variant = eggs(&mut core);
    let before = look(&mut core, EGGS).on_hand;
    let request = receive(&bench, variant, 8);
    core.goods_receive(&request).unwrap();
    let view = core.goods_receive(&request).unwrap();
    assert_eq!(look(&mut core, EGGS).on_hand, before + pieces(8));
    let [entry] = view.entries.as_slice() else {
        panic!("one entry: {:?}", view.entries);
    };
    assert_eq!(
        (entry.act, entry.quantity, entry.announced),
        (GoodsAct::Delivery, pieces(8), Some(pieces(10)))
    );
    assert_eq!(entry.why.as_deref(), Some("DN 7"));
    assert_eq!(entry.by.as_deref(), Some("Maud"));
    assert!(entry.can_undo && !entry.undone && !entry.sent);
}

#[test]
fn what_was_entered_survives_a_power_cut_and_can_be_taken_back_once() {
    let bench = Bench::new();
    let mut core = stocked(&bench);
    let variant = eggs(&mut core);
    let before = look(&mut core, EGGS).on_hand;
    let view = core.goods_receive(&receive(&bench, variant, 8)).unwrap();
    let entry = view.entries[0].entry;
    drop(core);
    let mut core = bench.open();
    core.goods_undo(&UndoGoods { entry }).unwrap();
    let view = core.goods_undo(&UndoGoods { entry }).unwrap();
    assert_eq!(look(&mut core, EGGS).on_hand, before);
    assert_eq!(view.entries.len(), 1, "the opposite stands for itself");
    assert!(view.entries[0].undone && !view.entries[0].can_undo);
}

#[test]
fn waste_and_transfers_need_their_reason_and_place() {
    let bench = Bench::new();
    let mut core = stocked(&bench);
    let market = market(&mut core);
    let variant = eggs(&mut core);
    let before = look(&mut core, EGGS).on_hand;
    let take = |to: GoodsTo, why: Option<&str>, quantity: i64| TakeOutGoods {
        action: bench.action(),
        variant,
        quantity: pieces(quantity),
        to,
        why: why.map(str::to_owned),
    };
    let unexplained = core.goods_take_out(&take(GoodsTo::Waste, None, 1));
    assert_eq!(code_of(unexplained), Code::ReasonMissing);
    let nothing = core.goods_take_out(&take(GoodsTo::Waste, Some("spoilt"), 0));
    assert_eq!(code_of(nothing), Code::QuantityInvalid);
    let absurd = core.goods_take_out(&take(GoodsTo::Waste, Some("spoilt"), 1_000_000_000));
    assert_eq!(code_of(absurd), Code::QuantityInvalid);
    let nowhere = GoodsTo::Location {
        location: LocationId::from_uuid(Uuid::from_u128(99)),
    };
    let nowhere = core.goods_take_out(&take(nowhere, None, 1));
    assert_eq!(code_of(nowhere), Code::NotFound);
    core.goods_take_out(&take(GoodsTo::Waste, Some("spoilt"), 2))
        .unwrap();
    let carried = GoodsTo::Location { location: market };
    let view = core.goods_take_out(&take(carried, None, 3)).unwrap();
    assert_eq!(look(&mut core, EGGS).on_hand, before - pieces(5));
    assert_eq!(view.entries[0].act, GoodsAct::Transfer);
    assert_eq!(view.entries[0].to.as_deref(), Some("Market"));
    assert_eq!(view.places[0].name, "Market");
}

#[test]
fn a_count_says_what_differed_once_the_server_has_it() {
    let bench = Bench::new();
    let mut core = stocked(&bench);
    let variant = eggs(&mut core);
    core.goods_receive(&receive(&bench, variant, 10)).unwrap();
    let found = look(&mut core, EGGS).on_hand.in_thousandths() / 1000 - 3;
    let view = core.goods_count(&count(&bench, variant, found)).unwrap();
    assert_eq!(view.entries[0].difference, None);
    assert_eq!(look(&mut core, EGGS).on_hand, pieces(found));
    let mut server = Server::for_till(&core);
    server.adopt(&mut core, "A");
    talk(&mut SyncEngine::new(7), &mut core, &mut server);
    let view = core.goods_get().unwrap();
    assert!(view.entries[0].sent);
    assert_eq!(view.entries[0].difference, Some(pieces(-3)));
}

#[test]
fn what_no_stock_is_kept_of_and_unknown_codes_say_so() {
    let bench = Bench::new();
    let mut core = stocked(&bench);
    let unknown = core.goods_look(&LookUpGoods {
        code: Some("4006381333931".to_owned()),
        variant: None,
    });
    assert_eq!(code_of(unknown), Code::CodeUnknown);
    let honey = look(&mut core, HONEY);
    assert!(!honey.keeps_stock);
    let refused = core.goods_receive(&receive(&bench, honey.variant, 1));
    assert_eq!(code_of(refused), Code::StockNotKept);
}

fn oversold(bench: &Bench) -> (Core, VariantId) {
    let mut core = stocked(bench);
    let card = look(&mut core, EGGS);
    core.goods_count(&count(bench, card.variant, 1)).unwrap();
    for _ in 0..2 {
        scan(&mut core, EGGS);
        scan(&mut core, EGGS);
        core.pay_add(&bench.cash(5000)).unwrap();
    }
    (core, card.variant)
}

#[test]
fn goods_sold_below_zero_are_one_card_with_both_sides_of_the_story() {
    let bench = Bench::new();
    let (core, _) = oversold(&bench);
    let view: ProblemsView = core.problems_get().unwrap();
    let [card] = view.problems.as_slice() else {
        panic!("one card: {:?}", view.problems);
    };
    assert_eq!((card.rule, card.ids.len()), (ProblemRule::SoldBelowZero, 2));
    assert!(card.provisional && view.may_decide);
    assert_eq!(card.happened.place, FactPlace::ThisTill);
    assert_eq!(card.happened.by.as_deref(), Some("Maud"));
    assert_eq!(card.meanwhile.on_hand, Some(pieces(-3)));
    assert!(card.meanwhile.name.is_some());
    assert_eq!(card.choices, [Choice::Stands]);
}

#[test]
fn the_delivery_that_explains_a_problem_ends_it() {
    let bench = Bench::new();
    let (mut core, variant) = oversold(&bench);
    core.goods_receive(&receive(&bench, variant, 10)).unwrap();
    assert!(core.problems_get().unwrap().problems.is_empty());
}

#[test]
fn a_problem_is_decided_with_one_press_by_who_may() {
    let bench = Bench::new();
    let (mut core, _) = oversold(&bench);
    let maud = manager(&mut core);
    let tom = cashier(&mut core);
    let ids = core.problems_get().unwrap().problems[0].ids.clone();
    core.staff_sign_out().unwrap();
    sign_in(&mut core, tom);
    assert!(!core.problems_get().unwrap().may_decide);
    let mut decision = DecideProblem {
        action: bench.action(),
        ids,
        choice: Choice::Stands,
        approval: None,
    };
    let refused = core.problem_decide(&decision);
    assert_eq!(code_of(refused), Code::ApprovalNeeded);
    decision.choice = Choice::BillAll;
    decision.approval = Some(Approval {
        staff: maud,
        pin: PIN.to_owned(),
    });
    let refused = core.problem_decide(&decision);
    assert_eq!(code_of(refused), Code::ChoiceGone);
    decision.choice = Choice::Stands;
    let view = core.problem_decide(&decision).unwrap();
    assert!(view.problems.is_empty());
    let again = core.problem_decide(&decision).unwrap();
    assert!(again.problems.is_empty());
}
