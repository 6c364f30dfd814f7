//! Recurring orders: on which days they fall, that each makes one order and no more, and what it holds.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Days, NaiveDate, NaiveTime};
use comptoir_domain::catalogue::Variant;
use comptoir_domain::decide::{self, Making, Repeating, Shelf, SlotState, Wish};
use comptoir_domain::event::Event;
use comptoir_domain::ids::{OrderId, RecurringOrderId, SlotId, VariantId};
use comptoir_domain::money::Money;
use comptoir_domain::problem::ProblemRule;
use comptoir_domain::quantity::Quantity;
use comptoir_domain::recurring::{
    CUSTOMER_LEFT, MADE_BEFORE_CUT_OFF_MS, Pause, RecurringLine, RecurringOrder, Standing,
};
use comptoir_domain::refusal::RefusalCode;
use comptoir_domain::slot::Slot;
use comptoir_domain::time::{Timestamp, Zone};
use proptest::prelude::*;
use support::*;

const HOUR_MS: i64 = 60 * 60_000;

fn paris() -> Zone {
    "Europe/Paris".parse().unwrap()
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn at(day: NaiveDate, hour: u32) -> Timestamp {
    let time = NaiveTime::from_hms_opt(hour, 0, 0).unwrap();
    paris().moment(day.and_time(time)).unwrap()
}

/// Two hours from a full hour on, with orders until eight in the evening before.
fn slot(number: u128, day: NaiveDate, hour: u32) -> Slot {
    Slot {
        id: SlotId::from_uuid(id(number)),
        location: Bench::new().location,
        starts_at: at(day, hour),
        ends_at: at(day, hour + 2),
        orders_until: at(day.pred_opt().unwrap(), 20),
        capacity: None,
        active: true,
    }
}

fn box_of(lines: &[(&str, Quantity)]) -> RecurringOrder {
    let bench = Bench::new();
    let lines = lines.iter().map(|(code, quantity)| RecurringLine {
        variant: bench.variants[code].id,
        quantity: *quantity,
    });
    RecurringOrder {
        id: RecurringOrderId::from_uuid(id(700)),
        customer: jane(),
        location: bench.location,
        first: day("2026-09-04"),
        minute: 17 * 60,
        weeks: 1,
        lines: lines.collect(),
        pause: None,
        skipped: BTreeSet::new(),
        note: String::new(),
        ended: false,
        since: at(day("2026-08-01"), 9),
    }
}

/// Fridays at ten and at five, and Tuesdays at five, over nine months with both changes of the clocks.
fn all_slots() -> Vec<Slot> {
    let weeks = (0..40).map(|week| day("2026-09-04") + Days::new(7 * week));
    weeks
        .zip(0u128..)
        .flat_map(|(friday, week)| {
            [
                slot(10_000 + week, friday, 10),
                slot(20_000 + week, friday, 17),
                slot(30_000 + week, friday + Days::new(4), 17),
            ]
        })
        .collect()
}

#[derive(Debug, Clone)]
struct Wanted {
    recurring: RecurringOrder,
    /// Moments at which the job looks.
    looks: Vec<Timestamp>,
}

fn wanted() -> impl Strategy<Value = Wanted> {
    let pause = prop::option::of((0u64..250, prop::option::of(0u64..60)));
    let skipped = prop::collection::btree_set(0u64..40, 0..6);
    let looks = prop::collection::vec(0i64..40 * 7 * 24, 0..400);
    (0u64..6, 1u8..5, pause, skipped, looks, any::<bool>()).prop_map(
        |(begins, weeks, pause, skipped, looks, ended)| {
            let start = day("2026-09-04");
            let pause = pause.map(|(from, length)| Pause {
                from: start + Days::new(from),
                until: length.map(|length| start + Days::new(from + length)),
            });
            let recurring = RecurringOrder {
                first: start + Days::new(7 * begins),
                weeks,
                pause,
                skipped: skipped
                    .into_iter()
                    .map(|week| start + Days::new(7 * week))
                    .collect(),
                // Most of them go on.
                ended: ended && begins == 0,
                ..box_of(&[("P2", pieces(1))])
            };
            let mut looks: Vec<Timestamp> = looks
                .into_iter()
                .map(|hours| at(start, 0).plus_ms((hours - 96) * HOUR_MS))
                .collect();
            looks.sort();
            Wanted { recurring, looks }
        },
    )
}

/// The days on which there is one, counted on the calendar.
fn expected(recurring: &RecurringOrder) -> BTreeSet<NaiveDate> {
    let mut days = BTreeSet::new();
    let mut day = recurring.first;
    while day < recurring.first + Days::new(400) {
        let paused = recurring
            .pause
            .is_some_and(|pause| pause.from <= day && pause.until.is_none_or(|until| until >= day));
        if !recurring.ended && !paused && !recurring.skipped.contains(&day) {
            days.insert(day);
        }
        day = day + Days::new(7 * u64::from(recurring.weeks));
    }
    days
}

proptest! {
    #[test]
    fn every_day_makes_one_order_in_one_slot_and_days_without_it_none(wanted in wanted()) {
        let Wanted { recurring, looks } = wanted;
        let slots = all_slots();
        let slots: Vec<&Slot> = slots.iter().collect();
        let mut made: BTreeMap<OrderId, (NaiveDate, SlotId)> = BTreeMap::new();
        let mut missed: BTreeSet<OrderId> = BTreeSet::new();
        for now in &looks {
            for (day, slot) in recurring.to_make(&slots, paris(), *now) {
                let order = recurring.order_on(day);
                if made.contains_key(&order) || missed.contains(&order) {
                    continue;
                }
                if slot.is_open_to_customers(*now) {
                    made.insert(order, (day, slot.id));
                } else {
                    missed.insert(order);
                }
            }
        }
        let expected = expected(&recurring);
        let served: BTreeSet<SlotId> = made.values().map(|(_, slot)| *slot).collect();
        prop_assert_eq!(served.len(), made.len(), "two orders in one slot");
        for (day, slot) in made.values() {
            prop_assert!(expected.contains(day), "{} is none of its days", day);
            let slot = slots.iter().find(|known| known.id == *slot).unwrap();
            prop_assert_eq!(slot.starts_at, at(*day, 17), "at five by the clock of the hub");
        }
        for day in expected.iter().filter(|day| slots.iter().any(|slot| slot.starts_at == at(**day, 17))) {
            let cut_off = at(day.pred_opt().unwrap(), 20);
            let first = cut_off.plus_ms(-MADE_BEFORE_CUT_OFF_MS);
            let in_time = looks.iter().any(|now| (first..cut_off).contains(now));
            prop_assert_eq!(made.contains_key(&recurring.order_on(*day)), in_time, "{}", day);
        }
        prop_assert!(missed.iter().all(|order| expected.iter().any(|day| recurring.order_on(*day) == *order)));
    }

    #[test]
    fn its_days_from_any_day_on_are_all_of_them(begins in 0u64..3000, weeks in 1u8..=52, from in 0u64..6000) {
        let recurring = RecurringOrder {
            first: day("2020-02-27") + Days::new(begins),
            weeks,
            ..box_of(&[("P2", pieces(1))])
        };
        let from = day("2020-01-01") + Days::new(from);
        let found: Vec<NaiveDate> = recurring.days_from(from).take(5).collect();
        let counted = std::iter::successors(Some(from.max(recurring.first)), NaiveDate::succ_opt);
        let counted: Vec<NaiveDate> = counted.filter(|day| recurring.falls_on(*day)).take(5).collect();
        prop_assert_eq!(found, counted);
    }
}

#[test]
fn what_was_said_of_a_day_holds_for_it_alone() {
    let mut recurring = RecurringOrder {
        pause: Some(Pause {
            from: day("2026-10-01"),
            until: Some(day("2026-10-16")),
        }),
        ..box_of(&[("P2", pieces(1))])
    };
    let today = day("2026-09-01");
    recurring.skip(day("2026-09-11"), true, today).unwrap();
    let standing = |day_of: &str| recurring.standing(day(day_of));
    assert_eq!(
        standing("2026-08-28"),
        Standing::Elsewhere,
        "before it began"
    );
    assert_eq!(standing("2026-09-05"), Standing::Elsewhere, "a Saturday");
    assert_eq!(standing("2026-09-04"), Standing::Due);
    assert_eq!(standing("2026-09-11"), Standing::Skipped);
    assert_eq!(standing("2026-10-02"), Standing::Paused);
    assert_eq!(standing("2026-10-16"), Standing::Paused, "the last day");
    assert_eq!(standing("2026-10-23"), Standing::Due);
    let refused = |recurring: &mut RecurringOrder, on: &str| {
        recurring.skip(day(on), true, today).unwrap_err().code
    };
    let mut other = recurring.clone();
    for on in ["2026-09-12", "2026-08-28", "2030-09-06"] {
        assert_eq!(refused(&mut other, on), RefusalCode::SlotUnknown, "{on}");
    }
    assert_eq!(other, recurring, "nothing was changed");
    other.skip(day("2026-09-11"), false, today).unwrap();
    assert_eq!(other.standing(day("2026-09-11")), Standing::Due);
}

#[test]
fn the_slot_of_a_day_is_the_one_that_begins_nearest_and_is_open() {
    let recurring = box_of(&[("P2", pieces(1))]);
    let friday = day("2026-09-04");
    let mut slots = vec![
        slot(1, friday, 10),
        slot(2, friday, 16),
        slot(3, friday, 18),
    ];
    let found = |slots: &[Slot]| {
        recurring
            .slot_on(friday, slots, paris())
            .map(|slot| slot.id)
    };
    assert_eq!(found(&slots), Some(slots[1].id), "the earlier of two");
    slots[1].active = false;
    assert_eq!(found(&slots), Some(slots[2].id));
    slots[2].location = comptoir_domain::ids::LocationId::from_uuid(id(77));
    assert_eq!(found(&slots), Some(slots[0].id));
    assert_eq!(recurring.slot_on(day("2026-09-11"), &slots, paris()), None);
}

#[test]
fn slots_that_were_closed_when_it_was_changed_are_none_of_its_business() {
    let friday = slot(1, day("2026-09-04"), 17);
    let recurring = RecurringOrder {
        since: friday.orders_until,
        ..box_of(&[("P2", pieces(1))])
    };
    let due = |recurring: &RecurringOrder, now: Timestamp| {
        recurring.to_make(&[&friday], paris(), now).len()
    };
    assert_eq!(due(&recurring, friday.orders_until.plus_ms(HOUR_MS)), 0);
    let earlier = RecurringOrder {
        since: friday.orders_until.plus_ms(-1),
        ..recurring
    };
    assert_eq!(due(&earlier, friday.orders_until.plus_ms(HOUR_MS)), 1);
    assert_eq!(due(&earlier, friday.ends_at.plus_ms(15 * DAY_MS)), 0);
}

#[test]
fn what_cannot_be_ordered_is_refused_and_what_was_on_it_may_stay() {
    let bench = Bench::new();
    let mut variants: BTreeMap<VariantId, Variant> = bench
        .variants
        .values()
        .map(|variant| (variant.id, variant.clone()))
        .collect();
    let code = |recurring: &RecurringOrder, variants: &BTreeMap<VariantId, Variant>| {
        recurring
            .check(None, variants)
            .err()
            .map(|refusal| refusal.code)
    };
    let good = box_of(&[("P2", pieces(1)), ("P1", grams(1500))]);
    assert_eq!(code(&good, &variants), None);
    for (lines, refusal) in [
        (vec![], RefusalCode::OrderEmpty),
        (vec![("P2", pieces(0))], RefusalCode::QuantityNotPositive),
        (vec![("P2", pieces(-1))], RefusalCode::QuantityNotPositive),
        (
            vec![("P2", pieces(1_000_000_000))],
            RefusalCode::QuantityTooLarge,
        ),
        (vec![("P2", pieces(100))], RefusalCode::QuantityTooLarge),
        (vec![("P2", grams(1500))], RefusalCode::QuantityNotWhole),
        (
            vec![("P2", pieces(1)), ("P2", pieces(2))],
            RefusalCode::NamedTwice,
        ),
    ] {
        assert_eq!(code(&box_of(&lines), &variants), Some(refusal), "{lines:?}");
    }
    let never = RecurringOrder {
        weeks: 0,
        ..good.clone()
    };
    assert_eq!(code(&never, &variants), Some(RefusalCode::SlotUnknown));
    let eggs = bench.variants["P2"].id;
    variants.get_mut(&eggs).unwrap().shop = false;
    assert_eq!(code(&good, &variants), Some(RefusalCode::NotForSaleHere));
    good.check(Some(&good), &variants).expect("out of season");
    variants.remove(&eggs);
    assert_eq!(code(&good, &variants), Some(RefusalCode::NotForSaleHere));
}

/// A server with the bench's stock, and Saturday's slot.
struct Hub {
    bench: Bench,
    server: Side,
    slot: Slot,
}

impl Hub {
    fn open() -> Hub {
        let bench = Bench::new();
        let mut server = Side::server();
        server.record("stock_moved", vec![bench.opening_stock()]);
        Hub {
            slot: slot(60, day("2026-11-21"), 10),
            bench,
            server,
        }
    }

    /// What becomes of a recurring order on the slot's day.
    fn repeat(&mut self, recurring: &RecurringOrder, classes: &[&str]) -> Vec<Event> {
        self.repeat_for(recurring, classes, true)
    }

    fn repeat_for(
        &mut self,
        recurring: &RecurringOrder,
        classes: &[&str],
        customer_is_active: bool,
    ) -> Vec<Event> {
        let variants: Vec<Variant> = self.bench.variants.values().cloned().collect();
        let wished: Vec<_> = recurring
            .lines
            .iter()
            .filter_map(|line| {
                let variant = variants.iter().find(|known| known.id == line.variant)?;
                let price = self.bench.price_for(&variant.code, classes);
                Some((variant, price, line.quantity))
            })
            .collect();
        let wishes = wished.iter().map(|(variant, price, quantity)| Wish {
            variant,
            price: price.as_ref(),
            quantity: *quantity,
        });
        let new = Repeating {
            recurring,
            day: day("2026-11-21"),
            number: "O-1001".to_owned(),
            wishes: wishes.collect(),
            note: None,
            customer_is_active,
        };
        let mut making = Making {
            now: self.server.now,
            settings: &self.bench.settings,
            ids: &mut self.server.ids,
        };
        let shelf = Shelf {
            books: &self.server.books,
            unlimited: &BTreeSet::new(),
        };
        let place = SlotState {
            slot: &self.slot,
            orders: 3,
        };
        decide::repeat(new, place, shelf, &mut making)
    }

    fn record(&mut self, events: Vec<Event>) -> Vec<ProblemRule> {
        let applied = self.server.record("order_repeated", events);
        applied
            .problems
            .iter()
            .map(|problem| problem.rule)
            .collect()
    }
}

fn missed(events: &[Event]) -> &str {
    match events {
        [Event::RecurringOrderMissed { reason, .. }] => reason,
        other => panic!("an order was made: {other:?}"),
    }
}

#[test]
fn what_can_be_had_is_ordered_at_the_prices_of_the_day_and_the_rest_is_told() {
    let mut hub = Hub::open();
    let carrots = hub.bench.variants["P1"].id;
    hub.bench.variants.get_mut("P1").unwrap().price = Some(cents(280));
    hub.bench.variants.get_mut("P4").unwrap().price = None;
    hub.bench.variants.get_mut("P2").unwrap().shop = false;
    let recurring = box_of(&[
        ("P1", grams(1500)),
        ("P2", pieces(1)),
        ("P3", pieces(2)),
        ("P4", pieces(1)),
        ("P5", pieces(1)),
    ]);
    let events = hub.repeat(&recurring, &["Member"]);
    let problems = hub.record(events);
    assert_eq!(problems, [ProblemRule::RecurringLeftOut; 3]);
    let order = hub
        .server
        .books
        .order(recurring.order_on(day("2026-11-21")));
    let order = order.unwrap();
    assert_eq!(order.heading.customer, Some(jane()));
    assert_eq!(order.heading.slot, Some(hub.slot.id));
    assert_eq!(order.totals().total, Money::minor(420 + 540));
    let recurrence = order.recurrence.clone().unwrap();
    assert_eq!(recurrence.recurring, recurring.id);
    let reasons: Vec<(&str, &str)> = recurrence
        .left_out
        .iter()
        .map(|out| (out.name.as_str(), out.reason.as_str()))
        .collect();
    assert_eq!(
        reasons,
        [
            ("Eggs, box of 6", "not_for_sale_here"),
            ("Honey 500 g", "not_enough_in_stock"),
            ("Apple juice 1 L", "no_price"),
        ]
    );
    let reserved = hub.server.books.level(carrots, hub.bench.location).reserved;
    assert_eq!(reserved, grams(1500));
}

#[test]
fn goods_that_nobody_knows_any_more_are_left_out() {
    let mut hub = Hub::open();
    let mut recurring = box_of(&[("P2", pieces(1))]);
    recurring.lines.push(RecurringLine {
        variant: VariantId::from_uuid(id(999)),
        quantity: pieces(1),
    });
    let events = hub.repeat(&recurring, &[]);
    assert_eq!(hub.record(events), [ProblemRule::RecurringLeftOut]);
}

#[test]
fn where_nothing_can_be_had_no_order_is_made() {
    let mut hub = Hub::open();
    let recurring = box_of(&[("P3", pieces(2))]);
    let events = hub.repeat(&recurring, &[]);
    assert_eq!(missed(&events), "order_empty");
    assert_eq!(hub.record(events), [ProblemRule::RecurringNotMade]);
    assert!(hub.server.books.orders.is_empty());
}

#[test]
fn a_slot_that_is_full_or_closed_makes_none_and_says_so() {
    let recurring = box_of(&[("P2", pieces(1))]);
    let mut hub = Hub::open();
    hub.slot.capacity = Some(3);
    assert_eq!(missed(&hub.repeat(&recurring, &[])), "slot_full");
    hub.slot.capacity = None;
    hub.server.now = hub.slot.orders_until;
    assert_eq!(missed(&hub.repeat(&recurring, &[])), "slot_closed");
    hub.server.now = MONDAY;
    let left = hub.repeat_for(&recurring, &[], false);
    assert_eq!(missed(&left), CUSTOMER_LEFT);
}

#[test]
fn an_order_that_moved_with_its_slot_serves_the_day_that_it_moved_to() {
    let mut hub = Hub::open();
    let recurring = box_of(&[("P2", pieces(1))]);
    let events = hub.repeat(&recurring, &[]);
    hub.record(events);
    let made = hub.server.books.orders.values();
    assert!(recurring.is_served(hub.slot.id, made));
    let other = RecurringOrder {
        id: RecurringOrderId::from_uuid(id(701)),
        ..recurring.clone()
    };
    let made = || hub.server.books.orders.values();
    assert!(!other.is_served(hub.slot.id, made()));
    assert!(!recurring.is_served(SlotId::from_uuid(id(61)), made()));
}
