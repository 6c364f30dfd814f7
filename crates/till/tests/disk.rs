//! What reaches the disk: one sync for a sale, and a plain word when there is no room. One test after
//! the other: the counted disk is the process's.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

#[path = "support/disk.rs"]
mod disk;

use comptoir_till::wire::{ApiError, Code, DatabaseState};
use support::*;

#[test]
fn a_sale_is_one_sync_and_a_full_disk_loses_nothing() {
    disk::install();
    each_scan_and_each_sale_is_one_sync();
    a_full_disk_takes_the_reserve_and_then_says_so();
    a_disk_that_turns_read_only_says_so_and_sells_on_afterwards();
}

fn each_scan_and_each_sale_is_one_sync() {
    let bench = Bench::new();
    let mut core = bench.selling();
    // The first commit after a checkpoint pays for beginning the log anew.
    bench.sale(&mut core);
    for _ in 0..20 {
        for code in [EGGS, EGGS, HONEY] {
            let before = disk::syncs();
            scan(&mut core, code);
            assert_eq!(disk::syncs() - before, 1, "a scan");
        }
        let press = bench.cash(2000);
        let before = disk::syncs();
        core.pay_add(&press).unwrap();
        assert_eq!(disk::syncs() - before, 1, "a sale");
        let before = disk::syncs();
        core.pay_add(&press).unwrap();
        core.view().unwrap();
        assert_eq!(disk::syncs() - before, 0, "a repeated press");
    }
}

fn a_full_disk_takes_the_reserve_and_then_says_so() {
    let bench = Bench::new();
    let mut core = bench.selling();
    scan(&mut core, HONEY);
    let reserve = bench.directory().join("reserve");
    assert!(reserve.exists());
    disk::set_full(true);
    let press = bench.cash(1000);
    let error = ApiError::from(core.pay_add(&press).unwrap_err());
    assert_eq!(error.code, Code::DiskFull);
    assert!(
        !reserve.exists(),
        "the reserve was given back for a second try"
    );
    let view = core.view().unwrap();
    assert_eq!(order(&view).due, minor(750));
    assert_eq!(view.status.database, DatabaseState::SpaceLow);
    disk::set_full(false);
    let view = core.pay_add(&press).unwrap();
    assert_eq!(done(&view).change, minor(250));
    assert!(core.refill_reserve());
    assert_eq!(core.view().unwrap().status.database, DatabaseState::Healthy);
}

fn a_disk_that_turns_read_only_says_so_and_sells_on_afterwards() {
    let bench = Bench::new();
    let mut core = bench.selling();
    let before = bench.sale(&mut core);
    scan(&mut core, HONEY);
    disk::set_unwritable(true);
    let press = bench.cash(1000);
    let error = ApiError::from(core.pay_add(&press).unwrap_err());
    assert_eq!(error.code, Code::StorageReadOnly);
    let view = core.view().unwrap();
    assert_eq!(order(&view).due, minor(750), "nothing was taken as paid");
    disk::set_unwritable(false);
    let view = core.pay_add(&press).unwrap();
    assert_eq!(done(&view).change, minor(250));
    assert_ne!(done(&view).receipt_number, done(&before).receipt_number);
}
