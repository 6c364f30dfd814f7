//! A payment bridge for tests: keeps accounts of what it was asked, and answers as it is told. It speaks
//! the protocol of `docs/payment-bridge.md` over a real socket and checks what it is sent.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, PoisonError};

use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

/// How the bridge answers questions that it has not answered before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BridgeMood {
    Yes,
    No,
    /// It does not know itself, until [`PaymentBridge::finish`].
    Unknown,
    /// It sends customers to a page of its own first.
    SendsOn,
    /// It does what it is asked, and its answer is lost.
    DoesAndHangsUp,
    /// It takes the question and says nothing, until the mood changes.
    Hangs,
    /// It is out of order (500), and does nothing.
    Broken,
    /// It says yes without knowing the secret.
    Forged,
}

/// One thing that the bridge did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Done {
    /// `authorise`, `capture`, `void` or `refund`.
    pub what: String,
    pub key: String,
    pub payment: String,
    pub amount: i64,
}

#[derive(Debug)]
struct Inside {
    mood: BridgeMood,
    capture_before: Option<i64>,
    /// The answer that a key got, for ever.
    answers: BTreeMap<String, Value>,
    done: Vec<Done>,
    asked: Vec<String>,
    faults: Vec<String>,
}

/// A payment bridge on the loopback.
#[derive(Debug, Clone)]
pub struct PaymentBridge {
    address: SocketAddr,
    secret: String,
    inside: Arc<(Mutex<Inside>, Condvar)>,
}

impl PaymentBridge {
    /// Listens on a free port until the process ends.
    pub fn start(secret: &str) -> std::io::Result<PaymentBridge> {
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        let inside = Inside {
            mood: BridgeMood::Yes,
            capture_before: None,
            answers: BTreeMap::new(),
            done: Vec::new(),
            asked: Vec::new(),
            faults: Vec::new(),
        };
        let bridge = PaymentBridge {
            address: listener.local_addr()?,
            secret: secret.to_owned(),
            inside: Arc::new((Mutex::new(inside), Condvar::new())),
        };
        let serving = bridge.clone();
        std::thread::spawn(move || {
            for connection in listener.incoming().map_while(Result::ok) {
                let serving = serving.clone();
                // A connection that breaks off is the other side's to notice.
                std::thread::spawn(move || serving.talk(connection));
            }
        });
        Ok(bridge)
    }

    pub fn url(&self) -> String {
        format!("http://{}/pay", self.address)
    }

    pub fn set_mood(&self, mood: BridgeMood) {
        self.with(|inside| inside.mood = mood);
        self.inside.1.notify_all();
    }

    /// Until when what it authorises from now on can be captured, in milliseconds since 1970.
    pub fn set_capture_before(&self, at: i64) {
        self.with(|inside| inside.capture_before = Some(at));
    }

    /// What was unknown is known now: the customer finished on the bridge's own page, or the bank spoke.
    pub fn finish(&self, yes: bool) {
        self.with(|inside| {
            let capture_before = inside.capture_before;
            for (key, answer) in &mut inside.answers {
                if answer["answer"] == "unknown" {
                    *answer = said(yes, key, capture_before);
                }
            }
        });
    }

    /// Everything that it did, each key once.
    pub fn done(&self) -> Vec<Done> {
        self.with(|inside| inside.done.clone())
    }

    /// What it did of one kind.
    pub fn done_of(&self, what: &str) -> Vec<Done> {
        let mut done = self.done();
        done.retain(|done| done.what == what);
        done
    }

    /// The paths of all questions, answered or not.
    pub fn asked(&self) -> Vec<String> {
        self.with(|inside| inside.asked.clone())
    }

    /// Questions that were not signed as they should be.
    pub fn faults(&self) -> Vec<String> {
        self.with(|inside| inside.faults.clone())
    }

    fn with<T>(&self, work: impl FnOnce(&mut Inside) -> T) -> T {
        let inside = self.inside.0.lock();
        work(&mut inside.unwrap_or_else(PoisonError::into_inner))
    }

    fn sign(&self, parts: &[&str]) -> String {
        let mut mac = Hmac::<Sha256>::new_from_slice(self.secret.as_bytes())
            .expect("a keyed hash takes keys of any length");
        mac.update(parts.join(".").as_bytes());
        let sum = mac.finalize().into_bytes();
        sum.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// One request and its answer (HTTP/1.1, connection closed behind it).
    fn talk(&self, mut connection: TcpStream) -> std::io::Result<()> {
        let Some(request) = Request::read(&connection)? else {
            return Ok(());
        };
        let what = request.path.rsplit('/').next().unwrap_or_default();
        let what = what.to_owned();
        self.with(|inside| inside.asked.push(what.clone()));
        let signed = self.sign(&[&request.header("comptoir-time"), &what, &request.body]);
        if signed != request.header("comptoir-signature") {
            self.with(|inside| inside.faults.push(what));
            return write!(connection, "HTTP/1.1 401 No\r\ncontent-length: 0\r\n\r\n");
        }
        let body: Value = serde_json::from_str(&request.body).unwrap_or_default();
        let mood = self.mood();
        if mood == BridgeMood::Broken {
            return write!(connection, "HTTP/1.1 500 No\r\ncontent-length: 0\r\n\r\n");
        }
        let answer = self.answer(&what, &body, mood);
        if mood == BridgeMood::DoesAndHangsUp {
            return Ok(());
        }
        let key = body["key"].as_str().unwrap_or_default();
        let text = answer.to_string();
        let signature = match mood {
            BridgeMood::Forged => "00".repeat(32),
            _ => self.sign(&[&what, key, &text]),
        };
        write!(
            connection,
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncomptoir-signature: {signature}\r\n\
             content-length: {}\r\nconnection: close\r\n\r\n{text}",
            text.len()
        )
    }

    /// How it is disposed; one that hangs waits here.
    fn mood(&self) -> BridgeMood {
        let (inside, changed) = &*self.inside;
        let mut inside = inside.lock().unwrap_or_else(PoisonError::into_inner);
        while inside.mood == BridgeMood::Hangs {
            inside = changed.wait(inside).unwrap_or_else(PoisonError::into_inner);
        }
        inside.mood
    }

    fn answer(&self, what: &str, body: &Value, mood: BridgeMood) -> Value {
        let key = body["key"].as_str().unwrap_or_default().to_owned();
        self.with(|inside| {
            if let Some(known) = inside.answers.get(&key) {
                return known.clone();
            }
            if what == "status" {
                return json!({"answer": "no", "reason": "never asked"});
            }
            let answer = match mood {
                BridgeMood::No => said(false, &key, None),
                BridgeMood::Unknown if what != "authorise" => {
                    return json!({"answer": "unknown", "reason": "busy"});
                }
                BridgeMood::Unknown => json!({"answer": "unknown", "reason": "busy"}),
                BridgeMood::SendsOn if what == "authorise" => {
                    json!({"answer": "unknown", "go_to": "https://pay.example/form"})
                }
                _ => said(true, &key, inside.capture_before),
            };
            if answer["answer"] == "yes" {
                inside.done.push(Done {
                    what: what.to_owned(),
                    key: key.clone(),
                    payment: body["payment"].as_str().unwrap_or_default().to_owned(),
                    amount: body["amount"].as_i64().unwrap_or_default(),
                });
            }
            inside.answers.insert(key, answer.clone());
            answer
        })
    }
}

fn said(yes: bool, key: &str, capture_before: Option<i64>) -> Value {
    if yes {
        json!({"answer": "yes", "reference": format!("ref-{key}"), "capture_before": capture_before})
    } else {
        json!({"answer": "no", "reason": "the card was declined"})
    }
}

struct Request {
    path: String,
    headers: BTreeMap<String, String>,
    body: String,
}

impl Request {
    fn read(connection: &TcpStream) -> std::io::Result<Option<Request>> {
        let mut reader = BufReader::new(connection);
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let Some(path) = line.split(' ').nth(1).map(str::to_owned) else {
            return Ok(None);
        };
        let mut headers = BTreeMap::new();
        loop {
            let mut line = String::new();
            if reader.read_line(&mut line)? == 0 || line.trim_end().is_empty() {
                break;
            }
            if let Some((name, value)) = line.split_once(':') {
                headers.insert(name.trim().to_ascii_lowercase(), value.trim().to_owned());
            }
        }
        let length = headers.get("content-length");
        let length = length.and_then(|length| length.parse().ok()).unwrap_or(0);
        let mut body = vec![0; length];
        reader.read_exact(&mut body)?;
        Ok(Some(Request {
            path,
            headers,
            body: String::from_utf8_lossy(&body).into_owned(),
        }))
    }

    fn header(&self, name: &str) -> String {
        self.headers.get(name).cloned().unwrap_or_default()
    }
}
