//! How the office says no on the wire.

use std::collections::BTreeMap;

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::http::error::ApiError;
use crate::office::wire;
use crate::office::{OfficeError, OfficeRefusal};
use crate::store::StoreError;

/// A failure of a request to the office.
#[derive(Debug)]
pub(super) enum Failure {
    /// The request itself was wrong, or the server.
    Api(ApiError),
    Office(OfficeError),
    /// Nobody is logged in.
    NoSession,
    /// The request came from another site, or without the page's token.
    CrossSite,
    /// The password is changed before anything else.
    PasswordChangeNeeded,
}

pub(super) type Answer<T> = Result<T, Failure>;

impl From<ApiError> for Failure {
    fn from(error: ApiError) -> Failure {
        Failure::Api(error)
    }
}

impl From<OfficeError> for Failure {
    fn from(error: OfficeError) -> Failure {
        Failure::Office(error)
    }
}

impl From<OfficeRefusal> for Failure {
    fn from(refusal: OfficeRefusal) -> Failure {
        Failure::Office(refusal.into())
    }
}

/// The status of a refusal.
fn status_of(code: &str) -> StatusCode {
    match code {
        "not_found" | "order_unknown" => StatusCode::NOT_FOUND,
        "not_permitted" => StatusCode::FORBIDDEN,
        "changed_meanwhile" | "key_name_taken" | "webhook_taken" => StatusCode::CONFLICT,
        "login_wrong" | "reset_code_wrong" => StatusCode::UNAUTHORIZED,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    }
}

fn said(status: StatusCode, code: &str, params: BTreeMap<String, String>) -> Response {
    let error = wire::OfficeError {
        code: code.to_owned(),
        params,
        message: String::new(),
    };
    (status, Json(error)).into_response()
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let plain = |status, code| said(status, code, BTreeMap::new());
        match self {
            Failure::NoSession => plain(StatusCode::UNAUTHORIZED, "unauthorised"),
            Failure::CrossSite => plain(StatusCode::FORBIDDEN, "cross_site"),
            Failure::PasswordChangeNeeded => plain(StatusCode::FORBIDDEN, "password_change_needed"),
            Failure::Office(OfficeError::Refused(refusal)) => {
                let params = refusal.params.into_iter();
                let params = params
                    .map(|(name, value)| (name.to_owned(), value))
                    .collect();
                said(status_of(refusal.code), refusal.code, params)
            }
            Failure::Office(OfficeError::TooManyTries(wait_s)) => {
                let params = BTreeMap::from([("seconds".to_owned(), wait_s.to_string())]);
                let mut response = said(StatusCode::TOO_MANY_REQUESTS, "too_many_tries", params);
                let headers = response.headers_mut();
                headers.insert(header::RETRY_AFTER, HeaderValue::from(wait_s));
                response
            }
            // A hub that is gone, or a till of another one: there is nothing here.
            Failure::Office(OfficeError::Store(
                StoreError::TillUnknown | StoreError::HubUnknown(_),
            )) => plain(StatusCode::NOT_FOUND, "not_found"),
            Failure::Office(OfficeError::Store(error)) => of_api(ApiError::from(error)),
            Failure::Office(OfficeError::NoEntropy(error)) => of_api(ApiError::from(error)),
            Failure::Api(error) => of_api(error),
        }
    }
}

/// The same in the office's shape.
fn of_api(error: ApiError) -> Response {
    let (status, code, message, retry_after_s) = error.parts();
    let shown = wire::OfficeError {
        code: code.to_owned(),
        params: BTreeMap::new(),
        message,
    };
    let mut response = (status, Json(shown)).into_response();
    if let Some(seconds) = retry_after_s {
        let headers = response.headers_mut();
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}
