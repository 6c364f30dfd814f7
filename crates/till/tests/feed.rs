//! Pulling the hub's state: pages, checkpoints, first loads that break off, sums that differ.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod shop;

use comptoir_domain::country::Country;
use comptoir_domain::event::Event;
use comptoir_domain::ids::{HubId, LocationId, OrderId, VariantId};
use comptoir_domain::order::{Channel, Order, OrderHeading};
use comptoir_domain::settings::HubSettings;
use comptoir_domain::staff::{Role, Staff};
use comptoir_domain::tax::TaxMode;
use comptoir_sync::feed::{Cursor, EntityKind, EpochPosition};
use comptoir_till::catalogue;
use comptoir_till::feed::{self, Inbox, Phase, Taken};
use comptoir_till::wire::OrdersQuery;
use shop::hub::Hub;
use shop::{NOON, Shop, product, variant, variant_id};
use uuid::Uuid;

fn price(shop: &Shop, id: VariantId) -> Option<i64> {
    let variant = catalogue::variant(shop.core.connection(), id).unwrap()?;
    Some(variant.price?.minor_units())
}

#[test]
fn page_is_an_exact_multiple_of_the_limit() {
    for limit in [1, 2, 3, 4, 5, 12, 13, 100] {
        let hub = Hub::with_products(6);
        let mut shop = Shop::new();
        shop.pull_all(&hub, limit);
        shop.assert_equals(&hub);
        assert_eq!(shop.found("apple").len(), 6, "limit {limit}");
        assert!(!shop.feed_state().is_behind());
    }
}

#[test]
fn an_empty_page_is_a_checkpoint_and_no_loop() {
    let mut shop = Shop::new();
    let hub = Hub::new();
    assert_eq!(shop.pull(&hub, 10), Some(Taken::Checkpoint));
    shop.work();
    assert_eq!(shop.feed_state().phase, Phase::Live);
    assert_eq!(shop.pull(&hub, 10), Some(Taken::Checkpoint));

    // A page that is empty, not the last, and gets nowhere is a fault of the sender.
    let busy = Hub::with_products(2);
    let mut page = busy.page(None, 10);
    page.items.clear();
    page.next = shop.feed_state().cursor().unwrap();
    assert_eq!(shop.take(page), Taken::Faulty);
}

#[test]
fn a_hole_below_the_head_is_found_by_the_sum_and_repaired() {
    let hub = Hub::with_products(5);
    let mut shop = Shop::new();
    let mut page = hub.page(None, 100);
    page.items.remove(3);
    assert_eq!(shop.take(page), Taken::Mismatch);
    shop.pull_all(&hub, 4);
    shop.assert_equals(&hub);
}

#[test]
fn a_sum_that_differs_later_loads_all_anew_while_the_old_state_is_shown() {
    let mut hub = Hub::with_products(400);
    let mut shop = Shop::new();
    shop.pull_all(&hub, 1000);
    hub.put_product(3, "Pear 3", 250);
    hub.delete(EntityKind::VARIANT, &variant_id(7).to_string());
    let mut page = hub.page(shop.feed_state().cursor().as_ref(), 100);
    page.items.remove(1);
    assert_eq!(shop.take(page), Taken::Mismatch);
    assert_eq!(price(&shop, variant_id(3)), Some(100));

    // Until the last page is in, nothing of the new state shows.
    assert_eq!(shop.pull(&hub, 790), Some(Taken::Page));
    assert_eq!(price(&shop, variant_id(3)), Some(100));
    assert_eq!(shop.pull(&hub, 790), Some(Taken::Checkpoint));
    // At the checkpoint all of it does, although most rows are still to be moved.
    assert_eq!(shop.feed_state().phase, Phase::Replacing);
    assert_eq!(price(&shop, variant_id(3)), Some(250));
    assert_eq!(price(&shop, variant_id(7)), None);
    shop.work();
    shop.assert_equals(&hub);
    assert_eq!(shop.found("pear"), ["Pear 3"]);
    assert!(shop.found("apple 7").iter().all(|name| name != "Apple 7"));
}

#[test]
fn tombstones_take_rows_and_their_words_away() {
    let mut hub = Hub::with_products(3);
    let mut shop = Shop::new();
    shop.pull_all(&hub, 100);
    hub.delete(EntityKind::VARIANT, &variant_id(2).to_string());
    shop.pull_all(&hub, 100);
    shop.assert_equals(&hub);
    assert_eq!(shop.found("apple"), ["Apple 1", "Apple 3"]);
}

#[test]
fn tombstones_do_not_hold_up_a_first_load() {
    let mut hub = Hub::with_products(50);
    for number in 1..=49 {
        hub.delete(EntityKind::VARIANT, &variant_id(number).to_string());
    }
    let mut shop = Shop::new();
    shop.pull_all(&hub, 7);
    shop.assert_equals(&hub);
}

#[test]
fn a_row_that_moves_to_the_tail_while_pages_are_read_is_taken_once() {
    let mut hub = Hub::with_products(10);
    let mut shop = Shop::new();
    shop.pull(&hub, 5);
    hub.put_product(1, "Apple 1", 300);
    hub.delete(EntityKind::VARIANT, &variant_id(2).to_string());
    shop.pull_all(&hub, 5);
    shop.assert_equals(&hub);

    // The same while changes of a live state are staged.
    for number in 1..=10 {
        hub.put_product(number, &format!("Apple {number}"), 400);
    }
    shop.pull(&hub, 5);
    assert_eq!(price(&shop, variant_id(1)), Some(300));
    hub.put_product(1, "Apple 1", 500);
    hub.delete(EntityKind::VARIANT, &variant_id(3).to_string());
    shop.pull_all(&hub, 5);
    shop.assert_equals(&hub);
    assert_eq!(price(&shop, variant_id(1)), Some(500));
}

#[test]
fn an_interrupted_first_load_goes_on_where_it_was() {
    let hub = Hub::with_products(3000);
    let mut shop = Shop::new();
    let mut inbox = Inbox::new(hub.page(None, 5000), None);
    assert_eq!(inbox.step(&mut shop.core).unwrap(), Taken::More);
    let mut shop = shop.restarted();
    let state = shop.feed_state();
    assert_eq!((state.phase, state.position), (Phase::Loading, 1000));
    assert_eq!(shop.pull(&hub, 5000), Some(Taken::Checkpoint));
    assert_eq!(shop.feed_state().phase, Phase::Indexing);
    feed::work(&mut shop.core).unwrap();
    let mut shop = shop.restarted();
    shop.work();
    shop.assert_equals(&hub);
    assert_eq!(shop.found("apple 2999"), ["Apple 2999"]);
}

#[test]
fn a_full_disk_in_the_first_load_leaves_a_state_that_goes_on() {
    let hub = Hub::with_products(2000);
    let mut shop = Shop::new();
    assert_eq!(shop.pull(&hub, 1000), Some(Taken::Page));
    let before = shop.feed_state();
    let connection = shop.core.connection();
    let pages: i64 = connection
        .pragma_query_value(None, "page_count", |row| row.get(0))
        .unwrap();
    connection
        .pragma_update_and_check(None, "max_page_count", pages + 2, |_| Ok(()))
        .unwrap();
    let mut inbox = Inbox::new(hub.page(before.cursor().as_ref(), 1000), before.cursor());
    assert!(inbox.step(&mut shop.core).is_err());
    assert_eq!(shop.feed_state(), before);
    shop.core
        .connection()
        .pragma_update_and_check(None, "max_page_count", 1_000_000, |_| Ok(()))
        .unwrap();
    shop.pull_all(&hub, 1000);
    shop.assert_equals(&hub);
}

#[test]
fn an_answer_that_comes_twice_or_late_changes_nothing() {
    let mut hub = Hub::with_products(5);
    let mut shop = Shop::new();
    shop.pull_all(&hub, 100);
    let since = shop.feed_state().cursor();
    hub.put_product(1, "Apple 1", 200);
    let page = hub.page(since.as_ref(), 100);
    let mut first = Inbox::new(page.clone(), since.clone());
    let mut again = Inbox::new(page, since);
    assert_eq!(first.step(&mut shop.core).unwrap(), Taken::Checkpoint);
    hub.put_product(1, "Apple 1", 300);
    shop.pull_all(&hub, 100);
    assert_eq!(again.step(&mut shop.core).unwrap(), Taken::Stale);
    assert_eq!(price(&shop, variant_id(1)), Some(300));
    shop.assert_equals(&hub);
}

#[test]
fn a_price_list_takes_effect_at_one_moment() {
    let mut hub = Hub::with_products(500);
    let mut shop = Shop::new();
    shop.pull_all(&hub, 10_000);
    for number in 1..=500 {
        hub.put_product(number, &format!("Apple {number}"), 200);
    }
    assert_eq!(shop.pull(&hub, 600), Some(Taken::Page));
    let all_at = |shop: &Shop, amount| {
        (1..=500).all(|number| price(shop, variant_id(number)) == Some(amount))
    };
    assert!(all_at(&shop, 100));
    assert_eq!(shop.pull(&hub, 600), Some(Taken::Checkpoint));
    let mut slices = 0;
    loop {
        assert!(all_at(&shop, 200), "after {slices} slices");
        // What lies on top is there after a restart too.
        if slices == 2 {
            shop = shop.restarted();
        }
        if !feed::work(&mut shop.core).unwrap() {
            break;
        }
        slices += 1;
    }
    assert!(slices > 5, "{slices}");
    shop.assert_equals(&hub);
}

#[test]
fn a_restored_server_begins_another_life_of_the_feed() {
    let mut hub = Hub::with_products(20);
    let mut shop = Shop::new();
    shop.pull_all(&hub, 7);
    hub.delete(EntityKind::VARIANT, &variant_id(20).to_string());
    hub.restored();
    hub.put_product(21, "Plum", 10);
    assert_eq!(shop.pull(&hub, 7), None);
    assert_eq!(price(&shop, variant_id(20)), Some(100));
    shop.pull_all(&hub, 7);
    shop.assert_equals(&hub);
    assert_eq!(price(&shop, variant_id(20)), None);
    assert_eq!(shop.found("plum"), ["Plum"]);
}

#[test]
fn kinds_and_fields_of_a_newer_version_are_kept() {
    let mut hub = Hub::with_products(1);
    hub.put("hologram", "7", &serde_json::json!({"shape": "cone"}));
    hub.put(
        EntityKind::VARIANT,
        "later",
        &serde_json::json!({"id": "later", "made_of": "light"}),
    );
    let mut shop = Shop::new();
    shop.pull_all(&hub, 100);
    shop.assert_equals(&hub);
    assert_eq!(
        feed::body(shop.core.connection(), "hologram", "7")
            .unwrap()
            .as_deref(),
        Some(r#"{"shape":"cone"}"#)
    );
    assert_eq!(shop.found("apple"), ["Apple 1"]);
}

#[test]
fn a_page_that_contradicts_itself_is_refused_whole() {
    let hub = Hub::with_products(5);
    let mut shop = Shop::new();
    let sound = hub.page(None, 100);
    let mut backwards = sound.clone();
    backwards.items.reverse();
    let mut beyond = sound.clone();
    beyond.next.position = 3;
    for page in [backwards, beyond] {
        assert_eq!(shop.take(page), Taken::Faulty);
    }
    shop.take(sound.clone());
    shop.work();
    let mut elsewhere = sound;
    elsewhere.next = Cursor {
        feed_epoch: "another".to_owned(),
        position: 100,
    };
    assert_eq!(shop.take(elsewhere), Taken::Faulty);
    shop.assert_equals(&hub);
}

#[test]
fn a_till_that_worked_alone_takes_the_hubs_products_by_their_codes() {
    let mut shop = Shop::new();
    let texts = product(901, "Appels", "Fruit");
    let mut own = variant(901, &texts, "Appels");
    own.code = "P-0002".to_owned();
    shop.put(&texts, &own);
    let rare = product(902, "Medlar", "Fruit");
    shop.put(&rare, &variant(902, &rare, "Medlar"));
    let person = |number: u128, name: &str| Staff {
        id: comptoir_domain::ids::StaffId::from_uuid(Uuid::from_u128(number)),
        name: name.to_owned(),
        role: Role::Manager,
        pin_hash: Some("hash".to_owned()),
        active: true,
        language: None,
    };
    let local = person(1, "Own");
    shop.core
        .transaction(|tx| {
            feed::put_local(tx, EntityKind::STAFF, &local.id.to_string(), &local)?;
            catalogue::count_uses(tx, [variant_id(901)])
        })
        .unwrap();

    let mut hub = Hub::with_products(3);
    let hubs = person(2, "Hub");
    hub.put(EntityKind::STAFF, &hubs.id.to_string(), &hubs);
    shop.pull_all(&hub, 100);
    shop.assert_equals(&hub);
    let connection = shop.core.connection();
    let found = catalogue::variant(connection, variant_id(901))
        .unwrap()
        .unwrap();
    assert_eq!(found.id, variant_id(2));
    assert_eq!(catalogue::uses(connection, variant_id(2)).unwrap(), 1);
    assert!(shop.found("appels").iter().all(|name| name != "Appels"));
    assert_eq!(shop.found("medlar"), ["Medlar"]);
    let staff: Vec<Staff> = feed::entities(connection, EntityKind::STAFF).unwrap();
    assert_eq!(staff, [hubs]);
}

fn waiting_order(number: u128) -> Order {
    let heading = OrderHeading {
        id: OrderId::from_uuid(Uuid::from_u128(number)),
        number: format!("O-{number}"),
        channel: Channel::Shop,
        location: LocationId::from_uuid(Uuid::from_u128(1)),
        customer: None,
        slot: None,
        tax_mode: TaxMode::Inclusive,
    };
    let mut order = Order::draft(heading);
    order.milestones.placed_at = Some(NOON);
    order
}

fn put_order(hub: &mut Hub, order: &Order) {
    hub.put(EntityKind::ORDER, &order.id().to_string(), order);
}

/// The numbers of the orders that wait, as the list shows them.
fn waiting(shop: &Shop) -> Vec<String> {
    let view = shop.core.orders_list(&OrdersQuery::default()).unwrap();
    view.orders.into_iter().map(|card| card.number).collect()
}

#[test]
fn orders_are_listed_as_the_hub_has_them() {
    let mut hub = Hub::with_products(1);
    let country = Country::from_code("FR").unwrap();
    let id = HubId::from_uuid(Uuid::from_u128(9));
    let settings = HubSettings::for_country(id, "Hub", country).unwrap();
    hub.put(EntityKind::SETTINGS, &id.to_string(), &settings);
    for number in 10..13 {
        put_order(&mut hub, &waiting_order(number));
    }
    let mut shop = Shop::new();
    shop.pull_all(&hub, 4);
    assert_eq!(waiting(&shop), ["O-10", "O-11", "O-12"]);

    // One is cancelled, one is forgotten, one comes.
    let mut cancelled = waiting_order(10);
    cancelled.milestones.expired_at = Some(NOON);
    put_order(&mut hub, &cancelled);
    hub.delete(EntityKind::ORDER, &waiting_order(11).id().to_string());
    put_order(&mut hub, &waiting_order(13));
    shop.pull_all(&hub, 4);
    assert_eq!(waiting(&shop), ["O-12", "O-13"]);

    // More than is moved at once, then everything anew.
    for number in 20..120 {
        put_order(&mut hub, &waiting_order(number));
    }
    shop.pull_all(&hub, 30);
    assert_eq!(waiting(&shop).len(), 102);
    for number in 20..119 {
        hub.delete(EntityKind::ORDER, &waiting_order(number).id().to_string());
    }
    hub.restored();
    shop.pull_all(&hub, 30);
    shop.pull_all(&hub, 30);
    assert_eq!(waiting(&shop), ["O-119", "O-12", "O-13"]);
}

#[test]
fn what_the_till_did_to_an_order_is_listed_until_the_hub_says_more() {
    let mut hub = Hub::with_products(1);
    let country = Country::from_code("FR").unwrap();
    let id = HubId::from_uuid(Uuid::from_u128(9));
    let settings = HubSettings::for_country(id, "Hub", country).unwrap();
    hub.put(EntityKind::SETTINGS, &id.to_string(), &settings);
    let mut order = waiting_order(10);
    put_order(&mut hub, &order);
    let mut shop = Shop::new();
    shop.pull_all(&hub, 10);
    let ready = Event::OrderReady {
        order: order.id(),
        basket: Some("B1".to_owned()),
    };
    shop.core.record("order_ready", vec![ready]).unwrap();
    let basket = |shop: &Shop| {
        let view = shop.core.orders_list(&OrdersQuery::default()).unwrap();
        view.orders[0].basket.clone()
    };
    assert_eq!(basket(&shop).as_deref(), Some("B1"));

    // The hub does not know of it yet: its own change does not undo it.
    order.heading.number = "O-10a".to_owned();
    put_order(&mut hub, &order);
    shop.pull_all(&hub, 10);
    assert_eq!(waiting(&shop), ["O-10a"]);
    assert_eq!(basket(&shop).as_deref(), Some("B1"));

    // It does now, and somebody moved the basket since.
    order.milestones.basket = Some("B2".to_owned());
    put_order(&mut hub, &order);
    let last: (String, i64) = shop
        .core
        .connection()
        .query_row("SELECT epoch, max(seq) FROM journal", [], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .unwrap();
    hub.included.through = vec![EpochPosition {
        epoch: last.0.parse().unwrap(),
        seq: last.1.unsigned_abs(),
    }];
    shop.pull_all(&hub, 10);
    assert_eq!(basket(&shop).as_deref(), Some("B2"));
}
