//! Bad input gets a clear answer and changes nothing.

use comptoir_sync::protocol::{PUSH_ENTRIES_MAX, PullRequest, PushOutcome, PushReply};
use reqwest::{RequestBuilder, StatusCode};
use serde_json::Value;

use crate::world::{TestTill, World, push_request, read, refusal};

fn push_of(world: &World, till: &TestTill) -> RequestBuilder {
    world
        .client
        .post(world.url("/v1/push"))
        .bearer_auth(&till.token)
        .header("content-type", "application/json")
}

#[tokio::test]
async fn garbage_is_refused_and_the_server_goes_on() {
    let world = World::start().await;
    let mut till = world.till(1).await;
    till.sell(&world.bench, 1);
    let good = serde_json::to_string(&push_request(&till.side, &till.side.entries)).unwrap();
    let cases: [(&str, Vec<u8>); 7] = [
        ("empty", Vec::new()),
        ("cut", good.as_bytes()[..good.len() / 2].to_vec()),
        ("other", b"{\"hello\":1}".to_vec()),
        ("not text", vec![0xff, 0xfe, 0x00]),
        (
            "fraction",
            good.replace("\"sent_at\":", "\"sent_at\":1.5e3,\"x\":")
                .into_bytes(),
        ),
        ("wrong id", good.replacen("0190", "zzzz", 1).into_bytes()),
        ("deep", "[".repeat(200_000).into_bytes()),
    ];
    for (what, body) in cases {
        let response = push_of(&world, &till).body(body).send().await.unwrap();
        assert_eq!(
            refusal(response).await,
            (400, "malformed".to_owned()),
            "{what}"
        );
    }
    assert_eq!(world.push(&till, &[]).await.head.seq, 0);
    assert_eq!(
        world.push(&till, &till.side.entries).await.head,
        till.head()
    );
}

#[tokio::test]
async fn what_is_too_large_is_refused_before_it_is_read() {
    let world = World::start().await;
    let mut till = world.till(1).await;
    let body = vec![b' '; 5 * 1024 * 1024];
    let response = push_of(&world, &till).body(body).send().await.unwrap();
    assert_eq!(refusal(response).await, (413, "too_large".to_owned()));
    till.sell(&world.bench, 1);
    let entries = vec![till.side.entries[0].clone(); PUSH_ENTRIES_MAX + 1];
    let request = push_request(&till.side, &entries);
    let response = world.post("/v1/push", Some(&till.token), &request).await;
    assert_eq!(refusal(response).await, (413, "too_large".to_owned()));
    let question = format!(
        "{{\"since\":null,\"limit\":1,\"x\":\"{}\"}}",
        "y".repeat(20_000)
    );
    let response = world
        .client
        .post(world.url("/v1/pull"))
        .bearer_auth(&till.token)
        .header("content-type", "application/json")
        .body(question);
    let response = response.send().await.unwrap();
    assert_eq!(refusal(response).await, (413, "too_large".to_owned()));
}

#[tokio::test]
async fn a_packed_push_is_taken_and_a_bomb_is_not() {
    let world = World::start().await;
    let mut till = world.till(1).await;
    till.sell(&world.bench, 20);
    let packed = |body: &[u8]| zstd::encode_all(body, 3).unwrap();
    let send = |body: Vec<u8>| {
        let request = push_of(&world, &till).header("content-encoding", "zstd");
        request.body(body).send()
    };
    let body = serde_json::to_vec(&push_request(&till.side, &till.side.entries)).unwrap();
    let small = packed(&body);
    assert!(small.len() * 2 < body.len());
    let reply: PushReply = read(send(small.clone()).await.unwrap()).await;
    assert_eq!(reply.head, till.head());
    // A gigabyte of blanks in a few kilobytes.
    let mut encoder = zstd::Encoder::new(Vec::new(), 3).unwrap();
    let blanks = vec![b' '; 1 << 20];
    for _ in 0..1024 {
        std::io::Write::write_all(&mut encoder, &blanks).unwrap();
    }
    let bomb = encoder.finish().unwrap();
    assert!(bomb.len() < 1 << 20);
    let response = send(bomb).await.unwrap();
    assert_eq!(refusal(response).await, (413, "too_large".to_owned()));
    let response = send(small[..small.len() / 2].to_vec()).await.unwrap();
    assert_eq!(refusal(response).await, (400, "malformed".to_owned()));
    let response = send(b"not packed at all".to_vec()).await.unwrap();
    assert_eq!(refusal(response).await, (400, "malformed".to_owned()));
}

#[tokio::test]
async fn other_types_and_encodings_are_not_understood() {
    let world = World::start().await;
    let till = world.till(1).await;
    let post = || {
        world
            .client
            .post(world.url("/v1/push"))
            .bearer_auth(&till.token)
    };
    let json = "application/json";
    let requests = [
        post().header("content-type", "text/plain").body("{}"),
        post().body("{}"),
        post()
            .header("content-type", json)
            .header("content-encoding", "br")
            .body("{}"),
    ];
    for request in requests {
        let response = request.send().await.unwrap();
        assert_eq!(refusal(response).await, (415, "unsupported".to_owned()));
    }
}

#[tokio::test]
async fn what_is_not_there_says_so() {
    let world = World::start().await;
    for (method, path) in [("GET", "/v1"), ("GET", "/v1/push"), ("DELETE", "/v1/hello")] {
        let method = method.parse().unwrap();
        let response = world
            .client
            .request(method, world.url(path))
            .send()
            .await
            .unwrap();
        assert_eq!(
            refusal(response).await,
            (404, "not_found".to_owned()),
            "{path}"
        );
    }
}

#[tokio::test]
async fn a_page_of_any_size_is_within_bounds() {
    let world = World::start().await;
    let till = world.till(1).await;
    for limit in [0, u32::MAX] {
        let request = PullRequest {
            since: None,
            limit,
            wait_ms: 0,
        };
        let response = world.post("/v1/pull", Some(&till.token), &request).await;
        assert_eq!(response.status(), StatusCode::OK);
    }
}

#[tokio::test]
async fn a_server_that_cannot_write_says_so_and_loses_nothing() {
    let world = World::start().await;
    let mut till = world.till(1).await;
    till.sell(&world.bench, 2);
    // Another process holds the write lock for longer than the server is willing to wait.
    let path = world.folder.path().join("server.db");
    let other = rusqlite::Connection::open(path).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let health = world
        .client
        .get(world.url("/healthz"))
        .send()
        .await
        .unwrap();
    assert_eq!(refusal(health).await, (503, "unavailable".to_owned()));
    let request = push_request(&till.side, &till.side.entries);
    let response = world.post("/v1/push", Some(&till.token), &request).await;
    assert!(response.headers().contains_key("retry-after"));
    assert_eq!(refusal(response).await, (503, "unavailable".to_owned()));
    other.execute_batch("ROLLBACK").unwrap();
    assert_eq!(
        world.push(&till, &till.side.entries).await.head,
        till.head()
    );
    world.clock.advance(2_000);
    let health = world
        .client
        .get(world.url("/healthz"))
        .send()
        .await
        .unwrap();
    assert_eq!(health.status(), StatusCode::OK);
}

/// Waiting in memory for a disk that does not answer would end with no memory.
#[tokio::test]
async fn more_than_can_be_queued_is_told_to_come_later() {
    let world = World::start_with(|options| {
        options.limits.connections_per_address_max = 400;
    })
    .await;
    let till = world.till(1).await;
    let path = world.folder.path().join("server.db");
    let other = rusqlite::Connection::open(path).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let request = push_request(&till.side, &[]);
    let asking = (0..300).map(|_| {
        let call = world.client.post(world.url("/v1/push"));
        tokio::spawn(call.bearer_auth(&till.token).json(&request).send())
    });
    let (mut told, mut waited) = (0, 0);
    for answer in asking.collect::<Vec<_>>() {
        let response = answer.await.unwrap().unwrap();
        assert!(response.headers().contains_key("retry-after"));
        match refusal(response).await {
            (503, code) if code == "busy" => told += 1,
            (503, code) if code == "unavailable" => waited += 1,
            other => panic!("{other:?}"),
        }
    }
    assert!(told > 0 && waited > 0, "{told} {waited}");
    other.execute_batch("ROLLBACK").unwrap();
    assert_eq!(world.push(&till, &[]).await.head.seq, 0);
}

/// Law 1 and L2: whatever figures a signed entry states, it is journalled, and it delays nothing
/// behind it.
#[tokio::test]
async fn hostile_figures_stop_nobody() {
    let world = World::start().await;
    let mut till = world.till(1).await;
    till.side
        .record("goods_received", vec![world.bench.opening_stock()]);
    till.sell(&world.bench, 1);
    world.push(&till, &till.side.entries).await;
    let templates: Vec<String> = till.side.entries.iter().map(|e| e.body.clone()).collect();
    let from = till.side.entries.len();
    for template in templates {
        for extreme in [i64::MAX, i64::MIN, -1, 0, 1_000_000_000_000_001] {
            for body in with_each_integer(&template, extreme) {
                till.write_body(body);
            }
        }
    }
    till.sell(&world.bench, 1);
    let tried = till.side.entries.len() - from;
    assert!(tried > 80, "only {tried} to try");
    for chunk in till.side.entries[from..].chunks(50) {
        assert_eq!(world.push(&till, chunk).await.outcome, PushOutcome::Held);
    }
    let mut honest = world.till(2).await;
    honest.sell(&world.bench, 1);
    let reply = world.push(&honest, &honest.side.entries).await;
    assert_eq!(
        (reply.outcome, reply.head),
        (PushOutcome::Held, honest.head())
    );
    let page = world.page(&honest, None, 10_000).await;
    assert!(page.is_last());
}

/// Copies of a JSON text, each with one of its integers replaced.
fn with_each_integer(text: &str, extreme: i64) -> Vec<String> {
    fn count(value: &mut Value, at: &mut isize, extreme: i64) {
        match value {
            Value::Number(number) => {
                *at -= 1;
                if *at == -1 {
                    *number = extreme.into();
                }
            }
            Value::Array(items) => items.iter_mut().for_each(|item| count(item, at, extreme)),
            Value::Object(fields) => fields
                .values_mut()
                .for_each(|field| count(field, at, extreme)),
            _ => {}
        }
    }
    let original: Value = serde_json::from_str(text).unwrap();
    let copies = (0..).map_while(|index: isize| {
        let mut copy = original.clone();
        let mut at = index;
        count(&mut copy, &mut at, extreme);
        (at < 0).then(|| copy.to_string())
    });
    copies.collect()
}
