//! What the server does by itself as time goes by, and that it goes on when something in it fails.

use comptoir_domain::event::Event;
use comptoir_domain::ids::ActionId;
use comptoir_domain::order::Seen;
use comptoir_domain::problem::{Problem, ProblemRule};
use comptoir_domain::refusal::Refusal;
use serde_json::Value;
use sync_server::entropy::new_uuid;
use sync_server::jobs::note_not_fetched;
use sync_server::store::{Act, Decision, Holdings, StoreError};

use crate::shop::Shop;
use crate::trade::{DAY_MS, MONDAY};
use crate::world::read;

async fn not_fetched(shop: &Shop) -> Vec<Problem> {
    let world = &shop.world;
    note_not_fetched(world.store().as_ref(), world.clock.now())
        .await
        .unwrap();
    let mut problems = world.problems().await;
    problems.retain(|problem| problem.rule == ProblemRule::NotFetched);
    problems
}

#[tokio::test]
async fn who_did_not_come_is_one_problem_and_the_goods_stay_reserved() {
    let shop = Shop::open().await;
    let basket = shop.basket(&[("P3", 1000)]);
    let _: Value = read(shop.place(&basket).await).await;
    shop.world.clock.advance(6 * DAY_MS);
    assert!(not_fetched(&shop).await.is_empty(), "not on the same day");
    shop.world.clock.advance(DAY_MS);
    assert_eq!(not_fetched(&shop).await.len(), 1);
    let problems = not_fetched(&shop).await;
    assert_eq!(problems.len(), 1, "looked at again it is the same");
    assert!(problems[0].decision.is_none());
    let order = shop.orders().await.remove(0);
    assert_eq!(problems[0].subject.order, Some(order.id()));
    assert!(
        !order.reserved().is_empty(),
        "nothing is restocked silently"
    );
    let mut act = shop.world.act("order_handled", Vec::new());
    act.events = vec![Event::OrderCancelled {
        order: order.id(),
        seen: Seen::default(),
        reason: "no show".to_owned(),
    }];
    let store = shop.world.store();
    store.record(shop.world.hub(), act).await.unwrap();
    assert!(not_fetched(&shop).await[0].decision.is_some(), "dealt with");
}

#[derive(Debug)]
struct Panics;

impl Decision for Panics {
    fn action(&self) -> ActionId {
        ActionId::from_uuid(new_uuid(MONDAY).unwrap())
    }

    fn decide(&mut self, holdings: &mut dyn Holdings) -> Result<Result<Act, Refusal>, StoreError> {
        holdings.remember_shop(
            comptoir_domain::ids::OrderId::from_uuid(crate::trade::id(7)),
            "x",
        )?;
        panic!("a decision that cannot cope with what it found")
    }
}

#[tokio::test]
async fn a_decision_that_panics_changes_nothing_and_stops_nobody() {
    let shop = Shop::open().await;
    let world = &shop.world;
    let failed = world.store().decide(world.hub(), Box::new(Panics)).await;
    assert!(matches!(failed, Err(StoreError::Panicked)));
    let order = comptoir_domain::ids::OrderId::from_uuid(crate::trade::id(7));
    let remembered = world.store().shop_of_order(world.hub(), order).await;
    assert_eq!(remembered.unwrap(), None, "it was rolled back");
    assert_eq!(
        shop.place(&shop.basket(&[("P2", 1000)])).await.status(),
        200
    );
}
