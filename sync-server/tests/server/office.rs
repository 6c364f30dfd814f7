//! The office over loopback HTTP: who may come in, what its lists say, and what people do there.

use comptoir_domain::ids::{HubId, StaffId, TillId};
use comptoir_domain::order::Fulfilment;
use comptoir_domain::staff::{Role, Staff};
use comptoir_sync::feed::EntityKind;
use reqwest::{Response, StatusCode, header};
use serde_json::{Value, json};
use sync_server::entropy::new_uuid;
use sync_server::office::{
    IDLE_MS, LIFE_MS, LoginToGive, OfficeDesk, OfficeOptions, RESET_LIFE_MS,
};
use sync_server::shop::OrderLinks;
use sync_server::store::{EntityChange, NewHub};

use crate::shop::Shop;
use crate::trade::{MONDAY, id};
use crate::world::{TestClock, read};

const PASSWORD: &str = "a password of words";

/// The bench's shop with three people who can log in.
pub(crate) struct Office {
    pub(crate) shop: Shop,
}

/// Somebody's browser.
#[derive(Debug, Clone)]
pub(crate) struct Browser {
    cookie: String,
    token: String,
}

const MARY: u128 = 8_001;
const CASS: u128 = 8_002;
const MAX: u128 = 8_003;

impl Office {
    pub(crate) async fn open() -> Office {
        let shop = Shop::open().await;
        let world = &shop.world;
        let people = [
            (MARY, "Mary", Role::Manager),
            (CASS, "Cass", Role::Cashier),
            (MAX, "Max", Role::Bookkeeper),
        ];
        let staff = people.map(|(number, name, role)| {
            let person = Staff {
                id: StaffId::from_uuid(id(number)),
                name: name.to_owned(),
                role,
                pin_hash: None,
                active: true,
                language: None,
            };
            EntityChange::put(EntityKind::STAFF, person.id, &person).unwrap()
        });
        world.put(staff.to_vec()).await;
        world
            .put(vec![EntityChange::settings(&world.bench.settings).unwrap()])
            .await;
        Office { shop }
    }

    /// What a command beside the server gives out.
    async fn code(&self, number: u128, login: &str) -> String {
        let world = &self.shop.world;
        let key = ed25519_dalek::SigningKey::from_bytes(&[1; 32]);
        let desk = OfficeDesk::new(
            world.store(),
            OrderLinks::new(&key),
            std::sync::Arc::new(TestClock(world.clock.clone())),
            OfficeOptions::default(),
        );
        let hubs = world.store().hubs().await.unwrap();
        let hub = hubs.into_iter().find(|hub| hub.id == world.hub()).unwrap();
        let give = LoginToGive {
            staff: StaffId::from_uuid(id(number)),
            login: login.to_owned(),
        };
        desk.give_login_beside(&hub, give).await.unwrap()
    }

    pub(crate) async fn manager(&self) -> Browser {
        self.come_in(MARY, "mary").await
    }

    /// Sets a password with a code and is logged in.
    async fn come_in(&self, number: u128, login: &str) -> Browser {
        let code = self.code(number, login).await;
        let request = json!({"hub": self.hub(), "code": code, "new": PASSWORD});
        let response = self.post_as(None, "reset", &request).await;
        assert_eq!(response.status(), 200);
        self.browser(response).await
    }

    fn hub(&self) -> String {
        self.shop.world.hub().to_string()
    }

    async fn browser(&self, response: Response) -> Browser {
        let cookie = response.headers()[header::SET_COOKIE]
            .to_str()
            .unwrap()
            .to_owned();
        assert!(cookie.contains("; HttpOnly; SameSite=Strict"), "{cookie}");
        let session: Value = read(response).await;
        Browser {
            cookie: cookie.split(';').next().unwrap().to_owned(),
            token: session["token"].as_str().unwrap().to_owned(),
        }
    }

    fn url(&self, path: &str) -> String {
        self.shop.world.url(&format!("/office/api/{path}"))
    }

    async fn post_as(&self, who: Option<&Browser>, path: &str, body: &Value) -> Response {
        let mut request = self.shop.world.client.post(self.url(path)).json(body);
        if let Some(browser) = who {
            request = request
                .header(header::COOKIE, &browser.cookie)
                .header("x-office-token", &browser.token);
        }
        request.send().await.unwrap()
    }

    async fn get_as(&self, browser: &Browser, path: &str) -> Response {
        let request = self.shop.world.client.get(self.url(path));
        let request = request.header(header::COOKIE, &browser.cookie);
        request.send().await.unwrap()
    }

    pub(crate) async fn get(&self, browser: &Browser, path: &str) -> Value {
        let response = self.get_as(browser, path).await;
        assert_eq!(response.status(), 200, "{path}");
        response.json().await.unwrap()
    }

    pub(crate) async fn post(&self, browser: &Browser, path: &str, body: &Value) -> Value {
        let response = self.post_as(Some(browser), path, body).await;
        let status = response.status();
        let answer: Value = response.json().await.unwrap();
        assert_eq!(status, 200, "{path}: {answer}");
        answer
    }

    /// The code of a refusal.
    async fn refused(&self, browser: &Browser, path: &str, body: &Value) -> (u16, String) {
        said(self.post_as(Some(browser), path, body).await).await
    }

    /// An order of two boxes of eggs and a kilogram of carrots.
    async fn order(&self) -> String {
        let basket = self.shop.basket(&[("P2", 2000), ("P1", 1000)]);
        let placed: Value = read(self.shop.place(&basket).await).await;
        placed["order"].as_str().unwrap().to_owned()
    }

    fn variant(&self, code: &str) -> String {
        self.shop.world.bench.variants[code].id.to_string()
    }

    fn place(&self) -> String {
        self.shop.world.bench.location.to_string()
    }
}

async fn said(response: Response) -> (u16, String) {
    let status = response.status().as_u16();
    let answer: Value = response.json().await.unwrap();
    (
        status,
        answer["code"].as_str().unwrap_or_default().to_owned(),
    )
}

fn refusal(status: u16, code: &str) -> (u16, String) {
    (status, code.to_owned())
}

fn action() -> String {
    new_uuid(MONDAY).unwrap().to_string()
}

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
async fn a_figure_of_stock_is_explained_without_a_gap() {
    let office = Office::open().await;
    let browser = office.manager().await;
    let eggs = office.variant("P2");
    let enter = |entry: &str, quantity: i64, reason: &str| {
        json!({
            "action": action(),
            "place": office.place(),
            "entry": {"entry": entry},
            "lines": [{"variant": eggs, "quantity": quantity}],
            "reason": reason,
        })
    };
    let delivered = enter("delivery", 5000, "DN 17");
    let figures = office.post(&browser, "stock", &delivered).await;
    assert_eq!(figures["rows"][0]["onHand"], 25_000);
    office.post(&browser, "stock", &delivered).await;
    let wasted = office
        .post(&browser, "stock", &enter("waste", 1000, "broken"))
        .await;
    assert_eq!(wasted["rows"][0]["onHand"], 24_000);
    let counted = office
        .post(&browser, "stock", &enter("count", 22_000, ""))
        .await;
    assert_eq!(counted["rows"][0]["onHand"], 22_000);
    let unsaid = enter("waste", 1000, " ");
    assert_eq!(
        office.refused(&browser, "stock", &unsaid).await,
        refusal(422, "reason_missing")
    );
    let path = format!("products/{eggs}/moves?place={}", office.place());
    let moves = office.get(&browser, &path).await;
    let rows = moves["rows"].as_array().unwrap();
    assert_eq!(moves["onHand"], 22_000);
    let reasons: Vec<&str> = rows
        .iter()
        .map(|row| row["reason"].as_str().unwrap())
        .collect();
    assert_eq!(reasons, ["counted", "wasted", "received", "received"]);
    for pair in rows.windows(2) {
        let (younger, older) = (&pair[0], &pair[1]);
        let before = younger["after"].as_i64().unwrap() - younger["change"].as_i64().unwrap();
        assert_eq!(before, older["after"].as_i64().unwrap());
    }
    let order = office.order().await;
    let product = office.get(&browser, &format!("products/{eggs}")).await;
    assert_eq!(product["stock"][0]["reserved"], 2000);
    assert_eq!(product["reservations"][0]["order"], json!(order));
}

#[tokio::test]
async fn a_changed_price_is_in_the_audit_with_what_it_was() {
    let office = Office::open().await;
    let browser = office.manager().await;
    let path = format!("products/{}", office.variant("P3"));
    let product = office.get(&browser, &path).await;
    let mut fields = product["fields"].clone();
    fields["price"] = json!(790);
    let save = json!({"action": action(), "seen": product["seen"], "fields": fields});
    let saved = office.post(&browser, &path, &save).await;
    assert_eq!(saved["fields"]["price"], 790);
    let stale = json!({"action": action(), "seen": product["seen"], "fields": saved["fields"]});
    assert_eq!(
        office.refused(&browser, &path, &stale).await,
        refusal(409, "changed_meanwhile")
    );
    fields["code"] = json!("P2");
    let taken = json!({"action": action(), "seen": saved["seen"], "fields": fields});
    assert_eq!(
        office.refused(&browser, &path, &taken).await,
        refusal(422, "code_taken")
    );
    let audit = format!("audit?thing=variant&id={}", office.variant("P3"));
    let audit = office.get(&browser, &audit).await;
    let row = &audit["rows"][0];
    assert_eq!(row["deed"]["by"]["name"], "Mary");
    let changes = row["changes"].as_array().unwrap();
    let variant = changes
        .iter()
        .find(|change| change["thing"] == "variant")
        .unwrap();
    assert_eq!(
        variant["fields"],
        json!([{"field": "price", "old": "750", "new": "790"}])
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
    assert_eq!(gone["forgotten"], 1);
    let order = office.get(&browser, &format!("orders/{order}")).await;
    assert_eq!(order["notes"][0]["text"], Value::Null);
    for list in ["customers?inactive=true", "orders", "audit"] {
        let text = office.get(&browser, list).await.to_string();
        assert!(!text.contains("Jane"), "{list}: {text}");
    }
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
