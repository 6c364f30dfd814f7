//! The first page, files, and what runs the hub.

use reqwest::header;
use serde_json::{Value, json};

use super::{Office, action, refusal};
use crate::trade::MONDAY;

#[tokio::test]
async fn each_number_of_the_first_page_is_that_of_its_list() {
    let office = Office::open().await;
    let browser = office.manager().await;
    office.order().await;
    office.order().await;
    let home = office.get(&browser, "home").await;
    let areas = home["areas"].as_array().unwrap();
    assert!(areas.len() >= 10, "{home:#}");
    for area in areas {
        let list = area["list"].as_str().unwrap();
        let listed = office.get(&browser, list).await;
        assert_eq!(area["count"], listed["total"], "{list}");
    }
    let count = |name: &str| {
        let found = areas.iter().find(|area| area["area"] == name);
        found.unwrap()["count"].as_u64().unwrap()
    };
    assert_eq!(count("ordersDay"), 2);
    assert_eq!(count("waiting"), 2);
    assert_eq!(count("toPackToday"), 0, "they are fetched on Saturday");
    assert_eq!(count("messagesWaiting"), 2);
    assert_eq!(count("stockLow"), 1, "one jar of honey");
}

#[tokio::test]
async fn a_list_is_a_file_in_which_nothing_is_a_formula() {
    let office = Office::open().await;
    let browser = office.manager().await;
    let customer = json!({
        "action": action(), "name": "=1+2", "email": "evil@hub.example", "classes": [], "active": true,
    });
    office.post(&browser, "customers", &customer).await;
    let response = office.get_as(&browser, "customers.csv").await;
    assert_eq!(
        response.headers()[header::CONTENT_TYPE],
        "text/csv; charset=utf-8"
    );
    let text = response.text().await.unwrap();
    assert!(text.contains("\n'=1+2,evil@hub.example"), "{text}");
    office.order().await;
    let file = office.get_as(&browser, "orders.csv?state=waiting").await;
    let file = file.text().await.unwrap();
    assert_eq!(file.lines().count(), 2);
    assert!(file.contains("O-1001,shop,"), "{file}");
}

#[tokio::test]
async fn texts_keys_slots_and_settings_are_changed_with_what_was_seen() {
    let office = Office::open().await;
    let browser = office.manager().await;
    let bad = json!({
        "action": action(), "kind": "order_ready", "language": "en",
        "text": {"subject": "Ready {nmae}", "body": "x"},
    });
    let refused = office.refused(&browser, "message-texts", &bad).await;
    assert_eq!(refused, refusal(422, "text_invalid"));
    let good = json!({
        "action": action(), "kind": "order_ready", "language": "en",
        "text": {"subject": "Ready, {name}", "body": "{number}"},
    });
    let texts = office.post(&browser, "message-texts", &good).await;
    let own: Vec<&Value> = texts["rows"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|row| row["own"] == true)
        .collect();
    assert_eq!(
        (own.len(), &own[0]["subject"]),
        (1, &json!("Ready, {name}"))
    );
    let key = json!({"action": action(), "name": "Other store", "scopes": ["orders"]});
    let made = office.post(&browser, "shop-keys", &key).await;
    assert!(made["secret"].as_str().unwrap().len() > 40);
    assert_eq!(
        office.refused(&browser, "shop-keys", &key).await,
        refusal(409, "key_name_taken")
    );
    let revoke = json!({"action": action(), "name": "Other store"});
    let left = office.post(&browser, "shop-keys/revoke", &revoke).await;
    assert_eq!(left["total"], 1);
    let start = MONDAY.unix_ms() + 86_400_000;
    let slot = json!({
        "action": action(), "place": office.place(), "startsAt": start, "endsAt": start + 3_600_000,
        "ordersUntil": start, "capacity": 20, "active": true,
    });
    let opened = office.post(&browser, "slots", &slot).await;
    assert_eq!(opened["capacity"], 20);
    let mut backwards = slot.clone();
    backwards["action"] = json!(action());
    backwards["endsAt"] = json!(start - 1);
    let refused = office.refused(&browser, "slots", &backwards).await;
    assert_eq!(refused, refusal(422, "slot_times_wrong"));
    let settings = office.get(&browser, "settings").await;
    let mut fields = settings["fields"].clone();
    fields["receiptFooter"] = json!(["Until Saturday"]);
    let save = json!({"action": action(), "seen": settings["seen"], "fields": fields});
    let saved = office.post(&browser, "settings", &save).await;
    assert_eq!(saved["fields"]["receiptFooter"], json!(["Until Saturday"]));
    fields["forgivenessMax"] = json!(-1);
    let save = json!({"action": action(), "seen": saved["seen"], "fields": fields});
    let refused = office.refused(&browser, "settings", &save).await;
    assert_eq!(refused, refusal(422, "setting_invalid"));
}
