//! Jane's week, from the order page to the day report: ordered and authorised in the shop, packed by the office,
//! fetched at a counter that cannot reach the server, captured when the line is back. Every figure is said beforehand.
//!
//! `cargo xtask e2e` runs it; it is ignored otherwise, as it needs a display, a driver and the built pages.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

use comptoir_domain::money::Money;
use comptoir_domain::order::{Order, PaymentStatus};
use comptoir_domain::quantity::Quantity;
use comptoir_sync::feed::EntityKind;
use comptoir_testkit::PaymentBridge;
use comptoir_tests::cashier;
use comptoir_tests::window::Key;
use serde_json::json;
use support::bench::{self, CARROTS, EGGS, HONEY, JUICE};
use support::counter::{Counter, FLOAT, folder};
use support::hub::{Hub, fresh, wait};
use support::office::Office;

const SECRET: &str = "known to the server and to the bridge";

#[test]
#[ignore = "opens the real window: cargo xtask e2e"]
fn from_the_order_page_to_the_day_report() {
    let folder = folder("week");
    let bridge = PaymentBridge::start(SECRET).unwrap();
    let mut hub = bench::open(&folder.path().join("server"));
    hub.kill();
    hub.serve_with(&["--payments", &bridge.url(), "--payments-secret", SECRET]);
    let mut till = Counter::open(&hub, folder.path(), "week");

    let number = jane_orders_and_pays_online(&hub, &bridge);
    it_is_packed_with_a_weight_and_without_the_juice(&hub, &number);
    till.presses(Key::F5);
    till.reads(&number);
    till.presses(Key::Escape);

    hub.kill();
    till.opens(&number, "Jane Doe");
    till.scan(HONEY);
    // 2.70 of carrots, 6.00 of eggs and 7.50 of honey, less the 11.84 that can be captured.
    till.figure_is(436);
    till.picture("friday");
    till.presses(Key::F10);
    till.is_done();
    assert!(
        bridge.done_of("capture").is_empty(),
        "nothing can be captured yet"
    );

    hub.serve_with(&["--payments", &bridge.url(), "--payments-secret", SECRET]);
    hub.order_becomes(
        &number,
        "the provider pays what the counter asked for",
        |order| {
            order
                .payments
                .iter()
                .all(|payment| payment.status == PaymentStatus::Captured)
                && order.totals().due == Money::ZERO
        },
    );
    let captured: Vec<i64> = bridge
        .done_of("capture")
        .iter()
        .map(|done| done.amount)
        .collect();
    assert_eq!(captured, [1184], "once, and all that was authorised");
    let order = hub.order(&number);
    assert_eq!(order.totals().total.minor_units(), 1620);
    assert_eq!(
        hub.things::<Order>(EntityKind::ORDER).len(),
        1,
        "it is one order"
    );
    hub.stock_becomes(CARROTS, 10_000 - 1125, 0);
    hub.stock_becomes(EGGS, 18_000, 0);
    hub.stock_becomes(HONEY, 0, 0);
    hub.stock_becomes(JUICE, 12_000, 0);
    assert_eq!(hub.open_problems(), [], "nothing needs a person");
    the_day_is_closed(&till);
}

/// On the order page, by its form, as a browser without a script sends it.
fn jane_orders_and_pays_online(hub: &Hub, bridge: &PaymentBridge) -> String {
    let slot = hub.slot(48);
    let items = [(EGGS, 2000), (JUICE, 1000), (CARROTS, 1000)];
    let basket: Vec<String> = items
        .iter()
        .map(|(code, quantity)| format!("{}:{quantity}", hub.variant(code).id))
        .collect();
    let form = [
        ("order", fresh().to_string()),
        ("basket", basket.join(",")),
        ("total", "1160".to_owned()),
        ("name", "Jane Doe".to_owned()),
        ("email", "jane@hub.example".to_owned()),
        ("phone", String::new()),
        ("slot", slot.to_string()),
        ("note", String::new()),
        ("pay", "online".to_owned()),
    ];
    let page = wait(async {
        let address = format!("{}/shop/{}/orders", hub.address(), hub.id);
        let encoded = reqwest::Url::parse_with_params(&address, &form).unwrap();
        let request = reqwest::Client::new()
            .post(address)
            .header("content-type", "application/x-www-form-urlencoded")
            .header("accept-language", "en")
            .body(encoded.query().unwrap().to_owned());
        let answer = request.send().await.unwrap();
        assert!(answer.status().is_success(), "{}", answer.status());
        answer.text().await.unwrap()
    });
    assert!(
        page.contains("11.60"),
        "her order's page says what it comes to"
    );
    let authorised: Vec<i64> = bridge
        .done_of("authorise")
        .iter()
        .map(|done| done.amount)
        .collect();
    // 11.60, and a tenth more for the carrots, which are weighed later.
    assert_eq!(authorised, [1184]);
    let order = hub.things::<Order>(EntityKind::ORDER).remove(0);
    assert_eq!(order.payments[0].status, PaymentStatus::Authorised);
    order.heading.number
}

fn it_is_packed_with_a_weight_and_without_the_juice(hub: &Hub, number: &str) {
    let office = Office::log_in(hub);
    let order = hub.order(number);
    let line = |code: &str| {
        let variant = hub.variant(code).id;
        let found = order.lines.iter().find(|line| line.variant == variant);
        found.expect("it was ordered").id
    };
    let id = order.id().to_string();
    let steps = json!({"steps": [
        {"step": "setQuantity", "line": line(CARROTS), "quantity": 1125},
        {"step": "remove", "line": line(JUICE), "fate": "back_to_shelf", "reason": "short"},
    ]});
    office.changes(&id, "amend", steps);
    office.changes(&id, "ready", json!({"basket": "B3"}));
    let order = hub.order(number);
    assert_eq!(order.totals().total.minor_units(), 270 + 600);
    let carrots = order.line(line(CARROTS)).expect("they are there");
    assert_eq!(carrots.wanted(), Quantity::thousandths(1125));
}

fn the_day_is_closed(till: &Counter) {
    till.does(|window| cashier::close_shift(window, &cashier::typed(FLOAT + 436)));
    let report = till.does(|window| window.text(".report"));
    let report: String = report.split_whitespace().collect();
    for expected in [
        "16.20",
        "4.36",
        "11.84",
        "Unexplained0.00",
        "Difference0.00",
    ] {
        assert!(report.contains(expected), "{expected} is in {report}");
    }
}
