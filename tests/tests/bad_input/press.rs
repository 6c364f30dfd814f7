//! Scans, quantities, payments and requests that cannot be meant.

use comptoir_domain::money::Money;
use comptoir_domain::quantity::Quantity;
use comptoir_till::wire::{AddVariant, Code, PayAdd, SetQuantity, Sound, StepQuantity, TillView};
use rusqlite::types::Value;

use crate::support::action;
use crate::support::host::{cash, scan, scan_many, selling};
use crate::support::hub::{BREAD, GIFT, HONEY};
use crate::{Shop, content};

#[test]
fn a_hostile_barcode_sounds_and_changes_nothing() {
    let shop = Shop::quiet();
    shop.host.done("order_scan", &scan(HONEY));
    let before = content(&shop.data());
    let hostile = [
        String::new(),
        "9".repeat(10_000),
        "x".repeat(10_000),
        "é".repeat(10_000),
        (0u8..32).map(char::from).collect(),
        "\u{7f}\u{80}\u{9f}".to_owned(),
        "\u{1b}[2J\u{1b}p0".to_owned(),
        "\u{1d}01\u{1d}\u{1d}10".to_owned(),
        "]C1\u{1d}0".to_owned(),
        format!("]E0{HONEY}{HONEY}"),
        "\u{202e}9300000000002\u{feff}".to_owned(),
        "'; DROP TABLE journal; --".to_owned(),
        "*\" OR NEAR(".to_owned(),
        // Honey's number with a damaged digit.
        "2000000000030".to_owned(),
        "-1".to_owned(),
        "1e12".to_owned(),
    ];
    for code in &hostile {
        let view = shop.host.done("order_scan", &scan(code));
        let said = format!("{:.40?}", code);
        assert_eq!(view.sound.unwrap().kind, Sound::Unknown, "{said}");
        assert!(
            matches!(
                view.notices[0].code,
                Code::CodeUnknown | Code::CodeUnreadable
            ),
            "{said}"
        );
        assert_eq!(content(&shop.data()), before, "{said}");
    }
    let view = shop.host.done("order_scan", &scan(BREAD));
    let total = selling(&view).order.as_ref().unwrap().total;
    assert_eq!(total, Money::minor(1170), "it goes on");
}

#[test]
fn a_quantity_that_cannot_be_sold_changes_nothing() {
    let shop = Shop::quiet();
    let view = shop.host.done("order_scan", &scan(HONEY));
    let order = selling(&view).order.clone().unwrap();
    let (line, variant) = (order.lines[0].id, order.lines[0].variant);
    let before = content(&shop.data());
    let host = &shop.host;
    let impossible = [
        0,
        -1000,
        1_000_000_000_000,
        1_000_000_000_000_000,
        9_007_199_254_740_991,
        -9_007_199_254_740_991,
    ];
    for thousandths in impossible {
        let quantity = Quantity::thousandths(thousandths);
        let mut scanned = scan_many(BREAD, thousandths);
        scanned.confirmed = true;
        let added = AddVariant {
            variant,
            quantity: Some(quantity),
            confirmed: true,
        };
        let scanned = host.refused("order_scan", &scanned);
        let added = host.refused("order_add_variant", &added);
        let refused = [Code::QuantityInvalid; 2];
        assert_eq!([scanned, added], refused, "{thousandths}");
    }
    // A typed zero takes the line off, as its key does, and so does a step below it.
    for thousandths in &impossible[1..] {
        let quantity = Quantity::thousandths(*thousandths);
        let set = SetQuantity {
            line,
            quantity,
            confirmed: true,
        };
        let set = host.refused("order_set_quantity", &set);
        assert_eq!(set, Code::QuantityInvalid, "{thousandths}");
        if quantity.is_positive() {
            let step = StepQuantity {
                line,
                delta: quantity,
            };
            let step = host.refused("order_step_quantity", &step);
            assert_eq!(step, Code::QuantityInvalid, "{thousandths}");
        }
    }
    assert_eq!(
        host.refused("order_scan", &scan_many(BREAD, 1500)),
        Code::QuantityNotWhole
    );
    assert_eq!(
        host.refused("order_scan", &scan_many(BREAD, 100_000)),
        Code::QuantityUnusual
    );
    assert_eq!(content(&shop.data()), before);
}

#[test]
fn without_a_price_nothing_is_sold() {
    let shop = Shop::quiet();
    let before = content(&shop.data());
    assert_eq!(
        shop.host.refused("order_scan", &scan(GIFT)),
        Code::PriceMissing
    );
    let gift = AddVariant {
        variant: shop.hub.variants[3].id,
        quantity: None,
        confirmed: true,
    };
    assert_eq!(
        shop.host.refused("order_add_variant", &gift),
        Code::PriceMissing
    );
    assert_eq!(content(&shop.data()), before);
}

#[test]
fn a_payment_that_cannot_be_meant_changes_nothing() {
    let shop = Shop::quiet();
    let host = &shop.host;
    host.done("order_scan", &scan(HONEY));
    let before = content(&shop.data());
    let most = 9_007_199_254_740_991;
    let tendered = |amount: i64| cash(Money::minor(amount));
    let card = |amount: i64| PayAdd {
        tender: "card_standalone".to_owned(),
        amount: Some(Money::minor(amount)),
        tendered: None,
        ..cash(Money::ZERO)
    };
    for (press, code) in [
        (tendered(749), Code::TenderedTooSmall),
        (tendered(0), Code::TenderedTooSmall),
        (tendered(-1000), Code::TenderedTooSmall),
        (card(0), Code::AmountInvalid),
        (card(-750), Code::AmountInvalid),
        (card(751), Code::AmountAboveDue),
        (card(most), Code::AmountTooLarge),
        (
            PayAdd {
                confirmed: false,
                ..tendered(most)
            },
            Code::TenderedUnusual,
        ),
        (
            PayAdd {
                tender: "shells".to_owned(),
                ..card(750)
            },
            Code::TenderUnknown,
        ),
    ] {
        assert_eq!(host.refused("pay_add", &press), code, "{press:?}");
        assert_eq!(content(&shop.data()), before, "{press:?}");
    }
}

#[test]
fn presses_at_the_same_moment_sell_once() {
    let shop = Shop::quiet();
    let line = shop.host.line();
    for alike in [true, false] {
        shop.host.done("order_scan", &scan(HONEY));
        let first = cash(Money::minor(1000));
        let presses: Vec<PayAdd> = (0..8)
            .map(|_| match alike {
                true => first.clone(),
                false => cash(Money::minor(1000)),
            })
            .collect();
        std::thread::scope(|scope| {
            for press in &presses {
                let line = line.clone();
                scope.spawn(move || {
                    let answer: Result<TillView, _> = line.call("pay_add", press);
                    assert!(answer.is_ok() || !alike, "a repeated press is no mistake");
                });
            }
        });
        assert!(selling(&shop.host.view()).done.is_some());
    }
    let sales = &content(&shop.data())["sequence"];
    assert!(
        sales.iter().any(|row| row.contains(&Value::Integer(2))),
        "two receipts were numbered: {sales:?}"
    );
    let entries = shop.host.status().entries;
    let sold = entries.iter().filter(|entry| entry.number.is_some());
    assert_eq!(sold.count(), 2);
}

#[test]
fn a_request_that_cannot_be_read_changes_nothing() {
    let shop = Shop::quiet();
    shop.host.done("order_scan", &scan(HONEY));
    let before = content(&shop.data());
    let line = shop.host.line();
    let id = action();
    for (command, body) in [
        ("order_scan", "{".to_owned()),
        ("order_scan", "[]".to_owned()),
        ("order_scan", "{}".to_owned()),
        ("order_scan", r#"{"code":7,"confirmed":false}"#.to_owned()),
        (
            "order_scan",
            format!(r#"{{"code":"{HONEY}","quantity":1.5,"confirmed":true}}"#),
        ),
        (
            "order_scan",
            format!(r#"{{"code":"{HONEY}","quantity":1e12,"confirmed":true}}"#),
        ),
        (
            "order_scan",
            format!(r#"{{"code":"{HONEY}","quantity":99999999999999999999,"confirmed":true}}"#),
        ),
        (
            "pay_add",
            format!(r#"{{"action":"{id}","tender":"cash","tendered":1000.5,"confirmed":true}}"#),
        ),
        (
            "pay_add",
            r#"{"action":"x","tender":"cash","confirmed":true}"#.to_owned(),
        ),
        ("no_such_command", "{}".to_owned()),
        ("order_scan", "[".repeat(60_000)),
    ] {
        let (status, answer) = line.send(command, &body).unwrap();
        assert!(
            matches!(status, 400 | 409),
            "{command} {body:.80}: {status}"
        );
        assert!(answer.contains("bad_request"), "{answer}");
        assert_eq!(content(&shop.data()), before, "{command} {body:.80}");
    }
    let (status, _) = line.send("order_scan", &"9".repeat(70_000)).unwrap();
    assert_eq!(status, 413, "too much at once");
    assert_eq!(content(&shop.data()), before);
}
