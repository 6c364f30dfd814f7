//! Webhooks at the office: a store is told, tried out, paused, told again and told nothing any more.

use std::time::Duration;

use comptoir_testkit::{HookMood, HookServer};
use ed25519_dalek::SigningKey;
use serde_json::{Value, json};
use sync_server::shop::OrderLinks;
use sync_server::webhooks::{Herald, WebhookRound, signature};

use super::{Browser, CASS, MAX, Office, action, refusal, said};

const MINUTE_MS: i64 = 60_000;

/// An office whose stores may stand beside the server, with who tells them what happens.
struct Told {
    office: Office,
    herald: Herald,
    browser: Browser,
}

impl Told {
    async fn open() -> Told {
        let office = Office::open_with(|options| options.webhooks.to_own_network = true).await;
        let links = OrderLinks::new(&SigningKey::from_bytes(&[1; 32]));
        let store = office.shop.world.store();
        let herald = Herald::patient(store, links, true, Duration::from_millis(500)).unwrap();
        let browser = office.manager().await;
        Told {
            office,
            herald,
            browser,
        }
    }

    async fn make(&self, url: &str, events: &[&str]) -> Value {
        let make = json!({"action": action(), "shop": "Own store", "url": url, "events": events});
        self.office.post(&self.browser, "webhooks", &make).await
    }

    async fn only(&self) -> Value {
        let listed = self.office.get(&self.browser, "webhooks").await;
        assert_eq!(listed["total"], 1);
        listed["rows"][0].clone()
    }

    async fn do_it(&self, what: &str, more: Value) -> Value {
        let mut body = json!({"action": action(), "shop": "Own store"});
        let more = more.as_object().unwrap().clone();
        body.as_object_mut().unwrap().extend(more);
        let path = format!("webhooks/{what}");
        self.office.post(&self.browser, &path, &body).await
    }

    async fn after(&self, milliseconds: i64) -> WebhookRound {
        let clock = &self.office.shop.world.clock;
        clock.advance(milliseconds);
        self.herald.round(clock.now()).await.unwrap()
    }
}

#[tokio::test]
async fn a_store_is_told_paused_told_again_and_told_nothing_any_more() {
    let told = Told::open().await;
    let store = HookServer::start().unwrap();
    let made = told.make(&store.url(), &["order.placed"]).await;
    assert_eq!(made["secret"].as_str().unwrap().len(), 64);
    let again = json!({"action": action(), "shop": "Own store", "url": store.url(), "events": []});
    assert_eq!(
        told.office.refused(&told.browser, "webhooks", &again).await,
        refusal(409, "webhook_taken")
    );
    told.office.order().await;
    assert_eq!(told.only().await["waiting"], 1);
    assert_eq!(told.after(0).await.delivered, 1);
    let row = told.only().await;
    assert_eq!(
        (&row["waiting"], &row["last"]["answer"]),
        (&json!(0), &json!("200"))
    );
    assert!(row["last"]["deliveredAt"].is_i64(), "{row:#}");

    let listed = told.do_it("pause", json!({"paused": true})).await;
    assert!(listed["rows"][0]["pausedAt"].is_i64());
    told.office.order().await;
    assert_eq!(told.after(MINUTE_MS).await, WebhookRound::default());
    assert_eq!(told.only().await["waiting"], 1, "nothing is lost by it");
    let twice = json!({"action": action(), "shop": "Own store", "paused": true});
    assert_eq!(
        told.office
            .refused(&told.browser, "webhooks/pause", &twice)
            .await,
        refusal(422, "nothing_changed")
    );
    told.do_it("pause", json!({"paused": false})).await;
    assert_eq!(told.after(0).await.delivered, 1);

    let path = "webhooks/deliveries?shop=Own%20store";
    let deliveries = told.office.get(&told.browser, path).await;
    let first = &deliveries["rows"][1]["number"];
    assert_eq!(
        (
            deliveries["rows"].as_array().unwrap().len(),
            &deliveries["next"]
        ),
        (2, &Value::Null)
    );
    told.do_it("replay", json!({"from": first})).await;
    assert_eq!(told.after(0).await.delivered, 2);
    assert_eq!(store.taken().len(), 4);

    let left = told.do_it("remove", json!({})).await;
    assert_eq!(
        (&left["total"], &left["stores"]),
        (&json!(0), &json!(["Own store"]))
    );
    let gone = json!({"action": action(), "shop": "Own store"});
    assert_eq!(
        told.office
            .refused(&told.browser, "webhooks/remove", &gone)
            .await,
        refusal(404, "not_found")
    );
    let audit = told
        .office
        .get(&told.browser, "audit?thing=webhook&id=Own%20store")
        .await;
    let kinds = audit["rows"].as_array().unwrap().iter();
    let kinds: Vec<&str> = kinds
        .map(|row| row["deed"]["kind"].as_str().unwrap())
        .collect();
    assert_eq!(
        kinds,
        [
            "webhook_removed",
            "webhook_replayed",
            "webhook_paused",
            "webhook_paused",
            "webhook_made"
        ]
    );
    let text = audit.to_string();
    let path = store.url();
    assert!(
        !text.contains(made["secret"].as_str().unwrap()) && !text.contains(&path),
        "{text}"
    );
}

#[tokio::test]
async fn since_when_a_store_does_not_hear_is_said_until_it_does() {
    let told = Told::open().await;
    let store = HookServer::start().unwrap();
    told.make(&store.url(), &[]).await;
    store.set_mood(HookMood::Broken);
    told.office.order().await;
    assert_eq!(told.after(0).await.failed, 1);
    let first = told.only().await;
    assert_eq!(first["last"]["deliveredAt"], Value::Null);
    assert!(
        first["nextAt"].as_i64() > first["failingSince"].as_i64(),
        "{first:#}"
    );
    assert_eq!(told.after(MINUTE_MS).await.failed, 1);
    let second = told.only().await;
    assert_eq!(second["failingSince"], first["failingSince"]);
    assert_eq!(second["last"]["attempts"], 2);
    store.set_mood(HookMood::Takes);
    assert_eq!(told.after(10 * MINUTE_MS).await.delivered, 1);
    let well = told.only().await;
    assert_eq!(
        (&well["failingSince"], &well["nextAt"]),
        (&Value::Null, &Value::Null)
    );
}

#[tokio::test]
async fn a_test_delivery_is_signed_and_nothing_follows_from_it() {
    let told = Told::open().await;
    let store = HookServer::start().unwrap();
    let made = told.make(&store.url(), &[]).await;
    let try_it = json!({"shop": "Own store"});
    let tried = told
        .office
        .post(&told.browser, "webhooks/try", &try_it)
        .await;
    assert_eq!(tried, json!({"taken": true, "answer": "200"}));
    let hooks = store.taken();
    let body: Value = serde_json::from_str(&hooks[0].body).unwrap();
    assert_eq!(
        (&body["test"], &body["orders"], &body["number"]),
        (&json!(true), &json!([]), &json!(0))
    );
    let time = &hooks[0].headers["comptoir-webhook-time"];
    let signed = signature(made["secret"].as_str().unwrap(), time, &hooks[0].body);
    assert_eq!(
        hooks[0].headers["comptoir-webhook-signature"],
        format!("v1={signed}")
    );
    assert_eq!(told.only().await["last"], Value::Null);
    store.set_mood(HookMood::Broken);
    let tried = told
        .office
        .post(&told.browser, "webhooks/try", &try_it)
        .await;
    assert_eq!(tried["taken"], false);
}

#[tokio::test]
async fn an_address_inside_the_network_is_refused_and_not_knocked_at() {
    let office = Office::open().await;
    let browser = office.manager().await;
    let inside = HookServer::start().unwrap();
    let make = |url: &str, events: &[&str]| json!({"action": action(), "shop": "Own store", "url": url, "events": events});
    let long = format!("https://shop.example/{}", "x".repeat(2_000));
    for (url, code) in [
        (inside.url().as_str(), "webhook_url_private"),
        ("http://169.254.169.254/latest", "webhook_url_private"),
        ("ftp://shop.example/", "webhook_url_invalid"),
        ("https://me:secret@shop.example/", "webhook_url_invalid"),
        ("shop.example", "webhook_url_invalid"),
        (&long, "webhook_url_invalid"),
    ] {
        let refused = office.refused(&browser, "webhooks", &make(url, &[])).await;
        assert_eq!(refused, refusal(422, code), "{url}");
    }
    let unknown = make("https://shop.example/", &["order.lost"]);
    assert_eq!(
        office.refused(&browser, "webhooks", &unknown).await,
        refusal(422, "webhook_event_unknown")
    );
    let mut nobody = make("https://shop.example/", &[]);
    nobody["shop"] = json!("No such store");
    assert_eq!(
        office.refused(&browser, "webhooks", &nobody).await,
        refusal(404, "not_found")
    );
    assert_eq!(office.get(&browser, "webhooks").await["total"], 0);
    // A name is looked at when it is connected to.
    office
        .post(&browser, "webhooks", &make(&inside.named_url(), &[]))
        .await;
    let try_it = json!({"shop": "Own store"});
    let tried = office.post(&browser, "webhooks/try", &try_it).await;
    assert_eq!(tried["taken"], false);
    assert!(
        tried["answer"]
            .as_str()
            .unwrap()
            .contains("private network"),
        "{tried}"
    );
    assert_eq!(inside.knocks(), 0);
}

#[tokio::test]
async fn who_may_not_change_settings_sees_where_a_store_is_and_changes_nothing() {
    let told = Told::open().await;
    let store = HookServer::start().unwrap();
    told.make(&store.url(), &[]).await;
    let office = &told.office;
    let bookkeeper = office.come_in(MAX, "max").await;
    let seen = office.get(&bookkeeper, "webhooks").await;
    assert_eq!(
        seen["rows"][0]["address"], "127.0.0.1",
        "the rest may be a secret"
    );
    let no = refusal(403, "not_permitted");
    let named = json!({"action": action(), "shop": "Own store"});
    for (path, more) in [
        ("webhooks", json!({"url": store.url(), "events": []})),
        ("webhooks/pause", json!({"paused": true})),
        ("webhooks/replay", json!({"from": 1})),
        ("webhooks/remove", json!({})),
    ] {
        let mut body = named.clone();
        body.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        assert_eq!(office.refused(&bookkeeper, path, &body).await, no, "{path}");
    }
    let try_it = json!({"shop": "Own store"});
    assert_eq!(
        office.refused(&bookkeeper, "webhooks/try", &try_it).await,
        no
    );
    let cashier = office.come_in(CASS, "cass").await;
    assert_eq!(said(office.get_as(&cashier, "webhooks").await).await, no);
    assert_eq!(store.knocks(), 0);
}
