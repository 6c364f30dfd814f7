//! An order that is open at one till, as another till sees it.

use comptoir_domain::ids::OrderId;
use comptoir_till::wire::{
    Contest, ContestView, ForWhom, OpenElsewhere, OpenOrder, OrdersQuery, PlaceOrder, TakeOver,
};

use crate::world::{BREAD, Hub, Station, settle};

const MINUTE: i64 = 60_000;

/// An order that waits, known at both tills.
fn waiting(hub: &mut Hub, a: &mut Station, b: &mut Station) -> OrderId {
    let slot = hub.slot();
    settle(hub, &mut [&mut *a, &mut *b]);
    a.scan(BREAD);
    let place = PlaceOrder {
        action: a.action(),
        slot,
        whom: ForWhom::New {
            name: "Jane Doyle".to_owned(),
            email: String::new(),
            phone: "0861234567".to_owned(),
        },
        note: None,
    };
    a.core().order_place(&place).unwrap();
    settle(hub, &mut [&mut *a, &mut *b]);
    let list = b.core().orders_list(&OrdersQuery::default()).unwrap();
    assert_eq!(list.orders.len(), 1);
    list.orders[0].order
}

fn open(station: &mut Station, order: OrderId) {
    let alone = false;
    station
        .core()
        .order_open(&OpenOrder { order, alone })
        .unwrap();
}

/// What the list says of it.
fn listed(station: &mut Station) -> Option<OpenElsewhere> {
    // How the line is comes with the view.
    station.view();
    let list = station.core().orders_list(&OrdersQuery::default()).unwrap();
    list.orders[0].open_elsewhere.clone()
}

fn contest(station: &mut Station) -> Option<ContestView> {
    station.order().placed.unwrap().contest
}

#[test]
fn an_order_in_somebodys_hands_is_seen_and_taken_over() {
    let mut hub = Hub::open();
    let mut a = Station::join(&mut hub, 1);
    let mut b = Station::join(&mut hub, 2);
    let order = waiting(&mut hub, &mut a, &mut b);
    assert_eq!((listed(&mut a), listed(&mut b)), (None, None));
    open(&mut a, order);
    settle(&hub, &mut [&mut a, &mut b]);
    let there = listed(&mut b).unwrap();
    assert_eq!(
        (there.till.as_str(), there.staff.as_deref()),
        ("T1", Some("Maud"))
    );
    assert!(!there.put_aside && hub.clock.now().ms_since(there.since) < 5 * MINUTE);
    assert_eq!(contest(&mut a), None);

    // Nothing is locked: it opens, and says so.
    hub.clock.advance(MINUTE);
    open(&mut b, order);
    let seen = contest(&mut b).unwrap();
    assert_eq!((seen.contest, seen.elsewhere), (Contest::Theirs, there));
    settle(&hub, &mut [&mut a, &mut b]);
    assert_eq!(contest(&mut a).unwrap().contest, Contest::Theirs);
    b.core().order_take_over(&TakeOver { order }).unwrap();
    assert_eq!(contest(&mut b).unwrap().contest, Contest::Ours);
    settle(&hub, &mut [&mut a, &mut b]);
    let taken = contest(&mut a).unwrap();
    assert_eq!(
        (taken.contest, taken.elsewhere.till.as_str()),
        (Contest::TakenOver, "T2")
    );

    // And back again, by the same key.
    hub.clock.advance(MINUTE);
    a.core().order_take_over(&TakeOver { order }).unwrap();
    settle(&hub, &mut [&mut a, &mut b]);
    assert_eq!(contest(&mut a).unwrap().contest, Contest::Ours);
    assert_eq!(contest(&mut b).unwrap().contest, Contest::TakenOver);

    // Who settles it, settles it; the other's screen follows.
    a.pays_cash(500);
    settle(&hub, &mut [&mut a, &mut b]);
    assert_eq!(contest(&mut b), None);
    let placed = b.order().placed.unwrap();
    assert!(placed.moved && placed.closed);
}

#[test]
fn what_is_put_aside_with_changes_is_told_as_that() {
    let mut hub = Hub::open();
    let mut a = Station::join(&mut hub, 1);
    let mut b = Station::join(&mut hub, 2);
    let order = waiting(&mut hub, &mut a, &mut b);
    open(&mut a, order);
    a.scan(BREAD);
    a.scan(BREAD);
    a.core().order_park().unwrap();
    settle(&hub, &mut [&mut a, &mut b]);
    assert!(listed(&mut b).unwrap().put_aside);
    // An order that waits is no sale that moves: it is opened where it is wanted.
    assert!(b.elsewhere().is_empty());
    open(&mut b, order);
    assert!(contest(&mut b).unwrap().elsewhere.put_aside);
}

#[test]
fn nothing_stale_is_shown() {
    let mut hub = Hub::open();
    let mut a = Station::join(&mut hub, 1);
    let mut b = Station::join(&mut hub, 2);
    let order = waiting(&mut hub, &mut a, &mut b);
    open(&mut a, order);
    settle(&hub, &mut [&mut a, &mut b]);
    // It stays open for long, and stays told.
    for _ in 0..4 {
        hub.clock.advance(5 * MINUTE);
        settle(&hub, &mut [&mut a, &mut b]);
        assert!(listed(&mut b).is_some());
    }
    // The till that has it is not heard of any more.
    hub.clock.advance(10 * MINUTE);
    b.talk(&hub);
    assert_eq!(listed(&mut b), None);
    a.talk(&hub);
    b.talk(&hub);
    assert!(listed(&mut b).is_some());
    // The line is cut here: what was told may be over.
    hub.stop();
    hub.clock.advance(1_001);
    b.exchange(&hub);
    assert_eq!(listed(&mut b), None);
    open(&mut b, order);
    assert_eq!(contest(&mut b), None);
    b.pays_cash(500);
    hub.serve();
}
