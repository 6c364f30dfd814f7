//! Who may come in, and what other sites may not do.

use comptoir_domain::ids::{HubId, TillId};
use comptoir_domain::order::Fulfilment;
use reqwest::{StatusCode, header};
use serde_json::{Value, json};
use sync_server::office::{IDLE_MS, LIFE_MS, RESET_LIFE_MS};
use sync_server::store::NewHub;

use super::{Browser, CASS, MARY, MAX, Office, PASSWORD, action, refusal, said};
use crate::trade::{MONDAY, id};
use crate::world::read;

#[tokio::test]
async fn a_password_opens_a_session_and_a_wrong_one_is_slowed_down() {
    let office = Office::open().await;
    office.manager().await;
    let log_in =
        |password: &str| json!({"hub": office.hub(), "login": "Mary", "password": password});
    let response = office.post_as(None, "login", &log_in(PASSWORD)).await;
    let browser = office.browser(response).await;
    let session = office.get(&browser, "session").await;
    assert_eq!(session["staff"]["name"], "Mary");
    assert_eq!(session["hub"]["currency"], "EUR");
    assert_eq!(session["hub"]["zone"], "Europe/Paris");
    for _ in 0..5 {
        let wrong = office
            .post_as(None, "login", &log_in("something else"))
            .await;
        assert_eq!(said(wrong).await, refusal(401, "login_wrong"));
    }
    let slowed = office.post_as(None, "login", &log_in(PASSWORD)).await;
    assert!(slowed.headers().contains_key(header::RETRY_AFTER));
    assert_eq!(said(slowed).await, refusal(429, "too_many_tries"));
    let unknown = json!({"hub": office.hub(), "login": "nobody", "password": PASSWORD});
    let unknown = office.post_as(None, "login", &unknown).await;
    assert_eq!(said(unknown).await, refusal(401, "login_wrong"));
}

#[tokio::test]
async fn a_session_ends_by_itself_and_by_hand() {
    let office = Office::open().await;
    let browser = office.manager().await;
    office.shop.world.clock.advance(IDLE_MS + 1);
    let idle = office.get_as(&browser, "session").await;
    assert_eq!(said(idle).await, refusal(401, "unauthorised"));
    let browser = office.come_in(MARY, "mary").await;
    for _ in 0..(LIFE_MS / IDLE_MS - 1) {
        office.shop.world.clock.advance(IDLE_MS);
        office.get(&browser, "session").await;
    }
    office.shop.world.clock.advance(IDLE_MS);
    assert_eq!(
        office.get_as(&browser, "session").await.status(),
        401,
        "a day is over"
    );
    let browser = office.come_in(MARY, "mary").await;
    let out = office.post_as(Some(&browser), "logout", &json!({})).await;
    assert_eq!(out.status(), StatusCode::NO_CONTENT);
    assert_eq!(office.get_as(&browser, "session").await.status(), 401);
}

#[tokio::test]
async fn a_code_sets_a_password_once_and_not_for_ever() {
    let office = Office::open().await;
    let code = office.code(MARY, "mary").await;
    let reset = |code: &str| json!({"hub": office.hub(), "code": code, "new": PASSWORD});
    let short = json!({"hub": office.hub(), "code": code, "new": "short"});
    let short = office.post_as(None, "reset", &short).await;
    assert_eq!(said(short).await, refusal(422, "password_too_short"));
    let typed = code.to_lowercase().replace('-', " ");
    let used = office.post_as(None, "reset", &reset(&typed)).await;
    let browser = office.browser(used).await;
    let again = office.post_as(None, "reset", &reset(&code)).await;
    assert_eq!(said(again).await, refusal(401, "reset_code_wrong"));
    let late = office.code(CASS, "cass").await;
    office.shop.world.clock.advance(RESET_LIFE_MS);
    let late = office.post_as(None, "reset", &reset(&late)).await;
    assert_eq!(said(late).await, refusal(401, "reset_code_wrong"));
    drop(browser);
    let browser = office.come_in(MARY, "mary").await;
    let other = office.come_in(MARY, "mary").await;
    let gone = office.get_as(&browser, "session").await;
    assert_eq!(
        gone.status(),
        401,
        "a new password ends the sessions of the old one"
    );
    let change = json!({"current": "not it at all", "new": "another password"});
    assert_eq!(
        office.refused(&other, "password", &change).await,
        refusal(401, "login_wrong")
    );
    let change = json!({"current": PASSWORD, "new": "another password"});
    let changed = office.post_as(Some(&other), "password", &change).await;
    let newer = office.browser(changed).await;
    assert_eq!(office.get_as(&other, "session").await.status(), 401);
    office.get(&newer, "session").await;
}

#[tokio::test]
async fn what_another_site_sends_changes_nothing() {
    let office = Office::open().await;
    let browser = office.manager().await;
    let order = office.order().await;
    let body = json!({"action": action(), "rev": 1, "reason": "customer"});
    let path = format!("orders/{order}/cancel");
    let send = |token: Option<String>, site: Option<&'static str>, origin: Option<&'static str>| {
        let mut request = office.shop.world.client.post(office.url(&path)).json(&body);
        request = request.header(header::COOKIE, &browser.cookie);
        if let Some(token) = token {
            request = request.header("x-office-token", token);
        }
        if let Some(site) = site {
            request = request.header("sec-fetch-site", site);
        }
        if let Some(origin) = origin {
            request = request.header(header::ORIGIN, origin);
        }
        request.send()
    };
    let own = Some(browser.token.clone());
    for (token, site, origin) in [
        (None, None, None),
        (Some("0".repeat(32)), None, None),
        (own.clone(), Some("cross-site"), None),
        (own, None, Some("https://evil.example")),
    ] {
        let response = send(token, site, origin).await.unwrap();
        assert_eq!(said(response).await, refusal(403, "cross_site"));
    }
    let request = office.shop.world.client.post(office.url("login"));
    let request = request.header("sec-fetch-site", "cross-site");
    let log_in = json!({"hub": office.hub(), "login": "mary", "password": PASSWORD});
    let response = request.json(&log_in).send().await.unwrap();
    assert_eq!(said(response).await, refusal(403, "cross_site"));
    assert_eq!(
        office.shop.orders().await[0].fulfilment(),
        Fulfilment::Accepted
    );
}

#[tokio::test]
async fn a_role_that_may_not_changes_nothing() {
    let office = Office::open().await;
    let manager = office.manager().await;
    let bookkeeper = office.come_in(MAX, "max").await;
    let cashier = office.come_in(CASS, "cass").await;
    let order = office.order().await;
    let order = office.get(&manager, &format!("orders/{order}")).await;
    let path = format!("orders/{}/cancel", order["order"]["id"].as_str().unwrap());
    let cancel = json!({"action": action(), "rev": order["rev"], "reason": "customer"});
    let no = refusal(403, "not_permitted");
    assert_eq!(office.refused(&bookkeeper, &path, &cancel).await, no);
    let settings = office.get(&bookkeeper, "settings").await;
    let save = json!({"action": action(), "seen": settings["seen"], "fields": settings["fields"]});
    assert_eq!(office.refused(&bookkeeper, "settings", &save).await, no);
    assert_eq!(office.refused(&cashier, "settings", &save).await, no);
    let give = json!({"action": action(), "login": "cass2"});
    let staff = format!("staff/{}/login", id(CASS));
    assert_eq!(office.refused(&cashier, &staff, &give).await, no);
    for list in ["audit", "settings", "staff", "messages", "tills"] {
        let response = office.get_as(&cashier, list).await;
        assert_eq!(said(response).await, no, "{list}");
        office.get(&bookkeeper, list).await;
    }
    for list in [
        "orders",
        "slots",
        "products",
        "problems",
        "customers",
        "home",
    ] {
        office.get(&cashier, list).await;
    }
}

#[tokio::test]
async fn nothing_of_another_hub_is_seen_or_changed() {
    let office = Office::open().await;
    let browser = office.manager().await;
    let world = &office.shop.world;
    let mut settings = world.bench.settings.clone();
    settings.hub = HubId::from_uuid(id(4_001));
    settings.name = "Next door".to_owned();
    let neighbour = NewHub {
        settings,
        source: TillId::from_uuid(id(4_002)),
        source_epoch: comptoir_domain::ids::EpochId::from_uuid(id(4_003)),
        feed_epoch: "theirs".to_owned(),
        action: comptoir_domain::ids::ActionId::from_uuid(id(4_004)),
        at: MONDAY,
    };
    world.store().create_hub(neighbour).await.unwrap();
    let order = office.order().await;
    // The same session under the name of the other hub is nobody's.
    let foreign = Browser {
        cookie: browser
            .cookie
            .replace(&office.hub(), &id(4_001).to_string()),
        token: browser.token.clone(),
    };
    for path in ["session", "orders", &format!("orders/{order}")] {
        let response = office.get_as(&foreign, path).await;
        assert_eq!(said(response).await, refusal(401, "unauthorised"), "{path}");
    }
    let welcome: Value = read(
        world
            .client
            .get(office.url("welcome"))
            .send()
            .await
            .unwrap(),
    )
    .await;
    assert_eq!(welcome["hubs"].as_array().unwrap().len(), 2);
    for path in [
        format!("orders/{}", id(77)),
        format!("products/{}", id(77)),
        format!("customers/{}", id(77)),
        "orders/not-an-id".to_owned(),
        "problems/abc".to_owned(),
        "nothing".to_owned(),
    ] {
        let response = office.get_as(&browser, &path).await;
        assert_eq!(said(response).await, refusal(404, "not_found"), "{path}");
    }
}

#[tokio::test]
async fn the_pages_load_nothing_from_elsewhere() {
    let office = Office::open().await;
    let world = &office.shop.world;
    let response = world
        .client
        .get(world.url("/office/orders"))
        .send()
        .await
        .unwrap();
    let policy = response.headers()["content-security-policy"]
        .to_str()
        .unwrap();
    assert!(
        policy.starts_with("default-src 'none'; script-src 'self'"),
        "{policy}"
    );
    assert!([200, 503].contains(&response.status().as_u16()));
    let missing = world
        .client
        .get(world.url("/office/assets/none.js"))
        .send()
        .await
        .unwrap();
    assert_eq!(missing.status(), 404);
}
