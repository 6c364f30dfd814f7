//! Folders and files that are not what they should be.

use std::path::Path;

use comptoir_till::wire::{Code, Screen};
use rusqlite::Connection;

use crate::support::host::{Host, scan};
use crate::support::hub::HONEY;
use crate::{Shop, content, sales_held};

#[test]
fn a_second_instance_says_so_and_leaves_the_first_alone() {
    let shop = Shop::quiet();
    let before = content(&shop.data());
    let second = Host::start(&shop.data());
    let Screen::Stopped(stopped) = second.view().screen else {
        panic!("two tills on one database");
    };
    assert_eq!(stopped.code, Code::AlreadyRunning);
    assert_eq!(
        second.refused("order_scan", &scan(HONEY)),
        Code::AlreadyRunning
    );
    assert_eq!(content(&shop.data()), before);
    shop.sell();
}

#[test]
fn a_folder_that_is_no_place_for_a_till_stops_it_with_a_word() {
    let host = Host::start(Path::new("/proc/no-such-till"));
    let Screen::Stopped(stopped) = host.view().screen else {
        panic!("a till in a folder that cannot be written");
    };
    // The system says that it is read only, or that there can be no such thing.
    assert!(
        matches!(stopped.code, Code::StorageReadOnly | Code::Internal),
        "{:?}",
        stopped.code
    );
}

#[test]
fn an_older_copy_put_back_repeats_no_number_and_the_server_keeps_every_sale() {
    let shop = Shop::open();
    shop.sell();
    let Shop { folder, hub, host } = shop;
    let data = folder.path().join("till");
    let copy = folder.path().join("copy.sqlite3");
    let live = data.join("till.sqlite3");
    Connection::open(&live)
        .unwrap()
        .execute("VACUUM INTO ?1", [copy.to_str().unwrap()])
        .unwrap();
    let shop = Shop { folder, hub, host };
    shop.sell();
    shop.sell();
    shop.host.sent_everything();
    let Shop { folder, hub, host } = shop;
    host.kill();
    for suffix in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(data.join(format!("till.sqlite3{suffix}")));
    }
    std::fs::copy(&copy, &live).unwrap();
    let host = Host::start(&data);
    let codes: Vec<Code> = host
        .view()
        .notices
        .iter()
        .map(|notice| notice.code)
        .collect();
    assert!(codes.contains(&Code::OlderCopyRestored), "{codes:?}");
    let shop = Shop { folder, hub, host };
    shop.sell();
    shop.host.sent_everything();
    let mut numbers: Vec<String> = shop
        .hub
        .things::<comptoir_domain::order::Order>("order")
        .into_iter()
        .map(|order| order.heading.number)
        .collect();
    assert_eq!(sales_held(&shop.hub), 4);
    assert_eq!(numbers.len(), 4, "each sale is an order, once");
    numbers.sort();
    numbers.dedup();
    assert_eq!(numbers.len(), 4, "no number twice");
    let journal = shop.hub.journal();
    assert!(journal.iter().all(|row| row.branch == 0), "and no fork");
}

#[test]
fn a_damaged_file_is_sold_from_no_more_and_left_as_it_is() {
    let shop = Shop::quiet();
    shop.sell();
    let (data, Shop { folder, host, .. }) = (shop.data(), shop);
    // The log is folded in, so that the damage is in the one file.
    let live = data.join("till.sqlite3");
    host.kill();
    let connection = Connection::open(&live).unwrap();
    connection
        .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
        .unwrap();
    drop(connection);
    let mut bytes = std::fs::read(&live).unwrap();
    let half = bytes.len() / 2;
    for byte in &mut bytes[half..] {
        *byte ^= 0x5a;
    }
    std::fs::write(&live, &bytes).unwrap();
    let host = Host::start(&data);
    let view = host.view();
    let Screen::Stopped(stopped) = view.screen else {
        panic!("a till on a damaged file");
    };
    assert_eq!(stopped.code, Code::StorageDamaged);
    assert_eq!(
        host.refused("order_scan", &scan(HONEY)),
        Code::StorageDamaged
    );
    drop(host);
    let left = std::fs::read(&live).unwrap();
    assert!(left == bytes, "whoever repairs it finds it as it was");
    drop(folder);
}
