//! Recurring orders: made once when their time has come, by a job; paused, skipped and ended by people;
//! and what is told of what could not be had.

use comptoir_domain::ids::{RecurringOrderId, SlotId};
use comptoir_domain::order::{Fulfilment, Order};
use comptoir_domain::problem::{Problem, ProblemRule};
use comptoir_domain::slot::Slot;
use comptoir_sync::feed::EntityKind;
use reqwest::header;
use serde_json::{Value, json};
use sync_server::shop::{Repeater, Shelves};
use sync_server::store::{EntityChange, EntityKey};

use super::{Browser, CASS, MAX, Office, action, refusal};
use crate::shop::Shop;
use crate::trade::{DAY_MS, MONDAY, id};

const PATH: &str = "recurring-orders";

impl Office {
    /// A slot of a later week: the bench's own is on Saturday.
    async fn open_slot(&self, weeks: i64) -> Slot {
        self.open_slot_for(weeks, None).await
    }

    async fn open_slot_for(&self, weeks: i64, capacity: Option<u32>) -> Slot {
        let later = |days: i64| MONDAY.plus_ms((days + 7 * weeks) * DAY_MS);
        let slot = Slot {
            id: SlotId::from_uuid(id(60 + weeks.unsigned_abs() as u128)),
            location: self.shop.world.bench.location,
            starts_at: later(5),
            ends_at: later(5).plus_ms(3_600_000),
            orders_until: later(4),
            capacity,
            active: true,
        };
        let put = EntityChange::put(EntityKind::SLOT, slot.id, &slot).unwrap();
        self.shop.world.put(vec![put]).await;
        slot
    }

    async fn customer(&self, browser: &Browser) -> String {
        let jane = json!({
            "action": action(),
            "name": "Jane Doe",
            "email": "jane@hub.example",
            "classes": [],
            "active": true,
        });
        let made = self.post(browser, "customers", &jane).await;
        made["customer"]["id"].as_str().unwrap().to_owned()
    }

    fn weekly(&self, customer: &str, lines: &[(&str, i64)]) -> Value {
        let lines = lines
            .iter()
            .map(|(code, quantity)| json!({"variant": self.variant(code), "quantity": quantity}));
        json!({
            "action": action(),
            "customer": customer,
            "place": self.place(),
            "first": "2026-11-21",
            "minute": 9 * 60,
            "weeks": 1,
            "lines": lines.collect::<Vec<_>>(),
            "note": "",
        })
    }

    /// Jane's eggs, every Saturday.
    async fn box_of_eggs(&self, browser: &Browser) -> Value {
        let customer = self.customer(browser).await;
        let weekly = self.weekly(&customer, &[("P2", 1000)]);
        self.post(browser, PATH, &weekly).await
    }

    async fn round(&self) {
        let world = &self.shop.world;
        let repeater = Repeater::new(world.store(), Shelves::default());
        repeater.round(world.clock.now()).await.unwrap();
    }

    async fn recurring_problems(&self) -> Vec<Problem> {
        let mut problems = self.shop.world.problems().await;
        problems.retain(|problem| problem.subject.recurring.is_some());
        problems
    }

    fn advance_days(&self, days: i64) {
        self.shop.world.clock.advance(days * DAY_MS);
    }
}

fn path_of(view: &Value) -> String {
    format!("{PATH}/{}", view["recurring"]["id"].as_str().unwrap())
}

fn standings(view: &Value) -> Vec<(String, String)> {
    let dates = view["dates"].as_array().unwrap().iter();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    dates
        .map(|date| (text(&date["day"]), text(&date["standing"])))
        .collect()
}

fn standing(view: &Value, day: &str) -> String {
    let mut all = standings(view).into_iter();
    all.find(|(known, _)| known == day).unwrap().1
}

#[tokio::test]
async fn an_order_is_made_once_when_its_time_has_come() {
    let office = Office::open().await;
    let browser = office.manager().await;
    let made = office.box_of_eggs(&browser).await;
    assert_eq!(made["recurring"]["next"], "2026-11-21");
    assert_eq!(made["recurring"]["customer"]["name"], "Jane Doe");
    assert_eq!(standings(&made).len(), 10);
    office.round().await;
    assert!(office.shop.orders().await.is_empty(), "it is not time yet");
    office.advance_days(1);
    tokio::join!(office.round(), office.round());
    office.round().await;
    let orders = office.shop.orders().await;
    assert_eq!(orders.len(), 1);
    let order = &orders[0];
    assert_eq!(order.heading.number, "O-1001");
    assert_eq!(order.heading.slot, Some(SlotId::from_uuid(id(60))));
    assert_eq!(order.fulfilment(), Fulfilment::Accepted);
    assert_eq!(order.reserved().len(), 1);
    let browser = office.manager().await;
    let seen = office.get(&browser, &path_of(&made)).await;
    assert_eq!(seen["dates"][0]["standing"], "made");
    assert_eq!(seen["dates"][0]["order"]["name"], "O-1001");
    assert_eq!(seen["history"].as_array().unwrap().len(), 2);
    let shown = office
        .get(&browser, &format!("orders/{}", order.id()))
        .await;
    assert_eq!(shown["recurring"]["recurring"], made["recurring"]["id"]);
    let messages = office.get(&browser, "messages").await;
    assert_eq!(messages["rows"][0]["kind"], "order_received");
    assert!(office.recurring_problems().await.is_empty());
}

#[tokio::test]
async fn a_server_that_starts_again_makes_no_second_one() {
    let office = Office::open().await;
    let browser = office.manager().await;
    office.box_of_eggs(&browser).await;
    office.advance_days(1);
    office.round().await;
    let Office { shop } = office;
    let Shop { world, .. } = shop;
    let world = world.restart().await;
    let repeater = Repeater::new(world.store(), Shelves::default());
    repeater.round(world.clock.now()).await.unwrap();
    let kind = EntityKind::new(EntityKind::ORDER);
    let orders = world.store().entities(world.hub(), kind).await.unwrap();
    assert_eq!(orders.len(), 1);
}

#[tokio::test]
async fn days_that_are_paused_skipped_or_after_its_end_make_none() {
    let office = Office::open().await;
    for weeks in 1..5 {
        office.open_slot(weeks).await;
    }
    let browser = office.manager().await;
    let made = office.box_of_eggs(&browser).await;
    let path = path_of(&made);
    let skip = |seen: &Value, day: &str, skipped: bool| json!({"action": action(), "seen": seen, "day": day, "skipped": skipped});
    let seen = office
        .post(
            &browser,
            &format!("{path}/skip"),
            &skip(&made["seen"], "2026-11-21", true),
        )
        .await;
    assert_eq!(standing(&seen, "2026-11-21"), "skipped");
    let pause = json!({"action": action(), "seen": seen["seen"], "from": "2026-11-25", "until": "2026-12-05"});
    let seen = office
        .post(&browser, &format!("{path}/pause"), &pause)
        .await;
    let expected = [
        ("2026-11-21", "skipped"),
        ("2026-11-28", "paused"),
        ("2026-12-05", "paused"),
        ("2026-12-12", "due"),
    ];
    for (day, is) in expected {
        assert_eq!(standing(&seen, day), is, "{day}");
    }
    assert_eq!(seen["recurring"]["state"], "running");
    assert_eq!(seen["recurring"]["next"], "2026-12-12");
    for _ in 0..20 {
        office.advance_days(1);
        office.round().await;
    }
    assert!(office.shop.orders().await.is_empty());
    assert!(office.recurring_problems().await.is_empty());
    for _ in 0..4 {
        office.advance_days(1);
        office.round().await;
    }
    assert_eq!(office.shop.orders().await.len(), 1, "after the pause");
    let browser = office.manager().await;
    let seen = office.get(&browser, &path).await;
    let late = skip(&seen["seen"], "2026-12-12", true);
    assert_eq!(
        office
            .refused(&browser, &format!("{path}/skip"), &late)
            .await,
        refusal(422, "recurring_made")
    );
    let end = json!({"action": action(), "seen": seen["seen"], "ended": true});
    let seen = office.post(&browser, &format!("{path}/end"), &end).await;
    assert_eq!(seen["recurring"]["state"], "ended");
    assert_eq!(office.get(&browser, PATH).await["total"], 0);
    let ended = office.get(&browser, &format!("{PATH}?state=ended")).await;
    assert_eq!(ended["total"], 1);
    for _ in 0..7 {
        office.advance_days(1);
        office.round().await;
    }
    assert_eq!(office.shop.orders().await.len(), 1);
}

#[tokio::test]
async fn what_cannot_be_had_is_left_out_and_told_to_customer_and_office() {
    let office = Office::open().await;
    let browser = office.manager().await;
    let customer = office.customer(&browser).await;
    let mut weekly = office.weekly(&customer, &[("P2", 1000), ("P3", 2000), ("P4", 1000)]);
    weekly["note"] = json!("Pays late");
    let made = office.post(&browser, PATH, &weekly).await;
    let world = &office.shop.world;
    let mut juice = world.bench.variants["P4"].clone();
    juice.shop = false;
    let put = EntityChange::put(EntityKind::VARIANT, juice.id, &juice);
    world.put(vec![put.unwrap()]).await;
    office.advance_days(1);
    office.round().await;
    let order = office.shop.orders().await.remove(0);
    let held: Vec<&str> = order.lines.iter().map(|line| line.code.as_str()).collect();
    assert_eq!(held, ["P2"]);
    let problems = office.recurring_problems().await;
    assert_eq!(problems.len(), 2);
    for problem in &problems {
        assert_eq!(problem.rule, ProblemRule::RecurringLeftOut);
        assert_eq!(problem.subject.order, Some(order.id()));
    }
    let browser = office.manager().await;
    let listed = office.get(&browser, "problems").await;
    let mut rows = listed["rows"].as_array().unwrap().iter();
    let honey = rows.find(|row| row["product"]["name"] == "Honey 500 g");
    let honey = honey.unwrap();
    assert_eq!(honey["recurring"]["id"], made["recurring"]["id"]);
    assert_eq!(honey["recurring"]["name"], "Jane Doe");
    let seen = office
        .get(&browser, &format!("orders/{}", order.id()))
        .await;
    let left_out = seen["recurring"]["leftOut"].as_array().unwrap();
    let reasons: Vec<&str> = left_out
        .iter()
        .map(|out| out["reason"].as_str().unwrap())
        .collect();
    assert_eq!(reasons, ["not_enough_in_stock", "not_for_sale_here"]);
    assert_eq!(seen["notes"][0]["text"], "Pays late");
    let page = order_page(&office, &seen, "en").await;
    assert!(!page.contains("Pays late"), "written for who packs it");
    assert!(page.contains("This is your regular order"), "{page}");
    assert!(page.contains("2 Honey 500 g (sold out)"), "{page}");
    assert!(page.contains("1 Apple juice 1 L (not offered at the moment)"));
    let page = order_page(&office, &seen, "fr").await;
    assert!(page.contains("C’est votre commande régulière"), "{page}");
    let view = office.get(&browser, &path_of(&made)).await;
    assert_eq!(view["lines"][2]["offered"], false);
}

async fn order_page(office: &Office, order: &Value, language: &str) -> String {
    let world = &office.shop.world;
    let link = order["link"].as_str().unwrap();
    let url = world.url(&format!("/shop/{}/o/{link}", world.hub()));
    let request = world
        .client
        .get(url)
        .header(header::ACCEPT_LANGUAGE, language);
    request.send().await.unwrap().text().await.unwrap()
}

#[tokio::test]
async fn a_slot_that_is_full_or_closed_is_told_to_the_office_once() {
    let office = Office::open().await;
    office.open_slot_for(0, Some(1)).await;
    office.order().await;
    let browser = office.manager().await;
    let made = office.box_of_eggs(&browser).await;
    office.advance_days(1);
    office.round().await;
    office.round().await;
    assert_eq!(
        office.shop.orders().await.len(),
        1,
        "the one that was there"
    );
    let problems = office.recurring_problems().await;
    assert_eq!(problems.len(), 1);
    assert_eq!(problems[0].rule, ProblemRule::RecurringNotMade);
    let browser = office.manager().await;
    let seen = office.get(&browser, &path_of(&made)).await;
    assert_eq!(seen["dates"][0]["standing"], "missed");
    assert_eq!(seen["dates"][0]["reason"], "slot_full");
    office.open_slot(1).await;
    office.advance_days(11);
    office.round().await;
    let browser = office.manager().await;
    let seen = office.get(&browser, &path_of(&made)).await;
    let late = seen["dates"].as_array().unwrap();
    let late = late
        .iter()
        .find(|date| date["day"] == "2026-11-28")
        .unwrap();
    assert_eq!(late["reason"], "slot_closed");
    assert_eq!(office.recurring_problems().await.len(), 2);
    let others = office.shop.orders().await;
    assert_eq!(others.len(), 1);
}

#[tokio::test]
async fn calling_its_order_off_by_the_link_skips_one_and_the_next_comes() {
    let office = Office::open().await;
    office.open_slot(1).await;
    let browser = office.manager().await;
    office.box_of_eggs(&browser).await;
    office.advance_days(1);
    office.round().await;
    let order = office.shop.orders().await.remove(0);
    let browser = office.manager().await;
    let seen = office
        .get(&browser, &format!("orders/{}", order.id()))
        .await;
    let world = &office.shop.world;
    let link = seen["link"].as_str().unwrap();
    let url = world.url(&format!("/shop/{}/o/{link}/cancel", world.hub()));
    let form = world.client.post(url).body(format!("action={}", action()));
    let form = form.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    assert!(form.send().await.unwrap().status().is_success());
    office.round().await;
    let orders = office.shop.orders().await;
    assert_eq!(orders.len(), 1);
    assert_eq!(orders[0].fulfilment(), Fulfilment::Cancelled);
    office.advance_days(7);
    office.round().await;
    let orders = office.shop.orders().await;
    let next: Vec<&Order> = orders
        .iter()
        .filter(|order| order.fulfilment() == Fulfilment::Accepted)
        .collect();
    assert_eq!(next.len(), 1);
    assert_eq!(next[0].heading.slot, Some(SlotId::from_uuid(id(61))));
}

#[tokio::test]
async fn what_cannot_be_is_refused_and_changes_nothing() {
    let office = Office::open().await;
    let browser = office.manager().await;
    let customer = office.customer(&browser).await;
    let stranger = id(4242).to_string();
    let good = office.weekly(&customer, &[("P2", 1000)]);
    let with = |field: &str, value: Value| {
        let mut asked = good.clone();
        asked[field] = value;
        asked
    };
    let line = |variant: &str, quantity: i64| json!([{"variant": variant, "quantity": quantity}]);
    let eggs = office.variant("P2");
    for (asked, status, code) in [
        (with("customer", json!(stranger)), 404, "not_found"),
        (with("place", json!(stranger)), 422, "place_unknown"),
        (with("lines", json!([])), 422, "order_empty"),
        (with("lines", line(&eggs, 0)), 422, "quantity_not_positive"),
        (
            with("lines", line(&eggs, -1000)),
            422,
            "quantity_not_positive",
        ),
        (
            with("lines", line(&eggs, 1_000_000_000_000)),
            422,
            "quantity_too_large",
        ),
        (with("lines", line(&eggs, 1_500)), 422, "quantity_not_whole"),
        (
            with("lines", line(&stranger, 1000)),
            422,
            "not_for_sale_here",
        ),
        (with("weeks", json!(0)), 422, "slot_unknown"),
        (with("minute", json!(1440)), 422, "slot_unknown"),
        (with("first", json!("yesterday")), 400, "malformed"),
        (with("note", json!("x".repeat(501))), 422, "text_invalid"),
    ] {
        let refused = office.refused(&browser, PATH, &asked).await;
        assert_eq!(refused, refusal(status, code), "{asked}");
    }
    assert_eq!(office.get(&browser, PATH).await["total"], 0);
    let made = office.post(&browser, PATH, &good).await;
    office.post(&browser, PATH, &good).await;
    assert_eq!(
        office.get(&browser, PATH).await["total"],
        1,
        "the same press"
    );
    let path = path_of(&made);
    let stale = json!({"action": action(), "seen": 1, "ended": true});
    assert_eq!(
        office
            .refused(&browser, &format!("{path}/end"), &stale)
            .await,
        refusal(409, "changed_meanwhile")
    );
    let seen = &made["seen"];
    for (what, asked, code) in [
        (
            "skip",
            json!({"day": "2026-11-22", "skipped": true}),
            "slot_unknown",
        ),
        (
            "skip",
            json!({"day": "2026-11-14", "skipped": true}),
            "slot_unknown",
        ),
        (
            "skip",
            json!({"day": "2026-11-21", "skipped": false}),
            "nothing_changed",
        ),
        (
            "pause",
            json!({"from": "2026-12-05", "until": "2026-12-01"}),
            "day_invalid",
        ),
        ("pause", json!({}), "nothing_changed"),
        ("end", json!({"ended": false}), "nothing_changed"),
    ] {
        let mut asked = asked;
        asked["action"] = json!(action());
        asked["seen"] = seen.clone();
        let path = format!("{path}/{what}");
        let refused = office.refused(&browser, &path, &asked).await;
        assert_eq!(refused, refusal(422, code), "{what} {asked}");
    }
    let foreign = format!("{PATH}/{stranger}/end");
    let end = json!({"action": action(), "seen": seen, "ended": true});
    assert_eq!(
        office.refused(&browser, &foreign, &end).await,
        refusal(404, "not_found")
    );
    let mut other = with("customer", json!(office.customer(&browser).await));
    other["action"] = json!(action());
    other["seen"] = seen.clone();
    assert_eq!(
        office.refused(&browser, &path, &other).await,
        refusal(404, "not_found"),
        "whose it is stays"
    );
    assert_eq!(office.get(&browser, &path).await["seen"], *seen);
}

#[tokio::test]
async fn who_handles_orders_changes_it_and_who_reads_reports_reads_it() {
    let office = Office::open().await;
    let cashier = office.come_in(CASS, "cass").await;
    let made = office.box_of_eggs(&cashier).await;
    let bookkeeper = office.come_in(MAX, "max").await;
    assert_eq!(office.get(&bookkeeper, PATH).await["total"], 1);
    let path = path_of(&made);
    office.get(&bookkeeper, &path).await;
    let end = json!({"action": action(), "seen": made["seen"], "ended": true});
    assert_eq!(
        office
            .refused(&bookkeeper, &format!("{path}/end"), &end)
            .await,
        refusal(403, "not_permitted")
    );
    let weekly = office.weekly(
        made["recurring"]["customer"]["id"].as_str().unwrap(),
        &[("P2", 1000)],
    );
    assert_eq!(
        office.refused(&bookkeeper, PATH, &weekly).await,
        refusal(403, "not_permitted")
    );
}

#[tokio::test]
async fn every_change_is_in_the_audit_and_the_list_is_a_file() {
    let office = Office::open().await;
    let browser = office.manager().await;
    let made = office.box_of_eggs(&browser).await;
    let recurring = &made["recurring"];
    let mut changed = office.weekly(
        recurring["customer"]["id"].as_str().unwrap(),
        &[("P2", 2000)],
    );
    changed["seen"] = made["seen"].clone();
    changed["weeks"] = json!(2);
    let seen = office.post(&browser, &path_of(&made), &changed).await;
    assert_eq!(seen["lines"][0]["quantity"], 2000);
    assert_eq!(seen["lines"][0]["price"], 300);
    let query = format!(
        "audit?thing=recurring_order&id={}",
        recurring["id"].as_str().unwrap()
    );
    let audit = office.get(&browser, &query).await;
    let fields = audit["rows"][0]["changes"][0]["fields"].as_array().unwrap();
    let weeks = fields
        .iter()
        .find(|field| field["field"] == "weeks")
        .unwrap();
    assert_eq!((&weeks["old"], &weeks["new"]), (&json!("1"), &json!("2")));
    let file = office.get_as(&browser, &format!("{PATH}.csv")).await;
    let file = file.text().await.unwrap();
    let mut lines = file.lines();
    assert!(
        lines
            .next()
            .unwrap()
            .starts_with("customer,place,weekday,time")
    );
    assert_eq!(
        lines.next().unwrap(),
        "Jane Doe,Market,saturday,09:00,2,1,running,2026-11-21,,"
    );
    for (search, total) in [("jane eggs", 1), ("carrots", 0)] {
        let found = office
            .get(&browser, &format!("{PATH}?search={search}"))
            .await;
        assert_eq!(found["total"], total, "{search}");
    }
}

#[tokio::test]
async fn who_is_to_be_forgotten_ends_it_first_and_then_nothing_is_left_of_it() {
    let office = Office::open().await;
    let browser = office.manager().await;
    let made = office.box_of_eggs(&browser).await;
    let customer = made["recurring"]["customer"]["id"].as_str().unwrap();
    let path = format!("customers/{customer}");
    let exported = office.get(&browser, &format!("{path}/export")).await;
    assert_eq!(exported["recurringOrders"][0]["lines"][0]["code"], "P2");
    let seen = office.get(&browser, &path).await["seen"].clone();
    let forget = || json!({"action": action(), "seen": seen});
    let forget_path = format!("{path}/forget");
    let kept = office.post(&browser, &forget_path, &forget()).await;
    assert_eq!(kept["kept"][0]["reason"], "recurring_order");
    let end = json!({"action": action(), "seen": made["seen"], "ended": true});
    office
        .post(&browser, &format!("{}/end", path_of(&made)), &end)
        .await;
    let gone = office.post(&browser, &forget_path, &forget()).await;
    assert_eq!(gone["kept"], json!([]));
    let world = &office.shop.world;
    let id =
        RecurringOrderId::from_uuid(made["recurring"]["id"].as_str().unwrap().parse().unwrap());
    let key = EntityKey::new(EntityKind::RECURRING_ORDER, id);
    let things = world.store().things(world.hub(), vec![key]).await.unwrap();
    assert_eq!(things, [None]);
    let query = format!("audit?thing=recurring_order&id={id}");
    let audit = office.get(&browser, &query).await;
    for row in audit["rows"].as_array().unwrap() {
        assert_eq!(row["changes"][0]["forgotten"], true);
    }
}
