//! Money at the counter beyond the plain sale: only what is ticked, what is let go, what goes back by
//! the payment that it came by, buying on account, and goods that come back.
#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

mod support;

use comptoir_domain::money::Money;
use comptoir_domain::order::{Fate, Fulfilment, PaymentState, RefundStatus};
use comptoir_domain::price::CustomerClass;
use comptoir_domain::quantity::Quantity;
use comptoir_domain::settings::OnAccountLimit;
use comptoir_sync::feed::EntityKind;
use comptoir_till::wire::{
    Approval, CashChangeOf, Code, GiveBack, HandOverWhat, OpenReturn, PayAdd, PayForgive, PayUndo,
    ReturnLine, StepQuantity, TenderKind, TickLine,
};
use comptoir_till::{Core, feed};
use support::waiting::*;
use support::*;

fn goes(bench: &Bench, tendered: i64, goes: HandOverWhat) -> PayAdd {
    PayAdd {
        goes: Some(goes),
        ..bench.cash(tendered)
    }
}

fn change_settings(
    core: &mut Core,
    change: impl FnOnce(&mut comptoir_domain::settings::HubSettings),
) {
    let mut settings = feed::settings(core.connection()).unwrap().unwrap();
    change(&mut settings);
    put(core, EntityKind::SETTINGS, settings.hub.uuid(), &settings);
}

fn journal(core: &Core) -> Vec<(String, String)> {
    let mut statement = core
        .connection()
        .prepare("SELECT kind, header || body FROM journal ORDER BY position")
        .unwrap();
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)));
    rows.unwrap().collect::<Result<_, _>>().unwrap()
}

#[test]
fn only_what_is_ticked_is_paid_with_a_note_and_gives_change() {
    let (bench, mut core, jane_s) = with_order(Online::No);
    change_settings(&mut core, |settings| {
        settings.cash_rounding = Some(comptoir_domain::tender::CashRounding::nearest(25));
    });
    let view = open(&mut core, &jane_s);
    assert_eq!(order(&view).pay.ticked, None, "nothing is ticked yet");
    let nothing = core.pay_add(&goes(&bench, 1000, HandOverWhat::Ticked));
    assert_eq!(refused(nothing), Code::NothingTicked);
    let line = line_named(&view, "Jus");
    let view = core.order_tick(&TickLine { line }).unwrap();
    // Juice and its deposit are 3.70, in quarters 3.75.
    let ticked = order(&view).pay.ticked.clone().unwrap();
    assert_eq!((ticked.due, ticked.cash_due), (minor(370), minor(375)));
    assert_eq!(order(&view).due, minor(970));
    let change = core.cash_change(&CashChangeOf {
        tendered: minor(1000),
        goes: Some(HandOverWhat::Ticked),
    });
    assert_eq!(change.unwrap().change, minor(625));
    let press = goes(&bench, 1000, HandOverWhat::Ticked);
    let view = core.pay_add(&press).unwrap();
    assert!(done(&view).partly);
    assert_eq!(done(&view).change, minor(625));
    let count = entries(&core);
    core.pay_add(&press).unwrap();
    assert_eq!(entries(&core), count, "the same press");
    let after = stored(&core, &jane_s);
    assert_eq!(after.fulfilment(), Fulfilment::PartlyCollected);
    assert_eq!(after.totals().due, minor(600));
    assert_eq!(after.documents[0].total, minor(370));

    // The rest is paid ahead and waits on.
    bench.clock.advance(1000);
    open(&mut core, &jane_s);
    let view = core
        .pay_add(&goes(&bench, 600, HandOverWhat::Nothing))
        .unwrap();
    assert_eq!(done(&view).change, minor(0));
    let after = stored(&core, &jane_s);
    assert_eq!(after.fulfilment(), Fulfilment::PartlyCollected);
    assert_eq!(after.payment_state(), PaymentState::Paid);
}

#[test]
fn an_amount_above_what_is_ticked_pays_the_rest_ahead() {
    let (bench, mut core, jane_s) = with_order(Online::No);
    let view = open(&mut core, &jane_s);
    let line = line_named(&view, "Jus");
    core.order_tick(&TickLine { line }).unwrap();
    let all = PayAdd {
        amount: Some(minor(970)),
        ..goes(&bench, 1000, HandOverWhat::Ticked)
    };
    let view = core.pay_add(&all).unwrap();
    assert_eq!(done(&view).change, minor(30));
    let after = stored(&core, &jane_s);
    assert_eq!(after.payment_state(), PaymentState::Paid);
    assert_eq!(after.fulfilment(), Fulfilment::PartlyCollected);
}

#[test]
fn a_few_cents_are_let_go_and_stand_on_the_slip() {
    let (bench, mut core, jane_s) = with_order(Online::No);
    let view = open(&mut core, &jane_s);
    assert_eq!(order(&view).pay.forgivable, minor(0));
    let forgive = PayForgive {
        action: bench.action(),
        goes: None,
    };
    assert_eq!(
        refused(core.pay_forgive(&forgive)),
        Code::ForgivenessTooMuch
    );
    let part = PayAdd {
        amount: Some(minor(965)),
        ..bench.cash(965)
    };
    let view = core.pay_add(&part).unwrap();
    assert_eq!(order(&view).pay.forgivable, minor(5));
    let view = core.pay_forgive(&forgive).unwrap();
    assert_eq!(done(&view).forgiven, minor(5));
    let count = entries(&core);
    core.pay_forgive(&forgive).unwrap();
    assert_eq!(entries(&core), count);
    let after = stored(&core, &jane_s);
    assert_eq!(after.totals().forgiven, minor(5));
    let slip = receipt_of(&core, &after, 0);
    let tenders = slip["tenders"].as_array().unwrap();
    let amounts: Vec<i64> = tenders
        .iter()
        .map(|row| row["amount"].as_i64().unwrap())
        .collect();
    assert_eq!(amounts, [965, 5]);
}

#[test]
fn a_lapsed_online_payment_is_collected_and_the_list_says_so() {
    let (bench, mut core, mut jane_s) = with_order(Online::Authorised);
    jane_s.payments[0].capture_before = Some(core.now().plus_ms(hours(2)));
    put_order(&mut core, &jane_s);
    let card = &list(&core, "1001").orders[0];
    assert_eq!((card.due, card.lapsed), (minor(0), false));
    let view = open(&mut core, &jane_s);
    assert_eq!(order(&view).due, minor(0));
    bench.clock.advance(hours(1) + 1);
    let card = &list(&core, "1001").orders[0];
    assert_eq!((card.due, card.lapsed), (minor(970), true));
    let view = core.view().unwrap();
    let settlement = &placed(&view).settlement;
    assert_eq!(
        (
            settlement.lapsed,
            settlement.authorised,
            settlement.to_settle
        ),
        (minor(970), minor(0), minor(970))
    );
    core.pay_add(&bench.cash(970)).unwrap();
    assert_eq!(stored(&core, &jane_s).totals().due, minor(0));
    assert!(
        !journal(&core)
            .iter()
            .any(|(_, body)| body.contains("capture_requested"))
    );
}

#[test]
fn money_goes_back_online_and_waits_for_the_server() {
    let (bench, mut core, jane_s) = with_order(Online::Captured);
    let view = open(&mut core, &jane_s);
    let view = remove_juice(&mut core, &view, Fate::BackToShelf);
    let buttons = &order(&view).pay.tenders;
    let online = buttons
        .iter()
        .find(|button| button.kind == TenderKind::Online);
    assert_eq!(online.unwrap().available, None, "all of it can go back so");
    let view = core.pay_give_back(&back(&bench, "online")).unwrap();
    assert_eq!(done(&view).given_back_online, minor(370));
    assert_eq!(
        done(&view).given_back,
        minor(0),
        "nothing leaves the drawer"
    );
    let after = stored(&core, &jane_s);
    assert_eq!(after.refunds[0].status, RefundStatus::Requested);
    assert_eq!(after.refunds[0].payment, Some(after.payments[0].id));
    assert_eq!(after.totals().due, minor(0));

    let unpaid = order_of(&mut core, 1002, &[(EGGS, 1)], Online::No);
    put_order(&mut core, &unpaid);
    open(&mut core, &unpaid);
    let refused_back = core.pay_give_back(&back(&bench, "online"));
    assert_eq!(refused(refused_back), Code::TenderUnknown);
}

#[test]
fn what_was_given_back_in_part_is_on_record_when_it_is_taken_back() {
    let (bench, mut core, jane_s) = with_order(Online::Captured);
    let view = open(&mut core, &jane_s);
    remove_juice(&mut core, &view, Fate::Wasted);
    let part = GiveBack {
        amount: Some(minor(100)),
        ..back(&bench, "cash")
    };
    let view = core.pay_give_back(&part).unwrap();
    let payment = order(&view).pay.taken[0].payment;
    let view = core
        .pay_undo(&PayUndo {
            action: bench.action(),
            payment,
        })
        .unwrap();
    assert_eq!(order(&view).pay.to_give_back, minor(370));
    let maud = manager(&mut core);
    let approved = GiveBack {
        approval: Some(Approval {
            staff: maud,
            pin: PIN.to_owned(),
        }),
        action: bench.action(),
        ..part
    };
    core.pay_give_back(&approved).unwrap();
    drop(core);
    let mut core = bench.open();
    core.pay_give_back(&back(&bench, "cash")).unwrap();
    let (_, entry) = journal(&core).pop().unwrap();
    assert!(entry.contains("refund_taken_back"), "{entry}");
    assert!(
        entry.contains(&format!("\"approved_by\":\"{maud}\"")),
        "{entry}"
    );
    assert_eq!(stored(&core, &jane_s).refunded(), minor(370));
}

#[test]
fn what_is_owed_on_a_cancelled_order_is_given_back_at_the_counter() {
    let (bench, mut core, mut jane_s) = with_order(Online::Captured);
    cancel_elsewhere(&mut core, &mut jane_s);
    let view = open(&mut core, &jane_s);
    assert!(placed(&view).closed);
    assert_eq!(order(&view).pay.to_give_back, minor(970));
    let line = line_named(&view, "ufs");
    let more = core.order_step_quantity(&StepQuantity {
        line,
        delta: Quantity::ONE,
    });
    assert_eq!(refused(more), Code::OrderOnlySettled);
    let view = core.pay_give_back(&back(&bench, "transfer")).unwrap();
    assert_eq!(done(&view).given_back, minor(970));
    let after = stored(&core, &jane_s);
    assert_eq!(after.fulfilment(), Fulfilment::Cancelled);
    assert_eq!(after.totals().due, minor(0));
    let again = core.order_open(&comptoir_till::wire::OpenOrder {
        order: jane_s.id(),
        alone: false,
    });
    assert_eq!(refused(again), Code::OrderNotOpen, "nothing is left of it");
}

#[test]
fn what_is_still_due_on_a_fetched_order_is_paid() {
    let (bench, mut core, mut jane_s) = with_order(Online::No);
    for line in &mut jane_s.lines {
        line.collected = line.ordered;
    }
    put_order(&mut core, &jane_s);
    let view = open(&mut core, &jane_s);
    assert!(placed(&view).closed);
    assert_eq!(order(&view).due, minor(970));
    let part = PayAdd {
        amount: Some(minor(500)),
        ..bench.cash(500)
    };
    let view = core.pay_add(&part).unwrap();
    assert_eq!(order(&view).due, minor(470));
    let view = core.pay_add(&bench.cash(500)).unwrap();
    assert_eq!(done(&view).change, minor(30));
    let after = stored(&core, &jane_s);
    assert_eq!(after.payment_state(), PaymentState::Paid);
    assert_eq!(after.collections.len(), 0, "nothing went over the counter");
}

#[test]
fn a_customer_pays_next_time_within_the_limit_of_the_class() {
    let (bench, mut core, jane_s) = with_order(Online::No);
    let on_account = PayAdd {
        tender: "on_account".to_owned(),
        tendered: None,
        ..bench.cash(0)
    };
    open(&mut core, &jane_s);
    assert_eq!(refused(core.pay_add(&on_account)), Code::CreditTooLow);
    change_settings(&mut core, |settings| {
        settings.on_account_limits = vec![OnAccountLimit {
            class: CustomerClass::new("Member"),
            limit: minor(1500),
        }];
    });
    let view = core.view().unwrap();
    let buttons = &order(&view).pay.tenders;
    let button = buttons
        .iter()
        .find(|button| button.kind == TenderKind::OnAccount);
    assert_eq!(button.unwrap().available, Some(minor(1500)));
    let view = core.pay_add(&on_account).unwrap();
    assert_eq!(done(&view).order_number.as_deref(), Some("O-1001"));
    let (_, entry) = journal(&core).pop().unwrap();
    assert!(entry.contains("account_opened"), "{entry}");

    let more = order_of(&mut core, 1002, &[(HONEY, 1)], Online::No);
    put_order(&mut core, &more);
    let view = open(&mut core, &more);
    let buttons = &order(&view).pay.tenders;
    let button = buttons
        .iter()
        .find(|button| button.kind == TenderKind::OnAccount);
    assert_eq!(button.unwrap().available, Some(minor(530)));
    let beyond = PayAdd {
        action: bench.action(),
        ..on_account.clone()
    };
    assert_eq!(refused(core.pay_add(&beyond)), Code::CreditTooLow);
    let nobody = PayAdd {
        action: bench.action(),
        ..on_account
    };
    core.order_park().unwrap();
    scan(&mut core, EGGS);
    assert_eq!(refused(core.pay_add(&nobody)), Code::CustomerMissing);
}

#[test]
fn credit_that_was_spent_meanwhile_does_not_pay_a_parked_order() {
    let (bench, mut core, jane_s) = with_order(Online::Captured);
    let view = open(&mut core, &jane_s);
    remove_juice(&mut core, &view, Fate::BackToShelf);
    core.pay_give_back(&back(&bench, "credit")).unwrap();
    let credit = |amount: i64| PayAdd {
        tender: "credit".to_owned(),
        amount: Some(minor(amount)),
        tendered: None,
        ..bench.cash(0)
    };
    let first = order_of(&mut core, 1002, &[(HONEY, 1)], Online::No);
    let second = order_of(&mut core, 1003, &[(EGGS, 1)], Online::No);
    put_order(&mut core, &first);
    put_order(&mut core, &second);
    open(&mut core, &first);
    core.pay_add(&credit(370)).unwrap();
    core.order_park().unwrap();
    open(&mut core, &second);
    core.pay_add(&credit(300)).unwrap();
    open(&mut core, &first);
    let count = entries(&core);
    assert_eq!(refused(core.pay_add(&bench.cash(380))), Code::CreditTooLow);
    assert_eq!(entries(&core), count, "nothing happened");
}

fn open_return(number: Option<&str>) -> OpenReturn {
    OpenReturn {
        number: number.map(str::to_owned),
    }
}

#[test]
fn goods_of_the_last_sale_come_back_with_a_slip_of_their_own() {
    let bench = Bench::new();
    let mut core = bench.selling();
    let nothing = core.return_open(&open_return(None));
    assert_eq!(refused(nothing), Code::ReceiptUnknown);
    let view = bench.sale(&mut core);
    let receipt = done(&view).receipt_number.clone();
    let sale = done(&view).order;
    let view = core.return_open(&open_return(None)).unwrap();
    assert!(placed(&view).closed);
    let honey = line_named(&view, "Miel");
    let eggs = line_named(&view, "ufs");
    let returned = |line, count: i64, reason: &str| ReturnLine {
        line,
        quantity: Quantity::pieces(count),
        fate: Fate::BackToShelf,
        reason: reason.to_owned(),
    };
    assert_eq!(
        refused(core.order_return_line(&returned(honey, 2, "damaged"))),
        Code::ReturnTooMuch
    );
    assert_eq!(
        refused(core.order_return_line(&returned(honey, 1, " "))),
        Code::ReasonMissing
    );
    core.order_return_line(&returned(eggs, 1, "unwanted"))
        .unwrap();
    core.order_return_line(&returned(eggs, 0, "")).unwrap();
    let view = core
        .order_return_line(&returned(honey, 1, "damaged"))
        .unwrap();
    assert_eq!(order(&view).pay.to_give_back, minor(750));
    let shown = order(&view)
        .lines
        .iter()
        .find(|line| line.id == honey)
        .unwrap();
    let shown = shown.back.unwrap();
    assert_eq!((shown.kept, shown.back), (Quantity::ONE, Quantity::ONE));

    drop(core);
    let mut core = bench.open();
    let press = back(&bench, "cash");
    let view = core.pay_give_back(&press).unwrap();
    assert_eq!(done(&view).given_back, minor(750));
    let count = entries(&core);
    core.pay_give_back(&press).unwrap();
    assert_eq!(entries(&core), count, "a double press gives back once");
    assert_eq!(journal(&core).pop().unwrap().0, "return");

    // Its receipt's number leads to it again, typed or scanned; nothing of it comes back twice.
    let view = scan(&mut core, &receipt);
    assert_eq!(order(&view).id, sale);
    assert_eq!(
        refused(core.order_return_line(&returned(honey, 1, "damaged"))),
        Code::ReturnTooMuch
    );
    let view = core
        .return_open(&open_return(Some(&receipt.to_lowercase())))
        .unwrap();
    assert_eq!(order(&view).id, sale);
    assert_eq!(
        refused(core.return_open(&open_return(Some("AR-000000XXX-1")))),
        Code::ReceiptUnknown
    );
    let sold = feed_order(&core, sale);
    let slip = receipt_of(&core, &sold, 1);
    assert_eq!(slip["total"], -750);
    let lines = slip["lines"].as_array().unwrap();
    assert_eq!(lines.len(), 1);
    assert_eq!(lines[0]["amount"], -750);
    let totals: Money = sold.documents.iter().map(|document| document.total).sum();
    assert_eq!(totals, sold.recognised().total(), "the slips add up");
}

fn feed_order(core: &Core, id: comptoir_domain::ids::OrderId) -> comptoir_domain::order::Order {
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
fn another_tills_sale_is_found_by_its_receipt() {
    let bench = Bench::new();
    let mut core = bench.selling();
    let view = bench.sale(&mut core);
    let sold = feed_order(&core, done(&view).order);
    let (bench, mut core, _) = with_order(Online::No);
    let mut foreign = sold.clone();
    foreign.documents[0].number.till_code = comptoir_domain::document::TillCode::new("B").unwrap();
    put_order(&mut core, &foreign);
    let number = foreign.documents[0].number.to_string();
    let view = core.return_open(&open_return(Some(&number))).unwrap();
    let line = line_named(&view, "Miel");
    core.order_return_line(&ReturnLine {
        line,
        quantity: Quantity::ONE,
        fate: Fate::Wasted,
        reason: "damaged".to_owned(),
    })
    .unwrap();
    core.pay_give_back(&back(&bench, "cash")).unwrap();
    assert_eq!(
        feed_order(&core, foreign.id()).fulfilment(),
        Fulfilment::Collected
    );
}

#[test]
fn a_slip_states_what_changed_since_without_one() {
    let (bench, mut core, jane_s) = with_order(Online::Captured);
    let view = open(&mut core, &jane_s);
    let eggs = line_named(&view, "ufs");
    core.order_tick(&TickLine { line: eggs }).unwrap();
    core.order_hand_over(&hand_over(&bench, HandOverWhat::Ticked))
        .unwrap();
    // The office lowers the price of the fetched eggs, without a slip.
    let mut lowered = stored(&core, &jane_s);
    lowered.lines[0].price.unit_price = minor(250);
    core.connection()
        .execute(
            "UPDATE own_state SET body = ?1 WHERE kind = 'order' AND id = ?2",
            [
                serde_json::to_string(&lowered).unwrap(),
                lowered.id().to_string(),
            ],
        )
        .unwrap();
    open(&mut core, &jane_s);
    core.order_tick_all().unwrap();
    core.pay_give_back(&back(&bench, "cash")).unwrap();
    let after = stored(&core, &jane_s);
    let totals: Money = after.documents.iter().map(|document| document.total).sum();
    assert_eq!(totals, after.recognised().total());
    assert_eq!(totals, minor(870));
}
