//! Forms are sent from our own pages: what another site sends in a visitor's name is refused.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::failure::PageFailure;
use crate::http::ApiState;

/// Refuses forms that come from elsewhere.
pub(super) async fn own_forms_only(
    State(state): State<ApiState>,
    request: Request,
    next: Next,
) -> Response {
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    if reads || is_own(request.headers(), state.behind_proxy) {
        next.run(request).await
    } else {
        PageFailure::Foreign.into_response()
    }
}

/// Whether a browser says that the form was on a page of ours. Programs that are no browser say nothing
/// and act in nobody's name.
pub(in crate::http) fn is_own(headers: &HeaderMap, behind_proxy: bool) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = text("sec-fetch-site") {
        return ["same-origin", "none"].contains(&site);
    }
    let origin = text("origin").filter(|origin| *origin != "null");
    // Our pages send no referrer, and then older browsers send no origin either.
    let Some(origin) = origin else { return true };
    let host = origin.split_once("://").map(|(_, host)| host);
    let forwarded = text("x-forwarded-host").filter(|_| behind_proxy);
    host.is_some() && host == forwarded.or_else(|| text(header::HOST.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own(pairs: &[(&'static str, &'static str)]) -> bool {
        let pairs = pairs
            .iter()
            .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()));
        is_own(&pairs.collect(), false)
    }

    #[test]
    fn forms_of_other_sites_are_told_from_our_own() {
        assert!(own(&[("sec-fetch-site", "same-origin")]));
        assert!(!own(&[("sec-fetch-site", "cross-site")]));
        assert!(!own(&[("sec-fetch-site", "same-site")]));
        assert!(own(&[
            ("origin", "https://hub.example"),
            ("host", "hub.example")
        ]));
        assert!(!own(&[
            ("origin", "https://other.example"),
            ("host", "hub.example")
        ]));
        assert!(!own(&[("origin", "hub.example"), ("host", "hub.example")]));
        assert!(own(&[("origin", "null"), ("host", "hub.example")]));
        assert!(own(&[]));
    }
}
