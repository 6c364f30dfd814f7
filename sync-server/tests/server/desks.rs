//! What lies on tills' desks: told, shown to the others, and moved from one to another.

use comptoir_domain::ids::{ActionId, OrderId, TillId};
use comptoir_domain::money::Money;
use comptoir_sync::desk::{
    CLAIM_KEPT_MS, CLAIMS_MAX, Claim, ClaimMove, ClaimRefusal, ClaimState, Desk, DeskReply,
    DeskRequest, OpenOrder, ParkedSale,
};
use comptoir_sync::feed::EntityKind;
use serde_json::json;

use crate::trade::{cass, id};
use crate::world::{TestTill, World, read, refusal};

fn sale(number: u128) -> OrderId {
    OrderId::from_uuid(id(900 + number))
}

fn claim(number: u128) -> ActionId {
    ActionId::from_uuid(id(7_000 + number))
}

fn parked(world: &World, number: u128) -> ParkedSale {
    ParkedSale {
        order: sale(number),
        since: world.clock.now(),
        by: Some(cass()),
        names: vec!["Apples".to_owned()],
        lines: 1,
        total: Money::minor(250),
        has_money: false,
        snapshot: Some("{}".to_owned()),
    }
}

fn desk_of(world: &World, till: &TestTill) -> DeskRequest {
    DeskRequest {
        till: till.side.till_id(),
        sent_at: world.clock.now(),
        open: Vec::new(),
        parked: Vec::new(),
        moves: Vec::new(),
    }
}

impl World {
    async fn tell(&self, till: &TestTill, desk: &DeskRequest) -> DeskReply {
        read(self.post("/v1/desk", Some(&till.token), desk).await).await
    }

    /// Says something about claims; what lies on the desk stays as it is told with it.
    async fn say(&self, till: &TestTill, parked: &[u128], moves: Vec<ClaimMove>) {
        let desk = DeskRequest {
            parked: parked
                .iter()
                .map(|number| self::parked(self, *number))
                .collect(),
            moves,
            ..desk_of(self, till)
        };
        self.tell(till, &desk).await;
    }

    async fn refused(&self, till: &TestTill, desk: &serde_json::Value) -> (u16, String) {
        refusal(self.post("/v1/desk", Some(&till.token), desk).await).await
    }

    async fn desks(&self) -> Vec<Desk> {
        self.things(EntityKind::DESK).await
    }

    async fn claims(&self) -> Vec<Claim> {
        self.things(EntityKind::CLAIM).await
    }

    async fn things<T: serde::de::DeserializeOwned>(&self, kind: &str) -> Vec<T> {
        let kind = EntityKind::new(kind);
        let rows = self.store().entities(self.hub(), kind).await.unwrap();
        let rows = rows.iter();
        rows.map(|row| serde_json::from_str(&row.body).unwrap())
            .collect()
    }

    /// How a claim stands.
    async fn state(&self, number: u128) -> ClaimState {
        let claims = self.claims().await.into_iter();
        let mut claims = claims.filter(|known| known.id == claim(number));
        claims.next().unwrap().state
    }
}

fn ask(number: u128, of: u128, owner: &TestTill) -> ClaimMove {
    ClaimMove::Ask {
        claim: claim(number),
        order: sale(of),
        owner: owner.side.till_id(),
    }
}

fn give(number: u128, of: u128, claimant: &TestTill) -> ClaimMove {
    ClaimMove::Give {
        claim: claim(number),
        order: sale(of),
        claimant: claimant.side.till_id(),
        giving: claim(number + 500),
        snapshot: "the sale".to_owned(),
    }
}

fn given(number: u128) -> ClaimState {
    ClaimState::Given {
        giving: claim(number + 500),
        snapshot: "the sale".to_owned(),
    }
}

fn refused(why: ClaimRefusal) -> ClaimState {
    ClaimState::Refused { why }
}

#[tokio::test]
async fn a_desk_is_shown_to_the_others_on_the_servers_clock() {
    let world = World::start().await;
    let (a, b) = (world.till(1).await, world.till(2).await);
    let now = world.clock.now();
    let opened = OpenOrder {
        order: sale(1),
        // Its clock is an hour ahead.
        since: now.plus_ms(3_600_000 - 60_000),
        by: Some(cass()),
        put_aside: false,
        taken_over: false,
    };
    let desk = DeskRequest {
        sent_at: now.plus_ms(3_600_000),
        open: vec![opened],
        parked: vec![parked(&world, 2)],
        ..desk_of(&world, &a)
    };
    let since = world.page(&b, None, 1000).await.next;
    let reply = world.tell(&a, &desk).await;
    let page = world.page(&b, Some(since), 1000).await;
    assert_eq!((page.items.len(), page.head), (1, reply.feed_head));
    let shown: Desk = serde_json::from_str(&page.items[0].body).unwrap();
    assert_eq!((shown.till, shown.told_at), (a.side.till_id(), now));
    assert_eq!(
        shown.code,
        world.store().till(shown.till).await.unwrap().unwrap().code
    );
    assert_eq!(shown.open[0].since, now.plus_ms(-60_000));
    assert_eq!(shown.parked[0].total, Money::minor(250));
    // A desk with nothing on it is none.
    world.tell(&a, &desk_of(&world, &a)).await;
    assert_eq!(world.desks().await, []);
}

#[tokio::test]
async fn only_a_till_itself_tells_of_its_desk() {
    let world = World::start().await;
    let (a, b) = (world.till(1).await, world.till(2).await);
    let desk = DeskRequest {
        parked: vec![parked(&world, 1)],
        ..desk_of(&world, &b)
    };
    let desk = serde_json::to_value(&desk).unwrap();
    assert_eq!(
        world.refused(&a, &desk).await,
        (403, "foreign_till".to_owned())
    );
    let without = world.post("/v1/desk", None, &desk).await;
    assert_eq!(refusal(without).await.0, 401);
    let act = world.act("till_revoked", Vec::new());
    let store = world.store();
    store
        .revoke(world.hub(), b.side.till_id(), act)
        .await
        .unwrap();
    assert_eq!(
        world.refused(&b, &desk).await,
        (403, "till_revoked".to_owned())
    );
    assert_eq!(
        world.refused(&a, &json!({})).await,
        (400, "malformed".to_owned())
    );
    assert_eq!(world.desks().await, []);
}

#[tokio::test]
async fn too_much_on_a_desk_is_refused_whole() {
    let world = World::start().await;
    let a = world.till(1).await;
    let many = |count: u128| (0..count).map(|number| parked(&world, number)).collect();
    let too_many = DeskRequest {
        parked: many(101),
        ..desk_of(&world, &a)
    };
    let too_large = DeskRequest {
        parked: vec![ParkedSale {
            snapshot: Some("x".repeat(512 * 1024 + 1)),
            ..parked(&world, 1)
        }],
        ..desk_of(&world, &a)
    };
    let too_talkative = DeskRequest {
        moves: (0..51).map(|number| ask(number, number, &a)).collect(),
        ..desk_of(&world, &a)
    };
    for desk in [too_many, too_large, too_talkative] {
        let desk = serde_json::to_value(&desk).unwrap();
        assert_eq!(
            world.refused(&a, &desk).await,
            (413, "too_large".to_owned())
        );
    }
    assert_eq!(
        (world.desks().await.len(), world.claims().await.len()),
        (0, 0)
    );
}

#[tokio::test]
async fn a_sale_moves_when_its_owner_gave_it_up_and_only_once() {
    let world = World::start().await;
    let (a, b, c) = (
        world.till(1).await,
        world.till(2).await,
        world.till(3).await,
    );
    world.say(&a, &[1], Vec::new()).await;
    world.say(&b, &[], vec![ask(1, 1, &a)]).await;
    // Asked again, after a lost reply, and by another.
    world.say(&b, &[], vec![ask(1, 1, &a)]).await;
    world.say(&c, &[], vec![ask(2, 1, &a)]).await;
    assert_eq!(world.state(1).await, ClaimState::Asked);
    assert_eq!(world.state(2).await, refused(ClaimRefusal::Wanted));
    // Nobody but the owner gives it, and nobody but the claimant has it.
    let take = ClaimMove::Take { claim: claim(1) };
    world.say(&c, &[], vec![give(1, 1, &b), take.clone()]).await;
    world.say(&b, &[], vec![give(1, 1, &b), take.clone()]).await;
    assert_eq!(world.state(1).await, ClaimState::Asked);
    world.say(&a, &[], vec![give(1, 1, &b)]).await;
    world.say(&a, &[], vec![give(1, 1, &b)]).await;
    assert_eq!(world.state(1).await, given(1));
    // Too late to refuse or to withdraw.
    let refuse = ClaimMove::Refuse {
        claim: claim(1),
        why: ClaimRefusal::Gone,
    };
    world.say(&a, &[], vec![refuse]).await;
    world
        .say(&b, &[], vec![ClaimMove::Withdraw { claim: claim(1) }])
        .await;
    world.say(&c, &[], vec![take.clone()]).await;
    assert_eq!(world.state(1).await, given(1));
    world.say(&b, &[1], vec![take]).await;
    world.say(&a, &[], vec![give(1, 1, &b)]).await;
    assert_eq!(world.state(1).await, ClaimState::Taken);
    // It is the other's now, who may be asked in turn.
    world.say(&c, &[], vec![ask(3, 1, &a)]).await;
    world.say(&c, &[], vec![ask(4, 1, &b)]).await;
    assert_eq!(world.state(3).await, refused(ClaimRefusal::Gone));
    assert_eq!(world.state(4).await, ClaimState::Asked);
}

#[tokio::test]
async fn a_claim_that_was_withdrawn_leaves_the_sale_where_it_is() {
    let world = World::start().await;
    let (a, b) = (world.till(1).await, world.till(2).await);
    world.say(&a, &[1, 2], Vec::new()).await;
    world.say(&b, &[], vec![ask(1, 1, &a), ask(2, 2, &a)]).await;
    world
        .say(&b, &[], vec![ClaimMove::Withdraw { claim: claim(1) }])
        .await;
    world
        .say(&a, &[], vec![give(1, 1, &b), give(2, 2, &b)])
        .await;
    assert_eq!(world.state(1).await, ClaimState::Withdrawn);
    // What came and cannot be taken goes back.
    world
        .say(&b, &[], vec![ClaimMove::Return { claim: claim(2) }])
        .await;
    assert_eq!(world.state(2).await, ClaimState::Withdrawn);
}

#[tokio::test]
async fn a_sale_that_is_not_there_or_was_paid_for_does_not_move() {
    let world = World::start().await;
    let (a, b) = (world.till(1).await, world.till(2).await);
    let paid = DeskRequest {
        parked: vec![ParkedSale {
            has_money: true,
            ..parked(&world, 1)
        }],
        ..desk_of(&world, &a)
    };
    world.tell(&a, &paid).await;
    let stranger = ClaimMove::Ask {
        claim: claim(3),
        order: sale(1),
        owner: TillId::from_uuid(id(424_242)),
    };
    let moves = vec![ask(1, 1, &a), ask(2, 2, &a), stranger, ask(4, 1, &b)];
    world.say(&b, &[], moves).await;
    assert_eq!(world.state(1).await, refused(ClaimRefusal::HasMoney));
    for number in [2, 3, 4] {
        assert_eq!(world.state(number).await, refused(ClaimRefusal::Gone));
    }
    // Of a till of no hub, or of another one's, nothing is told but that it has nothing.
    let claims = world.claims().await.into_iter();
    let mut claims = claims.filter(|known| known.id == claim(3));
    assert_eq!(claims.next().unwrap().owner_code, None);
}

#[tokio::test]
async fn a_claimant_whose_rights_were_taken_away_gets_nothing() {
    let world = World::start().await;
    let (a, b) = (world.till(1).await, world.till(2).await);
    world.say(&a, &[1], Vec::new()).await;
    let c = world.till(3).await;
    world.say(&c, &[3], Vec::new()).await;
    let asked = vec![ask(1, 1, &a), ask(2, 2, &a), ask(3, 3, &c)];
    world.say(&a, &[1, 2], Vec::new()).await;
    world.say(&b, &[4], asked).await;
    world.say(&c, &[3], vec![ask(4, 4, &b)]).await;
    world.say(&a, &[1], vec![give(2, 2, &b)]).await;
    assert_eq!(world.state(2).await, given(2));
    let act = world.act("till_revoked", Vec::new());
    let store = world.store();
    store
        .revoke(world.hub(), b.side.till_id(), act)
        .await
        .unwrap();
    world.say(&a, &[], vec![give(1, 1, &b)]).await;
    for number in [1, 2, 3] {
        assert_eq!(world.state(number).await, ClaimState::Withdrawn);
    }
    // Nor is anything waited for that it had.
    assert_eq!(world.state(4).await, refused(ClaimRefusal::Gone));
}

#[tokio::test]
async fn a_server_that_forgot_a_claim_learns_of_it_again() {
    let world = World::start().await;
    let (a, b) = (world.till(1).await, world.till(2).await);
    world.say(&a, &[], vec![give(1, 1, &b)]).await;
    assert_eq!(world.state(1).await, given(1));
    // Nobody takes what is known to nobody else.
    let nothing = [
        ClaimMove::Take { claim: claim(9) },
        ClaimMove::Return { claim: claim(9) },
        ClaimMove::Withdraw { claim: claim(9) },
    ];
    world.say(&b, &[], nothing.to_vec()).await;
    assert_eq!(world.claims().await.len(), 1);
}

#[tokio::test]
async fn what_is_over_is_forgotten_and_what_waits_is_bounded() {
    let world = World::start().await;
    let (a, b) = (world.till(1).await, world.till(2).await);
    world.say(&b, &[], vec![ask(1, 1, &a)]).await;
    world.clock.advance(CLAIM_KEPT_MS + 1);
    let b = TestTill {
        token: world.session(&b.side).await,
        ..b
    };
    let a = TestTill {
        token: world.session(&a.side).await,
        ..a
    };
    world.say(&b, &[], vec![ask(2, 2, &a)]).await;
    let known = world.claims().await.into_iter().map(|known| known.id);
    assert_eq!(known.collect::<Vec<_>>(), [claim(2)]);

    let many: Vec<u128> = (0..100).collect();
    world.say(&a, &many, Vec::new()).await;
    for number in 0..30 {
        let refused = (0..10).map(|each| ask(1000 + number * 10 + each, 5000, &a));
        world.say(&b, &[], refused.collect()).await;
    }
    assert_eq!(world.claims().await.len(), CLAIMS_MAX);
    for start in [0, 50] {
        let asked = (start..start + 50).map(|each| ask(2000 + each, each, &a));
        world.say(&b, &[], asked.collect()).await;
    }
    let before = world.claims().await;
    assert!(before.iter().all(|known| known.state == ClaimState::Asked));
    let more = DeskRequest {
        moves: vec![ask(3000, 5000, &a)],
        ..desk_of(&world, &b)
    };
    let more = serde_json::to_value(&more).unwrap();
    assert_eq!(
        world.refused(&b, &more).await,
        (413, "too_large".to_owned())
    );
    assert_eq!(world.claims().await, before);

    // Nor is more held of a till that gives what nobody asked for.
    let c = world.till(3).await;
    for start in [4000, 4050, 4100] {
        let gifts = (start..start + 50).map(|each| give(each, each, &b));
        world.say(&c, &[], gifts.collect()).await;
    }
    let mut given = world.claims().await;
    given.retain(|known| known.owner == c.side.till_id());
    assert_eq!(given.len(), CLAIMS_MAX);
}

#[tokio::test]
async fn the_server_says_that_it_takes_desks() {
    let world = World::start().await;
    let hello = world.client.get(world.url("/v1/hello")).send().await;
    let hello: comptoir_sync::protocol::Hello = hello.unwrap().json().await.unwrap();
    let mut can = hello.capabilities.iter();
    assert!(can.any(|capability| capability == comptoir_sync::desk::CAPABILITY));
}
