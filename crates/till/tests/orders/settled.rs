//! An order is checked, amended and settled by its difference.

use crate::support::waiting::*;
use crate::support::*;
use comptoir_domain::ids::StaffId;
use comptoir_domain::order::{Fate, Fulfilment, PaymentState, PaymentStatus};
use comptoir_domain::quantity::Quantity;
use comptoir_domain::staff::{Role, Staff};
use comptoir_sync::feed::EntityKind;
use comptoir_till::feed;
use comptoir_till::wire::{
    Approval, Code, GiveBack, HandOverWhat, OpenOrder, PayAdd, RemoveLine, Sound, StaffSignIn,
};

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
