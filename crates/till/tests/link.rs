//! What answers at an address, over real sockets on this machine: web pages, other programs, wrong
//! certificates, silence, and a server of ours.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod shop;
mod support;

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use comptoir_domain::entry::EntryHash;
use comptoir_sync::pairing::PairingCode;
use comptoir_sync::protocol::EnrolRequest;
use comptoir_till::Core;
use comptoir_till::sync::{Enrolment, Reach, SyncDriver, SyncFailure, SyncReply, SyncRequest};
use comptoir_till::wire::{Code, ServerState};
use rustls::pki_types::PrivateKeyDer;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};
use shop::server::{Server, journal, unsent};
use support::Bench;

/// Answers every connection with what `respond` makes of the request.
fn serve(respond: impl Fn(&Asked) -> String + Send + 'static) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            if let Some(asked) = read(&mut stream) {
                let _ = stream.write_all(respond(&asked).as_bytes());
            }
        }
    });
    address
}

struct Asked {
    path: String,
    token: String,
    body: Vec<u8>,
}

impl Asked {
    fn read<T: DeserializeOwned>(&self) -> T {
        serde_json::from_slice(&self.body).unwrap()
    }
}

fn read(stream: &mut impl Read) -> Option<Asked> {
    let mut bytes = Vec::new();
    let mut one = [0];
    while !bytes.ends_with(b"\r\n\r\n") {
        if stream.read(&mut one).ok()? == 0 {
            return None;
        }
        bytes.push(one[0]);
    }
    let head = String::from_utf8(bytes).unwrap();
    let header = |name: &str| {
        head.lines()
            .filter_map(|line| line.split_once(": "))
            .find(|(found, _)| found.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.to_owned())
    };
    let length = header("content-length").map_or(0, |length| length.parse().unwrap());
    let mut body = vec![0; length];
    stream.read_exact(&mut body).ok()?;
    if header("content-encoding").as_deref() == Some("zstd") {
        body = zstd::decode_all(body.as_slice()).unwrap();
    }
    Some(Asked {
        path: head.split(' ').nth(1)?.to_owned(),
        token: header("authorization")
            .unwrap_or_default()
            .replace("Bearer ", ""),
        body,
    })
}

fn http(status: &str, kind: &str, body: &str) -> String {
    format!(
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )
}

fn json(body: &impl serde::Serialize) -> String {
    let body = serde_json::to_string(body).unwrap();
    http("200 OK", "application/json", &body)
}

fn refusal(status: &str, code: &str) -> String {
    let body = format!(r#"{{"code":"{code}","message":"no"}}"#);
    http(status, "application/json", &body)
}

const PLAIN_CODE: &str = "0123-4567-89AB";

/// What a person is told who pairs with what is at this address.
fn told(address: &str, code: &str) -> Code {
    let bench = Bench::new();
    let core = bench.open();
    let enrolment = Enrolment::read(address, code).unwrap();
    let request = enrolment.request(&core).unwrap();
    enrolment.exchange(&request).unwrap_err().code
}

fn told_over_http(respond: impl Fn(&Asked) -> String + Send + 'static) -> Code {
    told(&format!("http://{}", serve(respond)), PLAIN_CODE)
}

#[test]
fn a_captive_portal_is_not_taken_for_a_server() {
    let page = "<html><h1>Welcome to Hotel Wi-Fi</h1></html>";
    let portal = move |_: &Asked| http("200 OK", "text/html", page);
    assert_eq!(told_over_http(portal), Code::ServerNotOurs);
    let sends_elsewhere = |_: &Asked| {
        "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"
            .to_owned()
    };
    assert_eq!(told_over_http(sends_elsewhere), Code::ServerNotOurs);
    let not_found = |_: &Asked| http("404 Not Found", "text/html", "nothing");
    assert_eq!(told_over_http(not_found), Code::ServerNotOurs);
}

#[test]
fn another_product_and_another_version_are_told_apart() {
    let bench = Bench::new();
    let mut hello = Server::for_till(&bench.open()).hello();
    hello.product = "coffee machine".to_owned();
    let other = hello.clone();
    assert_eq!(told_over_http(move |_| json(&other)), Code::ServerNotOurs);
    hello.product = "comptoir".to_owned();
    hello.protocol_min = 99;
    hello.protocol_max = 99;
    assert_eq!(told_over_http(move |_| json(&hello)), Code::VersionTooOld);
}

#[test]
fn a_code_that_is_not_taken_says_why() {
    for (status, refused, code) in [
        ("404 Not Found", "code_unknown", Code::PairingCodeWrong),
        ("409 Conflict", "code_used", Code::PairingCodeUsed),
        ("410 Gone", "code_expired", Code::PairingCodeExpired),
        ("409 Conflict", "till_taken", Code::TillRejected),
        (
            "503 Service Unavailable",
            "unavailable",
            Code::ServerUnreachable,
        ),
    ] {
        let bench = Bench::new();
        let hello = Server::for_till(&bench.open()).hello();
        let respond = move |asked: &Asked| match asked.path.as_str() {
            "/v1/hello" => json(&hello),
            _ => refusal(status, refused),
        };
        assert_eq!(told_over_http(respond), code, "{refused}");
    }
}

#[test]
fn nobody_at_the_address_is_unreachable() {
    let free = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    assert_eq!(
        told(&format!("http://{free}"), PLAIN_CODE),
        Code::ServerUnreachable
    );
}

/// A server with a certificate of its own, and the hash of its key.
fn secure_server() -> (SocketAddr, [u8; 32]) {
    let key = rcgen::KeyPair::generate().unwrap();
    let hash = Sha256::digest(rcgen::PublicKeyData::subject_public_key_info(&key)).into();
    let names = ["hub.example".to_owned()];
    let certificate = rcgen::CertificateParams::new(names)
        .unwrap()
        .self_signed(&key)
        .unwrap();
    let secret = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], secret)
        .unwrap();
    let config = Arc::new(config);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let bench = Bench::new();
    let server = Server::for_till(&bench.open());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let connection = rustls::ServerConnection::new(config.clone()).unwrap();
            let mut stream = rustls::StreamOwned::new(connection, stream.unwrap());
            let Some(asked) = read(&mut stream) else {
                continue;
            };
            let answer = match asked.path.as_str() {
                "/v1/hello" => json(&server.hello()),
                _ => json(&server.enrol_reply("A")),
            };
            let _ = stream.write_all(answer.as_bytes());
            stream.conn.send_close_notify();
            let _ = stream.flush();
        }
    });
    (address, hash)
}

#[test]
fn a_certificate_that_nobody_vouches_for_is_trusted_by_the_code_that_names_its_key() {
    let (address, hash) = secure_server();
    let address = format!("https://{address}");
    assert_eq!(told(&address, PLAIN_CODE), Code::ServerNotTrusted);
    let wrong = PairingCode::new([7; 8], Some(&[1; 32])).to_string();
    assert_eq!(told(&address, &wrong), Code::ServerNotTrusted);

    let right = PairingCode::new([7; 8], Some(&hash)).to_string();
    let bench = Bench::new();
    let mut core = bench.open();
    let line = format!("comptoir:{address}#{right}");
    let enrolment = Enrolment::read("", &line).unwrap();
    let request: EnrolRequest = enrolment.request(&core).unwrap();
    assert_eq!(
        request.key,
        EntryHash(core.signing_key().verifying_key().to_bytes())
    );
    let joined = enrolment.exchange(&request).unwrap();
    joined.adopt(&mut core).unwrap();
    assert_eq!(core.status().unwrap().server.address, Some(address));
    // A till has one server.
    assert!(enrolment.request(&core).is_err());
}

#[test]
fn what_is_entered_is_checked_before_anybody_is_asked() {
    let code = |address: &str, code: &str| Enrolment::read(address, code).unwrap_err().code;
    assert_eq!(code("http://hub.example", PLAIN_CODE), Code::AddressInvalid);
    assert_eq!(code("hub.example", "1234"), Code::PairingCodeWrong);
    assert_eq!(
        code("comptoir:https://hub.example", ""),
        Code::PairingCodeWrong
    );
}

/// A server of ours over HTTP; what was pushed is told to the channel.
fn our_server(server: Arc<Mutex<Server>>, pushed: Sender<usize>) -> SocketAddr {
    serve(move |asked| {
        let token = asked.token.clone();
        let request = match asked.path.as_str() {
            "/v1/hello" => SyncRequest::Hello,
            "/v1/session/challenge" => SyncRequest::Challenge(asked.read()),
            "/v1/session" => SyncRequest::Session(asked.read()),
            "/v1/push" => SyncRequest::Push {
                token,
                push: asked.read(),
            },
            "/v1/pull" => SyncRequest::Pull {
                token,
                pull: asked.read(),
            },
            other => panic!("{other}"),
        };
        let mut server = server.lock().unwrap();
        match server.answer(&request) {
            Ok(SyncReply::Hello(reply)) => json(&reply),
            Ok(SyncReply::Challenge(reply)) => json(&reply),
            Ok(SyncReply::Session(reply)) => json(&reply),
            Ok(SyncReply::Pull(reply)) => json(&reply),
            Ok(SyncReply::Desk(reply)) => json(&reply),
            Ok(SyncReply::Push(reply)) => {
                let _ = pushed.send(server.held().len());
                json(&reply)
            }
            Err(SyncFailure::Unauthorised) => refusal("401 Unauthorized", "unauthorised"),
            Err(failure) => panic!("{failure}"),
        }
    })
}

/// Tries until it is so; fails after a while in which it never was.
fn eventually(core: &Mutex<Core>, is_so: impl Fn(&Core) -> bool) {
    for _ in 0..2000 {
        if is_so(&core.lock().unwrap()) {
            return;
        }
        std::thread::park_timeout(Duration::from_millis(10));
    }
    panic!("it never came to be");
}

#[test]
fn the_thread_brings_the_journal_to_the_server_and_wakes_for_the_next_sale() {
    let bench = Bench::new();
    let mut core = bench.selling();
    bench.sale(&mut core);
    let server = Arc::new(Mutex::new(Server::for_till(&core)));
    let (pushed, pushes) = channel();
    let address = our_server(server.clone(), pushed);
    let reply = server.lock().unwrap().enrol_reply("A");
    let place = comptoir_till::sync::ServerAddress::read(&format!("http://{address}")).unwrap();
    comptoir_till::sync::Joined::new(place, reply, None)
        .adopt(&mut core)
        .unwrap();

    let core = Arc::new(Mutex::new(core));
    let writer = core.clone();
    let reach = Reach {
        submit: Box::new(move |job| job(&mut writer.lock().unwrap())),
        changed: Box::new(|| {}),
    };
    let driver = SyncDriver::start(reach, 11).unwrap();
    eventually(&core, |core| unsent(core) == 0);
    assert!(pushes.recv_timeout(Duration::from_secs(20)).unwrap() >= 4);
    eventually(&core, |core| {
        let status = core.status().unwrap();
        status.server.state == ServerState::Online && status.server.problem.is_none()
    });

    let mut selling = core.lock().unwrap();
    bench.sale(&mut selling);
    let written = journal(&selling);
    drop(selling);
    driver.wake();
    eventually(&core, |core| unsent(core) == 0);
    assert_eq!(server.lock().unwrap().held(), written);
    drop(driver);
}
