//! The style sheet and the script. Their names carry a hash of their content, so that browsers keep them
//! for ever and still get a new one with a new version.

use std::sync::LazyLock;

use axum::extract::Path;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};

use super::failure::PageFailure;

const STYLE: &str = concat!(
    include_str!("../../../../ui/src/kit/colours.css"),
    include_str!("../../../../ui/shop/base.css"),
    include_str!("../../../../ui/shop/shelves.css"),
    include_str!("../../../../ui/shop/orders.css"),
    include_str!("../../../../ui/shop/screens.css"),
);
const SCRIPT: &str = include_str!("../../../../ui/shop/shop.js");
const ICON: &str = include_str!("../../../../ui/shop/icon.svg");

/// Where they lie.
pub(super) const ROUTE: &str = "/shop/assets/{name}";

/// How long what never changes is kept.
pub(super) const FOR_EVER: HeaderValue =
    HeaderValue::from_static("public, max-age=31536000, immutable");

/// A file that the pages use.
#[derive(Debug)]
pub(super) struct Asset {
    name: String,
    content_type: &'static str,
    content: &'static str,
}

impl Asset {
    fn new(stem: &str, ending: &str, content_type: &'static str, content: &'static str) -> Asset {
        let hash = Sha256::digest(content);
        let hash: String = hash[..8].iter().map(|byte| format!("{byte:02x}")).collect();
        Asset {
            name: format!("{stem}-{hash}.{ending}"),
            content_type,
            content,
        }
    }

    pub(super) fn address(&self) -> String {
        format!("/shop/assets/{}", self.name)
    }
}

pub(super) static STYLE_SHEET: LazyLock<Asset> =
    LazyLock::new(|| Asset::new("shop", "css", "text/css; charset=utf-8", STYLE));
pub(super) static SHOP_SCRIPT: LazyLock<Asset> =
    LazyLock::new(|| Asset::new("shop", "js", "text/javascript; charset=utf-8", SCRIPT));
pub(super) static SHOP_ICON: LazyLock<Asset> =
    LazyLock::new(|| Asset::new("icon", "svg", "image/svg+xml", ICON));

/// One of them.
pub(super) async fn asset(Path(name): Path<String>) -> Result<Response, PageFailure> {
    let known = [&*STYLE_SHEET, &*SHOP_SCRIPT, &*SHOP_ICON];
    let asset = known.into_iter().find(|asset| asset.name == name);
    let asset = asset.ok_or(PageFailure::NotFound)?;
    let headers = [
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static(asset.content_type),
        ),
        (header::CACHE_CONTROL, FOR_EVER),
    ];
    Ok((headers, asset.content).into_response())
}
