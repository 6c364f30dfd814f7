//! Goods from the shelf, in addition or in place of what was ordered.

use crate::support::waiting::*;
use crate::support::*;
use comptoir_domain::ids::PriceRuleId;
use comptoir_domain::order::Fate;
use comptoir_domain::price::{CustomerClass, PriceRule, PriceRuleKind};
use comptoir_domain::quantity::Quantity;
use comptoir_sync::feed::EntityKind;
use comptoir_till::catalogue;
use comptoir_till::wire::{AddVariant, SubstituteLine, WeighLine};

#[test]
fn goods_from_the_shelf_cost_what_the_customer_is_entitled_to() {
    let (_bench, mut core, jane_s) = with_order(Online::Captured);
    let layouts = Vec::new();
    let scanned = comptoir_domain::barcode::parse(HONEY, None, &layouts).unwrap();
    let honey = catalogue::find_scanned(core.connection(), &scanned)
        .unwrap()
        .unwrap();
    let rule = PriceRule {
        id: PriceRuleId::from_uuid(id(60)),
        variant: honey.variant.id,
        unit_price: minor(700),
        kind: PriceRuleKind::Class {
            class: CustomerClass::new("Member"),
        },
    };
    put(&mut core, EntityKind::PRICE_RULE, rule.id.uuid(), &rule);
    let view = scan(&mut core, HONEY);
    assert_eq!(order(&view).due, minor(750), "anybody");
    open(&mut core, &jane_s);
    let view = core
        .order_add_variant(&AddVariant {
            variant: honey.variant.id,
            quantity: None,
            confirmed: false,
        })
        .unwrap();
    assert_eq!(order(&view).due, minor(700), "a member");
}

#[test]
fn what_is_given_in_place_of_a_line_is_the_one_that_was_touched() {
    let (_bench, mut core, jane_s) = with_order(Online::No);
    let view = open(&mut core, &jane_s);
    let given_up = order(&view).lines[0].id;
    let layouts = Vec::new();
    let scanned = comptoir_domain::barcode::parse(HONEY, None, &layouts).unwrap();
    let honey = catalogue::find_scanned(core.connection(), &scanned)
        .unwrap()
        .unwrap();
    let view = core
        .order_substitute(&SubstituteLine {
            line: given_up,
            variant: honey.variant.id,
            quantity: Quantity::ONE,
            fate: Fate::BackToShelf,
        })
        .unwrap();
    let touched = order(&view).last_line.unwrap();
    assert_ne!(touched, given_up);
    let line = order(&view).lines.iter().find(|line| line.id == touched);
    let line = line.unwrap();
    assert_eq!(line.variant, honey.variant.id);
    assert!(line.substitutes.is_some());
}

#[test]
fn what_is_sold_by_the_piece_is_not_weighed_in_half() {
    let (_bench, mut core, jane_s) = with_order(Online::No);
    let view = open(&mut core, &jane_s);
    let line = line_named(&view, "ufs");
    for grams in [0, -500, 500] {
        let weight = Quantity::thousandths(grams);
        core.order_weigh(&WeighLine { line, weight }).unwrap_err();
    }
    let view = core.view().unwrap();
    assert_eq!(order(&view).total, minor(970));
    assert!(!placed(&view).changed);
}
