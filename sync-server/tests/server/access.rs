//! Nobody is a stranger: codes work once, tokens name one till of one hub.

use comptoir_domain::ids::{EpochId, HubId, TillId};
use comptoir_sync::protocol::{
    ChallengeReply, ChallengeRequest, EnrolReply, PullRequest, PushReply, SessionReply,
};
use sync_server::enrolment::CODE_LIFE_MS;
use sync_server::session::{CHALLENGE_LIFE_MS, SESSION_LIFE_MS, Token};
use sync_server::store::NewHub;

use crate::trade::{Side, id};
use crate::world::{World, push_request, read, refusal};

#[tokio::test]
async fn a_code_makes_a_till_once() {
    let world = World::start().await;
    let code = world.code().await.to_string();
    let side = Side::till(1);
    let typed = code.to_lowercase().replace('-', " ");
    let first: EnrolReply = read(world.enrol(&typed, &side, Some("AR")).await).await;
    assert_eq!(first.hub_name, "Le Comptoir");
    assert_eq!(first.location, world.bench.location);
    assert_eq!(first.till_code.as_str(), "AR");
    // The reply was lost: the same till with the same code is told the same.
    let again: EnrolReply = read(world.enrol(&code, &side, Some("AR")).await).await;
    assert_eq!(again, first);
    // A3: another till is not.
    let other = world.enrol(&code, &Side::till(2), None).await;
    assert_eq!(refusal(other).await, (403, "code_used".to_owned()));
    assert_eq!(world.store().tills(world.hub()).await.unwrap().len(), 1);
    let journal = world.store().journal(world.hub(), 0, 100).await.unwrap();
    let enrolments = journal.iter().filter(|row| row.kind == "till_enrolled");
    assert_eq!(enrolments.count(), 1, "it is written down once");
}

#[tokio::test]
async fn wrong_and_old_codes_are_told_apart() {
    let world = World::start().await;
    let side = Side::till(1);
    for wrong in ["", "ABCD-EFGH-JKMN", "nonsense!", &"9".repeat(2_000)] {
        let response = world.enrol(wrong, &side, None).await;
        assert_eq!(refusal(response).await, (403, "code_unknown".to_owned()));
    }
    let code = world.code().await.to_string();
    world.clock.advance(CODE_LIFE_MS);
    let response = world.enrol(&code, &side, None).await;
    assert_eq!(refusal(response).await, (403, "code_expired".to_owned()));
    assert!(world.store().tills(world.hub()).await.unwrap().is_empty());
}

#[tokio::test]
async fn guessing_is_slowed_down() {
    let world = World::start().await;
    let side = Side::till(1);
    for _ in 0..10 {
        let response = world.enrol("ABCD-EFGH-JKMN", &side, None).await;
        assert_eq!(response.status(), 403);
    }
    let code = world.code().await.to_string();
    let response = world.enrol(&code, &side, None).await;
    assert!(response.headers().contains_key("retry-after"));
    assert_eq!(refusal(response).await, (429, "too_many_tries".to_owned()));
    world.clock.advance(61_000);
    read::<EnrolReply>(world.enrol(&code, &side, None).await).await;
}

/// Everybody comes from the proxy's address there: what one of them guesses must not stop the others.
#[tokio::test]
async fn behind_a_proxy_each_guesser_waits_alone() {
    let world = World::start_with(|options| options.behind_proxy = true).await;
    let side = Side::till(1);
    let enrol = async |code: &str, forwarded: String| {
        let request = world.client.post(world.url("/v1/enrol"));
        let request = request.header("x-forwarded-for", forwarded);
        let request = request.json(&crate::world::enrol_request(code, &side, None));
        request.send().await.unwrap()
    };
    for guesser in 1..=31 {
        for guess in 0..10 {
            // What it claims to be does not help it; what the proxy adds counts.
            let forwarded = format!("198.51.100.{guess}, 203.0.113.{guesser}");
            let response = enrol("ABCD-EFGH-JKMN", forwarded).await;
            assert_eq!(response.status(), 403);
        }
    }
    let code = world.code().await.to_string();
    let guesser = enrol(&code, "203.0.113.7".to_owned()).await;
    assert_eq!(refusal(guesser).await, (429, "too_many_tries".to_owned()));
    let honest = enrol(&code, "203.0.113.200".to_owned()).await;
    read::<EnrolReply>(honest).await;
}

#[tokio::test]
async fn without_a_proxy_nobody_says_who_asks() {
    let world = World::start().await;
    let side = Side::till(1);
    for guess in 0..=10 {
        let request = world.client.post(world.url("/v1/enrol"));
        let request = request.header("x-forwarded-for", format!("203.0.113.{guess}"));
        let wrong = crate::world::enrol_request("ABCD-EFGH-JKMN", &side, None);
        let response = request.json(&wrong).send().await.unwrap();
        let expected = if guess < 10 { 403 } else { 429 };
        assert_eq!(response.status(), expected);
    }
}

#[tokio::test]
async fn a_taken_till_code_is_replaced() {
    let world = World::start().await;
    let mut given = Vec::new();
    for number in 1..=3 {
        let code = world.code().await.to_string();
        let response = world.enrol(&code, &Side::till(number), Some("AR")).await;
        given.push(read::<EnrolReply>(response).await.till_code.to_string());
    }
    assert_eq!(given, ["AR", "AR1", "AR2"]);
}

#[tokio::test]
async fn a_tills_id_belongs_to_its_key() {
    let world = World::start().await;
    world.till(1).await;
    let mut thief = Side::till(2);
    thief.source = Side::till(1).source;
    let code = world.code().await.to_string();
    let response = world.enrol(&code, &thief, None).await;
    assert_eq!(refusal(response).await, (409, "till_taken".to_owned()));
    let mut weak = crate::world::enrol_request(&code, &Side::till(3), None);
    weak.key = comptoir_domain::entry::EntryHash([0; 32]);
    let response = world.post("/v1/enrol", None, &weak).await;
    assert_eq!(refusal(response).await.0, 400);
}

#[tokio::test]
async fn a_challenge_is_good_for_one_session_and_one_minute() {
    let world = World::start().await;
    let till = world.till(1).await;
    let request = ChallengeRequest {
        till: till.side.till_id(),
    };
    let ask = || async {
        let response = world.post("/v1/session/challenge", None, &request).await;
        read::<ChallengeReply>(response).await.challenge
    };
    let challenge = ask().await;
    read::<SessionReply>(world.answer(&till.side, challenge).await).await;
    let again = world.answer(&till.side, challenge).await;
    assert_eq!(refusal(again).await, (401, "unauthorised".to_owned()));
    let late = ask().await;
    world.clock.advance(CHALLENGE_LIFE_MS);
    assert_eq!(world.answer(&till.side, late).await.status(), 401);
    // Nor one that the server never gave, nor one signed with another key.
    let invented = comptoir_domain::entry::EntryHash([5; 32]);
    assert_eq!(world.answer(&till.side, invented).await.status(), 401);
    let mut thief = Side::till(9);
    thief.source = till.source();
    assert_eq!(world.answer(&thief, ask().await).await.status(), 401);
}

#[tokio::test]
async fn an_unknown_till_gets_a_challenge_and_no_session() {
    let world = World::start().await;
    let stranger = Side::till(8);
    let request = ChallengeRequest {
        till: stranger.till_id(),
    };
    let response = world.post("/v1/session/challenge", None, &request).await;
    let challenge = read::<ChallengeReply>(response).await.challenge;
    assert_eq!(world.answer(&stranger, challenge).await.status(), 401);
}

fn ask_for_page() -> PullRequest {
    PullRequest {
        since: None,
        limit: 10,
        wait_ms: 0,
    }
}

#[tokio::test]
async fn without_a_good_token_nothing_is_told() {
    let world = World::start().await;
    let till = world.till(1).await;
    let secret = till.token.split_once('.').unwrap().1.to_owned();
    let foreign_hub = format!("{}.{secret}", HubId::from_uuid(id(4_000)));
    let invented = Token::new(world.hub(), [1; 32]).text();
    let tokens = [
        None,
        Some(""),
        Some("x"),
        Some(&*foreign_hub),
        Some(&*invented),
    ];
    for token in tokens {
        let response = world.post("/v1/pull", token, &ask_for_page()).await;
        assert_eq!(refusal(response).await, (401, "unauthorised".to_owned()));
        let request = push_request(&till.side, &[]);
        let response = world.post("/v1/push", token, &request).await;
        assert_eq!(refusal(response).await, (401, "unauthorised".to_owned()));
    }
    let basic = world
        .client
        .post(world.url("/v1/pull"))
        .header("authorization", format!("Basic {}", till.token))
        .json(&ask_for_page());
    assert_eq!(basic.send().await.unwrap().status(), 401);
    world.clock.advance(SESSION_LIFE_MS);
    let response = world
        .post("/v1/pull", Some(&till.token), &ask_for_page())
        .await;
    assert_eq!(response.status(), 401, "a session ends");
}

#[tokio::test]
async fn a_revoked_till_learns_nothing_and_may_still_deliver() {
    let world = World::start().await;
    let till = world.till(1).await;
    let act = world.act("till_revoked", Vec::new());
    let store = world.store();
    store
        .revoke(world.hub(), till.side.till_id(), act)
        .await
        .unwrap();
    let response = world
        .post("/v1/pull", Some(&till.token), &ask_for_page())
        .await;
    assert_eq!(refusal(response).await, (403, "till_revoked".to_owned()));
    let token = world.session(&till.side).await;
    let response = world
        .post("/v1/push", Some(&token), &push_request(&till.side, &[]))
        .await;
    read::<PushReply>(response).await;
}

#[tokio::test]
async fn a_till_that_is_revoked_while_it_waits_learns_nothing_more() {
    let world = World::start().await;
    let till = world.till(1).await;
    let page = world.page(&till, None, 100).await;
    let question = PullRequest {
        since: Some(page.next),
        limit: 100,
        wait_ms: 25_000,
    };
    // Whichever comes first, the answer is the same. Being revoked moves no row by itself.
    let change = world.bench.settings.clone();
    let change = sync_server::store::EntityChange::put("settings", "other", &change).unwrap();
    let act = world.act("till_revoked", vec![change]);
    let store = world.store();
    let revoking = store.revoke(world.hub(), till.side.till_id(), act);
    let waiting = world.post("/v1/pull", Some(&till.token), &question);
    let (response, revoked) = tokio::join!(waiting, revoking);
    revoked.unwrap();
    assert_eq!(refusal(response).await, (403, "till_revoked".to_owned()));
}

/// A1: two hubs in one database; a till of one sees and changes nothing of the other.
#[tokio::test]
async fn a_hub_never_sees_anothers_data() {
    let world = World::start().await;
    let mut till = world.till(1).await;
    let mut settings = world.bench.settings.clone();
    settings.hub = HubId::from_uuid(id(4_001));
    settings.name = "Next door".to_owned();
    let hub = settings.hub;
    let now = world.clock.now();
    let store = world.store();
    let neighbour = NewHub {
        settings,
        source: TillId::from_uuid(id(4_002)),
        source_epoch: EpochId::from_uuid(id(4_003)),
        feed_epoch: "theirs".to_owned(),
        action: comptoir_domain::ids::ActionId::from_uuid(id(4_004)),
        at: now,
    };
    store.create_hub(neighbour).await.unwrap();
    let before = store.head(hub).await.unwrap();
    till.sell(&world.bench, 2);
    world.push(&till, &till.side.entries).await;
    assert_eq!(store.head(hub).await.unwrap(), before);
    let page = world.page(&till, None, 1_000).await;
    assert!(
        page.items
            .iter()
            .all(|item| !item.body.contains("Next door"))
    );
    let journal = store.journal(hub, 0, 100).await.unwrap();
    assert!(journal.iter().all(|row| row.source != till.source()));
}
