//! What somebody without a session can take: a place for a while, a small body, a question now and
//! then.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use comptoir_domain::time::Timestamp;
use sync_server::clock::Clock;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::trade::MONDAY;
use crate::world::{World, refusal};

const HELLO: &[u8] = b"GET /v1/hello HTTP/1.1\r\nHost: till\r\n\r\n";

async fn connect(world: &World) -> TcpStream {
    TcpStream::connect(world.server.addr()).await.unwrap()
}

/// What comes next on a connection; nothing where it was closed.
async fn answer(socket: &mut TcpStream) -> Option<String> {
    let mut bytes = vec![0; 4096];
    match socket.read(&mut bytes).await {
        Ok(0) | Err(_) => None,
        Ok(length) => Some(String::from_utf8_lossy(&bytes[..length]).into_owned()),
    }
}

async fn says_hello(socket: &mut TcpStream) -> bool {
    socket.write_all(HELLO).await.is_ok()
        && answer(socket)
            .await
            .is_some_and(|text| text.starts_with("HTTP/1.1 200"))
}

#[tokio::test]
async fn who_says_nothing_does_not_keep_a_connection() {
    let world = World::start_with(|options| {
        options.limits.headers_within = Duration::from_millis(100);
    })
    .await;
    let mut silent = connect(&world).await;
    assert_eq!(answer(&mut silent).await, None, "before the first byte");
    let mut resting = connect(&world).await;
    assert!(says_hello(&mut resting).await);
    assert_eq!(answer(&mut resting).await, None, "between two requests");
    let mut slow = connect(&world).await;
    slow.write_all(b"GET /v1/hello HT").await.unwrap();
    assert_eq!(answer(&mut slow).await, None, "within the headers");
}

/// A connection of HTTP/2 may rest for ever.
#[tokio::test]
async fn no_other_protocol_is_spoken() {
    let world = World::start().await;
    let mut socket = connect(&world).await;
    let settings = [0, 0, 0, 4, 0, 0, 0, 0, 0];
    let _ = socket.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").await;
    let _ = socket.write_all(&settings).await;
    let mut said = Vec::new();
    let _ = socket.read_to_end(&mut said).await;
    assert!(!said.starts_with(&[0, 0]), "no frame: {said:?}");
}

#[tokio::test]
async fn who_reads_no_answer_does_not_keep_a_connection() {
    let world = World::start_with(|options| {
        options.limits.silence_max = Duration::from_millis(200);
    })
    .await;
    let mut deaf = connect(&world).await;
    // Until neither side takes any more, and then until the server gives up.
    let question = HELLO.repeat(100);
    while deaf.write_all(&question).await.is_ok() {}
    let mut other = connect(&world).await;
    assert!(says_hello(&mut other).await);
}

#[tokio::test]
async fn one_address_does_not_take_every_place() {
    let world = World::start_with(|options| {
        options.limits.connections_per_address_max = 3;
    })
    .await;
    let mut open = Vec::new();
    for _ in 0..3 {
        let mut socket = connect(&world).await;
        assert!(says_hello(&mut socket).await);
        open.push(socket);
    }
    let mut fourth = connect(&world).await;
    assert!(!says_hello(&mut fourth).await, "there is no place left");
    for socket in &mut open {
        assert!(says_hello(socket).await, "who is in goes on");
    }
    drop(open.pop());
    // The server learns of it in its own time.
    while !says_hello(&mut connect(&world).await).await {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_large_body_is_refused_before_it_is_sent() {
    let world = World::start().await;
    for path in ["/v1/enrol", "/v1/session", "/v1/session/challenge"] {
        let mut socket = connect(&world).await;
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: till\r\nContent-Type: application/json\r\n\
             Content-Length: 3000000\r\n\r\n"
        );
        socket.write_all(head.as_bytes()).await.unwrap();
        socket.write_all(&[b' '; 20 * 1024]).await.unwrap();
        let answer = answer(&mut socket).await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 413"), "{path}: {answer}");
    }
}

#[tokio::test]
async fn a_request_that_takes_too_long_is_told_so() {
    let world = World::start_with(|options| {
        options.limits.request_within = Duration::from_millis(100);
    })
    .await;
    let mut socket = connect(&world).await;
    let head = b"POST /v1/enrol HTTP/1.1\r\nHost: till\r\nContent-Type: application/json\r\n\
                 Content-Length: 300\r\n\r\n{";
    socket.write_all(head).await.unwrap();
    let answer = answer(&mut socket).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
    assert!(answer.contains("\"timed_out\""), "{answer}");
}

/// Panics while it is told to.
#[derive(Debug)]
struct Stumbling(Arc<AtomicBool>);

impl Clock for Stumbling {
    fn now(&self) -> Timestamp {
        assert!(!self.0.load(Ordering::SeqCst), "told to");
        MONDAY
    }
}

#[tokio::test]
async fn a_panic_is_an_answer_and_the_server_goes_on() {
    let stumbles = Arc::new(AtomicBool::new(false));
    let clock = Arc::new(Stumbling(Arc::clone(&stumbles)));
    let world = World::start_with(|options| options.clock = clock).await;
    let hello = || world.client.get(world.url("/v1/hello")).send();
    assert_eq!(hello().await.unwrap().status(), 200);
    stumbles.store(true, Ordering::SeqCst);
    let fallen = hello().await.unwrap();
    assert_eq!(refusal(fallen).await, (500, "internal".to_owned()));
    stumbles.store(false, Ordering::SeqCst);
    assert_eq!(hello().await.unwrap().status(), 200);
}

/// Each look costs a write; whoever asks a thousand times a second must not cost a thousand.
#[tokio::test]
async fn the_health_is_looked_at_now_and_then_and_told_to_everybody() {
    let world = World::start().await;
    let health = async || {
        let response = world.client.get(world.url("/healthz")).send().await;
        response.unwrap().status().as_u16()
    };
    assert_eq!(health().await, 200);
    let path = world.folder.path().join("server.db");
    let other = rusqlite::Connection::open(path).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    for _ in 0..50 {
        assert_eq!(health().await, 200, "as it was found a moment ago");
    }
    world.clock.advance(2_000);
    assert_eq!(health().await, 503);
    other.execute_batch("ROLLBACK").unwrap();
    assert_eq!(health().await, 503, "as it was found a moment ago");
    world.clock.advance(2_000);
    assert_eq!(health().await, 200);
}
