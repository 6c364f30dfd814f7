//! Paying online, over a real payment bridge that says yes, no, nothing, or the same thing twice: the order
//! is placed before anything is paid, nobody is charged twice, and what is unknown stays unknown.

use std::sync::Arc;
use std::time::Duration;

use comptoir_domain::decide::{self, HandOver};
use comptoir_domain::draft::Draft;
use comptoir_domain::event::Event;
use comptoir_domain::ids::RefundId;
use comptoir_domain::order::{Fulfilment, Order, Payment, PaymentStatus, Refund, RefundStatus};
use comptoir_domain::problem::{Problem, ProblemRule};
use comptoir_domain::tender::{TenderId, TenderKind};
use comptoir_testkit::{BridgeMood, PaymentBridge};
use ed25519_dalek::SigningKey;
use reqwest::{Response, StatusCode};
use sync_server::entropy::new_uuid;
use sync_server::payments::{Bridge, BridgeOptions, BridgeSecret, PayDesk, PayRound};
use sync_server::server::UNPAID_LIFE_MS;
use sync_server::shop::OrderLinks;

use crate::order_page::{Market, hidden, location};
use crate::trade::{DAY_MS, MONDAY, cents, id};
use crate::world::{TestClock, World};

const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;

const SECRET: &str = "known to both of them";

struct Till {
    market: Market,
    bridge: PaymentBridge,
    desk: PayDesk,
}

impl Till {
    async fn open() -> Till {
        Till::patient(Duration::from_secs(10)).await
    }

    async fn patient(patience: Duration) -> Till {
        let bridge = PaymentBridge::start(SECRET).unwrap();
        let options = BridgeOptions {
            patience,
            ..BridgeOptions::new(&bridge.url(), BridgeSecret::new(SECRET))
        };
        let of_server = options.clone();
        let world = World::start_with(|server| server.payments.bridge = Some(of_server)).await;
        let clock = Arc::new(TestClock(world.clock.clone()));
        let provider = Bridge::new(&options, clock).unwrap();
        let links = OrderLinks::new(&SigningKey::from_bytes(&[1; 32]));
        let store = world.store();
        let desk = PayDesk::new(store, Some(Arc::new(provider)), links, None, UNPAID_LIFE_MS);
        Till {
            market: Market::in_world(world).await,
            bridge,
            desk,
        }
    }

    fn form(&self, items: &[(&str, i64)]) -> Vec<(&'static str, String)> {
        let mut form = self.market.form(items);
        form.push(("pay", "online".to_owned()));
        form
    }

    async fn pay(&self, items: &[(&str, i64)]) -> Response {
        self.market.send(&self.form(items)).await
    }

    async fn order(&self) -> Order {
        self.market.orders().await.remove(0)
    }

    async fn payment(&self) -> Payment {
        self.order().await.payments.remove(0)
    }

    /// Some time goes by, and the sweep looks.
    async fn after(&self, milliseconds: i64) -> PayRound {
        let clock = &self.market.world.clock;
        clock.advance(milliseconds);
        self.desk.look_after_promises(clock.now()).await.unwrap();
        self.desk.round(clock.now()).await.unwrap()
    }

    async fn problems(&self, rule: ProblemRule) -> Vec<Problem> {
        let mut problems = self.market.world.problems().await;
        problems.retain(|problem| problem.rule == rule);
        problems
    }

    /// Messages that wait, were sent and were dropped.
    async fn waiting_messages(&self) -> u64 {
        let world = &self.market.world;
        let counts = world.store().outbox_counts(world.hub()).await.unwrap();
        counts.waiting
    }

    /// A till hands everything over that the order holds, after what is done to its draft.
    async fn hand_over(&self) {
        let world = &self.market.world;
        let order = self.order().await;
        let mut till = world.till(1).await;
        let shift = till.side.open_shift(&world.bench, 0);
        till.side.books.orders.insert(order.id(), order.clone());
        till.side.now = world.clock.now();
        let draft = Draft::amending(order, till.side.now);
        let events = till.side.decide(&world.bench, |_, context| {
            decide::complete(&draft, &HandOver::Everything, "", shift, context)
        });
        till.side.record("fetched", events.unwrap());
        world.push(&till, &till.side.entries).await;
    }

    async fn happens(&self, events: Vec<Event>) {
        let world = &self.market.world;
        let mut act = world.act("order_handled", Vec::new());
        act.events = events;
        world.store().record(world.hub(), act).await.unwrap();
    }

    async fn page(&self, path: &str) -> String {
        self.market.get(path).await.text().await.unwrap()
    }
}

#[tokio::test]
async fn who_pays_online_is_charged_when_the_goods_are_handed_over() {
    let till = Till::open().await;
    let until = MONDAY.plus_ms(7 * DAY_MS);
    till.bridge.set_capture_before(until.unix_ms());
    let placed = till.pay(&[("P2", 2000)]).await;
    assert_eq!(placed.status(), StatusCode::SEE_OTHER);
    let path = location(&placed);
    let payment = till.payment().await;
    assert_eq!(payment.status, PaymentStatus::Authorised);
    assert_eq!(payment.amount, cents(600));
    assert_eq!(payment.capture_before, Some(until));
    let page = till.page(&path).await;
    assert!(page.contains("Reserved online") && page.contains("Charged when you fetch it"));
    assert!(!page.contains("Still to pay"));

    till.market.world.clock.advance(5 * DAY_MS);
    till.hand_over().await;
    assert_eq!(till.payment().await.status, PaymentStatus::CaptureRequested);
    till.after(0).await;
    assert_eq!(till.payment().await.status, PaymentStatus::Captured);
    till.after(HOUR_MS).await;
    let captured = till.bridge.done_of("capture");
    assert_eq!(captured.len(), 1);
    assert_eq!(captured[0].amount, 600);
    assert!(till.bridge.faults().is_empty());
    assert!(till.page(&path).await.contains("Everything is paid"));
}

#[tokio::test]
async fn goods_that_are_weighed_are_authorised_with_a_margin() {
    let till = Till::open().await;
    till.pay(&[("P2", 1000), ("P1", 1000)]).await;
    let order = till.order().await;
    let total = order.totals().total;
    let weighed = order.lines.iter().find(|line| line.code == "P1").unwrap();
    let margin = (weighed.amount().minor_units() + 9) / 10;
    assert_eq!(order.payments[0].amount, total + cents(margin));
    till.hand_over().await;
    till.after(0).await;
    assert_eq!(till.payment().await.amount, total, "never the margin");
    assert_eq!(
        till.bridge.done_of("capture")[0].amount,
        total.minor_units()
    );
}

#[tokio::test]
async fn a_refusal_gives_the_order_back_as_a_basket_and_frees_its_goods() {
    let till = Till::open().await;
    till.bridge.set_mood(BridgeMood::No);
    let form = till.form(&[("P3", 1000)]);
    let refused = till.market.send(&form).await;
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let page = refused.text().await.unwrap();
    assert!(page.contains("The payment was refused, and nothing was charged"));
    let order = till.order().await;
    assert!(page.contains(&format!("data-spent=\"{}\"", order.id())));
    assert!(page.contains("Jane Doe"), "what was typed is still there");
    assert_eq!(order.fulfilment(), Fulfilment::Cancelled);
    let again = till.market.send(&form).await;
    assert_eq!(again.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(till.market.orders().await.len(), 1);
    // The last jar is free again.
    let placed = till.market.send(&till.market.form(&[("P3", 1000)])).await;
    assert_eq!(placed.status(), StatusCode::SEE_OTHER);
    assert!(till.bridge.done().is_empty());
}

#[tokio::test]
async fn what_is_unknown_twice_and_then_known_needs_nobody() {
    let till = Till::open().await;
    till.bridge.set_mood(BridgeMood::Unknown);
    let placed = till.pay(&[("P2", 1000)]).await;
    assert_eq!(placed.status(), StatusCode::SEE_OTHER);
    let page = till.page(&location(&placed)).await;
    assert!(page.contains("waiting for the answer of the payment provider"));
    assert_eq!(till.after(14 * MINUTE_MS).await, PayRound::default());
    assert_eq!(till.after(MINUTE_MS).await.unknown, 1);
    assert!(till.order().await.payments.is_empty());
    till.bridge.finish(true);
    till.after(15 * MINUTE_MS).await;
    assert_eq!(till.payment().await.status, PaymentStatus::Authorised);
    assert_eq!(till.after(HOUR_MS).await, PayRound::default());
    assert_eq!(till.order().await.payments.len(), 1);
}

#[tokio::test]
async fn an_answer_that_is_lost_or_forged_charges_nobody_twice() {
    for mood in [BridgeMood::DoesAndHangsUp, BridgeMood::Forged] {
        let till = Till::open().await;
        till.bridge.set_mood(mood);
        let form = till.form(&[("P2", 1000)]);
        let placed = till.market.send(&form).await;
        assert_eq!(placed.status(), StatusCode::SEE_OTHER);
        assert!(till.order().await.payments.is_empty(), "{mood:?}");
        till.bridge.set_mood(BridgeMood::Yes);
        let again = till.market.send(&form).await;
        assert_eq!(location(&again), location(&placed));
        till.after(15 * MINUTE_MS).await;
        assert_eq!(till.order().await.payments.len(), 1);
        assert_eq!(till.bridge.done_of("authorise").len(), 1);
    }
}

#[tokio::test]
async fn a_bridge_that_never_heard_of_it_gives_the_order_back_and_tells_who_left() {
    let till = Till::open().await;
    till.bridge.set_mood(BridgeMood::Broken);
    let placed = till.pay(&[("P2", 1000)]).await;
    assert_eq!(placed.status(), StatusCode::SEE_OTHER, "the order stands");
    assert_eq!(till.order().await.fulfilment(), Fulfilment::Accepted);
    let before = till.waiting_messages().await;
    till.bridge.set_mood(BridgeMood::Yes);
    till.after(15 * MINUTE_MS).await;
    let order = till.order().await;
    assert_eq!(order.fulfilment(), Fulfilment::Cancelled);
    assert_eq!(till.waiting_messages().await, before + 1);
    let page = till.page(&location(&placed)).await;
    assert!(page.contains("could not be paid") && page.contains("data-kept=\"true\""));
    let basket = format!("data-basket=\"{}:1000\"", order.lines[0].variant);
    assert!(page.contains(&basket), "{page}");
    assert!(till.bridge.done().is_empty());
}

#[tokio::test]
async fn nine_hours_without_an_answer_are_one_problem_and_the_order_is_untouched() {
    let till = Till::open().await;
    till.bridge.set_mood(BridgeMood::Unknown);
    till.pay(&[("P2", 1000)]).await;
    for _ in 0..9 {
        till.after(HOUR_MS).await;
    }
    let problems = till.problems(ProblemRule::PaymentUnanswered).await;
    assert_eq!(problems.len(), 1);
    assert!(problems[0].decision.is_none());
    assert_eq!(till.order().await.fulfilment(), Fulfilment::Accepted);
    till.bridge.finish(true);
    till.after(HOUR_MS).await;
    assert_eq!(till.payment().await.status, PaymentStatus::Authorised);
    let problems = till.problems(ProblemRule::PaymentUnanswered).await;
    assert!(problems[0].decision.is_some(), "it is over");
}

#[tokio::test]
async fn an_order_that_nobody_finished_paying_is_given_up_and_its_promise_let_go() {
    let till = Till::open().await;
    till.bridge.set_mood(BridgeMood::SendsOn);
    let sent_on = till.pay(&[("P3", 1000)]).await;
    assert_eq!(sent_on.status(), StatusCode::OK);
    let page = sent_on.text().await.unwrap();
    assert!(page.contains("href=\"https://pay.example/form\""));
    assert_eq!(till.after(47 * HOUR_MS).await.given_up, 0);
    assert_eq!(till.after(HOUR_MS).await.given_up, 1);
    assert_eq!(till.order().await.fulfilment(), Fulfilment::Expired);
    till.bridge.set_mood(BridgeMood::Yes);
    till.after(0).await;
    assert_eq!(till.bridge.done_of("void").len(), 1);
    let placed = till.market.send(&till.market.form(&[("P3", 1000)])).await;
    assert_eq!(placed.status(), StatusCode::SEE_OTHER, "the jar is free");
}

#[tokio::test]
async fn a_bridge_that_hangs_holds_up_nobody_for_long() {
    let till = Till::patient(Duration::from_millis(200)).await;
    till.bridge.set_mood(BridgeMood::Hangs);
    let placed = till.pay(&[("P2", 1000)]).await;
    assert_eq!(placed.status(), StatusCode::SEE_OTHER);
    assert_eq!(till.order().await.fulfilment(), Fulfilment::Accepted);
    till.bridge.set_mood(BridgeMood::Yes);
}

#[tokio::test]
async fn pressed_twice_it_is_one_order_and_one_payment() {
    let till = Arc::new(Till::open().await);
    let form = till.form(&[("P2", 1000)]);
    let presses = (0..8).map(|_| {
        let (till, form) = (Arc::clone(&till), form.clone());
        tokio::spawn(async move { till.market.send(&form).await.status() })
    });
    for press in presses.collect::<Vec<_>>() {
        assert_eq!(press.await.unwrap(), StatusCode::SEE_OTHER);
    }
    assert_eq!(till.market.orders().await.len(), 1);
    assert_eq!(till.order().await.payments.len(), 1);
    assert_eq!(till.bridge.done_of("authorise").len(), 1);
}

#[tokio::test]
async fn a_capture_that_fails_is_due_again_and_can_be_paid_by_its_link() {
    let till = Till::open().await;
    let path = location(&till.pay(&[("P2", 1000)]).await);
    till.hand_over().await;
    till.bridge.set_mood(BridgeMood::DoesAndHangsUp);
    assert_eq!(till.after(0).await.unknown, 1, "lost on the way");
    assert_eq!(till.payment().await.status, PaymentStatus::CaptureRequested);
    till.bridge.set_mood(BridgeMood::Yes);
    till.after(MINUTE_MS).await;
    assert_eq!(till.payment().await.status, PaymentStatus::Captured);
    assert_eq!(till.bridge.done_of("capture").len(), 1);
    assert!(!till.page(&path).await.contains("/pay\""));

    let till = Till::open().await;
    let path = location(&till.pay(&[("P2", 1000)]).await);
    till.hand_over().await;
    let before = till.waiting_messages().await;
    till.bridge.set_mood(BridgeMood::No);
    assert_eq!(till.after(0).await.no, 1);
    assert_eq!(till.payment().await.status, PaymentStatus::Failed);
    assert_eq!(till.problems(ProblemRule::CaptureFailed).await.len(), 1);
    assert_eq!(till.waiting_messages().await, before + 1);
    assert_eq!(till.order().await.totals().due, cents(300));
    let page = till.page(&path).await;
    assert!(page.contains("Pay €3.00 online"), "{page}");
    let action = [("action", hidden(&page, "action").to_owned())];
    let refused = till.market.post(&format!("{path}/pay"), &action).await;
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);

    till.bridge.set_mood(BridgeMood::Yes);
    let action = [("action", new_uuid(MONDAY).unwrap().to_string())];
    for _ in 0..2 {
        let paid = till.market.post(&format!("{path}/pay"), &action).await;
        assert_eq!(paid.status(), StatusCode::SEE_OTHER);
    }
    till.after(0).await;
    let order = till.order().await;
    assert_eq!(order.totals().due, cents(0));
    assert_eq!(till.bridge.done_of("capture").len(), 1);
}

#[tokio::test]
async fn an_order_that_is_called_off_lets_its_promise_go() {
    let till = Till::open().await;
    let path = location(&till.pay(&[("P2", 1000)]).await);
    let cancel = [("action", new_uuid(MONDAY).unwrap().to_string())];
    let cancelled = till.market.post(&format!("{path}/cancel"), &cancel).await;
    assert_eq!(cancelled.status(), StatusCode::SEE_OTHER);
    till.after(0).await;
    assert_eq!(till.bridge.done_of("void").len(), 1);
    assert!(till.bridge.done_of("capture").is_empty());
}

#[tokio::test]
async fn promises_that_end_soon_are_brought_to_somebodys_notice() {
    let till = Till::open().await;
    let until = MONDAY.plus_ms(7 * DAY_MS);
    till.bridge.set_capture_before(until.unix_ms());
    let path = location(&till.pay(&[("P2", 1000)]).await);
    till.after(4 * DAY_MS).await;
    assert!(
        till.problems(ProblemRule::AuthorisationLapsing)
            .await
            .is_empty()
    );
    till.after(2 * DAY_MS).await;
    till.after(HOUR_MS).await;
    let near = till.problems(ProblemRule::AuthorisationLapsing).await;
    assert_eq!(near.len(), 1);
    assert!(near[0].decision.is_none());
    till.after(2 * DAY_MS).await;
    assert!(
        till.problems(ProblemRule::AuthorisationLapsing).await[0]
            .decision
            .is_some()
    );
    assert_eq!(
        till.problems(ProblemRule::AuthorisationLapsed).await.len(),
        1
    );
    let page = till.page(&path).await;
    assert!(
        page.contains("has lapsed") && page.contains("Pay €3.00 online"),
        "{page}"
    );
}

#[tokio::test]
async fn money_goes_back_the_way_it_came_once() {
    let till = Till::open().await;
    till.pay(&[("P2", 1000)]).await;
    till.hand_over().await;
    let order = till.order().await;
    let refund = Refund {
        id: RefundId::from_uuid(id(900)),
        tender: TenderId::new("online"),
        kind: TenderKind::Online,
        amount: cents(100),
        rounding: cents(0),
        reference: None,
        at: MONDAY,
        shift: None,
        payment: Some(order.payments[0].id),
        account: None,
        status: RefundStatus::Requested,
    };
    let requested = Event::RefundRequested {
        order: order.id(),
        refund,
    };
    till.happens(vec![requested]).await;
    till.bridge.set_mood(BridgeMood::DoesAndHangsUp);
    till.after(0).await;
    till.bridge.set_mood(BridgeMood::Yes);
    for _ in 0..4 {
        till.after(MINUTE_MS).await;
    }
    assert_eq!(till.order().await.refunds[0].status, RefundStatus::Done);
    let back = till.bridge.done_of("refund");
    assert_eq!(back.len(), 1);
    assert_eq!(back[0].amount, 100);
}

#[tokio::test]
async fn a_form_of_another_site_does_nothing() {
    let till = Till::open().await;
    let market = &till.market;
    let url = market.world.url(&market.path("/orders"));
    let request = market
        .world
        .client
        .post(url)
        .header("sec-fetch-site", "cross-site");
    let request = request.header("content-type", "application/x-www-form-urlencoded");
    let refused = request.body("name=x").send().await.unwrap();
    assert_eq!(refused.status(), StatusCode::FORBIDDEN);
    assert!(market.orders().await.is_empty());
}
