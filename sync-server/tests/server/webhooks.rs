//! Connected stores are told what happens, over real sockets: in order, signed, again until they take it, and
//! never at a door inside the server's own network.

use std::time::Duration;

use comptoir_testkit::{HookMood, HookServer, TakenHook};
use ed25519_dalek::SigningKey;
use serde_json::{Value, json};
use sync_server::entropy::new_uuid;
use sync_server::shop::OrderLinks;
use sync_server::store::{NewWebhook, ShopScope, WebhookAdded};
use sync_server::webhooks::{Herald, WebhookRound, signature};

use crate::shop::Shop;
use crate::trade::MONDAY;
use crate::world::{read, refusal};

const MINUTE_MS: i64 = 60_000;

struct Stores {
    shop: Shop,
    herald: Herald,
}

impl Stores {
    async fn open() -> Stores {
        Stores::allowing(true).await
    }

    async fn allowing(private: bool) -> Stores {
        let shop = Shop::open().await;
        let links = OrderLinks::new(&SigningKey::from_bytes(&[1; 32]));
        let patience = Duration::from_millis(500);
        let store = shop.world.store();
        let herald = Herald::patient(store, links, private, patience).unwrap();
        Stores { shop, herald }
    }

    /// A connected store with its webhook; its key.
    async fn connect(&self, name: &str, scopes: &[ShopScope], url: String) -> String {
        let world = &self.shop.world;
        let key = Shop::key(world, name, scopes).await;
        self.hook(name, url).await;
        key
    }

    async fn hook(&self, name: &str, url: String) {
        let world = &self.shop.world;
        let new = NewWebhook {
            shop: name.to_owned(),
            url,
            secret: format!("secret of {name}"),
            events: Vec::new(),
            at: MONDAY,
        };
        let added = world.store().add_webhook(world.hub(), new).await.unwrap();
        assert_eq!(added, WebhookAdded::Added);
    }

    async fn place(&self, key: &str) -> String {
        let basket = self.shop.basket(&[("P4", 1000)]);
        let placed = self.shop.world.post("/v1/shop/orders", Some(key), &basket);
        let placed: Value = read(placed.await).await;
        placed["order"].as_str().unwrap().to_owned()
    }

    async fn after(&self, milliseconds: i64) -> WebhookRound {
        let clock = &self.shop.world.clock;
        clock.advance(milliseconds);
        self.herald.round(clock.now()).await.unwrap()
    }
}

fn told(hook: &TakenHook) -> Value {
    serde_json::from_str(&hook.body).unwrap()
}

/// The orders of deliveries, each with its first word.
fn orders(hooks: &[TakenHook]) -> Vec<(String, String)> {
    let pairs = hooks.iter().map(|hook| {
        let order = &told(hook)["orders"][0];
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        (text(&order["order"]["order"]), text(&order["events"][0]))
    });
    pairs.collect()
}

#[tokio::test]
async fn stores_are_told_in_order_and_signed_of_their_own_orders() {
    let stores = Stores::open().await;
    let (first, second) = (HookServer::start().unwrap(), HookServer::start().unwrap());
    let scopes = [ShopScope::Orders];
    let key = stores.connect("First", &scopes, first.url()).await;
    let other = stores.connect("Second", &scopes, second.url()).await;
    stores
        .hook("Own store", HookServer::start().unwrap().url())
        .await;
    let one = stores.place(&key).await;
    let two = stores.place(&key).await;
    stores.place(&other).await;
    let cancel = json!({"action": new_uuid(MONDAY).unwrap()});
    let path = format!("/v1/shop/orders/{one}/cancel");
    let cancelled = stores.shop.world.post(&path, Some(&key), &cancel).await;
    assert_eq!(cancelled.status(), 200);

    let round = stores.after(0).await;
    assert_eq!((round.delivered, round.failed), (3 + 1 + 4, 0));
    let hooks = first.taken();
    let placed = |order: &str| (order.to_owned(), "order.placed".to_owned());
    let expected = [
        placed(&one),
        placed(&two),
        (one, "order.cancelled".to_owned()),
    ];
    assert_eq!(orders(&hooks), expected);
    assert_eq!(second.taken().len(), 1, "nobody hears of another's orders");
    for hook in &hooks {
        let time = &hook.headers["comptoir-webhook-time"];
        let signed = signature("secret of First", time, &hook.body);
        assert_eq!(
            hook.headers["comptoir-webhook-signature"],
            format!("v1={signed}")
        );
        assert_eq!(hook.headers["comptoir-webhook-id"], told(hook)["id"]);
    }
    let numbers: Vec<u64> = hooks
        .iter()
        .map(|hook| told(hook)["number"].as_u64().unwrap())
        .collect();
    assert!(numbers.is_sorted());
    assert_eq!(stores.after(MINUTE_MS).await, WebhookRound::default());
}

#[tokio::test]
async fn what_is_not_taken_comes_again_later_and_nothing_overtakes_it() {
    let stores = Stores::open().await;
    let store = HookServer::start().unwrap();
    let key = stores
        .connect("Store", &[ShopScope::Orders], store.url())
        .await;
    store.set_mood(HookMood::Broken);
    let one = stores.place(&key).await;
    let two = stores.place(&key).await;
    assert_eq!(stores.after(0).await.failed, 1);
    assert_eq!(
        stores.after(0).await,
        WebhookRound::default(),
        "not at once"
    );
    store.set_mood(HookMood::TakesAndHangsUp);
    assert_eq!(stores.after(10_000).await.failed, 1, "its answer was lost");
    store.set_mood(HookMood::Takes);
    assert_eq!(stores.after(MINUTE_MS).await.delivered, 2);
    let hooks = store.taken();
    let ids: Vec<Value> = hooks.iter().map(|hook| told(hook)["id"].clone()).collect();
    assert_eq!(ids[0], ids[1], "told twice under the same id");
    let names: Vec<String> = orders(&hooks).into_iter().map(|(order, _)| order).collect();
    assert_eq!(names, [one.clone(), one, two]);
}

#[tokio::test]
async fn one_that_hangs_holds_up_nobody_else() {
    let stores = Stores::open().await;
    let (slow, quick) = (HookServer::start().unwrap(), HookServer::start().unwrap());
    slow.set_mood(HookMood::Hangs);
    let everything = ShopScope::ALL;
    stores.connect("A slow one", &everything, slow.url()).await;
    let key = stores.connect("Quick", &everything, quick.url()).await;
    stores.place(&key).await;
    let round = stores.after(0).await;
    assert_eq!((round.delivered, round.failed), (1, 1));
    assert_eq!(quick.taken().len(), 1);
    slow.set_mood(HookMood::Takes);
}

#[tokio::test]
async fn a_store_sees_what_it_was_told_and_asks_for_it_again() {
    let stores = Stores::open().await;
    let store = HookServer::start().unwrap();
    let key = stores
        .connect("Store", &[ShopScope::Orders], store.url())
        .await;
    for _ in 0..3 {
        stores.place(&key).await;
    }
    stores.after(0).await;
    let world = &stores.shop.world;
    let url = world.url("/v1/shop/webhook/deliveries");
    let listed: Value = read(
        world
            .client
            .get(url)
            .bearer_auth(&key)
            .send()
            .await
            .unwrap(),
    )
    .await;
    let listed = listed["deliveries"].as_array().unwrap();
    assert_eq!(listed.len(), 3);
    assert_eq!(listed[0]["answer"], "200");
    assert!(listed[0]["number"].as_u64() > listed[1]["number"].as_u64());
    let again = json!({"from": listed[1]["number"]});
    let _: Value = read(
        world
            .post("/v1/shop/webhook/replay", Some(&key), &again)
            .await,
    )
    .await;
    assert_eq!(stores.after(0).await.delivered, 2);
    let hooks = store.taken();
    assert_eq!(orders(&hooks)[3..], orders(&hooks)[1..3]);
    assert_eq!(told(&hooks[3])["id"], told(&hooks[1])["id"]);
    let nobody = Shop::key(world, "Without", &ShopScope::ALL).await;
    let refused = world
        .post("/v1/shop/webhook/replay", Some(&nobody), &again)
        .await;
    assert_eq!(refusal(refused).await.0, 404);
}

#[tokio::test]
async fn doors_inside_the_network_are_not_knocked_at() {
    let stores = Stores::allowing(false).await;
    let inside = HookServer::start().unwrap();
    let scopes = [ShopScope::Orders];
    let key = stores.connect("By number", &scopes, inside.url()).await;
    let named = stores.connect("By name", &scopes, inside.named_url()).await;
    stores.place(&key).await;
    stores.place(&named).await;
    assert_eq!(stores.after(0).await.failed, 2);
    assert_eq!(inside.knocks(), 0);
    let store = stores.shop.world.store();
    let hub = stores.shop.world.hub();
    for name in ["By number", "By name"] {
        let tried = store
            .deliveries(hub, name.to_owned(), None, 10)
            .await
            .unwrap();
        assert!(tried[0].answer.contains("private network"), "{tried:?}");
        assert_eq!(tried[0].delivered_at, None);
    }
}

#[tokio::test]
async fn nobody_is_sent_elsewhere() {
    let stores = Stores::open().await;
    let (store, inside) = (HookServer::start().unwrap(), HookServer::start().unwrap());
    store.set_mood(HookMood::Redirects(inside.url()));
    let key = stores
        .connect("Store", &[ShopScope::Orders], store.url())
        .await;
    stores.place(&key).await;
    assert_eq!(stores.after(0).await.failed, 1);
    assert_eq!((store.knocks(), inside.knocks()), (1, 0));
}

#[tokio::test]
async fn a_key_that_was_taken_away_is_told_nothing_more() {
    let stores = Stores::open().await;
    let store = HookServer::start().unwrap();
    let key = stores
        .connect("Store", &[ShopScope::Orders], store.url())
        .await;
    stores.place(&key).await;
    let world = &stores.shop.world;
    let (shops, name) = (world.store(), "Store".to_owned());
    let revoked = shops.revoke_shop_key(world.hub(), name, MONDAY);
    assert!(revoked.await.unwrap());
    assert_eq!(stores.after(0).await, WebhookRound::default());
    assert_eq!(store.knocks(), 0);
}
