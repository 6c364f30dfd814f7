//! The line between till and server at its worst, with both in processes of their own: cut in the middle
//! of an upload, and one journal sent from two places.

#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

mod support;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use comptoir_domain::money::Money;
use comptoir_domain::order::Order;
use comptoir_domain::quantity::Quantity;
use comptoir_domain::shift::Shift;
use comptoir_domain::stock::StockLevel;
use comptoir_sync::feed::EntityKind;
use serde_json::json;
use support::host::{Host, cash, scan};
use support::hub::{BREAD, EGGS, Hub, STOCK};

const SALES: usize = 50;

/// Sells so many loaves one by one, for 4.20 each.
fn sell(host: &Host, sales: usize) {
    for _ in 0..sales {
        host.done("order_scan", &scan(BREAD));
        host.done("pay_add", &cash(Money::minor(500)));
    }
}

fn sold_once_each(hub: &Hub, sales: usize) {
    let orders: Vec<Order> = hub.things(EntityKind::ORDER);
    assert_eq!(orders.len(), sales);
    assert!(orders.iter().all(|order| order.collections.len() == 1));
    let bread = hub.variants[0].id;
    let levels: Vec<StockLevel> = hub.things(EntityKind::STOCK);
    let level = levels.iter().find(|level| level.variant == bread).unwrap();
    let left = i64::try_from(sales).map(|sales| STOCK - sales).unwrap();
    assert_eq!(level.on_hand, Quantity::pieces(left));
}

#[test]
fn fifty_sales_arrive_in_their_own_shift_though_the_line_is_cut_again_and_again() {
    let folder = tempfile::tempdir().unwrap();
    let mut hub = Hub::open(&folder.path().join("server"));
    let host = Host::start(&folder.path().join("till"));
    host.begin(&hub.address(), &hub.code());
    host.sent_everything();
    hub.kill();
    sell(&host, SALES);
    assert!(host.view().status.unsent >= SALES as u32);
    let mut random = fastrand::Rng::with_seed(7);
    for _ in 0..8 {
        hub.serve();
        host.done("sync_now", &json!({}));
        std::thread::sleep(Duration::from_micros(random.u64(0..20_000)));
        hub.kill();
    }
    hub.serve();
    host.sent_everything();
    sold_once_each(&hub, SALES);
    let shifts: Vec<Shift> = hub.things(EntityKind::SHIFT);
    let [shift] = shifts.as_slice() else {
        panic!("one shift, not {}", shifts.len());
    };
    let total = Money::minor(420 * i64::try_from(SALES).unwrap());
    assert_eq!(shift.sales as usize, SALES);
    assert_eq!((shift.turnover.gross, shift.money_total()), (total, total));
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for found in std::fs::read_dir(from).unwrap() {
        let found = found.unwrap();
        let target = to.join(found.file_name());
        if found.file_type().unwrap().is_dir() {
            copy(&found.path(), &target);
        } else {
            std::fs::copy(found.path(), target).unwrap();
        }
    }
}

/// Where a till's key lies.
fn beside(data: &Path) -> PathBuf {
    let mut name = data.as_os_str().to_owned();
    name.push(".keys");
    PathBuf::from(name)
}

#[test]
fn one_journal_sent_by_two_processes_counts_once() {
    let folder = tempfile::tempdir().unwrap();
    let mut hub = Hub::open(&folder.path().join("server"));
    let first = folder.path().join("till");
    let host = Host::start(&first);
    host.begin(&hub.address(), &hub.code());
    host.sent_everything();
    hub.kill();
    sell(&host, 10);
    host.kill();
    let second = folder.path().join("copy");
    copy(&first, &second);
    copy(&beside(&first), &beside(&second));
    let (one, other) = (Host::start(&first), Host::start(&second));
    hub.serve();
    std::thread::scope(|scope| {
        scope.spawn(|| one.sent_everything());
        scope.spawn(|| other.sent_everything());
    });
    sold_once_each(&hub, 10);
}

#[test]
fn the_till_shows_what_the_shop_can_still_promise() {
    let folder = tempfile::tempdir().unwrap();
    let hub = Hub::open(&folder.path().join("server"));
    let tills: Vec<Host> = ["a", "b"]
        .map(|name| {
            let host = Host::start(&folder.path().join(name));
            host.begin(&hub.address(), &hub.code());
            host
        })
        .into();
    for _ in 0..3 {
        tills[0].done("order_scan", &scan(EGGS));
    }
    tills[0].done("pay_add", &cash(Money::minor(900)));
    tills[0].sent_everything();
    let promised = |host: &Host| {
        let found: BTreeMap<String, serde_json::Value> = host
            .call(
                "product_search",
                &json!({ "text": "eggs", "category": null, "limit": 5 }),
            )
            .unwrap();
        found["products"][0]["available"].as_i64()
    };
    let left = (STOCK - 3) * 1000;
    support::eventually("the other till sees the three boxes gone", || {
        (promised(&tills[1]) == Some(left)).then_some(())
    });
    assert_eq!(promised(&tills[0]), Some(left), "never counted twice");
}
