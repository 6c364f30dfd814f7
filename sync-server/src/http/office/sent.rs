//! What pages send, with failures in the office's shape.

use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

use super::failure::Failure;
use crate::http::ApiState;
use crate::http::error::ApiError;
use crate::http::payload;

/// A JSON body of at most `MAX` bytes.
#[derive(Debug)]
pub(super) struct Sent<T, const MAX: usize>(pub T);

impl<T: DeserializeOwned, const MAX: usize> FromRequest<ApiState> for Sent<T, MAX> {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &ApiState) -> Result<Sent<T, MAX>, Failure> {
        let payload::Sent(value) = payload::Sent::<T, MAX>::from_request(request, state).await?;
        Ok(Sent(value))
    }
}

/// What stands behind the question mark.
#[derive(Debug)]
pub(super) struct Asked<T>(pub T);

impl<T: DeserializeOwned> FromRequestParts<ApiState> for Asked<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &ApiState) -> Result<Asked<T>, Failure> {
        let query = axum::extract::Query::<T>::try_from_uri(&parts.uri);
        query.map(|query| Asked(query.0)).map_err(|error| {
            ApiError::malformed(format!("the query cannot be read: {error}")).into()
        })
    }
}

/// A part of the path that names something. What cannot be a name names nothing.
#[derive(Debug)]
pub(super) struct Called<T>(pub T);

impl<T: DeserializeOwned + Send> FromRequestParts<ApiState> for Called<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &ApiState) -> Result<Called<T>, Failure> {
        let path = axum::extract::Path::<T>::from_request_parts(parts, state).await;
        let nothing = |_| Failure::from(crate::office::OfficeRefusal::NOT_FOUND);
        path.map(|path| Called(path.0)).map_err(nothing)
    }
}
