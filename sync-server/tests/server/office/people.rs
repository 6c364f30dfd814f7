//! Staff and customers.

use comptoir_domain::event::Event;
use comptoir_domain::ids::{AttachmentId, CollectionId};
use comptoir_domain::order::Collection;
use serde_json::{Value, json};

use super::{CASS, MARY, Office, PASSWORD, action, refusal};
use crate::trade::{MONDAY, id};

#[tokio::test]
async fn people_come_and_go_and_one_manager_stays() {
    let office = Office::open().await;
    let browser = office.manager().await;
    let listed = office.get(&browser, "staff").await;
    let of = |name: &str| {
        let rows = listed["rows"].as_array().unwrap();
        rows.iter().find(|row| row["name"] == name).unwrap().clone()
    };
    let mary = of("Mary");
    let leave = |person: &Value| {
        json!({
            "action": action(), "seen": person["seen"], "name": person["name"],
            "role": person["role"], "active": false,
        })
    };
    let path = format!("staff/{}", id(MARY));
    assert_eq!(
        office.refused(&browser, &path, &leave(&mary)).await,
        refusal(422, "last_manager")
    );
    let cass = of("Cass");
    let pin = json!({"action": action(), "seen": cass["seen"], "pin": "2580"});
    let path = format!("staff/{}", id(CASS));
    let with_pin = office.post(&browser, &format!("{path}/pin"), &pin).await;
    assert_eq!(with_pin["hasPin"], true);
    let given = json!({"action": action(), "login": "Cass"});
    let given = office
        .post(&browser, &format!("{path}/login"), &given)
        .await;
    let reset = json!({"hub": office.hub(), "code": given["code"], "new": PASSWORD});
    let inside = office.post_as(None, "reset", &reset).await;
    let inside = office.browser(inside).await;
    office.get(&inside, "session").await;
    office.post(&browser, &path, &leave(&with_pin)).await;
    assert_eq!(
        office.get_as(&inside, "session").await.status(),
        401,
        "who left is out"
    );
    let audit = office
        .get(&browser, &format!("audit?thing=staff&id={}", id(CASS)))
        .await;
    let text = audit.to_string();
    assert!(!text.contains("argon2"), "no hash is shown: {text}");
}

#[tokio::test]
async fn who_is_forgotten_is_nowhere_any_more() {
    let office = Office::open().await;
    let browser = office.manager().await;
    let order = office.order().await;
    let listed = office.get(&browser, "customers").await;
    let jane = listed["rows"][0]["id"].as_str().unwrap().to_owned();
    let path = format!("customers/{jane}");
    let export = office.get(&browser, &format!("{path}/export")).await;
    assert_eq!(export["orders"][0]["order"]["id"], json!(order));
    let view = office.get(&browser, &path).await;
    let forget = |seen: &Value| json!({"action": action(), "seen": seen});
    let kept = office
        .post(&browser, &format!("{path}/forget"), &forget(&view["seen"]))
        .await;
    assert_eq!(kept["kept"][0]["reason"], "waiting_order");
    // A neighbour came for it.
    let fetched = Collection {
        id: CollectionId::from_uuid(id(9_100)),
        at: MONDAY,
        by: None,
        location: office.shop.world.bench.location,
        parts: Vec::new(),
        fetched_by: Some(AttachmentId::from_uuid(id(9_101))),
    };
    let collected = Event::GoodsCollected {
        order: order.parse().unwrap(),
        collection: fetched,
        shift: None,
    };
    office.happens(vec![collected]).await;
    let note = json!({"action": action(), "text": "rings at Jane's door"});
    let noted = office
        .post(&browser, &format!("orders/{order}/note"), &note)
        .await;
    let cancel = json!({"action": action(), "rev": noted["rev"], "reason": "customer"});
    office
        .post(&browser, &format!("orders/{order}/cancel"), &cancel)
        .await;
    let view = office.get(&browser, &path).await;
    let gone = office
        .post(&browser, &format!("{path}/forget"), &forget(&view["seen"]))
        .await;
    assert_eq!(gone["forgotten"], 2, "the note, and who fetched it");
    let order = office.get(&browser, &format!("orders/{order}")).await;
    assert_eq!(order["notes"][0]["text"], Value::Null);
    for list in ["customers?inactive=true", "orders", "audit"] {
        let text = office.get(&browser, list).await.to_string();
        assert!(!text.contains("Jane"), "{list}: {text}");
    }
}
