//! Money and goods after random work at a counter: every cent and every piece is in exactly one
//! place, after every single entry.

mod support;

use std::collections::BTreeMap;

use comptoir_domain::books::Books;
use comptoir_domain::decide;
use comptoir_domain::draft::{DiscountAmount, Draft};
use comptoir_domain::ids::{OrderId, ShiftId};
use comptoir_domain::money::Money;
use comptoir_domain::order::{Fate, Order, ReturnedPart};
use comptoir_domain::quantity::Quantity;
use comptoir_domain::stock::Place;
use comptoir_domain::tender::TenderKind;
use proptest::prelude::*;
use rust_decimal::{Decimal, RoundingStrategy};
use support::*;

/// What a cashier might press next.
#[derive(Debug, Clone)]
enum Press {
    Add {
        article: usize,
        thousandths: i64,
    },
    Step {
        line: usize,
        up: bool,
    },
    Set {
        line: usize,
        pieces: i64,
    },
    Remove {
        line: usize,
    },
    DiscountLine {
        line: usize,
        ppm: u32,
    },
    DiscountOrder {
        cents: i64,
    },
    Undo,
    Cash {
        cents: Option<i64>,
    },
    Card {
        cents: Option<i64>,
    },
    Complete,
    Discard,
    Return {
        order: usize,
        line: usize,
        thousandths: i64,
        waste: bool,
    },
    CorrectTender {
        order: usize,
    },
}

fn press() -> impl Strategy<Value = Press> {
    prop_oneof![
        6 => (0usize..6, 1i64..4000).prop_map(|(article, thousandths)| Press::Add { article, thousandths }),
        2 => (0usize..4, any::<bool>()).prop_map(|(line, up)| Press::Step { line, up }),
        1 => (0usize..4, 1i64..30).prop_map(|(line, pieces)| Press::Set { line, pieces }),
        1 => (0usize..4).prop_map(|line| Press::Remove { line }),
        1 => (0usize..4, 0u32..100_000).prop_map(|(line, ppm)| Press::DiscountLine { line, ppm }),
        1 => (0i64..300).prop_map(|cents| Press::DiscountOrder { cents }),
        1 => Just(Press::Undo),
        3 => prop::option::of(1i64..5000).prop_map(|cents| Press::Cash { cents }),
        2 => prop::option::of(1i64..2000).prop_map(|cents| Press::Card { cents }),
        4 => Just(Press::Complete),
        1 => Just(Press::Discard),
        2 => (0usize..4, 0usize..3, 1i64..2500, any::<bool>()).prop_map(|(order, line, thousandths, waste)| Press::Return { order, line, thousandths, waste }),
        1 => (0usize..4).prop_map(|order| Press::CorrectTender { order }),
    ]
}

struct Counter {
    bench: Bench,
    till: Side,
    shift: ShiftId,
    draft: Draft,
    sold: Vec<OrderId>,
    /// Everything that moved, per variant and place, added up by the test itself.
    moved: BTreeMap<(comptoir_domain::ids::VariantId, Place), i64>,
}

const ARTICLES: [&str; 6] = ["P1", "P2", "P3", "P4", "P5", "P6"];

impl Counter {
    fn new() -> Counter {
        let bench = Bench::new();
        let mut till = Side::till(1);
        let shift = till.open_shift(&bench, 5000);
        let draft = till.new_draft(&bench);
        Counter {
            bench,
            till,
            shift,
            draft,
            sold: Vec::new(),
            moved: BTreeMap::new(),
        }
    }

    /// Presses a key. A refusal changes nothing, and is as good an answer as any.
    fn press(&mut self, press: &Press) {
        match press {
            Press::Add {
                article,
                thousandths,
            } => {
                let code = ARTICLES[*article];
                let quantity = if code == "P1" {
                    grams(*thousandths)
                } else {
                    pieces(1 + thousandths / 1500)
                };
                self.till.add(&self.bench, &mut self.draft, code, quantity);
            }
            Press::Step { line, up } => self.on_line(*line, |draft, line, context| {
                decide::step_quantity(
                    draft,
                    line,
                    if *up { pieces(1) } else { pieces(-1) },
                    context,
                )
            }),
            Press::Set {
                line,
                pieces: count,
            } => {
                self.on_line(*line, |draft, line, context| {
                    decide::set_quantity(draft, line, pieces(*count), context)
                });
            }
            Press::Remove { line } => self.on_line(*line, |draft, line, context| {
                decide::remove(draft, line, Fate::BackToShelf, "", context)
            }),
            Press::DiscountLine { line, ppm } => self.on_line(*line, |draft, line, context| {
                decide::discount_line(
                    draft,
                    line,
                    DiscountAmount::Share { ppm: *ppm },
                    "regular",
                    context,
                )
            }),
            Press::DiscountOrder { cents: amount } => {
                let draft = &self.draft;
                let step = self.till.decide(&self.bench, |_, context| {
                    decide::discount_order(
                        draft,
                        DiscountAmount::Fixed {
                            amount: cents(*amount),
                        },
                        "friend",
                        context,
                    )
                });
                step.into_iter().for_each(|step| self.draft.take(step));
            }
            Press::Undo => {
                let _ = self.draft.undo();
            }
            Press::Cash { cents } => {
                let _ = self.till.pay(
                    &self.bench,
                    &mut self.draft,
                    TenderKind::Cash,
                    *cents,
                    self.shift,
                );
            }
            Press::Card { cents } => {
                let _ = self.till.pay(
                    &self.bench,
                    &mut self.draft,
                    TenderKind::CardStandalone,
                    *cents,
                    self.shift,
                );
            }
            Press::Complete => self.complete(),
            Press::Discard => self.discard(),
            Press::Return {
                order,
                line,
                thousandths,
                waste,
            } => self.take_back(*order, *line, *thousandths, *waste),
            Press::CorrectTender { order } => self.correct_tender(*order),
        }
    }

    fn on_line(
        &mut self,
        index: usize,
        decision: impl FnOnce(
            &Draft,
            comptoir_domain::ids::LineId,
            &decide::Context<'_>,
        )
            -> Result<comptoir_domain::draft::Step, comptoir_domain::refusal::Refusal>,
    ) {
        let Some(line) = self.draft.order().lines.get(index).map(|line| line.id) else {
            return;
        };
        let draft = &self.draft;
        let step = self
            .till
            .decide(&self.bench, |_, context| decision(draft, line, context));
        step.into_iter().for_each(|step| self.draft.take(step));
    }

    fn complete(&mut self) {
        if let Ok(applied) = self.till.complete(&self.bench, &self.draft, self.shift) {
            self.sold.push(self.draft.heading().id);
            self.draft = self.till.new_draft(&self.bench);
            self.count_moves(&applied);
        }
    }

    fn discard(&mut self) {
        let (draft, shift) = (&self.draft, self.shift);
        let Ok(event) = self.till.decide(&self.bench, |_, context| {
            decide::discard(draft, shift, context)
        }) else {
            return;
        };
        if let Some(event) = event {
            self.till.record("discarded", vec![event]);
        }
        self.draft = self.till.new_draft(&self.bench);
    }

    fn take_back(&mut self, order: usize, line: usize, thousandths: i64, waste: bool) {
        let Some(order) = self
            .sold
            .get(order)
            .and_then(|id| self.till.books.order(*id))
            .cloned()
        else {
            return;
        };
        let Some(line) = order.lines.get(line) else {
            return;
        };
        let restock = if waste {
            Fate::Wasted
        } else {
            Fate::BackToShelf
        };
        let part = ReturnedPart {
            line: line.id,
            quantity: Quantity::thousandths(thousandths),
            restock,
        };
        let cash = self.bench.tender(TenderKind::Cash);
        let shift = self.shift;
        let events = self.till.decide(&self.bench, |_, context| {
            decide::take_return(
                &order,
                vec![part],
                "unwanted",
                (&cash, None),
                shift,
                context,
            )
        });
        if let Ok(events) = events {
            let applied = self.till.record("return", events);
            self.count_moves(&applied);
        }
    }

    fn correct_tender(&mut self, order: usize) {
        let Some(order) = self
            .sold
            .get(order)
            .and_then(|id| self.till.books.order(*id))
            .cloned()
        else {
            return;
        };
        let Some(payment) = order.payments.first() else {
            return;
        };
        let card = self.bench.tender(TenderKind::CardStandalone);
        let shift = self.shift;
        let events = self.till.decide(&self.bench, |_, context| {
            decide::correct_tender(&order, payment.id, &card, None, shift, context)
        });
        if let Ok(events) = events {
            self.till.record("tender_corrected", events);
        }
    }

    fn count_moves(&mut self, applied: &comptoir_domain::books::Applied) {
        for stock_move in &applied.moves {
            let quantity = stock_move.quantity.in_thousandths();
            *self
                .moved
                .entry((stock_move.variant, stock_move.to))
                .or_default() += quantity;
            *self
                .moved
                .entry((stock_move.variant, stock_move.from))
                .or_default() -= quantity;
        }
    }
}

/// What the customer is to pay, worked out from the lines by another way than the order's own.
fn oracle_total(order: &Order) -> Decimal {
    let round =
        |value: Decimal| value.round_dp_with_strategy(0, RoundingStrategy::MidpointAwayFromZero);
    order
        .lines
        .iter()
        .map(|line| {
            let quantity = Decimal::new(line.ordered.in_thousandths(), 3);
            let gross = round(quantity * Decimal::from(line.price.unit_price.minor_units()));
            let discount = line
                .discount
                .as_ref()
                .map_or(0, |discount| discount.amount.minor_units());
            let amount = (gross - Decimal::from(discount)).max(Decimal::ZERO);
            let back = Decimal::new(line.returned.in_thousandths(), 3);
            amount
                - if quantity.is_zero() {
                    Decimal::ZERO
                } else {
                    round(amount * back / quantity)
                }
        })
        .sum()
}

fn check(counter: &Counter) {
    let books: &Books = &counter.till.books;
    let shift = books.shifts.get(&counter.shift).expect("the shift is open");
    assert_eq!(
        shift.imbalance(),
        Money::ZERO,
        "turnover, bridge and money: {shift:#?}"
    );
    let mut paid = Money::ZERO;
    let mut turnover = Money::ZERO;
    for order in books.orders.values() {
        let totals = order.totals();
        assert_eq!(totals.total.to_decimal(), oracle_total(order));
        assert_eq!(totals.due, totals.total - totals.paid);
        assert_eq!(totals.due, Money::ZERO, "a completed sale is settled");
        assert_eq!(
            totals.taxed.net + totals.taxed.tax_amount,
            totals.taxed.gross
        );
        paid += totals.paid;
        turnover += order.recognised().total();
    }
    assert_eq!(shift.money_total(), paid);
    assert_eq!(shift.turnover.gross, turnover);
    let perpetual = books.till(counter.till.till_id()).perpetual;
    assert_eq!(perpetual.sales - perpetual.returns, turnover);
    for level in books.stock.values() {
        let moved = counter
            .moved
            .get(&(level.variant, Place::Location(level.location)))
            .copied()
            .unwrap_or(0);
        assert_eq!(level.on_hand.in_thousandths(), moved);
        assert_eq!(level.reserved, Quantity::ZERO);
    }
    let mut sums: BTreeMap<_, i64> = BTreeMap::new();
    for ((variant, _), quantity) in &counter.moved {
        *sums.entry(variant).or_default() += quantity;
    }
    assert!(
        sums.values().all(|sum| *sum == 0),
        "the sum over all places is zero"
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn every_cent_and_every_piece_is_in_one_place(presses in prop::collection::vec(press(), 1..60)) {
        let mut counter = Counter::new();
        for press in &presses {
            let perpetual = counter.till.books.till(counter.till.till_id()).perpetual;
            counter.press(press);
            let after = counter.till.books.till(counter.till.till_id()).perpetual;
            prop_assert!(after.sales >= perpetual.sales && after.returns >= perpetual.returns);
            check(&counter);
        }
    }
}

#[test]
fn the_benchs_anonymous_sale_comes_to_13_50_with_70_cents_of_tax() {
    let mut counter = Counter::new();
    counter
        .till
        .add(&counter.bench, &mut counter.draft, "P2", pieces(1));
    counter
        .till
        .add(&counter.bench, &mut counter.draft, "P2", pieces(1));
    counter
        .till
        .add(&counter.bench, &mut counter.draft, "P3", pieces(1));
    let order = counter.draft.order();
    assert_eq!(order.lines.len(), 2, "one more of the same raises its line");
    let totals = order.totals();
    assert_eq!(
        (totals.total, totals.taxed.net, totals.taxed.tax_amount),
        (cents(1350), cents(1280), cents(70))
    );
    counter
        .till
        .pay(
            &counter.bench,
            &mut counter.draft,
            TenderKind::Cash,
            Some(2000),
            counter.shift,
        )
        .unwrap();
    assert_eq!(counter.draft.payments().next().unwrap().change, cents(650));
    counter.complete();
    assert!(
        counter
            .till
            .books
            .orders
            .values()
            .all(|order| order.heading.customer.is_none())
    );
}
