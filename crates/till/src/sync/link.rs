//! One call over HTTP: what is sent, within which time, and what an answer means that is none of
//! ours.

use std::error::Error;
use std::io::Read;
use std::time::Duration;

use comptoir_sync::error_code;
use comptoir_sync::protocol::{EnrolReply, EnrolRequest, ErrorReply, Hello};
use reqwest::header::{
    ACCEPT_ENCODING, AUTHORIZATION, CONTENT_ENCODING, CONTENT_TYPE, HeaderMap, RETRY_AFTER,
};
use reqwest::{Client, Method, RequestBuilder, Response, StatusCode};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::address::ServerAddress;
use super::message::{SyncFailure, SyncReply, SyncRequest};
use super::tls::{self, PinnedKey, SeenKey};

const CONNECT_WAIT: Duration = Duration::from_secs(5);
const SHORT_WAIT: Duration = Duration::from_secs(10);
const PUSH_WAIT: Duration = Duration::from_secs(30);

/// For a page of the feed; what the server may hold the answer back comes on top.
const PULL_WAIT: Duration = Duration::from_secs(40);

/// The largest answer, unpacked: a full page with room. A portal that streams for ever ends here.
const ANSWER_BYTES_MAX: usize = 64 * 1024 * 1024;

/// Bodies smaller than this are not worth packing.
const PACKED_BYTES_MIN: usize = 1024;

const PACKING_LEVEL: i32 = 3;

/// A server as it is reached, and whom to trust there.
#[derive(Debug, Clone)]
pub(super) struct Link {
    client: Client,
    address: ServerAddress,
}

/// What went wrong with a pairing, beyond the ways in which every call can fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum EnrolFailure {
    CodeUnknown,
    CodeUsed,
    CodeExpired,
    TooManyTries,
    Link(SyncFailure),
}

impl Link {
    /// Gets ready; talks to nobody yet.
    pub(super) fn new(
        address: ServerAddress,
        pinned: Option<PinnedKey>,
        seen: SeenKey,
    ) -> Result<Link, SyncFailure> {
        let builder = Client::builder()
            .connect_timeout(CONNECT_WAIT)
            // A server of ours answers itself; who sends elsewhere is a portal.
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy();
        let builder = match pinned {
            Some(key) => {
                let config = tls::pinned(key, seen).map_err(|_| SyncFailure::NotTrusted)?;
                builder.tls_backend_preconfigured(config)
            }
            None => builder,
        };
        let client = builder.build().map_err(|_| SyncFailure::NotTrusted)?;
        Ok(Link { client, address })
    }

    /// Says one thing and waits for the answer.
    pub(super) async fn send(&self, request: &SyncRequest) -> Result<SyncReply, SyncFailure> {
        match request {
            SyncRequest::Hello => Ok(SyncReply::Hello(self.hello().await?)),
            SyncRequest::Challenge(body) => {
                let call = self.post("v1/session/challenge", body, SHORT_WAIT)?;
                answer(call).await.map(SyncReply::Challenge)
            }
            SyncRequest::Session(body) => {
                let call = self.post("v1/session", body, SHORT_WAIT)?;
                answer(call).await.map(SyncReply::Session)
            }
            SyncRequest::Push { token, push } => {
                let call = self.post("v1/push", push, PUSH_WAIT)?;
                answer(signed_in(call, token)).await.map(SyncReply::Push)
            }
            SyncRequest::Pull { token, pull } => {
                let wait = PULL_WAIT + Duration::from_millis(pull.wait_ms.into());
                let call = self.post("v1/pull", pull, wait)?;
                answer(signed_in(call, token)).await.map(SyncReply::Pull)
            }
            SyncRequest::Desk { token, desk } => {
                let call = self.post("v1/desk", desk, PUSH_WAIT)?;
                answer(signed_in(call, token)).await.map(SyncReply::Desk)
            }
        }
    }

    /// Who is there. Anything that is not a server of this system is told from one here.
    pub(super) async fn hello(&self) -> Result<Hello, SyncFailure> {
        let url = self.address.call("v1/hello");
        let call = self.client.request(Method::GET, url).timeout(SHORT_WAIT);
        let hello: Hello = answer(call).await?;
        if hello.product == "comptoir" {
            Ok(hello)
        } else {
            Err(SyncFailure::NotOurs)
        }
    }

    pub(super) async fn enrol(&self, request: &EnrolRequest) -> Result<EnrolReply, EnrolFailure> {
        let call = self
            .post("v1/enrol", request, SHORT_WAIT)
            .map_err(EnrolFailure::Link)?;
        let response = send(call).await.map_err(EnrolFailure::Link)?;
        let status = response.status();
        let headers = response.headers().clone();
        let body = body(response).await.map_err(EnrolFailure::Link)?;
        if status.is_success() {
            return decode(&body).map_err(EnrolFailure::Link);
        }
        let refusal: Option<ErrorReply> = serde_json::from_slice(&body).ok();
        Err(
            match refusal.as_ref().map(|refusal| refusal.code.as_str()) {
                Some(error_code::CODE_UNKNOWN) => EnrolFailure::CodeUnknown,
                Some(error_code::CODE_USED) => EnrolFailure::CodeUsed,
                Some(error_code::CODE_EXPIRED) => EnrolFailure::CodeExpired,
                Some(error_code::TOO_MANY_TRIES) => EnrolFailure::TooManyTries,
                _ => EnrolFailure::Link(refused(status, &headers, refusal)),
            },
        )
    }

    fn post<T: Serialize>(
        &self,
        path: &str,
        body: &T,
        wait: Duration,
    ) -> Result<RequestBuilder, SyncFailure> {
        let plain = serde_json::to_vec(body).map_err(|_| SyncFailure::Misunderstood)?;
        let call = self
            .client
            .request(Method::POST, self.address.call(path))
            .header(CONTENT_TYPE, "application/json")
            .timeout(wait);
        let packed = (plain.len() >= PACKED_BYTES_MIN)
            .then(|| zstd::encode_all(plain.as_slice(), PACKING_LEVEL).ok())
            .flatten();
        Ok(match packed {
            Some(packed) => call.header(CONTENT_ENCODING, "zstd").body(packed),
            None => call.body(plain),
        })
    }
}

fn signed_in(call: RequestBuilder, token: &str) -> RequestBuilder {
    call.header(AUTHORIZATION, format!("Bearer {token}"))
}

async fn answer<T: DeserializeOwned>(call: RequestBuilder) -> Result<T, SyncFailure> {
    let response = send(call).await?;
    let status = response.status();
    let headers = response.headers().clone();
    let body = body(response).await?;
    if status.is_success() {
        decode(&body)
    } else {
        Err(refused(
            status,
            &headers,
            serde_json::from_slice(&body).ok(),
        ))
    }
}

async fn send(call: RequestBuilder) -> Result<Response, SyncFailure> {
    let call = call.header(ACCEPT_ENCODING, "zstd");
    call.send().await.map_err(|error| failure_of(&error))
}

/// A web page with 200 is what a captive portal answers.
fn decode<T: DeserializeOwned>(body: &[u8]) -> Result<T, SyncFailure> {
    serde_json::from_slice(body).map_err(|_| SyncFailure::NotOurs)
}

/// What a refusal means. Without our form of an error it came from something in between.
fn refused(status: StatusCode, headers: &HeaderMap, refusal: Option<ErrorReply>) -> SyncFailure {
    let code = refusal.as_ref().map(|refusal| refusal.code.as_str());
    match (status, code) {
        (StatusCode::UPGRADE_REQUIRED, _) => SyncFailure::VersionTooOld,
        (StatusCode::PAYLOAD_TOO_LARGE, _) => SyncFailure::TooLarge,
        (StatusCode::TOO_MANY_REQUESTS, _) => busy(headers),
        (status, _) if status.is_server_error() => busy(headers),
        (StatusCode::UNAUTHORIZED, Some(_)) => SyncFailure::Unauthorised,
        (StatusCode::FORBIDDEN, Some(_)) => SyncFailure::Rejected,
        (_, Some(error_code::TILL_TAKEN)) => SyncFailure::Rejected,
        (_, Some(_)) => SyncFailure::Misunderstood,
        (_, None) => SyncFailure::NotOurs,
    }
}

fn busy(headers: &HeaderMap) -> SyncFailure {
    let seconds: Option<i64> = headers
        .get(RETRY_AFTER)
        .and_then(|value| value.to_str().ok())
        .and_then(|text| text.trim().parse().ok());
    SyncFailure::Busy {
        retry_after_ms: seconds.map(|seconds| seconds.saturating_mul(1000)),
    }
}

fn failure_of(error: &reqwest::Error) -> SyncFailure {
    let mut cause: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(inner) = cause {
        if is_tls(inner) {
            return SyncFailure::NotTrusted;
        }
        cause = inner.source();
    }
    if error.is_timeout() && !error.is_connect() {
        SyncFailure::TimedOut
    } else {
        SyncFailure::Unreachable
    }
}

/// The TLS library's error travels inside one or more of the system's.
fn is_tls(error: &(dyn Error + 'static)) -> bool {
    let system = error.downcast_ref::<std::io::Error>();
    match system.and_then(std::io::Error::get_ref) {
        Some(inner) => is_tls(inner),
        None => error.is::<rustls::Error>(),
    }
}

async fn body(mut response: Response) -> Result<Vec<u8>, SyncFailure> {
    let packed = response
        .headers()
        .get(CONTENT_ENCODING)
        .is_some_and(|encoding| encoding == "zstd");
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| failure_of(&error))? {
        if bytes.len() + chunk.len() > ANSWER_BYTES_MAX {
            return Err(SyncFailure::NotOurs);
        }
        bytes.extend_from_slice(&chunk);
    }
    if packed { unpack(&bytes) } else { Ok(bytes) }
}

/// Stops as soon as the limit is passed, however much would still come.
fn unpack(packed: &[u8]) -> Result<Vec<u8>, SyncFailure> {
    let decoder =
        zstd::stream::read::Decoder::with_buffer(packed).map_err(|_| SyncFailure::NotOurs)?;
    let mut bytes = Vec::new();
    let read = decoder
        .take(ANSWER_BYTES_MAX as u64 + 1)
        .read_to_end(&mut bytes);
    match read {
        Ok(length) if length <= ANSWER_BYTES_MAX => Ok(bytes),
        _ => Err(SyncFailure::NotOurs),
    }
}
