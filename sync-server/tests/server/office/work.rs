//! The day's work: orders that move, what is packed, problems, places, tills, taxes and credit.

use comptoir_domain::event::Event;
use comptoir_domain::ids::OrderId;
use serde_json::{Value, json};

use super::orders::online;
use super::{Office, action, refusal};
use crate::trade::{DAY_MS, MONDAY, id};

async fn slot(office: &Office, browser: &super::Browser) -> String {
    let start = MONDAY.unix_ms() + 6 * DAY_MS;
    let slot = json!({
        "action": action(), "place": office.place(), "startsAt": start, "endsAt": start + 3_600_000,
        "ordersUntil": start, "capacity": null, "active": true,
    });
    let opened = office.post(browser, "slots", &slot).await;
    opened["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn an_order_moves_with_what_stands_in_for_its_goods_and_is_packed_there() {
    let office = Office::open().await;
    let browser = office.manager().await;
    let slot = slot(&office, &browser).await;
    let order = office.order().await;
    let path = format!("orders/{order}");
    let seen = office.get(&browser, &path).await;
    let to = |slot: &str, rev: &Value| json!({"action": action(), "rev": rev, "slot": slot});
    let nowhere = to(&id(78).to_string(), &seen["rev"]);
    let there = format!("{path}/slot");
    assert_eq!(
        office.refused(&browser, &there, &nowhere).await,
        refusal(404, "not_found")
    );
    let moved = office
        .post(&browser, &there, &to(&slot, &seen["rev"]))
        .await;
    assert_eq!(moved["order"]["slot"]["id"], json!(slot));

    let line = |view: &Value, code: &str| {
        let lines = view["lines"].as_array().unwrap().iter();
        lines
            .into_iter()
            .find(|line| line["code"] == code)
            .unwrap()
            .clone()
    };
    let eggs = line(&moved, "P2");
    let steps = json!([{
        "step": "substitute", "line": eggs["id"], "variant": office.variant("P4"),
        "quantity": 1000, "fate": "never_there",
    }]);
    let amend = json!({"action": action(), "rev": moved["rev"], "steps": steps});
    let changed = office
        .post(&browser, &format!("{path}/amend"), &amend)
        .await;
    let instead = line(&changed, "P4");
    assert_eq!(instead["substitutes"], eggs["id"]);
    assert_eq!(line(&changed, "P2")["substitutedBy"], instead["id"]);

    let list = format!("slots/{slot}/pick-list");
    let packed = office.get(&browser, &list).await;
    let products = packed["products"].as_array().unwrap().iter();
    let mut codes: Vec<&str> = products.map(|one| one["code"].as_str().unwrap()).collect();
    codes.sort_unstable();
    assert_eq!(codes, ["P1", "P4"], "what stands in is packed");
    assert_eq!(packed["orders"][0]["number"], "O-1001");
    for by in ["product", "order"] {
        let path = format!("{list}.csv?by={by}");
        let file = office.get_as(&browser, &path).await.text().await.unwrap();
        assert!(file.lines().count() > 2, "{file}");
        assert_eq!(file.contains("O-1001"), by == "order", "{file}");
    }
    let nothing = format!("slots/{}/pick-list", id(78));
    assert_eq!(office.get_as(&browser, &nothing).await.status(), 404);
}

#[tokio::test]
async fn a_problem_is_decided_by_one_of_its_choices_once() {
    let office = Office::open().await;
    let browser = office.manager().await;
    let paid = Event::PaymentTaken {
        order: OrderId::from_uuid(id(77_002)),
        payment: online(500),
    };
    office.happens(vec![paid]).await;
    let open = office.get(&browser, "problems").await;
    let problem = open["rows"][0]["id"].as_str().unwrap();
    let view = office.get(&browser, &format!("problems/{problem}")).await;
    let choice = view["choices"][0]["choice"].as_str().unwrap();
    let decide =
        |choice: &str| json!({"action": action(), "problems": [problem], "choice": choice});
    assert_eq!(
        office
            .refused(&browser, "problems/decide", &decide("something else"))
            .await,
        refusal(422, "choice_unknown")
    );
    let press = decide(choice);
    office.post(&browser, "problems/decide", &press).await;
    office.post(&browser, "problems/decide", &press).await;
    let decided = office.get(&browser, &format!("problems/{problem}")).await;
    assert_eq!(decided["problem"]["decision"]["by"]["name"], "Mary");
    let left = office.get(&browser, "problems?state=open").await;
    assert_eq!(left["total"], 0);
}

#[tokio::test]
async fn places_open_and_close_only_when_nobody_fetches_there() {
    let office = Office::open().await;
    let browser = office.manager().await;
    let listed = office.get(&browser, "places").await;
    let place = |seen: &Value, name: &str, active: bool| json!({"action": action(), "seen": seen, "name": name, "active": active});
    let opened = place(&listed["seen"], "Old barn", true);
    let two = office.post(&browser, "places", &opened).await;
    assert_eq!(two["rows"].as_array().unwrap().len(), 2);
    let stale = place(&listed["seen"], "Another", true);
    assert_eq!(
        office.refused(&browser, "places", &stale).await,
        refusal(409, "changed_meanwhile")
    );
    let unnamed = place(&two["seen"], "  ", true);
    assert_eq!(
        office.refused(&browser, "places", &unnamed).await,
        refusal(422, "name_missing")
    );
    let market = format!("places/{}", office.place());
    let close = place(&two["seen"], "Market", false);
    assert_eq!(
        office.refused(&browser, &market, &close).await,
        refusal(422, "place_in_use")
    );
    let barn = two["rows"].as_array().unwrap().iter();
    let barn = barn.into_iter().find(|row| row["name"] == "Old barn");
    let barn = format!("places/{}", barn.unwrap()["id"].as_str().unwrap());
    let close = place(&two["seen"], "Old barn", false);
    let closed = office.post(&browser, &barn, &close).await;
    let closed = closed["rows"].as_array().unwrap();
    assert!(closed.iter().any(|row| row["active"] == false));
}

#[tokio::test]
async fn a_till_joins_with_a_code_and_leaves_for_good() {
    let office = Office::open().await;
    let browser = office.manager().await;
    let nowhere = json!({"place": id(79)});
    assert_eq!(
        office.refused(&browser, "tills/enrol", &nowhere).await,
        refusal(422, "place_unknown")
    );
    let world = &office.shop.world;
    let code = office
        .post(&browser, "tills/enrol", &json!({"place": office.place()}))
        .await;
    let side = crate::trade::Side::till(1);
    let joined = world.enrol(code["code"].as_str().unwrap(), &side, Some("AR"));
    assert_eq!(joined.await.status(), 200);
    let listed = office.get(&browser, "tills").await;
    let row = &listed["rows"][0];
    assert_eq!(
        (&row["code"], &row["revokedAt"]),
        (&json!("AR"), &Value::Null)
    );
    let revoke = json!({"action": action()});
    let path = format!("tills/{}/revoke", row["id"].as_str().unwrap());
    let gone = office.post(&browser, &path, &revoke).await;
    assert!(gone["revokedAt"].is_i64(), "{gone}");
    let nobody = format!("tills/{}/revoke", id(79));
    assert_eq!(
        office.refused(&browser, &nobody, &revoke).await,
        refusal(404, "not_found")
    );
}

#[tokio::test]
async fn a_tax_rate_begins_on_a_day_to_come() {
    let office = Office::open().await;
    let browser = office.manager().await;
    let settings = office.get(&browser, "settings").await;
    let rates = settings["taxRates"].as_array().unwrap().len();
    let class = settings["taxRates"][0]["class"].as_str().unwrap();
    let rate = |rate: i64, day: &str| {
        json!({
            "action": action(), "seen": settings["seen"], "class": class, "rate": rate, "validFrom": day,
        })
    };
    for (ppm, day) in [(60_000, "2001-01-01"), (60_000, "soon"), (-1, "2101-01-01")] {
        let wrong = rate(ppm, day);
        let (status, code) = office.refused(&browser, "settings/tax-rates", &wrong).await;
        assert_eq!(status, 422, "{code}: {wrong}");
    }
    let added = office
        .post(&browser, "settings/tax-rates", &rate(60_000, "2101-01-01"))
        .await;
    assert_eq!(added["taxRates"].as_array().unwrap().len(), rates + 1);
    let audit = office.get(&browser, "audit?thing=settings").await;
    assert!(
        audit["rows"][0].to_string().contains("2101-01-01"),
        "{audit}"
    );
}

#[tokio::test]
async fn credit_that_was_given_back_is_explained_move_by_move() {
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
    let mut rev = owed["rev"].clone();
    for amount in [300, 540] {
        let back = json!({"action": action(), "rev": rev, "tender": "credit", "amount": amount});
        let back = office
            .post(&browser, &format!("{path}/refund"), &back)
            .await;
        rev = back["rev"].clone();
    }
    let jane = owed["order"]["customer"]["id"].as_str().unwrap();
    let jane = office.get(&browser, &format!("customers/{jane}")).await;
    let account = &jane["accounts"][0];
    assert_eq!(account["balance"], 840);
    let moves = account["moves"].as_array().unwrap();
    let mut figures: Vec<(i64, i64)> = moves
        .iter()
        .map(|one| {
            (
                one["amount"].as_i64().unwrap(),
                one["after"].as_i64().unwrap(),
            )
        })
        .collect();
    figures.sort_unstable();
    assert_eq!(figures, [(300, 300), (540, 840)]);
    assert_eq!(moves[0]["order"]["id"], json!(order));
}
