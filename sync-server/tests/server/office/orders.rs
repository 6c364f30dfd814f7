//! Orders: found, changed by what was seen, and their history.

use comptoir_domain::event::Event;
use comptoir_domain::ids::{OrderId, PaymentId};
use comptoir_domain::order::{Payment, PaymentStatus};
use comptoir_domain::tender::{TenderId, TenderKind};
use serde_json::{Value, json};
use sync_server::store::{NewStep, StepKind};

use super::{Office, action, refusal, said};
use crate::trade::{MONDAY, cents, id};
use crate::world::read;

#[tokio::test]
async fn orders_are_found_by_number_product_and_name() {
    let office = Office::open().await;
    let browser = office.manager().await;
    office.order().await;
    for search in ["O-1001", "carr", "P2", "jane", "JANE o-1001"] {
        let found = office
            .get(&browser, &format!("orders?search={search}"))
            .await;
        assert_eq!(found["total"], 1, "{search}");
        assert_eq!(found["rows"][0]["customer"]["name"], "Jane Doe");
    }
    assert_eq!(
        office.get(&browser, "orders?search=honey").await["total"],
        0
    );
    assert_eq!(
        office
            .get(&browser, "orders?state=waiting&period=week")
            .await["total"],
        1
    );
    assert_eq!(
        office.get(&browser, "orders?state=collected").await["total"],
        0
    );
    let second = office.shop.basket(&[("P5", 2000)]);
    let _: Value = read(office.shop.place(&second).await).await;
    let sorted = office
        .get(&browser, "orders?sort=total&descending=true")
        .await;
    let totals: Vec<i64> = sorted["rows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["total"].as_i64().unwrap())
        .collect();
    assert_eq!(totals, [1200, 840]);
    let page = office.get(&browser, "orders?limit=1&skip=1").await;
    assert_eq!(
        (page["rows"].as_array().unwrap().len(), &page["total"]),
        (1, &json!(2))
    );
    let wrong = office.get_as(&browser, "orders?state=lost").await;
    assert_eq!(said(wrong).await, refusal(400, "malformed"));
}

#[tokio::test]
async fn an_order_is_changed_once_by_what_was_seen_and_keeps_its_history() {
    let office = Office::open().await;
    let browser = office.manager().await;
    let order = office.order().await;
    let path = format!("orders/{order}");
    let seen = office.get(&browser, &path).await;
    let eggs = seen["lines"]
        .as_array()
        .unwrap()
        .iter()
        .find(|line| line["code"] == "P2")
        .unwrap();
    let amend = json!({
        "action": action(),
        "rev": seen["rev"],
        "steps": [
            {"step": "setQuantity", "line": eggs["id"], "quantity": 3000},
            {"step": "add", "variant": office.variant("P4"), "quantity": 1000},
        ],
    });
    let path_amend = format!("{path}/amend");
    let changed = office.post(&browser, &path_amend, &amend).await;
    assert_eq!(changed["order"]["total"], 900 + 240 + 320);
    let again = office.post(&browser, &path_amend, &amend).await;
    assert_eq!(again["rev"], changed["rev"], "the same press does it once");
    let stale = json!({"action": action(), "rev": seen["rev"], "reason": "customer"});
    let cancel = format!("{path}/cancel");
    assert_eq!(
        office.refused(&browser, &cancel, &stale).await,
        refusal(409, "changed_meanwhile")
    );
    let half = json!({
        "action": action(),
        "rev": changed["rev"],
        "steps": [{"step": "setQuantity", "line": eggs["id"], "quantity": 1500}],
    });
    assert_eq!(
        office.refused(&browser, &path_amend, &half).await,
        refusal(422, "quantity_not_whole")
    );
    let note = json!({"action": action(), "text": "<b>no plastic</b>"});
    let noted = office.post(&browser, &format!("{path}/note"), &note).await;
    assert_eq!(noted["notes"][0]["text"], "<b>no plastic</b>");
    let ready = json!({"action": action(), "rev": noted["rev"], "basket": "A7"});
    let ready = office
        .post(&browser, &format!("{path}/ready"), &ready)
        .await;
    assert_eq!(ready["order"]["fulfilment"], "ready");
    let history = ready["history"].as_array().unwrap();
    let kinds: Vec<&str> = history
        .iter()
        .map(|deed| deed["kind"].as_str().unwrap())
        .collect();
    assert_eq!(
        kinds,
        ["order_placed", "order_amended", "note_added", "order_ready"]
    );
    let facts = history[1]["facts"].as_array().unwrap();
    assert_eq!(history[1]["by"]["name"], "Mary");
    assert_eq!(facts[0]["code"], "quantity_changed");
    assert_eq!(
        facts[0]["values"]["from"],
        json!({"kind": "quantity", "value": 2000})
    );
    assert_eq!(
        facts[0]["values"]["to"],
        json!({"kind": "quantity", "value": 3000})
    );
    let cancelled = json!({"action": action(), "rev": ready["rev"], "reason": "customer"});
    let cancelled = office.post(&browser, &cancel, &cancelled).await;
    assert_eq!(cancelled["order"]["fulfilment"], "cancelled");
}

#[tokio::test]
async fn what_cannot_be_read_is_refused() {
    let office = Office::open().await;
    let browser = office.manager().await;
    let order = office.order().await;
    let path = format!("orders/{order}/note");
    let unknown = json!({"action": action(), "text": "hello", "colour": "red"});
    assert_eq!(
        office.refused(&browser, &path, &unknown).await,
        refusal(400, "malformed")
    );
    let huge = json!({"action": action(), "text": "x".repeat(300_000)});
    assert_eq!(
        office.refused(&browser, &path, &huge).await,
        refusal(413, "too_large")
    );
    let long = json!({"action": action(), "text": "x".repeat(600)});
    assert_eq!(
        office.refused(&browser, &path, &long).await,
        refusal(422, "text_invalid")
    );
    assert!(office.shop.orders().await[0].notes.is_empty());
}

#[tokio::test]
async fn an_order_that_is_not_here_yet_is_in_no_list_and_its_problem_is() {
    let office = Office::open().await;
    let browser = office.manager().await;
    let world = &office.shop.world;
    let mut act = world.act("order_ready", Vec::new());
    act.events = vec![Event::OrderReady {
        order: OrderId::from_uuid(id(77_001)),
        basket: None,
    }];
    world.store().record(world.hub(), act).await.unwrap();
    assert_eq!(office.shop.orders().await.len(), 1, "what was done is kept");
    for list in ["orders", "orders?state=waiting", "orders?period=month"] {
        assert_eq!(office.get(&browser, list).await["total"], 0, "{list}");
    }
    let file = office.get_as(&browser, "orders.csv").await.text().await;
    assert_eq!(file.unwrap().lines().count(), 1);
    let problems = office.get(&browser, "problems").await;
    assert_eq!(problems["rows"][0]["rule"], "order_unknown");
}

/// A payment that came online, whole.
pub(super) fn online(amount: i64) -> Payment {
    Payment {
        id: PaymentId::from_uuid(id(77_100)),
        tender: TenderId::new("online"),
        kind: TenderKind::Online,
        amount: cents(amount),
        rounding: cents(0),
        tendered: None,
        change: cents(0),
        reference: None,
        at: MONDAY,
        shift: None,
        account: None,
        status: PaymentStatus::Captured,
        capture_before: None,
        capture: None,
    }
}

#[tokio::test]
async fn money_goes_back_the_way_it_came_and_another_way_where_that_fails() {
    let office = Office::open().await;
    let browser = office.manager().await;
    let order = office.order().await;
    let named: OrderId = order.parse().unwrap();
    let paid = Event::PaymentTaken {
        order: named,
        payment: online(840),
    };
    office.happens(vec![paid]).await;
    let path = format!("orders/{order}");
    let seen = office.get(&browser, &path).await;
    let cancel = json!({"action": action(), "rev": seen["rev"], "reason": "customer"});
    let owed = office
        .post(&browser, &format!("{path}/cancel"), &cancel)
        .await;
    assert_eq!(owed["refundOnlineMax"], 0, "somebody else asked for it");
    let elsewhere = json!({"action": action(), "rev": owed["rev"], "tender": "online"});
    assert_eq!(
        office
            .refused(&browser, &format!("{path}/refund"), &elsewhere)
            .await,
        refusal(422, "payment_unknown")
    );
    let world = &office.shop.world;
    let asked = NewStep::authorise(named, online(840).id, cents(840), MONDAY);
    let store = world.store();
    store
        .open_payment_steps(world.hub(), vec![asked])
        .await
        .unwrap();
    let owed = office.get(&browser, &path).await;
    assert_eq!(owed["refundOnlineMax"], 840);
    let refund = |rev: &Value, tender: &str, amount: Option<i64>| json!({"action": action(), "rev": rev, "tender": tender, "amount": amount});
    let back = format!("{path}/refund");
    for (amount, code) in [
        (841, "amount_above_due"),
        (0, "amount_not_positive"),
        (-1, "amount_not_positive"),
    ] {
        let asked = refund(&owed["rev"], "online", Some(amount));
        let refused = office.refused(&browser, &back, &asked).await;
        assert_eq!(refused, refusal(422, code), "{amount}");
    }
    let press = refund(&owed["rev"], "online", None);
    let asked = office.post(&browser, &back, &press).await;
    let again = office.post(&browser, &back, &press).await;
    assert_eq!(again["refunds"].as_array().unwrap().len(), 1);
    assert_eq!(asked["refunds"][0]["status"], "requested");
    assert_eq!(asked["order"]["due"], 0);
    let steps = store.payment_steps(world.hub(), named).await;
    let steps = steps.unwrap().into_iter();
    let steps: Vec<_> = steps.map(|step| (step.kind, step.amount)).collect();
    assert!(steps.contains(&(StepKind::Refund, cents(840))), "{steps:?}");
    assert_eq!(steps.len(), 2, "{steps:?}");

    let failed = Event::RefundFailed {
        order: named,
        refund: asked["refunds"][0]["id"].as_str().unwrap().parse().unwrap(),
        reason: "the card is closed".to_owned(),
    };
    office.happens(vec![failed]).await;
    let failed = office.get(&browser, &path).await;
    assert_eq!(failed["refunds"][0]["status"], "failed");
    assert_eq!(failed["order"]["due"], -840, "it is owed again");
    assert_eq!(failed["problems"].as_array().unwrap().len(), 1);
    let press = refund(&failed["rev"], "credit", None);
    let done = office.post(&browser, &back, &press).await;
    assert_eq!(
        (&done["order"]["due"], &done["refunds"][1]["status"]),
        (&json!(0), &json!("done"))
    );
    let kinds: Vec<&str> = done["history"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|deed| deed["facts"].as_array().unwrap())
        .filter_map(|fact| fact["code"].as_str())
        .filter(|code| code.starts_with("refund"))
        .collect();
    assert_eq!(kinds, ["refund_requested", "refund_failed", "refund_paid"]);
}
