//! Money and goods after random work at a counter: every cent and every piece is in exactly one
//! place, after every single entry.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

use std::collections::BTreeMap;

use comptoir_domain::books::Books;
use comptoir_domain::credit::{AccountKind, CreditAccount};
use comptoir_domain::decide::{self, PaymentRequest};
use comptoir_domain::draft::{DiscountAmount, Draft};
use comptoir_domain::ids::{AccountId, ChargeId, OrderId, ShiftId};
use comptoir_domain::money::Money;
use comptoir_domain::order::{
    Charge, ChargeAmount, ChargeKind, ChargeTax, Fate, Order, ReturnedPart,
};
use comptoir_domain::quantity::Quantity;
use comptoir_domain::refusal::{Refusal, RefusalCode};
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
            let discount = line.discount.as_ref().map_or(Decimal::ZERO, |discount| {
                let of = Decimal::new(discount.of.in_thousandths(), 3);
                let given = Decimal::from(discount.amount.minor_units());
                if quantity < of {
                    round(given * quantity / of)
                } else {
                    given
                }
            });
            let amount = (gross - discount).max(Decimal::ZERO);
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
        let recognised = order.recognised();
        let parts = order.recognised_parts();
        let gross: Money = parts.iter().map(|part| part.gross).sum();
        let tax: Money = parts.iter().map(|part| part.tax_amount).sum();
        assert_eq!(gross, recognised.total());
        assert_eq!(tax, recognised.turnover.tax_amount);
        paid += totals.paid;
        turnover += recognised.total();
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

/// A counter with one order of the bench on its screen.
fn with_order(articles: &[(&str, i64)]) -> Counter {
    let mut counter = Counter::new();
    for (code, count) in articles {
        let Counter {
            bench, till, draft, ..
        } = &mut counter;
        till.add(bench, draft, code, pieces(*count));
    }
    counter
}

fn refusal_of<T: std::fmt::Debug>(answer: Result<T, Refusal>) -> RefusalCode {
    answer.expect_err("it is refused").code
}

#[test]
fn the_limit_holds_over_all_steps_together() {
    let mut counter = with_order(&[("P6", 1)]);
    let line = counter.draft.order().lines[0].id;
    let lower = |counter: &mut Counter, price| {
        let Counter {
            bench, till, draft, ..
        } = counter;
        till.decide(bench, |_, context| {
            decide::change_price(draft, line, cents(price), context)
        })
    };
    let step = lower(&mut counter, 900).unwrap();
    counter.draft.take(step);
    assert_eq!(
        refusal_of(lower(&mut counter, 810)),
        RefusalCode::DiscountAboveLimit
    );
    let Counter {
        bench, till, draft, ..
    } = &mut counter;
    let more = till.decide(bench, |_, context| {
        decide::discount_order(
            draft,
            DiscountAmount::Share { ppm: 100_000 },
            "friend",
            context,
        )
    });
    assert_eq!(refusal_of(more), RefusalCode::DiscountAboveLimit);
}

#[test]
fn a_discount_shrinks_with_what_it_was_given_on() {
    let mut counter = with_order(&[("P2", 10)]);
    let line = counter.draft.order().lines[0].id;
    counter.press(&Press::DiscountLine {
        line: 0,
        ppm: 100_000,
    });
    assert_eq!(counter.draft.order().totals().total, cents(2700));
    let Counter {
        bench, till, draft, ..
    } = &mut counter;
    let step = till.decide(bench, |_, context| {
        decide::set_quantity(draft, line, pieces(1), context)
    });
    draft.take(step.unwrap());
    assert_eq!(draft.order().totals().total, cents(270));
}

#[test]
fn one_voucher_pays_once_within_one_sale() {
    let mut counter = with_order(&[("P6", 2)]);
    let voucher = CreditAccount {
        id: AccountId::from_uuid(id(700)),
        kind: AccountKind::VoucherMultiPurpose,
        owner: None,
        balance: cents(1000),
        limit: Money::ZERO,
        expires_at: None,
    };
    let Counter {
        bench,
        till,
        draft,
        shift,
        ..
    } = &mut counter;
    let tender = bench.tender(TenderKind::Voucher);
    let request = PaymentRequest {
        amount: Some(cents(1000)),
        reference: None,
    };
    let mut pay = |draft: &Draft| {
        till.decide(bench, |_, context| {
            decide::pay(draft, &tender, &request, Some(&voucher), *shift, context)
        })
    };
    let step = pay(draft).unwrap();
    draft.take(step);
    assert_eq!(refusal_of(pay(draft)), RefusalCode::CreditTooLow);
}

#[test]
fn a_sale_on_account_is_no_money_of_the_day() {
    let mut counter = with_order(&[("P5", 1)]);
    let account = CreditAccount {
        id: AccountId::from_uuid(id(701)),
        kind: AccountKind::OnAccount,
        owner: None,
        balance: Money::ZERO,
        limit: cents(5000),
        expires_at: None,
    };
    counter
        .till
        .books
        .accounts
        .insert(account.id, account.clone());
    let Counter {
        bench,
        till,
        draft,
        shift,
        ..
    } = &mut counter;
    let tender = bench.tender(TenderKind::OnAccount);
    let step = till.decide(bench, |_, context| {
        decide::pay(
            draft,
            &tender,
            &PaymentRequest::default(),
            Some(&account),
            *shift,
            context,
        )
    });
    draft.take(step.unwrap());
    counter.complete();
    let shift = &counter.till.books.shifts[&counter.shift];
    assert_eq!(
        (shift.turnover.gross, shift.money_total()),
        (cents(600), Money::ZERO)
    );
    assert_eq!(
        (shift.bridge.put_on_account, shift.imbalance()),
        (cents(600), Money::ZERO)
    );
    assert_eq!(
        counter.till.books.accounts[&account.id].balance,
        cents(-600)
    );
}

#[test]
fn a_count_that_sales_have_overtaken_closes_nothing() {
    let mut counter = with_order(&[("P2", 1)]);
    let cash = counter.bench.tender(TenderKind::Cash).id;
    let counts = vec![(cash, cents(5000))];
    let Counter { bench, till, .. } = &mut counter;
    let counted = till.decide(bench, |books, context| {
        decide::count_shift(books, &counts, context)
    });
    till.record("shift_counted", vec![counted.unwrap()]);
    counter.press(&Press::Cash { cents: None });
    counter.complete();
    let Counter { bench, till, .. } = &mut counter;
    let closed = till.decide(bench, |books, context| {
        decide::close_shift(books, 1, context)
    });
    assert_eq!(refusal_of(closed), RefusalCode::CountMissing);
}

#[test]
fn what_was_taken_off_and_brought_back_is_not_recorded_as_removed() {
    let mut counter = with_order(&[("P2", 2)]);
    counter.press(&Press::Remove { line: 0 });
    assert_eq!(counter.draft.removed.len(), 1);
    counter.press(&Press::Undo);
    assert!(counter.draft.removed.is_empty());
    counter.press(&Press::Card { cents: Some(100) });
    counter.press(&Press::Undo);
    assert_eq!(
        counter.draft.taken_back.len(),
        1,
        "the terminal's batch has it"
    );
}

#[test]
fn charges_stay_turnover_when_the_goods_come_back() {
    let mut counter = with_order(&[("P2", 1), ("P5", 1)]);
    let mut order = counter.draft.order();
    order.milestones.placed_at = Some(MONDAY);
    let otherwise = order.lines[0].tax.clone();
    order.charges.push(Charge {
        id: ChargeId::from_uuid(id(800)),
        kind: ChargeKind::Delivery,
        name: "Delivery".to_owned(),
        amount: ChargeAmount::Fixed(cents(400)),
        tax: ChargeTax::WithGoods { otherwise },
    });
    for line in &mut order.lines {
        line.collected = line.ordered;
    }
    let sold = order.totals().taxed;
    order.lines[1].returned = order.lines[1].ordered;
    let kept = order.totals().taxed;
    assert_eq!(
        sold.gross - kept.gross,
        cents(600),
        "the delivery is not given back"
    );
    assert_eq!(order.recognised().turnover, kept);
    counter.discard();
}
