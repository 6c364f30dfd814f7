//! Codes and addresses that lead nowhere, and networks that answer in the server's place.

use std::io::{Read, Write};
use std::net::TcpListener;

use comptoir_till::wire::{Code, Screen, ServerState, SetupPair};
use serde_json::json;

use crate::support::eventually;
use crate::support::host::Host;
use crate::support::hub::{Hub, now};
use crate::{Shop, content, sales_held};

#[test]
fn pairing_that_fails_says_why_and_leaves_the_till_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let mut hub = Hub::open(&folder.path().join("server"));
    let data = folder.path().join("till");
    let host = Host::start(&data);
    let before = content(&data);
    let told = |address: &str, code: &str| {
        let pair = SetupPair {
            address: address.to_owned(),
            code: code.to_owned(),
        };
        let code = host.refused("setup_pair", &pair);
        assert!(matches!(host.view().screen, Screen::Setup(_)));
        assert_eq!(content(&data), before, "{address}");
        code
    };
    let address = hub.address();
    assert_eq!(told(&address, "0123-4567-89AB"), Code::PairingCodeWrong);
    assert_eq!(told(&address, "hello"), Code::PairingCodeWrong);
    let hour_ago = now().plus_ms(-3_600_000);
    let old = hub.code_made(hour_ago, None).to_string();
    assert_eq!(told(&address, &old), Code::PairingCodeExpired);
    let used = hub.code();
    let other = Host::start(&folder.path().join("other"));
    other.begin(&address, &used);
    assert_eq!(told(&address, &used), Code::PairingCodeUsed);
    let good = hub.code();
    assert_eq!(told("http://example.org", &good), Code::AddressInvalid);
    assert_eq!(told("not an address", &good), Code::AddressInvalid);
    let portal = Portal::open(0);
    assert_eq!(told(&portal.address(), &good), Code::ServerNotOurs);
    hub.kill();
    assert_eq!(told(&address, &good), Code::ServerUnreachable);
    // Behind its own certificate, for a code that names no key, or another one.
    hub.serve_securely();
    let secure = address.replace("http:", "https:");
    assert_eq!(told(&secure, &good), Code::ServerNotTrusted);
    let misled = hub.code_made(now(), Some(&[7; 32])).to_string();
    assert_eq!(told(&secure, &misled), Code::ServerNotTrusted);
    let key = sync_server::tls::key_hash(&hub.folder()).unwrap();
    let right = hub.code_made(now(), Some(&key)).to_string();
    let view = host.begin(&secure, &right);
    assert!(
        matches!(view.screen, Screen::Sell(_)),
        "the right one joins"
    );
}

/// What a hotel's network answers to everything: a page, with 200.
struct Portal {
    port: u16,
    closing: std::sync::Arc<std::sync::atomic::AtomicBool>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Portal {
    fn open(port: u16) -> Portal {
        use std::sync::atomic::Ordering;
        let listener = TcpListener::bind(("127.0.0.1", port)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let closing: std::sync::Arc<std::sync::atomic::AtomicBool> = Default::default();
        let is_closing = closing.clone();
        let thread = std::thread::spawn(move || {
            for stream in listener.incoming() {
                if is_closing.load(Ordering::SeqCst) {
                    return;
                }
                let mut stream = stream.unwrap();
                let _ = stream.read(&mut [0; 8192]);
                let page = "<html><h1>Welcome to Hotel Wi-Fi</h1></html>";
                let answer = format!(
                    "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {}\r\n\
                     Connection: close\r\n\r\n{page}",
                    page.len()
                );
                let _ = stream.write_all(answer.as_bytes());
            }
        });
        Portal {
            port,
            closing,
            thread: Some(thread),
        }
    }

    fn address(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }
}

impl Drop for Portal {
    fn drop(&mut self) {
        self.closing
            .store(true, std::sync::atomic::Ordering::SeqCst);
        // The one that waits for a caller gets a last one.
        let _ = std::net::TcpStream::connect(("127.0.0.1", self.port));
        let _ = self.thread.take().map(std::thread::JoinHandle::join);
    }
}

#[test]
fn a_captive_portal_in_the_servers_place_takes_no_sale() {
    let mut shop = Shop::quiet();
    let portal = Portal::open(shop.hub.port());
    shop.sell();
    shop.host.done("sync_now", &json!({}));
    eventually("the portal is told from the server", || {
        let server = shop.host.status().server;
        (server.problem == Some(Code::ServerNotOurs)).then_some(())
    });
    let status = shop.host.view().status;
    assert_eq!(status.server, ServerState::Offline);
    assert_eq!(status.unsent, 1, "nothing counts as sent");
    shop.sell();
    drop(portal);
    shop.hub.serve();
    shop.host.sent_everything();
    assert_eq!(sales_held(&shop.hub), 2);
}
