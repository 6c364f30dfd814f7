//! The hub's people at the office: they change, cancel and pack orders, some of them from a page that
//! was loaded a while ago, set prices, book goods in and out, and decide problems, often two of them
//! the same one.

use comptoir_domain::decide::{self, Context};
use comptoir_domain::event::Event;
use comptoir_domain::ids::{IdSource, LineId, TillId};
use comptoir_domain::money::Money;
use comptoir_domain::order::{
    Channel, Fate, Line, LineKind, LinePrice, Operation, Order, QuantityMode, Seen,
};
use comptoir_domain::price::PriceName;
use comptoir_domain::problem::Problem;
use comptoir_domain::quantity::Quantity;
use comptoir_domain::refusal::Refusal;
use comptoir_domain::staff::Role;
use comptoir_domain::tax::{LineTax, rate_on};
use comptoir_domain::time::Zone;
use comptoir_sync::feed::EntityKind;

use super::server::ServerSide;
use super::{catalogue, goods};
use crate::founding::put;

pub(crate) fn do_something(server: &mut ServerSide, random: &mut fastrand::Rng) {
    match random.u32(0..50) {
        0..12 => amend_order(server, random),
        12..16 => look_at_an_order(server, random),
        16..19 => handle_order(server, random),
        19..21 => cancel_order(server, random),
        21..25 => move_goods(server, random),
        25..33 => decide_a_problem(server, random),
        33..37 => change_price(server, random),
        37..40 => catalogue::take_product_out(server, random),
        40..42 => catalogue::put_product_in(server, random),
        42..46 => catalogue::change_staff(server, random),
        _ => server.prune_tombstones(),
    }
}

/// An order of the shop of which something is still to be handed over, mostly one of the latest.
fn open_order(server: &ServerSide, random: &mut fastrand::Rng) -> Option<Order> {
    let waits = |order: &Order| {
        order.heading.channel == Channel::Shop
            && order.milestones.cancelled.is_none()
            && order
                .lines
                .iter()
                .any(|line| line.outstanding().is_positive())
    };
    let mut open = server.orders();
    open.retain(waits);
    let late = open.len().saturating_sub(4);
    (!open.is_empty()).then(|| open.swap_remove(random.usize(late..open.len())))
}

/// Somebody loads the page of an order, and comes back to it later.
fn look_at_an_order(server: &mut ServerSide, random: &mut fastrand::Rng) {
    server.open_page = open_order(server, random);
}

/// Changes an order as it is now, or as it was when its page was loaded.
fn amend_order(server: &mut ServerSide, random: &mut fastrand::Rng) {
    let page = server.open_page.take_if(|_| random.bool());
    let Some(order) = page.or_else(|| open_order(server, random)) else {
        return;
    };
    let operations = (0..random.usize(1..3)).map(|_| {
        let added = line(server, random);
        an_operation(&order, added, random)
    });
    let amended = Event::OrderAmended {
        order: order.id(),
        seen: Seen {
            rev: order.rev,
            own: None,
        },
        operations: operations.collect(),
        removed: Vec::new(),
        taken_back: Vec::new(),
        shift: None,
    };
    server.record("order_amended", vec![amended], Vec::new());
    server.tally.add("amended at the office");
}

/// Something that somebody may do to an order that they see.
fn an_operation(order: &Order, added: Line, random: &mut fastrand::Rng) -> Operation {
    let Some(line) = order.lines.get(random.usize(0..order.lines.len().max(1))) else {
        return Operation::AddLine { line: added };
    };
    let (from, more) = (line.wanted(), Quantity::pieces(random.i64(1..3)));
    match random.u32(0..10) {
        0 => Operation::AddLine { line: added },
        1..3 => Operation::ChangeQuantity {
            line: line.id,
            from,
            to: from + more,
            mode: QuantityMode::Add,
        },
        3..5 => Operation::ChangeQuantity {
            line: line.id,
            from,
            to: more + Quantity::ONE,
            mode: QuantityMode::Set,
        },
        5 => Operation::Weigh {
            line: line.id,
            to: from + Quantity::thousandths(random.i64(1..300)),
        },
        6 => Operation::Substitute {
            line: line.id,
            by: Line {
                substitutes: Some(line.id),
                ..added
            },
            quantity: line.outstanding(),
            collected: line.collected,
            fate: some_fate(random),
        },
        7 => Operation::ChangePrice {
            line: line.id,
            from: line.price.clone(),
            to: LinePrice {
                unit_price: Money::minor(random.i64(1..500)),
                name: PriceName::Manual,
                regular: Some(line.price.unit_price),
                label_total: None,
                reason: Some("short_dated".to_owned()),
            },
        },
        _ => Operation::RemoveLine {
            line: line.id,
            from,
            collected: line.collected,
            fate: some_fate(random),
            reason: "changed".to_owned(),
        },
    }
}

pub(crate) fn some_fate(random: &mut fastrand::Rng) -> Fate {
    [Fate::BackToShelf, Fate::Wasted, Fate::NeverThere][random.usize(0..3)]
}

/// A line of goods as it is frozen.
fn line(server: &mut ServerSide, random: &mut fastrand::Rng) -> Line {
    let mut variants = server.variants();
    let variant = variants.swap_remove(random.usize(0..variants.len()));
    let day = server.clock.now().in_zone(Zone::UTC).date_naive();
    let rate =
        rate_on(&server.settings.tax_rates, &variant.tax_class, day).expect("the rate is known");
    Line {
        id: LineId::from_uuid(server.ids.next_uuid()),
        kind: LineKind::Goods,
        variant: variant.id,
        code: variant.code,
        name: variant.name,
        unit: variant.unit,
        price: LinePrice {
            unit_price: variant.price.unwrap_or(Money::ZERO),
            name: PriceName::Regular,
            regular: None,
            label_total: None,
            reason: None,
        },
        tax: LineTax::new(variant.tax_class, rate),
        ordered: Quantity::pieces(random.i64(1..5)),
        weighed: None,
        picked: Quantity::ZERO,
        collected: Quantity::ZERO,
        returned: Quantity::ZERO,
        removals: Vec::new(),
        discount: None,
        tied_to: None,
        substitutes: None,
        substituted_by: None,
        tracks_stock: true,
        parts: Vec::new(),
    }
}

/// What the manager decides at the office.
fn at_the_desk<T>(
    server: &mut ServerSide,
    decide: impl FnOnce(&Context<'_>) -> Result<T, Refusal>,
) -> Result<T, Refusal> {
    let settings = server.settings.clone();
    let desk = TillId::from_uuid(server.ids.next_uuid());
    decide(&Context {
        now: server.clock.now(),
        staff: server.staff,
        role: Role::Manager,
        approved_by: None,
        till: desk,
        location: server.location,
        settings: &settings,
        ids: &mut server.ids,
    })
}

/// Does what the office may do now with an order; a no is as good an answer as any.
fn with_order(
    server: &mut ServerSide,
    random: &mut fastrand::Rng,
    kind: &str,
    decide: impl FnOnce(&Order, &Context<'_>, &mut fastrand::Rng) -> Result<Event, Refusal>,
) {
    let Some(order) = open_order(server, random) else {
        return;
    };
    if let Ok(event) = at_the_desk(server, |context| decide(&order, context, random)) {
        server.record(kind, vec![event], Vec::new());
        server.tally.add(kind);
    }
}

fn handle_order(server: &mut ServerSide, random: &mut fastrand::Rng) {
    match random.u32(0..5) {
        0..2 => with_order(server, random, "order_ready", |order, context, _| {
            decide::mark_ready(order, Some("shelf 4"), context)
        }),
        2..4 => with_order(server, random, "lines_picked", |order, context, random| {
            let lines = order.lines.iter().filter(|_| random.bool());
            let parts = lines.map(|line| (line.id, line.ordered)).collect();
            decide::pick(order, parts, context)
        }),
        _ => with_order(server, random, "order_expired", |order, context, _| {
            decide::expire(order, context)
        }),
    }
}

fn cancel_order(server: &mut ServerSide, random: &mut fastrand::Rng) {
    with_order(server, random, "order_cancelled", |order, context, _| {
        decide::cancel(order, "no_show", context)
    });
}

/// Goods come from a supplier, are spoilt, are counted.
fn move_goods(server: &mut ServerSide, random: &mut fastrand::Rng) {
    let mut open = server.problems();
    open.retain(Problem::is_open);
    let seen = goods::Seen {
        variants: server.variants(),
        books: server.books(),
        open,
    };
    let done = at_the_desk(server, |context| goods::some_act(&seen, context, random));
    if let Ok((kind, events)) = done {
        server.record(kind, events, Vec::new());
        server.tally.add(kind);
    }
}

/// Somebody decides a problem, or saves what they chose on a page that was loaded a while ago: then
/// somebody else may have decided it meanwhile.
fn decide_a_problem(server: &mut ServerSide, random: &mut fastrand::Rng) {
    if let Some(chosen) = server.open_decision.take_if(|_| random.bool()) {
        server.record("problem_decided", chosen, Vec::new());
        return server.tally.add("problems decided late");
    }
    let mut problems = server.problems();
    problems.retain(Problem::is_open);
    if problems.is_empty() {
        return;
    }
    let problem = &problems[random.usize(0..problems.len())];
    let books = server.books();
    let choices = decide::choices(problem, &books);
    let choice = choices[random.usize(0..choices.len())];
    let decided = at_the_desk(server, |context| {
        decide::decide_problem(problem, choice, &books, context)
    });
    let Ok(events) = decided else { return };
    if random.u32(0..3) == 0 {
        server.open_decision = Some(events);
    } else {
        server.record("problem_decided", events, Vec::new());
        server.tally.add("problems decided");
        server.tally.add_named("choice", &choice);
    }
}

fn change_price(server: &mut ServerSide, random: &mut fastrand::Rng) {
    let mut variants = server.variants();
    let mut variant = variants.swap_remove(random.usize(0..variants.len()));
    variant.price = Some(Money::minor(random.i64(50..900)));
    server.record(
        "price_changed",
        Vec::new(),
        vec![put(EntityKind::VARIANT, &variant.id, &variant)],
    );
}
