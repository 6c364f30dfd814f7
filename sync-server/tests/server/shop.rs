//! The shop for connected stores over loopback HTTP: what is offered, and orders that are placed once,
//! for goods that are there, by who may.

use std::collections::BTreeSet;

use comptoir_domain::decide::{self, HandOver};
use comptoir_domain::draft::Draft;
use comptoir_domain::ids::{OrderId, SlotId};
use comptoir_domain::order::{Fulfilment, Order};
use comptoir_domain::slot::Slot;
use comptoir_sync::feed::EntityKind;
use reqwest::Response;
use serde_json::{Value, json};
use sync_server::entropy::{new_uuid, random_bytes};
use sync_server::session::Token;
use sync_server::store::{EntityChange, ShopKey, ShopScope};
use uuid::Uuid;

use crate::trade::{DAY_MS, MONDAY, id};
use crate::world::{World, read, refusal};

pub(crate) struct Shop {
    pub(crate) world: World,
    key: String,
    slot: Slot,
}

impl Shop {
    /// The bench's products with their stock, one slot on Saturday, and a store with a key.
    pub(crate) async fn open() -> Shop {
        Shop::with_capacity(None).await
    }

    async fn with_capacity(capacity: Option<u32>) -> Shop {
        Shop::open_in(World::start().await, capacity).await
    }

    pub(crate) async fn open_in(world: World, capacity: Option<u32>) -> Shop {
        let slot = Slot {
            id: SlotId::from_uuid(id(60)),
            location: world.bench.location,
            starts_at: MONDAY.plus_ms(5 * DAY_MS),
            ends_at: MONDAY.plus_ms(5 * DAY_MS + 3_600_000),
            orders_until: MONDAY.plus_ms(4 * DAY_MS),
            capacity,
            active: true,
        };
        let mut changes: Vec<EntityChange> = world
            .bench
            .variants
            .values()
            .map(|variant| EntityChange::put(EntityKind::VARIANT, variant.id, variant).unwrap())
            .collect();
        changes.push(EntityChange::put(EntityKind::SLOT, slot.id, &slot).unwrap());
        let mut act = world.act("opening", changes);
        act.events = vec![world.bench.opening_stock()];
        world.store().record(world.hub(), act).await.unwrap();
        let key = Shop::key(&world, "Own store", &ShopScope::ALL).await;
        Shop { world, key, slot }
    }

    pub(crate) async fn key(world: &World, name: &str, scopes: &[ShopScope]) -> String {
        let token = Token::new(world.hub(), random_bytes().unwrap());
        let key = ShopKey {
            name: name.to_owned(),
            scopes: scopes.to_vec(),
            created_at: MONDAY,
        };
        let store = world.store();
        let added = store.add_shop_key(world.hub(), token.hash(), key).await;
        assert!(added.unwrap());
        token.text()
    }

    pub(crate) fn basket(&self, items: &[(&str, i64)]) -> Value {
        let items = items.iter().map(|(code, quantity)| {
            let variant = self.world.bench.variants[code].id.to_string();
            json!({"variant": variant, "quantity": quantity})
        });
        json!({
            "order": new_uuid(MONDAY).unwrap(),
            "slot": self.slot.id.to_string(),
            "items": items.collect::<Vec<_>>(),
            "name": "Jane Doe",
            "email": "jane@hub.example",
        })
    }

    async fn post(&self, path: &str, body: &Value) -> Response {
        self.world.post(path, Some(&self.key), body).await
    }

    pub(crate) async fn place(&self, basket: &Value) -> Response {
        self.post("/v1/shop/orders", basket).await
    }

    async fn get(&self, path: &str) -> Value {
        let request = self.world.client.get(self.world.url(path));
        read(request.bearer_auth(&self.key).send().await.unwrap()).await
    }

    async fn offer(&self, code: &str) -> Value {
        let catalogue = self.get("/v1/shop/catalogue").await;
        let offers = catalogue["offers"].as_array().unwrap();
        offers
            .iter()
            .find(|offer| offer["code"] == code)
            .unwrap()
            .clone()
    }

    pub(crate) async fn orders(&self) -> Vec<Order> {
        let kind = EntityKind::new(EntityKind::ORDER);
        let store = self.world.store();
        let rows = store.entities(self.world.hub(), kind).await.unwrap();
        rows.iter()
            .map(|row| serde_json::from_str(&row.body).unwrap())
            .collect()
    }
}

#[tokio::test]
async fn an_order_is_placed_with_a_number_and_its_goods_are_reserved() {
    let shop = Shop::open().await;
    let basket = shop.basket(&[("P2", 2000), ("P4", 1000), ("P1", 1000)]);
    let placed: Value = read(shop.place(&basket).await).await;
    assert_eq!(placed["number"], "O-1001");
    assert_eq!(placed["total"], 1160);
    assert_eq!(placed["due"], 1160);
    assert_eq!(placed["fulfilment"], "accepted");
    let found = shop
        .get(&format!(
            "/v1/shop/orders/{}",
            placed["order"].as_str().unwrap()
        ))
        .await;
    assert_eq!(found, placed);
    let second: Value = read(shop.place(&shop.basket(&[("P5", 1000)])).await).await;
    assert_eq!(second["number"], "O-1002");
}

#[tokio::test]
async fn sent_again_it_is_the_same_order() {
    let shop = Shop::open().await;
    let basket = shop.basket(&[("P3", 1000)]);
    let first: Value = read(shop.place(&basket).await).await;
    let again: Value = read(shop.place(&basket).await).await;
    assert_eq!(first, again);
    assert_eq!(shop.orders().await.len(), 1);
}

#[tokio::test]
async fn fifty_who_want_the_last_jar_at_once_are_one_order_and_49_refusals() {
    let shop = std::sync::Arc::new(Shop::open().await);
    let shoppers = (0..50).map(|_| {
        let shop = std::sync::Arc::clone(&shop);
        tokio::spawn(async move {
            let basket = shop.basket(&[("P3", 1000)]);
            shop.place(&basket).await.status().as_u16()
        })
    });
    let mut outcomes = Vec::new();
    for shopper in shoppers.collect::<Vec<_>>() {
        outcomes.push(shopper.await.unwrap());
    }
    outcomes.sort_unstable();
    assert_eq!(outcomes[0], 200);
    assert_eq!(outcomes[1..], [409; 49]);
    assert_eq!(shop.orders().await.len(), 1);
    assert_eq!(shop.offer("P3").await["availability"], "sold_out");
}

#[tokio::test]
async fn two_orders_of_one_slot_never_share_a_number_or_the_last_place() {
    let shop = std::sync::Arc::new(Shop::with_capacity(Some(5)).await);
    let shoppers = (0..12).map(|_| {
        let shop = std::sync::Arc::clone(&shop);
        tokio::spawn(async move {
            let basket = shop.basket(&[("P2", 1000)]);
            shop.place(&basket).await.status().as_u16()
        })
    });
    for shopper in shoppers.collect::<Vec<_>>() {
        shopper.await.unwrap();
    }
    let orders = shop.orders().await;
    assert_eq!(orders.len(), 5);
    let numbers: BTreeSet<String> = orders
        .iter()
        .map(|order| order.heading.number.clone())
        .collect();
    assert_eq!(numbers.len(), 5);
    // One that is called off gives its place to another.
    let link = format!("/v1/shop/orders/{}/cancel", orders[0].id());
    let cancel = json!({"action": new_uuid(MONDAY).unwrap()});
    let cancelled: Value = read(shop.post(&link, &cancel).await).await;
    assert_eq!(cancelled["fulfilment"], "cancelled");
    let basket = shop.basket(&[("P2", 1000)]);
    assert_eq!(shop.place(&basket).await.status(), 200);
}

#[tokio::test]
async fn what_cannot_be_ordered_is_refused_by_name_and_changes_nothing() {
    let shop = Shop::open().await;
    let with = |field: &str, value: Value| {
        let mut basket = shop.basket(&[("P2", 1000)]);
        basket[field] = value;
        basket
    };
    let unknown = json!([{"variant": Uuid::from_u128(1), "quantity": 1000}]);
    for (basket, expected) in [
        (shop.basket(&[]), (422, "order_empty")),
        (shop.basket(&[("P2", 0)]), (422, "quantity_not_positive")),
        (
            shop.basket(&[("P2", -1000)]),
            (422, "quantity_not_positive"),
        ),
        (shop.basket(&[("P2", 1500)]), (422, "quantity_not_whole")),
        (
            shop.basket(&[("P2", i64::MAX)]),
            (422, "quantity_too_large"),
        ),
        (
            shop.basket(&[("P2", i64::MAX), ("P2", i64::MAX)]),
            (422, "quantity_too_large"),
        ),
        (
            shop.basket(&[("P2", i64::MIN)]),
            (422, "quantity_not_positive"),
        ),
        (shop.basket(&[("P2", 21_000)]), (409, "not_enough_in_stock")),
        (with("items", unknown), (422, "not_for_sale_here")),
        (
            with("slot", json!(Uuid::from_u128(2))),
            (422, "slot_unknown"),
        ),
        (with("name", json!(" ")), (422, "name_missing")),
        (with("email", json!("x")), (422, "contact_unusable")),
        (
            with("email", json!("a@hub.example\r\nBcc: b@hub.example")),
            (422, "contact_unusable"),
        ),
        (with("expected_total", json!(1)), (409, "price_changed")),
        (with("surprise", json!(1)), (400, "malformed")),
        (with("order", json!("one")), (400, "malformed")),
    ] {
        let (status, code) = refusal(shop.place(&basket).await).await;
        assert_eq!((status, code.as_str()), expected, "{basket}");
    }
    assert!(shop.orders().await.is_empty());
    shop.world.clock.advance(4 * DAY_MS);
    let late = refusal(shop.place(&shop.basket(&[("P2", 1000)])).await).await;
    assert_eq!(late, (409, "slot_closed".to_owned()));
}

#[tokio::test]
async fn a_customer_changes_an_order_until_the_cut_off() {
    let shop = Shop::open().await;
    let placed: Value = read(shop.place(&shop.basket(&[("P2", 2000)])).await).await;
    let address = format!(
        "/v1/shop/orders/{}/amend",
        placed["order"].as_str().unwrap()
    );
    let honey = shop.world.bench.variants["P3"].id.to_string();
    let change = json!({
        "action": new_uuid(MONDAY).unwrap(),
        "lines": [{"line": placed["lines"][0]["line"], "quantity": 1000}],
        "added": [{"variant": honey, "quantity": 1000}],
    });
    let amended: Value = read(shop.post(&address, &change).await).await;
    assert_eq!(amended["total"], 1050);
    let again: Value = read(shop.post(&address, &change).await).await;
    assert_eq!(again, amended, "the same change twice is one");
    let nothing = json!({"action": new_uuid(MONDAY).unwrap()});
    let refused = refusal(shop.post(&address, &nothing).await).await;
    assert_eq!(refused, (422, "nothing_changed".to_owned()));
    shop.world.clock.advance(4 * DAY_MS);
    let late = json!({
        "action": new_uuid(MONDAY).unwrap(),
        "lines": [{"line": placed["lines"][0]["line"], "quantity": 2000}],
    });
    let refused = refusal(shop.post(&address, &late).await).await;
    assert_eq!(refused, (409, "order_closed_to_customer".to_owned()));
}

#[tokio::test]
async fn a_key_reaches_its_own_hub_and_its_own_scopes() {
    let shop = Shop::open().await;
    let basket = shop.basket(&[("P2", 1000)]);
    let world = &shop.world;
    let nobody = world.post("/v1/shop/orders", None, &basket).await;
    assert_eq!(nobody.status(), 401);
    let reader = Shop::key(world, "Reader", &[ShopScope::Catalogue]).await;
    let refused = world.post("/v1/shop/orders", Some(&reader), &basket).await;
    assert_eq!(refusal(refused).await, (403, "scope_missing".to_owned()));
    let till = world.till(1).await;
    let foreign = world
        .post("/v1/shop/orders", Some(&till.token), &basket)
        .await;
    assert_eq!(foreign.status(), 401, "a till's token is no shop's key");
    let store = world.store();
    let name = "Own store".to_owned();
    assert!(
        store
            .revoke_shop_key(world.hub(), name, MONDAY)
            .await
            .unwrap()
    );
    assert_eq!(shop.place(&basket).await.status(), 401);
}

#[tokio::test]
async fn what_a_till_sells_the_shop_no_longer_promises() {
    let shop = Shop::open().await;
    assert_eq!(shop.offer("P3").await["availability"], "few");
    let mut till = shop.world.till(1).await;
    let shift = till.side.open_shift(&shop.world.bench, 0);
    let mut draft = till.side.new_draft(&shop.world.bench);
    till.side
        .add(&shop.world.bench, &mut draft, "P3", crate::trade::pieces(1));
    let kind = comptoir_domain::tender::TenderKind::Cash;
    till.side
        .pay(&shop.world.bench, &mut draft, kind, None, shift)
        .unwrap();
    till.side
        .complete(&shop.world.bench, &draft, shift)
        .unwrap();
    shop.world.push(&till, &till.side.entries).await;
    assert_eq!(shop.offer("P3").await["availability"], "sold_out");
    let refused = refusal(shop.place(&shop.basket(&[("P3", 1000)])).await).await;
    assert_eq!(refused, (409, "not_enough_in_stock".to_owned()));
}

#[tokio::test]
async fn an_order_of_the_shop_is_handed_over_at_a_till_and_the_shop_sees_it() {
    let shop = Shop::open().await;
    let placed: Value = read(shop.place(&shop.basket(&[("P2", 2000)])).await).await;
    let order: OrderId = placed["order"].as_str().unwrap().parse().unwrap();
    let stored = shop.orders().await.remove(0);
    let mut till = shop.world.till(1).await;
    let shift = till.side.open_shift(&shop.world.bench, 0);
    till.side.books.orders.insert(order, stored.clone());
    let mut draft = Draft::amending(stored, MONDAY);
    let kind = comptoir_domain::tender::TenderKind::Cash;
    till.side
        .pay(&shop.world.bench, &mut draft, kind, None, shift)
        .unwrap();
    let events = till
        .side
        .decide(&shop.world.bench, |_, context| {
            decide::complete(&draft, &HandOver::Everything, "", shift, context)
        })
        .unwrap();
    till.side.record("fetched", events);
    shop.world.push(&till, &till.side.entries).await;
    let seen = shop.get(&format!("/v1/shop/orders/{order}")).await;
    assert_eq!(seen["fulfilment"], "collected");
    assert_eq!(seen["payment"], "paid");
    let stored = shop.orders().await.remove(0);
    assert_eq!(stored.fulfilment(), Fulfilment::Collected);
}

#[tokio::test]
async fn a_note_travels_to_the_tills_and_lies_beside_the_journal() {
    let shop = Shop::open().await;
    let mut basket = shop.basket(&[("P2", 1000)]);
    basket["note"] = json!("<b>No bag</b>, please\u{7}");
    let placed: Value = read(shop.place(&basket).await).await;
    assert_eq!(placed["number"], "O-1001");
    let store = shop.world.store();
    let notes = store
        .entities(shop.world.hub(), EntityKind::new(EntityKind::NOTE))
        .await
        .unwrap();
    let note: Value = serde_json::from_str(&notes[0].body).unwrap();
    assert_eq!(note["text"], "<b>No bag</b>, please");
    let journal = store.journal(shop.world.hub(), 0, 100).await.unwrap();
    let entry = journal
        .iter()
        .find(|row| row.kind == "order_placed")
        .unwrap();
    assert!(
        !entry.sealed.body.contains("No bag"),
        "the journal can keep it for ever"
    );
    let beside = store
        .attachments(shop.world.hub(), entry_ref(entry), 0)
        .await
        .unwrap();
    assert_eq!(beside.len(), 1);
    assert_eq!(beside[0].id.to_string(), notes[0].id);
}

fn entry_ref(row: &sync_server::store::JournalRow) -> comptoir_domain::entry::EntryRef {
    comptoir_domain::entry::EntryRef {
        source: row.source,
        epoch: row.epoch,
        seq: row.seq,
    }
}

#[tokio::test]
async fn another_basket_under_the_id_of_an_order_is_refused() {
    let shop = Shop::open().await;
    let basket = shop.basket(&[("P2", 1000), ("P4", 1000)]);
    let first: Value = read(shop.place(&basket).await).await;
    let mut turned = shop.basket(&[("P4", 1000), ("P2", 1000)]);
    turned["order"] = basket["order"].clone();
    let same: Value = read(shop.place(&turned).await).await;
    assert_eq!(same, first, "in another order it is the same");
    for (field, value) in [
        (
            "items",
            shop.basket(&[("P2", 2000), ("P4", 1000)])["items"].clone(),
        ),
        ("name", json!("Somebody Else")),
    ] {
        let mut other = basket.clone();
        other[field] = value;
        let refused = refusal(shop.place(&other).await).await;
        assert_eq!(refused, (409, "order_not_open".to_owned()), "{field}");
    }
    assert_eq!(shop.orders().await.len(), 1);
}

#[tokio::test]
async fn a_store_reaches_its_own_orders_only() {
    let shop = Shop::open().await;
    let world = &shop.world;
    let scopes = [ShopScope::Catalogue, ShopScope::Orders];
    let first = Shop::key(world, "First", &scopes).await;
    let second = Shop::key(world, "Second", &scopes).await;
    let basket = shop.basket(&[("P2", 1000)]);
    let placed = world.post("/v1/shop/orders", Some(&first), &basket).await;
    let placed: Value = read(placed).await;
    let path = format!("/v1/shop/orders/{}", placed["order"].as_str().unwrap());
    let asked_by = async |key: &str| {
        let request = world.client.get(world.url(&path)).bearer_auth(key);
        request.send().await.unwrap().status().as_u16()
    };
    assert_eq!(asked_by(&first).await, 200);
    assert_eq!(asked_by(&second).await, 404);
    assert_eq!(asked_by(&shop.key).await, 200, "one that may read them all");
    let cancel = json!({"action": new_uuid(MONDAY).unwrap()});
    let path = format!("{path}/cancel");
    let refused = world.post(&path, Some(&second), &cancel).await;
    assert_eq!(refusal(refused).await, (404, "order_unknown".to_owned()));
    let own = world.post(&path, Some(&first), &cancel).await;
    assert_eq!(own.status(), 200);
}
