//! Pictures of products, as the hub's people gave them: they are shown and never run.

use axum::extract::{Path, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use comptoir_domain::catalogue::Picture;
use comptoir_domain::ids::HubId;
use comptoir_sync::feed::EntityKind;

use super::assets::FOR_EVER;
use super::failure::PageFailure;
use crate::http::ApiState;

/// What browsers may take a picture for.
const IMAGE_TYPES: [&str; 6] = [
    "image/avif",
    "image/gif",
    "image/jpeg",
    "image/png",
    "image/svg+xml",
    "image/webp",
];

/// A drawing (SVG) that is opened by itself runs no script, loads nothing and belongs to nobody.
const SANDBOX: HeaderValue =
    HeaderValue::from_static("default-src 'none'; style-src 'unsafe-inline'; sandbox");

/// The picture of a name, which is the hash of its bytes.
pub(super) async fn picture(
    State(state): State<ApiState>,
    Path((hub, name)): Path<(String, String)>,
) -> Result<Response, PageFailure> {
    let hub: HubId = hub.parse().map_err(|_| PageFailure::NotFound)?;
    let hub = state.shop.hub(hub).await?.ok_or(PageFailure::NotFound)?;
    let kind = EntityKind::new(EntityKind::PICTURE);
    let row = state.store.entity(hub.id, kind, name).await?;
    let row = row.ok_or(PageFailure::NotFound)?;
    let picture: Picture = serde_json::from_str(&row.body).map_err(|_| PageFailure::NotFound)?;
    let media_type = IMAGE_TYPES
        .into_iter()
        .find(|known| *known == picture.media_type)
        .ok_or(PageFailure::NotFound)?;
    let bytes = STANDARD.decode(&picture.base64);
    let bytes = bytes.map_err(|_| PageFailure::NotFound)?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(media_type)),
        (header::CONTENT_SECURITY_POLICY, SANDBOX),
        (header::CACHE_CONTROL, FOR_EVER),
    ];
    Ok((headers, bytes).into_response())
}
