//! Clocks that are years off: the till says so, and sells.

use comptoir_domain::money::Money;
use comptoir_till::wire::Code;

use crate::sales_held;
use crate::support::eventually;
use crate::support::host::{Host, cash, scan, selling};
use crate::support::hub::{HONEY, Hub};

const YEAR_MS: i64 = 365 * 24 * 3_600_000;

fn says(host: &Host, code: Code) {
    eventually("the screen says that the clock is off", || {
        let notices = host.view().notices;
        notices
            .iter()
            .any(|notice| notice.code == code)
            .then_some(())
    });
}

#[test]
fn a_till_years_off_joins_sells_and_is_heard() {
    for (number, ahead_ms) in [3 * YEAR_MS, -3 * YEAR_MS].into_iter().enumerate() {
        let folder = tempfile::tempdir().unwrap();
        let hub = Hub::open(&folder.path().join("server"));
        let host = Host::start_with_clock(&folder.path().join("till"), ahead_ms);
        host.begin(&hub.address(), &hub.code());
        eventually("its clock is measured", || {
            let status = host.view().status;
            let off = status.clock_offset_ms?;
            assert!(status.clock_off, "{number}: {off}");
            ((off - ahead_ms).abs() < 3_600_000).then_some(())
        });
        host.done("order_scan", &scan(HONEY));
        let view = host.done("pay_add", &cash(Money::minor(1000)));
        assert!(selling(&view).done.is_some(), "{number}");
        host.sent_everything();
        assert_eq!(sales_held(&hub), 1, "{number}");
    }
}

#[test]
fn a_clock_set_back_by_years_between_two_sales_loses_and_repeats_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let hub = Hub::open(&folder.path().join("server"));
    let data = folder.path().join("till");
    let host = Host::start(&data);
    host.begin(&hub.address(), &hub.code());
    let sell = |host: &Host| {
        host.done("order_scan", &scan(HONEY));
        let view = host.done("pay_add", &cash(Money::minor(1000)));
        assert!(selling(&view).done.is_some());
    };
    sell(&host);
    // In the middle of the next sale the machine is started again, with an empty battery.
    host.done("order_scan", &scan(HONEY));
    host.kill();
    let host = Host::start_with_clock(&data, -9 * YEAR_MS);
    says(&host, Code::ClockBeforeLastSale);
    says(&host, Code::ClockOff);
    let view = host.done("pay_add", &cash(Money::minor(1000)));
    assert!(selling(&view).done.is_some(), "the order is still there");
    host.sent_everything();
    host.kill();
    let host = Host::start(&data);
    host.sent_everything();
    assert_eq!(sales_held(&hub), 2);
    let journal = hub.journal();
    assert!(journal.iter().all(|row| row.branch == 0), "no fork");
}
