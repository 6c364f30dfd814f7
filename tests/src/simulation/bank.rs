//! Money that comes without a counter: what customers authorise or pay online, and the provider's
//! answers to what the tills ask to be captured.

use comptoir_domain::event::Event;
use comptoir_domain::ids::{IdSource, OrderId, PaymentId};
use comptoir_domain::money::Money;
use comptoir_domain::order::{Channel, Order, Payment, PaymentStatus};
use serde_json::json;

use super::read;
use super::server::ServerSide;

const DAY_MS: i64 = 86_400_000;

pub(crate) fn do_something(server: &mut ServerSide, random: &mut fastrand::Rng) {
    if random.bool() {
        pay_online(server, random);
    } else {
        answer_captures(server, random);
    }
}

/// A customer pays ahead: authorises the amount with a margin for what is weighed, or has it taken at
/// once.
fn pay_online(server: &mut ServerSide, random: &mut fastrand::Rng) {
    let mut orders = server.orders();
    orders.retain(|order| {
        order.heading.channel == Channel::Shop
            && order.payments.is_empty()
            && order.totals().due.is_positive()
    });
    let late = orders.len().saturating_sub(4);
    if orders.is_empty() {
        return;
    }
    let order = &orders[random.usize(late..orders.len())];
    let (due, now) = (order.totals().due, server.clock.now());
    let authorised = random.u32(0..3) > 0;
    let margin = Money::minor(due.minor_units() / 10);
    let payment: Payment = read(json!({
        "id": PaymentId::from_uuid(server.ids.next_uuid()),
        "tender": "online",
        "kind": "online",
        "amount": if authorised { due + margin } else { due },
        "status": if authorised { "authorised" } else { "captured" },
        "at": now,
        "capture_before": authorised.then(|| now.plus_ms(5 * DAY_MS)),
    }));
    let taken = Event::PaymentTaken {
        order: order.id(),
        payment,
    };
    server.record("payment_taken", vec![taken], Vec::new());
    server.tally.add("paid online");
}

/// The provider says yes or no to what was asked, and now and then says it twice.
fn answer_captures(server: &mut ServerSide, random: &mut fastrand::Rng) {
    for (order, payment) in asked(server, random) {
        let answer = if random.u32(0..4) > 0 {
            server.tally.add("captured");
            Event::PaymentCaptured {
                order,
                payment: payment.id,
                amount: payment.amount,
            }
        } else {
            server.tally.add("captures refused");
            Event::CaptureFailed {
                order,
                payment: payment.id,
                reason: "expired".to_owned(),
            }
        };
        for _ in 0..random.u32(1..3) {
            server.record("capture_answered", vec![answer.clone()], Vec::new());
        }
    }
}

/// What waits for an answer; and seldom what was answered long ago, because a message came late.
fn asked(server: &ServerSide, random: &mut fastrand::Rng) -> Vec<(OrderId, Payment)> {
    let late = random.u32(0..6) == 0;
    let waits = |payment: &Payment| match payment.status {
        PaymentStatus::CaptureRequested => true,
        PaymentStatus::Captured => late && payment.capture_before.is_some(),
        _ => false,
    };
    let of = |order: Order| {
        let id = order.id();
        let payments = order.payments.into_iter().filter(waits);
        payments
            .map(move |payment| (id, payment))
            .collect::<Vec<_>>()
    };
    server.orders().into_iter().flat_map(of).collect()
}
