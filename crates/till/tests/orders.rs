//! Orders that wait for their customers: found, checked, amended, settled by their difference and
//! handed over, without a network.
#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

mod support;

use comptoir_domain::ids::{AttachmentId, CustomerId, OrderId, PriceRuleId, StaffId};
use comptoir_domain::money::Money;
use comptoir_domain::order::{Fate, Fulfilment, Note, PaymentState, PaymentStatus};
use comptoir_domain::price::{CustomerClass, PriceRule, PriceRuleKind};
use comptoir_domain::quantity::Quantity;
use comptoir_domain::staff::{Role, Staff};
use comptoir_sync::feed::EntityKind;
use comptoir_till::wire::{
    AddVariant, Approval, CancelOrder, Code, DiscardOrder, GiveBack, HandOverWhat, OpenOrder,
    OrderIsReady, OrdersQuery, PayAdd, RecallOrder, RemoveLine, Sound, StaffSignIn, StepQuantity,
    SubstituteLine, TickLine, WeighLine,
};
use comptoir_till::{Core, catalogue, feed};
use support::waiting::*;
use support::*;

#[test]
fn orders_are_found_by_any_fragment_and_the_slot_that_comes_next_is_shown() {
    let (_bench, mut core, jane_s) = with_order(Online::Captured);
    let next = put_slot(&mut core, 50, hours(1));
    let over = put_slot(&mut core, 51, -hours(3));
    for (number, name, phone, slot) in [
        (1002, "Jean-Noël d'Œuvres", "0478 00 11 22", Some(next)),
        (1003, "Bob Öz", "0478 00 99 33", Some(next)),
        (1004, "Bob Late", "", Some(over)),
    ] {
        let customer = CustomerId::from_uuid(id(number + 10_000));
        put_customer(&mut core, customer, name, phone);
        let mut order = order_of(&mut core, number, &[(HONEY, 1)], Online::No);
        order.heading.customer = Some(customer);
        order.heading.slot = slot;
        put_order(&mut core, &order);
    }
    let view = list(&core, "");
    assert_eq!(view.slot, Some(next));
    assert_eq!(numbers(&view), ["O-1003", "O-1002"], "by name");
    let counts: Vec<_> = view
        .slots
        .iter()
        .map(|slot| (slot.slot, slot.waiting))
        .collect();
    assert_eq!(counts, [(Some(over), 1), (Some(next), 2), (None, 1)]);
    assert!(
        !view.copy_is_old && view.copy_at.is_none(),
        "it works alone"
    );

    for (text, found) in [
        ("noel", vec!["O-1002"]),
        ("OEUV jean", vec!["O-1002"]),
        ("élod", vec!["O-1001"]),
        ("1003", vec!["O-1003"]),
        ("o-1001", vec!["O-1001"]),
        ("56 78", vec!["O-1001"]),
        ("1122", vec!["O-1002"]),
        ("bob", vec!["O-1003", "O-1004"]),
        ("bob 1004", vec!["O-1004"]),
        ("nobody", vec![]),
        ("  ", vec!["O-1003", "O-1002"]),
        ("%", vec!["O-1003", "O-1002"]),
    ] {
        assert_eq!(numbers(&list(&core, text)), found, "{text:?}");
    }
    let card = &list(&core, "jane").orders[0];
    assert_eq!(card.customer.as_deref(), Some("Jane Élodie Doe"));
    assert_eq!(card.phone_end.as_deref(), Some("5678"));
    assert_eq!((card.total, card.due), (minor(970), minor(0)));
    assert_eq!((card.payment, card.line_count), (PaymentState::Paid, 2));
    assert!(card.elsewhere.is_none() && !card.in_progress);

    // A forgotten customer is not found any more; the order still is.
    core.transaction(|tx| feed::remove_local(tx, EntityKind::CUSTOMER, &jane().to_string()))
        .unwrap();
    assert!(list(&core, "jane").orders.is_empty());
    let without_slot = core
        .orders_list(&OrdersQuery {
            without_slot: true,
            ..OrdersQuery::default()
        })
        .unwrap();
    assert_eq!(without_slot.orders[0].order, jane_s.id());
    assert_eq!(without_slot.orders[0].customer, None);
}

#[test]
fn a_slot_of_five_hundred_orders_is_listed_whole_and_one_is_found_in_it() {
    let bench = Bench::new();
    let mut core = bench.selling();
    let slot = put_slot(&mut core, 50, hours(1));
    let mut order = order_of(&mut core, 1, &[(EGGS, 1)], Online::No);
    order.heading.slot = Some(slot);
    order.heading.customer = None;
    core.transaction(|tx| {
        for number in 2_000..2_500_u128 {
            order.heading.id = OrderId::from_uuid(id(number));
            order.heading.number = format!("O-{number}");
            let key = order.heading.id.to_string();
            feed::put_local(tx, EntityKind::ORDER, &key, &order)?;
        }
        Ok(())
    })
    .unwrap();
    let view = list(&core, "");
    assert_eq!((view.orders.len(), view.more), (500, 0));
    assert_eq!(view.slots[0].waiting, 500);
    assert_eq!(numbers(&list(&core, "2417")), ["O-2417"]);
}

#[test]
fn an_order_is_checked_amended_and_paid_by_its_difference() {
    let (bench, mut core, jane_s) = with_order(Online::Captured);
    let view = open(&mut core, &jane_s);
    let shown = placed(&view);
    assert_eq!(
        (shown.number.as_str(), shown.to_check, shown.checked),
        ("O-1001", 2, 0)
    );
    assert_eq!(shown.customer.as_deref(), Some("Jane Élodie Doe"));
    assert_eq!(shown.settlement.to_settle, minor(0));
    assert!(!shown.changed);

    let view = scan(&mut core, EGGS);
    assert_eq!(view.sound.unwrap().kind, Sound::Ticked);
    let view = scan(&mut core, EGGS);
    assert_eq!((placed(&view).checked, order(&view).due), (1, minor(0)));
    let view = scan(&mut core, HONEY);
    assert_eq!(view.sound.unwrap().kind, Sound::Added);
    let honey = order(&view)
        .lines
        .iter()
        .find(|line| line.from_shelf)
        .unwrap();
    assert_eq!(honey.was, None);
    assert_eq!(placed(&view).to_check, 3);
    let view = remove_juice(&mut core, &view, Fate::NeverThere);
    let juice = line_named(&view, "Jus");
    let juice = order(&view)
        .lines
        .iter()
        .find(|line| line.id == juice)
        .unwrap();
    assert!(juice.removed && juice.was == Some(Quantity::ONE));
    let settlement = &placed(&view).settlement;
    assert_eq!(
        (
            settlement.ordered,
            settlement.changed,
            settlement.paid,
            settlement.to_settle
        ),
        (minor(970), minor(380), minor(970), minor(380))
    );
    assert!(placed(&view).changed);
    assert_eq!(order(&view).pay.to_give_back, minor(0));
    let early = core.order_hand_over(&hand_over(&bench, HandOverWhat::Everything));
    assert_eq!(refused(early), Code::OrderNotSettled);

    let view = core.pay_add(&bench.cash(500)).unwrap();
    let done = done(&view);
    assert_eq!((done.total, done.change), (minor(1350), minor(120)));
    assert_eq!(done.order_number.as_deref(), Some("O-1001"));
    assert!(done.receipt_number.starts_with("AR-") && !done.partly);
    assert_eq!(
        done.payments.len(),
        1,
        "what was paid online was paid before"
    );
    let after = stored(&core, &jane_s);
    assert_eq!(after.fulfilment(), Fulfilment::Collected);
    assert_eq!(after.payment_state(), PaymentState::Paid);
    assert_eq!(after.documents[0].total, minor(1350));
    assert_eq!(numbers(&list(&core, "jane")), Vec::<&str>::new());

    let receipt = receipt_of(&core, &after, 0);
    let online = &receipt["online"];
    assert_eq!(online["order_number"], "O-1001");
    let figures: Vec<i64> = ["ordered", "changed", "paid_online", "paid_now", "still_due"]
        .iter()
        .map(|name| online[*name].as_i64().unwrap())
        .collect();
    assert_eq!(figures, [970, 380, 970, 380, 0]);
    assert_eq!(receipt["lines"].as_array().unwrap().len(), 2);
    assert_eq!(receipt["tenders"].as_array().unwrap().len(), 1);
}

#[test]
fn paid_and_unchanged_is_a_scan_and_a_key() {
    let (bench, mut core, jane_s) = with_order(Online::Captured);
    scan(&mut core, "o-1001");
    let press = hand_over(&bench, HandOverWhat::Everything);
    let view = core.order_hand_over(&press).unwrap();
    assert_eq!(done(&view).change, minor(0));
    let count = entries(&core);
    core.order_hand_over(&press).unwrap();
    assert_eq!(entries(&core), count, "a double press hands over once");
    let again = core.order_open(&OpenOrder {
        order: jane_s.id(),
        alone: false,
    });
    assert_eq!(refused(again), Code::OrderHandedOver);
    assert_eq!(entries(&core), count);
    assert_eq!(
        sell(&core.view().unwrap())
            .last_sale
            .as_ref()
            .unwrap()
            .order,
        jane_s.id()
    );
}

#[test]
fn what_is_given_back_as_credit_pays_the_next_order() {
    let (bench, mut core, jane_s) = with_order(Online::Captured);
    let view = open(&mut core, &jane_s);
    let view = remove_juice(&mut core, &view, Fate::BackToShelf);
    assert_eq!(order(&view).pay.to_give_back, minor(370));
    assert_eq!(
        order(&view).pay.tenders[0].tender,
        "credit",
        "the usual way first"
    );
    let early = core.order_hand_over(&hand_over(&bench, HandOverWhat::Everything));
    assert_eq!(refused(early), Code::OrderNotSettled);
    assert_eq!(
        refused(core.pay_give_back(&back(&bench, "cheque"))),
        Code::TenderUnknown
    );
    let press = back(&bench, "credit");
    let view = core.pay_give_back(&press).unwrap();
    assert_eq!(done(&view).given_back, minor(370));
    let count = entries(&core);
    core.pay_give_back(&press).unwrap();
    assert_eq!(entries(&core), count);

    let next = order_of(&mut core, 1002, &[(EGGS, 1)], Online::No);
    put_order(&mut core, &next);
    let view = open(&mut core, &next);
    assert_eq!(order(&view).due, minor(300));
    let credit = PayAdd {
        tender: "credit".to_owned(),
        tendered: None,
        ..bench.cash(0)
    };
    let view = core.pay_add(&credit).unwrap();
    assert_eq!(done(&view).order_number.as_deref(), Some("O-1002"));
    let more = order_of(&mut core, 1003, &[(EGGS, 1)], Online::No);
    put_order(&mut core, &more);
    open(&mut core, &more);
    let beyond = core.pay_add(&PayAdd {
        action: bench.action(),
        ..credit
    });
    assert_eq!(refused(beyond), Code::CreditTooLow, "70 cents are left");
}

#[test]
fn part_of_it_goes_back_first_and_can_be_taken_back() {
    let (bench, mut core, jane_s) = with_order(Online::Captured);
    let view = open(&mut core, &jane_s);
    remove_juice(&mut core, &view, Fate::Wasted);
    let part = GiveBack {
        amount: Some(minor(100)),
        ..back(&bench, "cash")
    };
    let view = core.pay_give_back(&part).unwrap();
    assert_eq!(order(&view).pay.to_give_back, minor(270));
    assert_eq!(order(&view).pay.taken[0].amount, minor(-100));
    let view = core.pay_give_back(&part).unwrap();
    assert_eq!(order(&view).pay.to_give_back, minor(270), "the same press");
    let view = core.order_undo().unwrap();
    assert_eq!(order(&view).pay.to_give_back, minor(370));
    let view = core.pay_give_back(&back(&bench, "cash")).unwrap();
    assert_eq!(done(&view).given_back, minor(370));
}

#[test]
fn an_authorised_payment_is_captured_for_less() {
    let (bench, mut core, jane_s) = with_order(Online::Authorised);
    let view = open(&mut core, &jane_s);
    assert_eq!(placed(&view).settlement.authorised, minor(970));
    let view = remove_juice(&mut core, &view, Fate::BackToShelf);
    assert_eq!(placed(&view).settlement.to_settle, minor(0));
    core.order_hand_over(&hand_over(&bench, HandOverWhat::Everything))
        .unwrap();
    let after = stored(&core, &jane_s);
    assert_eq!(after.payments[0].status, PaymentStatus::CaptureRequested);
    assert_eq!(after.payments[0].amount, minor(600));
}

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
fn an_order_is_made_ready_and_cancelled_from_the_list() {
    let (bench, mut core, mut jane_s) = with_order(Online::Captured);
    let note = AttachmentId::from_uuid(id(70));
    jane_s.notes.push(Note {
        at: core.now(),
        by: None,
        text: note,
    });
    put_order(&mut core, &jane_s);
    put(
        &mut core,
        EntityKind::NOTE,
        note.uuid(),
        &serde_json::json!({"text": "Please no plastic <b>"}),
    );
    let ready = OrderIsReady {
        action: bench.action(),
        order: jane_s.id(),
        basket: Some(" Shelf 3 ".to_owned()),
    };
    core.order_is_ready(&ready).unwrap();
    let count = entries(&core);
    core.order_is_ready(&ready).unwrap();
    assert_eq!(entries(&core), count);
    let card = &list(&core, "1001").orders[0];
    assert_eq!(card.basket.as_deref(), Some("Shelf 3"));
    assert!(card.has_notes && card.fulfilment == Fulfilment::Ready);
    let view = open(&mut core, &jane_s);
    let notes = &placed(&view).notes;
    assert_eq!(notes[0].text.as_deref(), Some("Please no plastic <b>"));

    let cancel = |reason: &str| CancelOrder {
        action: bench.action(),
        order: jane_s.id(),
        reason: reason.to_owned(),
    };
    assert_eq!(
        refused(core.order_cancel(&cancel(" "))),
        Code::ReasonMissing
    );
    let press = cancel("no_show");
    let view = core.order_cancel(&press).unwrap();
    assert!(sell(&view).order.is_none());
    core.order_cancel(&press).unwrap();
    assert_eq!(stored(&core, &jane_s).fulfilment(), Fulfilment::Cancelled);
    assert!(list(&core, "1001").orders.is_empty());
    let done = core
        .orders_list(&OrdersQuery {
            text: "1001".to_owned(),
            with_done: true,
            ..OrdersQuery::default()
        })
        .unwrap();
    assert_eq!(done.orders[0].due, minor(-970), "what was paid is owed");
    assert_eq!(
        refused(core.order_cancel(&cancel("other"))),
        Code::OrderNotOpen
    );
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

#[test]
fn more_cash_than_came_in_wants_a_managers_word() {
    let (bench, mut core, jane_s) = with_order(Online::Captured);
    let maud = manager(&mut core);
    let staff: Vec<Staff> = feed::entities(core.connection(), EntityKind::STAFF).unwrap();
    let cashier = Staff {
        id: StaffId::from_uuid(id(80)),
        name: "Cat".to_owned(),
        role: Role::Cashier,
        ..staff[0].clone()
    };
    put(&mut core, EntityKind::STAFF, cashier.id.uuid(), &cashier);
    let mut settings = feed::settings(core.connection()).unwrap().unwrap();
    settings.online_cash_back_max = minor(300);
    put(
        &mut core,
        EntityKind::SETTINGS,
        settings.hub.uuid(),
        &settings,
    );
    core.staff_sign_out().unwrap();
    core.staff_sign_in(&StaffSignIn {
        staff: cashier.id,
        pin: PIN.to_owned(),
    })
    .unwrap();

    let view = open(&mut core, &jane_s);
    remove_juice(&mut core, &view, Fate::BackToShelf);
    let alone = back(&bench, "cash");
    assert_eq!(refused(core.pay_give_back(&alone)), Code::ApprovalNeeded);
    assert_eq!(
        order(&core.view().unwrap()).pay.to_give_back,
        minor(370),
        "nothing went back"
    );
    let approved = GiveBack {
        approval: Some(Approval {
            staff: maud,
            pin: PIN.to_owned(),
        }),
        ..alone
    };
    let view = core.pay_give_back(&approved).unwrap();
    assert_eq!(done(&view).given_back, minor(370));
    let body: String = core
        .connection()
        .query_row(
            "SELECT header || body FROM journal ORDER BY position DESC LIMIT 1",
            [],
            |row| row.get(0),
        )
        .unwrap();
    assert!(
        body.contains(&format!("\"approved_by\":\"{maud}\"")),
        "{body}"
    );
}

#[test]
fn an_order_of_which_nothing_is_left_gives_all_its_money_back() {
    let (bench, mut core, jane_s) = with_order(Online::Captured);
    let view = open(&mut core, &jane_s);
    let view = remove_juice(&mut core, &view, Fate::NeverThere);
    let line = line_named(&view, "ufs");
    core.order_remove_line(&RemoveLine { line, fate: None })
        .unwrap();
    let view = core.pay_give_back(&back(&bench, "transfer")).unwrap();
    assert_eq!(done(&view).given_back, minor(970));
    assert_eq!(done(&view).total, minor(0));
    assert_eq!(stored(&core, &jane_s).fulfilment(), Fulfilment::Cancelled);
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

#[test]
fn a_done_order_does_not_hide_the_product_of_its_number() {
    let (_bench, mut core, mut jane_s) = with_order(Online::Captured);
    jane_s.heading.number = HONEY.to_owned();
    for line in &mut jane_s.lines {
        line.collected = line.ordered;
    }
    put_order(&mut core, &jane_s);
    let view = scan(&mut core, HONEY);
    assert_eq!(order(&view).total, minor(750));
}
