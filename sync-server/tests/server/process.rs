//! The program itself: killed while it takes sales, started twice, reached over TLS.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use comptoir_sync::pairing::PairingCode;
use comptoir_sync::protocol::{Hello, PushReply};
use comptoir_testkit::FixedClock;
use reqwest::{Certificate, Client};
use sync_server::connections::Limits;
use sync_server::data_folder::DataFolder;
use sync_server::mail::MailOptions;
use sync_server::server::{PaymentOptions, Server, ServerOptions, Transport, WebhookOptions};
use sync_server::tls;

use crate::trade::MONDAY;
use crate::world::{TestClock, World, push_request};

struct Program {
    child: Child,
    address: String,
}

impl Program {
    /// Starts the real program on a free port and reads from its log where that is.
    fn start(folder: &Path) -> Program {
        let mut child = Command::new(env!("CARGO_BIN_EXE_sync-server"))
            .args(["--data".as_ref(), folder.as_os_str()])
            .args(["serve", "--http", "--listen", "127.0.0.1:0"])
            .env("NO_COLOR", "1")
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let log = BufReader::new(child.stderr.take().unwrap());
        let address = log
            .lines()
            .map_while(Result::ok)
            .find_map(|line| Some(line.split_once("address=")?.1.trim().to_owned()))
            .expect("the program says where it listens");
        Program { child, address }
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// J1 on the server's side: what was acknowledged is there after `kill -9`, once.
#[tokio::test]
async fn what_was_acknowledged_survives_kills_during_intake() {
    let world = World::start().await;
    let mut till = world.till(1).await;
    till.sell(&world.bench, 200);
    // The program below uses the machine's clock; its sessions are made there.
    let folder = world.folder;
    world.server.stop().await;
    let client = Client::new();
    let mut held = 0;
    for round in 0..8usize {
        let mut program = Program::start(folder.path());
        let token = session(&client, &program, &till).await;
        let kill_after = round * 3;
        for pushed in 0.. {
            let entries = &till.side.entries[held..];
            if entries.is_empty() {
                break;
            }
            let chunk = &entries[..entries.len().min(4)];
            let request = client
                .post(program.url("/v1/push"))
                .bearer_auth(&token)
                .json(&push_request(&till.side, chunk))
                .send();
            if pushed == kill_after {
                // While the request is under way.
                let (answer, ()) = tokio::join!(request, async {
                    tokio::task::yield_now().await;
                    program.child.kill().unwrap();
                });
                drop(answer);
                break;
            }
            let reply: PushReply = request.await.unwrap().json().await.unwrap();
            assert!(
                reply.head.seq >= u64::try_from(held).unwrap(),
                "nothing held is lost"
            );
            held = usize::try_from(reply.head.seq).unwrap();
        }
    }
    let program = Program::start(folder.path());
    let token = session(&client, &program, &till).await;
    let head = || async {
        let request = client.post(program.url("/v1/push")).bearer_auth(&token);
        let request = request.json(&push_request(&till.side, &[]));
        let reply: PushReply = request.send().await.unwrap().json().await.unwrap();
        reply.head
    };
    assert!(head().await.seq >= u64::try_from(held).unwrap());
    for chunk in till.side.entries.chunks(100) {
        let request = client.post(program.url("/v1/push")).bearer_auth(&token);
        let request = request.json(&push_request(&till.side, chunk));
        assert_eq!(request.send().await.unwrap().status(), 200);
    }
    assert_eq!(head().await, till.head());
    drop(program);
    let store = DataFolder::existing(folder.path()).unwrap();
    let store = store
        .open_store(sync_server::store::sqlite::Access::Serving)
        .unwrap();
    use sync_server::store::Store;
    let rows = store
        .journal(world.bench.settings.hub, 0, 10_000)
        .await
        .unwrap();
    let stored: Vec<_> = rows
        .into_iter()
        .filter(|row| row.source == till.source())
        .map(|row| row.sealed)
        .collect();
    assert_eq!(stored, till.side.entries, "each entry once, byte for byte");
}

/// What somebody asks for is their text, not ours: it would fill the log.
#[cfg(unix)]
#[tokio::test]
async fn the_log_names_routes_and_nothing_that_was_sent() {
    let world = World::start().await;
    world.server.stop().await;
    let mut program = Program::start(world.folder.path());
    let client = Client::new();
    let method = "CHOSEN".parse().unwrap();
    for path in ["/v1/hello", "/chosen-text", "/v1/hello?chosen-text"] {
        client.get(program.url(path)).send().await.unwrap();
    }
    let request = client.request(method, program.url("/v1/hello"));
    request.send().await.unwrap();
    let id = program.child.id().to_string();
    let asked = Command::new("kill").args(["-TERM", &id]).status().unwrap();
    assert!(asked.success());
    assert!(program.child.wait().unwrap().success());
    let files = std::fs::read_dir(world.folder.path().join("logs")).unwrap();
    let log: String = files
        .map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap())
        .collect();
    assert_eq!(log.matches("route=\"/v1/hello\"").count(), 3, "{log}");
    assert_eq!(log.matches("route=\"-\"").count(), 1, "{log}");
    assert!(!log.to_lowercase().contains("chosen"), "{log}");
}

async fn session(client: &Client, program: &Program, till: &crate::world::TestTill) -> String {
    use comptoir_sync::protocol::{
        ChallengeReply, ChallengeRequest, SessionReply, SessionRequest, challenge_bytes,
    };
    let id = till.side.till_id();
    let request = client.post(program.url("/v1/session/challenge"));
    let reply = request.json(&ChallengeRequest { till: id }).send().await;
    let challenge = reply
        .unwrap()
        .json::<ChallengeReply>()
        .await
        .unwrap()
        .challenge;
    let signature = ed25519_dalek::Signer::sign(&till.side.key, &challenge_bytes(id, challenge));
    let answer = SessionRequest {
        till: id,
        challenge,
        signature: comptoir_domain::entry::EntrySignature(signature.to_bytes()),
    };
    let reply = client
        .post(program.url("/v1/session"))
        .json(&answer)
        .send()
        .await;
    reply.unwrap().json::<SessionReply>().await.unwrap().token
}

fn refused(folder: &Path, arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_sync-server"))
        .args(["--data".as_ref(), folder.as_os_str()])
        .args(arguments)
        .output()
        .unwrap();
    assert!(!output.status.success(), "{arguments:?}");
    String::from_utf8(output.stderr).unwrap()
}

#[tokio::test]
async fn the_program_says_why_it_does_not_serve() {
    let empty = tempfile::tempdir().unwrap();
    let serve = ["serve", "--http", "--listen", "127.0.0.1:0"];
    assert!(refused(empty.path(), &serve).contains("init"));
    let open = ["serve", "--http", "--listen", "0.0.0.0:0"];
    assert!(refused(empty.path(), &open).contains("--behind-proxy"));
    let world = World::start().await;
    let second = refused(world.folder.path(), &serve);
    assert!(second.contains("another server serves"), "{second}");
}

#[tokio::test]
async fn its_own_certificate_is_the_one_that_the_pairing_code_names() {
    let world = World::start().await;
    world.server.stop().await;
    let server = Server::start(ServerOptions {
        data_dir: world.folder.path().to_owned(),
        listen: ([127, 0, 0, 1], 0).into(),
        transport: Transport::SelfSigned,
        clock: Arc::new(TestClock(FixedClock::at(MONDAY))),
        behind_proxy: false,
        limits: Limits::default(),
        mail: MailOptions::default(),
        payments: PaymentOptions::default(),
        webhooks: WebhookOptions::default(),
    })
    .await
    .unwrap();
    let folder = DataFolder::existing(world.folder.path()).unwrap();
    let pem = std::fs::read(folder.certificate()).unwrap();
    let url = format!("https://localhost:{}/v1/hello", server.addr().port());
    let build = |certificates| {
        let builder = Client::builder().tls_info(true);
        let builder = builder.resolve("localhost", server.addr());
        builder.tls_certs_only(certificates).build().unwrap()
    };
    let trusting = build(vec![Certificate::from_pem(&pem).unwrap()]);
    let response = trusting.get(&url).send().await.unwrap();
    let shown = response
        .extensions()
        .get::<reqwest::tls::TlsInfo>()
        .unwrap();
    let shown = shown.peer_certificate().unwrap().to_vec();
    assert!(
        response
            .json::<Hello>()
            .await
            .unwrap()
            .speaks_our_protocol()
    );
    // The hash is that of the very key in the certificate that was shown.
    let hash = tls::key_hash(&folder).unwrap();
    let names_shown_key = shown
        .windows(91)
        .any(|spki| <[u8; 32]>::from(<sha2::Sha256 as sha2::Digest>::digest(spki)) == hash);
    assert!(names_shown_key, "a P-256 public key is 91 bytes long");
    let code = PairingCode::new([5; 8], Some(&hash));
    assert_eq!(code.names_key(&hash), Some(true));
    let stranger = build(Vec::new());
    assert!(
        stranger.get(&url).send().await.is_err(),
        "nobody else vouches for it"
    );
    server.stop().await;
}
