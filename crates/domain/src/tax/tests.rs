use super::*;
use proptest::prelude::*;
use rust_decimal::{Decimal, RoundingStrategy};

fn line_tax(class: &str, ppm: i32) -> LineTax {
    LineTax::new(TaxClass::new(class), TaxRate::from_ppm(ppm))
}

fn exempt(class: &str, ppm: i32, reason: &str) -> LineTax {
    LineTax {
        exemption: Some(TaxExemption::new(reason)),
        ..line_tax(class, ppm)
    }
}

fn food(minor_units: i64) -> (LineTax, Money) {
    (line_tax("food", 55_000), Money::minor(minor_units))
}

fn standard(minor_units: i64) -> (LineTax, Money) {
    (line_tax("standard", 200_000), Money::minor(minor_units))
}

fn row(rates: &TaxBreakdown, index: usize) -> (i32, i64, i64, i64) {
    let row = &rates.rates[index];
    (
        row.tax.rate.ppm(),
        row.net.minor_units(),
        row.tax_amount.minor_units(),
        row.gross.minor_units(),
    )
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

#[test]
fn the_figures_of_a_counter_sale() {
    // Two boxes of eggs and a honey: 13.50 with 0.70 of tax in it.
    let sale = break_down(TaxMode::Inclusive, &[food(600), food(750)]);
    assert_eq!(row(&sale, 0), (55_000, 1280, 70, 1350));
    // An order of 11.60 holds 11.00 net and 0.60 of tax.
    let order = break_down(TaxMode::Inclusive, &[food(600), food(320), food(240)]);
    assert_eq!(row(&order, 0), (55_000, 1100, 60, 1160));
}

#[test]
fn the_total_is_taxed_and_not_the_line() {
    let lines = vec![food(99); 20];
    let sale = break_down(TaxMode::Inclusive, &lines);
    assert_eq!(sale.tax_amount, Money::minor(103));
    let shares = allocate_tax(TaxMode::Inclusive, &lines);
    assert_eq!(shares.iter().sum::<Money>(), Money::minor(103));
    assert!(
        shares
            .iter()
            .all(|share| (5..=6).contains(&share.minor_units()))
    );
}

#[test]
fn a_half_goes_up_where_bankers_would_go_down() {
    // 0.125 at exactly a half: 1.25 × 10 % = 12.5 cents.
    let sale = break_down(
        TaxMode::Exclusive,
        &[(line_tax("standard", 100_000), Money::minor(125))],
    );
    assert_eq!(row(&sale, 0), (100_000, 125, 13, 138));
}

#[test]
fn rates_stand_apart_highest_first_and_exempt_last() {
    let sale = break_down(
        TaxMode::Inclusive,
        &[
            food(1055),
            (exempt("food", 55_000, "small_business"), Money::minor(500)),
            standard(600),
            (line_tax("export", 0), Money::minor(100)),
            food(1055),
        ],
    );
    assert_eq!(row(&sale, 0), (200_000, 500, 100, 600));
    assert_eq!(row(&sale, 1), (55_000, 2000, 110, 2110));
    assert_eq!(row(&sale, 2), (0, 100, 0, 100));
    assert_eq!(row(&sale, 3), (0, 500, 0, 500));
    assert_eq!(
        sale.rates[3].tax.exemption,
        Some(TaxExemption::new("small_business"))
    );
    assert_eq!(
        (sale.net, sale.tax_amount, sale.gross),
        (Money::minor(3100), Money::minor(210), Money::minor(3310))
    );
}

#[test]
fn classes_that_share_a_rate_are_taxed_together() {
    let half = |class: &str| (line_tax(class, 100_000), Money::minor(5));
    let apart = break_down(TaxMode::Exclusive, &[half("plants")]);
    let together = break_down(TaxMode::Exclusive, &[half("plants"), half("books")]);
    assert_eq!(apart.tax_amount, Money::minor(1));
    assert_eq!(together.rates.len(), 1);
    assert_eq!(together.tax_amount, Money::minor(1));
    assert_eq!(together.rates[0].tax.class.name(), "books");
}

#[test]
fn documents_in_parts_add_up_to_the_order() {
    // Three parts of 0.05 at 10 %: each alone would be taxed 0.01, the order 0.02.
    let lines = vec![(line_tax("standard", 100_000), Money::minor(5)); 3];
    let so_far = |count: usize| break_down(TaxMode::Exclusive, &lines[..count]);
    let documents: Vec<_> = (1..=3)
        .map(|count| difference(&so_far(count), &so_far(count - 1)))
        .collect();
    let taxes: Vec<_> = documents
        .iter()
        .map(|document| document.tax_amount.minor_units())
        .collect();
    assert_eq!(taxes, [1, 0, 1]);
    let sum = documents
        .iter()
        .fold(TaxBreakdown::default(), |sum, document| add(&sum, document));
    assert_eq!(sum, so_far(3));
}

#[test]
fn what_is_given_back_is_the_tax_before_less_the_tax_after() {
    let before = break_down(TaxMode::Inclusive, &[food(600), standard(600)]);
    let after = break_down(TaxMode::Inclusive, &[food(600)]);
    let refund = difference(&after, &before);
    assert_eq!(refund.rates.len(), 1);
    assert_eq!(row(&refund, 0), (200_000, -500, -100, -600));
    assert_eq!(difference(&before, &before), TaxBreakdown::default());
}

#[test]
fn the_rate_is_that_of_the_day() {
    let rate_row = |ppm, from: &str, until: Option<&str>| TaxRateRow {
        class: TaxClass::new("restaurant"),
        rate: TaxRate::from_ppm(ppm),
        valid_from: day(from),
        valid_until: until.map(day),
    };
    let rows = [
        rate_row(190_000, "2024-01-01", Some("2026-01-01")),
        rate_row(70_000, "2026-01-01", None),
        rate_row(80_000, "2027-01-01", None),
    ];
    let on = |text: &str| rate_on(&rows, &TaxClass::new("restaurant"), day(text)).map(TaxRate::ppm);
    assert_eq!(on("2023-12-31"), None);
    assert_eq!(on("2025-12-31"), Some(190_000));
    assert_eq!(on("2026-01-01"), Some(70_000));
    assert_eq!(on("2027-01-01"), Some(80_000));
    assert_eq!(
        rate_on(&rows, &TaxClass::new("food"), day("2026-01-01")),
        None
    );
}

#[test]
fn rates_that_no_law_knows_are_refused() {
    assert!(serde_json::from_str::<TaxRate>("-1").is_err());
    assert!(serde_json::from_str::<TaxRate>("10000001").is_err());
    assert!(serde_json::from_str::<TaxRate>("0.055").is_err());
    assert_eq!(TaxRate::from_ppm(-5), TaxRate::ZERO);
}

#[test]
fn figures_beyond_every_shop_stay_total() {
    let lines = vec![(line_tax("standard", 10_000_000), Money::minor(MONEY_LIMIT)); 50];
    for mode in [TaxMode::Inclusive, TaxMode::Exclusive] {
        assert_eq!(break_down(mode, &lines).gross, Money::minor(MONEY_LIMIT));
        assert_eq!(allocate_tax(mode, &lines).len(), 50);
    }
}

/// The tax of an amount by decimal division, apart from the code under test.
fn exact_tax(mode: TaxMode, amount: Decimal, ppm: i32) -> Decimal {
    let rate = Decimal::new(i64::from(ppm), 6);
    match mode {
        TaxMode::Inclusive => amount * rate / (Decimal::ONE + rate),
        TaxMode::Exclusive => amount * rate,
    }
}

fn oracle(mode: TaxMode, amount: i64, ppm: i32) -> i64 {
    exact_tax(mode, Decimal::from(amount), ppm)
        .round_dp_with_strategy(0, RoundingStrategy::MidpointAwayFromZero)
        .try_into()
        .unwrap()
}

fn any_mode() -> impl Strategy<Value = TaxMode> {
    prop_oneof![Just(TaxMode::Inclusive), Just(TaxMode::Exclusive)]
}

fn any_line() -> impl Strategy<Value = (LineTax, Money)> {
    let tax = prop_oneof![
        Just(line_tax("standard", 200_000)),
        Just(line_tax("food", 55_000)),
        Just(line_tax("books", 55_000)),
        Just(line_tax("reduced", 26_000)),
        Just(line_tax("zero", 0)),
        Just(exempt("food", 55_000, "small_business")),
        Just(exempt("standard", 200_000, "export")),
        (0i32..500_000).prop_map(|ppm| line_tax("odd", ppm)),
    ];
    (tax, -1_000_000i64..1_000_000).prop_map(|(tax, amount)| (tax, Money::minor(amount)))
}

fn mirrored(lines: &[(LineTax, Money)]) -> Vec<(LineTax, Money)> {
    lines
        .iter()
        .map(|(tax, amount)| (tax.clone(), -*amount))
        .collect()
}

proptest! {
    #[test]
    fn each_rate_is_taxed_as_the_oracle_says(
        mode in any_mode(),
        lines in prop::collection::vec(any_line(), 0..30),
    ) {
        let breakdown = break_down(mode, &lines);
        let mut seen = 0;
        for row in &breakdown.rates {
            let members: Vec<_> = lines
                .iter()
                .filter(|(tax, _)| tax.effective_rate() == row.tax.rate)
                .filter(|(tax, _)| tax.exemption == row.tax.exemption)
                .collect();
            seen += members.len();
            let sum: i64 = members.iter().map(|(_, amount)| amount.minor_units()).sum();
            let stated = match mode {
                TaxMode::Inclusive => row.gross,
                TaxMode::Exclusive => row.net,
            };
            prop_assert_eq!(stated, Money::minor(sum));
            prop_assert_eq!(row.tax_amount, Money::minor(oracle(mode, sum, row.tax.rate.ppm())));
            prop_assert_eq!(row.net + row.tax_amount, row.gross);
        }
        prop_assert_eq!(seen, lines.len());
        prop_assert_eq!(breakdown.net + breakdown.tax_amount, breakdown.gross);
        prop_assert!(breakdown.rates.windows(2).all(|pair| pair[0].tax.rate >= pair[1].tax.rate));
    }

    #[test]
    fn lines_rates_and_total_agree_to_the_cent(
        mode in any_mode(),
        lines in prop::collection::vec(any_line(), 0..30),
    ) {
        let breakdown = break_down(mode, &lines);
        let shares = allocate_tax(mode, &lines);
        prop_assert_eq!(shares.len(), lines.len());
        prop_assert_eq!(shares.iter().sum::<Money>(), breakdown.tax_amount);
        for row in &breakdown.rates {
            let of_row = lines.iter().zip(&shares).filter(|((tax, _), _)| {
                (tax.effective_rate(), &tax.exemption) == (row.tax.rate, &row.tax.exemption)
            });
            prop_assert_eq!(of_row.map(|(_, share)| share).sum::<Money>(), row.tax_amount);
        }
        for ((tax, amount), share) in lines.iter().zip(&shares) {
            let exact = exact_tax(mode, amount.to_decimal(), tax.effective_rate().ppm());
            prop_assert!((share.to_decimal() - exact).abs() < Decimal::ONE);
        }
    }

    #[test]
    fn a_return_mirrors_the_sale(
        mode in any_mode(),
        lines in prop::collection::vec(any_line(), 0..30),
    ) {
        let sale = break_down(mode, &lines);
        let taken_back = break_down(mode, &mirrored(&lines));
        prop_assert_eq!(difference(&TaxBreakdown::default(), &sale), without_empty(&taken_back));
        let shares = allocate_tax(mode, &lines);
        let given_back: Vec<_> = allocate_tax(mode, &mirrored(&lines))
            .into_iter()
            .map(|share| -share)
            .collect();
        prop_assert_eq!(shares, given_back);
    }

    #[test]
    fn any_split_into_documents_adds_up(
        mode in any_mode(),
        lines in prop::collection::vec(any_line(), 1..30),
        cuts in prop::collection::vec(0usize..30, 0..5),
    ) {
        let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(lines.len())).collect();
        cuts.push(lines.len());
        cuts.sort_unstable();
        let mut stated = TaxBreakdown::default();
        for cut in cuts {
            let document = difference(&break_down(mode, &lines[..cut]), &stated);
            stated = add(&stated, &document);
        }
        prop_assert_eq!(without_classes(stated), without_classes(without_empty(&break_down(mode, &lines))));
    }
}

/// Rows in which something stands, as documents state them.
fn without_empty(breakdown: &TaxBreakdown) -> TaxBreakdown {
    add(breakdown, &TaxBreakdown::default())
}

/// The class of a row is a label: which of several it is depends on what came first.
fn without_classes(mut breakdown: TaxBreakdown) -> TaxBreakdown {
    for row in &mut breakdown.rates {
        row.tax.class = TaxClass::new("");
    }
    breakdown
}
