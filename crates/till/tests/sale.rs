//! From a scan to a closed shift, over the till's own database.

mod support;

use comptoir_domain::quantity::Quantity;
use comptoir_till::wire::{ApiError, Code, ReceiptState, Screen, Sound, StepQuantity};
use support::*;

#[test]
fn a_cash_sale_gives_its_change_and_the_next_scan_is_the_next_order() {
    let bench = Bench::new();
    let mut core = bench.selling();
    let view = scan(&mut core, EGGS);
    assert_eq!(order(&view).total, minor(300));
    assert_eq!(view.sound.unwrap().kind, Sound::Added);
    let view = scan(&mut core, EGGS);
    assert_eq!(order(&view).lines.len(), 1);
    let view = scan(&mut core, HONEY);
    assert_eq!(order(&view).total, minor(1350));
    let view = core.pay_add(&bench.cash(2000)).unwrap();
    let done = done(&view);
    assert_eq!((done.total, done.change), (minor(1350), minor(650)));
    assert_eq!(done.receipt, ReceiptState::NotPrinted);
    assert!(
        done.receipt_number.starts_with("AR-"),
        "{}",
        done.receipt_number
    );
    assert!(done.receipt_number.ends_with("-1"));
    let view = scan(&mut core, HONEY);
    assert!(sell(&view).done.is_none());
    assert_eq!(order(&view).total, minor(750));
    assert_eq!(sell(&view).last_sale.as_ref().unwrap().change, minor(650));
}
