//! The office's pages, as they were built into the program.

use axum::extract::Path;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use rust_embed::RustEmbed;

/// What the pages' builder wrote. A program that is built without it says so.
#[derive(RustEmbed)]
#[folder = "../ui/dist/office"]
#[allow_missing = true]
struct Files;

/// Everything from our own address, and no script but the files.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
    font-src 'self'; connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

/// Names that carry a hash of their content never change what they hold.
const FOR_EVER: &str = "public, max-age=31536000, immutable";

/// Everything else is asked for anew.
const UNKEPT: &str = "no-cache";

/// To the first page.
pub(super) async fn door() -> Redirect {
    Redirect::permanent("/office/")
}

/// The first page.
pub(super) async fn first() -> Response {
    file("index.html")
}

/// A file, or the first page where there is none: the pages find their way by the address.
pub(super) async fn page(Path(path): Path<String>) -> Response {
    let is_asset = path.starts_with("assets/");
    if is_asset && Files::get(&path).is_none() {
        return dressed(StatusCode::NOT_FOUND.into_response());
    }
    file(if Files::get(&path).is_some() {
        &path
    } else {
        "index.html"
    })
}

fn file(path: &str) -> Response {
    let Some(file) = Files::get(path) else {
        let sentence = "The pages of the office were not built into this program.";
        return dressed((StatusCode::SERVICE_UNAVAILABLE, sentence).into_response());
    };
    let kept = if path.starts_with("assets/") {
        FOR_EVER
    } else {
        UNKEPT
    };
    let headers = [
        (header::CONTENT_TYPE, content_type(path)),
        (header::CACHE_CONTROL, kept),
    ];
    dressed((headers, file.data.into_owned()).into_response())
}

fn content_type(path: &str) -> &'static str {
    match path.rsplit('.').next() {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("woff2") => "font/woff2",
        Some("json") => "application/json",
        _ => "application/octet-stream",
    }
}

fn dressed(mut response: Response) -> Response {
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (
            HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin",
        ),
        (
            HeaderName::from_static("cross-origin-resource-policy"),
            "same-origin",
        ),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}
