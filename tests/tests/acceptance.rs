//! What a pick-up day must not get wrong, at real counters: in the till's own window, with a real server that goes
//! away and comes back, and every figure said beforehand to the cent.
//!
//! `cargo xtask e2e` runs these; they are ignored otherwise, as they need a display, a driver and the built pages.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

use comptoir_domain::event::Event;
use comptoir_domain::ids::AttachmentId;
use comptoir_domain::money::Money;
use comptoir_domain::order::{Fulfilment, Operation, Order, PaymentState, PaymentStatus, Seen};
use comptoir_domain::problem::ProblemRule;
use comptoir_domain::shift::Shift;
use comptoir_sync::feed::EntityKind;
use comptoir_tests::cashier;
use comptoir_tests::spot::button;
use comptoir_tests::window::{Key, Window};
use support::bench::{self, CANDLE, CARROTS, CARROTS_1125_G, EGGS, HONEY, JUICE};
use support::counter::{Counter, FLOAT, folder};
use support::hub::{Hub, fresh};

/// What Jane orders in the shop: two boxes of eggs, a juice and a kilogram of carrots, 11.60 in all.
const BASKET: [(&str, i64); 3] = [(EGGS, 2000), (JUICE, 1000), (CARROTS, 1000)];

fn jane_orders(hub: &Hub, status: PaymentStatus) -> String {
    let number = hub.order_quantities("Jane Doe", &BASKET);
    hub.pay_online(&number, 1160, status);
    number
}

/// Chooses the line of these goods, so that keys are about it.
fn choose(window: &Window, name: &str) -> anyhow::Result<()> {
    let line = window.execute(
        "const [name] = arguments;
         const found = [...document.querySelectorAll('[data-line] button.line')]
             .find((line) => line.textContent.includes(name));
         found?.click();
         return found !== undefined;",
        vec![name.into()],
    )?;
    anyhow::ensure!(line == true, "there is a line of {name}");
    window.wait_until(&format!("{name} is chosen"), |window| {
        Ok(window.text("[data-line].current")?.contains(name))
    })
}

fn paid(order: &Order) -> i64 {
    order.totals().paid.minor_units()
}

fn total(order: &Order) -> i64 {
    order.totals().total.minor_units()
}

fn is_settled(order: &Order) -> bool {
    order.fulfilment() == Fulfilment::Collected
        && order.totals().due == Money::ZERO
        && order.payment_state() == PaymentState::Paid
}

/// An anonymous sale, an order with goods added and less of others, one that loses a line for credit, one whose goods
/// are weighed, one paid by two tenders and one fetched in two goes: all of them while nothing answers.
#[test]
#[ignore = "opens the real window: cargo xtask e2e"]
fn every_kind_of_pick_up_is_settled_to_the_cent_without_a_network() {
    let folder = folder("kinds");
    let mut hub = bench::open(&folder.path().join("server"));
    let mut till = Counter::open(&hub, folder.path(), "kinds");
    let changed = jane_orders(&hub, PaymentStatus::Authorised);
    let lessened = jane_orders(&hub, PaymentStatus::Captured);
    let weighed = jane_orders(&hub, PaymentStatus::Captured);
    let split = hub.order_online("Ali Kaya", &[(CANDLE, 1)]);
    let parted = jane_orders(&hub, PaymentStatus::Captured);
    waits_for(&till, &parted, "Paid");
    hub.kill();

    till.scan(EGGS);
    till.figure_is(300);
    till.presses(Key::F10);
    till.is_done();

    a_honey_more_and_a_box_of_eggs_less(&mut till, &changed);
    no_juice_and_its_money_as_credit(&mut till, &lessened);
    the_real_weight_of_the_carrots(&mut till, &weighed);
    two_tenders(&mut till, &split);
    half_of_it_now_and_half_later(&mut till, &parted);

    hub.serve();
    hub.order_becomes(&parted, "the last hand-over arrives", is_settled);
    let order = hub.order(&changed);
    assert_eq!(
        (total(&order), paid(&order)),
        (1610, 1610),
        "what was authorised is asked for, and counts"
    );
    let asked: Vec<_> = order
        .payments
        .iter()
        .map(|payment| (payment.status, payment.amount))
        .collect();
    assert_eq!(
        asked.len(),
        2,
        "one payment online and one at the counter: {asked:?}"
    );
    let order = hub.order(&lessened);
    assert_eq!((total(&order), paid(&order)), (840, 840));
    assert!(is_settled(&order));
    let order = hub.order(&weighed);
    assert_eq!((total(&order), paid(&order)), (1190, 1190));
    let order = hub.order(&split);
    let taken: Vec<_> = order
        .payments
        .iter()
        .map(|payment| payment.amount.minor_units())
        .collect();
    assert_eq!((total(&order), taken), (600, vec![200, 400]));
    // 20 less 1 sold, 1 fetched of the changed order, 2 of each of the three others.
    hub.stock_becomes(EGGS, 12_000, 0);
    hub.stock_becomes(HONEY, 0, 0);
    hub.stock_becomes(CARROTS, 10_000 - 1000 - 1000 - 1125 - 1000, 0);
    hub.stock_becomes(CANDLE, 7000, 0);
    assert_eq!(hub.open_problems(), [], "nothing needs a person");
}

/// Waits until the till knows an order and its money, as people do who look at the list.
fn waits_for(till: &Counter, number: &str, money: &str) {
    till.presses(Key::F5);
    till.does(|window| {
        window.wait_until(&format!("{number} is listed as {money}"), |window| {
            let listed = window.execute(
                "const [number, money] = arguments;
                 return [...document.querySelectorAll('li')].some((row) =>
                     row.textContent.includes(number) && row.textContent.includes(money));",
                vec![number.into(), money.into()],
            )?;
            Ok(listed == true)
        })
    });
    till.presses(Key::Escape);
}

fn a_honey_more_and_a_box_of_eggs_less(till: &mut Counter, number: &str) {
    till.opens(number, "Jane Doe");
    till.reads("Paid – hand over");
    till.scan(HONEY);
    till.figure_is(750);
    till.does(|window| choose(window, "Eggs"));
    till.does(|window| window.type_by_hand("-"));
    till.figure_is(450);
    till.picture("changed");
    till.presses(Key::F10);
    till.is_done();
}

fn no_juice_and_its_money_as_credit(till: &mut Counter, number: &str) {
    till.opens(number, "Jane Doe");
    till.does(|window| choose(window, "Apple juice"));
    till.presses(Key::Delete);
    till.does(|window| window.click(button("Was never there")));
    till.figure_is(320);
    till.picture("to-give-back");
    till.does(|window| window.click(button("Credit")));
    till.is_done();
    assert_eq!(till.does(cashier::large_figure), 320);
}

fn the_real_weight_of_the_carrots(till: &mut Counter, number: &str) {
    till.opens(number, "Jane Doe");
    till.scan(CARROTS_1125_G);
    till.figure_is(30);
    till.presses(Key::F10);
    till.does(|window| window.hold(Key::Control, 'a'));
    till.is_done();
}

fn two_tenders(till: &mut Counter, number: &str) {
    till.opens(number, "Ali Kaya");
    till.figure_is(600);
    till.does(|window| {
        window.click(button("Pay"))?;
        window.type_by_hand("2")?;
        window.press(Key::Enter)
    });
    till.figure_is(400);
    till.does(cashier::pay_by_card);
}

fn half_of_it_now_and_half_later(till: &mut Counter, number: &str) {
    till.opens(number, "Jane Doe");
    till.scan(EGGS);
    till.scan(EGGS);
    till.reads("1 of 3 seen");
    till.presses(Key::Enter);
    till.reads("Not seen");
    till.does(|window| window.click(button("Only what is ticked")));
    till.is_done();
    till.reads("The rest stays reserved.");
    till.opens(number, "Jane Doe");
    till.reads("Paid – hand over");
    till.presses(Key::Enter);
    till.is_done();
}

/// Jane's order is settled at the counter without a network while somebody at the hub writes a note on it; and her other
/// order, which she changes in the shop, is handed over as it was.
#[test]
#[ignore = "opens the real window: cargo xtask e2e"]
fn paid_without_a_network_while_it_is_edited_elsewhere_keeps_both() {
    let folder = folder("edited");
    let mut hub = bench::open(&folder.path().join("server"));
    let mut till = Counter::open(&hub, folder.path(), "edited");
    let number = hub.order_online("Ali Kaya", &[(CANDLE, 1)]);
    waits_for(&till, &number, "to pay");
    till.opens(&number, "Ali Kaya");
    till.figure_is(600);
    hub.kill();
    till.presses(Key::F10);
    till.is_done();
    add_note(&hub, &number);
    hub.serve();
    hub.order_becomes(&number, "what was paid at the counter arrives", is_settled);
    let order = hub.order(&number);
    assert_eq!(
        order.notes.len(),
        2,
        "the customer's note and the hub's are both there"
    );
    assert_eq!((total(&order), paid(&order)), (600, 600));
    assert_eq!(hub.open_problems(), []);
}

fn add_note(hub: &Hub, number: &str) {
    let order = hub.order(number);
    let seen = Seen {
        rev: order.rev,
        own: None,
    };
    let text = AttachmentId::from_uuid(fresh());
    hub.records(
        "order_amended",
        vec![Event::OrderAmended {
            order: order.id(),
            seen,
            operations: vec![Operation::AddNote { text }],
            removed: Vec::new(),
            taken_back: Vec::new(),
            shift: None,
        }],
    );
}

/// One jar of honey, promised to a customer of the shop, is sold at two counters that hear of nothing. All of it is
/// kept, and a person is told.
#[test]
#[ignore = "opens the real window: cargo xtask e2e"]
fn the_last_honey_goes_at_two_counters_and_in_the_shop() {
    let folder = folder("last");
    let mut hub = bench::open(&folder.path().join("server"));
    let mut first = Counter::open(&hub, folder.path(), "last-a");
    let mut second = Counter::open(&hub, folder.path(), "last-b");
    let number = hub.order_online("Jane Doe", &[(HONEY, 1)]);
    waits_for(&first, &number, "to pay");
    hub.kill();
    for till in [&mut first, &mut second] {
        till.scan(HONEY);
        till.figure_is(750);
        till.presses(Key::F10);
        till.is_done();
    }
    hub.serve();
    hub.holds(&[750, 750, 750]);
    hub.stock_becomes(HONEY, -1000, 1000);
    assert_eq!(hub.open_problems(), [ProblemRule::SoldBelowZero]);
}

/// Both counters hand over the same order, each without knowing of the other. Both are facts, the bill is not raised,
/// and a person decides.
#[test]
#[ignore = "opens the real window: cargo xtask e2e"]
fn an_order_that_two_counters_hand_over_opens_one_problem() {
    let folder = folder("twice");
    let mut hub = bench::open(&folder.path().join("server"));
    let mut first = Counter::open(&hub, folder.path(), "twice-a");
    let mut second = Counter::open(&hub, folder.path(), "twice-b");
    let number = jane_orders(&hub, PaymentStatus::Captured);
    for till in [&first, &second] {
        waits_for(till, &number, "Paid");
    }
    hub.kill();
    for till in [&mut first, &mut second] {
        till.opens(&number, "Jane Doe");
        till.reads("Paid – hand over");
        till.presses(Key::Enter);
        till.is_done();
    }
    hub.serve();
    hub.stock_becomes(EGGS, 16_000, 0);
    hub.stock_becomes(JUICE, 10_000, 0);
    hub.stock_becomes(CARROTS, 8000, 0);
    let order = hub.order(&number);
    assert_eq!(
        (total(&order), paid(&order)),
        (1160, 1160),
        "the bill is not raised"
    );
    assert_eq!(hub.open_problems(), [ProblemRule::HandedOverTwice]);
}

/// A shift is closed while nothing answers and three sales are unsent; the report is right to the cent, and so is what
/// the server makes of it.
#[test]
#[ignore = "opens the real window: cargo xtask e2e"]
fn a_day_with_unsent_sales_is_closed_and_its_figures_stand() {
    let folder = folder("unsent");
    let mut hub = bench::open(&folder.path().join("server"));
    let mut till = Counter::open(&hub, folder.path(), "unsent");
    hub.kill();
    for (code, price) in [(EGGS, 300), (JUICE, 320), (CANDLE, 600)] {
        till.scan(code);
        till.figure_is(price);
        till.presses(Key::F10);
        till.is_done();
    }
    let taken = 300 + 320 + 600;
    till.does(|window| cashier::close_shift(window, &cashier::typed(FLOAT + taken)));
    let report = till.does(|window| window.text(".report"));
    let report: String = report.split_whitespace().collect();
    assert!(report.contains(&cashier::typed(taken)), "{report}");
    assert!(report.contains("Unexplained0.00"), "{report}");
    hub.serve();
    hub.holds(&[300, 320, 600]);
    let shifts = hub.things::<Shift>(EntityKind::SHIFT);
    assert_eq!(shifts.len(), 1);
    assert!(shifts[0].closed.is_some(), "the shift is closed there, too");
    assert_eq!(
        hub.open_problems(),
        [],
        "what the till reported is what the server adds up"
    );
}
