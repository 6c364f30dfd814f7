//! Closings of day, month and year: from the first shift on, each once, and adding up.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

use comptoir_domain::closing::{Period, PeriodClosing};
use comptoir_domain::decide;
use comptoir_domain::event::Event;
use comptoir_domain::money::Money;
use comptoir_domain::problem::ProblemRule;
use comptoir_domain::tender::TenderKind;
use proptest::prelude::*;
use support::*;

/// One shift in which so many boxes of eggs are sold, counted and closed.
fn shift_of(till: &mut Side, bench: &Bench, boxes: i64) {
    let shift = till.open_shift(bench, 0);
    let mut draft = till.new_draft(bench);
    till.add(bench, &mut draft, "P2", pieces(boxes));
    till.pay(bench, &mut draft, TenderKind::Cash, None, shift)
        .unwrap();
    till.complete(bench, &draft, shift).unwrap();
    let cash = tender_id(TenderKind::Cash, bench);
    let expected = till
        .books
        .open_shift(till.till_id())
        .unwrap()
        .expected_cash();
    let counted = till.decide(bench, |books, context| {
        decide::count_shift(books, &[(cash, expected)], context)
    });
    till.record("shift_counted", vec![counted.unwrap()]);
    let number = till.books.till(till.till_id()).last_shift_number;
    let (closed, _) = till
        .decide(bench, |books, context| {
            decide::close_shift(books, number, context)
        })
        .unwrap();
    till.record("shift_closed", vec![closed]);
}

fn closings(till: &Side) -> Vec<PeriodClosing> {
    let bodies = till.entries.iter().map(|entry| entry.read_body().unwrap());
    let events = bodies.flat_map(|body| body.events);
    let closings = events.filter_map(|event| match event {
        Event::PeriodClosed { closing } => Some(*closing),
        _ => None,
    });
    closings.collect()
}

fn periods(closings: &[PeriodClosing]) -> Vec<Period> {
    closings.iter().map(|closing| closing.period).collect()
}

fn day(text: &str) -> Period {
    Period::Day {
        date: text.parse().unwrap(),
    }
}

#[test]
fn a_day_is_closed_by_the_first_shift_after_it_and_holds_its_shifts() {
    let (bench, mut till) = (Bench::new(), Side::till(1));
    shift_of(&mut till, &bench, 1);
    shift_of(&mut till, &bench, 2);
    assert!(closings(&till).is_empty(), "the day is not over");
    till.now = till.now.plus_ms(DAY_MS);
    shift_of(&mut till, &bench, 4);
    let closed = closings(&till);
    assert_eq!(periods(&closed), [day("2026-11-16")]);
    let figures = &closed[0].figures;
    assert_eq!((figures.shifts, figures.sales), (2, 2));
    assert_eq!((figures.first_report, figures.last_report), (1, 2));
    assert_eq!(figures.turnover.gross, cents(900));
    assert_eq!(closed[0].perpetual.sales, cents(900));
}

#[test]
fn the_last_day_of_a_year_closes_day_month_and_year() {
    let (bench, mut till) = (Bench::new(), Side::till(1));
    till.now = till.now.plus_ms(45 * DAY_MS);
    shift_of(&mut till, &bench, 1);
    till.now = till.now.plus_ms(DAY_MS);
    shift_of(&mut till, &bench, 1);
    let expected = [
        day("2026-12-31"),
        Period::Month {
            year: 2026,
            month: 12,
        },
        Period::Year { year: 2026 },
    ];
    let closed = closings(&till);
    assert_eq!(periods(&closed), expected);
    let numbers: Vec<u64> = closed.iter().map(|closing| closing.number).collect();
    assert_eq!(numbers, [1, 2, 3]);
}

#[test]
fn a_closing_that_says_something_else_than_its_shifts_is_a_problem() {
    let (bench, mut till) = (Bench::new(), Side::till(1));
    shift_of(&mut till, &bench, 1);
    till.now = till.now.plus_ms(DAY_MS);
    let mut events = till
        .decide(&bench, |books, context| {
            decide::open_shift(books, Money::ZERO, context)
        })
        .unwrap();
    let Event::PeriodClosed { closing } = &mut events[0] else {
        panic!("the day is closed first");
    };
    closing.figures.turnover.gross += cents(1);
    let applied = till.record("shift_opened", events);
    let rules: Vec<ProblemRule> = applied.problems.iter().map(|found| found.rule).collect();
    assert_eq!(rules, [ProblemRule::ReportDiffers]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Whatever the pauses, each shift is in exactly one day, one month and one year.
    #[test]
    fn closings_add_up_to_all_shifts(pauses in prop::collection::vec((0i64..400, 1i64..5), 1..12)) {
        let (bench, mut till) = (Bench::new(), Side::till(1));
        let mut sold = 0;
        for (days, boxes) in &pauses {
            till.now = till.now.plus_ms(days * DAY_MS);
            shift_of(&mut till, &bench, *boxes);
            sold += boxes * 300;
        }
        // One more act, years later, closes whatever still ran.
        till.now = till.now.plus_ms(800 * DAY_MS);
        till.open_shift(&bench, 0);
        let closed = closings(&till);
        let sum = |wanted: fn(&Period) -> bool| -> Money {
            let of_kind = closed.iter().filter(|closing| wanted(&closing.period));
            of_kind.map(|closing| closing.figures.turnover.gross).sum()
        };
        prop_assert_eq!(sum(|period| matches!(period, Period::Day { .. })), cents(sold));
        prop_assert_eq!(sum(|period| matches!(period, Period::Month { .. })), cents(sold));
        prop_assert_eq!(sum(|period| matches!(period, Period::Year { .. })), cents(sold));
        let numbers: Vec<u64> = closed.iter().map(|closing| closing.number).collect();
        let dense: Vec<u64> = (1..=closed.len() as u64).collect();
        prop_assert_eq!(numbers, dense);
        prop_assert!(till.books.till(till.till_id()).closings.open.is_empty());
        prop_assert!(till.books.problems.is_empty() || till.books.problems.values().all(|found| found.rule == ProblemRule::SoldBelowZero));
    }
}
