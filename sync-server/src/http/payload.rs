//! Reading what is sent: JSON, plain or zstd, within limits that hold after unpacking.

use std::io::Read;

use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, FromRequest, Request};
use axum::http::{HeaderMap, StatusCode, header};
use comptoir_sync::error_code;
use serde::de::DeserializeOwned;

use super::error::ApiError;

/// The largest body, packed or not, in bytes: a full push with room for its quotation marks.
pub(super) const BODY_MAX: usize = 4 * 1024 * 1024;

/// The largest window that a packed body may ask us to hold, as a power of two: 8 MiB.
const WINDOW_LOG_MAX: u32 = 23;

/// A JSON body of at most `MAX` bytes after unpacking.
#[derive(Debug)]
pub(super) struct Sent<T, const MAX: usize>(pub T);

impl<T, S, const MAX: usize> FromRequest<S> for Sent<T, MAX>
where
    T: DeserializeOwned,
    S: Send + Sync,
{
    type Rejection = ApiError;

    async fn from_request(mut request: Request, state: &S) -> Result<Sent<T, MAX>, ApiError> {
        DefaultBodyLimit::max(MAX).apply(&mut request);
        let headers = request.headers().clone();
        if !is_json(&headers) {
            return Err(unsupported("the body has to be application/json"));
        }
        let body =
            Bytes::from_request(request, state)
                .await
                .map_err(|rejection| match rejection.status() {
                    StatusCode::PAYLOAD_TOO_LARGE => too_large(MAX),
                    _ => ApiError::malformed("the body did not arrive whole"),
                })?;
        let body = unpack::<MAX>(&headers, body)?;
        let value = serde_json::from_slice(&body)
            .map_err(|error| ApiError::malformed(format!("the body cannot be read: {error}")))?;
        Ok(Sent(value))
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE);
    let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or("");
    kind.split(';').next().unwrap_or("").trim() == "application/json"
}

fn unpack<const MAX: usize>(headers: &HeaderMap, body: Bytes) -> Result<Bytes, ApiError> {
    let encoding = headers.get(header::CONTENT_ENCODING);
    let encoding = encoding.map_or(Ok("identity"), |encoding| encoding.to_str());
    match encoding {
        Ok("identity") if body.len() > MAX => Err(too_large(MAX)),
        Ok("identity") => Ok(body),
        Ok("zstd") => unpack_zstd(&body, MAX),
        _ => Err(unsupported("bodies are plain or zstd")),
    }
}

/// Stops as soon as the limit is passed, however much the packed body would still become.
fn unpack_zstd(packed: &[u8], max: usize) -> Result<Bytes, ApiError> {
    let broken = |_| ApiError::malformed("the packed body cannot be unpacked");
    let mut decoder = zstd::stream::read::Decoder::with_buffer(packed).map_err(broken)?;
    decoder.window_log_max(WINDOW_LOG_MAX).map_err(broken)?;
    let limit = u64::try_from(max).unwrap_or(u64::MAX).saturating_add(1);
    let mut unpacked = Vec::new();
    decoder
        .take(limit)
        .read_to_end(&mut unpacked)
        .map_err(broken)?;
    if unpacked.len() > max {
        return Err(too_large(max));
    }
    Ok(Bytes::from(unpacked))
}

fn too_large(max: usize) -> ApiError {
    ApiError::too_large(format!("the body is larger than {max} bytes"))
}

fn unsupported(message: &str) -> ApiError {
    ApiError::new(
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        error_code::UNSUPPORTED,
        message,
    )
}
