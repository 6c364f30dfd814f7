//! The payment bridge: a small protocol that an adapter of any provider can speak. Requests and answers
//! are signed JSON, so that nobody on the way says yes. `docs/payment-bridge.md` describes it.

use std::time::Duration;

use async_trait::async_trait;
use comptoir_domain::time::Timestamp;
use hmac::{Hmac, KeyInit, Mac};
use reqwest::{Client, Url};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use super::{Answer, Asked, Provider, Question};
use crate::clock::SharedClock;

/// How long a bridge may usually take to answer while a customer waits.
const PATIENCE: Duration = Duration::from_secs(10);

const CONNECT_WITHIN: Duration = Duration::from_secs(5);

/// The longest answer, in bytes.
const ANSWER_MAX: usize = 64 * 1024;

/// The shortest secret, in bytes.
const SECRET_MIN: usize = 16;

/// The header that carries the signature, of a request and of its answer.
const SIGNATURE: &str = "comptoir-signature";

/// When a request was signed, in milliseconds since 1970.
const TIME: &str = "comptoir-time";

/// What server and bridge both know.
#[derive(Clone, PartialEq, Eq)]
pub struct BridgeSecret(String);

impl BridgeSecret {
    pub fn new(text: &str) -> BridgeSecret {
        BridgeSecret(text.trim().to_owned())
    }
}

impl std::fmt::Debug for BridgeSecret {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("BridgeSecret(…)")
    }
}

/// Where the bridge is.
#[derive(Debug, Clone)]
pub struct BridgeOptions {
    /// Its address; the questions are paths under it.
    pub url: String,
    pub secret: BridgeSecret,
    /// How long it may take to answer.
    pub patience: Duration,
}

impl BridgeOptions {
    /// A bridge with the usual patience.
    pub fn new(url: &str, secret: BridgeSecret) -> BridgeOptions {
        BridgeOptions {
            url: url.to_owned(),
            secret,
            patience: PATIENCE,
        }
    }
}

/// The bridge cannot be used as it is set up.
#[derive(Debug, thiserror::Error)]
pub enum UnusableBridge {
    #[error("the payment bridge's address cannot be read: {0}")]
    Address(String),
    #[error("the payment bridge's address is no http or https address")]
    Scheme,
    #[error("the payment bridge's secret is shorter than {SECRET_MIN} characters")]
    Secret,
    #[error("payments cannot be asked for over the network: {0}")]
    Client(String),
}

/// A payment bridge that is reached over HTTP.
#[derive(Debug)]
pub struct Bridge {
    client: Client,
    url: Url,
    secret: BridgeSecret,
    clock: SharedClock,
}

impl Bridge {
    pub fn new(options: &BridgeOptions, clock: SharedClock) -> Result<Bridge, UnusableBridge> {
        let mut url = Url::parse(options.url.trim())
            .map_err(|error| UnusableBridge::Address(error.to_string()))?;
        if !["http", "https"].contains(&url.scheme()) {
            return Err(UnusableBridge::Scheme);
        }
        if options.secret.0.len() < SECRET_MIN {
            return Err(UnusableBridge::Secret);
        }
        if !url.path().ends_with('/') {
            let path = format!("{}/", url.path());
            url.set_path(&path);
        }
        let client = Client::builder()
            .timeout(options.patience)
            .connect_timeout(CONNECT_WITHIN)
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build()
            .map_err(|error| UnusableBridge::Client(error.to_string()))?;
        Ok(Bridge {
            client,
            url,
            secret: options.secret.clone(),
            clock,
        })
    }

    async fn put(&self, question: &Question) -> Result<Answer, String> {
        let path = path_of(&question.asked);
        let url = self.url.join(path).map_err(|error| error.to_string())?;
        let body = serde_json::to_string(&Sent::of(question)).map_err(|error| error.to_string())?;
        let time = self.clock.now().unix_ms().to_string();
        let signature = self.sign(&[&time, path, &body]);
        let request = self
            .client
            .post(url)
            .header("content-type", "application/json")
            .header("idempotency-key", &question.key)
            .header(TIME, &time)
            .header(SIGNATURE, signature)
            .body(body);
        // Its error names the address, which may carry a password.
        let plain = |error: reqwest::Error| error.without_url().to_string();
        let response = request.send().await.map_err(plain)?;
        if response.status() != reqwest::StatusCode::OK {
            return Err(format!("it answered {}", response.status().as_u16()));
        }
        let signed = response.headers().get(SIGNATURE);
        let signed = signed.and_then(|value| value.to_str().ok());
        let signed = signed.unwrap_or_default().to_owned();
        let body = read(response).await?;
        if !self.is_signed(&[path, &question.key, &body], &signed) {
            return Err("its answer is not signed with the secret".to_owned());
        }
        let told: Told = serde_json::from_str(&body).map_err(|error| error.to_string())?;
        told.answer(question)
    }

    fn mac(&self, parts: &[&str]) -> Hmac<Sha256> {
        let mut mac = Hmac::<Sha256>::new_from_slice(self.secret.0.as_bytes())
            .expect("a keyed hash takes keys of any length");
        mac.update(parts.join(".").as_bytes());
        mac
    }

    fn sign(&self, parts: &[&str]) -> String {
        let sum = self.mac(parts).finalize().into_bytes();
        sum.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    fn is_signed(&self, parts: &[&str], signature: &str) -> bool {
        let pairs = signature.as_bytes().chunks(2);
        let bytes: Option<Vec<u8>> = pairs
            .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
            .collect();
        bytes.is_some_and(|bytes| self.mac(parts).verify_slice(&bytes).is_ok())
    }
}

/// The body, as long as it stays within its limit.
async fn read(mut response: reqwest::Response) -> Result<String, String> {
    let mut body = Vec::new();
    let plain = |error: reqwest::Error| error.without_url().to_string();
    while let Some(part) = response.chunk().await.map_err(plain)? {
        body.extend_from_slice(&part);
        if body.len() > ANSWER_MAX {
            return Err("its answer is too long".to_owned());
        }
    }
    String::from_utf8(body).map_err(|_| "its answer is no text".to_owned())
}

#[async_trait]
impl Provider for Bridge {
    /// Whatever goes wrong on the way is unknown: it may have happened.
    async fn ask(&self, question: &Question) -> Answer {
        self.put(question).await.unwrap_or_else(Answer::unknown)
    }
}

const fn path_of(asked: &Asked) -> &'static str {
    match asked {
        Asked::Authorise { .. } => "authorise",
        Asked::Capture => "capture",
        Asked::Void => "void",
        Asked::Refund => "refund",
        Asked::Status => "status",
    }
}

#[derive(Debug, Serialize)]
struct Sent<'a> {
    key: &'a str,
    hub: String,
    payment: String,
    amount: i64,
    currency: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reference: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    number: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    return_to: Option<&'a str>,
}

impl<'a> Sent<'a> {
    fn of(question: &'a Question) -> Sent<'a> {
        let (number, return_to) = match &question.asked {
            Asked::Authorise { number, return_to } => (Some(number.as_str()), return_to.as_deref()),
            _ => (None, None),
        };
        Sent {
            key: &question.key,
            hub: question.hub.to_string(),
            payment: question.payment.to_string(),
            amount: question.amount.minor_units(),
            currency: &question.currency.code,
            reference: question.reference.as_deref(),
            number,
            return_to,
        }
    }
}

#[derive(Debug, Deserialize)]
struct Told {
    answer: Word,
    #[serde(default)]
    reference: Option<String>,
    #[serde(default)]
    capture_before: Option<i64>,
    #[serde(default)]
    reason: Option<String>,
    #[serde(default)]
    go_to: Option<String>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Word {
    Yes,
    No,
    Unknown,
}

/// The longest text that is kept of an answer, in characters.
const TEXT_MAX: usize = 200;

fn short(text: Option<String>) -> String {
    let text = text.unwrap_or_default();
    let readable = text.chars().filter(|character| !character.is_control());
    readable.take(TEXT_MAX).collect()
}

impl Told {
    fn answer(self, question: &Question) -> Result<Answer, String> {
        Ok(match self.answer {
            Word::Yes => {
                let known = question.reference.clone();
                let reference = self.reference.filter(|reference| !reference.is_empty());
                let reference = reference.map(|text| short(Some(text))).or(known);
                Answer::Yes {
                    reference: reference.ok_or("its yes names no payment")?,
                    capture_before: self.capture_before.map(Timestamp::from_unix_ms),
                }
            }
            Word::No => Answer::No {
                reason: short(self.reason),
            },
            Word::Unknown => Answer::Unknown {
                why: short(self.reason),
                go_to: self.go_to.filter(|address| is_page(address)),
            },
        })
    }
}

/// Whether customers may be sent there: an address of a page, and encrypted unless it is this machine.
fn is_page(address: &str) -> bool {
    let Ok(url) = Url::parse(address) else {
        return false;
    };
    let here = matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
    url.scheme() == "https" || (url.scheme() == "http" && here)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn customers_are_sent_to_encrypted_pages_only() {
        assert!(is_page("https://pay.example/x?y=1"));
        assert!(is_page("http://127.0.0.1:4000/x"));
        for address in ["http://pay.example", "javascript:alert(1)", "//x", ""] {
            assert!(!is_page(address), "{address}");
        }
    }
}
