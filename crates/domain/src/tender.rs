//! Ways to pay. A tender is data: the hub names its own, and each says how it behaves. What cash can
//! pay exactly differs by country, so the cash part of a bill is rounded by a rule that is data too.

use serde::{Deserialize, Serialize};

use crate::country::{Country, Currency};
use crate::money::Money;

/// A tender's id within its hub, a short word: `cash`, `card`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ts_rs::TS)]
#[serde(transparent)]
pub struct TenderId(String);

impl TenderId {
    pub fn new(id: impl Into<String>) -> TenderId {
        TenderId(id.into())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What a tender is at heart; everything else about it is a flag.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ts_rs::TS,
)]
#[serde(rename_all = "snake_case")]
pub enum TenderKind {
    Cash,
    /// A card terminal that the till talks to.
    CardTerminal,
    /// A card terminal that stands alone: the cashier says whether it approved.
    CardStandalone,
    Cheque,
    Transfer,
    MealVoucher,
    LocalCurrency,
    /// The customer pays later, within a limit.
    OnAccount,
    /// The customer's credit with the hub.
    Credit,
    /// A voucher that the hub issued.
    Voucher,
    /// Paid in the online shop.
    Online,
}

impl TenderKind {
    /// Whether it is no money but an account in the hub's own ledger.
    pub const fn is_ledger(self) -> bool {
        matches!(
            self,
            TenderKind::Credit | TenderKind::Voucher | TenderKind::OnAccount
        )
    }
}

/// One way to pay at a hub.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
pub struct Tender {
    pub id: TenderId,
    pub kind: TenderKind,
    /// The hub's own name for it; empty where the word of the reader's language for its kind will do.
    #[serde(default)]
    pub name: String,
    /// Whether more can be given than is due, the rest coming back in cash.
    pub gives_change: bool,
    pub opens_drawer: bool,
    /// Whether the cashier is asked for a reference (a cheque's number); it is never compulsory.
    pub wants_reference: bool,
    /// Whether the close of a shift asks how much of it is there.
    pub counted_at_close: bool,
    #[serde(default)]
    pub ledger_account: Option<String>,
}

impl Tender {
    /// A tender of a kind with the flags that the kind usually has, under the kind's own id.
    pub fn of_kind(kind: TenderKind) -> Tender {
        use TenderKind::{Cash, Cheque, LocalCurrency, MealVoucher, Transfer};
        let in_drawer = matches!(kind, Cash | Cheque | MealVoucher | LocalCurrency);
        let by_card = matches!(kind, TenderKind::CardTerminal | TenderKind::CardStandalone);
        Tender {
            id: TenderId::new(kind.usual_id()),
            kind,
            name: String::new(),
            gives_change: kind == Cash,
            opens_drawer: in_drawer,
            wants_reference: matches!(kind, Cheque | Transfer | TenderKind::CardStandalone),
            counted_at_close: in_drawer || by_card,
            ledger_account: None,
        }
    }
}

impl TenderKind {
    /// The id that a hub's only tender of this kind has.
    pub const fn usual_id(self) -> &'static str {
        match self {
            TenderKind::Cash => "cash",
            TenderKind::CardTerminal => "card",
            TenderKind::CardStandalone => "card_standalone",
            TenderKind::Cheque => "cheque",
            TenderKind::Transfer => "transfer",
            TenderKind::MealVoucher => "meal_voucher",
            TenderKind::LocalCurrency => "local_currency",
            TenderKind::OnAccount => "on_account",
            TenderKind::Credit => "credit",
            TenderKind::Voucher => "voucher",
            TenderKind::Online => "online",
        }
    }
}

/// The tenders that a new hub starts with. Cheques and meal vouchers are there where shops still
/// take them; a terminal that the till talks to is added when one is set up.
pub fn default_tenders(country: Country) -> Vec<Tender> {
    let mut kinds = vec![TenderKind::Cash, TenderKind::CardStandalone];
    if country == Country::FR {
        kinds.extend([TenderKind::Cheque, TenderKind::MealVoucher]);
    }
    kinds.extend([
        TenderKind::Transfer,
        TenderKind::OnAccount,
        TenderKind::Credit,
        TenderKind::Voucher,
        TenderKind::Online,
    ]);
    kinds.into_iter().map(Tender::of_kind).collect()
}

/// Which way an amount halfway between two steps goes. Away from and toward zero, so that a refund
/// mirrors the payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ts_rs::TS)]
#[serde(rename_all = "snake_case")]
pub enum CashRoundingMode {
    HalfUp,
    HalfDown,
}

/// To what step the cash part of a bill is rounded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ts_rs::TS)]
pub struct CashRounding {
    /// The smallest amount that cash pays, in minor units: 5 for 0.05.
    pub step: Money,
    pub mode: CashRoundingMode,
}

impl CashRounding {
    /// To the nearest step of so many minor units, a half away from zero.
    pub const fn nearest(step_minor_units: i64) -> CashRounding {
        CashRounding {
            step: Money::minor(step_minor_units),
            mode: CashRoundingMode::HalfUp,
        }
    }
}

/// How shops of a country round cash: by law, or where the shop may choose, as most do. `None` where
/// cash is paid to the cent. (In Hungary a forint has no coin for its hundredths: 5 Ft is 500.)
pub fn cash_rounding_of(country: Country) -> Option<CashRounding> {
    match country {
        Country::BE
        | Country::FI
        | Country::NL
        | Country::IE
        | Country::SK
        | Country::EE
        | Country::LT
        | Country::CH
        | Country::AU => Some(CashRounding::nearest(5)),
        Country::NZ => Some(CashRounding {
            step: Money::minor(10),
            mode: CashRoundingMode::HalfDown,
        }),
        Country::SE | Country::NO | Country::CZ => Some(CashRounding::nearest(100)),
        Country::DK => Some(CashRounding::nearest(50)),
        Country::HU => Some(CashRounding::nearest(500)),
        _ => None,
    }
}

/// The amount that cash pays for what is due, and the difference (rounded less due), which is a
/// figure of its own and bears no tax. Called once, on what is left for cash after other tenders.
/// Without a rule, or with a step that is no step, the amount stays.
pub fn round_cash(due: Money, rule: Option<CashRounding>) -> (Money, Money) {
    let Some(rule) = rule.filter(|rule| rule.step.is_positive()) else {
        return (due, Money::ZERO);
    };
    let step = rule.step.minor_units();
    let amount = due.abs().minor_units();
    let over = amount % step;
    let goes_up = match rule.mode {
        CashRoundingMode::HalfUp => 2 * over >= step,
        CashRoundingMode::HalfDown => 2 * over > step,
    };
    let rounded = Money::minor(amount - over + if goes_up { step } else { 0 });
    let rounded = if due.is_negative() { -rounded } else { rounded };
    (rounded, rounded - due)
}

/// What comes back of the cash given; zero while it does not cover what is due.
pub fn change_due(tendered: Money, due: Money) -> Money {
    (tendered - due).max(Money::ZERO)
}

/// An amount of cash that has a button.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QuickAmount {
    pub amount: Money,
    /// Whether it pays what is due; a note that does not keeps its place, empty.
    pub usable: bool,
}

/// The buttons for cash: exactly what is due, then the notes that customers hand over, each always in its own place so
/// that a hand finds it without looking. Empty where nothing is due.
pub fn quick_amounts(due: Money, currency: &Currency) -> Vec<QuickAmount> {
    if !due.is_positive() {
        return Vec::new();
    }
    let minor_units_per_one = 10_i64.pow(u32::from(currency.decimals.min(3)));
    let notes = button_notes_of(&currency.code)
        .map(|note| Money::minor(note * minor_units_per_one))
        .map(|amount| QuickAmount {
            amount,
            usable: amount >= due,
        });
    let exact = QuickAmount {
        amount: due,
        usable: true,
    };
    [exact].into_iter().chain(notes).collect()
}

/// The coins and notes of a currency that a drawer is counted in, largest first, and whether each is
/// a note. A currency without a table is counted as one sum.
pub fn denominations(currency: &Currency) -> Vec<(Money, bool)> {
    let (notes, coins): (&[i64], &[i64]) = match currency.code.as_str() {
        "EUR" => (
            &[20_000, 10_000, 5000, 2000, 1000, 500],
            &[200, 100, 50, 20, 10, 5, 2, 1],
        ),
        "CHF" => (
            &[100_000, 20_000, 10_000, 5000, 2000, 1000],
            &[500, 200, 100, 50, 20, 10, 5],
        ),
        "GBP" => (&[5000, 2000, 1000, 500], &[200, 100, 50, 20, 10, 5, 2, 1]),
        "AUD" => (&[10_000, 5000, 2000, 1000, 500], &[200, 100, 50, 20, 10, 5]),
        "NZD" => (&[10_000, 5000, 2000, 1000, 500], &[200, 100, 50, 20, 10]),
        "USD" => (&[10_000, 5000, 2000, 1000, 500, 200, 100], &[25, 10, 5, 1]),
        "CAD" => (&[10_000, 5000, 2000, 1000, 500], &[200, 100, 25, 10, 5]),
        "DKK" => (
            &[50_000, 20_000, 10_000, 5000],
            &[2000, 1000, 500, 200, 100, 50],
        ),
        _ => (&[], &[]),
    };
    let of = |values: &[i64], note: bool| {
        let values: Vec<_> = values
            .iter()
            .map(|&value| (Money::minor(value), note))
            .collect();
        values
    };
    [of(notes, true), of(coins, false)].concat()
}

/// Whether somebody puts down more than the largest note above what is due: likelier a slip of the
/// keypad than money.
pub fn is_unusually_much(tendered: Money, due: Money, currency: &Currency) -> bool {
    let minor_units_per_one = 10_i64.pow(u32::from(currency.decimals.min(3)));
    let largest = notes_of(&currency.code).last().copied().unwrap_or(100);
    tendered - due > Money::minor(largest * minor_units_per_one)
}

/// The three notes that are handed over most, smallest first, in whole units of the currency.
fn button_notes_of(currency_code: &str) -> [i64; 3] {
    match currency_code {
        "DKK" | "NOK" | "SEK" => [100, 200, 500],
        "CZK" => [500, 1000, 2000],
        "HUF" => [5000, 10_000, 20_000],
        "JPY" => [1000, 5000, 10_000],
        "PLN" => [20, 50, 100],
        _ => [10, 20, 50],
    }
}

/// The notes that people carry, in whole units of the currency.
fn notes_of(currency_code: &str) -> &'static [i64] {
    match currency_code {
        "CHF" => &[10, 20, 50, 100, 200],
        "GBP" => &[5, 10, 20, 50],
        "DKK" | "NOK" => &[50, 100, 200, 500],
        "SEK" => &[20, 50, 100, 200, 500],
        "CZK" => &[100, 200, 500, 1000, 2000],
        "HUF" => &[500, 1000, 2000, 5000, 10_000, 20_000],
        "JPY" => &[1000, 5000, 10_000],
        "PLN" => &[10, 20, 50, 100, 200],
        "USD" | "CAD" => &[5, 10, 20, 50, 100],
        _ => &[5, 10, 20, 50, 100],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn eur() -> Currency {
        Currency::from_code("EUR").unwrap()
    }

    #[test]
    fn belgian_cash_goes_to_the_nearest_five_cents() {
        let rule = cash_rounding_of(Country::BE);
        for (due, rounded) in [
            (1341, 1340),
            (1342, 1340),
            (1343, 1345),
            (1344, 1345),
            (1345, 1345),
            (1346, 1345),
            (1347, 1345),
            (1348, 1350),
            (1349, 1350),
            (1350, 1350),
            (2, 0),
        ] {
            let expected = (Money::minor(rounded), Money::minor(rounded - due));
            assert_eq!(round_cash(Money::minor(due), rule), expected, "{due}");
        }
    }

    #[test]
    fn each_country_rounds_its_own_way() {
        for (country, due, rounded) in [
            (Country::FR, 1341, 1341),
            (Country::DE, 1341, 1341),
            (Country::NZ, 1345, 1340),
            (Country::NZ, 1346, 1350),
            (Country::SE, 1350, 1400),
            (Country::SE, 1349, 1300),
            (Country::DK, 1324, 1300),
            (Country::DK, 1325, 1350),
            (Country::HU, 12_300, 12_500),
            (Country::CH, 1342, 1340),
            (Country::AU, 1343, 1345),
        ] {
            let (actual, _) = round_cash(Money::minor(due), cash_rounding_of(country));
            assert_eq!(actual, Money::minor(rounded), "{country} {due}");
        }
    }

    #[test]
    fn change_comes_back_only_when_enough_was_given() {
        let change = |tendered, due| change_due(Money::minor(tendered), Money::minor(due));
        assert_eq!(change(2000, 1350), Money::minor(650));
        assert_eq!(change(1000, 1350), Money::ZERO);
    }

    #[test]
    fn each_note_has_its_own_place_and_is_empty_where_it_does_not_pay() {
        let buttons = |due: i64, currency: &str| -> Vec<(i64, bool)> {
            quick_amounts(Money::minor(due), &Currency::from_code(currency).unwrap())
                .into_iter()
                .map(|quick| (quick.amount.minor_units(), quick.usable))
                .collect()
        };
        let euros = |due, usable: [bool; 3]| {
            let [ten, twenty, fifty] = usable;
            let notes = [(1000, ten), (2000, twenty), (5000, fifty)];
            assert_eq!(buttons(due, "EUR"), [&[(due, true)], &notes[..]].concat());
        };
        euros(850, [true, true, true]);
        euros(1350, [false, true, true]);
        euros(2000, [false, true, true]);
        euros(4720, [false, false, true]);
        euros(5001, [false, false, false]);
        assert_eq!(buttons(0, "EUR"), []);
        assert_eq!(buttons(-100, "EUR"), []);
        assert_eq!(
            buttons(1350, "JPY"),
            [(1350, true), (1000, false), (5000, true), (10_000, true)]
        );
    }

    #[test]
    fn a_hub_starts_with_one_tender_of_a_kind_that_gives_change() {
        for country in crate::country::known_countries() {
            let tenders = default_tenders(country);
            let mut ids: Vec<_> = tenders.iter().map(|tender| &tender.id).collect();
            ids.sort();
            ids.dedup();
            assert_eq!(ids.len(), tenders.len());
            let giving: Vec<_> = tenders
                .iter()
                .filter(|tender| tender.gives_change)
                .collect();
            assert_eq!(giving.len(), 1);
            assert_eq!(giving[0].kind, TenderKind::Cash);
            assert!(giving[0].opens_drawer && giving[0].counted_at_close);
        }
    }

    proptest! {
        #[test]
        fn rounding_lands_on_a_step_nearby_and_refunds_mirror(
            due in -10_000_000i64..10_000_000,
            step in 1i64..1000,
            half_up in any::<bool>(),
        ) {
            let mode = if half_up { CashRoundingMode::HalfUp } else { CashRoundingMode::HalfDown };
            let rule = Some(CashRounding { step: Money::minor(step), mode });
            let (rounded, difference) = round_cash(Money::minor(due), rule);
            prop_assert_eq!(rounded.minor_units() % step, 0);
            prop_assert_eq!(rounded, Money::minor(due) + difference);
            prop_assert!(2 * difference.abs().minor_units() <= step);
            let (refunded, _) = round_cash(Money::minor(-due), rule);
            prop_assert_eq!(refunded, -rounded);
        }

        #[test]
        fn every_button_that_can_be_used_covers_what_is_due(due in 1i64..1_000_000_000_000) {
            let due = Money::minor(due);
            let buttons = quick_amounts(due, &eur());
            prop_assert_eq!(buttons[0].amount, due);
            prop_assert!(buttons.iter().all(|quick| quick.usable == (quick.amount >= due)));
            prop_assert!(buttons[1..].windows(2).all(|pair| pair[0].amount < pair[1].amount));
            prop_assert_eq!(buttons.len(), 4);
        }
    }
}
