//! From where a request comes.

use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::HeaderMap;
use axum::http::request::Parts;

use super::ApiState;
use super::error::ApiError;
use crate::connections::subscriber;

/// The address of whoever asks. Behind a proxy that is what the proxy says; elsewhere a header that
/// says so is anybody's invention.
#[derive(Debug, Clone, Copy)]
pub(super) struct ClientAddress(pub IpAddr);

impl FromRequestParts<ApiState> for ClientAddress {
    type Rejection = ApiError;

    async fn from_request_parts(
        parts: &mut Parts,
        state: &ApiState,
    ) -> Result<ClientAddress, ApiError> {
        let peer = ConnectInfo::<SocketAddr>::from_request_parts(parts, state).await;
        let ConnectInfo(peer) = peer.map_err(|_| ApiError::internal())?;
        let named = state.behind_proxy.then(|| forwarded_for(&parts.headers));
        let address = named.flatten().unwrap_or(peer.ip());
        Ok(ClientAddress(subscriber(address)))
    }
}

/// What the last proxy added: the end of the last header. All before it was said by others.
fn forwarded_for(headers: &HeaderMap) -> Option<IpAddr> {
    let last = headers.get_all("x-forwarded-for").iter().next_back()?;
    let last = last.to_str().ok()?.rsplit(',').next()?.trim();
    let with_port = || last.parse::<SocketAddr>().map(|address| address.ip());
    let bare = last.trim_start_matches('[').trim_end_matches(']');
    bare.parse().or_else(|_| with_port()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_proxy_is_believed_and_nobody_before_it() {
        let address = |lines: &[&str]| {
            let mut headers = HeaderMap::new();
            for line in lines {
                headers.append("x-forwarded-for", line.parse().unwrap());
            }
            forwarded_for(&headers).map(|address| address.to_string())
        };
        let told = |text: &str| Some(text.to_owned());
        assert_eq!(address(&[]), None);
        assert_eq!(address(&["203.0.113.7"]), told("203.0.113.7"));
        assert_eq!(address(&["10.0.0.1, 203.0.113.7"]), told("203.0.113.7"));
        assert_eq!(address(&["10.0.0.1", "203.0.113.7"]), told("203.0.113.7"));
        assert_eq!(address(&["203.0.113.7:4711"]), told("203.0.113.7"));
        assert_eq!(address(&["[2001:db8::7]"]), told("2001:db8::7"));
        assert_eq!(address(&["[2001:db8::7]:4711"]), told("2001:db8::7"));
        assert_eq!(address(&["203.0.113.7, unknown"]), None);
    }
}
