//! What customers do in the shop: place, change and cancel until the cut-off, and never more than is
//! there.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

use std::collections::BTreeSet;

use comptoir_domain::books::Books;
use comptoir_domain::decide::{self, CustomerChange, Making, NewOrder, Shelf, SlotState, Wish};
use comptoir_domain::event::Event;
use comptoir_domain::ids::{OrderId, SlotId, VariantId};
use comptoir_domain::order::{Channel, Fulfilment, OrderHeading};
use comptoir_domain::price::PriceName;
use comptoir_domain::quantity::Quantity;
use comptoir_domain::refusal::{Refusal, RefusalCode};
use comptoir_domain::slot::Slot;
use comptoir_domain::time::Timestamp;
use proptest::prelude::*;
use support::*;

struct Shop {
    bench: Bench,
    server: Side,
    slot: Slot,
    unlimited: BTreeSet<VariantId>,
}

impl Shop {
    fn open() -> Shop {
        let bench = Bench::new();
        let mut server = Side::server();
        server.record("stock_moved", vec![bench.opening_stock()]);
        let slot = Slot {
            id: SlotId::from_uuid(id(60)),
            location: bench.location,
            starts_at: MONDAY.plus_ms(5 * DAY_MS),
            ends_at: MONDAY.plus_ms(5 * DAY_MS + 3_600_000),
            orders_until: MONDAY.plus_ms(4 * DAY_MS),
            capacity: None,
            active: true,
        };
        Shop {
            bench,
            server,
            slot,
            unlimited: BTreeSet::new(),
        }
    }

    fn decide(
        &mut self,
        decision: impl FnOnce(&Bench, Shelf<'_>, &Slot, &mut Making<'_>) -> Result<Vec<Event>, Refusal>,
    ) -> Result<Vec<Event>, Refusal> {
        let shelf = Shelf {
            books: &self.server.books,
            unlimited: &self.unlimited,
        };
        let mut making = Making {
            now: self.server.now,
            settings: &self.bench.settings,
            ids: &mut self.server.ids,
        };
        decision(&self.bench, shelf, &self.slot, &mut making)
    }

    fn place(&mut self, basket: &[(&str, Quantity)]) -> Result<OrderId, Refusal> {
        let heading = OrderHeading {
            id: OrderId::from_uuid(id(u128::from(self.server.head.seq) + 5000)),
            number: "O-1001".to_owned(),
            channel: Channel::Shop,
            location: self.bench.location,
            customer: Some(jane()),
            slot: Some(self.slot.id),
            tax_mode: self.bench.settings.tax_mode,
        };
        let order = heading.id;
        let prices: Vec<_> = basket
            .iter()
            .map(|(code, _)| self.bench.price_for(code, &[]))
            .collect();
        let variants: Vec<_> = basket
            .iter()
            .map(|(code, _)| self.bench.variants[code].clone())
            .collect();
        let events = self.decide(|_, shelf, slot, making| {
            let wishes = basket.iter().zip(&prices).zip(&variants);
            let wishes = wishes.map(|(((_, quantity), price), variant)| Wish {
                variant,
                price: price.as_ref(),
                quantity: *quantity,
            });
            let new = NewOrder {
                heading,
                wishes: wishes.collect(),
                charges: Vec::new(),
                note: None,
            };
            decide::place_online(new, SlotState { slot, orders: 3 }, shelf, making)
        })?;
        self.server.record("order_placed", events);
        Ok(order)
    }

    fn set(&mut self, order: OrderId, code: &str, to: Quantity) -> Result<(), RefusalCode> {
        let order = self.books().order(order).unwrap().clone();
        let line = order
            .lines
            .iter()
            .find(|line| line.code == code)
            .unwrap()
            .id;
        let events = self.decide(|_, shelf, slot, making| {
            let change = CustomerChange {
                lines: vec![(line, to)],
                added: Vec::new(),
            };
            decide::amend_online(&order, change, slot, shelf, making)
        });
        let events = events.map_err(|refusal| refusal.code)?;
        self.server.record("order_amended", events);
        Ok(())
    }

    fn books(&self) -> &Books {
        &self.server.books
    }

    fn available(&self, code: &str) -> Quantity {
        let variant = self.bench.variants[code].id;
        self.books().level(variant, self.bench.location).available()
    }
}

/// What a basket comes to: the total, what cannot be had of it and why.
fn quoted(shop: &mut Shop, basket: &[(&str, Quantity)]) -> (i64, Vec<(VariantId, RefusalCode)>) {
    let bench = Bench::new();
    let prices: Vec<_> = basket
        .iter()
        .map(|(code, _)| bench.price_for(code, &[]))
        .collect();
    let wishes = basket
        .iter()
        .zip(&prices)
        .map(|((code, quantity), price)| Wish {
            variant: &bench.variants[code],
            price: price.as_ref(),
            quantity: *quantity,
        });
    let shelf = Shelf {
        books: &shop.server.books,
        unlimited: &shop.unlimited,
    };
    let mut making = Making {
        now: shop.server.now,
        settings: &shop.bench.settings,
        ids: &mut shop.server.ids,
    };
    let quote = decide::quote(bench.location, wishes.collect(), shelf, &mut making);
    let refused = quote.refused.iter();
    (
        quote.order.totals().total.minor_units(),
        refused
            .map(|(variant, refusal)| (*variant, refusal.code))
            .collect(),
    )
}

#[test]
fn a_basket_is_quoted_as_it_would_be_ordered_and_reserves_nothing() {
    let mut shop = Shop::open();
    let basket = [("P2", pieces(2)), ("P4", pieces(1)), ("P1", grams(1000))];
    assert_eq!(quoted(&mut shop, &basket), (1160, vec![]));
    assert_eq!(shop.available("P2"), pieces(20));
    let order = shop.place(&basket).unwrap();
    let placed = shop.books().order(order).unwrap();
    assert_eq!(placed.totals().total, cents(1160));
}

#[test]
fn what_cannot_be_had_is_named_and_left_out_of_the_total() {
    let mut shop = Shop::open();
    let honey = shop.bench.variants["P3"].id;
    let half = shop.bench.variants["P5"].id;
    let basket = [
        ("P2", pieces(1)),
        ("P3", pieces(2)),
        ("P5", grams(500)),
        ("P2", pieces(1)),
    ];
    let refused = vec![
        (honey, RefusalCode::NotEnoughInStock),
        (half, RefusalCode::QuantityNotWhole),
    ];
    assert_eq!(quoted(&mut shop, &basket), (600, refused));
    // A box takes its parts from the shelf: what is left of them is promised once.
    let veg_box = shop.bench.variants["P6"].id;
    let basket = [("P1", grams(9000)), ("P6", pieces(1))];
    let (total, refused) = quoted(&mut shop, &basket);
    assert_eq!(total, 2160);
    assert_eq!(refused, vec![(veg_box, RefusalCode::NotEnoughInStock)]);
}

fn code<T>(result: Result<T, Refusal>) -> Result<T, RefusalCode> {
    result.map_err(|refusal| refusal.code)
}

#[test]
fn an_order_is_accepted_at_its_price_and_its_goods_are_reserved() {
    let mut shop = Shop::open();
    let order = shop
        .place(&[("P2", pieces(2)), ("P4", pieces(1)), ("P1", grams(1000))])
        .unwrap();
    let placed = shop.books().order(order).unwrap();
    assert_eq!(placed.fulfilment(), Fulfilment::Accepted);
    assert_eq!(placed.totals().total, cents(1160));
    assert_eq!(shop.available("P2"), pieces(18));
    assert_eq!(shop.available("P4"), pieces(11));
    assert_eq!(shop.available("P1"), grams(9000));
}

#[test]
fn the_last_jar_is_promised_once() {
    let mut shop = Shop::open();
    shop.place(&[("P3", pieces(1))]).unwrap();
    let refused = shop.place(&[("P3", pieces(1))]).unwrap_err();
    assert_eq!(refused.code, RefusalCode::NotEnoughInStock);
    assert_eq!(refused.params["name"], "Honey 500 g");
    assert_eq!(refused.params["available"], "0");
}

#[test]
fn the_same_article_twice_in_a_basket_counts_together() {
    let mut shop = Shop::open();
    let twice = [("P3", pieces(1)), ("P3", pieces(1))];
    assert_eq!(code(shop.place(&twice)), Err(RefusalCode::NotEnoughInStock));
    let order = shop.place(&[("P2", pieces(1)), ("P2", pieces(2))]).unwrap();
    let lines = &shop.books().order(order).unwrap().lines;
    assert_eq!(lines.len(), 1);
    assert_eq!(lines[0].ordered, pieces(3));
}

#[test]
fn a_box_needs_its_parts_but_not_those_that_are_always_there() {
    let mut shop = Shop::open();
    // Twelve juices, ten kilograms of carrots: five boxes and not six.
    assert_eq!(
        code(shop.place(&[("P6", pieces(6))])),
        Err(RefusalCode::NotEnoughInStock)
    );
    shop.unlimited.insert(shop.bench.variants["P1"].id);
    shop.place(&[("P6", pieces(6))]).unwrap();
    assert_eq!(shop.available("P4"), pieces(6));
}

#[test]
fn what_cannot_be_ordered_is_refused_and_changes_nothing() {
    let mut shop = Shop::open();
    for (basket, expected) in [
        (vec![], RefusalCode::OrderEmpty),
        (vec![("P2", pieces(0))], RefusalCode::QuantityNotPositive),
        (vec![("P2", pieces(-1))], RefusalCode::QuantityNotPositive),
        (vec![("P2", grams(1500))], RefusalCode::QuantityNotWhole),
        (
            vec![("P2", pieces(1_000_000_000))],
            RefusalCode::QuantityTooLarge,
        ),
        (vec![("P2", pieces(21))], RefusalCode::NotEnoughInStock),
    ] {
        assert_eq!(code(shop.place(&basket)), Err(expected), "{basket:?}");
    }
    shop.bench.variants.get_mut("P2").unwrap().shop = false;
    assert_eq!(
        code(shop.place(&[("P2", pieces(1))])),
        Err(RefusalCode::NotForSaleHere)
    );
    shop.bench.variants.get_mut("P4").unwrap().price = None;
    assert_eq!(
        code(shop.place(&[("P4", pieces(1))])),
        Err(RefusalCode::NoPrice)
    );
    assert!(shop.books().orders.is_empty());
}

#[test]
fn a_slot_takes_orders_until_its_cut_off_and_while_it_has_room() {
    let mut shop = Shop::open();
    shop.slot.capacity = Some(3);
    assert_eq!(
        code(shop.place(&[("P2", pieces(1))])),
        Err(RefusalCode::SlotFull)
    );
    shop.slot.capacity = Some(4);
    shop.place(&[("P2", pieces(1))]).unwrap();
    shop.server.now = shop.slot.orders_until;
    assert_eq!(
        code(shop.place(&[("P2", pieces(1))])),
        Err(RefusalCode::SlotClosed)
    );
}

#[test]
fn a_customer_changes_an_order_until_the_cut_off_and_then_asks_at_the_counter() {
    let mut shop = Shop::open();
    let order = shop
        .place(&[("P2", pieces(18)), ("P4", pieces(1))])
        .unwrap();
    assert_eq!(shop.set(order, "P2", pieces(20)), Ok(()));
    assert_eq!(
        shop.set(order, "P2", pieces(21)),
        Err(RefusalCode::NotEnoughInStock)
    );
    assert_eq!(shop.set(order, "P4", pieces(0)), Ok(()));
    assert_eq!(shop.available("P4"), pieces(12));
    assert_eq!(
        shop.set(order, "P2", pieces(0)),
        Err(RefusalCode::OrderEmpty),
        "to have nothing is to cancel"
    );
    shop.server.now = shop.slot.orders_until;
    assert_eq!(
        shop.set(order, "P2", pieces(1)),
        Err(RefusalCode::OrderClosedToCustomer)
    );
}

#[test]
fn a_line_that_is_named_twice_changes_nothing() {
    let mut shop = Shop::open();
    let order = shop.place(&[("P2", pieces(2))]).unwrap();
    let order = shop.books().order(order).unwrap().clone();
    let line = order.lines[0].id;
    let refused = shop.decide(|_, shelf, slot, making| {
        let change = CustomerChange {
            lines: vec![(line, pieces(0)), (line, pieces(3))],
            added: Vec::new(),
        };
        decide::amend_online(&order, change, slot, shelf, making)
    });
    assert_eq!(code(refused).unwrap_err(), RefusalCode::LineUnknown);
}

#[test]
fn a_price_that_was_agreed_holds_for_what_it_was_agreed_for() {
    let mut shop = Shop::open();
    let id = shop.place(&[("P2", pieces(2))]).unwrap();
    let mut order = shop.books().order(id).unwrap().clone();
    order.lines[0].price.name = PriceName::Manual;
    shop.server.books.orders.insert(id, order);
    assert_eq!(
        shop.set(id, "P2", pieces(3)),
        Err(RefusalCode::OrderClosedToCustomer)
    );
    assert_eq!(shop.set(id, "P2", pieces(1)), Ok(()));
}

#[test]
fn nobody_empties_the_shelf_by_a_form() {
    let mut shop = Shop::open();
    shop.unlimited.insert(shop.bench.variants["P2"].id);
    assert_eq!(
        code(shop.place(&[("P2", pieces(100))])),
        Err(RefusalCode::QuantityTooLarge)
    );
    shop.place(&[("P2", pieces(99))]).unwrap();
}

#[test]
fn a_customer_cancels_until_somebody_begins_to_pack() {
    let mut shop = Shop::open();
    let first = shop.place(&[("P3", pieces(1))]).unwrap();
    let cancel = |shop: &mut Shop, id: OrderId| {
        let order = shop.books().order(id).unwrap().clone();
        let now = shop.server.now;
        let events = decide::cancel_online(&order, &shop.slot, "changed my mind", now);
        events.map(|events| shop.server.record("order_cancelled", events))
    };
    cancel(&mut shop, first).unwrap();
    assert_eq!(shop.available("P3"), pieces(1));
    let second = shop.place(&[("P3", pieces(1))]).unwrap();
    let line = shop.books().order(second).unwrap().lines[0].id;
    let picked = Event::LinesPicked {
        order: second,
        parts: vec![(line, pieces(1))],
    };
    shop.server.record("picked", vec![picked]);
    let refused = cancel(&mut shop, second).unwrap_err();
    assert_eq!(refused.code, RefusalCode::OrderClosedToCustomer);
}

proptest! {
    /// Whatever is ordered and changed, in any order: the shop never promises more than is there.
    #[test]
    fn nothing_is_promised_twice(steps in proptest::collection::vec((0..3usize, 0..5usize, 0i64..30), 1..40)) {
        let mut shop = Shop::open();
        let codes = ["P1", "P2", "P4", "P5", "P6"];
        let mut orders: Vec<OrderId> = Vec::new();
        for (what, which, quantity) in steps {
            match what {
                0 | 1 => orders.extend(shop.place(&[(codes[which], pieces(quantity))])),
                _ => {
                    let Some(&order) = orders.get(which) else { continue };
                    let code = shop.books().order(order).unwrap().lines[0].code.clone();
                    let _ = shop.set(order, &code, pieces(quantity));
                }
            }
            for code in ["P1", "P2", "P4", "P5"] {
                prop_assert!(!shop.available(code).is_negative(), "{code}");
            }
        }
    }
}

#[test]
fn a_slot_that_is_over_is_told_apart_from_one_that_is_on() {
    let slot = Shop::open().slot;
    assert!(!slot.is_over(slot.starts_at));
    assert!(slot.is_over(slot.ends_at));
    assert!(slot.is_open_to_customers(Timestamp::from_unix_ms(slot.orders_until.unix_ms() - 1)));
}
