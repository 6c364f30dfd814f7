//! A cashier at a counter, pressing keys.
#![allow(
    clippy::unwrap_used,
    dead_code,
    unreachable_pub,
    reason = "each test file uses a part of this module"
)]

use std::collections::BTreeMap;

use comptoir_domain::decide;
use comptoir_domain::draft::{DiscountAmount, Draft};
use comptoir_domain::ids::{OrderId, ShiftId};
use comptoir_domain::order::{Fate, ReturnedPart};
use comptoir_domain::quantity::Quantity;
use comptoir_domain::stock::Place;
use comptoir_domain::tender::TenderKind;
use proptest::prelude::*;

use crate::support::*;

/// What a cashier might press next.
#[derive(Debug, Clone)]
pub enum Press {
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

pub fn press() -> impl Strategy<Value = Press> {
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

pub struct Counter {
    pub bench: Bench,
    pub till: Side,
    pub shift: ShiftId,
    pub draft: Draft,
    pub sold: Vec<OrderId>,
    /// Everything that moved, per variant and place, added up by the test itself.
    pub moved: BTreeMap<(comptoir_domain::ids::VariantId, Place), i64>,
}

pub const ARTICLES: [&str; 6] = ["P1", "P2", "P3", "P4", "P5", "P6"];

impl Counter {
    pub fn new() -> Counter {
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
    pub fn press(&mut self, press: &Press) {
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

    pub fn complete(&mut self) {
        if let Ok(applied) = self.till.complete(&self.bench, &self.draft, self.shift) {
            self.sold.push(self.draft.heading().id);
            self.draft = self.till.new_draft(&self.bench);
            self.count_moves(&applied);
        }
    }

    pub fn discard(&mut self) {
        let (draft, shift) = (&self.draft, self.shift);
        let Ok(events) = self.till.decide(&self.bench, |_, context| {
            decide::discard(draft, shift, context)
        }) else {
            return;
        };
        if !events.is_empty() {
            self.till.record("discarded", events);
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
