//! Several orders settled by one tender.

use crate::counter::*;
use crate::support::*;
use comptoir_domain::decide::{self, HandOver, PaymentRequest, Together, to_settle};
use comptoir_domain::draft::{Draft, Step};
use comptoir_domain::event::Event;
use comptoir_domain::ids::{ActionId, PaymentId};
use comptoir_domain::money::Money;
use comptoir_domain::order::{Payment, PaymentStatus};
use comptoir_domain::staff::Role;
use comptoir_domain::tender::TenderKind;
use proptest::prelude::*;

/// Orders that wait for the same hand, each owing or owed something else.
fn several(figures: &[i64]) -> (Counter, Vec<Draft>) {
    let counter = Counter::new(None, None);
    let mut drafts = Vec::new();
    let mut server = Side::server();
    for (index, paid) in figures.iter().enumerate() {
        let number = 10 + index as u128;
        let (order, mut events) = placed(&counter.bench, &mut server, number, None, None);
        if *paid > 0 {
            events.push(Event::PaymentTaken {
                order,
                payment: Payment {
                    id: PaymentId::from_uuid(id(8000 + number)),
                    tender: tender_id(TenderKind::Online, &counter.bench),
                    kind: TenderKind::Online,
                    amount: cents(*paid),
                    tendered: None,
                    change: Money::ZERO,
                    rounding: Money::ZERO,
                    reference: None,
                    status: PaymentStatus::Captured,
                    at: MONDAY,
                    shift: None,
                    account: None,
                    capture_before: None,
                    capture: None,
                },
            });
        }
        server.record("order_placed", events);
        let order = server.books.order(order).unwrap().clone();
        drafts.push(Draft::amending(order, MONDAY));
    }
    (counter, drafts)
}

fn moved(step: &Step) -> (i64, i64) {
    match step {
        Step::Paid { payment, .. } => {
            (payment.amount.minor_units(), payment.rounding.minor_units())
        }
        Step::GaveBack { refund, .. } => {
            (-refund.amount.minor_units(), -refund.rounding.minor_units())
        }
        other => panic!("no money: {other:?}"),
    }
}

proptest! {
    #[test]
    fn one_tender_for_several_orders_is_shared_out_to_the_cent(
        paid in prop::collection::vec(0i64..2400, 1..5),
        given in prop::option::of(1i64..6000),
        cash in any::<bool>(),
    ) {
        let (mut counter, mut drafts) = several(&paid);
        let net = decide::to_settle_together(&drafts.iter().collect::<Vec<_>>(), MONDAY);
        let tender = counter.bench.tender(if cash { TenderKind::Cash } else { TenderKind::Transfer });
        let wanted = Together {
            tender: &tender,
            amount: given.map(cents),
            reference: None,
            action: ActionId::from_uuid(id(1)),
        };
        let shift = counter.shift;
        let all: Vec<&Draft> = drafts.iter().collect();
        let steps = counter.till.decide(&counter.bench, |_, context| {
            context.role = Role::Manager;
            decide::settle_together(&all, &wanted, shift, context)
        });
        let most = net.minor_units().abs();
        let Ok(steps) = steps else {
            let too_much = given.is_some_and(|given| given > most) && (!cash || net.is_negative());
            prop_assert!(too_much || paid.iter().all(|paid| *paid == 1160));
            return Ok(());
        };
        let sum: i64 = steps.iter().map(|(_, step)| moved(step).0).sum();
        let expected = given.unwrap_or(most).min(most);
        prop_assert_eq!(sum, if net.is_negative() { -expected } else { expected });
        for (order, step) in steps {
            let draft = drafts.iter_mut().find(|draft| draft.heading().id == order).unwrap();
            let before = to_settle(&draft.order(), MONDAY);
            draft.take(step);
            let after = to_settle(&draft.order(), MONDAY);
            prop_assert!(after.abs() <= before.abs());
            prop_assert!(before.minor_units().signum() * after.minor_units().signum() >= 0);
        }
        let settled = decide::is_settled_together(&drafts.iter().collect::<Vec<_>>(), MONDAY);
        prop_assert_eq!(settled, expected == most);
    }

    #[test]
    fn after_every_step_the_money_adds_up(
        steps in prop::collection::vec((0u8..9, 1i64..1500), 0..24),
        status in prop::option::of(prop::sample::select(vec![
            PaymentStatus::Authorised,
            PaymentStatus::Captured,
        ])),
    ) {
        let mut counter = Counter::new(status, None);
        for (what, amount) in steps {
            let request = PaymentRequest { amount: Some(cents(amount)), ..PaymentRequest::default() };
            let _ = match what {
                0 => counter.pay(TenderKind::Cash, request),
                1 => counter.pay(TenderKind::Transfer, PaymentRequest::default()),
                2 => counter.give_back(TenderKind::Cash, Some(amount)),
                3 => counter.give_back(TenderKind::Online, None),
                4 => counter.step(|draft, shift, context| {
                    decide::forgive(draft, &HandOver::Everything, shift, context)
                }),
                5 => counter.back("P2", 1),
                6 => {
                    let line = counter.line("P4");
                    counter.step(|draft, _, context| {
                        decide::step_quantity(draft, line, pieces(amount % 3 - 1), context)
                    })
                }
                7 => counter.draft.undo().map(|_| ()).map_err(|refusal| refusal.code),
                _ => {
                    let how = if amount % 2 == 0 { HandOver::Everything } else { HandOver::Nothing };
                    let done = counter.complete(&how).map(|_| ());
                    if done.is_ok() {
                        counter.reopen();
                    }
                    done
                }
            };
            let order = counter.draft.order();
            let totals = order.totals();
            let lines: Money = order.lines.iter().map(|line| line.amount() - line.returned_amount()).sum();
            prop_assert_eq!(totals.total, lines);
            let paid: Money = order.payments.iter().map(Payment::counts_for).sum();
            prop_assert_eq!(totals.paid, paid - order.refunded());
            prop_assert_eq!(totals.due, totals.total - totals.paid - totals.forgiven);
            prop_assert!(!totals.forgiven.is_negative() && !totals.due.is_negative() || totals.forgiven.is_zero());
            let figure = to_settle(&order, MONDAY);
            prop_assert!(figure.is_zero() || figure.is_negative() == totals.due.is_negative());
            let asked: Money = order.payments.iter().filter_map(|payment| payment.capture.as_ref().map(|c| payment.amount - c.authorised)).sum();
            prop_assert!(!asked.is_positive(), "never above what was authorised");
        }
        counter.balanced();
    }
}
